//! What was blanked.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compact::ids::Seq;

/// The secretariat blanked something of an entry before. What it was is gone; that it was there, and why it is not any
/// more, stays.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct EntryRedacted {
    /// The entry.
    pub entry: Seq,
    /// The leaf of that entry as it was recorded, SHA-256(0x00 ‖ its bytes), in lower-case hex.
    pub leaf: String,
    /// The leaf that what is left of it comes to, so that the rest can still be proved; in lower-case hex.
    pub left: String,
    /// The members of its data that are blanked, each by the names that lead to it: `note`, `by/name`.
    pub what: Vec<String>,
    /// Why, in words that do not say what was blanked.
    pub reason: String,
}
