//! Wording carried over to a newer draft: what its sponsors say to it.

use super::Decision;
use crate::compact::carry::CarryOver;
use crate::compact::event::{CarryOverConfirmed, Event};
use crate::compact::ids::ProposalId;
use crate::compact::refusal::Refusal;
use crate::compact::state::Compact;

impl Compact {
    pub(super) fn confirm(&self, proposal: ProposalId) -> Decision {
        let standing = self.on_the_table(proposal)?;
        self.has_a_sponsor(standing)?;
        let none =
            || Refusal::BadCommand("no draft is issued yet; there is nothing to confirm the wording against".into());
        let draft = self.drafts.last().ok_or_else(none)?;
        let form = &standing.form;
        let is_said = match standing.confirmed_at(self.seq) {
            Some(confirmed) => !self.changed_near(form, confirmed.seq, self.seq),
            // Wording written against that draft stands against it.
            None => form.base >= draft.seq && self.carry_over(form, self.seq) == CarryOver::Clean,
        };
        if is_said {
            return Ok(None);
        }
        Ok(Some(Event::CarryOverConfirmed(CarryOverConfirmed { proposal, draft: draft.id.clone() })))
    }
}
