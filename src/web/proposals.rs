//! Proposals over HTTP.

use std::collections::BTreeSet;
use std::sync::Arc;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::admitted::Admitted;
use super::answer::{body, limit, of_compact, page, parameter, query, read_json, read_optional};
use super::problem::Problem;
use super::register::{self, standing_name};
use super::room::{Base, named, proposal_id, written};
use crate::compact::{
    CarryOver, Command, Compact, Edit, Form, GroupId, Moment, PackageId, Position, Proposal, ProposalId, ProvisionId,
    Refusal, Seq, Standing, StatementId,
};
use crate::secretariat::Recorded;

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

/// A position, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct PositionShown {
    group: GroupId,
    position: Position,
    /// The entry that told it.
    seq: Seq,
    /// Whether it was taken on wording that has changed since.
    on_earlier_wording: bool,
}

impl PositionShown {
    /// A position on what reads as it does since some entry.
    pub(super) fn of((group, position, seq): &(GroupId, Position, Seq), worded_since: Seq) -> Self {
        Self { group: group.clone(), position: *position, seq: *seq, on_earlier_wording: *seq < worded_since }
    }
}

/// A proposal, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct ProposalShown {
    id: ProposalId,
    seq: Seq,
    standing: Standing,
    sponsors: Vec<GroupId>,
    base: Value,
    edits: Vec<Edit>,
    rationale: Option<Arc<str>>,
    tabled_at: Moment,
    conflicts_with: BTreeSet<ProposalId>,
    carry_over: Option<CarryOver>,
    /// The draft against which its sponsors confirmed its wording last, and the entry of it.
    confirmed: Option<Value>,
    positions: Vec<PositionShown>,
    /// The proposal in place of whose wording it is proposed.
    on: Option<ProposalId>,
    /// The proposals in place of its own wording.
    proposals_on_it: Vec<ProposalId>,
    /// The statements that its sponsors say it takes up.
    statements: Vec<StatementId>,
    /// The package that it is part of.
    package: Option<PackageId>,
    settled: Option<Value>,
    earlier: Vec<Value>,
}

impl ProposalShown {
    /// A proposal as it stands now, told as of an entry.
    pub(super) fn of(compact: &Compact, proposal: &Proposal, seq: Seq) -> Self {
        let waiting = proposal.standing == Standing::Waiting;
        let settled = proposal.settled.as_ref().map(|s| {
            let (as_tabled, modified, changed) = (&s.as_tabled, s.modified, s.changed);
            json!({"seq": s.seq, "note": s.note, "as_tabled": as_tabled, "modified": modified, "changed_the_text": changed, "into": proposal.into})
        });
        let earlier = |form: &Form| json!({"seq": form.seq, "base": base(compact, form.base), "edits": asked(form), "rationale": form.rationale});
        Self {
            id: proposal.id,
            seq,
            standing: proposal.standing,
            sponsors: proposal.sponsors().cloned().collect(),
            base: base(compact, proposal.form.base),
            edits: asked(&proposal.form),
            rationale: proposal.form.rationale.clone(),
            tabled_at: proposal.tabled_at,
            conflicts_with: if waiting { compact.conflicts(proposal.id, compact.seq) } else { BTreeSet::new() },
            carry_over: waiting.then(|| compact.carry_over_of(proposal, compact.seq)),
            confirmed: proposal.confirmed_at(compact.seq).map(|c| json!({"draft": c.draft, "seq": c.seq})),
            positions: proposal.positions.iter().map(|p| PositionShown::of(p, proposal.form.seq)).collect(),
            on: proposal.on,
            proposals_on_it: proposal.on_it.clone(),
            statements: proposal.statements.clone(),
            package: proposal.package,
            settled,
            earlier: proposal.earlier.iter().map(earlier).collect(),
        }
    }
}

/// A base is told by the draft's id where it is a draft.
fn base(compact: &Compact, seq: Seq) -> Value {
    compact.drafts.iter().find(|d| d.seq == seq).map_or_else(|| json!(seq), |d| json!(d.id))
}

fn asked(form: &Form) -> Vec<Edit> {
    form.edits.iter().map(|tabled| tabled.edit.clone()).collect()
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
        let limit = limit(&query)?;
        let after: Option<ProposalId> = parameter(&query, "after")?;
        let sponsor: Option<GroupId> = parameter(&query, "sponsor")?;
        let provision: Option<ProvisionId> = parameter(&query, "provision")?;
        let standing = query.get("standing").map(String::as_str);
        let known = ["waiting", "taken_up", "declined", "withdrawn"];
        if standing.is_some_and(|standing| !known.contains(&standing)) {
            return Err(Problem::bad_request("bad-query", format!("standing is one of {}", known.join(", "))));
        }
        let wanted = |p: &&Arc<Proposal>| {
            after.is_none_or(|after| p.id > after)
                && standing.is_none_or(|standing| standing_name(p.standing) == standing)
                && sponsor.as_ref().is_none_or(|sponsor| p.sponsors().any(|s| s == sponsor))
                && provision.is_none_or(|id| p.form.edits.iter().any(|e| e.change.provision() == id))
        };
        let rows = compact.proposals.values().filter(wanted);
        let (page, next) = page(rows, limit, |p| ProposalShown::of(&compact, p, compact.seq), |p| p.id);
        Ok(json!({"proposals": page, "next": next, "seq": compact.seq}))
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
