//! Opening a store: what is refused, and what is found out before anything is served.

use std::fs::{self, File};
use std::path::{Path, PathBuf};
use std::sync::{Arc, mpsc};
use std::thread;
use std::time::Duration;

use sled::Db;

use super::read::Frames;
use super::write::Disk;
use super::{LogError, filing, head, layout, missing};

/// How much of the store is held in memory, in bytes.
const CACHE_BYTES: u64 = 64 * 1024 * 1024;

/// How long closing waits for sled's own threads. They take microseconds; only a process that opened the store in this
/// very moment could take longer, and need not be waited for.
const CLOSING: Duration = Duration::from_secs(2);

/// What a store is made of: its files, its last position, its compacts and their last seqs.
pub(super) type Opened = (Db, Disk, u64, Vec<(Arc<str>, u32)>);

/// Opens the store in a directory, or makes one there, and checks that its parts agree.
pub(super) fn open_store(dir: &Path) -> Result<Opened, LogError> {
    let fresh = is_fresh(dir)?;
    let promised = head::promised(dir)?;
    let config = sled::Config::new().path(dir);
    let config = config.cache_capacity(CACHE_BYTES).flush_every_ms(None);
    let db = config.open().map_err(|why| locked(dir, why))?;
    let disk = Disk::open(dir)?;
    if fresh {
        let format = layout::FORMAT.to_string();
        db.insert(layout::FORMAT_KEY, format.as_bytes())?;
        disk.sync(&db)?;
        disk.sync_created()?;
    }
    check_format(&db, dir)?;
    let compacts = recover_compacts(&db)?;
    let head = recover_head(&db)?;
    if let Some(promised) = promised.filter(|promised| *promised > head) {
        return Err(LogError::Corrupt {
            which: dir.display().to_string(),
            why: format!("{promised} entries were recorded here and {head} are left; what was lost cannot be made up"),
        });
    }
    let entries: u64 = compacts.iter().map(|(_, seq)| u64::from(*seq)).sum();
    if entries != head {
        return Err(LogError::Corrupt {
            which: dir.display().to_string(),
            why: format!("{head} entries by position, {entries} by compact"),
        });
    }
    Ok((db, disk, head, compacts))
}

/// Whether a new store is to be made here; refuses to make one among other files.
fn is_fresh(dir: &Path) -> Result<bool, LogError> {
    fs::create_dir_all(dir).map_err(|why| filing(dir, &why))?;
    let files = fs::read_dir(dir).map_err(|why| filing(dir, &why))?;
    let store = ["conf", "db"].iter().all(|name| dir.join(name).is_file());
    if store {
        return Ok(false);
    }
    if files.count() == 0 {
        return Ok(true);
    }
    if head::promised(dir)?.is_some() {
        return Err(LogError::Corrupt { which: dir.display().to_string(), why: "the store is gone".into() });
    }
    let dir = dir.display();
    let why = format!("{dir} holds other files and no record: name an empty directory");
    Err(LogError::Failed(why))
}

fn check_format(db: &Db, dir: &Path) -> Result<(), LogError> {
    let dir = dir.display();
    let format = db.get(layout::FORMAT_KEY)?;
    let Some(format) = format else {
        // Never taken for a new one: a store that lost everything looks like this too.
        return Err(LogError::Corrupt { which: dir.to_string(), why: "no record begins in this store".into() });
    };
    let format = std::str::from_utf8(&format).ok();
    match format.and_then(|format| format.parse::<u32>().ok()) {
        Some(layout::FORMAT) => Ok(()),
        Some(newer) => Err(LogError::Failed(format!(
            "{dir} is of format {newer} and this travaux reads format {}: take a newer travaux",
            layout::FORMAT
        ))),
        None => Err(missing("the format of the record")),
    }
}

fn recover_compacts(db: &Db) -> Result<Vec<(Arc<str>, u32)>, LogError> {
    let mut compacts = Vec::new();
    for (number, named) in (0..).zip(db.scan_prefix(b"n")) {
        let (key, name) = named?;
        let name = std::str::from_utf8(&name).ok();
        let name = name.filter(|_| *key == layout::name_key(number));
        let name = name.ok_or_else(|| missing(format!("the name of compact {number}")))?;
        let runs = layout::run_key(number, 0)..=layout::run_key(number, u32::MAX);
        let last = db.range(runs).next_back().transpose()?;
        let seq = last.and_then(|(key, run)| {
            let count = layout::read_run(&run)?.len();
            let last = layout::read_run_key(&key)?.checked_sub(1)?;
            last.checked_add(u32::try_from(count).ok()?)
        });
        let seq = seq.ok_or_else(|| missing(format!("the index of {name}")))?;
        compacts.push((name.into(), seq));
    }
    Ok(compacts)
}

fn recover_head(db: &Db) -> Result<u64, LogError> {
    let frames = layout::chunk_key(0, 0)..=layout::chunk_key(u64::MAX, u16::MAX);
    let last = db.range(frames).next_back().transpose()?;
    if last.is_none() {
        return Ok(0);
    }
    let last = Frames::holding(db, u64::MAX)?.next_frame()?;
    Ok(last.end() - 1)
}

/// sled tells of its lock in words only.
fn locked(dir: &Path, why: sled::Error) -> LogError {
    if why.to_string().contains("could not acquire lock") {
        let dir = dir.display();
        return LogError::Failed(format!("another travaux has the store in {dir} open"));
    }
    why.into()
}

/// When dropped, after the store was, waits until it is let go of and may be opened again.
pub(super) struct Closing(pub(super) PathBuf);

impl Drop for Closing {
    fn drop(&mut self) {
        let (told, closed) = mpsc::channel();
        let path = std::mem::take(&mut self.0);
        let waiting = thread::Builder::new().name("closing".into());
        let waiting = waiting.spawn(move || {
            let locked = File::open(path).and_then(|file| file.lock());
            // Nobody waits for this any more once the time is over.
            drop(told.send(locked));
        });
        if waiting.is_ok() {
            // Whatever is told: there is nothing more to be done about it here.
            drop(closed.recv_timeout(CLOSING));
        }
    }
}
