//! The record as it is followed: JSON pages, NDJSON, server-sent events.
//!
//! What is stored is what is shown: an entry's bytes go out as they are, for some with its position put in front and,
//! where it was blanked, what shows that. A filter leaves entries out and changes nothing else: cursors and the head
//! stay those of the record.

use std::collections::VecDeque;
use std::time::Duration;

use actix_web::http::Method;
use actix_web::http::header::ContentEncoding;
use actix_web::web::{self, Bytes, Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use futures_util::stream::{self, Stream};
use tokio::sync::watch;

use super::admitted::Admitted;
use super::answer::{Form, Tag, ok};
use super::edge::{Edge, Place};
use super::problem::Problem;
use super::query::{limit, parameter, query};
use crate::compact::type_of;
use crate::feed::Sieve;
use crate::history::{Asked, Filter};
use crate::log::{Follow, LogError, Scope, Stored};

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
        return Err(room.not_yours(detail));
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
    let sieve = Sieve::new(room.secretariat.clone(), filter(request)?, room.sees_all());
    match form {
        Form::Stream => {
            let resumed = request.headers().get("last-event-id").and_then(|id| id.to_str().ok());
            let resumed = resumed.filter(|id| !id.is_empty()).map(str::parse).transpose();
            let resumed = resumed.map_err(|_| {
                Problem::bad_request("bad-cursor", "Last-Event-ID is the id of the last event that you got: a number")
            })?;
            live(room, request, sieve, scope, resumed.unwrap_or(after))
        }
        Form::Lines => Ok(lines(room, request, sieve, scope, after, (head, &tag))),
        Form::Json | Form::Csv | Form::Html | Form::Markdown | Form::Plain | Form::Schema => {
            page(request, &sieve, &scope, (after, limit(&query)?), (head, tag))
        }
    }
}

/// What the query asks for: the values of a parameter are separated by commas.
fn filter(request: &HttpRequest) -> Result<Filter, Problem> {
    let bad = |why: String| Problem::bad_request("bad-query", why);
    let query = web::Query::<Vec<(String, String)>>::from_query(request.query_string());
    let query = query.map_err(|error| bad(format!("the query cannot be read: {error}")))?.into_inner();
    let named = |name: &str| {
        let values = query.iter().filter(|(given, _)| given == name).flat_map(|(_, values)| values.split(','));
        values.map(str::to_owned).collect()
    };
    let asked = Asked { types: named("type"), groups: named("group"), provisions: named("provision") };
    asked.try_into().map_err(|why: crate::history::NotAFilter| bad(why.to_string()))
}

fn page(
    request: &HttpRequest,
    sieve: &Sieve,
    scope: &Scope,
    (after, limit): (u64, usize),
    (head, tag): Head,
) -> Result<HttpResponse, Problem> {
    if let Some(unchanged) = tag.not_modified(request) {
        return Ok(unchanged);
    }
    let page = sieve.page(scope, after, limit)?;
    let mut body = Vec::with_capacity(page.entries.iter().map(|e| e.bytes.len() + 32).sum::<usize>() + 64);
    body.extend_from_slice(b"{\"events\":[");
    for (index, entry) in page.entries.iter().enumerate() {
        if index > 0 {
            body.push(b',');
        }
        body.extend(sieve.shown(entry)?);
    }
    // What became durable since the head was looked at may be on the page already.
    // Whoever asks beyond the head is told where it is.
    let (next, head) = (page.after, if after > head { head } else { head.max(page.after) });
    body.extend_from_slice(format!("],\"next\":{next},\"head\":{head},\"seq\":{head}}}").as_bytes());
    Ok(ok(&tag, Form::Json, body))
}

/// Everything up to the head as lines, piece by piece.
fn lines(
    room: &Admitted,
    request: &HttpRequest,
    sieve: Sieve,
    scope: Scope,
    after: u64,
    (head, tag): (u64, &Tag),
) -> HttpResponse {
    if let Some(unchanged) = tag.not_modified(request) {
        return unchanged;
    }
    let from = (room.secretariat.log().clone(), sieve, scope, after, FIRST_ENTRIES);
    let pieces = stream::try_unfold(from, move |(log, sieve, scope, mut after, mut count)| async move {
        let mut piece = Vec::new();
        while piece.is_empty() && after < head {
            let limit = usize::try_from(head - after).unwrap_or(usize::MAX).min(count);
            let entries = log.read(&scope, after, limit)?;
            count = fitting(&entries);
            let Some(last) = entries.last() else { break };
            after = scope.cursor(last);
            for entry in &sieve.sift(entries)? {
                piece.extend(sieve.shown(entry)?);
                piece.push(b'\n');
            }
            // All of a piece may be passed over; others want to be served in between.
            tokio::task::yield_now().await;
        }
        Ok::<_, LogError>((!piece.is_empty()).then(|| (Bytes::from(piece), (log, sieve, scope, after, count))))
    });
    let mut answer = HttpResponse::Ok();
    tag.on(answer.content_type(Form::Lines.media_type())).streaming(pieces)
}

/// How many entries like these make a piece.
fn fitting(entries: &[Stored]) -> usize {
    let bytes = entries.iter().map(|entry| entry.bytes.len()).sum::<usize>() / entries.len().max(1);
    (PIECE_BYTES / bytes.max(1)).clamp(1, PIECE_ENTRIES)
}

/// Catch-up, then live, until the client or the server goes.
fn live(
    room: &Admitted,
    request: &HttpRequest,
    sieve: Sieve,
    scope: Scope,
    after: u64,
) -> Result<HttpResponse, Problem> {
    let mut answer = HttpResponse::Ok();
    answer.content_type(Form::Stream.media_type()).insert_header(("cache-control", "no-cache"));
    // A stream is sent entry by entry; to compress it would hold entries back.
    answer.insert_header(ContentEncoding::Identity).insert_header(("x-accel-buffering", "no"));
    if request.method() == Method::HEAD {
        // There is no end of it to wait for.
        return Ok(answer.finish());
    }
    let key = request.app_data::<Data<Edge>>().and_then(|edge| edge.counted(request));
    let place = room.streams.take(key)?;
    let follow = Follow::new(room.secretariat.log().clone(), scope.clone(), after);
    let (room, changes, ready) = (room.clone(), room.changes(), VecDeque::from([retry()]));
    let count = FIRST_ENTRIES;
    let line = Line { follow, sieve, scope, told: after, room, changes, ready, count, is_over: false, _place: place };
    Ok(answer.streaming(line.pieces()))
}

/// When to come back, if the stream ends.
fn retry() -> Bytes {
    Bytes::from(format!("retry: {RETRY_MILLIS}\n\n"))
}

/// One open stream.
struct Line {
    follow: Follow,
    sieve: Sieve,
    scope: Scope,
    /// The last cursor that the client was told.
    told: u64,
    /// Whoever follows: the stream ends when they would be let in no more.
    room: Admitted,
    changes: watch::Receiver<u64>,
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
            let piece = line.piece().await?;
            if let Err(error) = &piece {
                tracing::error!(%error, "a stream ends because the record cannot be read");
            }
            Some((piece, line))
        })
    }

    /// The next that is sent: entries, or a sign that the stream is open; once the server stops, when to come back, and then
    /// `None`, as where whoever follows would be let in no more.
    async fn piece(&mut self) -> Option<Result<Bytes, LogError>> {
        if self.is_over {
            return None;
        }
        let keepalive = tokio::time::sleep(Duration::from_secs(KEEPALIVE_SECS));
        let mut keepalive = std::pin::pin!(keepalive);
        loop {
            let framed = tokio::select! {
                () = self.room.stop.cancelled() => {
                    self.is_over = true;
                    Ok(retry())
                }
                () = is_over(&self.room, &mut self.changes) => return None,
                entries = self.follow.next(self.count) => entries.and_then(|entries| {
                    self.count = fitting(&entries);
                    self.frame(entries)
                }),
                () = &mut keepalive => Ok(self.still_here()),
            };
            // Tokens expire, too.
            if !self.room.still_holds() {
                return None;
            }
            // All of a piece may be passed over; others want to be served in between.
            match framed {
                Ok(piece) if piece.is_empty() => tokio::task::yield_now().await,
                piece => return Some(piece),
            }
        }
    }

    /// A comment; and where entries were passed over, the cursor behind them, so that a client that comes back does not
    /// have them looked at again. An `id` without `data` is no event.
    fn still_here(&mut self) -> Bytes {
        if self.follow.after() > self.told {
            self.told = self.follow.after();
            return Bytes::from(format!(": still here\nid: {}\n\n", self.told));
        }
        Bytes::from_static(b": still here\n\n")
    }

    /// Entries as server-sent events: the cursor, the type, the `CloudEvent` on one line.
    fn frame(&mut self, entries: Vec<Stored>) -> Result<Bytes, LogError> {
        let entries = self.sieve.sift(entries)?;
        let mut piece = Vec::with_capacity(entries.iter().map(|e| e.bytes.len() + 128).sum());
        for entry in &entries {
            self.told = self.scope.cursor(entry);
            piece.extend_from_slice(format!("id: {}\nevent: {}\ndata: ", self.told, type_of(&entry.bytes)).as_bytes());
            piece.extend(self.sieve.shown(entry)?);
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
