//! Texts, redlines, compilations and what became of proposals, in every representation.

use std::collections::HashMap;
use std::sync::Arc;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};

use super::admitted::Admitted;
use super::answer::{Form, Tag, of_compact, ok, to_json};
use super::problem::Problem;
use super::query::{bad, parameter, query};
use super::room::at;
use crate::compact::{Compact, GroupId, ProposalId, ProvisionId, Refusal, Seq, limits};
use crate::formats::nameplates::Nameplates;
use crate::formats::{self, Unchanged, compiled, critic, html, markdown, plain};
use crate::history::{self, At, Provenance, brackets, compile, credited, dispositions, redline, trace, what_if};

/// `GET /compacts/{c}/texts/{at}`
pub(super) async fn text(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, name) = path.into_inner();
    let compact = room.compact(&c)?;
    let at = at(&compact, &name)?;
    let form = Form::wanted(&request, &[Form::Json, Form::Markdown, Form::Plain, Form::Html])?;
    let query = query(&request)?;
    if let Some(assumed) = query.get("assume").filter(|assumed| !assumed.is_empty()) {
        if query.get("credits").is_some_and(|credits| credits == "true") {
            let detail = "credits are told of a text as it stands, not as it would read; leave credits or assume out";
            return Err(bad(detail));
        }
        let tag = Tag::of(&compact);
        let told = || assuming(&compact, &at, assumed).and_then(|text| Ok(ok(&tag, form, write_text(form, &text)?)));
        return tag.not_modified(&request).map_or_else(told, Ok);
    }
    let credits = form == Form::Json && parameter::<bool>(&query, "credits")?.unwrap_or(false);
    let tell = || {
        if credits { to_json(&credited(&compact, &at)) } else { write_text(form, &history::text(&compact, &at)) }
    };
    let what = [if credits { "credited" } else { "text" }, &name, form.media_type()];
    settled(&room, &request, &compact, &[&at], &Asked { what: &what, form, credits }, tell)
}

fn assuming(compact: &Compact, at: &At, assumed: &str) -> Result<history::Text, Problem> {
    let ids = assumed.split(',').map(str::trim).filter(|id| !id.is_empty());
    let ids = ids.map(str::parse).collect::<Result<Vec<ProposalId>, _>>()?;
    let (given, most) = (ids.len(), limits::PROPOSALS_NAMED_MAX);
    if given > most {
        return Err(Refusal::TooMuch { what: "proposals named", given, most }.into());
    }
    Ok(what_if(compact, at, &ids)?)
}

fn write_text(form: Form, text: &history::Text) -> Result<Vec<u8>, Problem> {
    Ok(match form {
        Form::Markdown => markdown::write(&text.provisions).into_bytes(),
        Form::Plain => plain::write(&text.provisions).into_bytes(),
        Form::Html => {
            let title = format!("{} · {}", text.compact, text.at);
            html::standalone(&title, &html::text(text)).into_string().into_bytes()
        }
        Form::Json | Form::Csv | Form::Lines | Form::Schema | Form::Stream => to_json(text)?,
    })
}

/// `GET /compacts/{c}/redlines/{from}..{to}`
pub(super) async fn redlines(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, from, to) = path.into_inner();
    let compact = room.compact(&c)?;
    let range = format!("{from}..{to}");
    let (from, to) = (at(&compact, &from)?, at(&compact, &to)?);
    let form = Form::wanted(&request, &[Form::Json, Form::Html, Form::Markdown])?;
    let group = group(&request, &compact)?;
    let group_id = group.as_ref().map_or("", GroupId::as_str);
    let key = ["redline", &range, group_id, form.media_type()];
    let tell = || {
        let redline = redline(&compact, from.clone(), to.clone(), group.as_ref());
        Ok(match form {
            Form::Html => {
                let title = format!("{c} · {} → {}", from.at, to.at);
                let fragment = html::redline(&redline, &Nameplates::of(&compact), Unchanged::Shown);
                html::standalone(&title, &fragment).into_string().into_bytes()
            }
            Form::Markdown => critic::redline(&redline, &Nameplates::of(&compact)).into_bytes(),
            Form::Json | Form::Plain | Form::Csv | Form::Lines | Form::Schema | Form::Stream => to_json(&redline)?,
        })
    };
    settled(&room, &request, &compact, &[&from, &to], &Asked { what: &key, form, credits: true }, tell)
}

/// `GET /compacts/{c}/compilations/{at}`
pub(super) async fn compilations(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, name) = path.into_inner();
    let compact = room.compact(&c)?;
    let at = at(&compact, &name)?;
    let form = Form::wanted(&request, &[Form::Json, Form::Html, Form::Markdown])?;
    let group = group(&request, &compact)?;
    // Who sponsors a waiting proposal may change: a compilation is never settled.
    let tag = Tag::of(&compact);
    if let Some(unchanged) = tag.not_modified(&request) {
        return Ok(unchanged);
    }
    let compilation = compile(&compact, &at, group.as_ref());
    let body = match form {
        Form::Html => {
            let title = format!("{c} · {name}");
            let fragment = html::compilation(&compilation, &Nameplates::of(&compact));
            html::standalone(&title, &fragment).into_string().into_bytes()
        }
        Form::Markdown => compiled::markdown(&compilation, &Nameplates::of(&compact)).into_bytes(),
        Form::Json | Form::Plain | Form::Csv | Form::Lines | Form::Schema | Form::Stream => to_json(&compilation)?,
    };
    Ok(ok(&tag, form, body))
}

/// `GET /compacts/{c}/dispositions`
pub(super) async fn what_became(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    let query = query(&request)?;
    let at = draft(&compact, &query)?;
    let group = group(&request, &compact)?;
    let form = Form::wanted(&request, &[Form::Json, Form::Csv, Form::Html])?;
    let tag = Tag::of(&compact);
    if let Some(unchanged) = tag.not_modified(&request) {
        return Ok(unchanged);
    }
    let told = dispositions(&compact, &at, group.as_ref());
    let body = match form {
        Form::Csv => formats::dispositions::csv(&told, &Nameplates::of(&compact)),
        Form::Html => {
            let fragment = html::dispositions(&told, &Nameplates::of(&compact));
            html::standalone(&format!("{} · {}", told.compact, told.at), &fragment).into_string().into_bytes()
        }
        Form::Json | Form::Plain | Form::Markdown | Form::Lines | Form::Schema | Form::Stream => to_json(&told)?,
    };
    Ok(ok(&tag, form, body))
}

/// `GET /compacts/{c}/brackets`
pub(super) async fn square_brackets(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    of_compact(&request, &compact, || Ok(brackets(&compact)))
}

/// The text as at which dispositions are asked for.
pub(super) fn draft(compact: &Compact, query: &HashMap<String, String>) -> Result<At, Problem> {
    at(compact, query.get("draft").map_or("working", String::as_str))
        .map_err(|_| Problem::not_found("draft names no draft and no seq of this compact"))
}

/// `GET /compacts/{c}/provisions/{id}/provenance`
pub(super) async fn provenance(
    room: Admitted,
    request: HttpRequest,
    path: Path<(String, String)>,
) -> Result<HttpResponse, Problem> {
    let (c, id) = path.into_inner();
    let compact = room.compact(&c)?;
    let provenance = traced(&compact, &id)?;
    of_compact(&request, &compact, || Ok(provenance))
}

/// The life of the provision named in an address.
pub(super) fn traced(compact: &Compact, id: &str) -> Result<Provenance, Problem> {
    let unknown = || Problem::not_found("no provision of that id ever stood in the text");
    let id: ProvisionId = id.parse().map_err(|_| unknown())?;
    trace(compact, id).ok_or_else(unknown)
}

/// The group on which an answer is to be filtered.
pub(super) fn group(request: &HttpRequest, compact: &Compact) -> Result<Option<GroupId>, Problem> {
    let group: Option<GroupId> = parameter(&query(request)?, "group")?;
    let known = |id: &GroupId| compact.groups.contains_key(id) || compact.delegations.contains_key(id);
    match group {
        Some(group) if !known(&group) => {
            let detail = format!("no group or delegation {group} is registered; GET the compact lists them");
            Err(Problem::not_found(detail))
        }
        group => Ok(group),
    }
}

/// What is asked of texts that can no longer change.
struct Asked<'a> {
    what: &'a [&'a str],
    form: Form,
    /// Whether the answer tells whose words they are.
    credits: bool,
}

/// Answers with what can no longer change from memory, and serialises it the first time; what may still change, anew.
fn settled(
    room: &Admitted,
    request: &HttpRequest,
    compact: &Arc<Compact>,
    texts: &[&At],
    asked: &Asked<'_>,
    tell: impl FnOnce() -> Result<Vec<u8>, Problem>,
) -> Result<HttpResponse, Problem> {
    let Asked { what, form, credits } = *asked;
    if texts.iter().any(|at| at.at == "working") {
        let tag = Tag::of(compact);
        return tag.not_modified(request).map_or_else(|| Ok(ok(&tag, form, tell()?)), Ok);
    }
    let seqs: Vec<Seq> = texts.iter().map(|at| at.seq).collect();
    // The words of a text stay as they are; whose they are may be corrected, and what is said with it blanked.
    let redacted = compact.redactions.keys().next_back().copied();
    let since = if credits { compact.corrected.max(redacted) } else { None };
    // What the public was shown is blanked before the redaction is released.
    let anew = if credits { room.secretariat.read_anew(&compact.id) } else { 0 };
    let key = format!("{} {seqs:?} {since:?} {anew} {}", compact.id, what.join(" "));
    // What was opened under an id is opened once: the moment tells apart records that share it, and the public's is another.
    let what = [key.as_str(), &compact.opened_at.to_string(), room.audience()];
    let tag = if credits { Tag::corrigible(&what) } else { Tag::fixed(&what) };
    if let Some(unchanged) = tag.not_modified(request) {
        return Ok(unchanged);
    }
    if let Some(known) = room.settled.get(&key) {
        return Ok(ok(&tag, form, known));
    }
    let body = Bytes::from(tell()?);
    room.settled.insert(key, body.clone());
    Ok(ok(&tag, form, body))
}
