//! `evolve` remembers: what an entry makes of a compact. It runs no difference algorithm and judges nothing; it only
//! checks that the record fits together, and says where it does not.

mod closing;
mod credits;
mod mandates;
mod on_proposals;
mod packages;
mod redactions;
mod statements;
mod weave;

use std::sync::Arc;

use imbl::{OrdMap, Vector};

use super::canonical::sha256_of_text;
use super::credit::Credit;
use super::edit::{Change, TabledEdit};
use super::entry::{Entry, Moment};
use super::event::{
    CarryOverConfirmed, CompactOpened, DelegationRegistered, DraftIssued, Event, MembershipChanged, PositionTaken,
    ProposalRevised, ProposalTabled, ProposalTakenUp, Publicity, RoundScheduled, TextRevised,
};
use super::ids::{EditId, GroupId, ProposalId, ProvisionId, Seq};
use super::proposal::{Confirmation, Form, Proposal, Settled, Sponsorship, Standing};
use super::round::Round;
use super::state::{Compact, Delegation, Draft, Life, Membership, Reason, Source, StateGroup};
use crate::text::Outline;
use mandates::leave_groups;

pub use weave::spliced;

/// An entry does not fit the record before it.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("entry {seq} does not fit the record before it: {why}")]
pub struct Broken {
    /// The entry.
    pub seq: Seq,
    /// What does not fit.
    pub why: String,
}

impl Compact {
    /// The state that a whole record makes, entry by entry.
    pub fn replay<'a>(entries: impl IntoIterator<Item = &'a Entry>) -> Result<Option<Self>, Broken> {
        let mut state = None;
        for entry in entries {
            Self::follow(&mut state, entry)?;
        }
        Ok(state)
    }

    /// Remembers the next entry of a record; the first one opens the compact, which is `None` until then. After an error
    /// the state is not to be used any more.
    pub fn follow(state: &mut Option<Self>, entry: &Entry) -> Result<(), Broken> {
        match state {
            Some(compact) => compact.evolve(entry),
            None => Self::open(entry).map(|opened| *state = Some(opened)),
        }
    }

    /// The state after the first entry of a record.
    pub fn open(entry: &Entry) -> Result<Self, Broken> {
        let broken = |why: &str| Broken { seq: entry.seq, why: why.to_owned() };
        let Event::CompactOpened(CompactOpened { compact, title }) = &entry.event else {
            return Err(broken("a record begins with compact-opened"));
        };
        if entry.seq != Seq(1) {
            return Err(broken("a record begins with entry 1"));
        }
        Ok(Self {
            id: compact.clone(),
            title: title.as_str().into(),
            opened_at: entry.time,
            seq: entry.seq,
            changed_at: entry.time,
            times: Vector::unit(entry.time),
            adopted: None,
            groups: OrdMap::new(),
            delegations: OrdMap::new(),
            drafts: Vector::new(),
            proposals: OrdMap::new(),
            packages: OrdMap::new(),
            statements: OrdMap::new(),
            publicity: Publicity::default(),
            rounds: OrdMap::new(),
            provisions: OrdMap::new(),
            outline: Arc::new(Outline::default()),
            sources: OrdMap::new(),
            reasons: OrdMap::new(),
            reflections: OrdMap::new(),
            corrections: OrdMap::new(),
            corrected: None,
            redactions: OrdMap::new(),
            text_changed: None,
        })
    }

    /// Remembers the next entry. After an error the state is not to be used any more.
    pub fn evolve(&mut self, entry: &Entry) -> Result<(), Broken> {
        let broken = |why: String| Broken { seq: entry.seq, why };
        if entry.seq != self.seq.next() {
            return Err(broken(format!("it follows entry {}", self.seq)));
        }
        self.remember(entry.seq, entry.time, &entry.event).map_err(broken)?;
        self.seq = entry.seq;
        self.changed_at = entry.time;
        self.times.push_back(entry.time);
        Ok(())
    }

    fn remember(&mut self, seq: Seq, time: Moment, event: &Event) -> Result<(), String> {
        match event {
            Event::CompactOpened(_) => return Err("the compact is open already".into()),
            Event::GroupRegistered(e) => self.group_registered(seq, &e.group, &e.name),
            Event::DelegationRegistered(e) => self.delegation_registered(seq, e),
            Event::MembershipChanged(e) => self.membership_changed(seq, e)?,
            Event::DelegationLeft(e) => self.delegation_left(seq, &e.delegation)?,
            Event::MandateGiven(e) => self.mandate_given(seq, e)?,
            Event::MandateEnded(e) => self.mandate_ended(seq, e)?,
            Event::TextRevised(e) => self.text_revised(seq, e)?,
            Event::DraftIssued(e) => self.draft_issued(seq, time, e)?,
            Event::ReasonGiven(e) => self.reason_given(e.entry, e.provision, &e.reason),
            Event::ProposalTabled(e) => self.proposal_tabled(seq, time, e)?,
            Event::ProposalRevised(e) => self.proposal_revised(seq, e)?,
            Event::ProposalWithdrawn(e) => {
                self.settle(seq, e.proposal, Standing::Withdrawn, e.note.as_deref())?;
                self.leave_package(seq, e.proposal)?;
            }
            Event::ProposalDeclined(e) => self.settle(seq, e.proposal, Standing::Declined, e.note.as_deref())?,
            Event::SponsorJoined(e) => self.sponsor_joined(seq, e.proposal, &e.sponsor)?,
            Event::SponsorLeft(e) => self.sponsor_left(seq, e.proposal, &e.sponsor)?,
            Event::PositionTaken(e) => self.position_taken(seq, e)?,
            Event::ProposalTakenUp(e) => self.proposal_taken_up(seq, e)?,
            Event::CreditCorrected(e) => self.credit_corrected(seq, e)?,
            Event::CarryOverConfirmed(e) => self.carry_over_confirmed(seq, e)?,
            Event::ProposalAccepted(e) => self.proposal_accepted(seq, e)?,
            Event::PackageLinked(e) => self.package_linked(seq, time, e)?,
            Event::PackageUnlinked(e) => self.package_unlinked(seq, e.package)?,
            Event::PackageTakenUp(e) => self.package_taken_up(seq, e)?,
            Event::PackageDeclined(e) => self.package_declined(seq, e)?,
            Event::StatementFiled(e) => self.statement_filed(seq, time, e),
            Event::UptakeLinked(e) => self.uptake_linked(seq, e)?,
            Event::UptakeUnlinked(e) => self.uptake_unlinked(e)?,
            Event::RoundScheduled(e) => self.round_scheduled(seq, e),
            Event::PublicitySet(e) => self.publicity = e.shown,
            Event::ProvisionClosed(e) => self.provision_closed(seq, e)?,
            Event::ProvisionReopened(e) => self.provision_reopened(seq, e)?,
            Event::ProvisionPositionTaken(e) => self.provision_position_taken(seq, e)?,
            Event::CompactAdopted(_) => self.adopted = Some(seq),
            Event::EntryRedacted(e) => self.entry_redacted(seq, time, e)?,
        }
        Ok(())
    }

    fn group_registered(&mut self, seq: Seq, id: &GroupId, name: &str) {
        let since = self.groups.get(id).map_or(seq, |group| group.since);
        self.groups.insert(id.clone(), Arc::new(StateGroup { id: id.clone(), name: name.into(), since }));
    }

    fn delegation_registered(&mut self, seq: Seq, e: &DelegationRegistered) {
        let known = self.delegations.get(&e.delegation);
        let mut delegation = known.map_or_else(
            || Delegation {
                id: e.delegation.clone(),
                name: e.name.as_str().into(),
                since: seq,
                memberships: Vec::new(),
                mandates: Vec::new(),
                left: None,
            },
            |known| (**known).clone(),
        );
        delegation.name = e.name.as_str().into();
        delegation.left = None;
        let groups: Vec<GroupId> = delegation.groups().cloned().collect();
        leave_groups(&mut delegation, seq, |group| !e.groups.contains(group));
        let joined = e.groups.iter().filter(|group| !groups.contains(group));
        delegation.memberships.extend(joined.map(|group| Membership { group: group.clone(), from: seq, to: None }));
        self.delegations.insert(e.delegation.clone(), Arc::new(delegation));
    }

    fn membership_changed(&mut self, seq: Seq, e: &MembershipChanged) -> Result<(), String> {
        let delegation = self.delegation_mut(&e.delegation)?;
        leave_groups(delegation, seq, |group| e.left.contains(group));
        let joined = e.joined.iter().map(|group| Membership { group: group.clone(), from: seq, to: None });
        delegation.memberships.extend(joined);
        Ok(())
    }

    fn delegation_left(&mut self, seq: Seq, id: &GroupId) -> Result<(), String> {
        let delegation = self.delegation_mut(id)?;
        leave_groups(delegation, seq, |_| true);
        delegation.left = Some(seq);
        Ok(())
    }

    fn delegation_mut(&mut self, id: &GroupId) -> Result<&mut Delegation, String> {
        let delegation = self.delegations.get_mut(id).ok_or_else(|| format!("no delegation {id}"))?;
        Ok(Arc::make_mut(delegation))
    }

    fn round_scheduled(&mut self, seq: Seq, e: &RoundScheduled) {
        let (id, name) = (e.round.clone(), e.name.as_str().into());
        let round = Round { id, name, starts: e.starts, ends: e.ends, scheduled: seq };
        self.rounds.insert(e.round.clone(), Arc::new(round));
    }

    fn draft_issued(&mut self, seq: Seq, time: Moment, e: &DraftIssued) -> Result<(), String> {
        let sha256 = sha256_of_text(&self.text(self.seq));
        if let Some(told) = e.sha256.as_ref().filter(|told| **told != sha256) {
            return Err(format!("the text that it issues has the SHA-256 {told}, and the working text has {sha256}"));
        }
        let (id, label, sha256) = (e.draft.clone(), e.label.as_str().into(), sha256.into());
        self.drafts.push_back(Arc::new(Draft { id, label, seq, issued_at: time, sign_off: e.sign_off, sha256 }));
        Ok(())
    }

    fn text_revised(&mut self, seq: Seq, e: &TextRevised) -> Result<(), String> {
        self.tell_credits(seq, &e.credits);
        self.reflect(seq, &e.credits, &e.changes);
        self.apply(seq, &e.changes)?;
        if let Some(reason) = &e.reason {
            self.reason_given(seq, None, reason);
        }
        if !e.changes.is_empty() {
            self.text_changed = Some(seq);
        }
        Ok(())
    }

    fn reason_given(&mut self, entry: Seq, provision: Option<ProvisionId>, reason: &str) {
        let mut reasons = self.reasons.get(&entry).map_or_else(Vec::new, |reasons| reasons.to_vec());
        // What is said of the whole entry later takes the place of what was said of its provisions.
        reasons.retain(|said| provision.is_some() && said.provision != provision);
        reasons.push(Reason { provision, said: reason.into() });
        self.reasons.insert(entry, reasons.into());
    }

    fn proposal_tabled(&mut self, seq: Seq, time: Moment, e: &ProposalTabled) -> Result<(), String> {
        let id = ProposalId(seq);
        let sponsorship = |sponsor: &GroupId| Sponsorship { sponsor: sponsor.clone(), from: seq, to: None };
        let proposal = Proposal {
            id,
            tabled_at: time,
            sponsorships: e.sponsors.iter().map(sponsorship).collect(),
            form: form(seq, e.base, &e.edits, e.rationale.as_deref()),
            earlier: Vec::new(),
            standing: Standing::Waiting,
            settled: None,
            positions: Vec::new(),
            confirmations: Vec::new(),
            package: None,
            on: e.on,
            on_it: Vec::new(),
            into: None,
            statements: Vec::new(),
        };
        self.sources.insert(seq, Source::Proposal(id));
        self.proposals.insert(id, Arc::new(proposal));
        self.tabled_on(id, e.on)?;
        self.weave_waiting(seq, e.base, &e.edits)
    }

    fn proposal_revised(&mut self, seq: Seq, e: &ProposalRevised) -> Result<(), String> {
        let proposal = self.waiting_mut(e.proposal)?;
        let new = form(seq, e.base, &e.edits, e.rationale.as_deref());
        let old = std::mem::replace(&mut proposal.form, new);
        let gone: Vec<EditId> = old.edit_ids().collect();
        proposal.earlier.push(old);
        self.off_the_table(&gone);
        self.sources.insert(seq, Source::Proposal(e.proposal));
        self.weave_waiting(seq, e.base, &e.edits)
    }

    fn sponsor_joined(&mut self, seq: Seq, id: ProposalId, sponsor: &GroupId) -> Result<(), String> {
        let proposal = self.waiting_mut(id)?;
        proposal.sponsorships.push(Sponsorship { sponsor: sponsor.clone(), from: seq, to: None });
        Ok(())
    }

    fn sponsor_left(&mut self, seq: Seq, id: ProposalId, sponsor: &GroupId) -> Result<(), String> {
        let proposal = self.waiting_mut(id)?;
        let mine = |s: &&mut Sponsorship| s.sponsor == *sponsor && s.to.is_none();
        let sponsorship = proposal.sponsorships.iter_mut().find(mine);
        sponsorship.ok_or_else(|| format!("{sponsor} does not sponsor {id}"))?.to = Some(seq);
        Ok(())
    }

    fn position_taken(&mut self, seq: Seq, e: &PositionTaken) -> Result<(), String> {
        let proposal = self.proposals.get_mut(&e.proposal).ok_or_else(|| format!("no proposal {}", e.proposal))?;
        let positions = &mut Arc::make_mut(proposal).positions;
        positions.retain(|(group, _, _)| *group != e.group);
        positions.push((e.group.clone(), e.position, seq));
        Ok(())
    }

    fn carry_over_confirmed(&mut self, seq: Seq, e: &CarryOverConfirmed) -> Result<(), String> {
        let proposal = self.waiting_mut(e.proposal)?;
        proposal.confirmations.push(Confirmation { seq, draft: e.draft.clone() });
        Ok(())
    }

    fn settle(&mut self, seq: Seq, id: ProposalId, standing: Standing, note: Option<&str>) -> Result<(), String> {
        let proposal = self.waiting_mut(id)?;
        proposal.standing = standing;
        let (as_tabled, modified, changed, credits) = (Vec::new(), false, false, Vec::new());
        proposal.settled = Some(Settled { seq, note: note.map(Into::into), as_tabled, modified, changed, credits });
        let gone: Vec<EditId> = proposal.edit_ids().collect();
        self.off_the_table(&gone);
        Ok(())
    }

    fn proposal_taken_up(&mut self, seq: Seq, e: &ProposalTakenUp) -> Result<(), String> {
        let proposal = self.waiting_mut(e.proposal)?;
        let form = proposal.form.clone();
        let credits = credits_told(proposal, e);
        proposal.standing = Standing::TakenUp;
        proposal.settled = Some(Settled {
            seq,
            note: e.note.as_deref().map(Into::into),
            as_tabled: e.as_tabled.clone(),
            modified: e.modified,
            changed: !e.changes.is_empty(),
            credits,
        });
        self.off_the_table(&form.edit_ids().collect::<Vec<_>>());
        self.tell_credits(seq, &e.credits);
        self.reflect(seq, &e.credits, &e.changes);
        let mut tabled: Vec<ProvisionId> = Vec::new();
        for ordinal in &e.as_tabled {
            let edit = form.edits.get(*ordinal as usize).ok_or_else(|| format!("no edit {ordinal}"))?;
            tabled.push(edit.change.provision());
            self.enact(seq, EditId { seq: form.seq, ordinal: *ordinal }, edit, &e.changes)?;
        }
        self.show_reworded(seq, &tabled, &e.changes)?;
        let fresh: Vec<Change> = e.changes.iter().filter(|c| !tabled.contains(&c.provision())).cloned().collect();
        self.apply(seq, &fresh)?;
        self.check_order(seq, &e.changes)?;
        if let Some(note) = &e.note {
            self.reason_given(seq, None, note);
        }
        if !e.changes.is_empty() {
            self.text_changed = Some(seq);
        }
        Ok(())
    }

    fn waiting_mut(&mut self, id: ProposalId) -> Result<&mut Proposal, String> {
        let proposal = self.proposals.get_mut(&id).ok_or_else(|| format!("no proposal {id}"))?;
        if proposal.standing != Standing::Waiting {
            return Err(format!("{id} is {}", proposal.standing));
        }
        Ok(Arc::make_mut(proposal))
    }

    fn off_the_table(&mut self, edits: &[EditId]) {
        let touched: Vec<ProvisionId> = edits.iter().filter_map(|edit| self.provision_of(*edit)).collect();
        for id in touched {
            if let Some(life) = self.provisions.get_mut(&id) {
                Arc::make_mut(life).waiting.retain(|edit| !edits.contains(edit));
            }
        }
    }

    fn provision_of(&self, edit: EditId) -> Option<ProvisionId> {
        let proposal = self.proposal_of(edit)?;
        let form = proposal.earlier.iter().chain([&proposal.form]).find(|form| form.seq == edit.seq)?;
        form.edits.get(edit.ordinal as usize).map(|e| e.change.provision())
    }

    pub(super) fn life_mut(&mut self, id: ProvisionId) -> Result<&mut Life, String> {
        self.provisions.get_mut(&id).map(Arc::make_mut).ok_or_else(|| format!("no provision {id}"))
    }
}

/// What each edit of a proposal that is taken up is credited as: its sponsors', and theirs who asked for the same.
fn credits_told(proposal: &Proposal, e: &ProposalTakenUp) -> Vec<Arc<Credit>> {
    let alone = Arc::new(proposal.credit());
    let told = |(ordinal, tabled): (u32, &TabledEdit)| {
        let change = e.changes.iter().find(|change| change.provision() == tabled.change.provision());
        let credit = change.filter(|_| e.as_tabled.contains(&ordinal)).and_then(Change::credit);
        let credit = credit.and_then(|index| e.credits.get(index as usize));
        credit.map_or_else(|| alone.clone(), |credit| Arc::new(credit.clone()))
    };
    (0..).zip(proposal.form.edits.iter()).map(told).collect()
}

fn form(seq: Seq, base: Seq, edits: &[TabledEdit], rationale: Option<&str>) -> Form {
    Form { seq, base, edits: edits.into(), rationale: rationale.map(Into::into), origin: None }
}
