//! The record on disk, in sled 0.34.7. Nothing outside this folder names it, and every rule that it forces is kept here:
//!
//! - `flush()` leaves the bytes in the disk's cache and the file's length unwritten: `Disk::sync` has it followed by
//!   `fdatasync`, always.
//! - Values of some 14 kB and more go to files that are never synced: no value is larger than `frame::CHUNK_BYTES_MAX`.
//! - It panics on damage, on opening above all: every call stands in [`guarded`].
//! - An iterator repeats its error for ever: the first one ends the read.
//! - It opens a truncated store as if it had always ended there: `head` remembers how far the record went.
//! - Its threads hold the file, and the lock on it, for a moment after it was closed: `open::Closing` waits for them.
//! - Its calls block, and only one thread writes (see `group`). It flushes when told to, not by a timer.

mod frame;
mod head;
mod layout;
mod open;
mod read;
mod write;

use std::io;
use std::panic::{self, AssertUnwindSafe};
use std::path::Path;
use std::sync::Arc;

use sled::Db;
use tokio::sync::watch;

use self::head::Head;
use self::open::{Closing, open_store};
use self::write::Writer;
use super::durable::Durable;
use super::group::Group;
use super::{EventLog, LogError, NewEntry, Receipt, Scope, Stored};

/// A log on disk. Survives `kill -9` and a lost power supply. One process at a time has it open.
pub struct SledLog {
    // Dropped first: that finishes what is enqueued.
    group: Group,
    durable: Arc<Durable>,
    db: Db,
    // Dropped last: that waits until the store may be opened again.
    _closing: Closing,
}

impl SledLog {
    /// Opens the log in `dir`; makes a new one where the directory is empty or does not exist.
    ///
    /// Refuses with [`LogError::Failed`] a directory that holds something else, a store that is open already, and a
    /// store of a newer format; with [`LogError::Corrupt`] a store whose parts do not agree.
    pub fn open(dir: &Path) -> Result<Self, LogError> {
        let opened = guarded(|| open_store(dir), |why| LogError::Corrupt { which: dir.display().to_string(), why })?;
        let (db, disk, head, compacts) = opened;
        let promise = Head::open(dir, head)?;
        let mut writer = Writer::new(db.clone(), disk, promise, &compacts);
        let durable = Arc::new(Durable::new(head, compacts));
        let group =
            Group::start(Arc::clone(&durable), move |entries| guarded(|| writer.keep(entries), LogError::Failed))?;
        Ok(Self { group, durable, db, _closing: Closing(dir.join("db")) })
    }
}

impl EventLog for SledLog {
    fn append(&self, entry: NewEntry) -> Receipt {
        self.group.append(entry)
    }

    fn read(&self, scope: &Scope, after: u64, limit: usize) -> Result<Vec<Stored>, LogError> {
        if let Some(recent) = self.durable.recent(scope, after, limit)? {
            return Ok(recent);
        }
        let read = || self.read_stored(scope, after, limit);
        guarded(read, |why| LogError::Corrupt { which: format!("what follows {after}"), why })
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.durable.head()
    }

    fn compacts(&self) -> Result<Vec<(Arc<str>, u32)>, LogError> {
        Ok(self.durable.compacts())
    }
}

/// Runs what may panic on damage.
fn guarded<T>(
    work: impl FnOnce() -> Result<T, LogError>,
    otherwise: impl FnOnce(String) -> LogError,
) -> Result<T, LogError> {
    // Nothing of ours is half changed by a panic: a store that panicked is not written to again.
    panic::catch_unwind(AssertUnwindSafe(work)).unwrap_or_else(|panic| {
        let said = panic.downcast_ref::<String>().map(String::as_str);
        let said = said.or_else(|| panic.downcast_ref::<&str>().copied());
        let said = said.unwrap_or("it does not say why");
        Err(otherwise(format!("the store gave up: {said}")))
    })
}

impl From<sled::Error> for LogError {
    fn from(why: sled::Error) -> Self {
        if let sled::Error::Corruption { at, .. } = why {
            return Self::Corrupt {
                which: at.map_or_else(|| "an unknown place".into(), |at| format!("{at:?}")),
                why: "the store does not read back what it wrote".into(),
            };
        }
        Self::Failed(why.to_string())
    }
}

fn filing(path: &Path, why: &io::Error) -> LogError {
    LogError::Failed(format!("{}: {why}", path.display()))
}

fn missing(what: impl Into<String>) -> LogError {
    LogError::Corrupt { which: what.into(), why: "it is not there".into() }
}
