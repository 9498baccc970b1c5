//! Checkpoints: what a whole record comes to, signed. C2SP `tlog-checkpoint`, <https://c2sp.org/tlog-checkpoint>.

use std::fmt;
use std::str::FromStr;

use super::key::{Signer, Verifier};
use super::note::{self, NotSigned};
use super::{Hash, NotACheckpoint};

/// What the first entries of a record come to. Its text is an origin line, the size in decimal, the root in base64, and
/// extension lines.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Checkpoint {
    /// Which record it is of; one line.
    pub origin: String,
    /// Of how many entries.
    pub size: u64,
    /// The root of their tree.
    pub root: Hash,
    /// What else is said; lines, none of them empty.
    pub extensions: Vec<String>,
}

impl Checkpoint {
    /// Of a record without anything else said.
    pub fn of(origin: impl Into<String>, size: u64, root: Hash) -> Self {
        Self { origin: origin.into(), size, root, extensions: Vec::new() }
    }

    /// It as a signed note.
    pub fn sign(&self, by: &Signer) -> Result<String, NotSigned> {
        let text = self.to_string();
        // What would be read as something else must not be signed.
        if text.parse().as_ref() != Ok(self) {
            return Err(NotSigned::Malformed("a line of the checkpoint is empty or is not one line"));
        }
        note::sign(&text, &[by])
    }

    /// Reads a signed note that at least one of the keys known has signed.
    pub fn open(signed: &str, known: &[Verifier]) -> Result<Self, NotACheckpoint> {
        note::open(signed, known)?.parse()
    }
}

impl fmt::Display for Checkpoint {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}\n{}\n{}\n", self.origin, self.size, self.root.to_base64())?;
        self.extensions.iter().try_for_each(|line| writeln!(f, "{line}"))
    }
}

impl FromStr for Checkpoint {
    type Err = NotACheckpoint;

    fn from_str(text: &str) -> Result<Self, NotACheckpoint> {
        let form = NotACheckpoint::Form;
        let text = text.strip_suffix('\n').ok_or(form("its last line is not ended"))?;
        let mut lines = text.split('\n');
        let origin = lines.next().filter(|line| !line.is_empty()).ok_or(form("it does not say of what"))?;
        let size = lines.next().unwrap_or_default();
        // There is one way to write a number.
        let read: Option<u64> = size.parse().ok().filter(|number: &u64| number.to_string() == size);
        let size = read.ok_or(form("its second line is not a size"))?;
        let root = lines.next().and_then(Hash::from_base64).ok_or(form("its third line is not a root"))?;
        let extensions: Vec<String> = lines.map(str::to_owned).collect();
        if extensions.iter().any(String::is_empty) {
            return Err(form("an extension line is empty"));
        }
        Ok(Self { origin: origin.to_owned(), size, root, extensions })
    }
}
