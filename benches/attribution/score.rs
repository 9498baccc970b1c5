//! What was credited beside what is true.

use std::ops::AddAssign;

use crate::trial::{Credited, Named, Trial, Truth};

/// Words of one kind: how many there are, how many are credited, and of these how many rightly.
#[derive(Clone, Copy, Debug, Default)]
pub struct Tally {
    pub words: u32,
    pub credited: u32,
    pub right: u32,
}

impl Tally {
    fn count(&mut self, named: &Named, is_right: bool) {
        self.words += 1;
        self.credited += u32::from(!named.proposals.is_empty());
        self.right += u32::from(is_right);
    }

    pub fn recall(self) -> String {
        share(self.right, self.words)
    }

    pub fn precision(self) -> String {
        share(self.right, self.credited)
    }

    /// The share left to nobody.
    pub fn own(self) -> String {
        share(self.words - self.credited, self.words)
    }
}

impl AddAssign for Tally {
    fn add_assign(&mut self, other: Self) {
        self.words += other.words;
        self.credited += other.credited;
        self.right += other.right;
    }
}

pub fn share(part: u32, whole: u32) -> String {
    if whole == 0 { "–".to_owned() } else { format!("{:.3}", f64::from(part) / f64::from(whole)) }
}

/// Where the bins of evidence begin.
pub const BINS: [f64; 6] = [0.0, 0.5, 0.6, 0.7, 0.8, 0.9];

/// Everything counted of one trial, or of several.
#[derive(Clone, Copy, Debug, Default)]
pub struct Score {
    pub unchanged: Tally,
    pub changed: Tally,
    /// Words that the proposal at whose place they stand did not have: `right` are those credited to it.
    pub gone: Tally,
    pub nobody: Tally,
    pub strikes: Tally,
    pub nobody_strikes: Tally,
    /// Added and struck words that only one of the truth and the redline knows, and all of them.
    pub unscored: (u32, u32),
    /// The proposals named for credited words.
    pub named: u32,
    /// For each bin of evidence the words credited and those rightly so.
    pub bins: [(u32, u32); BINS.len()],
}

impl Score {
    pub fn of(trial: &Trial, credited: &Credited) -> Self {
        let mut score = Self::default();
        for (at, named) in &credited.added {
            score.unscored.1 += 1;
            match trial.added.get(at) {
                None => score.unscored.0 += 1,
                Some(truth) => score.count(*truth, named),
            }
        }
        for (at, named) in &credited.struck {
            score.unscored.1 += 1;
            match trial.struck.get(at).map(Vec::as_slice) {
                None => score.unscored.0 += 1,
                Some([]) => score.nobody_strikes.count(named, false),
                Some(by) => score.strikes.count(named, named.proposals.iter().any(|id| by.contains(id))),
            }
        }
        let missing = trial.added.keys().filter(|at| !credited.added.contains_key(at)).count()
            + trial.struck.keys().filter(|at| !credited.struck.contains_key(at)).count();
        score.unscored.0 += u32::try_from(missing).unwrap();
        score.unscored.1 += u32::try_from(missing).unwrap();
        score
    }

    fn count(&mut self, truth: Truth, named: &Named) {
        let right = is_right(truth, named);
        match truth {
            Truth::Nobody => self.nobody.count(named, false),
            Truth::Unchanged(_) => self.unchanged.count(named, right),
            Truth::Changed(_) => self.changed.count(named, right),
            Truth::Gone(_) => self.gone.count(named, right),
        }
        if named.proposals.is_empty() || matches!(truth, Truth::Gone(_)) {
            return;
        }
        self.named += u32::try_from(named.proposals.len()).unwrap();
        let evidence = named.evidence.unwrap_or(1.0);
        let bin = BINS.iter().rposition(|begins| evidence >= *begins).unwrap_or(0);
        self.bins[bin].0 += 1;
        self.bins[bin].1 += u32::from(right);
    }

    /// All scored words that are credited, and those rightly so, nobody's included.
    pub fn all(&self) -> Tally {
        let mut all = self.unchanged;
        all += self.changed;
        all.credited += self.nobody.credited;
        all
    }

    /// The mean number of proposals named for a credited word.
    pub fn mean_named(&self) -> String {
        let all = self.all().credited;
        if all == 0 { "–".to_owned() } else { format!("{:.2}", f64::from(self.named) / f64::from(all)) }
    }
}

/// Whether a credit is right; a word of nobody's is never rightly credited, and none is rightly left out.
pub fn is_right(truth: Truth, named: &Named) -> bool {
    match truth {
        Truth::Nobody => false,
        Truth::Unchanged(by) | Truth::Changed(by) | Truth::Gone(by) => named.proposals.contains(&by),
    }
}

impl AddAssign<&Score> for Score {
    fn add_assign(&mut self, other: &Score) {
        self.unchanged += other.unchanged;
        self.changed += other.changed;
        self.gone += other.gone;
        self.nobody += other.nobody;
        self.strikes += other.strikes;
        self.nobody_strikes += other.nobody_strikes;
        self.unscored = (self.unscored.0 + other.unscored.0, self.unscored.1 + other.unscored.1);
        self.named += other.named;
        for (mine, theirs) in self.bins.iter_mut().zip(&other.bins) {
            *mine = (mine.0 + theirs.0, mine.1 + theirs.1);
        }
    }
}
