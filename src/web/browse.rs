//! The pages over HTTP: the same answers as the API, for eyes.

use std::sync::LazyLock;

use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use maud::{Markup, PreEscaped};

use super::admitted::Admitted;
use super::answer::{Form, Tag};
use super::openapi;
use super::pages::{self, AsWhom, Page, Shown};
use super::problem::Problem;
use super::query::query;
use super::room::at;
use super::texts::{draft, group, traced};
use crate::access::Speaking;
use crate::compact::Compact;
use crate::formats::Unchanged;
use crate::history::{self, compile, redline};

/// `GET /`
pub(super) async fn compacts(room: Result<Admitted, Problem>, request: HttpRequest) -> HttpResponse {
    let all = room.as_ref().map(Admitted::compacts).map_err(Clone::clone);
    let tag = room.as_ref().map(|room| Tag::Seq(room.head(all.as_deref().unwrap_or_default())));
    answer(&request, tag.map_err(Clone::clone), || {
        let room = room?;
        Ok(pages::compacts(all?.iter().map(AsRef::as_ref), &as_whom(&room)).markup())
    })
}

/// As whom the pages are looked at.
fn as_whom(room: &Admitted) -> AsWhom {
    match room.roles() {
        [] => AsWhom::ThePublic,
        [Speaking::Anyone] => AsWhom::Anyone,
        roles => AsWhom::Somebody(roles.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ")),
    }
}

/// `GET /compacts/{c}`
pub(super) async fn compact(room: Result<Admitted, Problem>, request: HttpRequest, path: Path<String>) -> HttpResponse {
    let found = room.and_then(|room| {
        let compact = room.compact(&path)?;
        let (seen, prepared) = (room.seen(&compact), room.prepares(&compact));
        Ok((compact, seen, prepared))
    });
    // What is prepared in private comes and goes without an entry of the compact.
    let tag = found.as_ref().map(|(compact, _, prepared)| match prepared.as_slice() {
        [] => Tag::of(compact),
        prepared => Tag::corrigible(&[&compact.seq.to_string(), &format!("{prepared:?}")]),
    });
    answer(&request, tag.map_err(Clone::clone), || {
        let (compact, seen, prepared) = found?;
        Ok(pages::compact(&compact, &seen, &prepared).noticed(seen.notice()).markup())
    })
}

/// `GET /compacts/{c}/texts/{at}`
pub(super) async fn text(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> HttpResponse {
    let (c, name) = path.into_inner();
    of_compact(room, &request, &c, |compact| Ok(pages::text(&history::text(compact, &at(compact, &name)?), compact)))
}

/// `GET /compacts/{c}/redlines/{from}..{to}`
pub(super) async fn redlines(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> HttpResponse {
    let (c, from, to) = path.into_inner();
    of_compact(room, &request, &c, |compact| {
        let (from, to) = (at(compact, &from)?, at(compact, &to)?);
        let group = group(&request, compact)?;
        let only = query(&request)?.get("changes").is_some_and(|changes| changes == "only");
        let unchanged = if only { Unchanged::Folded } else { Unchanged::Shown };
        let shown = Shown { group: group.as_ref(), unchanged };
        Ok(pages::redline(&redline(compact, from, to, group.as_ref()), compact, &shown))
    })
}

/// `GET /compacts/{c}/compilations/{at}`
pub(super) async fn compilations(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> HttpResponse {
    let (c, name) = path.into_inner();
    of_compact(room, &request, &c, |compact| {
        let group = group(&request, compact)?;
        let compilation = compile(compact, &at(compact, &name)?, group.as_ref());
        Ok(pages::compilation(&compilation, compact, group.as_ref()))
    })
}

/// `GET /compacts/{c}/silent-changes`
pub(super) async fn silent_changes(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<String>,
) -> HttpResponse {
    of_compact(room, &request, &path, |compact| Ok(pages::silent(&history::silent_changes(compact), compact)))
}

/// `GET /compacts/{c}/dispositions`
pub(super) async fn dispositions(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<String>,
) -> HttpResponse {
    of_compact(room, &request, &path, |compact| {
        let (at, group) = (draft(compact, &query(&request)?)?, group(&request, compact)?);
        Ok(pages::dispositions(&history::dispositions(compact, &at, group.as_ref()), compact, group.as_ref()))
    })
}

/// `GET /compacts/{c}/provisions/{id}/provenance`
pub(super) async fn provenance(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> HttpResponse {
    let (c, id) = path.into_inner();
    of_compact(room, &request, &c, |compact| Ok(pages::provenance(&traced(compact, &id)?, compact)))
}

/// `GET /compacts/{c}/room`
pub(super) async fn the_room(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<String>,
) -> HttpResponse {
    of_compact(room, &request, &path, |compact| Ok(pages::the_room(compact)))
}

/// `GET /docs`
pub(super) async fn docs(request: HttpRequest) -> HttpResponse {
    static PAGE: LazyLock<(Tag, String)> = LazyLock::new(|| {
        let page = pages::docs(&openapi::document()).into_string();
        (Tag::corrigible(&[&page]), page)
    });
    answer(&request, Ok(PAGE.0.clone()), || Ok(PreEscaped(PAGE.1.clone())))
}

/// `GET /style.css`
pub(super) async fn style(request: HttpRequest) -> HttpResponse {
    static TAG: LazyLock<Tag> = LazyLock::new(|| Tag::corrigible(&[pages::stylesheet()]));
    TAG.not_modified(&request).unwrap_or_else(|| {
        let mut answer = HttpResponse::Ok();
        answer.insert_header((CONTENT_TYPE, "text/css; charset=utf-8"));
        TAG.on(&mut answer).body(pages::stylesheet())
    })
}

/// A problem for whoever asks: as a page if that is what is wanted.
pub(super) fn refused(request: &HttpRequest, problem: Problem) -> Result<HttpResponse, Problem> {
    match Form::wanted(request, &[Form::Json, Form::Html]) {
        Ok(Form::Html) => Ok(answer(request, Err(problem), || Ok(Markup::default()))),
        _ => Err(problem),
    }
}

/// A page about a compact, which the next entry may change.
fn of_compact(
    room: Result<Admitted, Problem>,
    request: &HttpRequest,
    id: &str,
    tell: impl FnOnce(&Compact) -> Result<Page, Problem>,
) -> HttpResponse {
    let found = room.and_then(|room| {
        let compact = room.compact(id)?;
        let notice = room.seen(&compact).notice();
        Ok((compact, notice))
    });
    let tag = found.as_ref().map(|(compact, _)| Tag::of(compact)).map_err(Clone::clone);
    answer(request, tag, || {
        let (compact, notice) = found?;
        Ok(tell(&compact)?.noticed(notice).markup())
    })
}

fn answer(
    request: &HttpRequest,
    tag: Result<Tag, Problem>,
    tell: impl FnOnce() -> Result<Markup, Problem>,
) -> HttpResponse {
    let known = tag.as_ref().ok().and_then(|tag| tag.not_modified(request));
    if let Some(unchanged) = known {
        return unchanged;
    }
    let told = tag.and_then(|tag| Ok((tag, tell()?)));
    let (tag, body) = match told {
        Ok(told) => told,
        Err(problem) => return shown(&problem),
    };
    let mut answer = HttpResponse::Ok();
    tag.on(&mut answer);
    page(&mut answer, &body)
}

/// A problem as a page, with what else it says; whoever is not let in is asked who it is.
fn shown(problem: &Problem) -> HttpResponse {
    let page = if let Some(challenge) = problem.challenge() {
        // What programs are told of headers is of no use to whoever looks at a page.
        let is_refused = challenge.contains("error=");
        let nothing = "The public is shown nothing here. If it is yours to see, sign in.";
        pages::sign_in(Some(if is_refused { problem.detail() } else { nothing }))
    } else {
        pages::problem(problem.status_code().as_u16(), &problem.title(), problem.detail())
    };
    let mut answer = problem.error_response().set_body(BoxBody::new(page.into_string()));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(Form::Html.media_type()));
    answer
}

/// Whoever is not let in: the page on which a browser says who it is.
pub(super) fn unheard(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    answer(request, Err(problem.clone()), || Ok(Markup::default()))
}

/// A page; what keeps it safe is added to every answer.
pub(super) fn page(answer: &mut HttpResponseBuilder, body: &Markup) -> HttpResponse {
    answer.insert_header((CONTENT_TYPE, Form::Html.media_type())).body(body.0.clone())
}
