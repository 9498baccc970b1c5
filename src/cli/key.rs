//! `travaux key`: the keys that checkpoints are signed with.

use std::path::PathBuf;

use clap::{Args, Subcommand};

use super::fault::{Done, Fault};
use super::keyfile::{self, KeyFile};
use super::output::{print, tell};

/// Show or change the keys that checkpoints are signed with
#[derive(Debug, Args)]
pub(super) struct Key {
    #[command(subcommand)]
    asked: Asked,
}

#[derive(Debug, Subcommand)]
enum Asked {
    /// Print the keys that checkpoints are checked with, the one that signs first; never a secret
    Show(Which),
    /// Take a new key
    ///
    /// It is put in front of those before, which stay, so that what they signed goes on to verify. A server that runs goes
    /// on with the key that it read when it started: start it again.
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
            Asked::Rotate(which) => {
                let keys = which.file()?.rotate()?;
                tell("a server that runs goes on with the key before: start it again");
                print(&keys.public())
            }
        }
    }
}

impl Which {
    fn file(&self) -> Result<KeyFile, Fault> {
        let file = self.key.file(self.data.as_deref())?;
        file.ok_or_else(|| Fault::usage("say whose keys: --data DIR, or --key FILE"))
    }
}
