//! Where a store is built beside its place, and moved there when it is whole: nobody ever finds a half of it.

use std::fs::{self, File};
use std::io;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::fault::{Done, Fault};
use super::filling::Filling;
use super::store;
use crate::log::Sealing;

/// What the store is called while it is built.
const BUILT: &str = "record";

/// A store on its way to its place.
pub(super) struct Site {
    dir: PathBuf,
    parent: PathBuf,
    around: TempDir,
}

impl Site {
    /// For a directory in which nothing is yet.
    pub(super) fn beside(dir: &Path) -> Result<Self, Fault> {
        if !store::is_vacant(dir)? {
            let dir = dir.display();
            return Err(Fault::wanting(format!(
                "{dir} is not empty, and a record is never mixed with another: name a fresh directory"
            )));
        }
        let whole = absolute(dir)?;
        let parent = whole.parent().unwrap_or(&whole).to_owned();
        fs::create_dir_all(&parent).map_err(|why| unkept(&parent, &why))?;
        let around = tempfile::Builder::new().prefix(".travaux-building-").tempdir_in(&parent);
        let around = around.map_err(|why| unkept(&parent, &why))?;
        Ok(Self { dir: whole, parent, around })
    }

    /// The store to be filled.
    pub(super) fn filling(&self, sealing: Sealing) -> Result<Filling, Fault> {
        Filling::open(&self.around.path().join(BUILT), sealing)
    }

    /// Moves the store, which is closed, to its place, durably.
    pub(super) fn put(self) -> Done {
        fs::rename(self.around.path().join(BUILT), &self.dir).map_err(|why| unkept(&self.dir, &why))?;
        let synced = File::open(&self.parent).and_then(|parent| parent.sync_all());
        synced.map_err(|why| unkept(&self.parent, &why))
    }
}

fn absolute(dir: &Path) -> Result<PathBuf, Fault> {
    // Where there is an empty directory it may be a link, and it is the directory that is replaced.
    let found = if dir.exists() { fs::canonicalize(dir) } else { std::path::absolute(dir) };
    found.map_err(|why| unkept(dir, &why))
}

fn unkept(dir: &Path, why: &io::Error) -> Fault {
    Fault::storage(format!("the record cannot be kept in {}: {why}; nothing was written there", dir.display()))
}
