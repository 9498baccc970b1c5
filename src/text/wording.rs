//! The weave of the words of one provision.

mod placing;
mod restoring;

use smallvec::SmallVec;

use super::weave::{Act, Difference, Mark, Strand, View};
use super::{EditId, Seq, chars, words};
use placing::{Place, Plan, Spot, is_restorable};

/// Every word ever tabled for one provision, once, with the edits that add, strike and restore it.
#[derive(Clone, Debug, Default)]
pub struct Wording {
    /// The words themselves, in the order in which they came in; never shortened.
    ink: String,
    strands: Vec<Strand<Run>>,
}

/// A piece of a wording's words: only the wording itself can read it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Run {
    start: u32,
    end: u32,
    /// How many words it has: counted once, when they come in.
    words: u32,
}

/// Words to be added in one place, by one edit.
#[derive(Clone, Copy, Debug)]
pub struct Piece<'a> {
    /// The words.
    pub text: &'a str,
    /// The edit that brings them.
    pub mark: Mark,
    /// Whether they are words that stood here before and were struck.
    pub restores: bool,
}

/// One change of wording at one place, told against some view of it.
#[derive(Clone, Debug)]
pub struct Stitch<'a> {
    /// Where, in Unicode scalar values of the text in that view.
    pub at: u32,
    /// The words that stand there and are struck.
    pub struck: &'a str,
    /// The edit that strikes them.
    pub strike: Mark,
    /// The words that take their place.
    pub pieces: SmallVec<[Piece<'a>; 1]>,
}

/// The words that a stitch strikes or restores are not the words that stand there.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("at {at} the text does not read {expected:?}")]
pub struct Misfit {
    /// Where, in Unicode scalar values.
    pub at: u32,
    /// What should stand there.
    pub expected: String,
}

/// A segment of a compilation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Compiled<'a> {
    /// Words of the text, with the waiting edits that would strike them.
    Base {
        /// The words.
        text: &'a str,
        /// Who would strike them.
        struck_by: SmallVec<[EditId; 2]>,
    },
    /// Words that a waiting edit would add.
    Proposed {
        /// The words.
        text: &'a str,
        /// Who would add them.
        by: EditId,
    },
}

impl Wording {
    /// A wording that comes in whole.
    pub fn new(pieces: &[Piece<'_>]) -> Self {
        let mut wording = Self::default();
        for piece in pieces {
            let run = wording.write(piece.text);
            wording.strands.push(Strand::new(run, piece.mark));
        }
        wording
    }

    /// The text in a view.
    pub fn text(&self, view: &View<'_>) -> String {
        let mut text = String::with_capacity(self.ink.len());
        for strand in self.strands.iter().filter(|s| s.is_visible(view)) {
            text.push_str(self.read(strand));
        }
        text
    }

    /// Whether this is the text in a view.
    pub fn reads(&self, view: &View<'_>, text: &str) -> bool {
        let visible = self.strands.iter().filter(|s| s.is_visible(view));
        let rest = visible.into_iter().try_fold(text, |rest, strand| rest.strip_prefix(self.read(strand)));
        rest.is_some_and(str::is_empty)
    }

    /// How the text differs between an earlier and a later view: kept, added and struck words in reading order.
    pub fn differences<'a>(
        &'a self,
        from: &'a View<'_>,
        to: &'a View<'_>,
    ) -> impl Iterator<Item = (Difference, &'a str)> {
        self.strands.iter().filter_map(move |s| s.difference(from, to).map(|d| (d, self.read(s))))
    }

    /// As [`Wording::differences`], with how many words each of them has.
    pub fn counted_differences<'a>(
        &'a self,
        from: &'a View<'_>,
        to: &'a View<'_>,
    ) -> impl Iterator<Item = (Difference, &'a str, u32)> {
        self.strands.iter().filter_map(move |s| s.difference(from, to).map(|d| (d, self.read(s), s.content.words)))
    }

    /// How many words the text in a view has.
    pub fn words(&self, view: &View<'_>) -> u32 {
        self.strands.iter().filter(|s| s.is_visible(view)).map(|s| s.content.words).sum()
    }

    /// The text in a view together with the words that waiting edits would strike and add.
    pub fn compilation<'a>(
        &'a self,
        view: &'a View<'_>,
        waiting: &'a dyn Fn(EditId) -> bool,
    ) -> impl Iterator<Item = Compiled<'a>> {
        self.strands.iter().filter_map(move |strand| {
            let text = self.read(strand);
            if strand.is_visible(view) {
                let strikes = strand.acts.iter().filter(|(act, mark)| *act == Act::Strike && waiting(mark.edit));
                Some(Compiled::Base { text, struck_by: strikes.map(|(_, mark)| mark.edit).collect() })
            } else if !view.holds(strand.added) {
                waiting(strand.added.edit).then_some(Compiled::Proposed { text, by: strand.added.edit })
            } else {
                let restored = strand.acts.iter().find(|(act, mark)| *act == Act::Restore && waiting(mark.edit));
                restored.map(|(_, mark)| Compiled::Proposed { text, by: mark.edit })
            }
        })
    }

    /// Weaves changes in that are told against the text in `base`, in ascending order and without overlap.
    ///
    /// New words go right after the words they replace, but behind what was tabled earlier to replace the same words;
    /// an insertion goes to the end of its gap. So what was tabled earlier comes first, and a redline reads struck
    /// before added. This placement is relied on by every record ever written and must not change.
    pub fn weave(&mut self, base: &View<'_>, stitches: &[Stitch<'_>]) -> Result<(), Misfit> {
        self.cut(base, stitches.iter().flat_map(|s| [s.at, s.at + chars(s.struck)]));
        self.cut_restored(base, stitches);
        let mut additions: Vec<(usize, Strand<Run>)> = Vec::new();
        let spots = self.spots(base);
        for stitch in stitches {
            let plan = Plan::of(self, &spots, stitch)?;
            for index in plan.struck.clone().filter(|i| spots.get(*i).is_some_and(|s| s.visible)) {
                if let Some(strand) = self.strands.get_mut(index) {
                    strand.acts.push((Act::Strike, stitch.strike));
                }
            }
            for (piece, place) in stitch.pieces.iter().zip(plan.pieces) {
                match place {
                    Place::New(index) => {
                        let run = self.write(piece.text);
                        additions.push((index, Strand::new(run, piece.mark)));
                    }
                    Place::Restored(indices) => {
                        for index in indices {
                            if let Some(strand) = self.strands.get_mut(index) {
                                strand.acts.push((Act::Restore, piece.mark));
                            }
                        }
                    }
                }
            }
        }
        self.insert(additions);
        Ok(())
    }

    /// A waiting edit counts from entry `since` on: what it strikes, and of what it adds or restores those strands
    /// (by index) that `adds` names.
    pub fn enact(&mut self, edit: EditId, since: Seq, adds: impl Fn(usize) -> bool) {
        for (index, strand) in self.strands.iter_mut().enumerate() {
            let adds_here = adds(index);
            if strand.added.edit == edit && !strand.added.is_enacted() && adds_here {
                strand.added.since = since;
            }
            if adds_here || !strand.is_restored_by(edit) {
                strand.enact_acts(edit, since);
            }
        }
    }

    /// The indices of the strands that a waiting edit adds or restores at the given places (position and length of
    /// what is struck, whether words are added), told against the text in `before`.
    pub fn additions_at(&self, edit: EditId, before: &View<'_>, places: &[(u32, u32, bool)]) -> Vec<usize> {
        let mut at = 0;
        let mut found = Vec::new();
        for (index, strand) in self.strands.iter().enumerate() {
            let here = |(start, len, adds): &(u32, u32, bool)| *adds && *start <= at && at <= start + len;
            let is_new = strand.added.edit == edit || strand.is_restored_by(edit);
            if is_new && places.iter().any(here) {
                found.push(index);
            }
            at += if strand.is_visible(before) { chars(self.read(strand)) } else { 0 };
        }
        found
    }

    /// All strands with their words in weave order: for the rules on carrying over and on conflicts.
    pub fn strands(&self) -> impl Iterator<Item = (&Strand<Run>, &str)> {
        self.strands.iter().map(|s| (s, self.read(s)))
    }

    fn read(&self, strand: &Strand<Run>) -> &str {
        self.ink.get(strand.content.start as usize..strand.content.end as usize).unwrap_or_default()
    }

    fn write(&mut self, text: &str) -> Run {
        let start = bytes(self.ink.len());
        self.ink.push_str(text);
        Run { start, end: bytes(self.ink.len()), words: words::count(text) }
    }

    /// Splits strands so that there is a strand border at each of these places, which ascend.
    fn cut(&mut self, base: &View<'_>, places: impl Iterator<Item = u32>) {
        let mut places = places.peekable();
        let mut borders = Vec::new();
        let mut at = 0;
        for (index, strand) in self.strands.iter().enumerate() {
            if places.peek().is_none() {
                break;
            }
            if !strand.is_visible(base) {
                continue;
            }
            let text = self.read(strand);
            let end = at + chars(text);
            while let Some(place) = places.next_if(|place| *place < end) {
                if place > at {
                    borders.push((index, byte_of(text, place - at)));
                }
            }
            at = end;
        }
        // From the back, so that no index changes that is still needed.
        for (index, border) in borders.into_iter().rev() {
            self.split(index, border);
        }
    }

    /// Makes two strands of one, at a place in bytes of its text.
    fn split(&mut self, index: usize, at: usize) {
        let Some(strand) = self.strands.get(index) else { return };
        let (mut head, mut tail) = (strand.clone(), strand.clone());
        let border = head.content.start + bytes(at);
        if at == 0 || border >= head.content.end {
            return;
        }
        head.content.end = border;
        tail.content.start = border;
        head.content.words = words::count(self.read(&head));
        tail.content.words = tail.content.words.saturating_sub(head.content.words);
        self.strands.splice(index..=index, [head, tail]);
    }

    fn spots(&self, base: &View<'_>) -> Vec<Spot> {
        let mut at = 0;
        let spot = |strand: &Strand<Run>| {
            let visible = strand.is_visible(base);
            let start = at;
            at += if visible { chars(self.read(strand)) } else { 0 };
            Spot { start, end: at, visible, restorable: is_restorable(strand, base) }
        };
        self.strands.iter().map(spot).collect()
    }

    fn insert(&mut self, mut additions: Vec<(usize, Strand<Run>)>) {
        additions.sort_by_key(|(index, _)| *index);
        let mut additions = additions.into_iter().peekable();
        let strands = std::mem::take(&mut self.strands);
        self.strands.reserve(strands.len() + additions.len());
        for (index, strand) in strands.into_iter().enumerate() {
            while let Some((_, added)) = additions.next_if(|(place, _)| *place <= index) {
                self.strands.push(added);
            }
            self.strands.push(strand);
        }
        self.strands.extend(additions.map(|(_, added)| added));
    }
}

fn byte_of(text: &str, chars: u32) -> usize {
    text.char_indices().nth(chars as usize).map_or(text.len(), |(at, _)| at)
}

/// Wordings are limited far below 4 GiB at the edge, so a length always fits.
fn bytes(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}
