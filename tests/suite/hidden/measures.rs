//! What those who run the server measure tells nothing of what is prepared in private.

use serde_json::{Value, json};
use tempfile::TempDir;

use crate::cli::run;
use crate::served::{Served, agent, sent};
use crate::streams::Follower;

/// A server of its own, as measures are those of a process, and the tokens of those who ask it.
struct Measured {
    served: Served,
    secretariat: String,
    member: String,
    pen: String,
    _home: TempDir,
}

const C: &str = "/api/v1/compacts/harbours";

impl Measured {
    fn start() -> Self {
        let home = TempDir::new().unwrap();
        let data = home.path().join("record");
        let issued = |who: &str| {
            let (code, out, err) = run(["token", "issue", "--data", data.to_str().unwrap(), "--for", who]);
            assert_eq!(code, 0, "{err}");
            out.trim().to_owned()
        };
        let [secretariat, member, pen] =
            ["secretariat", "delegation:harbours/kenya", "co-facilitators:harbours"].map(issued);
        let measured = Self { served: Served::start(&data), secretariat, member, pen, _home: home };
        let s = &measured.secretariat;
        measured.say(s, "POST", "/api/v1/compacts", &json!({"id": "harbours", "title": "Harbours (fiction)"}));
        measured.say(s, "PUT", &format!("{C}/groups/bandicoots"), &json!({"name": "Bandicoots"}));
        let kenya = json!({"name": "kenya", "groups": ["bandicoots"]});
        measured.say(s, "PUT", &format!("{C}/delegations/kenya"), &kenya);
        measured.say(s, "POST", &format!("{C}/revisions"), &json!({"text": "1. States act."}));
        measured
    }

    fn say(&self, token: &str, method: &str, path: &str, body: &Value) -> Value {
        let request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.served.address));
        let request = request.header("authorization", format!("Bearer {token}"));
        let request = request.header("content-type", "application/json");
        let body = if body.is_null() { String::new() } else { body.to_string() };
        let answer = sent(&agent(), request.body(body).unwrap()).unwrap();
        assert!([200, 201, 204].contains(&answer.status), "{method} {path}: {}", answer.status);
        serde_json::from_slice(&answer.body).unwrap_or_default()
    }

    /// What is measured, but for how long things took and for memory, which are never the same.
    fn told(&self) -> Vec<String> {
        let request = ureq::http::Request::builder().uri(format!("{}/metrics", self.served.address));
        let request = request.header("authorization", format!("Bearer {}", self.secretariat));
        let answer = sent(&agent(), request.body(String::new()).unwrap()).unwrap();
        let text = String::from_utf8(answer.body).unwrap();
        let varies = |line: &&str| ["_sum", "_bucket", "resident_memory"].iter().any(|part| line.contains(part));
        let mut lines: Vec<String> = text.lines().filter(|line| !varies(line)).map(str::to_owned).collect();
        lines.sort();
        lines
    }
}

#[test]
fn no_measure_counts_what_is_prepared_in_private() {
    let [with, without] = [Measured::start(), Measured::start()];
    let caucus = format!("{C}/caucuses/bandicoots");
    let entered = with.say(&with.member, "PUT", &caucus, &Value::Null);
    let text = with.say(&with.member, "GET", &format!("{caucus}/texts/working"), &Value::Null);
    assert_eq!(text["provisions"], json!([]), "no draft is issued yet");
    let insert = json!({"insert": {"after": null, "kind": "paragraph", "level": 1, "text": "A wish."}});
    let prepared = json!({"sponsors": ["bandicoots"], "edits": [insert]});
    with.say(&with.member, "POST", &format!("{caucus}/proposals"), &prepared);
    let bearer = format!("Authorization: Bearer {}\r\n", with.member);
    let events = format!("/api/v1/compacts/{}/events", entered["id"].as_str().unwrap());
    let mut followed = Follower::open_with(&with.served.address, &events, &bearer);
    followed.event().unwrap();
    with.say(&with.pen, "PUT", &format!("{C}/bureau/first-try"), &Value::Null);
    with.say(&with.pen, "POST", &format!("{C}/bureau/first-try/revisions"), &json!({"text": "1. Nobody acts."}));
    with.say(&with.pen, "DELETE", &format!("{C}/bureau/first-try"), &Value::Null);
    let told = with.told();
    assert_eq!(told, without.told());
    assert!(told.iter().any(|line| line.contains("requests_total") && line.contains("revisions")), "{told:?}");
    assert!(told.iter().any(|line| line == "travaux_appends_total 4"), "{told:?}");
}
