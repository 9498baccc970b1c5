//! How many requests a second: a bucket of tokens for each speaker and address, told by one time each (GCRA, ITU-T I.371).

use std::convert::Infallible;
use std::num::NonZeroU32;
use std::sync::Arc;
use std::time::Duration;

use governor::clock::{Clock, DefaultClock};
use governor::{DefaultDirectRateLimiter, Quota};
use quick_cache::sync::Cache;

use super::Settings;
use super::who::Key;

/// The buckets of those who came lately. As many are kept as the table says; who is forgotten begins with a full one.
pub(in crate::web) struct Rates {
    known: Cache<Key, Arc<DefaultDirectRateLimiter>>,
    quota: Quota,
    clock: DefaultClock,
}

impl Rates {
    /// Nobody has come yet.
    pub(in crate::web) fn new(settings: &Settings, callers: usize) -> Self {
        let count = |n: usize| u32::try_from(n).ok().and_then(NonZeroU32::new).unwrap_or(NonZeroU32::MIN);
        let quota = Quota::per_second(count(settings.rate)).allow_burst(count(settings.burst));
        Self { known: Cache::new(callers), quota, clock: DefaultClock::default() }
    }

    /// Takes a token of this bucket, or says when there is one again.
    pub(in crate::web) fn take(&self, key: &Key) -> Result<(), Duration> {
        let fresh = || Ok::<_, Infallible>(Arc::new(DefaultDirectRateLimiter::direct(self.quota)));
        let Ok(bucket) = self.known.get_or_insert_with(key, fresh);
        bucket.check().map_err(|until| until.wait_time_from(self.clock.now()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compact::limits;

    fn rates(rate: usize, burst: usize, callers: usize) -> Rates {
        Rates::new(&Settings { rate, burst, ..Settings::default() }, callers)
    }

    fn speaker(n: usize) -> Key {
        Key::Speaker(n.to_string())
    }

    #[test]
    fn a_bucket_holds_its_burst_and_says_when_it_has_a_token_again() {
        let rates = rates(1, 5, 10);
        let granted = (0..50).filter(|_| rates.take(&speaker(1)).is_ok()).count();
        assert!((5..=6).contains(&granted), "{granted}");
        assert!(rates.take(&speaker(1)).unwrap_err() <= Duration::from_secs(1));
        assert_eq!(rates.take(&speaker(2)), Ok(()), "everybody has a bucket");
    }

    #[test]
    fn no_more_callers_are_remembered_than_the_limit_says() {
        let most = limits::CALLERS_MAX;
        let rates = rates(1, 1, most);
        for n in 0..most * 3 {
            assert_eq!(rates.take(&speaker(n)), Ok(()));
        }
        assert!((most / 2..=most).contains(&rates.known.len()), "{}", rates.known.len());
    }
}
