//! The record as it is followed: JSON pages, NDJSON, server-sent events.
//!
//! What is stored is what is shown: an entry's bytes go out as they are, for some with its position put in front and, where
//! it was blanked, what shows that.

use std::collections::VecDeque;
use std::time::Duration;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::{self, Stream};
use tokio::sync::{OwnedSemaphorePermit, watch};

use super::admitted::Admitted;
use super::answer::{Form, Tag, limit, ok, parameter, query};
use super::problem::Problem;
use crate::log::{Follow, LogError, Scope, Stored};

/// How often at least something is sent, so that a stream is known to be open.
const KEEPALIVE_SECS: u64 = 10;
/// How long a client is asked to wait before it comes back.
const RETRY_MILLIS: u64 = 2_000;
/// How many entries are sent as one piece.
const PIECE_ENTRIES: usize = 256;

/// `GET /compacts/{c}/events`
pub(super) async fn of_compact(
    room: Admitted,
    request: HttpRequest,
    path: Path<String>,
) -> Result<HttpResponse, Problem> {
    let compact = room.compact(&path)?;
    let head = u64::from(compact.seq.0);
    events(&room, &request, Scope::Compact(compact.id.as_str().into()), (head, Tag::Seq(head)))
}

/// `GET /events`
pub(super) async fn of_all(room: Admitted, request: HttpRequest) -> Result<HttpResponse, Problem> {
    if !room.sees_all() {
        let detail = "the record of all compacts is for the secretariat, and for integrations that follow all of them; \
                      GET /api/v1/compacts lists yours, and each has its events";
        return Err(Problem::not_yours(detail));
    }
    let head = *room.secretariat.log().head().borrow();
    // Not by the head: between its entry and the blanking, a redaction changes what stands before it.
    let tag = Tag::Seq(room.secretariat.shown_entries());
    events(&room, &request, Scope::Whole, (head, tag))
}

type Head = (u64, Tag);

fn events(room: &Admitted, request: &HttpRequest, scope: Scope, (head, tag): Head) -> Result<HttpResponse, Problem> {
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
            live(room, scope, resumed.unwrap_or(after))
        }
        Form::Lines => Ok(lines(room, scope, after, head)),
        Form::Json | Form::Csv | Form::Html | Form::Markdown | Form::Plain => {
            page(room, request, &scope, (after, limit(&query)?), (head, tag))
        }
    }
}

fn page(
    room: &Admitted,
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
        body.extend(room.secretariat.shown(entry, room.sees_all())?);
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
fn lines(room: &Admitted, scope: Scope, after: u64, head: u64) -> HttpResponse {
    let start = (room.secretariat.clone(), scope, room.sees_all(), after);
    let pieces = stream::try_unfold(start, move |(secretariat, scope, all, after)| async move {
        if after >= head {
            return Ok::<_, LogError>(None);
        }
        let limit = usize::try_from(head - after).unwrap_or(usize::MAX).min(PIECE_ENTRIES);
        let entries = secretariat.log().read(&scope, after, limit)?;
        let Some(last) = entries.last().map(|entry| cursor(&scope, entry)) else { return Ok(None) };
        let mut piece = Vec::new();
        for entry in &entries {
            piece.extend(secretariat.shown(entry, all)?);
            piece.push(b'\n');
        }
        Ok(Some((Bytes::from(piece), (secretariat, scope, all, last))))
    });
    HttpResponse::Ok().content_type(Form::Lines.media_type()).streaming(pieces)
}

/// Catch-up, then live, until the client or the server goes.
fn live(room: &Admitted, scope: Scope, after: u64) -> Result<HttpResponse, Problem> {
    let permit = room.streams.clone().try_acquire_owned().map_err(|_| {
        let detail = "as many event streams are open as this server keeps; try again later, or read pages";
        Problem::new(actix_web::http::StatusCode::SERVICE_UNAVAILABLE, "too-many-streams", detail)
    })?;
    metrics::gauge!("travaux_open_streams").increment(1.0);
    let follow = Follow::new(room.secretariat.log().clone(), scope.clone(), after);
    let hello = Bytes::from(format!("retry: {RETRY_MILLIS}\n\n"));
    let (room, changes, ready) = (room.clone(), room.credentials.changes(), VecDeque::from([hello]));
    let line = Line { follow, scope, room, changes, ready, _open: Open(permit) };
    let mut answer = HttpResponse::Ok();
    answer.content_type(Form::Stream.media_type()).insert_header(("cache-control", "no-cache"));
    Ok(answer.insert_header(("x-accel-buffering", "no")).streaming(line.pieces()))
}

/// One open stream.
struct Line {
    follow: Follow,
    scope: Scope,
    /// Whoever follows: the stream ends when they would be let in no more.
    room: Admitted,
    changes: watch::Receiver<u64>,
    ready: VecDeque<Bytes>,
    _open: Open,
}

/// Counts a stream as open for as long as it is.
struct Open(#[allow(dead_code, reason = "held, not read: its drop gives the place back")] OwnedSemaphorePermit);

impl Drop for Open {
    fn drop(&mut self) {
        metrics::gauge!("travaux_open_streams").decrement(1.0);
    }
}

impl Line {
    fn pieces(self) -> impl Stream<Item = Result<Bytes, LogError>> {
        stream::unfold(self, |mut line| async move {
            if let Some(piece) = line.ready.pop_front() {
                return Some((Ok(piece), line));
            }
            let keepalive = tokio::time::sleep(Duration::from_secs(KEEPALIVE_SECS));
            let piece = tokio::select! {
                () = line.room.stop.cancelled() => return None,
                () = is_over(&line.room, &mut line.changes) => return None,
                entries = line.follow.next(PIECE_ENTRIES) => entries.and_then(|entries| line.frame(&entries)),
                () = keepalive => Ok(Bytes::from_static(b": still here\n\n")),
            };
            // Tokens expire, too.
            if !line.room.still_holds() {
                return None;
            }
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
            piece.extend(self.room.secretariat.shown(entry, self.room.sees_all())?);
            piece.extend_from_slice(b"\n\n");
        }
        Ok(piece.into())
    }
}

/// Waits until whoever follows would be let in no more, because their token was revoked.
async fn is_over(room: &Admitted, changes: &mut watch::Receiver<u64>) {
    loop {
        if changes.changed().await.is_err() || !room.still_holds() {
            return;
        }
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
