//! Packages over HTTP.

use std::sync::Arc;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::admitted::Admitted;
use super::answer::{body, of_compact, read_json, read_optional};
use super::problem::Problem;
use super::query::{Page, query};
use super::register::NoteBody;
use super::room::written;
use crate::compact::{Command, Compact, Moment, Package, PackageId, PackageStanding, ProposalId, Refusal, Seq};
use crate::secretariat::Recorded;

/// `{proposals, title?}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PackageBody {
    proposals: Vec<ProposalId>,
    title: Option<String>,
}

/// A package, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct PackageShown {
    id: PackageId,
    seq: Seq,
    standing: PackageStanding,
    title: Option<Arc<str>>,
    proposals: Vec<ProposalId>,
    linked_at: Moment,
    /// The entry that settled or dissolved it.
    settled: Option<Seq>,
    /// What was said then.
    note: Option<Arc<str>>,
}

impl PackageShown {
    fn of(package: &Package, seq: Seq) -> Self {
        let (settled, note) = package.settled.clone().unzip();
        Self {
            id: package.id,
            seq,
            standing: package.standing,
            title: package.title.clone(),
            proposals: package.proposals.clone(),
            linked_at: package.linked_at,
            settled,
            note: note.flatten(),
        }
    }
}

/// Packages, in the order in which they were linked.
#[derive(Serialize, JsonSchema)]
pub(super) struct PackageList {
    packages: Vec<PackageShown>,
    /// The `after` of the next page.
    next: Option<PackageId>,
    seq: Seq,
}

fn package_id(id: &str) -> Result<PackageId, Problem> {
    id.parse().map_err(|_| Problem::not_found("that is not the id of a package, such as k12"))
}

fn known(compact: &Compact, id: PackageId) -> Result<&Arc<Package>, Refusal> {
    compact.packages.get(&id).ok_or(Refusal::UnknownPackage(id))
}

fn shown(recorded: &Recorded, id: PackageId) -> Result<PackageShown, Problem> {
    Ok(PackageShown::of(known(&recorded.compact, id)?, recorded.seq))
}

/// `POST /compacts/{c}/packages`
pub(super) async fn link(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    room.compact(&path)?;
    let PackageBody { proposals, title } = read_json(&request, &body(read)?)?;
    let recorded = room.record(&request, &path, Command::LinkPackage { proposals, title }).await?;
    let id = PackageId(recorded.seq);
    written(&recorded, Some(format!("/api/v1/compacts/{path}/packages/{id}")), &shown(&recorded, id)?)
}

/// `GET /compacts/{c}/packages`
pub(super) async fn list(room: Admitted, request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    of_compact(&request, &compact, || {
        let (page, seq) = (Page::asked(&query(&request)?)?, compact.seq);
        let (rows, place) = (compact.packages.values(), |after: &str| after.parse().ok());
        let (packages, next) = page.of(rows, place, |p| p.id, |p| PackageShown::of(p, seq), |p| p.id)?;
        Ok(PackageList { packages, next, seq })
    })
}

/// `GET /compacts/{c}/packages/{k}`
pub(super) async fn show(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, k) = path.into_inner();
    let compact = room.compact(&c)?;
    let package = known(&compact, package_id(&k)?)?;
    of_compact(&request, &compact, || Ok(PackageShown::of(package, compact.seq)))
}

/// `POST /compacts/{c}/packages/{k}/take-up`
pub(super) async fn take_up(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    noted(&room, &request, path, read, |package, note| Command::TakeUpPackage { package, note }).await
}

/// `POST /compacts/{c}/packages/{k}/decline`
pub(super) async fn decline(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    noted(&room, &request, path, read, |package, note| Command::DeclinePackage { package, note }).await
}

/// `DELETE /compacts/{c}/packages/{k}`
pub(super) async fn unlink(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, k) = path.into_inner();
    let package = package_id(&k)?;
    act(&room, &request, &c, package, Command::UnlinkPackage { package }).await
}

/// Has a command on a package that takes a note recorded.
async fn noted(
    room: &Admitted,
    request: &HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
    command: impl FnOnce(PackageId, Option<String>) -> Command,
) -> Result<HttpResponse, Problem> {
    let (c, k) = path.into_inner();
    let package = package_id(&k)?;
    known(&*room.compact(&c)?, package)?;
    let NoteBody { note } = read_optional(request, read)?;
    act(room, request, &c, package, command(package, note)).await
}

/// Has a command on a package recorded and answers with the package as it then stands.
async fn act(
    room: &Admitted,
    request: &HttpRequest,
    compact: &str,
    package: PackageId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let recorded = room.record(request, compact, command).await?;
    written(&recorded, None, &shown(&recorded, package)?)
}
