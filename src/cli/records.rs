//! The records of one server: that of the delegations, in the directory that is named, and those of the other audiences
//! beside it.

use std::path::{Path, PathBuf};

use super::fault::Fault;
use super::keyfile::{self, Key};
use super::store;

/// Whose the others are, as the names of their directories, keys and backups end.
const OTHERS: [&str; 2] = ["public", PRIVATE];

/// What groups and co-facilitators prepare.
const PRIVATE: &str = "private";

/// One of the records of a server.
#[derive(Debug)]
pub(super) struct Record {
    /// Where it is kept, if it is there.
    pub(super) dir: PathBuf,
    /// Which key signs it.
    pub(super) key: Key,
    /// Whose it is, where it is not that of the delegations.
    audience: Option<&'static str>,
}

impl Record {
    /// All of them, that of the delegations first, whether they are there or not.
    pub(super) fn all(data: &Path, key: &Key) -> Result<[Self; 3], Fault> {
        let [public, private] = Self::others(data, key)?;
        Ok([Self { dir: data.to_owned(), key: key.clone(), audience: None }, public, private])
    }

    /// Those of the public and of what is prepared in private, whether they are there or not.
    pub(super) fn others(data: &Path, key: &Key) -> Result<[Self; 2], Fault> {
        let [public, private] = OTHERS.map(|audience| {
            let dir = keyfile::beside(data, &format!(".{audience}"), "--data")?;
            let key = key.of_audience(audience, &dir)?;
            Ok::<_, Fault>(Self { dir, key, audience: Some(audience) })
        });
        Ok([public?, private?])
    }

    /// Whether it is to be worked on: the one that was named is, and another where there is anything in its directory.
    pub(super) fn is_meant(&self) -> Result<bool, Fault> {
        Ok(self.audience.is_none() || !store::is_vacant(&self.dir)?)
    }

    /// Whether a file is called as that of another audience is: then none is missed beside it.
    pub(super) fn is_of_others(file: &Path) -> bool {
        file.extension().is_some_and(|extension| OTHERS.iter().any(|audience| extension == *audience))
    }

    /// Whether it holds what is prepared in private, as the name of its directory says.
    pub(super) fn is_prepared(&self) -> bool {
        self.dir.extension().is_some_and(|extension| extension == PRIVATE)
    }

    /// Its file, beside the one that is named for that of the delegations.
    pub(super) fn file(&self, named: &Path) -> PathBuf {
        let Some(audience) = self.audience else { return named.to_owned() };
        let mut file = named.to_owned().into_os_string();
        file.push(format!(".{audience}"));
        file.into()
    }
}
