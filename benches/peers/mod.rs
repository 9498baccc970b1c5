//! The public peers beside which the benches run, and how time is taken.

use std::collections::HashMap;
use std::fmt;
use std::hint::black_box;
use std::io::Write;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use imara_diff::{Algorithm as Imara, Diff, Token};
use similar::{Algorithm, DiffOp, TextDiff, capture_diff_slices};
use unicode_segmentation::UnicodeSegmentation;

/// How often each thing is timed.
pub const RUNS: usize = 31;

/// The median time of a piece of work; making its input is not timed.
pub fn median<I, O>(mut input: impl FnMut() -> I, mut work: impl FnMut(I) -> O) -> Duration {
    let mut times: Vec<Duration> = (0..RUNS)
        .map(|_| {
            let input = input();
            let begun = Instant::now();
            let output = black_box(work(black_box(input)));
            let took = begun.elapsed();
            drop(output);
            took
        })
        .collect();
    times.sort_unstable();
    times[RUNS / 2]
}

/// Milliseconds, to be printed.
pub fn millis(time: Duration) -> String {
    format!("{:.3}", time.as_secs_f64() * 1e3)
}

/// What a difference marks.
#[derive(Clone, Copy, Debug, Default)]
pub struct Marks {
    /// Words added and struck.
    pub words: u32,
    /// Contiguous runs of what is added or struck.
    pub marks: u32,
}

impl fmt::Display for Marks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} ({})", self.words, self.marks)
    }
}

/// Two whole texts as the numbers of their pieces by UAX #29, spaces left out.
pub struct Words {
    old: Vec<Token>,
    new: Vec<Token>,
    is_word: Vec<bool>,
}

impl Words {
    /// Splits and numbers two texts, with the hash map of the standard library.
    pub fn of(old: &str, new: &str) -> Self {
        let mut numbers: HashMap<&str, u32> = HashMap::new();
        let mut is_word = Vec::new();
        let mut read = |text| -> Vec<Token> {
            let pieces = UnicodeSegmentation::split_word_bounds(text);
            let pieces = pieces.filter(|piece: &&str| !piece.chars().all(char::is_whitespace));
            let number = |piece| {
                Token(*numbers.entry(piece).or_insert_with(|| {
                    is_word.push(piece.chars().any(char::is_alphanumeric));
                    u32::try_from(is_word.len() - 1).unwrap()
                }))
            };
            pieces.map(number).collect()
        };
        let (old, new) = (read(old), read(new));
        Self { old, new, is_word }
    }

    /// The fewest words that any difference of the texts marks, punctuation left out.
    pub fn minimum(&self) -> u32 {
        let only_words = |side: &[Token]| side.iter().filter(|t| self.counts(**t)).map(|t| t.0).collect::<Vec<_>>();
        let (old, new) = (only_words(&self.old), only_words(&self.new));
        let ops = capture_diff_slices(Algorithm::RawMyers, &old, &new);
        let changed = ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. }));
        u32::try_from(changed.map(|op| op.old_range().len() + op.new_range().len()).sum::<usize>()).unwrap()
    }

    /// imara-diff's Histogram, finished as it recommends for what is shown to people.
    pub fn histogram_hunks(&self) -> Diff {
        let mut diff = self.histogram_only();
        diff.postprocess_with(&self.old, &self.new, imara_diff::NoSliderHeuristic);
        diff
    }

    /// imara-diff's Histogram alone.
    pub fn histogram_only(&self) -> Diff {
        let mut diff = Diff::default();
        diff.compute_with(Imara::Histogram, &self.old, &self.new, u32::try_from(self.is_word.len()).unwrap());
        diff
    }

    /// What imara-diff's Histogram marks.
    pub fn histogram(&self) -> Marks {
        let diff = self.histogram_hunks();
        let spans = diff
            .hunks()
            .map(|h| (h.before.start as usize..h.before.end as usize, h.after.start as usize..h.after.end as usize));
        self.marks(spans)
    }

    /// `similar`'s Patience.
    pub fn patience_ops(&self) -> Vec<DiffOp> {
        let numbers = |side: &[Token]| side.iter().map(|t| t.0).collect::<Vec<_>>();
        capture_diff_slices(Algorithm::Patience, &numbers(&self.old), &numbers(&self.new))
    }

    /// What `similar`'s Patience marks.
    pub fn patience(&self) -> Marks {
        let ops = self.patience_ops();
        let mut spans: Vec<(std::ops::Range<usize>, std::ops::Range<usize>)> = Vec::new();
        for op in ops.iter().filter(|op| !matches!(op, DiffOp::Equal { .. })) {
            let (old, new) = (op.old_range(), op.new_range());
            match spans.last_mut() {
                Some(last) if last.0.end == old.start && last.1.end == new.start => {
                    (last.0.end, last.1.end) = (old.end, new.end);
                }
                _ => spans.push((old, new)),
            }
        }
        self.marks(spans.into_iter())
    }

    fn counts(&self, token: Token) -> bool {
        self.is_word[token.0 as usize]
    }

    fn marks(&self, spans: impl Iterator<Item = (std::ops::Range<usize>, std::ops::Range<usize>)>) -> Marks {
        let mut marks = Marks::default();
        for (old, new) in spans {
            let changed = self.old[old].iter().chain(&self.new[new]);
            marks.words += u32::try_from(changed.filter(|t| self.counts(**t)).count()).unwrap();
            marks.marks += 1;
        }
        marks
    }
}

/// `similar`'s own difference of two texts by words.
pub fn from_words(old: &str, new: &str) -> usize {
    TextDiff::from_words(old, new).ops().len()
}

/// `git diff --word-diff` as a process; `None` where there is no git.
pub fn git(old: &str, new: &str) -> Option<Duration> {
    let dir = tempfile::tempdir().unwrap();
    let path = |name: &str, text: &str| {
        let path = dir.path().join(name);
        std::fs::File::create(&path).unwrap().write_all(text.as_bytes()).unwrap();
        path
    };
    let (old, new) = (path("old", old), path("new", new));
    let run = || {
        let mut git = Command::new("git");
        git.args(["diff", "--no-index", "--word-diff=porcelain"]).arg(&old).arg(&new);
        git.stdout(Stdio::piped()).output().ok().filter(|answer| !answer.stdout.is_empty())
    };
    run()?;
    Some(median(|| (), |()| run()))
}
