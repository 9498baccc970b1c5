//! `travaux key`: the keys that checkpoints are signed with.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::fault::{Done, Fault};
use super::keyfile::{self, KeyFile};
use super::output::{print, tell};
use super::records::Record;

/// Show or change the keys that checkpoints are signed with
#[derive(Debug, Args)]
pub(super) struct Key {
    #[command(subcommand)]
    asked: Asked,
}

#[derive(Debug, Subcommand)]
enum Asked {
    /// Print the keys that checkpoints of one record are checked with, the one that signs first; never a secret
    ///
    /// The records of the public and of what is prepared in private have keys of their own: name their directories,
    /// which are called as that of the delegations with ".public" and ".private" at the end.
    Show(Which),
    /// Take new keys, one for each record of a server
    ///
    /// Where a directory is named, the records of the public and of what is prepared in private get new keys as well, and
    /// a new name is NAME/public and NAME/private to them; where only a file is named, that gets one. A new key is put in
    /// front of those before, which stay, so that what they signed goes on to verify. A server that runs goes on with the
    /// keys that it read when it started: start it again.
    Rotate(Which),
}

#[derive(Debug, Args)]
struct Which {
    /// Where the record is kept
    #[arg(long, env = "TRAVAUX_DATA", value_name = "DIR", required_unless_present = "key")]
    data: Option<PathBuf>,
    #[command(flatten)]
    key: keyfile::Key,
}

impl Key {
    /// Prints the keys as they are now.
    pub(super) fn run(&self) -> Done {
        match &self.asked {
            Asked::Show(which) => print(&which.file()?.open()?.public()),
            Asked::Rotate(which) => rotate(&which.files()?),
        }
    }
}

/// Takes a new key in each of the files, in none of them unless all could be written.
fn rotate(files: &[KeyFile]) -> Done {
    let renewed = files.iter().map(KeyFile::renewed).collect::<Result<Vec<_>, _>>()?;
    let public: String = renewed.iter().map(|renewed| renewed.keys.public()).collect();
    for renewed in renewed {
        renewed.put()?;
    }
    for file in files {
        tell(&format!("{} has a new key: keep a copy of it, and keep it secret", file.path().display()));
    }
    tell("a server that runs goes on with the keys before: start it again");
    print(&public)
}

impl Which {
    fn file(&self) -> Result<KeyFile, Fault> {
        let file = self.key.file(self.data.as_deref())?;
        file.ok_or_else(|| Fault::usage("say whose keys: --data DIR, or --key FILE"))
    }

    /// The same, and those of the other records that stand beside it.
    fn files(&self) -> Result<Vec<KeyFile>, Fault> {
        let mut files = vec![self.file()?];
        if let Some(data) = &self.data {
            for Record { dir, key, .. } in Record::others(data, &self.key)? {
                files.extend(Some(key.file_for(&dir)?).filter(KeyFile::is_there));
            }
        }
        Ok(files)
    }
}
