//! Two plain ways of crediting, given the same words: what an engine must be better than.

use std::collections::BTreeMap;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use travaux::compact::{Change, ProposalId};

use crate::numbers::words;
use crate::room::Room;
use crate::trial::{Added, Credited, Named};

/// The words that a proposal adds at one place.
pub struct Offer {
    by: ProposalId,
    words: Vec<String>,
}

/// What all waiting proposals would add.
pub fn offers(room: &Room) -> Vec<Offer> {
    let mut offers = Vec::new();
    for proposal in room.compact().waiting() {
        for edit in proposal.form.edits.iter() {
            let added: Vec<&str> = match &edit.change {
                Change::Splices { splices, .. } => splices.iter().map(|splice| splice.added.as_str()).collect(),
                Change::Insert { insert } => vec![&insert.text],
                _ => vec![],
            };
            let spelt = |text| words(text).into_iter().map(|word| word.text.to_owned()).collect();
            let offered = added.into_iter().map(|text| Offer { by: proposal.id, words: spelt(text) });
            offers.extend(offered.filter(|offer| !offer.words.is_empty()));
        }
    }
    offers
}

/// The same redline, credited to whoever has the longest run of words in common with an added run: at least three words
/// or the whole of it, only these; and again for what is left of it.
pub fn longest_run(credited: &Credited, offers: &[Offer]) -> Credited {
    let mut added: BTreeMap<Added, Named> = credited.added.keys().map(|at| (*at, Named::default())).collect();
    let mut todo: Vec<&[(Added, String)]> = credited.runs.iter().map(Vec::as_slice).collect();
    while let Some(run) = todo.pop() {
        let mut best = (0, 0, None);
        for offer in offers {
            let (start, len) = longest_common(run, &offer.words);
            if len > best.1 {
                best = (start, len, Some(offer.by));
            }
        }
        let (start, len, Some(by)) = best else { continue };
        if len < 3 && len < run.len() {
            continue;
        }
        for (at, _) in &run[start..start + len] {
            added.insert(*at, Named { proposals: vec![by], evidence: None });
        }
        todo.extend([&run[..start], &run[start + len..]].into_iter().filter(|rest| !rest.is_empty()));
    }
    with(credited, added)
}

/// The redline with its added words credited so, and its struck words to nobody.
fn with(credited: &Credited, added: BTreeMap<Added, Named>) -> Credited {
    let struck = credited.struck.keys().map(|at| (*at, Named::default())).collect();
    Credited { added, struck, runs: Vec::new() }
}

fn longest_common(run: &[(Added, String)], offer: &[String]) -> (usize, usize) {
    let mut row = vec![0; offer.len() + 1];
    let mut best = (0, 0);
    for (at, (_, word)) in run.iter().enumerate() {
        for i in (0..offer.len()).rev() {
            row[i + 1] = if *word == offer[i] { row[i] + 1 } else { 0 };
            if row[i + 1] > best.1 {
                best = (at + 1 - row[i + 1], row[i + 1]);
            }
        }
    }
    best
}

/// The same redline, each added run credited whole to whoever's added words are most like it, if half alike.
pub fn best_ratio(credited: &Credited, offers: &[Offer]) -> Credited {
    let mut added = BTreeMap::new();
    for run in &credited.runs {
        let mine: Vec<&str> = run.iter().map(|(_, word)| word.as_str()).collect();
        let mut best: (f64, Option<ProposalId>) = (0.5, None);
        for offer in offers {
            let theirs: Vec<&str> = offer.words.iter().map(String::as_str).collect();
            let of = (mine.len() + theirs.len()) as f64;
            if 2.0 * mine.len().min(theirs.len()) as f64 / of < best.0 {
                continue;
            }
            let ratio = 2.0 * kept(&mine, &theirs) as f64 / of;
            if ratio > best.0 || (ratio >= best.0 && best.1.is_none()) {
                best = (ratio, Some(offer.by));
            }
        }
        let named = Named { proposals: best.1.into_iter().collect(), evidence: best.1.map(|_| best.0) };
        added.extend(run.iter().map(|(at, _)| (*at, named.clone())));
    }
    with(credited, added)
}

fn kept(a: &[&str], b: &[&str]) -> usize {
    let ops = capture_diff_slices(Algorithm::Myers, a, b);
    let kept = ops.iter().filter(|op| matches!(op, DiffOp::Equal { .. }));
    kept.map(|op| op.old_range().len()).sum()
}
