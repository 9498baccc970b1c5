//! Reading a record beside the server that writes it, and what is left of one that is damaged.

use std::fs;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use tempfile::TempDir;
use travaux::log::{DiskLog, EventLog, LogError, Onlooker, Scope, Sealing, Stored, salvage};

use crate::logs::{entry, sound, write_from_many};

fn survivors(dir: &std::path::Path) -> Vec<Stored> {
    let mut found = Vec::new();
    let seen = |entry| {
        found.push(entry);
        Ok::<(), LogError>(())
    };
    salvage(dir, seen).unwrap();
    found
}

#[tokio::test]
async fn every_entry_that_still_proves_itself_is_saved_from_a_damaged_journal() {
    let dir = TempDir::new().unwrap();
    let log = DiskLog::open(dir.path()).unwrap();
    for seq in 1..=40 {
        log.append(entry("a", seq)).await.unwrap();
    }
    let whole = log.read(&Scope::Whole, 0, 100).unwrap();
    drop(log);
    let journal = fs::read(dir.path().join("journal")).unwrap();
    assert_eq!(survivors(dir.path()), whole);
    let mark = [0xd7, b'T', b'v', 0xd7];
    let begins: Vec<usize> = (0..journal.len()).filter(|at| journal[*at..].starts_with(&mark)).collect();
    let mut tried = 0;
    for place in (begins[4]..begins[9]).step_by(3) {
        let mut flipped = journal.clone();
        flipped[place] ^= 0x20;
        fs::write(dir.path().join("journal"), &flipped).unwrap();
        let hit = begins.iter().filter(|begin| **begin <= place).count();
        let found = survivors(dir.path());
        // The chain still vouches for an entry of which only the sum was hit, or what else is not chained.
        let is_unchained = [4, 5, 6, 7, 24, 25, 26, 27, 29].contains(&(place - begins[hit - 1]));
        let left = whole.iter().filter(|entry| entry.position != hit as u64 || is_unchained);
        assert!(found.iter().eq(left), "byte {place} of entry {hit}");
        tried += 1;
    }
    // A piece is lost from the middle, and the header with it.
    let lost = [&[0; 100][..], &journal[begins[3] - 50..begins[10] + 7], &journal[begins[12]..]].concat();
    fs::write(dir.path().join("journal"), lost).unwrap();
    let found: Vec<u64> = survivors(dir.path()).iter().map(|entry| entry.position).collect();
    let wanted: Vec<u64> = (4..=10).chain(13..=40).collect();
    assert_eq!(found, wanted);
    println!("salvage: {tried} changed bytes, each cost one entry at most");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn an_onlooker_reads_what_was_durable_while_the_record_grows() {
    let dir = TempDir::new().unwrap();
    let log: Arc<dyn EventLog> = Arc::new(DiskLog::open(dir.path()).unwrap());
    let is_written = Arc::new(AtomicBool::new(false));
    let (path, done) = (dir.path().to_owned(), is_written.clone());
    let looking = std::thread::spawn(move || {
        let (mut looks, mut last) = (0, 0);
        loop {
            let is_last = done.load(Ordering::SeqCst);
            let mut onlooker = Onlooker::open(&path, &Sealing::Unsigned).unwrap();
            let (head, mut found) = (onlooker.head(), 0);
            assert!(head >= last);
            loop {
                let page = onlooker.next(500).unwrap();
                let Some(end) = page.last() else { break };
                assert_eq!((page.len() as u64 + found, onlooker.head()), (end.position, head));
                found = end.position;
            }
            assert_eq!(found, head);
            (last, looks) = (head, looks + 1);
            if is_last {
                return (looks, head);
            }
        }
    });
    write_from_many(&log, 8, 1_500).await;
    is_written.store(true, Ordering::SeqCst);
    let (looks, _) = looking.join().unwrap();
    drop(log);
    assert_eq!(Onlooker::open(dir.path(), &Sealing::Unsigned).unwrap().head(), 12_000);
    assert_eq!(sound(&DiskLog::open(dir.path()).unwrap()), 12_000);
    println!("{looks} looks at a record that grew");
}

#[test]
fn there_is_nothing_to_look_at_where_there_is_no_record() {
    let dir = TempDir::new().unwrap();
    let told = Onlooker::open(dir.path(), &Sealing::Unsigned).err().unwrap().to_string();
    assert!(told.contains("there is no record in"), "{told}");
}
