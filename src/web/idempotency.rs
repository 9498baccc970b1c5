//! `Idempotency-Key`: the same request again gives the first answer again, and is recorded once.
//!
//! Answers are remembered in memory, the oldest forgotten first; a restart forgets all. When something is blanked, all
//! are let go, as they may tell it; the keys stay, so that nothing is recorded twice.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, LOCATION};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{Error, FromRequest, HttpResponse};
use sha2::{Digest, Sha256};

use super::admitted::Admitted;
use super::answer;
use super::problem::Problem;
use crate::compact::limits;

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The keys that were used, with what was asked and answered.
#[derive(Default)]
pub(super) struct Keys(Mutex<Known>);

#[derive(Default)]
struct Known {
    by_key: HashMap<Name, Asked>,
    order: VecDeque<Name>,
}

/// A key counts for one speaker, method and address.
type Name = (String, String, String);

struct Asked {
    body: [u8; 32],
    /// `None` while the first request is under way.
    answer: Option<Answer>,
}

/// What is left of an answer.
enum Answer {
    Kept(Kept),
    /// Only that there was one.
    LetGo,
}

#[derive(Clone)]
struct Kept {
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    body: Bytes,
}

impl Keys {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first answer to the same request, or leave to go ahead.
    fn ask(&self, name: &Name, body: [u8; 32]) -> Result<Option<Kept>, Problem> {
        let mut known = self.known();
        if let Some(asked) = known.by_key.get(name) {
            return match &asked.answer {
                _ if asked.body != body => Err(Problem::new(
                    StatusCode::UNPROCESSABLE_ENTITY,
                    "idempotency-key-reused",
                    "this Idempotency-Key came with another body before; use a new key for a new request",
                )),
                Some(Answer::Kept(kept)) => Ok(Some(kept.clone())),
                Some(Answer::LetGo) => Err(Problem::new(
                    StatusCode::GONE,
                    "answer-let-go",
                    "this request was carried out before, and its answer let go when something was blanked; read what it \
                     was about instead of sending it again",
                )),
                None => Err(Problem::new(
                    StatusCode::CONFLICT,
                    "request-under-way",
                    "the first request with this Idempotency-Key is still under way; try again in a moment",
                )),
            };
        }
        if known.order.len() >= limits::IDEMPOTENCY_KEYS_MAX
            && let Some(oldest) = known.order.pop_front()
        {
            known.by_key.remove(&oldest);
        }
        known.order.push_back(name.clone());
        known.by_key.insert(name.clone(), Asked { body, answer: None });
        Ok(None)
    }

    fn keep(&self, name: &Name, kept: Kept) {
        if let Some(asked) = self.known().by_key.get_mut(name) {
            asked.answer = Some(Answer::Kept(kept));
        }
    }

    /// Lets all answers go: they may tell what is blanked.
    pub(super) fn let_go(&self) {
        for asked in self.known().by_key.values_mut().filter(|asked| asked.answer.is_some()) {
            asked.answer = Some(Answer::LetGo);
        }
    }

    fn forget(&self, name: &Name) {
        let mut known = self.known();
        known.by_key.remove(name);
        known.order.retain(|other| other != name);
    }
}

/// Forgets a key whose request came to nothing: it failed here, or its client went away.
struct UnderWay<'a> {
    keys: &'a Keys,
    name: Name,
    answered: bool,
}

impl Drop for UnderWay<'_> {
    fn drop(&mut self) {
        if !self.answered {
            self.keys.forget(&self.name);
        }
    }
}

/// Around every request: a `POST` with a key is carried out once.
pub(super) async fn once(
    mut request: ServiceRequest,
    next: Next<impl MessageBody + 'static>,
) -> Result<ServiceResponse<BoxBody>, Error> {
    let key = request.headers().get(&KEY).filter(|_| request.method() == Method::POST);
    let Some(key) = key.map(|key| key.to_str().map(str::to_owned)) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let key = key.ok().filter(|key| (1..=limits::IDEMPOTENCY_KEY_BYTES_MAX).contains(&key.len()));
    let bad = "an Idempotency-Key is 1 to 255 visible ASCII characters";
    let key = key.ok_or_else(|| Problem::bad_request("bad-idempotency-key", bad))?;
    // What was answered to one speaker is not told to another.
    let speaker = format!("{:?}", Admitted::of(request.request())?.roles());
    let keys = request.app_data::<Data<Keys>>().cloned();
    let keys = keys.ok_or_else(|| Problem::not_found("no keys are kept here"))?;
    let (http, payload) = request.parts_mut();
    let read = Bytes::from_request(http, payload).await;
    let body = answer::body(read)?;
    let name = (key, speaker, request.uri().to_string());
    if let Some(kept) = keys.ask(&name, Sha256::digest(&body).into())? {
        return Ok(request.into_response(kept.told()));
    }
    let mut under_way = UnderWay { keys: &keys, name, answered: false };
    request.set_payload(Payload::from(body));
    let answer = next.call(request).await?;
    let (request, answer) = answer.into_parts();
    let (head, body) = answer.into_parts();
    let body = to_bytes(body).await.map_err(|_| Problem::bad_request("bad-body", "the answer was lost"))?;
    let kept = Kept { status: head.status(), headers: worth_keeping(head.headers()), body: body.clone() };
    let is_secret = head.headers().get(CACHE_CONTROL).is_some_and(|cache| cache == "no-store");
    if !head.status().is_server_error() && !is_secret {
        keys.keep(&under_way.name, kept);
        under_way.answered = true;
    }
    Ok(ServiceResponse::new(request, head.set_body(body).map_into_boxed_body()))
}

fn worth_keeping(headers: &HeaderMap) -> Vec<(HeaderName, String)> {
    let names = [CONTENT_TYPE, LOCATION, ETAG];
    let value = |name: HeaderName| Some((name.clone(), headers.get(&name)?.to_str().ok()?.to_owned()));
    names.into_iter().filter_map(value).collect()
}

impl Kept {
    fn told(&self) -> HttpResponse {
        let mut answer = HttpResponse::build(self.status);
        for header in &self.headers {
            answer.insert_header((header.0.clone(), header.1.as_str()));
        }
        answer.insert_header(("idempotency-replayed", "true")).body(self.body.clone())
    }
}
