//! The journal: the file that is the record. Entries are written one behind the other and never moved.
//!
//! It is made longer in steps, by writing zeros, so that writing an entry changes no metadata and one `fdatasync` has
//! everything on the medium; and so that a full disk is met where nothing is half written.

use std::fs::File;
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::path::{Path, PathBuf};

use super::record::Record;
use super::{LogError, Stored, filing};
use crate::proof::Hash;

/// What the file is called in the directory of the store.
pub(super) const NAME: &str = "journal";

/// The format written and read by this version. The first was a store without a journal.
pub(super) const FORMAT: u32 = 2;

/// How much stands before the first record: one sector, so that writing a record never touches it.
const SECTOR: usize = 512;

/// Where the first record stands.
pub(super) const HEADER_BYTES: u64 = SECTOR as u64;

/// What the header says, before the number of the format.
const TITLE: &str = "travaux journal, format ";

/// By how many bytes the file grows: it doubles, and goes on in steps of the most.
const STEP_BYTES_MIN: u64 = 64 * 1024;
const STEP_BYTES_MAX: u64 = 4 * 1024 * 1024;

/// How many bytes have to stay free on the disk: for the index, and for whoever comes to make room.
const SPARE_BYTES: u64 = 8 * 1024 * 1024;

/// How many zeros are written at once.
static ZEROS: [u8; 64 * 1024] = [0; 64 * 1024];

/// The writing side of the journal.
pub(super) struct Journal {
    path: PathBuf,
    file: File,
    /// Where the next record goes.
    end: u64,
    /// How long the file is; zeros from the end on.
    length: u64,
    position: u64,
    chain: Hash,
    group: Vec<u8>,
}

impl Journal {
    /// Goes on behind the last record. What stands there that is none was never acknowledged, and is wiped out.
    pub(super) fn new(path: PathBuf, file: File, end: u64, position: u64, chain: Hash) -> Result<Self, LogError> {
        let length = file.metadata().map_err(|why| filing(&path, &why))?.len();
        let mut journal = Self { path, file, end, length: length.max(end), position, chain, group: Vec::new() };
        journal.wipe_rest().map_err(|why| filing(&journal.path, &why))?;
        Ok(journal)
    }

    /// Makes a group durable and returns where each entry stands, and its leaf.
    pub(super) fn append(&mut self, entries: &[Stored]) -> Result<Vec<(u64, Hash)>, LogError> {
        self.group.clear();
        let (mut chain, mut places) = (self.chain, Vec::with_capacity(entries.len()));
        for entry in entries {
            let record = Record::new(entry, self.position, chain);
            places.push((self.end + self.group.len() as u64, record.leaf));
            record.put(&mut self.group);
            chain = record.chain;
        }
        let end = self.end + self.group.len() as u64;
        self.make_room(end)?;
        let written = self.file.write_all_at(&self.group, self.end).and_then(|()| self.file.sync_data());
        written.map_err(|why| filing(&self.path, &why))?;
        (self.end, self.chain) = (end, chain);
        self.position = entries.last().map_or(self.position, |entry| entry.position);
        // A large group is rare, and its memory is not kept.
        self.group.shrink_to(1024 * 1024);
        Ok(places)
    }

    /// What the chain comes to behind the last entry.
    pub(super) fn chain(&self) -> Hash {
        self.chain
    }

    /// Has zeros up to `end`; if there is no room, everything stays as it was.
    fn make_room(&mut self, end: u64) -> Result<(), LogError> {
        if end <= self.length {
            return Ok(());
        }
        let length = end.next_multiple_of(self.length.clamp(STEP_BYTES_MIN, STEP_BYTES_MAX));
        let more = length - self.length;
        let free = rustix::fs::fstatvfs(&self.file).map(|disk| disk.f_bavail.saturating_mul(disk.f_frsize));
        if free.is_ok_and(|free| free < more + SPARE_BYTES) {
            let needed = (more + SPARE_BYTES) / (1024 * 1024);
            return Err(LogError::Full(format!("{} needs {needed} MiB free on its disk", self.path.display())));
        }
        match self.write_zeros(self.length, length).and_then(|()| self.file.sync_data()) {
            Ok(()) => {
                self.length = length;
                Ok(())
            }
            Err(why) if matches!(why.kind(), ErrorKind::StorageFull | ErrorKind::QuotaExceeded) => {
                self.file.set_len(self.length).map_err(|why| filing(&self.path, &why))?;
                Err(LogError::Full(format!("{}: {why}", self.path.display())))
            }
            Err(why) => Err(filing(&self.path, &why)),
        }
    }

    fn wipe_rest(&mut self) -> io::Result<()> {
        let (mut buffer, mut at) = (vec![0; ZEROS.len()], self.end);
        while at < self.length {
            let read = self.file.read_at(&mut buffer, at)?;
            if read == 0 {
                break;
            }
            if buffer.get(..read) != ZEROS.get(..read) {
                self.write_zeros(at, self.length)?;
                return self.file.sync_data();
            }
            at += read as u64;
        }
        Ok(())
    }

    fn write_zeros(&self, from: u64, to: u64) -> io::Result<()> {
        let mut at = from;
        while at < to {
            let count = usize::try_from(to - at).unwrap_or(usize::MAX).min(ZEROS.len());
            self.file.write_all_at(ZEROS.get(..count).unwrap_or(&ZEROS), at)?;
            at += count as u64;
        }
        Ok(())
    }
}

/// An empty journal.
pub(super) fn nothing() -> Vec<u8> {
    let mut header = format!("{TITLE}{FORMAT}\n").into_bytes();
    header.resize(SECTOR, 0);
    header
}

/// Checks that the file is a journal of this format.
pub(super) fn check_header(path: &Path, file: &File) -> Result<(), LogError> {
    let mut header = [0; SECTOR];
    let whole = file.read_exact_at(&mut header, 0);
    let said = header.split(|byte| *byte == 0).next().unwrap_or_default();
    let said = std::str::from_utf8(said).ok().and_then(|said| said.strip_prefix(TITLE)?.strip_suffix('\n'));
    let rest_is_empty = header.iter().skip_while(|byte| **byte != 0).all(|byte| *byte == 0);
    match said.and_then(|format| format.parse::<u32>().ok()).filter(|_| rest_is_empty && whole.is_ok()) {
        Some(FORMAT) => Ok(()),
        Some(newer) => Err(LogError::Failed(format!(
            "{} is of format {newer} and this travaux reads format {FORMAT}: take a newer travaux",
            path.display()
        ))),
        None => {
            let why = "it does not begin as a journal does";
            Err(LogError::Corrupt { which: path.display().to_string(), why: why.into() })
        }
    }
}
