//! The negotiation as a pure state machine. Knows nothing of clocks, storage, HTTP, async.

mod ids;
mod provision;

pub use ids::{CompactId, DraftId, EditId, GroupId, NotAnId, ProposalId, ProvisionId, Seq, Slug};
pub use provision::{Block, Kind, Provision};
