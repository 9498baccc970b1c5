//! A splice taken apart: at words that are kept, and at the borders of strikes of one source each.

use std::ops::Range;

use super::write::Stretch;
use crate::compact::edit::{Piece, Splice};
use crate::text::chars;

pub(super) fn pieces(text: &str, stretches: &[Stretch], own: Option<u32>) -> Vec<Piece> {
    let piece = |(range, credit): &Stretch| Piece {
        text: text.get(range.clone()).unwrap_or_default().to_owned(),
        credit: credit.or(own),
        restored: false,
    };
    stretches.iter().map(piece).collect()
}

/// A splice taken apart at kept words and at the borders of strikes; what is added stands behind the last strike.
pub(super) fn apart(
    told: &Splice,
    added: &[Stretch],
    struck: &[Stretch],
    kept: &[(Range<usize>, Range<usize>)],
    own: Option<u32>,
) -> Vec<Splice> {
    let mut splices = Vec::new();
    let (mut old, mut new) = (0, 0);
    let end = (told.struck.len()..told.struck.len(), told.added.len()..told.added.len());
    for (was, is) in kept.iter().chain([&end]) {
        let (old_part, new_part) = (old..was.start, new..is.start);
        (old, new) = (was.end, is.end);
        if old_part.is_empty() && new_part.is_empty() {
            continue;
        }
        let text = told.added.get(new_part.clone()).unwrap_or_default();
        let within = |stretches: &[Stretch], part: &Range<usize>| -> Vec<Stretch> {
            let clipped = stretches.iter().map(|(r, credit)| (r.start.max(part.start)..r.end.min(part.end), *credit));
            clipped.filter(|(range, _)| !range.is_empty()).collect()
        };
        let strikes = within(struck, &old_part);
        let mut parts: Vec<Stretch> = within(added, &new_part);
        for (range, _) in &mut parts {
            *range = range.start - new_part.start..range.end - new_part.start;
        }
        for (index, (range, credit)) in strikes.iter().enumerate() {
            let at = told.at + chars(told.struck.get(..range.start).unwrap_or_default());
            let struck = told.struck.get(range.clone()).unwrap_or_default().to_owned();
            let is_last = index + 1 == strikes.len();
            let added = if is_last { text.to_owned() } else { String::new() };
            let parts = if is_last { std::mem::take(&mut parts) } else { Vec::new() };
            splices.push(one(at, struck, added, credit.or(own), &parts, own));
        }
        if strikes.is_empty() {
            let at = told.at + chars(told.struck.get(..old_part.start).unwrap_or_default());
            let credit = parts.first().and_then(|(_, credit)| *credit).or(own);
            splices.push(one(at, String::new(), text.to_owned(), credit, &parts, own));
        }
    }
    splices
}

/// One splice with what is added in pieces, unless all of it is of one source.
fn one(at: u32, struck: String, added: String, credit: Option<u32>, parts: &[Stretch], own: Option<u32>) -> Splice {
    let is_one = parts.iter().all(|(_, part)| part.or(own) == credit);
    let pieces = if is_one { Vec::new() } else { pieces(&added, parts, own) };
    Splice { at, struck, added, credit, pieces }
}
