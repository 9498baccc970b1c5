//! Where the parts of a stitch go. Every record relies on these rules; they must not change.

use std::collections::HashSet;
use std::ops::Range;

use super::{Misfit, Run, Stitch, Wording};
use crate::text::chars;
use crate::text::weave::{Strand, View};

/// Where a strand stands in the base text, in Unicode scalar values; of the strands of a wording both ends ascend.
pub(super) struct Spot {
    pub(super) start: u32,
    pub(super) end: u32,
    pub(super) visible: bool,
    /// Whether it was part of the text once and is struck.
    pub(super) restorable: bool,
}

/// Where the parts of one stitch go, as indices of strands.
pub(super) struct Plan {
    pub(super) struck: Range<usize>,
    pub(super) pieces: Vec<Place>,
}

pub(super) enum Place {
    New(usize),
    Restored(Vec<usize>),
}

impl Plan {
    pub(super) fn of(wording: &Wording, spots: &[Spot], stitch: &Stitch<'_>) -> Result<Self, Misfit> {
        let end = stitch.at + chars(stitch.struck);
        let misfit = |expected: &str| Misfit { at: stitch.at, expected: expected.to_owned() };
        let inside = |spot: &Spot| spot.visible && spot.start >= stitch.at && spot.end <= end && spot.end > spot.start;
        let from = spots.partition_point(|spot| spot.start < stitch.at);
        let first = spots.iter().skip(from).position(inside).map(|first| from + first);
        let until = spots.partition_point(|spot| spot.end <= end);
        let struck = match (stitch.struck.is_empty(), first) {
            (true, _) => 0..0,
            (false, None) => return Err(misfit(stitch.struck)),
            (false, Some(first)) => first..spots.iter().take(until).rposition(inside).map_or(first, |last| last + 1),
        };
        let standing: String = wording
            .strands
            .iter()
            .zip(spots)
            .take(struck.end)
            .skip(struck.start)
            .filter(|(_, spot)| spot.visible)
            .map(|(strand, _)| wording.read(strand))
            .collect();
        let reaches = spots.last().is_some_and(|spot| stitch.at <= spot.end) || stitch.at == 0;
        if standing != stitch.struck || !reaches {
            return Err(misfit(stitch.struck));
        }
        let default = if struck.is_empty() {
            let behind = spots.iter().skip(from).position(|s| s.visible && s.end > s.start);
            behind.map_or(spots.len(), |behind| from + behind)
        } else {
            behind_replacements(wording, spots, &struck)
        };
        let pieces = places(wording, spots, stitch, default).ok_or_else(|| misfit("words to be restored"))?;
        Ok(Self { struck, pieces })
    }
}

/// The place right after the struck words, behind what other edits would put in place of the last of them.
fn behind_replacements(wording: &Wording, spots: &[Spot], struck: &Range<usize>) -> usize {
    let Some(last) = struck.end.checked_sub(1).and_then(|i| wording.strands.get(i)) else { return struck.end };
    let mut index = struck.end;
    while let (Some(strand), Some(spot)) = (wording.strands.get(index), spots.get(index)) {
        if spot.visible || !last.is_struck_by(strand.added.edit) {
            break;
        }
        index += 1;
    }
    index
}

/// A place for each piece: restored words where they stand, new words behind the restored ones before them, else
/// before the restored ones that follow, else at the default place.
fn places(wording: &Wording, spots: &[Spot], stitch: &Stitch<'_>, default: usize) -> Option<Vec<Place>> {
    let (mut cursor, end) = region(spots, stitch.at, stitch.at + chars(stitch.struck));
    let mut restored: Vec<Option<Vec<usize>>> = Vec::with_capacity(stitch.pieces.len());
    for piece in &stitch.pieces {
        if piece.restores {
            let found = find_struck(wording, spots, cursor..end, piece.text)?;
            cursor = found.last().map_or(cursor, |last| last + 1);
            restored.push(Some(found));
        } else {
            restored.push(None);
        }
    }
    let mut behind = None;
    let mut out = Vec::with_capacity(restored.len());
    for (index, found) in restored.iter().enumerate() {
        if let Some(found) = found {
            behind = found.last().map(|last| last + 1);
            out.push(Place::Restored(found.clone()));
        } else {
            let ahead = restored.iter().skip(index).flatten().next().and_then(|found| found.first().copied());
            out.push(Place::New(behind.or(ahead).unwrap_or(default)));
        }
    }
    Some(out)
}

/// The strands between the last kept word before a place in the text and the first kept word behind it.
pub(super) fn region(spots: &[Spot], start: u32, end: u32) -> (usize, usize) {
    let is_kept = |spot: &Spot| spot.visible && spot.end > spot.start;
    let (until, from) = (spots.partition_point(|s| s.end <= start), spots.partition_point(|s| s.start < end));
    let before = spots.iter().take(until).rposition(is_kept).map_or(0, |i| i + 1);
    let behind = spots.iter().skip(from).position(is_kept).map_or(spots.len(), |i| from + i);
    (before, behind.max(before))
}

/// The first struck strands in a range that, in order, read as the text; others may lie between them.
pub(super) fn find_struck(wording: &Wording, spots: &[Spot], range: Range<usize>, text: &str) -> Option<Vec<usize>> {
    let candidates: Vec<(usize, &str)> = range
        .filter(|index| spots.get(*index).is_some_and(|spot| spot.restorable))
        .filter_map(|index| wording.strands.get(index).map(|strand| (index, wording.read(strand))))
        .filter(|(_, words)| !words.is_empty())
        .collect();
    // Where taking a candidate led nowhere, with what was left of the text: never tried twice.
    let mut dead = HashSet::new();
    let mut found = Vec::new();
    let mut next = 0;
    let mut rest = text;
    while !rest.is_empty() {
        match candidates.get(next) {
            Some((_, words)) if rest.starts_with(words) && !dead.contains(&(next, rest.len())) => {
                found.push(next);
                rest = rest.get(words.len()..)?;
                next += 1;
            }
            Some(_) => next += 1,
            None => {
                // Nothing more to try here: the last one taken was the wrong one.
                let last = found.pop()?;
                let (_, words) = candidates.get(last)?;
                rest = text.get(text.len() - rest.len() - words.len()..)?;
                dead.insert((last, rest.len()));
                next = last + 1;
            }
        }
    }
    Some(found.into_iter().filter_map(|place| candidates.get(place).map(|(index, _)| *index)).collect())
}

pub(super) fn is_restorable(strand: &Strand<Run>, base: &View<'_>) -> bool {
    base.holds(strand.added) && strand.struck_by(base).is_some()
}
