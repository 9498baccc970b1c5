//! What a request shows of who sends it: read once, before anything is counted, told or answered.
//!
//! A credential comes as `Authorization: Bearer …` (RFC 6750) or, for reading, in the cookie of a browser that signed in:
//! what writes needs the header, so that no page elsewhere can have a browser write.

use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{AUTHORIZATION, HeaderValue};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, HttpMessage, HttpRequest};

use super::edge::SpeakerKey;
use super::room::Rooms;
use super::sign_in;
use crate::credentials::{Credentials, Pass, Unheard};

/// What was read of a request.
struct Shown(Result<Pass, Unheard>);

/// What the sender of a request was let in with. A signature is checked once for each request.
pub(super) fn pass(request: &HttpRequest, credentials: &Credentials) -> Result<Pass, Unheard> {
    if let Some(Shown(pass)) = request.extensions().get() {
        return pass.clone();
    }
    let pass = read(request, credentials);
    request.extensions_mut().insert(Shown(pass.clone()));
    pass
}

fn read(request: &HttpRequest, credentials: &Credentials) -> Result<Pass, Unheard> {
    let reads = [Method::GET, Method::HEAD].contains(request.method());
    match request.headers().get(AUTHORIZATION).map(bearer) {
        // Also where nobody is asked: the first token may have been issued just now.
        Some(Some(given)) => credentials.pass(Some(given)),
        _ if credentials.is_open() => credentials.pass(None),
        Some(None) => Err(Unheard::Invalid),
        // A cookie that does not count any more keeps nobody from what the public is shown.
        None if reads => credentials.pass(sign_in::cookie(request).as_deref()).map_err(|_| Unheard::Nobody),
        None => Err(Unheard::Nobody),
    }
}

/// The credential of an `Authorization` field.
fn bearer(given: &HeaderValue) -> Option<&str> {
    let (scheme, credential) = given.to_str().ok()?.split_once(' ')?;
    scheme.eq_ignore_ascii_case("bearer").then(|| credential.trim())
}

/// Around everything: says of a request who speaks, where that is known. One whose credential does not count, for whatever
/// reason, stays that of its address: so guessing is limited, too.
pub(super) async fn known(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let rooms = request.app_data::<Data<Rooms>>().cloned();
    let pass = rooms.and_then(|rooms| pass(request.request(), &rooms.credentials).ok());
    if let Some(key) = pass.and_then(|pass| pass.key()) {
        request.extensions_mut().insert(SpeakerKey(key));
    }
    next.call(request).await
}
