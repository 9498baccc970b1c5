//! `travaux backup`: each record of a server as one file that proves itself, while it is served or not.

use std::fs;
use std::io::BufWriter;
use std::path::{self, Path, PathBuf};

use clap::Args;

use super::bundle::{Source, pack, unpack};
use super::fault::{Done, Fault};
use super::kept::Kept;
use super::keyfile::Key;
use super::output::{count, print, tell};
use super::records::Record;
use super::whole::{AS_EVER, Beside, OWNER_ALONE, unwritten};
use crate::proof::Keyring;
use crate::proof::bundle::Reckoning;

/// How often a file is written that does not hold.
const TRIES: u32 = 5;

/// Write each record of a server into one signed file, while it is served or not
///
/// That of the delegations is written to FILE, those of the public and of what is prepared in private to FILE.public and
/// FILE.private. What is written is consistent: of each record all entries up to one position, the last that was durable
/// when it began. `travaux verify` checks a file with nothing but it, `travaux restore` makes the same records of them.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// Where the record is kept
    #[arg(long, env = "TRAVAUX_DATA", value_name = "DIR")]
    data: PathBuf,
    /// The file to write; one that exists is replaced once all is written
    #[arg(long, env = "TRAVAUX_TO", value_name = "FILE")]
    to: PathBuf,
    /// Sign nothing: the files then show damage, and not who wrote them
    #[arg(long, env = "TRAVAUX_UNSIGNED")]
    unsigned: bool,
    #[command(flatten)]
    key: Key,
}

/// One record, on its way into its file.
struct One {
    record: Record,
    to: PathBuf,
    /// With which keys the file is signed.
    keys: Option<Keyring>,
}

/// What was written, beside its place.
struct Written {
    file: Beside,
    came_to: Reckoning,
    is_served: bool,
}

impl Backup {
    /// Writes the files and says what is in them.
    pub(super) fn run(&self) -> Done {
        let records = Record::all(&self.data, &self.key)?;
        self.are_elsewhere(&records)?;
        let mut all = Vec::new();
        for record in records {
            let to = record.file(&self.to);
            if record.is_meant()? {
                all.push(One { keys: self.keys(&record)?, record, to });
            } else if to.exists() {
                let (to, dir) = (to.display(), record.dir.display());
                tell(&format!("{to} is of an earlier backup and stays as it is: there is no record in {dir}"));
            }
        }
        print(&written(&all)?)
    }

    /// With which keys the backup of a record is signed.
    fn keys(&self, record: &Record) -> Result<Option<Keyring>, Fault> {
        if self.unsigned {
            return Ok(None);
        }
        let file = record.key.file_for(&record.dir)?;
        file.look()?.map(Some).ok_or_else(|| {
            Fault::storage(format!(
                "there is no key in {}, and a backup that nobody signed shows nothing to whoever doubts it: name the file \
                 of the key with --key, or say --unsigned",
                file.path().display()
            ))
        })
    }

    /// A file among those of a store would be taken for one of them.
    fn are_elsewhere(&self, records: &[Record]) -> Done {
        let whole = |path: &Path| path::absolute(path).map_err(|why| unwritten(&self.to, &why));
        for to in records.iter().map(|record| record.file(&self.to)) {
            for Record { dir, .. } in records {
                if whole(&to)?.starts_with(whole(dir)?) {
                    let (to, dir) = (to.display(), dir.display());
                    return Err(Fault::usage(format!(
                        "{to} is in {dir}, and would be lost with it: name a file elsewhere"
                    )));
                }
            }
        }
        Ok(())
    }
}

/// Writes all files, and puts them in their places once all are whole; says what is in them.
///
/// The record of the delegations, which stands first, is read last, and its file is put in place first: so, even where the
/// disk fails half way, it holds all that the others tell that the public was shown, or that was tabled out of a caucus.
fn written(all: &[One]) -> Result<String, Fault> {
    let mut told = Vec::new();
    let mut files = Vec::new();
    for one in all.iter().rev() {
        let written = one.write().map_err(|why| why.of(&one.record.dir))?;
        told.push(one.told(&written)?);
        files.push(written.file);
    }
    files.into_iter().rev().try_for_each(Beside::put)?;
    told.reverse();
    Ok(told.concat())
}

impl One {
    /// Writes the file beside its place. If a server goes on writing the record, something may be blanked while this reads,
    /// before or behind the entry that says so: then the file does not hold, and is written again.
    fn write(&self) -> Result<Written, Fault> {
        for _ in 1..TRIES {
            match self.write_once() {
                Err(Fault::Wanting(_)) => (),
                done => return done,
            }
        }
        self.write_once()
    }

    fn write_once(&self) -> Result<Written, Fault> {
        let keys = self.keys.as_ref();
        let mut source = Source::open(&self.record.dir, &self.record.key)?;
        let mode = if self.record.is_prepared() { OWNER_ALONE } else { AS_EVER };
        let (came_to, file) = Beside::written(&self.to, mode, |file, beside| {
            let came_to = pack(&mut source, keys, BufWriter::new(file))?;
            if source.is_served() {
                let known = keys.map(Keyring::verifiers);
                unpack(beside, known.as_deref(), &mut Kept::default(), |_| Ok(()))?;
            }
            Ok(came_to)
        })?;
        Ok(Written { file, came_to, is_served: source.is_served() })
    }

    fn told(&self, Written { file, came_to, is_served }: &Written) -> Result<String, Fault> {
        let (entries, compacts) = (came_to.whole().size(), came_to.compacts().len());
        let bytes = fs::metadata(file.path()).map_err(|why| unwritten(&self.to, &why))?.len();
        let (entries, compacts, to) = (count(entries, "entry"), count(compacts, "compact"), self.to.display());
        let meanwhile = if *is_served { " while it is served" } else { "" };
        let signed = self
            .keys
            .as_ref()
            .map_or_else(|| "by nobody".to_owned(), |keys| format!("in the name of {}", keys.origin()));
        Ok(format!("{entries} of {compacts} written to {to}{meanwhile}: {bytes} bytes, signed {signed}\n"))
    }
}
