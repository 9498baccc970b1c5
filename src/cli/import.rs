//! `travaux import`: a record from the lines that `export` wrote, into a fresh store; all of it or nothing.

use std::collections::{BTreeSet, VecDeque};
use std::fs::{self, File};
use std::io::{self, BufRead, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::check::Checker;
use super::fault::{Done, Fault};
use super::input;
use super::keyfile::Key;
use super::output::{count, print};
use super::serve::runtime;
use super::store;
use crate::compact::Entry;
use crate::log::{DiskLog, ENTRY_BYTES_MAX, EventLog, NewEntry, Receipt, Sealing};

/// How many bytes a line may have: an entry, and its position in front.
const LINE_BYTES_MAX: usize = ENTRY_BYTES_MAX + 64;

/// How many bytes of entries may be on their way to the disk.
const FLIGHT_BYTES_MAX: usize = 8 * 1024 * 1024;

/// Read a record that `export` wrote into a fresh store, checking every entry
#[derive(Debug, Args)]
pub(super) struct Import {
    /// Where to keep the record: an empty directory, or one to be made
    #[arg(long, env = "TRAVAUX_DATA", value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    key: Key,
    /// The lines that `export` wrote; "-" is standard input
    file: PathBuf,
}

impl Import {
    /// Reads every line.
    pub(super) fn run(&self) -> Done {
        if !store::is_vacant(&self.data)? {
            let dir = self.data.display();
            return Err(Fault::wanting(format!(
                "{dir} is not empty, and a record is never mixed with another: name a fresh directory with --data"
            )));
        }
        let mut lines = input::open(&self.file)?;
        let dir = absolute(&self.data)?;
        let parent = dir.parent().unwrap_or(&dir);
        fs::create_dir_all(parent).map_err(|why| unkept(parent, &why))?;
        // Built beside its place and moved there when it is whole: nobody ever finds a half of it.
        let site = tempfile::Builder::new().prefix(".travaux-import-").tempdir_in(parent);
        let site = site.map_err(|why| unkept(parent, &why))?;
        let built = site.path().join("record");
        let checker = Importer::open(&built, store::sealing(&self.key, &dir)?)?.import(&mut *lines, &self.file)?;
        fs::rename(&built, &dir).map_err(|why| unkept(&dir, &why))?;
        File::open(parent).and_then(|parent| parent.sync_all()).map_err(|why| unkept(parent, &why))?;
        let entries = count(checker.entries, "entry");
        let compacts = count(checker.compacts().count(), "compact");
        print(&format!("{entries} of {compacts} imported into {}\n", self.data.display()))
    }
}

/// A store that is being filled.
struct Importer {
    log: DiskLog,
    runtime: tokio::runtime::Runtime,
    checker: Checker,
    /// What is on its way to the disk, and how many bytes that is.
    flight: VecDeque<(Receipt, usize)>,
    flight_bytes: usize,
    positions: Positions,
}

/// The positions of the lines so far.
#[derive(Default)]
struct Positions {
    last: u64,
    has_gap: bool,
    compacts: BTreeSet<Arc<str>>,
}

impl Importer {
    fn open(dir: &Path, sealing: Sealing) -> Result<Self, Fault> {
        let (log, runtime) = (DiskLog::open_sealed(dir, sealing)?, runtime()?);
        let (flight, positions) = (VecDeque::new(), Positions::default());
        Ok(Self { log, runtime, checker: Checker::default(), flight, flight_bytes: 0, positions })
    }

    /// Takes every line in; the store is closed, and all of it durable, when this returns.
    fn import(mut self, lines: &mut dyn BufRead, file: &Path) -> Result<Checker, Fault> {
        for number in 1_u64.. {
            let wrong = |why: &str| {
                Fault::wanting(format!("line {number} of {}: {why}; nothing was imported", input::name(file)))
            };
            let line = line(lines).map_err(|why| input::unreadable(file, &why))?;
            if line.is_empty() {
                break;
            }
            let bytes = self.checked(&line).map_err(|why| wrong(&why))?;
            self.keep(bytes)?;
        }
        if self.checker.entries == 0 {
            return Err(Fault::wanting(format!("{} holds no entry; nothing was imported", input::name(file))));
        }
        while self.land()? {}
        Ok(self.checker)
    }

    fn checked(&mut self, line: &[u8]) -> Result<NewEntry, String> {
        let is_too_long = line.len() > LINE_BYTES_MAX;
        let cut = if is_too_long { "too long for an entry" } else { "cut short: a line ends with a line feed" };
        let whole = line.strip_suffix(b"\n").ok_or(cut)?;
        let (position, bytes) =
            Entry::from_shown(whole).ok_or("not an entry with its position in front, as export writes it")?;
        let place = self.checker.next(&bytes)?;
        self.positions.next(position, &place.compact)?;
        Ok(NewEntry { compact: place.compact, seq: place.seq, bytes })
    }

    fn keep(&mut self, entry: NewEntry) -> Done {
        let bytes = entry.bytes.len();
        self.flight_bytes += bytes;
        self.flight.push_back((self.log.append(entry), bytes));
        while self.flight_bytes > FLIGHT_BYTES_MAX && self.land()? {}
        Ok(())
    }

    /// Waits for the oldest entry on its way; says whether there was one.
    fn land(&mut self) -> Result<bool, Fault> {
        let Some((receipt, bytes)) = self.flight.pop_front() else { return Ok(false) };
        self.flight_bytes -= bytes;
        self.runtime.block_on(receipt)?;
        Ok(true)
    }
}

impl Positions {
    /// Positions are without a gap, or else those of one compact among others, which are given anew.
    fn next(&mut self, position: u64, compact: &Arc<str>) -> Result<(), String> {
        let last = std::mem::replace(&mut self.last, position);
        if position <= last {
            return Err(format!("position {position} does not follow position {last}"));
        }
        self.has_gap |= position != last + 1;
        if !self.compacts.contains(compact) {
            self.compacts.insert(compact.clone());
        }
        if self.has_gap && self.compacts.len() > 1 {
            return Err(format!(
                "position {position} follows position {last}, and the lines are those of several compacts: some are \
                 missing"
            ));
        }
        Ok(())
    }
}

/// The next line with its end, or as much of it as an entry may have.
fn line(lines: &mut dyn BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let most = u64::try_from(LINE_BYTES_MAX + 1).unwrap_or(u64::MAX);
    lines.take(most).read_until(b'\n', &mut line)?;
    Ok(line)
}

fn absolute(dir: &Path) -> Result<PathBuf, Fault> {
    // Where there is an empty directory it may be a link, and it is the directory that is replaced.
    let found = if dir.exists() { fs::canonicalize(dir) } else { std::path::absolute(dir) };
    found.map_err(|why| unkept(dir, &why))
}

fn unkept(dir: &Path, why: &io::Error) -> Fault {
    Fault::storage(format!("the record cannot be kept in {}: {why}; nothing was imported", dir.display()))
}
