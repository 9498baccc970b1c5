//! What the log promises, whatever store it is.

use std::sync::Arc;

use tokio::task::JoinSet;
use travaux::log::{COMPACT_BYTES_MAX, ENTRY_BYTES_MAX, EventLog, Follow, LogError, NewEntry, Receipt, Scope, Stored};
use travaux::proof::Hash;

use super::{all, entry, scope, sound, words, write_from_many};

pub async fn positions_and_seqs_are_gapless(log: Arc<dyn EventLog>) {
    assert_eq!(*log.head().borrow(), 0);
    assert_eq!(log.read(&Scope::Whole, 0, 10).unwrap(), []);
    assert_eq!(log.append(entry("b", 1)).await, Ok(1));
    assert_eq!(log.append(entry("a", 1)).await, Ok(2));
    assert_eq!(log.append(entry("b", 2)).await, Ok(3));
    let compacts = log.compacts().unwrap();
    assert_eq!(compacts, [("b".into(), 2), ("a".into(), 1)]);
    assert_eq!(sound(&*log), 3);
}

pub async fn who_comes_second_is_told(log: Arc<dyn EventLog>) {
    let taken = |expected, actual| Err(LogError::Taken { compact: "a".into(), expected, actual });
    assert_eq!(log.append(entry("a", 2)).await, taken(2, 1));
    assert_eq!(log.append(entry("a", 0)).await, taken(0, 1));
    let first = log.append(entry("a", 1));
    let second = log.append(entry("a", 1));
    let behind = log.append(entry("a", 2));
    assert_eq!(second.await, taken(1, 2));
    assert_eq!((first.await, behind.await), (Ok(1), Ok(2)));
    assert_eq!(log.append(entry("a", 4)).await, taken(4, 3));
    assert_eq!(sound(&*log), 2);
}

pub async fn what_no_store_could_keep_is_refused(log: Arc<dyn EventLog>) {
    let longest_name = "a".repeat(COMPACT_BYTES_MAX + 1);
    for name in ["", "A", "a/b", "é", &longest_name] {
        let told = log.append(entry(name, 1)).await;
        assert!(matches!(told, Err(LogError::Unfit(_))), "{name}: {told:?}");
    }
    let large = NewEntry { bytes: vec![0; ENTRY_BYTES_MAX + 1], ..entry("a", 1) };
    let told = log.append(large).await;
    assert!(matches!(told, Err(LogError::Unfit(_))), "{told:?}");
    assert_eq!(log.append(entry(&longest_name[1..], 1)).await, Ok(1));
    assert_eq!(sound(&*log), 1);
}

pub async fn many_writers_at_once_lose_nothing(log: Arc<dyn EventLog>) {
    write_from_many(&log, 24, 250).await;
    assert_eq!(sound(&*log), 24 * 250);
}

pub async fn one_of_many_wins_each_place(log: Arc<dyn EventLog>) {
    let mut racing = JoinSet::new();
    for _ in 0..8 {
        let log = Arc::clone(&log);
        racing.spawn(async move {
            let (mut next, mut won) = (1, 0);
            while won < 50 {
                match log.append(entry("a", next)).await {
                    Ok(_) => (next, won) = (next + 1, won + 1),
                    Err(LogError::Taken { actual, .. }) => next = actual,
                    Err(other) => panic!("{other}"),
                }
            }
        });
    }
    racing.join_all().await;
    assert_eq!(sound(&*log), 8 * 50);
}

pub async fn reads_begin_after_the_cursor_and_keep_the_limit(log: Arc<dyn EventLog>) {
    // Longer than the tail, so that both what is remembered and what is stored is read.
    for seq in 1..=3_000 {
        drop(log.append(entry("a", seq)));
        drop(log.append(entry("b", seq)));
    }
    assert_eq!(log.append(entry("c", 1)).await, Ok(6_001));
    for after in [0, 1, 19, 1_900, 1_905, 1_906, 2_999, 3_000, 5_990, 6_001, 7_000] {
        for limit in [0, 1, 20, 10_000] {
            let page = log.read(&Scope::Whole, after, limit).unwrap();
            let found: Vec<u64> = page.iter().map(|stored| stored.position).collect();
            let wanted: Vec<u64> = (after + 1..=6_001).take(limit).collect();
            assert!(found == wanted, "whole, after {after}, limit {limit}");
            let page = log.read(&scope("b"), after, limit).unwrap();
            let found: Vec<u64> = page.iter().map(|stored| stored.seq.into()).collect();
            let wanted: Vec<u64> = (after + 1..=3_000).take(limit).collect();
            assert!(found == wanted, "b, after {after}, limit {limit}");
        }
    }
    assert_eq!(log.read(&scope("nobody"), 0, 10).unwrap(), []);
    assert_eq!(log.read(&scope("c"), 0, 10).unwrap().len(), 1);
    assert_eq!(sound(&*log), 6_001);
}

/// A megabyte that compresses well, one that does not, and small entries around them.
pub async fn large_entries_come_back_whole(log: Arc<dyn EventLog>) {
    let mut noise = SplitMix(7);
    let large = [
        b"the Conference of the Parties ".repeat(35_000),
        (0..1_000_000).map(|_| noise.byte()).collect(),
        b"small".to_vec(),
        (0..7_169).map(|_| noise.byte()).collect(),
        Vec::new(),
    ];
    let receipts: Vec<Receipt> = (1..)
        .zip(large.clone())
        .map(|(seq, bytes)| {
            let compact = "a".into();
            log.append(NewEntry { compact, seq, bytes })
        })
        .collect();
    for receipt in receipts {
        receipt.await.unwrap();
    }
    for scope in [Scope::Whole, scope("a")] {
        let found = all(&*log, &scope, 2);
        let found: Vec<&[u8]> = found.iter().map(|stored| &*stored.bytes).collect();
        assert!(found == large.iter().map(Vec::as_slice).collect::<Vec<_>>());
    }
}

pub async fn following_catches_up_and_goes_on_without_a_gap(log: Arc<dyn EventLog>) {
    write_from_many(&log, 3, 100).await;
    let mut following = JoinSet::new();
    for (scope, wanted, limit) in [
        (Scope::Whole, 16_300, 1),
        (Scope::Whole, 16_300, 64),
        (scope("compact-1"), 100, 7),
        (scope("late"), 8_000, 100),
        (scope("later"), 8_000, 10_000),
    ] {
        let mut follow = Follow::new(Arc::clone(&log), scope.clone(), 0);
        following.spawn(async move {
            while follow.after() < wanted {
                let before = follow.after();
                let entries = follow.next(limit).await.unwrap();
                assert!(!entries.is_empty() && entries.len() <= limit);
                assert_eq!(follow.after(), before + entries.len() as u64);
                for (stored, cursor) in entries.iter().zip(before + 1..) {
                    let of = match scope {
                        Scope::Whole => stored.position,
                        Scope::Compact(_) => stored.seq.into(),
                    };
                    assert_eq!(of, cursor);
                    assert!(*stored.bytes == words(&stored.compact, stored.seq));
                }
            }
        });
    }
    for seq in 1..=8_000 {
        drop(log.append(entry("late", seq)));
        let receipt = log.append(entry("later", seq));
        if seq % 50 == 0 {
            receipt.await.unwrap();
        }
    }
    following.join_all().await;
}

/// What a receipt has told, a read finds, and the head has passed.
pub async fn told_is_readable(log: Arc<dyn EventLog>) {
    let head = log.head();
    for seq in 1..=200 {
        let position = log.append(entry("a", seq)).await.unwrap();
        assert!(*head.borrow() >= position);
        let found = log.read(&scope("a"), u64::from(seq) - 1, 1).unwrap();
        assert_eq!(found.len(), 1);
    }
}

/// Both an entry that is remembered and one that is not any more.
pub async fn what_is_blanked_shows_it_and_is_still_the_same_leaf(log: Arc<dyn EventLog>) {
    for seq in 1..=5_000 {
        drop(log.append(entry("a", seq)));
    }
    log.append(entry("b", 1)).await.unwrap();
    let whole = all(&*log, &Scope::Whole, 900);
    for (compact, seq, position) in [("a", 7, 7), ("a", 4_990, 4_990), ("b", 1, 5_001)] {
        let before = &whole[position - 1];
        let nothing = vec![b' '; before.bytes.len()];
        log.blank(&compact.into(), seq, &nothing).unwrap();
        for (scope, after) in [(Scope::Whole, position as u64 - 1), (scope(compact), u64::from(seq) - 1)] {
            let found = log.read(&scope, after, 1).unwrap().remove(0);
            assert_eq!((found.position, found.seq), (before.position, seq));
            assert_eq!((found.blanked, found.leaf()), (Some(before.leaf()), before.leaf()));
            assert!(*found.bytes == nothing, "{compact} {seq}");
        }
        log.blank(&compact.into(), seq, &nothing).unwrap();
    }
    let others = |entries: &[Stored]| -> Vec<Stored> {
        entries.iter().filter(|entry| ![7, 4_990, 5_001].contains(&entry.position)).cloned().collect()
    };
    assert!(others(&all(&*log, &Scope::Whole, 900)) == others(&whole), "all others stand");
    for (compact, seq, bytes) in [("a", 8, &b"short"[..]), ("a", 5_001, b""), ("a", 0, b""), ("nobody", 1, b"")] {
        let told = log.blank(&compact.into(), seq, bytes);
        assert!(matches!(told, Err(LogError::Unfit(_))), "{compact} {seq}: {told:?}");
    }
}

/// Numbers that are the same in every run, for what has to be arbitrary.
struct SplitMix(u64);

impl SplitMix {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn byte(&mut self) -> u8 {
        self.next().to_be_bytes()[0]
    }
}

/// What was blanked elsewhere is that here from the first, and may be blanked further.
pub async fn what_was_blanked_elsewhere_keeps_the_leaf_that_it_had(log: Arc<dyn EventLog>) {
    let recorded = Hash::of_leaf(b"what was recorded");
    drop(log.append(entry("a", 1)));
    let again = log.append_again(entry("a", 2), Some(recorded)).await;
    assert_eq!((again, log.append(entry("a", 3)).await), (Ok(2), Ok(3)));
    for bytes in [words("a", 2), vec![b' '; words("a", 2).len()]] {
        log.blank(&"a".into(), 2, &bytes).unwrap();
        let found = log.read(&scope("a"), 1, 1).unwrap().remove(0);
        assert_eq!((found.blanked, found.leaf()), (Some(recorded), recorded));
        assert!(*found.bytes == bytes);
    }
    let others = [0, 2].map(|after| log.read(&scope("a"), after, 1).unwrap().remove(0));
    assert!(others.iter().all(|entry| entry.blanked.is_none()));
}
