//! `travaux export`: the record as lines of JSON, an event a line.

use std::fs::{self, File, Permissions};
use std::io::{self, BufWriter, Write};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use clap::Args;

use super::fault::{Done, Fault, written};
use super::keyfile::Key;
use super::output::{count, tell};
use super::store;
use crate::compact::{CompactId, with_position};
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
            _ => replace(to, &log, &scope)?,
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

/// Writes beside the file and puts the whole in its place.
fn replace(to: &Path, log: &DiskLog, scope: &Scope) -> Result<u64, Fault> {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let fail = |why: io::Error| unwritten(to, &why);
    let open_to_all = Permissions::from_mode(0o666);
    let mut beside = tempfile::Builder::new();
    // As any other new file: the umask has its say.
    let beside = beside.prefix(".travaux-export-").permissions(open_to_all).tempfile_in(folder).map_err(fail)?;
    let entries = lines(log, scope, beside.as_file())?;
    beside.as_file().sync_all().map_err(fail)?;
    beside.persist(to).map_err(|why| unwritten(to, &why.error))?;
    Ok(entries)
}

fn lines(log: &DiskLog, scope: &Scope, to: impl Write) -> Result<u64, Fault> {
    let mut to = BufWriter::new(to);
    let (mut after, mut entries) = (0, 0);
    loop {
        let page = log.read(scope, after, PAGE_ENTRIES)?;
        let Some(last) = page.last() else { break };
        after = match scope {
            Scope::Whole => last.position,
            Scope::Compact(_) => last.seq.into(),
        };
        for entry in &page {
            let mut line = with_position(&entry.bytes, entry.position);
            line.push(b'\n');
            written(to.write_all(&line))?;
            entries += 1;
        }
    }
    written(to.flush())?;
    Ok(entries)
}

fn unwritten(to: &Path, why: &io::Error) -> Fault {
    Fault::storage(format!("{} cannot be written: {why}", to.display()))
}
