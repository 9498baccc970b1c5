//! What those who follow the record need to know of it.

use std::sync::Arc;

use super::{Failure, REPLAY_ENTRIES, Secretariat, unrecorded};
use crate::compact::{Compact, CompactId, Entry, Seq};
use crate::log::{LogError, Scope, Stored};

impl Secretariat {
    /// The compact as it stands now: what was looked up before may have gone on.
    pub(super) fn newest(&self, known: &Compact) -> Arc<Compact> {
        let shown = self.compact(&known.id).filter(|shown| shown.seq >= known.seq);
        shown.unwrap_or_else(|| Arc::new(known.clone()))
    }

    /// The compact as it stands with this entry, or with a later one; if it is a redaction, with what it blanks blanked.
    pub(super) async fn carried_out(&self, stored: &Stored) -> Result<Arc<Compact>, Failure> {
        let room = stored.compact.parse::<CompactId>().ok().and_then(|id| self.rooms.load().get(&id).cloned());
        if let Some(room) = room {
            // A redaction has the room to itself until it is carried out.
            drop(room.door.read().await);
        }
        self.compact_knowing(&stored.compact, Seq(stored.seq)).map_err(|why| unrecorded(&why))
    }

    /// The compact as it stands with this durable entry, or with a later one.
    ///
    /// Whoever follows the log may have seen an entry that is shown only in a moment; then what is missing is replayed.
    pub fn compact_knowing(&self, name: &Arc<str>, seq: Seq) -> Result<Arc<Compact>, LogError> {
        let shown = name.parse::<CompactId>().ok().and_then(|id| self.compact(&id));
        if let Some(shown) = shown.as_ref().filter(|shown| shown.seq >= seq) {
            return Ok(shown.clone());
        }
        let damaged = |seq: Seq, why: String| LogError::Corrupt { which: format!("{name} {seq}"), why };
        let (scope, mut known) = (Scope::Compact(name.clone()), shown.map(|shown| (*shown).clone()));
        loop {
            let after = known.as_ref().map_or(Seq(0), |known| known.seq);
            if let Some(known) = known.take_if(|known| known.seq >= seq) {
                return Ok(Arc::new(known));
            }
            let entries = self.log.read(&scope, after.0.into(), REPLAY_ENTRIES)?;
            if entries.is_empty() {
                return Err(damaged(seq, "there is no such entry".into()));
            }
            for stored in entries {
                let entry = Entry::decode(&stored.bytes).map_err(|why| damaged(Seq(stored.seq), why.to_string()))?;
                Compact::follow(&mut known, &entry).map_err(|why| damaged(entry.seq, why.to_string()))?;
            }
        }
    }
}
