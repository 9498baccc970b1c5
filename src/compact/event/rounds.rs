//! Rounds: the scheduled meetings of the talks.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compact::entry::Day;
use crate::compact::ids::RoundId;

/// A round was scheduled, or scheduled anew.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct RoundScheduled {
    /// Its id.
    pub round: RoundId,
    /// Its name as displayed.
    pub name: String,
    /// Its first day.
    pub starts: Day,
    /// Its last day.
    pub ends: Day,
}
