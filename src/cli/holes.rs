//! What was blanked in a record that is read once, from its beginning: the entries that say so stand further below.

use super::check::Checker;
use super::fault::{Done, Fault};
use super::ranges::Ranges;
use crate::compact::{Compact, Seq};
use crate::log::Stored;

/// The entries so far of which something was blanked.
#[derive(Default)]
pub(super) struct Holes(Vec<Stored>);

impl Holes {
    /// Keeps an entry, if something of it was blanked.
    pub(super) fn see(&mut self, entry: &Stored) {
        if entry.blanked.is_some() {
            self.0.push(entry.clone());
        }
    }

    /// Now that all entries were read: what is blanked has to be what they say is blanked, and the other way round.
    pub(super) fn check(&self, checker: &Checker) -> Done {
        for entry in &self.0 {
            let Stored { position, compact, seq, .. } = entry;
            let wrong = |why| Fault::wanting(format!("position {position} ({compact}/{seq}) does not hold: {why}"));
            checker.hole(entry).map_err(wrong)?;
        }
        for compact in checker.compacts() {
            let mut said = compact.redactions.values();
            if let Some(redaction) = said.find(|redaction| !self.has(compact, redaction.entry)) {
                let (id, by, entry) = (&compact.id, redaction.seq, redaction.entry);
                return Err(Fault::wanting(format!("{id}/{by} says that {id}/{entry} is blanked, and it is not")));
            }
        }
        Ok(())
    }

    /// What of them no entry says, or says otherwise; a line each.
    pub(super) fn unsaid(&self, checker: &Checker) -> Vec<String> {
        let unsaid = |entry: &Stored| {
            let why = checker.hole(entry).err()?;
            Some(format!("{}/{} was blanked, and what says so is not saved: {why}", entry.compact, entry.seq))
        };
        self.0.iter().filter_map(unsaid).collect()
    }

    /// Their positions.
    pub(super) fn positions(&self) -> Ranges {
        self.0.iter().map(|entry| entry.position).collect()
    }

    fn has(&self, compact: &Compact, seq: Seq) -> bool {
        self.0.iter().any(|entry| *entry.compact == *compact.id.as_str() && entry.seq == seq.0)
    }
}
