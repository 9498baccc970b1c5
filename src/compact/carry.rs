//! Carrying wording to a text that has moved on: what it meets there.
//!
//! Nothing is searched for: a proposal's strands are in the weave already. What counts is who struck or added what
//! next to them since.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::edit::Change;
use super::ids::{EditId, ProvisionId, Seq};
use super::proposal::{Form, Proposal, Standing};
use super::refusal::Collision;
use super::state::{Compact, Life};
use crate::text::{Outline, Strand, View, words};

/// How a waiting proposal relates to the working text.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum CarryOver {
    /// Nothing changed next to its words since they were written.
    Clean,
    /// Something was struck or added next to its words.
    Touched,
    /// All that it strikes is gone, or all that it adds stands there already.
    Overtaken,
}

/// What one edit meets in the working text.
#[derive(Debug, Default)]
pub(super) struct Bearing {
    /// The enacted edits that stand in its way.
    pub(super) collisions: Vec<EditId>,
    /// Whether an enacted edit struck or added next to its words.
    pub(super) touched: bool,
    /// How many of its places have nothing left to do.
    moot: usize,
    /// How many places it has.
    places: usize,
    /// Strands of its wording (by index) that would say again what stands there.
    pub(super) said_already: Vec<usize>,
}

impl Bearing {
    pub(super) fn is_moot(&self) -> bool {
        self.places > 0 && self.moot == self.places && self.collisions.is_empty()
    }

    fn moot() -> Self {
        Self { moot: 1, places: 1, ..Self::default() }
    }

    fn collides(with: EditId) -> Self {
        Self { collisions: vec![with], places: 1, touched: true, ..Self::default() }
    }
}

impl Compact {
    /// How a form of a proposal relates to the text at a seq.
    pub fn carry_over(&self, form: &Form, at: Seq) -> CarryOver {
        let bearings: Vec<Bearing> = form
            .edit_ids()
            .zip(form.edits.iter())
            .map(|(edit, tabled)| self.bearing(edit, &tabled.change, form.base, at))
            .collect();
        if bearings.iter().all(Bearing::is_moot) {
            CarryOver::Overtaken
        } else if bearings.iter().any(|b| b.touched || b.moot > 0 || !b.collisions.is_empty()) {
            CarryOver::Touched
        } else {
            CarryOver::Clean
        }
    }

    /// How a proposal relates to the text at a seq. What changed before its sponsors confirmed it does not count any
    /// more, unless its words have no place left.
    pub fn carry_over_of(&self, proposal: &Proposal, at: Seq) -> CarryOver {
        let form = proposal.form_at(at);
        let told = self.carry_over(form, at);
        match proposal.confirmed_at(at) {
            Some(confirmed) if told == CarryOver::Touched && self.holds(form, at) => {
                if self.changed_near(form, confirmed.seq, at) { told } else { CarryOver::Clean }
            }
            _ => told,
        }
    }

    /// Whether nothing stands in the way of a form.
    fn holds(&self, form: &Form, at: Seq) -> bool {
        let edits = form.edit_ids().zip(form.edits.iter());
        edits.map(|(edit, tabled)| self.bearing(edit, &tabled.change, form.base, at)).all(|b| b.collisions.is_empty())
    }

    /// Whether something changed next to the words of a form between two seqs, both after it was written.
    pub(super) fn changed_near(&self, form: &Form, since: Seq, at: Seq) -> bool {
        form.edit_ids().zip(form.edits.iter()).any(|(edit, tabled)| {
            let bearing = |base, at| self.bearing(edit, &tabled.change, base, at);
            let (then, now) = (bearing(form.base, since), bearing(form.base, at));
            let since = bearing(since, at);
            // What was in the way already is no news.
            let is_old = !since.collisions.is_empty() && since.collisions == then.collisions;
            (since.touched && !is_old) || then.moot != now.moot
        })
    }

    /// What a change laid into the weave against `base` under an edit meets in the text at a seq.
    pub(super) fn bearing(&self, edit: EditId, change: &Change, base: Seq, at: Seq) -> Bearing {
        let (since, base, now) = (base, View::at(base), View::at(at));
        match change {
            Change::Splices { provision, .. } => {
                if let Some(gone) = struck_from_outline(&self.outline, *provision, &now) {
                    return Bearing::collides(gone);
                }
                self.provisions.get(provision).map(|life| on_wording(life, edit, &base, &now)).unwrap_or_default()
            }
            Change::Strike { strike } if struck_from_outline(&self.outline, strike.provision, &now).is_some() => {
                Bearing::moot()
            }
            // Where it was moved since, the place that the strike is about is gone.
            Change::Strike { strike } => {
                let bearing = on_place(&self.outline, edit, strike.provision, &now);
                Bearing { touched: bearing.touched || self.is_reworded(strike.provision, since, at), ..bearing }
            }
            Change::Move { r#move } => on_place(&self.outline, edit, r#move.provision, &now),
            Change::Insert { insert } => on_insertion(&self.outline, edit, insert.provision, &base, &now),
            Change::Relabel { .. } => Bearing::default(),
        }
    }

    /// Whether a provision reads otherwise at one seq than at another.
    fn is_reworded(&self, provision: ProvisionId, from: Seq, to: Seq) -> bool {
        let Some(life) = self.provisions.get(&provision) else { return false };
        life.face(from).zip(life.face(to)).is_some_and(|(then, now)| then.text != now.text)
    }

    /// Whether nothing of a tabled edit is left to do in the text at a seq: others did it.
    pub fn is_done_by_others(&self, edit: EditId, change: &Change, base: Seq, at: Seq) -> bool {
        self.bearing(edit, change, base, at).is_moot()
    }

    /// The strands of a wording (by index) with which a tabled edit would say again what stands there at a seq.
    pub fn said_already(&self, edit: EditId, change: &Change, base: Seq, at: Seq) -> Vec<usize> {
        self.bearing(edit, change, base, at).said_already
    }

    /// A collision as it is told to the speaker.
    pub(super) fn collision(&self, provision: ProvisionId, ordinal: u32, with: EditId) -> Collision {
        let taken_up = |p: &&Arc<Proposal>| {
            p.standing == Standing::TakenUp && p.settled.as_ref().is_some_and(|settled| settled.seq == with.seq)
        };
        // What was taken up in other words is the edit of that entry, not of the proposal.
        let proposal = self.proposal_of(with).or_else(|| self.proposals.values().find(taken_up));
        let seq = proposal.and_then(|p| p.settled.as_ref()).map_or(with.seq, |settled| settled.seq);
        Collision { provision, edit: ordinal, proposal: proposal.map(|p| p.id), seq, member: None }
    }
}

/// The edit that took a provision out of the text, if it is out.
fn struck_from_outline(outline: &Outline<ProvisionId>, provision: ProvisionId, now: &View<'_>) -> Option<EditId> {
    let places = outline.places(provision).filter(|place| now.holds(place.added));
    let mut gone = None;
    for place in places {
        match place.struck_by(now) {
            None => return None,
            Some(edit) => gone = Some(edit),
        }
    }
    gone
}

/// A strike or a move takes a provision from the place where it stood.
fn on_place(outline: &Outline<ProvisionId>, edit: EditId, provision: ProvisionId, now: &View<'_>) -> Bearing {
    let mine = outline.places(provision).find(|place| place.is_struck_by(edit));
    match mine.and_then(|strand| strand.struck_by(now)) {
        Some(gone) => Bearing::collides(gone),
        None => Bearing { places: 1, ..Bearing::default() },
    }
}

/// An insertion collides where it would stand inside what was struck at one go.
fn on_insertion(
    outline: &Outline<ProvisionId>,
    edit: EditId,
    provision: ProvisionId,
    base: &View<'_>,
    now: &View<'_>,
) -> Bearing {
    let strands = outline.strands();
    let mine = |index: &usize| strands.get(*index).is_some_and(|place| place.added.edit == edit);
    let Some(mine) = outline.indices(provision).find(mine) else { return Bearing::default() };
    let (head, tail) = strands.split_at(mine);
    let before = head.iter().rev().find(|s| s.is_visible(base));
    let behind = tail.iter().find(|s| s.is_visible(base));
    let gone = |s: Option<&Strand<ProvisionId>>| s.and_then(|s| struck_from_outline(outline, s.content, now));
    match (gone(before), gone(behind)) {
        (Some(a), Some(b)) if a.seq == b.seq => Bearing::collides(a),
        (Some(_), _) | (_, Some(_)) => Bearing { touched: true, places: 1, ..Bearing::default() },
        (None, None) => Bearing { places: 1, ..Bearing::default() },
    }
}

/// One place of an edit in a wording: its strands between two words that it leaves alone.
#[derive(Default)]
struct Place {
    adds: Vec<usize>,
    added: String,
    struck: usize,
    gone: Vec<EditId>,
    /// Words that others put there since.
    others: String,
    left_gone: Option<EditId>,
    right_gone: Option<EditId>,
}

fn on_wording(life: &Life, edit: EditId, base: &View<'_>, now: &View<'_>) -> Bearing {
    let mut bearing = Bearing::default();
    let mut place = Place::default();
    for (index, (strand, text)) in life.wording.strands().enumerate() {
        let is_mine = strand.added.edit == edit || strand.is_restored_by(edit);
        if is_mine {
            place.adds.push(index);
            place.added.push_str(text);
        } else if strand.is_visible(base) && strand.is_struck_by(edit) {
            if words::count(text) > 0 || text.chars().any(|c| !c.is_whitespace()) {
                place.struck += 1;
                place.gone.extend(strand.struck_by(now));
            }
        } else if strand.is_visible(base) {
            let gone = strand.struck_by(now);
            place.right_gone = gone;
            place.weigh(&mut bearing);
            place = Place { left_gone: gone, ..Place::default() };
        } else if strand.is_visible(now) {
            place.others.push_str(text);
        }
    }
    place.weigh(&mut bearing);
    bearing
}

impl Place {
    fn weigh(&self, bearing: &mut Bearing) {
        if self.adds.is_empty() && self.struck == 0 {
            return;
        }
        bearing.places += 1;
        let said = !self.added.trim().is_empty() && self.added.trim() == self.others.trim();
        bearing.touched |= !self.others.is_empty() || self.left_gone.is_some() || self.right_gone.is_some();
        if self.struck > 0 {
            bearing.touched |= !self.gone.is_empty();
            let all_gone = self.gone.len() == self.struck;
            if all_gone && (self.adds.is_empty() || said) {
                bearing.moot += 1;
                bearing.said_already.extend(&self.adds);
            } else if let (Some(gone), false) = (self.gone.first(), self.adds.is_empty()) {
                bearing.collisions.push(*gone);
            }
        } else if said {
            bearing.moot += 1;
            bearing.said_already.extend(&self.adds);
        } else if let (Some(left), Some(right)) = (self.left_gone, self.right_gone)
            && left.seq == right.seq
        {
            bearing.collisions.push(left);
        }
    }
}
