//! No provision is left without a word: what another strikes too is refused, with the advice to strike the provision.

use serde_json::{Value, json};

use crate::server::Server;

const C: &str = "/api/v1/compacts/gcm";

/// A provision `3.2` of two words, of which `p5` strikes the one and `p6` the other.
fn tabled() -> Server {
    let server = Server::start();
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    server.put(&format!("{C}/groups/eu"), &json!({"name": "European Union"})).expect(201);
    revise(&server, &json!({"text": "# Compact (fiction)\n\nStates rights\n"})).expect(201);
    server.post(&format!("{C}/drafts"), &json!({"label": "Zero Draft"})).expect(201);
    for text in ["rights", "States"] {
        let body = json!({"sponsors": ["eu"], "edits": [{"reword": "3.2", "text": text}]});
        server.post(&format!("{C}/proposals"), &body).expect(201);
    }
    server
}

fn revise(server: &Server, body: &Value) -> crate::server::Answer {
    server.post(&format!("{C}/revisions"), body)
}

fn wording(server: &Server) -> Value {
    server.get(&format!("{C}/texts/working")).expect(200)["provisions"][1]["text"].clone()
}

#[test]
fn two_proposals_that_strike_all_between_them_are_not_both_taken_up() {
    let server = tabled();
    server.post(&format!("{C}/proposals/p5/take-up"), &json!({})).expect(200);
    let refused = server.post(&format!("{C}/proposals/p6/take-up"), &json!({})).problem(409, "collision");
    assert_eq!(refused["conflicts"], json!([{"provision": "3.2", "edit": 0, "proposal": "p5", "seq": 7}]));
    assert_eq!(
        refused["detail"],
        "provision 3.2 would be left without a word: p5 (taken up at seq 7) struck all that this leaves standing; \
         strike the provision instead"
    );
    assert_eq!(wording(&server), "rights");
}

#[test]
fn neither_what_a_revision_left_nor_an_older_base_leaves_a_provision_blank() {
    let server = tabled();
    let rights = json!({"text": "# Compact (fiction)\n\nrights\n"});
    revise(&server, &rights).expect(201);
    let refused = server.post(&format!("{C}/proposals/p6/take-up"), &json!({})).problem(409, "collision");
    assert_eq!(refused["conflicts"][0]["seq"], 7);
    let older = json!({"text": "# Compact (fiction)\n\nStates\n", "base": "zero-draft"});
    revise(&server, &older).problem(409, "collision");
    assert_eq!(wording(&server), "rights");
}

#[test]
fn members_of_a_package_that_strike_all_between_them_collide() {
    let server = tabled();
    server.post(&format!("{C}/packages"), &json!({"proposals": ["p5", "p6"]})).expect(201);
    let refused = server.post(&format!("{C}/packages/k7/take-up"), &json!({})).problem(409, "collision");
    let conflict = &refused["conflicts"][0];
    assert_eq!((&conflict["provision"], &conflict["member"]), (&json!("3.2"), &json!("p5")));
    assert_eq!((&conflict["proposal"], wording(&server)), (&json!("p6"), json!("States rights")));
}
