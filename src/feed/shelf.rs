//! Where webhooks are kept: a file each, in a directory beside the record that only its owner may read, as their secrets
//! are in them.

use std::fs::{self, DirBuilder, File};
use std::io::{self, Write as _};
use std::os::unix::fs::DirBuilderExt as _;
use std::path::{Path, PathBuf};

use super::webhook::Webhook;

/// A directory of webhooks, or none, for trials: then they are forgotten in the end.
#[derive(Debug)]
pub struct Shelf(Option<PathBuf>);

/// Why webhooks cannot be kept or read. The operator can act.
#[derive(Debug, thiserror::Error)]
pub enum Unkept {
    /// The disk, or the rights on it.
    #[error("webhooks cannot be kept in {}: {why}", path.display())]
    Io {
        /// The directory or file.
        path: PathBuf,
        /// Why.
        why: io::Error,
    },
    /// A file in the directory that is not one of ours.
    #[error("{} is not a webhook: {why}; put a copy of it back, or move it away to do without it", path.display())]
    Malformed {
        /// The file.
        path: PathBuf,
        /// Why.
        why: serde_json::Error,
    },
}

impl Shelf {
    /// One that forgets.
    pub fn forgetful() -> Self {
        Self(None)
    }

    /// The directory, and the webhooks in it. It is made with the first of them.
    pub fn open(dir: PathBuf) -> Result<(Self, Vec<Webhook>), Unkept> {
        let files = match fs::read_dir(&dir) {
            Ok(files) => files,
            Err(why) if why.kind() == io::ErrorKind::NotFound => return Ok((Self(Some(dir)), Vec::new())),
            Err(why) => return Err(unkept(&dir)(why)),
        };
        let mut kept = Vec::new();
        for file in files {
            let path = file.map_err(unkept(&dir))?.path();
            if path.extension().is_some_and(|extension| extension == "json") {
                let bytes = fs::read(&path).map_err(unkept(&path))?;
                kept.push(serde_json::from_slice(&bytes).map_err(|why| Unkept::Malformed { path, why })?);
            }
        }
        Ok((Self(Some(dir)), kept))
    }

    /// Keeps a webhook in the place of what was kept of it, all or nothing, and durably.
    pub(super) fn put(&self, webhook: &Webhook) -> Result<(), Unkept> {
        let Some(dir) = &self.0 else { return Ok(()) };
        let path = file_of(dir, &webhook.id);
        let bytes = serde_json::to_vec_pretty(webhook);
        let bytes = bytes.map_err(|why| Unkept::Malformed { path: path.clone(), why })?;
        written(dir, &path, &bytes).map_err(unkept(&path))
    }

    /// Keeps it no longer.
    pub(super) fn remove(&self, id: &str) -> Result<(), Unkept> {
        let Some(dir) = &self.0 else { return Ok(()) };
        let path = file_of(dir, id);
        match fs::remove_file(&path).and_then(|()| File::open(dir)?.sync_all()) {
            Err(why) if why.kind() == io::ErrorKind::NotFound => Ok(()),
            done => done.map_err(unkept(&path)),
        }
    }
}

fn file_of(dir: &Path, id: &str) -> PathBuf {
    dir.join(format!("{id}.json"))
}

/// Files made this way are for their owner alone.
fn written(dir: &Path, path: &Path, bytes: &[u8]) -> io::Result<()> {
    DirBuilder::new().recursive(true).mode(0o700).create(dir)?;
    let mut beside = tempfile::NamedTempFile::new_in(dir)?;
    beside.write_all(bytes)?;
    beside.as_file().sync_all()?;
    beside.persist(path).map_err(|why| why.error)?;
    File::open(dir)?.sync_all()
}

fn unkept(path: &Path) -> impl Fn(io::Error) -> Unkept {
    let path = path.to_owned();
    move |why| Unkept::Io { path: path.clone(), why }
}
