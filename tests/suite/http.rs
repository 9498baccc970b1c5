//! The contract over HTTP: few tests, each of an edge that nothing below can show.

use std::sync::Arc;

use serde_json::{Value, json};
use travaux::log::{EventLog, MemoryLog};

use crate::server::Server;

pub const C: &str = "/api/v1/compacts/gcm";

const ZERO: &str = "# Compact (fiction)\n\n## Preamble\n\n1. States will ensure safe pathways.\n\n2. States note the report.\n\n3. States meet again.\n";

/// A compact with two groups and a Zero Draft of five provisions, `4.1` to `4.5`.
pub fn opened() -> Server {
    opened_on(Arc::new(MemoryLog::new()))
}

/// The same on a log that is there, and empty.
pub fn opened_on(log: Arc<dyn EventLog>) -> Server {
    let server = Server::on(log);
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    server.put(&format!("{C}/groups/african-group"), &json!({"name": "African Group"})).expect(201);
    server.put(&format!("{C}/groups/eu"), &json!({"name": "European Union"})).expect(201);
    server.send("POST", &format!("{C}/revisions"), &[("content-type", "text/markdown")], ZERO.as_bytes()).expect(201);
    server.post(&format!("{C}/drafts"), &json!({"label": "Zero Draft"})).expect(201);
    server
}

pub fn reword(text: &str) -> Value {
    json!({"sponsors": ["african-group"], "edits": [{"reword": "4.3", "text": text}]})
}

#[test]
fn a_proposal_taken_up_shows_in_the_redline_with_its_sponsor() {
    let server = opened();
    let tabled = server.post(&format!("{C}/proposals"), &reword("States shall ensure safe pathways."));
    let proposal = tabled.expect(201);
    assert_eq!(tabled.header("location"), format!("{C}/proposals/p6"));
    assert_eq!(
        (&proposal["id"], &proposal["standing"], &proposal["base"]),
        (&json!("p6"), &json!("waiting"), &json!("zero-draft"))
    );
    assert_eq!((&proposal["carry_over"], &proposal["conflicts_with"]), (&json!("clean"), &json!([])));
    let taken = server.post(&format!("{C}/proposals/p6/take-up"), &json!({})).expect(200);
    assert_eq!((&taken["standing"], &taken["seq"]), (&json!("taken_up"), &json!(7)));
    server.post(&format!("{C}/drafts"), &json!({"label": "Rev. 1"})).expect(201);

    let redline = server.get(&format!("{C}/redlines/zero-draft..rev-1")).expect(200);
    assert_eq!(
        redline["credits"],
        json!([{"basis": "exact", "groups": ["african-group"], "proposals": ["p6"], "evidence": 1.0}])
    );
    let segments = json!([
        {"op": "kept", "text": "States "}, {"op": "struck", "text": "will", "credit": 0},
        {"op": "added", "text": "shall", "credit": 0}, {"op": "kept", "text": " ensure safe pathways."},
    ]);
    assert_eq!(redline["provisions"][2]["segments"], segments);
    assert_eq!(redline["provisions"][2]["change"], "reworded");
    assert_eq!(redline["summary"]["by_group"], json!({"african-group": {"words_added": 1, "words_struck": 1}}));

    let back = server.get(&format!("{C}/redlines/rev-1..zero-draft")).expect(200);
    assert_eq!(back["provisions"][2]["segments"][1], json!({"op": "struck", "text": "shall", "credit": 0}));
    let marked = server.get_as(&format!("{C}/redlines/zero-draft..rev-1"), "text/markdown").text();
    assert!(marked.contains("{--will--}") && marked.contains("{++shall++}"), "{marked}");
}

#[test]
fn what_collides_is_refused_and_named_and_changes_nothing() {
    let server = opened();
    server.post(&format!("{C}/proposals"), &reword("States shall ensure safe pathways.")).expect(201);
    server.post(&format!("{C}/proposals"), &reword("States should ensure safe pathways.")).expect(201);
    let seen = server.get(&format!("{C}/proposals/p7")).expect(200);
    assert_eq!(seen["conflicts_with"], json!(["p6"]));
    server.post(&format!("{C}/proposals/p6/take-up"), &json!({})).expect(200);
    let problem = server.post(&format!("{C}/proposals/p7/take-up"), &json!({})).problem(409, "collision");
    assert_eq!(problem["conflicts"], json!([{"provision": "4.3", "edit": 0, "proposal": "p6", "seq": 8}]));
    assert_eq!(server.get(C).expect(200)["seq"], 8);
    // What was taken up in other words is named by its proposal too.
    for text in ["States note the reports.", "States note the two reports."] {
        let body = json!({"sponsors": ["eu"], "edits": [{"reword": "4.4", "text": text}]});
        server.post(&format!("{C}/proposals"), &body).expect(201);
    }
    let other = json!({"edits": [{"reword": "4.4", "text": "States note their reports."}]});
    server.post(&format!("{C}/proposals/p9/take-up"), &other).expect(200);
    let problem = server.post(&format!("{C}/proposals/p10/take-up"), &json!({})).problem(409, "collision");
    assert_eq!(problem["conflicts"][0], json!({"provision": "4.4", "edit": 0, "proposal": "p9", "seq": 11}));
    server.post(&format!("{C}/proposals/p6/take-up"), &json!({})).problem(409, "not-waiting");
}

#[test]
fn bad_input_gets_a_clear_problem_and_changes_nothing() {
    let server = opened();
    let p = &format!("{C}/proposals");
    let edits = |edits: Value| json!({"sponsors": ["eu"], "edits": edits});
    let many: Vec<Value> = (0..10_000).map(|_| json!({"strike": "4.3"})).collect();
    let cases = [
        (p, reword(""), 422, "bad-wording"),
        (p, reword(" \u{a0}\t"), 422, "bad-wording"),
        (p, reword("States will ensure safe pathways."), 422, "nothing-changes"),
        (p, reword("States\u{7} shall"), 422, "bad-wording"),
        (p, reword(&"word ".repeat(1_000_000)), 422, "too-much"),
        (p, edits(json!(many)), 422, "too-much"),
        (p, edits(json!([])), 422, "bad-command"),
        (p, edits(json!([{"reword": "9.9", "text": "x"}])), 422, "unknown-provision"),
        (p, edits(json!([{"strike": "4.3"}, {"reword": "4.3", "text": "x"}])), 422, "bad-command"),
        (p, edits(json!([{"move": "4.3", "after": "4.3"}])), 422, "bad-command"),
        (p, edits(json!([{"move": "4.3", "after": "4.2"}])), 422, "nothing-changes"),
        (p, edits(json!([{"move": "4.3"}])), 422, "bad-body"),
        (p, edits(json!([{"insert": {"text": "x"}}])), 422, "bad-body"),
        (p, edits(json!([{"strike": "nowhere"}])), 422, "bad-body"),
        (p, json!({"sponsors": ["nobody"], "edits": [{"strike": "4.3"}]}), 422, "unknown-speaker"),
        (p, json!({"sponsors": [], "edits": [{"strike": "4.3"}]}), 422, "bad-command"),
        (p, json!({"sponsors": ["eu"], "base": 99, "edits": [{"strike": "4.3"}]}), 422, "unknown-text"),
        (p, json!({"sponsors": ["eu"], "base": "rev-9", "edits": [{"strike": "4.3"}]}), 422, "unknown-text"),
        (&format!("{C}/proposals/p99/take-up"), json!({}), 404, "unknown-proposal"),
        (&format!("{C}/proposals/5/decline"), json!({}), 404, "not-found"),
        (&"/api/v1/compacts/nowhere/proposals".to_owned(), reword("x"), 404, "unknown-compact"),
        (&"/api/v1/compacts".to_owned(), json!({"id": "Not a slug", "title": "x"}), 422, "bad-body"),
        (&"/api/v1/compacts".to_owned(), json!({"id": "gcm", "title": "x"}), 409, "compact-exists"),
        (&format!("{C}/drafts"), json!({"label": "Zero draft"}), 409, "draft-exists"),
        (&format!("{C}/drafts"), json!({"label": " "}), 422, "bad-command"),
        (&format!("{C}/revisions"), json!({"text": ""}), 422, "bad-wording"),
        (&format!("{C}/revisions"), json!({"text": "x", "reflects": ["p9"]}), 404, "unknown-proposal"),
    ];
    for (path, body, status, slug) in cases {
        let answer = server.post(path, &body);
        assert_eq!(answer.header("content-type"), "application/problem+json", "{slug} at {path}: {}", answer.text());
        answer.problem(status, slug);
    }
    let json_type = [("content-type", "application/json")];
    server.send("POST", p, &json_type, br#"{"sponsors": ["eu\ud800"], "edits": []}"#).problem(400, "malformed-json");
    server.send("POST", p, &json_type, b"\xff\xfe").problem(400, "malformed-json");
    server.send("POST", &format!("{C}/adopt"), &json_type, b" [\"a note\"]").problem(422, "bad-body");
    server.send("POST", p, &[("content-type", "text/csv")], b"x").problem(415, "unsupported-media-type");
    let markdown = [("content-type", "text/markdown")];
    server.send("POST", &format!("{C}/revisions"), &markdown, b"# A\xff").problem(400, "not-utf-8");
    server.send("POST", &format!("{C}/revisions"), &markdown, &vec![b'a'; 9 << 20]).problem(413, "body-too-large");
    server.get_as(&format!("{C}/redlines/zero-draft..working"), "image/png").problem(406, "not-acceptable");
    server.get(&format!("{C}/texts/rev-9")).problem(404, "unknown-text");
    server.get(&format!("{C}/provisions/9.9/provenance")).problem(404, "not-found");
    let refused = server.send("PATCH", C, &[], b"");
    refused.problem(405, "method-not-allowed");
    assert_eq!(refused.header("allow"), "GET, HEAD");
    server.get("/nowhere").problem(404, "not-found");
    assert_eq!(server.get(C).expect(200)["seq"], 5, "nothing was recorded");
}

#[test]
fn etags_tell_what_changed_and_what_never_will() {
    let server = opened();
    let seen = server.get(C);
    assert_eq!(seen.header("etag"), "\"5\"");
    assert_eq!(server.send("GET", C, &[("if-none-match", "\"5\"")], b"").status, 304);
    let json_type = ("content-type", "application/json");
    let body = reword("States shall ensure safe pathways.").to_string();
    let stale = server.send("POST", &format!("{C}/proposals"), &[json_type, ("if-match", "\"4\"")], body.as_bytes());
    assert_eq!(stale.problem(412, "stale")["seq"], 5);
    server.send("POST", &format!("{C}/proposals"), &[json_type, ("if-match", "\"5\"")], body.as_bytes()).expect(201);
    assert_eq!(server.send("GET", C, &[("if-none-match", "\"5\"")], b"").status, 200);

    let draft = server.get(&format!("{C}/texts/zero-draft"));
    assert!(draft.header("cache-control").contains("immutable"));
    let tag = draft.header("etag");
    assert_eq!(server.send("GET", &format!("{C}/texts/zero-draft"), &[("if-none-match", tag)], b"").status, 304);
    let plain = server.get_as(&format!("{C}/texts/zero-draft"), "text/plain");
    assert_ne!(plain.header("etag"), tag, "another representation has another tag");
    let head = server.send("HEAD", C, &[], b"");
    assert_eq!((head.status, head.body.len(), head.header("etag")), (200, 0, "\"6\""));
}

#[test]
fn a_key_makes_a_request_count_once() {
    let server = opened();
    let headers = [("content-type", "application/json"), ("idempotency-key", "night-of-9-july")];
    let body = reword("States shall ensure safe pathways.").to_string();
    let p = &format!("{C}/proposals");
    let first = server.send("POST", p, &headers, body.as_bytes());
    let again = server.send("POST", p, &headers, body.as_bytes());
    assert_eq!(first.expect(201), again.expect(201));
    assert_eq!(again.header("location"), first.header("location"));
    assert_eq!(server.get(C).expect(200)["seq"], 6, "recorded once");
    let other = reword("States must ensure safe pathways.").to_string();
    server.send("POST", p, &headers, other.as_bytes()).problem(422, "idempotency-key-reused");
}

#[test]
fn a_page_from_elsewhere_cannot_write() {
    let server = opened();
    let host = server.address.strip_prefix("http://").unwrap();
    let p = format!("{C}/proposals/p6/withdraw");
    server.post(&format!("{C}/proposals"), &reword("States shall ensure safe pathways.")).expect(201);
    for foreign in
        [("sec-fetch-site", "cross-site"), ("sec-fetch-site", "same-site"), ("origin", "https://evil.example")]
    {
        server.send("POST", &p, &[foreign], b"").problem(403, "cross-site");
    }
    let own = format!("http://{host}");
    server.send("POST", &p, &[("origin", &own)], b"").expect(200);
    assert_eq!(server.send("GET", C, &[("sec-fetch-site", "cross-site")], b"").status, 200);
}

#[test]
fn an_exported_draft_comes_back_without_a_change() {
    let server = opened();
    for kind in ["text/markdown", "text/plain"] {
        let text = server.get_as(&format!("{C}/texts/zero-draft"), kind);
        let again = server.send("POST", &format!("{C}/revisions"), &[("content-type", kind)], &text.body).expect(200);
        assert_eq!((&again["words_added"], &again["seq"]), (&json!(0), &json!(5)));
    }
}

#[test]
fn the_stream_alone_rebuilds_every_version() {
    let server = opened();
    let p = &format!("{C}/proposals");
    server.post(p, &reword("States shall ensure safe 公约 pathways é.")).expect(201);
    let insert = json!({"insert": {"after": "4.4", "label": "2 bis", "text": "States consult."}});
    server
        .post(p, &json!({"sponsors": ["eu"], "edits": [{"move": "4.5", "after": "4.2"}, insert, {"strike": "4.4"}]}))
        .expect(201);
    server.post(&format!("{p}/p7/take-up"), &json!({})).expect(200);
    server.post(&format!("{p}/p6/take-up"), &json!({})).expect(200);
    let revised = "# Compact (fiction)\n\n## Preamble\n\n1. States shall ensure safe pathways.\n\n2. States will consult often.\n";
    server
        .send("POST", &format!("{C}/revisions"), &[("content-type", "text/markdown")], revised.as_bytes())
        .expect(201);
    let table =
        |edits: Value| server.post(p, &json!({"sponsors": ["eu"], "base": "working", "edits": edits})).expect(201);
    table(
        json!([{"reword": "4.3", "text": "All States shall ensure safe pathways."}, {"move": "4.2", "after": "4.3"}]),
    );
    table(
        json!([{"reword": "4.3", "text": "States shall ensure safe é pathways."}, {"insert": {"after": "4.2", "text": "公约"}}]),
    );
    server.post(&format!("{C}/packages"), &json!({"proposals": ["p11", "p12"]})).expect(201);
    server.post(&format!("{C}/packages/k13/take-up"), &json!({})).expect(200);

    let lines = server.get_as(&format!("{C}/events"), "application/x-ndjson").text();
    let mut provisions: Vec<(String, String)> = Vec::new();
    for line in lines.lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        for change in event["data"]["changes"].as_array().into_iter().flatten() {
            apply(&mut provisions, change);
        }
        let seq: u32 = event["sequence"].as_str().unwrap().parse().unwrap();
        let text = server.get(&format!("{C}/texts/{seq}")).expect(200);
        let stands: Vec<(String, String)> = text["provisions"]
            .as_array()
            .unwrap()
            .iter()
            .map(|p| (p["id"].as_str().unwrap().into(), p["text"].as_str().unwrap().into()))
            .collect();
        assert_eq!(provisions, stands, "at {seq}");
    }
    assert_eq!(lines.lines().count(), 14);
}

/// What a client in any language does with a change: no difference algorithm.
fn apply(provisions: &mut Vec<(String, String)>, change: &Value) {
    let place = |list: &[(String, String)], id: &Value| list.iter().position(|p| *id == *p.0);
    if let Some(splices) = change["splices"].as_array() {
        let at = place(provisions, &change["provision"]).unwrap();
        let mut text: Vec<char> = provisions[at].1.chars().collect();
        for splice in splices.iter().rev() {
            let start = usize::try_from(splice["at"].as_u64().unwrap()).unwrap();
            let struck: Vec<char> = splice["struck"].as_str().unwrap().chars().collect();
            assert_eq!(text[start..start + struck.len()], struck);
            text.splice(start..start + struck.len(), splice["added"].as_str().unwrap().chars());
        }
        provisions[at].1 = text.into_iter().collect();
    }
    if !change["strike"].is_null() {
        provisions.retain(|p| change["strike"]["provision"] != *p.0);
    }
    for told in [&change["insert"], &change["move"]].into_iter().filter(|told| !told.is_null()) {
        let before = place(provisions, &told["provision"]).map(|at| provisions.remove(at).1);
        let text = before.unwrap_or_else(|| told["text"].as_str().unwrap().into());
        let at = if told["after"].is_null() { 0 } else { place(provisions, &told["after"]).unwrap() + 1 };
        provisions.insert(at, (told["provision"].as_str().unwrap().into(), text));
    }
}
