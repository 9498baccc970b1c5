//! Webhooks over HTTP: subscriptions to the record of a compact.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::json;

use super::admitted::Admitted;
use super::answer::{Form, body, read_json, to_json};
use super::problem::Problem;
use crate::access::Speaking;
use crate::compact::{Compact, Moment, Seq};
use crate::credentials::{Credentials, Pass};
use crate::feed::{Attempt, Disabled, Failing, Maker, NewWebhook, NotTaken, StillMay, Webhook, Webhooks};
use crate::history::{Asked, Filter, NotAFilter};

/// `{url, types?, groups?, provisions?, after?}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct WebhookBody {
    /// Where entries are to go: an https or http address.
    url: String,
    /// Types of events; all unless told.
    #[serde(default)]
    types: Vec<String>,
    /// Groups and delegations that entries concern.
    #[serde(default)]
    groups: Vec<String>,
    /// Provisions that entries concern.
    #[serde(default)]
    provisions: Vec<String>,
    /// The entry after which it begins; 0 for the first, the last one unless told.
    after: Option<Seq>,
}

/// `{after}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReplayBody {
    /// The entry after which it begins anew; 0 for the first.
    after: Seq,
}

/// The webhooks of a compact.
#[derive(Serialize, JsonSchema)]
pub(super) struct WebhookList {
    webhooks: Vec<WebhookShown>,
    seq: Seq,
}

/// A webhook, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct WebhookShown {
    id: String,
    url: String,
    #[serde(flatten)]
    filter: Filter,
    /// `active`, `failing`, `disabled`
    standing: &'static str,
    created_at: Moment,
    /// Who answers for what it is sent.
    made_by: Maker,
    /// Everything up to this entry was delivered or passed over.
    after: Seq,
    /// How the last attempt ended.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Attempt>,
    /// That deliveries fail, since when, and when the next attempt is.
    #[serde(skip_serializing_if = "Option::is_none")]
    failing: Option<Failing>,
    /// That it was given up, when and why.
    #[serde(skip_serializing_if = "Option::is_none")]
    disabled: Option<Disabled>,
    /// Until when the secret before signs as well.
    #[serde(skip_serializing_if = "Option::is_none")]
    earlier_secret_until: Option<Moment>,
    /// Told once, when it is made.
    #[serde(skip_serializing_if = "Option::is_none")]
    secret: Option<String>,
    /// The last entry of the compact.
    seq: Seq,
}

impl WebhookShown {
    fn of(webhook: Webhook, seq: Seq) -> Self {
        let standing = match (&webhook.disabled, &webhook.failing) {
            (Some(_), _) => "disabled",
            (None, Some(_)) => "failing",
            (None, None) => "active",
        };
        Self {
            id: webhook.id,
            url: webhook.url.to_string(),
            filter: webhook.filter,
            standing,
            created_at: webhook.created_at,
            made_by: webhook.made_by,
            after: webhook.after,
            last: webhook.last,
            failing: webhook.failing.filter(|_| webhook.disabled.is_none()),
            disabled: webhook.disabled,
            earlier_secret_until: webhook.earlier.map(|(_, until)| until),
            secret: None,
            seq,
        }
    }

    fn with_secret(webhook: Webhook, seq: Seq) -> Self {
        let secret = Some(webhook.secret.told());
        Self { secret, ..Self::of(webhook, seq) }
    }
}

/// `POST /compacts/{c}/webhooks`
pub(super) async fn subscribe(
    room: Admitted,
    webhooks: Data<Webhooks>,
    request: HttpRequest,
    path: Path<String>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact_of_webhooks(&path)?;
    let by = answering(&room, &compact)?;
    let WebhookBody { url, types, groups, provisions, after } = read_json(&request, &body(read)?)?;
    let filter = Filter::try_from(Asked { types, groups, provisions })?;
    let made = webhooks.add(&compact, NewWebhook { url, filter, by, after }).await?;
    let place = format!("/api/v1/compacts/{}/webhooks/{}", compact.id, made.id);
    let body = to_json(&WebhookShown::with_secret(made, compact.seq))?;
    Ok(told(StatusCode::CREATED, Some(&place), body))
}

/// `GET /compacts/{c}/webhooks`
pub(super) async fn list(
    room: Admitted,
    webhooks: Data<Webhooks>,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact_of_webhooks(&path)?;
    let shown = webhooks.of(&compact.id).into_iter().map(|webhook| WebhookShown::of(webhook, compact.seq));
    let list = WebhookList { webhooks: shown.collect(), seq: compact.seq };
    Ok(told(StatusCode::OK, None, to_json(&list)?))
}

/// `GET /compacts/{c}/webhooks/{w}`
pub(super) async fn show(
    room: Admitted,
    webhooks: Data<Webhooks>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact_of_webhooks(&path.0)?;
    shown(&compact, webhooks.one(&compact.id, &path.1))
}

/// `DELETE /compacts/{c}/webhooks/{w}`
pub(super) async fn unsubscribe(
    room: Admitted,
    webhooks: Data<Webhooks>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact_of_webhooks(&path.0)?;
    if webhooks.delete(&compact.id, &path.1).await? {
        return Ok(HttpResponse::NoContent().finish());
    }
    Err(unknown())
}

/// `POST /compacts/{c}/webhooks/{w}/replay`
pub(super) async fn replay(
    room: Admitted,
    webhooks: Data<Webhooks>,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact_of_webhooks(&path.0)?;
    let ReplayBody { after } = read_json(&request, &body(read)?)?;
    shown(&compact, webhooks.replay(&compact, &path.1, after).await?)
}

/// `POST /compacts/{c}/webhooks/{w}/enable`
pub(super) async fn enable(
    room: Admitted,
    webhooks: Data<Webhooks>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact_of_webhooks(&path.0)?;
    let by = answering(&room, &compact)?;
    shown(&compact, webhooks.enable(&compact.id, &path.1, by).await?)
}

/// `POST /compacts/{c}/webhooks/{w}/rotate-secret`
pub(super) async fn rotate(
    room: Admitted,
    webhooks: Data<Webhooks>,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact_of_webhooks(&path.0)?;
    let rotated = webhooks.rotate(&compact.id, &path.1).await?.ok_or_else(unknown)?;
    Ok(told(StatusCode::OK, None, to_json(&WebhookShown::with_secret(rotated, compact.seq))?))
}

/// Whoever asks, as one who answers for what is sent from now on: with a token of this server's own, as of no other is it
/// known for how long it counts.
fn answering(room: &Admitted, compact: &Compact) -> Result<Maker, Problem> {
    let token = room.pass().and_then(Pass::token);
    let is_known = |role: &&Speaking| token.is_some() || **role == Speaking::Anyone;
    let role = room.roles().iter().filter(is_known).find(|role| role.sends_webhooks(&compact.id));
    let detail = "a webhook outlives the token of an issuer, and is made and enabled with one of this server's own, which the \
                  secretariat issues: POST /api/v1/tokens";
    let role = role.ok_or_else(|| Problem::not_yours(detail))?;
    Ok(Maker { speaking: role.to_string(), token: token.map(|id| id.to_string()) })
}

/// Tells of those who made webhooks whether they still may have entries sent somewhere.
pub(super) fn still_may(credentials: Arc<Credentials>) -> StillMay {
    Arc::new(move |maker, compact| {
        let speaking = credentials.speaking(maker.token.as_deref());
        speaking.is_some_and(|role| role.to_string() == maker.speaking && role.sends_webhooks(compact))
    })
}

fn shown(compact: &Compact, webhook: Option<Webhook>) -> Result<HttpResponse, Problem> {
    let webhook = webhook.ok_or_else(unknown)?;
    Ok(told(StatusCode::OK, None, to_json(&WebhookShown::of(webhook, compact.seq))?))
}

/// Changes by itself and may hold a secret, so nobody keeps it.
fn told(status: StatusCode, place: Option<&str>, body: Vec<u8>) -> HttpResponse {
    let mut answer = HttpResponse::build(status);
    if let Some(place) = place {
        answer.insert_header((LOCATION, place));
    }
    answer.insert_header((CACHE_CONTROL, "no-store")).content_type(Form::Json.media_type()).body(body)
}

fn unknown() -> Problem {
    Problem::not_found("no webhook of that id is there; GET …/webhooks lists those of the compact")
}

impl From<NotAFilter> for Problem {
    fn from(why: NotAFilter) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-filter", why.to_string())
    }
}

impl From<NotTaken> for Problem {
    fn from(why: NotTaken) -> Self {
        match &why {
            NotTaken::Target(_) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-webhook-url", why.to_string()),
            NotTaken::Beyond { head } => {
                let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "beyond-the-record", why.to_string());
                problem.with("seq", json!(head))
            }
            NotTaken::TooMany { most, .. } => {
                let problem = Self::new(StatusCode::UNPROCESSABLE_ENTITY, "too-much", why.to_string());
                problem.with("most", json!(most))
            }
            NotTaken::Unkept(_) | NotTaken::Random(_) | NotTaken::Fault(_) => {
                tracing::error!(%why, "a webhook cannot be kept");
                let detail = "the webhook cannot be kept just now and nothing was changed; try again later, the \
                              operator has been told why";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "storage-failed", detail)
            }
        }
    }
}
