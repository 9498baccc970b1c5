//! Packages over HTTP: proposals that stand or fall together.

use serde_json::{Value, json};

use crate::http::{C, opened, reword};
use crate::server::Server;

/// Three waiting proposals, `p6` to `p8`, of which two are about one paragraph.
fn tabled() -> Server {
    let server = opened();
    let p = &format!("{C}/proposals");
    server.post(p, &reword("States shall ensure safe pathways.")).expect(201);
    let other = json!([{"reword": "4.3", "text": "States will ensure pathways."}, {"strike": "4.5"}]);
    server.post(p, &json!({"sponsors": ["eu"], "edits": other})).expect(201);
    server.post(p, &json!({"sponsors": ["eu"], "edits": [{"strike": "4.4"}]})).expect(201);
    server
}

#[test]
fn a_package_is_taken_up_in_one_entry_with_exact_credit() {
    let server = tabled();
    let k = &format!("{C}/packages");
    let linked = server.post(k, &json!({"proposals": ["p7", "p6"], "title": "Pathways"}));
    let package = linked.expect(201);
    assert_eq!(linked.header("location"), format!("{k}/k9"));
    assert_eq!((&package["id"], &package["proposals"]), (&json!("k9"), &json!(["p6", "p7"])));
    assert_eq!((&package["standing"], &package["settled"]), (&json!("waiting"), &json!(null)));
    assert_eq!(server.get(&format!("{C}/proposals/p6")).expect(200)["package"], "k9");
    for act in ["take-up", "decline"] {
        let problem = server.post(&format!("{C}/proposals/p6/{act}"), &json!({})).problem(409, "in-package");
        assert_eq!((&problem["package"], &problem["proposal"]), (&json!("k9"), &json!("p6")));
    }
    server.post(k, &json!({"proposals": ["p6", "p8"]})).problem(409, "in-package");
    let taken = server.post(&format!("{k}/k9/take-up"), &json!({"note": "agreed"})).expect(200);
    assert_eq!((&taken["standing"], &taken["seq"], &taken["note"]), (&json!("taken_up"), &json!(10), &json!("agreed")));

    let events = server.get(&format!("{C}/events?after=9")).expect(200);
    let event = &events["events"][0];
    assert_eq!((&event["type"], &event["subject"]), (&json!("travaux.package-taken-up.v1"), &json!("k9")));
    let groups = |index: usize| &event["data"]["credits"][index]["groups"][0];
    assert_eq!((groups(0), groups(1)), (&json!("african-group"), &json!("eu")));
    let splices = json!([{"at": 7, "struck": "will", "added": "shall", "credit": 0}, {"at": 19, "struck": "safe ", "added": "", "credit": 1}]);
    assert_eq!(
        event["data"]["changes"],
        json!([{"strike": {"provision": "4.5", "credit": 1}}, {"provision": "4.3", "splices": splices}])
    );
    let settled = server.get(&format!("{C}/proposals/p7")).expect(200);
    assert_eq!((&settled["standing"], &settled["package"]), (&json!("taken_up"), &json!("k9")));
    assert_eq!((&settled["settled"]["seq"], &settled["settled"]["note"]), (&json!(10), &json!("agreed")));
    let redline = server.get(&format!("{C}/redlines/zero-draft..working")).expect(200);
    assert_eq!(redline["summary"]["by_group"]["african-group"], json!({"words_added": 1, "words_struck": 1}));
    server.post(&format!("{k}/k9/take-up"), &json!({})).problem(409, "not-waiting");
    assert_eq!(server.get(k).expect(200)["packages"][0]["id"], "k9");
}

#[test]
fn a_package_ends_with_the_withdrawal_of_a_member_or_by_request() {
    let server = tabled();
    let k = &format!("{C}/packages");
    let refused = |body: Value, status, slug| drop(server.post(k, &body).problem(status, slug));
    refused(json!({"proposals": ["p6"]}), 422, "bad-command");
    refused(json!({"proposals": ["p6", "p6"]}), 422, "bad-command");
    refused(json!({"proposals": ["p6", "p99"]}), 404, "unknown-proposal");
    refused(json!({"proposals": ["p6", "p7"], "title": " "}), 422, "bad-command");
    server.get(&format!("{k}/k9")).problem(404, "unknown-package");
    server.get(&format!("{k}/9")).problem(404, "not-found");
    server.post(k, &json!({"proposals": ["p6", "p7", "p8"]})).expect(201);
    server.post(&format!("{C}/proposals/p8/withdraw"), &json!({})).expect(200);
    let ended = server.get(&format!("{k}/k9")).expect(200);
    assert_eq!((&ended["standing"], &ended["settled"]), (&json!("dissolved"), &json!(10)));
    assert_eq!(server.get(&format!("{C}/proposals/p6")).expect(200)["package"], json!(null));
    server.post(k, &json!({"proposals": ["p6", "p7"]})).expect(201);
    let unlinked = server.send("DELETE", &format!("{k}/k11"), &[], b"").expect(200);
    assert_eq!((&unlinked["standing"], &unlinked["seq"]), (&json!("dissolved"), &json!(12)));
    server.send("DELETE", &format!("{k}/k11"), &[], b"").problem(409, "not-waiting");
    server.post(k, &json!({"proposals": ["p6", "p7"]})).expect(201);
    server.post(&format!("{k}/k13/decline"), &json!({"note": "no agreement"})).expect(200);
    assert_eq!(server.get(&format!("{C}/proposals/p7")).expect(200)["standing"], "declined");
}

#[test]
fn a_package_with_a_member_that_collides_is_refused_and_names_it() {
    let server = tabled();
    server.post(&format!("{C}/proposals"), &reword("States must ensure safe pathways.")).expect(201);
    server.post(&format!("{C}/packages"), &json!({"proposals": ["p6", "p9"]})).expect(201);
    let problem = server.post(&format!("{C}/packages/k10/take-up"), &json!({})).problem(409, "collision");
    let met = json!([{"provision": "4.3", "edit": 0, "proposal": "p6", "seq": 6, "member": "p9"}]);
    assert_eq!(problem["conflicts"], met);
    server.post(&format!("{C}/revisions"), &json!({"text": "# Compact (fiction)\n\n## Preamble\n\n1. States may ensure safe pathways.\n\n2. States note the report."})).expect(201);
    let problem = server.post(&format!("{C}/packages/k10/take-up"), &json!({})).problem(409, "collision");
    let members: Vec<&Value> = problem["conflicts"].as_array().unwrap().iter().map(|c| &c["member"]).collect();
    assert_eq!(members, ["p6", "p9"]);
    server.post(&format!("{C}/provisions/4.3/close"), &json!({})).expect(200);
    server.post(&format!("{C}/packages/k10/take-up"), &json!({})).problem(409, "provision-closed");
}

#[test]
fn those_who_asked_for_the_same_share_the_credit_of_a_package() {
    let server = tabled();
    let p = &format!("{C}/proposals");
    let eu = json!({"sponsors": ["eu"], "edits": reword("States shall ensure safe pathways.")["edits"]});
    server.post(p, &eu).expect(201);
    // One who asks for the same is in the package, and one is not.
    server.post(&format!("{C}/packages"), &json!({"proposals": ["p6", "p9", "p8"]})).expect(201);
    server.post(p, &json!({"sponsors": ["african-group"], "edits": [{"strike": "4.4"}]})).expect(201);
    server.post(&format!("{C}/packages/k10/take-up"), &json!({})).expect(200);
    let redline = server.get(&format!("{C}/redlines/zero-draft..working")).expect(200);
    let shared: Vec<&Value> = redline["credits"].as_array().unwrap().iter().map(|c| &c["proposals"]).collect();
    assert_eq!(shared, [&json!(["p6", "p9"]), &json!(["p8", "p11"])]);
    let by_group = json!({"words_added": 1, "words_struck": 5});
    assert_eq!(redline["summary"]["by_group"], json!({"african-group": by_group, "eu": by_group}));
    let told = server.get(&format!("{C}/dispositions")).expect(200);
    let became: Vec<&Value> = told["dispositions"].as_array().unwrap().iter().map(|d| &d["disposition"]).collect();
    assert_eq!(became, ["taken_up", "waiting", "taken_up", "merged", "overtaken"]);
}
