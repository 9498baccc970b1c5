//! Rounds: the scheduled meetings of the talks.

use std::sync::Arc;

use super::entry::Day;
use super::ids::{RoundId, Seq};

/// A scheduled meeting of the talks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Round {
    /// Its id.
    pub id: RoundId,
    /// Its name as displayed.
    pub name: Arc<str>,
    /// Its first day.
    pub starts: Day,
    /// Its last day.
    pub ends: Day,
    /// The entry that scheduled it so.
    pub scheduled: Seq,
}
