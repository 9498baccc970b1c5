//! Every store, and the doubles that stand for stores which misbehave, held to the promises of the log.

use std::sync::Arc;

use futures_util::FutureExt;
use tempfile::TempDir;
use travaux::log::{DiskLog, EventLog, Follow, LogError, MemoryLog, Receipt, Scope};

use super::promises::{
    following_catches_up_and_goes_on_without_a_gap, large_entries_come_back_whole, many_writers_at_once_lose_nothing,
    one_of_many_wins_each_place, positions_and_seqs_are_gapless, reads_begin_after_the_cursor_and_keep_the_limit,
    told_is_readable, what_is_blanked_shows_it_and_is_still_the_same_leaf, what_no_store_could_keep_is_refused,
    what_was_blanked_elsewhere_keeps_the_leaf_that_it_had, who_comes_second_is_told,
};
use super::{all, entry, scope, sound};
use crate::doubles::{FailingLog, SlowLog};

macro_rules! every_store {
    ($($promise:ident),* $(,)?) => {
        mod in_memory {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                super::$promise(Arc::new(MemoryLog::new())).await;
            })*
        }
        mod on_disk {
            use super::*;
            $(#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
            async fn $promise() {
                let dir = TempDir::new().unwrap();
                let log: Arc<dyn EventLog> = Arc::new(DiskLog::open(dir.path()).unwrap());
                super::$promise(Arc::clone(&log)).await;
                let kept = all(&*log, &Scope::Whole, 500);
                drop(log);
                let log = DiskLog::open(dir.path()).unwrap();
                assert!(all(&log, &Scope::Whole, 500) == kept, "not all there when opened again");
                assert_eq!(*log.head().borrow(), kept.len() as u64);
            })*
        }
    };
}

every_store! {
    positions_and_seqs_are_gapless,
    who_comes_second_is_told,
    what_no_store_could_keep_is_refused,
    many_writers_at_once_lose_nothing,
    one_of_many_wins_each_place,
    reads_begin_after_the_cursor_and_keep_the_limit,
    large_entries_come_back_whole,
    following_catches_up_and_goes_on_without_a_gap,
    told_is_readable,
    what_is_blanked_shows_it_and_is_still_the_same_leaf,
    what_was_blanked_elsewhere_keeps_the_leaf_that_it_had,
}

mod slowed {
    use super::*;

    #[tokio::test(flavor = "multi_thread", worker_threads = 2)]
    async fn the_slow_double_keeps_the_contract() {
        let open = || Arc::new(SlowLog::new().0);
        positions_and_seqs_are_gapless(open()).await;
        who_comes_second_is_told(open()).await;
        what_no_store_could_keep_is_refused(open()).await;
        one_of_many_wins_each_place(open()).await;
        told_is_readable(open()).await;
    }
}

#[tokio::test]
async fn nothing_is_told_or_read_before_it_is_durable() {
    let (log, gate) = SlowLog::new();
    let log: Arc<dyn EventLog> = Arc::new(log);
    let mut follow = Follow::new(Arc::clone(&log), Scope::Whole, 0);
    let first = log.append(entry("a", 1));
    let mut second = log.append(entry("a", 2));
    assert_eq!(follow.next(10).now_or_never(), None);
    gate.send(()).unwrap();
    assert_eq!(first.await, Ok(1));
    assert_eq!((&mut second).now_or_never(), None);
    assert_eq!(follow.next(10).await.unwrap().len(), 1);
    // What was dropped while it waited has lost nothing.
    assert_eq!(follow.next(10).now_or_never(), None);
    drop(gate);
    assert_eq!(second.await, Ok(2));
    assert_eq!(follow.next(10).await.unwrap()[0].seq, 2);
}

#[tokio::test]
async fn a_slow_follower_misses_nothing_that_has_left_the_tail() {
    let log: Arc<dyn EventLog> = Arc::new(MemoryLog::new());
    let mut follow = Follow::new(Arc::clone(&log), scope("a"), 0);
    log.append(entry("a", 1)).await.unwrap();
    assert_eq!(follow.next(1).await.unwrap()[0].seq, 1);
    for seq in 2..=10_000 {
        log.append(entry("a", seq)).await.unwrap();
    }
    let mut found = 1;
    while found < 10_000 {
        found += follow.next(999).await.unwrap().len();
    }
    assert_eq!(follow.after(), 10_000);
}

#[tokio::test]
async fn a_failed_log_takes_nothing_more_and_is_still_read() {
    let log = FailingLog::after(2);
    assert_eq!(log.append(entry("a", 1)).await, Ok(1));
    assert_eq!(log.append(entry("b", 1)).await, Ok(2));
    for seq in [2, 3, 2] {
        let told = log.append(entry("a", seq)).await;
        assert!(matches!(told, Err(LogError::Failed(_))), "{told:?}");
    }
    assert_eq!(sound(&log), 2);
}

#[tokio::test]
async fn closing_finishes_what_was_enqueued() {
    let dir = TempDir::new().unwrap();
    let log = DiskLog::open(dir.path()).unwrap();
    let receipts: Vec<Receipt> = (1..=3_000).map(|seq| log.append(entry("a", seq))).collect();
    drop(log);
    for (receipt, position) in receipts.into_iter().zip(1..) {
        assert_eq!(receipt.await, Ok(position));
    }
    assert_eq!(sound(&DiskLog::open(dir.path()).unwrap()), 3_000);
}

#[tokio::test]
async fn a_store_opens_as_often_as_it_is_closed() {
    let dir = TempDir::new().unwrap();
    for seq in 1..=60 {
        let log = DiskLog::open(dir.path()).unwrap();
        assert_eq!(log.append(entry("a", seq)).await, Ok(seq.into()));
    }
    assert_eq!(sound(&DiskLog::open(dir.path()).unwrap()), 60);
}
