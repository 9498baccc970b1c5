//! Words that come back: which of the words to be added were struck at the same place, and where in the weave they are.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::placing::{Spot, find_struck, is_restorable, region};
use super::{Stitch, Wording};
use crate::text::weave::View;
use crate::text::words::{Lexicon, Weight, Word};
use crate::text::{EditId, chars, words};

/// Up to so many pairs of words are weighed one by one; beyond, `similar`'s Patience bounds the work.
const PAIRS_MAX: usize = 1 << 20;
/// A part of struck words that is no strand of its own comes back if it has at least so many words.
const PART_WORDS_MIN: usize = 3;

impl Wording {
    /// Which pieces of `added` are words that stood at this place before: the text in pieces, each with the edit that
    /// first had it in. Only words once enacted and now struck count.
    pub fn restorable<'a>(
        &self,
        base: &View<'_>,
        at: u32,
        struck: u32,
        added: &'a str,
    ) -> Vec<(&'a str, Option<EditId>)> {
        if !self.strands.iter().any(|strand| is_restorable(strand, base)) {
            return vec![(added, None)];
        }
        // The words around the place may be one strand still: what lies beyond them is not at this place.
        let mut woven = self.clone();
        woven.cut(base, [at, at + struck].into_iter());
        let spots = woven.spots(base);
        let (first, end) = region(&spots, at, at + struck);
        let runs = woven.struck_words(&spots, first..end).common(added);
        let (mut cursor, mut told, mut pieces) = (first, 0, Vec::new());
        for run in runs {
            let Some(text) = added.get(run.clone()) else { continue };
            // Replay looks for it in the same way: what it would not find is not told as restored.
            let Some(found) = woven.uncover(base, (at, at + struck), cursor, text) else { continue };
            pieces.extend(added.get(told..run.start).filter(|new| !new.is_empty()).map(|new| (new, None)));
            let mut rest = text;
            for strand in found.iter().filter_map(|index| woven.strands.get(*index)) {
                let (restored, tail) = rest.split_at(woven.read(strand).len());
                pieces.push((restored, Some(strand.added.edit)));
                rest = tail;
            }
            cursor = found.last().map_or(cursor, |last| last + 1);
            told = run.end;
        }
        pieces.extend(added.get(told..).filter(|new| !new.is_empty()).map(|new| (new, None)));
        pieces
    }

    /// Splits struck strands where stitches restore a part of them only.
    pub(super) fn cut_restored(&mut self, base: &View<'_>, stitches: &[Stitch<'_>]) {
        for stitch in stitches {
            let mut cursor = 0;
            for piece in stitch.pieces.iter().filter(|piece| piece.restores) {
                let place = (stitch.at, stitch.at + chars(stitch.struck));
                let Some(found) = self.uncover(base, place, cursor, piece.text) else { break };
                cursor = found.last().map_or(cursor, |last| last + 1);
            }
        }
    }

    /// The struck strands at a place, from `cursor` on, that read as the text: whole ones, or if there are none such, parts
    /// of strands, which then become strands. Every record relies on these rules; they must not change.
    fn uncover(&mut self, base: &View<'_>, place: (u32, u32), cursor: usize, text: &str) -> Option<Vec<usize>> {
        let spots = self.spots(base);
        let (first, end) = region(&spots, place.0, place.1);
        let first = first.max(cursor);
        if let Some(found) = find_struck(self, &spots, first..end, text) {
            return Some(found);
        }
        let parts = self.parts(&spots, first..end, text)?;
        let cuts = parts.len() * 2;
        for (index, part) in parts.into_iter().rev() {
            self.split(index, part.end);
            self.split(index, part.start);
        }
        find_struck(self, &self.spots(base), first..end + cuts, text)
    }

    /// Parts of struck strands that, in order, read as the text: at each step the longest, the first of equals.
    fn parts(&self, spots: &[Spot], range: Range<usize>, text: &str) -> Option<Vec<(usize, Range<usize>)>> {
        let borders = borders(text);
        let mut parts: Vec<(usize, Range<usize>)> = Vec::new();
        let (mut next, mut at) = (range.start, 0);
        while at < text.len() {
            let rest = text.get(at..)?;
            let mut best: Option<(usize, Range<usize>)> = None;
            for index in (next..range.end).filter(|index| spots.get(*index).is_some_and(|spot| spot.restorable)) {
                let Some(strand) = self.strands.get(index).map(|strand| self.read(strand)) else { continue };
                let inner = self::borders(strand);
                for start in inner.iter().filter(|start| **start < strand.len()) {
                    if strand.len() - start <= best.as_ref().map_or(0, |(_, part)| part.len()) {
                        break;
                    }
                    let same = strand.get(*start..)?.bytes().zip(rest.bytes()).take_while(|(a, b)| a == b).count();
                    let ends = inner.iter().rev().map(|end| end.saturating_sub(*start));
                    let fits = |len: &usize| *len > 0 && *len <= same && borders.binary_search(&(at + len)).is_ok();
                    let len = ends.into_iter().find(fits).unwrap_or(0);
                    if len > best.as_ref().map_or(0, |(_, part)| part.len()) {
                        best = Some((index, *start..start + len));
                    }
                }
            }
            let (index, part) = best?;
            at += part.len();
            next = index + 1;
            parts.push((index, part));
        }
        Some(parts)
    }

    fn struck_words(&self, spots: &[Spot], range: Range<usize>) -> Struck {
        let mut struck = Struck::default();
        for (strand, _) in
            self.strands.iter().zip(spots).take(range.end).skip(range.start).filter(|(_, s)| s.restorable)
        {
            struck.text.push_str(self.read(strand));
            struck.ends.push(struck.text.len());
        }
        struck
    }
}

/// The struck words of a place, joined in weave order.
#[derive(Default)]
struct Struck {
    text: String,
    /// Where each strand ends.
    ends: Vec<usize>,
}

impl Struck {
    /// The runs of words, in bytes of `added`, that are here in the same order.
    fn common(&self, added: &str) -> Vec<Range<usize>> {
        let mut lexicon = Lexicon::new();
        let mut old: Vec<(usize, Range<usize>, u32)> = Vec::new();
        let mut start = 0;
        for (strand, end) in self.ends.iter().enumerate() {
            let read = lexicon.read(self.text.get(start..*end).unwrap_or_default());
            old.extend(read.iter().map(|w| (strand, start + w.range().start..start + w.range().end, w.id)));
            start = *end;
        }
        let new = lexicon.read(added);
        let pairs = heaviest(&old.iter().map(|w| w.2).collect::<Vec<_>>(), &new, &lexicon);
        let mut runs: Vec<(Range<usize>, Range<usize>)> = Vec::new();
        for (i, j) in pairs {
            let (Some((_, here, _)), Some(there)) = (old.get(i), new.get(j)) else { continue };
            match runs.last_mut() {
                Some((o, n)) if self.text.get(o.end..here.start) == added.get(n.end..there.range().start) => {
                    (o.end, n.end) = (here.end, there.range().end);
                }
                _ => runs.push((here.clone(), there.range())),
            }
        }
        let tells = |(o, n): &(Range<usize>, Range<usize>)| {
            let many = words::count(added.get(n.clone()).unwrap_or_default()) as usize;
            let inside = |w: &&(usize, Range<usize>, u32)| o.start <= w.1.start && w.1.end <= o.end;
            let is_whole = |strand: usize| old.iter().filter(|w| w.0 == strand).all(|w| inside(&w));
            many > 0 && (many >= PART_WORDS_MIN || old.iter().filter(inside).any(|w| is_whole(w.0)))
        };
        runs.retain(tells);
        let mut told = 0;
        let spaced = runs.into_iter().map(|run| {
            let run = self.with_spaces(run, added, told);
            told = run.end;
            run
        });
        spaced.collect()
    }

    /// A run with the space around it, where the same space is around it here.
    fn with_spaces(&self, (o, n): (Range<usize>, Range<usize>), added: &str, told: usize) -> Range<usize> {
        let space = |side: Option<&str>| side.and_then(|s| s.chars().next()).filter(|c| c.is_whitespace());
        let last = |side: Option<&str>| side.and_then(|s| s.chars().next_back()).filter(|c| c.is_whitespace());
        let before = last(added.get(told..n.start)).filter(|c| last(self.text.get(..o.start)) == Some(*c));
        let after = space(added.get(n.end..)).filter(|c| space(self.text.get(o.end..)) == Some(*c));
        n.start - before.map_or(0, char::len_utf8)..n.end + after.map_or(0, char::len_utf8)
    }
}

/// The pairs of equal words in common order that weigh most; a word says more beside the one it stood beside before.
fn heaviest(old: &[u32], new: &[Word], lexicon: &Lexicon<'_>) -> Vec<(usize, usize)> {
    if old.len() * new.len() > PAIRS_MAX {
        let ids: Vec<u32> = new.iter().map(|word| word.id).collect();
        let kept = capture_diff_slices(Algorithm::Patience, old, &ids);
        let kept = kept.into_iter().filter(|op| matches!(op, DiffOp::Equal { .. }));
        return kept.flat_map(|op| op.old_range().zip(op.new_range())).collect();
    }
    let width = new.len() + 1;
    // The most that the words from here on can weigh, and the most if these two are a pair.
    let mut best = vec![0_u32; (old.len() + 1) * width];
    let mut paired = vec![0_u32; (old.len() + 1) * width];
    let at = |table: &[u32], i: usize, j: usize| table.get(i * width + j).copied().unwrap_or(0);
    for (i, id) in old.iter().enumerate().rev() {
        for (j, word) in new.iter().enumerate().rev() {
            let next = at(&best, i + 1, j + 1).max(at(&paired, i + 1, j + 1) + ADJACENT);
            let is_next = at(&paired, i + 1, j + 1) > 0;
            let follows = if is_next { next } else { at(&best, i + 1, j + 1) };
            let pair = if *id == word.id { worth(lexicon.weight(*id)) + follows } else { 0 };
            let most = pair.max(at(&best, i + 1, j)).max(at(&best, i, j + 1));
            if let (Some(p), Some(b)) = (paired.get_mut(i * width + j), best.get_mut(i * width + j)) {
                (*p, *b) = (pair, most);
            }
        }
    }
    let (mut i, mut j, mut pairs, mut runs_on) = (0, 0, Vec::new(), false);
    while i < old.len() && j < new.len() {
        let pair = at(&paired, i, j);
        if pair > 0 && (runs_on || pair == at(&best, i, j)) {
            pairs.push((i, j));
            let next = at(&paired, i + 1, j + 1);
            runs_on = next > 0 && next + ADJACENT >= at(&best, i + 1, j + 1);
            (i, j) = (i + 1, j + 1);
        } else if at(&best, i + 1, j) == at(&best, i, j) {
            i += 1;
        } else {
            j += 1;
        }
    }
    pairs
}

/// What a pair is worth more right behind another.
const ADJACENT: u32 = 3;

fn worth(weight: Weight) -> u32 {
    match weight {
        Weight::Mark => 1,
        Weight::Light => 2,
        Weight::Plain => 4,
        Weight::Heavy => 5,
    }
}

/// The places of a text where no word is cut in two, ascending.
fn borders(text: &str) -> Vec<usize> {
    let words = Lexicon::new().read(text);
    let mut borders: Vec<usize> = [0, text.len()].into_iter().collect();
    borders.extend(words.iter().flat_map(|word| [word.range().start, word.range().end]));
    borders.sort_unstable();
    borders.dedup();
    borders
}
