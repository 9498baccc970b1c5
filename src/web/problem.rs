//! Problems as clients see them (RFC 9457): the only place that translates refusals and failures into HTTP.

use actix_web::http::StatusCode;
use actix_web::http::header::{ALLOW, RETRY_AFTER, WWW_AUTHENTICATE};
use actix_web::{HttpResponse, ResponseError};
use serde_json::{Map, Value, json};

use crate::access::Unissued;
use crate::compact::{NotAnId, Refusal};
use crate::credentials::{Unheard, Unkept};
use crate::log::LogError;
use crate::secretariat::Failure;

/// Why a request is not granted, and what the client can do.
#[derive(Clone, Debug, thiserror::Error)]
#[error("{}: {}", .0.slug, .0.detail)]
pub(super) struct Problem(Box<Told>);

/// Boxed, so that results that may be problems stay small.
#[derive(Clone, Debug)]
struct Told {
    status: StatusCode,
    slug: &'static str,
    detail: String,
    more: Map<String, Value>,
    allow: Option<&'static str>,
    /// After how many seconds it may be different.
    retry_secs: Option<u64>,
    /// Why, for the operator alone.
    cause: Option<String>,
    challenge: Option<&'static str>,
}

/// Why a request failed, left on its answer for the log.
pub(super) struct Cause(pub(super) String);

/// After how many seconds to come back, where nobody knows better.
const RETRY_SECS: u64 = 5;

impl Problem {
    /// A problem of this kind; `slug` is its stable name, `detail` a sentence that says what to do.
    pub(super) fn new(status: StatusCode, slug: &'static str, detail: impl Into<String>) -> Self {
        let busy = [StatusCode::SERVICE_UNAVAILABLE, StatusCode::TOO_MANY_REQUESTS].contains(&status);
        let (detail, retry_secs) = (detail.into(), busy.then_some(RETRY_SECS));
        let (allow, challenge, cause) = (None, None, None);
        Self(Box::new(Told { status, slug, detail, more: Map::new(), allow, retry_secs, cause, challenge }))
    }

    /// Nothing of that name is there, or it is not for this client to see.
    pub(super) fn not_found(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::NOT_FOUND, "not-found", detail)
    }

    /// The request itself cannot be read.
    pub(super) fn bad_request(slug: &'static str, detail: impl Into<String>) -> Self {
        Self::new(StatusCode::BAD_REQUEST, slug, detail)
    }

    /// There is nothing at an address, or nothing for whoever asks.
    pub(super) fn nothing_there() -> Self {
        Self::not_found("nothing is at this address; GET /openapi.json lists what there is")
    }

    /// It is not for this speaker: `detail` names who may.
    pub(super) fn not_yours(detail: impl Into<String>) -> Self {
        Self::new(StatusCode::FORBIDDEN, "not-yours", detail)
    }

    /// The method is not one of those that the resource takes.
    pub(super) fn method_not_allowed(allow: &'static str) -> Self {
        let detail = format!("this address takes {allow}");
        let mut problem = Self::new(StatusCode::METHOD_NOT_ALLOWED, "method-not-allowed", detail);
        problem.0.allow = Some(allow);
        problem
    }

    /// The same problem, to be tried again after so many seconds.
    #[must_use]
    pub(super) fn after(mut self, secs: u64) -> Self {
        self.0.retry_secs = Some(secs);
        self
    }

    /// The same problem with why it came about, which only the operator is told.
    #[must_use]
    pub(super) fn because(mut self, why: impl Into<String>) -> Self {
        self.0.cause = Some(why.into());
        self
    }

    /// What a client is asked for that did not say who it is.
    pub(super) fn challenge(&self) -> Option<&'static str> {
        self.0.challenge
    }

    /// The sentence that says what to do.
    pub(super) fn detail(&self) -> &str {
        &self.0.detail
    }

    /// The same problem with something named in the address: then it is the address that is wrong.
    #[must_use]
    pub(super) fn in_address(mut self) -> Self {
        if self.0.status == StatusCode::UNPROCESSABLE_ENTITY && self.0.slug.starts_with("unknown-") {
            self.0.status = StatusCode::NOT_FOUND;
        }
        self
    }

    /// Its name.
    pub(super) fn slug(&self) -> &'static str {
        self.0.slug
    }

    /// The same problem with a member more.
    #[must_use]
    pub(super) fn with(mut self, name: &str, value: Value) -> Self {
        self.0.more.insert(name.to_owned(), value);
        self
    }

    /// A title for a slug: the slug as a person would write it.
    pub(super) fn title(&self) -> String {
        let mut title = self.0.slug.replace('-', " ");
        if let Some(first) = title.get_mut(..1) {
            first.make_ascii_uppercase();
        }
        title
    }
}

impl From<Refusal> for Problem {
    fn from(refusal: Refusal) -> Self {
        let status = match &refusal {
            Refusal::UnknownCompact(_)
            | Refusal::UnknownProposal(_)
            | Refusal::UnknownPackage(_)
            | Refusal::UnknownStatement(_) => StatusCode::NOT_FOUND,
            Refusal::CompactExists(_)
            | Refusal::DraftExists(_)
            | Refusal::NothingToIssue(_)
            | Refusal::SilentChanges(_)
            | Refusal::OtherKind(..)
            | Refusal::HasLeft { .. }
            | Refusal::NotAMember { .. }
            | Refusal::NotWaiting { .. }
            | Refusal::PackageNotWaiting { .. }
            | Refusal::InPackage { .. }
            | Refusal::MembersCollide(_)
            | Refusal::NothingLeft(_)
            | Refusal::ProvisionClosed { .. }
            | Refusal::Collides(_)
            | Refusal::Unblankable(_)
            | Refusal::Adopted(_) => StatusCode::CONFLICT,
            Refusal::NoDraftId(_)
            | Refusal::UnknownText(_)
            | Refusal::UnknownProvision { .. }
            | Refusal::UnknownSpeaker(_)
            | Refusal::NothingChanges(_)
            | Refusal::BadWording(_)
            | Refusal::BadCommand(_)
            | Refusal::TooMuch { .. } => StatusCode::UNPROCESSABLE_ENTITY,
        };
        let problem = Self::new(status, refusal.slug(), refusal.to_string());
        match refusal {
            Refusal::MembersCollide(conflict) | Refusal::NothingLeft(conflict) => {
                problem.with("conflicts", json!([conflict]))
            }
            Refusal::InPackage { proposal, package } => {
                problem.with("proposal", json!(proposal)).with("package", json!(package))
            }
            Refusal::Collides(conflicts) => problem.with("conflicts", json!(conflicts)),
            Refusal::NotWaiting { seq, .. }
            | Refusal::PackageNotWaiting { seq, .. }
            | Refusal::Adopted(seq)
            | Refusal::HasLeft { seq, .. } => problem.with("seq", json!(seq)),
            Refusal::ProvisionClosed { provision, seq } => {
                problem.with("provision", json!(provision)).with("seq", json!(seq))
            }
            Refusal::UnknownProvision { provision, base } => {
                problem.with("provision", json!(provision)).with("base", json!(base))
            }
            Refusal::TooMuch { given, most, .. } => problem.with("given", json!(given)).with("most", json!(most)),
            Refusal::CompactExists(_)
            | Refusal::UnknownCompact(_)
            | Refusal::DraftExists(_)
            | Refusal::NoDraftId(_)
            | Refusal::UnknownText(_)
            | Refusal::NothingToIssue(_)
            | Refusal::SilentChanges(_)
            | Refusal::UnknownSpeaker(_)
            | Refusal::OtherKind(..)
            | Refusal::NotAMember { .. }
            | Refusal::UnknownProposal(_)
            | Refusal::UnknownPackage(_)
            | Refusal::UnknownStatement(_)
            | Refusal::NothingChanges(_)
            | Refusal::BadWording(_)
            | Refusal::Unblankable(_)
            | Refusal::BadCommand(_) => problem,
        }
    }
}

impl From<Failure> for Problem {
    fn from(failure: Failure) -> Self {
        match failure {
            Failure::Refused(refusal) => refusal.into(),
            Failure::NotYours(why) => Self::not_yours(why.to_string()),
            Failure::Stale { seq } => {
                let detail = format!("entry {seq} was recorded since you looked; read again and decide anew");
                Self::new(StatusCode::PRECONDITION_FAILED, "stale", detail).with("seq", json!(seq))
            }
            Failure::KeyReused => {
                Self::new(StatusCode::UNPROCESSABLE_ENTITY, "idempotency-key-reused", failure.to_string())
            }
            Failure::UnderWay => Self::new(StatusCode::CONFLICT, "request-under-way", failure.to_string()),
            Failure::Full(why) => {
                let detail = "there is no room for the record and nothing was recorded; reading goes on; try again \
                              later, the operator has been told";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "storage-full", detail).because(why)
            }
            Failure::Storage(why) => Self::storage().because(why),
            Failure::Unblanked { seq, why } => {
                let detail = format!(
                    "entry {seq} says what is to be blanked, but it could not be yet; it is when the record is opened \
                     again, and the operator has been told why; do not send it again"
                );
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "storage-failed", detail)
                    .with("seq", json!(seq))
                    .because(why)
            }
        }
    }
}

impl From<Unheard> for Problem {
    /// As RFC 6750 has it, section 3.
    fn from(why: Unheard) -> Self {
        let (detail, challenge) = match why {
            Unheard::Nobody => {
                ("say who you are: send your token as \"Authorization: Bearer trv_…\"", "Bearer realm=\"travaux\"")
            }
            Unheard::Invalid => (
                "this token does not count: it was never issued here, has expired or is revoked; ask the secretariat for another",
                "Bearer realm=\"travaux\", error=\"invalid_token\"",
            ),
        };
        let mut problem = Self::new(StatusCode::UNAUTHORIZED, "not-signed-in", detail);
        problem.0.challenge = Some(challenge);
        problem
    }
}

impl From<Unkept> for Problem {
    fn from(why: Unkept) -> Self {
        match why {
            Unkept::Unissued(Unissued::Unknown(_)) => Self::not_found(why.to_string()),
            Unkept::Unissued(why) => Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-token", why.to_string()),
            Unkept::Storage(why) => {
                tracing::error!(why, "tokens cannot be kept");
                let detail = "tokens cannot be kept here just now; the operator has been told why";
                Self::new(StatusCode::SERVICE_UNAVAILABLE, "storage-failed", detail)
            }
        }
    }
}

impl From<LogError> for Problem {
    fn from(error: LogError) -> Self {
        Self::storage().because(error.to_string())
    }
}

impl From<NotAnId> for Problem {
    fn from(error: NotAnId) -> Self {
        Self::new(StatusCode::UNPROCESSABLE_ENTITY, "bad-id", error.to_string())
    }
}

impl Problem {
    fn storage() -> Self {
        let detail = "the record cannot be written or read just now and nothing was recorded; \
                      try again later, the operator has been told why";
        Self::new(StatusCode::SERVICE_UNAVAILABLE, "storage-failed", detail)
    }
}

impl ResponseError for Problem {
    fn status_code(&self) -> StatusCode {
        self.0.status
    }

    fn error_response(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.0.status);
        answer.content_type("application/problem+json");
        if let Some(allow) = self.0.allow {
            answer.insert_header((ALLOW, allow));
        }
        if let Some(challenge) = self.0.challenge {
            answer.insert_header((WWW_AUTHENTICATE, challenge));
        }
        if let Some(secs) = self.0.retry_secs {
            answer.insert_header((RETRY_AFTER, secs.to_string()));
        }
        let mut body = json!({
            "type": format!("/problems/{}", self.0.slug),
            "title": self.title(),
            "status": self.0.status.as_u16(),
            "detail": self.0.detail,
        });
        if let Some(body) = body.as_object_mut() {
            body.extend(self.0.more.clone());
        }
        let mut answer = answer.body(body.to_string());
        if let Some(cause) = &self.0.cause {
            answer.extensions_mut().insert(Cause(cause.clone()));
        }
        answer
    }
}
