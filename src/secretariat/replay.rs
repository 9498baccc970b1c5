//! A record read again from its beginning.

use std::sync::Arc;

use super::{Failure, NoKey, State, unrecorded};
use crate::compact::{Broken, Compact, CompactId, Entry, Seq, Unreadable};
use crate::log::{EventLog, LogError, Scope, Stored};
use crate::proof::Tree;

/// Why a record cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum Unopened {
    /// The store cannot be read.
    #[error(transparent)]
    Log(#[from] LogError),
    /// An entry cannot be read.
    #[error("entry {seq} of {compact:?}: {why}")]
    Unreadable {
        /// The compact.
        compact: String,
        /// The entry.
        seq: u32,
        /// Why.
        why: Unreadable,
    },
    /// An entry does not fit those before it.
    #[error("in {compact:?}, {broken}")]
    Broken {
        /// The compact.
        compact: String,
        /// What does not fit.
        broken: Broken,
    },
    /// No key was given, and none can be made.
    #[error(transparent)]
    NoKey(#[from] NoKey),
}

/// How many entries are read at a time when a record is replayed.
pub(super) const REPLAY_ENTRIES: usize = 1_024;

/// Replays the record of one compact, all of it or up to an entry.
pub(super) fn replay(
    log: &dyn EventLog,
    name: &Arc<str>,
    until: Option<Seq>,
    heard: impl Fn(&Entry, &Stored),
) -> Result<Option<State>, Unopened> {
    let scope = Scope::Compact(name.clone());
    let (mut compact, mut tree) = (None, Tree::default());
    loop {
        let left = until.map_or(u64::MAX, |until| u64::from(until.0).saturating_sub(tree.size()));
        let entries = log.read(&scope, tree.size(), usize::try_from(left).unwrap_or(usize::MAX).min(REPLAY_ENTRIES))?;
        if entries.is_empty() {
            return Ok(compact.map(|compact| State { compact: Arc::new(compact), tree }));
        }
        for stored in entries {
            let entry = Entry::decode(&stored.bytes).map_err(|why| unreadable(&stored, why))?;
            heard(&entry, &stored);
            let broken = |broken| Unopened::Broken { compact: name.to_string(), broken };
            Compact::follow(&mut compact, &entry).map_err(broken)?;
            tree.push(stored.leaf());
        }
    }
}

/// An entry that cannot be read.
pub(super) fn unreadable(stored: &Stored, why: Unreadable) -> Unopened {
    Unopened::Unreadable { compact: stored.compact.to_string(), seq: stored.seq, why }
}

/// Has every entry of a compact behind one of them told, until something comes of it.
pub(super) fn first_of<T>(
    log: &dyn EventLog,
    id: &CompactId,
    after: Seq,
    mut told: impl FnMut(Entry) -> Result<Option<T>, Failure>,
) -> Result<Option<T>, Failure> {
    let (scope, mut after) = (Scope::Compact(id.as_str().into()), u64::from(after.0));
    loop {
        let page = log.read(&scope, after, REPLAY_ENTRIES).map_err(|why| unrecorded(&why))?;
        let Some(last) = page.last() else { return Ok(None) };
        after = last.seq.into();
        for stored in &page {
            let entry = Entry::decode(&stored.bytes).map_err(|why| unreadable(stored, why));
            let entry = entry.map_err(|why| Failure::Storage(why.to_string()))?;
            if let Some(found) = told(entry)? {
                return Ok(Some(found));
            }
        }
    }
}
