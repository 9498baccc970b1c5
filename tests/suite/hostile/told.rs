//! What the operator is told: one line in the log where a request failed, counts, health. Never a secret.

use std::io::{BufRead, BufReader, Read};
use std::net::TcpListener;
use std::path::Path;
use std::process::{Child, Stdio};
use std::sync::{Arc, mpsc};
use std::thread::JoinHandle;

use serde_json::{Value, json};
use travaux::access::{Secret, TokenId};
use travaux::log::DiskLog;
use travaux::web::{Settings, while_starting};

use crate::cli::send_signal;
use crate::doubles::FailingLog;
use crate::http::C;
use crate::raw::{Raw, becomes};
use crate::served::{SERVE, agent, clean, sent};
use crate::server::{Answer, Server};

const SECRET: &str = "s3cret-of-the-delegation";

/// The program serving with all it can log, where it serves, and what it logs until it ends.
fn logging(dir: &Path, format: &str) -> (Child, String, JoinHandle<String>) {
    let mut command = clean(env!("CARGO_BIN_EXE_travaux"));
    command.args(SERVE).arg(dir).args(["--log", "trace", "--log-format", format]);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut errors = child.stderr.take().unwrap();
    let log = std::thread::spawn(move || {
        let mut log = String::new();
        errors.read_to_string(&mut log).unwrap();
        log
    });
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.strip_prefix("listening on ").unwrap().split(' ').next().unwrap().to_owned();
    (child, address, log)
}

#[test]
fn no_secret_comes_into_the_log_whatever_is_logged() {
    for format in ["text", "json"] {
        let dir = tempfile::tempdir().unwrap();
        let (mut child, address, log) = logging(dir.path(), format);
        let send = |method: &str, path: &str, body: &str| {
            let request = ureq::http::Request::builder().method(method).uri(format!("{address}{path}"));
            let request = request
                .header("authorization", format!("Bearer {SECRET}"))
                .header("cookie", format!("token={SECRET}"))
                .header("x-request-id", "desk-7")
                .header("idempotency-key", SECRET)
                .header("content-type", "application/json");
            sent(&agent(), request.body(body.to_owned()).unwrap()).unwrap()
        };
        let title = format!(r#"{{"id": "gcm", "title": "{SECRET}"}}"#);
        assert_eq!(send("POST", "/api/v1/compacts", &title).status, 201);
        let asked = [("GET", "/api/v1/compacts/gcm", ""), ("GET", "/nowhere", "")];
        let told = ["", "{", &title].map(|body| ("POST", "/api/v1/compacts", body));
        for (method, path, body) in asked.into_iter().chain(told) {
            let answer = send(method, &format!("{path}?token={SECRET}"), body);
            assert_eq!(answer.header("x-request-id"), "desk-7");
        }
        send_signal(child.id(), "TERM");
        assert!(child.wait().unwrap().success());
        let log = log.join().unwrap();
        assert!(!log.contains(SECRET), "{log}");
        let lines: Vec<&str> = log.lines().filter(|line| line.contains("desk-7")).collect();
        assert_eq!(lines.len(), 6, "one line a request: {log}");
        let refused = lines.iter().find(|line| line.contains("/nowhere")).unwrap();
        for told in ["404", "GET", "127.0.0.1", "millis"] {
            assert!(refused.contains(told), "{told} in {refused}");
        }
        if format == "json" {
            let line: Value = serde_json::from_str(refused).unwrap();
            assert_eq!(
                (&line["request_id"], &line["status"], &line["level"]),
                (&json!("desk-7"), &json!(404), &json!("DEBUG"))
            );
        }
    }
}

#[test]
fn a_request_that_failed_is_told_with_the_token_it_came_with_by_its_id_alone() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("record");
    let mut issue = clean(env!("CARGO_BIN_EXE_travaux"));
    issue.args(["token", "issue", "--for", "observer:gcm", "--data"]).arg(&data);
    let token = String::from_utf8(issue.output().unwrap().stdout).unwrap().trim().to_owned();
    let id = TokenId::of(Secret::read(&token).unwrap().sha256());
    let (mut child, address, log) = logging(&data, "json");
    for bearer in [token.as_str(), "trv_guessed"] {
        let request =
            ureq::http::Request::builder().method("GET").uri(format!("{address}/nowhere-but-{}", bearer.len()));
        let request = request.header("authorization", format!("Bearer {bearer}")).body(String::new()).unwrap();
        assert_eq!(sent(&agent(), request).unwrap().status, 404);
    }
    send_signal(child.id(), "TERM");
    assert!(child.wait().unwrap().success());
    let log = log.join().unwrap();
    assert!(!log.contains(&token) && !log.contains("trv_guessed"), "{log}");
    let who = |bearer: &str| {
        let path = format!("/nowhere-but-{}", bearer.len());
        let mut lines = log.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
        lines.find(|line| line["path"] == path).unwrap()["who"].clone()
    };
    assert_eq!((who(&token), who("trv_guessed")), (json!(format!("token {id}")), json!("127.0.0.1")));
}

#[test]
fn a_request_has_a_name_of_its_own_unless_it_brings_one_that_can_stand_in_a_log() {
    let server = Server::start();
    let name = |given: &str| {
        let answer = server.send("GET", "/nowhere", &[("x-request-id", given)], b"");
        answer.header("x-request-id").to_owned()
    };
    assert_eq!(name("desk-7_a.B"), "desk-7_a.B");
    for bad in ["two words", "a\"b", "<b>", "", "a=b"] {
        let fresh = name(bad);
        assert!(fresh.len() == 16 && fresh.bytes().all(|c| c.is_ascii_hexdigit()), "{fresh} for {bad}");
    }
    assert_ne!(name("?"), name("?"));
}

#[test]
fn what_is_counted_is_told_by_route_and_never_by_what_a_client_makes_up() {
    let dir = tempfile::tempdir().unwrap();
    let server = Server::on(Arc::new(DiskLog::open(dir.path()).unwrap()));
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    server.put(&format!("{C}/groups/eu"), &json!({"name": "European Union"})).expect(201);
    for n in 0..20 {
        server.get(&format!("/made-up/{n}"));
        let mut line = Raw::open(&server.address);
        line.say(&format!("MADEUP{n} /api/v1/compacts HTTP/1.1\r\nHost: x\r\n\r\n"));
        assert!(line.answer().0.starts_with("http/1.1 405"));
        server.get(&format!("/api/v1/compacts/made-up-{n}"));
    }
    let metrics = server.get("/metrics").text();
    for told in [
        "travaux_requests_total{method=\"PUT\",route=\"/api/v1/compacts/{c}/groups/{g}\",status=\"2xx\"}",
        "travaux_request_seconds_bucket{method=\"GET\"",
        "# TYPE travaux_flush_seconds histogram",
        "travaux_appends_total ",
        "travaux_head_position ",
        "travaux_compacts ",
        "travaux_writable ",
        "travaux_open_streams ",
        "travaux_build_info{version=\"",
        "process_resident_memory_bytes ",
        "# HELP travaux_appends_total ",
    ] {
        assert!(metrics.contains(told), "{told} in {metrics}");
    }
    assert!(!metrics.to_lowercase().contains("made-up") && !metrics.contains("MADEUP"), "{metrics}");
    for line in metrics.lines().filter(|line| !line.starts_with('#') && !line.is_empty()) {
        assert!(line.rsplit(' ').next().unwrap().parse::<f64>().is_ok(), "{line}");
    }
}

/// An answer of a server that is not behind [`Server`].
fn ask(address: &str, path: &str) -> Option<Answer> {
    sent(&agent(), ureq::http::Request::builder().uri(format!("{address}{path}")).body(String::new()).unwrap())
}

#[test]
fn a_server_that_still_reads_its_record_says_so_and_when_to_come_again() {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let address = format!("http://{}", listener.local_addr().unwrap());
    let (gate, opened) = mpsc::channel::<()>();
    let starting = std::thread::spawn(move || {
        actix_web::rt::System::new().block_on(async {
            let opening = tokio::task::spawn_blocking(move || opened.recv().is_err());
            while_starting(&listener, &Settings::default(), opening).await.unwrap().unwrap()
        })
    });
    becomes("it answers", || ask(&address, "/health/live").is_some_and(|answer| answer.status == 200));
    for path in ["/health/ready", "/api/v1/compacts", "/", "/metrics", "/nowhere"] {
        let answer = ask(&address, path).unwrap();
        answer.problem(503, "starting");
        assert_eq!((answer.header("retry-after"), answer.header("x-content-type-options")), ("1", "nosniff"));
    }
    drop(gate);
    assert!(starting.join().unwrap(), "what was waited for comes through");
}

#[test]
fn a_server_whose_storage_failed_is_live_and_not_ready() {
    let server = Server::on(Arc::new(FailingLog::after(1)));
    server.get("/health/ready").expect(200);
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    let failed = server.put(&format!("{C}/groups/eu"), &json!({"name": "EU"}));
    failed.problem(503, "storage-failed");
    assert!(!failed.text().contains("disk"), "the cause is for the operator alone: {}", failed.text());
    server.get("/health/live").expect(200);
    let not_ready = server.get("/health/ready");
    not_ready.problem(503, "storage-failed");
    assert_eq!(not_ready.header("retry-after"), "5");
    server.get(C).expect(200);
}
