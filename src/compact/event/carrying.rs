//! Wording carried over to a newer draft.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compact::ids::{DraftId, ProposalId};

/// The sponsors confirmed that their wording stands as it is against the last issued draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CarryOverConfirmed {
    /// The proposal.
    pub proposal: ProposalId,
    /// The draft.
    pub draft: DraftId,
}
