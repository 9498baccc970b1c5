//! The weave of the order of provisions: a move is a strike and an addition of the same provision.

use std::collections::HashMap;
use std::hash::Hash;
use std::sync::OnceLock;

use foldhash::fast::FixedState;
use smallvec::SmallVec;

use super::weave::{Act, Difference, Mark, Strand, View};
use super::{EditId, Seq};

/// Every place that a provision ever had or would have, in order.
#[derive(Clone, Debug)]
pub struct Outline<P> {
    strands: Vec<Strand<P>>,
    index: Index<P>,
}

/// Where each provision has its places, once somebody has wanted to know. A copy is about to change and begins without.
#[derive(Debug)]
struct Index<P>(OnceLock<HashMap<P, SmallVec<[usize; 1]>, FixedState>>);

impl<P> Default for Index<P> {
    fn default() -> Self {
        Self(OnceLock::new())
    }
}

impl<P> Clone for Index<P> {
    fn clone(&self) -> Self {
        Self::default()
    }
}

/// The provision named is not part of the outline in the view in which it was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the provision does not stand there")]
pub struct NotThere;

impl<P> Default for Outline<P> {
    fn default() -> Self {
        Self { strands: Vec::new(), index: Index::default() }
    }
}

impl<P: Copy + Eq + Hash> Outline<P> {
    /// Notes where each provision has its places: for who is going to ask about many of them. What is asked without
    /// is looked for from the start.
    pub fn index(&self) {
        self.index.0.get_or_init(|| {
            let mut index: HashMap<P, SmallVec<[usize; 1]>, FixedState> = HashMap::default();
            for (place, strand) in self.strands.iter().enumerate() {
                index.entry(strand.content).or_default().push(place);
            }
            index
        });
    }

    /// The provisions of a view in order.
    pub fn visible<'a>(&'a self, view: &'a View<'_>) -> impl Iterator<Item = P> + 'a {
        self.strands.iter().filter(move |s| s.is_visible(view)).map(|s| s.content)
    }

    /// Whether a provision is part of a view.
    pub fn stands(&self, provision: P, view: &View<'_>) -> bool {
        self.places(provision).any(|place| place.is_visible(view))
    }

    /// All places in weave order: for the rules on carrying over and on conflicts.
    pub fn strands(&self) -> &[Strand<P>] {
        &self.strands
    }

    /// The places that a provision ever had or would have, in weave order.
    pub fn places(&self, provision: P) -> impl Iterator<Item = &Strand<P>> {
        self.indices(provision).filter_map(|index| self.strands.get(index))
    }

    /// Where in [`Outline::strands`] these places are.
    pub fn indices(&self, provision: P) -> impl Iterator<Item = usize> {
        let known = self.index.0.get().map(|index| index.get(&provision).map_or(&[][..], SmallVec::as_slice));
        let unknown = if known.is_some() { &[][..] } else { self.strands.as_slice() };
        let found = unknown.iter().enumerate().filter(move |(_, place)| place.content == provision);
        known.into_iter().flatten().copied().chain(found.map(|(index, _)| index))
    }

    /// The provision before this one in a view; `None` where it is the first.
    pub fn predecessor(&self, provision: P, view: &View<'_>) -> Result<Option<P>, NotThere> {
        let place = self.place(provision, view)?;
        let before = self.strands.get(..place).unwrap_or_default();
        Ok(before.iter().rev().find(|s| s.is_visible(view)).map(|s| s.content))
    }

    /// How the order differs between an earlier and a later view.
    pub fn differences<'a>(
        &'a self,
        from: &'a View<'_>,
        to: &'a View<'_>,
    ) -> impl Iterator<Item = (Difference, P)> + 'a {
        self.strands.iter().filter_map(move |s| s.difference(from, to).map(|d| (d, s.content)))
    }

    /// As [`Outline::differences`]; what left and came back to the place that it had is told as kept.
    pub fn changes(&self, from: &View<'_>, to: &View<'_>) -> Vec<(Difference, P)> {
        let mut changes: Vec<(Difference, P)> = Vec::with_capacity(self.strands.len());
        for (difference, provision) in self.differences(from, to) {
            match changes.last_mut().filter(|(_, last)| *last == provision) {
                // It stands once in each view: the one strand is of the earlier, the other of the later.
                Some(last) => *last = (Difference::Kept, provision),
                None => changes.push((difference, provision)),
            }
        }
        changes
    }

    /// Puts a provision behind another (`None`: at the start), both told against the order in `base`.
    ///
    /// It goes to the end of the gap, behind what is waiting there. Every record relies on this; it must not change.
    pub fn insert(&mut self, provision: P, after: Option<P>, base: &View<'_>, mark: Mark) -> Result<(), NotThere> {
        let gap = match after {
            None => 0,
            Some(anchor) => self.place(anchor, base)? + 1,
        };
        let tail = self.strands.get(gap..).unwrap_or_default();
        let index = gap + tail.iter().position(|s| s.is_visible(base)).unwrap_or(tail.len());
        self.strands.insert(index, Strand::new(provision, mark));
        self.index = Index::default();
        Ok(())
    }

    /// Strikes a provision where it stands in `base`.
    pub fn strike(&mut self, provision: P, base: &View<'_>, mark: Mark) -> Result<(), NotThere> {
        let place = self.place(provision, base)?;
        if let Some(strand) = self.strands.get_mut(place) {
            strand.acts.push((Act::Strike, mark));
        }
        Ok(())
    }

    /// A waiting edit counts from this entry on.
    pub fn enact(&mut self, edit: EditId, since: Seq) {
        for strand in &mut self.strands {
            if strand.added.edit == edit && !strand.added.is_enacted() {
                strand.added.since = since;
            }
            strand.enact_acts(edit, since);
        }
    }

    fn place(&self, provision: P, base: &View<'_>) -> Result<usize, NotThere> {
        let here = |index: &usize| self.strands.get(*index).is_some_and(|place| place.is_visible(base));
        self.indices(provision).find(here).ok_or(NotThere)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn mark(seq: u32) -> Mark {
        Mark::enacted(EditId { seq: Seq(seq), ordinal: 0 })
    }

    #[test]
    fn places_are_the_same_whether_they_were_noted_before_or_are_looked_for() {
        let mut outline = Outline::default();
        let view = View::at(Seq(1));
        for (provision, after) in [('a', None), ('b', Some('a')), ('c', Some('b'))] {
            outline.insert(provision, after, &view, mark(1)).unwrap();
        }
        outline.strike('c', &view, mark(2)).unwrap();
        outline.insert('c', Some('a'), &view, mark(2)).unwrap();
        let now = View::at(Seq(2));
        let seen = |outline: &Outline<char>| {
            let indices = |p| outline.indices(p).collect::<Vec<_>>();
            ("abcd".chars().map(indices).collect::<Vec<_>>(), outline.stands('c', &now), outline.stands('d', &now))
        };
        let looked_for = seen(&outline);
        assert_eq!(looked_for.0, [vec![0], vec![2], vec![1, 3], vec![]]);
        outline.index();
        assert_eq!(seen(&outline), looked_for);
        outline.insert('d', None, &now, mark(2)).unwrap();
        assert_eq!(outline.indices('c').collect::<Vec<_>>(), [2, 4], "what was noted is forgotten by a change");
        assert!(outline.stands('d', &now));
    }

    #[test]
    fn the_provision_before_another_is_the_last_that_stands_before_it() {
        let mut outline = Outline::default();
        let view = View::at(Seq(1));
        for (provision, after) in [('a', None), ('b', Some('a')), ('c', Some('b'))] {
            outline.insert(provision, after, &view, mark(1)).unwrap();
        }
        outline.strike('b', &view, mark(2)).unwrap();
        assert_eq!(outline.predecessor('c', &view), Ok(Some('b')));
        assert_eq!(outline.predecessor('c', &View::at(Seq(2))), Ok(Some('a')));
        assert_eq!(outline.predecessor('a', &view), Ok(None));
        assert_eq!(outline.predecessor('b', &View::at(Seq(2))), Err(NotThere));
    }
}
