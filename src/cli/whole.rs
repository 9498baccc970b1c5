//! Files that are written beside their place and put there when they are whole.

use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::Path;

use super::fault::Fault;

/// Puts a file in its place, durably, in which `write` has written all there is to be in it; it is told where the
/// file is meanwhile.
pub(super) fn put<T>(to: &Path, write: impl FnOnce(&File, &Path) -> Result<T, Fault>) -> Result<T, Fault> {
    let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let fail = |why: io::Error| unwritten(to, &why);
    let mut beside = tempfile::Builder::new();
    // As any other new file: the umask has its say.
    let beside = beside.prefix(".travaux-").permissions(Permissions::from_mode(0o666)).tempfile_in(folder);
    let beside = beside.map_err(fail)?;
    let done = write(beside.as_file(), beside.path())?;
    beside.as_file().sync_all().map_err(fail)?;
    beside.persist(to).map_err(|why| unwritten(to, &why.error))?;
    File::open(folder).and_then(|folder| folder.sync_all()).map_err(fail)?;
    Ok(done)
}

/// That a file cannot be written.
pub(super) fn unwritten(to: &Path, why: &io::Error) -> Fault {
    Fault::storage(format!("{} cannot be written: {why}", to.display()))
}
