//! Rounds over HTTP.

use std::sync::Arc;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::admitted::Admitted;
use super::answer::{body, of_compact, read_json};
use super::problem::Problem;
use super::query::{Page, query};
use super::room::{named, written};
use crate::compact::{Command, Day, Round, RoundId, Seq};

/// `{name, starts, ends}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct RoundBody {
    name: String,
    starts: Day,
    ends: Day,
}

/// A round, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct RoundShown {
    id: RoundId,
    name: Arc<str>,
    starts: Day,
    ends: Day,
    /// The entry that scheduled it so.
    scheduled: Seq,
    seq: Seq,
}

/// Rounds, in the order in which they begin.
#[derive(Serialize, JsonSchema)]
pub(super) struct RoundList {
    rounds: Vec<RoundShown>,
    /// The `after` of the next page.
    next: Option<RoundId>,
    seq: Seq,
}

impl RoundShown {
    fn of(round: &Round, seq: Seq) -> Self {
        let (starts, ends, scheduled) = (round.starts, round.ends, round.scheduled);
        Self { id: round.id.clone(), name: round.name.clone(), starts, ends, scheduled, seq }
    }
}

/// `PUT /compacts/{c}/rounds/{r}`
pub(super) async fn schedule(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (c, r) = path.into_inner();
    let before = room.compact(&c)?;
    let round: RoundId = named(&r)?;
    let RoundBody { name, starts, ends } = read_json(&request, &body(read)?)?;
    let command = Command::ScheduleRound { round: round.clone(), name, starts, ends };
    let recorded = room.record(&request, &c, command).await?;
    let shown = recorded.compact.rounds.get(&round).map(|round| RoundShown::of(round, recorded.seq));
    let created = (!before.rounds.contains_key(&round)).then(|| format!("/api/v1/compacts/{c}/rounds/{r}"));
    written(&recorded, created, &shown)
}

/// `GET /compacts/{c}/rounds/{r}`
pub(super) async fn show(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, r) = path.into_inner();
    let compact = room.compact(&c)?;
    let round = named::<RoundId>(&r).ok().and_then(|id| compact.rounds.get(&id).cloned());
    let round = round.ok_or_else(|| Problem::not_found("no round of that id is scheduled"))?;
    of_compact(&request, &compact, || Ok(RoundShown::of(&round, compact.seq)))
}

/// `GET /compacts/{c}/rounds`
pub(super) async fn list(room: Admitted, request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    of_compact(&request, &compact, || {
        let (page, seq) = (Page::asked(&query(&request)?)?, compact.seq);
        let mut rounds: Vec<&Arc<Round>> = compact.rounds.values().collect();
        let key = |round: &&Arc<Round>| (round.starts, round.ends, round.id.clone());
        rounds.sort_by_key(key);
        let place = |after: &str| compact.rounds.get(&after.parse::<RoundId>().ok()?).map(|round| key(&round));
        let (rounds, next) = page.of(rounds.into_iter(), place, key, |r| RoundShown::of(r, seq), |r| r.id.clone())?;
        Ok(RoundList { rounds, next, seq })
    })
}
