//! Whom edits are credited to, corrections included, and where the text reflects a proposal.

use std::sync::Arc;

use super::credit::Credit;
use super::ids::{EditId, ProposalId, ProvisionId};
use super::state::{Compact, Source};

impl Compact {
    /// Whom an edit is credited to, whatever provision it is about and without what it was before a correction: for
    /// what is recorded anew.
    pub fn credit_of(&self, edit: EditId) -> Arc<Credit> {
        let corrections = self.corrections.get(&edit);
        match corrections.and_then(|all| all.iter().rev().find(|c| c.provision.is_none())) {
            Some(correction) => Arc::new(Credit { corrected: None, ..(*correction.shown).clone() }),
            None => self.credit_told(edit),
        }
    }

    /// Whom an edit's words in a provision are credited to; a corrected credit tells what it was.
    pub fn credit_in(&self, edit: EditId, provision: ProvisionId) -> Arc<Credit> {
        let corrections = if self.corrected.is_some() { self.corrections.get(&edit) } else { None };
        let about = |p: Option<ProvisionId>| p.is_none_or(|p| p == provision);
        let correction = corrections.and_then(|all| all.iter().rev().find(|c| about(c.provision)));
        correction.map_or_else(|| self.credit_told(edit), |correction| correction.shown.clone())
    }

    /// The edits told by entries, and their provisions, by which the text reflects a proposal that was not taken up
    /// there as it was tabled.
    pub fn reflections(&self, proposal: ProposalId) -> impl Iterator<Item = (EditId, ProvisionId)> {
        let told = self.reflections.get(&proposal).into_iter().flat_map(|all| all.iter().copied());
        told.filter(move |(edit, provision)| self.credit_in(*edit, *provision).proposals.contains(&proposal))
    }

    /// The credit as the entry told it.
    fn credit_told(&self, edit: EditId) -> Arc<Credit> {
        let credit = match self.sources.get(&edit.seq) {
            Some(Source::Told(credits)) => credits.get(edit.ordinal as usize).cloned(),
            Some(Source::Proposal(id)) => self.proposals.get(id).map(|proposal| {
                let credits = proposal.settled.as_ref().map(|s| &s.credits);
                let settled = credits.and_then(|credits| credits.get(edit.ordinal as usize).cloned());
                settled.unwrap_or_else(|| Arc::new(proposal.credit()))
            }),
            None => None,
        };
        credit.unwrap_or_else(|| Arc::new(Credit::own()))
    }
}
