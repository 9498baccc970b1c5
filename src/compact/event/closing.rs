//! What happens to provisions beside their wording: closed ad ref, reopened, positions.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::Position;
use crate::compact::ids::{GroupId, ProvisionId};

/// A provision was closed: agreed ad referendum.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProvisionClosed {
    /// The provision.
    pub provision: ProvisionId,
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A closed provision was reopened.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProvisionReopened {
    /// The provision.
    pub provision: ProvisionId,
    /// Why.
    pub reason: String,
}

/// A group took a position on a provision as it reads at the time.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProvisionPositionTaken {
    /// The provision.
    pub provision: ProvisionId,
    /// The group or delegation.
    pub group: GroupId,
    /// Its position.
    pub position: Position,
}
