//! One answer to a read: bounded, and checked for gaps as it fills.

use super::{LogError, READ_BYTES_MAX, Scope, Stored};

impl Scope {
    /// The cursor of an entry in this scope.
    pub fn cursor(&self, entry: &Stored) -> u64 {
        match self {
            Self::Whole => entry.position,
            Self::Compact(_) => u64::from(entry.seq),
        }
    }

    /// The cursor of `entry`, if it is the one that follows `after` in this scope; a gap is damage.
    pub(super) fn follows(&self, after: u64, entry: &Stored) -> Result<u64, LogError> {
        let next = after + 1;
        let (ours, which) = match self {
            Self::Whole => (true, "position"),
            Self::Compact(name) => (*name == entry.compact, name.as_ref()),
        };
        if ours && self.cursor(entry) == next {
            return Ok(next);
        }
        Err(LogError::Corrupt {
            which: format!("{which} {next}"),
            why: format!("entry {} of {} stands there, at position {}", entry.seq, entry.compact, entry.position),
        })
    }
}

/// Collects the entries after a cursor until there are enough of them.
#[derive(Debug)]
pub(super) struct Page<'a> {
    scope: &'a Scope,
    after: u64,
    limit: usize,
    bytes: usize,
    entries: Vec<Stored>,
}

impl<'a> Page<'a> {
    /// An empty page for at most `limit` entries after the cursor.
    pub(super) fn new(scope: &'a Scope, after: u64, limit: usize) -> Self {
        let (bytes, entries) = (0, Vec::new());
        Self { scope, after, limit, bytes, entries }
    }

    /// The cursor of the last entry on the page.
    pub(super) fn after(&self) -> u64 {
        self.after
    }

    /// Whether no further entry is wanted.
    pub(super) fn is_full(&self) -> bool {
        self.entries.len() >= self.limit || self.bytes >= READ_BYTES_MAX
    }

    /// Whether nothing was found yet.
    pub(super) fn is_empty(&self) -> bool {
        self.entries.is_empty()
    }

    /// Adds the next entry; anything but the next is damage.
    pub(super) fn push(&mut self, entry: Stored) -> Result<(), LogError> {
        self.after = self.scope.follows(self.after, &entry)?;
        self.bytes += entry.bytes.len();
        self.entries.push(entry);
        Ok(())
    }

    /// The entries collected.
    pub(super) fn into_entries(self) -> Vec<Stored> {
        self.entries
    }
}
