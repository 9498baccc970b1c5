//! Statements over HTTP, what is attached to them, and the proposals that take them up.

use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_DISPOSITION, CONTENT_SECURITY_POLICY, CONTENT_TYPE, X_CONTENT_TYPE_OPTIONS};
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::admitted::Admitted;
use super::answer::{Tag, body, of_compact, read_json};
use super::problem::Problem;
use super::proposals::act;
use super::query::{Page, parameter, query};
use super::room::{Room, proposal_id, written};
use crate::compact::{
    Attached, Attachment, Command, Compact, Day, Entry, Event, GroupId, Moment, NewStatement, ProvisionId, Refusal,
    Seq, Statement, StatementId, Uptake, Voice,
};
use crate::log::Scope;

/// The media types that are served as what they are; all else is served as bytes.
pub(super) const SERVED_AS_TOLD: [&str; 6] = [
    "application/pdf",
    "application/vnd.oasis.opendocument.text",
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "image/jpeg",
    "image/png",
    "text/plain",
];

/// `{by}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct UptakeBody {
    /// The sponsor that says so.
    by: GroupId,
}

/// A statement, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct StatementShown {
    id: StatementId,
    seq: Seq,
    by: Voice,
    made_on: Day,
    filed_at: Moment,
    title: Arc<str>,
    provisions: Vec<ProvisionId>,
    link: Option<Arc<str>>,
    attachment: Option<Attached>,
    /// The proposals whose sponsors say that they take it up.
    uptake: Vec<Uptake>,
}

impl StatementShown {
    fn of(statement: &Statement, seq: Seq) -> Self {
        Self {
            id: statement.id,
            seq,
            by: statement.by.clone(),
            made_on: statement.made_on,
            filed_at: statement.filed_at,
            title: statement.title.clone(),
            provisions: statement.provisions.clone(),
            link: statement.link.clone(),
            attachment: statement.attachment.clone(),
            uptake: statement.uptake.clone(),
        }
    }
}

/// Statements, in the order in which they were filed.
#[derive(Serialize, JsonSchema)]
pub(super) struct StatementList {
    statements: Vec<StatementShown>,
    /// The `after` of the next page.
    next: Option<StatementId>,
    seq: Seq,
}

fn statement_id(id: &str) -> Result<StatementId, Problem> {
    id.parse().map_err(|_| Problem::not_found("that is not the id of a statement, such as s20"))
}

fn known(compact: &Compact, id: StatementId) -> Result<&Arc<Statement>, Refusal> {
    compact.statements.get(&id).ok_or(Refusal::UnknownStatement(id))
}

/// `POST /compacts/{c}/statements`
pub(super) async fn file(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    room.compact(&path)?;
    let statement: Box<NewStatement> = read_json(&request, &body(read)?)?;
    let recorded = room.record(&request, &path, Command::FileStatement { statement }).await?;
    let id = StatementId(recorded.seq);
    let shown = StatementShown::of(known(&recorded.compact, id)?, recorded.seq);
    written(&recorded, Some(format!("/api/v1/compacts/{path}/statements/{id}")), &shown)
}

/// `GET /compacts/{c}/statements`
pub(super) async fn list(room: Admitted, request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    of_compact(&request, &compact, || {
        let query = query(&request)?;
        let (page, seq) = (Page::asked(&query)?, compact.seq);
        let provision: Option<ProvisionId> = parameter(&query, "provision")?;
        let by = query.get("by");
        let wanted = |s: &&Arc<Statement>| {
            provision.is_none_or(|id| s.provisions.contains(&id))
                && by.is_none_or(|by| s.by.name == *by || s.by.id.as_ref().is_some_and(|id| id.as_str() == by))
        };
        let (rows, place) = (compact.statements.values().filter(wanted), |after: &str| after.parse().ok());
        let (statements, next) = page.of(rows, place, |s| s.id, |s| StatementShown::of(s, seq), |s| s.id)?;
        Ok(StatementList { statements, next, seq })
    })
}

/// `GET /compacts/{c}/statements/{s}`
pub(super) async fn show(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, s) = path.into_inner();
    let compact = room.compact(&c)?;
    let statement = known(&compact, statement_id(&s)?)?;
    of_compact(&request, &compact, || Ok(StatementShown::of(statement, compact.seq)))
}

/// `GET /compacts/{c}/statements/{s}/attachment`
pub(super) async fn attachment(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, s) = path.into_inner();
    let compact = room.compact(&c)?;
    let id = statement_id(&s)?;
    let none = || Problem::not_found("nothing is attached to this statement");
    let filed = known(&compact, id)?;
    if let Some(redaction) = compact.blanked_by(id.0, "attachment/base64") {
        let detail = format!("the file was blanked at entry {}; GET …/redactions/{0} says why", redaction.seq);
        return Err(Problem::new(StatusCode::GONE, "blanked", detail).with("seq", redaction.seq.0.into()));
    }
    let sha256 = filed.attachment.as_ref().map(|a| a.sha256.as_str()).ok_or_else(none)?;
    let tag = Tag::fixed(&["attachment", &c, &s, sha256]);
    if let Some(unchanged) = tag.not_modified(&request) {
        return Ok(unchanged);
    }
    let file = stored(&room, &compact, id)?.ok_or_else(none)?;
    let bytes = STANDARD.decode(&file.base64).map_err(|_| none())?;
    let served = SERVED_AS_TOLD.iter().find(|served| **served == file.media_type);
    let mut ok = HttpResponse::Ok();
    ok.insert_header((CONTENT_TYPE, served.copied().unwrap_or("application/octet-stream")))
        .insert_header((CONTENT_DISPOSITION, disposition(&file.name)))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((CONTENT_SECURITY_POLICY, "default-src 'none'; sandbox"));
    Ok(tag.on(&mut ok).body(bytes))
}

/// The file as the record keeps it.
fn stored(room: &Room, compact: &Compact, id: StatementId) -> Result<Option<Attachment>, Problem> {
    let scope = Scope::Compact(compact.id.as_str().into());
    let entries = room.secretariat.log().read(&scope, u64::from(id.0.0.saturating_sub(1)), 1)?;
    let entry = entries.first().and_then(|entry| Entry::decode(&entry.bytes).ok());
    let filed = entry.and_then(|entry| if let Event::StatementFiled(filed) = entry.event { Some(filed) } else { None });
    Ok(filed.and_then(|filed| filed.attachment))
}

/// That a file is to be saved, and under which name (RFC 6266, RFC 8187).
fn disposition(name: &str) -> String {
    let encoded: String =
        name.bytes()
            .map(|b| {
                if b.is_ascii_alphanumeric() || b"-._~".contains(&b) {
                    char::from(b).into()
                } else {
                    format!("%{b:02X}")
                }
            })
            .collect();
    format!("attachment; filename*=UTF-8''{encoded}")
}

/// `PUT /compacts/{c}/proposals/{p}/statements/{s}`
pub(super) async fn link_uptake(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (c, p, s) = path.into_inner();
    let (proposal, statement) = (proposal_id(&p)?, statement_id(&s)?);
    room.compact(&c)?.proposal(proposal)?;
    let UptakeBody { by } = read_json(&request, &body(read)?)?;
    act(&room, &request, &c, proposal, Command::LinkUptake { proposal, statement, by }).await
}

/// `DELETE /compacts/{c}/proposals/{p}/statements/{s}`
pub(super) async fn unlink_uptake(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, p, s) = path.into_inner();
    let (proposal, statement) = (proposal_id(&p)?, statement_id(&s)?);
    act(&room, &request, &c, proposal, Command::UnlinkUptake { proposal, statement }).await
}
