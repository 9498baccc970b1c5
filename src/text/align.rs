//! Which paragraph of a text handed in whole is which paragraph of the text that stands.
//!
//! First paragraphs that are the same to the letter, or next to it, and cannot be mistaken; then the heaviest chain of
//! similar paragraphs in common order (a heaviest increasing subsequence, so that as many words as possible are kept in
//! place); then what is left and similar enough to be recognised elsewhere: those have moved; then what is left between
//! two that are paired, where less likeness is enough. Similarity is the length of the longest common subsequence of
//! words, found bit-parallel (Hyyrö, 2004).

mod carried;
mod chain;
mod likeness;
mod slots;

use std::collections::{HashMap, HashSet};

use foldhash::fast::FixedState;

use super::words::{Lexicon, Weight, Word};
use chain::heaviest_chain;
use likeness::{Candidate, CommonSubsequence, Postings, Telling};

pub use carried::{CARRIED_WORDS_MIN, Carried, carried};

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
    /// How many words each old paragraph has, those that weigh nothing left out.
    sizes: Vec<u32>,
}

impl Alignment {
    /// For each new paragraph whether it has moved, if these (by their new place) have: the others then stay in common
    /// order as far as they can.
    pub fn moved_with(&self, told: &HashSet<usize>) -> Vec<bool> {
        let staying = |(new, old): (usize, &Option<usize>)| old.filter(|_| !told.contains(&new));
        let staying: Vec<Option<usize>> = self.old_of.iter().enumerate().map(staying).collect();
        moved(&self.old_of, &staying, &self.sizes)
    }
}

/// A paragraph this long that occurs once on either side is recognised wherever it stands.
const UNIQUE_WORDS_MIN: u32 = 6;

/// Up to this many pairs of one recurring text are all looked at, beyond it only those near each other.
const RECURRING_PAIRS_MAX: usize = 4_096;
const RECURRING_NEAR: usize = 4;

/// Aligns a new text to an old one.
pub fn align(old: &[Paragraph<'_>], new: &[Paragraph<'_>], lexicon: &Lexicon<'_>) -> Alignment {
    let mut pairs = Pairs::new(old.len(), new.len());
    let (olds, news) = (Telling::of(old, lexicon, Weight::Light), Telling::of(new, lexicon, Weight::Light));
    let mut candidates = same_text(old, new, &olds, &mut pairs);
    candidates.extend(similar_text((old, &olds), (new, &news), lexicon, &pairs));
    pairs.join_unmistakable(&candidates);
    let free = candidates.iter().filter(|c| pairs.is_free(c.old, c.new)).copied();
    let chain = heaviest_chain(&pairs.joined(&olds).chain(free).collect::<Vec<_>>());
    for candidate in &chain {
        pairs.join(candidate);
    }
    candidates.sort_by(|a, b| b.common.cmp(&a.common).then(a.new.cmp(&b.new)).then(a.old.cmp(&b.old)));
    for candidate in candidates.iter().filter(|c| c.is_recognisable()) {
        pairs.join(candidate);
    }
    pairs.join_adjoining(old, new);
    slots::join_in_slots(old, new, lexicon, &mut pairs);
    let sizes: Vec<u32> = (0..old.len()).map(|index| olds.size(index)).collect();
    Alignment { moved: moved(&pairs.old_of, &pairs.old_of, &sizes), old_of: pairs.old_of, sizes }
}

/// What is paired and does not stand in common order with those that may stay.
fn moved(old_of: &[Option<usize>], staying: &[Option<usize>], sizes: &[u32]) -> Vec<bool> {
    let mut moved: Vec<bool> = old_of.iter().map(Option::is_some).collect();
    for kept in in_order(staying, |old| sizes.get(old).copied().unwrap_or(0)) {
        if let Some(flag) = moved.get_mut(kept.new) {
            *flag = false;
        }
    }
    moved
}

/// Which old paragraphs are recognised among the new ones wherever they stand, as pairs of places (old, new); the most
/// alike first, each at most once.
pub fn recognised(old: &[Paragraph<'_>], new: &[Paragraph<'_>], lexicon: &Lexicon<'_>) -> Vec<(usize, usize)> {
    let mut pairs = Pairs::new(old.len(), new.len());
    let (olds, news) = (Telling::of(old, lexicon, Weight::Light), Telling::of(new, lexicon, Weight::Light));
    let mut candidates = similar_text((old, &olds), (new, &news), lexicon, &pairs);
    candidates.sort_by_key(|c| (std::cmp::Reverse(c.worth()), c.new, c.old));
    let mut found = Vec::new();
    for candidate in candidates.iter().filter(|c| c.is_recognisable()) {
        if pairs.is_free(candidate.old, candidate.new) {
            pairs.join(candidate);
            found.push((candidate.old, candidate.new));
        }
    }
    found
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

    /// Whether an old paragraph is not paired yet.
    fn has_old(&self, old: usize) -> bool {
        self.new_of.get(old).is_some_and(Option::is_none)
    }

    /// Whether a new paragraph is not paired yet.
    fn has_new(&self, new: usize) -> bool {
        self.old_of.get(new).is_some_and(Option::is_none)
    }

    fn is_free(&self, old: usize, new: usize) -> bool {
        self.has_old(old) && self.has_new(new)
    }

    /// What is paired, at its full worth.
    fn joined(&self, olds: &Telling) -> impl Iterator<Item = Candidate> {
        let whole = |(new, old): (usize, &Option<usize>)| old.map(|old| Candidate::same(old, new, olds.size(old)));
        self.old_of.iter().enumerate().filter_map(whole)
    }

    /// Joins what is next to the same and has no rival: it is itself wherever it stands.
    fn join_unmistakable(&mut self, candidates: &[Candidate]) {
        let mut best_old = vec![(0, 0); self.new_of.len()];
        let mut best_new = vec![(0, 0); self.old_of.len()];
        for candidate in candidates {
            for (best, second) in
                [best_old.get_mut(candidate.old), best_new.get_mut(candidate.new)].into_iter().flatten()
            {
                *second = candidate.common.min(*best).max(*second);
                *best = candidate.common.max(*best);
            }
        }
        for candidate in candidates.iter().filter(|c| c.is_unmistakable()) {
            let ranks = [best_old.get(candidate.old), best_new.get(candidate.new)];
            let is_alone = |rank: &(u32, u32)| candidate.common == rank.0 && rank.1 * 5 < rank.0 * 4;
            if ranks.into_iter().flatten().all(is_alone) {
                self.join(candidate);
            }
        }
    }

    /// What is too short to be recognised by itself goes with the paragraph it stands next to.
    fn join_adjoining(&mut self, old: &[Paragraph<'_>], new: &[Paragraph<'_>]) {
        let same = |o: usize, n: usize| {
            old.get(o).zip(new.get(n)).is_some_and(|(o, n)| o.text == n.text && o.heading == n.heading)
        };
        for at in 1..new.len() {
            if let Some(before) = self.old_of.get(at - 1).copied().flatten()
                && same(before + 1, at)
            {
                self.join(&Candidate::same(before + 1, at, 0));
            }
        }
        for at in (0..new.len()).rev() {
            if let Some(behind) = self.old_of.get(at + 1).copied().flatten()
                && let Some(here) = behind.checked_sub(1)
                && same(here, at)
            {
                self.join(&Candidate::same(here, at, 0));
            }
        }
    }
}

/// The pairs in common order, such that as few words as possible are out of order: those have moved.
fn in_order(old_of: &[Option<usize>], size: impl Fn(usize) -> u32) -> Vec<Candidate> {
    let pair = |(new, old): (usize, &Option<usize>)| old.map(|old| Candidate::same(old, new, size(old).max(1)));
    heaviest_chain(&old_of.iter().enumerate().filter_map(pair).collect::<Vec<_>>())
}

/// The old and the new paragraphs of each wording, headings apart.
type ByText<'t> = HashMap<(&'t str, bool), (Vec<usize>, Vec<usize>), FixedState>;

/// Joins what is the same to the letter and cannot be mistaken; offers the rest of what is the same.
fn same_text(old: &[Paragraph<'_>], new: &[Paragraph<'_>], olds: &Telling, pairs: &mut Pairs) -> Vec<Candidate> {
    let mut by_text: ByText<'_> = HashMap::default();
    for (index, paragraph) in old.iter().enumerate() {
        by_text.entry((paragraph.text, paragraph.heading)).or_default().0.push(index);
    }
    for (index, paragraph) in new.iter().enumerate() {
        if let Some((_, news)) = by_text.get_mut(&(paragraph.text, paragraph.heading)) {
            news.push(index);
        }
    }
    let mut candidates = Vec::new();
    for (old_index, paragraph) in old.iter().enumerate() {
        let Some((same, news)) = by_text.get(&(paragraph.text, paragraph.heading)) else { continue };
        let size = olds.size(old_index);
        match (same.as_slice(), news.as_slice()) {
            ([_], [new]) if size >= UNIQUE_WORDS_MIN => pairs.join(&Candidate::same(old_index, *new, size)),
            // Headings such as "Option 1" recur; order decides which is which. What has no word is worth one.
            (same, news) => {
                let likely = counterparts(same, news, old_index);
                candidates.extend(likely.map(|new| Candidate::same(old_index, new, size.max(1))));
            }
        }
    }
    candidates
}

/// Which of the new places of a recurring text an old one may have gone to: all of them, or where there are very many
/// those that stand about as far from the first or from the last.
fn counterparts<'a>(same: &[usize], news: &'a [usize], old: usize) -> impl Iterator<Item = usize> + use<'a> {
    let nth = same.binary_search(&old).unwrap_or(0);
    let from_last = (nth + news.len()).saturating_sub(same.len());
    let few = same.len() * news.len() <= RECURRING_PAIRS_MAX;
    let near =
        move |place: usize| few || place.abs_diff(nth) <= RECURRING_NEAR || place.abs_diff(from_last) <= RECURRING_NEAR;
    news.iter().enumerate().filter(move |(place, _)| near(*place)).map(|(_, new)| *new)
}

/// Offers the paragraphs that share the most telling words, measured by their longest common subsequence.
fn similar_text(
    (old, olds): (&[Paragraph<'_>], &Telling),
    (new, news): (&[Paragraph<'_>], &Telling),
    lexicon: &Lexicon<'_>,
    pairs: &Pairs,
) -> Vec<Candidate> {
    let mut index = Postings::new(olds, lexicon, |old| pairs.has_old(old));
    let mut lcs = CommonSubsequence::new(lexicon);
    let mut candidates = Vec::new();
    for (new_index, paragraph) in new.iter().enumerate().filter(|(new_index, _)| pairs.has_new(*new_index)) {
        let words = news.words(new_index);
        let nearest = index.nearest(words);
        if nearest.is_empty() {
            continue;
        }
        lcs.prepare(words);
        for old_index in nearest {
            let like = |o: &&Paragraph<'_>| o.heading == paragraph.heading && o.text != paragraph.text;
            if !old.get(old_index).as_ref().is_some_and(like) {
                continue;
            }
            let (old_size, new_size) = (olds.size(old_index), news.size(new_index));
            let (longer, shorter) = (new_size.max(old_size), new_size.min(old_size));
            let common = lcs.measure(olds.words(old_index));
            let candidate = Candidate { old: old_index, new: new_index, common, longer, shorter };
            if candidate.is_alike() {
                candidates.push(candidate);
            }
        }
    }
    candidates
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
    fn a_scrap_is_the_same_where_nothing_else_stands_and_a_mark_is_left_of_it() {
        assert_eq!(aligned(&[A, "[Alt.]", B], &[A, "[", B]), "0, 1, 2");
        assert_eq!(aligned(&[A, "[Alt.]", B], &[A, "Or:", B]), "0, new, 2");
        assert_eq!(aligned(&[A, "[Alt.]", B], &[A, "[", "[", B]), "0, new, new, 2");
        assert_eq!(aligned(&[A, "[All Parties]", B], &[A, "[", B]), "0, new, 2");
        assert_eq!(aligned(&[A, "# [Alt.]", B], &[A, "[", B]), "0, new, 2");
    }

    #[test]
    fn recurring_headings_are_told_apart_by_their_place() {
        assert_eq!(aligned(&["# Option", A, "# Option", B], &["# Option", A, C, "# Option", B]), "0, 1, new, 2, 3");
    }
}
