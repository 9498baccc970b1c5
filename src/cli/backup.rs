//! `travaux backup`: the whole record as one file that proves itself, while it is served or not.

use std::fs;
use std::io::BufWriter;
use std::path::{self, Path, PathBuf};

use clap::Args;

use super::bundle::{Source, pack, unpack};
use super::fault::{Done, Fault};
use super::kept::Kept;
use super::keyfile::Key;
use super::output::{count, print};
use super::whole::{self, unwritten};
use crate::proof::Keyring;
use crate::proof::bundle::Reckoning;

/// How often a file is written that does not hold.
const TRIES: u32 = 5;

/// Write the whole record into one signed file, while it is served or not
///
/// What is written is consistent: all entries up to one position, the last that was durable when it began. `travaux verify`
/// checks the file with nothing but it, `travaux restore` makes the same record of it.
#[derive(Debug, Args)]
pub(super) struct Backup {
    /// Where the record is kept
    #[arg(long, env = "TRAVAUX_DATA", value_name = "DIR")]
    data: PathBuf,
    /// The file to write; one that exists is replaced once all is written
    #[arg(long, env = "TRAVAUX_TO", value_name = "FILE")]
    to: PathBuf,
    /// Sign nothing: the file then shows damage, and not who wrote it
    #[arg(long, env = "TRAVAUX_UNSIGNED")]
    unsigned: bool,
    #[command(flatten)]
    key: Key,
}

impl Backup {
    /// Writes the file and says what is in it.
    pub(super) fn run(&self) -> Done {
        self.is_elsewhere()?;
        let keys = self.keys()?;
        let (came_to, is_served) = self.write(keys.as_ref())?;
        let (entries, compacts) = (came_to.whole().size(), came_to.compacts().len());
        let bytes = fs::metadata(&self.to).map_err(|why| unwritten(&self.to, &why))?.len();
        let (entries, compacts, to) = (count(entries, "entry"), count(compacts, "compact"), self.to.display());
        let meanwhile = if is_served { " while it is served" } else { "" };
        let by = keys.map_or_else(|| "by nobody".to_owned(), |keys| format!("in the name of {}", keys.origin()));
        print(&format!("{entries} of {compacts} written to {to}{meanwhile}: {bytes} bytes, signed {by}\n"))
    }

    /// Writes the file; says what it holds, and whether a server goes on writing the record. If one does, something may be
    /// blanked while this reads, before or behind the entry that says so: then the file does not hold, and is written again.
    fn write(&self, keys: Option<&Keyring>) -> Result<(Reckoning, bool), Fault> {
        for _ in 1..TRIES {
            match self.write_once(keys) {
                Err(Fault::Wanting(_)) => (),
                done => return done,
            }
        }
        self.write_once(keys)
    }

    fn write_once(&self, keys: Option<&Keyring>) -> Result<(Reckoning, bool), Fault> {
        let mut source = Source::open(&self.data, &self.key)?;
        whole::put(&self.to, |file, beside| {
            let came_to = pack(&mut source, keys, BufWriter::new(file))?;
            if source.is_served() {
                let known = keys.map(Keyring::verifiers);
                unpack(beside, known.as_deref(), &mut Kept::default(), |_| Ok(()))?;
            }
            Ok((came_to, source.is_served()))
        })
    }

    /// With which keys it is signed.
    fn keys(&self) -> Result<Option<Keyring>, Fault> {
        if self.unsigned {
            return Ok(None);
        }
        let Some(file) = self.key.file(Some(&self.data))? else { return Ok(None) };
        file.look()?.map(Some).ok_or_else(|| {
            Fault::storage(format!(
                "there is no key in {}, and a backup that nobody signed shows nothing to whoever doubts it: name the file \
                 of the key with --key, or say --unsigned",
                file.path().display()
            ))
        })
    }

    /// A file among those of the store would be taken for one of them.
    fn is_elsewhere(&self) -> Done {
        let whole = |path: &Path| path::absolute(path).map_err(|why| unwritten(&self.to, &why));
        if whole(&self.to)?.starts_with(whole(&self.data)?) {
            let (to, data) = (self.to.display(), self.data.display());
            return Err(Fault::usage(format!("{to} is in {data}, and would be lost with it: name a file elsewhere")));
        }
        Ok(())
    }
}
