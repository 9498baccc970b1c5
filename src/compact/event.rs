//! What happened: the closed set of events. A stored event is never changed; a new form gets a new version.

mod carrying;
mod closing;
mod mandates;
mod on_proposals;
mod packages;
mod publicity;
mod redactions;
mod rounds;
mod statements;

use schemars::{JsonSchema, Schema, SchemaGenerator};
use serde::{Deserialize, Serialize};

use super::credit::Credit;
use super::edit::{Change, TabledEdit};
use super::ids::{CompactId, DraftId, GroupId, ProposalId, ProvisionId, Seq};

pub use carrying::CarryOverConfirmed;
pub use closing::{ProvisionClosed, ProvisionPositionTaken, ProvisionReopened};
pub use mandates::{MandateEnded, MandateGiven};
pub use on_proposals::ProposalAccepted;
pub use packages::{PackageDeclined, PackageLinked, PackageTakenUp, PackageUnlinked};
pub use publicity::{Publicity, PublicitySet};
pub use redactions::EntryRedacted;
pub use rounds::RoundScheduled;
pub use statements::{Attachment, StatementFiled, UptakeLinked, UptakeUnlinked};

/// Lists every event once: its variant, its name in the record, its version.
macro_rules! events {
    ($($variant:ident $name:literal $version:literal),* $(,)?) => {
        /// What happened, in the negotiation's own words.
        #[derive(Clone, Debug, PartialEq)]
        pub enum Event {
            $(#[doc = concat!("`", $name, "`")] $variant($variant),)*
        }

        impl Event {
            /// The names of all events with their versions, in the order of a negotiation.
            pub const NAMES: &'static [&'static str] = &[$(concat!($name, ".v", $version)),*];

            /// The name and version, such as `proposal-tabled.v1`.
            pub fn name(&self) -> &'static str {
                match self { $(Self::$variant(_) => concat!($name, ".v", $version),)* }
            }

            /// The event's data as JSON.
            pub fn data(&self) -> Result<Box<serde_json::value::RawValue>, serde_json::Error> {
                match self { $(Self::$variant(data) => serde_json::value::to_raw_value(data),)* }
            }

            /// Reads an event by its name and version.
            pub fn read(name: &str, data: &str) -> Result<Self, Unreadable> {
                match name {
                    $(concat!($name, ".v", $version) => Ok(Self::$variant(serde_json::from_str(data)?)),)*
                    _ => Err(Unreadable::Unknown(name.chars().take(80).collect())),
                }
            }

            /// The JSON Schema of the data of the event of that name.
            pub fn schema(name: &str, generator: &mut SchemaGenerator) -> Option<Schema> {
                match name {
                    $(concat!($name, ".v", $version) => Some(generator.root_schema_for::<$variant>()),)*
                    _ => None,
                }
            }
        }
    };
}

events! {
    CompactOpened "compact-opened" 1,
    GroupRegistered "group-registered" 1,
    DelegationRegistered "delegation-registered" 1,
    MembershipChanged "membership-changed" 1,
    DelegationLeft "delegation-left" 1,
    MandateGiven "mandate-given" 1,
    MandateEnded "mandate-ended" 1,
    TextRevised "text-revised" 1,
    DraftIssued "draft-issued" 1,
    ReasonGiven "reason-given" 1,
    ProposalTabled "proposal-tabled" 1,
    ProposalRevised "proposal-revised" 1,
    ProposalWithdrawn "proposal-withdrawn" 1,
    SponsorJoined "sponsor-joined" 1,
    SponsorLeft "sponsor-left" 1,
    PositionTaken "position-taken" 1,
    ProposalTakenUp "proposal-taken-up" 1,
    ProposalDeclined "proposal-declined" 1,
    CreditCorrected "credit-corrected" 1,
    CarryOverConfirmed "carry-over-confirmed" 1,
    ProposalAccepted "proposal-accepted" 1,
    PackageLinked "package-linked" 1,
    PackageUnlinked "package-unlinked" 1,
    PackageTakenUp "package-taken-up" 1,
    PackageDeclined "package-declined" 1,
    ProvisionClosed "provision-closed" 1,
    ProvisionReopened "provision-reopened" 1,
    ProvisionPositionTaken "provision-position-taken" 1,
    StatementFiled "statement-filed" 1,
    UptakeLinked "uptake-linked" 1,
    UptakeUnlinked "uptake-unlinked" 1,
    RoundScheduled "round-scheduled" 1,
    PublicitySet "publicity-set" 1,
    CompactAdopted "compact-adopted" 1,
    EntryRedacted "entry-redacted" 1,
}

/// Why a stored entry cannot be read.
#[derive(Debug, thiserror::Error)]
pub enum Unreadable {
    /// The program is older than the record, or the record is not one.
    #[error("no event is called {0:?} here; a newer version of travaux may know it")]
    Unknown(String),
    /// The JSON is not that of an entry.
    #[error("not an entry: {0}")]
    Malformed(#[from] serde_json::Error),
    /// A member has a value it cannot have.
    #[error("not an entry: {0}")]
    Invalid(String),
}

/// A compact was opened for negotiation.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompactOpened {
    /// Its id.
    pub compact: CompactId,
    /// Its title.
    pub title: String,
}

/// A state group was registered, or its name changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupRegistered {
    /// Its id.
    pub group: GroupId,
    /// Its name as displayed.
    pub name: String,
}

/// A delegation was registered, came back, or its name changed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DelegationRegistered {
    /// Its id.
    pub delegation: GroupId,
    /// Its name as displayed.
    pub name: String,
    /// The groups of which it is a member from now on.
    pub groups: Vec<GroupId>,
}

/// A delegation joined or left groups.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct MembershipChanged {
    /// The delegation.
    pub delegation: GroupId,
    /// The groups it joined.
    pub joined: Vec<GroupId>,
    /// The groups it left.
    pub left: Vec<GroupId>,
}

/// A delegation left the process. What it proposed stays attributed to it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DelegationLeft {
    /// The delegation.
    pub delegation: GroupId,
}

/// The co-facilitators handed in a whole text.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct TextRevised {
    /// The text that the revision was written against.
    pub base: Seq,
    /// What changes, told against the working text just before, in order.
    pub changes: Vec<Change>,
    /// Whose the changes are.
    pub credits: Vec<Credit>,
    /// The proposals that the co-facilitators say the revision reflects.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub reflects: Vec<ProposalId>,
    /// Their reason.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reason: Option<String>,
}

/// The working text was issued as a draft.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct DraftIssued {
    /// Its id.
    pub draft: DraftId,
    /// Its name as printed.
    pub label: String,
    /// Whether the co-facilitators put their name to what no proposal asked for and no reason was given for.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub sign_off: bool,
    /// The SHA-256 of its canonical text, in lower-case hex. Entries of before have none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub sha256: Option<String>,
}

/// The co-facilitators said why they changed the text. The last reason given counts; those before stay in the record.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ReasonGiven {
    /// The revision or taking up of which it is the reason.
    pub entry: Seq,
    /// The provision of whose change it is the reason; absent where it is that of the whole entry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provision: Option<ProvisionId>,
    /// The reason.
    pub reason: String,
}

/// A proposal was tabled. Its id is `p` and the seq of this entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProposalTabled {
    /// Who proposes, main sponsor first.
    pub sponsors: Vec<GroupId>,
    /// The text that the wording was written against.
    pub base: Seq,
    /// What is proposed.
    pub edits: Vec<TabledEdit>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
    /// The waiting proposal in place of whose wording this is proposed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub on: Option<ProposalId>,
}

/// The sponsors gave their waiting proposal a new form. The earlier form stays retrievable.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProposalRevised {
    /// The proposal.
    pub proposal: ProposalId,
    /// The text that the new wording was written against.
    pub base: Seq,
    /// What is proposed now.
    pub edits: Vec<TabledEdit>,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rationale: Option<String>,
}

/// The sponsors withdrew their proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProposalWithdrawn {
    /// The proposal.
    pub proposal: ProposalId,
    /// What they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A sponsor joined a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SponsorJoined {
    /// The proposal.
    pub proposal: ProposalId,
    /// The group or delegation that joined.
    pub sponsor: GroupId,
}

/// A sponsor left a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct SponsorLeft {
    /// The proposal.
    pub proposal: ProposalId,
    /// The group or delegation that left.
    pub sponsor: GroupId,
}

/// A group took a position on a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PositionTaken {
    /// The proposal.
    pub proposal: ProposalId,
    /// The group or delegation.
    pub group: GroupId,
    /// Its position.
    pub position: Position,
}

/// What a group says of a proposal without sponsoring it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Position {
    /// It is in favour.
    Supports,
    /// It would not stand in the way.
    CanLiveWith,
    /// It has not decided, or has doubts.
    Reserves,
    /// It is against.
    Objects,
}

/// The co-facilitators took a proposal up.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct ProposalTakenUp {
    /// The proposal.
    pub proposal: ProposalId,
    /// Which of its edits, from 0, were taken up as tabled.
    pub as_tabled: Vec<u32>,
    /// Whether something was taken up in other words than were tabled.
    pub modified: bool,
    /// What changes, told against the working text just before, in order. Empty where the text said so already.
    pub changes: Vec<Change>,
    /// Whose the changes are.
    pub credits: Vec<Credit>,
    /// What the co-facilitators said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The co-facilitators declined a proposal.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProposalDeclined {
    /// The proposal.
    pub proposal: ProposalId,
    /// What they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The co-facilitators corrected the credit of words that an entry brought. What it was stays in the record.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct CreditCorrected {
    /// The revision or taking up.
    pub entry: Seq,
    /// Which of that entry's credits, from 0.
    pub credit: u32,
    /// The provision whose words it is about; absent where it is about all words of that credit.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub provision: Option<ProvisionId>,
    /// The credit as it was.
    pub was: Credit,
    /// The credit as it is from now on.
    pub now: Credit,
    /// Why.
    pub reason: String,
}

/// The compact was adopted: the text is final and the record of its negotiation closed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct CompactAdopted {
    /// What was said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The type of a stored `CloudEvent`. It stands near the front, so that not all of a large entry is read for it.
pub fn type_of(bytes: &[u8]) -> &str {
    const NAME: &[u8] = b"\"type\":\"";
    let start = bytes.windows(NAME.len()).position(|window| window == NAME).map(|at| at + NAME.len());
    let rest = start.and_then(|start| bytes.get(start..)).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'"').unwrap_or(0);
    rest.get(..end).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or("message")
}
