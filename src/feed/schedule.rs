//! When a delivery that failed is tried again.

use std::time::Duration;

/// How long to wait after the first failure, the second, and so on, in seconds; after the last of them as long again
/// and again.
pub const WAITS: &[u64] = &[5, 30, 2 * 60, 10 * 60, 60 * 60, 4 * 60 * 60, 12 * 60 * 60];

/// After how many days without one delivery a webhook is disabled.
pub const FAILING_DAYS_MAX: i64 = 5;

/// How long to wait after so many failures in a row, from 1: what the table says, a fifth more or less, so that those
/// who failed together do not come back together. `draw` is any number.
pub fn wait(failures: u32, draw: u32) -> Duration {
    let nth = usize::try_from(failures.saturating_sub(1)).unwrap_or(usize::MAX);
    let secs = WAITS.get(nth).or(WAITS.last()).copied().unwrap_or(0);
    let base = Duration::from_secs(secs);
    // 0.8 to 1.2 of it.
    base * 4 / 5 + base.mul_f64(0.4 * share(draw))
}

/// How long to wait where the endpoint said for how long it wants to be left alone: no shorter than that, nor than
/// [`wait`] says, and up to a fifth more than told.
pub(super) fn wait_told(failures: u32, told: Duration, draw: u32) -> Duration {
    wait(failures, draw).max(told + told.mul_f64(0.2 * share(draw)))
}

/// From 0 to 1.
fn share(draw: u32) -> f64 {
    f64::from(draw) / f64::from(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_wait_is_longer_than_the_one_before_whatever_is_drawn() {
        for failures in 1..u32::try_from(WAITS.len()).unwrap() {
            assert!(wait(failures, u32::MAX) < wait(failures + 1, 0), "after {failures}");
        }
        assert_eq!(wait(7, 9), wait(700, 9));
    }

    #[test]
    fn a_wait_is_a_fifth_more_or_less_than_the_table_says() {
        assert_eq!(wait(1, 0), Duration::from_secs(4));
        assert_eq!(wait(1, u32::MAX), Duration::from_secs(6));
        assert_eq!(wait(5, 0), Duration::from_mins(48));
    }

    #[test]
    fn what_is_told_is_waited_for_and_never_less_than_the_table_says() {
        let secs = Duration::from_secs;
        assert_eq!((wait_told(1, secs(60), 0), wait_told(1, secs(60), u32::MAX)), (secs(60), secs(72)));
        assert_eq!(wait_told(1, secs(0), 0), wait(1, 0));
        assert_eq!(wait_told(5, secs(60), 9), wait(5, 9), "who has failed often is not asked more often for it");
    }
}
