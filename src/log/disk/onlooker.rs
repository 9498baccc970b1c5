//! Reading the record of a store that another process is writing.

use std::fs::File;
use std::path::{Path, PathBuf};

use super::head::{self, Promise, Sealing};
use super::journal::{self, HEADER_BYTES};
use super::read::stored;
use super::record::chain_start;
use super::scan::{Window, damaged};
use super::{LogError, Stored, filing};
use crate::log::READ_BYTES_MAX;
use crate::proof::{Hash, Peaks};

/// How often what does not read is read again: it may just be being written.
const TRIES: usize = 20;

/// Reads a record up to one position, which is the last that was durable when it began, whatever is written meanwhile.
/// Takes no lock and changes nothing.
pub struct Onlooker {
    path: PathBuf,
    file: File,
    promised: Promise,
    tree: Peaks,
    chain: Hash,
    place: u64,
}

impl Onlooker {
    /// Looks at the store in `dir`, the head file of which is to be signed as [`Sealing`] says.
    ///
    /// [`LogError::Failed`] where there is none, [`LogError::Corrupt`] where it is not as it was written.
    pub fn open(dir: &Path, sealing: &Sealing) -> Result<Self, LogError> {
        let path = dir.join(journal::NAME);
        let mut promised = head::promised(dir, sealing);
        for _ in 1..TRIES {
            if !matches!(promised, Err(LogError::Corrupt { .. })) {
                break;
            }
            promised = head::promised(dir, sealing);
        }
        let none = || LogError::Failed(format!("there is no record in {}", dir.display()));
        let promised = promised?.ok_or_else(none)?;
        let file = File::open(&path).map_err(|why| filing(&path, &why))?;
        journal::check_header(&path, &file)?;
        Ok(Self { path, file, promised, tree: Peaks::default(), chain: chain_start(), place: HEADER_BYTES })
    }

    /// The position up to which it reads.
    pub fn head(&self) -> u64 {
        self.promised.position
    }

    /// The next entries, at most so many and about [`READ_BYTES_MAX`] bytes of them, each proved against all before it; none
    /// at the end, where the tree over all of them has come to what was promised.
    pub fn next(&mut self, limit: usize) -> Result<Vec<Stored>, LogError> {
        let (mut entries, mut bytes) = (Vec::new(), 0);
        let mut window = Window::new(&self.file);
        while entries.len() < limit && bytes < READ_BYTES_MAX && self.tree.size() < self.promised.position {
            let position = self.tree.size() + 1;
            let mut read = window.entry(&self.path, self.place, position);
            for _ in 1..TRIES {
                if !matches!(read, Err(LogError::Corrupt { .. })) {
                    break;
                }
                window = Window::new(&self.file);
                read = window.entry(&self.path, self.place, position);
            }
            let (record, length) = read?;
            if record.position != position || !record.is_genuine() || !record.follows(self.chain) {
                return Err(damaged(position, "it is not what was recorded"));
            }
            (self.chain, self.place) = (record.chain, self.place + length);
            self.tree.push(record.leaf);
            bytes += record.bytes.len();
            entries.push(stored(&record));
        }
        if self.tree.size() == self.promised.position && self.tree.root() != self.promised.root {
            return Err(damaged(self.promised.position, "the head file says that something else was recorded"));
        }
        Ok(entries)
    }
}
