//! Durable appends per second and how long one takes, beside what else one could keep a record in.
//!
//! `cargo bench --bench append` prints a table. Every cell runs for three seconds in a directory of its own under
//! `target/`, so all on one disk, one after the other. An entry has 300 bytes.
//!
//! Timed, for every append: from handing the entry in until being told that it is on the disk, in process. That is
//! enqueueing, waiting for the sync before, writing, the sync, and being woken. Not timed: opening, making the bytes.
//! A writer hands in its next entry when it has been told of the last. Writers are tasks on two threads; each store
//! writes on a thread of its own. `fdatasync` is one file, one write and one sync an entry, on the writer's thread:
//! what the disk allows.

#![allow(clippy::unwrap_used, reason = "a bench that cannot go on should say where")]
#![allow(clippy::disallowed_methods, reason = "a bench measures time")]

mod files;
mod stores;

use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use tokio::runtime::{Builder, Runtime};
use tokio::task::JoinSet;

use self::files::bytes_in;
use self::stores::{Raw, Store, Travaux, sled, sqlite};

const ENTRY_BYTES: usize = 300;
const CELL: Duration = Duration::from_secs(3);

fn main() {
    let runtime = Builder::new_multi_thread().worker_threads(2).build();
    let runtime = runtime.unwrap();
    println!("| store | writers | appends/s | p50 µs | p99 µs | bytes an entry |");
    println!("|---|--:|--:|--:|--:|--:|");
    cell(&runtime, "fdatasync", 1, Raw::open);
    for writers in [1, 16, 64] {
        cell(&runtime, "Travaux, one compact", writers, |dir| Arc::new(Travaux::open(dir, true)));
    }
    for writers in [1, 16, 64] {
        cell(&runtime, "Travaux, a compact a writer", writers, |dir| Arc::new(Travaux::open(dir, false)));
    }
    for writers in [1, 16, 64] {
        cell(&runtime, "sled, group commit and fdatasync", writers, sled);
    }
    for writers in [1, 16, 64] {
        cell(&runtime, "SQLite, an insert a transaction", writers, |dir| sqlite(dir, false));
    }
    for writers in [1, 16, 64] {
        cell(&runtime, "SQLite, group commit", writers, |dir| sqlite(dir, true));
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
