//! Answers compressed as the client likes it (gzip, zstd), but for event streams.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::StatusCode;
use actix_web::http::header::{CONTENT_ENCODING, CONTENT_TYPE, HeaderValue};
use actix_web::middleware::Next;

use super::problem::Problem;

/// Around the compression of answers: an answer that nothing was done to does not say so (RFC 9110, 8.4), and a client
/// that takes no coding on offer is told in the way of all problems.
pub(super) async fn told_well(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let mut answer = next.call(request).await?;
    let is_plain = answer.headers().get(CONTENT_TYPE).is_none_or(|kind| kind.as_bytes().starts_with(b"text/plain"));
    if answer.status() == StatusCode::NOT_ACCEPTABLE && is_plain {
        let detail = "answers are coded as identity, gzip or zstd; accept one of them in Accept-Encoding";
        return Err(Problem::new(StatusCode::NOT_ACCEPTABLE, "not-acceptable", detail).into());
    }
    let identity = HeaderValue::from_static("identity");
    if answer.headers().get(CONTENT_ENCODING) == Some(&identity) {
        answer.headers_mut().remove(CONTENT_ENCODING);
    }
    Ok(answer)
}
