//! What every answer carries for the browsers that may show it.

use std::sync::LazyLock;

use actix_web::http::header::{
    CACHE_CONTROL, CONTENT_SECURITY_POLICY, CROSS_ORIGIN_OPENER_POLICY, CROSS_ORIGIN_RESOURCE_POLICY, HeaderMap,
    HeaderName, HeaderValue, PERMISSIONS_POLICY, REFERRER_POLICY, X_CONTENT_TYPE_OPTIONS,
};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest, Sha256};

use crate::formats::html::style;

/// What is put on every answer that does not say otherwise.
const ALWAYS: [(HeaderName, &str); 6] = [
    (X_CONTENT_TYPE_OPTIONS, "nosniff"),
    (REFERRER_POLICY, "no-referrer"),
    (CROSS_ORIGIN_RESOURCE_POLICY, "same-origin"),
    (CROSS_ORIGIN_OPENER_POLICY, "same-origin"),
    (PERMISSIONS_POLICY, "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
    // What may be kept says for how long.
    (CACHE_CONTROL, "no-store"),
];

/// Puts on an answer what it does not say otherwise.
pub(super) fn protect(headers: &mut HeaderMap) {
    let always = ALWAYS.map(|(name, value)| (name, HeaderValue::from_static(value)));
    for (name, value) in always.into_iter().chain([(CONTENT_SECURITY_POLICY, policy())]) {
        if !headers.contains_key(&name) {
            headers.insert(name, value);
        }
    }
}

/// Pages need their style sheet and nothing else, those to be saved the style inside them, told by its hash (CSP3, 2.3.1):
/// no script, no frame, nothing from elsewhere. What is to be saved and not shown has a policy of its own.
fn policy() -> HeaderValue {
    static POLICY: LazyLock<HeaderValue> = LazyLock::new(|| {
        let inside = STANDARD.encode(Sha256::digest(style()));
        let told = format!(
            "default-src 'none'; style-src 'self' 'sha256-{inside}'; base-uri 'none'; form-action 'self'; \
             frame-ancestors 'none'"
        );
        HeaderValue::try_from(told).unwrap_or(HeaderValue::from_static("default-src 'none'"))
    });
    POLICY.clone()
}
