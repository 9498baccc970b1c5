//! Wordings of which nothing would be left, because one speaker strikes what another leaves standing.

use super::wording;
use crate::compact::edit::Change;
use crate::compact::ids::{EditId, Seq};
use crate::compact::refusal::{Collision, Refusal};
use crate::compact::state::Compact;
use crate::text::View;

impl Compact {
    /// Refuses a change, enacted in this trial state by the entry `seq`, that leaves a standing provision blank.
    pub(super) fn leaves_words(&self, edit: EditId, change: &Change, base: Seq, seq: Seq) -> Result<(), Refusal> {
        let Change::Splices { provision, .. } = change else { return Ok(()) };
        let (base, now) = (View::at(base), View::at(seq));
        let Some(life) = self.provisions.get(provision).filter(|_| self.outline.stands(*provision, &now)) else {
            return Ok(());
        };
        if !wording::is_blank(&life.wording.text(&now)) {
            return Ok(());
        }
        let stood =
            life.wording.strands().filter(|(strand, text)| strand.is_visible(&base) && !wording::is_blank(text));
        let others = stood.filter_map(|(strand, _)| strand.struck_by(&now)).find(|with| with.seq != edit.seq);
        let collision = self.collision(*provision, edit.ordinal, others.unwrap_or(edit));
        let member = self.proposal_of(edit).map(|proposal| proposal.id);
        // Others whose proposal still waits are taken up together with this one.
        match others.and_then(|with| self.proposal_of(with)).filter(|other| other.settled.is_none()) {
            Some(_) => Err(Refusal::MembersCollide(Collision { member, ..collision })),
            None => Err(Refusal::NothingLeft(collision)),
        }
    }
}
