//! What else on the table a proposal meets: who would strike the same words, or add at the same place.
//!
//! Nothing is searched for: the weave shows which waiting edits mark the same strand or lie in the same gap. For all
//! proposals together every weave is walked once.

use std::collections::{BTreeMap, BTreeSet, HashSet};

use foldhash::fast::FixedState;

use super::edit::Change;
use super::ids::{EditId, ProposalId, ProvisionId, Seq};
use super::proposal::Proposal;
use super::state::{Compact, Life};
use crate::text::{Act, Strand, View};

/// The proposals in conflict with each; those with none are left out.
pub type Conflicts = BTreeMap<ProposalId, BTreeSet<ProposalId>>;

impl Compact {
    /// The waiting proposals with which a waiting proposal is in conflict at a seq: they strike a common strand, one
    /// adds inside what the other strikes, or both add in the same gap.
    pub fn conflicts(&self, id: ProposalId, at: Seq) -> BTreeSet<ProposalId> {
        let Some(proposal) = self.proposals.get(&id) else { return BTreeSet::new() };
        let mine = Some(proposal.form_at(at).seq);
        self.meetings([proposal.as_ref()], mine, at).remove(&id).unwrap_or_default()
    }

    /// The same for all of these proposals, which wait at that seq.
    pub fn all_conflicts<'a>(&'a self, waiting: impl IntoIterator<Item = &'a Proposal>, at: Seq) -> Conflicts {
        self.meetings(waiting, None, at)
    }

    /// Who meets whom in what these proposals are about: all of them, or whom `mine` meets.
    fn meetings<'a>(
        &'a self,
        proposals: impl IntoIterator<Item = &'a Proposal>,
        mine: Option<Seq>,
        at: Seq,
    ) -> Conflicts {
        let mut meetings = Meetings { compact: self, view: View::at(at), mine, met: HashSet::default() };
        let changes = proposals.into_iter().flat_map(|proposal| proposal.form_at(at).edits.iter());
        let (mut worded, mut placed) = (BTreeSet::new(), false);
        for change in changes.map(|tabled| &tabled.change) {
            placed |= !matches!(change, Change::Splices { .. });
            if !matches!(change, Change::Insert { .. }) {
                worded.insert(change.provision());
            }
        }
        worded.into_iter().filter_map(|id| self.provisions.get(&id)).for_each(|life| meetings.in_provision(life));
        if placed {
            meetings.in_weave(self.outline.strands().iter());
        }
        meetings.told()
    }
}

/// The entries whose waiting edits meet, as far as they are known yet.
struct Meetings<'a> {
    compact: &'a Compact,
    view: View<'a>,
    /// Whose meetings are wanted; all if it does not say.
    mine: Option<Seq>,
    met: HashSet<(Seq, Seq), FixedState>,
}

impl Meetings<'_> {
    /// Those who reword a provision meet each other in its words, and whoever would strike it.
    fn in_provision(&mut self, life: &Life) {
        self.in_weave(life.wording.strands().map(|(strand, _)| strand));
        let strikers = self.striking(life.id);
        if strikers.is_empty() {
            return;
        }
        let strands = life.wording.strands().map(|(strand, _)| strand);
        let edits = strands.flat_map(|s| s.acts.iter().map(|(_, mark)| mark.edit).chain([s.added.edit]));
        let worded: HashSet<Seq, FixedState> = edits.filter(|e| self.waits(*e)).map(|e| e.seq).collect();
        for (striker, other) in strikers.iter().flat_map(|s| worded.iter().map(move |w| (*s, *w))) {
            self.meet_two(striker, other);
        }
    }

    /// Who would strike a provision, and not only move it.
    fn striking(&self, provision: ProvisionId) -> BTreeSet<Seq> {
        let places = || self.compact.outline.places(provision);
        let moves = |edit: EditId| places().any(|place| place.added.edit == edit);
        let strikes = places().flat_map(strikers).filter(|edit| self.waits(*edit) && !moves(*edit));
        strikes.map(|edit| edit.seq).collect()
    }

    fn in_weave<'s, C: 's>(&mut self, strands: impl Iterator<Item = &'s Strand<C>>) {
        // Who adds in the gap before the next visible strand, and who strikes the visible strand before it.
        let mut gap: Vec<Seq> = Vec::new();
        let mut struck_before: Vec<Seq> = Vec::new();
        for strand in strands {
            if strand.is_visible(&self.view) {
                let strike = distinct(strikers(strand).filter(|e| self.waits(*e)).map(|e| e.seq).collect());
                gap = distinct(gap);
                self.meet(&strike);
                // Those who add between two strands that the same entry strikes add inside what it strikes.
                for inside in struck_before.iter().filter(|s| strike.contains(s)) {
                    self.meet_each(*inside, &gap);
                }
                self.meet(&gap);
                gap.clear();
                struck_before = strike;
            } else if self.waits(strand.added.edit) {
                gap.push(strand.added.edit.seq);
            }
        }
        self.meet(&distinct(gap));
    }

    /// All of these meet each other.
    fn meet(&mut self, group: &[Seq]) {
        match self.mine {
            Some(mine) if group.contains(&mine) => self.meet_each(mine, group),
            Some(_) => {}
            None => {
                let mut rest = group;
                while let Some((one, others)) = rest.split_first() {
                    self.meet_each(*one, others);
                    rest = others;
                }
            }
        }
    }

    fn meet_each(&mut self, one: Seq, others: &[Seq]) {
        for other in others {
            self.meet_two(one, *other);
        }
    }

    fn meet_two(&mut self, one: Seq, other: Seq) {
        if one != other && self.mine.is_none_or(|mine| mine == one || mine == other) {
            self.met.insert((one.min(other), one.max(other)));
        }
    }

    fn waits(&self, edit: EditId) -> bool {
        self.compact.is_waiting(edit, self.view.at)
    }

    fn told(self) -> Conflicts {
        let mut conflicts = Conflicts::new();
        for (one, other) in self.met {
            let id = |seq: Seq| self.compact.proposal_of(EditId { seq, ordinal: 0 }).map(|proposal| proposal.id);
            let (Some(one), Some(other)) = (id(one), id(other)) else { continue };
            conflicts.entry(one).or_default().insert(other);
            conflicts.entry(other).or_default().insert(one);
        }
        conflicts
    }
}

/// The edits that strike a strand; of the outline, that includes those that move it.
fn strikers<C>(strand: &Strand<C>) -> impl Iterator<Item = EditId> + '_ {
    strand.acts.iter().filter(|(act, _)| *act == Act::Strike).map(|(_, mark)| mark.edit)
}

fn distinct(mut entries: Vec<Seq>) -> Vec<Seq> {
    entries.sort_unstable();
    entries.dedup();
    entries
}
