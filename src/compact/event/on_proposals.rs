//! Proposals on a proposal.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compact::edit::TabledEdit;
use crate::compact::ids::{ProposalId, Seq};

/// The sponsors of a proposal accepted what others proposed in place of its wording: it reads so from now on. Its
/// earlier form stays retrievable, and the proposal accepted is settled with it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProposalAccepted {
    /// The proposal that is accepted.
    pub proposal: ProposalId,
    /// The proposal that takes over its wording.
    pub on: ProposalId,
    /// The text that the wording was written against.
    pub base: Seq,
    /// What the latter proposes from now on.
    pub edits: Vec<TabledEdit>,
    /// What its sponsors said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
