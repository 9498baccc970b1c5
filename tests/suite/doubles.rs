//! Logs that misbehave as disks do: they fail, are full, or take their time.

use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex, mpsc};
use std::thread;

use futures_util::FutureExt;
use tokio::sync::{oneshot, watch};
use travaux::log::{EventLog, LogError, MemoryLog, NewEntry, Receipt, Scope, Stored};
use travaux::proof::Hash;

/// Everything but appending is done by the log inside.
macro_rules! otherwise_as {
    ($inner:ident) => {
        fn read(&self, scope: &Scope, after: u64, limit: usize) -> Result<Vec<Stored>, LogError> {
            self.$inner.read(scope, after, limit)
        }

        fn head(&self) -> watch::Receiver<u64> {
            self.$inner.head()
        }

        fn blank(&self, compact: &Arc<str>, seq: u32, bytes: &[u8]) -> Result<(), LogError> {
            self.$inner.blank(compact, seq, bytes)
        }

        fn compacts(&self) -> Result<Vec<(Arc<str>, u32)>, LogError> {
            self.$inner.compacts()
        }
    };
}

/// A log of which every append fails after so many: a disk that fails for good.
pub(crate) struct FailingLog {
    inner: MemoryLog,
    left: AtomicU64,
}

impl FailingLog {
    /// Keeps so many entries and no more.
    pub(crate) fn after(appends: u64) -> Self {
        let (inner, left) = (MemoryLog::new(), AtomicU64::new(appends));
        Self { inner, left }
    }
}

impl EventLog for FailingLog {
    fn append_again(&self, entry: NewEntry, blanked: Option<Hash>) -> Receipt {
        let less = |left: u64| left.checked_sub(1);
        let order = Ordering::SeqCst;
        match self.left.fetch_update(order, order, less) {
            Ok(_) => self.inner.append_again(entry, blanked),
            Err(_) => Receipt::settled(Err(LogError::Failed("the disk does not answer".into()))),
        }
    }

    otherwise_as!(inner);
}

/// An entry on its way, the leaf of what was recorded if it was blanked, and where the answer goes.
type Waiting = (NewEntry, Option<Hash>, oneshot::Sender<Result<u64, LogError>>);

/// A log that makes an entry durable when it is let through the gate: one for each message, all once the gate is gone.
pub(crate) struct SlowLog {
    inner: Arc<MemoryLog>,
    line: mpsc::Sender<Waiting>,
}

impl SlowLog {
    /// An empty log and its gate.
    pub(crate) fn new() -> (Self, mpsc::Sender<()>) {
        Self::that(Arc::default())
    }

    /// One that has no room for an entry while it is said to be full.
    fn that(is_full: Arc<AtomicBool>) -> (Self, mpsc::Sender<()>) {
        let inner = Arc::new(MemoryLog::new());
        let (gate, opened) = mpsc::channel();
        let (line, waiting) = mpsc::channel::<Waiting>();
        let behind = Arc::clone(&inner);
        thread::spawn(move || {
            for (entry, blanked, answer) in waiting {
                match opened.recv() {
                    // One message lets one pass; once the gate is gone, everything passes.
                    Ok(()) | Err(mpsc::RecvError) if is_full.load(Ordering::SeqCst) => {
                        drop(answer.send(Err(LogError::Full("no space left".into()))));
                    }
                    Ok(()) | Err(mpsc::RecvError) => {
                        let told = behind.append_again(entry, blanked).now_or_never();
                        drop(answer.send(told.unwrap_or(Err(LogError::Closed))));
                    }
                }
            }
        });
        (Self { inner, line }, gate)
    }
}

impl EventLog for SlowLog {
    fn append_again(&self, entry: NewEntry, blanked: Option<Hash>) -> Receipt {
        let (answer, receipt) = Receipt::awaited();
        drop(self.line.send((entry, blanked, answer)));
        receipt
    }

    otherwise_as!(inner);
}

/// A log on a disk that is full now and then. Entries are answered when they are let through the gate, so that many are
/// on their way when it fills up.
pub(crate) struct FullLog {
    slow: SlowLog,
    /// Shared with the thread that lets entries through.
    is_full: Arc<AtomicBool>,
}

impl FullLog {
    /// An empty log with room, and its gate.
    pub(crate) fn new() -> (Self, mpsc::Sender<()>) {
        let is_full = Arc::new(AtomicBool::new(false));
        let (slow, gate) = SlowLog::that(Arc::clone(&is_full));
        (Self { slow, is_full }, gate)
    }

    /// What is let through from now on finds no room, or room again.
    pub(crate) fn switch(&self) -> Arc<AtomicBool> {
        Arc::clone(&self.is_full)
    }
}

impl EventLog for FullLog {
    fn append_again(&self, entry: NewEntry, blanked: Option<Hash>) -> Receipt {
        self.slow.append_again(entry, blanked)
    }

    otherwise_as!(slow);
}

/// A log that takes entries, and of which the blanking is in the hands of a test.
pub(crate) struct BlankingLog {
    inner: Arc<dyn EventLog>,
    /// What happens before and after it.
    around: Box<dyn Fn() -> Result<(), LogError> + Send + Sync>,
}

impl BlankingLog {
    /// One that cannot write over an entry: the disk fails, or the machine stops, between recording and blanking.
    pub(crate) fn failing(inner: Arc<dyn EventLog>) -> Self {
        Self { inner, around: Box::new(|| Err(LogError::Failed("the disk does not answer".into()))) }
    }

    /// One that tells when it is about to write and when it has written, and waits each time until it is let go on.
    pub(crate) fn waiting(inner: Arc<dyn EventLog>) -> (Self, mpsc::Receiver<()>, mpsc::Sender<()>) {
        let (tell, told) = mpsc::channel();
        let (gate, opened) = mpsc::channel();
        let opened = Mutex::new(opened);
        let around = move || {
            tell.send(()).map_err(|_| LogError::Closed)?;
            opened.lock().unwrap().recv().map_err(|_| LogError::Closed)
        };
        (Self { inner, around: Box::new(around) }, told, gate)
    }
}

impl EventLog for BlankingLog {
    fn append_again(&self, entry: NewEntry, blanked: Option<Hash>) -> Receipt {
        self.inner.append_again(entry, blanked)
    }

    fn read(&self, scope: &Scope, after: u64, limit: usize) -> Result<Vec<Stored>, LogError> {
        self.inner.read(scope, after, limit)
    }

    fn head(&self) -> watch::Receiver<u64> {
        self.inner.head()
    }

    fn blank(&self, compact: &Arc<str>, seq: u32, bytes: &[u8]) -> Result<(), LogError> {
        (self.around)()?;
        self.inner.blank(compact, seq, bytes)?;
        (self.around)()
    }

    fn compacts(&self) -> Result<Vec<(Arc<str>, u32)>, LogError> {
        self.inner.compacts()
    }
}
