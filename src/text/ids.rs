//! The two numbers that the weave counts in.

use std::fmt;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// A position in the record of one compact: 1 for the first entry, gapless. 0 stands before the first.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(transparent)]
pub struct Seq(pub u32);

impl Seq {
    /// The position of the entry after this one.
    #[must_use]
    pub fn next(self) -> Self {
        Self(self.0.saturating_add(1))
    }
}

impl fmt::Display for Seq {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

/// One edit: the entry that brought it and its ordinal in that entry.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EditId {
    /// The entry that brought the edit.
    pub seq: Seq,
    /// Which of that entry's edits, from 0.
    pub ordinal: u32,
}
