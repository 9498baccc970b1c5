//! Provisions over HTTP: as they stand, closed ad ref and reopened, and positions on them.

use std::sync::Arc;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::admitted::Admitted;
use super::answer::{body, of_compact, read_json, read_optional};
use super::problem::Problem;
use super::proposals::{PositionBody, PositionShown};
use super::register;
use super::room::{named, written};
use crate::compact::{Closing, Command, Compact, Kind, ProvisionId, Seq};

/// `{reason}`
#[derive(Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub(super) struct ReopenBody {
    reason: String,
}

/// A provision, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct ProvisionShown {
    id: ProvisionId,
    kind: Kind,
    level: u8,
    label: Option<Arc<str>>,
    text: Arc<str>,
    /// Whether it is part of the working text.
    stands: bool,
    /// The entry since which it reads so.
    worded_since: Option<Seq>,
    /// The entry that closed it, where it is closed.
    closed: Option<Seq>,
    closings: Vec<ClosingShown>,
    positions: Vec<PositionShown>,
    seq: Seq,
}

/// A time for which a provision is or was closed ad ref, as told.
#[derive(Serialize, JsonSchema)]
pub(super) struct ClosingShown {
    closed: Seq,
    note: Option<Arc<str>>,
    reopened: Option<Seq>,
    reason: Option<Arc<str>>,
}

impl ClosingShown {
    fn of(closing: &Closing) -> Self {
        let (reopened, reason) = closing.reopened.clone().unzip();
        Self { closed: closing.closed, note: closing.note.clone(), reopened, reason }
    }
}

impl ProvisionShown {
    fn of(compact: &Compact, id: ProvisionId, seq: Seq) -> Option<Self> {
        let life = compact.provisions.get(&id)?;
        let face = life.faces.last()?;
        let worded_since = life.worded_since();
        let since = worded_since.unwrap_or(face.since);
        Some(Self {
            id,
            kind: face.kind,
            level: face.level,
            label: face.label.clone(),
            text: face.text.clone(),
            stands: compact.standing_provision(id, compact.seq).is_some(),
            worded_since,
            closed: life.closed(),
            closings: life.closings.iter().map(ClosingShown::of).collect(),
            positions: life.positions.iter().map(|position| PositionShown::of(position, since)).collect(),
            seq,
        })
    }
}

fn unknown() -> Problem {
    Problem::not_found("no provision of that id ever stood in the text")
}

fn provision_id(id: &str) -> Result<ProvisionId, Problem> {
    id.parse().map_err(|_| unknown())
}

/// `GET /compacts/{c}/provisions/{id}`
pub(super) async fn show(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, id) = path.into_inner();
    let compact = room.compact(&c)?;
    let shown = ProvisionShown::of(&compact, provision_id(&id)?, compact.seq).ok_or_else(unknown)?;
    of_compact(&request, &compact, || Ok(shown))
}

/// `POST /compacts/{c}/provisions/{id}/close`
pub(super) async fn close(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (c, id) = path.into_inner();
    room.compact(&c)?;
    let provision = provision_id(&id)?;
    let register::NoteBody { note } = read_optional(&request, read)?;
    act(&room, &request, &c, provision, Command::CloseProvision { provision, note }).await
}

/// `POST /compacts/{c}/provisions/{id}/reopen`
pub(super) async fn reopen(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (c, id) = path.into_inner();
    room.compact(&c)?;
    let provision = provision_id(&id)?;
    let ReopenBody { reason } = read_json(&request, &body(read)?)?;
    act(&room, &request, &c, provision, Command::ReopenProvision { provision, reason }).await
}

/// `PUT /compacts/{c}/provisions/{id}/positions/{g}`
pub(super) async fn take_position(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (c, id, g) = path.into_inner();
    room.compact(&c)?;
    let provision = provision_id(&id)?;
    let PositionBody { position } = read_json(&request, &body(read)?)?;
    act(&room, &request, &c, provision, Command::TakePositionOn { provision, group: named(&g)?, position }).await
}

/// Has a command on a provision recorded and answers with the provision as it then stands.
async fn act(
    room: &Admitted,
    request: &HttpRequest,
    compact: &str,
    provision: ProvisionId,
    command: Command,
) -> Result<HttpResponse, Problem> {
    let recorded = room.record(request, compact, command).await.map_err(Problem::in_address)?;
    let shown = ProvisionShown::of(&recorded.compact, provision, recorded.seq).ok_or_else(unknown)?;
    written(&recorded, None, &shown)
}
