//! Following the record: catching up, then live, on any log.

use std::sync::Arc;

use tokio::sync::watch;

use super::{EventLog, LogError, Scope, Stored};

/// One reader's way through the record, from a cursor on: every entry once, in order, without a gap.
///
/// Nothing is queued for a follower: it holds a cursor and reads from there when it is ready, so a slow one slows only
/// itself. A follower keeps its log open.
pub struct Follow {
    log: Arc<dyn EventLog>,
    head: watch::Receiver<u64>,
    scope: Scope,
    after: u64,
}

impl Follow {
    /// Follows `scope` from after the cursor: 0 for everything.
    pub fn new(log: Arc<dyn EventLog>, scope: Scope, after: u64) -> Self {
        let head = log.head();
        Self { log, head, scope, after }
    }

    /// The cursor: everything up to it has been returned.
    pub fn after(&self) -> u64 {
        self.after
    }

    /// The next entries, at least one and at most `limit` (0 counts as 1); waits until there is one.
    ///
    /// Dropping the future before it resolves loses nothing. Errors are those of [`EventLog::read`], and
    /// [`LogError::Closed`] where the log ends while it is followed; the cursor stays where it was.
    pub async fn next(&mut self, limit: usize) -> Result<Vec<Stored>, LogError> {
        loop {
            // Marked as seen before reading: what becomes durable in between wakes us again.
            self.head.mark_unchanged();
            let entries = self.log.read(&self.scope, self.after, limit.max(1))?;
            let mut after = self.after;
            for entry in &entries {
                after = self.scope.follows(after, entry)?;
            }
            self.after = after;
            if !entries.is_empty() {
                return Ok(entries);
            }
            let moved = self.head.changed().await;
            moved.map_err(|_| LogError::Closed)?;
        }
    }
}
