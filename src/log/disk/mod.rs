//! The record on disk: a journal that is the truth, a head file that promises how far it goes, and an index that is made
//! again where it is lacking.
//!
//! | in the directory | what | if it is lost or damaged |
//! |---|---|---|
//! | `journal` | every entry, one behind the other, chained by hashes | refused, and the first bad position named |
//! | `head` | how many entries there are, and what the tree over them comes to | refused |
//! | `index/` | where each entry stands in the journal | made again from the journal |
//!
//! Writing a group of entries is one write into the journal and one `fdatasync`. Opening reads the whole journal once
//! and checks every hash in it.

mod blank;
mod head;
mod journal;
mod onlooker;
mod open;
mod read;
mod record;
mod salvage;
mod scan;

use std::collections::HashMap;
use std::fs::File;
use std::io::{self, Write as _};
use std::path::Path;
use std::sync::Arc;

use tokio::sync::watch;

use self::head::Head;
pub use self::head::Sealing;
use self::journal::Journal;
pub use self::onlooker::Onlooker;
use self::read::Shelf;
pub use self::salvage::salvage;
use super::durable::Durable;
use super::group::Group;
use super::sled::Indexed;
use super::{EventLog, LogError, NewEntry, Receipt, Scope, Stored};
use crate::proof::{Hash, Peaks};

/// How the names of files begin that are moved to their place once they are whole.
const BESIDE: &str = ".beside-";

/// A log on disk. Survives `kill -9` and a lost power supply. One process at a time has it open.
pub struct DiskLog {
    // Dropped first: that finishes what is enqueued.
    group: Group,
    durable: Arc<Durable>,
    shelf: Arc<Shelf>,
    // Dropped last: from then on the store may be opened again.
    _lock: File,
}

impl DiskLog {
    /// Opens the log in `dir`; makes a new one where the directory is empty or does not exist.
    ///
    /// Refuses with [`LogError::Failed`] a directory that holds something else, a store that is open already, and a
    /// store of another format; with [`LogError::Corrupt`] a store that is not as it was written, naming the first
    /// position that does not hold.
    pub fn open(dir: &Path) -> Result<Self, LogError> {
        Self::open_sealed(dir, Sealing::Unsigned)
    }

    /// As [`open`](Self::open), with a head file that is signed.
    pub fn open_sealed(dir: &Path, sealing: Sealing) -> Result<Self, LogError> {
        let opened = open::open_store(dir, &sealing)?;
        let head = Head::open(dir, &opened.tree, sealing)?;
        let shelf = Arc::new(opened.shelf);
        let durable = Arc::new(Durable::new(opened.tree.size(), opened.compacts.clone()));
        let numbers = opened.compacts.into_iter().map(|(name, _)| name).zip(0..).collect();
        let mut writer =
            Writer { journal: opened.journal, tree: opened.tree, numbers, shelf: Arc::clone(&shelf), head };
        let group = Group::start(Arc::clone(&durable), move |entries| writer.keep(entries))?;
        Ok(Self { group, durable, shelf, _lock: opened.lock })
    }
    /// The same, and nothing of how much is written, or how fast, is told to the recorder of measures: for a record of
    /// which nobody else is to notice that it grows.
    #[must_use]
    pub fn uncounted(self) -> Self {
        self.group.uncounted();
        self
    }
}

/// Whether another process has the store in `dir` open.
pub fn is_in_use(dir: &Path) -> Result<bool, LogError> {
    open::is_locked(&dir.join(journal::NAME))
}

/// How many entries the head file in `dir` says that were recorded, whoever signed it; `None` where it does not read.
pub fn promised(dir: &Path) -> Option<u64> {
    let promise = head::promised(dir, &Sealing::Unsigned).ok().flatten()?;
    Some(promise.position)
}

/// Whether there is a record in `dir` of which somebody has signed how far it goes.
pub fn is_sealed(dir: &Path) -> Result<bool, LogError> {
    head::is_signed(dir)
}

/// In whose name the record in `dir` says that it is signed, which nothing vouches for; `None` where nobody has signed.
pub fn sealed_by(dir: &Path) -> Result<Option<String>, LogError> {
    head::signed_by(dir)
}

impl EventLog for DiskLog {
    fn append_again(&self, entry: NewEntry, blanked: Option<Hash>) -> Receipt {
        self.group.append_again(entry, blanked)
    }

    fn read(&self, scope: &Scope, after: u64, limit: usize) -> Result<Vec<Stored>, LogError> {
        if let Some(recent) = self.durable.recent(scope, after, limit)? {
            return Ok(recent);
        }
        self.shelf.read(scope, self.durable.number_in(scope), after, limit, self.durable.position())
    }

    fn blank(&self, compact: &Arc<str>, seq: u32, bytes: &[u8]) -> Result<(), LogError> {
        let scope = Scope::Compact(Arc::clone(compact));
        let number = self.durable.number(compact);
        let found = match seq.checked_sub(1) {
            Some(before) if number.is_some() => self.read(&scope, before.into(), 1)?.pop(),
            _ => None,
        };
        let found = found.ok_or_else(|| LogError::Unfit("there is no such entry to blank".into()))?;
        let blanked = found.blanked_with(bytes)?;
        self.shelf.blank(&blanked)?;
        self.durable.replace(&blanked);
        Ok(())
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.durable.head()
    }

    fn compacts(&self) -> Result<Vec<(Arc<str>, u32)>, LogError> {
        Ok(self.durable.compacts())
    }
}

/// The writing side, owned by the thread of the group.
struct Writer {
    journal: Journal,
    /// The tree over all entries.
    tree: Peaks,
    /// The numbers of the compacts, in the order of their first positions.
    numbers: HashMap<Arc<str>, u32>,
    shelf: Arc<Shelf>,
    head: Head,
}

impl Writer {
    /// Makes a group durable; only then what is derived from it follows.
    fn keep(&mut self, entries: &[Stored]) -> Result<(), LogError> {
        let written = self.journal.append(entries)?;
        let mut indexed = Vec::with_capacity(entries.len());
        for (entry, (place, leaf)) in entries.iter().zip(written) {
            self.tree.push(leaf);
            let next = u32::try_from(self.numbers.len()).unwrap_or(u32::MAX);
            let number = *self.numbers.entry(Arc::clone(&entry.compact)).or_insert(next);
            indexed.push(Indexed { position: entry.position, number, seq: entry.seq, place });
        }
        self.shelf.index(&indexed, self.journal.chain());
        self.head.promise(&self.tree);
        Ok(())
    }
}

/// Puts a file in its place in a directory, whole and durable.
fn put(dir: &Path, name: &str, bytes: &[u8]) -> io::Result<()> {
    let mut beside = tempfile::Builder::new().prefix(BESIDE).tempfile_in(dir)?;
    beside.write_all(bytes)?;
    beside.as_file().sync_all()?;
    beside.persist(dir.join(name)).map_err(|why| why.error)?;
    File::open(dir)?.sync_all()
}

fn filing(path: &Path, why: &io::Error) -> LogError {
    LogError::Failed(format!("{}: {why}", path.display()))
}
