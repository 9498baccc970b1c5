//! What is told of the record over HTTP: silent changes, dispositions, corrections, brackets, whose every word is.

use serde_json::{Value, json};

use crate::server::Server;

const C: &str = "/api/v1/compacts/gcm";

const ZERO: &str = "# Compact (fiction)\n\n1. States will ensure [safe] pathways for all who move across borders.\n\n2. States note the report.\n\n3. States meet again in two years to review what was done.\n";

/// A compact with two groups and a Zero Draft of four provisions, `4.1` to `4.4`.
fn opened() -> Server {
    let server = Server::start();
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    server.put(&format!("{C}/groups/african-group"), &json!({"name": "African Group"})).expect(201);
    server.put(&format!("{C}/groups/eu"), &json!({"name": "=European Union"})).expect(201);
    revise(&server, ZERO, None);
    server.post(&format!("{C}/drafts"), &json!({"label": "Zero Draft"})).expect(201);
    server
}

fn revise(server: &Server, text: &str, reason: Option<&str>) -> Value {
    server.post(&format!("{C}/revisions"), &json!({"text": text, "reason": reason})).expect(201)
}

fn table(server: &Server, sponsor: &str, edit: &Value) -> Value {
    server.post(&format!("{C}/proposals"), &json!({"sponsors": [sponsor], "edits": [edit]})).expect(201)
}

#[test]
fn a_silent_change_holds_the_draft_up_until_it_has_a_reason() {
    let server = opened();
    table(
        &server,
        "eu",
        &json!({"reword": "4.2", "text": "States shall ensure [safe] pathways for all who move across borders."}),
    );
    table(
        &server,
        "african-group",
        &json!({"reword": "4.2", "text": "States should ensure [safe] pathways for all who move across borders."}),
    );
    let moved = "# Compact (fiction)\n\n3. States meet again in two years to review what was done.\n\n1. States will ensure safe pathways for all who move across borders.\n\nA new one.\n";
    let revised = revise(&server, moved, None);
    let silent = server.get(&format!("{C}/silent-changes")).expect(200);
    assert_eq!(revised["silent_changes"], silent);
    assert_eq!((&silent["since"], &silent["seq"]), (&json!("zero-draft"), &json!(8)));
    let told: Vec<(&str, &str)> = silent["own"]
        .as_array()
        .unwrap()
        .iter()
        .map(|own| (own["provision"].as_str().unwrap(), own["change"].as_str().unwrap()))
        .collect();
    assert_eq!(told, [("4.3", "struck"), ("4.2", "moved_and_reworded"), ("8.1", "inserted")]);
    let reworded = &silent["own"][1];
    assert_eq!((&reworded["label"], &reworded["entry"]), (&json!("1"), &json!(8)));
    assert_eq!(reworded["words"], json!([{"op": "struck", "text": "["}, {"op": "struck", "text": "]"}]));
    assert_eq!(silent["own"][0]["words"], json!([{"op": "struck", "text": "States note the report."}]));
    assert_eq!(silent["undecided"][0], json!({"id": "p6", "sponsors": ["eu"], "carry_over": "clean"}));
    assert_eq!(silent["conflicts"], json!([["p6", "p7"]]));

    let refused = server.post(&format!("{C}/drafts"), &json!({"label": "Rev. 1"})).problem(409, "silent-changes");
    assert_eq!(refused["silent_changes"], silent);
    let r = &format!("{C}/reasons");
    server.post(r, &json!({"entry": 8, "reason": " "})).problem(422, "bad-command");
    server.post(r, &json!({"entry": 7, "reason": "x"})).problem(422, "bad-command");
    server.post(r, &json!({"entry": 8, "provision": "4.1", "reason": "x"})).problem(422, "bad-command");
    let after = server.post(r, &json!({"entry": 8, "provision": "4.2", "reason": "agreed"})).expect(200);
    assert_eq!((&after["own"][1]["reason"], &after["own"][0]["reason"]), (&json!("agreed"), &Value::Null));
    server.post(&format!("{C}/drafts"), &json!({"label": "Rev. 1"})).problem(409, "silent-changes");
    let draft = server.post(&format!("{C}/drafts"), &json!({"label": "Rev. 1", "sign_off": true})).expect(201);
    assert_eq!(draft["sign_off"], true);
    let drafts = server.get(&format!("{C}/drafts")).expect(200);
    assert_eq!((&drafts["drafts"][0]["sign_off"], &drafts["drafts"][1]["sign_off"]), (&Value::Null, &json!(true)));
    assert_eq!(server.get(&format!("{C}/silent-changes")).expect(200)["own"], json!([]));
    let page = server.get_as("/compacts/gcm/silent-changes", "text/html").text();
    assert!(page.contains("a proposal asked for every change"), "{page}");
}

#[test]
fn a_reason_given_with_the_change_is_enough() {
    let server = opened();
    revise(&server, &ZERO.replace("note", "welcome"), Some("as said in the room"));
    let silent = server.get(&format!("{C}/silent-changes")).expect(200);
    assert_eq!(silent["own"][0]["reason"], "as said in the room");
    server.post(&format!("{C}/drafts"), &json!({"label": "Rev. 1"})).expect(201);
}
