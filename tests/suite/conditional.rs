//! Entity tags, conditions, `HEAD` and codings: alike at every address.

use serde_json::{Value, json};

use crate::every_operation::{carry_out, opening, rehearsed, uris};
use crate::http::{C, opened, reword};
use crate::server::Server;

fn negotiated() -> Server {
    let server = rehearsed();
    for step in opening() {
        carry_out(&server, &step);
    }
    server
}

#[test]
fn whatever_has_a_tag_is_not_sent_to_whoever_has_it() {
    let server = negotiated();
    let mut tagged = 0;
    for uri in uris() {
        let answer = server.get(&uri);
        assert_eq!(answer.status, 200, "{uri}");
        let tag = answer.header("etag").to_owned();
        if tag.is_empty() {
            continue;
        }
        tagged += 1;
        for known in [tag.clone(), format!("W/{tag}"), format!("\"other\", {tag}"), "*".to_owned()] {
            let same = server.send("GET", &uri, &[("if-none-match", &known)], b"");
            assert_eq!((same.status, same.body.len(), same.header("etag")), (304, 0, &*tag), "{uri} {known}");
            assert_eq!(same.header("vary"), answer.header("vary"), "{uri}");
        }
        for other in ["\"other\"", "other", ""] {
            assert_eq!(server.send("GET", &uri, &[("if-none-match", other)], b"").status, 200, "{uri} {other}");
        }
    }
    assert!(tagged > 35, "{tagged} are not all that is read");
}

#[test]
fn a_head_is_what_a_get_would_be_without_the_body() {
    let server = negotiated();
    for uri in uris() {
        let (get, head) = (server.get(&uri), server.send("HEAD", &uri, &[], b""));
        assert_eq!((head.status, head.body.len()), (get.status, 0), "{uri}");
        for name in ["content-type", "etag", "cache-control", "vary", "content-length", "content-security-policy"] {
            // Measures go on, so their length may.
            assert!(uri == "/metrics" || head.header(name) == get.header(name), "{uri} {name}");
        }
    }
}

#[test]
fn any_write_can_be_made_on_condition_that_nobody_was_first() {
    let server = opened();
    let json_type = ("content-type", "application/json");
    let body = reword("States shall ensure safe pathways.").to_string();
    let tabled =
        |tags: &str| server.send("POST", &format!("{C}/proposals"), &[json_type, ("if-match", tags)], body.as_bytes());
    for stale in ["\"4\"", "W/\"5\"", "5", "", "\"3\", \"4\"", "\"99999999999999999999\""] {
        tabled(stale).problem(412, "stale");
    }
    tabled("*").expect(201);
    tabled("\"2\", \"6\"").expect(201);
    let delegation = json!({"name": "Norland"}).to_string();
    for (method, path, body) in [
        ("PUT", format!("{C}/delegations/norland"), delegation.as_str()),
        ("PUT", format!("{C}/proposals/p6/sponsors/eu"), ""),
        ("DELETE", format!("{C}/proposals/p6/sponsors/eu"), ""),
        ("POST", "/api/v1/compacts".to_owned(), r#"{"id": "other", "title": "Other"}"#),
    ] {
        let send = |tag: &str| server.send(method, &path, &[json_type, ("if-match", tag)], body.as_bytes());
        send("\"1\"").problem(412, "stale");
        let seq = server.get(if path == "/api/v1/compacts" { &path } else { C }).header("etag").to_owned();
        assert!([200, 201].contains(&send(&seq).status), "{method} {path}");
    }
}

#[test]
fn what_cannot_change_says_so_and_what_a_correction_changes_does_not() {
    let server = negotiated();
    let c = "/api/v1/compacts/harbours";
    for (path, lasts) in [
        ("drafts/zero-draft", true),
        ("texts/zero-draft", true),
        ("texts/5", true),
        ("statements/s7/attachment", true),
        ("texts/working", false),
        ("texts/zero-draft?credits=true", false),
        ("texts/zero-draft?assume=p9", false),
        ("redlines/zero-draft..rev-1", false),
        ("compilations/zero-draft", false),
        ("proposals/p9", false),
    ] {
        let cache = server.get(&format!("{c}/{path}")).header("cache-control").to_owned();
        assert_eq!(cache.contains("immutable"), lasts, "{path}: {cache}");
        assert!(lasts || cache == "no-cache", "{path}: {cache}");
    }
    for path in ["/openapi.json", "/asyncapi.json", "/docs", "/style.css", "/schemas/round-scheduled.v1.json"] {
        assert_eq!(server.get(path).header("cache-control"), "no-cache", "another version has another");
    }
}

#[test]
fn answers_are_compressed_as_the_client_likes_it_and_streams_are_not() {
    let server = negotiated();
    let uri = "/api/v1/compacts/harbours/redlines/zero-draft..rev-1";
    let plain = server.get(uri);
    assert_eq!((plain.header("content-encoding"), plain.header("vary")), ("", "Accept, Accept-Encoding"));
    for (coding, begins) in [("gzip", &b"\x1f\x8b"[..]), ("zstd", &b"\x28\xb5\x2f\xfd"[..])] {
        let coded = server.send("GET", uri, &[("accept-encoding", coding)], b"");
        assert_eq!((coded.header("content-encoding"), coded.header("etag")), (coding, plain.header("etag")));
        assert!(coded.body.starts_with(begins) && coded.body.len() < plain.body.len(), "{coding}");
        if coding == "zstd" {
            assert_eq!(zstd::decode_all(&*coded.body).unwrap(), plain.body);
        }
    }
    let refused = server.send("GET", uri, &[("accept-encoding", "identity;q=0, br;q=0")], b"");
    refused.problem(406, "not-acceptable");
    let stream = [("accept", "text/event-stream"), ("accept-encoding", "gzip")];
    let head = server.send("HEAD", "/api/v1/events", &stream, b"");
    assert_eq!((head.header("content-encoding"), head.header("content-type")), ("", "text/event-stream"));
    let lines: Vec<Value> = server
        .get_as("/api/v1/events", "application/x-ndjson")
        .text()
        .lines()
        .map(|l| serde_json::from_str(l).unwrap())
        .collect();
    assert_eq!(lines.len(), 28);
}
