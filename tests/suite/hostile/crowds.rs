//! Those who come too often, or many at once.

use std::io::Read;
use std::thread::available_parallelism;
use std::time::Duration;

use serde_json::json;
use tokio::time::Instant;
use travaux::web::Settings;

use super::strict;
use crate::raw::{Raw, becomes};
use crate::server::Server;
use crate::streams::Follower;

const ASKED: &str = "GET /api/v1/compacts HTTP/1.1\r\nHost: x\r\n\r\n";

/// How many requests are answered at a stroke, and the last answer.
fn granted(server: &Server, from: &str, tries: usize) -> usize {
    let ask = || server.send("GET", "/api/v1/compacts", &[("x-forwarded-for", from)], b"");
    (0..tries).filter(|_| ask().status == 200).count()
}

#[test]
fn who_asks_too_often_is_told_when_to_ask_again_and_nobody_else_is() {
    let proxies = vec!["127.0.0.1".parse().unwrap()];
    let server = strict(Settings { rate: 1, burst: 20, proxies, ..Settings::default() });
    let began = Instant::now();
    let granted_here = granted(&server, "192.0.2.1", 200);
    let filled = usize::try_from(began.elapsed().as_secs()).unwrap() + 1;
    assert!((20..=20 + filled).contains(&granted_here), "{granted_here}");
    let from = [("x-forwarded-for", "192.0.2.1")];
    let mut refused = server.send("GET", "/api/v1/compacts", &from, b"");
    while refused.status == 200 {
        refused = server.send("GET", "/api/v1/compacts", &from, b"");
    }
    refused.problem(429, "too-many-requests");
    assert_eq!(refused.header("retry-after"), "1");
    assert_eq!(granted(&server, "192.0.2.2", 20), 20, "another address has its own");
    for _ in 0..50 {
        assert_eq!(server.send("GET", "/health/live", &from, b"").status, 200, "health is always told");
    }
    becomes("it may ask again", || server.send("GET", "/api/v1/compacts", &from, b"").status == 200);
}

#[test]
fn nobody_on_loopback_is_counted_unless_the_operator_says_so() {
    let server = Server::strict(
        std::sync::Arc::new(travaux::log::MemoryLog::new()),
        Settings { rate: 1, burst: 1, streams_each: 1, ..Settings::default() },
    );
    for _ in 0..20 {
        server.get("/api/v1/compacts").expect(200);
    }
}

#[test]
fn one_client_has_so_many_streams_and_all_together_have_so_many() {
    let proxies = vec!["127.0.0.1".parse().unwrap()];
    let server = strict(Settings { streams: 5, streams_each: 3, proxies, ..Settings::default() });
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    let open = |from: &str| {
        let mut line = Raw::open(&server.address);
        line.say(&format!(
            "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream\r\nX-Forwarded-For: {from}\r\n\r\n"
        ));
        let mut start = [0; 12];
        line.0.read_exact(&mut start).unwrap();
        (String::from_utf8(start[9..].to_vec()).unwrap(), line)
    };
    let first: Vec<_> = (0..3).map(|_| open("192.0.2.1")).collect();
    assert!(first.iter().all(|(status, _)| status == "200"));
    for _ in 0..6 {
        assert_eq!(open("192.0.2.1").0, "429");
    }
    let headers = [("accept", "text/event-stream"), ("x-forwarded-for", "192.0.2.1")];
    let refused = server.send("GET", "/api/v1/events", &headers, b"");
    assert_eq!(refused.problem(429, "too-many-streams")["most"], 3);
    assert_eq!(refused.header("retry-after"), "5");
    let second: Vec<_> = (0..2).map(|_| open("192.0.2.2")).collect();
    assert!(second.iter().all(|(status, _)| status == "200"));
    for _ in 0..6 {
        assert_eq!(open("192.0.2.3").0, "503");
    }
    drop(first);
    // A place is free when the server notices that its client went; what is sent to it tells.
    let mut n = 0;
    becomes("a place is free again", || {
        n += 1;
        server.put(&format!("/api/v1/compacts/gcm/groups/g{n}"), &json!({"name": "A group"}));
        open("192.0.2.3").0 == "200"
    });
}

#[test]
fn connections_beyond_the_limit_wait_until_one_is_free() {
    let most = available_parallelism().unwrap().get();
    let server = strict(Settings { connections: most, ..Settings::default() });
    let mut open: Vec<Raw> = (0..most).map(|_| Raw::open(&server.address)).collect();
    for line in &mut open {
        line.say(ASKED);
        assert!(line.answer().0.starts_with("http/1.1 200"));
    }
    let mut waiting: Vec<Raw> = (0..most * 3).map(|_| Raw::open(&server.address)).collect();
    for line in &mut waiting {
        line.say("GET /api/v1/compacts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
    }
    let first = &mut waiting[0].0;
    first.set_read_timeout(Some(Duration::from_millis(300))).unwrap();
    assert!(first.peek(&mut [0]).is_err(), "it waits");
    first.set_read_timeout(Some(crate::raw::PATIENCE)).unwrap();
    drop(open);
    for mut line in waiting {
        assert!(line.until_closed().starts_with("HTTP/1.1 200"), "its turn comes");
    }
}

#[test]
fn connections_of_one_address_beyond_its_limit_are_closed() {
    let server = strict(Settings { connections_each: 4, ..Settings::default() });
    let mut open: Vec<Raw> = (0..4).map(|_| Raw::open(&server.address)).collect();
    for line in &mut open {
        line.say(ASKED);
        assert!(line.answer().0.starts_with("http/1.1 200"));
    }
    for _ in 0..12 {
        let mut more = Raw::open(&server.address);
        more.say(ASKED);
        assert_eq!(more.until_closed(), "");
    }
    for line in &mut open {
        line.say(ASKED);
        assert!(line.answer().0.starts_with("http/1.1 200"), "those that are open stay open");
    }
    drop(open);
    becomes("there is room again", || {
        let mut line = Raw::open(&server.address);
        line.say("GET /api/v1/compacts HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n");
        line.until_closed().starts_with("HTTP/1.1 200")
    });
}

#[test]
fn a_server_that_stops_finishes_what_was_asked_and_asks_those_who_follow_to_come_back() {
    let (log, gate) = crate::doubles::SlowLog::new();
    let server = Server::on(std::sync::Arc::new(log));
    gate.send(()).unwrap();
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    let mut follower = Follower::open(&server, "/api/v1/events", None);
    assert_eq!(follower.event().unwrap().0, 1);
    let mut writer = Raw::open(&server.address);
    let body = super::slow::with_a_file(30).to_string();
    let head = "POST /api/v1/compacts/gcm/statements HTTP/1.1\r\nHost: x\r\nContent-Type: application/json";
    writer.say(&format!("{head}\r\nContent-Length: {}\r\n\r\n{body}", body.len()));
    becomes("the entry is decided and waits for the disk", || {
        // Heard only behind that entry, and then refused.
        let headers = [("content-type", "application/json"), ("if-match", "\"2\"")];
        let asked = br#"{"sponsors": ["nobody"], "edits": [{"strike": "1.1"}]}"#;
        server.send("POST", "/api/v1/compacts/gcm/proposals", &headers, asked).status == 422
    });
    let stopping = std::thread::spawn(move || drop(server));
    let last = follower.rest();
    assert!(last.contains("retry: 2000\n\n"), "{last:?}");
    drop(gate);
    assert!(writer.answer().0.starts_with("http/1.1 201"), "what was asked before is answered");
    stopping.join().unwrap();
}
