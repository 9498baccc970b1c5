//! Provisions closed ad ref, and since when a provision reads as it does.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::ids::{ProvisionId, Seq};
use super::state::{Compact, Life};
use crate::text::View;

/// A time for which a provision is or was closed ad ref.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Closing {
    /// The entry that closed it.
    pub closed: Seq,
    /// What was said then.
    pub note: Option<Arc<str>>,
    /// The entry that reopened it, if one did, and why.
    pub reopened: Option<(Seq, Arc<str>)>,
}

/// A provision that is closed ad ref, and was changed all the same.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ClosedTouched {
    /// The provision.
    pub provision: ProvisionId,
    /// The entry that closed it.
    pub closed: Seq,
    /// The entries that changed its words, its place or whether it stands since then.
    pub entries: Vec<Seq>,
}

impl Compact {
    /// The provisions that are closed ad ref and do not read, or do not stand, as they did when they were closed, in
    /// the order of the text; those struck where they stood. That a number as printed changed touches nothing.
    pub fn closed_touched(&self) -> Vec<ClosedTouched> {
        let mut touched = Vec::new();
        let closed: Vec<_> = self.provisions.values().filter_map(|life| Some((life, life.closed()?))).collect();
        if closed.is_empty() {
            return touched;
        }
        let now = View::at(self.seq);
        for strand in self.outline.strands() {
            let Some((life, closed)) = closed.iter().find(|(life, _)| life.id == strand.content) else { continue };
            let (then, stands) = (strand.is_visible(&View::at(*closed)), strand.is_visible(&now));
            let is_reworded = life.face(*closed).map(|f| &f.text) != life.face(self.seq).map(|f| &f.text);
            // One that moved left a place and came to another: it is told where it is.
            let is_touched = if stands { is_reworded || !then } else { then && !self.outline.stands(life.id, &now) };
            if is_touched {
                let entries = self.touches(life, *closed);
                touched.push(ClosedTouched { provision: life.id, closed: *closed, entries });
            }
        }
        touched
    }

    /// The entries after one that changed the words of a provision, its place or whether it stands.
    fn touches(&self, life: &Life, after: Seq) -> Vec<Seq> {
        let mut entries = BTreeSet::new();
        let places = self.outline.places(life.id);
        let marks = places.flat_map(|place| place.acts.iter().map(|(_, mark)| mark).chain([&place.added]));
        entries.extend(marks.filter(|mark| mark.is_enacted() && mark.since > after).map(|mark| mark.since));
        let mut faces = life.faces.iter().peekable();
        while let Some(face) = faces.next() {
            entries.extend(
                faces.peek().filter(|next| next.since > after && next.text != face.text).map(|next| next.since),
            );
        }
        entries.into_iter().collect()
    }
}

impl Life {
    /// The entry that closed it, where it is closed now.
    pub fn closed(&self) -> Option<Seq> {
        self.closings.last().filter(|c| c.reopened.is_none()).map(|c| c.closed)
    }

    /// The entry that closed it, where it was closed at a seq.
    pub fn closed_at(&self, at: Seq) -> Option<Seq> {
        let closing = self.closings.iter().rfind(|c| c.closed <= at)?;
        let reopened = closing.reopened.as_ref().is_some_and(|(seq, _)| *seq <= at);
        (!reopened).then_some(closing.closed)
    }

    /// The entry since which it reads as it does; `None` while it never stood.
    pub fn worded_since(&self) -> Option<Seq> {
        let text = &self.faces.last()?.text;
        let same = self.faces.iter().rev().take_while(|face| face.text == *text);
        same.last().map(|face| face.since)
    }
}
