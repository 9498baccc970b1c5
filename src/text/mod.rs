//! Words and the weave: pure data structures and algorithms. Knows nothing of compacts, groups, time, I/O.

pub mod align;
mod borders;
pub mod difference;
mod ids;
mod measure;
mod outline;
pub mod surprisal;
pub mod tiles;
mod weave;
mod wording;
pub mod words;

pub use ids::{EditId, Seq};
pub use measure::chars;
pub(crate) use measure::precise;
pub use outline::{NotThere, Outline};
pub use weave::{Act, Difference, Mark, Strand, View};
pub use wording::{Compiled, Misfit, Piece, Run, Stitch, Wording};
