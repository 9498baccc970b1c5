//! Making groups of entries durable.

use std::collections::HashMap;
use std::collections::hash_map::Entry;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use sled::{Batch, Db};

use super::frame::{CHUNK_BYTES_MAX, Packing};
use super::head::Head;
use super::layout::{self, Run};
use super::{LogError, Stored, filing};
use crate::log::group::GROUP_ENTRIES_MAX;

/// The positions of a compact in one group are one value: the first position, then steps within the group, of at most
/// two bytes each.
const _: () = assert!(10 + 2 * GROUP_ENTRIES_MAX <= CHUNK_BYTES_MAX);

/// The writing side, owned by the thread of the group.
pub(super) struct Writer {
    db: Db,
    disk: Disk,
    head: Head,
    numbers: HashMap<Arc<str>, u32>,
}

impl Writer {
    /// Goes on after the compacts that are there.
    pub(super) fn new(db: Db, disk: Disk, head: Head, compacts: &[(Arc<str>, u32)]) -> Self {
        let names = compacts.iter().map(|(name, _)| Arc::clone(name));
        let numbers = names.zip(0..).collect();
        Self { db, disk, head, numbers }
    }

    /// Makes a group durable: one batch, of which sled recovers all or nothing.
    pub(super) fn keep(&mut self, entries: &[Stored]) -> Result<(), LogError> {
        let mut batch = Batch::default();
        let mut runs: HashMap<u32, (u32, Run)> = HashMap::new();
        let mut packing = Packing::new(entries.first().map_or(0, |entry| entry.position));
        for entry in entries {
            let number = self.number(&entry.compact, &mut batch);
            if !packing.has_room(entry.bytes.len()) {
                put_frame(packing, &mut batch)?;
                packing = Packing::new(entry.position);
            }
            packing.push(number, entry.seq, &entry.bytes);
            let run = runs.entry(number);
            let (_, run) = run.or_insert_with(|| (entry.seq, Run::default()));
            run.push(entry.position);
        }
        put_frame(packing, &mut batch)?;
        for (number, (first, run)) in runs {
            batch.insert(&layout::run_key(number, first), run.bytes);
        }
        self.db.apply_batch(batch)?;
        self.disk.sync(&self.db)?;
        self.head.promise(entries.last().map_or(0, |entry| entry.position))
    }

    fn number(&mut self, compact: &Arc<str>, batch: &mut Batch) -> u32 {
        let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
        match self.numbers.entry(Arc::clone(compact)) {
            Entry::Occupied(known) => *known.get(),
            Entry::Vacant(new) => {
                batch.insert(&layout::name_key(next), compact.as_bytes());
                *new.insert(next)
            }
        }
    }
}

fn put_frame(packing: Packing, batch: &mut Batch) -> Result<(), LogError> {
    let first = packing.first;
    let chunks = packing.into_chunks();
    let chunks = chunks.map_err(|why| LogError::Failed(format!("compressing: {why}")))?;
    for (chunk, bytes) in (0..).zip(chunks) {
        batch.insert(&layout::chunk_key(first, chunk), bytes);
    }
    Ok(())
}

/// The files under the store, by a handle of our own.
pub(super) struct Disk {
    dir: PathBuf,
    db: File,
}

impl Disk {
    pub(super) fn open(dir: &Path) -> Result<Self, LogError> {
        let path = dir.join("db");
        let db = File::options().write(true).open(&path);
        let db = db.map_err(|why| filing(&path, &why))?;
        let dir = dir.to_path_buf();
        Ok(Self { dir, db })
    }

    /// Hands everything to the disk and has the disk write its cache and the length of the file.
    pub(super) fn sync(&self, db: &Db) -> Result<(), LogError> {
        db.flush()?;
        self.db.sync_data().map_err(|why| filing(&self.dir, &why))
    }

    /// Makes the files of a new store, and the directories that name them, durable.
    pub(super) fn sync_created(&self) -> Result<(), LogError> {
        let dir = fs::canonicalize(&self.dir).map_err(|why| filing(&self.dir, &why))?;
        let parent = dir.parent().map(Path::to_path_buf);
        for path in [Some(dir.join("db")), Some(dir.join("conf")), Some(dir), parent] {
            let Some(path) = path else { continue };
            let synced = File::open(&path).and_then(|file| file.sync_all());
            synced.map_err(|why| filing(&path, &why))?;
        }
        Ok(())
    }
}
