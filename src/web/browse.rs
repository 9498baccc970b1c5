//! The pages over HTTP: the same answers as the API, for eyes.

use std::sync::LazyLock;

use actix_web::body::BoxBody;
use actix_web::http::header::{CONTENT_TYPE, HeaderValue};
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse, ResponseError};
use maud::{Markup, PreEscaped};

use super::answer::{Form, Tag, ok};
use super::openapi;
use super::pages::{self, Shown};
use super::problem::Problem;
use super::query::query;
use super::room::{Room, at};
use super::texts::{draft, group, traced};
use crate::formats::Unchanged;
use crate::history::{self, compile, redline};

/// `GET /`
pub(super) async fn compacts(room: Data<Room>, request: HttpRequest) -> HttpResponse {
    let position = *room.secretariat.log().head().borrow();
    let all = room.secretariat.compacts();
    let told = || Ok(pages::compacts(all.iter().map(AsRef::as_ref)));
    answer(&request, Ok(Tag::Seq(position)), told)
}

/// `GET /compacts/{c}`
pub(super) async fn compact(room: Data<Room>, request: HttpRequest, path: Path<String>) -> HttpResponse {
    let compact = room.compact(&path);
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || Ok(pages::compact(&*compact?)))
}

/// `GET /compacts/{c}/texts/{at}`
pub(super) async fn text(room: Data<Room>, request: HttpRequest, path: Path<(String, String)>) -> HttpResponse {
    let (c, name) = path.into_inner();
    let compact = room.compact(&c);
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || {
        let compact = compact?;
        Ok(pages::text(&history::text(&compact, &at(&compact, &name)?), &compact))
    })
}

/// `GET /compacts/{c}/redlines/{from}..{to}`
pub(super) async fn redlines(
    room: Data<Room>,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> HttpResponse {
    let (c, from, to) = path.into_inner();
    let compact = room.compact(&c);
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || {
        let compact = compact?;
        let (from, to) = (at(&compact, &from)?, at(&compact, &to)?);
        let group = group(&request, &compact)?;
        let only = query(&request)?.get("changes").is_some_and(|changes| changes == "only");
        let unchanged = if only { Unchanged::Folded } else { Unchanged::Shown };
        let shown = Shown { group: group.as_ref(), unchanged };
        Ok(pages::redline(&redline(&compact, from, to, group.as_ref()), &compact, &shown))
    })
}

/// `GET /compacts/{c}/compilations/{at}`
pub(super) async fn compilations(room: Data<Room>, request: HttpRequest, path: Path<(String, String)>) -> HttpResponse {
    let (c, name) = path.into_inner();
    let compact = room.compact(&c);
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || {
        let compact = compact?;
        let group = group(&request, &compact)?;
        let compilation = compile(&compact, &at(&compact, &name)?, group.as_ref());
        Ok(pages::compilation(&compilation, &compact, group.as_ref()))
    })
}

/// `GET /compacts/{c}/silent-changes`
pub(super) async fn silent_changes(room: Data<Room>, request: HttpRequest, path: Path<String>) -> HttpResponse {
    let compact = room.compact(&path);
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || {
        let compact = compact?;
        Ok(pages::silent(&history::silent_changes(&compact), &compact))
    })
}

/// `GET /compacts/{c}/dispositions`
pub(super) async fn dispositions(room: Data<Room>, request: HttpRequest, path: Path<String>) -> HttpResponse {
    let compact = room.compact(&path);
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || {
        let compact = compact?;
        let (at, group) = (draft(&compact, &query(&request)?)?, group(&request, &compact)?);
        Ok(pages::dispositions(&history::dispositions(&compact, &at, group.as_ref()), &compact, group.as_ref()))
    })
}

/// `GET /compacts/{c}/provisions/{id}/provenance`
pub(super) async fn provenance(room: Data<Room>, request: HttpRequest, path: Path<(String, String)>) -> HttpResponse {
    let (c, id) = path.into_inner();
    let compact = room.compact(&c);
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || {
        let compact = compact?;
        Ok(pages::provenance(&traced(&compact, &id)?, &compact))
    })
}

/// `GET /compacts/{c}/room`
pub(super) async fn the_room(room: Data<Room>, request: HttpRequest, path: Path<String>) -> HttpResponse {
    let compact = room.compact(&path);
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || Ok(pages::the_room(&*compact?)))
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

fn answer(
    request: &HttpRequest,
    tag: Result<Tag, Problem>,
    page: impl FnOnce() -> Result<Markup, Problem>,
) -> HttpResponse {
    let known = tag.as_ref().ok().and_then(|tag| tag.not_modified(request));
    if let Some(unchanged) = known {
        return unchanged;
    }
    let told = tag.and_then(|tag| Ok((tag, page()?)));
    let (tag, body) = match told {
        Ok(told) => told,
        Err(problem) => return shown(&problem),
    };
    ok(&tag, Form::Html, body.into_string())
}

/// A problem as a page, with what else it says.
fn shown(problem: &Problem) -> HttpResponse {
    let page = pages::problem(problem.status_code().as_u16(), &problem.title(), problem.detail());
    let mut answer = problem.error_response().set_body(BoxBody::new(page.into_string()));
    answer.headers_mut().insert(CONTENT_TYPE, HeaderValue::from_static(Form::Html.media_type()));
    answer
}
