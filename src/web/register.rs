//! Compacts, groups, delegations: who takes part in what.

use std::collections::BTreeMap;
use std::sync::Arc;

use actix_web::http::StatusCode;
use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::admitted::Admitted;
use super::answer::{Tag, body, json, of_compact, read_json, read_optional};
use super::drafts::DraftShown;
use super::problem::Problem;
use super::query::{Page, query};
use super::room::{named, written};
use crate::compact::{Command, Compact, CompactId, Delegation, GroupId, Moment, Seq, Standing, StateGroup};
use crate::secretariat::kept_apart;

/// `{id, title}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct OpenBody {
    id: CompactId,
    title: String,
}

/// `{name}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct GroupBody {
    name: String,
}

/// `{name, groups}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct DelegationBody {
    name: String,
    #[serde(default)]
    groups: Vec<GroupId>,
}

/// `{note?}`
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct NoteBody {
    /// What is said.
    pub(super) note: Option<String>,
}

/// A compact, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct CompactShown {
    id: CompactId,
    title: Arc<str>,
    opened_at: Moment,
    changed_at: Moment,
    seq: Seq,
    adopted: Option<Seq>,
    drafts: Vec<DraftShown>,
    groups: Vec<GroupShown>,
    delegations: Vec<DelegationShown>,
    proposals: BTreeMap<&'static str, usize>,
}

/// Compacts, by id.
#[derive(Serialize, JsonSchema)]
pub(super) struct CompactList {
    compacts: Vec<CompactShown>,
    /// The `after` of the next page.
    next: Option<CompactId>,
    /// The position of the last entry of all.
    seq: u64,
}

/// A group, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct GroupShown {
    /// Its id.
    pub(super) id: GroupId,
    name: Arc<str>,
    since: Seq,
    /// The delegations that have its mandate to speak for it.
    mandates: Vec<GroupId>,
    seq: Seq,
}

/// A delegation, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct DelegationShown {
    /// Its id.
    pub(super) id: GroupId,
    name: Arc<str>,
    since: Seq,
    groups: Vec<GroupId>,
    memberships: Vec<MembershipShown>,
    /// When it had the mandate to speak for which of its groups.
    mandates: Vec<MembershipShown>,
    left: Option<Seq>,
    seq: Seq,
}

/// A delegation's time in a group, or as the voice of one, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct MembershipShown {
    group: GroupId,
    from: Seq,
    to: Option<Seq>,
}

impl GroupShown {
    /// A group of a compact, as of an entry.
    pub(super) fn of(compact: &Compact, group: &StateGroup, seq: Seq) -> Self {
        let voices = compact.delegations.values().filter(|delegation| delegation.speaks_for(&group.id));
        let mandates = voices.map(|delegation| delegation.id.clone()).collect();
        Self { id: group.id.clone(), name: group.name.clone(), since: group.since, mandates, seq }
    }
}

impl DelegationShown {
    /// A delegation, as of an entry.
    pub(super) fn of(delegation: &Delegation, seq: Seq) -> Self {
        let membership =
            |m: &crate::compact::Membership| MembershipShown { group: m.group.clone(), from: m.from, to: m.to };
        Self {
            id: delegation.id.clone(),
            name: delegation.name.clone(),
            since: delegation.since,
            groups: delegation.groups().cloned().collect(),
            memberships: delegation.memberships.iter().map(membership).collect(),
            mandates: delegation.mandates.iter().map(membership).collect(),
            left: delegation.left,
            seq,
        }
    }
}

impl CompactShown {
    /// A compact as it stands.
    pub(super) fn of(compact: &Compact) -> Self {
        let mut proposals = BTreeMap::from([("waiting", 0), ("taken_up", 0), ("declined", 0), ("withdrawn", 0)]);
        for proposal in compact.proposals.values() {
            *proposals.entry(standing_name(proposal.standing)).or_default() += 1;
        }
        let seq = compact.seq;
        Self {
            id: compact.id.clone(),
            title: compact.title.clone(),
            opened_at: compact.opened_at,
            changed_at: compact.changed_at,
            seq,
            adopted: compact.adopted,
            drafts: compact.drafts.iter().map(|d| DraftShown::of(d)).collect(),
            groups: compact.groups.values().map(|g| GroupShown::of(compact, g, seq)).collect(),
            delegations: compact.delegations.values().map(|d| DelegationShown::of(d, seq)).collect(),
            proposals,
        }
    }
}

/// The name of a standing as it is told.
pub(super) fn standing_name(standing: Standing) -> &'static str {
    match standing {
        Standing::Waiting => "waiting",
        Standing::TakenUp => "taken_up",
        Standing::Declined => "declined",
        Standing::Withdrawn => "withdrawn",
    }
}

/// `POST /compacts`
pub(super) async fn open(
    room: Admitted,
    request: HttpRequest,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let OpenBody { id, title } = read_json(&request, &body(read)?)?;
    if let Some(kept) = kept_apart(id.as_str()) {
        let detail =
            format!("ids that begin with \"{kept}\" are kept for what is prepared in private; take another id");
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-id", detail));
    }
    let command = Command::OpenCompact { compact: id.clone(), title };
    let recorded = room.open(&request, &id, command).await?;
    written(&recorded, Some(format!("/api/v1/compacts/{id}")), &CompactShown::of(&recorded.compact))
}

/// `GET /compacts`
pub(super) async fn list(room: Admitted, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let all = room.compacts();
    let seq = room.head(&all);
    let tag = Tag::Seq(seq);
    if let Some(unchanged) = tag.not_modified(&request) {
        return Ok(unchanged);
    }
    let page = Page::asked(&query(&request)?)?;
    let place = |after: &str| after.parse().ok();
    let (compacts, next) = page.of(all.iter(), place, |c| c.id.clone(), |c| CompactShown::of(c), |c| c.id.clone())?;
    json(&tag, &CompactList { compacts, next, seq })
}

/// `GET /compacts/{c}`
pub(super) async fn show(room: Admitted, request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    of_compact(&request, &compact, || Ok(CompactShown::of(&compact)))
}

/// `PUT /compacts/{c}/groups/{g}`
pub(super) async fn put_group(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (c, g) = path.into_inner();
    let before = room.compact(&c)?;
    let group: GroupId = named(&g)?;
    let GroupBody { name } = read_json(&request, &body(read)?)?;
    let recorded = room.record(&request, &c, Command::RegisterGroup { group: group.clone(), name }).await?;
    let shown = recorded.compact.groups.get(&group).map(|g| GroupShown::of(&recorded.compact, g, recorded.seq));
    let created = (!before.groups.contains_key(&group)).then(|| format!("/api/v1/compacts/{c}/groups/{g}"));
    written(&recorded, created, &shown)
}

/// `GET /compacts/{c}/groups/{g}`
pub(super) async fn show_group(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, g) = path.into_inner();
    let compact = room.compact(&c)?;
    let group = named::<GroupId>(&g).ok().and_then(|id| compact.groups.get(&id).cloned());
    let group = group.ok_or_else(|| Problem::not_found("no group of that id is registered"))?;
    of_compact(&request, &compact, || Ok(GroupShown::of(&compact, &group, compact.seq)))
}

/// `PUT /compacts/{c}/delegations/{d}`
pub(super) async fn put_delegation(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (c, d) = path.into_inner();
    let before = room.compact(&c)?;
    let delegation: GroupId = named(&d)?;
    let DelegationBody { name, groups } = read_json(&request, &body(read)?)?;
    let command = Command::RegisterDelegation { delegation: delegation.clone(), name, groups };
    let recorded = room.record(&request, &c, command).await?;
    let created =
        (!before.delegations.contains_key(&delegation)).then(|| format!("/api/v1/compacts/{c}/delegations/{d}"));
    written(&recorded, created, &delegation_shown(&recorded.compact, &delegation, recorded.seq))
}

/// `GET /compacts/{c}/delegations/{d}`
pub(super) async fn show_delegation(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, d) = path.into_inner();
    let compact = room.compact(&c)?;
    let shown = named::<GroupId>(&d).ok().and_then(|id| delegation_shown(&compact, &id, compact.seq));
    let shown = shown.ok_or_else(|| Problem::not_found("no delegation of that id is registered"))?;
    of_compact(&request, &compact, || Ok(shown))
}

/// `DELETE /compacts/{c}/delegations/{d}`
pub(super) async fn delete_delegation(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, d) = path.into_inner();
    let delegation: GroupId = named(&d)?;
    let command = Command::LeaveProcess { delegation: delegation.clone() };
    let recorded = room.record(&request, &c, command).await.map_err(Problem::in_address)?;
    written(&recorded, None, &delegation_shown(&recorded.compact, &delegation, recorded.seq))
}

fn delegation_shown(compact: &Compact, id: &GroupId, seq: Seq) -> Option<DelegationShown> {
    compact.delegations.get(id).map(|d| DelegationShown::of(d, seq))
}

/// `POST /compacts/{c}/adopt`
pub(super) async fn adopt(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    room.compact(&path)?;
    let NoteBody { note } = read_optional(&request, read)?;
    let recorded = room.record(&request, &path, Command::Adopt { note }).await?;
    written(&recorded, None, &CompactShown::of(&recorded.compact))
}
