//! Statements, and who takes them up.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compact::entry::Day;
use crate::compact::ids::{GroupId, ProposalId, ProvisionId, StatementId};
use crate::compact::statement::Voice;

/// A statement was filed. Its id is `s` and the seq of this entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct StatementFiled {
    /// Whose it is.
    pub by: Voice,
    /// The day on which it was made.
    pub made_on: Day,
    /// Its title.
    pub title: String,
    /// The provisions that it is about.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub provisions: Vec<ProvisionId>,
    /// Where it can be read.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub link: Option<String>,
    /// The statement itself, as a file.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub attachment: Option<Attachment>,
}

/// A file that is kept in the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attachment {
    /// Its name.
    pub name: String,
    /// Its media type, as it was told.
    pub media_type: String,
    /// How long it is.
    pub bytes: u32,
    /// The SHA-256 of its bytes, in lower-case hex.
    pub sha256: String,
    /// Its bytes in base64 (RFC 4648, padded).
    pub base64: String,
}

/// A sponsor said that its proposal takes a statement up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UptakeLinked {
    /// The proposal.
    pub proposal: ProposalId,
    /// The statement.
    pub statement: StatementId,
    /// The sponsor.
    pub by: GroupId,
}

/// A proposal is no longer said to take a statement up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct UptakeUnlinked {
    /// The proposal.
    pub proposal: ProposalId,
    /// The statement.
    pub statement: StatementId,
}
