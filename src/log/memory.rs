//! The record in memory, for trials and tests: the same contract, except that nothing survives the process.

use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::watch;

use super::durable::Durable;
use super::order::{self, Order};
use super::page::Page;
use super::{EventLog, LogError, NewEntry, Receipt, Scope, Stored};
use crate::proof::Hash;

/// A log that keeps everything in memory and forgets it when it is dropped.
#[derive(Debug)]
pub struct MemoryLog {
    /// Held from giving a position to publishing it, so that entries become readable in their order.
    order: Mutex<Order>,
    entries: RwLock<Entries>,
    durable: Durable,
}

#[derive(Debug, Default)]
struct Entries {
    /// All entries; the index is the position less one.
    whole: Vec<Stored>,
    /// For each compact, by number, the indices of its entries in `whole`.
    compacts: Vec<Vec<usize>>,
}

impl MemoryLog {
    /// An empty log.
    pub fn new() -> Self {
        Self { order: Mutex::default(), entries: RwLock::default(), durable: Durable::new(0, Vec::new()) }
    }

    fn keep(&self, entry: NewEntry, blanked: Option<Hash>) -> Result<u64, LogError> {
        order::fit(&entry)?;
        let mut order = self.order.lock().unwrap_or_else(PoisonError::into_inner);
        let stored = Stored {
            position: order.place(&entry.compact, entry.seq)?,
            compact: entry.compact,
            seq: entry.seq,
            bytes: entry.bytes.into(),
            blanked,
        };
        let number = self.durable.number(&stored.compact);
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        entries.add(number, stored.clone());
        drop(entries);
        self.durable.publish(std::slice::from_ref(&stored));
        Ok(stored.position)
    }
}

impl Default for MemoryLog {
    fn default() -> Self {
        Self::new()
    }
}

impl Entries {
    fn add(&mut self, number: Option<usize>, stored: Stored) {
        let index = self.whole.len();
        match number.and_then(|number| self.compacts.get_mut(number)) {
            Some(indices) => indices.push(index),
            None => self.compacts.push(vec![index]),
        }
        self.whole.push(stored);
    }

    fn blank(&mut self, number: Option<usize>, seq: u32, bytes: &[u8]) -> Result<Stored, LogError> {
        let indices = number.and_then(|number| self.compacts.get(number));
        let nth = usize::try_from(seq).ok().and_then(|seq| seq.checked_sub(1));
        let index = indices.and_then(|indices| indices.get(nth?).copied());
        let held = index.and_then(|index| self.whole.get_mut(index));
        let held = held.ok_or_else(|| LogError::Unfit("there is no such entry to blank".into()))?;
        *held = held.blanked_with(bytes)?;
        Ok(held.clone())
    }

    fn fill(&self, page: &mut Page<'_>, number: Option<usize>) -> Result<(), LogError> {
        let after = usize::try_from(page.after()).unwrap_or(usize::MAX);
        let indices = number.and_then(|number| self.compacts.get(number));
        for nth in after.. {
            let index = indices.map_or(Some(nth), |indices| indices.get(nth).copied());
            let Some(entry) = index.and_then(|index| self.whole.get(index)) else {
                break;
            };
            if page.is_full() {
                break;
            }
            page.push(entry.clone())?;
        }
        Ok(())
    }
}

impl EventLog for MemoryLog {
    fn append_again(&self, entry: NewEntry, blanked: Option<Hash>) -> Receipt {
        Receipt::settled(self.keep(entry, blanked))
    }

    fn read(&self, scope: &Scope, after: u64, limit: usize) -> Result<Vec<Stored>, LogError> {
        // The answer is none, or comes from the tail, unless the cursor is an old one.
        if let Some(recent) = self.durable.recent(scope, after, limit)? {
            return Ok(recent);
        }
        let number = self.durable.number_in(scope);
        let mut page = Page::new(scope, after, limit);
        let entries = self.entries.read().unwrap_or_else(PoisonError::into_inner);
        entries.fill(&mut page, number)?;
        Ok(page.into_entries())
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.durable.head()
    }

    fn blank(&self, compact: &Arc<str>, seq: u32, bytes: &[u8]) -> Result<(), LogError> {
        let number = self.durable.number(compact);
        let mut entries = self.entries.write().unwrap_or_else(PoisonError::into_inner);
        let blanked = entries.blank(number, seq, bytes)?;
        drop(entries);
        self.durable.replace(&blanked);
        Ok(())
    }

    fn compacts(&self) -> Result<Vec<(Arc<str>, u32)>, LogError> {
        Ok(self.durable.compacts())
    }
}
