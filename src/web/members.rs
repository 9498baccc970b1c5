//! Lists of the groups and delegations of a compact.

use std::sync::Arc;

use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse};
use schemars::JsonSchema;
use serde::Serialize;

use super::admitted::Admitted;
use super::answer::of_compact;
use super::problem::Problem;
use super::query::{Page, parameter, query};
use super::register::{DelegationShown, GroupShown};
use crate::compact::{Delegation, GroupId, Seq};

/// Groups, by id.
#[derive(Serialize, JsonSchema)]
pub(super) struct GroupList {
    groups: Vec<GroupShown>,
    /// The `after` of the next page.
    next: Option<GroupId>,
    seq: Seq,
}

/// Delegations, by id.
#[derive(Serialize, JsonSchema)]
pub(super) struct DelegationList {
    delegations: Vec<DelegationShown>,
    /// The `after` of the next page.
    next: Option<GroupId>,
    seq: Seq,
}

/// `GET /compacts/{c}/groups`
pub(super) async fn groups(room: Admitted, request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    of_compact(&request, &compact, || {
        let (page, seq) = (Page::asked(&query(&request)?)?, compact.seq);
        let (rows, place) = (compact.groups.values(), |after: &str| after.parse().ok());
        let (groups, next) =
            page.of(rows, place, |g| g.id.clone(), |g| GroupShown::of(&compact, g, seq), |g| g.id.clone())?;
        Ok(GroupList { groups, next, seq })
    })
}

/// `GET /compacts/{c}/delegations`
pub(super) async fn delegations(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    of_compact(&request, &compact, || {
        let (page, seq) = (Page::asked(&query(&request)?)?, compact.seq);
        let member: Option<GroupId> = parameter(&query(&request)?, "group")?;
        let wanted = |d: &&Arc<Delegation>| member.as_ref().is_none_or(|group| d.groups().any(|g| g == group));
        let (rows, place) = (compact.delegations.values().filter(wanted), |after: &str| after.parse().ok());
        let show = |d: &Arc<Delegation>| DelegationShown::of(d, seq);
        let (delegations, next) = page.of(rows, place, |d| d.id.clone(), show, |d| d.id.clone())?;
        Ok(DelegationList { delegations, next, seq })
    })
}
