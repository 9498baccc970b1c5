//! Who answers for a webhook. Whether they still may have entries sent somewhere is for others to say: here it is asked.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compact::CompactId;

/// Whoever made a webhook, or took it on when who made it no longer counted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Maker {
    /// As whom they spoke, such as `integration:gcm`; `anyone` where nobody had to say who they were.
    pub speaking: String,
    /// The id of their token; absent where nobody had to say who they were.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub token: Option<String>,
}

/// Whether somebody may still have the entries of a compact sent somewhere. Asked before each attempt.
pub type StillMay = Arc<dyn Fn(&Maker, &CompactId) -> bool + Send + Sync>;

/// Whoever made the webhooks that were kept before it was kept who did: nobody who is known.
impl Default for Maker {
    fn default() -> Self {
        Self { speaking: "anyone".into(), token: None }
    }
}
