//! Mandates: a delegation speaks for a group.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compact::ids::GroupId;

/// A group gave a delegation that is its member the mandate to speak for it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MandateGiven {
    /// The group.
    pub group: GroupId,
    /// The delegation.
    pub delegation: GroupId,
}

/// A delegation speaks for a group no longer. It ends by itself where the delegation leaves the group or the process.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MandateEnded {
    /// The group.
    pub group: GroupId,
    /// The delegation.
    pub delegation: GroupId,
}
