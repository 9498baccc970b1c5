//! Opening a compact: the one act that has no room yet.

use super::reciting::{Recited, once};
use super::{Failure, Recorded, Secretariat, When};
use crate::access::Spoken;
use crate::compact::{CompactId, Entry, Refusal, Seq, decide};

impl Secretariat {
    /// Opens a compact where there are fewer than `most`.
    pub(super) async fn open_compact(
        &self,
        id: &CompactId,
        spoken: Spoken,
        when: When,
        most: usize,
    ) -> Result<Recorded, Failure> {
        let Spoken { by, command } = spoken;
        let granted = by.may(&command, None)?;
        let opening = self.opening.clone().lock_owned().await;
        let rooms = self.rooms.load_full();
        if rooms.contains_key(id) {
            return Err(Refusal::CompactExists(id.to_string()).into());
        }
        if rooms.len() >= most {
            return Err(Refusal::TooMuch { what: "compacts in one record", given: rooms.len() + 1, most }.into());
        }
        let nothing = || Failure::Storage("opening a compact made no entry".into());
        let event = decide(None, command)?.ok_or_else(nothing)?;
        let (time, asked) = when;
        let entry = Entry { seq: Seq(1), time, speaker: granted.speaker, spoken_by: granted.by, event };
        let room = self.open_room(opening, id, once(vec![Recited::new(id, entry, asked)?])).await?;
        room.map(|room| room.shown.load().recorded(true)).ok_or_else(nothing)
    }

    /// Opens a compact in a record in which something else bounds how many there are.
    pub(super) async fn open_another(&self, id: &CompactId, spoken: Spoken) -> Result<Recorded, Failure> {
        self.open_compact(id, spoken, (self.time(), None), usize::MAX).await
    }
}
