//! Provisions over HTTP: closed ad ref, reopened, positions tied to wording.

use serde_json::json;

use crate::http::{C, opened, reword};

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
