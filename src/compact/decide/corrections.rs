//! Corrections: the only way to change whom words are credited to.

use super::{Decision, at_most, wording};
use crate::compact::credit::{Basis, Credit};
use crate::compact::event::{CreditCorrected, Event};
use crate::compact::ids::{EditId, GroupId, ProposalId, ProvisionId, Seq};
use crate::compact::limits;
use crate::compact::proposal::Proposal;
use crate::compact::refusal::Refusal;
use crate::compact::state::{Compact, Source};

impl Compact {
    pub(super) fn correct_credit(
        &self,
        edit: EditId,
        provision: Option<ProvisionId>,
        proposals: &[ProposalId],
        reason: &str,
    ) -> Decision {
        at_most(limits::PROPOSALS_NAMED_MAX, proposals.len(), "proposals named")?;
        let reason = wording::note(Some(reason))?;
        let reason = reason.ok_or_else(|| Refusal::BadCommand("a correction needs a reason; say why".into()))?;
        let (entry, credit) = (edit.seq, edit.ordinal);
        let Some(Source::Told(credits)) = self.sources.get(&entry) else {
            return Err(Refusal::BadCommand(format!(
                "entry {entry} is neither a revision nor a taking up; its data has no credits to correct"
            )));
        };
        let Some(told) = credits.get(credit as usize) else {
            let count = credits.len();
            return Err(Refusal::BadCommand(format!(
                "entry {entry} has {count} credits, from 0; there is no {credit}"
            )));
        };
        if told.basis == Basis::Exact {
            return Err(Refusal::BadCommand(
                "this credit is of a proposal taken up as it was tabled: it is exact and cannot be corrected".into(),
            ));
        }
        if let Some(provision) = provision.filter(|id| !self.is_changed_by(edit, *id)) {
            return Err(Refusal::BadCommand(format!("credit {credit} of entry {entry} has no words in {provision}")));
        }
        let now = self.credit_of_all(proposals, entry)?;
        let was = provision.map_or_else(|| self.credit_of(edit), |provision| self.credit_in(edit, provision));
        let was = Credit { corrected: None, ..(*was).clone() };
        if was.basis == now.basis && was.proposals == now.proposals {
            return Err(Refusal::NothingChanges("the credit says so already; name other proposals".into()));
        }
        Ok(Some(Event::CreditCorrected(CreditCorrected { entry, credit, provision, was, now, reason })))
    }

    /// The credit of proposals as they were sponsored when an entry was recorded.
    fn credit_of_all(&self, proposals: &[ProposalId], entry: Seq) -> Result<Credit, Refusal> {
        let mut groups: Vec<GroupId> = Vec::new();
        for (index, id) in proposals.iter().enumerate() {
            let proposal = self.proposal(*id)?;
            if id.0 > entry {
                return Err(Refusal::BadCommand(format!(
                    "{id} was tabled after entry {entry}; it did not ask for this"
                )));
            }
            if proposals.iter().take(index).any(|other| other == id) {
                return Err(Refusal::BadCommand(format!("{id} is named twice; name it once")));
            }
            let new = sponsors_at(proposal, entry).filter(|sponsor| !groups.contains(sponsor));
            groups.extend(new.cloned().collect::<Vec<_>>());
        }
        Ok(Credit::declared(groups, proposals.to_vec()))
    }
}

fn sponsors_at(proposal: &Proposal, at: Seq) -> impl Iterator<Item = &GroupId> {
    let then = proposal.sponsorships.iter().filter(move |s| s.from <= at && s.to.is_none_or(|to| to > at));
    then.map(|s| &s.sponsor)
}
