//! The compact as its record makes it: everything derived, nothing stored.
//!
//! The parts are persistent (shared structurally), so that a copy is cheap and a new state costs what changed.

use std::sync::Arc;

use imbl::{OrdMap, Vector};

use super::closing::Closing;
use super::credit::Credit;
use super::entry::Moment;
use super::event::{Position, Publicity};
use super::ids::{CompactId, DraftId, EditId, GroupId, PackageId, ProposalId, ProvisionId, RoundId, Seq, StatementId};
use super::package::Package;
use super::proposal::{Proposal, Standing};
use super::provision::{Kind, Provision};
use super::redaction::Redaction;
use super::refusal::Refusal;
use super::round::Round;
use super::statement::Statement;
use crate::text::{Outline, View, Wording};

/// A text under negotiation, with all its versions and everything said about them.
#[derive(Clone, Debug)]
pub struct Compact {
    /// Its id.
    pub id: CompactId,
    /// Its title.
    pub title: Arc<str>,
    /// When it was opened.
    pub opened_at: Moment,
    /// The last entry that this state knows.
    pub seq: Seq,
    /// When that entry was recorded.
    pub changed_at: Moment,
    /// When each entry was recorded, from the first on.
    pub(super) times: Vector<Moment>,
    /// The entry that adopted it.
    pub adopted: Option<Seq>,
    /// The state groups.
    pub groups: OrdMap<GroupId, Arc<StateGroup>>,
    /// The delegations.
    pub delegations: OrdMap<GroupId, Arc<Delegation>>,
    /// The drafts, in the order in which they were issued.
    pub drafts: Vector<Arc<Draft>>,
    /// The proposals.
    pub proposals: OrdMap<ProposalId, Arc<Proposal>>,
    /// The packages.
    pub packages: OrdMap<PackageId, Arc<Package>>,
    /// The statements on file.
    pub statements: OrdMap<StatementId, Arc<Statement>>,
    /// What the public is shown.
    pub publicity: Publicity,
    /// The rounds.
    pub rounds: OrdMap<RoundId, Arc<Round>>,
    /// Every provision there ever was or would be.
    pub provisions: OrdMap<ProvisionId, Arc<Life>>,
    /// Their order, in all versions.
    pub outline: Arc<Outline<ProvisionId>>,
    /// Whom the edits of an entry are credited to.
    pub(super) sources: OrdMap<Seq, Source>,
    /// Why the text was changed, by the entry that changed it.
    pub(super) reasons: OrdMap<Seq, Arc<[Reason]>>,
    /// Where entries reflect a proposal without taking it up as it was tabled.
    pub(super) reflections: OrdMap<ProposalId, Arc<[(EditId, ProvisionId)]>>,
    /// The corrections of the credits that entries told, oldest first.
    pub(super) corrections: OrdMap<EditId, Arc<[Correction]>>,
    /// The last entry that corrected a credit.
    pub corrected: Option<Seq>,
    /// What was blanked, by the entry that says so.
    pub redactions: OrdMap<Seq, Arc<Redaction>>,
    /// The last entry that changed the text, and the texts before it: for telling whether there is anything to issue.
    pub text_changed: Option<Seq>,
}

/// A state group.
#[derive(Clone, Debug)]
pub struct StateGroup {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: Arc<str>,
    /// The entry that registered it.
    pub since: Seq,
}

/// One State's delegation.
#[derive(Clone, Debug)]
pub struct Delegation {
    /// Its id.
    pub id: GroupId,
    /// Its name.
    pub name: Arc<str>,
    /// The entry that registered it.
    pub since: Seq,
    /// Its memberships over time.
    pub memberships: Vec<Membership>,
    /// When it had the mandate to speak for which of its groups.
    pub mandates: Vec<Membership>,
    /// The entry with which it left the process.
    pub left: Option<Seq>,
}

/// A delegation's time in a group, or as the voice of one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Membership {
    /// The group.
    pub group: GroupId,
    /// Since when.
    pub from: Seq,
    /// Until when.
    pub to: Option<Seq>,
}

impl Delegation {
    /// The groups of which it is a member now.
    pub fn groups(&self) -> impl Iterator<Item = &GroupId> {
        self.memberships.iter().filter(|m| m.to.is_none()).map(|m| &m.group)
    }

    /// Whether it has the mandate to speak for a group now.
    pub fn speaks_for(&self, group: &GroupId) -> bool {
        self.mandates.iter().any(|m| m.to.is_none() && m.group == *group)
    }
}

/// An issued draft: a name for the text at one seq.
#[derive(Clone, Debug)]
pub struct Draft {
    /// Its id.
    pub id: DraftId,
    /// Its name as printed.
    pub label: Arc<str>,
    /// The entry that issued it.
    pub seq: Seq,
    /// When it was issued.
    pub issued_at: Moment,
    /// Whether it was issued although changes that no proposal asked for had no reason.
    pub sign_off: bool,
    /// The SHA-256 of its canonical text, in lower-case hex.
    pub sha256: Arc<str>,
}

/// A credit as corrected.
#[derive(Clone, Debug)]
pub(super) struct Correction {
    /// The provision whose words it is about; `None` for all words of that credit.
    pub(super) provision: Option<ProvisionId>,
    /// The credit, telling what it was before.
    pub(super) shown: Arc<Credit>,
}

/// Why an entry changed the text.
#[derive(Clone, Debug)]
pub(super) struct Reason {
    /// The provision of whose change it is the reason; `None` for all that the entry changed.
    pub(super) provision: Option<ProvisionId>,
    /// The reason.
    pub(super) said: Arc<str>,
}

/// A provision in all its versions.
#[derive(Clone, Debug)]
pub struct Life {
    /// Its id.
    pub id: ProvisionId,
    /// Its words, all versions woven together.
    pub wording: Wording,
    /// What it looked like from which entry on, oldest first; empty while the proposal to insert it waits.
    pub faces: Faces,
    /// What it is to look like if the proposal to insert it is taken up.
    pub proposed: Face,
    /// The waiting edits on it, its insertion included, in the order of tabling.
    pub waiting: Vec<EditId>,
    /// The times for which it is or was closed ad ref, oldest first.
    pub closings: Vec<Closing>,
    /// Positions on it, latest per group, with the entry of each.
    pub positions: Vec<(GroupId, Position, Seq)>,
}

/// What a provision looks like from one entry on.
#[derive(Clone, Debug)]
pub struct Face {
    /// From this entry on.
    pub since: Seq,
    /// Its kind.
    pub kind: Kind,
    /// Its depth.
    pub level: u8,
    /// Its number as printed.
    pub label: Option<Arc<str>>,
    /// Its wording.
    pub text: Arc<str>,
}

/// What a provision looked like, oldest first.
#[derive(Clone, Debug, Default)]
pub struct Faces {
    /// The `since` of each, close together: a search among them stays in the cache.
    since: Vec<Seq>,
    faces: Vector<Face>,
}

impl Faces {
    /// Adds what it looks like from now on.
    pub(super) fn push(&mut self, face: Face) {
        self.since.push(face.since);
        self.faces.push_back(face);
    }

    /// What it looked like at a seq.
    pub fn at(&self, at: Seq) -> Option<&Face> {
        let later = self.since.partition_point(|since| *since <= at);
        later.checked_sub(1).and_then(|index| self.faces.get(index))
    }

    /// What it looks like in the end.
    pub fn last(&self) -> Option<&Face> {
        self.faces.last()
    }

    /// All of them, oldest first.
    pub fn iter(&self) -> impl DoubleEndedIterator<Item = &Face> {
        self.faces.iter()
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.since.len()
    }

    /// Whether it never stood.
    pub fn is_empty(&self) -> bool {
        self.since.is_empty()
    }
}

/// Whom an entry's edits are credited to.
#[derive(Clone, Debug)]
pub(super) enum Source {
    /// The edits are those of a proposal.
    Proposal(ProposalId),
    /// The entry told its credits; an edit's ordinal is its place in the list.
    Told(Arc<[Arc<Credit>]>),
}

impl Life {
    /// What it looked like at a seq.
    pub fn face(&self, at: Seq) -> Option<&Face> {
        self.faces.at(at)
    }

    /// It as it is shown at a seq.
    pub fn provision(&self, at: Seq) -> Option<Provision> {
        self.face(at).map(|face| face.provision(self.id))
    }
}

impl Face {
    /// The provision that looks like this.
    pub fn provision(&self, id: ProvisionId) -> Provision {
        Provision { id, kind: self.kind, level: self.level, label: self.label.clone(), text: self.text.clone() }
    }
}

impl Compact {
    /// The draft of that id.
    pub fn draft(&self, id: &DraftId) -> Option<&Arc<Draft>> {
        self.drafts.iter().find(|d| d.id == *id)
    }

    /// The seq of the text that a draft id, a seq or "working" names.
    pub fn seq_of(&self, at: &str) -> Result<Seq, Refusal> {
        let unknown = || Refusal::UnknownText(at.chars().take(80).collect());
        if at == "working" {
            return Ok(self.seq);
        }
        if let Ok(seq) = at.parse::<u32>() {
            // A draft may be called "2030"; a draft's name goes before a number.
            let draft = at.parse().ok().and_then(|id| self.draft(&id)).map(|d| d.seq);
            return draft.or((1..=self.seq.0).contains(&seq).then_some(Seq(seq))).ok_or_else(unknown);
        }
        let id = at.parse().map_err(|_| unknown())?;
        self.draft(&id).map(|d| d.seq).ok_or_else(unknown)
    }

    /// The proposal of that id.
    pub fn proposal(&self, id: ProposalId) -> Result<&Arc<Proposal>, Refusal> {
        self.proposals.get(&id).ok_or(Refusal::UnknownProposal(id))
    }

    /// The proposal of which this is an edit, if it is one's.
    pub fn proposal_of(&self, edit: EditId) -> Option<&Arc<Proposal>> {
        match self.sources.get(&edit.seq)? {
            Source::Proposal(id) => self.proposals.get(id),
            Source::Told(_) => None,
        }
    }

    /// When an entry was recorded.
    pub fn time_of(&self, entry: Seq) -> Moment {
        let time = (entry.0 as usize).checked_sub(1).and_then(|index| self.times.get(index));
        time.copied().unwrap_or(self.changed_at)
    }

    /// Why an entry changed a provision, as last said.
    pub fn reason(&self, entry: Seq, provision: ProvisionId) -> Option<&Arc<str>> {
        let about = |said: &&Reason| said.provision.is_none_or(|about| about == provision);
        self.reasons.get(&entry)?.iter().rev().find(about).map(|reason| &reason.said)
    }

    /// Whether an edit waits on the table at a seq.
    pub fn is_waiting(&self, edit: EditId, at: Seq) -> bool {
        let Some(proposal) = self.proposal_of(edit) else { return false };
        let gone = if proposal.form.seq == edit.seq {
            proposal.settled.as_ref().map(|s| s.seq)
        } else {
            let later = proposal.earlier.iter().chain([&proposal.form]).find(|form| form.seq > edit.seq);
            later.map(|form| form.seq)
        };
        edit.seq <= at && gone.is_none_or(|gone| gone > at)
    }

    /// The waiting proposals in the order of tabling.
    pub fn waiting(&self) -> impl Iterator<Item = &Arc<Proposal>> {
        self.proposals.values().filter(|p| p.standing == Standing::Waiting)
    }

    /// The name of a group or delegation, as displayed.
    pub fn name_of(&self, speaker: &GroupId) -> Arc<str> {
        let group = self.groups.get(speaker).map(|g| g.name.clone());
        let name = group.or_else(|| self.delegations.get(speaker).map(|d| d.name.clone()));
        name.unwrap_or_else(|| speaker.as_str().into())
    }

    /// The text at a seq.
    pub fn text(&self, at: Seq) -> Vec<Provision> {
        let view = View::at(at);
        let provisions = self.outline.visible(&view).filter_map(|id| self.provisions.get(&id)?.provision(at));
        provisions.collect()
    }

    /// A provision as it stands at a seq, if it is part of the text then.
    pub fn standing_provision(&self, id: ProvisionId, at: Seq) -> Option<&Face> {
        let stands = self.outline.stands(id, &View::at(at));
        stands.then(|| self.provisions.get(&id)?.face(at)).flatten()
    }
}
