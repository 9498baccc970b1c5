//! Which paragraph of a text handed in whole is which paragraph of the text that stands.
//!
//! Three steps: paragraphs that are the same to the letter and occur once; then the heaviest chain of similar
//! paragraphs in common order (a heaviest increasing subsequence, so that as many words as possible are kept in
//! place); then what is left and similar enough to be recognised elsewhere: those have moved. Similarity is the
//! length of the longest common subsequence of words, found bit-parallel (Hyyrö, 2004).

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::words::{Lexicon, Weight, Word};

/// A paragraph to be aligned.
#[derive(Clone, Debug)]
pub struct Paragraph<'t> {
    /// Its wording.
    pub text: &'t str,
    /// The words of its wording.
    pub words: Vec<Word>,
    /// Whether it is a title or a heading: those are paired with their like only.
    pub heading: bool,
}

/// How a text handed in relates to the text that stands.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Alignment {
    /// For each new paragraph the old one that it is, if any.
    pub old_of: Vec<Option<usize>>,
    /// For each new paragraph whether it has moved against the others.
    pub moved: Vec<bool>,
}

/// A paragraph this long that occurs once on either side is recognised wherever it stands.
const UNIQUE_WORDS_MIN: usize = 6;
/// How many similar paragraphs are looked at closely.
const CANDIDATES_MAX: usize = 8;

/// Aligns a new text to an old one.
pub fn align(old: &[Paragraph<'_>], new: &[Paragraph<'_>], lexicon: &Lexicon<'_>) -> Alignment {
    let mut pairs = Pairs::new(old.len(), new.len());
    let mut candidates = same_text(old, new, lexicon, &mut pairs);
    candidates.extend(similar_text(old, new, lexicon, &pairs));
    let fixed = pairs.fixed(old, lexicon);
    let chain = heaviest_chain(&[fixed, candidates.clone()].concat());
    for candidate in &chain {
        pairs.join(candidate);
    }
    candidates.sort_by(|a, b| b.common.cmp(&a.common).then(a.new.cmp(&b.new)).then(a.old.cmp(&b.old)));
    for candidate in candidates.iter().filter(|c| c.is_recognisable()) {
        pairs.join(candidate);
    }
    pairs.join_neighbours(old, new);
    let old_of = pairs.old_of;
    let moved = moved(&old_of, old, lexicon);
    Alignment { old_of, moved }
}

/// Two paragraphs that may be the same one.
#[derive(Clone, Copy, Debug)]
struct Candidate {
    old: usize,
    new: usize,
    /// How many words they have in common, in order; each counts twice, a punctuation mark once.
    common: u32,
    /// The same measure of the longer and of the shorter of the two.
    longer: u32,
    shorter: u32,
}

impl Candidate {
    /// Alike enough to be the same paragraph in its place.
    fn is_alike(&self) -> bool {
        let alike = self.common * 5 >= self.longer * 2;
        let contained = self.common * 10 >= self.shorter * 6 && self.common >= 12;
        alike || contained
    }

    /// Alike enough to be recognised anywhere.
    fn is_recognisable(&self) -> bool {
        self.common * 10 >= self.longer * 6 && self.common >= 12 || self.common == self.longer
    }

    fn worth(&self) -> u64 {
        // Of two that keep as many words the one more alike is the same paragraph.
        u64::from(self.common) * (64 + 64 * u64::from(self.common) / u64::from(self.longer.max(1)))
    }
}

struct Pairs {
    new_of: Vec<Option<usize>>,
    old_of: Vec<Option<usize>>,
}

impl Pairs {
    fn new(old: usize, new: usize) -> Self {
        Self { new_of: vec![None; old], old_of: vec![None; new] }
    }

    fn join(&mut self, pair: &Candidate) {
        if let (Some(new_of @ None), Some(old_of @ None)) =
            (self.new_of.get_mut(pair.old), self.old_of.get_mut(pair.new))
        {
            *new_of = Some(pair.new);
            *old_of = Some(pair.old);
        }
    }

    fn is_free(&self, old: usize, new: usize) -> bool {
        matches!((self.new_of.get(old), self.old_of.get(new)), (Some(None), Some(None)))
    }

    fn fixed(&self, old: &[Paragraph<'_>], lexicon: &Lexicon<'_>) -> Vec<Candidate> {
        let whole = |(new, old_index): (usize, &Option<usize>)| {
            let old_index = (*old_index)?;
            let size = old.get(old_index).map_or(0, |p| size(p, lexicon));
            Some(Candidate { old: old_index, new, common: size, longer: size, shorter: size })
        };
        self.old_of.iter().enumerate().filter_map(whole).collect()
    }

    /// A lone paragraph between two that are paired is the one that stood there, if the like of it.
    fn join_neighbours(&mut self, old: &[Paragraph<'_>], new: &[Paragraph<'_>]) {
        for at in 0..new.len() {
            let before = match at.checked_sub(1) {
                None => Some(0),
                Some(previous) => self.old_of.get(previous).copied().flatten().map(|o| o + 1),
            };
            let Some(here) = before else { continue };
            let behind = self.old_of.get(at + 1).copied();
            let closed = match behind {
                None => here + 1 == old.len(),
                Some(next) => next == Some(here + 1),
            };
            let like = old.get(here).zip(new.get(at)).is_some_and(|(o, n)| o.heading == n.heading && !o.heading);
            if closed && like && self.is_free(here, at) {
                self.join(&Candidate { old: here, new: at, common: 0, longer: 0, shorter: 0 });
            }
        }
    }
}

/// Joins what is the same to the letter and cannot be mistaken; offers the rest of what is the same.
fn same_text(old: &[Paragraph<'_>], new: &[Paragraph<'_>], lexicon: &Lexicon<'_>, pairs: &mut Pairs) -> Vec<Candidate> {
    let mut by_text: HashMap<&str, (Vec<usize>, Vec<usize>), FixedState> = HashMap::default();
    for (index, paragraph) in old.iter().enumerate() {
        by_text.entry(paragraph.text).or_default().0.push(index);
    }
    for (index, paragraph) in new.iter().enumerate() {
        if let Some((_, news)) = by_text.get_mut(paragraph.text) {
            news.push(index);
        }
    }
    let mut candidates = Vec::new();
    for (old_index, paragraph) in old.iter().enumerate() {
        let Some((olds, news)) = by_text.get(paragraph.text) else { continue };
        let size = size(paragraph, lexicon);
        let same = |new: usize| Candidate { old: old_index, new, common: size, longer: size, shorter: size };
        match (olds.as_slice(), news.as_slice()) {
            ([_], [new]) if paragraph.words.len() >= UNIQUE_WORDS_MIN => pairs.join(&same(*new)),
            // Headings such as "Option 1" recur; order decides which is which.
            (_, news) => candidates.extend(news.iter().map(|new| same(*new))),
        }
    }
    candidates
}

/// Offers the paragraphs that share the most telling words, measured by their longest common subsequence.
fn similar_text(old: &[Paragraph<'_>], new: &[Paragraph<'_>], lexicon: &Lexicon<'_>, pairs: &Pairs) -> Vec<Candidate> {
    let free = |i: usize| pairs.new_of.get(i).is_some_and(Option::is_none);
    let index = Postings::new(old, lexicon, free);
    let mut scratch = vec![0_u32; old.len()];
    let mut lcs = CommonSubsequence::new(lexicon);
    let mut candidates = Vec::new();
    for (new_index, paragraph) in new.iter().enumerate() {
        if pairs.old_of.get(new_index).is_none_or(Option::is_some) {
            continue;
        }
        let nearest = index.nearest(paragraph, &mut scratch);
        if nearest.is_empty() {
            continue;
        }
        lcs.prepare(&paragraph.words);
        let new_size = size(paragraph, lexicon);
        for old_index in nearest {
            let Some(other) = old.get(old_index).filter(|o| o.heading == paragraph.heading) else { continue };
            let common = lcs.measure(&other.words);
            let old_size = size(other, lexicon);
            let (longer, shorter) = (new_size.max(old_size), new_size.min(old_size));
            let candidate = Candidate { old: old_index, new: new_index, common, longer, shorter };
            if other.text != paragraph.text && candidate.is_alike() {
                candidates.push(candidate);
            }
        }
    }
    candidates
}

/// Which old paragraphs hold a word, and how telling the word is.
struct Postings {
    of_word: Vec<Vec<u32>>,
    paragraphs: usize,
}

impl Postings {
    fn new(old: &[Paragraph<'_>], lexicon: &Lexicon<'_>, free: impl Fn(usize) -> bool) -> Self {
        let mut of_word: Vec<Vec<u32>> = vec![Vec::new(); lexicon.len()];
        for (index, paragraph) in old.iter().enumerate().filter(|(i, _)| free(*i)) {
            let index = u32::try_from(index).unwrap_or(u32::MAX);
            for word in &paragraph.words {
                if let Some(list) = of_word.get_mut(word.id as usize)
                    && list.last() != Some(&index)
                    && lexicon.weight(word.id) > Weight::Mark
                {
                    list.push(index);
                }
            }
        }
        Self { of_word, paragraphs: old.len() }
    }

    /// The old paragraphs that share most with this one; a word counts the more the fewer paragraphs hold it.
    fn nearest(&self, paragraph: &Paragraph<'_>, scratch: &mut [u32]) -> Vec<usize> {
        let mut touched = Vec::new();
        let mut ids: Vec<u32> = paragraph.words.iter().map(|w| w.id).collect();
        ids.sort_unstable();
        ids.dedup();
        let many = (self.paragraphs / 4).max(24);
        for list in ids.iter().filter_map(|id| self.of_word.get(*id as usize)) {
            if list.is_empty() || list.len() > many {
                continue;
            }
            // log2(paragraphs / holders) in eighths, the usual inverse document frequency, in whole numbers.
            let telling = 8 * (1 + (self.paragraphs / list.len()).ilog2());
            for &holder in list {
                if let Some(score) = scratch.get_mut(holder as usize) {
                    if *score == 0 {
                        touched.push(holder as usize);
                    }
                    *score += telling;
                }
            }
        }
        let score = |i: &usize| scratch.get(*i).copied().unwrap_or(0);
        touched.sort_by(|a, b| score(b).cmp(&score(a)).then(a.cmp(b)));
        let nearest = touched.iter().copied().take(CANDIDATES_MAX).collect();
        for index in touched {
            if let Some(score) = scratch.get_mut(index) {
                *score = 0;
            }
        }
        nearest
    }
}

/// The size of a paragraph: two for a word, one for a punctuation mark.
fn size(paragraph: &Paragraph<'_>, lexicon: &Lexicon<'_>) -> u32 {
    paragraph.words.iter().map(|w| weight(lexicon, w.id)).sum()
}

fn weight(lexicon: &Lexicon<'_>, id: u32) -> u32 {
    if lexicon.weight(id) > Weight::Mark { 2 } else { 1 }
}

/// The longest common subsequence of words, 64 words of one side at a time (Hyyrö, "Bit-parallel LCS-length
/// computation revisited", 2004).
struct CommonSubsequence<'l, 't> {
    lexicon: &'l Lexicon<'t>,
    /// For each word of the prepared side its row in `masks`; 0 for words it does not have.
    rows: Vec<u32>,
    masks: Vec<u64>,
    blocks: usize,
    prepared: Vec<u32>,
}

impl<'l, 't> CommonSubsequence<'l, 't> {
    fn new(lexicon: &'l Lexicon<'t>) -> Self {
        Self { lexicon, rows: vec![0; lexicon.len()], masks: Vec::new(), blocks: 0, prepared: Vec::new() }
    }

    fn prepare(&mut self, words: &[Word]) {
        for id in self.prepared.drain(..) {
            if let Some(row) = self.rows.get_mut(id as usize) {
                *row = 0;
            }
        }
        self.blocks = words.len().div_ceil(64);
        self.masks.clear();
        self.masks.resize(self.blocks, 0);
        let mut rows = 0;
        for (position, word) in words.iter().enumerate() {
            let Some(row) = self.rows.get_mut(word.id as usize) else { continue };
            if *row == 0 {
                rows += 1;
                *row = rows;
                self.prepared.push(word.id);
                self.masks.resize(self.masks.len() + self.blocks, 0);
            }
            if let Some(mask) = self.masks.get_mut(*row as usize * self.blocks + position / 64) {
                *mask |= 1 << (position % 64);
            }
        }
    }

    /// The size of what the prepared words have in common with these, in order.
    fn measure(&self, words: &[Word]) -> u32 {
        let mut front = vec![u64::MAX; self.blocks];
        let mut common = 0;
        let mut length = 0;
        for word in words {
            let row = self.rows.get(word.id as usize).copied().unwrap_or(0) as usize;
            if row == 0 {
                continue;
            }
            let masks = self.masks.get(row * self.blocks..(row + 1) * self.blocks).unwrap_or_default();
            let mut carry = false;
            for (v, mask) in front.iter_mut().zip(masks) {
                let u = *v & mask;
                let (sum, over) = v.overflowing_add(u);
                let (sum, more) = sum.overflowing_add(u64::from(carry));
                carry = over || more;
                *v = sum | (*v & !mask);
            }
            let now: u32 = front.iter().map(|v| v.count_zeros()).sum();
            if now > length {
                length = now;
                common += weight(self.lexicon, word.id);
            }
        }
        common
    }
}

/// The pairs in common order that are worth most together.
fn heaviest_chain(candidates: &[Candidate]) -> Vec<Candidate> {
    let mut sorted: Vec<&Candidate> = candidates.iter().collect();
    // Within one new paragraph from the last old one to the first, so that no two of them can follow each other.
    sorted.sort_by(|a, b| a.new.cmp(&b.new).then(b.old.cmp(&a.old)));
    let olds = sorted.iter().map(|c| c.old + 1).max().unwrap_or(0);
    // A Fenwick tree of the best chain that ends at or before an old paragraph.
    let mut best: Vec<(u64, usize)> = vec![(0, usize::MAX); olds + 1];
    let mut previous = vec![usize::MAX; sorted.len()];
    for (index, candidate) in sorted.iter().enumerate() {
        let (mut total, mut link) = (0, usize::MAX);
        let mut at = candidate.old;
        while at > 0 {
            if let Some(&(value, from)) = best.get(at)
                && value > total
            {
                (total, link) = (value, from);
            }
            at &= at - 1;
        }
        total += candidate.worth();
        if let Some(slot) = previous.get_mut(index) {
            *slot = link;
        }
        let mut at = candidate.old + 1;
        while let Some(slot) = best.get_mut(at) {
            if slot.0 < total {
                *slot = (total, index);
            }
            at += at & at.wrapping_neg();
        }
    }
    let mut at = best.iter().max_by_key(|(total, _)| *total).map_or(usize::MAX, |(_, index)| *index);
    let mut chain = Vec::new();
    while let Some(candidate) = sorted.get(at) {
        chain.push(**candidate);
        at = previous.get(at).copied().unwrap_or(usize::MAX);
    }
    chain.reverse();
    chain
}

/// Which paragraphs have moved: those outside the heaviest chain in common order, so that as few words as possible move.
fn moved(old_of: &[Option<usize>], old: &[Paragraph<'_>], lexicon: &Lexicon<'_>) -> Vec<bool> {
    let pairs: Vec<Candidate> = old_of
        .iter()
        .enumerate()
        .filter_map(|(new, old_index)| {
            let old_index = (*old_index)?;
            let size = old.get(old_index).map_or(1, |p| size(p, lexicon)).max(1);
            Some(Candidate { old: old_index, new, common: size, longer: size, shorter: size })
        })
        .collect();
    let mut moved: Vec<bool> = old_of.iter().map(Option::is_some).collect();
    for kept in heaviest_chain(&pairs) {
        if let Some(flag) = moved.get_mut(kept.new) {
            *flag = false;
        }
    }
    moved
}

#[cfg(test)]
mod tests {
    use super::*;

    fn aligned(old: &[&str], new: &[&str]) -> String {
        let mut lexicon = Lexicon::new();
        let mut read = |texts: &[&'static str]| -> Vec<Paragraph<'static>> {
            texts
                .iter()
                .map(|text| Paragraph { text, words: lexicon.read(text), heading: text.starts_with('#') })
                .collect()
        };
        let leak = |texts: &[&str]| -> Vec<&'static str> {
            texts.iter().map(|t| &*Box::leak((*t).to_owned().into_boxed_str())).collect()
        };
        let (old, new) = (read(&leak(old)), read(&leak(new)));
        let found = align(&old, &new, &lexicon);
        let shown = found.old_of.iter().zip(found.moved).map(|(old, moved)| match old {
            None => "new".to_owned(),
            Some(old) => format!("{old}{}", if moved { " moved" } else { "" }),
        });
        shown.collect::<Vec<_>>().join(", ")
    }

    const A: &str = "Each Party shall prepare and communicate its contribution every five years.";
    const B: &str = "Support is provided to developing countries for the implementation of this article.";
    const C: &str = "The secretariat keeps a public registry of all contributions communicated to it.";

    #[test]
    fn paragraphs_stay_themselves_when_others_come_and_go() {
        assert_eq!(aligned(&[A, B, C], &[A, C]), "0, 2");
        assert_eq!(aligned(&[A, C], &["Something else entirely, about other matters and persons.", A, C]), "new, 0, 1");
    }

    #[test]
    fn a_reworded_paragraph_is_the_same_one() {
        let reworded = "Each Party should prepare and regularly communicate its contribution every four years.";
        assert_eq!(aligned(&[B, A, C], &[B, reworded, C]), "0, 1, 2");
    }

    #[test]
    fn a_moved_paragraph_is_recognised_even_reworded() {
        let reworded = "Each Party should prepare and communicate its contribution every four years.";
        assert_eq!(aligned(&[A, B, C], &[B, C, reworded]), "1, 2, 0 moved");
    }

    #[test]
    fn recurring_headings_are_told_apart_by_their_place() {
        assert_eq!(aligned(&["# Option", A, "# Option", B], &["# Option", A, C, "# Option", B]), "0, 1, new, 2, 3");
    }
}
