//! A long record: how fast it is replayed, and how fast any of its texts is shown.
//!
//! `cargo bench --bench replay` prints two tables. `benches/README.md` says what is inside each timed region.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::missing_panics_doc,
    unreachable_pub,
    dead_code,
    reason = "a bench that cannot go on should say where"
)]

#[path = "../tests/suite/data.rs"]
mod data;
mod peers;
mod played;

use std::hint::black_box;
use std::time::{Duration, Instant};

use peers::millis;
use played::Played;
use serde::de::IgnoredAny;
use travaux::compact::{Compact, Entry, Seq};
use travaux::history::{At, text};

/// So many texts are asked for.
const QUESTIONS: usize = 2_000;
const ENTRIES: usize = 100_000;

fn main() {
    let Some(drafts) = data::paris() else { return };
    let mut played = Played::new(played::text(&drafts[0].1), true);
    println!("| text at a seq, ms | entries | value p50 | value p99 | JSON p50 | JSON p99 (goal ≤ 0.5) |");
    println!("|---|--:|--:|--:|--:|--:|");
    let mut edits = 0;
    for goal in [10_000, 100_000] {
        let begun = Instant::now();
        played.play(goal - edits);
        edits = goal;
        eprintln!("played to {goal} edits in {:?}", begun.elapsed());
        texts(&mut played, goal);
    }
    let stored: Vec<Vec<u8>> = played.stored.take().unwrap().into_iter().take(ENTRIES).collect();
    drop(played);
    replays(&stored);
}

fn texts(played: &mut Played, edits: usize) {
    let last = played.compact.seq.0 as usize;
    let seqs: Vec<Seq> = (0..QUESTIONS).map(|_| Seq(u32::try_from(6 + played.number(last - 6)).unwrap())).collect();
    let compact = &played.compact;
    let at = |seq: Seq| At { at: seq.to_string(), seq };
    let value = times(&seqs, |seq| drop(black_box(text(compact, &at(seq)))));
    let json = times(&seqs, |seq| drop(black_box(serde_json::to_vec(&text(compact, &at(seq))).unwrap())));
    let [p50, p99] = value;
    let [json_p50, json_p99] = json;
    println!("| {edits} edits | {last} | {p50} | {p99} | {json_p50} | {json_p99} |");
}

/// The 50th and the 99th percentile.
fn times(seqs: &[Seq], mut ask: impl FnMut(Seq)) -> [String; 2] {
    let time = |seq: &Seq| {
        let begun = Instant::now();
        ask(*seq);
        begun.elapsed()
    };
    let mut times: Vec<Duration> = seqs.iter().map(time).collect();
    times.sort_unstable();
    [50, 99].map(|part| millis(times[times.len() * part / 100]))
}

fn replays(stored: &[Vec<u8>]) {
    let bytes: usize = stored.iter().map(Vec::len).sum();
    println!("\n| {} entries, {} MB | ms | ÷ parsing alone |\n|---|--:|--:|", stored.len(), bytes / 1_000_000);
    let alone = best(|| {
        for entry in stored {
            black_box(serde_json::from_slice::<IgnoredAny>(entry).unwrap());
        }
    });
    let row = |name: &str, time: Duration| {
        println!("| {name} | {} | {:.1} |", millis(time), time.as_secs_f64() / alone.as_secs_f64());
    };
    row("`serde_json`, parsed and dropped", alone);
    let value = best(|| {
        for entry in stored {
            black_box(serde_json::from_slice::<serde_json::Value>(entry).unwrap());
        }
    });
    row("`serde_json::Value`", value);
    row("decode", best(|| stored.iter().for_each(|entry| drop(black_box(Entry::decode(entry).unwrap())))));
    row("decode and evolve (goal ≤ 3, ≤ 1,000 ms)", best(|| replay(stored)));
}

/// The best of five: what others take of the machine meanwhile is left out.
fn best<O>(mut work: impl FnMut() -> O) -> Duration {
    let time = |_| {
        let begun = Instant::now();
        let made = black_box(work());
        let took = begun.elapsed();
        drop(made);
        took
    };
    (0..5).map(time).min().unwrap()
}

fn replay(stored: &[Vec<u8>]) -> Compact {
    let (first, rest) = stored.split_first().unwrap();
    let mut compact = Compact::open(&Entry::decode(first).unwrap()).unwrap();
    for entry in rest {
        compact.evolve(&Entry::decode(entry).unwrap()).unwrap();
    }
    compact
}
