//! Questions asked of the record: texts, redlines, compilations, dispositions, provenance. Pure; no answer is searched
//! for, each is read off the weave. Knows nothing of storage and HTTP.

mod compilation;
mod dispositions;
mod provenance;
mod rebuild;
mod redline;
mod segments;
mod text;

pub use compilation::{Compilation, CompiledProvision, CompiledSegment, ProposalInPlace, compile};
pub use dispositions::{DispositionRow, Dispositions, Outcome, Totals, dispositions};
pub use provenance::{Provenance, Wording, trace};
pub use rebuild::Rebuilt;
pub use redline::{ChangeKind, GroupSummary, Label, Op, Redline, RedlinedProvision, Segment, Summary, redline};
pub use text::{At, ClosedProvision, Text, text, what_if};
