//! Durable appends per second and how long one takes, beside what else one could keep a record in.
//!
//! `cargo bench --bench append` prints a table. Every cell runs for three seconds in a directory of its own under
//! `target/`, so all on one disk, one after the other. An entry has 300 bytes.
//!
//! Timed, for every append: from handing the entry in until being told that it is on the disk, in process. That is
//! enqueueing, waiting for the sync before, writing, the sync, and being woken. Not timed: opening, making the bytes.
//! A writer hands in its next entry when it has been told of the last. Writers are tasks on two threads; each store
//! writes on a thread of its own. `fdatasync` is one file, one write and one sync an entry, on the writer's thread:
//! what the disk allows. `SQLite` runs in WAL mode with `synchronous=FULL`, with an insert a transaction, and with all
//! that waits in one.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on should say where")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

use std::fs::{self, File};
use std::io::Write;
use std::path::Path;
use std::pin::Pin;
use std::sync::mpsc::{self, Receiver, Sender};
use std::sync::{Arc, Mutex};
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use rusqlite::Connection;
use tokio::runtime::{Builder, Runtime};
use tokio::sync::oneshot;
use tokio::task::JoinSet;
use travaux::log::{DiskLog, EventLog, NewEntry};

const ENTRY_BYTES: usize = 300;
const CELL: Duration = Duration::from_secs(3);

fn main() {
    let runtime = Builder::new_multi_thread().worker_threads(2).build();
    let runtime = runtime.unwrap();
    println!("| store | writers | appends/s | p50 µs | p99 µs | bytes an entry |");
    println!("|---|--:|--:|--:|--:|--:|");
    cell(&runtime, "fdatasync", 1, Raw::open);
    for writers in [1, 16, 64] {
        let open = |dir: &Path| -> Arc<dyn Store> { Arc::new(Travaux::open(dir, true)) };
        cell(&runtime, "travaux, one compact", writers, open);
    }
    for writers in [1, 16, 64] {
        let open = |dir: &Path| -> Arc<dyn Store> { Arc::new(Travaux::open(dir, false)) };
        cell(&runtime, "travaux, a compact a writer", writers, open);
    }
    for writers in [1, 16, 64] {
        let open = |dir: &Path| -> Arc<dyn Store> { Arc::new(Sqlite::open(dir, 1)) };
        cell(&runtime, "SQLite, an insert a transaction", writers, open);
    }
    for writers in [1, 16, 64] {
        let open = |dir: &Path| -> Arc<dyn Store> { Arc::new(Sqlite::open(dir, usize::MAX)) };
        cell(&runtime, "SQLite, group commit", writers, open);
    }
}

/// Runs one cell and prints its line.
fn cell(runtime: &Runtime, name: &str, writers: usize, open: impl FnOnce(&Path) -> Arc<dyn Store>) {
    let under = Path::new(env!("CARGO_TARGET_TMPDIR"));
    let dir = tempfile::tempdir_in(under).unwrap();
    let store = open(dir.path());
    let begun = Instant::now();
    let mut times = runtime.block_on(write(&store, writers, begun + CELL));
    let seconds = begun.elapsed().as_secs_f64();
    drop(store);
    times.sort_unstable();
    let at = |part: usize| times.get(times.len() * part / 100).unwrap().as_micros();
    let per_second = Duration::from_secs(times.len() as u64).as_secs_f64() / seconds;
    let (p50, p99, size) = (at(50), at(99), bytes_in(dir.path()) / times.len() as u64);
    println!("| {name} | {writers} | {per_second:.0} | {p50} | {p99} | {size} |");
}

/// Has every writer append until the time is over; how long each append took.
async fn write(store: &Arc<dyn Store>, writers: usize, until: Instant) -> Vec<Duration> {
    let mut writing = JoinSet::new();
    for writer in 0..writers {
        let store = Arc::clone(store);
        writing.spawn(async move {
            let mut times = Vec::new();
            while Instant::now() < until {
                let bytes = vec![b'x'; ENTRY_BYTES];
                let begun = Instant::now();
                store.append(writer, bytes).await;
                times.push(begun.elapsed());
            }
            times
        });
    }
    writing.join_all().await.concat()
}

fn bytes_in(dir: &Path) -> u64 {
    let files = fs::read_dir(dir).unwrap().map(|file| file.unwrap());
    let size = |file: fs::DirEntry| {
        let of = file.metadata().unwrap();
        if of.is_dir() { 0 } else { of.len() }
    };
    files.map(size).sum()
}

type Told<'a> = Pin<Box<dyn Future<Output = ()> + Send + 'a>>;

/// What a record is kept in: resolves when the entry is on the disk.
trait Store: Send + Sync {
    fn append(&self, writer: usize, bytes: Vec<u8>) -> Told<'_>;
}

struct Travaux {
    log: DiskLog,
    /// The next seq of the compact that all share, or of each writer's own.
    next: Vec<Mutex<u32>>,
}

impl Travaux {
    fn open(dir: &Path, shared: bool) -> Self {
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

struct Raw(Mutex<File>);

impl Raw {
    fn open(dir: &Path) -> Arc<dyn Store> {
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

struct Sqlite {
    line: Option<Sender<Waiting>>,
    writer: Option<JoinHandle<()>>,
}

type Waiting = (Vec<u8>, oneshot::Sender<()>);

impl Sqlite {
    fn open(dir: &Path, group_max: usize) -> Self {
        let db = Connection::open(dir.join("sqlite")).unwrap();
        let pragmas = "PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;";
        let table = "CREATE TABLE record (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL)";
        db.execute_batch(pragmas).unwrap();
        db.execute_batch(table).unwrap();
        let (line, served) = mpsc::channel();
        let writer = thread::spawn(move || serve(&db, &served, group_max));
        let (line, writer) = (Some(line), Some(writer));
        Self { line, writer }
    }
}

fn serve(db: &Connection, served: &Receiver<Waiting>, group_max: usize) {
    let mut insert = db.prepare("INSERT INTO record (bytes) VALUES (?1)").unwrap();
    while let Ok(first) = served.recv() {
        let behind = served.try_iter().take(group_max - 1);
        let group: Vec<Waiting> = [first].into_iter().chain(behind).collect();
        db.execute_batch("BEGIN").unwrap();
        for (bytes, _) in &group {
            insert.execute([bytes]).unwrap();
        }
        db.execute_batch("COMMIT").unwrap();
        for (_, told) in group {
            told.send(()).unwrap();
        }
    }
}

impl Store for Sqlite {
    fn append(&self, _: usize, bytes: Vec<u8>) -> Told<'_> {
        let (told, answer) = oneshot::channel();
        self.line.as_ref().unwrap().send((bytes, told)).unwrap();
        Box::pin(async move { answer.await.unwrap() })
    }
}

impl Drop for Sqlite {
    fn drop(&mut self) {
        drop(self.line.take());
        self.writer.take().unwrap().join().unwrap();
    }
}
