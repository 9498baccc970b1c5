//! The tree over a record: every node of it that is whole, so that any proof is a walk of some forty steps.
//!
//! RFC 9162, section 2.1. The crates for such trees hash the entries themselves and keep them; here a leaf is a hash, which
//! stays where the entry's words are blanked one day.

use imbl::Vector;

use super::Hash;

/// A tree that only grows. A copy shares what is there, so readers hold one while it goes on growing.
///
/// Every node over a whole part (2, 4, 8 … leaves) is kept, in the order in which it becomes known: a leaf, then the nodes
/// that it completes. These are two hashes a leaf, 64 bytes.
#[derive(Clone, Debug, Default)]
pub struct Tree {
    size: u64,
    nodes: Vector<Hash>,
}

impl Tree {
    /// How many leaves it has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut whole = leaf;
        self.nodes.push_back(whole);
        for level in 0..self.size.trailing_ones() {
            // The part to the left is as large and was completed before.
            let Some(left) = self.node(level, (self.size >> level) - 1) else { break };
            whole = Hash::of_node(left, whole);
            self.nodes.push_back(whole);
        }
        self.size += 1;
    }

    /// The hash of a leaf, counted from 0.
    pub fn leaf(&self, index: u64) -> Option<Hash> {
        if index < self.size { self.node(0, index) } else { None }
    }

    /// What the first leaves come to; `None` where there are not so many.
    pub fn root_at(&self, size: u64) -> Option<Hash> {
        match size {
            0 => Some(Hash::of(&[])),
            _ if size <= self.size => self.part(0, size),
            _ => None,
        }
    }

    /// What shows that the leaf of this index is one of the first `size`: the hashes of all that stands beside its way to
    /// the root, from the leaf up (RFC 9162, section 2.1.3.1). `None` where there is no such leaf among them.
    pub fn inclusion(&self, index: u64, size: u64) -> Option<Vec<Hash>> {
        if index >= size || size > self.size {
            return None;
        }
        let mut beside = Vec::new();
        let (mut start, mut len) = (0, size);
        while len > 1 {
            let left = left_of(len);
            if index < start + left {
                beside.push(self.part(start + left, len - left)?);
                len = left;
            } else {
                beside.push(self.part(start, left)?);
                (start, len) = (start + left, len - left);
            }
        }
        beside.reverse();
        Some(beside)
    }

    /// What shows that the first `from` leaves are the beginning of the first `to` (RFC 9162, section 2.1.4.1): empty
    /// where both are the same. `None` where there are not so many, or `from` is 0: of nothing there is nothing to show.
    pub fn consistency(&self, from: u64, to: u64) -> Option<Vec<Hash>> {
        if from == 0 || from > to || to > self.size {
            return None;
        }
        let mut beside = Vec::new();
        let (mut start, mut len) = (0, to);
        // Down to the part with which the first leaves end.
        while start + len != from {
            let left = left_of(len);
            if from <= start + left {
                beside.push(self.part(start + left, len - left)?);
                len = left;
            } else {
                beside.push(self.part(start, left)?);
                (start, len) = (start + left, len - left);
            }
        }
        // If that is all of the first leaves, whoever checks knows its hash.
        if start > 0 {
            beside.push(self.part(start, len)?);
        }
        beside.reverse();
        Some(beside)
    }

    /// What `len` leaves from `start` on come to; `start` is a multiple of a power of two not less than `len`.
    fn part(&self, start: u64, len: u64) -> Option<Hash> {
        let (mut start, mut len) = (start, len);
        let mut lefts = Vec::new();
        while !len.is_power_of_two() {
            let left = left_of(len);
            lefts.push(self.whole(start, left)?);
            (start, len) = (start + left, len - left);
        }
        let last = self.whole(start, len)?;
        Some(lefts.into_iter().rev().fold(last, |right, left| Hash::of_node(left, right)))
    }

    /// What a whole part comes to.
    fn whole(&self, start: u64, len: u64) -> Option<Hash> {
        let level = len.trailing_zeros();
        self.node(level, start >> level)
    }

    /// The node of a level, counted from 0 at the leaves, over the parts of `2^level` leaves, counted from 0.
    fn node(&self, level: u32, index: u64) -> Option<Hash> {
        // It was completed by the last of its leaves, and follows that leaf and the lower nodes.
        let last = ((index + 1) << level) - 1;
        // So many leaves make twice as many nodes, less one for each part that still waits for the one to its right.
        let before = 2 * last - u64::from(last.count_ones());
        let place = usize::try_from(before + u64::from(level)).ok()?;
        self.nodes.get(place).copied()
    }
}

/// How many leaves stand to the left in a tree of more than one: the largest power of two that is less.
fn left_of(len: u64) -> u64 {
    1 << (len - 1).ilog2()
}
