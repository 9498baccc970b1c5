//! Statements: what governments and others said of the talks, beside the proposals.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entry::{Day, Moment};
use super::ids::{GroupId, ProposalId, ProvisionId, Seq, StatementId};

/// Whose statement it is.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Voice {
    /// The name as displayed.
    pub name: String,
    /// What sort of voice it is.
    pub kind: VoiceKind,
    /// The group or delegation, where it is one that is registered.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub id: Option<GroupId>,
}

/// What sort of voice makes a statement.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum VoiceKind {
    /// A government.
    Government,
    /// Civil society.
    CivilSociety,
    /// A trade union.
    TradeUnion,
    /// An agency of the United Nations.
    UnAgency,
    /// A group of States.
    Group,
}

/// A statement that is handed in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewStatement {
    /// Whose it is.
    pub by: Voice,
    /// The day on which it was made.
    pub made_on: Day,
    /// Its title.
    pub title: String,
    /// The provisions that it is about.
    #[serde(default)]
    pub provisions: Vec<ProvisionId>,
    /// Where it can be read; an https address.
    pub link: Option<String>,
    /// The statement itself, as a file.
    pub attachment: Option<NewAttachment>,
}

/// A file that is handed in.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAttachment {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// Its bytes in base64 (RFC 4648).
    pub base64: String,
}

/// A statement on file. The bytes of its attachment stay in the record.
#[derive(Clone, Debug)]
pub struct Statement {
    /// Its id.
    pub id: StatementId,
    /// Whose it is.
    pub by: Voice,
    /// The day on which it was made.
    pub made_on: Day,
    /// When it was filed.
    pub filed_at: Moment,
    /// Its title.
    pub title: Arc<str>,
    /// The provisions that it is about.
    pub provisions: Vec<ProvisionId>,
    /// Where it can be read.
    pub link: Option<Arc<str>>,
    /// What is attached to it.
    pub attachment: Option<Attached>,
    /// The proposals whose sponsors say that they take it up.
    pub uptake: Vec<Uptake>,
}

/// What is known of an attached file without its bytes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Attached {
    /// Its name.
    pub name: String,
    /// Its media type.
    pub media_type: String,
    /// How long it is.
    pub bytes: u32,
    /// The SHA-256 of its bytes, in lower-case hex.
    pub sha256: String,
}

/// A proposal that takes a statement up, as one of its sponsors says.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
pub struct Uptake {
    /// The proposal.
    pub proposal: ProposalId,
    /// The sponsor that says so.
    pub by: GroupId,
    /// The entry.
    pub seq: Seq,
}
