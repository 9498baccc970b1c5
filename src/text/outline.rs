//! The weave of the order of provisions: a move is a strike and an addition of the same provision.

use super::weave::{Act, Difference, Mark, Strand, View};
use super::{EditId, Seq};

/// Every place that a provision ever had or would have, in order.
#[derive(Clone, Debug)]
pub struct Outline<P> {
    strands: Vec<Strand<P>>,
}

/// The provision named is not part of the outline in the view in which it was named.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("the provision does not stand there")]
pub struct NotThere;

impl<P> Default for Outline<P> {
    fn default() -> Self {
        Self { strands: Vec::new() }
    }
}

impl<P: Copy + Eq> Outline<P> {
    /// The provisions of a view in order.
    pub fn visible<'a>(&'a self, view: &'a View<'_>) -> impl Iterator<Item = P> + 'a {
        self.strands.iter().filter(move |s| s.is_visible(view)).map(|s| s.content)
    }

    /// Whether a provision is part of a view.
    pub fn stands(&self, provision: P, view: &View<'_>) -> bool {
        self.visible(view).any(|p| p == provision)
    }

    /// All places in weave order: for the rules on carrying over and on conflicts.
    pub fn strands(&self) -> &[Strand<P>] {
        &self.strands
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
        let here = |s: &Strand<P>| s.content == provision && s.is_visible(base);
        self.strands.iter().position(here).ok_or(NotThere)
    }
}
