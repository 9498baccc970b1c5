//! The tree over a record and its proofs: the vectors that implementations share, laws, and another implementation beside.

use ct_merkle::mem_backed_tree::MemoryBackedTree;
use proptest::prelude::*;
use proptest::test_runner::Config;
use sha2::Sha256;
use travaux::proof::{Hash, Peaks, Tree, verify_consistency, verify_inclusion};

/// The leaves that the tests of certificate-transparency implementations share.
const LEAVES: [&[u8]; 8] = [
    b"",
    b"\x00",
    b"\x10",
    b"\x20\x21",
    b"\x30\x31",
    b"\x40\x41\x42\x43",
    b"\x50\x51\x52\x53\x54\x55\x56\x57",
    b"\x60\x61\x62\x63\x64\x65\x66\x67\x68\x69\x6a\x6b\x6c\x6d\x6e\x6f",
];

/// The most leaves for which every pair of sizes is tried.
const ALL_PAIRS: u64 = 130;

fn tree(leaves: &[impl AsRef<[u8]>]) -> Tree {
    let mut tree = Tree::default();
    for leaf in leaves {
        tree.push(Hash::of_leaf(leaf.as_ref()));
    }
    tree
}

/// A tree of leaves that all differ.
fn numbered(size: u64) -> Tree {
    tree(&(0..size).map(u64::to_be_bytes).collect::<Vec<_>>())
}

fn root(tree: &Tree, size: u64) -> Hash {
    tree.root_at(size).unwrap()
}

fn hex(path: &[Hash]) -> Vec<String> {
    path.iter().map(Hash::to_string).collect()
}

#[test]
fn paths_are_those_of_the_known_vectors() {
    let tree = tree(&LEAVES);
    let zero_of_eight = [
        "96a296d224f285c67bee93c30f8a309157f0daa35dc5b87e410b78630a09cfc7",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "6b47aaf29ee3c2af9af889bc1fb9254dabd31177f16232dd6aab035ca39bf6e4",
    ];
    let five_of_eight = [
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    let two_of_three = ["fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125"];
    let one_of_five = [
        "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ];
    assert_eq!(hex(&tree.inclusion(0, 1).unwrap()), [""; 0]);
    assert_eq!(hex(&tree.inclusion(0, 8).unwrap()), zero_of_eight);
    assert_eq!(hex(&tree.inclusion(5, 8).unwrap()), five_of_eight);
    assert_eq!(hex(&tree.inclusion(2, 3).unwrap()), two_of_three);
    assert_eq!(hex(&tree.inclusion(1, 5).unwrap()), one_of_five);
    let six_to_eight = [
        "0ebc5d3437fbe2db158b9f126a1d118e308181031d0a949f8dededebc558ef6a",
        "ca854ea128ed050b41b35ffc1b87b8eb2bde461e9e3b5596ece6b9d5975a0ae0",
        "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    ];
    let two_to_five = [
        "5f083f0a1a33ca076a95279832580db3e0ef4584bdff1f54c8a360f50de3031e",
        "bc1a0643b12e4d2d7c77918f44e0f4f79a838b6cf9ec5b5c283e1f4d88599e6b",
    ];
    assert_eq!(hex(&tree.consistency(1, 1).unwrap()), [""; 0]);
    assert_eq!(hex(&tree.consistency(1, 8).unwrap()), zero_of_eight);
    assert_eq!(hex(&tree.consistency(6, 8).unwrap()), six_to_eight);
    assert_eq!(hex(&tree.consistency(2, 5).unwrap()), two_to_five);
}

#[test]
fn the_root_at_any_size_is_that_of_the_tree_when_it_had_that_size() {
    let tree = numbered(ALL_PAIRS);
    let mut peaks = Peaks::default();
    for size in 0..=ALL_PAIRS {
        assert_eq!(tree.root_at(size), Some(peaks.root()), "at {size}");
        if let Some(leaf) = tree.leaf(size) {
            peaks.push(leaf);
        }
    }
    assert_eq!((tree.root_at(ALL_PAIRS + 1), tree.leaf(ALL_PAIRS)), (None, None));
}

#[test]
fn every_leaf_proves_itself_in_every_tree_that_has_it_and_nowhere_else() {
    let tree = numbered(ALL_PAIRS);
    for size in 1..=ALL_PAIRS {
        let (first, root) = (tree.leaf(0).unwrap(), root(&tree, size));
        for index in 0..size {
            let (leaf, path) = (tree.leaf(index).unwrap(), tree.inclusion(index, size).unwrap());
            assert!(verify_inclusion(leaf, index, size, &path, root), "{index} of {size}");
            assert!(!verify_inclusion(leaf, index + 1, size, &path, root), "{index} of {size} one further");
            assert!(
                index == 0 || !verify_inclusion(first, index, size, &path, root),
                "another leaf at {index} of {size}"
            );
        }
        assert_eq!(tree.inclusion(size, size), None);
    }
    assert_eq!(tree.inclusion(0, ALL_PAIRS + 1), None);
}

#[test]
fn every_tree_proves_itself_the_beginning_of_every_later_one() {
    let tree = numbered(ALL_PAIRS);
    for to in 1..=ALL_PAIRS {
        for from in 1..=to {
            let path = tree.consistency(from, to).unwrap();
            let (old, new) = (root(&tree, from), root(&tree, to));
            assert!(verify_consistency(from, old, to, new, &path), "{from} to {to}");
            let other = Hash::of(b"another record");
            assert!(!verify_consistency(from, other, to, new, &path), "from another at {from} to {to}");
            assert!(!verify_consistency(from, old, to, other, &path), "{from} to another at {to}");
        }
        assert_eq!((tree.consistency(0, to), tree.consistency(to + 1, to)), (None, None));
    }
    let (old, new) = (root(&tree, 1), root(&tree, ALL_PAIRS));
    assert!(!verify_consistency(0, Hash::of(b""), ALL_PAIRS, new, &[]), "of nothing there is nothing to show");
    assert!(!verify_consistency(ALL_PAIRS, new, 1, old, &[]), "a record does not shrink");
    assert!(!verify_consistency(u64::MAX - 1, old, u64::MAX, new, &[old; 70]), "sizes at the end of the numbers");
    assert!(!verify_inclusion(old, u64::MAX - 1, u64::MAX, &[old; 70], new), "an index at the end of the numbers");
}

/// A path with one thing wrong.
fn spoilt(path: &[Hash], how: usize) -> Vec<Hash> {
    let mut path = path.to_vec();
    let at = how % (path.len() + 1);
    match (how % 3, path.get_mut(at)) {
        (0, Some(hash)) => hash.0[how % 32] ^= 1 << (how % 8),
        (1, Some(_)) => drop(path.remove(at)),
        _ => path.insert(at, Hash::of(b"one too many")),
    }
    path
}

fn records() -> impl Strategy<Value = Vec<Vec<u8>>> {
    prop::collection::vec(prop::collection::vec(any::<u8>(), 0..6), 1..90)
}

proptest! {
    #![proptest_config(Config { failure_persistence: None, ..Config::default() })]

    #[test]
    fn a_path_with_anything_wrong_proves_nothing(size in 2..5_000_u64, a in any::<u64>(), how in any::<usize>()) {
        let tree = numbered(size);
        let root = root(&tree, size);
        let (index, from) = (a % size, a % (size - 1) + 1);
        let path = tree.inclusion(index, size).unwrap();
        let leaf = tree.leaf(index).unwrap();
        prop_assert!(verify_inclusion(leaf, index, size, &path, root));
        prop_assert!(!verify_inclusion(leaf, index, size, &spoilt(&path, how), root));
        prop_assert!(!verify_inclusion(leaf, (index + 1 + how as u64 % (size - 1)) % size, size, &path, root));
        let path = tree.consistency(from, size).unwrap();
        let old = tree.root_at(from).unwrap();
        prop_assert!(verify_consistency(from, old, size, root, &path));
        prop_assert!(!verify_consistency(from, old, size, root, &spoilt(&path, how)));
    }

    #[test]
    fn whatever_happens_to_a_leaf_shows_in_the_root(leaves in records(), a in any::<usize>(), b in any::<usize>()) {
        let size = leaves.len() as u64;
        let root = |leaves: &[Vec<u8>]| root(&tree(leaves), leaves.len() as u64);
        let before = tree(&leaves).root_at(size).unwrap();
        let (a, b) = (a % leaves.len(), b % leaves.len());
        let mut changed = leaves.clone();
        changed[a].push(7);
        prop_assert_ne!(before, root(&changed));
        let mut missing = leaves.clone();
        missing.remove(a);
        prop_assert_ne!(before, root(&missing));
        let mut added = leaves.clone();
        added.insert(a, b"added".to_vec());
        prop_assert_ne!(before, root(&added));
        let mut reordered = leaves.clone();
        reordered.swap(a, b);
        prop_assert_eq!(before == root(&reordered), leaves[a] == leaves[b]);
    }

    #[test]
    fn another_implementation_says_the_same(leaves in records(), a in any::<usize>()) {
        let ours = tree(&leaves);
        let mut theirs = MemoryBackedTree::<Sha256, Vec<u8>>::new();
        for leaf in &leaves {
            theirs.push(leaf.clone());
        }
        let size = leaves.len() as u64;
        prop_assert_eq!(root(&ours, size).0.to_vec(), theirs.root().as_bytes().to_vec());
        let bytes = |path: Option<Vec<Hash>>| path.unwrap().iter().flat_map(|hash| hash.0).collect::<Vec<u8>>();
        let index = a % leaves.len();
        prop_assert_eq!(bytes(ours.inclusion(index as u64, size)), theirs.prove_inclusion(index).as_bytes().to_vec());
        let added = a % leaves.len();
        let path = bytes(ours.consistency(size - added as u64, size));
        prop_assert_eq!(path, theirs.prove_consistency(added).as_bytes().to_vec());
    }
}

#[test]
fn a_copy_stays_what_it_was_while_the_tree_grows() {
    let mut grows = numbered(77);
    let stays = grows.clone();
    let before = root(&stays, 77);
    (0..500).for_each(|_| grows.push(Hash::of(b"later")));
    assert_eq!((stays.size(), root(&stays, 77), root(&grows, 77)), (77, before, before));
    assert_eq!((stays.root_at(78), grows.size()), (None, 577));
}
