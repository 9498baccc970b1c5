//! The head file: how far the record was durable, kept beside the store, so that a store that opens with less is refused.
//!
//! sled recovers what it can read: a store that was truncated, or of which a page does not read any more, opens as if it
//! had always ended there. The head file is written after the store was synced, so it never promises what was not
//! durable; it is not synced itself, so after a lost power supply it may promise less than there is, which does no harm.

use std::fs::{self, File};
use std::io;
use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};

use sha2::{Digest, Sha256};

use super::{LogError, filing};

/// What the file is called in the directory of the store.
pub(super) const NAME: &str = "head";

/// The head file of an open store.
pub(super) struct Head {
    path: PathBuf,
    file: File,
}

impl Head {
    /// Opens the head file, or makes one that promises what is there.
    pub(super) fn open(dir: &Path, position: u64) -> Result<Self, LogError> {
        let path = dir.join(NAME);
        let file = File::options().create(true).truncate(false).write(true).open(&path);
        let file = file.map_err(|why| filing(&path, &why))?;
        let head = Self { path, file };
        head.promise(position)?;
        // Once, so that the file is there and as long as it will be: from then on it is only written over.
        head.file.sync_all().map_err(|why| filing(&head.path, &why))?;
        Ok(head)
    }

    /// Notes how far the record is durable.
    pub(super) fn promise(&self, position: u64) -> Result<(), LogError> {
        self.file.write_all_at(line(position).as_bytes(), 0).map_err(|why| filing(&self.path, &why))
    }
}

/// How many entries the head file promises; `None` where there is no such file, as in stores of before.
pub(super) fn promised(dir: &Path) -> Result<Option<u64>, LogError> {
    let path = dir.join(NAME);
    let said = match fs::read_to_string(&path) {
        Ok(said) => said,
        Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok(None),
        Err(why) if why.kind() == io::ErrorKind::InvalidData => String::new(),
        Err(why) => return Err(filing(&path, &why)),
    };
    let position = said.get(..20).and_then(|digits| digits.parse().ok()).filter(|position| line(*position) == said);
    let why = "it does not read; restore a backup, or remove this file to go by the store alone";
    position.map(Some).ok_or_else(|| LogError::Corrupt { which: path.display().to_string(), why: why.into() })
}

/// One line of one length: the position and what tells that it was not changed by accident.
fn line(position: u64) -> String {
    let position = format!("{position:020}");
    let digest = Sha256::digest(&position);
    let sum = digest.iter().take(8).fold(0_u64, |sum, byte| sum << 8 | u64::from(*byte));
    format!("{position} {sum:016x}\n")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_promised_is_read_back_and_a_changed_promise_is_none() {
        let dir = tempfile::tempdir().unwrap();
        assert_eq!(promised(dir.path()), Ok(None));
        let head = Head::open(dir.path(), 7).unwrap();
        head.promise(123_456).unwrap();
        assert_eq!(promised(dir.path()), Ok(Some(123_456)));
        let said = fs::read(dir.path().join(NAME)).unwrap();
        for place in 0..said.len() {
            let mut flipped = said.clone();
            flipped[place] ^= 1;
            fs::write(dir.path().join(NAME), flipped).unwrap();
            assert!(promised(dir.path()).is_err(), "byte {place}");
        }
        fs::write(dir.path().join(NAME), "").unwrap();
        assert!(promised(dir.path()).unwrap_err().to_string().contains("remove this file"));
    }
}
