//! Drafts over HTTP: the working text issued under a name.

use std::sync::Arc;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::admitted::Admitted;
use super::answer::{Tag, body, json, of_compact, read_json};
use super::problem::Problem;
use super::query::{Page, query};
use super::room::{named, written};
use crate::compact::{Command, Draft, DraftId, Moment, Seq};
use crate::history::silent_changes;

/// `{label, id?, sign_off?}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DraftBody {
    label: String,
    id: Option<DraftId>,
    /// Whether it is to be issued although changes that no proposal asked for have no reason.
    #[serde(default)]
    sign_off: bool,
}

/// A draft, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct DraftShown {
    id: DraftId,
    label: Arc<str>,
    seq: Seq,
    issued_at: Moment,
    /// Whether it was issued although changes that no proposal asked for had no reason.
    #[serde(skip_serializing_if = "std::ops::Not::not")]
    sign_off: bool,
    /// The SHA-256 of its canonical text, in lower-case hex.
    sha256: Arc<str>,
}

/// Drafts, in the order in which they were issued.
#[derive(Serialize, JsonSchema)]
pub(super) struct DraftList {
    drafts: Vec<DraftShown>,
    /// The `after` of the next page.
    next: Option<DraftId>,
    seq: Seq,
}

impl DraftShown {
    /// A draft.
    pub(super) fn of(draft: &Draft) -> Self {
        let Draft { id, label, seq, issued_at, sign_off, sha256 } = draft.clone();
        Self { id, label, seq, issued_at, sign_off, sha256 }
    }
}

/// `POST /compacts/{c}/drafts`
pub(super) async fn issue(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    room.compact(&path)?;
    let DraftBody { label, id, sign_off } = read_json(&request, &body(read)?)?;
    let asked = room.record(&request, &path, Command::IssueDraft { label, id, sign_off }).await;
    let recorded = match asked {
        Err(problem) if problem.slug() == "silent-changes" => {
            let silent = silent_changes(&*room.compact(&path)?);
            return Err(problem.with("silent_changes", serde_json::json!(silent)));
        }
        asked => asked?,
    };
    let draft = recorded.compact.drafts.last().map(|d| DraftShown::of(d));
    let location = draft.as_ref().map(|d| format!("/api/v1/compacts/{path}/drafts/{}", d.id));
    written(&recorded, location, &draft)
}

/// `GET /compacts/{c}/drafts`
pub(super) async fn list(room: Admitted, request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    of_compact(&request, &compact, || {
        let page = Page::asked(&query(&request)?)?;
        let place = |after: &str| compact.draft(&after.parse().ok()?).map(|d| d.seq);
        let (drafts, next) =
            page.of(compact.drafts.iter(), place, |d| d.seq, |d| DraftShown::of(d), |d| d.id.clone())?;
        Ok(DraftList { drafts, next, seq: compact.seq })
    })
}

/// `GET /compacts/{c}/drafts/{d}`
pub(super) async fn show(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, d) = path.into_inner();
    let compact = room.compact(&c)?;
    let draft = named::<DraftId>(&d).ok().and_then(|id| compact.draft(&id).cloned());
    let draft = draft.ok_or_else(|| Problem::not_found("no draft of that id was issued"))?;
    let tag = Tag::fixed(&["draft", &c, &d, &compact.opened_at.to_string()]);
    tag.not_modified(&request).map_or_else(|| json(&tag, &DraftShown::of(&draft)), Ok)
}
