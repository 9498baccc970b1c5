//! Carrying redactions out: the entry that says so first, then the blanking, then what is in memory.
//!
//! Nobody else is heard meanwhile, so that nothing is decided on a state that still holds what is blanked, and nothing
//! of the redaction is shown before it is carried out. If the machine stops in between, the entry is in the record, and
//! what it says is done when the record is opened again.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use super::asked::Claim;
use super::replay::{REPLAY_ENTRIES, replay, unreadable};
use super::{Failure, Recorded, Room, Secretariat, State, Unopened, When};
use crate::access::Spoken;
use crate::compact::{self, Broken, Command, CompactId, Entry, Event, Found, Hole, Redaction, Seq};
use crate::log::{EventLog, LogError, Scope, Stored};

impl Secretariat {
    pub(super) async fn redact(
        &self,
        room: Arc<Room>,
        spoken: Spoken,
        expected: Option<Seq>,
        when: When,
        claim: Option<Claim>,
    ) -> Result<Recorded, Failure> {
        let alone = room.door.clone().write_owned().await;
        let log = self.log.clone();
        // On a task of its own: what is begun is carried out, even if the client has gone.
        let done = async move {
            let _until_then = alone;
            let recorded = room.redact(log, spoken, expected, when).await?;
            if let Some(claim) = claim.filter(|_| recorded.is_new) {
                claim.keep(&recorded.compact.id, recorded.seq);
            }
            Ok(recorded)
        };
        let done = tokio::spawn(done).await;
        done.map_err(|fault| Failure::Storage(fault.to_string()))?
    }

    /// A stored entry as it is shown to whoever reads the record; with its position to those who see all compacts, as the
    /// gaps between positions of one compact tell how busy the others are.
    pub fn shown(&self, stored: &Stored, sees_all: bool) -> Result<Vec<u8>, LogError> {
        let hole = match stored.blanked {
            None => None,
            Some(leaf) => Some(Hole { redacted_by: self.redacted_by(stored)?, leaf_hash: leaf.to_base64() }),
        };
        Ok(compact::shown(&stored.bytes, sees_all.then_some(stored.position), hole.as_ref()))
    }

    /// Blanks what these redactions of another record say, of which this one has the same entries.
    ///
    /// Those that say so may come later, or not at all; opening the record finds nothing amiss.
    pub(super) async fn blank_too(&self, id: &CompactId, redactions: Vec<Arc<Redaction>>) -> Result<(), Failure> {
        let Some(room) = self.rooms.load().get(id).cloned().filter(|_| !redactions.is_empty()) else { return Ok(()) };
        let alone = room.door.clone().write_owned().await;
        let (log, name) = (self.log.clone(), Arc::from(id.as_str()));
        let done = tokio::task::spawn_blocking(move || {
            let _until_then = alone;
            let is_as_said = match blank(&*log, &name, redactions.iter().map(AsRef::as_ref)) {
                Ok(was_not) => !was_not,
                Err(why) => return room.read_anew(Err(why)).map(drop),
            };
            if is_as_said { Ok(()) } else { room.read_anew(replay(&*log, &name, None, |_, _| ())).map(drop) }
        });
        let done = done.await.map_err(|fault| Failure::Storage(fault.to_string()))?;
        done.map_err(Failure::Storage)
    }

    fn redacted_by(&self, stored: &Stored) -> Result<Option<Seq>, LogError> {
        let compact = stored.compact.parse().ok().and_then(|id| self.compact(&id));
        let Some(compact) = compact else { return Ok(None) };
        if let Some(redaction) = compact.redaction_of(Seq(stored.seq)) {
            return Ok(Some(redaction.seq));
        }
        // It may just be carried out: then the redaction is in the log, and shown only in a moment.
        let scope = Scope::Compact(stored.compact.clone());
        let newer = self.log.read(&scope, compact.seq.0.into(), REPLAY_ENTRIES)?;
        let blanks = |entry: &Entry| matches!(&entry.event, Event::EntryRedacted(e) if e.entry == Seq(stored.seq));
        let mut newer = newer.iter().filter_map(|newer| Entry::decode(&newer.bytes).ok());
        Ok(newer.rfind(blanks).map(|entry| entry.seq))
    }
}

impl Room {
    async fn redact(
        self: Arc<Self>,
        log: Arc<dyn EventLog>,
        spoken: Spoken,
        expected: Option<Seq>,
        when: When,
    ) -> Result<Recorded, Failure> {
        let (room, record) = (self.clone(), log.clone());
        let heard = tokio::task::spawn_blocking(move || {
            let name = room.compact().id.as_str().into();
            let command = looked_up(&*record, &name, spoken.command)?;
            room.hear(&*record, Spoken { command, ..spoken }, expected, when)
        });
        let (decided, receipt) = heard.await.map_err(|fault| Failure::Storage(fault.to_string()))??;
        let Some(receipt) = receipt else { return Ok(decided.recorded(false)) };
        self.back(receipt.await)?;
        let seq = decided.compact.seq;
        let carried_out = tokio::task::spawn_blocking(move || self.carry_out(&*log, &decided)).await;
        carried_out.unwrap_or_else(|fault| Err(Failure::Unblanked { seq, why: fault.to_string() }))
    }

    /// Blanks what the last entry says, and reads the compact anew, so that nothing of it stays in memory.
    fn carry_out(&self, log: &dyn EventLog, decided: &State) -> Result<Recorded, Failure> {
        let (compact, name) = (&decided.compact, Arc::from(decided.compact.id.as_str()));
        let last = compact.redactions.get(&compact.seq).map(AsRef::as_ref);
        let read = blank(log, &name, last).and_then(|_| replay(log, &name, None, |_, _| ()));
        let unblanked = |why| Failure::Unblanked { seq: compact.seq, why };
        Ok(self.read_anew(read).map_err(unblanked)?.recorded(true))
    }

    /// Shows the compact as it was read anew.
    fn read_anew(&self, read: Result<Option<State>, Unopened>) -> Result<Arc<State>, String> {
        if let Ok(Some(state)) = read {
            let shown = self.show(state);
            self.anew.fetch_add(1, Ordering::AcqRel);
            return Ok(shown);
        }
        let why = read.err().map_or_else(|| "the record is not there".to_owned(), |why| why.to_string());
        // Heard again only when it is carried out, which opening the record does.
        self.floor().failed.get_or_insert_with(|| LogError::Failed(why.clone()));
        Err(why)
    }
}

/// Replays the record of one compact, and carries out what it says is blanked and is not.
pub(super) fn replay_blanked(
    log: &dyn EventLog,
    name: &Arc<str>,
    heard: impl Fn(&Entry, &Stored),
) -> Result<Option<State>, Unopened> {
    let state = replay(log, name, None, heard)?;
    let Some(read) = &state else { return Ok(None) };
    let is_as_said = !blank(log, name, read.compact.redactions.values().map(AsRef::as_ref))?;
    if is_as_said { Ok(state) } else { replay(log, name, None, |_, _| ()) }
}

/// Blanks what these redactions say; says whether something was not blank yet.
fn blank<'r>(
    log: &dyn EventLog,
    name: &Arc<str>,
    redactions: impl IntoIterator<Item = &'r Redaction>,
) -> Result<bool, Unopened> {
    let mut was_not = false;
    for redaction in redactions {
        let broken = |why: &str| Unopened::Broken {
            compact: name.to_string(),
            broken: Broken { seq: redaction.seq, why: format!("it blanks entry {}, {why}", redaction.entry) },
        };
        let stored = stored(log, name, redaction.entry)?.ok_or_else(|| broken("which is not there"))?;
        if stored.leaf().to_string() != *redaction.leaf {
            return Err(broken("and means another than the one that stands there"));
        }
        let bytes = compact::blanked(&stored.bytes, &redaction.what).map_err(|why| unreadable(&stored, why))?;
        if *bytes != *stored.bytes {
            log.blank(name, stored.seq, &bytes)?;
            was_not = true;
        }
    }
    Ok(was_not)
}

/// A redaction with the entry that it is about.
fn looked_up(log: &dyn EventLog, name: &Arc<str>, mut command: Command) -> Result<Command, Failure> {
    if let Command::Redact { entry, found, .. } = &mut command {
        let unread = |why: String| Failure::Storage(why);
        let stored = stored(log, name, *entry).map_err(|why| unread(why.to_string()))?;
        *found = match stored {
            None => None,
            Some(stored) => {
                let entry = Entry::decode(&stored.bytes).map_err(|why| unread(why.to_string()))?;
                Some(Box::new(Found { entry, leaf: stored.leaf().to_string(), bytes: stored.bytes }))
            }
        };
    }
    Ok(command)
}

fn stored(log: &dyn EventLog, name: &Arc<str>, entry: Seq) -> Result<Option<Stored>, LogError> {
    let Some(before) = entry.0.checked_sub(1) else { return Ok(None) };
    Ok(log.read(&Scope::Compact(name.clone()), before.into(), 1)?.pop())
}
