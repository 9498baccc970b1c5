//! Provisions closed ad ref, and since when a provision reads as it does.

use std::sync::Arc;

use super::ids::Seq;
use super::state::Life;

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
