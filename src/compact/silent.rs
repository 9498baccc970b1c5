//! What changed in the working text since the last draft without any proposal having asked for it.
//!
//! It costs what the text holds and what changed since then, not the length of the record.

use std::collections::HashSet;
use std::sync::Arc;

use super::ids::{EditId, ProvisionId, Seq};
use super::state::{Compact, Life};
use crate::text::{Act, Difference, View};

/// What one entry changed of one provision without having been asked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnChange {
    /// The provision.
    pub provision: ProvisionId,
    /// The entry.
    pub entry: Seq,
    /// What became of its place.
    pub placed: Option<Placed>,
    /// The words struck and added, in reading order.
    pub words: Vec<OwnWords>,
    /// Why.
    pub reason: Option<Arc<str>>,
}

/// What became of the place of a provision.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Placed {
    /// It came in.
    Inserted,
    /// It went out.
    Struck,
    /// It went elsewhere.
    Moved,
}

/// Words that one entry struck or added at one place.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct OwnWords {
    /// Whether they were added; else they were struck.
    pub added: bool,
    /// The words.
    pub text: String,
}

impl Compact {
    /// What changed between the last issued draft and the working text without any proposal having asked for it, in
    /// the order of the text. Before a draft is issued there is nothing to compare with.
    pub fn own_changes(&self) -> Vec<OwnChange> {
        let Some(draft) = self.drafts.last() else { return Vec::new() };
        if self.text_changed.is_none_or(|changed| changed <= draft.seq) {
            return Vec::new();
        }
        let (from, to) = (View::at(draft.seq), View::at(self.seq));
        let differences = self.outline.changes(&from, &to);
        let of = |is: fn(&Difference) -> bool| -> HashSet<ProvisionId> {
            differences.iter().filter(|(d, _)| is(d)).map(|(_, id)| *id).collect()
        };
        let left = of(|d| matches!(d, Difference::Struck(_)));
        let came = of(|d| matches!(d, Difference::Added(_) | Difference::Restored(_)));
        let mut all = Vec::new();
        for (difference, id) in differences {
            let Some(life) = self.provisions.get(&id) else { continue };
            let mut own = Own { compact: self, life, from, to, changes: Vec::new() };
            match difference {
                Difference::Kept => own.reworded(),
                Difference::Struck(_) if came.contains(&id) => {}
                Difference::Struck(edit) => own.struck(edit),
                Difference::Added(edit) | Difference::Restored(edit) if left.contains(&id) => {
                    own.place(edit, Placed::Moved);
                    own.reworded();
                }
                Difference::Added(edit) | Difference::Restored(edit) => own.inserted(edit),
            }
            all.extend(own.changes.into_iter().filter(OwnChange::says_something));
        }
        all
    }

    /// Whether an entry changed anything of a provision by itself: not by taking up what was tabled.
    pub(super) fn has_changed(&self, entry: Seq, provision: ProvisionId) -> bool {
        let Some(life) = self.provisions.get(&provision) else { return false };
        let mut places = self.outline.places(provision);
        life.wording.strands().any(|(strand, _)| strand.is_marked_by(entry)) || places.any(|s| s.is_marked_by(entry))
    }

    /// Whether an edit changed anything of a provision.
    pub(super) fn is_changed_by(&self, edit: EditId, provision: ProvisionId) -> bool {
        let Some(life) = self.provisions.get(&provision) else { return false };
        let mut places = self.outline.places(provision);
        life.wording.strands().any(|(strand, _)| strand.is_of(edit)) || places.any(|s| s.is_of(edit))
    }
}

impl OwnChange {
    /// Space alone is nobody's words.
    fn says_something(&self) -> bool {
        self.placed.is_some() || self.words.iter().any(|words| !words.text.trim().is_empty())
    }
}

/// Walks one provision.
struct Own<'a> {
    compact: &'a Compact,
    life: &'a Life,
    from: View<'a>,
    to: View<'a>,
    changes: Vec<OwnChange>,
}

impl Own<'_> {
    fn is_own(&self, edit: EditId) -> bool {
        self.compact.credit_in(edit, self.life.id).is_unasked()
    }

    /// Whether an entry put words back without a proposal having asked for that: then it told no credit of its own for
    /// them, but that of whoever had them in first.
    fn is_put_back_unasked(&self, edit: EditId, origin: EditId) -> bool {
        let credit = |edit: EditId| self.compact.credit_in(edit, self.life.id);
        self.compact.proposal_of(edit).is_none() && (self.is_own(edit) || *credit(edit) == *credit(origin))
    }

    /// What an entry changed of this provision, as far as it is known yet.
    fn by(&mut self, entry: Seq, tell: impl FnOnce(&mut OwnChange)) {
        if let Some(known) = self.changes.iter_mut().find(|change| change.entry == entry) {
            return tell(known);
        }
        let (provision, reason) = (self.life.id, self.compact.reason(entry, self.life.id).cloned());
        let mut change = OwnChange { provision, entry, placed: None, words: Vec::new(), reason };
        tell(&mut change);
        self.changes.push(change);
    }

    fn place(&mut self, edit: EditId, placed: Placed) {
        if self.is_own(edit) {
            self.by(edit.seq, |change| change.placed = Some(placed));
        }
    }

    fn struck(&mut self, edit: EditId) {
        self.place(edit, Placed::Struck);
        let text = self.life.face(self.from.at).map(|face| face.text.to_string()).unwrap_or_default();
        self.says(&mut None, self.is_own(edit).then_some((edit.seq, false)), &text);
    }

    /// A provision that came in: its own words, and all its words if it was put back as it was.
    fn inserted(&mut self, edit: EditId) {
        self.place(edit, Placed::Inserted);
        let put_back = self.is_own(edit).then_some(edit.seq);
        let mut last = None;
        for (strand, text) in self.life.wording.strands() {
            if !strand.is_visible(&self.to) {
                continue;
            }
            let stood = self.from.holds(strand.added);
            let own = self.is_own(strand.added.edit).then_some(strand.added.edit.seq);
            let entry = if stood { put_back } else { own };
            self.says(&mut last, entry.map(|entry| (entry, true)), text);
        }
    }

    fn reworded(&mut self) {
        let (old, new) = (self.life.face(self.from.at), self.life.face(self.to.at));
        if old.zip(new).is_none_or(|(old, new)| Arc::ptr_eq(&old.text, &new.text)) {
            return;
        }
        let mut last = None;
        for (strand, text) in self.life.wording.strands() {
            let own = match strand.difference(&self.from, &self.to) {
                None => continue,
                Some(Difference::Kept) => None,
                Some(Difference::Added(edit)) => Some((edit, true)).filter(|_| self.is_own(edit)),
                Some(Difference::Struck(edit)) => Some((edit, false)).filter(|_| self.is_own(edit)),
                Some(Difference::Restored(origin)) => {
                    let restored =
                        strand.acts.iter().filter(|(act, mark)| *act == Act::Restore && self.to.holds(*mark));
                    let edit = restored.max_by_key(|(_, mark)| mark.since).map(|(_, mark)| mark.edit);
                    edit.filter(|edit| self.is_put_back_unasked(*edit, origin)).map(|edit| (edit, true))
                }
            };
            self.says(&mut last, own.map(|(edit, added)| (edit.seq, added)), text);
        }
    }

    /// Adds words to what an entry changed; words next to each other are told together.
    fn says(&mut self, last: &mut Option<(Seq, bool)>, by: Option<(Seq, bool)>, text: &str) {
        if let Some((entry, added)) = by {
            let goes_on = *last == by;
            self.by(entry, |change| match change.words.last_mut().filter(|_| goes_on) {
                Some(words) => words.text.push_str(text),
                None => change.words.push(OwnWords { added, text: text.to_owned() }),
            });
        }
        *last = by;
    }
}
