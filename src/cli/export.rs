//! `travaux export`: the record as lines of JSON, an event a line.

use std::collections::HashMap;
use std::fs::{self, File};
use std::io::{self, BufWriter, Write};
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;

use super::fault::{Done, Fault, written};
use super::keyfile::Key;
use super::output::{count, tell};
use super::progress::Progress;
use super::store;
use super::whole::{self, unwritten};
use crate::compact::{CompactId, Entry, Event, Hole, Seq, shown};
use crate::log::{DiskLog, EventLog, LogError, Scope, Stored};

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
            _ => whole::put(to, |file, _| lines(&log, &scope, file))?,
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
    let mut redactions: Option<Redactions> = None;
    loop {
        let page = log.read(scope, after, PAGE_ENTRIES)?;
        let Some(last) = page.last() else { break };
        if page.iter().any(|entry| entry.blanked.is_some()) && redactions.is_none() {
            redactions = Some(all_redactions(log, scope)?);
        }
        after = cursor(scope, last);
        for entry in &page {
            let by = redactions.as_ref().and_then(|all| all.get(&(entry.compact.clone(), entry.seq)).copied());
            let hole = entry.blanked.map(|leaf| Hole { redacted_by: by, leaf_hash: leaf.to_base64() });
            let mut line = shown(&entry.bytes, Some(entry.position), hole.as_ref());
            line.push(b'\n');
            written(to.write_all(&line))?;
            entries += 1;
            progress.reach(entries);
        }
    }
    written(to.flush())?;
    Ok(entries)
}

/// Which entry blanked which, the last one where several did.
type Redactions = HashMap<(Arc<str>, u32), Seq>;

/// All of them: an entry is written before those that say why it is blanked.
fn all_redactions(log: &DiskLog, scope: &Scope) -> Result<Redactions, LogError> {
    let (mut after, mut redactions) = (0, Redactions::new());
    loop {
        let page = log.read(scope, after, PAGE_ENTRIES)?;
        let Some(last) = page.last() else { return Ok(redactions) };
        after = cursor(scope, last);
        for stored in &page {
            if let Ok(Entry { seq, event: Event::EntryRedacted(redacted), .. }) = Entry::decode(&stored.bytes) {
                redactions.insert((stored.compact.clone(), redacted.entry.0), seq);
            }
        }
    }
}

fn cursor(scope: &Scope, entry: &Stored) -> u64 {
    match scope {
        Scope::Whole => entry.position,
        Scope::Compact(_) => entry.seq.into(),
    }
}
