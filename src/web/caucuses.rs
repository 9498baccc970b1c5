//! Caucuses: where a group prepares its proposals, for its members alone.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::Serialize;

use super::admitted::Admitted;
use super::answer::{Tag, if_match, json, of_compact};
use super::problem::Problem;
use super::proposals::ProposalShown;
use super::register::CompactShown;
use super::room::{proposal_id, written};
use crate::compact::{CompactId, GroupId, ProposalId, Seq};
use crate::secretariat::{Failure, Recorded, Secretariat, caucus_id};

/// The caucuses of whoever asks.
#[derive(Serialize, JsonSchema)]
pub(super) struct CaucusList {
    caucuses: Vec<CaucusRow>,
    seq: Seq,
}

/// A caucus, as told to a member of its group.
#[derive(Serialize, JsonSchema)]
struct CaucusRow {
    group: GroupId,
    /// The id under which it is read as any compact is.
    compact: CompactId,
    /// Its last entry; absent where nobody has entered yet.
    #[serde(skip_serializing_if = "Option::is_none")]
    last: Option<Seq>,
}

/// `GET /compacts/{c}/caucuses`
pub(super) async fn list(room: Admitted, request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    let groups = compact.groups.keys().filter(|group| room.caucus(&path, group.as_str()).is_ok());
    let kept = room.rooms().audiences.caucuses();
    let row = |group: &GroupId| {
        let last = kept.known(&compact.id, group).map(|caucus| caucus.seq);
        Some(CaucusRow { group: group.clone(), compact: caucus_id(&compact.id, group)?, last })
    };
    let caucuses: Vec<CaucusRow> = groups.filter_map(row).collect();
    let lasts: Vec<String> = caucuses.iter().map(|row| format!("{:?}", row.last)).collect();
    let tag = Tag::corrigible(&[compact.id.as_str(), &compact.seq.to_string(), &lasts.concat()]);
    tag.not_modified(&request).map_or_else(|| json(&tag, &CaucusList { caucuses, seq: compact.seq }), Ok)
}

/// `PUT /compacts/{c}/caucuses/{g}`
pub(super) async fn enter(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (compact, group, _) = room.caucus(&path.0, &path.1)?;
    let caucuses = room.rooms().audiences.caucuses();
    let known = caucuses.known(&compact.id, &group);
    seen(&request, known.as_ref().map_or(Seq(0), |known| known.seq))?;
    let id = caucuses.enter(&compact, &group).await?;
    begun(caucuses.record(), &id, known.is_none())
}

/// `GET /compacts/{c}/caucuses/{g}`
pub(super) async fn show(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (compact, group, _) = room.caucus(&path.0, &path.1)?;
    let caucus = room.rooms().audiences.caucuses().known(&compact.id, &group);
    let caucus =
        caucus.ok_or_else(|| Problem::not_found("nobody has entered this caucus yet; PUT the same address"))?;
    of_compact(&request, &caucus, || Ok(CompactShown::of(&caucus)))
}

/// `POST /compacts/{c}/caucuses/{g}/proposals/{p}/table`
pub(super) async fn table(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, g, p) = path.into_inner();
    let (compact, group, _) = room.caucus(&c, &g)?;
    let expected = seen(&request, compact.seq)?;
    let caucuses = room.rooms().audiences.caucuses();
    let spoken = |command| room.role(&command, &compact).says(command);
    let tabled = caucuses.table(spoken, &compact, &group, proposal_id(&p)?, expected).await?;
    let id = ProposalId(tabled.seq);
    let shown = ProposalShown::of(&tabled.compact, tabled.compact.proposal(id)?, tabled.seq);
    let created = tabled.is_new.then(|| format!("/api/v1/compacts/{c}/proposals/{id}"));
    written(&tabled, created, &shown)
}

/// An address beneath a caucus or a working draft, for whoever it is not led on for.
pub(super) async fn nobody(_: Admitted) -> Result<HttpResponse, Problem> {
    Err(Problem::nothing_there())
}

/// A caucus or a working draft as it stands after it was begun, or was there.
pub(super) fn begun(record: &Secretariat, id: &CompactId, is_new: bool) -> Result<HttpResponse, Problem> {
    let compact = record.compact(id).ok_or_else(Problem::nothing_there)?;
    let recorded = Recorded { seq: compact.seq, compact: compact.clone(), is_new };
    written(&recorded, is_new.then(|| format!("/api/v1/compacts/{id}")), &CompactShown::of(&compact))
}

/// What a writer says they have seen, where that is what stands; others are refused.
pub(super) fn seen(request: &HttpRequest, now: Seq) -> Result<Option<Seq>, Problem> {
    match if_match(request, now)? {
        Some(seen) if seen != now => Err(Failure::Stale { seq: now }.into()),
        seen => Ok(seen),
    }
}
