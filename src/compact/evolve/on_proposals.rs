//! What becomes of proposals on a proposal.

use std::sync::Arc;

use super::form;
use crate::compact::event::ProposalAccepted;
use crate::compact::ids::{EditId, ProposalId, Seq};
use crate::compact::proposal::{Origin, Standing};
use crate::compact::state::{Compact, Source};

impl Compact {
    /// Both know of each other.
    pub(super) fn tabled_on(&mut self, id: ProposalId, on: Option<ProposalId>) -> Result<(), String> {
        if let Some(on) = on {
            self.waiting_mut(on)?.on_it.push(id);
        }
        Ok(())
    }

    pub(super) fn proposal_accepted(&mut self, seq: Seq, e: &ProposalAccepted) -> Result<(), String> {
        self.settle(seq, e.proposal, Standing::TakenUp, e.note.as_deref())?;
        let accepted = self.proposals.get_mut(&e.proposal).ok_or_else(|| format!("no proposal {}", e.proposal))?;
        let accepted = Arc::make_mut(accepted);
        accepted.into = Some(e.on);
        let sponsors = accepted.sponsors().cloned().collect();
        let mut new = form(seq, e.base, &e.edits, accepted.form.rationale.as_deref());
        new.origin = Some(Origin { proposal: e.proposal, sponsors });
        let proposal = self.waiting_mut(e.on)?;
        let old = std::mem::replace(&mut proposal.form, new);
        let gone: Vec<EditId> = old.edit_ids().collect();
        proposal.earlier.push(old);
        self.off_the_table(&gone);
        self.sources.insert(seq, Source::Proposal(e.on));
        self.weave_waiting(seq, e.base, &e.edits)
    }
}
