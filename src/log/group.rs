//! Group commit: one thread writes whatever is waiting as one group, and one sync makes the group durable.
//!
//! The longer the disk takes, the more entries wait for it, and the more each sync carries: no timer is involved.

use std::collections::VecDeque;
use std::mem;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};

use tokio::sync::oneshot;
use tokio::time::Instant;

use super::durable::Durable;
use super::order::{self, Order};
use super::{LogError, NewEntry, Receipt, Stored};
use crate::proof::Hash;

/// The most entries written as one group. Bounds what is in memory, and the index of a group on disk.
pub(super) const GROUP_ENTRIES_MAX: usize = 2048;

/// A group that has so many bytes takes no further entry.
const GROUP_BYTES_MAX: usize = 4 * 1024 * 1024;

/// The writing half of a store: the queue, and the thread that empties it.
#[derive(Debug)]
pub(super) struct Group {
    line: Arc<Line>,
    writer: Option<JoinHandle<()>>,
}

/// Where entries wait.
#[derive(Debug)]
struct Line {
    queue: Mutex<Queue>,
    more: Condvar,
    /// Whether what is written is told to the recorder of measures.
    counts: AtomicBool,
}

#[derive(Debug, Default)]
struct Queue {
    order: Order,
    waiting: VecDeque<Waiting>,
    /// The first storage failure. Nothing is taken after it.
    failed: Option<LogError>,
    closing: bool,
}

#[derive(Debug)]
struct Waiting {
    entry: Stored,
    answer: Answer,
}

type Answer = oneshot::Sender<Result<u64, LogError>>;

impl Group {
    /// Starts the thread. `keep` makes a group durable, all of it or nothing; its first error is
    /// the last call, unless it is [`LogError::Full`].
    pub(super) fn start(
        durable: Arc<Durable>,
        keep: impl FnMut(&[Stored]) -> Result<(), LogError> + Send + 'static,
    ) -> Result<Self, LogError> {
        let queue = Queue { order: durable.order(), ..Queue::default() };
        let line = Arc::new(Line { queue: Mutex::new(queue), more: Condvar::new(), counts: AtomicBool::new(true) });
        let served = Arc::clone(&line);
        let writer = thread::Builder::new()
            .name("record".into())
            .spawn(move || served.serve(&durable, keep))
            .map_err(|why| LogError::Failed(format!("no thread for the record: {why}")))?;
        let writer = Some(writer);
        Ok(Self { line, writer })
    }

    /// Tells the recorder of measures nothing from now on.
    pub(super) fn uncounted(&self) {
        self.line.counts.store(false, Ordering::Relaxed);
    }

    /// Enqueues an entry; with the leaf of what was recorded where something of it was blanked since.
    pub(super) fn append_again(&self, entry: NewEntry, blanked: Option<Hash>) -> Receipt {
        self.line.enqueue(entry, blanked).unwrap_or_else(|why| Receipt::settled(Err(why)))
    }
}

impl Drop for Group {
    fn drop(&mut self) {
        self.line.lock().closing = true;
        self.line.more.notify_one();
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has dropped its answers, which tells those who wait.
            drop(writer.join());
        }
    }
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, Queue> {
        self.queue.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn enqueue(&self, entry: NewEntry, blanked: Option<Hash>) -> Result<Receipt, LogError> {
        order::fit(&entry)?;
        // Copied before the lock is taken: everybody waits for the lock.
        let bytes = entry.bytes.into();
        let (compact, seq) = (entry.compact, entry.seq);
        let (answer, receipt) = Receipt::awaited();
        let mut queue = self.lock();
        if let Some(why) = &queue.failed {
            return Err(why.clone());
        }
        let position = queue.order.place(&compact, seq)?;
        let entry = Stored { position, compact, seq, bytes, blanked };
        queue.waiting.push_back(Waiting { entry, answer });
        let first = queue.waiting.len() == 1;
        drop(queue);
        if first {
            self.more.notify_one();
        }
        Ok(receipt)
    }

    /// Empties the queue group by group, until the log is closed or the storage fails.
    fn serve(&self, durable: &Durable, mut keep: impl FnMut(&[Stored]) -> Result<(), LogError>) {
        while let Some((entries, answers)) = self.next_group() {
            let began = Instant::now();
            let kept = keep(&entries);
            if self.counts.load(Ordering::Relaxed) {
                measured(began, entries.len(), kept.is_ok());
            }
            match kept {
                Ok(()) => (),
                Err(why @ LogError::Full(_)) => {
                    self.turn_away(&why, durable.order(), answers);
                    continue;
                }
                Err(why) => return self.fail(why, answers),
            }
            durable.publish(&entries);
            for (entry, answer) in entries.iter().zip(answers) {
                // Who no longer waits for the answer has lost nothing.
                drop(answer.send(Ok(entry.position)));
            }
        }
    }

    /// Waits for entries and takes as many as one group may hold; none once the log is closed and the queue empty.
    fn next_group(&self) -> Option<(Vec<Stored>, Vec<Answer>)> {
        let mut queue = self.lock();
        while queue.waiting.is_empty() {
            if queue.closing {
                return None;
            }
            let woken = self.more.wait(queue);
            queue = woken.unwrap_or_else(PoisonError::into_inner);
        }
        let (mut bytes, mut entries, mut answers) = (0, Vec::new(), Vec::new());
        while bytes < GROUP_BYTES_MAX && entries.len() < GROUP_ENTRIES_MAX {
            let Some(next) = queue.waiting.pop_front() else {
                break;
            };
            bytes += next.entry.bytes.len();
            entries.push(next.entry);
            answers.push(next.answer);
        }
        Some((entries, answers))
    }

    /// Refuses the group for which there was no room, and everything behind it; what comes then goes on where the
    /// durable entries end.
    fn turn_away(&self, why: &LogError, order: Order, answers: Vec<Answer>) {
        let mut queue = self.lock();
        queue.order = order;
        let behind = mem::take(&mut queue.waiting);
        drop(queue);
        refuse(why, answers, behind);
    }

    /// Refuses the group that failed, everything behind it, and everything to come.
    fn fail(&self, why: LogError, answers: Vec<Answer>) {
        let failed = matches!(why, LogError::Failed(_));
        let why = if failed { why } else { LogError::Failed(why.to_string()) };
        let mut queue = self.lock();
        queue.failed = Some(why.clone());
        let behind = mem::take(&mut queue.waiting);
        drop(queue);
        refuse(&why, answers, behind);
    }
}

/// Counts what became of a group, and how long it took.
fn measured(began: Instant, entries: usize, is_kept: bool) {
    if is_kept {
        metrics::histogram!("travaux_flush_seconds").record(began.elapsed());
        metrics::counter!("travaux_appends_total").increment(entries as u64);
    } else {
        metrics::counter!("travaux_append_failures_total").increment(1);
    }
}

fn refuse(why: &LogError, answers: Vec<Answer>, behind: VecDeque<Waiting>) {
    let behind = behind.into_iter().map(|waiting| waiting.answer);
    for answer in answers.into_iter().chain(behind) {
        // Who no longer waits for the answer has lost nothing.
        drop(answer.send(Err(why.clone())));
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Scope;
    use futures_util::FutureExt;
    use std::sync::mpsc;

    impl Group {
        fn append(&self, entry: NewEntry) -> Receipt {
            self.append_again(entry, None)
        }
    }

    fn entry(seq: u32) -> NewEntry {
        let (compact, bytes) = ("a".into(), vec![b'x']);
        NewEntry { compact, seq, bytes }
    }

    /// A group of which the disk does what it is told to, a message for each call.
    fn group() -> (Group, Arc<Durable>, mpsc::Sender<Result<(), LogError>>) {
        let durable = Arc::new(Durable::new(0, Vec::new()));
        let (told, disk) = mpsc::channel();
        let keep = move |_: &[Stored]| disk.recv().unwrap_or(Ok(()));
        let group = Group::start(Arc::clone(&durable), keep).unwrap();
        (group, durable, told)
    }

    #[tokio::test]
    async fn after_a_failure_everything_behind_it_fails_and_all_to_come() {
        let (group, durable, disk) = group();
        let first = group.append(entry(1));
        disk.send(Ok(())).unwrap();
        assert_eq!(first.await, Ok(1));
        let behind: Vec<Receipt> = (2..=9).map(|seq| group.append(entry(seq))).collect();
        disk.send(Err(LogError::Failed("no space left".into()))).unwrap();
        let failed = Err(LogError::Failed("no space left".into()));
        for receipt in behind {
            assert_eq!(receipt.await, failed);
        }
        assert_eq!(group.append(entry(2)).await, failed);
        assert_eq!(group.append(entry(10)).await, failed);
        assert_eq!(durable.position(), 1);
    }

    #[tokio::test]
    async fn where_there_is_no_room_everything_behind_is_turned_away_and_then_it_goes_on() {
        let (group, durable, disk) = group();
        let first = group.append(entry(1));
        disk.send(Ok(())).unwrap();
        assert_eq!(first.await, Ok(1));
        let full = LogError::Full("no space left".into());
        let behind: Vec<Receipt> = (2..=9).map(|seq| group.append(entry(seq))).collect();
        // The first of them may be a group by itself.
        disk.send(Err(full.clone())).unwrap();
        disk.send(Err(full.clone())).unwrap();
        let mut told = Vec::new();
        for receipt in behind {
            told.push(receipt.await);
        }
        assert!(told.iter().all(|told| *told == Err(full.clone())), "{told:?}");
        assert!(matches!(group.append(entry(10)).await, Err(LogError::Taken { actual: 2, .. })));
        drop(disk);
        let mut again = group.append(entry(2)).await;
        if again == Err(full) {
            again = group.append(entry(2)).await;
        }
        assert_eq!((again, durable.position()), (Ok(2), 2));
    }

    #[tokio::test]
    async fn what_is_enqueued_is_neither_told_nor_seen_before_the_sync() {
        let (group, durable, disk) = group();
        let mut first = group.append(entry(1));
        assert_eq!((&mut first).now_or_never(), None);
        let seen = durable.recent(&Scope::Whole, 0, 10).unwrap();
        assert_eq!((seen, durable.position()), (Some(Vec::new()), 0));
        disk.send(Ok(())).unwrap();
        assert_eq!((first.await, durable.position()), (Ok(1), 1));
    }

    #[tokio::test]
    async fn whatever_waits_is_one_group() {
        let durable = Arc::new(Durable::new(0, Vec::new()));
        let (sizes, groups) = mpsc::channel();
        let (gate, opened) = mpsc::channel::<()>();
        let keep = move |entries: &[Stored]| {
            sizes.send(entries.len()).unwrap();
            assert!(opened.recv().is_err(), "the gate only ever goes");
            Ok(())
        };
        let group = Group::start(durable, keep).unwrap();
        let first = group.append(entry(1));
        assert_eq!(groups.recv(), Ok(1));
        let waiting = GROUP_ENTRIES_MAX + 5;
        let behind: Vec<Receipt> = (2..).take(waiting).map(|seq| group.append(entry(seq))).collect();
        drop(gate);
        assert_eq!(first.await, Ok(1));
        drop(group);
        assert_eq!(groups.iter().collect::<Vec<_>>(), [GROUP_ENTRIES_MAX, 5]);
        for receipt in behind {
            assert!(receipt.await.is_ok());
        }
    }
}
