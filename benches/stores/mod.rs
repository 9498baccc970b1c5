//! What else one could keep a record in, beside the log, behind one trait: each resolves when the entry is on the disk.

use std::fs::File;
use std::io::Write;
use std::path::Path;
use std::pin::Pin;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};

use rusqlite::Connection;
use tokio::sync::oneshot;
use travaux::log::{DiskLog, EventLog, NewEntry};

/// How many entries wait together at most where a store takes all that waits.
const GROUP_MAX: usize = 2_048;

/// Resolves when the entry is on the disk.
pub(crate) type Told<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What a record is kept in.
pub(crate) trait Store: Send + Sync {
    /// Hands an entry in.
    fn append(&self, writer: usize, bytes: Vec<u8>) -> Told<'_>;
}

/// The log of Travaux.
pub(crate) struct Travaux {
    log: DiskLog,
    /// The next seq of the compact that all share, or of each writer's own.
    next: Vec<Mutex<u32>>,
}

impl Travaux {
    /// With one compact for all writers, or 64.
    pub(crate) fn open(dir: &Path, shared: bool) -> Self {
        let compacts = if shared { 1 } else { 64 };
        Self { log: DiskLog::open(dir).unwrap(), next: (0..compacts).map(|_| Mutex::new(1)).collect() }
    }
}

impl Store for Travaux {
    fn append(&self, writer: usize, bytes: Vec<u8>) -> Told<'_> {
        let number = writer % self.next.len();
        let compact = format!("compact-{number}").into();
        // Held only while the entry is enqueued: that does not wait for the disk.
        let mut next = self.next.get(number).unwrap().lock().unwrap();
        let seq = *next;
        *next += 1;
        let receipt = self.log.append(NewEntry { compact, seq, bytes });
        drop(next);
        Box::pin(async move { receipt.await.map(drop).unwrap() })
    }
}

/// One file, one write and one sync an entry.
pub(crate) struct Raw(Mutex<File>);

impl Raw {
    /// In a directory.
    pub(crate) fn open(dir: &Path) -> Arc<dyn Store> {
        Arc::new(Self(Mutex::new(File::create(dir.join("raw")).unwrap())))
    }
}

impl Store for Raw {
    fn append(&self, _: usize, bytes: Vec<u8>) -> Told<'_> {
        Box::pin(async move {
            let mut file = self.0.lock().unwrap();
            file.write_all(&bytes).unwrap();
            file.sync_data().unwrap();
        })
    }
}

/// A store with one thread that writes what waits.
pub(crate) struct Lined {
    line: Option<Sender<Waiting>>,
    writer: Option<JoinHandle<()>>,
}

type Waiting = (Vec<u8>, oneshot::Sender<()>);

impl Lined {
    fn start(group_max: usize, mut keep: impl FnMut(&[Waiting]) + Send + 'static) -> Arc<dyn Store> {
        let (line, served): (_, Receiver<Waiting>) = mpsc::channel();
        let writer = thread::spawn(move || {
            while let Ok(first) = served.recv() {
                let behind = served.try_iter().take(group_max - 1);
                let group: Vec<Waiting> = [first].into_iter().chain(behind).collect();
                keep(&group);
                for (_, told) in group {
                    told.send(()).unwrap();
                }
            }
        });
        Arc::new(Self { line: Some(line), writer: Some(writer) })
    }
}

impl Store for Lined {
    fn append(&self, _: usize, bytes: Vec<u8>) -> Told<'_> {
        let (told, answer) = oneshot::channel();
        self.line.as_ref().unwrap().send((bytes, told)).unwrap();
        Box::pin(async move { answer.await.unwrap() })
    }
}

impl Drop for Lined {
    fn drop(&mut self) {
        drop(self.line.take());
        self.writer.take().unwrap().join().unwrap();
    }
}

/// `SQLite` in WAL mode with `synchronous=FULL`; a transaction for each entry, or for all that wait.
pub(crate) fn sqlite(dir: &Path, in_groups: bool) -> Arc<dyn Store> {
    let db = Connection::open(dir.join("sqlite")).unwrap();
    db.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;").unwrap();
    db.execute_batch("CREATE TABLE record (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL)").unwrap();
    Lined::start(if in_groups { GROUP_MAX } else { 1 }, move |group| {
        let mut insert = db.prepare_cached("INSERT INTO record (bytes) VALUES (?1)").unwrap();
        db.execute_batch("BEGIN").unwrap();
        for (bytes, _) in group {
            insert.execute([bytes]).unwrap();
        }
        db.execute_batch("COMMIT").unwrap();
    })
}

/// sled 0.34.7 by itself: a batch for all that wait, flushed, and `fdatasync` on its file, without which it survives no
/// lost power supply.
pub(crate) fn sled(dir: &Path) -> Arc<dyn Store> {
    let db = sled::Config::new().path(dir).flush_every_ms(None).open().unwrap();
    let (file, mut position) = (File::options().write(true).open(dir.join("db")).unwrap(), 0_u64);
    Lined::start(GROUP_MAX, move |group| {
        let mut batch = sled::Batch::default();
        for (bytes, _) in group {
            position += 1;
            batch.insert(&position.to_be_bytes(), bytes.as_slice());
        }
        db.apply_batch(batch).unwrap();
        db.flush().unwrap();
        file.sync_data().unwrap();
    })
}
