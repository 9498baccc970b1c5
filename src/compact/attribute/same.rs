//! Who asks for the same: the same words struck and added at the same place, the same provision put in there.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::asked::{Asked, Place, Site};
use crate::compact::edit::Change;
use crate::compact::ids::ProvisionId;
use crate::compact::proposal::Proposal;
use crate::compact::state::Compact;
use crate::text::surprisal::Forms;

impl Compact {
    /// For each edit of a waiting proposal the other waiting proposals that ask for all that it asks for, at the same
    /// place.
    pub(in crate::compact) fn asking_the_same(&self, proposal: &Proposal) -> Vec<Vec<&Proposal>> {
        let changes: Vec<Change> = proposal.form.edits.iter().map(|tabled| tabled.change.clone()).collect();
        let about: BTreeSet<ProvisionId> = changes.iter().map(Change::provision).collect();
        let texts: BTreeSet<&str> = changes.iter().filter_map(put_in).collect();
        let may_ask = |change: &Change| {
            about.contains(&change.provision()) || put_in(change).is_some_and(|text| texts.contains(text))
        };
        let waiting =
            self.waiting().filter(|other: &&Arc<Proposal>| other.form.edits.iter().any(|t| may_ask(&t.change)));
        let mut forms = Forms::default();
        let asked = Asked::gather(self, waiting, &[], &changes, &mut forms);
        let mine = proposal.edit_ids().map(|edit| asked.of_edit(edit)).zip(&changes);
        mine.map(|(mine, change)| mine.map_or_else(Vec::new, |mine| self.asking_for(change, mine, &asked))).collect()
    }

    fn asking_for(&self, change: &Change, mine: usize, asked: &Asked<'_>) -> Vec<&Proposal> {
        let Some(ask) = asked.asks.get(mine) else { return Vec::new() };
        let likely = match ask.site {
            Site::In(provision, _) => asked.about(provision).to_vec(),
            Site::Before(place) => asked.inserting(ask.text, place),
            Site::Gone => (0..asked.asks.len()).collect(),
        };
        let mut same: Vec<&Proposal> = Vec::new();
        for number in likely.into_iter().filter(|number| is_same(self, asked, change, mine, *number)) {
            let other = asked.asks.get(number).and_then(|other| self.proposals.get(&other.proposal));
            let is_new =
                |other: &&Arc<Proposal>| other.id != ask.proposal && !same.iter().any(|known| known.id == other.id);
            same.extend(other.filter(is_new).map(Arc::as_ref));
        }
        same
    }
}

/// The wording of what a change puts in.
fn put_in(change: &Change) -> Option<&str> {
    if let Change::Insert { insert } = change { Some(&insert.text) } else { None }
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
