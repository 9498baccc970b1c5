//! Whose words a re-draft is made of: what is credited beside what is known, on real drafts dealt out as proposals.
//!
//! `cargo bench --bench attribution -- [--seeds N] [--pair 05-06] [--declared] [--misses FILE]` prints tables.
//! `benches/README.md` says how the truth is made and what is counted.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::disallowed_methods,
    clippy::missing_panics_doc,
    clippy::wildcard_enum_match_arm,
    clippy::cast_precision_loss,
    unreachable_pub,
    dead_code,
    reason = "a bench that cannot go on should say where"
)]

#[path = "attribution/baselines.rs"]
mod baselines;
#[path = "../tests/suite/data.rs"]
mod data;
#[path = "attribution/dealing.rs"]
mod dealing;
#[path = "attribution/decoys.rs"]
mod decoys;
#[path = "../tests/suite/finger_lakes.rs"]
mod finger_lakes;
#[path = "attribution/misses.rs"]
mod misses;
#[path = "attribution/numbers.rs"]
mod numbers;
#[path = "attribution/passages.rs"]
mod passages;
#[path = "../tests/suite/room.rs"]
mod room;
#[path = "attribution/score.rs"]
mod score;
#[path = "attribution/second.rs"]
mod second;
#[path = "attribution/speed.rs"]
mod speed;
#[path = "attribution/tables.rs"]
mod tables;
#[path = "attribution/trial.rs"]
mod trial;
#[path = "attribution/wording.rs"]
mod wording;

use passages::recorded;
use score::Score;
use tables::Row;
use travaux::compact::Block;
use travaux::formats::markdown;
use trial::{Credited, Pair, Trial};

/// What is asked for on the command line.
struct Options {
    seeds: u64,
    pair: Option<String>,
    declared: bool,
    misses: Option<String>,
}

impl Options {
    fn read() -> Self {
        let mut options = Self { seeds: 3, pair: None, declared: false, misses: None };
        let mut words = std::env::args().skip(1);
        while let Some(word) = words.next() {
            match word.as_str() {
                "--seeds" => options.seeds = words.next().and_then(|n| n.parse().ok()).expect("a number of seeds"),
                "--pair" => options.pair = Some(words.next().expect("a pair, such as 05-06 or zh")),
                "--misses" => options.misses = Some(words.next().expect("a file")),
                "--declared" => options.declared = true,
                // What cargo itself adds.
                "--bench" => {}
                other => panic!("unknown option {other}"),
            }
        }
        options
    }
}

fn main() {
    let options = Options::read();
    let Some(pairs) = pairs() else { return };
    let is_wanted = |pair: &&Pair| options.pair.as_ref().is_none_or(|name| *name == pair.name);
    let mut rows = Vec::new();
    let mut told = String::new();
    for pair in pairs.iter().filter(is_wanted) {
        tables::check(pair);
        for seed in 1..=options.seeds {
            let (row, misses) = measure(pair, seed, options.declared);
            rows.push(row);
            told += &misses;
        }
    }
    tables::print(&rows);
    if let Some(file) = options.misses {
        std::fs::write(&file, told).unwrap();
    }
    if options.pair.is_none() {
        speed::print(&pairs[0]);
        if let Some(lakes) = finger_lakes::told() {
            tables::lakes(&lakes);
        }
    }
}

fn measure(pair: &Pair, seed: u64, declared: bool) -> (Row, String) {
    let mut trial = Trial::new(pair, seed);
    let offers = baselines::offers(&trial.room);
    let credited = Credited::of(&trial.hand_in(pair, declared));
    let travaux = Score::of(&trial, &credited);
    let longest_run = Score::of(&trial, &baselines::longest_run(&credited, &offers));
    let best_ratio = Score::of(&trial, &baselines::best_ratio(&credited, &offers));
    let misses = misses::told(pair, seed, &trial, &credited);
    let dealt = tables::dealt(&trial);
    (Row { pair: pair.name.clone(), seed, dealt, scores: [travaux, longest_run, best_ratio] }, misses)
}

/// The real pairs of successive drafts, and texts in other scripts with a second draft made from them.
fn pairs() -> Option<Vec<Pair>> {
    let drafts: Vec<(String, Vec<Block>)> =
        data::paris()?.into_iter().map(|(id, text)| (id, recorded(&markdown::read(&text)))).collect();
    let mut pairs = Vec::new();
    for two in drafts.windows(2) {
        let [(from, old), (to, new)] = two else { continue };
        let others = drafts.iter().filter(|(id, _)| id != from && id != to);
        let pool = others.flat_map(|(_, text)| text.iter().map(|block| block.text.clone())).collect();
        pairs.push(Pair { name: format!("{from}-{to}"), old: old.clone(), new: new.clone(), pool });
    }
    for (seed, language) in (1..).zip(["zh", "ar", "fr"]) {
        let old = recorded(&markdown::read(&data::read(&format!("bbnj/bbnj-agreement-2023-{language}.txt"))?));
        let new = recorded(&second::draft(&old, seed));
        let pool = old.iter().map(|block| block.text.clone()).collect();
        pairs.push(Pair { name: language.to_owned(), old, new, pool });
    }
    Some(pairs)
}
