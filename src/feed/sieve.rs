//! Entries through a filter: one reading for pages, lines, streams and webhooks alike.

use std::sync::Arc;

use crate::compact::{Entry, Seq, limits, type_of};
use crate::history::Filter;
use crate::log::{LogError, Scope, Stored};
use crate::secretariat::Secretariat;

/// Lets through the entries that a filter takes.
#[derive(Clone)]
pub struct Sieve {
    secretariat: Arc<Secretariat>,
    filter: Filter,
    tells_positions: bool,
}

/// A page of entries that a filter takes.
#[derive(Debug)]
pub struct Sifted {
    /// They themselves, oldest first.
    pub entries: Vec<Stored>,
    /// The cursor of the last entry that was looked at, taken or passed over.
    pub after: u64,
}

/// How many entries are read at a time where some are passed over.
const PIECE_ENTRIES: usize = 256;

impl Sieve {
    /// Of the record that this secretariat keeps. Positions in the record of all compacts are told only to whoever sees
    /// all of them: others could tell from them how busy the rest is.
    pub fn new(secretariat: Arc<Secretariat>, filter: Filter, tells_positions: bool) -> Self {
        Self { secretariat, filter, tells_positions }
    }

    /// Whether anything may be passed over.
    pub fn passes_over(&self) -> bool {
        !self.filter.takes_all()
    }

    /// An entry as it is shown.
    pub fn shown(&self, entry: &Stored) -> Result<Vec<u8>, LogError> {
        self.secretariat.shown(entry, self.tells_positions)
    }

    /// Whether the filter takes an entry. Most are told by their type alone, without reading all of them.
    pub fn takes(&self, stored: &Stored) -> Result<bool, LogError> {
        let name = type_of(&stored.bytes);
        if !self.filter.takes_type(name.strip_prefix("travaux.").unwrap_or(name)) {
            return Ok(false);
        }
        if !self.filter.asks_whom() {
            return Ok(true);
        }
        let damaged = |why: String| LogError::Corrupt { which: format!("{} {}", stored.compact, stored.seq), why };
        let entry = Entry::decode(&stored.bytes).map_err(|why| damaged(why.to_string()))?;
        let compact = self.secretariat.compact_knowing(&stored.compact, Seq(stored.seq))?;
        Ok(self.filter.takes(&entry, &compact))
    }

    /// Those of the entries that the filter takes.
    pub fn sift(&self, entries: Vec<Stored>) -> Result<Vec<Stored>, LogError> {
        if !self.passes_over() {
            return Ok(entries);
        }
        let mut taken = Vec::new();
        for entry in entries {
            if self.takes(&entry)? {
                taken.push(entry);
            }
        }
        Ok(taken)
    }

    /// At most `limit` entries after the cursor; fewer where enough were looked at in vain, which is not the end.
    pub fn page(&self, scope: &Scope, after: u64, limit: usize) -> Result<Sifted, LogError> {
        let log = self.secretariat.log();
        if !self.passes_over() {
            let entries = log.read(scope, after, limit)?;
            let after = entries.last().map_or(after, |entry| scope.cursor(entry));
            return Ok(Sifted { entries, after });
        }
        let mut page = Sifted { entries: Vec::new(), after };
        let (mut bytes, mut scanned) = (0, 0);
        while scanned < limits::EVENTS_SCANNED_MAX {
            let piece = log.read(scope, page.after, PIECE_ENTRIES.min(limits::EVENTS_SCANNED_MAX - scanned))?;
            if piece.is_empty() {
                break;
            }
            for entry in piece {
                scanned += 1;
                page.after = scope.cursor(&entry);
                if self.takes(&entry)? {
                    bytes += entry.bytes.len();
                    page.entries.push(entry);
                }
                if page.entries.len() >= limit || bytes >= crate::log::READ_BYTES_MAX {
                    return Ok(page);
                }
            }
        }
        Ok(page)
    }
}
