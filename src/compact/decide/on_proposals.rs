//! Proposals on a proposal: other wording in place of one that waits, and its acceptance.

use super::{Decision, wording};
use crate::compact::edit::Edit;
use crate::compact::event::{Event, ProposalAccepted};
use crate::compact::ids::{GroupId, ProposalId};
use crate::compact::proposal::Form;
use crate::compact::refusal::Refusal;
use crate::compact::state::Compact;

impl Compact {
    pub(super) fn propose_in_place(
        &self,
        on: ProposalId,
        sponsors: Vec<GroupId>,
        edits: Vec<Edit>,
        rationale: Option<&str>,
    ) -> Decision {
        let proposal = self.on_the_table(on)?;
        if let Some(first) = proposal.on {
            return Err(Refusal::BadCommand(format!("{on} is itself a proposal on {first}; propose on {first}")));
        }
        about_the_same(on, &proposal.form, &edits)?;
        self.table(sponsors, Some(proposal.form.base), edits, rationale, Some(on))
    }

    pub(super) fn accept(&self, id: ProposalId, note: Option<&str>) -> Decision {
        let proposal = self.stands_alone(id)?;
        let alone = || Refusal::BadCommand(format!("{id} is not a proposal on another; take it up or decline it"));
        let on = proposal.on.ok_or_else(alone)?;
        self.has_a_sponsor(self.on_the_table(on)?)?;
        let base = proposal.form.base;
        // Told anew: what it inserts is inserted by this entry.
        let edits = self.told(proposal.form.edits.iter().map(|tabled| tabled.edit.clone()).collect(), base)?;
        self.all_open(&edits)?;
        let note = wording::note(note)?;
        Ok(Some(Event::ProposalAccepted(ProposalAccepted { proposal: id, on, base, edits, note })))
    }

    /// A new form of a proposal on a waiting one is still about what that one is about.
    pub(super) fn still_about(&self, on: Option<ProposalId>, edits: &[Edit]) -> Result<(), Refusal> {
        match on.and_then(|on| self.on_the_table(on).ok()) {
            Some(proposal) => about_the_same(proposal.id, &proposal.form, edits),
            None => Ok(()),
        }
    }
}

/// Refuses what is not about any provision that the form is about, and what says the same.
fn about_the_same(on: ProposalId, form: &Form, edits: &[Edit]) -> Result<(), Refusal> {
    let place = |edit: &Edit| match edit {
        Edit::Insert { insert } => (None, insert.after),
        Edit::Reword { .. } | Edit::Strike { .. } | Edit::Move { .. } => (edit.provision(), None),
    };
    if !edits.iter().any(|edit| form.edits.iter().any(|tabled| place(&tabled.edit) == place(edit))) {
        return Err(Refusal::BadCommand(format!(
            "no edit is about a provision that {on} is about; table it as a proposal of its own"
        )));
    }
    if form.edits.len() == edits.len() && form.edits.iter().zip(edits).all(|(tabled, edit)| tabled.edit == *edit) {
        return Err(Refusal::NothingChanges(format!("{on} says so already; join its sponsors instead")));
    }
    Ok(())
}
