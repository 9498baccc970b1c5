//! The event streams that are open: so many in all, and so many for each speaker and address.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use actix_web::http::StatusCode;

use super::super::problem::Problem;
use super::Settings;
use super::who::Key;

/// The streams that are open.
pub(in crate::web) struct Streams {
    open: Mutex<Count>,
    most: usize,
    each: usize,
    /// Whether they are counted where those who run the server see it.
    is_told: bool,
}

#[derive(Default)]
struct Count {
    all: usize,
    by_key: HashMap<Key, usize>,
}

/// A stream's place, given back when it is dropped.
pub(in crate::web) struct Place {
    streams: Arc<Streams>,
    key: Option<Key>,
}

impl Streams {
    /// None yet.
    pub(in crate::web) fn new(settings: &Settings) -> Self {
        Self { open: Mutex::default(), most: settings.streams, each: settings.streams_each, is_told: true }
    }

    /// Those of a record of which nobody else is to notice that somebody follows it.
    pub(in crate::web) fn untold(settings: &Settings) -> Self {
        Self { is_told: false, ..Self::new(settings) }
    }

    /// A place for one stream more; `key` is whom it is counted against, if anybody.
    pub(in crate::web) fn take(self: &Arc<Self>, key: Option<Key>) -> Result<Place, Problem> {
        let mut open = self.count();
        if open.all >= self.most {
            let detail = "as many event streams are open as this server keeps; try again later, or read pages";
            return Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "too-many-streams", detail));
        }
        if let Some(key) = &key {
            let own = open.by_key.entry(key.clone()).or_default();
            if *own >= self.each {
                let detail = "you have as many event streams open as one client may; close one, or read pages";
                let problem = Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-streams", detail);
                return Err(problem.with("most", self.each.into()));
            }
            *own += 1;
        }
        open.all += 1;
        self.tell(1.0);
        Ok(Place { streams: self.clone(), key })
    }

    fn tell(&self, more: f64) {
        if self.is_told {
            metrics::gauge!("travaux_open_streams").increment(more);
        }
    }

    fn count(&self) -> MutexGuard<'_, Count> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Place {
    fn drop(&mut self) {
        self.streams.tell(-1.0);
        let mut open = self.streams.count();
        open.all -= 1;
        let Some(key) = &self.key else { return };
        // Who has no stream open is not remembered.
        if let Some(own) = open.by_key.get_mut(key) {
            *own -= 1;
            if *own == 0 {
                open.by_key.remove(key);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_given_back_is_free_and_leaves_nothing_behind() {
        let settings = Settings { streams: 3, streams_each: 2, ..Settings::default() };
        let streams = Arc::new(Streams::new(&settings));
        let take = |name: &str| streams.take(Some(Key::Speaker(name.into())));
        let (first, _second) = (take("eu").unwrap(), take("eu").unwrap());
        assert!(take("eu").is_err());
        let _other = take("aosis").unwrap();
        assert!(take("kenya").is_err() && streams.take(None).is_err(), "there are three in all");
        drop(first);
        drop(take("kenya").unwrap());
        assert_eq!(streams.count().by_key.len(), 2, "kenya is not remembered");
    }
}
