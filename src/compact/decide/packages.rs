//! Packages: linking, dissolving, taking up and declining together.

use super::changes::splices_between;
use super::{Decision, at_most, wording};
use crate::compact::credit::Credits;
use crate::compact::edit::Change;
use crate::compact::entry::{Entry, Speaker};
use crate::compact::event::{Event, PackageDeclined, PackageLinked, PackageTakenUp, PackageUnlinked};
use crate::compact::ids::{EditId, PackageId, ProposalId, ProvisionId, Seq};
use crate::compact::limits;
use crate::compact::package::{Package, PackageStanding};
use crate::compact::proposal::Proposal;
use crate::compact::refusal::{Collision, Refusal};
use crate::compact::state::Compact;

impl Compact {
    pub(super) fn link(&self, mut proposals: Vec<ProposalId>, title: Option<&str>) -> Decision {
        at_most(limits::PACKAGE_PROPOSALS_MAX, proposals.len(), "proposals in one package")?;
        proposals.sort_unstable();
        if let Some([twice, _]) = proposals.array_windows::<2>().find(|[a, b]| a == b) {
            return Err(Refusal::BadCommand(format!("{twice} is named twice; name it once")));
        }
        if proposals.len() < 2 {
            return Err(Refusal::BadCommand(
                "a package links at least two proposals; name them in \"proposals\"".into(),
            ));
        }
        for proposal in &proposals {
            self.stands_alone(*proposal)?;
        }
        let title = title.map(|title| wording::name("title", title)).transpose()?;
        Ok(Some(Event::PackageLinked(PackageLinked { proposals, title })))
    }

    pub(super) fn unlink(&self, package: PackageId) -> Decision {
        self.linked(package)?;
        Ok(Some(Event::PackageUnlinked(PackageUnlinked { package })))
    }

    pub(super) fn decline_package(&self, package: PackageId, note: Option<&str>) -> Decision {
        self.linked(package)?;
        Ok(Some(Event::PackageDeclined(PackageDeclined { package, note: wording::note(note)? })))
    }

    pub(super) fn take_up_package(&self, id: PackageId, note: Option<&str>) -> Decision {
        let package = self.linked(id)?;
        let note = wording::note(note)?;
        let members = package.proposals.iter().map(|p| self.on_the_table(*p)).collect::<Result<Vec<_>, _>>()?;
        for member in &members {
            self.all_open(member.form.edits.iter())?;
        }
        self.no_member_collides(&members)?;
        no_member_undoes_another(&members)?;
        let seq = self.seq.next();
        let mut trial = self.clone();
        let mut credits = Credits::default();
        for member in &members {
            trial.take_member(member, seq)?;
        }
        for member in &members {
            for (edit, tabled) in member.form.edit_ids().zip(member.form.edits.iter()) {
                trial.leaves_words(edit, &tabled.change, member.form.base, seq)?;
            }
        }
        for member in &members {
            let shared = self.shared_credits(member);
            for credit in &shared {
                credits.index(credit);
            }
            trial.credit_edits(member.id, shared);
        }
        let changes = self.changes_of(&trial, &members, &mut credits);
        let proposals = package.proposals.clone();
        let event = PackageTakenUp { package: id, proposals, changes, credits: credits.0, note };
        let (event, time) = (Event::PackageTakenUp(event), self.changed_at);
        // Where members overlap in ways that the changes cannot tell apart, the room decides one after the other.
        let entry = Entry { seq, time, speaker: Speaker::CoFacilitators, spoken_by: None, event };
        self.clone().evolve(&entry).map_err(|_| {
            let what = "proposals of the package overlap; dissolve it and take them up one after the other";
            Refusal::BadCommand(what.into())
        })?;
        Ok(Some(entry.event))
    }

    /// A waiting proposal that is in no package.
    pub(super) fn stands_alone(&self, id: ProposalId) -> Result<&Proposal, Refusal> {
        let proposal = self.on_the_table(id)?;
        match proposal.package {
            Some(package) => Err(Refusal::InPackage { proposal: id, package }),
            None => Ok(proposal),
        }
    }

    /// A package that is on the table.
    fn linked(&self, id: PackageId) -> Result<&Package, Refusal> {
        let package = self.packages.get(&id).ok_or(Refusal::UnknownPackage(id))?;
        if package.standing == PackageStanding::Waiting {
            return Ok(package);
        }
        let (standing, seq) = (package.standing, package.settled.as_ref().map_or(self.seq, |(seq, _)| *seq));
        Err(Refusal::PackageNotWaiting { package: id, standing, seq })
    }

    /// Refuses a package of which a proposal does not fit the working text, naming all that is in the way.
    fn no_member_collides(&self, members: &[&Proposal]) -> Result<(), Refusal> {
        let collisions: Vec<Collision> =
            members.iter().flat_map(|member| self.collisions_of(member, self.seq)).collect();
        if collisions.is_empty() { Ok(()) } else { Err(Refusal::Collides(collisions)) }
    }

    fn collisions_of(&self, member: &Proposal, at: Seq) -> Vec<Collision> {
        let mut collisions = Vec::new();
        for (edit, tabled) in member.form.edit_ids().zip(member.form.edits.iter()) {
            let with = self.bearing(edit, &tabled.change, member.form.base, at).collisions;
            let told = with.iter().map(|with| self.collision(tabled.change.provision(), edit.ordinal, *with));
            collisions.extend(told.map(|collision| Collision { member: Some(member.id), ..collision }));
        }
        collisions.dedup();
        collisions
    }

    /// Enacts a member in this trial state, after those before it; refuses it where it collides with one of them.
    fn take_member(&mut self, member: &Proposal, seq: Seq) -> Result<(), Refusal> {
        if let Some(with) = self.collisions_of(member, seq).into_iter().next() {
            return Err(Refusal::MembersCollide(with));
        }
        let edits = member.form.edit_ids().zip(member.form.edits.iter());
        let bearings: Vec<_> =
            edits.map(|(edit, e)| (edit, e, self.bearing(edit, &e.change, member.form.base, seq))).collect();
        for (edit, tabled, bearing) in bearings {
            if bearing.is_moot() && !matches!(tabled.change, Change::Splices { .. }) {
                continue;
            }
            let taken = self.take_one(edit, &tabled.change, seq, &bearing.said_already);
            taken.map_err(Refusal::BadCommand)?;
        }
        Ok(())
    }

    /// What the members change, told against the working text.
    fn changes_of(&self, trial: &Self, members: &[&Proposal], credits: &mut Credits) -> Vec<Change> {
        let seq = self.seq.next();
        let mut changes = trial.changes_since(self.seq, seq, credits);
        let mut told: Vec<ProvisionId> = Vec::new();
        for tabled in members.iter().flat_map(|member| member.form.edits.iter()) {
            let Change::Splices { provision, .. } = &tabled.change else { continue };
            if told.contains(provision) {
                continue;
            }
            told.push(*provision);
            let Some(life) = trial.provisions.get(provision) else { continue };
            let splices = splices_between(life, self.seq, seq, |e: EditId| Some(credits.index(&trial.credit_of(e))));
            if !splices.is_empty() {
                changes.push(Change::Splices { provision: *provision, splices });
            }
        }
        changes
    }
}

/// Refuses a package in which one proposal takes out or moves what another rewords or moves.
fn no_member_undoes_another(members: &[&Proposal]) -> Result<(), Refusal> {
    let edits = members.iter().flat_map(|member| member.form.edits.iter().map(|tabled| (member.id, &tabled.change)));
    let of_order = |change: &Change| matches!(change, Change::Strike { .. } | Change::Move { .. });
    for (one, change) in edits.clone().filter(|(_, change)| of_order(change)) {
        let undoes = |other: &Change| match (change, other) {
            (Change::Strike { .. }, Change::Strike { .. }) | (Change::Move { .. }, Change::Splices { .. }) => false,
            _ => other.provision() == change.provision(),
        };
        if let Some((other, _)) = edits.clone().find(|(other, told)| *other != one && undoes(told)) {
            let (provision, member, proposal) = (change.provision(), Some(one), Some(other));
            return Err(Refusal::MembersCollide(Collision { provision, edit: 0, proposal, seq: other.0, member }));
        }
    }
    Ok(())
}
