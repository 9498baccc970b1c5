//! What answers carry for browsers, and who of other sites may ask.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::json;
use sha2::{Digest, Sha256};
use travaux::web::{Settings, document};

use super::strict;
use crate::http::{C, opened, reword};
use crate::server::{Answer, Server};

/// What every answer carries.
const ALWAYS: [(&str, &str); 5] = [
    ("x-content-type-options", "nosniff"),
    ("referrer-policy", "no-referrer"),
    ("cross-origin-resource-policy", "same-origin"),
    ("cross-origin-opener-policy", "same-origin"),
    ("permissions-policy", "camera=(), display-capture=(), geolocation=(), microphone=(), payment=(), usb=()"),
];

/// The policy of pages, but for the hash of the style inside those that are to be saved.
const POLICY: [&str; 2] = [
    "default-src 'none'; style-src 'self' 'sha256-",
    "='; base-uri 'none'; form-action 'self'; frame-ancestors 'none'",
];

fn is_policy_of_pages(policy: &str) -> bool {
    policy.starts_with(POLICY[0]) && policy.ends_with(POLICY[1]) && policy.len() == POLICY.concat().len() + 43
}

#[track_caller]
fn is_protected(what: &str, answer: &Answer) {
    for (name, value) in ALWAYS {
        assert_eq!(answer.header(name), value, "{name} of {what}");
    }
    let policy = answer.header("content-security-policy");
    assert!(is_policy_of_pages(policy) || policy == "default-src 'none'; sandbox", "{policy} of {what}");
    assert!(["no-store", "no-cache", "public, max-age=31536000, immutable"].contains(&answer.header("cache-control")));
    assert_eq!(answer.header("access-control-allow-origin"), "", "{what}");
    assert!(!answer.header("x-request-id").is_empty(), "{what}");
}

/// A compact of which every address has something to show.
pub(super) fn furnished() -> Server {
    let server = opened();
    server.post(&format!("{C}/proposals"), &reword("States shall ensure safe pathways.")).expect(201);
    server.post(&format!("{C}/packages"), &json!({"proposals": ["p6"], "title": "One"})).problem(422, "bad-command");
    let round = json!({"name": "First round", "starts": "2018-02-20", "ends": "2018-02-23"});
    server.put(&format!("{C}/rounds/first"), &round).expect(201);
    server.post(&format!("{C}/statements"), &super::slow::with_a_file(30)).expect(201);
    server
}

/// An address of the description with names of what is there.
fn filled(path: &str) -> String {
    let names = [
        ("{c}", "gcm"),
        ("{g}", "eu"),
        ("{d}", "zero-draft"),
        ("{at}", "working"),
        ("{range}", "1..working"),
        ("{p}", "p6"),
        ("{id}", "4.3"),
        ("{r}", "first"),
        ("{k}", "k7"),
        ("{s}", "s8"),
        ("{n}", "r9"),
        ("{name}", "compact-opened.v1.json"),
    ];
    names.iter().fold(path.to_owned(), |path, (name, value)| path.replace(name, value))
}

#[test]
fn every_answer_of_every_address_protects_whoever_shows_it() {
    let server = furnished();
    let description = document();
    let paths = description["paths"].as_object().unwrap();
    assert!(paths.len() > 40, "these are not all addresses");
    let mut shown = 0;
    for (path, methods) in paths {
        let path = filled(path);
        for method in ["GET", "HEAD", "POST", "PUT", "DELETE", "PATCH", "OPTIONS"] {
            let accept = if path.ends_with("/events") { "application/json" } else { "*/*" };
            let headers = [("accept", accept), ("content-type", "application/json")];
            let answer = server.send(method, &path, &headers, b"{\"no\": 1}");
            is_protected(&format!("{method} {path}"), &answer);
            shown += usize::from(answer.status == 200 && methods.get("get").is_some());
        }
    }
    assert!(shown > 30, "most addresses showed nothing: {shown}");
    let pages = ["", "/texts/working", "/redlines/1..working", "/compilations/working", "/dispositions", "/room"];
    let pages = pages.map(|page| format!("/compacts/gcm{page}"));
    let others = ["/", "/style.css", "/compacts/gcm/silent-changes", "/compacts/gcm/provisions/4.3/provenance"];
    for page in pages.iter().map(String::as_str).chain(others) {
        let answer = server.get_as(page, "text/html");
        assert_eq!(answer.status, 200, "{page}");
        is_protected(page, &answer);
        assert!(is_policy_of_pages(answer.header("content-security-policy")), "{page}");
    }
    for nowhere in ["/nowhere", "/api/v1/nowhere", "/compacts/nowhere", "/../etc/passwd", "/%00"] {
        is_protected(nowhere, &server.get_as(nowhere, "text/html"));
    }
    let crossing = [("sec-fetch-site", "cross-site"), ("content-type", "application/json")];
    is_protected("a refusal", &server.send("POST", "/api/v1/compacts", &crossing, b"{}"));
    let long = format!("/api/v1/events?after={}", "1".repeat(20_000));
    is_protected("a query that is too long", &server.get(&long));
}

#[test]
fn a_page_to_be_saved_has_its_style_inside_and_the_policy_lets_in_that_and_no_other() {
    let page = furnished().get_as(&format!("{C}/texts/working"), "text/html");
    let inside = page.text();
    let inside = inside.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0.to_owned();
    let hash = STANDARD.encode(Sha256::digest(inside));
    assert!(page.header("content-security-policy").contains(&format!("'sha256-{hash}'")));
    assert!(!page.header("content-security-policy").contains("unsafe-inline"));
}

#[test]
fn a_file_is_saved_and_never_shown() {
    let file = furnished().get(&format!("{C}/statements/s8/attachment"));
    assert_eq!(file.status, 200);
    assert!(file.header("content-disposition").starts_with("attachment;"));
    assert_eq!(file.header("content-security-policy"), "default-src 'none'; sandbox");
    is_protected("a file", &file);
}

#[test]
fn other_sites_may_ask_only_where_they_are_named() {
    let named = "https://desk.example.org";
    let server = strict(Settings { origins: vec![named.into()], ..Settings::default() });
    let ask = |server: &Server, method: &str, origin: &str, more: &[(&str, &str)], body: &[u8]| {
        let mut headers = vec![("origin", origin), ("sec-fetch-site", "cross-site")];
        headers.extend(more);
        server.send(method, "/api/v1/compacts", &headers, body)
    };
    let read = ask(&server, "GET", named, &[], b"");
    assert_eq!((read.status, read.header("access-control-allow-origin")), (200, named));
    assert_eq!(read.header("access-control-allow-credentials"), "");
    assert!(read.header("vary").to_ascii_lowercase().contains("origin"));
    let asking = [("access-control-request-method", "POST"), ("access-control-request-headers", "content-type")];
    let leave = ask(&server, "OPTIONS", named, &asking, b"");
    assert_eq!((leave.status, leave.header("access-control-allow-origin")), (200, named));
    let json = [("content-type", "application/json")];
    let body = br#"{"id": "gcm", "title": "A compact (fiction)"}"#;
    ask(&server, "POST", named, &json, body).expect(201);
    for other in ["https://example.org", "https://desk.example.org.evil.example", "http://desk.example.org", "null"] {
        let read = ask(&server, "GET", other, &[], b"");
        assert_eq!(read.header("access-control-allow-origin"), "", "{other}");
        assert_ne!(ask(&server, "OPTIONS", other, &asking, b"").header("access-control-allow-origin"), other);
        ask(&server, "POST", other, &json, body).problem(403, "cross-site");
    }
    let closed = opened();
    let read = ask(&closed, "GET", named, &[], b"");
    assert_eq!((read.status, read.header("access-control-allow-origin")), (200, ""));
    assert_eq!(ask(&closed, "OPTIONS", named, &asking, b"").status, 405);
}
