//! Recording what was decided already, as it is: many entries in a row, on their way together and shown together.

use std::sync::Arc;

use tokio::runtime::Handle;
use tokio::sync::{OwnedMutexGuard, OwnedRwLockWriteGuard};

use super::replay::replay;
use super::{Failure, Room, Secretariat, State, unrecorded};
use crate::compact::{Asked, Broken, Compact, CompactId, Entry, Seq};
use crate::log::{EventLog, LogError, NewEntry, Stored};
use crate::proof::{Hash, Tree};

/// An entry as it is to be kept.
pub(super) struct Recited {
    entry: Entry,
    bytes: Vec<u8>,
    /// The leaf of what was recorded, where something of it was blanked since.
    blanked: Option<Hash>,
}

/// Tells the entries that follow an entry, some at a time; none where there are no more.
pub(super) type Pages = Box<dyn FnMut(Seq) -> Result<Vec<Recited>, Failure> + Send>;

impl Recited {
    /// An entry that is kept here first.
    pub(super) fn new(id: &CompactId, entry: Entry, asked: Option<Asked>) -> Result<Self, Failure> {
        let bytes = entry.encode_asked(id, asked).map_err(|why| Failure::Storage(why.to_string()))?;
        Ok(Self { entry, bytes, blanked: None })
    }

    /// The same entry as another record keeps it, to the byte and with the same leaf.
    pub(super) fn verbatim(stored: &Stored) -> Result<Self, Failure> {
        let entry = Entry::decode(&stored.bytes).map_err(|why| Failure::Storage(why.to_string()))?;
        Ok(Self { entry, bytes: stored.bytes.to_vec(), blanked: stored.blanked })
    }

    /// The same as one of which no more than this was ever kept, as something of it is blank.
    pub(super) fn blank(self) -> Self {
        Self { blanked: Some(Hash::of_leaf(&self.bytes)), ..self }
    }

    /// Its leaf in the tree over the record.
    pub(super) fn leaf(&self) -> Hash {
        self.blanked.unwrap_or_else(|| Hash::of_leaf(&self.bytes))
    }
}

/// These entries and no more.
pub(super) fn once(entries: Vec<Recited>) -> Pages {
    let mut entries = Some(entries);
    Box::new(move |_| Ok(entries.take().unwrap_or_default()))
}

/// A compact on which nobody else is heard.
pub(super) struct Alone {
    room: Arc<Room>,
    door: OwnedRwLockWriteGuard<()>,
}

impl Alone {
    /// The compact as it stands.
    pub(super) fn compact(&self) -> Arc<Compact> {
        self.room.compact()
    }
}

impl Secretariat {
    /// Records entries that were made elsewhere behind those that are there, and shows them once all are durable.
    pub(super) async fn recite(&self, id: &CompactId, pages: Pages) -> Result<(), Failure> {
        let opening = self.opening.clone().lock_owned().await;
        let Some(room) = self.rooms.load().get(id).cloned() else {
            return self.open_room(opening, id, pages).await.map(drop);
        };
        drop(opening);
        let door = room.door.clone().write_owned().await;
        self.recite_in(Alone { room, door }, pages).await
    }

    /// Lets nobody else be heard on a compact for as long as this is held; `None` where there is no such compact.
    pub(super) async fn alone(&self, id: &CompactId) -> Option<Alone> {
        let room = self.rooms.load().get(id).cloned()?;
        let door = room.door.clone().write_owned().await;
        Some(Alone { room, door })
    }

    /// Records entries that were made elsewhere where nobody else is heard.
    pub(super) async fn recite_in(&self, alone: Alone, pages: Pages) -> Result<(), Failure> {
        let log = self.log.clone();
        on_its_own(move || {
            let Alone { room, door } = alone;
            let told = room.recite(&*log, pages);
            drop(door);
            told
        })
        .await
    }

    /// Opens a compact with these entries; none where there are none.
    pub(super) async fn open_room(
        &self,
        opening: OwnedMutexGuard<()>,
        id: &CompactId,
        pages: Pages,
    ) -> Result<Option<Arc<Room>>, Failure> {
        let (log, rooms, id) = (self.log.clone(), self.rooms.clone(), id.clone());
        on_its_own(move || {
            let _until_then = opening;
            let (state, told) = take_down(&*log, &id.as_str().into(), None, pages);
            let room = state.map(|state| Arc::new(Room::new(state)));
            if let Some(room) = &room {
                rooms.rcu(|rooms| rooms.update(id.clone(), room.clone()));
            }
            told.map_err(|halt| halt.told(room.as_deref()))?;
            Ok(room)
        })
        .await
    }
}

impl Room {
    /// Nobody else is heard meanwhile.
    fn recite(&self, log: &dyn EventLog, pages: Pages) -> Result<(), Failure> {
        let floor = self.floor();
        floor.takes_entries()?;
        let before = floor.decided.clone();
        drop(floor);
        let (state, told) = take_down(log, &before.compact.id.as_str().into(), Some(&before), pages);
        if let Some(state) = state {
            self.show(state);
        }
        told.map_err(|halt| halt.told(Some(self)))
    }
}

/// Why no further entry was recorded.
struct Halt {
    failure: Failure,
    /// That of the storage, after which nothing more can be recorded.
    failed: Option<LogError>,
}

impl Halt {
    fn told(self, room: Option<&Room>) -> Failure {
        if let (Some(room), Some(why)) = (room, self.failed) {
            room.floor().failed.get_or_insert(why);
        }
        self.failure
    }
}

impl From<Failure> for Halt {
    fn from(failure: Failure) -> Self {
        Self { failure, failed: None }
    }
}

impl From<LogError> for Halt {
    fn from(why: LogError) -> Self {
        let failure = unrecorded(&why);
        let failed = (!matches!(why, LogError::Full(_) | LogError::Taken { .. })).then_some(why);
        Self { failure, failed }
    }
}

/// Hands entries to the log, a page once the page before is durable; the state after the last one that is.
fn take_down(
    log: &dyn EventLog,
    name: &Arc<str>,
    before: Option<&State>,
    pages: Pages,
) -> (Option<State>, Result<(), Halt>) {
    let halt = match handed_in(log, name, before, pages) {
        Ok(state) => return (state, Ok(())),
        Err(halt) => halt,
    };
    // However far it came: what is there is read from the record.
    match replay(log, name, None, |_, _| ()) {
        Ok(state) => (state, Err(halt)),
        Err(why) => (None, Err(LogError::Failed(why.to_string()).into())),
    }
}

fn handed_in(
    log: &dyn EventLog,
    name: &Arc<str>,
    before: Option<&State>,
    mut pages: Pages,
) -> Result<Option<State>, Halt> {
    let mut compact = before.map(|state| (*state.compact).clone());
    let mut tree = before.map_or_else(Tree::default, |state| state.tree.clone());
    loop {
        let page = pages(compact.as_ref().map_or(Seq(0), |compact| compact.seq))?;
        // All of it is judged before any of it is on its way.
        for Recited { entry, .. } in &page {
            Compact::follow(&mut compact, entry)
                .map_err(|why: Broken| Failure::Storage(format!("nothing was recorded: {why}")))?;
        }
        let mut last = None;
        for recited in page {
            tree.push(recited.leaf());
            let Recited { entry, bytes, blanked } = recited;
            last = Some(log.append_again(NewEntry { compact: name.clone(), seq: entry.seq.0, bytes }, blanked));
        }
        let Some(last) = last else {
            return Ok(compact.map(|compact| State { compact: Arc::new(compact), tree }));
        };
        // The log answers in order: with the last one all of them are durable.
        Handle::current().block_on(last)?;
    }
}

/// On a thread of its own: it reads and computes, and what is begun is finished even if the client has gone.
pub(super) async fn on_its_own<T: Send + 'static>(
    act: impl FnOnce() -> Result<T, Failure> + Send + 'static,
) -> Result<T, Failure> {
    let done = tokio::task::spawn_blocking(act).await;
    done.map_err(|fault| Failure::Storage(fault.to_string()))?
}
