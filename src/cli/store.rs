//! Directories that hold a record, or are to.

use std::path::Path;
use std::{fs, io};

use super::fault::Fault;
use crate::log::DiskLog;

/// Opens the record in a directory; makes none where there is none.
pub(super) fn open(dir: &Path) -> Result<DiskLog, Fault> {
    if is_vacant(dir)? {
        let dir = dir.display();
        return Err(Fault::storage(format!(
            "there is no record in {dir}; name the directory that `serve` keeps it in"
        )));
    }
    Ok(DiskLog::open(dir)?)
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
