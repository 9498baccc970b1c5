//! Whose door it is: to everybody else a caucus and a working draft are answered as those that there are not.

use std::sync::Arc;

use serde_json::{Value, json};

use super::{Stage, Tokens, WHO, bureau, caucus, filled, opening, talks, whole};
use crate::described::DOCUMENT;
use crate::tried::tried;

/// An answer without what it was asked for by name.
fn told(stage: &Stage, who: &str, method: &str, path: &str, names: &[&str]) -> (u16, String) {
    let answer = stage.ask(who, method, path, "*/*", &Value::Null);
    let said = names.iter().fold(whole(&answer), |said, name| said.replace(name, "NAME"));
    (answer.status, said)
}

/// Every address and method of the description that is about a compact.
fn operations() -> Vec<(String, String)> {
    let paths = DOCUMENT["paths"].as_object().unwrap().iter();
    let of_compacts = paths.filter(|(path, _)| path.contains("/compacts/{c}"));
    of_compacts
        .flat_map(|(path, methods)| {
            methods.as_object().unwrap().keys().map(move |method| (path.clone(), method.to_uppercase()))
        })
        .collect()
}

#[test]
fn what_is_prepared_is_to_everybody_else_as_what_is_not_there() {
    let stage = Stage::open(Arc::new(Tokens::issue()));
    opening(&stage, "drafts");
    talks(&stage);
    caucus(&stage);
    let draft = bureau(&stage);
    let (caucus, mut asked) = (super::caucus_of_the_bandicoots(), 0);
    let none = |id: &str| id.chars().map(|c| if c.is_ascii_digit() { '0' } else { c }).collect::<String>();
    let own = |who: &str, kept: &str| match who {
        "a member" => kept == caucus,
        "the co-facilitators" => kept == draft,
        _ => false,
    };
    for (path, method) in operations() {
        let path = filled(&path, &["ID"]).remove(0);
        for kept in [&caucus, &draft] {
            for (who, _) in WHO.iter().filter(|(who, _)| !own(who, kept)) {
                let [theirs, nobodys] =
                    [kept.clone(), none(kept)].map(|id| told(&stage, who, &method, &path.replace("ID", &id), &[&id]));
                assert_eq!(theirs, nobodys, "{who} {method} {path} of {kept}");
                let refused = if stage.tokens.of(who).is_none() { 401 } else { 404 };
                assert_eq!(theirs.0, refused, "{who} {method} {path}: {}", theirs.1);
                asked += 2;
            }
        }
    }
    // The same by the name of the group, and of the draft.
    for (path, method) in operations() {
        let Some(rest) = path.strip_prefix("/api/v1/compacts/{c}").filter(|rest| !rest.contains("{g}")) else {
            continue;
        };
        let rest = filled(rest, &[]).remove(0);
        for (kind, name, other, kept) in
            [("caucuses", "bandicoots", "no-such-group", &caucus), ("bureau", "first-try", "another-try", &draft)]
        {
            let is_theirs = |who: &str| own(who, kept) || kind == "bureau" && who == "the co-facilitators";
            let strangers = WHO.iter().filter(|(who, _)| !is_theirs(who));
            for (who, _) in strangers {
                let [theirs, nobodys] = [name, other].map(|name| {
                    let path = format!("/api/v1/compacts/harbours/{kind}/{name}{rest}");
                    told(&stage, who, &method, &path, &[name])
                });
                assert_eq!(theirs, nobodys, "{who} {method} {kind}{rest}");
                assert!([401, 404, 405].contains(&theirs.0), "{who} {method} {kind}{rest}: {}", theirs.1);
                asked += 2;
            }
        }
    }
    tried(&format!("doors of a caucus and a working draft: {asked} requests by those whose they are not"));
}

#[test]
fn a_member_who_leaves_the_group_is_let_in_no_more_and_what_they_follow_ends() {
    let stage = Stage::open(Arc::new(Tokens::issue()));
    opening(&stage, "drafts");
    caucus(&stage);
    let events = format!("/api/v1/compacts/{}/events", super::caucus_of_the_bandicoots());
    let bearer = format!("Authorization: Bearer {}\r\n", stage.tokens.of("a member").unwrap());
    let mut stream = crate::streams::Follower::open_with(&stage.server.address, &events, &bearer);
    assert_eq!(stream.event().unwrap().0, 1);
    stage.say(
        "the secretariat",
        "PUT",
        "/api/v1/compacts/harbours/delegations/kenya",
        &json!({"name": "kenya", "groups": []}),
    );
    stage.ask("a member", "GET", &events, "*/*", &Value::Null).problem(404, "unknown-compact");
    stage.ask("a member", "GET", super::CAUCUS, "*/*", &Value::Null).problem(404, "not-found");
    while stream.line().is_some() {}
}

#[test]
fn nobody_opens_a_compact_under_an_id_that_is_kept_for_what_is_private() {
    let stage = Stage::open(Arc::new(Tokens::issue()));
    for id in ["caucus-1", "bureau-of-the-sea"] {
        let asked = json!({"id": id, "title": "A compact (fiction)"});
        let answer = stage.ask("the secretariat", "POST", "/api/v1/compacts", "*/*", &asked);
        answer.problem(422, "bad-id");
    }
}

#[test]
fn whoever_reads_as_the_public_writes_nothing() {
    let stage = Stage::open(Arc::new(Tokens::issue()));
    opening(&stage, "drafts");
    let asked = json!({"sponsors": ["kenya"], "edits": [{"strike": "3.2"}]});
    for who in ["an observer", "a delegation elsewhere"] {
        let read = stage.ask(who, "GET", super::C, "*/*", &Value::Null);
        assert_eq!(read.expect(200)["groups"], json!([]), "{who}");
        stage.ask(who, "POST", &format!("{}/proposals", super::C), "*/*", &asked).problem(403, "not-yours");
    }
    stage.ask("the public", "POST", &format!("{}/proposals", super::C), "*/*", &asked).problem(401, "not-signed-in");
}

#[test]
fn a_group_tables_what_it_prepared_and_only_that_is_seen() {
    let stage = Stage::open(Arc::new(Tokens::issue()));
    opening(&stage, "drafts");
    let prepared = caucus(&stage);
    let path = format!("{}/proposals/{prepared}/table", super::CAUCUS);
    stage.ask("a former member", "POST", &path, "*/*", &Value::Null).problem(404, "not-found");
    let tabled = stage.say("a member", "POST", &path, &Value::Null);
    assert_eq!(tabled["sponsors"], json!(["bandicoots"]));
    let id = tabled["id"].as_str().unwrap();
    let seen = stage.ask("another delegation", "GET", &format!("{}/proposals/{id}", super::C), "*/*", &Value::Null);
    assert_eq!(seen.expect(200)["edits"][0]["text"], "Cassowaries shall keep them open.");
    let again = stage.ask("a member", "POST", &path, "*/*", &Value::Null).expect(200);
    assert_eq!((&again["id"], &again["seq"]), (&tabled["id"], &tabled["seq"]), "it is tabled once");
}

#[test]
fn a_working_draft_is_handed_in_as_one_revision() {
    let stage = Stage::open(Arc::new(Tokens::issue()));
    opening(&stage, "drafts");
    bureau(&stage);
    let submit = format!("{}/submit", super::BUREAU);
    stage.ask("the secretariat", "POST", &submit, "*/*", &Value::Null).problem(404, "not-found");
    let before = stage.ask("another delegation", "GET", super::C, "*/*", &Value::Null).expect(200)["seq"].clone();
    let handed_in = stage.say("the co-facilitators", "POST", &submit, &json!({"reason": "the budget"}));
    assert_eq!(handed_in["seq"], before.as_u64().unwrap() + 1);
    let text = stage.ask("another delegation", "GET", &format!("{}/texts/working", super::C), "*/*", &Value::Null);
    assert_eq!(text.expect(200)["provisions"][1]["text"], "Platypuses keep all harbours.");
    stage.ask("the co-facilitators", "POST", &submit, "*/*", &Value::Null).problem(404, "not-found");
    let bearer = format!("Bearer {}", stage.tokens.of("the co-facilitators").unwrap());
    let again = [("authorization", bearer.as_str()), ("idempotency-key", "whose-first-answer-was-lost")];
    assert_eq!(stage.server.send("POST", &submit, &again, b"").expect(200)["seq"], handed_in["seq"]);
    stage.aside("the co-facilitators", "PUT", super::BUREAU, &Value::Null);
    stage.aside("the co-facilitators", "DELETE", super::BUREAU, &Value::Null);
    let left = stage.aside("the co-facilitators", "GET", "/api/v1/compacts/harbours/bureau", &Value::Null);
    assert_eq!(left["working_drafts"], json!([]));
}

#[test]
fn a_page_says_whose_record_it_is_of_before_it_is_read() {
    let stage = Stage::open(Arc::new(Tokens::issue()));
    opening(&stage, "attributed");
    talks(&stage);
    caucus(&stage);
    let draft = bureau(&stage);
    let page = |who: &str, path: &str| stage.ask(who, "GET", path, "text/html", &Value::Null).text();
    let own = page("a member", "/compacts/harbours");
    assert!(own.contains("href=\"/compacts/harbours/caucuses/bandicoots\"") && !own.contains("role=\"note\""), "{own}");
    let told = page("a member", "/compacts/harbours/caucuses/bandicoots");
    assert!(told.contains("<strong>Caucus of <bdi>Friends of the Bandicoot</bdi>.</strong>"), "{told}");
    assert!(told.contains("<a href=\"/compacts/harbours\">The compact as it stands</a>"), "{told}");
    let pen = page("the co-facilitators", "/compacts/harbours");
    assert!(pen.contains(&format!("href=\"/compacts/{draft}\" dir=\"auto\">Working draft first-try")), "{pen}");
    let told = page("the co-facilitators", &format!("/compacts/{draft}/redlines/rev-1..working"));
    assert!(told.contains("<strong>Working draft first-try.</strong>"), "{told}");
    for who in ["an observer", "the public"] {
        let told = page(who, "/compacts/harbours");
        assert!(told.contains("What the public is shown of this compact"), "{told}");
        assert!(!told.contains("roposal"), "it is not told how many there were: {told}");
    }
}

#[test]
fn in_private_nothing_is_said_that_is_for_the_record_of_the_compact_to_tell() {
    let server = crate::server::Server::start();
    let say = |method: &str, path: &str, body: &Value| {
        let json = [("content-type", "application/json")];
        server.send(method, path, &json, if body.is_null() { String::new() } else { body.to_string() }.as_bytes())
    };
    say("POST", "/api/v1/compacts", &json!({"id": "harbours", "title": "Harbours (fiction)"})).expect(201);
    say("PUT", &format!("{}/groups/bandicoots", super::C), &json!({"name": "Bandicoots"})).expect(201);
    say("POST", &format!("{}/revisions", super::C), &json!({"text": "1. States act."})).expect(201);
    say("PUT", super::CAUCUS, &Value::Null).expect(201);
    say("PUT", super::BUREAU, &Value::Null).expect(201);
    for (place, what, body) in [
        (super::CAUCUS, "adopt", json!({})),
        (super::CAUCUS, "revisions", json!({"text": "1. Nobody acts."})),
        (super::CAUCUS, "drafts", json!({"label": "Rev. 1"})),
        (super::BUREAU, "adopt", json!({})),
    ] {
        say("POST", &format!("{place}/{what}"), &body).problem(403, "not-yours");
    }
    say("PUT", &format!("{}/public", super::BUREAU), &json!({"shown": "drafts"})).problem(403, "not-yours");
    say("POST", &format!("{}/revisions", super::BUREAU), &json!({"text": "1. Somebody acts."})).expect(201);
}
