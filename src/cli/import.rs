//! `travaux import`: a record from the lines that `export` wrote, into a fresh store; all of it or nothing.

use std::collections::BTreeSet;
use std::io::{self, BufRead, Read as _};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;

use super::bundle::line::{self, LINE_BYTES_MAX, Line};
use super::check::Checker;
use super::fault::{Done, Fault};
use super::filling::Filling;
use super::holes::Holes;
use super::input;
use super::keyfile::Key;
use super::output::{count, print};
use super::progress::Progress;
use super::site::Site;
use super::store;
use crate::log::Stored;

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
        let mut lines = input::open(&self.file)?;
        let site = Site::beside(&self.data)?;
        let importer = Importer::new(site.filling(store::sealing(&self.key, &self.data)?)?);
        let checker = importer.import(&mut *lines, &self.file).map_err(|why| why.with("nothing was imported"))?;
        site.put()?;
        let entries = count(checker.entries, "entry");
        let compacts = count(checker.compacts().count(), "compact");
        print(&format!("{entries} of {compacts} imported into {}\n", self.data.display()))
    }
}

/// A store that is being filled with what holds.
struct Importer {
    filling: Filling,
    checker: Checker,
    holes: Holes,
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
    fn new(filling: Filling) -> Self {
        Self { filling, checker: Checker::default(), holes: Holes::default(), positions: Positions::default() }
    }

    /// Takes every line in; the store is closed, and all of it durable, when this returns.
    fn import(mut self, lines: &mut dyn BufRead, file: &Path) -> Result<Checker, Fault> {
        let mut progress = Progress::of("entries read", None);
        for number in 1_u64.. {
            let wrong = |why: &str| Fault::wanting(format!("line {number} of {}: {why}", input::name(file)));
            let line = next(lines).map_err(|why| input::unreadable(file, &why))?;
            if line.is_empty() {
                break;
            }
            let entry = self.checked(&line).map_err(|why| wrong(&why))?;
            self.holes.see(&entry);
            self.filling.keep(&entry)?;
            progress.reach(number);
        }
        if self.checker.entries == 0 {
            return Err(Fault::wanting(format!("{} holds no entry", input::name(file))));
        }
        self.holes.check(&self.checker)?;
        self.filling.close()?;
        Ok(self.checker)
    }

    fn checked(&mut self, line: &[u8]) -> Result<Stored, String> {
        let is_too_long = line.len() > LINE_BYTES_MAX;
        let cut = if is_too_long { "too long for an entry" } else { "cut short: a line ends with a line feed" };
        let whole = line.strip_suffix(b"\n").ok_or(cut)?;
        let told = line::read(whole).ok_or("not an entry with its position in front, as export writes it")?;
        let Line { position, blanked, bytes } = told;
        let place = self.checker.next(&bytes)?;
        self.positions.next(position, &place.compact)?;
        Ok(Stored { position, compact: place.compact, seq: place.seq, bytes: bytes.into(), blanked })
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
fn next(lines: &mut dyn BufRead) -> io::Result<Vec<u8>> {
    let mut line = Vec::new();
    let most = u64::try_from(LINE_BYTES_MAX + 1).unwrap_or(u64::MAX);
    lines.take(most).read_until(b'\n', &mut line)?;
    Ok(line)
}
