//! Whole wordings: a provision that reads, all in all, as a proposal wants one to read is made of that proposal's words,
//! wherever the proposal wanted it to stand and whatever provision it grew out of.

use std::collections::{HashMap, HashSet};
use std::ops::Range;

use foldhash::fast::FixedState;
use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::asked::{Asked, Site};
use super::came::{Came, Run};
use super::chain::{Chain, Common, Nearness};
use crate::compact::edit::{Change, Splice};
use crate::compact::evolve::spliced;
use crate::compact::state::Compact;
use crate::text::precise;
use crate::text::surprisal::Forms;

/// A wording elsewhere in the text must have this many words to be the same by more than chance.
const SAME_WORDS_MIN: usize = 4;
/// The share of words in common from which on a wording is, all in all, the one that was asked for: of a provision put
/// in, and of one reworded, of which most words stood there before.
const ALIKE_INSERTED: f32 = 0.65;
const ALIKE_REWORDED: f32 = 0.95;
/// What each word tells that stands in such a wording where it was asked for.
const WORD_BITS: f32 = 3.0;
/// Up to this many words two wordings are compared.
const COMPARED_WORDS_MAX: usize = 1_500;

/// The wording of a changed provision as it comes to be, by the number of its change.
pub(super) struct Wordings(Vec<(usize, String)>);

impl Wordings {
    pub(super) fn of(compact: &Compact, changes: &[Change]) -> Self {
        let told = |(number, change): (usize, &Change)| match change {
            Change::Splices { provision, splices } => {
                let standing = compact.provisions.get(provision)?.face(compact.seq)?;
                Some((number, spliced(&standing.text, splices)?))
            }
            Change::Insert { insert } => Some((number, insert.text.clone())),
            Change::Strike { .. } | Change::Move { .. } | Change::Relabel { .. } => None,
        };
        Self(changes.iter().enumerate().filter_map(told).collect())
    }

    /// The chains of all that read as asked for; `met` tells which asks have words in common with which change.
    pub(super) fn chains<'t>(
        &'t self,
        changes: &[Change],
        came: &Came<'_>,
        asked: &Asked<'_>,
        met: &HashSet<(usize, usize)>,
        forms: &mut Forms<'t>,
    ) -> Vec<Chain> {
        let mut same: HashMap<&[u32], Vec<usize>, FixedState> = HashMap::default();
        for (ask, passage) in asked.passages.iter().enumerate().filter(|(_, passage)| !passage.words.is_empty()) {
            same.entry(passage.words.as_slice()).or_default().push(ask);
        }
        let mut likely: HashMap<usize, Vec<usize>, FixedState> = HashMap::default();
        for (change, ask) in met {
            likely.entry(*change).or_default().push(*ask);
        }
        let mut chains = Vec::new();
        for (number, text) in &self.0 {
            let Some(change) = changes.get(*number) else { continue };
            let words = forms.read(text).into_iter().filter(|word| !forms.is_mark(word.id));
            let (starts, words): (Vec<usize>, Vec<u32>) = words.map(|word| (word.range().start, word.id)).unzip();
            let mut asks: Vec<usize> = same.get(words.as_slice()).cloned().unwrap_or_default();
            asks.extend(likely.get(number).into_iter().flatten());
            asks.sort_unstable();
            asks.dedup();
            let wording = Wording { starts, words };
            for ask in asks {
                let Some(equal) = wording.alike(ask, asked) else { continue };
                let runs = came.runs.iter().enumerate().filter(|(_, run)| run.key.change == *number);
                chains.extend(runs.filter_map(|(index, run)| wording.chain((index, run), ask, change, &equal, asked)));
            }
        }
        chains
    }
}

/// The words of a wording, and where each begins in it.
struct Wording {
    starts: Vec<usize>,
    words: Vec<u32>,
}

impl Wording {
    /// Which of the words stand in a wording asked for, in order, if it is all in all the same; by place in the latter.
    fn alike(&self, ask: usize, asked: &Asked<'_>) -> Option<HashMap<usize, usize, FixedState>> {
        let (told, passage) = asked.asks.get(ask).zip(asked.passages.get(ask))?;
        let is_inserted = !matches!(told.site, Site::In(..)) && !passage.is_new.contains(&false);
        let enough = if is_inserted { ALIKE_INSERTED } else { ALIKE_REWORDED };
        let (mine, theirs) = (&self.words, &passage.words);
        let longer = mine.len().max(theirs.len());
        let shorter = mine.len().min(theirs.len());
        let is_compared = (SAME_WORDS_MIN..=COMPARED_WORDS_MAX).contains(&longer);
        if !is_compared || precise(shorter) < enough * precise(longer) {
            return None;
        }
        if precise(in_common(mine, theirs)) < enough * precise(longer) {
            return None;
        }
        let mut equal = HashMap::default();
        for op in capture_diff_slices(Algorithm::RawMyers, mine, theirs) {
            if let DiffOp::Equal { old_index, new_index, len } = op {
                equal.extend((0..len).map(|n| (old_index + n, new_index + n)));
            }
        }
        (precise(equal.len()) >= enough * precise(longer)).then_some(equal)
    }

    /// The words of one run that stand there as asked for.
    fn chain(
        &self,
        (number, run): (usize, &Run<'_>),
        ask: usize,
        change: &Change,
        equal: &HashMap<usize, usize, FixedState>,
        asked: &Asked<'_>,
    ) -> Option<Chain> {
        let passage = asked.passages.get(ask)?;
        let offset = offset(change, run)?;
        let mut words = Vec::new();
        for (at, place) in run.place_of.iter().enumerate() {
            let start = offset + run.words.get(*place)?.range().start;
            let Ok(here) = self.starts.binary_search(&start) else { continue };
            let Some(from) = equal.get(&here).copied() else { continue };
            if passage.is_new.get(from) == Some(&true) {
                words.push(Common { at, from, bits: WORD_BITS });
            }
        }
        let is_identity = passage.words == self.words;
        let (need, share, nearness) = (0.0, 1.0, Nearness::Here);
        (!words.is_empty()).then_some(Chain {
            run: number,
            ask,
            words,
            need,
            is_identity,
            share,
            nearness,
            is_wording: true,
        })
    }
}

/// How many words two wordings have in common, in any order.
fn in_common(a: &[u32], b: &[u32]) -> usize {
    let mut counts: HashMap<u32, usize, FixedState> = HashMap::default();
    for word in a {
        *counts.entry(*word).or_default() += 1;
    }
    let take = |word: &&u32| match counts.get_mut(*word) {
        Some(left) if *left > 0 => {
            *left -= 1;
            true
        }
        _ => false,
    };
    b.iter().filter(take).count()
}

/// Where the text of a run begins in the wording that comes of its change, in bytes.
fn offset(change: &Change, run: &Run<'_>) -> Option<usize> {
    let Change::Splices { splices, .. } = change else { return Some(0) };
    let splice: &Splice = splices.get(run.key.splice)?;
    let pieces: Range<usize> = 0..run.key.piece;
    let before: usize = splice.pieces.get(pieces).unwrap_or_default().iter().map(|piece| piece.text.len()).sum();
    run.begins.map(|begins| begins + before)
}
