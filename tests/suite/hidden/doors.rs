//! Addresses of a caucus and a working draft, for those whose they are: however they are written, asked again, on condition.

use std::sync::Arc;

use futures_util::FutureExt;
use serde_json::{Value, json};
use travaux::log::{EventLog, MemoryLog, NewEntry, Scope};
use travaux::secretariat::{Audiences, Secretariat};

use super::{BUREAU, C, CAUCUS, Stage, Tokens, bureau, caucus, caucus_of_the_bandicoots, opening, whole};
use crate::served::{agent, sent};
use crate::server::{Answer, Server};

const MEMBER: &str = "a member";
const PEN: &str = "the co-facilitators";

fn opened() -> Stage {
    let stage = Stage::open(Arc::new(Tokens::issue()));
    opening(&stage, "drafts");
    stage
}

/// A request with a header more.
fn with(stage: &Stage, who: &str, method: &str, path: &str, (name, value): (&str, &str)) -> Answer {
    let bearer = format!("Bearer {}", stage.tokens.of(who).unwrap());
    stage.server.send(method, path, &[("authorization", &bearer), (name, value)], b"")
}

#[test]
fn an_address_beneath_a_caucus_is_the_same_however_it_is_written() {
    let stage = opened();
    caucus(&stage);
    let bearer = format!("Bearer {}", stage.tokens.of(MEMBER).unwrap());
    let read = |path: &str| {
        let request = ureq::http::Request::builder().uri(format!("{}{path}", stage.server.address));
        let answer = sent(&agent(), request.header("authorization", &bearer).body(String::new()).unwrap()).unwrap();
        (answer.status, answer.body)
    };
    let told = read(&format!("{CAUCUS}/proposals"));
    assert_eq!(told.0, 200);
    for path in [
        "/api/v1/compacts/harbours/caucuses/bandicoots/proposals/",
        "//api/v1/compacts//harbours/caucuses//bandicoots/proposals",
        "/api/v1/compacts/harbours/%63aucuses/bandic%6F%6fts/propos%61ls",
    ] {
        assert!(read(path) == told, "{path}");
    }
    for path in [
        "/api/v1/compacts/harbours%2Fcaucuses/bandicoots/proposals",
        "/api/v1/compacts/harbours/caucuses/bandicoots%2Fproposals",
        "/api/v1/compacts/harbours/caucuses/eu/../bandicoots/proposals/..%2f..",
        "/api/v1/compacts/harbours/Caucuses/bandicoots/proposals",
    ] {
        assert_eq!(read(path).0, 404, "{path}");
    }
}

#[test]
fn within_what_is_private_nothing_else_is_private() {
    let stage = opened();
    caucus(&stage);
    let draft = bureau(&stage);
    let kept = stage.audiences.private().compacts().len();
    let caucus = caucus_of_the_bandicoots();
    for (who, method, path) in [
        (MEMBER, "PUT", format!("/api/v1/compacts/{caucus}/caucuses/bandicoots")),
        (MEMBER, "GET", format!("/api/v1/compacts/{caucus}/caucuses/bandicoots/proposals")),
        (PEN, "PUT", format!("/api/v1/compacts/{draft}/bureau/another")),
        (PEN, "GET", format!("/api/v1/compacts/{draft}/bureau")),
    ] {
        stage.ask(who, method, &path, "*/*", &Value::Null).problem(404, "not-found");
    }
    assert_eq!(stage.audiences.private().compacts().len(), kept);
}

#[test]
fn a_key_gives_the_first_answer_again_for_as_long_as_it_is_there_for_whoever_asks() {
    let stage = opened();
    let prepared = caucus(&stage);
    bureau(&stage);
    let (table, submit) = (format!("{CAUCUS}/proposals/{prepared}/table"), format!("{BUREAU}/submit"));
    let within = format!("/api/v1/compacts/{}/proposals/{prepared}/confirm", caucus_of_the_bandicoots());
    let asked = |who, path: &str| with(&stage, who, "POST", path, ("idempotency-key", "k"));
    for (who, path) in [(MEMBER, &within), (MEMBER, &table), (PEN, &submit)] {
        let (first, again) = (asked(who, path), asked(who, path));
        assert_eq!((again.status, again.text()), (first.status, first.text()), "{path}");
        assert_eq!(again.header("idempotency-replayed"), "true", "{path}");
    }
    assert_eq!(stage.audiences.ours().compacts()[0].proposals.len(), 1, "tabled once");
    let left = json!({"name": "kenya", "groups": []});
    stage.say("the secretariat", "PUT", &format!("{C}/delegations/kenya"), &left);
    for path in [&within, &table] {
        let [theirs, nobodys] =
            [("bandicoots", caucus_of_the_bandicoots()), ("no-such-group", "caucus-000000000000000000000000".into())]
                .map(|(group, id)| path.replace("bandicoots", group).replace(&caucus_of_the_bandicoots(), &id));
        let [theirs, nobodys] = [theirs, nobodys].map(|path| {
            let id = path.split('/').nth(4).unwrap().to_owned();
            whole(&asked(MEMBER, &path)).replace(&id, "ID")
        });
        assert_eq!(theirs, nobodys, "{path}");
        assert!(theirs.starts_with("404"), "{theirs}");
    }
}

#[test]
fn what_is_private_is_begun_and_thrown_away_on_condition_that_nobody_was_first() {
    let stage = opened();
    for (who, path) in [(MEMBER, CAUCUS), (PEN, BUREAU)] {
        with(&stage, who, "PUT", path, ("if-match", "\"99\"")).problem(412, "stale");
        assert_eq!(stage.ask(who, "GET", path, "*/*", &Value::Null).status, 404, "{path}");
        let begun = stage.ask(who, "PUT", path, "*/*", &Value::Null);
        let tag = begun.header("etag").to_owned();
        with(&stage, who, "PUT", path, ("if-match", "\"99\"")).problem(412, "stale");
        with(&stage, who, "PUT", path, ("if-match", &tag)).expect(200);
    }
    let before = stage.ask(PEN, "GET", BUREAU, "*/*", &Value::Null);
    let text = json!({"text": "# Quokkas\n\n1. Platypuses keep harbours.\n"});
    stage.aside(PEN, "POST", &format!("{BUREAU}/revisions"), &text);
    with(&stage, PEN, "DELETE", BUREAU, ("if-match", before.header("etag"))).problem(412, "stale");
    let now = stage.ask(PEN, "GET", BUREAU, "*/*", &Value::Null);
    assert_eq!(with(&stage, PEN, "DELETE", BUREAU, ("if-match", now.header("etag"))).status, 204);
}

#[test]
fn what_an_interruption_left_half_released_is_whole_before_anybody_reads_it() {
    let stage = opened();
    let whole = stage.audiences.public().log().read(&Scope::Whole, 0, 100).unwrap();
    for kept in 1..whole.len() {
        let log = MemoryLog::new();
        for stored in &whole[..kept] {
            let entry = NewEntry { compact: stored.compact.clone(), seq: stored.seq, bytes: stored.bytes.to_vec() };
            log.append_again(entry, stored.blanked).now_or_never().unwrap().unwrap();
        }
        let open = |log| Arc::new(Secretariat::open(Arc::new(log)).unwrap());
        let audiences = Audiences::new(stage.audiences.ours().clone(), open(log), open(MemoryLog::new()));
        let server = Server::of_audiences(Arc::new(audiences), stage.tokens.credentials());
        let drafts = server.get(C).expect(200)["drafts"].clone();
        assert_eq!(drafts.as_array().unwrap().len(), 1, "{kept} of {}", whole.len());
    }
}
