//! The pages over HTTP: the same answers as the API, for eyes.

use std::sync::LazyLock;

use actix_web::http::header::{
    CONTENT_SECURITY_POLICY, CONTENT_TYPE, REFERRER_POLICY, WWW_AUTHENTICATE, X_CONTENT_TYPE_OPTIONS,
};
use actix_web::web::Path;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder, ResponseError};
use maud::{Markup, PreEscaped};

use super::admitted::Admitted;
use super::answer::{Form, Tag};
use super::openapi;
use super::pages::{self, Shown};
use super::problem::Problem;
use super::query::query;
use super::room::at;
use super::texts::{draft, group, traced};
use crate::access::Speaking;
use crate::formats::Unchanged;
use crate::history::{self, compile, redline};

/// Pages need their style sheet and nothing else: no script, no frame, nothing from elsewhere.
const POLICY: &str =
    "default-src 'none'; style-src 'self'; base-uri 'none'; form-action 'self'; frame-ancestors 'none'";

/// `GET /`
pub(super) async fn compacts(room: Result<Admitted, Problem>, request: HttpRequest) -> HttpResponse {
    let room = match room {
        Err(problem) if problem.challenge().is_some() => {
            let form = pages::sign_in(None);
            return answer(&request, Ok(Tag::corrigible(&[&form.0])), || Ok(form));
        }
        room => room,
    };
    let all = room.as_ref().map(Admitted::compacts).map_err(Clone::clone);
    let tag = room.as_ref().map(|room| Tag::Seq(room.head(all.as_deref().unwrap_or_default())));
    answer(&request, tag.map_err(Clone::clone), || {
        let roles: Vec<String> = room?.roles().iter().filter_map(signed).collect();
        let as_whom = (!roles.is_empty()).then(|| roles.join(", "));
        Ok(pages::compacts(all?.iter().map(AsRef::as_ref), as_whom.as_deref()))
    })
}

/// A role as told to whoever is signed in; nobody is on a server that asks nobody.
fn signed(role: &Speaking) -> Option<String> {
    (*role != Speaking::Anyone).then(|| role.to_string())
}

/// `GET /compacts/{c}`
pub(super) async fn compact(room: Result<Admitted, Problem>, request: HttpRequest, path: Path<String>) -> HttpResponse {
    let compact = room.and_then(|room| room.compact(&path));
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || Ok(pages::compact(&*compact?)))
}

/// `GET /compacts/{c}/texts/{at}`
pub(super) async fn text(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> HttpResponse {
    let (c, name) = path.into_inner();
    let compact = room.and_then(|room| room.compact(&c));
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || {
        let compact = compact?;
        Ok(pages::text(&history::text(&compact, &at(&compact, &name)?), &compact))
    })
}

/// `GET /compacts/{c}/redlines/{from}..{to}`
pub(super) async fn redlines(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> HttpResponse {
    let (c, from, to) = path.into_inner();
    let compact = room.and_then(|room| room.compact(&c));
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
pub(super) async fn compilations(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> HttpResponse {
    let (c, name) = path.into_inner();
    let compact = room.and_then(|room| room.compact(&c));
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || {
        let compact = compact?;
        let group = group(&request, &compact)?;
        let compilation = compile(&compact, &at(&compact, &name)?, group.as_ref());
        Ok(pages::compilation(&compilation, &compact, group.as_ref()))
    })
}

/// `GET /compacts/{c}/silent-changes`
pub(super) async fn silent_changes(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<String>,
) -> HttpResponse {
    let compact = room.and_then(|room| room.compact(&path));
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || {
        let compact = compact?;
        Ok(pages::silent(&history::silent_changes(&compact), &compact))
    })
}

/// `GET /compacts/{c}/dispositions`
pub(super) async fn dispositions(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<String>,
) -> HttpResponse {
    let compact = room.and_then(|room| room.compact(&path));
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || {
        let compact = compact?;
        let (at, group) = (draft(&compact, &query(&request)?)?, group(&request, &compact)?);
        Ok(pages::dispositions(&history::dispositions(&compact, &at, group.as_ref()), &compact, group.as_ref()))
    })
}

/// `GET /compacts/{c}/provisions/{id}/provenance`
pub(super) async fn provenance(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> HttpResponse {
    let (c, id) = path.into_inner();
    let compact = room.and_then(|room| room.compact(&c));
    let tag = compact.as_ref().map(|c| Tag::of(c)).map_err(Clone::clone);
    answer(&request, tag, || {
        let compact = compact?;
        Ok(pages::provenance(&traced(&compact, &id)?, &compact))
    })
}

/// `GET /compacts/{c}/room`
pub(super) async fn the_room(
    room: Result<Admitted, Problem>,
    request: HttpRequest,
    path: Path<String>,
) -> HttpResponse {
    let compact = room.and_then(|room| room.compact(&path));
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
    tell: impl FnOnce() -> Result<Markup, Problem>,
) -> HttpResponse {
    let known = tag.as_ref().ok().and_then(|tag| tag.not_modified(request));
    if let Some(unchanged) = known {
        return unchanged;
    }
    let mut answer = HttpResponse::Ok();
    let body = tag.and_then(|tag| {
        let body = tell()?;
        tag.on(&mut answer);
        Ok(body)
    });
    let body = body.unwrap_or_else(|problem| {
        if let Some(challenge) = problem.challenge() {
            answer = HttpResponse::Unauthorized();
            answer.insert_header((WWW_AUTHENTICATE, challenge));
            return pages::sign_in(Some(problem.detail()));
        }
        let status = problem.status_code();
        answer = HttpResponse::build(status);
        pages::problem(status.as_u16(), &problem.title(), problem.detail())
    });
    page(&mut answer, &body)
}

/// Whoever is not let in: the page on which a browser says who it is.
pub(super) fn unheard(request: &HttpRequest, problem: &Problem) -> HttpResponse {
    answer(request, Err(problem.clone()), || Ok(Markup::default()))
}

/// A page, with what keeps it safe.
pub(super) fn page(answer: &mut HttpResponseBuilder, body: &Markup) -> HttpResponse {
    answer
        .insert_header((CONTENT_TYPE, Form::Html.media_type()))
        .insert_header((CONTENT_SECURITY_POLICY, POLICY))
        .insert_header((X_CONTENT_TYPE_OPTIONS, "nosniff"))
        .insert_header((REFERRER_POLICY, "same-origin"))
        .body(body.0.clone())
}
