//! The records of one server: that of the delegations, in the directory that is named, and those of the other audiences
//! beside it.

use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::keyfile::{self, Key};

/// Whose the others are, as the names of their directories, keys and backups end.
const OTHERS: [&str; 2] = ["public", "private"];

/// One of the records of a server.
#[derive(Debug)]
pub(super) struct Record {
    /// Where it is kept.
    pub(super) dir: PathBuf,
    /// Which key signs it.
    pub(super) key: Key,
}

impl Record {
    /// Those of the public and of what is prepared in private, whether they are there or not.
    pub(super) fn others(data: &Path, key: &Key) -> Result<[Self; 2], Fault> {
        let [public, private] = OTHERS.map(|audience| {
            let dir = keyfile::beside(data, &format!(".{audience}"), "--data")?;
            let key = key.of_audience(audience, &dir)?;
            Ok::<_, Fault>(Self { dir, key })
        });
        Ok([public?, private?])
    }
}
