//! Tokens over HTTP, for the secretariat.

use actix_web::http::header::{CACHE_CONTROL, LOCATION};
use actix_web::web::{Bytes, Path, block};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::admitted::Admitted;
use super::answer::{body, read_json};
use super::idempotency::ToldOnce;
use super::problem::Problem;
use crate::access::{Speaking, TokenId, TokenStanding};
use crate::compact::Moment;
use crate::credentials::{Told, Unkept};

/// `{for, label?, expires?}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct TokenBody {
    /// As whom its bearer speaks, such as `delegation:gcm/kenya`.
    r#for: String,
    /// What it is for.
    #[serde(default)]
    label: String,
    /// A day, until the end of which it counts, or a time; a year from now unless told.
    expires: Option<String>,
}

/// A token, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct TokenShown {
    id: String,
    r#for: String,
    label: String,
    issued: Moment,
    expires: Moment,
    revoked: Option<Moment>,
    standing: TokenStanding,
    /// The token itself: shown once, when it is issued.
    #[serde(skip_serializing_if = "Option::is_none")]
    token: Option<String>,
}

/// All tokens ever issued.
#[derive(Serialize, JsonSchema)]
pub(super) struct TokenList {
    tokens: Vec<TokenShown>,
}

impl TokenShown {
    fn of(told: Told) -> Self {
        let Told { token, standing } = told;
        Self {
            id: token.id.to_string(),
            r#for: token.speaking.to_string(),
            label: token.label,
            issued: token.issued,
            expires: token.expires,
            revoked: token.revoked,
            standing,
            token: None,
        }
    }
}

/// `GET /tokens`
pub(super) async fn list(room: Admitted) -> Result<HttpResponse, Problem> {
    room.needs_the_secretariat()?;
    let tokens = room.credentials().all().into_iter().map(TokenShown::of).collect();
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(TokenList { tokens }))
}

/// `POST /tokens`
pub(super) async fn issue(
    room: Admitted,
    request: HttpRequest,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    room.needs_the_secretariat()?;
    let TokenBody { r#for, label, expires } = read_json(&request, &body(read)?)?;
    let speaking: Speaking = r#for.parse().map_err(|why: crate::access::NotASpeaker| {
        Problem::new(actix_web::http::StatusCode::UNPROCESSABLE_ENTITY, "bad-token", why.to_string())
    })?;
    let keeper = room.credentials().clone();
    let (secret, told) = blocking(move || keeper.issue(&speaking, &label, expires.as_deref())).await?;
    let location = format!("/api/v1/tokens/{}", told.token.id);
    let shown = TokenShown { token: Some(secret.reveal().to_owned()), ..TokenShown::of(told) };
    let mut answer = HttpResponse::Created();
    answer.insert_header((LOCATION, location)).insert_header((CACHE_CONTROL, "no-store"));
    let mut answer = answer.json(shown);
    answer.extensions_mut().insert(ToldOnce);
    Ok(answer)
}

/// `DELETE /tokens/{t}`
pub(super) async fn revoke(room: Admitted, path: Path<String>) -> Result<HttpResponse, Problem> {
    room.needs_the_secretariat()?;
    let id: TokenId = path.parse().map_err(|why: &str| Problem::not_found(why))?;
    let keeper = room.credentials().clone();
    let told = blocking(move || keeper.revoke(id)).await?;
    Ok(HttpResponse::Ok().insert_header((CACHE_CONTROL, "no-store")).json(TokenShown::of(told)))
}

/// What waits for the disk, away from those who serve.
async fn blocking<T: Send + 'static>(work: impl FnOnce() -> Result<T, Unkept> + Send + 'static) -> Result<T, Problem> {
    let done = block(work).await.map_err(|why| Unkept::Storage(why.to_string()))?;
    Ok(done?)
}
