//! What makes the record evidence: hashes of entries, the trees over them, and what is signed. Pure: bytes in, bytes out.
//!
//! An entry is a leaf. Its hash stays even where its words are blanked, so that all others go on proving themselves.

mod hash;
mod peaks;

pub use hash::Hash;
pub use peaks::Peaks;
