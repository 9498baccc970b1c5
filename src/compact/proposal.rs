//! Proposals: what is on the table, by whom, and what became of it.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Moment;
use super::credit::Credit;
use super::edit::TabledEdit;
use super::event::Position;
use super::ids::{DraftId, EditId, GroupId, PackageId, ProposalId, Seq, StatementId};

/// A textual proposal.
#[derive(Clone, Debug)]
pub struct Proposal {
    /// Its id.
    pub id: ProposalId,
    /// When it was tabled.
    pub tabled_at: Moment,
    /// Who sponsors or sponsored it, main sponsor first.
    pub sponsorships: Vec<Sponsorship>,
    /// The form on the table now.
    pub form: Form,
    /// Earlier forms, oldest first.
    pub earlier: Vec<Form>,
    /// On the table, taken up, declined, withdrawn.
    pub standing: Standing,
    /// The entry that last changed the standing, and what was said then.
    pub settled: Option<Settled>,
    /// Positions of others, latest per group, with the entry of each.
    pub positions: Vec<(GroupId, Position, Seq)>,
    /// When its sponsors confirmed that its wording stands, oldest first.
    pub confirmations: Vec<Confirmation>,
    /// The package that it is part of, or was part of when it was settled.
    pub package: Option<PackageId>,
    /// The proposal in place of whose wording it is proposed.
    pub on: Option<ProposalId>,
    /// The proposals in place of its own wording.
    pub on_it: Vec<ProposalId>,
    /// The proposal that took over its wording, where its sponsors accepted it.
    pub into: Option<ProposalId>,
    /// The statements that its sponsors say it takes up.
    pub statements: Vec<StatementId>,
}

/// The sponsors say that their wording stands as it is against a newer draft.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Confirmation {
    /// The entry.
    pub seq: Seq,
    /// The draft.
    pub draft: DraftId,
}

/// The wording of a proposal as tabled or as revised.
#[derive(Clone, Debug)]
pub struct Form {
    /// The entry that brought it; its edits are numbered from it.
    pub seq: Seq,
    /// The text it was written against.
    pub base: Seq,
    /// Its edits.
    pub edits: Arc<[TabledEdit]>,
    /// Why.
    pub rationale: Option<Arc<str>>,
    /// Whose wording it is, where the sponsors accepted that of others.
    pub origin: Option<Origin>,
}

/// The proposal that wording was taken over from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Origin {
    /// The proposal.
    pub proposal: ProposalId,
    /// Its sponsors at the time.
    pub sponsors: Vec<GroupId>,
}

/// A sponsor's time with a proposal.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sponsorship {
    /// The group or delegation.
    pub sponsor: GroupId,
    /// Since when.
    pub from: Seq,
    /// Until when, if it left.
    pub to: Option<Seq>,
}

/// How a proposal left the table.
#[derive(Clone, Debug)]
pub struct Settled {
    /// The entry.
    pub seq: Seq,
    /// What was said.
    pub note: Option<Arc<str>>,
    /// Which of its edits were taken up as tabled.
    pub as_tabled: Vec<u32>,
    /// Whether something was taken up in other words.
    pub modified: bool,
    /// Whether the text changed by it.
    pub changed: bool,
    /// What each of its edits was credited as, if taken up as tabled; by ordinal.
    pub credits: Vec<Arc<Credit>>,
}

/// Where a proposal stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Standing {
    /// On the table.
    Waiting,
    /// Taken up, as it stands, in part or in modified form.
    TakenUp,
    /// Not taken up.
    Declined,
    /// Withdrawn by its sponsors.
    Withdrawn,
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting",
            Self::TakenUp => "taken up",
            Self::Declined => "declined",
            Self::Withdrawn => "withdrawn",
        })
    }
}

impl Proposal {
    /// Who sponsors it now.
    pub fn sponsors(&self) -> impl Iterator<Item = &GroupId> {
        self.sponsorships.iter().filter(|s| s.to.is_none()).map(|s| &s.sponsor)
    }

    /// The ids of its edits, in order.
    pub fn edit_ids(&self) -> impl Iterator<Item = EditId> + use<> {
        self.form.edit_ids()
    }

    /// The form that was on the table at a seq; the first one before it was tabled.
    pub fn form_at(&self, at: Seq) -> &Form {
        let mut forms = self.earlier.iter().chain([&self.form]);
        forms.rfind(|form| form.seq <= at).or(self.earlier.first()).unwrap_or(&self.form)
    }

    /// The last confirmation of its wording before a seq, if there was one of the form on the table then.
    pub fn confirmed_at(&self, at: Seq) -> Option<&Confirmation> {
        let form = self.form_at(at).seq;
        self.confirmations.iter().rfind(|c| c.seq <= at && c.seq > form)
    }

    /// The credit that it would have if it were taken up as it stands now; shared with those whose wording it accepted.
    pub fn credit(&self) -> Credit {
        let mut credit = Credit::exact(self.sponsors().cloned().collect(), self.id);
        if let Some(origin) = &self.form.origin {
            let others = origin.sponsors.iter().filter(|sponsor| !self.sponsors().any(|s| s == *sponsor));
            credit.groups.extend(others.cloned());
            credit.proposals.push(origin.proposal);
        }
        credit
    }
}

impl Form {
    /// The ids of its edits, in order.
    pub fn edit_ids(&self) -> impl Iterator<Item = EditId> + use<> {
        let (seq, count) = (self.seq, u32::try_from(self.edits.len()).unwrap_or(u32::MAX));
        (0..count).map(move |ordinal| EditId { seq, ordinal })
    }
}
