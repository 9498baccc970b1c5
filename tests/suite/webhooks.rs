//! Webhooks over HTTP, from the subscription to what an endpoint gets.

use std::path::PathBuf;
use std::sync::Arc;

use serde_json::{Value, json};
use travaux::compact::{Moment, limits};
use travaux::feed::{Shelf, Webhooks};
use travaux::log::MemoryLog;
use travaux::secretariat::Secretariat;

use crate::receiver::{Got, Receiver};
use crate::served::Served;
use crate::server::{Answer, Server};

const C: &str = "/api/v1/compacts/gcm";
const HOOKS: &str = "/api/v1/compacts/gcm/webhooks";

/// A server that lets webhooks go to this machine, or does not, with a compact of two entries.
pub(crate) fn server(allow_private: bool) -> Server {
    let secretariat = Arc::new(Secretariat::open(Arc::new(MemoryLog::new())).unwrap());
    let kept = (Shelf::forgetful(), Vec::new());
    let server = Server::with(secretariat.clone(), Webhooks::new(secretariat, kept, allow_private));
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    register(&server, "eu");
    server
}

fn register(server: &Server, group: &str) {
    server.put(&format!("{C}/groups/{group}"), &json!({"name": group})).expect(201);
}

fn delete(server: &Server, path: &str) -> Answer {
    server.send("DELETE", path, &[], b"")
}

/// What a webhook says of itself once it is so; asked again and again.
fn until(server: &Server, id: &Value, so: impl Fn(&Value) -> bool) -> Value {
    let path = format!("{HOOKS}/{}", id.as_str().unwrap());
    let asked = std::iter::repeat_with(|| server.get(&path).expect(200)).take(20_000);
    asked.into_iter().find(|shown| so(shown)).expect("it never came to that")
}

/// Checks a delivery as the specification's own library does, with a secret.
fn is_verified(got: &Got, secret: &Value) -> bool {
    let mut headers = ureq::http::HeaderMap::new();
    for name in ["webhook-id", "webhook-timestamp", "webhook-signature"] {
        headers.insert(name, got.header(name).parse().unwrap());
    }
    standardwebhooks::Webhook::new(secret.as_str().unwrap()).unwrap().verify(&got.body, &headers).is_ok()
}

#[test]
fn an_endpoint_gets_each_entry_signed_and_in_order() {
    let (server, receiver) = (server(true), Receiver::answering("HTTP/1.1 200 OK"));
    let answer = server.post(HOOKS, &json!({"url": receiver.url, "after": 0}));
    let made = answer.expect(201);
    assert_eq!(answer.header("location"), format!("{HOOKS}/{}", made["id"].as_str().unwrap()));
    assert_eq!(answer.header("cache-control"), "no-store");
    register(&server, "g77");
    let stream = server.get_as(&format!("{C}/events"), "application/x-ndjson").text();
    for (nth, line) in stream.lines().enumerate() {
        let got = receiver.next();
        assert_eq!(got.path, "/hook?of=ours");
        assert_eq!(got.header("content-type"), "application/cloudevents+json");
        assert_eq!(got.header("webhook-id"), format!("gcm/{}/{}", nth + 1, made["id"].as_str().unwrap()));
        // How busy all compacts are is nobody's business whom entries of one are posted to.
        let line = line.replacen(&format!("\"position\":{},", nth + 1), "", 1);
        assert_eq!(String::from_utf8(got.body.clone()).unwrap(), line, "the body is the event of the stream");
        assert!(is_verified(&got, &made["secret"]), "{got:?}");
        let forged = Got { body: line.replace("gcm", "gcn").into_bytes(), ..got };
        assert!(!is_verified(&forged, &made["secret"]), "a changed body is found out");
    }
    let shown = until(&server, &made["id"], |shown| shown["after"] == 3);
    assert_eq!(
        (&shown["standing"], &shown["last"]["status"], &shown["seq"]),
        (&json!("active"), &json!(200), &json!(3))
    );
    assert_eq!(shown.get("secret"), None, "the secret is told once");
    assert!(receiver.is_idle(), "each entry once");
}

#[test]
fn a_delivery_is_what_the_description_of_the_streams_says() {
    let (server, receiver) = (server(true), Receiver::answering("HTTP/1.1 200 OK"));
    let told = server.get("/asyncapi.json").expect(200);
    let made = server.post(HOOKS, &json!({"url": receiver.url, "after": 0})).expect(201);
    receiver.next();
    server.post(&format!("{HOOKS}/{}/rotate-secret", made["id"].as_str().unwrap()), &json!({})).expect(200);
    receiver.next();
    register(&server, "g77");
    let got = receiver.next();
    let message = &told["channels"]["webhook"]["messages"]["group-registered.v1"];
    let at = |pointer: &Value| told.pointer(pointer["$ref"].as_str().unwrap().strip_prefix('#').unwrap()).unwrap();
    let head = &at(&message["traits"][0])["headers"]["schema"];
    let body = &at(&message["payload"])["schema"];
    let headers = json!(got.headers);
    for (schema, value) in [(head, &headers), (body, &got.event())] {
        let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
        assert_eq!(validator.validate(value).map_err(|error| error.to_string()), Ok(()), "{value}");
    }
    let pair = got.header("webhook-signature").split(' ').count();
    assert_eq!((pair, got.header("content-type")), (2, at(&message["traits"][0])["contentType"].as_str().unwrap()));
}

#[test]
fn a_webhook_begins_with_what_comes_next_and_takes_what_it_asked_for() {
    let (server, receiver) = (server(true), Receiver::answering("HTTP/1.1 202 Accepted"));
    let asked = json!({"url": receiver.url, "types": ["group-registered"], "groups": ["au", "eu"]});
    let made = server.post(HOOKS, &asked).expect(201);
    assert_eq!((&made["after"], &made["types"]), (&json!(2), &json!(["group-registered.v1"])));
    register(&server, "g77");
    register(&server, "au");
    assert_eq!(receiver.next().event()["data"]["group"], "au");
    until(&server, &made["id"], |shown| shown["after"] == 4);
    let replay = format!("{HOOKS}/{}/replay", made["id"].as_str().unwrap());
    server.post(&replay, &json!({"after": 0})).expect(200);
    assert_eq!([receiver.next(), receiver.next()].map(|got| got.event()["data"]["group"].clone()), ["eu", "au"]);
    server.post(&replay, &json!({"after": 5})).problem(422, "beyond-the-record");
}

#[test]
fn after_a_rotation_old_and_new_secret_verify() {
    let (server, receiver) = (server(true), Receiver::answering("HTTP/1.1 200 OK"));
    let made = server.post(HOOKS, &json!({"url": receiver.url})).expect(201);
    let path = format!("{HOOKS}/{}/rotate-secret", made["id"].as_str().unwrap());
    let rotated = server.post(&path, &json!({})).expect(200);
    assert_ne!(rotated["secret"], made["secret"]);
    register(&server, "g77");
    let got = receiver.next();
    assert!(is_verified(&got, &made["secret"]) && is_verified(&got, &rotated["secret"]));
}

#[test]
fn a_redirect_is_not_followed_and_counts_as_a_failure() {
    let server = server(true);
    let inside = Receiver::answering("HTTP/1.1 200 OK");
    let moved = format!("HTTP/1.1 307 Temporary Redirect\r\nlocation: {}", inside.url).leak();
    let receiver = Receiver::answering(moved);
    let made = server.post(HOOKS, &json!({"url": receiver.url, "after": 0})).expect(201);
    let shown = until(&server, &made["id"], |shown| shown["standing"] == "failing");
    assert_eq!((&shown["last"]["status"], &shown["last"]["seq"], &shown["after"]), (&json!(307), &json!(1), &json!(0)));
    assert!(inside.is_idle());
}

#[test]
fn whoever_says_when_to_come_back_is_left_alone_until_then() {
    let server = server(true);
    let pause = |answer: &'static str| {
        let receiver = Receiver::answering(answer);
        let made = server.post(HOOKS, &json!({"url": receiver.url, "after": 0})).expect(201);
        let shown = until(&server, &made["id"], |shown| shown["standing"] == "failing");
        let time = |value: &Value| value.as_str().unwrap().parse::<Moment>().unwrap();
        time(&shown["failing"]["next_attempt"]).millis_since(time(&shown["failing"]["since"])) / 1_000
    };
    assert!((600..=720).contains(&pause("HTTP/1.1 429 Too Many Requests\r\nretry-after: 600")));
    assert_eq!(pause("HTTP/1.1 503 Busy\r\nretry-after: Fri, 31 Dec 9999 23:59:59 GMT") / 43_200, 1);
    assert!(pause("HTTP/1.1 503 Busy\r\nretry-after: soon") <= 6, "what says nothing");
    assert!(pause("HTTP/1.1 500 Broken\r\nretry-after: 600") <= 6, "nobody who is busy");
}

#[test]
fn whoever_says_gone_is_shown_as_disabled_until_enabled() {
    let (server, receiver) = (server(true), Receiver::answering("HTTP/1.1 410 Gone"));
    let made = server.post(HOOKS, &json!({"url": receiver.url, "after": 0})).expect(201);
    let shown = until(&server, &made["id"], |shown| shown["standing"] == "disabled");
    assert_eq!(shown["disabled"]["last"]["status"], 410);
    assert!(shown["disabled"]["why"].as_str().unwrap().contains("410"), "{shown}");
    receiver.next();
    server.post(&format!("{HOOKS}/{}/enable", made["id"].as_str().unwrap()), &json!({})).expect(200);
    receiver.next();
}

#[test]
fn addresses_of_our_own_network_are_refused_by_number_at_once_and_by_name_when_connected() {
    let (server, receiver) = (server(false), Receiver::answering("HTTP/1.1 200 OK"));
    server.post(HOOKS, &json!({"url": receiver.url})).problem(422, "bad-webhook-url");
    for url in
        ["http://[::1]:8018/", "http://169.254.169.254/", "https://10.0.0.1/", "ftp://example.org", "https://a@b.org"]
    {
        server.post(HOOKS, &json!({"url": url})).problem(422, "bad-webhook-url");
    }
    let by_name = receiver.url.replace("127.0.0.1", "localhost");
    let made = server.post(HOOKS, &json!({"url": by_name, "after": 0})).expect(201);
    let shown = until(&server, &made["id"], |shown| shown["standing"] == "failing");
    assert!(shown["last"]["why"].as_str().unwrap().contains("no public address"), "{shown}");
    assert!(receiver.is_idle(), "nobody was connected to");
}

#[test]
fn what_cannot_be_subscribed_to_is_refused_with_what_to_do() {
    let server = server(true);
    let url = "https://example.org/";
    server.post(HOOKS, &json!({"url": url, "types": ["proposal"]})).problem(422, "bad-filter");
    server.post(HOOKS, &json!({"url": url, "groups": ["The EU"]})).problem(422, "bad-filter");
    server.post(HOOKS, &json!({"url": url, "type": "x"})).problem(422, "bad-body");
    server.post(HOOKS, &json!({"url": url, "after": 3})).problem(422, "beyond-the-record");
    let long = format!("{url}{}", "a".repeat(limits::LINK_CHARS_MAX));
    server.post(HOOKS, &json!({"url": long})).problem(422, "bad-webhook-url");
    server.post("/api/v1/compacts/nowhere/webhooks", &json!({"url": url})).problem(404, "unknown-compact");
    server.get(&format!("{HOOKS}/w0")).problem(404, "not-found");
    server.post(&format!("{HOOKS}/w0/enable"), &json!({})).problem(404, "not-found");
    assert_eq!(delete(&server, &format!("{HOOKS}/w0")).status, 404);
}

#[test]
fn a_compact_has_so_many_webhooks_and_no_more() {
    let server = server(true);
    server.post("/api/v1/compacts", &json!({"id": "other", "title": "Another (fiction)"})).expect(201);
    let asked = json!({"url": "https://example.org/"});
    let ids: Vec<Value> =
        (0..limits::WEBHOOKS_MAX).map(|_| server.post(HOOKS, &asked).expect(201)["id"].clone()).collect();
    server.post(HOOKS, &asked).problem(422, "too-much");
    let other = server.post("/api/v1/compacts/other/webhooks", &asked).expect(201);
    server.get(&format!("{HOOKS}/{}", other["id"].as_str().unwrap())).problem(404, "not-found");
    let listed = server.get(HOOKS).expect(200);
    let listed: Vec<Value> = listed["webhooks"].as_array().unwrap().iter().map(|w| w["id"].clone()).collect();
    assert_eq!(listed.len(), ids.len());
    assert_eq!(delete(&server, &format!("{HOOKS}/{}", ids[0].as_str().unwrap())).status, 204);
    server.post(HOOKS, &asked).expect(201);
}

#[test]
fn webhooks_survive_a_killed_server_and_leave_nothing_out() {
    let dir = tempfile::tempdir().unwrap();
    let data = dir.path().join("record");
    let allow = [("TRAVAUX_ALLOW_PRIVATE_WEBHOOKS", PathBuf::from("true"))];
    let receiver = Receiver::answering("HTTP/1.1 200 OK");
    let mut served = Served::start_with(&data, &allow);
    let opened = json!({"id": "gcm", "title": "A compact (fiction)"}).to_string();
    assert_eq!(served.send("POST", "/api/v1/compacts", &opened).status, 201);
    let made = served.send("POST", HOOKS, &json!({"url": receiver.url, "after": 0}).to_string()).expect(201);
    let register = |served: &Served, group: u32| {
        served.send("PUT", &format!("{C}/groups/g{group}"), r#"{"name": "A group"}"#).expect(201);
    };
    (2..=6).for_each(|group| register(&served, group));
    let first = [receiver.next(), receiver.next()];
    served.kill();
    let served = Served::start_with(&data, &allow);
    register(&served, 7);
    let mut seqs: Vec<u32> = first.iter().map(seq).collect();
    while seqs.last() != Some(&7) {
        let got = receiver.next();
        assert!(is_verified(&got, &made["secret"]), "the secret is the one that was told");
        seqs.push(seq(&got));
    }
    // What was delivered just before may come again, from one entry on; nothing is left out.
    let gaps = seqs.windows(2).filter(|pair| pair[1] > pair[0] + 1).count();
    assert_eq!((seqs[0], gaps), (1, 0), "{seqs:?}");
    served.stop();
}

fn seq(got: &Got) -> u32 {
    got.event()["sequence"].as_str().unwrap().parse().unwrap()
}
