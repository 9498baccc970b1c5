//! The record as it is followed: JSON pages, NDJSON, server-sent events.
//!
//! What is stored is what is shown: an entry's bytes go out as they are, with its position put in front and, where it
//! was blanked, what shows that.

use std::collections::VecDeque;
use std::sync::Arc;
use std::time::Duration;

use actix_web::web::{Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::{self, Stream};
use tokio_util::sync::CancellationToken;

use super::answer::{Form, Tag, limit, ok, parameter, query};
use super::edge::{Edge, Place};
use super::problem::Problem;
use super::room::Room;
use crate::log::{Follow, LogError, Scope, Stored};
use crate::secretariat::Secretariat;

/// How often at least something is sent, so that a stream is known to be open.
const KEEPALIVE_SECS: u64 = 10;
/// How long a client is asked to wait before it comes back.
const RETRY_MILLIS: u64 = 2_000;
/// How many entries are sent as one piece at most, and how many at first.
const PIECE_ENTRIES: usize = 256;
const FIRST_ENTRIES: usize = 16;
/// About how many bytes a piece has. Whoever does not read holds one piece in memory, or one entry where that is larger.
const PIECE_BYTES: usize = 128 * 1024;

/// `GET /compacts/{c}/events`
pub(super) async fn of_compact(
    room: Data<Room>,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    let head = u64::from(compact.seq.0);
    events(&room, &request, Scope::Compact(compact.id.as_str().into()), (head, Tag::Seq(head)))
}

/// `GET /events`
pub(super) async fn of_all(room: Data<Room>, request: HttpRequest) -> Result<HttpResponse, Problem> {
    let head = *room.secretariat.log().head().borrow();
    // Not by the head: between its entry and the blanking, a redaction changes what stands before it.
    let tag = Tag::Seq(room.secretariat.shown_entries());
    events(&room, &request, Scope::Whole, (head, tag))
}

fn events(room: &Room, request: &HttpRequest, scope: Scope, (head, tag): (u64, Tag)) -> Result<HttpResponse, Problem> {
    let form = Form::wanted(request, &[Form::Json, Form::Lines, Form::Stream])?;
    let query = query(request)?;
    let after = parameter::<u64>(&query, "after")?.unwrap_or(0);
    match form {
        Form::Stream => {
            let resumed = request.headers().get("last-event-id").and_then(|id| id.to_str().ok());
            let resumed = resumed.filter(|id| !id.is_empty()).map(str::parse).transpose();
            let resumed = resumed.map_err(|_| {
                Problem::bad_request("bad-cursor", "Last-Event-ID is the id of the last event that you got: a number")
            })?;
            live(room, request, scope, resumed.unwrap_or(after))
        }
        Form::Lines => Ok(lines(room, scope, after, head)),
        Form::Json | Form::Csv | Form::Html | Form::Markdown | Form::Plain => {
            page(room, request, &scope, (after, limit(&query)?), (head, tag))
        }
    }
}

fn page(
    room: &Room,
    request: &HttpRequest,
    scope: &Scope,
    (after, limit): (u64, usize),
    (head, tag): (u64, Tag),
) -> Result<HttpResponse, Problem> {
    if let Some(unchanged) = tag.not_modified(request) {
        return Ok(unchanged);
    }
    let entries = room.secretariat.log().read(scope, after, limit)?;
    let mut body = Vec::with_capacity(entries.iter().map(|e| e.bytes.len() + 32).sum::<usize>() + 64);
    body.extend_from_slice(b"{\"events\":[");
    let mut next = after;
    for (index, entry) in entries.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        body.extend(room.secretariat.shown(entry)?);
        next = cursor(scope, entry);
    }
    // What became durable since the head was looked at may be on the page already.
    let head = head.max(next);
    body.extend_from_slice(format!("],\"next\":{next},\"head\":{head},\"seq\":{head}}}").as_bytes());
    Ok(ok(&tag, Form::Json, body))
}

fn cursor(scope: &Scope, entry: &Stored) -> u64 {
    match scope {
        Scope::Whole => entry.position,
        Scope::Compact(_) => entry.seq.into(),
    }
}

/// Everything up to the head as lines, piece by piece.
fn lines(room: &Room, scope: Scope, after: u64, head: u64) -> HttpResponse {
    let secretariat = room.secretariat.clone();
    let from = (secretariat, scope, after, FIRST_ENTRIES);
    let pieces = stream::try_unfold(from, move |(secretariat, scope, after, count)| async move {
        if after >= head {
            return Ok::<_, LogError>(None);
        }
        let limit = usize::try_from(head - after).unwrap_or(usize::MAX).min(count);
        let entries = secretariat.log().read(&scope, after, limit)?;
        let Some(last) = entries.last().map(|entry| cursor(&scope, entry)) else { return Ok(None) };
        let mut piece = Vec::new();
        for entry in &entries {
            piece.extend(secretariat.shown(entry)?);
            piece.push(b'\n');
        }
        let count = fitting(&entries);
        Ok(Some((Bytes::from(piece), (secretariat, scope, last, count))))
    });
    HttpResponse::Ok().content_type(Form::Lines.media_type()).streaming(pieces)
}

/// How many entries like these make a piece.
fn fitting(entries: &[Stored]) -> usize {
    let bytes = entries.iter().map(|entry| entry.bytes.len()).sum::<usize>() / entries.len().max(1);
    (PIECE_BYTES / bytes.max(1)).clamp(1, PIECE_ENTRIES)
}

/// Catch-up, then live, until the client or the server goes.
fn live(room: &Room, request: &HttpRequest, scope: Scope, after: u64) -> Result<HttpResponse, Problem> {
    let key = request.app_data::<Data<Edge>>().and_then(|edge| edge.counted(request));
    let place = room.streams.take(key)?;
    let follow = Follow::new(room.secretariat.log().clone(), scope.clone(), after);
    let (secretariat, stop, ready) = (room.secretariat.clone(), room.stop.clone(), VecDeque::from([retry()]));
    let line = Line { follow, secretariat, scope, stop, ready, count: FIRST_ENTRIES, is_over: false, _place: place };
    let mut answer = HttpResponse::Ok();
    answer.content_type(Form::Stream.media_type()).insert_header(("cache-control", "no-cache"));
    Ok(answer.insert_header(("x-accel-buffering", "no")).streaming(line.pieces()))
}

/// When to come back, if the stream ends.
fn retry() -> Bytes {
    Bytes::from(format!("retry: {RETRY_MILLIS}\n\n"))
}

/// One open stream.
struct Line {
    follow: Follow,
    secretariat: Arc<Secretariat>,
    scope: Scope,
    stop: CancellationToken,
    ready: VecDeque<Bytes>,
    /// How many entries the next piece is to have.
    count: usize,
    is_over: bool,
    _place: Place,
}

impl Line {
    fn pieces(self) -> impl Stream<Item = Result<Bytes, LogError>> {
        stream::unfold(self, |mut line| async move {
            if let Some(piece) = line.ready.pop_front() {
                return Some((Ok(piece), line));
            }
            if line.is_over {
                return None;
            }
            let keepalive = tokio::time::sleep(Duration::from_secs(KEEPALIVE_SECS));
            let piece = tokio::select! {
                () = line.stop.cancelled() => {
                    line.is_over = true;
                    Ok(retry())
                }
                entries = line.follow.next(line.count) => entries.and_then(|entries| {
                    line.count = fitting(&entries);
                    line.frame(&entries)
                }),
                () = keepalive => Ok(Bytes::from_static(b": still here\n\n")),
            };
            if let Err(error) = &piece {
                tracing::error!(%error, "a stream ends because the record cannot be read");
            }
            Some((piece, line))
        })
    }

    /// Entries as server-sent events: the cursor, the type, the `CloudEvent` on one line.
    fn frame(&self, entries: &[Stored]) -> Result<Bytes, LogError> {
        let mut piece = Vec::with_capacity(entries.iter().map(|e| e.bytes.len() + 128).sum());
        for entry in entries {
            let id = cursor(&self.scope, entry);
            piece.extend_from_slice(format!("id: {id}\nevent: {}\ndata: ", type_of(&entry.bytes)).as_bytes());
            piece.extend(self.secretariat.shown(entry)?);
            piece.extend_from_slice(b"\n\n");
        }
        Ok(piece.into())
    }
}

/// The type of a stored `CloudEvent`. It stands near the front, so that not all of a large entry is read for it.
fn type_of(bytes: &[u8]) -> &str {
    const NAME: &[u8] = b"\"type\":\"";
    let start = bytes.windows(NAME.len()).position(|window| window == NAME).map(|at| at + NAME.len());
    let rest = start.and_then(|start| bytes.get(start..)).unwrap_or_default();
    let end = rest.iter().position(|byte| *byte == b'"').unwrap_or(0);
    rest.get(..end).and_then(|name| std::str::from_utf8(name).ok()).unwrap_or("message")
}
