//! What is told of a request to the operator: one line in the log where it failed, and counts. Never a body, a query, a
//! credential or a cookie.

use std::borrow::Cow;

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HeaderName, HeaderValue};
use actix_web::http::{Method, StatusCode};
use tokio::time::Instant;

use super::super::private::is_private;
use super::super::problem::Cause;
use super::Settings;
use super::who::who;
use crate::compact::limits;

/// The name by which a request is found in the log.
pub(super) const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// A request, as far as it is told.
pub(super) struct Asked {
    /// Its name in the log.
    pub(super) id: String,
    method: &'static str,
    path: String,
    who: String,
    began: Instant,
}

impl Asked {
    /// What is told of a request.
    pub(super) fn of(request: &ServiceRequest, settings: &Settings) -> Self {
        let given = request.headers().get(&REQUEST_ID).and_then(|id| id.to_str().ok()).filter(|id| is_sane(id));
        Self {
            id: given.map_or_else(fresh, str::to_owned),
            method: name(request.method()),
            path: request.path().to_owned(),
            who: who(request.request(), settings).to_string(),
            began: Instant::now(),
        }
    }

    /// The name as it is answered.
    pub(super) fn value(&self) -> Option<HeaderValue> {
        HeaderValue::from_str(&self.id).ok()
    }

    /// Counts a request that was answered, and logs it if it failed.
    pub(super) fn answered<B: MessageBody>(&self, answer: &Result<ServiceResponse<B>, Error>) {
        let (status, route, cause) = match answer {
            Ok(answer) => {
                let route = answer.request().match_pattern().map_or(Cow::Borrowed("none"), Cow::Owned);
                let cause = answer.response().extensions().get::<Cause>().map(|cause| cause.0.clone());
                (answer.status(), route, cause)
            }
            Err(error) => (error.as_response_error().status_code(), Cow::Borrowed("none"), None),
        };
        // That somebody prepares something in private is not to be noticed by whoever reads the counts.
        if !is_private(&self.path) {
            self.count(status, route);
        }
        self.log(status, cause.as_deref());
    }

    fn count(&self, status: StatusCode, route: Cow<'static, str>) {
        let class = match status.as_u16() / 100 {
            1 => "1xx",
            2 => "2xx",
            3 => "3xx",
            4 => "4xx",
            _ => "5xx",
        };
        let labels = [("method", self.method.into()), ("route", route), ("status", Cow::Borrowed(class))];
        let labels = labels.map(|(name, value): (&str, Cow<'static, str>)| metrics::Label::new(name, value));
        metrics::counter!("travaux_requests_total", labels.iter()).increment(1);
        metrics::histogram!("travaux_request_seconds", labels.iter()).record(self.began.elapsed());
    }

    /// One line. What the operator has to mend is an error, what a client did wrong is there for who looks for it.
    fn log(&self, status: StatusCode, cause: Option<&str>) {
        let Self { id, method, path, who, began } = self;
        let millis = u64::try_from(began.elapsed().as_millis()).unwrap_or(u64::MAX);
        let status_code = status.as_u16();
        if status.is_server_error() {
            tracing::error!(
                request_id = id,
                method,
                path,
                status = status_code,
                millis,
                who,
                cause,
                "a request failed"
            );
        } else if status.is_client_error() {
            tracing::debug!(request_id = id, method, path, status = status_code, millis, who, "a request was refused");
        } else {
            tracing::trace!(request_id = id, method, path, status = status_code, millis, who, "a request was answered");
        }
    }
}

/// The methods there are; anybody can make up more, and each would be counted apart for ever.
fn name(method: &Method) -> &'static str {
    match *method {
        Method::GET => "GET",
        Method::HEAD => "HEAD",
        Method::POST => "POST",
        Method::PUT => "PUT",
        Method::DELETE => "DELETE",
        Method::OPTIONS => "OPTIONS",
        _ => "other",
    }
}

/// Whether a name given by a client can stand in a log as it is.
fn is_sane(id: &str) -> bool {
    let fine = |c: u8| c.is_ascii_alphanumeric() || b"-_.".contains(&c);
    (1..=limits::REQUEST_ID_CHARS_MAX).contains(&id.len()) && id.bytes().all(fine)
}

/// A name that no other request has: from the system's randomness, else from a count.
fn fresh() -> String {
    let mut bytes = [0_u8; 8];
    if getrandom::fill(&mut bytes).is_err() {
        use std::sync::atomic::{AtomicU64, Ordering};
        static COUNT: AtomicU64 = AtomicU64::new(0);
        bytes = COUNT.fetch_add(1, Ordering::Relaxed).to_be_bytes();
    }
    format!("{:016x}", u64::from_be_bytes(bytes))
}
