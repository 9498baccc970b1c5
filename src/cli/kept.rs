//! Checkpoints that somebody kept: each proves that the record it saw is the beginning of today's.

use std::path::{Path, PathBuf};

use super::fault::{Done, Fault};
use super::input;
use crate::proof::bundle::Reckoning;
use crate::proof::{Checkpoint, Peaks, Verifier};

/// The checkpoints that were kept, and which of them hold so far.
#[derive(Default)]
pub(super) struct Kept(Vec<One>);

struct One {
    path: PathBuf,
    said: Checkpoint,
    /// The compact that it is of; `None` where it is of the whole record.
    compact: Option<String>,
    holds: bool,
}

/// A file with such a checkpoint, of which nothing is believed yet.
pub(super) struct Note {
    path: PathBuf,
    text: String,
}

impl Note {
    /// Reads a file.
    pub(super) fn read(path: &Path) -> Result<Self, Fault> {
        Ok(Self { path: path.to_owned(), text: input::text(path)? })
    }

    /// In whose name it says that it is.
    pub(super) fn origin(&self) -> &str {
        let of = self.text.lines().next().unwrap_or_default();
        of.rsplit_once("/compacts/").map_or(of.strip_suffix("/record").unwrap_or(of), |(origin, _)| origin)
    }

    /// What to call the file.
    pub(super) fn name(&self) -> String {
        input::name(&self.path)
    }
}

impl Kept {
    /// What the notes say, which one of the keys has to have signed; where no key is known, whoever did.
    pub(super) fn read(notes: &[Note], known: Option<&[Verifier]>) -> Result<Self, Fault> {
        notes.iter().map(|note| One::read(note, known)).collect::<Result<_, _>>().map(Self)
    }

    /// Looks at what the entries come to with one more of this compact.
    pub(super) fn see(&mut self, compact: &str, now: &Reckoning) -> Done {
        for one in &mut self.0 {
            let tree = match &one.compact {
                None => Some(now.whole()),
                Some(of) if of == compact => now.of(compact),
                Some(_) => None,
            };
            if let Some(tree) = tree.filter(|tree| tree.size() == one.said.size) {
                one.compare(tree)?;
            }
        }
        Ok(())
    }

    /// What is to be said of them now that all entries were seen; a fault where one is of more than there is.
    pub(super) fn told(&self, now: &Reckoning) -> Result<String, Fault> {
        self.0.iter().map(|one| one.told(now)).collect()
    }
}

impl One {
    fn read(note: &Note, known: Option<&[Verifier]>) -> Result<Self, Fault> {
        let Note { path, text } = note;
        let said = match known {
            Some(known) => Checkpoint::open(text, known),
            None => text.split_once("\n\n").map_or(text.clone(), |(said, _)| format!("{said}\n")).parse(),
        };
        let name = note.name();
        let said = said.map_err(|why| Fault::wanting(format!("{name} shows nothing: {why}")))?;
        let compact = said.origin.rsplit_once("/compacts/").map(|(_, compact)| compact.to_owned());
        if compact.is_none() && !said.origin.ends_with("/record") {
            return Err(Fault::wanting(format!("{name} is a checkpoint of something else: {:?}", said.origin)));
        }
        // Of nothing, anything is the continuation.
        let holds = said.size == 0 && said.root == Peaks::default().root();
        Ok(Self { path: path.clone(), said, compact, holds })
    }

    fn compare(&mut self, tree: &Peaks) -> Done {
        self.holds = tree.root() == self.said.root;
        if self.holds {
            return Ok(());
        }
        let (name, of, size) = (input::name(&self.path), self.of(), self.said.size);
        Err(Fault::wanting(format!(
            "the first {size} entries of {of} do not come to what {name} says of them: this record was written anew, or it \
             is another one; keep both, and show them to the other delegations"
        )))
    }

    fn told(&self, now: &Reckoning) -> Result<String, Fault> {
        let (name, of, size) = (input::name(&self.path), self.of(), self.said.size);
        let tree = self.compact.as_deref().map_or(Some(now.whole()), |compact| now.of(compact));
        let there = tree.map_or(0, Peaks::size);
        if !self.holds {
            return Err(Fault::wanting(format!(
                "{name} is of {size} entries of {of}, and there are {there}: entries are missing at the end, or this is \
                 another record"
            )));
        }
        Ok(format!("{of} begins with the {size} entries that {name} is of, and has {there}\n"))
    }

    fn of(&self) -> &str {
        self.compact.as_deref().unwrap_or("the whole record")
    }
}
