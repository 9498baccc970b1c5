//! `Idempotency-Key`: what was asked for with a key within a day is recorded once, over restarts too.
//!
//! The entry tells the key that it was asked for with. So what is known here is read off the record when it is opened.

use std::collections::{BTreeSet, HashMap};
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
    /// The same by when they were asked with, oldest first: a record is read one compact after the other.
    by_time: BTreeSet<(Moment, [u8; 16])>,
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
        // What is found after this counts.
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
    /// Remembers a key as it was used last; where there are too many, the oldest is forgotten.
    fn put(&mut self, key: [u8; 16], kept: Kept) {
        if self.by_key.get(&key).is_some_and(|known| known.time > kept.time) {
            return;
        }
        self.forget(&key);
        self.by_time.insert((kept.time, key));
        self.by_key.insert(key, kept);
        if self.by_key.len() > limits::IDEMPOTENCY_KEYS_MAX {
            self.forget_oldest_if(|_| true);
        }
    }

    fn forget_old(&mut self, now: Moment) {
        while self.forget_oldest_if(|time| !counts(time, now)) {}
    }

    /// Says whether there was one to forget.
    fn forget_oldest_if(&mut self, is_old: impl FnOnce(Moment) -> bool) -> bool {
        let oldest = self.by_time.first().copied().filter(|(time, _)| is_old(*time));
        oldest.is_some_and(|(_, key)| self.forget(&key))
    }

    /// Says whether it was known.
    fn forget(&mut self, key: &[u8; 16]) -> bool {
        self.by_key.remove(key).is_some_and(|known| self.by_time.remove(&(known.time, *key)))
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
            keys.forget(&self.key);
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compact::{CompactOpened, Entry, Event, Speaker};

    /// So many hours after some moment.
    fn at(hours: i64) -> Moment {
        Moment::from_millis(1_772_442_000_000 + hours * 3_600_000).unwrap()
    }

    fn asked(key: u128) -> Asked {
        Asked { key: key.to_be_bytes(), body: [0; 16] }
    }

    /// Reads an entry that was asked for with a key, as it is read when a record is opened.
    fn read(known: &Known, compact: &str, time: Moment, key: u128, now: Moment) {
        let compact: CompactId = compact.parse().unwrap();
        let event = Event::CompactOpened(CompactOpened { compact: compact.clone(), title: "Fiction".into() });
        let entry = Entry { seq: Seq(1), time, speaker: Speaker::Secretariat, spoken_by: None, event };
        let bytes = entry.encode_asked(&compact, Some(asked(key))).unwrap().into();
        let stored = Stored { position: 1, compact: compact.as_str().into(), seq: 1, bytes, blanked: None };
        known.read(&compact, entry.seq, time, &stored, now);
    }

    /// The compact that something was recorded in with a key; `None` where the key is free.
    fn recorded(known: &Arc<Known>, key: u128, now: Moment) -> Option<String> {
        match known.ask(asked(key), now) {
            Ok(Answer::Recorded(compact, _)) => Some(compact.to_string()),
            Ok(Answer::Claimed(_)) => None,
            Err(failure) => panic!("{failure}"),
        }
    }

    #[test]
    fn each_key_counts_for_its_own_day_in_whatever_order_the_compacts_are_read() {
        let known = Arc::new(Known::default());
        for (compact, hours, key) in [("harbours", 10, 1), ("tides", 0, 2), ("tugs", 5, 3)] {
            read(&known, compact, at(hours), key, at(12));
        }
        let free_at = |now| [1, 2, 3].map(|key| recorded(&known, key, now).is_none());
        for (hours, free) in [
            (23, [false, false, false]),
            (24, [false, true, false]),
            (29, [false, true, true]),
            (33, [false, true, true]),
            (34, [true, true, true]),
        ] {
            assert_eq!(free_at(at(hours)), free, "after {hours} hours");
        }
    }

    #[test]
    fn of_too_many_keys_the_oldest_is_forgotten_in_whatever_order_the_compacts_are_read() {
        let known = Arc::new(Known::default());
        read(&known, "harbours", at(10), 0, at(12));
        let most = u128::try_from(limits::IDEMPOTENCY_KEYS_MAX).unwrap();
        for key in 1..=most {
            read(&known, "tides", at(if key == 7 { 1 } else { 2 }), key, at(12));
        }
        let forgotten: Vec<u128> = (0..=most).filter(|key| recorded(&known, *key, at(12)).is_none()).collect();
        assert_eq!(forgotten, [7]);
    }

    #[test]
    fn a_key_that_was_used_twice_tells_what_it_was_used_for_last() {
        let known = Arc::new(Known::default());
        for (compact, hours) in [("harbours", 10), ("tides", 0)] {
            read(&known, compact, at(hours), 1, at(12));
        }
        assert_eq!(recorded(&known, 1, at(30)).as_deref(), Some("harbours"));
        assert_eq!(recorded(&known, 1, at(34)), None);
    }
}
