//! Words and the weave: pure data structures and algorithms. Knows nothing of compacts, groups, time, I/O.

mod ids;

pub use ids::{EditId, Seq};
