//! Why something is not recorded.

use crate::access::NotYours;
use crate::compact::{Refusal, Seq};
use crate::log::LogError;

/// Why a command did not come to be recorded, by who can act.
#[derive(Clone, Debug, thiserror::Error)]
pub enum Failure {
    /// The speaker can.
    #[error(transparent)]
    Refused(#[from] Refusal),
    /// Somebody else can: it is not for this speaker to say.
    #[error(transparent)]
    NotYours(#[from] NotYours),
    /// The client can: somebody was first since it looked.
    #[error("entry {seq} was recorded since you looked; read again")]
    Stale {
        /// The last entry.
        seq: Seq,
    },
    /// The client can: the key that it asked with came with another body before.
    #[error("this Idempotency-Key came with another body before; use a new key for a new request")]
    KeyReused,
    /// The client can: the same request is being answered.
    #[error("the first request with this Idempotency-Key is still under way; try again in a moment")]
    UnderWay,
    /// The operator can, by making room; nothing was recorded, and trying again is all that it takes then.
    #[error("{0}")]
    Full(String),
    /// The operator can.
    #[error("the record cannot be written: {0}")]
    Storage(String),
    /// The operator can, by opening the record again: a redaction is recorded, and not carried out yet.
    #[error("what entry {seq} blanks is not blanked yet: {why}")]
    Unblanked {
        /// The redaction.
        seq: Seq,
        /// Why it could not be carried out.
        why: String,
    },
}

/// Why an entry was not recorded, by who can act.
pub(super) fn unrecorded(why: &LogError) -> Failure {
    match why {
        LogError::Full(_) => Failure::Full(why.to_string()),
        // Nobody else writes, so the place was that of an entry for which there was no room.
        LogError::Taken { .. } => Failure::Full("there was no room for the entry before".into()),
        LogError::Unfit(_) | LogError::Failed(_) | LogError::Corrupt { .. } | LogError::Closed => {
            Failure::Storage(why.to_string())
        }
    }
}
