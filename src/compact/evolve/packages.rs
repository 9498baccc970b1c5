//! What becomes of packages.

use std::sync::Arc;

use crate::compact::credit::Credit;
use crate::compact::edit::{Change, Splice, TabledEdit};
use crate::compact::entry::Moment;
use crate::compact::event::{PackageDeclined, PackageLinked, PackageTakenUp};
use crate::compact::ids::{PackageId, ProposalId, ProvisionId, Seq};
use crate::compact::package::{Package, PackageStanding};
use crate::compact::proposal::{Proposal, Settled, Standing};
use crate::compact::state::Compact;

impl Compact {
    pub(super) fn package_linked(&mut self, seq: Seq, time: Moment, e: &PackageLinked) -> Result<(), String> {
        let id = PackageId(seq);
        for proposal in &e.proposals {
            self.waiting_mut(*proposal)?.package = Some(id);
        }
        let (title, proposals) = (e.title.as_deref().map(Into::into), e.proposals.clone());
        let (standing, settled) = (PackageStanding::Waiting, None);
        self.packages.insert(id, Arc::new(Package { id, title, proposals, linked_at: time, standing, settled }));
        Ok(())
    }

    pub(super) fn package_unlinked(&mut self, seq: Seq, id: PackageId) -> Result<(), String> {
        for proposal in self.settle_package(seq, id, PackageStanding::Dissolved, None)? {
            if let Some(proposal) = self.proposals.get_mut(&proposal) {
                Arc::make_mut(proposal).package = None;
            }
        }
        Ok(())
    }

    /// A package does not outlive the withdrawal of one of its proposals.
    pub(super) fn leave_package(&mut self, seq: Seq, proposal: ProposalId) -> Result<(), String> {
        match self.proposals.get(&proposal).and_then(|p| p.package) {
            Some(package) => self.package_unlinked(seq, package),
            None => Ok(()),
        }
    }

    pub(super) fn package_declined(&mut self, seq: Seq, e: &PackageDeclined) -> Result<(), String> {
        let note = e.note.as_deref();
        let proposals = self.settle_package(seq, e.package, PackageStanding::Declined, note)?;
        proposals.into_iter().try_for_each(|proposal| self.settle(seq, proposal, Standing::Declined, note))
    }

    pub(super) fn package_taken_up(&mut self, seq: Seq, e: &PackageTakenUp) -> Result<(), String> {
        let note = e.note.as_deref();
        let proposals = self.settle_package(seq, e.package, PackageStanding::TakenUp, note)?;
        if proposals != e.proposals {
            return Err(format!("{} links other proposals", e.package));
        }
        let mut reworded: Vec<ProvisionId> = Vec::new();
        for id in &proposals {
            let changes = changes_credited_to(*id, e);
            let proposal = self.waiting_mut(*id)?;
            let (form, credits) = (proposal.form.clone(), credits_told(proposal, &changes, e));
            proposal.standing = Standing::TakenUp;
            proposal.settled = Some(Settled {
                seq,
                note: note.map(Into::into),
                as_tabled: form.edit_ids().map(|edit| edit.ordinal).collect(),
                modified: false,
                changed: changes.iter().any(|c| form.edits.iter().any(|e| e.change.provision() == c.provision())),
                credits,
            });
            self.off_the_table(&form.edit_ids().collect::<Vec<_>>());
            for (edit, tabled) in form.edit_ids().zip(form.edits.iter()) {
                self.enact(seq, edit, tabled, &changes)?;
                reworded.push(tabled.change.provision());
            }
        }
        self.tell_credits(seq, &e.credits);
        self.show_reworded(seq, &reworded, &e.changes)?;
        self.check_order(seq, &e.changes)?;
        if !e.changes.is_empty() {
            self.text_changed = Some(seq);
        }
        Ok(())
    }

    fn settle_package(
        &mut self,
        seq: Seq,
        id: PackageId,
        standing: PackageStanding,
        note: Option<&str>,
    ) -> Result<Vec<ProposalId>, String> {
        let package = self.packages.get_mut(&id).ok_or_else(|| format!("no package {id}"))?;
        if package.standing != PackageStanding::Waiting {
            return Err(format!("{id} is {}", package.standing));
        }
        let package = Arc::make_mut(package);
        package.standing = standing;
        package.settled = Some((seq, note.map(Into::into)));
        Ok(package.proposals.clone())
    }
}

/// The credit of a proposal, if it is that: the first named is the one taken up, the others asked for the same.
fn credit_of(proposal: ProposalId, credit: Option<u32>, e: &PackageTakenUp) -> Option<&Credit> {
    let credit = credit.and_then(|index| e.credits.get(index as usize));
    credit.filter(|credit| credit.proposals.first() == Some(&proposal))
}

/// What each edit of a proposal is credited as, of the changes that are credited to it.
fn credits_told(proposal: &Proposal, changes: &[Change], e: &PackageTakenUp) -> Vec<Arc<Credit>> {
    let told = |change: &Change| match change {
        Change::Splices { splices, .. } => splices.iter().find_map(|s| credit_of(proposal.id, s.credit, e)),
        Change::Insert { .. } | Change::Strike { .. } | Change::Move { .. } | Change::Relabel { .. } => {
            credit_of(proposal.id, change.credit(), e)
        }
    };
    let of_edit = |tabled: &TabledEdit| {
        let provision = tabled.change.provision();
        let credit = changes.iter().filter(|change| change.provision() == provision).find_map(told);
        Arc::new(credit.cloned().unwrap_or_else(|| proposal.credit()))
    };
    proposal.form.edits.iter().map(of_edit).collect()
}

/// The changes, or the splices of them, that are credited to a proposal; those that restore words may be any's.
fn changes_credited_to(proposal: ProposalId, e: &PackageTakenUp) -> Vec<Change> {
    let is_mine = |credit: Option<u32>| credit_of(proposal, credit, e).is_some();
    let mine = |change: &Change| match change {
        Change::Splices { provision, splices } => {
            let of_piece = |s: &Splice| s.pieces.iter().any(|p| p.restored || is_mine(p.credit));
            let mine = splices.iter().filter(|s| is_mine(s.credit) || of_piece(s));
            let splices: Vec<_> = mine.cloned().collect();
            (!splices.is_empty()).then_some(Change::Splices { provision: *provision, splices })
        }
        Change::Insert { insert } => is_mine(insert.credit).then(|| change.clone()),
        Change::Strike { strike } => is_mine(strike.credit).then(|| change.clone()),
        Change::Move { r#move } => is_mine(r#move.credit).then(|| change.clone()),
        Change::Relabel { .. } => None,
    };
    e.changes.iter().filter_map(mine).collect()
}
