//! Proposals over HTTP.

mod shown;

use std::sync::Arc;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::Deserialize;

use super::admitted::Admitted;
use super::answer::{body, of_compact, read_json, read_optional};
use super::problem::Problem;
use super::query::{Page, bad, parameter, query};
use super::register::{self, standing_name};
use super::room::{Base, named, proposal_id, written};
use crate::compact::{Command, Compact, Edit, GroupId, Position, Proposal, ProposalId, ProvisionId, Refusal, Seq};
use crate::secretariat::Recorded;

pub(super) use shown::{PositionShown, ProposalList, ProposalShown};

/// `{sponsors, base?, edits, rationale?}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ProposalBody {
    sponsors: Vec<GroupId>,
    base: Option<Base>,
    edits: Vec<Edit>,
    rationale: Option<String>,
    /// The waiting proposal in place of whose wording this is proposed.
    on: Option<ProposalId>,
}

/// `{base?, edits, rationale?}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RevisedBody {
    base: Option<Base>,
    edits: Vec<Edit>,
    rationale: Option<String>,
}

/// `{edits?, note?}`
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct TakeUpBody {
    edits: Option<Vec<Edit>>,
    note: Option<String>,
}

/// `{position}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct PositionBody {
    /// Which.
    pub(super) position: Position,
}

fn shown(recorded: &Recorded, id: ProposalId) -> Result<ProposalShown, Problem> {
    let proposal = recorded.compact.proposal(id)?;
    Ok(ProposalShown::of(&recorded.compact, proposal, recorded.seq))
}

fn edits_base(given: Option<&Base>, compact: &Compact) -> Result<Option<Seq>, Problem> {
    given.map(|base| base.seq(compact)).transpose()
}

/// `POST /compacts/{c}/proposals`
pub(super) async fn table(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    let ProposalBody { sponsors, base, edits, rationale, on } = read_json(&request, &body(read)?)?;
    let base = edits_base(base.as_ref(), &compact)?;
    let command = match on {
        None => Command::TableProposal { sponsors, base, edits, rationale },
        Some(on) => {
            let theirs = compact.proposal(on)?.form.base;
            if base.is_some_and(|base| base != theirs) {
                let detail =
                    format!("a proposal on {on} is written against its base, seq {theirs}; leave \"base\" out");
                return Err(Refusal::BadCommand(detail).into());
            }
            Command::ProposeInPlace { on, sponsors, edits, rationale }
        }
    };
    let recorded = room.record(&request, &path, command).await?;
    let id = ProposalId(recorded.seq);
    written(&recorded, Some(format!("/api/v1/compacts/{path}/proposals/{id}")), &shown(&recorded, id)?)
}

/// `PUT /compacts/{c}/proposals/{p}`
pub(super) async fn revise(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (c, p) = path.into_inner();
    let compact = room.compact(&c)?;
    let proposal = proposal_id(&p)?;
    let RevisedBody { base, edits, rationale } = read_json(&request, &body(read)?)?;
    let base = edits_base(base.as_ref(), &compact)?;
    let recorded = room.record(&request, &c, Command::ReviseProposal { proposal, base, edits, rationale }).await?;
    written(&recorded, None, &shown(&recorded, proposal)?)
}

/// `GET /compacts/{c}/proposals`
pub(super) async fn list(room: Admitted, request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    of_compact(&request, &compact, || {
        let query = query(&request)?;
        let (page, seq) = (Page::asked(&query)?, compact.seq);
        let sponsor: Option<GroupId> = parameter(&query, "sponsor")?;
        let provision: Option<ProvisionId> = parameter(&query, "provision")?;
        let standing = query.get("standing").map(String::as_str);
        let known = ["waiting", "taken_up", "declined", "withdrawn"];
        if standing.is_some_and(|standing| !known.contains(&standing)) {
            return Err(bad(format!("standing is one of {}", known.join(", "))));
        }
        let wanted = |p: &&Arc<Proposal>| {
            standing.is_none_or(|standing| standing_name(p.standing) == standing)
                && sponsor.as_ref().is_none_or(|sponsor| p.sponsors().any(|s| s == sponsor))
                && provision.is_none_or(|id| p.form.edits.iter().any(|e| e.change.provision() == id))
        };
        let (rows, place) = (compact.proposals.values().filter(wanted), |after: &str| after.parse().ok());
        let show = |p: &Arc<Proposal>| ProposalShown::of(&compact, p, seq);
        let (proposals, next) = page.of(rows, place, |p| p.id, show, |p| p.id)?;
        Ok(ProposalList { proposals, next, seq })
    })
}

/// `GET /compacts/{c}/proposals/{p}`
pub(super) async fn show(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, p) = path.into_inner();
    let compact = room.compact(&c)?;
    let id = proposal_id(&p)?;
    let proposal = compact.proposal(id)?;
    of_compact(&request, &compact, || Ok(ProposalShown::of(&compact, proposal, compact.seq)))
}

/// `POST /compacts/{c}/proposals/{p}/take-up`
pub(super) async fn take_up(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (c, p) = path.into_inner();
    let proposal = proposal_id(&p)?;
    room.compact(&c)?.proposal(proposal)?;
    let TakeUpBody { edits, note } = read_optional(&request, read)?;
    act(&room, &request, &c, proposal, Command::TakeUp { proposal, edits, note }).await
}

/// `POST /compacts/{c}/proposals/{p}/decline`
pub(super) async fn decline(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    noted(&room, &request, path, read, |proposal, note| Command::Decline { proposal, note }).await
}

/// `POST /compacts/{c}/proposals/{p}/accept`
pub(super) async fn accept(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    noted(&room, &request, path, read, |proposal, note| Command::Accept { proposal, note }).await
}

/// `POST /compacts/{c}/proposals/{p}/withdraw`
pub(super) async fn withdraw(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    noted(&room, &request, path, read, |proposal, note| Command::WithdrawProposal { proposal, note }).await
}

/// `PUT /compacts/{c}/proposals/{p}/sponsors/{g}`
pub(super) async fn join(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, p, g) = path.into_inner();
    let proposal = proposal_id(&p)?;
    let command = Command::JoinSponsors { proposal, sponsor: named(&g)? };
    act(&room, &request, &c, proposal, command).await.map_err(Problem::in_address)
}

/// `DELETE /compacts/{c}/proposals/{p}/sponsors/{g}`
pub(super) async fn leave(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, p, g) = path.into_inner();
    let proposal = proposal_id(&p)?;
    let command = Command::LeaveSponsors { proposal, sponsor: named(&g)? };
    act(&room, &request, &c, proposal, command).await.map_err(Problem::in_address)
}

/// `PUT /compacts/{c}/proposals/{p}/positions/{g}`
pub(super) async fn take_position(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (c, p, g) = path.into_inner();
    let proposal = proposal_id(&p)?;
    room.compact(&c)?.proposal(proposal)?;
    let PositionBody { position } = read_json(&request, &body(read)?)?;
    let command = Command::TakePosition { proposal, group: named(&g)?, position };
    act(&room, &request, &c, proposal, command).await.map_err(Problem::in_address)
}

/// Has a command on a proposal that takes a note recorded.
async fn noted(
    room: &Admitted,
    request: &HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
    command: impl FnOnce(ProposalId, Option<String>) -> Command,
) -> Result<HttpResponse, Problem> {
    let (c, p) = path.into_inner();
    let proposal = proposal_id(&p)?;
    room.compact(&c)?.proposal(proposal)?;
    let register::NoteBody { note } = read_optional(request, read)?;
    act(room, request, &c, proposal, command(proposal, note)).await
}

/// Has a command on a proposal recorded and answers with the proposal as it then stands.
pub(super) async fn act(
    room: &Admitted,
    request: &HttpRequest,
    compact: &str,
    proposal: ProposalId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let recorded = room.record(request, compact, command).await?;
    written(&recorded, None, &shown(&recorded, proposal)?)
}
