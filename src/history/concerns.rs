//! What an entry concerns: whose it is, and which provisions it is about. An entry on a proposal concerns whoever
//! sponsored that then, and what it asked for then; so what an entry concerns never changes.

use crate::compact::{
    Change, Compact, Credit, Entry, Event, GroupId, PackageId, ProposalId, ProvisionId, Seq, Speaker, TabledEdit,
};

/// What one entry concerns, each once or more often, in no order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Concerns {
    /// The groups and delegations: who speaks or is spoken of, who sponsors the proposals that it is on, whom it credits.
    pub groups: Vec<GroupId>,
    /// The provisions: changed, proposed to be changed, closed, reopened, taken a position on, or named.
    pub provisions: Vec<ProvisionId>,
}

impl Concerns {
    /// What an entry of this compact concerns. The compact must know the entry; what it knows beyond that is left out.
    pub fn of(entry: &Entry, compact: &Compact) -> Self {
        let mut told = Told { compact, seq: entry.seq, all: Self::default() };
        if let Speaker::Sponsor(speaker) = &entry.speaker {
            told.group(speaker);
        }
        told.read(&entry.event);
        told.all
    }
}

struct Told<'a> {
    compact: &'a Compact,
    seq: Seq,
    all: Concerns,
}

impl Told<'_> {
    fn read(&mut self, event: &Event) {
        match event {
            Event::CompactOpened(_)
            | Event::DraftIssued(_)
            | Event::RoundScheduled(_)
            | Event::CompactAdopted(_)
            | Event::PublicitySet(_)
            | Event::EntryRedacted(_) => (),
            Event::GroupRegistered(e) => self.group(&e.group),
            Event::DelegationRegistered(e) => self.all.groups.extend(e.groups.iter().chain([&e.delegation]).cloned()),
            Event::MembershipChanged(e) => {
                self.all.groups.extend(e.joined.iter().chain(&e.left).chain([&e.delegation]).cloned());
            }
            Event::DelegationLeft(e) => self.group(&e.delegation),
            Event::MandateGiven(e) => self.all.groups.extend([&e.group, &e.delegation].map(Clone::clone)),
            Event::MandateEnded(e) => self.all.groups.extend([&e.group, &e.delegation].map(Clone::clone)),
            Event::TextRevised(e) => self.changed(&e.changes, &e.credits),
            Event::ReasonGiven(e) => self.all.provisions.extend(e.provision),
            Event::CreditCorrected(e) => {
                self.all.groups.extend(e.was.groups.iter().chain(&e.now.groups).cloned());
                self.all.provisions.extend(e.provision);
            }
            Event::ProposalTabled(e) => {
                self.all.groups.extend(e.sponsors.iter().cloned());
                self.tabled(&e.edits);
                e.on.iter().for_each(|on| self.proposal(*on));
            }
            Event::ProposalRevised(e) => {
                self.proposal_before(e.proposal);
                self.tabled(&e.edits);
            }
            Event::ProposalAccepted(e) => {
                self.proposal(e.proposal);
                self.proposal_before(e.on);
                self.tabled(&e.edits);
            }
            Event::ProposalTakenUp(e) => {
                self.proposal(e.proposal);
                self.changed(&e.changes, &e.credits);
            }
            Event::ProposalWithdrawn(e) => self.proposal(e.proposal),
            Event::ProposalDeclined(e) => self.proposal(e.proposal),
            Event::CarryOverConfirmed(e) => self.proposal(e.proposal),
            Event::SponsorJoined(e) => self.proposal(e.proposal),
            Event::SponsorLeft(e) => self.proposal(e.proposal),
            Event::UptakeUnlinked(e) => self.proposal(e.proposal),
            Event::PositionTaken(e) => self.said_by(&e.group, e.proposal),
            Event::UptakeLinked(e) => self.said_by(&e.by, e.proposal),
            Event::PackageLinked(e) => e.proposals.iter().for_each(|member| self.proposal(*member)),
            Event::PackageUnlinked(e) => self.package(e.package),
            Event::PackageDeclined(e) => self.package(e.package),
            Event::PackageTakenUp(e) => {
                e.proposals.iter().for_each(|member| self.proposal(*member));
                self.changed(&e.changes, &e.credits);
            }
            Event::ProvisionClosed(e) => self.all.provisions.push(e.provision),
            Event::ProvisionReopened(e) => self.all.provisions.push(e.provision),
            Event::ProvisionPositionTaken(e) => {
                self.group(&e.group);
                self.all.provisions.push(e.provision);
            }
            Event::StatementFiled(e) => {
                self.all.groups.extend(e.by.id.clone());
                self.all.provisions.extend(&e.provisions);
            }
        }
    }

    fn said_by(&mut self, group: &GroupId, proposal: ProposalId) {
        self.group(group);
        self.proposal(proposal);
    }

    fn group(&mut self, group: &GroupId) {
        self.all.groups.push(group.clone());
    }

    fn changed(&mut self, changes: &[Change], credits: &[Credit]) {
        self.all.provisions.extend(changes.iter().map(Change::provision));
        self.all.groups.extend(credits.iter().flat_map(|credit| credit.groups.iter().cloned()));
    }

    fn tabled(&mut self, edits: &[TabledEdit]) {
        self.all.provisions.extend(edits.iter().map(|edit| edit.change.provision()));
    }

    fn package(&mut self, id: PackageId) {
        let members = self.compact.packages.get(&id).map(|package| package.proposals.clone());
        members.into_iter().flatten().for_each(|member| self.proposal(member));
    }

    /// A proposal as it stands with this entry: whoever joins or leaves with it is concerned too.
    fn proposal(&mut self, id: ProposalId) {
        self.proposal_at(id, self.seq);
    }

    /// A proposal that has another form with this entry: what it asked for before is concerned.
    fn proposal_before(&mut self, id: ProposalId) {
        self.proposal_at(id, Seq(self.seq.0.saturating_sub(1)));
    }

    fn proposal_at(&mut self, id: ProposalId, form: Seq) {
        let Some(proposal) = self.compact.proposals.get(&id) else { return };
        let then = |from: Seq, to: Option<Seq>| from <= self.seq && to.is_none_or(|to| to >= self.seq);
        let sponsors = proposal.sponsorships.iter().filter(|s| then(s.from, s.to));
        self.all.groups.extend(sponsors.map(|s| s.sponsor.clone()));
        self.tabled(&proposal.form_at(form).edits);
    }
}
