//! What a store knows of its durable entries without reading them: the head, the compacts, the newest entries.

use std::collections::HashMap;
use std::sync::{Arc, PoisonError, RwLock};

use tokio::sync::watch;

use super::order::Order;
use super::page::Page;
use super::tail::Tail;
use super::{LogError, Scope, Stored};

/// The durable part of a log, as both stores keep it in memory.
#[derive(Debug)]
pub(super) struct Durable {
    head: watch::Sender<u64>,
    known: RwLock<Known>,
}

#[derive(Debug, Default)]
struct Known {
    /// The compacts in the order of their first positions, each with its last durable seq.
    compacts: Vec<(Arc<str>, u32)>,
    /// Where a compact stands in that order.
    numbers: HashMap<Arc<str>, usize>,
    tail: Tail,
}

impl Durable {
    /// What a log that was opened with this head and these compacts knows.
    pub(super) fn new(head: u64, compacts: Vec<(Arc<str>, u32)>) -> Self {
        let names = compacts.iter().map(|(name, _)| Arc::clone(name));
        let numbers = names.zip(0..).collect();
        Self { head: watch::Sender::new(head), known: RwLock::new(Known { compacts, numbers, tail: Tail::default() }) }
    }

    /// Makes known that these entries, the next ones, are durable. Readers find them before the head has moved, so
    /// nobody who is told of an entry misses it.
    pub(super) fn publish(&self, entries: &[Stored]) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        for entry in entries {
            known.add(entry);
        }
        drop(known);
        if let Some(last) = entries.last() {
            self.head.send_replace(last.position);
        }
    }

    /// Answers a read from memory where that is possible: there is nothing newer, or all of it is in the tail.
    pub(super) fn recent(&self, scope: &Scope, after: u64, limit: usize) -> Result<Option<Vec<Stored>>, LogError> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        let last = match scope {
            Scope::Whole => *self.head.borrow(),
            Scope::Compact(compact) => known.last_seq(compact),
        };
        if after >= last || limit == 0 {
            return Ok(Some(Vec::new()));
        }
        let mut page = Page::new(scope, after, limit);
        let found = known.tail.fill(scope, &mut page)?;
        Ok(found.then(|| page.into_entries()))
    }

    /// Has what is remembered of an entry say what was put in its place.
    pub(super) fn replace(&self, entry: &Stored) {
        let mut known = self.known.write().unwrap_or_else(PoisonError::into_inner);
        known.tail.replace(entry);
    }

    /// The last durable position.
    pub(super) fn position(&self) -> u64 {
        *self.head.borrow()
    }

    /// The head, to be watched.
    pub(super) fn head(&self) -> watch::Receiver<u64> {
        self.head.subscribe()
    }

    /// The compacts in the order of their first positions, with their last durable seq.
    pub(super) fn compacts(&self) -> Vec<(Arc<str>, u32)> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.compacts.clone()
    }

    /// The order that goes on where the durable entries end.
    pub(super) fn order(&self) -> Order {
        Order::after(self.position(), self.compacts())
    }

    /// The number of a compact: how many were opened before it.
    pub(super) fn number(&self, compact: &str) -> Option<usize> {
        let known = self.known.read().unwrap_or_else(PoisonError::into_inner);
        known.numbers.get(compact).copied()
    }

    /// The number of the compact that a scope is of, if it is of one that is known.
    pub(super) fn number_in(&self, scope: &Scope) -> Option<usize> {
        match scope {
            Scope::Whole => None,
            Scope::Compact(compact) => self.number(compact),
        }
    }
}

impl Known {
    fn add(&mut self, entry: &Stored) {
        self.tail.push(entry);
        let Some(number) = self.numbers.get(&entry.compact) else {
            let name = Arc::clone(&entry.compact);
            self.numbers.insert(Arc::clone(&name), self.compacts.len());
            self.compacts.push((name, entry.seq));
            return;
        };
        if let Some((_, seq)) = self.compacts.get_mut(*number) {
            *seq = entry.seq;
        }
    }

    fn last_seq(&self, compact: &str) -> u64 {
        let number = self.numbers.get(compact);
        let known = number.and_then(|number| self.compacts.get(*number));
        known.map_or(0, |(_, seq)| u64::from(*seq))
    }
}
