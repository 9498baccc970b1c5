//! Questions asked of the record: texts, redlines, compilations, dispositions, provenance. Pure; no answer is searched
//! for, each is read off the weave. Knows nothing of storage and HTTP.

mod brackets;
mod compilation;
mod concerns;
mod credited;
mod credits;
mod dispositions;
mod filter;
mod provenance;
mod published;
mod rebuild;
mod redline;
mod segments;
mod silent;
mod text;
mod uptake;

pub use brackets::{BracketCount, Brackets, DraftBrackets, ProvisionBrackets, brackets, brackets_since};
pub use compilation::{Compilation, CompiledProvision, CompiledSegment, ProposalInPlace, compile};
pub use concerns::Concerns;
pub use credited::{CreditedProvision, CreditedSegment, CreditedText, credited};
pub use dispositions::{Concerned, DispositionRow, Dispositions, GroupUptake, Outcome, Said, Totals, dispositions};
pub use filter::{Asked, Filter, NotAFilter};
pub use provenance::{Became, Place, ProposalHere, Provenance, Stance, Wording, trace};
pub use published::{Attribution, publish};
pub use rebuild::Rebuilt;
pub use redline::{ChangeKind, GroupSummary, Label, Op, Redline, RedlinedProvision, Segment, Summary, redline};
pub use silent::{OwnWording, SilentChange, SilentChanges, TouchedProvision, Undecided, silent_changes};
pub use text::{At, ClosedProvision, Text, text, what_if};
