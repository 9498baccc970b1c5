//! Opening a compact: the one act that has no room yet.

use std::sync::Arc;

use super::failure::unrecorded;
use super::{Failure, Recorded, Room, Secretariat, State, When, append};
use crate::access::Spoken;
use crate::compact::{Compact, CompactId, Entry, Refusal, Seq, decide, limits};
use crate::proof::Tree;

impl Secretariat {
    pub(super) async fn open_compact(&self, id: &CompactId, spoken: Spoken, when: When) -> Result<Recorded, Failure> {
        let Spoken { by, command } = spoken;
        let granted = by.may(&command, None)?;
        let _one_at_a_time = self.opening.lock().await;
        let rooms = self.rooms.load_full();
        if rooms.contains_key(id) {
            return Err(Refusal::CompactExists(id.to_string()).into());
        }
        let most = limits::COMPACTS_MAX;
        if rooms.len() >= most {
            return Err(Refusal::TooMuch { what: "compacts in one record", given: rooms.len() + 1, most }.into());
        }
        let event = decide(None, command)?;
        let event = event.ok_or_else(|| Failure::Storage("opening a compact made no entry".into()))?;
        let (time, asked) = when;
        let entry = Entry { seq: Seq(1), time, speaker: granted.speaker, spoken_by: granted.by, event };
        let compact = Compact::open(&entry).map_err(|broken| Failure::Storage(broken.to_string()))?;
        let mut tree = Tree::default();
        let receipt = append(&*self.log, id, (&entry, asked), &mut tree)?;
        receipt.await.map_err(|why| unrecorded(&why))?;
        let room = Arc::new(Room::new(State { compact: Arc::new(compact), tree }));
        self.rooms.rcu(|rooms| rooms.update(id.clone(), room.clone()));
        Ok(room.shown.load().recorded(true))
    }
}
