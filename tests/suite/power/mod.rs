//! Power that goes away at any moment, and disks that fail. The server under test runs with a small library loaded
//! before libc (`trace.c`) that writes down what it does to its files, or lets calls fail. From a trace come the disks
//! that a lost power supply may leave behind, and each of them must open with all that was acknowledged.

mod blanked;
pub mod disk;
mod disk_laws;
mod failing;
mod frail;
mod full;
mod lost;
mod trace;

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;
use tempfile::TempDir;
pub use travaux::log::DiskLog as Store;
use travaux::log::{EventLog, LogError, NewEntry, Scope, Stored};

use crate::served::Served;
use crate::tried::{Draw, ends};
use crate::writers::{Writers, open_compacts, positions};
use disk::{Disk, Image, Rest, Syncs};
use trace::{library, records};

/// One life of a server from its start to its end: what it did to its files, and what it told its clients.
pub struct Life {
    /// The disk on which it started.
    pub base: Disk<'static>,
    pub trace: Vec<u8>,
    /// For each acknowledged entry the length of the trace when its answer was there, and its position.
    pub kept: Vec<(u64, u64)>,
    /// The entries at its start and at its end: a disk of this life holds the first of either.
    pub entries: [Vec<Stored>; 2],
}

impl Life {
    /// Serves a directory until so many writers have filed so many statements each.
    pub fn live(dir: &Path, number: usize, writers: usize, each: usize) -> Self {
        let home = tempfile::tempdir().unwrap();
        let trace = home.path().join("trace");
        fs::create_dir_all(dir).unwrap();
        let base = Disk::holding(dir);
        let before = contents(copied(dir).path()).unwrap();
        let served = Served::start_with(dir, &traced(dir, &trace));
        if before.is_empty() {
            open_compacts(&served);
        }
        let mark = {
            let trace = trace.clone();
            move || fs::metadata(&trace).unwrap().len()
        };
        let kept = Writers::start(&served.address, [number, writers, each], mark).join();
        served.stop();
        let after = contents(copied(dir).path()).unwrap();
        let events: Vec<Value> = after.iter().map(|entry| serde_json::from_slice(&entry.bytes).unwrap()).collect();
        let kept = kept.iter().map(|kept| kept.mark).zip(positions(&kept, &events)).collect();
        let life = Self { base, trace: fs::read(trace).unwrap(), kept, entries: [before, after] };
        life.was_traced_whole(dir);
        life
    }

    /// What the trace makes of the disk is what lies in the directory: nothing was done that is not in it.
    fn was_traced_whole(&self, dir: &Path) {
        let disk = self.base.clone().after(&records(&self.trace), Syncs::All);
        let (told, found) = (disk.image(Rest::Kept, &mut Draw::from(0)), disk::read(dir));
        let differs = |name: &&String| told.get(*name) != found.get(*name);
        let differing: Vec<&String> = told.keys().chain(found.keys()).filter(differs).collect();
        assert!(differing.is_empty(), "not as the trace tells: {differing:?}");
    }
}

/// The environment in which a server writes down what it does below a directory.
fn traced(dir: &Path, trace: &Path) -> [(&'static str, PathBuf); 3] {
    let dir = fs::canonicalize(dir).unwrap();
    [("LD_PRELOAD", library().into()), ("TRAVAUX_TRACE_DIR", dir), ("TRAVAUX_TRACE_FILE", trace.into())]
}

/// A copy of a directory, as a store that is opened may change its files.
pub fn copied(dir: &Path) -> TempDir {
    laid(&disk::read(dir))
}

/// A directory with these files.
pub fn laid(image: &Image) -> TempDir {
    let dir = tempfile::tempdir().unwrap();
    disk::lay(image, dir.path());
    dir
}

/// Everything that a store holds, or why it does not open or read. Panics where that does not come to an end.
pub fn contents(dir: &Path) -> Result<Vec<Stored>, LogError> {
    let dir = dir.to_owned();
    ends("opening a store", move || {
        let store = Store::open(&dir)?;
        let whole = read(&store, &Scope::Whole)?;
        let compacts = store.compacts()?;
        let mut by_compact = 0;
        for (compact, _) in &compacts {
            let entries = read(&store, &Scope::Compact(compact.clone()))?;
            let of = whole.iter().filter(|entry| entry.compact == *compact);
            assert!(of.eq(&entries), "{compact} by itself reads otherwise");
            by_compact += entries.len();
        }
        assert_eq!(by_compact, whole.len(), "entries by compact and by position");
        Ok(whole)
    })
}

fn read(store: &Store, scope: &Scope) -> Result<Vec<Stored>, LogError> {
    let mut entries = Vec::<Stored>::new();
    loop {
        let page = store.read(scope, entries.len() as u64, 1_000)?;
        if page.is_empty() {
            return Ok(entries);
        }
        entries.extend(page);
    }
}

/// Opens a store again and records one entry more. Returns its position.
pub fn go_on(dir: &Path) -> Result<u64, LogError> {
    let dir = dir.to_owned();
    ends("recording one more", move || {
        let entry = NewEntry { compact: "one-more".into(), seq: 1, bytes: b"one more".to_vec() };
        let store = Store::open(&dir)?;
        let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
        runtime.block_on(store.append(entry))
    })
}
