//! What makes the record evidence: hashes of entries, the trees over them, and what is signed. Pure: bytes in, bytes out.
//!
//! An entry is a leaf. Its hash stays even where its words are blanked, so that all others go on proving themselves.
//! [`Peaks`] keeps what a growing tree comes to, [`Tree`] all that proofs need. A [`Checkpoint`] is what a record comes
//! to at some size, signed as a [`note`] by a key of the server's [`Keyring`].

pub mod bundle;
mod checkpoint;
mod hash;
mod key;
mod keyring;
pub mod note;
mod peaks;
mod tree;
mod verify;

pub use checkpoint::Checkpoint;
pub use hash::Hash;
pub use key::{KeyId, NotAKey, Signer, Verifier};
pub use keyring::Keyring;
pub use note::NotSigned;
pub use peaks::Peaks;
pub use tree::Tree;
pub use verify::{verify_consistency, verify_inclusion};

/// What was read is not a checkpoint.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotACheckpoint {
    /// Nobody known stands for it.
    #[error(transparent)]
    NotSigned(#[from] NotSigned),
    /// It is a note, and says something else.
    #[error("not a checkpoint (C2SP): {0}")]
    Form(&'static str),
}
