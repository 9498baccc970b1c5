//! Hashes of the tree over a record: RFC 9162, section 2.1.1, with SHA-256.

use std::fmt;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

/// The SHA-256 hash of a leaf, of a node, or of what a whole tree comes to.
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Hash(pub [u8; 32]);

impl Hash {
    /// The hash of a leaf, which is the bytes of an entry: SHA-256(0x00 ‖ bytes).
    pub fn of_leaf(bytes: &[u8]) -> Self {
        let hash = Sha256::new().chain_update([0]).chain_update(bytes);
        Self(hash.finalize().into())
    }

    /// The hash of a node over two others: SHA-256(0x01 ‖ left ‖ right).
    #[must_use]
    pub fn of_node(left: Self, right: Self) -> Self {
        let hash = Sha256::new().chain_update([1]).chain_update(left.0).chain_update(right.0);
        Self(hash.finalize().into())
    }

    /// The hash of some bytes alone. That of none is the root of a tree without leaves.
    pub fn of(bytes: &[u8]) -> Self {
        Self(Sha256::digest(bytes).into())
    }

    /// In base64 (RFC 4648, padded), as checkpoints and proofs tell it.
    pub fn to_base64(self) -> String {
        STANDARD.encode(self.0)
    }

    /// Reads what [`Hash::to_base64`] writes; `None` for anything else.
    pub fn from_base64(text: &str) -> Option<Self> {
        STANDARD.decode(text).ok()?.try_into().ok().map(Self)
    }
}

/// In hexadecimal, as `sha256sum` shows it.
impl fmt::Display for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

impl fmt::Debug for Hash {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self}")
    }
}
