//! The record as integrations follow it: pages, lines, server-sent events, resumed without gap or duplicate.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::time::Duration;

use serde_json::{Value, json};

use crate::server::Server;

/// One open event stream, read line by line.
pub struct Follower {
    lines: BufReader<TcpStream>,
}

impl Follower {
    pub fn open(server: &Server, path: &str, last_event_id: Option<u64>) -> Self {
        let resume = last_event_id.map_or(String::new(), |id| format!("Last-Event-ID: {id}\r\n"));
        Self::open_with(&server.address, path, &resume)
    }

    /// With these header lines.
    pub fn open_with(address: &str, path: &str, lines: &str) -> Self {
        let address = address.strip_prefix("http://").unwrap();
        let mut socket = TcpStream::connect(address).unwrap();
        socket.set_read_timeout(Some(Duration::from_secs(20))).unwrap();
        let request = format!("GET {path} HTTP/1.0\r\nHost: x\r\nAccept: text/event-stream\r\n{lines}\r\n");
        socket.write_all(request.as_bytes()).unwrap();
        Self { lines: BufReader::new(socket) }
    }

    pub fn line(&mut self) -> Option<String> {
        let mut line = String::new();
        let read = self.lines.read_line(&mut line).unwrap();
        (read > 0).then(|| line.trim_end().to_owned())
    }

    /// The next event: its id, its type and its `CloudEvent`; `None` at the end of the stream.
    pub fn event(&mut self) -> Option<(u64, String, Value)> {
        let (mut id, mut kind) = (0, String::new());
        loop {
            let line = self.line()?;
            if let Some(given) = line.strip_prefix("id: ") {
                id = given.parse().unwrap();
            } else if let Some(given) = line.strip_prefix("event: ") {
                given.clone_into(&mut kind);
            } else if let Some(data) = line.strip_prefix("data: ") {
                return Some((id, kind, serde_json::from_str(data).unwrap()));
            }
        }
    }
}

impl Follower {
    /// All that still comes until the stream ends.
    pub fn rest(mut self) -> String {
        let mut rest = String::new();
        self.lines.read_to_string(&mut rest).unwrap();
        rest
    }
}

fn server_with(groups: usize) -> Server {
    let server = Server::start();
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    for index in 0..groups {
        register(&server, "gcm", index);
    }
    server
}

fn register(server: &Server, compact: &str, index: usize) {
    server
        .put(&format!("/api/v1/compacts/{compact}/groups/g{index}"), &json!({"name": format!("Group {index}")}))
        .expect(201);
}

#[test]
fn a_stream_catches_up_then_stays_live_and_resumes_where_it_was() {
    let server = server_with(3);
    let mut follower = Follower::open(&server, "/api/v1/compacts/gcm/events", None);
    for seq in 1..=4 {
        assert_eq!(follower.event().unwrap().0, seq, "catching up");
    }
    register(&server, "gcm", 3);
    let (id, kind, event) = follower.event().unwrap();
    assert_eq!((id, kind.as_str()), (5, "travaux.group-registered.v1"));
    assert_eq!(event["id"], "gcm/5");
    assert_eq!(event["data"], json!({"group": "g3", "name": "Group 3"}));
    drop(follower);
    register(&server, "gcm", 4);
    let mut resumed = Follower::open(&server, "/api/v1/compacts/gcm/events?after=1", Some(5));
    assert_eq!(resumed.event().unwrap().0, 6, "Last-Event-ID goes before the address");
}

#[test]
fn every_representation_shows_the_same_cloud_events() {
    let server = server_with(4);
    server.post("/api/v1/compacts", &json!({"id": "other", "title": "Another (fiction)"})).expect(201);
    let lines = server.get_as("/api/v1/events", "application/x-ndjson").text();
    let lines: Vec<Value> = lines.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let mut paged = Vec::new();
    let mut after = 0;
    loop {
        let page = server.get(&format!("/api/v1/events?after={after}&limit=2")).expect(200);
        assert_eq!(page["head"], 6);
        let events = page["events"].as_array().unwrap();
        if events.is_empty() {
            break;
        }
        paged.extend(events.iter().cloned());
        after = page["next"].as_u64().unwrap();
    }
    let mut stream = Follower::open(&server, "/api/v1/events", None);
    let streamed: Vec<Value> = (0..6).map(|_| stream.event().unwrap().2).collect();
    assert_eq!(lines, paged);
    assert_eq!(lines, streamed);
    for (index, event) in lines.iter().enumerate() {
        assert_eq!(event["position"], index + 1);
        assert_eq!(event["specversion"], "1.0");
        assert_eq!(event["datacontenttype"], "application/json");
        let sequence: u64 = event["sequence"].as_str().unwrap().parse().unwrap();
        let source = event["source"].as_str().unwrap();
        assert_eq!(event["id"], format!("{}/{sequence}", source.rsplit('/').next().unwrap()));
        let schema = server.get(event["dataschema"].as_str().unwrap());
        assert_eq!(schema.status, 200, "the schema of {} is served", event["type"]);
    }
}

#[test]
fn streams_end_when_the_server_stops() {
    let server = server_with(0);
    let mut follower = Follower::open(&server, "/api/v1/compacts/gcm/events", None);
    assert_eq!(follower.event().unwrap().0, 1);
    drop(server);
    assert!(follower.event().is_none(), "the stream is closed, not cut off in the middle of an event");
}

#[test]
fn a_cursor_that_is_none_is_refused() {
    let server = server_with(0);
    server.get("/api/v1/events?after=yesterday").problem(400, "bad-query");
    let headers = [("accept", "text/event-stream"), ("last-event-id", "gcm/4")];
    server.send("GET", "/api/v1/events", &headers, b"").problem(400, "bad-cursor");
    server.get("/api/v1/compacts/nowhere/events").problem(404, "unknown-compact");
}
