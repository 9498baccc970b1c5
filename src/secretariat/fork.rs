//! Forks: the record of a compact up to an entry, copied under another id, to try something on.
//!
//! Entries, seqs and ids are those of the compact, so its drafts can be compared with what is tried, its proposals are on
//! the table, and words are credited to whoever asked for them. Only the first entry differs: it opens the fork.

use std::collections::{BTreeSet, HashMap};
use std::sync::Arc;

use super::bureau::BUREAU;
use super::reciting::{Pages, Recited};
use super::replay::REPLAY_ENTRIES;
use super::{Failure, unrecorded};
use crate::compact::{Compact, CompactId, DraftId, Entry, Event, Seq};
use crate::log::{EventLog, Scope, Stored};
use crate::proof::Hash;

/// Of what a working draft is a fork, as its title says: `harbours/rev-2 at 41`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Fork {
    /// The compact that is negotiated.
    pub(super) compact: CompactId,
    /// What the working draft is called.
    pub(super) name: DraftId,
    /// The last entry that was copied.
    pub(super) at: Seq,
}

impl Fork {
    /// What a record of the bureau is a fork of.
    pub(super) fn of(draft: &Compact) -> Option<Self> {
        if !draft.id.as_str().starts_with(BUREAU) {
            return None;
        }
        let (name, at) = draft.title.split_once(" at ")?;
        let (compact, name) = name.split_once('/')?;
        Some(Self { compact: compact.parse().ok()?, name: name.parse().ok()?, at: Seq(at.parse().ok()?) })
    }

    /// Whether all that was to be copied is there.
    pub(super) fn is_whole(&self, draft: &Compact) -> bool {
        draft.seq >= self.at
    }

    fn title(&self) -> String {
        format!("{}/{} at {}", self.compact, self.name, self.at)
    }

    /// The entries to be copied into `id`, up to one of them; `redacted` are those of which something is blank.
    pub(super) fn pages(
        self,
        ours: Arc<dyn EventLog>,
        record: Arc<dyn EventLog>,
        id: CompactId,
        until: Seq,
        redacted: BTreeSet<Seq>,
    ) -> Pages {
        let scope = Scope::Compact(self.compact.as_str().into());
        let mut copying = Copying { fork: self, id, record, redacted, leaves: HashMap::new() };
        Box::new(move |after| {
            let left = usize::try_from(until.0.saturating_sub(after.0)).unwrap_or(usize::MAX);
            if left == 0 {
                return Ok(Vec::new());
            }
            let page = ours.read(&scope, after.0.into(), left.min(REPLAY_ENTRIES)).map_err(|why| unrecorded(&why))?;
            page.iter().map(|stored| copying.copy(&stored.bytes, stored.blanked.is_some())).collect()
        })
    }
}

struct Copying {
    fork: Fork,
    id: CompactId,
    /// The log of the fork.
    record: Arc<dyn EventLog>,
    redacted: BTreeSet<Seq>,
    /// What those came to that are copied.
    leaves: HashMap<Seq, Hash>,
}

impl Copying {
    /// The entry as it is in the fork: its bytes name another compact, so its leaf is another.
    fn copy(&mut self, bytes: &[u8], is_blank: bool) -> Result<Recited, Failure> {
        let mut entry = Entry::decode(bytes).map_err(|why| Failure::Storage(why.to_string()))?;
        if let Event::CompactOpened(opened) = &mut entry.event {
            opened.compact = self.id.clone();
            opened.title = self.fork.title();
        }
        if let Event::EntryRedacted(redacted) = &mut entry.event {
            // What was blanked was never in the fork: what is left of it is all there was.
            let leaf = self.leaf(redacted.entry)?.to_string();
            redacted.left.clone_from(&leaf);
            redacted.leaf = leaf;
        }
        let seq = entry.seq;
        let recited = Recited::new(&self.id, entry, None)?;
        let recited = if is_blank { recited.blank() } else { recited };
        if self.redacted.contains(&seq) {
            self.leaves.insert(seq, recited.leaf());
        }
        Ok(recited)
    }

    /// The leaf of an entry that is copied.
    fn leaf(&self, entry: Seq) -> Result<Hash, Failure> {
        if let Some(leaf) = self.leaves.get(&entry) {
            return Ok(*leaf);
        }
        // It was copied before the copying was interrupted.
        let (scope, before) = (Scope::Compact(self.id.as_str().into()), entry.0.saturating_sub(1));
        let stored = self.record.read(&scope, before.into(), 1).map_err(|why| unrecorded(&why))?;
        let none = || Failure::Storage(format!("entry {entry}, which is blanked, is not in {}", self.id));
        stored.first().map(Stored::leaf).ok_or_else(none)
    }
}
