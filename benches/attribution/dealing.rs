//! Dealing the changes between two texts out to groups as proposals, so that it is known whose each word is.

use std::collections::BTreeMap;

use travaux::compact::{Edit, NewProvision, ProvisionId};
use travaux::history::ChangeKind;

use crate::decoys;
use crate::numbers::{Numbers, words};
use crate::passages::{GROUPS, Passage};
use crate::wording::{Changed, changed};

/// One change: a hunk of a provision, or a provision that comes in or goes out.
pub struct Unit {
    pub passage: usize,
    pub part: usize,
    /// The one of the proposals that asks for it, if any.
    pub asked: Option<usize>,
    /// The wording asked for, where it is not what came of it.
    pub changed: Option<Changed>,
}

/// A proposal to be tabled.
pub struct Asked {
    pub group: usize,
    pub edits: Vec<Edit>,
    pub decoy: bool,
}

/// All changes between two texts, and what is proposed.
pub struct Dealt {
    pub units: Vec<Unit>,
    pub proposals: Vec<Asked>,
}

/// Deals the changes out: runs of one to four nearby ones to a group, one in five to nobody, a third of the others in
/// other words than came of it; and tables decoys beside them.
pub fn deal(passages: &[Passage], pool: &[String], vocabulary: &[String], numbers: &mut Numbers) -> Dealt {
    let mut units = units(passages, vocabulary, numbers);
    let mut dealt: Vec<usize> = (0..units.len()).filter(|at| units[*at].asked.is_some()).collect();
    // Nearby, not next to each other: each goes up to two places further on.
    let mut places: Vec<(usize, usize)> = dealt.iter().enumerate().map(|(n, at)| (n + numbers.below(3), *at)).collect();
    places.sort_unstable();
    dealt = places.into_iter().map(|(_, at)| at).collect();
    let mut proposals = Vec::new();
    let mut rest = dealt.as_slice();
    while !rest.is_empty() {
        let (some, left) = rest.split_at((1 + numbers.below(4)).min(rest.len()));
        rest = left;
        for at in some {
            units[*at].asked = Some(proposals.len());
        }
        let mine: Vec<&Unit> = some.iter().map(|at| &units[*at]).collect();
        proposals.push(Asked { group: numbers.below(GROUPS.len()), edits: edits(passages, &mine), decoy: false });
    }
    let owner = |passage: usize| {
        let mine = units.iter().find(|unit| unit.passage == passage && unit.asked.is_some());
        mine.and_then(|unit| unit.asked).map(|asked| proposals[asked].group)
    };
    let nobodys = units.iter().filter(|unit| unit.asked.is_none());
    let nobodys: Vec<&str> = nobodys.map(|unit| passages[unit.passage].hunk(unit.part).1).collect();
    let decoys = decoys::table(passages, owner, &nobodys, pool, numbers);
    proposals.extend(decoys);
    Dealt { units, proposals }
}

/// The changes that hold a word, in reading order; those of somebody are marked so.
fn units(passages: &[Passage], vocabulary: &[String], numbers: &mut Numbers) -> Vec<Unit> {
    let mut units = Vec::new();
    for (passage, of) in passages.iter().enumerate().filter(|(_, of)| of.change != ChangeKind::Moved) {
        for part in of.hunks() {
            let (struck, added) = of.hunk(part);
            let many = words(added).len();
            let is_word = many > 0 || !words(struck).is_empty();
            let asked = (is_word && !numbers.chance(1, 5)).then_some(usize::MAX);
            let is_changed = asked.is_some() && many >= 3 && numbers.chance(1, 3);
            let changed = is_changed.then(|| changed(added, vocabulary, numbers));
            // What is dropped may be all there was.
            let changed = changed.filter(|changed| !words(&changed.text).is_empty());
            units.push(Unit { passage, part, asked, changed });
        }
    }
    units
}

/// One proposal's edits: each provision once, with its hunks only.
fn edits(passages: &[Passage], units: &[&Unit]) -> Vec<Edit> {
    let mut by_passage: BTreeMap<usize, BTreeMap<usize, &str>> = BTreeMap::new();
    for unit in units {
        let wording = unit.changed.as_ref().map(|changed| changed.text.as_str());
        let wording = wording.unwrap_or(passages[unit.passage].hunk(unit.part).1);
        by_passage.entry(unit.passage).or_default().insert(unit.part, wording);
    }
    let edit = |(at, parts): (usize, BTreeMap<usize, &str>)| {
        let passage = &passages[at];
        match passage.change {
            ChangeKind::Inserted => insert(passages, at, passage.with(|part| parts.get(&part).copied())),
            ChangeKind::Struck => Edit::Strike { strike: passage.id },
            _ => Edit::Reword { reword: passage.id, text: passage.with(|part| parts.get(&part).copied()) },
        }
    };
    by_passage.into_iter().map(edit).collect()
}

/// A provision put in behind the last that stood before this passage.
pub fn insert(passages: &[Passage], at: usize, text: String) -> Edit {
    let (kind, level, label) = passages[at].shape.clone();
    let stood = |passage: &&Passage| passage.stood() && passage.stands();
    let after: Option<ProvisionId> = passages[..at].iter().rev().find(stood).map(|passage| passage.id);
    Edit::Insert { insert: NewProvision { after, kind, level, label, text } }
}
