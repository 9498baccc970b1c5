//! Directories that hold a record, or are to.

use std::path::Path;
use std::sync::Arc;
use std::{fs, io};

use super::fault::Fault;
use super::keyfile::{Key, KeyFile};
use crate::log::{DiskLog, Sealing, is_sealed};
use crate::proof::Keyring;

/// Opens the record in a directory to look at it; makes none where there is none. Where its key is at hand, what the head
/// file promises must be signed by it.
pub(super) fn open(dir: &Path, key: &Key) -> Result<DiskLog, Fault> {
    if is_vacant(dir)? {
        let dir = dir.display();
        return Err(Fault::storage(format!(
            "there is no record in {dir}; name the directory that `serve` keeps it in"
        )));
    }
    Ok(DiskLog::open_sealed(dir, sealing(key, dir)?)?)
}

/// With which keys a record that is kept in a directory is signed, if they are at hand.
pub(super) fn sealing(key: &Key, dir: &Path) -> Result<Sealing, Fault> {
    let found = key.file(Some(dir))?.map(|file| file.look()).transpose()?.flatten();
    Ok(found.map_or(Sealing::Unsigned, |keys| Sealing::Signed(Arc::new(keys))))
}

/// Opens the record in a directory to go on with it, and its keys; what is not there yet is made, but nothing beside a
/// record that is refused, or that keys which are not at hand have signed.
pub(super) fn keep(dir: &Path, file: &KeyFile) -> Result<(DiskLog, Keyring), Fault> {
    if let Some(keys) = file.look()? {
        return Ok((DiskLog::open_sealed(dir, Sealing::Signed(Arc::new(keys.clone())))?, keys));
    }
    if is_sealed(dir)? {
        let (dir, file) = (dir.display(), file.path().display());
        return Err(Fault::storage(format!(
            "the record in {dir} is signed, and there is no key in {file}: put a copy of the key back, or name its file \
             with --key; without it, `travaux salvage` makes a new record of what is there"
        )));
    }
    drop(DiskLog::open(dir)?);
    let keys = file.make()?;
    Ok((DiskLog::open_sealed(dir, Sealing::SignedAnew(Arc::new(keys.clone())))?, keys))
}

/// Whether nothing is there yet: no directory, or an empty one.
pub(super) fn is_vacant(dir: &Path) -> Result<bool, Fault> {
    match fs::read_dir(dir) {
        Ok(mut files) => Ok(files.next().is_none()),
        Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(true),
        Err(why) if why.kind() == io::ErrorKind::NotADirectory => Ok(false),
        Err(why) => Err(Fault::storage(format!("{} cannot be looked into: {why}", dir.display()))),
    }
}
