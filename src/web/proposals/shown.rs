//! Proposals as they are told.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::Serialize;

use crate::compact::{
    CarryOver, Compact, DraftId, Edit, Form, GroupId, Moment, PackageId, Position, Proposal, ProposalId, Seq, Standing,
    StatementId,
};

/// A position, as told.
#[derive(Serialize, JsonSchema)]
pub(in super::super) struct PositionShown {
    group: GroupId,
    position: Position,
    /// The entry that told it.
    seq: Seq,
    /// Whether it was taken on wording that has changed since.
    on_earlier_wording: bool,
}

impl PositionShown {
    /// A position on what reads as it does since some entry.
    pub(in super::super) fn of((group, position, seq): &(GroupId, Position, Seq), worded_since: Seq) -> Self {
        Self { group: group.clone(), position: *position, seq: *seq, on_earlier_wording: *seq < worded_since }
    }
}

/// A proposal, as told.
#[derive(Serialize, JsonSchema)]
pub(in super::super) struct ProposalShown {
    /// Its id.
    pub(in super::super) id: ProposalId,
    seq: Seq,
    standing: Standing,
    sponsors: Vec<GroupId>,
    base: BaseShown,
    edits: Vec<Edit>,
    rationale: Option<Arc<str>>,
    tabled_at: Moment,
    conflicts_with: BTreeSet<ProposalId>,
    carry_over: Option<CarryOver>,
    /// The draft against which its sponsors confirmed its wording last, and the entry of it.
    confirmed: Option<ConfirmedShown>,
    positions: Vec<PositionShown>,
    /// The proposal in place of whose wording it is proposed.
    on: Option<ProposalId>,
    /// The proposals in place of its own wording.
    proposals_on_it: Vec<ProposalId>,
    /// The statements that its sponsors say it takes up.
    statements: Vec<StatementId>,
    /// The package that it is part of.
    package: Option<PackageId>,
    settled: Option<SettledShown>,
    /// The forms that it had before, oldest first.
    earlier: Vec<EarlierShown>,
}

/// The text that wording was written against: a draft's id or, where it is no draft, a seq.
#[derive(Serialize, JsonSchema)]
#[serde(untagged)]
enum BaseShown {
    Draft(DraftId),
    Seq(Seq),
}

/// Against which draft wording was confirmed, and by which entry.
#[derive(Serialize, JsonSchema)]
struct ConfirmedShown {
    draft: DraftId,
    seq: Seq,
}

/// How a proposal was settled.
#[derive(Serialize, JsonSchema)]
struct SettledShown {
    /// The entry that settled it.
    seq: Seq,
    note: Option<Arc<str>>,
    /// Which of its edits were taken up as tabled, from 0.
    as_tabled: Vec<u32>,
    /// Whether it was taken up in modified form.
    modified: bool,
    changed_the_text: bool,
    /// The proposal whose wording it became.
    into: Option<ProposalId>,
}

/// An earlier form of a proposal.
#[derive(Serialize, JsonSchema)]
struct EarlierShown {
    /// The entry that brought it.
    seq: Seq,
    base: BaseShown,
    edits: Vec<Edit>,
    rationale: Option<Arc<str>>,
}

/// Proposals, in the order in which they were tabled.
#[derive(Serialize, JsonSchema)]
pub(in super::super) struct ProposalList {
    pub(super) proposals: Vec<ProposalShown>,
    /// The `after` of the next page.
    pub(super) next: Option<ProposalId>,
    pub(super) seq: Seq,
}

impl ProposalShown {
    /// A proposal as it stands now, told as of an entry.
    pub(in super::super) fn of(compact: &Compact, proposal: &Proposal, seq: Seq) -> Self {
        let waiting = proposal.standing == Standing::Waiting;
        let settled = proposal.settled.as_ref().map(|s| SettledShown {
            seq: s.seq,
            note: s.note.clone(),
            as_tabled: s.as_tabled.clone(),
            modified: s.modified,
            changed_the_text: s.changed,
            into: proposal.into,
        });
        let earlier = |form: &Form| EarlierShown {
            seq: form.seq,
            base: base(compact, form.base),
            edits: asked(form),
            rationale: form.rationale.clone(),
        };
        Self {
            id: proposal.id,
            seq,
            standing: proposal.standing,
            sponsors: proposal.sponsors().cloned().collect(),
            base: base(compact, proposal.form.base),
            edits: asked(&proposal.form),
            rationale: proposal.form.rationale.clone(),
            tabled_at: proposal.tabled_at,
            conflicts_with: if waiting { compact.conflicts(proposal.id, compact.seq) } else { BTreeSet::new() },
            carry_over: waiting.then(|| compact.carry_over_of(proposal, compact.seq)),
            confirmed: proposal
                .confirmed_at(compact.seq)
                .map(|c| ConfirmedShown { draft: c.draft.clone(), seq: c.seq }),
            positions: proposal.positions.iter().map(|p| PositionShown::of(p, proposal.form.seq)).collect(),
            on: proposal.on,
            proposals_on_it: proposal.on_it.clone(),
            statements: proposal.statements.clone(),
            package: proposal.package,
            settled,
            earlier: proposal.earlier.iter().map(earlier).collect(),
        }
    }
}

/// A base is told by the draft's id where it is a draft.
fn base(compact: &Compact, seq: Seq) -> BaseShown {
    let draft = compact.drafts.iter().find(|d| d.seq == seq);
    draft.map_or(BaseShown::Seq(seq), |d| BaseShown::Draft(d.id.clone()))
}

fn asked(form: &Form) -> Vec<Edit> {
    form.edits.iter().map(|tabled| tabled.edit.clone()).collect()
}
