//! `Idempotency-Key`: what was asked for with a key within a day is recorded once, over restarts too.
//!
//! The entry tells the key that it was asked for with. So what is known here is read off the record when it is opened.

use std::collections::{HashMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use super::replay::replay;
use super::{Failure, Recorded, Secretariat, State};
use crate::compact::{Asked, CompactId, Moment, Seq, limits};
use crate::log::Stored;

/// How long a key counts.
const KEY_HOURS: i64 = 24;

/// The keys of a day.
#[derive(Default)]
pub(super) struct Known(Mutex<Keys>);

#[derive(Default)]
struct Keys {
    by_key: HashMap<[u8; 16], Kept>,
    /// The same, oldest first.
    order: VecDeque<([u8; 16], Moment)>,
}

struct Kept {
    body: [u8; 16],
    time: Moment,
    /// The entry; `None` while it is on its way.
    entry: Option<(CompactId, Seq)>,
}

/// What is known of a key.
pub(super) enum Answer {
    /// It was asked for before, and this is the entry.
    Recorded(CompactId, Seq),
    /// It is asked for the first time, and is held until this is dropped or [kept](Claim::keep).
    Claimed(Claim),
}

/// A key that is being asked with.
pub(super) struct Claim {
    known: Arc<Known>,
    key: [u8; 16],
}

impl Known {
    fn keys(&self) -> MutexGuard<'_, Keys> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Remembers an entry of a record that is opened, if it is not older than a key counts.
    pub(super) fn read(&self, compact: &CompactId, seq: Seq, time: Moment, stored: &Stored, now: Moment) {
        if !counts(time, now) {
            return;
        }
        // An entry that cannot be read is refused where it is replayed.
        if let Ok(Some(asked)) = Asked::of(&stored.bytes) {
            self.keys().put(asked.key, Kept { body: asked.body, time, entry: Some((compact.clone(), seq)) });
        }
    }

    /// Holds a key, or tells what came of it before.
    pub(super) fn ask(self: &Arc<Self>, asked: Asked, now: Moment) -> Result<Answer, Failure> {
        let mut keys = self.keys();
        keys.forget_old(now);
        match keys.by_key.get(&asked.key) {
            Some(kept) if kept.body != asked.body => Err(Failure::KeyReused),
            Some(Kept { entry: Some((compact, seq)), .. }) => Ok(Answer::Recorded(compact.clone(), *seq)),
            Some(_) => Err(Failure::UnderWay),
            None => {
                keys.put(asked.key, Kept { body: asked.body, time: now, entry: None });
                Ok(Answer::Claimed(Claim { known: self.clone(), key: asked.key }))
            }
        }
    }
}

impl Keys {
    fn put(&mut self, key: [u8; 16], kept: Kept) {
        if self.order.len() >= limits::IDEMPOTENCY_KEYS_MAX
            && let Some((oldest, _)) = self.order.pop_front()
        {
            self.by_key.remove(&oldest);
        }
        self.order.push_back((key, kept.time));
        self.by_key.insert(key, kept);
    }

    fn forget_old(&mut self, now: Moment) {
        while let Some((key, _)) = self.order.pop_front_if(|(_, time)| !counts(*time, now)) {
            self.by_key.remove(&key);
        }
    }
}

impl Claim {
    /// The entry is durable.
    pub(super) fn keep(self, compact: &CompactId, seq: Seq) {
        if let Some(kept) = self.known.keys().by_key.get_mut(&self.key) {
            kept.entry = Some((compact.clone(), seq));
        }
    }
}

impl Drop for Claim {
    /// Lets go of a key that nothing was recorded for.
    fn drop(&mut self) {
        let mut keys = self.known.keys();
        if keys.by_key.get(&self.key).is_some_and(|kept| kept.entry.is_none()) {
            keys.by_key.remove(&self.key);
            keys.order.retain(|(key, _)| *key != self.key);
        }
    }
}

/// Whether a key that was used at a time still counts.
pub fn counts(time: Moment, now: Moment) -> bool {
    time.hours_later(KEY_HOURS).is_none_or(|end| now < end)
}

impl Secretariat {
    /// What came of an entry when it was recorded: the compact as it stood then, read off the record.
    pub(super) async fn again(&self, id: &CompactId, seq: Seq) -> Result<Recorded, Failure> {
        let (log, name) = (self.log.clone(), Arc::from(id.as_str()));
        let read = tokio::task::spawn_blocking(move || replay(&*log, &name, Some(seq), |_, _| ())).await;
        let read = read.map_err(|fault| Failure::Storage(fault.to_string()))?;
        let state: Option<State> = read.map_err(|why| Failure::Storage(why.to_string()))?;
        state.map(|state| state.recorded(true)).ok_or_else(|| Failure::Storage(format!("{id} has no entries")))
    }
}
