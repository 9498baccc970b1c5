//! Wording carried over to a newer draft, over HTTP.

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::Deserialize;

use super::admitted::Admitted;
use super::answer::read_optional;
use super::problem::Problem;
use super::proposals::act;
use super::room::proposal_id;
use crate::compact::Command;

/// `{}`
#[derive(Deserialize, JsonSchema, Default)]
#[serde(deny_unknown_fields)]
pub(super) struct NothingBody {}

/// `POST /compacts/{c}/proposals/{p}/confirm`
pub(super) async fn confirm(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
    read: Result<Bytes, actix_web::Error>,
) -> Result<HttpResponse, Problem> {
    let (c, p) = path.into_inner();
    let proposal = proposal_id(&p)?;
    room.compact(&c)?.proposal(proposal)?;
    let NothingBody {} = read_optional(&request, read)?;
    act(&room, &request, &c, proposal, Command::ConfirmCarryOver { proposal }).await
}
