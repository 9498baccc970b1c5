//! What stands around every request, whatever it asks for: how large and how slow it may be, how many come at once, what is
//! told of it, and what its answer carries for browsers. `docs/operations.md` says how it is set, `docs/limits.md` how much
//! is taken.

mod connections;
mod headers;
mod rates;
mod settings;
mod streams;
mod told;
mod who;

use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use actix_cors::Cors;
use actix_web::body::{BodySize, BoxBody, MessageBody};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::error::{InternalError, PayloadError};
use actix_web::http::StatusCode;
use actix_web::http::header::{ETAG, LOCATION};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{Error, HttpMessage, HttpRequest};
use futures_util::{StreamExt, stream};
use tokio::time::{Instant, timeout_at};

use super::problem::Problem;
use crate::compact::limits;
use told::{Asked, REQUEST_ID};

pub use settings::{Patience, Settings};
pub use who::SpeakerKey;

pub(super) use connections::{Connection, Connections, InUse};
pub(super) use rates::Rates;
pub(super) use streams::{Place, Streams};
pub(super) use who::Key;

/// What is shared by all that stands around requests.
pub(super) struct Edge {
    /// What is allowed.
    pub(super) settings: Settings,
    rates: Rates,
}

impl Edge {
    /// With these settings.
    pub(super) fn new(settings: Settings) -> Self {
        Self { rates: Rates::new(&settings, limits::CALLERS_MAX), settings }
    }

    /// Whom a request is counted against; nobody, where it is not counted.
    pub(super) fn counted(&self, request: &HttpRequest) -> Option<Key> {
        who::is_counted(request, &self.settings).then(|| who::who(request, &self.settings))
    }
}

/// An answer on its way; its connection is in use until the last byte.
pub(super) struct Going {
    body: BoxBody,
    _in_use: Option<InUse>,
}

impl MessageBody for Going {
    type Error = <BoxBody as MessageBody>::Error;

    fn size(&self) -> BodySize {
        self.body.size()
    }

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Bytes, Self::Error>>> {
        Pin::new(&mut self.body).poll_next(cx)
    }
}

/// Around everything: names a request, tells of it, and puts on its answer what browsers need.
pub(super) async fn around(
    request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<Going>, Error> {
    let Some(edge) = request.app_data::<Data<Edge>>().cloned() else { return Err(misplaced().into()) };
    let asked = Asked::of(&request, &edge.settings);
    let in_use = request.conn_data::<Connection>().map(Connection::in_use);
    let answer = next.call(request).await;
    asked.answered(&answer);
    match answer {
        Ok(mut answer) => {
            headers::protect(answer.headers_mut());
            asked.value().map(|id| answer.headers_mut().insert(REQUEST_ID, id));
            Ok(answer.map_body(|_, body| Going { body: body.boxed(), _in_use: in_use }))
        }
        Err(error) => {
            let mut answer = error.error_response();
            headers::protect(answer.headers_mut());
            asked.value().map(|id| answer.headers_mut().insert(REQUEST_ID, id));
            Err(InternalError::from_response(error, answer).into())
        }
    }
}

/// Within it: refuses what is too large or comes too often, and hurries those who send.
pub(super) async fn admitted(
    mut request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let Some(edge) = request.app_data::<Data<Edge>>().cloned() else { return Err(misplaced().into()) };
    fits(&request)?;
    // Who asks whether the server is well is not turned away for asking often.
    if !request.path().starts_with("/health/")
        && let Some(key) = edge.counted(request.request())
    {
        edge.rates.take(&key).map_err(too_many)?;
    }
    let payload = request.take_payload();
    request.set_payload(hurried(payload, edge.settings.patience.body));
    next.call(request).await
}

fn misplaced() -> Problem {
    Problem::new(StatusCode::INTERNAL_SERVER_ERROR, "internal", "the server is not set up; tell the operator")
}

fn too_many(wait: Duration) -> Problem {
    let secs = wait.as_millis().div_ceil(1_000).max(1);
    let detail = format!("you ask more often than this server answers one client; ask again in {secs} s, and slower");
    Problem::new(StatusCode::TOO_MANY_REQUESTS, "too-many-requests", detail)
        .after(u64::try_from(secs).unwrap_or(u64::MAX))
}

/// Whether the head of a request is within the limits.
fn fits(request: &ServiceRequest) -> Result<(), Problem> {
    if request.query_string().len() > limits::QUERY_BYTES_MAX {
        let detail = format!("a query has at most {} bytes; ask for less at a time", limits::QUERY_BYTES_MAX);
        return Err(Problem::new(StatusCode::URI_TOO_LONG, "query-too-long", detail));
    }
    let fields = request.headers().iter().map(|(name, value)| name.as_str().len() + value.len() + 4);
    let address = request.uri().path_and_query().map_or(0, |address| address.as_str().len());
    if address + fields.sum::<usize>() > limits::HEAD_BYTES_MAX {
        let most = limits::HEAD_BYTES_MAX;
        let detail = format!("the address and the header fields have at most {most} bytes together; send fewer");
        return Err(Problem::new(StatusCode::REQUEST_HEADER_FIELDS_TOO_LARGE, "head-too-large", detail));
    }
    Ok(())
}

/// A body that has to be there in time.
fn hurried(payload: Payload, patience: Duration) -> Payload {
    if let Payload::None = payload {
        return payload;
    }
    let deadline = Instant::now() + patience;
    let pieces = stream::unfold(payload, move |mut payload| async move {
        let piece = timeout_at(deadline, payload.next()).await;
        let late = || Some(Err(PayloadError::Io(std::io::ErrorKind::TimedOut.into())));
        Some((piece.unwrap_or_else(|_| late())?, payload))
    });
    Payload::Stream { payload: Box::pin(pieces) }
}

/// Other sites that may read and write, as far as they are named: exact origins, without credentials.
pub(super) fn cors(settings: &Settings) -> Cors {
    let methods = ["GET", "HEAD", "POST", "PUT", "DELETE"];
    let shown = [ETAG, LOCATION, REQUEST_ID];
    let cors = Cors::default().allowed_methods(methods).allow_any_header().expose_headers(shown).max_age(3_600);
    settings.origins.iter().fold(cors, |cors, origin| cors.allowed_origin(origin))
}
