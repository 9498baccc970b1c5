//! One subscription, how its deliveries went, and what follows from that. Pure: the time and what is drawn are told.

use std::time::Duration;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::courier::Answer;
use super::maker::Maker;
use super::schedule::{FAILING_DAYS_MAX, wait, wait_told};
use super::signature::Secret;
use super::target::Target;
use crate::compact::{CompactId, Moment, Seq};
use crate::history::Filter;

/// For how long the secret before still signs after a new one was made.
const ROTATION_MILLIS: i64 = 24 * 60 * 60 * 1000;
const DAY_MILLIS: i64 = 24 * 60 * 60 * 1000;
/// What an endpoint answers that wants nothing more (410, "Gone").
const GONE: u16 = 410;

/// A subscription to a compact, as it is kept.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Webhook {
    /// Its id: `w` and 16 hex digits.
    pub id: String,
    /// The compact.
    pub compact: CompactId,
    /// Where entries go.
    pub url: Target,
    /// Which entries go there.
    #[serde(default)]
    pub filter: Filter,
    /// When it was made.
    pub created_at: Moment,
    /// Who answers for what it is sent.
    #[serde(default)]
    pub made_by: Maker,
    /// The cursor: everything up to it was delivered or passed over.
    pub after: Seq,
    /// What deliveries are signed with.
    pub secret: Secret,
    /// The secret before, and until when it signs as well.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub earlier: Option<(Secret, Moment)>,
    /// How the last attempt ended.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Attempt>,
    /// That deliveries fail, while they do.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub failing: Option<Failing>,
    /// That it was given up.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub disabled: Option<Disabled>,
}

/// An attempt to deliver an entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Attempt {
    /// When it ended.
    pub at: Moment,
    /// The entry.
    pub seq: Seq,
    /// The status of the answer; absent where there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub status: Option<u16>,
    /// Why there was none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
}

/// Attempts that failed in a row.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Failing {
    /// When the first of them failed.
    pub since: Moment,
    /// How many there were.
    pub attempts: u32,
    /// When the entry is tried again.
    pub next_attempt: Moment,
}

/// A webhook that was given up.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Disabled {
    /// When.
    pub at: Moment,
    /// Why, and what to do.
    pub why: String,
    /// The attempt after which it was given up, if there was one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub last: Option<Attempt>,
}

/// What follows from an attempt.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Next {
    /// The entry is delivered: on to the next.
    Entry,
    /// The same again after this time.
    Again(Duration),
    /// Nothing more until it is enabled.
    Nothing,
}

impl Webhook {
    /// The secrets that are valid, the newest first.
    pub fn secrets(&self, now: Moment) -> impl Iterator<Item = &Secret> {
        let earlier = self.earlier.as_ref().filter(|(_, until)| now < *until).map(|(secret, _)| secret);
        std::iter::once(&self.secret).chain(earlier)
    }

    /// Takes a new secret; the one before signs for another day, so that whoever receives can change over.
    pub fn rotate(&mut self, secret: Secret, now: Moment) {
        let before = std::mem::replace(&mut self.secret, secret);
        self.earlier = Some((before, now.later(ROTATION_MILLIS)));
    }

    /// What deliveries of an entry are known by: the same on every attempt and in every replay.
    pub fn delivery_id(&self, seq: Seq) -> String {
        format!("{}/{seq}/{}", self.compact, self.id)
    }

    /// Notes that nothing up to an entry is to be delivered any more.
    pub fn pass(&mut self, seq: Seq) {
        self.after = self.after.max(seq);
    }

    /// Notes how an attempt ended. `draw` is any number.
    pub fn settle(&mut self, seq: Seq, answer: &Answer, now: Moment, draw: u32) -> Next {
        let (status, why) = match answer {
            Answer::Status(status) | Answer::Later(status, _) => (Some(*status), None),
            Answer::Nothing(why) => (None, Some(why.clone())),
        };
        let attempt = Attempt { at: now, seq, status, why };
        self.last = Some(attempt.clone());
        if status.is_some_and(|status| (200..300).contains(&status)) {
            self.failing = None;
            self.pass(seq);
            return Next::Entry;
        }
        let (since, before) = self.failing.as_ref().map_or((now, 0), |failing| (failing.since, failing.attempts));
        let attempts = before.saturating_add(1);
        let pause = match answer {
            Answer::Later(_, told) => wait_told(attempts, told.wait(now), draw),
            Answer::Status(_) | Answer::Nothing(_) => wait(attempts, draw),
        };
        let next_attempt = now.later(i64::try_from(pause.as_millis()).unwrap_or(i64::MAX));
        self.failing = Some(Failing { since, attempts, next_attempt });
        let why = if status == Some(GONE) {
            "the endpoint answered 410, that it is gone; enable the webhook if that was a mistake".to_owned()
        } else if now.millis_since(since) >= FAILING_DAYS_MAX * DAY_MILLIS {
            format!(
                "nothing could be delivered for {FAILING_DAYS_MAX} days; mend the endpoint, then enable the webhook"
            )
        } else {
            return Next::Again(pause);
        };
        self.disabled = Some(Disabled { at: now, why, last: Some(attempt) });
        Next::Nothing
    }

    /// Gives it up, as whoever answers for it no longer may have entries sent anywhere.
    pub fn lapse(&mut self, now: Moment) {
        let Maker { speaking, token } = &self.made_by;
        let who = token.as_ref().map_or_else(|| format!("{speaking} without a token"), |id| format!("token {id}"));
        let why = format!(
            "{who} answers for it and counts no longer, so nothing is sent; enable the webhook to answer for it yourself"
        );
        self.disabled = Some(Disabled { at: now, why, last: self.last.clone() });
    }

    /// Begins anew where it was given up, or goes on at once where it waits. `by` answers for it from now on, where told.
    pub fn enable(&mut self, by: Option<&Maker>) {
        self.made_by = by.unwrap_or(&self.made_by).clone();
        self.disabled = None;
        self.failing = None;
    }

    /// Goes back, or forward, to the entry after this one.
    pub fn replay(&mut self, after: Seq) {
        self.after = after;
        self.failing = None;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::feed::RetryAfter;

    fn at(secs: i64) -> Moment {
        Moment::from_millis(secs * 1000).unwrap()
    }

    fn webhook() -> Webhook {
        Webhook {
            id: "w0".into(),
            compact: "harbours".parse().unwrap(),
            url: Target::read("https://example.org/", false).unwrap(),
            filter: Filter::default(),
            created_at: at(0),
            made_by: Maker::default(),
            after: Seq(3),
            secret: Secret::new().unwrap(),
            earlier: None,
            last: None,
            failing: None,
            disabled: None,
        }
    }

    #[test]
    fn a_webhook_that_fails_for_days_is_disabled_and_says_why() {
        let mut webhook = webhook();
        let (mut now, mut attempts) = (0, 0);
        let refused = Answer::Nothing("nobody listens there".into());
        while let Next::Again(pause) = webhook.settle(Seq(4), &refused, at(now), u32::MAX / 2) {
            now += i64::try_from(pause.as_secs()).unwrap();
            attempts += 1;
            assert!(attempts < 100, "it is tried for ever");
        }
        assert!((5 * 24 * 3600..6 * 24 * 3600).contains(&now), "given up after {now} s");
        let disabled = webhook.disabled.clone().unwrap();
        let last = disabled.last.unwrap();
        assert_eq!((disabled.at, last.seq), (at(now), Seq(4)));
        assert_eq!(last.why.as_deref(), Some("nobody listens there"));
        assert_eq!(webhook.after, Seq(3), "the entry is still to be delivered");
        webhook.enable(None);
        assert_eq!(webhook.settle(Seq(4), &Answer::Status(204), at(now), 0), Next::Entry);
        assert_eq!((webhook.after, webhook.failing), (Seq(4), None));
    }

    #[test]
    fn whoever_says_gone_is_believed_at_once_and_any_other_status_is_tried_again() {
        let mut gone = webhook();
        assert_eq!(gone.settle(Seq(4), &Answer::Status(410), at(1), 0), Next::Nothing);
        assert_eq!(gone.disabled.unwrap().last.unwrap().status, Some(410));
        for status in [100, 199, 300, 302, 400, 401, 404, 429, 500, 503] {
            let mut webhook = webhook();
            let next = webhook.settle(Seq(4), &Answer::Status(status), at(1), 0);
            assert_eq!(next, Next::Again(Duration::from_secs(4)), "{status}");
        }
    }

    #[test]
    fn whoever_says_when_to_come_back_is_left_alone_until_then() {
        let mut webhook = webhook();
        let busy = Answer::Later(503, RetryAfter::Secs(600));
        assert_eq!(webhook.settle(Seq(4), &busy, at(1), 0), Next::Again(Duration::from_mins(10)));
        let failing = webhook.failing.as_ref().unwrap();
        assert_eq!((failing.attempts, failing.next_attempt), (1, at(601)));
        let days = FAILING_DAYS_MAX * 24 * 3_600;
        assert_eq!(webhook.settle(Seq(4), &busy, at(1 + days), 0), Next::Nothing, "but not for ever");
    }

    #[test]
    fn one_delivery_makes_good_for_all_failures_before() {
        let mut webhook = webhook();
        for secs in 0..4 {
            webhook.settle(Seq(4), &Answer::Status(500), at(secs), 0);
        }
        assert_eq!(webhook.failing.as_ref().unwrap().attempts, 4);
        webhook.settle(Seq(4), &Answer::Status(200), at(5), 0);
        assert_eq!(webhook.settle(Seq(5), &Answer::Status(500), at(6), 0), Next::Again(Duration::from_secs(4)));
    }

    #[test]
    fn after_a_rotation_both_secrets_sign_for_a_day() {
        let mut webhook = webhook();
        let (before, after) = (webhook.secret.clone(), Secret::new().unwrap());
        webhook.rotate(after.clone(), at(0));
        assert_eq!(webhook.secrets(at(24 * 3600 - 1)).collect::<Vec<_>>(), [&after, &before]);
        assert_eq!(webhook.secrets(at(24 * 3600)).collect::<Vec<_>>(), [&after]);
    }

    #[test]
    fn whoever_enables_it_answers_for_it_where_told_and_else_who_did_before() {
        let mut webhook = webhook();
        let kenya = Maker { speaking: "integration:harbours".into(), token: Some("1a2b3c4d".into()) };
        webhook.lapse(at(1));
        assert!(webhook.disabled.as_ref().unwrap().why.contains("anyone without a token"), "{webhook:?}");
        webhook.enable(Some(&kenya));
        assert_eq!((&webhook.made_by, &webhook.disabled), (&kenya, &None));
        webhook.enable(None);
        assert_eq!(webhook.made_by, kenya);
    }

    #[test]
    fn what_was_kept_before_it_was_kept_who_made_it_was_made_by_nobody_who_is_known() {
        let webhook = webhook();
        let mut kept = serde_json::to_value(&webhook).unwrap();
        assert_eq!(kept["made_by"], serde_json::json!({"speaking": "anyone"}));
        kept.as_object_mut().unwrap().remove("made_by");
        assert_eq!(serde_json::from_value::<Webhook>(kept).unwrap(), webhook);
    }

    #[test]
    fn what_is_kept_reads_back() {
        let mut webhook = webhook();
        webhook.settle(Seq(4), &Answer::Status(410), at(1), 0);
        webhook.rotate(Secret::new().unwrap(), at(2));
        let kept = serde_json::to_string(&webhook).unwrap();
        assert_eq!(serde_json::from_str::<Webhook>(&kept).unwrap(), webhook);
    }
}
