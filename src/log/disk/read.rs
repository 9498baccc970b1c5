//! Reading what is no longer in the tail: by the index, and where that fails, from the beginning.

use std::collections::HashMap;
use std::fs::File;
use std::path::PathBuf;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};

use super::journal::HEADER_BYTES;
use super::record::Record;
use super::scan::{Scanned, Window, damaged};
use super::{LogError, Scope, Stored, blank, filing};
use crate::log::page::Page;
use crate::log::sled::{BATCH_ENTRIES_MAX, Index, Indexed};
use crate::proof::Hash;

/// How many entries of one compact are looked up at once.
const LOOKED_UP: usize = 512;

/// The reading side of the journal, and its index.
pub(super) struct Shelf {
    path: PathBuf,
    file: File,
    index_dir: PathBuf,
    /// None where it cannot be opened: then everything is read from the beginning.
    index: Option<Index>,
    /// Held while what stands in the journal is written over.
    blanking: RwLock<()>,
    /// Whether the index has failed since; it is made again when the store is opened next.
    has_failed: AtomicBool,
}

impl Shelf {
    /// Opens the index beside the journal.
    pub(super) fn open(path: PathBuf, file: File, index_dir: PathBuf) -> Result<Self, LogError> {
        let index = match Index::open(&index_dir) {
            Ok(index) => Some(index),
            Err(why @ LogError::Failed(_)) => return Err(why),
            Err(why) => {
                tracing::warn!(%why, "there is no index: what is old is read slowly");
                None
            }
        };
        let has_failed = AtomicBool::new(index.is_none());
        Ok(Self { path, file, index_dir, index, blanking: RwLock::default(), has_failed })
    }

    /// How far the index goes, if it says so.
    pub(super) fn extent(&self) -> Option<(u64, Hash)> {
        let extent = self.index.as_ref()?.extent();
        extent.unwrap_or_else(|why| {
            self.give_up(&why);
            None
        })
    }

    /// Takes into the index what it lacks: what follows its extent, or everything where it is not of this journal.
    pub(super) fn catch_up(&mut self, extent: Option<(u64, Hash)>, found: &Scanned) -> Result<(), LogError> {
        let start = if let Some(start) = extent.and_then(|extent| self.behind(extent)) {
            start
        } else {
            self.start_anew()?;
            (0, HEADER_BYTES)
        };
        if start.0 == found.position {
            return Ok(());
        }
        let numbers: HashMap<&str, u32> = found.compacts.iter().map(|(name, _)| &**name).zip(0..).collect();
        let (mut window, (mut position, mut place)) = (Window::new(&self.file), start);
        let mut batch = Vec::with_capacity(BATCH_ENTRIES_MAX);
        while position < found.position {
            let (record, length) = window.entry(&self.path, place, position + 1)?;
            position = record.position;
            let number = numbers.get(record.compact).copied().unwrap_or(u32::MAX);
            batch.push(Indexed { position, number, seq: record.seq, place });
            place += length;
            if batch.len() == BATCH_ENTRIES_MAX || position == found.position {
                self.index(&batch, record.chain);
                batch.clear();
            }
        }
        Ok(())
    }

    /// The extent of the index and the place behind it, if it knows where that is and the journal says so, too.
    fn behind(&self, (position, chain): (u64, Hash)) -> Option<(u64, u64)> {
        let place = self.index_in_use()?.place(position).ok().flatten()?;
        let mut window = Window::new(&self.file);
        let (record, length) = window.record(place).ok()?.ok()?;
        let holds = record.position == position && record.chain == chain;
        holds.then_some((position, place + length as u64))
    }

    /// An index of something else than this journal, or of none, gives way to an empty one.
    fn start_anew(&mut self) -> Result<(), LogError> {
        let is_new = self.index.as_ref().is_some_and(|index| matches!(index.extent(), Ok(None)));
        if is_new && !self.has_failed.load(Ordering::Relaxed) {
            return Ok(());
        }
        self.index = None;
        Index::remove(&self.index_dir)?;
        let path = std::mem::take(&mut self.path);
        let file = self.file.try_clone().map_err(|why| filing(&path, &why))?;
        let dir = self.index_dir.clone();
        // The old one must not take the new one away when it is dropped.
        self.has_failed = AtomicBool::new(false);
        *self = Self::open(path, file, dir)?;
        Ok(())
    }

    /// Takes entries into the index that follow those in it. What fails here is lost speed, not a lost entry.
    pub(super) fn index(&self, entries: &[Indexed], chain: Hash) {
        if let Some(Err(why)) = self.index_in_use().map(|index| index.add(entries, chain)) {
            self.give_up(&why);
        }
    }

    /// The entries after the cursor up to the position that is durable, at most `limit`.
    pub(super) fn read(
        &self,
        scope: &Scope,
        number: Option<usize>,
        after: u64,
        limit: usize,
        durable: u64,
    ) -> Result<Vec<Stored>, LogError> {
        let _as_it_stands = self.blanking.read().unwrap_or_else(PoisonError::into_inner);
        if let Some(index) = self.index_in_use() {
            match self.by_index(index, scope, number, after, limit, durable) {
                Ok(entries) => return Ok(entries),
                // The journal may be at fault as well: reading it from the beginning tells, and where.
                Err(why) => self.give_up(&why),
            }
        }
        self.by_reading_all(scope, after, limit, durable)
    }

    fn by_index(
        &self,
        index: &Index,
        scope: &Scope,
        number: Option<usize>,
        after: u64,
        limit: usize,
        durable: u64,
    ) -> Result<Vec<Stored>, LogError> {
        let (mut page, mut window) = (Page::new(scope, after, limit), Window::new(&self.file));
        match (scope, number.and_then(|number| u32::try_from(number).ok())) {
            (Scope::Whole, _) => {
                let place = index.place(after + 1)?;
                let mut place = place.ok_or_else(|| damaged(after + 1, "it is not in the index"))?;
                while !page.is_full() && page.after() < durable {
                    place += self.take(&mut window, place, &mut page, durable)?;
                }
            }
            (Scope::Compact(_), Some(number)) => {
                while !page.is_full() {
                    let next = u32::try_from(page.after() + 1).unwrap_or(u32::MAX);
                    let places = index.places(number, next, LOOKED_UP.min(limit))?;
                    let before = page.after();
                    for place in places {
                        if page.is_full() || self.take(&mut window, place, &mut page, durable)? == 0 {
                            return Ok(page.into_entries());
                        }
                    }
                    if page.after() == before {
                        break;
                    }
                }
                // Asked only for what is known to be there.
                if page.is_empty() {
                    return Err(damaged(after + 1, "it is not in the index of its compact"));
                }
            }
            (Scope::Compact(_), None) => (),
        }
        Ok(page.into_entries())
    }

    /// Adds the record at a place to the page, and tells how long it is; 0 where it is not added, because it lies behind
    /// the head and is not told yet.
    fn take(&self, window: &mut Window<'_>, place: u64, page: &mut Page<'_>, durable: u64) -> Result<u64, LogError> {
        let (record, length) = window.entry(&self.path, place, page.after() + 1)?;
        if record.position > durable {
            return Ok(0);
        }
        page.push(stored(&record))?;
        Ok(length)
    }

    fn by_reading_all(&self, scope: &Scope, after: u64, limit: usize, durable: u64) -> Result<Vec<Stored>, LogError> {
        let (mut page, mut window) = (Page::new(scope, after, limit), Window::new(&self.file));
        let (mut position, mut place) = (0, HEADER_BYTES);
        while position < durable && !page.is_full() {
            let (record, length) = window.entry(&self.path, place, position + 1)?;
            let is_wanted = match scope {
                Scope::Whole => record.position > page.after(),
                Scope::Compact(name) => **name == *record.compact && u64::from(record.seq) > page.after(),
            };
            if is_wanted {
                page.push(stored(&record))?;
            }
            (position, place) = (record.position, place + length);
        }
        Ok(page.into_entries())
    }

    /// Writes a blanked entry over the one that stands in its place.
    pub(super) fn blank(&self, entry: &Stored) -> Result<(), LogError> {
        let _alone = self.blanking.write().unwrap_or_else(PoisonError::into_inner);
        let place = match self.index_in_use().map(|index| index.place(entry.position)) {
            Some(Ok(Some(place))) => place,
            _ => self.place_by_reading_all(entry.position)?,
        };
        blank::over(&self.path, &self.file, place, entry)
    }

    pub(super) fn place_by_reading_all(&self, position: u64) -> Result<u64, LogError> {
        let (mut window, mut place) = (Window::new(&self.file), HEADER_BYTES);
        for next in 1.. {
            let (record, length) = window.entry(&self.path, place, next)?;
            if record.position == position {
                break;
            }
            place += length;
        }
        Ok(place)
    }

    fn index_in_use(&self) -> Option<&Index> {
        self.index.as_ref().filter(|_| !self.has_failed.load(Ordering::Relaxed))
    }

    fn give_up(&self, why: &LogError) {
        if !self.has_failed.swap(true, Ordering::Relaxed) {
            tracing::warn!(%why, "the index is given up: what is old is read slowly until the store is opened again");
        }
    }
}

impl Drop for Shelf {
    fn drop(&mut self) {
        if self.has_failed.load(Ordering::Relaxed) {
            self.index = None;
            // If it stays, it fails again, and is found out again.
            drop(Index::remove(&self.index_dir));
        }
    }
}

pub(super) fn stored(record: &Record<'_>) -> Stored {
    let compact: Arc<str> = record.compact.into();
    let blanked = record.is_blanked.then_some(record.leaf);
    Stored { position: record.position, compact, seq: record.seq, bytes: record.bytes.into(), blanked }
}
