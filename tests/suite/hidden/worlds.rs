//! Two worlds: the same negotiation with what is hidden and without it. Whoever may not see it gets the same, byte for byte,
//! whatever they ask for and whenever: headers, tags, cursors, errors, streams, what is kept.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde_json::{Value, json};
use travaux::log::{Scope, Stored};
use travaux::secretariat::{Audiences, Secretariat};

use super::{C, CAUCUS, Stage, Tokens, WHO, bureau, caucus, opening, readable, talks, undisclosed, whole};
use crate::tried::tried;

/// What somebody was told, by what they asked for, and when.
type Seen = BTreeMap<String, String>;

/// One run of the negotiation, with what is hidden or without.
struct World {
    stage: Stage,
    is_full: bool,
    seen: Seen,
    ids: Vec<String>,
}

impl World {
    fn open(tokens: &Arc<Tokens>, is_full: bool) -> Self {
        Self { stage: Stage::open(tokens.clone()), is_full, seen: Seen::new(), ids: Vec::new() }
    }

    fn hides(&self, hidden: impl FnOnce(&Stage)) {
        if self.is_full {
            hidden(&self.stage);
        }
    }

    /// Everything that somebody can ask for, and things that they cannot; the names of what is hidden are guessed right.
    fn looks(&mut self, who: &str, when: &str) {
        let compacts: Vec<&str> = ["harbours", "tugs"].into_iter().chain(self.ids.iter().map(String::as_str)).collect();
        // Measures are those of the process, in which other tests run: they have a test of their own.
        for (path, form) in readable(&compacts).into_iter().filter(|(path, _)| path != "/metrics") {
            let told = if form == "text/event-stream" {
                self.stage.streamed(who, &path)
            } else {
                whole(&self.stage.ask(who, "GET", &path, &form, &Value::Null))
            };
            self.seen.insert(format!("{when}: {who} GET {path} as {form}"), told);
        }
        let proposal = json!({"sponsors": ["bandicoots"], "edits": [{"strike": "9.2"}]});
        for (method, path, body) in [
            ("POST", format!("{CAUCUS}/proposals"), proposal.clone()),
            ("PUT", CAUCUS.to_owned(), Value::Null),
            ("POST", format!("{CAUCUS}/proposals/p8/table"), Value::Null),
            ("PUT", super::BUREAU.to_owned(), Value::Null),
            ("DELETE", super::BUREAU.to_owned(), Value::Null),
            ("POST", format!("{}/revisions", super::BUREAU), json!({"text": "1. A text."})),
            ("POST", "/api/v1/compacts".to_owned(), json!({"id": self.ids[0], "title": "Taken?"})),
            ("POST", format!("/api/v1/compacts/{}/proposals", self.ids[0]), proposal),
            ("PUT", format!("{C}/delegations/nobody/"), json!({"groups": []})),
        ] {
            let told = whole(&self.stage.ask(who, method, &path, "*/*", &body));
            self.seen.insert(format!("{when}: {who} {method} {path}"), told);
        }
    }
}

/// Compares what was seen in both worlds, and says how much that was.
fn same(with: &Seen, without: &Seen) -> usize {
    assert_eq!(with.keys().collect::<Vec<_>>(), without.keys().collect::<Vec<_>>());
    for (asked, told) in with {
        assert_eq!(told, &without[asked], "{asked}");
    }
    with.len()
}

/// A record as it is kept.
fn kept(record: &Arc<Secretariat>) -> Vec<Stored> {
    let kept = record.log().read(&Scope::Whole, 0, 10_000).unwrap();
    assert_eq!(kept.len() as u64, *record.log().head().borrow());
    kept
}

/// The negotiation with what somebody prepares in private, and without.
fn prepared_in_private(prepare: fn(&Stage), insider: &str) -> usize {
    let tokens = Arc::new(Tokens::issue());
    // The ids are known to whoever knows how they are made.
    let known = {
        let stage = Stage::open(tokens.clone());
        opening(&stage, "attributed");
        vec![super::caucus_of_the_bandicoots(), bureau(&stage)]
    };
    let worlds = [true, false].map(|is_full| {
        let mut world = World::open(&tokens, is_full);
        world.ids.clone_from(&known);
        opening(&world.stage, "attributed");
        world.hides(prepare);
        let strangers = || WHO.iter().map(|(who, _)| *who).filter(|who| *who != insider);
        for who in strangers() {
            world.looks(who, "before the talks");
        }
        talks(&world.stage);
        undisclosed(&world.stage);
        world.hides(prepare);
        for who in strangers() {
            world.looks(who, "in the end");
        }
        world
    });
    let [with, without] = &worlds;
    let compared = same(&with.seen, &without.seen);
    assert!(kept(with.stage.audiences.private()) != kept(without.stage.audiences.private()), "something was hidden");
    for record in [Audiences::ours, Audiences::public] {
        assert!(kept(record(&with.stage.audiences)) == kept(record(&without.stage.audiences)));
    }
    compared
}

#[test]
fn what_a_group_prepares_is_noticed_by_nobody_outside_it() {
    let compared = prepared_in_private(|stage| drop(caucus(stage)), "a member");
    tried(&format!("two worlds, with a caucus and without: {compared} answers the same"));
}

#[test]
fn what_the_co_facilitators_prepare_is_noticed_by_nobody_else() {
    let compared = prepared_in_private(|stage| drop(bureau(stage)), "the co-facilitators");
    tried(&format!("two worlds, with a working draft and without: {compared} answers the same"));
}

#[test]
fn what_delegations_say_between_two_drafts_is_not_noticed_by_the_public() {
    let tokens = Arc::new(Tokens::issue());
    let worlds = [true, false].map(|is_full| {
        let mut world = World::open(&tokens, is_full);
        opening(&world.stage, "drafts");
        world.ids = vec![super::caucus_of_the_bandicoots()];
        world.hides(|stage| {
            let asked = json!({"sponsors": ["france"], "rationale": "x", "edits": [{"strike": "9.3"}]});
            let tabled = stage.aside("another delegation", "POST", &format!("{C}/proposals"), &asked);
            let position = format!("{C}/proposals/{}/positions/kenya", tabled["id"].as_str().unwrap());
            stage.aside("a member", "PUT", &position, &json!({"position": "objects"}));
        });
        let outside = ["an observer", "a delegation elsewhere", "the public"];
        for who in outside {
            world.looks(who, "before the talks");
        }
        talks(&world.stage);
        world.hides(|stage| {
            let text = json!({"text": "# Quokkas\n\n1. Another text.\n"});
            stage.aside("the co-facilitators", "POST", &format!("{C}/revisions"), &text);
        });
        for who in outside {
            world.looks(who, "in the end");
        }
        world
    });
    let [with, without] = &worlds;
    let compared = same(&with.seen, &without.seen);
    assert!(kept(with.stage.audiences.ours()) != kept(without.stage.audiences.ours()), "something was hidden");
    assert!(kept(with.stage.audiences.public()) == kept(without.stage.audiences.public()));
    tried(&format!("two worlds, with undisclosed proposals and without: {compared} answers the same to the public"));
}
