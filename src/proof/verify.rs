//! What whoever holds a proof does with it: no tree is needed, only hashes. RFC 9162, sections 2.1.3.2 and 2.1.4.2.

use super::Hash;

/// Whether a path shows that a leaf has this index, from 0, among the `size` leaves that come to `root`.
#[must_use]
pub fn verify_inclusion(leaf: Hash, index: u64, size: u64, path: &[Hash], root: Hash) -> bool {
    if index >= size {
        return false;
    }
    let mut way = Way { node: index, last: size - 1 };
    let mut hash = leaf;
    for beside in path {
        match way.up() {
            Some(Side::Left) => hash = Hash::of_node(*beside, hash),
            Some(Side::Right) => hash = Hash::of_node(hash, *beside),
            None => return false,
        }
    }
    way.is_over() && hash == root
}

/// Whether a path shows that the `from` leaves that come to `from_root` are the first of the `to` leaves that come to
/// `to_root`. Of no leaves nothing is shown.
#[must_use]
pub fn verify_consistency(from: u64, from_root: Hash, to: u64, to_root: Hash, path: &[Hash]) -> bool {
    if from == 0 || from >= to {
        return from > 0 && from == to && path.is_empty() && from_root == to_root;
    }
    // A whole part is not told: whoever asks knows it.
    let known = from.is_power_of_two().then_some(&from_root);
    let mut beside = known.into_iter().chain(path);
    let Some(first) = beside.next() else { return false };
    let mut way = Way { node: from - 1, last: to - 1 };
    way.skip_whole();
    let (mut old, mut new) = (*first, *first);
    for hash in beside {
        match way.up() {
            Some(Side::Left) => {
                old = Hash::of_node(*hash, old);
                new = Hash::of_node(*hash, new);
            }
            Some(Side::Right) => new = Hash::of_node(new, *hash),
            None => return false,
        }
    }
    way.is_over() && old == from_root && new == to_root
}

/// On which side of the way a hash stands.
enum Side {
    Left,
    Right,
}

/// The way from a node to the root, beside that of the last leaf.
struct Way {
    node: u64,
    last: u64,
}

impl Way {
    /// One step up, and on which side the other half stands; `None` at the root.
    fn up(&mut self) -> Option<Side> {
        if self.last == 0 {
            return None;
        }
        let is_right = self.node & 1 == 1;
        let side = if is_right || self.node == self.last { Side::Left } else { Side::Right };
        if matches!(side, Side::Left) && !is_right {
            // The last node has nothing to its right for some steps: it moves up as it is.
            self.climb(self.node.trailing_zeros());
        }
        self.climb(1);
        Some(side)
    }

    /// Over the levels at which the node is the right half.
    fn skip_whole(&mut self) {
        self.climb(self.node.trailing_ones());
    }

    fn climb(&mut self, steps: u32) {
        self.node >>= steps;
        self.last >>= steps;
    }

    fn is_over(&self) -> bool {
        self.last == 0
    }
}
