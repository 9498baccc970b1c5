//! Redactions over HTTP: what was blanked, by whom it was said and why.

use std::sync::Arc;

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::value::{RawValue, Value};

use super::admitted::Admitted;
use super::answer::{body, of_compact, read_json};
use super::idempotency::Keys;
use super::problem::Problem;
use super::query::{Page, query};
use super::room::written;
use crate::compact::{Command, Moment, Redaction, Seq};
use crate::log::Scope;

/// `{entry, what?, reason}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RedactionBody {
    entry: Seq,
    /// The members of its data that are to be blanked, such as `note` or `by/name`; all that may be unless told.
    what: Option<Vec<String>>,
    /// In words that do not say what is blanked.
    reason: String,
}

/// A redaction, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct RedactionShown {
    seq: Seq,
    redacted_at: Moment,
    entry: Seq,
    what: Vec<String>,
    reason: Arc<str>,
    /// The leaf of the entry as it was recorded, in lower-case hex.
    leaf: Arc<str>,
    /// The leaf that what was left of it came to, in lower-case hex.
    left: Arc<str>,
}

/// Redactions, in the order in which they were recorded.
#[derive(Serialize, JsonSchema)]
pub(super) struct RedactionList {
    redactions: Vec<RedactionShown>,
    /// The `after` of the next page.
    next: Option<Seq>,
    seq: Seq,
}

/// A redaction, and the entry as it now stands.
#[derive(Serialize, JsonSchema)]
pub(super) struct RedactedShown {
    #[serde(flatten)]
    redaction: RedactionShown,
    /// The entry, as in the record.
    #[schemars(with = "Value")]
    event: Box<RawValue>,
}

impl RedactionShown {
    fn of(redaction: &Redaction) -> Self {
        Self {
            seq: redaction.seq,
            redacted_at: redaction.redacted_at,
            entry: redaction.entry,
            what: redaction.what.clone(),
            reason: redaction.reason.clone(),
            leaf: redaction.leaf.clone(),
            left: redaction.left.clone(),
        }
    }
}

impl RedactedShown {
    fn of(room: &Admitted, compact: &str, redaction: &Redaction) -> Result<Self, Problem> {
        let lost = || Problem::not_found("the entry that was blanked is not there; tell the operator");
        let before = redaction.entry.0.saturating_sub(1);
        let stored = room.secretariat.log().read(&Scope::Compact(compact.into()), before.into(), 1)?;
        let shown = room.secretariat.shown(stored.first().ok_or_else(lost)?, room.sees_all())?;
        let event = String::from_utf8(shown).ok().and_then(|text| RawValue::from_string(text).ok());
        Ok(Self { redaction: RedactionShown::of(redaction), event: event.ok_or_else(lost)? })
    }
}

/// `POST /compacts/{c}/redactions`
pub(super) async fn redact(
    room: Admitted,
    keys: Data<Keys>,
    request: HttpRequest,
    path: Path<String>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    room.compact(&path)?;
    let RedactionBody { entry, what, reason } = read_json(&request, &body(read)?)?;
    let recorded = room.record(&request, &path, Command::Redact { entry, found: None, what, reason }).await?;
    // Answers of before may tell what is blanked now.
    room.rooms().let_go();
    keys.let_go();
    let redaction = recorded.compact.redactions.get(&recorded.seq).ok_or_else(none)?;
    let shown = RedactedShown::of(&room, &path, redaction)?;
    written(&recorded, Some(format!("/api/v1/compacts/{path}/redactions/{}", recorded.seq)), &shown)
}

/// `GET /compacts/{c}/redactions`
pub(super) async fn list(room: Admitted, request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    of_compact(&request, &compact, || {
        let (page, seq) = (Page::asked(&query(&request)?)?, compact.seq);
        let (rows, place) = (compact.redactions.values(), |after: &str| {
            after.parse().ok().filter(|seq: &u32| seq.to_string() == after).map(Seq)
        });
        let show = |redaction: &Arc<Redaction>| RedactionShown::of(redaction);
        let (redactions, next) = page.of(rows, place, |redaction| redaction.seq, show, |shown| shown.seq)?;
        Ok(RedactionList { redactions, next, seq })
    })
}

/// `GET /compacts/{c}/redactions/{n}`
pub(super) async fn show(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, n) = path.into_inner();
    let compact = room.compact(&c)?;
    let redaction = n.parse().ok().and_then(|n| compact.redactions.get(&Seq(n))).ok_or_else(none)?;
    of_compact(&request, &compact, || RedactedShown::of(&room, &c, redaction))
}

fn none() -> Problem {
    Problem::not_found("no entry of that number is a redaction; GET …/redactions lists those there are")
}
