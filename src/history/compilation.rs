//! The compilation: a text with every waiting proposal in its place, with sources.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use std::collections::BTreeSet;
use std::sync::Arc;

use super::text::{At, ClosedProvision, closed};
use crate::compact::{
    CarryOver, Compact, CompactId, EditId, GroupId, Kind, Proposal, ProposalId, ProvisionId, Seq, Standing,
};
use crate::text::{Act, Compiled, View};

/// A text with the proposals waiting on it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Compilation {
    /// The compact.
    pub compact: CompactId,
    /// Which text: a draft id, a seq, or "working".
    pub at: String,
    /// The last entry that the answer knows.
    pub seq: Seq,
    /// The provisions of the text, and those that proposals would insert, in order.
    pub provisions: Vec<CompiledProvision>,
    /// The proposals that wait at that seq.
    pub proposals: Vec<ProposalInPlace>,
    /// The provisions that were closed ad ref at that seq.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub closed: Vec<ClosedProvision>,
}

/// A provision with what is proposed for it.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct CompiledProvision {
    /// Its id.
    pub id: ProvisionId,
    /// Its kind.
    pub kind: Kind,
    /// Its depth.
    pub level: u8,
    /// Its number as printed.
    pub label: Option<Arc<str>>,
    /// The proposals that would insert it here; empty for a provision of the text.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub inserted_by: Vec<ProposalId>,
    /// The proposals that would take it out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub struck_by: Vec<ProposalId>,
    /// The proposals that would move it elsewhere.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved_by: Vec<ProposalId>,
    /// The proposals that would move it here from elsewhere; its words are told where it stands.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub moved_here_by: Vec<ProposalId>,
    /// Its words and those proposed for it.
    pub segments: Vec<CompiledSegment>,
}

/// Words of the text, or words proposed for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum CompiledSegment {
    /// Words of the text.
    Base {
        /// The words.
        text: String,
        /// The proposals that would strike them.
        struck_by: Vec<ProposalId>,
    },
    /// Words that a proposal would add.
    Proposed {
        /// The words.
        text: String,
        /// The proposal.
        by: ProposalId,
    },
}

/// A proposal on the table.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ProposalInPlace {
    /// Its id.
    pub id: ProposalId,
    /// Who sponsors it.
    pub sponsors: Vec<GroupId>,
    /// Where it stands.
    pub standing: Standing,
    /// How it relates to the text.
    pub carry_over: CarryOver,
    /// The proposals with which it is in conflict.
    pub conflicts_with: BTreeSet<ProposalId>,
}

/// The text at a seq with the proposals that waited then; with `group`, only those it sponsors.
pub fn compile(compact: &Compact, at: &At, group: Option<&GroupId>) -> Compilation {
    let sponsored = |id: ProposalId| {
        let Some(group) = group else { return true };
        compact.proposals.get(&id).is_some_and(|p| p.sponsors().any(|s| s == group))
    };
    let counts =
        |edit: EditId| compact.is_waiting(edit, at.seq) && compact.proposal_of(edit).is_some_and(|p| sponsored(p.id));
    let waits = |p: &&Proposal| {
        let settled = p.settled.as_ref().is_some_and(|s| s.seq <= at.seq);
        p.id.0 <= at.seq && !settled && sponsored(p.id)
    };
    let waiting: Vec<&Proposal> = compact.proposals.values().map(Arc::as_ref).filter(waits).collect();
    compact.outline.index();
    let mut conflicts = compact.all_conflicts(waiting.iter().copied(), at.seq);
    let in_place = |p: &Proposal| ProposalInPlace {
        id: p.id,
        sponsors: p.sponsors().cloned().collect(),
        standing: Standing::Waiting,
        carry_over: compact.carry_over_of(p, at.seq),
        conflicts_with: conflicts.remove(&p.id).unwrap_or_default().into_iter().filter(|id| sponsored(*id)).collect(),
    };
    let provisions = provisions(compact, at.seq, &counts);
    let standing = provisions.iter().filter(|p| p.inserted_by.is_empty() && p.moved_here_by.is_empty());
    Compilation {
        compact: compact.id.clone(),
        at: at.at.clone(),
        seq: compact.seq,
        closed: closed(compact, standing.map(|p| p.id), at.seq),
        provisions,
        proposals: waiting.into_iter().map(in_place).collect(),
    }
}

fn provisions(compact: &Compact, at: Seq, counts: &dyn Fn(EditId) -> bool) -> Vec<CompiledProvision> {
    let view = View::at(at);
    let proposal = |edit: EditId| compact.proposal_of(edit).map(|p| p.id);
    let mut out = Vec::new();
    for place in compact.outline.strands() {
        let Some(life) = compact.provisions.get(&place.content) else { continue };
        let stands = place.is_visible(&view);
        let comes = !stands && !view.holds(place.added) && counts(place.added.edit);
        if !stands && !comes {
            continue;
        }
        let is_new = life.face(at).is_none();
        let shape = life.face(at).unwrap_or(&life.proposed);
        let strikes = place.acts.iter().filter(|(act, mark)| *act == Act::Strike && counts(mark.edit));
        let (mut struck_by, mut moved_by) = (Vec::new(), Vec::new());
        for (_, mark) in strikes.filter(|_| stands) {
            let moves = compact.outline.places(place.content).any(|s| s.added.edit == mark.edit);
            (if moves { &mut moved_by } else { &mut struck_by }).extend(proposal(mark.edit));
        }
        let by: Vec<ProposalId> = proposal(place.added.edit).into_iter().filter(|_| comes).collect();
        let (inserted_by, moved_here_by) = if is_new { (by, Vec::new()) } else { (Vec::new(), by) };
        let segments = if comes && !is_new { Vec::new() } else { segments(compact, life, &view, counts) };
        let (kind, level, label) = (shape.kind, shape.level, shape.label.clone());
        let id = life.id;
        out.push(CompiledProvision {
            id,
            kind,
            level,
            label,
            inserted_by,
            struck_by,
            moved_by,
            moved_here_by,
            segments,
        });
    }
    out
}

fn segments(
    compact: &Compact,
    life: &crate::compact::Life,
    view: &View<'_>,
    counts: &dyn Fn(EditId) -> bool,
) -> Vec<CompiledSegment> {
    let proposal = |edit: EditId| compact.proposal_of(edit).map(|p| p.id);
    let mut segments: Vec<CompiledSegment> = Vec::new();
    for piece in life.wording.compilation(view, counts) {
        let next = match piece {
            Compiled::Base { text, struck_by } => {
                let struck_by = struck_by.into_iter().filter_map(proposal).collect();
                CompiledSegment::Base { text: text.to_owned(), struck_by }
            }
            Compiled::Proposed { text, by } => {
                let Some(by) = proposal(by) else { continue };
                CompiledSegment::Proposed { text: text.to_owned(), by }
            }
        };
        match (segments.last_mut(), next) {
            (
                Some(CompiledSegment::Base { text, struck_by }),
                CompiledSegment::Base { text: more, struck_by: same },
            ) if *struck_by == same => {
                text.push_str(&more);
            }
            (Some(CompiledSegment::Proposed { text, by }), CompiledSegment::Proposed { text: more, by: same })
                if *by == same =>
            {
                text.push_str(&more);
            }
            (_, next) => segments.push(next),
        }
    }
    segments
}
