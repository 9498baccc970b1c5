//! When an endpoint that is busy says that it can be asked again (`Retry-After`; RFC 9110, 10.2.3).

use std::time::{Duration, UNIX_EPOCH};

use httpdate::parse_http_date;

use crate::compact::Moment;

/// As long as an endpoint may have us wait: no longer than the longest wait of our own.
pub const RETRY_AFTER_MAX: Duration = Duration::from_hours(12);

/// When to come back: after so many seconds, or at a time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum RetryAfter {
    /// After so many seconds.
    Secs(u64),
    /// At a time, in seconds since 1970.
    At(u64),
}

impl RetryAfter {
    /// Reads the field; `None` where it is neither digits nor a date, and is then as good as not there.
    pub fn read(value: &str) -> Option<Self> {
        let value = value.trim();
        if !value.is_empty() && value.bytes().all(|byte| byte.is_ascii_digit()) {
            // More than any number holds is longer than we wait.
            return Some(Self::Secs(value.parse().unwrap_or(u64::MAX)));
        }
        let date = parse_http_date(value).ok()?;
        date.duration_since(UNIX_EPOCH).ok().map(|since| Self::At(since.as_secs()))
    }

    /// How long that is from now on: nothing where it is past, and never more than [`RETRY_AFTER_MAX`].
    pub fn wait(self, now: Moment) -> Duration {
        let secs = match self {
            Self::Secs(secs) => secs,
            Self::At(then) => then.saturating_sub(u64::try_from(now.as_secs()).unwrap_or(0)),
        };
        Duration::from_secs(secs).min(RETRY_AFTER_MAX)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::WAITS;

    /// Sun, 06 Nov 1994 08:49:37 GMT
    const THEN: i64 = 784_111_777;

    fn secs(value: &str, now: i64) -> Option<u64> {
        let now = Moment::from_millis(now * 1_000).unwrap();
        RetryAfter::read(value).map(|told| told.wait(now).as_secs())
    }

    #[test]
    fn seconds_count_from_now_on() {
        for (value, told) in [("0", 0), ("120", 120), (" 7 ", 7), ("43200", 43_200)] {
            assert_eq!(secs(value, THEN), Some(told), "{value:?}");
        }
    }

    #[test]
    fn a_date_in_each_form_of_http_is_as_far_as_it_is_and_one_that_is_past_is_now() {
        for value in ["Sun, 06 Nov 1994 08:49:37 GMT", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994"] {
            assert_eq!((secs(value, THEN - 90), secs(value, THEN)), (Some(90), Some(0)), "{value}");
            assert_eq!(secs(value, THEN + 86_400), Some(0), "{value}");
        }
    }

    #[test]
    fn nobody_has_us_wait_longer_than_we_would() {
        let longest = Some(RETRY_AFTER_MAX.as_secs());
        assert_eq!(longest, WAITS.last().copied());
        for value in ["43201", "18446744073709551615", &"9".repeat(500), "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(secs(value, THEN), longest, "{value}");
        }
    }

    #[test]
    fn what_is_neither_is_as_good_as_not_there() {
        for value in ["", " ", "-1", "+5", "1.5", "soon", "5 s", "06 Nov 1994", "Sun, 06 Nov 1994 08:49:37 +0200", "٣"]
        {
            assert_eq!(RetryAfter::read(value), None, "{value:?}");
        }
    }
}
