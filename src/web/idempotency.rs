//! `Idempotency-Key`: the same request again gives the first answer again, and is recorded once.
//!
//! What was recorded tells in its entry the key that it was asked for with, so the secretariat answers for it over
//! restarts: the handler then tells the same of the same entry. Here whole answers are kept in memory, refusals too,
//! the oldest forgotten first; both count for a day. When something is blanked, all answers are let go, as they may tell
//! it: then the handler tells what is left of the entry.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use actix_web::body::{BoxBody, MessageBody, to_bytes};
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, CONTENT_TYPE, ETAG, HeaderMap, HeaderName, HeaderValue, LOCATION, VARY};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::{Bytes, Data};
use actix_web::{Error, FromRequest, HttpMessage, HttpRequest, HttpResponse};
use sha2::{Digest, Sha256};

use super::admitted::Admitted;
use super::answer;
use super::private::{is_closed, is_private};
use super::problem::Problem;
use super::room::Rooms;
use crate::compact::{Asked, Moment, limits};
use crate::secretariat::{Failure, counts};

const KEY: HeaderName = HeaderName::from_static("idempotency-key");

/// The keys that were used, with what was asked and answered; those of what is private by themselves, so that nobody else's
/// are forgotten sooner.
#[derive(Default)]
pub(super) struct Keys {
    open: KeysOfOne,
    private: KeysOfOne,
}

#[derive(Default)]
struct KeysOfOne(Mutex<Known>);

#[derive(Default)]
struct Known {
    by_key: HashMap<Name, Told>,
    order: VecDeque<Name>,
}

/// Marks an answer that nobody keeps, not even for whoever asked: it tells a credential.
pub(super) struct ToldOnce;

/// A key counts for one speaker and address.
type Name = [u8; 16];

struct Told {
    body: [u8; 16],
    time: Moment,
    /// `None` while the first request is under way.
    answer: Option<Kept>,
}

#[derive(Clone)]
struct Kept {
    status: StatusCode,
    headers: Vec<(HeaderName, String)>,
    body: Bytes,
}

impl Keys {
    fn of(&self, path: &str) -> &KeysOfOne {
        if is_private(path) { &self.private } else { &self.open }
    }

    /// Lets all answers go: they may tell what is blanked.
    pub(super) fn let_go(&self) {
        self.open.let_go();
        self.private.let_go();
    }
}

impl KeysOfOne {
    fn known(&self) -> MutexGuard<'_, Known> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first answer to the same request, or leave to go ahead.
    fn ask(&self, asked: Asked, now: Moment) -> Result<Option<Kept>, Failure> {
        let mut known = self.known();
        if let Some(told) = known.by_key.get(&asked.key).filter(|told| counts(told.time, now)) {
            return match &told.answer {
                _ if told.body != asked.body => Err(Failure::KeyReused),
                Some(kept) => Ok(Some(kept.clone())),
                None => Err(Failure::UnderWay),
            };
        }
        known.order.retain(|name| *name != asked.key);
        if known.order.len() >= limits::IDEMPOTENCY_KEYS_MAX
            && let Some(oldest) = known.order.pop_front()
        {
            known.by_key.remove(&oldest);
        }
        known.order.push_back(asked.key);
        known.by_key.insert(asked.key, Told { body: asked.body, time: now, answer: None });
        Ok(None)
    }

    fn keep(&self, name: &Name, kept: Kept) {
        if let Some(asked) = self.known().by_key.get_mut(name) {
            asked.answer = Some(kept);
        }
    }

    fn let_go(&self) {
        let known = &mut *self.known();
        known.by_key.retain(|_, told| told.answer.is_none());
        known.order.retain(|name| known.by_key.contains_key(name));
    }

    fn forget(&self, name: &Name) {
        let mut known = self.known();
        known.by_key.remove(name);
        known.order.retain(|other| other != name);
    }
}

/// The key that a request came with, for its entry.
pub(super) fn asked(request: &HttpRequest) -> Option<Asked> {
    request.extensions().get::<Asked>().copied()
}

/// The first half of a SHA-256.
fn hash_of(bytes: &[u8]) -> [u8; 16] {
    Sha256::digest(bytes).first_chunk::<16>().copied().unwrap_or_default()
}

/// Forgets a key whose request came to nothing: it failed here, or its client went away.
struct UnderWay<'a> {
    keys: &'a KeysOfOne,
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
    // To whoever it is not there for, no more is told again than is told.
    let is_kept = |_: &&HeaderValue| request.method() == Method::POST && !is_closed(request.request());
    let key = request.headers().get(&KEY).filter(is_kept);
    let Some(key) = key.map(|key| key.to_str().map(str::to_owned)) else {
        return Ok(next.call(request).await?.map_into_boxed_body());
    };
    let fits = |key: &String| (1..=limits::IDEMPOTENCY_KEY_BYTES_MAX).contains(&key.len());
    let key = key.ok().filter(|key| fits(key) && key.bytes().all(|byte| byte.is_ascii_graphic()));
    let bad = "an Idempotency-Key is 1 to 255 visible ASCII characters";
    let key = key.ok_or_else(|| Problem::bad_request("bad-idempotency-key", bad))?;
    let shared = (request.app_data::<Data<Keys>>().cloned(), request.app_data::<Data<Rooms>>().cloned());
    let (Some(keys), Some(rooms)) = shared else { return Err(Problem::not_found("no keys are kept here").into()) };
    let keys = keys.of(request.path());
    // What was answered to one speaker is not told to another.
    let speaker = format!("{:?}", Admitted::of(request.request())?.roles());
    let (http, payload) = request.parts_mut();
    let read = Bytes::from_request(http, payload).await;
    let body = answer::body(read)?;
    let address = request.uri().to_string();
    let name = format!("{key} {address} {speaker}");
    let asked = Asked { key: hash_of(name.as_bytes()), body: hash_of(&body) };
    if let Some(kept) = keys.ask(asked, rooms.audiences.ours().time()).map_err(Problem::from)? {
        return Ok(request.into_response(kept.told()));
    }
    request.extensions_mut().insert(asked);
    let mut under_way = UnderWay { keys, name: asked.key, answered: false };
    request.set_payload(Payload::from(body));
    let answer = next.call(request).await?;
    let (request, answer) = answer.into_parts();
    let (head, body) = answer.into_parts();
    let body = to_bytes(body).await.map_err(|_| Problem::bad_request("bad-body", "the answer was lost"))?;
    let kept = Kept { status: head.status(), headers: worth_keeping(head.headers()), body: body.clone() };
    let is_secret = head.extensions().get::<ToldOnce>().is_some();
    if !head.status().is_server_error() && !is_secret {
        keys.keep(&under_way.name, kept);
        under_way.answered = true;
    }
    Ok(ServiceResponse::new(request, head.set_body(body).map_into_boxed_body()))
}

fn worth_keeping(headers: &HeaderMap) -> Vec<(HeaderName, String)> {
    let names = [CONTENT_TYPE, LOCATION, ETAG, CACHE_CONTROL, VARY];
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
