//! What answers have in common: representations, entity tags, pages of rows.

use actix_web::http::StatusCode;
use actix_web::http::header::{
    ACCEPT, CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, IF_MATCH, IF_NONE_MATCH, VARY,
};
use actix_web::web::Bytes;
use actix_web::{HttpRequest, HttpResponse, HttpResponseBuilder};
use serde::Serialize;
use serde::de::DeserializeOwned;
use sha2::{Digest, Sha256};

use super::problem::Problem;
use crate::compact::{Compact, Seq, limits};

/// What an answer is told in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Form {
    /// `application/json`
    Json,
    /// `text/html`
    Html,
    /// `text/markdown`
    Markdown,
    /// `text/plain`
    Plain,
    /// `text/csv`
    Csv,
    /// `application/x-ndjson`
    Lines,
    /// `text/event-stream`
    Stream,
    /// `application/schema+json`
    Schema,
}

impl Form {
    /// The media type.
    pub(super) fn media_type(self) -> &'static str {
        match self {
            Self::Json => "application/json",
            Self::Html => "text/html; charset=utf-8",
            Self::Markdown => "text/markdown; charset=utf-8",
            Self::Plain => "text/plain; charset=utf-8",
            Self::Csv => "text/csv; charset=utf-8; header=present",
            Self::Lines => "application/x-ndjson",
            Self::Stream => "text/event-stream",
            Self::Schema => "application/schema+json",
        }
    }

    fn essence(self) -> &'static str {
        let whole = self.media_type();
        whole.split_once(';').map_or(whole, |(essence, _)| essence)
    }

    /// The form that the client likes best among those on offer (RFC 9110, 12.5.1); the first if it does not say.
    pub(super) fn wanted(request: &HttpRequest, offers: &[Self]) -> Result<Self, Problem> {
        let accept = joined(request.headers(), &ACCEPT);
        let Some(accept) = accept.filter(|accept| !accept.trim().is_empty()) else {
            return offers.first().copied().ok_or_else(|| not_acceptable(offers));
        };
        let mut best: Option<(Self, f32)> = None;
        for offer in offers {
            let quality = quality(&accept, offer.essence());
            if quality > best.map_or(0.0, |(_, quality)| quality) {
                best = Some((*offer, quality));
            }
        }
        best.map(|(form, _)| form).ok_or_else(|| not_acceptable(offers))
    }
}

fn not_acceptable(offers: &[Form]) -> Problem {
    let offered: Vec<&str> = offers.iter().map(|form| form.essence()).collect();
    let detail = format!("this address answers in {}; accept one of them", offered.join(", "));
    Problem::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", detail)
}

/// How well an `Accept` field likes a media type: by its most specific range.
fn quality(accept: &str, essence: &str) -> f32 {
    let kind = essence.split('/').next().unwrap_or_default();
    let mut best = (0, 0.0);
    for range in accept.split(',') {
        let mut parts = range.split(';').map(str::trim);
        let name = parts.next().unwrap_or_default().to_ascii_lowercase();
        let specific = match name.as_str() {
            "*/*" => 1,
            _ if name == essence => 3,
            _ if name.strip_suffix("/*") == Some(kind) => 2,
            _ => continue,
        };
        let q = parts.find_map(|p| p.strip_prefix("q=").or_else(|| p.strip_prefix("Q=")));
        let q = q.map_or(1.0, |q| q.parse().unwrap_or(0.0));
        if specific > best.0 {
            best = (specific, q);
        }
    }
    best.1
}

fn joined(headers: &HeaderMap, name: &HeaderName) -> Option<String> {
    let values: Vec<&str> = headers.get_all(name).filter_map(|value| value.to_str().ok()).collect();
    (!values.is_empty()).then(|| values.join(","))
}

/// How long what an answer says stays true.
#[derive(Clone, Debug)]
pub(super) enum Tag {
    /// Until the next entry.
    Seq(u64),
    /// For ever.
    Fixed(String),
    /// Until a credit is corrected, something is blanked, or a key is changed.
    Corrigible(String),
}

impl Tag {
    /// The tag of what the next entry of a compact may change.
    pub(super) fn of(compact: &Compact) -> Self {
        Self::Seq(compact.seq.0.into())
    }

    /// The tag of what can no longer change, by what it is.
    pub(super) fn fixed(what: &[&str]) -> Self {
        Self::Fixed(hashed(what))
    }

    /// The tag of what only the correction of a credit, a redaction or a new key can change, by what it is.
    pub(super) fn corrigible(what: &[&str]) -> Self {
        Self::Corrigible(hashed(what))
    }

    fn value(&self) -> String {
        match self {
            Self::Seq(seq) => format!("\"{seq}\""),
            Self::Fixed(hash) | Self::Corrigible(hash) => format!("\"{hash}\""),
        }
    }

    /// `304`, if the client has this already.
    pub(super) fn not_modified(&self, request: &HttpRequest) -> Option<HttpResponse> {
        let known = joined(request.headers(), &IF_NONE_MATCH)?;
        let value = self.value();
        let is_known = |tag: &str| tag == "*" || tag.strip_prefix("W/").unwrap_or(tag) == value;
        let has_it = known.split(',').map(str::trim).any(is_known);
        has_it.then(|| self.on(&mut HttpResponse::NotModified()).finish())
    }

    /// Puts the tag, and what follows from it, on an answer.
    pub(super) fn on<'a>(&self, answer: &'a mut HttpResponseBuilder) -> &'a mut HttpResponseBuilder {
        let cache = match self {
            Self::Seq(_) | Self::Corrigible(_) => "no-cache",
            Self::Fixed(_) => "public, max-age=31536000, immutable",
        };
        answer
            .insert_header((ETAG, self.value()))
            .insert_header((CACHE_CONTROL, cache))
            .insert_header((VARY, "Accept, Accept-Encoding"))
    }
}

fn hashed(what: &[&str]) -> String {
    let mut hash = Sha256::new();
    for part in what {
        hash.update(part.as_bytes());
        hash.update([0]);
    }
    let digest = hash.finalize();
    let first =
        digest.first_chunk::<12>().map(|bytes| bytes.iter().fold(0_u128, |n, byte| (n << 8) | u128::from(*byte)));
    format!("{:024x}", first.unwrap_or_default())
}

/// `200` with a body in some form.
pub(super) fn ok(tag: &Tag, form: Form, body: impl Into<Bytes>) -> HttpResponse {
    tag.on(HttpResponse::Ok().insert_header((CONTENT_TYPE, form.media_type()))).body(body.into())
}

/// `200` with JSON.
pub(super) fn json<T: Serialize>(tag: &Tag, body: &T) -> Result<HttpResponse, Problem> {
    Ok(ok(tag, Form::Json, to_json(body)?))
}

/// `200` with JSON that the next entry of a compact may change; told only if the client does not have it already.
pub(super) fn of_compact<T: Serialize>(
    request: &HttpRequest,
    compact: &Compact,
    tell: impl FnOnce() -> Result<T, Problem>,
) -> Result<HttpResponse, Problem> {
    let tag = Tag::of(compact);
    tag.not_modified(request).map_or_else(|| json(&tag, &tell()?), Ok)
}

/// A value as JSON.
pub(super) fn to_json<T: Serialize>(value: &T) -> Result<Vec<u8>, Problem> {
    serde_json::to_vec(value).map_err(|error| {
        tracing::error!(%error, "an answer cannot be told");
        Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the answer cannot be told; tell the operator")
    })
}

/// The last entry that a writer says it has seen (RFC 9110, 13.1.1): of several tags, the one of what stands now.
pub(super) fn if_match(request: &HttpRequest, now: Seq) -> Result<Option<Seq>, Problem> {
    let Some(tags) = joined(request.headers(), &IF_MATCH) else { return Ok(None) };
    if tags.trim() == "*" {
        return Ok(None);
    }
    // A weak tag never matches, as the comparison is strong.
    let read = |tag: &str| tag.trim().strip_prefix('"')?.strip_suffix('"')?.parse().ok().map(Seq);
    let seen: Vec<Seq> = tags.split(',').filter_map(read).collect();
    let seen = seen.iter().find(|seq| **seq == now).or(seen.first());
    let stale = || {
        let detail = format!("If-Match is not the ETag of what you would change, \"{now}\"; read it again");
        Problem::new(StatusCode::PRECONDITION_FAILED, "stale", detail).with("seq", now.0.into())
    };
    seen.map(|seq| Some(*seq)).ok_or_else(stale)
}

/// A request's body, within the limit of size.
pub(super) fn body(read: Result<Bytes, actix_web::Error>) -> Result<Bytes, Problem> {
    read.map_err(|error| match error.as_response_error().status_code() {
        StatusCode::PAYLOAD_TOO_LARGE => {
            let detail = format!("a body has at most {} bytes; send less at a time", limits::BODY_BYTES_MAX);
            Problem::new(StatusCode::PAYLOAD_TOO_LARGE, "body-too-large", detail)
        }
        _ => Problem::bad_request("bad-body", format!("the body cannot be read: {error}")),
    })
}

/// A request's body as JSON.
pub(super) fn read_json<T: DeserializeOwned>(request: &HttpRequest, body: &[u8]) -> Result<T, Problem> {
    let essence = content_type(request);
    if !(essence == "application/json" || essence.ends_with("+json")) {
        return Err(unsupported("application/json"));
    }
    // The names of its members are what says which value is meant: a list of values is no body.
    if body.trim_ascii_start().starts_with(b"[") {
        let detail = "the body is not what is expected here: a list; send an object";
        return Err(Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-body", detail));
    }
    serde_json::from_slice(body).map_err(|error| {
        if error.is_data() {
            let detail = format!("the body is not what is expected here: {error}");
            Problem::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-body", detail)
        } else {
            Problem::bad_request("malformed-json", format!("the body is not JSON in UTF-8: {error}"))
        }
    })
}

/// A request's body as JSON, where it may be left out.
pub(super) fn read_optional<T: DeserializeOwned + Default>(
    request: &HttpRequest,
    read: Result<Bytes, actix_web::Error>,
) -> Result<T, Problem> {
    let body = body(read)?;
    if body.is_empty() { Ok(T::default()) } else { read_json(request, &body) }
}

/// The media type of a body, without parameters, in lower case.
pub(super) fn content_type(request: &HttpRequest) -> String {
    let value = request.headers().get(CONTENT_TYPE).and_then(|value| value.to_str().ok()).unwrap_or_default();
    value.split(';').next().unwrap_or_default().trim().to_ascii_lowercase()
}

/// The body is of a type that is not taken here.
pub(super) fn unsupported(taken: &str) -> Problem {
    let detail = format!("send {taken}, and say so in Content-Type");
    Problem::new(StatusCode::UNSUPPORTED_MEDIA_TYPE, "unsupported-media-type", detail)
}

/// A body as text.
pub(super) fn utf8(body: &[u8]) -> Result<&str, Problem> {
    std::str::from_utf8(body).map_err(|error| {
        let detail = format!("the text is not UTF-8 from byte {} on; convert it", error.valid_up_to());
        Problem::bad_request("not-utf-8", detail)
    })
}
