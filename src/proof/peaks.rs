//! The root of a growing tree, with nothing kept but the peaks of its whole parts.

use super::Hash;

/// A tree of RFC 9162 (section 2.1.1) that only grows: the hashes of its largest perfect parts, at most 64, from left to
/// right. Adding a leaf costs two hashes on average.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Peaks {
    size: u64,
    /// One for each bit that is set in the size, the largest part first.
    peaks: Vec<Hash>,
}

impl Peaks {
    /// How many leaves the tree has.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// Adds a leaf by its hash.
    pub fn push(&mut self, leaf: Hash) {
        let mut whole = leaf;
        for _ in 0..self.size.trailing_ones() {
            // As many peaks as bits are set, so there is one for each.
            let Some(left) = self.peaks.pop() else { break };
            whole = Hash::of_node(left, whole);
        }
        self.peaks.push(whole);
        self.size += 1;
    }

    /// What the tree comes to.
    pub fn root(&self) -> Hash {
        let fold = self.peaks.iter().rev().copied().reduce(|right, left| Hash::of_node(left, right));
        fold.unwrap_or_else(|| Hash::of(&[]))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The leaves and roots that the tests of certificate-transparency implementations share.
    #[test]
    fn roots_are_those_of_the_known_vectors() {
        let leaves: [&[u8]; 8] = [
            b"",
            b"\x00",
            b"\x10",
            b"\x20\x21",
            b"\x30\x31",
            b"\x40\x41\x42\x43",
            b"\x50\x51\x52\x53\x54\x55\x56\x57",
            b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
        ];
        let roots = [
            "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
            "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
            "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
            "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
            "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
            "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
            "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
            "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
            "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
        ];
        let mut tree = Peaks::default();
        assert_eq!(tree.root().to_string(), roots[0]);
        for (size, (leaf, root)) in (1..).zip(leaves.iter().zip(&roots[1..])) {
            tree.push(Hash::of_leaf(leaf));
            assert_eq!((tree.size(), tree.root().to_string().as_str()), (size, *root));
        }
    }
}
