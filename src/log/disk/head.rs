//! The head file: how far the record went and what it came to, kept beside the journal, so that one that ends before is
//! refused and one that was written anew from the beginning is found out.
//!
//! It is written behind the back of the writers, after the journal was synced: it never promises what was not durable,
//! and may promise less than there is, which does no harm. It is synced when the writers pause, and now and then.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use super::{LogError, filing};
use crate::proof::{Checkpoint, Hash, Keyring, NotACheckpoint, NotSigned, Peaks};

/// What the file is called in the directory of the store.
pub(super) const NAME: &str = "head";

/// The file is synced when no entry came for so long,
const PAUSE: Duration = Duration::from_millis(500);

/// and after so many groups of entries.
const UNSYNCED_MAX: u32 = 1_024;

/// How long the file is, always: one sector, which is written whole or not at all.
const BYTES: usize = 512;

/// What stands between the text of a note and whoever signed it.
const SIGNATURES: &str = "\n\n\u{2014} ";

/// What is said of a head file that cannot have been written so.
const CHANGED: &str = "it is not as it was written";

/// The origin of the checkpoint that the file is.
const ORIGIN: &str = "travaux record";

/// What a head file promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Promise {
    /// How many entries were durable.
    pub(super) position: u64,
    /// What the tree over them came to.
    pub(super) root: Hash,
}

/// Who signs what the head file promises.
#[derive(Clone, Debug, Default)]
pub enum Sealing {
    /// Nobody. What somebody has signed is left as it is.
    #[default]
    Unsigned,
    /// These keys; a head file that none of them has signed is refused.
    Signed(Arc<Keyring>),
    /// These keys from now on; a head file that nobody has signed yet is taken.
    SignedAnew(Arc<Keyring>),
}

impl Promise {
    /// What can be promised of a record with this tree over its entries.
    pub(super) fn of(tree: &Peaks) -> Self {
        Self { position: tree.size(), root: tree.root() }
    }

    fn checkpoint(self) -> Checkpoint {
        Checkpoint::of(ORIGIN, self.position, self.root)
    }
}

impl Sealing {
    fn keys(&self) -> Option<&Keyring> {
        match self {
            Self::Unsigned => None,
            Self::Signed(keys) | Self::SignedAnew(keys) => Some(keys),
        }
    }

    fn seal(&self, promise: Promise) -> io::Result<Vec<u8>> {
        let said = promise.checkpoint();
        let note = self.keys().map_or_else(|| Ok(said.to_string()), |keys| keys.sign(&said));
        note.map(pad).map_err(io::Error::other)
    }

    /// Reads what is said, padded as it is; the error is what is wrong with it.
    fn open(&self, said: &[u8]) -> Result<Promise, &'static str> {
        let note = std::str::from_utf8(said).ok().filter(|said| said.len() == BYTES);
        let note = note.map(|note| note.trim_end_matches('\n').to_owned() + "\n");
        let note = note.filter(|note| pad(note.clone()) == said).ok_or(CHANGED)?;
        let signed = note.split_once(SIGNATURES).map(|(text, _)| format!("{text}\n"));
        let checkpoint = match (self, &signed) {
            (Self::Unsigned, Some(text)) => text.parse(),
            (Self::Unsigned | Self::SignedAnew(_), None) => note.parse(),
            (Self::Signed(_), None) => return Err("nobody has signed it, and whoever kept this record before did"),
            (Self::Signed(keys) | Self::SignedAnew(keys), Some(_)) => keys.open(&note),
        };
        let checkpoint = checkpoint.map_err(|why| match why {
            NotACheckpoint::NotSigned(NotSigned::Unknown) => "it is signed by a key that is not among those given",
            NotACheckpoint::NotSigned(_) | NotACheckpoint::Form(_) => CHANGED,
        })?;
        let promise = Promise { position: checkpoint.size, root: checkpoint.root };
        if promise.checkpoint() == checkpoint { Ok(promise) } else { Err(CHANGED) }
    }
}

/// The head file of an open store, and the thread that writes it.
pub(super) struct Head {
    line: Arc<Line>,
    writer: Option<JoinHandle<()>>,
}

struct Line {
    news: Mutex<News>,
    more: Condvar,
}

#[derive(Default)]
struct News {
    /// The tree over what is durable, not written yet.
    tree: Option<Peaks>,
    closing: bool,
}

impl Head {
    /// Promises what is there, durably, and goes on to. Where nobody signs and somebody did, nothing is written: the file
    /// goes on promising what it does.
    pub(super) fn open(dir: &Path, tree: &Peaks, sealing: Sealing) -> Result<Self, LogError> {
        let path = dir.join(NAME);
        let line = Arc::new(Line { news: Mutex::default(), more: Condvar::new() });
        if sealing.keys().is_none() && is_signed(dir)? {
            return Ok(Self { line, writer: None });
        }
        let file = begin(&path, Promise::of(tree), &sealing).map_err(|why| filing(&path, &why))?;
        let heard = Arc::clone(&line);
        let writer = thread::Builder::new().name("head".into());
        let writer = writer.spawn(move || heard.write_to(&path, &file, &sealing));
        let writer = writer.map_err(|why| LogError::Failed(format!("no thread for the head file: {why}")))?;
        Ok(Self { line, writer: Some(writer) })
    }

    /// Tells how far the record is durable now. Returns at once.
    pub(super) fn promise(&self, tree: &Peaks) {
        self.line.lock().tree = Some(tree.clone());
        self.line.more.notify_one();
    }
}

impl Drop for Head {
    fn drop(&mut self) {
        self.line.lock().closing = true;
        self.line.more.notify_one();
        if let Some(writer) = self.writer.take() {
            // A writer that panicked has promised less than it could have.
            drop(writer.join());
        }
    }
}

impl Line {
    fn lock(&self) -> MutexGuard<'_, News> {
        self.news.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_to(&self, path: &Path, file: &File, sealing: &Sealing) {
        let mut unsynced = 0_u32;
        loop {
            let (tree, is_idle, closing) = self.next(unsynced > 0);
            let mut done = Ok(());
            if let Some(tree) = &tree {
                done = sealing.seal(Promise::of(tree)).and_then(|said| file.write_all_at(&said, 0));
                unsynced += 1;
            }
            if unsynced > 0 && (closing || is_idle || unsynced >= UNSYNCED_MAX) {
                done = done.and_then(|()| file.sync_data());
                unsynced = 0;
            }
            if let Err(why) = done {
                // The record itself is safe: only what is promised of it lags behind.
                tracing::error!(path = %path.display(), %why, "the head file cannot be written");
            }
            if closing && tree.is_none() {
                return;
            }
        }
    }

    /// Waits for news; where something is not synced yet, no longer than until the writers pause. Tells the news, whether
    /// they paused, and whether the store is being closed.
    fn next(&self, has_unsynced: bool) -> (Option<Peaks>, bool, bool) {
        let (mut news, mut is_idle) = (self.lock(), false);
        while news.tree.is_none() && !news.closing && !is_idle {
            if has_unsynced {
                let woken = self.more.wait_timeout(news, PAUSE);
                let (told, waited) = woken.unwrap_or_else(PoisonError::into_inner);
                (news, is_idle) = (told, waited.timed_out());
            } else {
                let woken = self.more.wait(news);
                news = woken.unwrap_or_else(PoisonError::into_inner);
            }
        }
        (news.tree.take(), is_idle, news.closing)
    }
}

/// What the head file promises; `None` where there is none.
pub(super) fn promised(dir: &Path, sealing: &Sealing) -> Result<Option<Promise>, LogError> {
    let Some(said) = said(dir)? else { return Ok(None) };
    let promise = sealing.open(&said);
    promise.map(Some).map_err(|why| LogError::Corrupt { which: dir.join(NAME).display().to_string(), why: why.into() })
}

/// Whether there is a head file that somebody has signed.
pub(super) fn is_signed(dir: &Path) -> Result<bool, LogError> {
    signed_by(dir).map(|by| by.is_some())
}

/// In whose name the head file says that it is signed; `None` where nobody has signed it, or there is none.
pub(super) fn signed_by(dir: &Path) -> Result<Option<String>, LogError> {
    let said = said(dir)?.unwrap_or_default();
    let said = String::from_utf8_lossy(&said);
    let by = said.split_once(SIGNATURES).map(|(_, by)| by.split([' ', '\n']).next().unwrap_or_default());
    Ok(by.map(str::to_owned))
}

fn said(dir: &Path) -> Result<Option<Vec<u8>>, LogError> {
    let path = dir.join(NAME);
    match fs::read(&path) {
        Ok(said) => Ok(Some(said)),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(why) => Err(filing(&path, &why)),
    }
}

/// Has the head file, which is there and as long as ever, say what is promised: that needs no room on the disk.
fn begin(path: &Path, promise: Promise, sealing: &Sealing) -> io::Result<File> {
    let file = File::options().write(true).open(path)?;
    file.write_all_at(&sealing.seal(promise)?, 0)?;
    file.sync_data()?;
    Ok(file)
}

/// Puts a head file in its place, whole and durable.
pub(super) fn put(dir: &Path, promise: Promise, sealing: &Sealing) -> io::Result<()> {
    super::put(dir, NAME, &sealing.seal(promise)?)
}

fn pad(note: String) -> Vec<u8> {
    let mut bytes = note.into_bytes();
    bytes.resize(BYTES.max(bytes.len()), b'\n');
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;

    fn tree(leaves: u64) -> Peaks {
        let mut tree = Peaks::default();
        (0..leaves).for_each(|leaf| tree.push(Hash::of_leaf(&leaf.to_be_bytes())));
        tree
    }

    fn keys(seed: u8) -> Arc<Keyring> {
        Arc::new(Keyring::new(Some("secretariat.example"), [seed; 32]).unwrap())
    }

    #[test]
    fn what_is_promised_is_read_back_and_a_changed_promise_is_none() {
        for sealing in [Sealing::Unsigned, Sealing::Signed(keys(7))] {
            let dir = tempfile::tempdir().unwrap();
            assert_eq!(promised(dir.path(), &sealing), Ok(None));
            put(dir.path(), Promise::of(&tree(0)), &sealing).unwrap();
            let head = Head::open(dir.path(), &tree(7), sealing.clone()).unwrap();
            assert_eq!(promised(dir.path(), &sealing), Ok(Some(Promise::of(&tree(7)))));
            head.promise(&tree(12_345));
            drop(head);
            let whole = Promise::of(&tree(12_345));
            assert_eq!(promised(dir.path(), &sealing), Ok(Some(whole)));
            let said = fs::read(dir.path().join(NAME)).unwrap();
            for length in 0..said.len() {
                fs::write(dir.path().join(NAME), &said[..length]).unwrap();
                assert!(promised(dir.path(), &sealing).is_err(), "{length} bytes");
            }
            for place in 0..said.len() {
                let mut flipped = said.clone();
                flipped[place] ^= 1;
                fs::write(dir.path().join(NAME), flipped).unwrap();
                let found = promised(dir.path(), &sealing);
                // Unsigned, another number or root reads, and is found out by the journal.
                let is_other = found.as_ref().is_ok_and(|found| *found != Some(whole)) && sealing.keys().is_none();
                assert!(found.is_err() || is_other, "byte {place}");
            }
        }
    }

    #[test]
    fn what_one_key_has_signed_is_not_taken_from_another_or_from_nobody() {
        let dir = tempfile::tempdir().unwrap();
        let ours = Sealing::Signed(keys(1));
        put(dir.path(), Promise::of(&tree(3)), &ours).unwrap();
        let why = |sealing: &Sealing| promised(dir.path(), sealing).unwrap_err().to_string();
        for theirs in [Sealing::Signed(keys(2)), Sealing::SignedAnew(keys(2))] {
            assert!(why(&theirs).contains("not among those given"));
        }
        drop(Head::open(dir.path(), &tree(5), Sealing::Unsigned).unwrap());
        assert_eq!(promised(dir.path(), &ours), Ok(Some(Promise::of(&tree(3)))), "left as it was signed");
        put(dir.path(), Promise::of(&tree(3)), &Sealing::Unsigned).unwrap();
        assert!(why(&ours).contains("nobody has signed it"));
        assert!(promised(dir.path(), &Sealing::SignedAnew(keys(1))).is_ok());
    }
}
