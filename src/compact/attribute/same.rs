//! Who asks for the same: the same words struck and added at the same place, the same provision put in there.

use std::sync::Arc;

use super::asked::{Asked, Place, Site};
use crate::compact::edit::Change;
use crate::compact::ids::EditId;
use crate::compact::proposal::Proposal;
use crate::compact::state::Compact;
use crate::text::surprisal::Forms;

impl Compact {
    /// The waiting proposals that ask for all that a waiting edit asks for, at the same place.
    pub(in crate::compact) fn asking_the_same(&self, edit: EditId, change: &Change) -> Vec<&Proposal> {
        let mut forms = Forms::default();
        let may_ask = |proposal: &&Arc<Proposal>| {
            proposal.form.edits.iter().any(|tabled| match (&tabled.change, change) {
                (Change::Insert { insert }, Change::Insert { insert: same }) => insert.text == same.text,
                (theirs, _) => theirs.provision() == change.provision(),
            })
        };
        let waiting = self.waiting().filter(may_ask);
        let asked = Asked::gather(self, waiting, &[], std::slice::from_ref(change), &mut forms);
        let Some(mine) = asked.of_edit(edit) else { return Vec::new() };
        let mut same: Vec<&Proposal> = Vec::new();
        for (number, ask) in asked.asks.iter().enumerate() {
            let Some(proposal) = self.proposals.get(&ask.proposal) else { continue };
            let is_other = !proposal.edit_ids().any(|other| other == edit);
            let is_known = same.iter().any(|known| known.id == proposal.id);
            if is_other && !is_known && is_same(self, &asked, change, mine, number) {
                same.push(proposal);
            }
        }
        same
    }
}

fn is_same(compact: &Compact, asked: &Asked<'_>, change: &Change, mine: usize, other: usize) -> bool {
    let (Some(a), Some(b)) = (asked.asks.get(mine), asked.asks.get(other)) else { return false };
    let tabled = compact.proposals.get(&b.proposal).and_then(|p| p.form.edits.get(b.edit.ordinal as usize));
    let Some(theirs) = tabled.map(|tabled| &tabled.change) else { return false };
    match (change, theirs) {
        (Change::Splices { provision, .. }, Change::Splices { provision: same, .. }) if provision == same => {
            let places = asked.places(*provision);
            let mut mine = places.of(mine, 0..=u32::MAX).peekable();
            // The same words begin there, or with the space before.
            let near = |place: &Place| place.start.saturating_sub(2)..=place.start.saturating_add(2);
            let is_asked =
                |place: &Place| places.of(other, near(place)).any(|with| with.says(&place.core(), &place.added));
            mine.peek().is_some() && mine.all(is_asked)
        }
        (Change::Insert { .. }, Change::Insert { .. }) => {
            matches!((a.site, b.site), (Site::Before(a), Site::Before(b)) if a == b) && a.text == b.text
        }
        (Change::Strike { strike }, Change::Strike { strike: same }) => strike.provision == same.provision,
        (Change::Move { r#move }, Change::Move { r#move: same }) => {
            (r#move.provision, r#move.after) == (same.provision, same.after)
        }
        _ => false,
    }
}
