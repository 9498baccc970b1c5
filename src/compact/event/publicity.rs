//! Publicity: what the public is shown of a compact.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// What the public is shown of a compact: always as it stood at the last draft issued, and at once.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Publicity {
    /// Nothing, not even that there is such a compact.
    #[default]
    Nothing,
    /// The issued drafts; whose words are in them is withheld.
    Drafts,
    /// The issued drafts, and which groups asked for their words.
    Attributed,
    /// Every entry up to the last draft issued.
    Everything,
}

/// What the public is shown from the next draft on.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PublicitySet {
    /// What.
    pub shown: Publicity,
}
