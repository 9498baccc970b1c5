//! How alike two paragraphs are: the words they have in common, in order; and which are worth looking at.

use crate::text::words::{Lexicon, Weight, Word};

use super::Paragraph;

/// How many similar paragraphs are looked at closely.
const CANDIDATES_MAX: usize = 8;

/// Two paragraphs that may be the same one.
#[derive(Clone, Copy, Debug)]
pub(super) struct Candidate {
    pub(super) old: usize,
    pub(super) new: usize,
    /// How many words they have in common, in order.
    pub(super) common: u32,
    /// How many words the longer and the shorter of the two have.
    pub(super) longer: u32,
    pub(super) shorter: u32,
}

impl Candidate {
    /// The same to the letter.
    pub(super) fn same(old: usize, new: usize, size: u32) -> Self {
        Self { old, new, common: size, longer: size, shorter: size }
    }

    /// Alike enough to be the same paragraph in its place.
    pub(super) fn is_alike(&self) -> bool {
        let alike = self.common * 5 >= self.longer * 2;
        let contained = self.common * 10 >= self.shorter * 6 && self.common >= 6;
        alike || contained
    }

    /// Alike enough to be recognised anywhere.
    pub(super) fn is_recognisable(&self) -> bool {
        let most = self.common * 10 >= self.longer * 6 && self.common >= 6;
        let half = self.common * 2 >= self.longer && self.common >= 12;
        let contained = self.common * 5 >= self.longer * 2 && self.common * 10 >= self.shorter * 6 && self.common >= 12;
        most || half || contained
    }

    /// So alike that nobody would take it for another.
    pub(super) fn is_unmistakable(&self) -> bool {
        self.common * 20 >= self.longer * 17 && self.common >= 12
    }

    pub(super) fn worth(&self) -> u64 {
        // Of two that keep as many words the one more alike is the same paragraph.
        u64::from(self.common) * (64 + 64 * u64::from(self.common) / u64::from(self.longer.max(1)))
    }
}

/// The words of all paragraphs of a text, those only that weigh as much as asked for.
pub(super) struct Telling {
    ids: Vec<u32>,
    ends: Vec<usize>,
}

impl Telling {
    pub(super) fn of(paragraphs: &[Paragraph<'_>], lexicon: &Lexicon<'_>, least: Weight) -> Self {
        let mut ids = Vec::with_capacity(paragraphs.iter().map(|p| p.words.len()).sum());
        let mut ends = Vec::with_capacity(paragraphs.len());
        for paragraph in paragraphs {
            let telling = |word: &&Word| lexicon.weight(word.id) >= least;
            ids.extend(paragraph.words.iter().filter(telling).map(|word| word.id));
            ends.push(ids.len());
        }
        Self { ids, ends }
    }

    pub(super) fn words(&self, paragraph: usize) -> &[u32] {
        let start = paragraph.checked_sub(1).and_then(|before| self.ends.get(before)).copied().unwrap_or(0);
        let end = self.ends.get(paragraph).copied().unwrap_or(start);
        self.ids.get(start..end).unwrap_or_default()
    }

    pub(super) fn size(&self, paragraph: usize) -> u32 {
        u32::try_from(self.words(paragraph).len()).unwrap_or(u32::MAX)
    }
}

/// Which old paragraphs hold a word, and how telling the word is.
pub(super) struct Postings {
    of_word: Vec<Vec<u32>>,
    paragraphs: usize,
    /// For each old paragraph what it shares with the one in hand; all 0 between two questions.
    scores: Vec<u32>,
    /// For each word the question in which it was last met.
    met: Vec<u32>,
    question: u32,
}

impl Postings {
    pub(super) fn new(old: &Telling, lexicon: &Lexicon<'_>, free: impl Fn(usize) -> bool) -> Self {
        let mut of_word: Vec<Vec<u32>> = vec![Vec::new(); lexicon.len()];
        let paragraphs = old.ends.len();
        for index in (0..paragraphs).filter(|i| free(*i)) {
            let holder = u32::try_from(index).unwrap_or(u32::MAX);
            for id in old.words(index) {
                if let Some(list) = of_word.get_mut(*id as usize)
                    && list.last() != Some(&holder)
                {
                    list.push(holder);
                }
            }
        }
        Self { of_word, paragraphs, scores: vec![0; paragraphs], met: vec![0; lexicon.len()], question: 0 }
    }

    /// The old paragraphs that share most with these words; a word counts the more the fewer paragraphs hold it.
    pub(super) fn nearest(&mut self, words: &[u32]) -> Vec<usize> {
        self.question += 1;
        let mut touched: Vec<usize> = Vec::new();
        let many = (self.paragraphs / 4).max(24);
        for id in words {
            let Some(met) = self.met.get_mut(*id as usize).filter(|met| **met != self.question) else { continue };
            *met = self.question;
            let holders = self.of_word.get(*id as usize).map(Vec::as_slice).unwrap_or_default();
            if holders.is_empty() || holders.len() > many {
                continue;
            }
            // log2(paragraphs / holders) in eighths, the usual inverse document frequency, in whole numbers.
            let telling = 8 * (1 + (self.paragraphs / holders.len()).ilog2());
            for &holder in holders {
                if let Some(score) = self.scores.get_mut(holder as usize) {
                    if *score == 0 {
                        touched.push(holder as usize);
                    }
                    *score += telling;
                }
            }
        }
        let scores = &mut self.scores;
        let score = |i: usize| scores.get(i).copied().unwrap_or(0);
        let by_score = |a: &usize, b: &usize| score(*b).cmp(&score(*a)).then(a.cmp(b));
        let mut nearest = touched.clone();
        if nearest.len() > CANDIDATES_MAX {
            nearest.select_nth_unstable_by(CANDIDATES_MAX - 1, by_score);
            nearest.truncate(CANDIDATES_MAX);
        }
        nearest.sort_unstable_by(by_score);
        for index in touched {
            if let Some(score) = scores.get_mut(index) {
                *score = 0;
            }
        }
        nearest
    }
}

/// The length of the longest common subsequence of words, 64 words of one side at a time (Hyyrö, "Bit-parallel
/// LCS-length computation revisited", 2004).
pub(super) struct CommonSubsequence {
    /// For each word of the prepared side its row in `masks`; 0 for words it does not have.
    rows: Vec<u32>,
    masks: Vec<u64>,
    blocks: usize,
    prepared: Vec<u32>,
    front: Vec<u64>,
}

impl CommonSubsequence {
    pub(super) fn new(lexicon: &Lexicon<'_>) -> Self {
        Self { rows: vec![0; lexicon.len()], masks: Vec::new(), blocks: 0, prepared: Vec::new(), front: Vec::new() }
    }

    pub(super) fn prepare(&mut self, words: &[u32]) {
        for id in self.prepared.drain(..) {
            if let Some(row) = self.rows.get_mut(id as usize) {
                *row = 0;
            }
        }
        self.blocks = words.len().div_ceil(64);
        self.masks.clear();
        self.masks.resize(self.blocks, 0);
        let mut rows = 0;
        for (position, id) in words.iter().enumerate() {
            let Some(row) = self.rows.get_mut(*id as usize) else { continue };
            if *row == 0 {
                rows += 1;
                *row = rows;
                self.prepared.push(*id);
                self.masks.resize(self.masks.len() + self.blocks, 0);
            }
            if let Some(mask) = self.masks.get_mut(*row as usize * self.blocks + position / 64) {
                *mask |= 1 << (position % 64);
            }
        }
    }

    /// How many words the prepared words have in common with these, in order.
    pub(super) fn measure(&mut self, words: &[u32]) -> u32 {
        self.front.clear();
        self.front.resize(self.blocks, u64::MAX);
        for id in words {
            let row = self.rows.get(*id as usize).copied().unwrap_or(0) as usize;
            if row == 0 {
                continue;
            }
            let masks = self.masks.get(row * self.blocks..(row + 1) * self.blocks).unwrap_or_default();
            let mut carry = false;
            for (v, mask) in self.front.iter_mut().zip(masks) {
                let u = *v & mask;
                let (sum, over) = v.overflowing_add(u);
                let (sum, more) = sum.overflowing_add(u64::from(carry));
                carry = over || more;
                *v = sum | (*v & !mask);
            }
        }
        self.front.iter().map(|v| v.count_zeros()).sum()
    }
}
