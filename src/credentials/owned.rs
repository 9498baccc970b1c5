//! Files for the eyes of their owner alone.

use std::fs::{File, Metadata};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

/// Everybody but the owner.
const OTHERS: u32 = 0o077;

/// The mode of a file that others may read or write, in the four digits that `chmod` takes.
pub fn open_to_others(file: &Metadata) -> Option<u32> {
    let mode = file.permissions().mode() & 0o7777;
    (mode & OTHERS != 0).then_some(mode)
}

/// The folder that a file is in.
pub fn folder(file: &Path) -> &Path {
    file.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

/// Makes the name of a file durable.
pub fn sync_folder(file: &Path) -> io::Result<()> {
    File::open(folder(file)).and_then(|folder| folder.sync_all())
}
