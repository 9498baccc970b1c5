//! The bureau: where co-facilitators prepare revisions among themselves.

use std::sync::Arc;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::admitted::Admitted;
use super::answer::{Tag, json, of_compact, read_optional};
use super::caucuses::{begun, seen};
use super::idempotency::asked;
use super::problem::Problem;
use super::register::CompactShown;
use super::revisions::{self, RevisionShown};
use super::room::written;
use crate::compact::{Compact, CompactId, DraftId, ProposalId, Seq};

/// The working drafts on a compact that were neither handed in nor thrown away.
#[derive(Serialize, JsonSchema)]
pub(super) struct WorkingDraftList {
    working_drafts: Vec<WorkingDraftRow>,
    seq: Seq,
}

/// A working draft, as told to the co-facilitators.
#[derive(Serialize, JsonSchema)]
struct WorkingDraftRow {
    /// What it is called.
    name: String,
    /// The id under which it is read as any compact is.
    compact: CompactId,
    /// Its last entry.
    last: Seq,
}

/// `{reflects?, reason?}`
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct SubmitBody {
    /// Proposals that the revision reflects, beside those that its own revisions say they do.
    #[serde(default)]
    reflects: Vec<ProposalId>,
    /// Why it is as it is.
    reason: Option<String>,
}

/// `GET /compacts/{c}/bureau`
pub(super) async fn list(room: Admitted, request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Problem> {
    let (compact, _) = room.bureau(&path)?;
    let open = room.rooms().audiences.bureau().open_ones(&compact.id);
    let row =
        |(name, draft): (String, Arc<Compact>)| WorkingDraftRow { name, compact: draft.id.clone(), last: draft.seq };
    let working_drafts: Vec<WorkingDraftRow> = open.into_iter().map(row).collect();
    let told: Vec<String> = working_drafts.iter().map(|row| format!("{} {}", row.compact, row.last)).collect();
    let tag = Tag::corrigible(&[compact.id.as_str(), &compact.seq.to_string(), &told.join(",")]);
    tag.not_modified(&request).map_or_else(|| json(&tag, &WorkingDraftList { working_drafts, seq: compact.seq }), Ok)
}

/// `PUT /compacts/{c}/bureau/{d}`
pub(super) async fn begin(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (compact, name, _) = room.working_draft(&path.0, &path.1)?;
    let bureau = room.rooms().audiences.bureau();
    let known = bureau.known(&compact, &name).ok();
    seen(&request, known.as_ref().map_or(Seq(0), |(_, draft)| draft.seq))?;
    let id = bureau.begin(&compact, &name).await?;
    begun(bureau.record(), &id, known.is_none())
}

/// `GET /compacts/{c}/bureau/{d}`
pub(super) async fn show(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (compact, name, _) = room.working_draft(&path.0, &path.1)?;
    let draft = known(&room, &compact, &name)?;
    of_compact(&request, &draft, || Ok(CompactShown::of(&draft)))
}

/// `DELETE /compacts/{c}/bureau/{d}`
pub(super) async fn throw_away(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (compact, name, _) = room.working_draft(&path.0, &path.1)?;
    let expected = seen(&request, known(&room, &compact, &name)?.seq)?;
    room.rooms().audiences.bureau().throw_away(&compact, &name, expected).await?;
    Ok(HttpResponse::NoContent().finish())
}

/// `POST /compacts/{c}/bureau/{d}/submit`
pub(super) async fn submit(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (compact, name, pen) = room.working_draft(&path.0, &path.1)?;
    let bureau = room.rooms().audiences.bureau();
    if let Err(unknown) = known(&room, &compact, &name) {
        // A key says that it may be asked for again, also after what was kept of the first answer is lost.
        let before = asked(&request).map(|_| bureau.was_handed_in(&compact, &name)).transpose()?.flatten();
        let recorded = before.ok_or(unknown)?;
        return written(&recorded, None, &revisions::shown(&recorded));
    }
    let SubmitBody { reflects, reason } = read_optional(&request, read)?;
    let expected = seen(&request, compact.seq)?;
    let recorded = bureau.submit(&pen, &compact, &name, reflects, reason, expected).await?;
    let location = recorded.is_new.then(|| format!("/api/v1/compacts/{}/texts/{}", compact.id, recorded.seq));
    let shown: RevisionShown = revisions::shown(&recorded);
    written(&recorded, location, &shown)
}

fn known(room: &Admitted, compact: &Compact, name: &DraftId) -> Result<Arc<Compact>, Problem> {
    let none = || Problem::not_found("no working draft of that name is open; GET …/bureau lists those that are");
    room.rooms().audiences.bureau().known(compact, name).map(|(_, draft)| draft).map_err(|_| none())
}
