//! The one place where a decision meets the log; it owns the clock.
//!
//! Recording is: decide on the current state, append, be durable, then show. Decisions run ahead of the disk: the next
//! speaker of a compact is heard while the entry before is still on its way, on a state that nobody else sees yet.
//! Readers hold the last durable state and never wait. If there is no room for an entry, what was decided on it is
//! forgotten, and the next speaker is heard on what is durable. If storage fails, the compact takes no further entry
//! until the record is opened again.
//!
//! Beside each state stands the tree over the entries that made it, so that what is shown can be proved.

mod asked;
mod audiences;
mod bureau;
mod caucus;
mod doors;
mod failure;
mod fork;
mod handed_in;
mod happenings;
mod keys;
mod knowing;
mod names;
mod opening;
mod public;
mod reciting;
mod redaction;
mod replay;

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use arc_swap::ArcSwap;
use imbl::OrdMap;

use crate::access::Spoken;
use crate::compact::{Asked, Command, Compact, CompactId, Entry, Moment, Refusal, Seq, decide, limits};
use crate::log::{EventLog, LogError, NewEntry, Receipt, Scope, Stored};
use crate::proof::{Hash, Keyring, Tree};
use asked::{Answer, Claim, Known};
use failure::unrecorded;
use replay::REPLAY_ENTRIES;

pub use asked::counts;
pub use audiences::{Audiences, kept_apart};
pub use bureau::{BUREAU, Bureau};
pub use caucus::{CAUCUS, Caucuses, caucus_id};
pub use failure::Failure;
pub use keys::{NoKey, new_keys, rotated_keys};
pub use public::Publisher;
pub use replay::Unopened;

/// Keeps all compacts of one record.
pub struct Secretariat {
    log: Arc<dyn EventLog>,
    keys: Keyring,
    rooms: Arc<ArcSwap<OrdMap<CompactId, Arc<Room>>>>,
    /// Held while a compact is opened, so that two are not opened under one id.
    opening: Arc<tokio::sync::Mutex<()>>,
    clock: Clock,
    asked: Arc<Known>,
}

/// Tells the time.
pub type Clock = Arc<dyn Fn() -> Moment + Send + Sync>;

/// One compact: what is shown, and what is decided but not durable yet.
struct Room {
    shown: ArcSwap<State>,
    /// Shared by all speakers from when they are heard until they are answered; a redaction has it alone.
    door: Arc<tokio::sync::RwLock<()>>,
    floor: Mutex<Floor>,
    /// How often it was read anew because something of it was blanked.
    anew: AtomicU32,
}

/// A compact, and the tree over the stored bytes of the entries that made it.
struct State {
    compact: Arc<Compact>,
    tree: Tree,
}

struct Floor {
    /// The state after the last decision.
    decided: Arc<State>,
    /// How many entries are on their way to the disk.
    on_the_way: usize,
    /// Why entries on their way do not arrive: nobody is heard until the last of them is back.
    turned_away: Option<LogError>,
    /// Why nothing more can be recorded.
    failed: Option<LogError>,
}

/// What came of a command.
#[derive(Clone)]
pub struct Recorded {
    /// The compact after it.
    pub compact: Arc<Compact>,
    /// The entry that was recorded; the last one if there was nothing to record.
    pub seq: Seq,
    /// Whether an entry was recorded.
    pub is_new: bool,
}

impl Secretariat {
    /// Replays a record and keeps it from then on, with a key that is forgotten in the end: for trials.
    pub fn open(log: Arc<dyn EventLog>) -> Result<Self, Unopened> {
        let keys = new_keys(None)?;
        Self::open_with(log, keys)
    }

    /// Replays a record and keeps it from then on. Its checkpoints are signed with these keys.
    pub fn open_with(log: Arc<dyn EventLog>, keys: Keyring) -> Result<Self, Unopened> {
        let (mut rooms, asked, opened) = (OrdMap::new(), Arc::new(Known::default()), now());
        for (name, _) in log.compacts()? {
            let id = name.parse();
            let heard = |entry: &Entry, stored: &Stored| {
                if let Ok(id) = &id {
                    asked.read(id, entry.seq, entry.time, stored, opened);
                }
            };
            if let Some(state) = redaction::replay_blanked(&*log, &name, heard)? {
                rooms.insert(state.compact.id.clone(), Arc::new(Room::new(state)));
            }
        }
        let rooms = Arc::new(ArcSwap::from_pointee(rooms));
        Ok(Self { log, keys, rooms, opening: Arc::default(), clock: Arc::new(now), asked })
    }

    /// The same, with times from another clock: for trials and for samples that are the same whenever they are made.
    #[must_use]
    pub fn with_clock(mut self, clock: Clock) -> Self {
        self.clock = clock;
        self
    }

    /// What time it is.
    pub fn time(&self) -> Moment {
        (self.clock)()
    }

    /// The log behind the record, for following it.
    pub fn log(&self) -> &Arc<dyn EventLog> {
        &self.log
    }

    /// The keys that checkpoints are signed with.
    pub fn keys(&self) -> &Keyring {
        &self.keys
    }

    /// The compact as it durably stands.
    pub fn compact(&self, id: &CompactId) -> Option<Arc<Compact>> {
        self.rooms.load().get(id).map(|room| room.compact())
    }

    /// All compacts as they durably stand, by id.
    pub fn compacts(&self) -> Vec<Arc<Compact>> {
        self.rooms.load().values().map(|room| room.compact()).collect()
    }

    /// How often something of a compact was blanked since the record was opened: what is kept of it elsewhere is of no use
    /// then.
    pub fn read_anew(&self, id: &CompactId) -> u32 {
        self.rooms.load().get(id).map_or(0, |room| room.anew.load(Ordering::Acquire))
    }

    /// How many entries are shown, of all compacts: it grows with whatever changes what is shown.
    pub fn shown_entries(&self) -> u64 {
        self.rooms.load().values().map(|room| u64::from(room.shown.load().compact.seq.0)).sum()
    }

    /// The tree over the durable entries of a compact: all that anybody can have seen, and nothing more.
    pub fn tree(&self, id: &CompactId) -> Result<Option<Tree>, LogError> {
        let Some(mut tree) = self.rooms.load().get(id).map(|room| room.shown.load().tree.clone()) else {
            return Ok(None);
        };
        // Whoever follows the log may have seen an entry that is shown only in a moment.
        let scope = Scope::Compact(id.as_str().into());
        loop {
            let more = self.log.read(&scope, tree.size(), REPLAY_ENTRIES)?;
            if more.is_empty() {
                return Ok(Some(tree));
            }
            for stored in more {
                tree.push(stored.leaf());
            }
        }
    }

    /// Whether every compact can still be written.
    pub fn is_writable(&self) -> bool {
        self.rooms.load().values().all(|room| room.floor().failed.is_none())
    }

    /// Judges a command and, if it is granted, answers once its entry is durable.
    ///
    /// Whether it is the speaker's to say is judged on the same state. With `expected` the command is only heard if that is
    /// the last entry. What was recorded stays recorded even if the caller does not wait for the answer.
    pub async fn record(&self, id: &CompactId, spoken: Spoken, expected: Option<Seq>) -> Result<Recorded, Failure> {
        self.record_once(id, spoken, expected, None).await
    }

    /// The same, once for each key: asked again within a day, it tells what came of it the first time.
    pub async fn record_once(
        &self,
        id: &CompactId,
        spoken: Spoken,
        expected: Option<Seq>,
        asked: Option<Asked>,
    ) -> Result<Recorded, Failure> {
        let claim = match asked.map(|asked| self.asked.ask(asked, self.time())).transpose()? {
            Some(Answer::Recorded(compact, seq)) => return self.again(&compact, seq).await,
            Some(Answer::Claimed(claim)) => Some(claim),
            None => None,
        };
        let when = (self.time(), asked);
        if let Command::OpenCompact { .. } = spoken.command {
            let opened = self.open_compact(id, spoken, when, limits::COMPACTS_MAX).await?;
            if let Some(claim) = claim {
                claim.keep(id, opened.seq);
            }
            return Ok(opened);
        }
        let room = self.rooms.load().get(id).filter(|_| spoken.by.sees(id)).cloned();
        let room = room.ok_or_else(|| Refusal::UnknownCompact(id.to_string()))?;
        if let Command::Redact { .. } = spoken.command {
            // It keeps others waiting, and is not begun for whoever may not ask for it.
            spoken.by.may(&spoken.command, Some(&room.compact()))?;
            return self.redact(room, spoken, expected, when, claim).await;
        }
        let inside = room.door.clone().read_owned().await;
        // On a task of its own, so that what is durable is shown, and its key kept, even if the client has gone.
        let log = self.log.clone();
        let heard = async move {
            let _until_then = inside;
            room.record(log, spoken, expected, when, claim).await
        };
        let heard = tokio::spawn(heard).await;
        heard.map_err(|fault| Failure::Storage(fault.to_string()))?
    }
}

impl Floor {
    /// Whether anybody can be heard.
    fn takes_entries(&self) -> Result<(), Failure> {
        self.failed.as_ref().or(self.turned_away.as_ref()).map_or(Ok(()), |why| Err(unrecorded(why)))
    }
}

impl State {
    fn recorded(&self, is_new: bool) -> Recorded {
        Recorded { compact: self.compact.clone(), seq: self.compact.seq, is_new }
    }
}

impl Room {
    fn new(state: State) -> Self {
        let state = Arc::new(state);
        let floor = Floor { decided: state.clone(), on_the_way: 0, turned_away: None, failed: None };
        Self { shown: ArcSwap::new(state), door: Arc::default(), floor: Mutex::new(floor), anew: AtomicU32::new(0) }
    }

    fn compact(&self) -> Arc<Compact> {
        self.shown.load().compact.clone()
    }

    /// Shows a state as the last one, where nobody else is heard.
    fn show(&self, state: State) -> Arc<State> {
        let state = Arc::new(state);
        let mut floor = self.floor();
        floor.decided = state.clone();
        self.shown.store(state.clone());
        state
    }

    fn floor(&self) -> MutexGuard<'_, Floor> {
        // A speaker who panicked left the floor as it was: it is only changed once all is decided.
        self.floor.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Judges a command, waits until its entry is durable, and shows what came of it.
    async fn record(
        self: Arc<Self>,
        log: Arc<dyn EventLog>,
        spoken: Spoken,
        expected: Option<Seq>,
        when: When,
        claim: Option<Claim>,
    ) -> Result<Recorded, Failure> {
        let (decided, receipt) = if let Command::Revise { .. } = spoken.command {
            // Aligning a whole text takes milliseconds: not on a thread that serves readers.
            let room = self.clone();
            let heard = tokio::task::spawn_blocking(move || room.hear(&*log, spoken, expected, when)).await;
            heard.map_err(|fault| Failure::Storage(fault.to_string()))??
        } else {
            self.hear(&*log, spoken, expected, when)?
        };
        let Some(receipt) = receipt else { return Ok(decided.recorded(false)) };
        let recorded = self.settle(decided, receipt).await?;
        if let Some(claim) = claim {
            claim.keep(&recorded.compact.id, recorded.seq);
        }
        Ok(recorded)
    }

    /// Judges one command, one speaker at a time, and hands its entry to the log.
    fn hear(
        &self,
        log: &dyn EventLog,
        Spoken { by, command }: Spoken,
        expected: Option<Seq>,
        (time, asked): When,
    ) -> Result<(Arc<State>, Option<Receipt>), Failure> {
        let mut floor = self.floor();
        floor.takes_entries()?;
        let compact = &floor.decided.compact;
        let granted = by.may(&command, Some(compact))?;
        if expected.is_some_and(|seq| seq != compact.seq) {
            return Err(Failure::Stale { seq: compact.seq });
        }
        let Some(event) = decide(Some(compact), command)? else { return Ok((floor.decided.clone(), None)) };
        let (seq, time) = (compact.seq.next(), time.max(compact.changed_at));
        let entry = Entry { seq, time, speaker: granted.speaker, spoken_by: granted.by, event };
        let mut next = (**compact).clone();
        next.evolve(&entry).map_err(|broken| Failure::Storage(format!("nothing was recorded: {broken}")))?;
        let mut tree = floor.decided.tree.clone();
        let receipt = append(log, &next.id, (&entry, asked), &mut tree)?;
        let next = Arc::new(State { compact: Arc::new(next), tree });
        floor.decided = next.clone();
        floor.on_the_way += 1;
        Ok((next, Some(receipt)))
    }

    /// Waits until an entry is durable and shows the state after it.
    async fn settle(&self, decided: Arc<State>, receipt: Receipt) -> Result<Recorded, Failure> {
        let told = receipt.await;
        if told.is_ok() {
            // Entries become durable in order, but their tasks may wake in any.
            let is_behind = |shown: &State| shown.compact.seq < decided.compact.seq;
            self.shown.rcu(|shown| if is_behind(shown) { decided.clone() } else { shown.clone() });
        }
        self.back(told)?;
        Ok(decided.recorded(true))
    }

    /// An entry is back from the log, whatever came of it.
    fn back(&self, told: Result<u64, LogError>) -> Result<(), Failure> {
        let mut floor = self.floor();
        floor.on_the_way -= 1;
        match &told {
            Ok(_) => (),
            // Whatever was decided on an entry for which there was no room asks for a place that there is not.
            Err(why @ (LogError::Full(_) | LogError::Taken { .. })) => {
                floor.turned_away.get_or_insert_with(|| why.clone());
            }
            Err(why) => {
                floor.failed.get_or_insert_with(|| why.clone());
            }
        }
        if floor.on_the_way == 0 && (floor.turned_away.take().is_some() || floor.failed.is_some()) {
            // All are back, so what is shown is all that is durable.
            floor.decided = self.shown.load_full();
        }
        drop(floor);
        told.map(drop).map_err(|why| unrecorded(&why))
    }
}

/// When a command is heard, and the key that it is asked with.
type When = (Moment, Option<Asked>);

/// Hands an entry to the log, and its bytes to the tree as a leaf.
fn append(
    log: &dyn EventLog,
    id: &CompactId,
    (entry, asked): (&Entry, Option<Asked>),
    tree: &mut Tree,
) -> Result<Receipt, Failure> {
    let bytes = entry.encode_asked(id, asked).map_err(|e| Failure::Storage(e.to_string()))?;
    tree.push(Hash::of_leaf(&bytes));
    Ok(log.append(NewEntry { compact: id.as_str().into(), seq: entry.seq.0, bytes }))
}

/// What time it is, to the millisecond.
#[allow(clippy::disallowed_methods, reason = "the one place that owns the clock")]
pub fn now() -> Moment {
    Moment::from(jiff::Timestamp::now())
}
