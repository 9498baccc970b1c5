//! The negotiation as a pure state machine: `decide` judges, `evolve` remembers. Knows nothing of clocks, storage,
//! HTTP, async.

mod asked;
mod attribute;
mod canonical;
mod carry;
mod closing;
mod command;
mod conflicts;
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
mod package;
mod proposal;
mod provision;
mod redaction;
mod refusal;
mod round;
mod schema;
mod silent;
mod state;
mod statement;

pub use asked::Asked;
pub use canonical::{canonical_text, sha256_of_text};
pub use carry::CarryOver;
pub use closing::{ClosedTouched, Closing};
pub use command::Command;
pub use conflicts::Conflicts;
pub use credit::{Basis, Corrected, Credit};
pub use decide::{Decision, decide, speaker_of};
pub use edit::{Change, Edit, Inserted, Moved, NewProvision, Piece, Relabelled, Splice, Struck, TabledEdit};
pub use entry::{Day, Entry, Moment, NotADay, Speaker, SpokenBy, with_position};
pub use event::{
    Attachment, CarryOverConfirmed, CompactAdopted, CompactOpened, CreditCorrected, DelegationLeft,
    DelegationRegistered, DraftIssued, EntryRedacted, Event, GroupRegistered, MandateEnded, MandateGiven,
    MembershipChanged, PackageDeclined, PackageLinked, PackageTakenUp, PackageUnlinked, Position, PositionTaken,
    ProposalAccepted, ProposalDeclined, ProposalRevised, ProposalTabled, ProposalTakenUp, ProposalWithdrawn,
    ProvisionClosed, ProvisionPositionTaken, ProvisionReopened, Publicity, PublicitySet, ReasonGiven, RoundScheduled,
    SponsorJoined, SponsorLeft, StatementFiled, TextRevised, Unreadable, UptakeLinked, UptakeUnlinked, type_of,
};
pub use evolve::{Broken, spliced};
pub use ids::{
    CompactId, DraftId, EditId, GroupId, NotAnId, PackageId, ProposalId, ProvisionId, RoundId, Seq, Slug, StatementId,
};
pub use package::{Package, PackageStanding};
pub use proposal::{Confirmation, Form, Origin, Proposal, Settled, Sponsorship, Standing};
pub use provision::{Block, Kind, Provision};
pub use redaction::{Found, Hole, Redaction, blankable, blanked, shown};
pub use refusal::{Collision, Refusal};
pub use round::Round;
pub use schema::schemas;
pub use silent::{OwnChange, OwnWords, Placed};
pub use state::{Compact, Delegation, Draft, Face, Faces, Life, Membership, StateGroup};
pub use statement::{Attached, NewAttachment, NewStatement, Statement, Uptake, Voice, VoiceKind};
