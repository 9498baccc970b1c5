//! Proposals on a proposal, over HTTP.

use serde_json::json;

use crate::http::{C, opened, reword};

#[test]
fn wording_that_is_accepted_is_credited_to_both() {
    let server = opened();
    let p = &format!("{C}/proposals");
    server.post(p, &reword("States shall ensure safe pathways.")).expect(201);
    let edits = json!([{"reword": "4.3", "text": "States should ensure safe pathways."}]);
    let body = |on: &str| json!({"sponsors": ["eu"], "on": on, "edits": edits});
    let tabled = server.post(p, &body("p6")).expect(201);
    assert_eq!((&tabled["id"], &tabled["on"], &tabled["base"]), (&json!("p7"), &json!("p6"), &json!("zero-draft")));
    assert_eq!(server.get(&format!("{p}/p6")).expect(200)["proposals_on_it"], json!(["p7"]));
    server.post(p, &body("p7")).problem(422, "bad-command");
    server.post(p, &body("p99")).problem(404, "unknown-proposal");
    let based = json!({"sponsors": ["eu"], "on": "p6", "base": 4, "edits": edits});
    server.post(p, &based).problem(422, "bad-command");
    server.post(&format!("{p}/p6/accept"), &json!({})).problem(422, "bad-command");
    server.put(&format!("{p}/p6/positions/eu"), &json!({"position": "objects"})).expect(200);

    let accepted = server.post(&format!("{p}/p7/accept"), &json!({"note": "we can live with it"})).expect(200);
    assert_eq!((&accepted["standing"], &accepted["settled"]["into"]), (&json!("taken_up"), &json!("p6")));
    let now = server.get(&format!("{p}/p6")).expect(200);
    assert_eq!((&now["standing"], &now["edits"]), (&json!("waiting"), &edits));
    assert_eq!(now["earlier"][0]["edits"][0]["text"], "States shall ensure safe pathways.");
    assert_eq!(now["positions"][0]["on_earlier_wording"], true);
    let entry = &server.get(&format!("{C}/events?after=8")).expect(200)["events"][0];
    assert_eq!((&entry["subject"], &entry["speaker"]), (&json!("p6"), &json!("sponsor:african-group")));
    server.post(&format!("{p}/p7/accept"), &json!({})).problem(409, "not-waiting");

    server.post(&format!("{p}/p6/take-up"), &json!({})).expect(200);
    let redline = server.get(&format!("{C}/redlines/zero-draft..working")).expect(200);
    let credit =
        json!([{"basis": "exact", "groups": ["african-group", "eu"], "proposals": ["p6", "p7"], "evidence": 1.0}]);
    assert_eq!(redline["credits"], credit);
    server.post(p, &body("p6")).problem(409, "not-waiting");
}
