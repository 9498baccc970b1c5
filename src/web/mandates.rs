//! Who speaks for a group, over HTTP.

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};

use super::admitted::Admitted;
use super::problem::Problem;
use super::register::GroupShown;
use super::room::{named, written};
use crate::compact::{Command, GroupId};

/// `PUT /compacts/{c}/groups/{g}/mandates/{d}`
pub(super) async fn give(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    recorded(&room, &request, path, |group, delegation| Command::GiveMandate { group, delegation }).await
}

/// `DELETE /compacts/{c}/groups/{g}/mandates/{d}`
pub(super) async fn end(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    recorded(&room, &request, path, |group, delegation| Command::EndMandate { group, delegation }).await
}

/// Has it recorded and answers with the group as it then stands.
async fn recorded(
    room: &Admitted,
    request: &HttpRequest,
    path: Path<(String, String, String)>,
    command: impl FnOnce(GroupId, GroupId) -> Command,
) -> Result<HttpResponse, Problem> {
    let (c, g, d) = path.into_inner();
    room.compact(&c)?;
    let (group, delegation): (GroupId, GroupId) = (named(&g)?, named(&d)?);
    let recorded = room.record(request, &c, command(group.clone(), delegation)).await;
    let recorded = recorded.map_err(Problem::in_address)?;
    let shown = recorded.compact.groups.get(&group).map(|g| GroupShown::of(&recorded.compact, g, recorded.seq));
    written(&recorded, None, &shown)
}
