//! Made-up histories of one provision of which it is known when each word first came in: words are struck, added and
//! replaced, and what was struck comes back, whole, in part, or with all else as it once was.

use std::collections::BTreeMap;

use travaux::compact::{Block, Command, Kind, Seq};
use travaux::text::{Difference, View};

use crate::room::{Room, opened};

const HISTORIES: u64 = 60;
const CHANGES: usize = 30;

/// A word, and the entry that first had it in.
#[derive(Clone, Debug, PartialEq)]
struct Token {
    word: String,
    from: Seq,
    /// Tells it from equal words.
    number: usize,
}

/// Numbers by a fixed rule (`SplitMix64`), and all texts so far.
struct History {
    seed: u64,
    numbers: usize,
    texts: Vec<Vec<Token>>,
}

impl History {
    fn below(&mut self, limit: usize) -> usize {
        self.seed = self.seed.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.seed;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        usize::try_from((z ^ (z >> 31)) % limit.max(1) as u64).unwrap()
    }

    fn new_words(&mut self, many: usize, from: Seq) -> Vec<Token> {
        let light = ["the", "of", "and", "to", "in", "a", ",", "shall"];
        let mut token = || {
            let word = match self.below(5) {
                0 | 1 => light[self.below(light.len())].to_owned(),
                _ => format!("word{}", self.below(300)),
            };
            self.numbers += 1;
            Token { word, from, number: self.numbers }
        };
        (0..many).map(|_| token()).collect()
    }

    /// The next text, and what was done.
    fn next(&mut self, from: Seq) -> (Vec<Token>, &'static str) {
        let mut text = self.texts.last().unwrap().clone();
        let at = self.below(text.len() + 1);
        let until = (at + 1 + self.below(8)).min(text.len());
        match self.below(10) {
            0 | 1 => self.insert(&mut text, at..at, from),
            2 | 3 if text.len() > 20 => {
                text.drain(at..until);
            }
            4 | 5 => self.insert(&mut text, at..until, from),
            6 => {
                let earlier = self.below(self.texts.len());
                return (self.texts[earlier].clone(), "whole");
            }
            _ => {
                let earlier = self.below(self.texts.len());
                let back = self.texts[earlier].clone();
                if let Some(text) = self.back_in_part(&text, &back) {
                    return (text, "part");
                }
                self.insert(&mut text, at..at, from);
            }
        }
        (text, "new")
    }

    fn insert(&mut self, text: &mut Vec<Token>, range: std::ops::Range<usize>, from: Seq) {
        let many = 1 + self.below(6);
        let new = self.new_words(many, from);
        text.splice(range, new);
    }

    /// Some words as they were once, between words that stand still.
    fn back_in_part(&mut self, text: &[Token], back: &[Token]) -> Option<Vec<Token>> {
        let first = 1 + self.below(back.len().checked_sub(3)?);
        let last = (first + 1 + self.below(10)).min(back.len() - 1);
        let stands = |token: &Token| text.iter().position(|t| t.number == token.number);
        let (before, after) = (stands(&back[first - 1])?, stands(&back[last])?);
        (before < after).then(|| [&text[..=before], &back[first..last], &text[after..]].concat())
    }
}

fn spelt(text: &[Token]) -> String {
    text.iter().map(|token| token.word.as_str()).collect::<Vec<_>>().join(" ")
}

fn origins(room: &Room) -> Vec<Seq> {
    let compact = room.compact();
    let at = compact.seq;
    let provision = &compact.text(at)[0];
    let mut text = String::new();
    let mut ends = Vec::new();
    for (difference, words) in compact.provisions[&provision.id].wording.differences(&View::at(Seq(0)), &View::at(at)) {
        let Difference::Added(edit) = difference else { panic!("{difference:?}") };
        text.push_str(words);
        ends.push((text.len(), edit.seq));
    }
    let start = |token: &str| token.as_ptr() as usize - text.as_ptr() as usize;
    text.split(' ').map(|token| ends.iter().find(|(end, _)| start(token) < *end).unwrap().1).collect()
}

fn handed_in(room: &mut Room, text: &[Token]) -> bool {
    let block = Block { kind: Kind::Paragraph, level: 1, label: None, text: spelt(text) };
    let revise = Command::Revise { text: vec![block], base: None, reflects: vec![], reason: None };
    room.say(revise).unwrap().is_some()
}

/// How many words came of changes of one kind, and of how many the first entry is told rightly, and no longer.
#[derive(Clone, Copy, Debug, Default)]
struct Tally {
    words: usize,
    right: usize,
    lost: usize,
}

fn tallies() -> BTreeMap<&'static str, Tally> {
    let mut tallies: BTreeMap<&str, Tally> = BTreeMap::new();
    for seed in 1..=HISTORIES {
        let mut room = opened("made-up");
        let mut history = History { seed, numbers: 0, texts: vec![] };
        let first = history.new_words(60, Seq(2));
        assert!(handed_in(&mut room, &first));
        history.texts.push(first);
        let mut wrong = 0;
        for _ in 0..CHANGES {
            let (text, done) = history.next(room.compact().seq.next());
            if handed_in(&mut room, &text) {
                let tally = tallies.entry(done).or_default();
                let right = origins(&room).iter().zip(&text).filter(|(from, token)| **from == token.from).count();
                tally.words += text.len();
                tally.right += right;
                tally.lost += (text.len() - right).saturating_sub(wrong);
                wrong = text.len() - right;
                history.texts.push(text);
            }
        }
    }
    tallies
}

/// An equal word tabled anew at the same place cannot be told from the old one; there are few of them.
#[test]
fn words_that_come_back_are_those_of_whoever_had_them_in_first() {
    let tallies = tallies();
    for (done, tally) in &tallies {
        assert!(tally.right * 100 >= tally.words * 99, "{done}: {tallies:?}");
        assert!(tally.lost * 200 <= tally.words, "{done}: {tallies:?}");
    }
    assert_eq!(tallies.len(), 3);
}

/// Hands wordings in one after the other; tells for each word of the last the wording that had it in first, from 0.
fn first_in(wordings: &[&str]) -> Vec<u32> {
    let mut room = opened("told");
    for wording in wordings {
        let token = |word: &str| Token { word: word.to_owned(), from: Seq(0), number: 0 };
        assert!(handed_in(&mut room, &wording.split(' ').map(token).collect::<Vec<_>>()));
    }
    origins(&room).into_iter().map(|seq| seq.0 - 2).collect()
}

#[test]
fn a_part_of_what_was_struck_comes_back() {
    let whole = "States shall protect migrants, whatever their status and age, at all borders and ports.";
    let struck = "States shall protect migrants at all borders and ports.";
    let part = "States shall protect migrants, whatever their status, at all borders and ports.";
    assert_eq!(first_in(&[whole, struck, part]), [0; 12]);
    let within = "States shall protect migrants, regardless of their status and age, at all borders and ports.";
    assert_eq!(first_in(&[whole, struck, within]), [0, 0, 0, 0, 2, 2, 0, 0, 0, 0, 0, 0, 0, 0, 0]);
}

#[test]
fn what_was_struck_in_pieces_comes_back() {
    let wordings = [
        "States shall protect migrants in transit and in distress at all borders.",
        "States shall protect migrants in transit at all borders.",
        "States shall protect migrants at all borders.",
        "States shall protect migrants in transit and in distress at all borders.",
    ];
    assert_eq!(first_in(&wordings), [0; 12]);
}

fn provision(text: &str) -> Block {
    Block { kind: Kind::Paragraph, level: 1, label: None, text: text.to_owned() }
}

/// Hands in paragraphs, told against the text at `base`.
fn paragraphs(room: &mut Room, paragraphs: &[&str], base: Option<Seq>) -> Seq {
    let text = paragraphs.iter().map(|text| provision(text)).collect();
    room.say(Command::Revise { text, base, reflects: vec![], reason: None }).unwrap().unwrap()
}

const OPEN: &str = "States keep harbours open to all crews in distress.";
const REST: &str = "Pilots rest between two journeys.";
const REPORT: &str = "Masters of vessels report every collision to the harbour office within two days.";
const SOONER: &str = "Masters of vessels report every collision to the harbour office within three days.";

/// The wordings that stand, each with the entries that first had its words in.
fn standing(room: &Room) -> Vec<(String, Vec<Seq>)> {
    let compact = room.compact();
    let text = compact.text(compact.seq);
    text.iter()
        .map(|provision| {
            let life = &compact.provisions[&provision.id];
            let (nothing, now) = (View::at(Seq(0)), View::at(compact.seq));
            let told = life.wording.differences(&nothing, &now);
            let entries = told.filter_map(|(difference, _)| match difference {
                Difference::Added(edit) => Some(edit.seq),
                Difference::Kept | Difference::Restored(_) | Difference::Struck(_) => None,
            });
            (provision.text.to_string(), entries.collect())
        })
        .collect()
}

#[test]
fn a_struck_provision_comes_back_reworded_though_others_went_on_meanwhile() {
    let mut room = opened("told");
    let first = paragraphs(&mut room, &[OPEN, REPORT, REST], None);
    let base = paragraphs(&mut room, &[OPEN, REST], None);
    let onward = "States keep harbours open to all crews in distress at all hours.";
    let later = paragraphs(&mut room, &[onward, REST], None);
    let back = paragraphs(&mut room, &[OPEN, REST, SOONER], Some(base));
    let told = standing(&room);
    let [open, rest, report] = told.as_slice() else { panic!("{told:?}") };
    assert_eq!(*open, (onward.to_owned(), vec![first, later, first]));
    assert_eq!(*rest, (REST.to_owned(), vec![first]));
    assert_eq!(*report, (SOONER.to_owned(), vec![first, back, first]));
}

#[test]
fn a_struck_provision_comes_back_once() {
    let mut room = opened("told");
    let first = paragraphs(&mut room, &[OPEN, REPORT, REST], None);
    paragraphs(&mut room, &[OPEN, REST], None);
    let back = paragraphs(&mut room, &[SOONER, OPEN, REPORT, REST], None);
    let told = standing(&room);
    assert_eq!(told[2], (REPORT.to_owned(), vec![first]), "the one to the letter is the one that was struck");
    assert_eq!(told[0], (SOONER.to_owned(), vec![back]));
}
