//! Operations that are tried on a server of their own. What is drawn by chance in their answers, ids and secrets and times,
//! is put right in the examples, which are the same whenever they are made.

use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;
use travaux::credentials::{Credentials, TokenFile};
use travaux::log::MemoryLog;

use super::{REDRAFT, address, carry_out, register, rehearsed_by, step};
use crate::server::Server;

/// An operation, and what came of it.
type Told = (&'static str, Value);

/// What is prepared in private, by one person who acts for everybody.
pub fn in_private() -> Vec<Told> {
    // What follows the record asks for the time as well, whenever it comes to it: here it stands still.
    let server = rehearsed_by(0);
    for step in register() {
        carry_out(&server, &step);
    }
    let caucus = || json!({"c": "harbours", "g": "island-states"});
    let draft = || json!({"c": "harbours", "d": "second-try"});
    let (c, none) = (|| json!({"c": "harbours"}), || Value::Null);
    let entered = carry_out(&server, &step("enterCaucus", caucus(), none()));
    let texts = format!("{}/texts/working", entered["answer"]["id"].as_str().unwrap());
    let text = server.get(&format!("/api/v1/compacts/{texts}")).expect(200);
    let strike = json!({"sponsors": ["island-states"], "edits": [{"strike": text["provisions"][1]["id"]}]});
    let prepared = carry_out(&server, &step("prepareProposal", caucus(), strike));
    let p = prepared["answer"]["id"].clone();
    let steps = [
        step("listCaucuses", c(), none()),
        step("showCaucus", caucus(), none()),
        step("listPrepared", caucus(), none()),
        step("tablePrepared", json!({"c": "harbours", "g": "island-states", "p": p}), none()),
        step("beginWorkingDraft", draft(), none()),
        step("prepareRevision", draft(), json!({"text": REDRAFT})),
        step("listWorkingDrafts", c(), none()),
        step("showWorkingDraft", draft(), none()),
        step("submitWorkingDraft", draft(), json!({"reason": "the budget"})),
        step("beginWorkingDraft", draft(), none()),
        step("throwAwayWorkingDraft", draft(), none()),
    ];
    let told = steps.iter().map(|step| (step.id, carry_out(&server, step)));
    [("enterCaucus", entered), ("prepareProposal", prepared)].into_iter().chain(told.collect::<Vec<_>>()).collect()
}

/// What is done with webhooks.
pub fn webhooks(server: &Server) -> Vec<Told> {
    let hook = json!({"url": "https://integration.example/hooks", "types": ["draft-issued"]});
    let made = carry_out(server, &step("subscribe", json!({"c": "harbours"}), hook));
    let one = || json!({"c": "harbours", "w": made["answer"]["id"]});
    let steps = [
        step("listWebhooks", json!({"c": "harbours"}), Value::Null),
        step("showWebhook", one(), Value::Null),
        step("replay", one(), json!({"after": 0})),
        step("enable", one(), Value::Null),
        step("rotateSecret", one(), Value::Null),
        step("unsubscribe", one(), Value::Null),
    ];
    let told: Vec<Told> = steps.iter().map(|step| (step.id, carry_out(server, step))).collect();
    [("subscribe", made)].into_iter().chain(told).map(|(id, told)| (id, put_right(told))).collect()
}

/// The operations on tokens, which no server has that asks for none.
pub fn on_tokens() -> Vec<Told> {
    let home = TempDir::new().unwrap();
    let credentials = Arc::new(Credentials::open(TokenFile::new(home.path().join("record.tokens"))).unwrap());
    let (secret, _) = credentials.issue(&"secretariat".parse().unwrap(), "", None).unwrap();
    let server = Server::guarded(Arc::new(MemoryLog::new()), credentials);
    let bearer = format!("Bearer {}", secret.reveal());
    let send = |id: &'static str, t: &str, body: Value, status: u16| {
        let (path, method) = address(id);
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let sent = if body.is_null() { String::new() } else { body.to_string() };
        let answer = server.send(&method.to_uppercase(), &path.replace("{t}", t), &headers, sent.as_bytes());
        let (path, answer) = (if t.is_empty() { json!({}) } else { json!({"t": t}) }, answer.expect(status));
        json!({"path": path, "query": {}, "body": body, "form": "application/json", "status": status, "answer": answer})
    };
    let listed = send("listTokens", "", Value::Null, 200);
    let asked = json!({"for": "delegation:harbours/norland", "label": "laptop", "expires": "2999-01-31"});
    let issued = send("issueToken", "", asked, 201);
    let revoked = send("revokeToken", issued["answer"]["id"].as_str().unwrap(), Value::Null, 200);
    let told = [("listTokens", listed), ("issueToken", issued), ("revokeToken", revoked)];
    told.into_iter().map(|(id, told)| (id, put_right(told))).collect()
}

/// What is drawn by chance, or comes of the hour, as it stands in an example.
fn put_right(told: Value) -> Value {
    match told {
        Value::Object(members) => {
            // How a delivery went that nobody could take.
            let kept = members.into_iter().filter(|(name, _)| !["last", "failing"].contains(&name.as_str()));
            kept.map(|(name, value)| (name.clone(), drawn(&name, &value).unwrap_or_else(|| put_right(value)))).collect()
        }
        Value::Array(rows) => rows.into_iter().map(put_right).collect(),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => told,
    }
}

fn drawn(name: &str, value: &Value) -> Option<Value> {
    let text = value.as_str()?;
    let sample = match name {
        "standing" if text == "failing" => "active",
        "id" | "w" if text.starts_with('w') => "w5f0c7a4be2d19c03",
        "id" | "t" => "1a2b3c4d",
        "secret" => "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw",
        "token" => "trv_and-43-letters-that-are-told-this-once",
        "issued" | "created_at" => "2026-03-02T09:00:00.000Z",
        "earlier_secret_until" => "2026-03-03T09:00:00.000Z",
        "revoked" => "2026-03-02T09:30:00.000Z",
        "expires" if !text.starts_with("2999") => "2027-03-02T09:00:00.000Z",
        _ => return None,
    };
    Some(sample.into())
}
