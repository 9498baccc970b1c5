//! Who comes next: the one place where an append is checked and gets its position.

use std::collections::HashMap;
use std::sync::Arc;

use super::{COMPACT_BYTES_MAX, ENTRY_BYTES_MAX, LogError, NewEntry};

/// The last position given and, for each compact, the last seq given. Both run ahead of what is durable.
#[derive(Debug, Default)]
pub(super) struct Order {
    position: u64,
    seqs: HashMap<Arc<str>, u32>,
}

impl Order {
    /// The order that a log with this head and these compacts goes on with.
    pub(super) fn after(position: u64, compacts: Vec<(Arc<str>, u32)>) -> Self {
        let seqs = compacts.into_iter().collect();
        Self { position, seqs }
    }

    /// Gives the next position to an entry of this compact, if its seq is the next.
    pub(super) fn place(&mut self, compact: &Arc<str>, seq: u32) -> Result<u64, LogError> {
        let last = self.seqs.get_mut(compact);
        let given = last.as_deref().copied().unwrap_or(0);
        if Some(seq) != given.checked_add(1) {
            return Err(LogError::Taken {
                compact: Arc::clone(compact),
                expected: seq,
                actual: given.saturating_add(1),
            });
        }
        match last {
            Some(last) => *last = seq,
            None => drop(self.seqs.insert(Arc::clone(compact), seq)),
        }
        self.position += 1;
        Ok(self.position)
    }
}

/// Refuses what no store could keep: checked alike for all, so that a trial in memory learns of it too.
pub(super) fn fit(entry: &NewEntry) -> Result<(), LogError> {
    let name = entry.compact.as_bytes();
    let letters = |b: &u8| b.is_ascii_lowercase() || b.is_ascii_digit() || *b == b'-';
    if !(1..=COMPACT_BYTES_MAX).contains(&name.len()) || !name.iter().all(letters) {
        let wanted = format!("1 to {COMPACT_BYTES_MAX} of a-z, 0-9 and -");
        let why = format!("a compact is named by {wanted}, not {:?}", entry.compact);
        return Err(LogError::Unfit(why));
    }
    if entry.bytes.len() > ENTRY_BYTES_MAX {
        let size = entry.bytes.len();
        let why = format!("{size} bytes, and {ENTRY_BYTES_MAX} are the most");
        return Err(LogError::Unfit(why));
    }
    Ok(())
}
