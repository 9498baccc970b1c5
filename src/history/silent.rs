//! Silent changes: what in the working text no proposal asked for, and what is still undecided. To be looked at before
//! the next draft is issued.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::dispositions::outcome;
use super::redline::{ChangeKind, Op};
use crate::compact::{
    CarryOver, ClosedTouched, Compact, CompactId, DraftId, GroupId, OwnChange, OwnWords, Placed, Proposal, ProposalId,
    ProvisionId, Seq,
};

/// What no proposal asked for between the last issued draft and the working text.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SilentChanges {
    /// The compact.
    pub compact: CompactId,
    /// The last issued draft; before one is issued there is nothing to compare with.
    pub since: Option<DraftId>,
    /// The last entry that the answer knows.
    pub seq: Seq,
    /// What no proposal asked for, by provision and entry, in the order of the text.
    pub own: Vec<SilentChange>,
    /// The proposals of which nothing has become yet.
    pub undecided: Vec<Undecided>,
    /// The pairs of waiting proposals that are in conflict.
    pub conflicts: Vec<(ProposalId, ProposalId)>,
    /// The provisions closed ad ref that do not read, or do not stand, as they did when they were closed.
    pub closed_touched: Vec<TouchedProvision>,
}

/// A provision that is closed ad ref, and was changed all the same.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TouchedProvision {
    /// The provision.
    pub provision: ProvisionId,
    /// Its number as printed now; as it was printed if it is struck.
    pub label: Option<Arc<str>>,
    /// The entry that closed it.
    pub closed: Seq,
    /// The entries that changed its words, its place or whether it stands since then.
    pub entries: Vec<Seq>,
    /// Whether it is part of the working text.
    pub stands: bool,
}

/// What one entry changed of one provision without having been asked.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct SilentChange {
    /// The provision.
    pub provision: ProvisionId,
    /// Its number as printed now; as it was printed if it is struck.
    pub label: Option<Arc<str>>,
    /// The entry.
    pub entry: Seq,
    /// What became of the provision.
    pub change: ChangeKind,
    /// The words struck and added, in reading order.
    pub words: Vec<OwnWording>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
}

/// Words struck or added.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct OwnWording {
    /// Which of the two.
    pub op: Op,
    /// The words.
    pub text: String,
}

/// A proposal that waits.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Undecided {
    /// Its id.
    pub id: ProposalId,
    /// Who sponsors it.
    pub sponsors: Vec<GroupId>,
    /// How it relates to the working text.
    pub carry_over: CarryOver,
}

/// What no proposal asked for since the last draft, and what is still undecided.
pub fn silent_changes(compact: &Compact) -> SilentChanges {
    compact.outline.index();
    // What a revision took of a waiting proposal decided it; that the text has moved past it decides nothing.
    let is_undecided = |proposal: &&Arc<Proposal>| {
        compact.reflections(proposal.id).next().is_none() || outcome(compact, proposal, compact.seq).1.is_none()
    };
    let undecided = compact.waiting().filter(is_undecided).map(|proposal| Undecided {
        id: proposal.id,
        sponsors: proposal.sponsors().cloned().collect(),
        carry_over: compact.carry_over_of(proposal, compact.seq),
    });
    let conflicts = compact.all_conflicts(compact.waiting().map(|proposal| &**proposal), compact.seq);
    let pairs = conflicts.into_iter().flat_map(|(id, met)| {
        let later = met.into_iter().filter(move |other| *other > id);
        later.map(move |other| (id, other))
    });
    SilentChanges {
        compact: compact.id.clone(),
        since: compact.drafts.last().map(|draft| draft.id.clone()),
        seq: compact.seq,
        own: compact.own_changes().into_iter().map(|change| told(compact, change)).collect(),
        undecided: undecided.collect(),
        conflicts: pairs.collect(),
        closed_touched: compact
            .closed_touched()
            .into_iter()
            .map(|touched| touched_provision(compact, touched))
            .collect(),
    }
}

fn touched_provision(compact: &Compact, touched: ClosedTouched) -> TouchedProvision {
    let ClosedTouched { provision, closed, entries } = touched;
    let stands = compact.standing_provision(provision, compact.seq).is_some();
    TouchedProvision { provision, label: label(compact, provision), closed, entries, stands }
}

/// The number of a provision as printed now; as it was printed if it is struck.
fn label(compact: &Compact, provision: ProvisionId) -> Option<Arc<str>> {
    compact.provisions.get(&provision).and_then(|life| life.face(compact.seq)?.label.clone())
}

fn told(compact: &Compact, change: OwnChange) -> SilentChange {
    let OwnChange { provision, entry, placed, words, reason } = change;
    let label = label(compact, provision);
    let change = match (placed, words.is_empty()) {
        (Some(Placed::Inserted), _) => ChangeKind::Inserted,
        (Some(Placed::Struck), _) => ChangeKind::Struck,
        (Some(Placed::Moved), true) => ChangeKind::Moved,
        (Some(Placed::Moved), false) => ChangeKind::MovedAndReworded,
        (None, _) => ChangeKind::Reworded,
    };
    let op = |added| if added { Op::Added } else { Op::Struck };
    let words = words.into_iter().map(|OwnWords { added, text }| OwnWording { op: op(added), text }).collect();
    SilentChange { provision, label, entry, change, words, reason }
}
