//! Bringing in a revision: what is marked between two real drafts, and how long it takes to find, beside public peers.
//!
//! `cargo bench --bench alignment` prints two tables. `benches/README.md` says what is inside each timed region.

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
#[path = "../tests/suite/room.rs"]
mod room;

use std::collections::HashMap;
use std::hint::black_box;

use peers::{Marks, Words, millis};
use travaux::compact::{self, Block, Command};
use travaux::formats::markdown;
use travaux::history::{Op, Redline};
use travaux::text::align;
use travaux::text::words::{self, Lexicon, Word};

use room::{Room, opened};

fn main() {
    let Some(drafts) = data::paris() else { return };
    let mut marked = Vec::new();
    let mut timed = Vec::new();
    for pair in drafts.windows(2) {
        let [(from, old), (to, new)] = pair else { continue };
        let pair = Pair { name: format!("{from}→{to}"), old: markdown::read(old), new: markdown::read(new) };
        marked.push(pair.marked());
        timed.push(pair.timed(new));
    }
    println!("\nMarked words (marks)\n");
    println!(
        "| pair | words | exact minimum | goal ≤ | fewest that pairs in order allow | travaux | ÷ minimum | without what was carried | ÷ minimum | imara-diff Histogram | `similar` Patience |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    println!("{}", marked.join("\n"));
    println!("\nMilliseconds, median of {}\n", peers::RUNS);
    println!(
        "| pair | travaux decide | with Markdown read | imara-diff from text | decide ÷ imara | `similar` Patience | `TextDiff::from_words` | git |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|");
    println!("{}", timed.join("\n"));
}

struct Pair {
    name: String,
    old: Vec<Block>,
    new: Vec<Block>,
}

impl Pair {
    fn room(&self) -> Room {
        let mut room = opened("paris");
        room.say(revise(&self.old)).unwrap();
        room
    }

    /// The two texts as peers see them: a provision a line, without the labels, which are told beside the text.
    fn texts(&self) -> (String, String) {
        let text = |blocks: &[Block]| blocks.iter().map(|b| b.text.clone() + "\n").collect();
        (text(&self.old), text(&self.new))
    }

    fn marked(&self) -> String {
        let mut room = self.room();
        let from = room.compact().seq.to_string();
        room.say(revise(&self.new)).unwrap();
        let redline = room.redline(&from, "working");
        let travaux = marks(&redline);
        let (old, new) = self.texts();
        let words = Words::of(&old, &new);
        let minimum = words.minimum();
        let by_change = by_change(&redline);
        let name = &self.name;
        eprintln!("{name}: {by_change}");
        let ratio = f64::from(travaux.words) / f64::from(minimum);
        let carried = carried(&redline);
        let without = f64::from(travaux.words - 2 * carried) / f64::from(minimum);
        format!(
            "| {name} | {} + {} | {minimum} | {:.0} | {} | {travaux} | {ratio:.3} | {} | {without:.3} | {} | {} |",
            words::count(&old),
            words::count(&new),
            f64::from(minimum) * 1.05,
            fewest_in_order(&self.old, &self.new),
            travaux.words - 2 * carried,
            words.histogram(),
            words.patience(),
        )
    }

    fn timed(&self, source: &str) -> String {
        let room = self.room();
        let (old, new) = self.texts();
        let decided = peers::median(|| revise(&self.new), |command| compact::decide(room.state.as_ref(), command));
        let read = peers::median(|| (), |()| compact::decide(room.state.as_ref(), revise(&markdown::read(source))));
        let imara = peers::median(|| (), |()| Words::of(black_box(&old), black_box(&new)).histogram_hunks());
        let patience = peers::median(|| (), |()| Words::of(black_box(&old), black_box(&new)).patience_ops());
        let from_words = peers::median(|| (), |()| peers::from_words(black_box(&old), black_box(&new)));
        let git = peers::git(&old, &new).map_or("not there".to_owned(), millis);
        format!(
            "| {} | {} | {} | {} | {:.2} | {} | {} | {git} |",
            self.name,
            millis(decided),
            millis(read),
            millis(imara),
            decided.as_secs_f64() / imara.as_secs_f64(),
            millis(patience),
            millis(from_words)
        )
    }
}

fn revise(text: &[Block]) -> Command {
    Command::Revise { text: text.to_vec(), base: None, reflects: vec![], reason: None }
}

/// The fewest words marked if each provision may be paired with one other, in common order, however unlike, and nothing
/// were cleaned: what the accounting by provisions costs without moves.
fn fewest_in_order(old: &[Block], new: &[Block]) -> usize {
    let mut lexicon = Lexicon::new();
    let mut read = |text: &[Block]| -> Vec<Vec<Word>> {
        let texts: Vec<&'static str> = text.iter().map(|b| &*Box::leak(b.text.clone().into_boxed_str())).collect();
        texts.into_iter().map(|text| lexicon.read(text)).collect()
    };
    let (old, new) = (read(old), read(new));
    let numbers = |text: &[Vec<Word>]| -> Vec<Vec<u32>> {
        let counts = |word: &&Word| lexicon.weight(word.id) > words::Weight::Mark;
        text.iter().map(|words| words.iter().filter(counts).map(|word| word.id).collect()).collect()
    };
    let (old, new) = (numbers(&old), numbers(&new));
    let kept = heaviest(&old, &new, |a, b| heaviest(a, b, |a, b| usize::from(a == b)));
    old.iter().chain(&new).map(Vec::len).sum::<usize>() - 2 * kept
}

/// The most that pairs in common order are worth together.
fn heaviest<T>(old: &[T], new: &[T], worth: impl Fn(&T, &T) -> usize) -> usize {
    let mut row = vec![0; new.len() + 1];
    for a in old {
        let mut before = 0;
        for (at, b) in new.iter().enumerate() {
            let above = row[at + 1];
            row[at + 1] = above.max(row[at]).max(before + worth(a, b));
            before = above;
        }
    }
    row[new.len()]
}

/// The words marked in a redline, and the marks in the order in which one reads them; a mark may go on over a provision's end.
fn marks(redline: &Redline) -> Marks {
    let mut marks = Marks::default();
    let mut open = false;
    for segment in redline.provisions.iter().flat_map(|p| &p.segments) {
        let count = words::count(&segment.text);
        if segment.op == Op::Kept {
            open &= segment.text.trim().is_empty();
            continue;
        }
        marks.words += count;
        marks.marks += u32::from(!open);
        open = true;
    }
    marks
}

/// How many of the words added stand in another provision than they stood in, in runs of at least six.
fn carried(redline: &Redline) -> u32 {
    let mut lexicon = Lexicon::new();
    let segments = || redline.provisions.iter().flat_map(|p| &p.segments);
    let mut words = |op| segments().filter(|s| s.op == op).map(|s| lexicon.read(&s.text)).collect::<Vec<_>>();
    let (struck, added) = (words(Op::Struck), words(Op::Added));
    align::carried(&slices(&struck), &slices(&added), &lexicon).iter().map(|run| run.words).sum()
}

fn slices(words: &[Vec<Word>]) -> Vec<&[Word]> {
    words.iter().map(Vec::as_slice).collect()
}

/// For each kind of change how many provisions, and the words marked in them.
fn by_change(redline: &Redline) -> String {
    let mut counts: HashMap<String, (u32, u32)> = HashMap::new();
    for provision in &redline.provisions {
        let marked = provision.segments.iter().filter(|s| s.op != Op::Kept).map(|s| words::count(&s.text)).sum::<u32>();
        let count = counts.entry(format!("{:?}", provision.change)).or_default();
        *count = (count.0 + 1, count.1 + marked);
    }
    let mut counts: Vec<_> = counts.into_iter().collect();
    counts.sort();
    let told: Vec<String> = counts.iter().map(|(change, (n, words))| format!("{change} {n} ({words} words)")).collect();
    told.join(", ")
}
