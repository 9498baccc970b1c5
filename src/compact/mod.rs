//! The negotiation as a pure state machine: `decide` judges, `evolve` remembers. Knows nothing of clocks, storage,
//! HTTP, async.

mod attribute;
mod carry;
mod command;
mod credit;
mod credits;
mod decide;
mod edit;
mod entry;
mod event;
mod evolve;
mod ids;
pub mod label;
pub mod limits;
mod proposal;
mod provision;
mod refusal;
mod schema;
mod silent;
mod state;

pub use carry::CarryOver;
pub use command::Command;
pub use credit::{Basis, Corrected, Credit};
pub use decide::{Decision, decide, speaker_of};
pub use edit::{Change, Edit, Inserted, Moved, NewProvision, Piece, Relabelled, Splice, Struck, TabledEdit};
pub use entry::{Entry, Moment, Speaker, with_position};
pub use event::{
    CompactAdopted, CompactOpened, CreditCorrected, DelegationLeft, DelegationRegistered, DraftIssued, Event,
    GroupRegistered, MembershipChanged, Position, PositionTaken, ProposalDeclined, ProposalRevised, ProposalTabled,
    ProposalTakenUp, ProposalWithdrawn, ReasonGiven, SponsorJoined, SponsorLeft, TextRevised, Unreadable,
};
pub use evolve::{Broken, spliced};
pub use ids::{CompactId, DraftId, EditId, GroupId, NotAnId, ProposalId, ProvisionId, Seq, Slug};
pub use proposal::{Form, Proposal, Settled, Sponsorship, Standing};
pub use provision::{Block, Kind, Provision};
pub use refusal::{Collision, Refusal};
pub use schema::schemas;
pub use silent::{OwnChange, OwnWords, Placed};
pub use state::{Compact, Delegation, Draft, Face, Faces, Life, Membership, StateGroup};
