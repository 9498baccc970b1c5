//! Where the record is kept. Knows nothing of what events mean: an entry is bytes with a place.
//!
//! Every compact has its own record, numbered by seq from 1 without a gap. All compacts of one log also stand in one
//! order, numbered by position from 1 without a gap. [`EventLog`] is the whole contract; every store is held to it by
//! one suite of tests. [`DiskLog`] keeps the record on disk, [`MemoryLog`] in memory, for trials. [`Follow`] catches up
//! and then stays with the record as it grows, and is built on the contract alone.

mod disk;
mod durable;
mod follow;
mod group;
mod memory;
mod order;
mod page;
mod receipt;
mod sled;
mod tail;

use std::sync::Arc;

use tokio::sync::watch;

use crate::proof::Hash;

pub use disk::{DiskLog, Onlooker, Sealing, is_in_use, is_sealed, promised, salvage, sealed_by};
pub use follow::Follow;
pub use memory::MemoryLog;
pub use receipt::Receipt;

/// The most bytes that one entry may have. A whole re-draft is one entry; the longest treaties have some 2 MB of text.
pub const ENTRY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// The most bytes that the name of a compact may have.
pub const COMPACT_BYTES_MAX: usize = 64;

/// After how many bytes [`EventLog::read`] stops, even where more entries were asked for.
pub const READ_BYTES_MAX: usize = 4 * 1024 * 1024;

/// An entry of the record. Cheap to clone: its name and its bytes are shared.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stored {
    /// The place among the entries of all compacts, from 1, gapless.
    pub position: u64,
    /// The compact whose record it belongs to.
    pub compact: Arc<str>,
    /// The place in the record of that compact, from 1, gapless.
    pub seq: u32,
    /// What was recorded, byte for byte; what is left of it where it was blanked.
    pub bytes: Arc<[u8]>,
    /// The leaf of what was recorded, where that was blanked since.
    pub blanked: Option<Hash>,
}

impl Stored {
    /// The entry with other bytes, as many, in its place.
    fn blanked_with(&self, bytes: &[u8]) -> Result<Self, LogError> {
        if bytes.len() != self.bytes.len() {
            let (given, held) = (bytes.len(), self.bytes.len());
            return Err(LogError::Unfit(format!("{given} bytes cannot stand in the place of {held}")));
        }
        Ok(Self { bytes: bytes.into(), blanked: Some(self.leaf()), ..self.clone() })
    }

    /// The leaf of the entry in the tree over its record: the hash of what was recorded, blanked or not.
    pub fn leaf(&self) -> Hash {
        self.blanked.unwrap_or_else(|| Hash::of_leaf(&self.bytes))
    }
}

/// An entry that asks to be recorded.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NewEntry {
    /// The compact whose record it continues or, with seq 1, opens: 1 to [`COMPACT_BYTES_MAX`] of `a-z`, `0-9`, `-`.
    pub compact: Arc<str>,
    /// The seq it expects to have: one more than that of the entry enqueued before it, from 1.
    pub seq: u32,
    /// What to record, at most [`ENTRY_BYTES_MAX`].
    pub bytes: Vec<u8>,
}

/// Which entries are read. A cursor is a position in the whole record, a seq in the record of one compact.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Scope {
    /// The entries of all compacts, by position.
    Whole,
    /// The entries of one compact, by seq. A compact that nobody has opened has no entries; that is not an error.
    Compact(Arc<str>),
}

/// Why an entry was not recorded, or the record not read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LogError {
    /// Somebody was first: the place is taken, or the place before it is still empty. Decide again and retry.
    #[error("{compact:?} was to get entry {expected}, and its next entry is {actual}")]
    Taken {
        /// The compact.
        compact: Arc<str>,
        /// The seq that the entry asked for.
        expected: u32,
        /// The seq that the next entry of the compact has to ask for.
        actual: u32,
    },
    /// No store could ever keep this entry: too large, or the name of its compact is not one. The caller is at fault.
    #[error("not an entry that can be recorded: {0}")]
    Unfit(String),
    /// There is no room for the entry, and it was not recorded. The operator has to make room; then appending goes on.
    #[error("there is no room for the record: {0}")]
    Full(String),
    /// The storage failed, and the operator has to act. It is not known whether entries without an answer were kept, so
    /// the log takes no further entry until it is opened again.
    #[error("the record cannot be written or read: {0}")]
    Failed(String),
    /// The record is not as it was written. Nothing after the damage is served. The operator has to act.
    #[error(
        "the record is damaged at {which}: {why}; copy its directory as it is, then restore a backup or save what is left with \"travaux salvage\""
    )]
    Corrupt {
        /// Where: a position, a seq, or what should have been there.
        which: String,
        /// What was found.
        why: String,
    },
    /// The log was closed before it could answer.
    #[error("the record is closed")]
    Closed,
}

/// A log of entries: one order for all, a conditional append, reading from a cursor, and the durable head.
///
/// What every implementation promises:
///
/// - **Durable before told.** A receipt gives a position, `read` an entry, `head` a number only when the entry would
///   survive a killed process and a lost power supply (as far as the store survives either at all).
/// - **One order.** Positions are given in the order of the calls to `append`, from 1, without a gap, across compacts.
/// - **All or nothing.** An entry is there with its exact bytes or not there; and if it is there, all before it are.
/// - **Full is not failed.** If there is no room for an entry, it and everything enqueued behind it get
///   [`LogError::Full`], nothing of them is recorded, and the next append is tried anew.
/// - **Failing is final.** If an entry fails because the storage does, everything enqueued behind it fails as well, and so
///   does every later append, until the log is opened again. Reading goes on.
/// - **Dropping is finishing.** Whatever was enqueued when the log is dropped is durable and answered afterwards.
pub trait EventLog: Send + Sync + 'static {
    /// Enqueues an entry at the seq it expects, and returns at once. Many entries of one compact may be in flight.
    ///
    /// The receipt resolves to the position once the entry is durable, or to [`LogError::Taken`], [`LogError::Unfit`],
    /// [`LogError::Failed`] or [`LogError::Closed`]. What is in flight is held in memory: bounding it is up to the caller.
    /// A receipt that is dropped withdraws nothing.
    fn append(&self, entry: NewEntry) -> Receipt {
        self.append_again(entry, None)
    }

    /// The same for an entry that was recorded elsewhere: for a record that is restored, or told to others. Where something
    /// of it was blanked there, the leaf is that of what was recorded, and stays so here.
    fn append_again(&self, entry: NewEntry, blanked: Option<Hash>) -> Receipt;

    /// The durable entries after the cursor, oldest first, without a gap, at most `limit`.
    ///
    /// Reading stops early when [`READ_BYTES_MAX`] is reached, so fewer than `limit` does not mean the end; only none
    /// does. A gap is [`LogError::Corrupt`], never skipped. May read from disk, for as long as `limit` entries take.
    fn read(&self, scope: &Scope, after: u64, limit: usize) -> Result<Vec<Stored>, LogError>;

    /// The position of the last durable entry, 0 in an empty log, now and as it grows.
    fn head(&self) -> watch::Receiver<u64>;

    /// Puts other bytes, as many, in the place of a durable entry, durably; its leaf stays that of what was recorded, and
    /// whoever reads the entry sees that it was [blanked](Stored::blanked). Blocks for as long as the disk takes.
    ///
    /// [`LogError::Unfit`] where there is no such entry, or the bytes are not as many. What was read before, and files made
    /// from it, are out of reach.
    fn blank(&self, compact: &Arc<str>, seq: u32, bytes: &[u8]) -> Result<(), LogError>;

    /// Every compact and the seq of its last durable entry, in the order in which they were opened.
    fn compacts(&self) -> Result<Vec<(Arc<str>, u32)>, LogError>;
}
