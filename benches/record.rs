//! A long record: how long it takes to open and to check, and what an entry costs on disk and in memory, beside what else
//! one could keep a record in.
//!
//! `cargo bench --bench record [-- --entries 1000000]` prints a table. Entries have 300 bytes, of 200 compacts in turn.
//!
//! *Filled*: all entries handed in at once and durable. *Opened*: from a closed store until entries can be appended and
//! read; for Travaux this reads and proves every entry. *Opened, index lost*: the same with the index made again.
//! *Read*: every entry once, in order. *By compact*: every entry once, one compact after the other, as a server reads them
//! when it starts; the others know of no compacts. *Verified*: a second process's look at all of it, each hash, the chain
//! and the tree; for `SQLite` its `integrity_check`, which knows of no hashes. *Memory*: by how much the process holds more
//! once the store is open. Each is measured once, in this order; the files are warm, as they were just written.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on should say where")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

mod files;

use std::fs;
use std::path::Path;
use std::time::{Duration, Instant};

use rusqlite::Connection;
use travaux::log::{DiskLog, EventLog, NewEntry, Onlooker, Receipt, Scope, Sealing};

use self::files::bytes_in;

const ENTRY_BYTES: usize = 300;
const COMPACTS: u32 = 200;
const PAGE: usize = 1_024;

fn main() {
    let mut given = std::env::args().skip_while(|given| given != "--entries").skip(1);
    let entries = given.next().map_or(200_000, |entries| entries.parse().unwrap());
    println!(
        "| {entries} entries | filled s | opened s | opened, index lost s | read s | by compact s | verified s | verified/s | bytes an entry | memory an entry |"
    );
    println!("|---|--:|--:|--:|--:|--:|--:|--:|--:|--:|");
    travaux(entries);
    sled_alone(entries);
    sqlite(entries);
}

fn travaux(entries: u32) {
    let dir = place();
    let filled = took(|| fill(&DiskLog::open(dir.path()).unwrap(), entries));
    let before = memory();
    let (mut log, mut opened) = (None, Duration::ZERO);
    opened += took(|| log = Some(DiskLog::open(dir.path()).unwrap()));
    let held = memory().saturating_sub(before);
    let read = took(|| assert_eq!(read_all(log.as_ref().unwrap(), &Scope::Whole), u64::from(entries)));
    let by_compact = took(|| {
        let log = log.as_ref().unwrap();
        let compacts = log.compacts().unwrap().into_iter();
        let found: u64 = compacts.map(|(compact, _)| read_all(log, &Scope::Compact(compact))).sum();
        assert_eq!(found, u64::from(entries));
    });
    let verified = took(|| {
        let mut onlooker = Onlooker::open(dir.path(), &Sealing::Unsigned).unwrap();
        while !onlooker.next(PAGE).unwrap().is_empty() {}
    });
    drop(log);
    let size = bytes_in(dir.path());
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    let again = took(|| drop(DiskLog::open(dir.path()).unwrap()));
    row("Travaux", entries, filled, opened, Some(again), read, Some(by_compact), Some(verified), size, held);
}

/// How many entries there are to read in a scope.
fn read_all(log: &DiskLog, scope: &Scope) -> u64 {
    let mut after = 0;
    while let Some(last) = log.read(scope, after, PAGE).unwrap().last() {
        after = scope.cursor(last);
    }
    after
}

fn fill(log: &DiskLog, entries: u32) {
    let mut flight: Vec<Receipt> = Vec::new();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    for nth in 0..entries {
        let compact = format!("compact-{}", nth % COMPACTS).into();
        flight.push(log.append(NewEntry { compact, seq: nth / COMPACTS + 1, bytes: vec![b'x'; ENTRY_BYTES] }));
        if flight.len() == 4 * PAGE {
            for receipt in flight.drain(..) {
                runtime.block_on(receipt).unwrap();
            }
        }
    }
    for receipt in flight {
        runtime.block_on(receipt).unwrap();
    }
}

fn sled_alone(entries: u32) {
    let dir = place();
    let open = || sled::Config::new().path(dir.path()).flush_every_ms(None).open().unwrap();
    let filled = took(|| {
        let db = open();
        for first in (0..entries).step_by(PAGE) {
            let mut batch = sled::Batch::default();
            for nth in first..entries.min(first + 1_024) {
                batch.insert(&nth.to_be_bytes(), vec![b'x'; ENTRY_BYTES]);
            }
            db.apply_batch(batch).unwrap();
            db.flush().unwrap();
        }
    });
    let (before, mut db) = (memory(), None);
    let opened = took(|| db = Some(open()));
    let held = memory().saturating_sub(before);
    let read = took(|| assert_eq!(db.as_ref().unwrap().iter().map(Result::unwrap).count(), entries as usize));
    drop(db);
    row("sled alone", entries, filled, opened, None, read, None, None, bytes_in(dir.path()), held);
}

fn sqlite(entries: u32) {
    let dir = place();
    let open = || Connection::open(dir.path().join("sqlite")).unwrap();
    let filled = took(|| {
        let db = open();
        db.execute_batch("PRAGMA journal_mode=WAL; PRAGMA synchronous=FULL;").unwrap();
        db.execute_batch("CREATE TABLE record (position INTEGER PRIMARY KEY, bytes BLOB NOT NULL)").unwrap();
        let mut insert = db.prepare("INSERT INTO record (bytes) VALUES (?1)").unwrap();
        for first in (0..entries).step_by(PAGE) {
            db.execute_batch("BEGIN").unwrap();
            for _ in first..entries.min(first + 1_024) {
                insert.execute([vec![b'x'; ENTRY_BYTES]]).unwrap();
            }
            db.execute_batch("COMMIT").unwrap();
        }
    });
    let (before, mut db) = (memory(), None);
    let opened = took(|| {
        let opened = open();
        opened.query_row("SELECT max(position) FROM record", [], |row| row.get::<_, u32>(0)).unwrap();
        db = Some(opened);
    });
    let held = memory().saturating_sub(before);
    let db = db.unwrap();
    let read = took(|| {
        let mut all = db.prepare("SELECT bytes FROM record ORDER BY position").unwrap();
        let read = all.query_map([], |row| row.get::<_, Vec<u8>>(0)).unwrap();
        assert_eq!(read.filter(|bytes| bytes.as_ref().unwrap().len() == ENTRY_BYTES).count(), entries as usize);
    });
    let verified = took(|| {
        let said: String = db.query_row("PRAGMA integrity_check", [], |row| row.get(0)).unwrap();
        assert_eq!(said, "ok");
    });
    row("SQLite", entries, filled, opened, None, read, None, Some(verified), bytes_in(dir.path()), held);
}

fn place() -> tempfile::TempDir {
    tempfile::tempdir_in(Path::new(env!("CARGO_TARGET_TMPDIR"))).unwrap()
}

fn took(work: impl FnOnce()) -> Duration {
    let begun = Instant::now();
    work();
    begun.elapsed()
}

/// What the process holds in memory, in bytes; 0 where the system does not tell.
fn memory() -> u64 {
    let told = fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = told.lines().find_map(|line| line.strip_prefix("VmRSS:"));
    let kilobytes = line.and_then(|line| line.trim().trim_end_matches(" kB").parse::<u64>().ok());
    kilobytes.unwrap_or(0) * 1024
}

#[allow(clippy::too_many_arguments, reason = "the columns of a table")]
fn row(
    name: &str,
    entries: u32,
    filled: Duration,
    opened: Duration,
    again: Option<Duration>,
    read: Duration,
    by_compact: Option<Duration>,
    verified: Option<Duration>,
    size: u64,
    held: u64,
) {
    let seconds = |time: Duration| format!("{:.2}", time.as_secs_f64());
    let or_none = |time: Option<Duration>| time.map_or_else(|| "-".into(), seconds);
    let rate = verified.map_or_else(|| "-".into(), |time| format!("{:.0}", f64::from(entries) / time.as_secs_f64()));
    println!(
        "| {name} | {} | {} | {} | {} | {} | {} | {rate} | {} | {} |",
        seconds(filled),
        seconds(opened),
        or_none(again),
        seconds(read),
        or_none(by_compact),
        or_none(verified),
        size / u64::from(entries),
        held / u64::from(entries),
    );
}
