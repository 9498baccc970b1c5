//! Reading the journal from one end to the other.

use std::collections::HashMap;
use std::fs::File;
use std::io;
use std::os::unix::fs::FileExt as _;
use std::path::Path;
use std::sync::Arc;

use super::journal::HEADER_BYTES;
use super::record::{FIXED_BYTES, MARK, RECORD_BYTES_MAX, Record, Unread, chain_start};
use super::{LogError, filing};
use crate::proof::{Hash, Peaks};

/// How much is read at once, in bytes, where reading goes on from what was read before; more where a record is longer.
const WINDOW_BYTES: usize = 256 * 1024;
/// How much is read at once, in bytes, in a new place. It doubles as reading goes on from there: the entries of one compact
/// may lie far from each other, and what lies between them is not wanted.
const FIRST_BYTES: usize = 4 * 1024;

/// What stands in the journal: everything that its whole records come to.
#[derive(Clone, Debug)]
pub(super) struct Scanned {
    /// Where the next record goes.
    pub(super) end: u64,
    /// The last position.
    pub(super) position: u64,
    /// What the chain comes to.
    pub(super) chain: Hash,
    /// The tree over all entries.
    pub(super) tree: Peaks,
    /// The compacts in the order of their first positions, with their last seqs.
    pub(super) compacts: Vec<(Arc<str>, u32)>,
    numbers: HashMap<Arc<str>, usize>,
}

/// Reads all records and checks that each is genuine and follows the one before; shows what they come to after each.
///
/// Whatever follows the last record was never acknowledged and is passed over, if nothing in the file says otherwise: a
/// record written later, when what is missing was durable. If one does, or a record is not what it was, that is
/// [`LogError::Corrupt`] at the first position that does not hold.
pub(super) fn scan(path: &Path, file: &File, mut seen: impl FnMut(&Scanned)) -> Result<Scanned, LogError> {
    let mut found = Scanned::nothing();
    let mut window = Window::new(file);
    loop {
        let unread = match window.record(found.end).map_err(|why| filing(path, &why))? {
            Ok((record, length)) => {
                found.add(&record, length as u64)?;
                seen(&found);
                continue;
            }
            Err(unread) => unread,
        };
        if was_durable(file, found.end, found.position + 1).map_err(|why| filing(path, &why))? {
            let why = match unread {
                Unread::Nothing | Unread::Longer(_) => "it is not there, and later ones say that it was",
                Unread::Wrong(why) => why,
            };
            return Err(damaged(found.position + 1, why));
        }
        return Ok(found);
    }
}

impl Scanned {
    fn nothing() -> Self {
        let (tree, compacts, numbers) = (Peaks::default(), Vec::new(), HashMap::new());
        Self { end: HEADER_BYTES, position: 0, chain: chain_start(), tree, compacts, numbers }
    }

    fn add(&mut self, record: &Record<'_>, length: u64) -> Result<(), LogError> {
        let position = self.position + 1;
        if record.position != position {
            return Err(damaged(position, &format!("position {} stands there", record.position)));
        }
        if !record.is_genuine() {
            return Err(damaged(position, "its bytes are not those that were recorded"));
        }
        if !record.follows(self.chain) {
            return Err(damaged(position, "what stands before it is not what was recorded before it"));
        }
        self.count(record)?;
        (self.position, self.chain, self.end) = (position, record.chain, self.end + length);
        self.tree.push(record.leaf);
        Ok(())
    }

    fn count(&mut self, record: &Record<'_>) -> Result<(), LogError> {
        let number = self.numbers.get(record.compact).copied();
        let known = number.and_then(|number| self.compacts.get_mut(number));
        let last = known.as_ref().map_or(0, |(_, seq)| *seq);
        if Some(record.seq) != last.checked_add(1) {
            let why = format!("entry {} of {} stands behind entry {last}", record.seq, record.compact);
            return Err(damaged(record.position, &why));
        }
        if let Some((_, seq)) = known {
            *seq = record.seq;
        } else {
            let name: Arc<str> = record.compact.into();
            self.numbers.insert(name.clone(), self.compacts.len());
            self.compacts.push((name, record.seq));
        }
        Ok(())
    }
}

pub(super) fn damaged(position: u64, why: &str) -> LogError {
    LogError::Corrupt { which: format!("position {position}"), why: why.into() }
}

/// Whether any record behind `at` says that the position was durable.
fn was_durable(file: &File, at: u64, position: u64) -> io::Result<bool> {
    let mut was = false;
    survivors(file, at, |record, _| {
        was |= record.durable >= position;
        !was
    })?;
    Ok(was)
}

/// Finds every genuine record from `at` on, whatever stands between them, until told that it is enough.
pub(super) fn survivors(file: &File, at: u64, mut goes_on: impl FnMut(&Record<'_>, u64) -> bool) -> io::Result<()> {
    let (mut window, mut at, mut chain) = (Window::new(file), at, None);
    loop {
        let bytes = window.whole(at)?;
        let summed = Record::read(bytes).ok().filter(|(record, _)| record.is_genuine());
        // The chain vouches for all but the sum itself, what was durable, and that nothing was blanked.
        let chained = || {
            Record::read_unsummed(bytes).ok().filter(|(record, _)| {
                chain.is_some_and(|chain| !record.is_blanked && record.is_genuine() && record.follows(chain))
            })
        };
        if let Some((record, length)) = summed.or_else(chained) {
            if !goes_on(&record, at) {
                return Ok(());
            }
            (chain, at) = (Some(record.chain), at + length as u64);
            continue;
        }
        chain = None;
        match window.next_mark(at + 1)? {
            Some(mark) => at = mark,
            None => return Ok(()),
        }
    }
}

/// A part of the file in memory, which follows where it is read.
pub(super) struct Window<'f> {
    file: &'f File,
    start: u64,
    bytes: Vec<u8>,
    /// How much was read at once the last time.
    reach: usize,
}

impl<'f> Window<'f> {
    /// Nothing is read yet.
    pub(super) fn new(file: &'f File) -> Self {
        Self { file, start: 0, bytes: Vec::new(), reach: 0 }
    }

    /// The record at a place, and its length.
    pub(super) fn record(&mut self, at: u64) -> io::Result<Result<(Record<'_>, usize), Unread>> {
        Ok(Record::read(self.whole(at)?))
    }

    /// The record at a place where the one of this position has to be, and its length.
    pub(super) fn entry(&mut self, path: &Path, at: u64, position: u64) -> Result<(Record<'_>, u64), LogError> {
        let read = self.record(at).map_err(|why| filing(path, &why))?;
        let (record, length) = read.map_err(|why| match why {
            Unread::Nothing | Unread::Longer(_) => damaged(position, "it is not there"),
            Unread::Wrong(why) => damaged(position, why),
        })?;
        Ok((record, length as u64))
    }

    /// What stands at a place, as far as a record there goes, and more.
    fn whole(&mut self, at: u64) -> io::Result<&[u8]> {
        let length = Record::length(self.part(at, FIXED_BYTES)?).unwrap_or(FIXED_BYTES);
        self.part(at, length)
    }

    /// Where the next mark of a record stands, from a place on.
    fn next_mark(&mut self, from: u64) -> io::Result<Option<u64>> {
        let mut at = from;
        loop {
            let part = self.part(at, WINDOW_BYTES / 2)?;
            if let Some(found) = memchr::memmem::find(part, &MARK) {
                return Ok(Some(at + found as u64));
            }
            if part.len() < WINDOW_BYTES / 2 {
                return Ok(None);
            }
            at += (part.len() - MARK.len() + 1) as u64;
        }
    }

    /// What the file holds from a place on: at least `least` bytes, unless it ends before.
    fn part(&mut self, at: u64, least: usize) -> io::Result<&[u8]> {
        let from = at.checked_sub(self.start).and_then(|from| usize::try_from(from).ok());
        // Nothing is held right behind the window, and yet reading goes on from it.
        let held = from.and_then(|from| self.bytes.get(from..)).map(<[u8]>::len);
        if held.is_none_or(|held| held < least.max(1)) {
            self.reach = held.map_or(FIRST_BYTES, |_| (2 * self.reach).clamp(FIRST_BYTES, WINDOW_BYTES));
            self.fill(at, self.reach.max(least.min(RECORD_BYTES_MAX)))?;
        }
        let from = usize::try_from(at - self.start).unwrap_or(usize::MAX);
        Ok(self.bytes.get(from..).unwrap_or_default())
    }

    /// Reads so many bytes from a place on, or as many as there are.
    fn fill(&mut self, at: u64, length: usize) -> io::Result<()> {
        self.start = at;
        self.bytes.resize(length, 0);
        let mut filled = 0;
        while let Some(rest) = self.bytes.get_mut(filled..).filter(|rest| !rest.is_empty()) {
            match self.file.read_at(rest, at + filled as u64) {
                Ok(0) => break,
                Ok(read) => filled += read,
                Err(why) if why.kind() == io::ErrorKind::Interrupted => (),
                Err(why) => return Err(why),
            }
        }
        self.bytes.truncate(filled);
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use std::io::Write as _;

    use super::*;

    #[test]
    fn a_window_widens_as_reading_goes_on_and_is_small_in_a_new_place() {
        let held: Vec<u8> = (0..1_000_000_u32).map(|at| at.to_be_bytes()[3]).collect();
        let mut file = tempfile::tempfile().unwrap();
        file.write_all(&held).unwrap();
        let mut window = Window::new(&file);
        let mut read = |at: usize, least: usize| {
            let part = window.part(at as u64, least).unwrap();
            assert!(part.len() >= least.min(held.len() - at) && held[at..].starts_with(part), "{at}");
            window.bytes.len()
        };
        let widths: Vec<usize> = (0..600_000).step_by(500).map(|at| read(at, 1_000)).collect();
        assert!(widths.is_sorted() && widths[0] == FIRST_BYTES && widths.last() == Some(&WINDOW_BYTES), "{widths:?}");
        for far in [10_000, 900_000, 40_000, 700_000] {
            assert_eq!(read(far, 1_000), FIRST_BYTES, "{far}");
        }
        assert_eq!(read(500_000, 300_000), 300_000, "what is asked for comes whole");
        assert_eq!(read(999_999, 1_000), 1, "the file ends there");
        assert_eq!(read(1_000_000, 1), 0, "and there is nothing behind it");
    }
}
