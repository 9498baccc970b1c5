//! Whose webhooks are, over HTTP: who may manage them, and that nothing is sent for anybody who counts no longer.

use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;
use travaux::credentials::{Credentials, TokenFile};
use travaux::feed::{Shelf, Webhooks};
use travaux::log::MemoryLog;
use travaux::secretariat::Secretariat;

use crate::http::C;
use crate::issuer;
use crate::receiver::Receiver;
use crate::server::{Answer, Server};

const HOOKS: &str = "/api/v1/compacts/gcm/webhooks";

/// A record with its webhooks and tokens, served until it is dropped.
struct Room {
    secretariat: Arc<Secretariat>,
    credentials: Arc<Credentials>,
    server: Server,
    home: TempDir,
}

impl Room {
    fn start() -> Self {
        let home = TempDir::new().unwrap();
        let credentials = Credentials::open(TokenFile::new(home.path().join("record.tokens"))).unwrap();
        Self::with(home, Arc::new(credentials), Arc::new(Secretariat::open(Arc::new(MemoryLog::new())).unwrap()))
    }

    fn with(home: TempDir, credentials: Arc<Credentials>, secretariat: Arc<Secretariat>) -> Self {
        let kept = Shelf::open(home.path().join("record.hooks")).unwrap();
        let webhooks = Webhooks::new(secretariat.clone(), kept, true);
        let server = Server::guarded_with(secretariat.clone(), credentials.clone(), webhooks);
        Self { secretariat, credentials, server, home }
    }

    /// With compacts that a secretariat opened.
    fn guarded() -> (Self, String) {
        let room = Self::start();
        let (secretariat, _) = room.token("secretariat");
        for id in ["gcm", "harbours"] {
            let body = json!({"id": id, "title": "A compact (fiction)"});
            room.say(&secretariat, "POST", "/api/v1/compacts", &body).expect(201);
        }
        (room, secretariat)
    }

    /// The same record served anew.
    fn restarted(self) -> Self {
        let Self { secretariat, credentials, server, home } = self;
        drop(server);
        Self::with(home, credentials, secretariat)
    }

    /// A token for somebody, and its id.
    fn token(&self, speaking: &str) -> (String, String) {
        let (secret, told) = self.credentials.issue(&speaking.parse().unwrap(), "a test", None).unwrap();
        (secret.reveal().to_owned(), told.token.id.to_string())
    }

    fn revoke(&self, id: &str) {
        self.credentials.revoke(id.parse().unwrap()).unwrap();
    }

    fn say(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.server.send(method, path, &headers, body.as_bytes())
    }

    fn subscribe(&self, token: &str, receiver: &Receiver) -> Value {
        self.say(token, "POST", HOOKS, &json!({"url": receiver.url})).expect(201)
    }

    fn register(&self, token: &str, group: &str) {
        self.say(token, "PUT", &format!("{C}/groups/{group}"), &json!({"name": group})).expect(201);
    }

    /// What a webhook says of itself once it is so; asked again and again.
    fn until(&self, token: &str, id: &Value, so: impl Fn(&Value) -> bool) -> Value {
        let path = format!("{HOOKS}/{}", id.as_str().unwrap());
        let asked = std::iter::repeat_with(|| self.say(token, "GET", &path, &Value::Null).expect(200)).take(20_000);
        asked.into_iter().find(|shown| so(shown)).expect("it never came to that")
    }
}

fn is_disabled(shown: &Value) -> bool {
    shown["standing"] == "disabled"
}

#[test]
fn who_may_not_manage_webhooks_is_told_so_of_each_operation_and_to_others_the_compact_is_not_there() {
    let (room, secretariat) = Room::guarded();
    let made = room.subscribe(&secretariat, &Receiver::answering("HTTP/1.1 200 OK"));
    let one = format!("{HOOKS}/{}", made["id"].as_str().unwrap());
    let operations = [
        ("GET", HOOKS.to_owned(), Value::Null),
        ("POST", HOOKS.to_owned(), json!({"url": "https://example.org/"})),
        ("GET", one.clone(), Value::Null),
        ("POST", format!("{one}/replay"), json!({"after": 0})),
        ("POST", format!("{one}/enable"), Value::Null),
        ("POST", format!("{one}/rotate-secret"), Value::Null),
        ("DELETE", one.clone(), Value::Null),
    ];
    let refused = |who: &str, status: u16, slug: &str| {
        let (token, _) = room.token(who);
        for (method, path, body) in &operations {
            let problem = room.say(&token, method, path, body).problem(status, slug);
            assert!(!problem.to_string().contains("example.org"), "{who}: {method} {path}: {problem}");
        }
    };
    refused("delegation:gcm/kenya", 403, "not-yours");
    for of_another in [
        "delegation:harbours/kenya",
        "observer:gcm",
        "observer:harbours",
        "co-facilitators:harbours",
        "integration:harbours",
    ] {
        refused(of_another, 404, "unknown-compact");
    }
    for (method, path, body) in &operations {
        room.server.send(method, path, &[], body.to_string().as_bytes()).problem(401, "not-signed-in");
    }
    let unmoved = room.say(&secretariat, "GET", &one, &Value::Null).expect(200);
    assert_eq!((&unmoved["standing"], &unmoved["after"]), (&json!("active"), &made["after"]));
    let (integration, _) = room.token("integration:gcm");
    for (method, path, body) in &operations {
        let status = room.say(&integration, method, path, body).status;
        assert!((200..300).contains(&status), "{method} {path}: {status}");
    }
}

#[test]
fn a_webhook_sends_nothing_once_the_token_that_made_it_is_revoked_until_somebody_takes_it_on() {
    let ((room, secretariat), receiver) = (Room::guarded(), Receiver::answering("HTTP/1.1 200 OK"));
    let (integration, id) = room.token("integration:gcm");
    let made = room.subscribe(&integration, &receiver);
    assert_eq!(made["made_by"], json!({"speaking": "integration:gcm", "token": id}));
    room.register(&secretariat, "eu");
    assert_eq!(receiver.next().event()["data"]["group"], "eu");
    room.until(&secretariat, &made["id"], |shown| shown["after"] == 2);
    room.revoke(&id);
    room.register(&secretariat, "g77");
    let disabled = room.until(&secretariat, &made["id"], is_disabled);
    let why = disabled["disabled"]["why"].as_str().unwrap();
    assert!(why.contains(&format!("token {id}")) && why.contains("enable"), "{why}");
    assert_eq!((&disabled["after"], &disabled["disabled"]["last"]["seq"]), (&json!(2), &json!(2)));
    assert!(receiver.is_idle(), "nothing more was sent");
    let room = room.restarted();
    assert!(is_disabled(&room.until(&secretariat, &made["id"], |_| true)), "that it is disabled is kept");
    let enable = format!("{HOOKS}/{}/enable", made["id"].as_str().unwrap());
    let (other, id) = room.token("co-facilitators:gcm");
    let enabled = room.say(&other, "POST", &enable, &Value::Null).expect(200);
    assert_eq!(enabled["made_by"], json!({"speaking": "co-facilitators:gcm", "token": id}));
    assert_eq!(receiver.next().event()["data"]["group"], "g77", "it goes on where it was");
    let (third, _) = room.token("integration");
    let kept = room.say(&third, "POST", &enable, &Value::Null).expect(200);
    assert_eq!(kept["made_by"], enabled["made_by"], "who still counts answers for it");
}

#[test]
fn what_was_made_where_nobody_said_who_they_were_sends_nothing_once_everybody_has_to() {
    let (room, receiver) = (Room::start(), Receiver::answering("HTTP/1.1 200 OK"));
    room.server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    let made = room.server.post(HOOKS, &json!({"url": receiver.url})).expect(201);
    assert_eq!(made["made_by"], json!({"speaking": "anyone"}));
    // As it was kept before it was kept who made it.
    let file = room.home.path().join("record.hooks").join(format!("{}.json", made["id"].as_str().unwrap()));
    let mut kept: Value = serde_json::from_slice(&std::fs::read(&file).unwrap()).unwrap();
    kept.as_object_mut().unwrap().remove("made_by").unwrap();
    let Room { secretariat, credentials, server, home } = room;
    drop(server);
    std::fs::write(&file, kept.to_string()).unwrap();
    let room = Room::with(home, credentials, secretariat);
    room.server.put(&format!("{C}/groups/eu"), &json!({"name": "EU"})).expect(201);
    assert_eq!(receiver.next().event()["data"]["group"], "eu", "on an open server it goes on");
    let (secretariat, _) = room.token("secretariat");
    room.register(&secretariat, "g77");
    let disabled = room.until(&secretariat, &made["id"], is_disabled);
    assert!(disabled["disabled"]["why"].as_str().unwrap().contains("without a token"), "{disabled}");
    assert!(receiver.is_idle());
}

#[test]
fn who_comes_with_a_token_of_the_issuer_manages_webhooks_and_answers_for_none() {
    let (server, token) = issuer::secretariat();
    let say = |method: &str, path: &str, body: &Value| {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        server.send(method, path, &headers, body.to_string().as_bytes())
    };
    say("POST", "/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    assert_eq!(say("GET", HOOKS, &Value::Null).expect(200)["webhooks"], json!([]));
    let refused = say("POST", HOOKS, &json!({"url": "https://example.org/"})).problem(403, "not-yours");
    assert!(refused["detail"].as_str().unwrap().contains("/api/v1/tokens"), "{refused}");
    say("POST", &format!("{HOOKS}/w0/enable"), &Value::Null).problem(403, "not-yours");
}
