//! Where each entry stands in the journal, kept in sled 0.34.7. Nothing outside this folder names sled.
//!
//! The index is derived: whatever is lost of it, or damaged in it, is made again from the journal. So nothing waits for
//! it to reach the disk, and every rule that sled forces is kept here:
//!
//! - It panics on damage, on opening above all: every call stands in [`guarded`].
//! - An iterator repeats its error for ever: the first one ends the read.
//! - It may open with less than was written, or with a part of it: `extent` tells how far it goes, and what is read
//!   by it is compared with what stands in the journal.
//! - Values of some 14 kB and more go to files that are never synced: no value is larger than [`VALUE_BYTES_MAX`].
//! - Its threads hold the file, and the lock on it, for a moment after it was closed: `closing` waits for them.
//! - Its calls block, and only one thread writes (see `group`).

mod closing;
mod layout;

use std::collections::HashMap;
use std::fs;
use std::io::ErrorKind;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;

use sled::{Batch, Db, IVec};

use self::closing::Closing;
use self::layout::Run;
use super::LogError;
use crate::proof::Hash;

/// How much of the index is held in memory, in bytes.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// The most bytes of one value.
const VALUE_BYTES_MAX: usize = 7 * 1024;

/// After how many milliseconds sled writes by itself.
const FLUSH_MS: u64 = 1_000;

/// How many entries are taken into the index at once.
pub(super) const BATCH_ENTRIES_MAX: usize = 2_048;

/// A run holds so many places at most, of ten bytes and then five each at most.
const RUN_PLACES_MAX: usize = (VALUE_BYTES_MAX - 10) / 5;

/// The index of a journal.
pub(super) struct Index {
    db: Db,
    // Dropped last: that waits until the index may be opened again.
    _closing: Closing,
}

/// An entry on its way into the index.
#[derive(Clone, Debug)]
pub(super) struct Indexed {
    /// Its position.
    pub(super) position: u64,
    /// The number of its compact.
    pub(super) number: u32,
    /// Its seq.
    pub(super) seq: u32,
    /// Where it stands in the journal.
    pub(super) place: u64,
}

impl Index {
    /// Opens the index in a directory, or makes one there. An index that does not open is done away with: there is nothing
    /// in it that the journal does not have.
    pub(super) fn open(dir: &Path) -> Result<Self, LogError> {
        Self::open_as_it_is(dir).or_else(|why| {
            if matches!(why, LogError::Failed(_)) {
                return Err(why);
            }
            tracing::warn!(dir = %dir.display(), %why, "the index is made again from the journal");
            Self::remove(dir)?;
            Self::open_as_it_is(dir)
        })
    }

    fn open_as_it_is(dir: &Path) -> Result<Self, LogError> {
        let config = sled::Config::new().path(dir).cache_capacity(CACHE_BYTES).flush_every_ms(Some(FLUSH_MS));
        let opened = guarded(|| config.open().map_err(|why| locked(dir, &why)));
        opened.map(|db| Self { db, _closing: Closing(dir.join("db")) })
    }

    /// Does away with an index that is not open.
    pub(super) fn remove(dir: &Path) -> Result<(), LogError> {
        let removed = match fs::remove_dir_all(dir) {
            Err(why) if why.kind() == ErrorKind::NotFound => Ok(()),
            Err(why) if why.kind() == ErrorKind::NotADirectory => fs::remove_file(dir),
            removed => removed,
        };
        removed.map_err(|why| LogError::Failed(format!("{}: {why}", dir.display())))
    }

    /// How far the index goes: a position, and what the chain of the journal came to there.
    pub(super) fn extent(&self) -> Result<Option<(u64, Hash)>, LogError> {
        guarded(|| {
            let extent = self.db.get(layout::EXTENT_KEY).map_err(|why| unread(&why))?;
            Ok(extent.and_then(|extent| layout::read_extent(&extent)))
        })
    }

    /// Takes entries in, at most [`BATCH_ENTRIES_MAX`], which follow those that are there; the chain is that behind them.
    pub(super) fn add(&self, entries: &[Indexed], chain: Hash) -> Result<(), LogError> {
        let Some(last) = entries.last() else { return Ok(()) };
        let mut batch = Batch::default();
        let mut of_compacts: HashMap<u32, Vec<&Indexed>> = HashMap::new();
        for entry in entries {
            of_compacts.entry(entry.number).or_default().push(entry);
        }
        for run in entries.chunks(RUN_PLACES_MAX) {
            let Some(first) = run.first() else { continue };
            batch.insert(&layout::position_key(first.position), places(run.iter()));
        }
        for run in of_compacts.values().flat_map(|entries| entries.chunks(RUN_PLACES_MAX)) {
            let Some(first) = run.first() else { continue };
            batch.insert(&layout::seq_key(first.number, first.seq), places(run.iter().copied()));
        }
        batch.insert(layout::EXTENT_KEY, layout::extent(last.position, chain));
        guarded(|| self.db.apply_batch(batch).map_err(|why| unread(&why)))
    }

    /// Where the entry at a position stands.
    pub(super) fn place(&self, position: u64) -> Result<Option<u64>, LogError> {
        guarded(|| {
            let mut runs = self.db.range(layout::position_key(0)..=layout::position_key(position));
            let Some(run) = runs.next_back().transpose().map_err(|why| unread(&why))? else { return Ok(None) };
            let first = layout::read_position_key(&run.0).ok_or_else(|| wrong("a key"))?;
            let places = layout::read_run(&run.1).ok_or_else(|| wrong("a run"))?;
            let nth = usize::try_from(position - first).unwrap_or(usize::MAX);
            Ok(places.get(nth).copied())
        })
    }

    /// Where the entries of a compact stand, from a seq on, at most `limit`: fewer where there are no more.
    pub(super) fn places(&self, number: u32, seq: u32, limit: usize) -> Result<Vec<u64>, LogError> {
        guarded(|| {
            let mut before = self.db.range(layout::seq_key(number, 0)..=layout::seq_key(number, seq));
            let first = before.next_back().transpose().map_err(|why| unread(&why))?;
            let Some((first, _)) = first else { return Ok(Vec::new()) };
            let mut known = usize::try_from(seq - layout::read_seq_key(&first).ok_or_else(|| wrong("a key"))?)
                .unwrap_or(usize::MAX);
            let mut found = Vec::new();
            for run in self.db.range(first..=IVec::from(&layout::seq_key(number, u32::MAX))) {
                let (_, run) = run.map_err(|why| unread(&why))?;
                let run = layout::read_run(&run).ok_or_else(|| wrong("a run"))?;
                found.extend(run.iter().skip(known).take(limit - found.len()));
                known = known.saturating_sub(run.len());
                if found.len() == limit {
                    break;
                }
            }
            Ok(found)
        })
    }
}

fn places<'i>(entries: impl Iterator<Item = &'i Indexed>) -> Vec<u8> {
    let mut run = Run::default();
    entries.for_each(|entry| run.push(entry.place));
    run.bytes
}

/// Runs what may panic on damage.
fn guarded<T>(work: impl FnOnce() -> Result<T, LogError>) -> Result<T, LogError> {
    // Nothing of ours is half changed by a panic: an index that panicked is not used again.
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
        Err(wrong(said.unwrap_or("it does not say why")))
    })
}

/// sled tells of its lock in words only.
fn locked(dir: &Path, why: &sled::Error) -> LogError {
    if why.to_string().contains("could not acquire lock") {
        return LogError::Failed(format!("another travaux has the store in {} open", dir.display()));
    }
    unread(why)
}

fn unread(why: &sled::Error) -> LogError {
    wrong(&why.to_string())
}

fn wrong(why: &str) -> LogError {
    LogError::Corrupt { which: "the index".into(), why: why.into() }
}
