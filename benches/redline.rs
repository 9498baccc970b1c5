//! Redlines of real drafts, read off the record, and a compilation of a thousand proposals.
//!
//! `cargo bench --bench redline` prints two tables. `benches/README.md` says what is inside each timed region.

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
#[path = "../tests/suite/room.rs"]
mod room;

use peers::{Words, median, millis};
use played::Played;
use travaux::compact::{Block, Command};
use travaux::formats::markdown;
use travaux::history::{At, compile, redline};

use room::opened;

const WAITING: usize = 1_000;

fn main() {
    let Some(drafts) = data::paris() else { return };
    let texts: Vec<Vec<Block>> = drafts.iter().map(|(_, text)| markdown::read(text)).collect();
    let mut room = opened("paris");
    for (text, (id, _)) in texts.iter().zip(&drafts) {
        room.say(Command::Revise { text: text.clone(), base: None, reflects: vec![], reason: None }).unwrap();
        let id = format!("draft-{id}");
        room.say(Command::IssueDraft { label: id.clone(), id: Some(id.parse().unwrap()), sign_off: true }).unwrap();
    }
    let compact = room.compact();
    println!("| redline, ms | value | JSON | kB | imara-diff, words interned | imara ÷ value (goal ≥ 5) | git |");
    println!("|---|--:|--:|--:|--:|--:|--:|");
    for (from, to) in [(0, 1), (1, 2), (2, 3), (3, 4), (0, 4)] {
        let (from_id, to_id) = (&drafts[from].0, &drafts[to].0);
        let ends = || (room.at(&format!("draft-{from_id}")), room.at(&format!("draft-{to_id}")));
        let value = median(ends, |(from, to)| redline(compact, from, to, None));
        let json = median(ends, |(from, to)| serde_json::to_vec(&redline(compact, from, to, None)).unwrap());
        let (from, to) = ends();
        let size = serde_json::to_vec(&redline(compact, from, to, None)).unwrap().len() / 1_000;
        let text = |blocks: &[Block]| -> String { blocks.iter().map(|b| b.text.clone() + "\n").collect() };
        let (old, new) = (text(&texts[from_index(from_id)]), text(&texts[from_index(to_id)]));
        let words = Words::of(&old, &new);
        let imara = median(|| (), |()| words.histogram_only());
        let git = peers::git(&old, &new).map_or("not there".to_owned(), millis);
        let ratio = imara.as_secs_f64() / value.as_secs_f64();
        let (value, json, imara) = (millis(value), millis(json), millis(imara));
        println!("| {from_id}→{to_id} | {value} | {json} | {size} | {imara} | {ratio:.1} | {git} |");
    }
    let mut waiting = Played::new(played::text(&drafts[0].1), false);
    for _ in 0..WAITING {
        waiting.table();
    }
    let at = At { at: "working".into(), seq: waiting.compact.seq };
    let value = median(|| (), |()| compile(&waiting.compact, &at, None));
    let json = median(|| (), |()| serde_json::to_vec(&compile(&waiting.compact, &at, None)).unwrap());
    println!("\n| compilation, ms | value | JSON |\n|---|--:|--:|");
    println!("| {WAITING} waiting proposals | {} | {} |", millis(value), millis(json));
}

/// Drafts are numbered from 02.
fn from_index(id: &str) -> usize {
    id.parse::<usize>().unwrap() - 2
}
