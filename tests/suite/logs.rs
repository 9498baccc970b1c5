//! The contract of the log: what it promises, held up to every store; and what tests of stores fill them with.

mod promises;
mod stores;

use std::collections::BTreeMap;
use std::sync::Arc;

use tokio::task::JoinSet;
use travaux::log::{EventLog, NewEntry, Receipt, Scope, Stored};

pub use promises::large_entries_come_back_whole;

/// What an entry of a compact holds in these tests: told apart at a glance, and of many lengths.
pub fn words(compact: &str, seq: u32) -> Vec<u8> {
    let length = match seq % 400 {
        399 => 40_000,
        _ => 20 + (seq as usize * 37) % 600,
    };
    let said = format!("{compact} {seq} ").into_bytes();
    said.into_iter().cycle().take(length).collect()
}

pub fn entry(compact: &str, seq: u32) -> NewEntry {
    NewEntry { compact: compact.into(), seq, bytes: words(compact, seq) }
}

pub fn scope(compact: &str) -> Scope {
    Scope::Compact(compact.into())
}

/// Everything in a scope, read a few entries at a time.
fn all(log: &dyn EventLog, scope: &Scope, limit: usize) -> Vec<Stored> {
    let (mut entries, mut after) = (Vec::<Stored>::new(), 0);
    loop {
        let page = log.read(scope, after, limit).unwrap();
        assert!(page.len() <= limit);
        let Some(last) = page.last() else {
            return entries;
        };
        after = match scope {
            Scope::Whole => last.position,
            Scope::Compact(_) => last.seq.into(),
        };
        entries.extend(page);
    }
}

/// Positions and seqs without a gap, every byte as it was handed in. Returns the number of entries.
pub fn sound(log: &dyn EventLog) -> u64 {
    let whole = all(log, &Scope::Whole, 100);
    let mut seqs = BTreeMap::<Arc<str>, u32>::new();
    let mut opened = Vec::new();
    for (stored, position) in whole.iter().zip(1..) {
        let seq = seqs.entry(Arc::clone(&stored.compact)).or_insert_with(|| {
            opened.push(Arc::clone(&stored.compact));
            0
        });
        *seq += 1;
        assert_eq!((stored.position, stored.seq), (position, *seq));
        assert!(*stored.bytes == words(&stored.compact, *seq));
    }
    let compacts = opened.into_iter().map(|name| (Arc::clone(&name), seqs[&name]));
    assert_eq!(log.compacts().unwrap(), compacts.collect::<Vec<_>>());
    for name in seqs.keys() {
        let of = whole.iter().filter(|stored| stored.compact == *name);
        let of: Vec<Stored> = of.cloned().collect();
        assert!(all(log, &scope(name), 7.max(of.len() / 9)) == of, "{name}");
    }
    assert_eq!(*log.head().borrow(), whole.len() as u64);
    whole.len() as u64
}

/// Many writers, each with a compact of its own and one that they share a part of, everything in flight at once.
pub async fn write_from_many(log: &Arc<dyn EventLog>, writers: u32, each: u32) {
    let mut writing = JoinSet::new();
    for writer in 0..writers {
        let log = Arc::clone(log);
        writing.spawn(async move {
            let name = format!("compact-{writer}");
            let receipts: Vec<Receipt> = (1..=each).map(|seq| log.append(entry(&name, seq))).collect();
            let mut before = 0;
            for receipt in receipts {
                let position = receipt.await.unwrap();
                assert!(position > before, "{position} after {before}");
                before = position;
            }
        });
    }
    writing.join_all().await;
}
