//! How a provision came to be so: each wording it had and each place, since when and at whose request, and what was
//! proposed for it.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::redline::Label;
use crate::compact::{
    Compact, CompactId, Credit, DraftId, EditId, GroupId, Life, Moment, Position, Proposal, ProposalId, ProvisionId,
    Seq, Standing,
};
use crate::text::{Difference, View};

/// The whole life of a provision.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Provenance {
    /// The compact.
    pub compact: CompactId,
    /// The provision.
    pub provision: ProvisionId,
    /// The last entry that the answer knows.
    pub seq: Seq,
    /// Whether it is part of the working text.
    pub stands: bool,
    /// What it was like, oldest first.
    pub wordings: Vec<Wording>,
    /// Where it came to stand, oldest first.
    pub places: Vec<Place>,
    /// The proposals about it, in the order of tabling.
    pub proposals: Vec<ProposalHere>,
}

/// What a provision was like from one entry on.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Wording {
    /// From this entry on.
    pub since: Seq,
    /// When that was recorded.
    pub time: Moment,
    /// The first draft that shows it so.
    pub draft: Option<DraftId>,
    /// Its number as printed.
    pub label: Label,
    /// Its number as printed before, where that changed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_from: Option<Label>,
    /// Its wording.
    pub text: Arc<str>,
    /// At whose request it became so: the credits of what was added and struck then, or of its coming in or back. Empty
    /// where only its number changed: nobody's words do.
    pub credits: Vec<Arc<Credit>>,
    /// Why, where a reason was given.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<Arc<str>>,
}

/// How a provision came to stand where it stands, or to stand no more.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Place {
    /// From this entry on.
    pub since: Seq,
    /// When that was recorded.
    pub time: Moment,
    /// What became of it.
    pub became: Became,
    /// The provision that it followed then; none at the start, and of one that was struck.
    pub after: Option<ProvisionId>,
    /// At whose request.
    pub credit: Arc<Credit>,
}

/// What became of the place of a provision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Became {
    /// It came in.
    Inserted,
    /// It went elsewhere.
    Moved,
    /// It went out.
    Struck,
    /// It came in again.
    PutBack,
}

/// A proposal about a provision.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct ProposalHere {
    /// Its id.
    pub id: ProposalId,
    /// Who sponsors it.
    pub sponsors: Vec<GroupId>,
    /// Where it stands.
    pub standing: Standing,
    /// What others say of it.
    pub positions: Vec<Stance>,
}

/// What a group says of a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Stance {
    /// The group.
    pub group: GroupId,
    /// Its position.
    pub position: Position,
    /// The entry with which it was taken.
    pub since: Seq,
}

/// The whole life of a provision; `None` where there never was one of that id in the text.
pub fn trace(compact: &Compact, id: ProvisionId) -> Option<Provenance> {
    let life = compact.provisions.get(&id).filter(|life| !life.faces.is_empty())?;
    let places = places(compact, id);
    let about = |p: &&Arc<Proposal>| {
        let mut edits = p.earlier.iter().chain([&p.form]).flat_map(|form| form.edits.iter());
        edits.any(|tabled| tabled.change.provision() == id)
    };
    Some(Provenance {
        compact: compact.id.clone(),
        provision: id,
        seq: compact.seq,
        stands: compact.outline.stands(id, &View::at(compact.seq)),
        wordings: wordings(compact, life, &places),
        places,
        proposals: compact.proposals.values().filter(about).map(|p| proposal(p)).collect(),
    })
}

fn wordings(compact: &Compact, life: &Life, places: &[Place]) -> Vec<Wording> {
    let mut wordings: Vec<Wording> = Vec::with_capacity(life.faces.len());
    let mut faces = life.faces.iter().peekable();
    while let Some(face) = faces.next() {
        // An entry may give a provision words and a number: only what came of both was ever read.
        let next = faces.peek().map(|next| next.since);
        if next == Some(face.since) {
            continue;
        }
        let (since, before) = (face.since, wordings.last());
        let mut credits = credits_between(compact, life, before.map_or(Seq(0), |before| before.since), since);
        if credits.is_empty() {
            credits.extend(places.iter().filter(|place| place.since == since).map(|place| place.credit.clone()));
        }
        let shows = |seq: Seq| seq >= since && compact.outline.stands(life.id, &View::at(seq));
        let mut drafts = compact.drafts.iter().filter(|d| next.is_none_or(|next| d.seq < next));
        wordings.push(Wording {
            since,
            time: compact.time_of(since),
            draft: drafts.find(|draft| shows(draft.seq)).map(|draft| draft.id.clone()),
            label: face.label.clone(),
            label_from: before.map(|before| before.label.clone()).filter(|before| *before != face.label),
            text: face.text.clone(),
            credits,
            reason: compact.reason(since, life.id).cloned(),
        });
    }
    wordings
}

/// The credits of what changed in a wording between two entries, each once.
fn credits_between(compact: &Compact, life: &Life, from: Seq, to: Seq) -> Vec<Arc<Credit>> {
    let mut credits: Vec<Arc<Credit>> = Vec::new();
    let (from, to) = (View::at(from), View::at(to));
    for (difference, _) in life.wording.differences(&from, &to) {
        let edit = match difference {
            Difference::Kept => continue,
            Difference::Added(edit) | Difference::Restored(edit) | Difference::Struck(edit) => edit,
        };
        let credit = compact.credit_in(edit, life.id);
        if !credits.iter().any(|c| **c == *credit) {
            credits.push(credit);
        }
    }
    credits
}

fn places(compact: &Compact, id: ProvisionId) -> Vec<Place> {
    let strands: Vec<_> = compact.outline.places(id).collect();
    let marks = strands.iter().flat_map(|place| place.acts.iter().map(|(_, mark)| mark).chain([&place.added]));
    let mut turns: Vec<Seq> = marks.filter(|mark| mark.is_enacted()).map(|mark| mark.since).collect();
    turns.sort_unstable();
    turns.dedup();
    let place_in = |view: &View<'_>| strands.iter().position(|place| place.is_visible(view));
    let mut places: Vec<Place> = Vec::new();
    for since in turns {
        let (before, now) = (View::at(Seq(since.0.saturating_sub(1))), View::at(since));
        let came = |index: usize| strands.get(index).map(|place| place.added.edit);
        let went = |index: usize| strands.get(index).and_then(|place| place.struck_by(&now));
        let (became, edit): (Became, Option<EditId>) = match (place_in(&before), place_in(&now)) {
            (None, Some(here)) if places.is_empty() => (Became::Inserted, came(here)),
            (None, Some(here)) => (Became::PutBack, came(here)),
            (Some(there), Some(here)) if there != here => (Became::Moved, came(here)),
            (Some(there), None) => (Became::Struck, went(there)),
            (None, None) | (Some(_), Some(_)) => continue,
        };
        let Some(edit) = edit else { continue };
        let order: Vec<ProvisionId> = compact.outline.visible(&now).collect();
        let place = order.iter().position(|other| *other == id);
        let after = place.and_then(|place| place.checked_sub(1)).and_then(|before| order.get(before).copied());
        places.push(Place { since, time: compact.time_of(since), became, after, credit: compact.credit_in(edit, id) });
    }
    places
}

fn proposal(proposal: &Proposal) -> ProposalHere {
    let stance = |(group, position, since): &(GroupId, Position, Seq)| Stance {
        group: group.clone(),
        position: *position,
        since: *since,
    };
    ProposalHere {
        id: proposal.id,
        sponsors: proposal.sponsors().cloned().collect(),
        standing: proposal.standing,
        positions: proposal.positions.iter().map(stance).collect(),
    }
}
