//! What no proposal asked for, and why it was done all the same.

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::Deserialize;

use super::answer::{Tag, body, json, read_json};
use super::problem::Problem;
use super::room::{Room, written};
use crate::compact::{Command, ProvisionId, Seq};
use crate::history::silent_changes;

/// `{entry, provision?, reason}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReasonBody {
    entry: Seq,
    provision: Option<ProvisionId>,
    reason: String,
}

/// `GET /compacts/{c}/silent-changes`
pub(super) async fn changes(
    room: Data<Room>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    let tag = Tag::Seq(compact.seq.0.into());
    tag.not_modified(&request).map_or_else(|| json(&tag, &silent_changes(&compact)), Ok)
}

/// `POST /compacts/{c}/reasons`
pub(super) async fn give_reason(
    room: Data<Room>,
    request: HttpRequest,
    path: Path<String>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    room.compact(&path)?;
    let ReasonBody { entry, provision, reason } = read_json(&request, &body(read)?)?;
    let recorded = room.record(&request, &path, Command::GiveReason { entry, provision, reason }).await?;
    written(&recorded, None, &silent_changes(&recorded.compact))
}
