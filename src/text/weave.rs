//! The weave: every version of a text at once, after the interleaved delta of SCCS (Rochkind, 1975).
//!
//! A weave is a sequence of *strands*. A strand knows the edit that adds it and the edits that strike or restore it;
//! each of these carries a [`Mark`] that says since when the edit counts. A version is a filter over the strands, and
//! so are the difference of two versions, a compilation of what is waiting, and a text as it would be if a proposal
//! were taken up.

use smallvec::SmallVec;

use super::{EditId, Seq};

/// An edit's mark on a strand: which edit, and since when it counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// The edit that left the mark.
    pub edit: EditId,
    /// The entry that enacted the edit; [`Mark::WAITING`] as long as none has.
    pub since: Seq,
}

impl Mark {
    /// The `since` of an edit that no entry has enacted.
    pub const WAITING: Seq = Seq(u32::MAX);

    /// The mark of an edit that waits on the table.
    pub fn waiting(edit: EditId) -> Self {
        Self { edit, since: Self::WAITING }
    }

    /// The mark of an edit enacted by the entry that brought it.
    pub fn enacted(edit: EditId) -> Self {
        Self { edit, since: edit.seq }
    }

    /// Whether some entry has enacted the edit here.
    pub fn is_enacted(self) -> bool {
        self.since != Self::WAITING
    }
}

/// Which of a weave's versions is meant: the text at a position of the record, perhaps with edits assumed to be enacted.
#[derive(Clone, Copy, Debug)]
pub struct View<'a> {
    /// The last entry that counts.
    pub at: Seq,
    /// Waiting edits that are taken as enacted, in ascending order.
    pub assumed: &'a [EditId],
}

impl View<'_> {
    /// The text as it stood after this entry.
    pub fn at(at: Seq) -> Self {
        Self { at, assumed: &[] }
    }

    /// Whether an edit counts in this view.
    pub fn holds(&self, mark: Mark) -> bool {
        mark.since <= self.at || (!self.assumed.is_empty() && self.assumed.binary_search(&mark.edit).is_ok())
    }
}

/// What an edit does to words that are there already.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Act {
    /// Takes the strand out of the text.
    Strike,
    /// Puts a struck strand back.
    Restore,
}

/// A run of the text that always was, or was not, there as one.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Strand<C> {
    /// What the strand holds: words of a wording, or a provision of an outline.
    pub content: C,
    /// The edit that adds it.
    pub added: Mark,
    /// The edits that strike or restore it, in the order in which they were brought.
    pub acts: SmallVec<[(Act, Mark); 1]>,
}

/// How a strand differs between two views.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Difference {
    /// Visible in both.
    Kept,
    /// Visible only in the later, since this edit.
    Added(EditId),
    /// Visible only in the later, put back there; this edit had them in first.
    Restored(EditId),
    /// Visible only in the earlier, until this edit.
    Struck(EditId),
}

impl<C> Strand<C> {
    /// A strand that nothing has struck.
    pub fn new(content: C, added: Mark) -> Self {
        Self { content, added, acts: SmallVec::new() }
    }

    /// Whether the strand is part of the text in this view.
    pub fn is_visible(&self, view: &View<'_>) -> bool {
        view.holds(self.added) && self.struck_by(view).is_none()
    }

    /// The edit that keeps the strand out of this view: the first to strike it since it was last restored.
    pub fn struck_by(&self, view: &View<'_>) -> Option<EditId> {
        match self.acts.as_slice() {
            [] => None,
            [(act, mark)] => (*act == Act::Strike && view.holds(*mark)).then_some(mark.edit),
            acts => {
                // What counts is the order of enactment, which need not be the order of tabling.
                let held = |wanted: Act| {
                    let held = acts.iter().filter(move |(act, mark)| *act == wanted && view.holds(*mark));
                    held.map(|(_, mark)| *mark)
                };
                let restored = held(Act::Restore).map(|mark| mark.since).max();
                let since = held(Act::Strike).filter(|mark| restored.is_none_or(|restored| mark.since > restored));
                since.min_by_key(|mark| mark.since).map(|mark| mark.edit)
            }
        }
    }

    /// How the strand differs between an earlier and a later view; `None` where it is in neither.
    pub fn difference(&self, from: &View<'_>, to: &View<'_>) -> Option<Difference> {
        match (self.is_visible(from), self.is_visible(to)) {
            (true, true) => Some(Difference::Kept),
            (false, true) if from.holds(self.added) => Some(Difference::Restored(self.added.edit)),
            (false, true) => Some(Difference::Added(self.added.edit)),
            (true, false) => Some(Difference::Struck(self.struck_by(to).unwrap_or(self.added.edit))),
            (false, false) => None,
        }
    }

    /// Whether this edit would strike the strand.
    pub fn is_struck_by(&self, edit: EditId) -> bool {
        self.acts.iter().any(|(act, mark)| *act == Act::Strike && mark.edit == edit)
    }

    /// Whether this edit would restore the strand.
    pub fn is_restored_by(&self, edit: EditId) -> bool {
        self.acts.iter().any(|(act, mark)| *act == Act::Restore && mark.edit == edit)
    }

    /// Whether this edit adds, strikes or restores the strand.
    pub fn is_of(&self, edit: EditId) -> bool {
        self.added.edit == edit || self.acts.iter().any(|(_, mark)| mark.edit == edit)
    }

    /// Whether an edit that this entry brought adds, strikes or restores the strand.
    pub fn is_marked_by(&self, entry: Seq) -> bool {
        self.added.edit.seq == entry || self.acts.iter().any(|(_, mark)| mark.edit.seq == entry)
    }

    /// Lets a waiting edit's acts on this strand count from this entry on.
    pub fn enact_acts(&mut self, edit: EditId, since: Seq) {
        for (_, mark) in self.acts.iter_mut().filter(|(_, mark)| mark.edit == edit) {
            if !mark.is_enacted() {
                mark.since = since;
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn edit(seq: u32) -> EditId {
        EditId { seq: Seq(seq), ordinal: 0 }
    }

    fn mark(seq: u32, since: u32) -> Mark {
        Mark { edit: edit(seq), since: Seq(since) }
    }

    #[test]
    fn a_waiting_strike_leaves_the_words_standing_until_it_is_enacted() {
        let mut strand = Strand::new((), mark(1, 1));
        strand.acts.push((Act::Strike, Mark::waiting(edit(2))));
        assert!(strand.is_visible(&View::at(Seq(9))));
        assert!(!strand.is_visible(&View { at: Seq(9), assumed: &[edit(2)] }));
        strand.enact_acts(edit(2), Seq(5));
        assert!(strand.is_visible(&View::at(Seq(4))));
        assert!(!strand.is_visible(&View::at(Seq(5))));
    }

    #[test]
    fn the_first_to_strike_is_named_and_a_restoration_counts_from_when_it_was_enacted() {
        let mut strand = Strand::new((), mark(1, 1));
        strand.acts.push((Act::Strike, mark(2, 7)));
        strand.acts.push((Act::Strike, mark(3, 4)));
        strand.acts.push((Act::Restore, mark(8, 8)));
        assert_eq!(strand.struck_by(&View::at(Seq(7))), Some(edit(3)));
        assert_eq!(strand.difference(&View::at(Seq(7)), &View::at(Seq(8))), Some(Difference::Restored(edit(1))));
        assert_eq!(strand.difference(&View::at(Seq(1)), &View::at(Seq(8))), Some(Difference::Kept));
    }
}
