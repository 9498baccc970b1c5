//! `travaux restore`: the record that is in a backup, in a fresh store; all of it or nothing.

use std::path::PathBuf;

use clap::Args;

use super::bundle::{Held, unpack};
use super::fault::Done;
use super::fault::Fault;
use super::kept::Kept;
use super::keyfile::Key;
use super::output::{count, print, tell};
use super::site::Site;
use super::store;
use crate::proof::Keyring;

/// Make a record of a backup, in a fresh directory, checking all of it
///
/// The record is the one that was backed up: the same bytes at the same positions, so that every checkpoint of before goes
/// on to hold. Put the key in its place first: with it the backup is checked, and the new store signed.
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

impl Restore {
    /// Fills the store, and puts it in its place when all is checked.
    pub(super) fn run(&self) -> Done {
        let keys = self.keys()?;
        let site = Site::beside(&self.data)?;
        let mut filling = site.filling(store::sealing(&self.key, &self.data)?)?;
        let known = keys.as_ref().map(Keyring::verifiers);
        let held = unpack(&self.file, known.as_deref(), &mut Kept::default(), |entry| filling.keep(entry));
        let held = held.map_err(|why| why.with("nothing was restored"))?;
        filling.close()?;
        site.put()?;
        self.tell_signed(&held, keys.is_some());
        let entries = count(held.checker.entries, "entry");
        let compacts = count(held.checker.compacts().count(), "compact");
        print(&format!("{entries} of {compacts} restored into {}\n", self.data.display()))
    }

    fn keys(&self) -> Result<Option<Keyring>, Fault> {
        let Some(file) = self.key.file(Some(&self.data))? else { return Ok(None) };
        file.look()
    }

    fn tell_signed(&self, held: &Held, is_known: bool) {
        match &held.signer {
            None => tell("nobody has signed this backup: it is whole, and who wrote it is not shown"),
            Some(_) if is_known => (),
            Some(signer) => tell(&format!(
                "no key is at hand: the backup was checked with the key that it names itself, {signer}, and the store is \
                 not signed. If you have a copy of the key, remove {}, put the key in its place, and restore again",
                self.data.display()
            )),
        }
    }
}
