//! What the public is shown of a compact.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::admitted::Admitted;
use super::answer::{body, of_compact, read_json};
use super::problem::Problem;
use super::room::written;
use crate::compact::{Command, Publicity, Seq};

/// `{shown}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PublicityBody {
    shown: Publicity,
}

/// What the public is shown, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct PublicityShown {
    shown: Publicity,
    /// The drafts that were issued so far.
    drafts: usize,
    seq: Seq,
}

/// `PUT /compacts/{c}/public`
pub(super) async fn set(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    room.compact(&path)?;
    let PublicityBody { shown } = read_json(&request, &body(read)?)?;
    let recorded = room.record(&request, &path, Command::ShowThePublic { shown }).await?;
    let drafts = recorded.compact.drafts.len();
    written(&recorded, None, &PublicityShown { shown, drafts, seq: recorded.seq })
}

/// `GET /compacts/{c}/public`
pub(super) async fn show(room: Admitted, request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    let (shown, drafts, seq) = (compact.publicity, compact.drafts.len(), compact.seq);
    of_compact(&request, &compact, || Ok(PublicityShown { shown, drafts, seq }))
}
