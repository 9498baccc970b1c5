//! The record that a bundle is made of: of a store that is open elsewhere, or opened here.

use std::path::Path;

use crate::cli::fault::Fault;
use crate::cli::keyfile::Key;
use crate::cli::store;
use crate::log::{DiskLog, EventLog, LogError, Onlooker, Scope, Stored, is_in_use};

/// How many entries are read at a time, at most.
const PAGE_ENTRIES: usize = 1_024;

/// A record up to one position, in the order of positions.
pub(in crate::cli) enum Source {
    /// Nobody else has it open, or will before this is done.
    Open { log: DiskLog, head: u64, after: u64 },
    /// Somebody writes it meanwhile.
    Watched(Box<Onlooker>),
}

impl Source {
    /// The record in a directory, as far as it is durable now.
    pub(in crate::cli) fn open(dir: &Path, key: &Key) -> Result<Self, Fault> {
        match store::open(dir, key) {
            Ok(log) => {
                let head = *log.head().borrow();
                Ok(Self::Open { log, head, after: 0 })
            }
            Err(Fault::Storage(why)) if matches!(why.downcast_ref(), Some(LogError::Failed(_))) && is_in_use(dir)? => {
                Ok(Self::Watched(Box::new(Onlooker::open(dir, &store::sealing(key, dir)?)?)))
            }
            Err(why) => Err(why),
        }
    }

    /// The position up to which it reads.
    pub(in crate::cli) fn head(&self) -> u64 {
        match self {
            Self::Open { head, .. } => *head,
            Self::Watched(onlooker) => onlooker.head(),
        }
    }

    /// Whether a server writes it meanwhile.
    pub(in crate::cli) fn is_served(&self) -> bool {
        matches!(self, Self::Watched(_))
    }

    /// The next entries; none at the end.
    pub(in crate::cli) fn next(&mut self) -> Result<Vec<Stored>, LogError> {
        match self {
            Self::Watched(onlooker) => onlooker.next(PAGE_ENTRIES),
            Self::Open { log, after, .. } => {
                let page = log.read(&Scope::Whole, *after, PAGE_ENTRIES)?;
                *after = page.last().map_or(*after, |last| last.position);
                Ok(page)
            }
        }
    }
}
