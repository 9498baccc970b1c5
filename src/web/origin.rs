//! Pages from elsewhere must not write: a browser on the operator's machine reaches loopback, too.
//!
//! Browsers say with `Sec-Fetch-Site` (W3C Fetch Metadata) where a request comes from; older ones with `Origin`.
//! Programs that are no browsers send neither and are not held up.

use actix_web::Error;
use actix_web::body::MessageBody;
use actix_web::dev::{ServiceRequest, ServiceResponse};
use actix_web::http::header::{HOST, HeaderMap, ORIGIN};
use actix_web::http::{Method, StatusCode};
use actix_web::middleware::Next;
use actix_web::web::Data;

use super::edge::Edge;
use super::problem::Problem;

/// Around every request: one that writes is refused if a page from elsewhere sent it.
pub(super) async fn own_pages_only(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let reads = [Method::GET, Method::HEAD, Method::OPTIONS].contains(request.method());
    if !reads && is_foreign(request.headers()) && !is_named(&request) {
        let detail = "a page from another site sent this; write from this server's own pages, or not from a browser";
        return Err(Problem::new(StatusCode::FORBIDDEN, "cross-site", detail).into());
    }
    next.call(request).await
}

/// Whether the page is of a site that the operator lets in.
fn is_named(request: &ServiceRequest) -> bool {
    let origin = request.headers().get(ORIGIN).and_then(|origin| origin.to_str().ok());
    let edge = request.app_data::<Data<Edge>>();
    origin.zip(edge).is_some_and(|(origin, edge)| edge.settings.origins.iter().any(|named| named == origin))
}

fn is_foreign(headers: &HeaderMap) -> bool {
    let text = |name: &str| headers.get(name).and_then(|value| value.to_str().ok());
    if let Some(site) = text("sec-fetch-site") {
        return !matches!(site, "same-origin" | "none");
    }
    let Some(origin) = text(ORIGIN.as_str()) else { return false };
    let authority = origin.split_once("://").map_or(origin, |(_, authority)| authority);
    Some(authority) != text(HOST.as_str())
}
