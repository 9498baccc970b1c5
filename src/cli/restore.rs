//! `travaux restore`: the records that are in backups, in fresh stores; all of them or nothing.

use std::path::{Path, PathBuf};

use clap::Args;

use super::bundle::{Held, unpack};
use super::fault::{Done, Fault};
use super::kept::Kept;
use super::keyfile::Key;
use super::output::{count, print, tell};
use super::records::Record;
use super::site::Site;
use super::store;
use crate::proof::Keyring;

/// Make records of a backup, in fresh directories, checking all of it
///
/// The record of the delegations is made of FILE, those of the public and of what is prepared in private of FILE.public and
/// FILE.private, where they are beside it. Each is the one that was backed up: the same bytes at the same positions, so
/// that every checkpoint of before goes on to hold. Put the keys in their places first: with them the backup is checked,
/// and the new stores signed.
#[derive(Debug, Args)]
pub(super) struct Restore {
    /// Where to keep the record: an empty directory, or one to be made
    #[arg(long, env = "TRAVAUX_DATA", value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    key: Key,
    /// The file that `backup` wrote
    file: PathBuf,
}

/// One record on its way from its file.
struct One {
    record: Record,
    file: PathBuf,
    keys: Option<Keyring>,
}

impl Restore {
    /// Fills the stores, and puts them in their places when all is checked.
    pub(super) fn run(&self) -> Done {
        let mut all = Vec::new();
        for record in Record::all(&self.data, &self.key)? {
            let file = record.file(&self.file);
            if file == self.file || file.exists() {
                all.push(self.begun(record, file)?);
            } else if !Record::is_of_others(&self.file) {
                tell(&self.not_there(&record, &file)?);
            }
        }
        let held = all.iter().map(|(one, site)| one.filled(site)).collect::<Result<Vec<_>, _>>()?;
        let (all, sites): (Vec<One>, Vec<Site>) = all.into_iter().unzip();
        // That of the delegations, which stands first, comes last: where it is, the others are.
        sites.into_iter().rev().try_for_each(Site::put)?;
        let told = all.iter().zip(&held).map(|(one, held)| {
            one.tell_signed(held);
            one.told(held)
        });
        print(&told.collect::<String>())
    }

    fn begun(&self, record: Record, file: PathBuf) -> Result<(One, Site), Fault> {
        let keys = record.key.file_for(&record.dir)?.look()?;
        let site = Site::beside(&record.dir).map_err(|why| {
            if record.dir == self.data {
                return why;
            }
            why.with(&format!("or move {} away, as {} goes there", record.dir.display(), file.display()))
        })?;
        Ok((One { record, file, keys }, site))
    }

    fn not_there(&self, record: &Record, file: &Path) -> Result<String, Fault> {
        let (file, dir, data) = (file.display(), record.dir.display(), self.data.display());
        let left = if record.is_meant()? {
            format!("{dir} stays as it is, and may tell of what is not in {data}")
        } else {
            format!("nothing is restored into {dir}, and `travaux serve` begins it anew")
        };
        Ok(format!("there is no {file}: {left}"))
    }
}

impl One {
    /// Fills the store beside its place; says what was found.
    fn filled(&self, site: &Site) -> Result<Held, Fault> {
        let mut filling = site.filling(store::sealing(&self.record.key, &self.record.dir)?)?;
        let known = self.keys.as_ref().map(Keyring::verifiers);
        let held = unpack(&self.file, known.as_deref(), &mut Kept::default(), |entry| filling.keep(entry));
        let held = held.map_err(|why| why.with("nothing was restored"))?;
        filling.close()?;
        Ok(held)
    }

    fn told(&self, held: &Held) -> String {
        let entries = count(held.checker.entries, "entry");
        let compacts = count(held.checker.compacts().count(), "compact");
        format!("{entries} of {compacts} restored into {}\n", self.record.dir.display())
    }

    fn tell_signed(&self, held: &Held) {
        let Self { record, file, keys, .. } = self;
        match &held.signer {
            None => tell(&format!("nobody has signed {}: it is whole, and who wrote it is not shown", file.display())),
            Some(_) if keys.is_some() => (),
            Some(signer) => tell(&format!(
                "no key is at hand: the backup was checked with the key that it names itself, {signer}, and the store is \
                 not signed. If you have a copy of the key, remove {}, put the key in its place, and restore again",
                record.dir.display()
            )),
        }
    }
}
