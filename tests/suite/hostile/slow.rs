//! Slow senders and slow readers cost nothing to others, and are cut off.

use std::io::Read;
use std::net::TcpStream;
use std::time::Duration;

use serde_json::json;
use travaux::web::{Patience, Settings};

use super::strict;
use crate::raw::{Raw, becomes};
use crate::served::Served;
use crate::server::Server;
use crate::streams::Follower;

const GET: &str = "GET /health/live HTTP/1.1\r\nHost: x\r\n\r\n";

/// The server's clock ticks twice a second: less than this is no time for a head.
const SHORT: Duration = Duration::from_secs(1);

/// Minutes made short; whatever is not tried is patient.
fn hurried(change: impl FnOnce(&mut Patience)) -> Server {
    let mut settings = Settings::default();
    change(&mut settings.patience);
    strict(settings)
}

#[test]
fn a_head_that_does_not_come_to_an_end_is_cut_off_with_408() {
    let server = hurried(|patience| patience.head = SHORT);
    for start in ["", "G", "GET / HTTP/1.1\r\n", "GET / HTTP/1.1\r\nHost: x\r\nX-Long: "] {
        let mut silent = Raw::open(&server.address);
        silent.say(start);
        let told = silent.until_closed();
        assert!(told.is_empty() || told.starts_with("HTTP/1.1 408"), "{told}");
    }
    let mut trickling = Raw::open(&server.address);
    trickling.say("GET / HTTP/1.1\r\nX-Slow: ");
    let told = trickling.trickle("x");
    assert!(told.is_empty() || told.starts_with("HTTP/1.1 408"), "{told}");
    let mut whole = Raw::open(&server.address);
    whole.say(GET);
    assert!(whole.answer().0.starts_with("http/1.1 200"));
}

#[test]
fn a_second_head_that_does_not_come_to_an_end_is_cut_off_too() {
    let server = hurried(|patience| (patience.head, patience.keep_alive) = (SHORT, SHORT));
    for byte in ["x", ""] {
        let mut line = Raw::open(&server.address);
        line.say(GET);
        assert!(line.answer().0.starts_with("http/1.1 200"));
        line.say("GET / HTTP/1.1\r\nX-Slow: ");
        assert_eq!(line.trickle(byte), "");
    }
}

#[test]
fn a_connection_that_nobody_uses_is_closed() {
    let server = hurried(|patience| patience.keep_alive = SHORT);
    let mut line = Raw::open(&server.address);
    line.say(GET);
    line.answer();
    assert_eq!(line.until_closed(), "");
}

#[test]
fn a_body_that_does_not_come_in_time_is_a_408_that_says_so() {
    let server = hurried(|patience| {
        (patience.body, patience.head, patience.keep_alive) = (SHORT, SHORT, SHORT);
    });
    let head = "POST /api/v1/compacts HTTP/1.1\r\nHost: x\r\nContent-Type: application/json\r\n";
    let body = r#"{"id": "gcm", "title": "A compact (fiction)"}"#;
    let sized = format!("{head}Content-Length: {}\r\n\r\n", body.len());
    let mut silent = Raw::open(&server.address);
    silent.say(&sized);
    silent.say(&body[..20]);
    let (told, problem) = silent.answer();
    assert!(told.starts_with("http/1.1 408") && problem.contains("/problems/too-slow"), "{told}{problem}");
    silent.until_closed();
    let mut trickling = Raw::open(&server.address);
    trickling.say(&format!("{head}Transfer-Encoding: chunked\r\n\r\n"));
    let told = trickling.trickle("1\r\n \r\n");
    assert!(told.starts_with("HTTP/1.1 408"), "{told}");
    let mut fast = Raw::open(&server.address);
    fast.say(&sized);
    fast.say(body);
    assert!(fast.answer().0.starts_with("http/1.1 201"), "what came too slowly was not recorded");
}

/// Asks for all events and never reads.
fn stuck(address: &str, accept: &str) -> TcpStream {
    let mut line = Raw::open(address);
    line.say(&format!("GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAccept: {accept}\r\n\r\n"));
    line.0
}

/// The status with which one more stream is answered; it is let go at once.
fn asked(server: &Server) -> String {
    let mut line = Raw(stuck(&server.address, "text/event-stream"));
    let mut start = [0; 12];
    line.0.read_exact(&mut start).unwrap();
    String::from_utf8(start[9..].to_vec()).unwrap()
}

pub(super) fn with_a_file(size: usize) -> serde_json::Value {
    json!({
        "by": {"name": "Union of Crews", "kind": "trade_union"}, "made_on": "2018-07-09", "title": "On rest",
        "attachment": {"name": "rest.pdf", "media_type": "application/pdf", "base64": "QUJD".repeat(size / 3)},
    })
}

#[test]
fn readers_who_take_nothing_hold_nobody_up_and_are_cut_off() {
    const STUCK: usize = 40;
    let patience = Patience { stall: SHORT, ..Patience::default() };
    let server = strict(Settings { streams: STUCK + 1, patience, ..Settings::default() });
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    let lines: Vec<TcpStream> = (0..STUCK).map(|_| stuck(&server.address, "text/event-stream")).collect();
    let mut follower = Follower::open(&server, "/api/v1/events", None);
    let following = std::thread::spawn(move || (1..=25).map(|_| follower.event().map(|event| event.0)).collect());
    becomes("all places are taken", || asked(&server) == "503");
    // More than all the buffers between here and there hold.
    for _ in 0..24 {
        server.post("/api/v1/compacts/gcm/statements", &with_a_file(500_000)).expect(201);
    }
    let seen: Vec<Option<u64>> = following.join().unwrap();
    assert_eq!(seen, (1..=25).map(Some).collect::<Vec<_>>(), "who reads is told everything");
    becomes("the places of those who read nothing are free again", || asked(&server) == "200");
    drop(lines);
}

/// The memory that a process holds, in KiB.
fn resident(id: u32) -> usize {
    let status = std::fs::read_to_string(format!("/proc/{id}/status")).unwrap();
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:")).unwrap();
    line.trim().strip_suffix("kB").unwrap().trim().parse().unwrap()
}

#[test]
fn readers_who_take_nothing_hold_little_memory() {
    const STUCK: usize = 60;
    let dir = tempfile::tempdir().unwrap();
    let served = Served::start(dir.path());
    assert_eq!(served.send("POST", "/api/v1/compacts", r#"{"id": "gcm", "title": "A (fiction)"}"#).status, 201);
    let file = with_a_file(500_000).to_string();
    for _ in 0..24 {
        assert_eq!(served.send("POST", "/api/v1/compacts/gcm/statements", &file).status, 201);
    }
    let before = resident(served.id());
    let forms = ["text/event-stream", "application/x-ndjson"];
    let lines: Vec<TcpStream> = (0..STUCK).map(|n| stuck(&served.address, forms[n % 2])).collect();
    for line in &lines {
        // The answer has begun, so the server has put down for this reader what it is going to.
        let mut first = [0; 1];
        assert_eq!(line.peek(&mut first).unwrap(), 1);
    }
    for _ in 0..8 {
        assert_eq!(served.send("POST", "/api/v1/compacts/gcm/statements", &file).status, 201);
    }
    let more = resident(served.id()).saturating_sub(before) / 1024;
    // Each is owed 20 MB.
    assert!(more < STUCK * 5, "{STUCK} readers who take nothing hold {more} MiB");
    served.stop();
}
