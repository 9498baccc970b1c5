//! The head file: how far the record went and what it came to, kept beside the journal, so that one that ends before is
//! refused and one that was written anew from the beginning is found out.
//!
//! It is written behind the back of the writers, after the journal was synced: it never promises what was not durable,
//! and may promise less than there is, which does no harm. It is synced when the writers pause, and now and then.

use std::fs::{self, File};
use std::io::{self, Write as _};
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use base64::Engine as _;
use base64::prelude::BASE64_STANDARD;

use super::{LogError, filing};
use crate::proof::{Hash, Peaks};

/// What the file is called in the directory of the store.
pub(super) const NAME: &str = "head";

/// How the names of files begin that are moved to their place once they are whole.
pub(super) const BESIDE: &str = ".beside-";

/// The file is synced when no entry came for so long,
const PAUSE: Duration = Duration::from_millis(500);

/// and after so many groups of entries.
const UNSYNCED_MAX: u32 = 1_024;

/// How long the file is, always: one sector, which is written whole or not at all.
const BYTES: usize = 512;

/// What the text begins with: in the form of a checkpoint of a transparency log (C2SP tlog-checkpoint), its origin.
const ORIGIN: &str = "travaux record";

/// What a head file promises.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Promise {
    /// How many entries were durable.
    pub(super) position: u64,
    /// What the tree over them came to.
    pub(super) root: Hash,
}

impl Promise {
    /// What can be promised of a record with this tree over its entries.
    pub(super) fn of(tree: &Peaks) -> Self {
        Self { position: tree.size(), root: tree.root() }
    }

    fn text(self) -> String {
        let root = BASE64_STANDARD.encode(self.root.0);
        format!("{ORIGIN}\n{}\n{root}\n", self.position)
    }

    fn read(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        let (origin, position, root) = (lines.next()?, lines.next()?, lines.next()?);
        let root = BASE64_STANDARD.decode(root).ok()?.try_into().ok().map(Hash)?;
        let promise = Self { position: position.parse().ok()?, root };
        (origin == ORIGIN).then_some(promise)
    }
}

/// Who signs what the head file says, and knows the signature again.
pub trait Seal: Send + Sync {
    /// The text as a signed note (C2SP signed-note).
    fn sign(&self, text: &str) -> String;
    /// The text of a note that has a good signature; `None` for any other.
    fn open<'n>(&self, note: &'n str) -> Option<&'n str>;
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
    /// Promises what is there, durably, and goes on to.
    pub(super) fn open(dir: &Path, tree: &Peaks, seal: Option<Arc<dyn Seal>>) -> Result<Self, LogError> {
        let path = dir.join(NAME);
        put(dir, Promise::of(tree), seal.as_deref()).map_err(|why| filing(&path, &why))?;
        let file = File::options().write(true).open(&path).map_err(|why| filing(&path, &why))?;
        let line = Arc::new(Line { news: Mutex::default(), more: Condvar::new() });
        let heard = Arc::clone(&line);
        let writer = thread::Builder::new().name("head".into());
        let writer = writer.spawn(move || heard.write_to(&path, &file, seal.as_deref()));
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

    fn write_to(&self, path: &Path, file: &File, seal: Option<&dyn Seal>) {
        let mut unsynced = 0_u32;
        loop {
            let (tree, is_idle, closing) = self.next(unsynced > 0);
            let mut done = Ok(());
            if let Some(tree) = &tree {
                done = file.write_all_at(&sealed(Promise::of(tree), seal), 0);
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
pub(super) fn promised(dir: &Path, seal: Option<&dyn Seal>) -> Result<Option<Promise>, LogError> {
    let path = dir.join(NAME);
    let said = match fs::read(&path) {
        Ok(said) => said,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) => return Err(filing(&path, &why)),
    };
    let note = std::str::from_utf8(&said).ok().filter(|said| said.len() == BYTES);
    let note = note.map(|note| note.trim_end_matches('\n'));
    let promise = note.and_then(Promise::read);
    let genuine = note.zip(promise).is_some_and(|(note, promise)| {
        let (note, text) = (format!("{note}\n"), promise.text());
        let is_signed = note.starts_with(&format!("{text}\n\u{2014} "));
        pad(note.clone()) == said
            && seal.map_or(is_signed || note == text, |seal| seal.open(&note).is_some_and(|signed| signed == text))
    });
    let why = "it is not as it was written; restore a backup or save what is left with \"travaux salvage\"";
    promise
        .filter(|_| genuine)
        .map(Some)
        .ok_or_else(|| LogError::Corrupt { which: path.display().to_string(), why: why.into() })
}

/// Puts a head file in its place, whole and durable.
pub(super) fn put(dir: &Path, promise: Promise, seal: Option<&dyn Seal>) -> io::Result<()> {
    let mut beside = tempfile::Builder::new().prefix(BESIDE).tempfile_in(dir)?;
    beside.write_all(&sealed(promise, seal))?;
    beside.as_file().sync_all()?;
    beside.persist(dir.join(NAME)).map_err(|why| why.error)?;
    File::open(dir)?.sync_all()
}

fn sealed(promise: Promise, seal: Option<&dyn Seal>) -> Vec<u8> {
    let text = promise.text();
    pad(seal.map_or_else(|| text.clone(), |seal| seal.sign(&text)))
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

    #[test]
    fn what_is_promised_is_read_back_and_a_changed_promise_is_none() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(promised(dir.path(), None), Ok(None));
        let head = Head::open(dir.path(), &tree(7), None).unwrap();
        assert_eq!(promised(dir.path(), None), Ok(Some(Promise::of(&tree(7)))));
        head.promise(&tree(12_345));
        drop(head);
        assert_eq!(promised(dir.path(), None), Ok(Some(Promise::of(&tree(12_345)))));
        let said = fs::read(dir.path().join(NAME)).unwrap();
        for length in 0..said.len() {
            fs::write(dir.path().join(NAME), &said[..length]).unwrap();
            assert!(promised(dir.path(), None).is_err(), "{length} bytes");
        }
        // A changed number or root reads, and is found out by the journal; anything else is found out here.
        for place in (0..ORIGIN.len()).chain(ORIGIN.len() + 60..said.len()) {
            let mut flipped = said.clone();
            flipped[place] ^= 1;
            fs::write(dir.path().join(NAME), flipped).unwrap();
            assert!(promised(dir.path(), None).is_err(), "byte {place}");
        }
    }
}
