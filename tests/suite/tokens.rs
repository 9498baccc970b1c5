//! Who is let in, and what is there for them: over HTTP, in a browser, from the command line.

mod browsers;
mod kept;
mod others;

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;
use travaux::access::{Secret, TokenId, Tokens};
use travaux::credentials::{Credentials, TokenFile};
use travaux::log::MemoryLog;

use crate::http::C;
use crate::server::{Answer, Server};
use crate::streams::Follower;

/// A server that asks for tokens, with two compacts; the one called `gcm` has groups, a text, a draft and a proposal.
struct Guarded {
    server: Server,
    credentials: Arc<Credentials>,
    secretariat: String,
    _home: TempDir,
}

impl Guarded {
    fn start() -> Self {
        let home = TempDir::new().unwrap();
        let credentials = Arc::new(Credentials::open(TokenFile::new(home.path().join("record.tokens"))).unwrap());
        let (secret, _) = credentials.issue(&"secretariat".parse().unwrap(), "", None).unwrap();
        let secretariat = secret.reveal().to_owned();
        let server = Server::guarded(Arc::new(MemoryLog::new()), credentials.clone());
        let room = Self { server, credentials, secretariat, _home: home };
        let s = &room.secretariat;
        for id in ["gcm", "harbours"] {
            room.say(s, "POST", "/api/v1/compacts", &json!({"id": id, "title": "A compact (fiction)"})).expect(201);
        }
        room.say(s, "PUT", &format!("{C}/groups/eu"), &json!({"name": "EU"})).expect(201);
        room.say(s, "PUT", &format!("{C}/delegations/kenya"), &json!({"name": "Kenya"})).expect(201);
        room.say(s, "POST", &format!("{C}/revisions"), &json!({"text": "1. States will act."})).expect(201);
        room.say(s, "POST", &format!("{C}/drafts"), &json!({"label": "Zero Draft"})).expect(201);
        room
    }

    /// A token for somebody.
    fn token(&self, speaking: &str) -> String {
        let (secret, _) = self.credentials.issue(&speaking.parse().unwrap(), "a test", None).unwrap();
        secret.reveal().to_owned()
    }

    fn say(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.server.send(method, path, &headers, body.as_bytes())
    }

    fn get(&self, token: &str, path: &str) -> Answer {
        self.say(token, "GET", path, &Value::Null)
    }
}

fn reword() -> Value {
    json!({"sponsors": ["kenya"], "edits": [{"reword": "4.1", "text": "States shall act."}]})
}

#[test]
fn who_does_not_say_who_they_are_is_told_how_and_sees_nothing() {
    let room = Guarded::start();
    let closed = [
        ("GET", C.to_owned()),
        ("GET", format!("{C}/events")),
        ("GET", "/api/v1/events".to_owned()),
        ("GET", "/api/v1/tokens".to_owned()),
        ("GET", format!("{C}/caucuses/eu/proposals")),
        ("GET", "/metrics".to_owned()),
        ("POST", "/api/v1/compacts".to_owned()),
        ("POST", format!("{C}/proposals")),
        ("POST", "/api/v1/tokens".to_owned()),
        ("DELETE", format!("{C}/delegations/kenya")),
    ];
    for (method, path) in closed {
        let answer = room.server.send(method, &path, &[], b"");
        answer.problem(401, "not-signed-in");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"travaux\"", "{path}");
    }
    let page = room.server.send("GET", "/compacts/gcm", &[("accept", "text/html")], b"");
    assert_eq!((page.status, page.header("www-authenticate")), (401, "Bearer realm=\"travaux\""));
    assert!(page.text().contains("action=\"/sign-in\"") && !page.text().contains("fiction"), "{}", page.text());
    for path in [
        "/",
        "/api/v1/compacts",
        "/api/v1/log/key",
        "/sign-in",
        "/health/live",
        "/health/ready",
        "/style.css",
        "/openapi.json",
        "/schemas/draft-issued.v1.json",
    ] {
        let open = room.server.get(path);
        assert_eq!(open.status, 200, "{path}");
        assert!(!open.text().contains("A compact (fiction)"), "{path}: {}", open.text());
    }
    assert_eq!(room.server.get("/health/ready").expect(200), json!({"status": "ready"}), "how busy it is is not told");
}

#[test]
fn a_token_that_does_not_count_is_told_so_whatever_the_reason() {
    let room = Guarded::start();
    let kenya = room.token("delegation:gcm/kenya");
    room.get(&kenya, C).expect(200);
    let id = room.get(&room.secretariat, "/api/v1/tokens").expect(200)["tokens"][1]["id"].as_str().unwrap().to_owned();
    let revoked = room.say(&room.secretariat, "DELETE", &format!("/api/v1/tokens/{id}"), &Value::Null).expect(200);
    assert_eq!(revoked["standing"], "revoked");
    let never = Secret::from_bytes([9; 32]);
    let mut seen = Vec::new();
    for bad in [kenya.as_str(), never.reveal(), "trv_x", "x", "", "eyJhbGciOiJub25lIn0.e30."] {
        let answer = room.get(bad, C);
        answer.problem(401, "not-signed-in");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"travaux\", error=\"invalid_token\"", "{bad}");
        seen.push(answer.body);
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "why it does not count is nobody's business");
    let basic = room.server.send("GET", C, &[("authorization", "Basic eDp5")], b"");
    basic.problem(401, "not-signed-in");
}

#[test]
fn a_token_that_has_expired_does_not_count() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("record.tokens");
    let moment = |text: &str| text.parse().unwrap();
    let (secret, speaking) = (Secret::from_bytes([7; 32]), "secretariat".parse().unwrap());
    let times = (moment("2020-01-01T00:00:00Z"), moment("2020-02-01T00:00:00Z"));
    let line = Tokens::default().issue(&secret, &speaking, "", times).unwrap();
    let file = fs::OpenOptions::new().append(true).create(true).mode(0o600).open(&path);
    file.unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
    let credentials = Credentials::open(TokenFile::new(path)).unwrap();
    assert!(!credentials.is_open(), "that a token expires opens no server");
    let id = TokenId::of(secret.sha256()).to_string();
    assert_eq!(credentials.speaking(Some(&id)), None, "what was made with it counts no more than it does");
    let server = Server::guarded(Arc::new(MemoryLog::new()), Arc::new(credentials));
    let bearer = format!("Bearer {}", secret.reveal());
    let answer = server.send("GET", "/api/v1/compacts", &[("authorization", &bearer)], b"");
    answer.problem(401, "not-signed-in");
}

#[test]
fn who_may_not_say_it_is_told_who_may_and_nothing_is_recorded() {
    let room = Guarded::start();
    let kenya = room.token("delegation:gcm/kenya");
    let tabled = room.say(&kenya, "POST", &format!("{C}/proposals"), &reword());
    tabled.expect(201);
    for (who, method, path, may) in [
        (kenya.as_str(), "POST", format!("{C}/proposals/p6/take-up"), "co-facilitators"),
        (&kenya, "PUT", format!("{C}/groups/g"), "secretariat"),
        (&kenya, "POST", "/api/v1/tokens".to_owned(), "secretariat"),
        (&room.token("integration:gcm"), "POST", format!("{C}/proposals"), "kenya"),
        (&room.token("integration"), "POST", format!("{C}/adopt"), "co-facilitators"),
        (&room.token("co-facilitators:gcm"), "POST", format!("{C}/proposals/p6/withdraw"), "kenya"),
        (&room.token("co-facilitators:gcm"), "POST", "/api/v1/compacts".to_owned(), "secretariat"),
        (&room.token("co-facilitators:gcm"), "GET", "/api/v1/events".to_owned(), "secretariat"),
        (&kenya, "GET", "/metrics".to_owned(), "secretariat"),
    ] {
        let body = match path.rsplit('/').next().unwrap() {
            "g" => json!({"name": "G"}),
            "proposals" => reword(),
            "compacts" => json!({"id": "x", "title": "x"}),
            "tokens" => json!({"for": "secretariat"}),
            _ => Value::Null,
        };
        let problem = room.say(who, method, &path, &body).problem(403, "not-yours");
        assert!(problem["detail"].as_str().unwrap().contains(may), "{method} {path}: {problem}");
    }
    let seen = room.get(&room.secretariat, C).expect(200);
    assert_eq!(seen["seq"], 6, "nothing but the proposal was recorded");
    let entry = room.get(&kenya, &format!("{C}/events?after=5")).expect(200)["events"][0].clone();
    assert_eq!((&entry["speaker"], &entry["spokenby"]), (&json!("sponsor:kenya"), &json!("delegation:kenya")));
}

#[test]
fn how_busy_others_are_is_told_to_those_who_see_them() {
    let room = Guarded::start();
    let (kenya, some, all) =
        (room.token("delegation:gcm/kenya"), room.token("integration:gcm"), room.token("integration"));
    for (who, sees) in [(&kenya, false), (&some, false), (&all, true), (&room.secretariat, true)] {
        let page = room.get(who, &format!("{C}/events")).expect(200);
        assert_eq!(page["events"][2].get("position").is_some(), sees);
        let bearer = format!("Authorization: Bearer {who}\r\n");
        let mut stream = Follower::open_with(&room.server.address, &format!("{C}/events"), &bearer);
        assert_eq!(stream.event().unwrap().2.get("position").is_some(), sees);
        assert_eq!(room.get(who, "/api/v1/events").status == 200, sees);
        assert_eq!(room.get(who, "/metrics").status == 200, sees);
    }
}

#[test]
fn a_revoked_token_ends_what_its_bearer_has_open() {
    let room = Guarded::start();
    let (kenya, other) = (room.token("delegation:gcm/kenya"), room.token("integration:gcm"));
    let follow = |token: &str| {
        let bearer = format!("Authorization: Bearer {token}\r\n");
        Follower::open_with(&room.server.address, &format!("{C}/events?after=4"), &bearer)
    };
    let (mut cut, mut goes_on) = (follow(&kenya), follow(&other));
    assert_eq!((cut.event().unwrap().0, goes_on.event().unwrap().0), (5, 5));
    let tokens = room.get(&room.secretariat, "/api/v1/tokens").expect(200);
    let listed = tokens["tokens"].as_array().unwrap();
    let id = listed.iter().find(|t| t["for"] == "delegation:gcm/kenya").unwrap()["id"].as_str().unwrap();
    room.say(&room.secretariat, "DELETE", &format!("/api/v1/tokens/{id}"), &Value::Null).expect(200);
    assert!(cut.event().is_none(), "the stream ends");
    room.say(&room.secretariat, "PUT", &format!("{C}/groups/g"), &json!({"name": "G"})).expect(201);
    assert_eq!(goes_on.event().unwrap().0, 6);
}

#[test]
fn the_secretariat_issues_tokens_that_are_shown_once() {
    let room = Guarded::start();
    let s = &room.secretariat;
    let asked = json!({"for": "delegation:gcm/kenya", "label": "laptop", "expires": "2999-01-31"});
    let issued = room.say(s, "POST", "/api/v1/tokens", &asked);
    let shown = issued.expect(201);
    assert_eq!((issued.header("cache-control"), &shown["expires"]), ("no-store", &json!("2999-02-01T00:00:00.000Z")));
    assert_eq!(issued.header("location"), format!("/api/v1/tokens/{}", shown["id"].as_str().unwrap()));
    let token = shown["token"].as_str().unwrap();
    room.get(token, C).expect(200);
    let listed = room.get(s, "/api/v1/tokens").text();
    assert!(listed.contains("laptop") && !listed.contains(token), "{listed}");
    for bad in [
        json!({"for": "anyone"}),
        json!({"for": "secretariat", "expires": "2020-01-01"}),
        json!({"for": "secretariat", "label": "a\nb"}),
    ] {
        room.say(s, "POST", "/api/v1/tokens", &bad).problem(422, "bad-token");
    }
    room.say(s, "DELETE", "/api/v1/tokens/00000000", &Value::Null).problem(404, "not-found");
    room.say(s, "DELETE", "/api/v1/tokens/x", &Value::Null).problem(404, "not-found");
    let open = Server::start();
    open.post("/api/v1/tokens", &json!({"for": "secretariat"})).problem(403, "not-yours");
}

#[test]
fn what_was_answered_to_one_speaker_is_not_told_to_another() {
    let room = Guarded::start();
    let body = reword().to_string();
    let send = |token: &str| {
        let bearer = format!("Bearer {token}");
        let key = [("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", "k")];
        room.server.send("POST", &format!("{C}/proposals"), &key, body.as_bytes())
    };
    let kenya = room.token("delegation:gcm/kenya");
    send(&kenya).expect(201);
    assert_eq!(send(&kenya).header("idempotency-replayed"), "true");
    send(&room.token("delegation:harbours/kenya")).problem(404, "unknown-compact");
    send("trv_x").problem(401, "not-signed-in");
}

/// Asks until it is so; half a minute is for a machine that has much to do.
pub fn comes_to(status_wanted: u16, ask: impl Fn() -> u16) {
    let until = std::time::Duration::from_secs(30);
    #[allow(clippy::disallowed_methods, reason = "a test gives up some time")]
    let began = std::time::Instant::now();
    while ask() != status_wanted {
        assert!(began.elapsed() < until, "it does not come to {status_wanted}");
        std::thread::yield_now();
    }
}
