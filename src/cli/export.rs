//! `travaux export`: the record as lines of JSON, an event a line.

use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;

use clap::Args;

use super::bundle::line;
use super::fault::{Done, Fault, written};
use super::keyfile::Key;
use super::output::{count, tell};
use super::progress::Progress;
use super::store;
use super::whole::{self, unwritten};
use crate::compact::CompactId;
use crate::log::{DiskLog, EventLog, Scope};

/// How many entries are held at a time.
const PAGE_ENTRIES: usize = 1_024;

/// Write the record as NDJSON: one event a line, as the event stream shows them
#[derive(Debug, Args)]
pub(super) struct Export {
    /// Where the record is kept
    #[arg(long, env = "TRAVAUX_DATA", value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    key: Key,
    /// Only the record of this compact
    #[arg(long, env = "TRAVAUX_COMPACT", value_name = "ID")]
    compact: Option<CompactId>,
    /// The file to write; one that exists is replaced once all is written [default: standard output]
    #[arg(long, env = "TRAVAUX_TO", value_name = "FILE")]
    to: Option<PathBuf>,
}

impl Export {
    /// Writes every entry.
    pub(super) fn run(&self) -> Done {
        let log = store::open(&self.data, &self.key)?;
        let scope = self.scope(&log)?;
        let Some(to) = &self.to else {
            return lines(&log, &scope, io::stdout().lock()).map(drop);
        };
        let entries = match fs::metadata(to) {
            // A device or a pipe is written to; putting a file in its place would take it away.
            Ok(there) if !there.is_file() => lines(&log, &scope, File::create(to).map_err(|why| unwritten(to, &why))?)?,
            _ => whole::put(to, |file| lines(&log, &scope, file))?,
        };
        let entries = count(entries, "line");
        tell(&format!("{entries} written to {}", to.display()));
        Ok(())
    }

    fn scope(&self, log: &DiskLog) -> Result<Scope, Fault> {
        let Some(id) = &self.compact else { return Ok(Scope::Whole) };
        let compacts = log.compacts()?;
        if compacts.iter().any(|(name, _)| **name == *id.as_str()) {
            return Ok(Scope::Compact(id.as_str().into()));
        }
        let names: Vec<&str> = compacts.iter().map(|(name, _)| &**name).collect();
        let names =
            if names.is_empty() { "it holds none".to_owned() } else { format!("it holds {}", names.join(", ")) };
        Err(Fault::wanting(format!("there is no compact {id} in this record; {names}")))
    }
}

fn lines(log: &DiskLog, scope: &Scope, to: impl Write) -> Result<u64, Fault> {
    let mut to = BufWriter::new(to);
    let (mut after, mut entries) = (0, 0);
    let total = matches!(scope, Scope::Whole).then(|| *log.head().borrow());
    let mut progress = Progress::of("entries written", total);
    loop {
        let page = log.read(scope, after, PAGE_ENTRIES)?;
        let Some(last) = page.last() else { break };
        after = match scope {
            Scope::Whole => last.position,
            Scope::Compact(_) => last.seq.into(),
        };
        for entry in &page {
            written(to.write_all(&line::written(entry)))?;
            entries += 1;
            progress.reach(entries);
        }
    }
    written(to.flush())?;
    Ok(entries)
}
