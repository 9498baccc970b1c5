//! Files that are written beside their place and put there when they are whole.

use std::fs::{File, Permissions};
use std::io;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::NamedTempFile;

use super::fault::{Done, Fault};

/// Who may read a file, as any other new file: the umask has its say.
pub(super) const AS_EVER: u32 = 0o666;

/// Who may read a file that is not for everybody: its owner.
pub(super) const OWNER_ALONE: u32 = 0o600;

/// A file that is whole and on the disk, beside its place.
pub(super) struct Beside {
    file: NamedTempFile,
    folder: PathBuf,
    to: PathBuf,
}

impl Beside {
    /// Has `write` write all there is to be in it, for those whom the mode lets read it; it is told where the file is
    /// meanwhile.
    pub(super) fn written<T>(
        to: &Path,
        mode: u32,
        write: impl FnOnce(&File, &Path) -> Result<T, Fault>,
    ) -> Result<(T, Self), Fault> {
        let folder = to.parent().filter(|folder| !folder.as_os_str().is_empty()).unwrap_or(Path::new("."));
        let mut file = tempfile::Builder::new();
        let file = file.prefix(".travaux-").permissions(Permissions::from_mode(mode)).tempfile_in(folder);
        let file = file.map_err(|why| unwritten(to, &why))?;
        let done = write(file.as_file(), file.path())?;
        file.as_file().sync_all().map_err(|why| unwritten(to, &why))?;
        Ok((done, Self { file, folder: folder.to_owned(), to: to.to_owned() }))
    }

    /// Where it is meanwhile.
    pub(super) fn path(&self) -> &Path {
        self.file.path()
    }

    /// Puts it in its place, durably.
    pub(super) fn put(self) -> Done {
        let Self { file, folder, to } = self;
        file.persist(&to).map_err(|why| unwritten(&to, &why.error))?;
        File::open(folder).and_then(|folder| folder.sync_all()).map_err(|why| unwritten(&to, &why))
    }
}

/// Puts a file in its place, durably, in which `write` has written all there is to be in it; it is told where the
/// file is meanwhile.
pub(super) fn put<T>(to: &Path, write: impl FnOnce(&File, &Path) -> Result<T, Fault>) -> Result<T, Fault> {
    let (done, beside) = Beside::written(to, AS_EVER, write)?;
    beside.put()?;
    Ok(done)
}

/// That a file cannot be written.
pub(super) fn unwritten(to: &Path, why: &io::Error) -> Fault {
    Fault::storage(format!("{} cannot be written: {why}", to.display()))
}
