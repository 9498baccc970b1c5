//! The legend of a redline: who asked for changes, and how many words they come to.

use std::collections::BTreeMap;

use super::changes::credit;
use super::nameplates::{Nameplate, Nameplates};
use crate::compact::{Basis, GroupId};
use crate::history::{GroupSummary, Op, Redline};
use crate::text::words;

/// Those whose changes a redline shows.
#[derive(Clone, Debug)]
pub struct Legend<'a> {
    /// The groups and delegations, in the order of their colours.
    pub rows: Vec<(&'a Nameplate, GroupSummary)>,
    /// What nobody asked for, the co-facilitators' own.
    pub own: Option<GroupSummary>,
}

/// The legend of a redline. Who asked only for a move is in it as well, with no words.
pub fn legend<'a>(redline: &Redline, plates: &'a Nameplates) -> Legend<'a> {
    if plates.is_empty() {
        return Legend { rows: Vec::new(), own: None };
    }
    let mut own = None;
    let mut by_group: BTreeMap<&GroupId, GroupSummary> = BTreeMap::new();
    for credit in &redline.credits {
        for group in &credit.groups {
            by_group.insert(group, redline.summary.by_group.get(group).copied().unwrap_or_default());
        }
        if credit.basis == Basis::Own {
            own = Some(GroupSummary::default());
        }
    }
    for segment in redline.provisions.iter().flat_map(|p| &p.segments) {
        let is_own = credit(redline, segment.credit).is_some_and(|c| c.basis == Basis::Own);
        if let (true, Some(own)) = (is_own, &mut own) {
            match segment.op {
                Op::Kept => {}
                Op::Added => own.words_added += words::count(&segment.text),
                Op::Struck => own.words_struck += words::count(&segment.text),
            }
        }
    }
    let mut rows: Vec<_> = by_group.into_iter().map(|(group, counted)| (plates.plate(group), counted)).collect();
    rows.sort_by_key(|(plate, _)| plate.colour);
    Legend { rows, own }
}
