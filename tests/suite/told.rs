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

#[test]
fn dispositions_come_as_data_as_a_table_and_as_a_page() {
    let server = opened();
    table(&server, "eu", &json!({"reword": "4.4", "text": "States meet again in one year to review what was done."}));
    let taken = json!({"edits": [{"reword": "4.4", "text": "States meet again in one or two years to review what was done."}], "note": "-1"});
    server.post(&format!("{C}/proposals/p6/take-up"), &taken).expect(200);
    let d = &format!("{C}/dispositions");
    let told = server.get(d).expect(200);
    assert_eq!(told["totals"], json!({"taken_up_in_modified_form": 1}));
    let (row, eu) = (&told["dispositions"][0], &told["by_group"]["eu"]);
    assert_eq!((&row["settled"], &row["words_asked"], &eu["tabled"]), (&json!(7), &json!(2), &json!(1)));
    let csv = server.get_as(d, "text/csv");
    assert_eq!(csv.header("content-type"), "text/csv; charset=utf-8; header=present");
    let lines = csv.text();
    let lines: Vec<&str> = lines.split("\r\n").collect();
    assert_eq!(lines[0], "proposal,sponsors,disposition,share,settled,provisions,words,gone,note");
    assert!(lines[1].starts_with("p6,'=European Union,taken up in modified form,0.5,7,3,“one”,"), "{lines:?}");
    assert!(lines[1].ends_with(",'-1"), "{lines:?}");
    assert!(server.get_as(d, "text/html").text().contains("taken up in modified form"));
    let before = server.get(&format!("{d}?draft=zero-draft&group=eu")).expect(200);
    assert_eq!(before["dispositions"], json!([]));
    server.get(&format!("{d}?draft=rev-9")).problem(404, "not-found");
    let page = server.get_as("/compacts/gcm/dispositions?draft=working&group=eu", "text/html").text();
    assert!(page.contains("In modified form") && page.contains("Show everybody’s"), "{page}");
}

#[test]
fn a_correction_shows_at_once_in_what_was_kept() {
    let server = opened();
    table(&server, "eu", &json!({"reword": "4.3", "text": "States note the report with thanks."}));
    revise(&server, &ZERO.replace("note", "welcome"), Some("as said in the room"));
    server.post(&format!("{C}/drafts"), &json!({"label": "Rev. 1"})).expect(201);
    let r = &format!("{C}/redlines/zero-draft..rev-1");
    let before = server.get(r);
    let (tag, seen) = (before.header("etag").to_owned(), before.expect(200));
    assert_eq!(server.send("GET", r, &[("if-none-match", &tag)], b"").status, 304);
    assert_eq!(before.header("cache-control"), "no-cache", "whose the words are may be corrected");
    let correction = |credit: u32| json!({"entry": 7, "credit": credit, "proposals": ["p6"], "reason": "EU asked"});
    let path = &format!("{C}/credit-corrections");
    server.post(path, &correction(3)).problem(422, "bad-command");
    let credit = &seen["credits"][0];
    let corrected = server.post(path, &correction(0)).expect(200);
    assert_eq!((&corrected["seq"], &corrected["credit"]["groups"]), (&json!(9), &json!(["eu"])));
    assert_eq!(&corrected["credit"]["corrected"]["was"], credit);
    let after = server.send("GET", r, &[("if-none-match", &tag)], b"");
    assert_eq!(after.expect(200)["credits"][0]["corrected"]["reason"], "EU asked");
    let event = server.get(&format!("{C}/events?after=8")).expect(200);
    let data = &event["events"][0]["data"];
    assert_eq!((&data["was"], &data["now"]["basis"]), (credit, &json!("declared")));
}

#[test]
fn brackets_are_counted_draft_by_draft() {
    let server = opened();
    revise(&server, &ZERO.replace("[safe]", "safe").replace("the report", "[the] [report]"), Some("as agreed"));
    let told = server.get(&format!("{C}/brackets")).expect(200);
    let provision = |id, label, open, opened, closed| json!({"id": id, "label": label, "open": open, "opened": opened, "closed": closed});
    let zero = &told["drafts"][0];
    assert_eq!((&zero["draft"], &zero["open"], &zero["opened"]), (&json!("zero-draft"), &json!(1), &json!(1)));
    assert_eq!(zero["provisions"], json!([provision("4.2", "1", 1, 1, 0)]));
    let working = json!({"open": 2, "opened": 2, "closed": 1,
        "provisions": [provision("4.2", "1", 0, 0, 1), provision("4.3", "2", 2, 2, 0)]});
    assert_eq!((&told["working"], &told["seq"]), (&working, &json!(6)));
}

#[test]
fn of_every_word_it_is_told_since_when_it_stands_and_whose_it_is() {
    let server = opened();
    table(&server, "eu", &json!({"reword": "4.3", "text": "States welcome the report."}));
    server.post(&format!("{C}/proposals/p6/take-up"), &json!({})).expect(200);
    let t = &format!("{C}/texts/working?credits=true");
    let told = server.get(t).expect(200);
    let segments = |since: Value| {
        json!([
            {"text": "States ", "since": "zero-draft", "seq": 4, "credit": 0},
            {"text": "welcome", "since": since, "seq": 7, "credit": 1},
            {"text": " the report.", "since": "zero-draft", "seq": 4, "credit": 0},
        ])
    };
    assert_eq!(told["provisions"][2]["segments"], segments(Value::Null));
    assert_eq!(told["provisions"][2]["text"], "States welcome the report.");
    assert_eq!((&told["credits"][0]["basis"], &told["credits"][1]["proposals"]), (&json!("own"), &json!(["p6"])));
    server.post(&format!("{C}/drafts"), &json!({"label": "Rev. 1"})).expect(201);
    let issued = server.get(&format!("{C}/texts/rev-1?credits=true"));
    assert_eq!(issued.expect(200)["provisions"][2]["segments"], segments(json!("rev-1")));
    assert_eq!(issued.header("cache-control"), "no-cache", "whose the words are may be corrected");
    assert_ne!(issued.header("etag"), server.get(&format!("{C}/texts/rev-1")).header("etag"));
    server.get(&format!("{C}/texts/working?credits=true&assume=p6")).problem(400, "bad-query");
    server.get(&format!("{C}/texts/working?credits=perhaps")).problem(400, "bad-query");
}

#[test]
fn a_provision_tells_its_whole_life() {
    let server = opened();
    table(&server, "eu", &json!({"strike": "4.4"}));
    server.put(&format!("{C}/proposals/p6/positions/african-group"), &json!({"position": "objects"})).expect(200);
    server.post(&format!("{C}/proposals/p6/take-up"), &json!({})).expect(200);
    server.post(&format!("{C}/drafts"), &json!({"label": "Rev. 1"})).expect(201);
    let back = "# Compact (fiction)\n\n3. States meet again in two years to review what was done.\n\n1. States will ensure [safe] pathways for all who move across borders.\n\n4. States note the report.\n";
    revise(&server, back, Some("it was struck too soon"));
    let told = server.get(&format!("{C}/provisions/4.4/provenance")).expect(200);
    let places: Vec<_> = told["places"]
        .as_array()
        .unwrap()
        .iter()
        .map(|p| (&p["became"], &p["since"], &p["credit"]["groups"]))
        .collect();
    let (none, eu) = (json!([]), json!(["eu"]));
    let expected = [
        (&json!("inserted"), &json!(4), &none),
        (&json!("struck"), &json!(8), &eu),
        (&json!("put_back"), &json!(10), &none),
    ];
    assert_eq!(places, expected);
    assert_eq!((&told["places"][2]["after"], &told["stands"]), (&json!("4.1"), &json!(true)));
    assert_eq!(
        told["proposals"][0]["positions"],
        json!([{"group": "african-group", "position": "objects", "since": 7}])
    );
    let last = &told["wordings"][1];
    assert_eq!(
        (&last["since"], &last["draft"], &last["credits"][0]["basis"]),
        (&json!(10), &Value::Null, &json!("own"))
    );
    assert_eq!(last["reason"], "it was struck too soon");
    assert!(last["time"].as_str().unwrap().ends_with('Z'), "{last}");
    let renumbered = server.get(&format!("{C}/provisions/4.3/provenance")).expect(200);
    assert_eq!(
        (&renumbered["wordings"][1]["label"], &renumbered["wordings"][1]["label_from"]),
        (&json!("4"), &json!("2"))
    );
    let page = server.get_as("/compacts/gcm/provisions/4.4/provenance", "text/html").text();
    assert!(page.contains("put back") && page.contains("objects"), "{page}");
}

#[test]
fn what_two_would_put_in_one_place_stays_two_words_in_a_text_that_assumes_both() {
    let server = opened();
    for verb in ["welcome", "recall"] {
        table(&server, "eu", &json!({"reword": "4.3", "text": format!("States {verb} the report.")}));
    }
    let assumed = |proposals: &str| {
        let text = server.get(&format!("{C}/texts/working?assume={proposals}")).expect(200);
        text["provisions"][2]["text"].clone()
    };
    assert_eq!(
        (assumed("p6"), assumed("p7")),
        (json!("States welcome the report."), json!("States recall the report."))
    );
    assert_eq!(assumed("p6,p7"), "States welcome recall the report.");
}

#[test]
fn what_came_back_to_its_place_has_not_moved() {
    let server = opened();
    let without = ZERO.replace("2. States note the report.\n\n", "");
    assert_ne!(without, ZERO);
    revise(&server, &without, None);
    revise(&server, ZERO, None);
    let again = server.get(&format!("{C}/redlines/zero-draft..working")).expect(200);
    assert_eq!((&again["provisions"][2]["id"], &again["provisions"][2]["change"]), (&json!("4.3"), &json!("none")));
    assert_eq!(again["summary"]["provisions_changed"], 0);
    assert_eq!(server.get(&format!("{C}/silent-changes")).expect(200)["own"], json!([]));
    server.post(&format!("{C}/drafts"), &json!({"label": "As it was"})).expect(201);
    for after in ["4.4", "4.2"] {
        table(&server, "eu", &json!({"move": "4.3", "after": after}));
        let seq = server.get(C).expect(200)["seq"].clone();
        server.post(&format!("{C}/proposals/p{seq}/take-up"), &json!({})).expect(200);
        server.post(&format!("{C}/drafts"), &json!({"label": format!("After {after}")})).expect(201);
    }
    for between in ["zero-draft..working", "working..zero-draft"] {
        let back = server.get(&format!("{C}/redlines/{between}")).expect(200);
        assert_eq!(back["summary"]["provisions_changed"], 0, "{between}");
    }
}
