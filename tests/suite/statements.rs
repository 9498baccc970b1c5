//! Statements over HTTP: filed, read, taken up.

use serde_json::{Value, json};
use travaux::compact::limits;

use crate::http::{C, opened, reword};

/// A statement with a file of these bytes in base64.
fn statement(base64: &str) -> Value {
    json!({
        "by": {"name": "Union of Crews", "kind": "trade_union"}, "made_on": "2018-07-09", "title": "On rest at sea",
        "provisions": ["4.3"],
        "attachment": {"name": "rest – at sea.html", "media_type": "text/html", "base64": base64},
    })
}

#[test]
fn a_statement_is_kept_byte_for_byte() {
    let server = opened();
    let all = format!("{C}/statements");
    let filed = server.post(&all, &statement("PGI+cmVzdDwvYj4="));
    let shown = filed.expect(201);
    assert_eq!(filed.header("location"), format!("{all}/s6"));
    let sha256 = "6dd65b57691ccafa7465190187df7f0fef3405ae2711ec8110c328f99167f6b0";
    let attached = &shown["attachment"];
    assert_eq!((&attached["bytes"], &attached["media_type"]), (&json!(11), &json!("text/html")));
    assert_eq!(attached["sha256"], sha256);
    assert_eq!(attached.get("base64"), None);
    let file = server.get(&format!("{all}/s6/attachment"));
    assert_eq!((file.status, file.text()), (200, "<b>rest</b>".to_owned()));
    assert_eq!(file.header("content-type"), "application/octet-stream");
    assert_eq!(file.header("content-disposition"), "attachment; filename*=UTF-8''rest%20%E2%80%93%20at%20sea.html");
    assert_eq!(file.header("x-content-type-options"), "nosniff");
    assert!(file.header("cache-control").contains("immutable"));
    let tag = file.header("etag");
    assert_eq!(server.send("GET", &format!("{all}/s6/attachment"), &[("if-none-match", tag)], b"").status, 304);

    let linked = json!({
        "by": {"name": "African Group", "kind": "group", "id": "african-group"}, "made_on": "2018-07-10",
        "title": "On pathways", "link": "https://example.org/statement?id=1",
    });
    let entry = server.post(&all, &linked).expect(201);
    assert_eq!((&entry["id"], &entry["attachment"]), (&json!("s7"), &json!(null)));
    server.get(&format!("{all}/s7/attachment")).problem(404, "not-found");
    let ids = |query: &str| {
        let page = server.get(&format!("{all}?{query}")).expect(200);
        page["statements"].as_array().unwrap().iter().map(|s| s["id"].as_str().unwrap().to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(ids(""), ["s6", "s7"]);
    assert_eq!(ids("provision=4.3"), ["s6"]);
    assert_eq!((ids("by=african-group"), ids("by=Union%20of%20Crews")), (vec!["s7".to_owned()], vec!["s6".to_owned()]));
    let events = server.get(&format!("{C}/events?after=5")).expect(200);
    assert_eq!(
        (&events["events"][0]["subject"], &events["events"][0]["speaker"]),
        (&json!("s6"), &json!("secretariat"))
    );
    assert_eq!(events["events"][1]["speaker"], "sponsor:african-group");
}

#[test]
fn what_is_no_statement_is_refused() {
    let server = opened();
    let all = format!("{C}/statements");
    let with = |change: &dyn Fn(&mut Value)| {
        let mut body = statement("PGI+");
        change(&mut body);
        body
    };
    let cases: [(Value, u16, &str); 14] = [
        (with(&|s| drop(s.as_object_mut().unwrap().remove("attachment"))), 422, "bad-command"),
        (with(&|s| s["attachment"]["base64"] = json!("PGI")), 422, "bad-command"),
        (with(&|s| s["attachment"]["base64"] = json!("")), 422, "bad-command"),
        (with(&|s| s["attachment"]["media_type"] = json!("text/html; charset=x")), 422, "bad-command"),
        (with(&|s| s["attachment"]["name"] = json!("../x.pdf")), 422, "bad-command"),
        (with(&|s| s["link"] = json!("http://example.org/")), 422, "bad-command"),
        (with(&|s| s["link"] = json!("https://exa mple.org/")), 422, "bad-command"),
        (with(&|s| s["link"] = json!("javascript:alert(1)")), 422, "bad-command"),
        (with(&|s| s["link"] = json!("https://www.un.org@example.org/")), 422, "bad-command"),
        (with(&|s| s["made_on"] = json!("2018-02-30")), 422, "bad-body"),
        (with(&|s| s["made_on"] = json!("20180709")), 422, "bad-body"),
        (with(&|s| s["by"]["kind"] = json!("press")), 422, "bad-body"),
        (with(&|s| s["by"]["id"] = json!("nobody")), 422, "unknown-speaker"),
        (with(&|s| s["provisions"] = json!(["9.9"])), 422, "unknown-provision"),
    ];
    for (body, status, slug) in cases {
        server.post(&all, &body).problem(status, slug);
    }
    let bytes = |bytes: usize| statement(&format!("{}{}", "AAAA".repeat(bytes / 3), ["", "AA==", "AAA="][bytes % 3]));
    server.post(&all, &bytes(limits::ATTACHMENT_BYTES_MAX + 1)).problem(422, "too-much");
    server.post(&all, &bytes(limits::ATTACHMENT_BYTES_MAX * 3)).problem(422, "too-much");
    let largest = server.post(&all, &bytes(limits::ATTACHMENT_BYTES_MAX)).expect(201);
    assert_eq!(largest["attachment"]["bytes"], limits::ATTACHMENT_BYTES_MAX);
    let file = server.get(&format!("{all}/s6/attachment"));
    assert_eq!(file.body, vec![0; limits::ATTACHMENT_BYTES_MAX]);
    server.get(&format!("{all}/s9")).problem(404, "unknown-statement");
    server.get(&format!("{all}/9")).problem(404, "not-found");
}

#[test]
fn only_a_sponsor_says_what_its_proposal_takes_up() {
    let server = opened();
    server.post(&format!("{C}/proposals"), &reword("States shall ensure safe pathways.")).expect(201);
    server.post(&format!("{C}/statements"), &statement("PGI+")).expect(201);
    let uptake = format!("{C}/proposals/p6/statements/s7");
    server.put(&uptake, &json!({"by": "eu"})).problem(422, "bad-command");
    server
        .put(&format!("{C}/proposals/p6/statements/s9"), &json!({"by": "african-group"}))
        .problem(404, "unknown-statement");
    let linked = server.put(&uptake, &json!({"by": "african-group"})).expect(200);
    assert_eq!((&linked["statements"], &linked["seq"]), (&json!(["s7"]), &json!(8)));
    assert_eq!(server.put(&uptake, &json!({"by": "african-group"})).expect(200)["seq"], 8);
    let seen = server.get(&format!("{C}/statements/s7")).expect(200);
    assert_eq!(seen["uptake"], json!([{"proposal": "p6", "by": "african-group", "seq": 8}]));
    let unlinked = server.send("DELETE", &uptake, &[], b"").expect(200);
    assert_eq!((&unlinked["statements"], &unlinked["seq"]), (&json!([]), &json!(9)));
    assert_eq!(server.send("DELETE", &uptake, &[], b"").expect(200)["seq"], 9);
    assert_eq!(server.get(&format!("{C}/statements/s7")).expect(200)["uptake"], json!([]));
    let norland = format!("{C}/delegations/norland");
    server.put(&norland, &json!({"name": "Norland", "groups": []})).expect(201);
    server.put(&format!("{C}/proposals/p6/sponsors/norland"), &json!({})).expect(200);
    server.send("DELETE", &norland, &[], b"").expect(200);
    server.put(&uptake, &json!({"by": "norland"})).problem(409, "has-left");
}
