//! Which provisions of a text handed in are told to have moved. One order comes out of another in more than one way: 3
//! moved behind 1 is 2 moved to the end. It is told in the way that was asked for, where somebody asked.

use std::collections::HashSet;

use crate::compact::edit::{Change, Moved};
use crate::compact::ids::{EditId, ProvisionId, Seq};
use crate::compact::proposal::Proposal;
use crate::compact::state::Compact;
use crate::text::View;
use crate::text::align::Alignment;

impl Compact {
    /// For each provision of the new text whether it is told as moved. `order` is the new text, without those that
    /// come in; `base` the text that it was written against.
    pub(super) fn moved_as_asked(&self, found: &Alignment, order: &[Option<ProvisionId>], base: Seq) -> Vec<bool> {
        let mut moved = found.moved.clone();
        if !moved.contains(&true) {
            return moved;
        }
        self.outline.index();
        let asked: Vec<Vec<usize>> = self.waiting().map(|proposal| self.placed_by(proposal, order, base)).collect();
        let asked_for: HashSet<usize> = asked.iter().flatten().copied().collect();
        let unasked = |moved: &[bool]| {
            let own = |(place, moved): &(usize, &bool)| **moved && !asked_for.contains(place);
            moved.iter().enumerate().filter(own).count()
        };
        let mut told: HashSet<usize> = HashSet::new();
        for places in asked {
            let new: Vec<usize> = places.into_iter().filter(|place| moved.get(*place) == Some(&false)).collect();
            let trial: HashSet<usize> = told.iter().chain(&new).copied().collect();
            let least = unasked(&found.moved_with(&trial));
            if new.is_empty() || least >= unasked(&moved) {
                continue;
            }
            told = trial;
            // What stands where it was asked to stand without having moved is left alone.
            for place in new {
                told.remove(&place);
                if unasked(&found.moved_with(&told)) > least {
                    told.insert(place);
                }
            }
            moved = found.moved_with(&told);
        }
        moved
    }

    /// The places of the new text at which a provision stands where this proposal asks to move it.
    fn placed_by(&self, proposal: &Proposal, order: &[Option<ProvisionId>], base: Seq) -> Vec<usize> {
        let place = |asked: &Moved| {
            let place = order.iter().position(|id| *id == Some(asked.provision))?;
            // Behind what comes in stands nothing that was asked for.
            let after = place.checked_sub(1).map_or(Some(None), |before| order.get(before).copied()?.map(Some))?;
            self.asks_behind(proposal, asked, after, base).then_some(place)
        };
        moves(proposal).filter_map(place).collect()
    }

    /// Whether a proposal asks for a provision to be moved behind this one: it says so, or it stands there once all of
    /// the proposal is in place. A proposal that is in place asks for nothing.
    pub(in crate::compact) fn asks_behind(
        &self,
        proposal: &Proposal,
        asked: &Moved,
        after: Option<ProvisionId>,
        at: Seq,
    ) -> bool {
        let edits: Vec<EditId> = proposal.edit_ids().collect();
        let (without, with) = (View::at(at), View { at, assumed: &edits });
        let before = |provision: ProvisionId, view: &View<'_>| self.outline.predecessor(provision, view);
        let is_in_place = |asked: &Moved| before(asked.provision, &without) == before(asked.provision, &with);
        let asks = asked.after == after || before(asked.provision, &with) == Ok(after);
        asks && !moves(proposal).all(is_in_place)
    }
}

fn moves(proposal: &Proposal) -> impl Iterator<Item = &Moved> {
    proposal.form.edits.iter().filter_map(|tabled| match &tabled.change {
        Change::Move { r#move } => Some(r#move),
        Change::Splices { .. } | Change::Insert { .. } | Change::Strike { .. } | Change::Relabel { .. } => None,
    })
}
