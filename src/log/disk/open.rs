//! Opening a store: what is refused, and what is found out before anything is served.

use std::fs::{self, File, TryLockError};
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use super::head::{self, Promise, Sealing};
use super::journal::{self, Journal};
use super::read::Shelf;
use super::scan::{Scanned, damaged, scan};
use super::{BESIDE, LogError, blank, filing};
use crate::proof::{Hash, Peaks};

/// What the directory of the index is called.
pub(super) const INDEX: &str = "index";

/// How often the lock is tried, and how long it is let be between two tries.
const LOCK_TRIES: u32 = 25;
const LOCK_PAUSE: Duration = Duration::from_millis(20);

/// An open store.
pub(super) struct Opened {
    pub(super) journal: Journal,
    pub(super) shelf: Shelf,
    pub(super) tree: Peaks,
    pub(super) compacts: Vec<(Arc<str>, u32)>,
    /// Held as long as the store is open.
    pub(super) lock: File,
}

/// Opens the store in a directory, or makes one there, and checks all of it.
pub(super) fn open_store(dir: &Path, sealing: &Sealing) -> Result<Opened, LogError> {
    let path = dir.join(journal::NAME);
    let promised = prepare(dir, sealing)?;
    let file = File::options().read(true).write(true).open(&path).map_err(|why| filing(&path, &why))?;
    lock(dir, &file)?;
    journal::check_header(&path, &file)?;
    blank::finish(&path, &file)?;
    let handle = || file.try_clone().map_err(|why| filing(&path, &why));
    let (lock, read) = (handle()?, handle()?);
    let mut root_there = Peaks::default().root();
    let found = scan(&path, &file, |found| {
        if found.position == promised.position {
            root_there = found.tree.root();
        }
    })?;
    check_promise(promised, &found, root_there)?;
    let mut shelf = Shelf::open(path.clone(), read, dir.join(INDEX))?;
    match shelf.extent() {
        // The index follows the journal: what it knows was durable.
        Some((position, _)) if position > found.position => return Err(lost(position, found.position)),
        extent => shelf.catch_up(extent, &found)?,
    }
    let Scanned { end, position, chain, tree, compacts, .. } = found;
    let journal = Journal::new(path, file, end, position, chain)?;
    Ok(Opened { journal, shelf, tree, compacts, lock })
}

/// What the head file promises, after making a new store where none is and none was.
fn prepare(dir: &Path, sealing: &Sealing) -> Result<Promise, LogError> {
    fs::create_dir_all(dir).map_err(|why| filing(dir, &why))?;
    let is_there = |name: &str| dir.join(name).exists();
    let corrupt = |why: &str| LogError::Corrupt { which: dir.display().to_string(), why: why.into() };
    if is_there("db") && is_there("conf") && !is_there(journal::NAME) {
        let dir = dir.display();
        let why = "this travaux reads format 2: export it with the travaux that wrote it, and import that";
        return Err(LogError::Failed(format!("{dir} is of format 1, and {why}")));
    }
    let nothing = Promise::of(&Peaks::default());
    match (head::promised(dir, sealing)?, is_there(journal::NAME)) {
        (Some(promise), true) => Ok(promise),
        (None, true) => Err(corrupt("the head file, which says how far the record went, is gone")),
        (Some(promise), false) if promise != nothing => Err(corrupt("the journal is gone")),
        (None, false) if is_there(INDEX) => Err(corrupt("the journal is gone")),
        (None, false) if !is_empty(dir)? => {
            let why = format!("{} holds other files and no record: name an empty directory", dir.display());
            Err(LogError::Failed(why))
        }
        (_, false) => create(dir, nothing, sealing).map(|()| nothing).map_err(|why| filing(dir, &why)),
    }
}

/// Makes an empty store. The head file is first, so that a journal without one is never a new one.
fn create(dir: &Path, nothing: Promise, sealing: &Sealing) -> std::io::Result<()> {
    head::put(dir, nothing, sealing)?;
    super::put(dir, journal::NAME, &journal::nothing())?;
    // The directory may be new as well.
    fs::canonicalize(dir)?.parent().map_or(Ok(()), |parent| File::open(parent)?.sync_all())
}

/// What was left beside its place when the machine stopped does not count.
fn is_empty(dir: &Path) -> Result<bool, LogError> {
    let files = fs::read_dir(dir).map_err(|why| filing(dir, &why))?;
    let mut names = files.flatten().map(|file| file.file_name());
    Ok(names.all(|name| name.to_string_lossy().starts_with(BESIDE)))
}

/// Whether somebody else holds the lock of a journal.
pub(super) fn is_locked(path: &Path) -> Result<bool, LogError> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(false),
        Err(why) => return Err(filing(path, &why)),
    };
    Ok(!taken(path, &file)?)
}

fn lock(dir: &Path, file: &File) -> Result<(), LogError> {
    if taken(dir, file)? {
        return Ok(());
    }
    Err(LogError::Failed(format!("another travaux has the store in {} open", dir.display())))
}

/// Takes the lock of a journal, and says whether it could.
fn taken(path: &Path, file: &File) -> Result<bool, LogError> {
    for _ in 0..LOCK_TRIES {
        match file.try_lock() {
            Ok(()) => return Ok(true),
            // A process that ends, or one that starts another, holds what it had open a moment longer.
            Err(TryLockError::WouldBlock) => thread::sleep(LOCK_PAUSE),
            Err(TryLockError::Error(why)) => return Err(filing(path, &why)),
        }
    }
    Ok(false)
}

fn check_promise(promised: Promise, found: &Scanned, root: Hash) -> Result<(), LogError> {
    if promised.position > found.position {
        return Err(lost(promised.position, found.position));
    }
    if promised.root != root {
        let why = "what the journal holds up to here is not what the head file says was recorded";
        return Err(damaged(promised.position, why));
    }
    Ok(())
}

fn lost(promised: u64, left: u64) -> LogError {
    damaged(left + 1, &format!("{promised} entries were recorded, and the journal ends after {left}"))
}
