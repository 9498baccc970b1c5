//! Writing over an entry that was blanked, the one change that a journal knows. It takes no more room and no less, keeps
//! the hashes of what was recorded, and is done whole even where the machine stops in the middle: what is to be written
//! lies in a file beside the journal until it is.

use std::fs::{self, File};
use std::io::{self, ErrorKind};
use std::os::unix::fs::FileExt as _;
use std::path::Path;

use super::record::Record;
use super::scan::{Window, damaged};
use super::{LogError, Stored, filing};

/// What the file is called in the directory of the store, while there is one.
pub(super) const NAME: &str = "blanking";

/// Writes a blanked entry over the one that stands at the place.
pub(super) fn over(path: &Path, file: &File, place: u64, entry: &Stored) -> Result<(), LogError> {
    let mut window = Window::new(file);
    let read = window.record(place).map_err(|why| filing(path, &why))?;
    let (record, length) = read.map_err(|_| damaged(entry.position, "it does not read, and was not blanked"))?;
    if record.position != entry.position || record.leaf != entry.leaf() || record.bytes.len() != entry.bytes.len() {
        return Err(damaged(entry.position, "another entry stands in its place, and was not blanked"));
    }
    let mut bytes = Vec::with_capacity(length);
    Record { is_blanked: true, bytes: &entry.bytes, ..record }.put(&mut bytes);
    let done = announce(path, place, &bytes).and_then(|()| write(path, file, place, &bytes));
    done.map_err(|why| filing(path, &why))
}

/// Does again what was announced when the machine stopped.
pub(super) fn finish(path: &Path, file: &File) -> Result<(), LogError> {
    let announced = match fs::read(path.with_file_name(NAME)) {
        Ok(announced) => announced,
        Err(why) if why.kind() == ErrorKind::NotFound => return Ok(()),
        Err(why) => return Err(filing(path, &why)),
    };
    let parts = announced.split_first_chunk::<8>();
    let whole = parts.filter(|(_, bytes)| {
        Record::read(bytes).is_ok_and(|(record, length)| record.is_blanked && length == bytes.len())
    });
    // It is moved to its name when it is whole, so nothing else is ever there but by damage.
    let why = "it does not read; remove it, and blank again what is not blanked";
    let (place, bytes) = whole
        .ok_or_else(|| LogError::Corrupt { which: path.with_file_name(NAME).display().to_string(), why: why.into() })?;
    write(path, file, u64::from_le_bytes(*place), bytes).map_err(|why| filing(path, &why))
}

fn announce(path: &Path, place: u64, bytes: &[u8]) -> io::Result<()> {
    super::put(dir(path), NAME, &[&place.to_le_bytes(), bytes].concat())
}

fn write(path: &Path, file: &File, place: u64, bytes: &[u8]) -> io::Result<()> {
    file.write_all_at(bytes, place)?;
    file.sync_data()?;
    fs::remove_file(path.with_file_name(NAME))?;
    File::open(dir(path))?.sync_all()
}

fn dir(path: &Path) -> &Path {
    path.parent().filter(|dir| !dir.as_os_str().is_empty()).unwrap_or(Path::new("."))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::{DiskLog, EventLog as _, NewEntry, Scope};

    fn entries(dir: &Path) -> Result<Vec<Stored>, LogError> {
        DiskLog::open(dir)?.read(&Scope::Whole, 0, 10)
    }

    /// A store with three entries, and where the second stands in its journal.
    async fn three() -> (tempfile::TempDir, u64) {
        let dir = tempfile::tempdir().unwrap();
        let log = DiskLog::open(dir.path()).unwrap();
        for seq in 1..=3 {
            let entry = NewEntry { compact: "a".into(), seq, bytes: format!("a name, {seq}").into_bytes() };
            log.append(entry).await.unwrap();
        }
        let place = log.shelf.place_by_reading_all(2).unwrap();
        (dir, place)
    }

    #[tokio::test]
    async fn a_blanking_that_was_interrupted_is_done_again_at_any_point_of_it() {
        let (dir, place) = three().await;
        let journal = dir.path().join("journal");
        let before = entries(dir.path()).unwrap();
        let blanked = before[1].blanked_with(b"#########").unwrap();
        let file = File::options().read(true).write(true).open(&journal).unwrap();
        let mut window = Window::new(&file);
        let (record, length) = window.record(place).unwrap().unwrap();
        let mut bytes = Vec::new();
        Record { is_blanked: true, bytes: &blanked.bytes, ..record }.put(&mut bytes);
        for written in [0, 1, 50, length - 3, length] {
            let as_it_was = fs::read(&journal).unwrap();
            announce(&journal, place, &bytes).unwrap();
            file.write_all_at(&bytes[..written], place).unwrap();
            let after = entries(dir.path()).unwrap();
            assert_eq!(after, [before[0].clone(), blanked.clone(), before[2].clone()], "{written} bytes");
            assert!(!dir.path().join(NAME).exists());
            fs::write(&journal, as_it_was).unwrap();
        }
    }

    #[tokio::test]
    async fn what_is_announced_and_does_not_read_is_told() {
        let (dir, _) = three().await;
        fs::write(dir.path().join(NAME), "something else").unwrap();
        let told = entries(dir.path()).unwrap_err().to_string();
        assert!(told.contains("remove it, and blank again"), "{told}");
    }
}
