//! The newest entries, shared by everybody who follows, so that a thousand live streams cost the disk nothing.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use super::page::Page;
use super::{LogError, Scope, Stored};

/// How many entries the tail holds.
const ENTRIES_MAX: usize = 4096;

/// How many bytes of entries the tail holds; the newest entry is always there.
const BYTES_MAX: usize = 16 * 1024 * 1024;

/// A ring of the newest durable entries, by position, with the positions of each compact in it.
#[derive(Debug, Default)]
pub(super) struct Tail {
    entries: VecDeque<Stored>,
    bytes: usize,
    /// Where the entries of a compact stand; only compacts that have an entry in the ring.
    compacts: HashMap<Arc<str>, VecDeque<u64>>,
}

impl Tail {
    /// Adds the next durable entry and lets go of the oldest beyond the bounds.
    pub(super) fn push(&mut self, entry: &Stored) {
        self.bytes += entry.bytes.len();
        if let Some(positions) = self.compacts.get_mut(&entry.compact) {
            positions.push_back(entry.position);
        } else {
            let positions = VecDeque::from([entry.position]);
            self.compacts.insert(Arc::clone(&entry.compact), positions);
        }
        self.entries.push_back(entry.clone());
        while self.entries.len() > ENTRIES_MAX || (self.bytes > BYTES_MAX && self.entries.len() > 1) {
            self.drop_oldest();
        }
    }

    fn drop_oldest(&mut self) {
        let Some(oldest) = self.entries.pop_front() else {
            return;
        };
        self.bytes -= oldest.bytes.len();
        if let Some(positions) = self.compacts.get_mut(&oldest.compact) {
            // The oldest entry of all is also the oldest of its compact.
            positions.pop_front();
            if positions.is_empty() {
                self.compacts.remove(&oldest.compact);
            }
        }
    }

    /// Fills the page with what follows its cursor; `false` where that is older than the tail.
    pub(super) fn fill(&self, scope: &Scope, page: &mut Page<'_>) -> Result<bool, LogError> {
        let Some(oldest) = self.entries.front().map(|entry| entry.position) else {
            return Ok(false);
        };
        match scope {
            Scope::Whole => {
                let newer = oldest..oldest + self.entries.len() as u64;
                self.take(oldest, newer, oldest, page)
            }
            Scope::Compact(compact) => {
                let Some(positions) = self.compacts.get(compact) else {
                    return Ok(false);
                };
                let first = positions.front().and_then(|at| self.at(oldest, *at));
                let first = first.map_or(u64::MAX, |entry| u64::from(entry.seq));
                self.take(oldest, positions.iter().copied(), first, page)
            }
        }
    }

    /// Takes the entries at `positions`, of which the first has the cursor `first`, from the page's cursor on.
    fn take(
        &self,
        oldest: u64,
        positions: impl Iterator<Item = u64>,
        first: u64,
        page: &mut Page<'_>,
    ) -> Result<bool, LogError> {
        let Some(known) = (page.after() + 1).checked_sub(first) else {
            return Ok(false);
        };
        // Both iterators jump there at once: `nth` of a range and of a deque costs nothing that grows.
        let mut positions = positions.skip(usize::try_from(known).unwrap_or(usize::MAX));
        while !page.is_full() {
            let Some(entry) = positions.next().and_then(|at| self.at(oldest, at)) else {
                break;
            };
            page.push(entry.clone())?;
        }
        Ok(true)
    }

    /// Puts an entry in the place of the one that stands there, if it is still remembered.
    pub(super) fn replace(&mut self, entry: &Stored) {
        let oldest = self.entries.front().map_or(u64::MAX, |oldest| oldest.position);
        let index = entry.position.checked_sub(oldest).and_then(|index| usize::try_from(index).ok());
        if let Some(held) = index.and_then(|index| self.entries.get_mut(index)) {
            self.bytes = self.bytes - held.bytes.len() + entry.bytes.len();
            *held = entry.clone();
        }
    }

    fn at(&self, oldest: u64, position: u64) -> Option<&Stored> {
        let index = usize::try_from(position.checked_sub(oldest)?).ok()?;
        self.entries.get(index)
    }
}
