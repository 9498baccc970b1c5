//! The limits as documented are the limits as kept, and they are kept to the one.

use serde_json::{Value, json};
use travaux::compact::limits;

use crate::server::Server;

#[test]
fn the_documented_table_is_the_one_in_the_code() {
    let row = |limit: &limits::Limit| format!("| `{}` | {} | {} |", limit.name, limit.most, limit.bounds.trim());
    let table: Vec<String> = limits::ALL.iter().map(row).collect();
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/limits.md");
    let document = std::fs::read_to_string(path).unwrap();
    let kept: Vec<&str> = document.lines().filter(|line| line.starts_with("| `")).collect();
    assert_eq!(kept, table, "docs/limits.md should read:\n{}", table.join("\n"));
}

/// Something that is taken `most` times and refused once more.
fn at_the_limit(server: &Server, path: &str, most: usize, body: impl Fn(usize) -> Value) {
    server.post(path, &body(most + 1)).problem(422, "too-much");
    server.post(path, &body(most * 3)).problem(422, "too-much");
    let taken = server.post(path, &body(most));
    assert_eq!(taken.status, 201, "{}", taken.text());
}

#[test]
fn what_is_at_a_limit_is_taken_and_one_over_is_refused() {
    let server = Server::start();
    let c = "/api/v1/compacts/gcm";
    let title = |chars: usize| json!({"id": "gcm", "title": "é".repeat(chars)});
    at_the_limit(&server, "/api/v1/compacts", limits::NAME_CHARS_MAX, title);
    server.put(&format!("{c}/groups/eu"), &json!({"name": "EU"})).expect(201);
    let words = |words: usize| json!({"text": "of ".repeat(words)});
    at_the_limit(&server, &format!("{c}/revisions"), limits::WORDING_WORDS_MAX, words);
    let provisions = |count: usize| json!({"text": "States meet.\n\n".repeat(count)});
    at_the_limit(&server, &format!("{c}/revisions"), limits::PROVISIONS_MAX, provisions);
    server.post(&format!("{c}/drafts"), &json!({"label": "Zero"})).expect(201);
    let insert = |text: String| json!({"insert": {"after": null, "text": text}});
    let edits = |count: usize| json!({"sponsors": ["eu"], "edits": vec![insert("x".into()); count]});
    at_the_limit(&server, &format!("{c}/proposals"), limits::EDITS_MAX, edits);
    let bytes = |bytes: usize| json!({"sponsors": ["eu"], "edits": [insert("x".repeat(bytes))]});
    at_the_limit(&server, &format!("{c}/proposals"), limits::WORDING_BYTES_MAX, bytes);
    let note =
        |chars: usize| json!({"sponsors": ["eu"], "edits": [insert("x".into())], "rationale": "n".repeat(chars)});
    at_the_limit(&server, &format!("{c}/proposals"), limits::NOTE_CHARS_MAX, note);
    server.get(&format!("{c}/proposals?limit={}", limits::PAGE_ROWS_MAX)).expect(200);
    server.get(&format!("{c}/proposals?limit={}", limits::PAGE_ROWS_MAX + 1)).problem(400, "bad-query");
    let key = |bytes: usize| "k".repeat(bytes);
    for (bytes, status) in [(limits::IDEMPOTENCY_KEY_BYTES_MAX, 409), (limits::IDEMPOTENCY_KEY_BYTES_MAX + 1, 400)] {
        let headers = [("content-type", "application/json"), ("idempotency-key", &*key(bytes))];
        let answer = server.send("POST", "/api/v1/compacts", &headers, title(1).to_string().as_bytes());
        assert_eq!(answer.status, status, "{}", answer.text());
    }
}
