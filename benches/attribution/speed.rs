//! What crediting costs: handing a text in with a thousand proposals waiting, and with none.

use std::hint::black_box;
use std::time::{Duration, Instant};

use travaux::compact::{self, Command, Edit};

use crate::dealing;
use crate::numbers::{Numbers, words};
use crate::passages::{GROUPS, between, first, revise};
use crate::trial::Pair;
use crate::wording::{changed, vocabulary};

const WAITING: usize = 1_000;
const RUNS: usize = 9;

pub fn print(pair: &Pair) {
    let mut room = first(&pair.old);
    let none = median(|| drop(compact::decide(room.state.as_ref(), black_box(revise(&pair.new))).unwrap()));
    let passages = between(&pair.old, &pair.new);
    let mut numbers = Numbers::new(1);
    let vocabulary = vocabulary(pair.old.iter().map(|block| block.text.as_str()));
    let dealt = dealing::deal(&passages, &pair.pool, &vocabulary, &mut numbers);
    let mut table = |group: usize, edit: Edit| {
        let sponsors = vec![GROUPS[group].parse().unwrap()];
        let table = Command::TableProposal { sponsors, base: None, edits: vec![edit], rationale: None };
        usize::from(room.say(table).is_ok_and(|seq| seq.is_some()))
    };
    let edits =
        dealt.proposals.into_iter().flat_map(|asked| asked.edits.into_iter().map(move |edit| (asked.group, edit)));
    let from_units: usize = edits.take(WAITING).map(|(group, edit)| table(group, edit)).sum();
    let standing: Vec<_> = passages.iter().filter(|passage| passage.stood()).collect();
    let mut many = from_units;
    while many < WAITING {
        let passage = numbers.pick(&standing).unwrap();
        let text = changed(&passage.earlier(), &vocabulary, &mut numbers).text;
        many += table(numbers.below(GROUPS.len()), Edit::Reword { reword: passage.id, text });
    }
    let waiting = median(|| drop(compact::decide(room.state.as_ref(), black_box(revise(&pair.new))).unwrap()));
    let count: usize = pair.new.iter().map(|block| words(&block.text).len()).sum();
    println!(
        "\nSpeed: {count} words against {WAITING} waiting proposals ({from_units} of them from what came of it)\n"
    );
    println!("| waiting | decide, ms, median of {RUNS} |\n|---|--:|");
    println!("| none | {:.1} |", none.as_secs_f64() * 1e3);
    println!("| {WAITING} | {:.1} |", waiting.as_secs_f64() * 1e3);
    println!("| crediting (goal ≤ 200) | {:.1} |", waiting.saturating_sub(none).as_secs_f64() * 1e3);
}

fn median(mut work: impl FnMut()) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let begun = Instant::now();
            work();
            begun.elapsed()
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}
