//! Taking what holds out of a damaged store: of each compact the entries from 1 on without a gap that prove themselves
//! and replay.

use std::collections::BTreeMap;
use std::io::{BufWriter, Write as _};
use std::path::Path;
use std::sync::Arc;

use crate::cli::bundle::line;
use crate::cli::check::{Checker, Place};
use crate::cli::fault::{Done, Fault, written};
use crate::cli::filling::Filling;
use crate::cli::holes::Holes;
use crate::cli::ranges::Ranges;
use crate::cli::whole;
use crate::log::{Stored, salvage};
use crate::proof::Hash;

/// What came out of a damaged store.
pub(super) struct Saving {
    filling: Filling,
    checker: Checker,
    holes: Holes,
    /// The compacts of which anything proves itself.
    pub(super) compacts: BTreeMap<Arc<str>, Saved>,
    /// The positions of all that proves itself.
    pub(super) positions: Ranges,
}

/// What came out of one compact.
#[derive(Default)]
pub(super) struct Saved {
    /// The leaves of what is saved, from entry 1 on.
    leaves: Vec<Hash>,
    /// The seqs of all that proves itself.
    pub(super) seen: Ranges,
    /// The seqs of what is put aside.
    pub(super) aside: Ranges,
    /// Why the entry behind those saved does not hold, where it is there.
    pub(super) stopped: Option<String>,
}

impl Saved {
    /// How many entries are saved.
    pub(super) fn saved(&self) -> u64 {
        self.leaves.len() as u64
    }

    fn is_next(&self, entry: &Stored) -> bool {
        self.stopped.is_none() && self.saved() + 1 == u64::from(entry.seq)
    }

    fn has(&self, entry: &Stored) -> bool {
        let index = usize::try_from(entry.seq).ok().and_then(|seq| seq.checked_sub(1));
        index.and_then(|index| self.leaves.get(index)) == Some(&entry.leaf())
    }
}

impl Saving {
    /// Into an empty store.
    pub(super) fn new(filling: Filling) -> Self {
        let (checker, holes) = (Checker::default(), Holes::default());
        Self { filling, checker, holes, compacts: BTreeMap::new(), positions: Ranges::default() }
    }

    /// Reads what proves itself again and again, until nothing more of it follows what is saved: pieces of a journal need
    /// not stand in their order any more.
    pub(super) fn save(&mut self, from: &Path) -> Done {
        loop {
            let mut has_more = false;
            salvage(from, |entry| self.see(&entry).map(|is_saved| has_more |= is_saved))?;
            let is_behind = |saved: &Saved| saved.stopped.is_none() && saved.seen.last() > saved.saved();
            if !has_more || !self.compacts.values().any(is_behind) {
                return Ok(());
            }
        }
    }

    /// Saves an entry if it is the next of its compact, and says whether it is.
    fn see(&mut self, entry: &Stored) -> Result<bool, Fault> {
        self.positions.add(entry.position);
        let saved = self.compacts.entry(entry.compact.clone()).or_default();
        saved.seen.add(entry.seq.into());
        if !saved.is_next(entry) {
            return Ok(false);
        }
        let wanted = Place { compact: entry.compact.clone(), seq: entry.seq };
        match self.checker.next(&entry.bytes) {
            Ok(place) if place == wanted => saved.leaves.push(entry.leaf()),
            Ok(Place { compact, seq }) => {
                saved.stopped = Some(format!("it says that it is {compact}/{seq}"));
                return Ok(false);
            }
            Err(why) => {
                saved.stopped = Some(why);
                return Ok(false);
            }
        }
        self.holes.see(entry);
        self.filling.keep(entry).map(|()| true)
    }

    /// Writes what proves itself and is not saved into a file, as lines.
    pub(super) fn put_aside(&mut self, from: &Path, to: &Path) -> Done {
        let compacts = &mut self.compacts;
        whole::put(to, |file, _| {
            let mut lines = BufWriter::new(file);
            salvage(from, |entry: Stored| {
                let Some(saved) = compacts.get_mut(&entry.compact).filter(|saved| !saved.has(&entry)) else {
                    return Ok(());
                };
                saved.aside.add(entry.seq.into());
                written(lines.write_all(&line::written(&entry)))
            })?;
            written(lines.flush())
        })
    }

    /// Whether anything proves itself that is not saved.
    pub(super) fn has_more(&self, from: &Path) -> Result<bool, Fault> {
        let mut has_more = false;
        salvage(from, |entry: Stored| {
            has_more |= !self.compacts.get(&entry.compact).is_some_and(|saved| saved.has(&entry));
            Ok::<(), Fault>(())
        })?;
        Ok(has_more)
    }

    /// What was blanked, where the entry that says so is not saved.
    pub(super) fn unsaid(&self) -> Vec<String> {
        self.holes.unsaid(&self.checker)
    }

    /// How many entries are saved.
    pub(super) fn saved(&self) -> u64 {
        self.compacts.values().map(Saved::saved).sum()
    }

    /// Waits until the store is durable, and closes it; says what is in it.
    pub(super) fn close(self) -> Result<BTreeMap<Arc<str>, Saved>, Fault> {
        self.filling.close()?;
        Ok(self.compacts)
    }
}
