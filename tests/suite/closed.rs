//! Provisions over HTTP: closed ad ref, reopened, positions tied to wording.

use serde_json::{Value, json};

use crate::http::{C, opened, reword};
use crate::server::Server;

#[test]
fn a_closed_provision_is_left_alone_until_it_is_reopened() {
    let server = opened();
    let provision = format!("{C}/provisions/4.3");
    server.post(&format!("{C}/proposals"), &reword("States shall ensure safe pathways.")).expect(201);
    let closed = server.post(&format!("{provision}/close"), &json!({"note": "ad ref"})).expect(200);
    assert_eq!((&closed["closed"], &closed["seq"], &closed["id"]), (&json!(7), &json!(7), &json!("4.3")));
    assert_eq!(server.post(&format!("{provision}/close"), &json!({})).expect(200)["closed"], 7);
    let other = reword("States must ensure safe pathways.");
    for (method, path, body) in
        [("POST", "", &other), ("PUT", "/p6", &json!({"edits": other["edits"]})), ("POST", "/p6/take-up", &json!({}))]
    {
        let json_type = [("content-type", "application/json")];
        let path = format!("{C}/proposals{path}");
        let problem = server.send(method, &path, &json_type, body.to_string().as_bytes());
        let problem = problem.problem(409, "provision-closed");
        assert_eq!((&problem["provision"], &problem["seq"]), (&json!("4.3"), &json!(7)));
    }
    let listed = json!([{"provision": "4.3", "seq": 7}]);
    for what in ["texts", "compilations"] {
        assert_eq!(server.get(&format!("{C}/{what}/working")).expect(200)["closed"], listed);
        assert_eq!(server.get(&format!("{C}/{what}/zero-draft")).expect(200).get("closed"), None);
    }
    let exported = |at: &str| server.get_as(&format!("{C}/texts/{at}"), "text/markdown").text();
    assert_eq!(exported("working"), exported("zero-draft"), "what is exported is the text alone");
    server.post(&format!("{provision}/reopen"), &json!({})).problem(422, "bad-body");
    server.post(&format!("{provision}/reopen"), &json!({"reason": " "})).problem(422, "bad-command");
    let open = server.post(&format!("{provision}/reopen"), &json!({"reason": "no instructions yet"})).expect(200);
    let closing = json!([{"closed": 7, "note": "ad ref", "reopened": 8, "reason": "no instructions yet"}]);
    assert_eq!((&open["closed"], &open["closings"]), (&json!(null), &closing));
    server.post(&format!("{provision}/reopen"), &json!({"reason": "again"})).problem(422, "nothing-changes");
    server.post(&format!("{C}/proposals/p6/take-up"), &json!({})).expect(200);
    server.post(&format!("{C}/provisions/9.9/close"), &json!({})).problem(404, "unknown-provision");
    server.post(&format!("{C}/provisions/x/close"), &json!({})).problem(404, "not-found");
    server.get(&format!("{C}/provisions/9.9")).problem(404, "not-found");
    assert_eq!(server.get(&format!("{C}/texts/7")).expect(200)["closed"], listed, "what was, stays told");
}

#[test]
fn a_position_is_on_the_wording_it_was_taken_on() {
    let server = opened();
    let position = json!({"position": "supports"});
    server.post(&format!("{C}/proposals"), &reword("States shall ensure safe pathways.")).expect(201);
    let eu = format!("{C}/proposals/p6/positions/eu");
    let taken = json!([{"group": "eu", "position": "supports", "seq": 7, "on_earlier_wording": false}]);
    assert_eq!(server.put(&eu, &position).expect(200)["positions"], taken);
    assert_eq!(server.put(&eu, &position).expect(200)["seq"], 7, "it is said already");
    let other = reword("States must ensure safe pathways.");
    let revised = server.put(&format!("{C}/proposals/p6"), &json!({"edits": other["edits"]})).expect(200);
    assert_eq!(revised["positions"][0]["on_earlier_wording"], true);
    assert_eq!(revised["earlier"][0]["edits"][0]["text"], "States shall ensure safe pathways.");
    let renewed = server.put(&eu, &position).expect(200);
    assert_eq!(
        renewed["positions"][0],
        json!({"group": "eu", "position": "supports", "seq": 9, "on_earlier_wording": false})
    );

    let on_text = format!("{C}/provisions/4.3/positions/eu");
    assert_eq!(server.put(&on_text, &position).expect(200)["positions"][0]["on_earlier_wording"], false);
    assert_eq!(server.put(&on_text, &position).expect(200)["seq"], 10);
    server.post(&format!("{C}/proposals/p6/take-up"), &json!({})).expect(200);
    let seen = server.get(&format!("{C}/provisions/4.3")).expect(200);
    assert_eq!((&seen["text"], &seen["worded_since"]), (&json!("States must ensure safe pathways."), &json!(11)));
    assert_eq!(seen["positions"][0]["on_earlier_wording"], true);
    assert_eq!(server.put(&on_text, &position).expect(200)["positions"][0]["seq"], 12);
    server.put(&format!("{C}/provisions/4.3/positions/nobody"), &position).problem(404, "unknown-speaker");
    server.put(&on_text, &json!({"position": "likes"})).problem(422, "bad-body");
}

const FOUR: &str = "# Harbours\n\n1. States keep harbours open.\n\n2. States meet every year.\n\n3. States note the report.\n\n4. States exchange charts of their harbours.\n";

/// The answer to a whole text handed in, as far as it tells of what was closed.
fn touched_by(server: &Server, text: &str) -> Value {
    let revised = server.post(&format!("{C}/revisions"), &json!({"text": text})).expect(201);
    revised["silent_changes"]["closed_touched"].clone()
}

#[test]
fn what_was_closed_and_changed_all_the_same_is_told_with_the_silent_changes() {
    // Given four paragraphs closed ad ref,
    let server = Server::start();
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    assert_eq!(touched_by(&server, FOUR), json!([]));
    server.post(&format!("{C}/drafts"), &json!({"label": "Zero Draft"})).expect(201);
    for id in ["2.2", "2.3", "2.4", "2.5"] {
        server.post(&format!("{C}/provisions/{id}/close"), &json!({})).expect(200);
    }
    // when a whole text gives one other words and strikes one, and the number of a third changes,
    let text = "# Harbours\n\n1. States keep harbours open.\n\n2. States meet every two years.\n\n3. States exchange charts of their harbours.\n";
    let touched = json!([
        {"provision": "2.3", "label": "2", "closed": 5, "entries": [8], "stands": true},
        {"provision": "2.4", "label": "3", "closed": 6, "entries": [8], "stands": false},
    ]);
    // then the first two are told, and when a draft is refused as well;
    assert_eq!(touched_by(&server, text), touched);
    let refused = server.post(&format!("{C}/drafts"), &json!({"label": "Rev. 1"})).problem(409, "silent-changes");
    assert_eq!(refused["silent_changes"]["closed_touched"], touched);
    let page = server.get_as("/compacts/gcm/silent-changes", "text/html").text();
    assert!(page.contains("was closed by entry 5 and changed by entry 8"), "{page}");
    // when one moves, it is told where it is now; when words are put back, no longer;
    let moved = "# Harbours\n\n2. States meet every year.\n\n1. States keep harbours open.\n\n3. States exchange charts of their harbours.\n";
    let told = touched_by(&server, moved);
    let told: Vec<&str> = told.as_array().unwrap().iter().filter_map(|t| t["provision"].as_str()).collect();
    assert!(told.len() == 2 && told.contains(&"2.4") && (told.contains(&"2.2") ^ told.contains(&"2.3")), "{told:?}");
    // and a reason for the changes is all that a draft needs.
    for entry in [8, 9] {
        let reason = json!({"entry": entry, "reason": "smoothing"});
        server.send(
            "POST",
            &format!("{C}/reasons"),
            &[("content-type", "application/json")],
            reason.to_string().as_bytes(),
        );
    }
    server.post(&format!("{C}/drafts"), &json!({"label": "Rev. 1"})).expect(201);
    let later = server.get(&format!("{C}/silent-changes")).expect(200);
    assert_eq!(
        (&later["own"], later["closed_touched"].as_array().unwrap().len()),
        (&json!([]), 2),
        "as long as it is closed"
    );
    server.post(&format!("{C}/provisions/2.4/reopen"), &json!({"reason": "it went out"})).expect(200);
    assert_eq!(server.get(&format!("{C}/silent-changes")).expect(200)["closed_touched"].as_array().unwrap().len(), 1);
}
