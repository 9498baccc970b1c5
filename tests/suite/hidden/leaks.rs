//! A word planted in what each audience has, looked for in every answer that others can get.

use std::collections::BTreeSet;
use std::sync::Arc;

use serde_json::Value;

use super::{Stage, Tokens, WHO, bureau, caucus, opening, readable, talks, undisclosed, whole};
use crate::tried::tried;

/// In the text of the drafts.
const ISSUED: &str = "quokka";
/// Whose words are in a draft.
const CREDITED: &str = "bandicoot";
/// Said on the way to a draft.
const SAID: &str = "numbat";
/// After the last draft: a text and a proposal.
const UNDISCLOSED: [&str; 2] = ["wombat", "dingo"];
/// In the caucus: a wording and a rationale.
const CAUCUSED: [&str; 2] = ["cassowar", "echidna"];
/// In a working draft.
const PREPARED: &str = "platypus";

struct Search<'a> {
    stage: &'a Stage,
    words: Vec<String>,
    compacts: Vec<&'a str>,
    asked: usize,
}

impl Search<'_> {
    /// The words that somebody finds in all that they can read, in headers and in bodies.
    fn found_by(&mut self, who: &str) -> BTreeSet<String> {
        let mut found = BTreeSet::new();
        for (path, form) in readable(&self.compacts) {
            self.asked += 1;
            let answer = if form == "text/event-stream" {
                self.stage.streamed(who, &path)
            } else {
                whole(&self.stage.ask(who, "GET", &path, &form, &Value::Null))
            };
            let answer = answer.to_lowercase();
            assert!(
                !answer.contains("trv_") || path == "/openapi.json" || path == "/docs" || answer.starts_with("401"),
                "{path}"
            );
            // What is only said back to whoever said it is nothing that they learn.
            let words = self.words.iter().filter(|word| answer.contains(*word) && !path.contains(*word));
            found.extend(words.cloned());
        }
        found
    }
}

fn words(own: &[&[&str]]) -> BTreeSet<String> {
    own.concat().iter().map(|word| (*word).to_owned()).collect()
}

/// What everybody finds, where the public is shown this much.
fn leaks(shown: &str, public: &[&str], everybody: bool) {
    let stage = Stage::open(Arc::new(Tokens::issue()));
    opening(&stage, shown);
    talks(&stage);
    caucus(&stage);
    let draft = bureau(&stage);
    undisclosed(&stage);
    let caucus = super::caucus_of_the_bandicoots();
    let planted = [ISSUED, CREDITED, SAID, PREPARED, &caucus, &draft, "first-try"];
    let planted = [&planted[..], &UNDISCLOSED, &CAUCUSED].concat();
    let words_planted = planted.iter().map(|word| (*word).to_owned()).collect();
    let compacts = vec!["harbours", "tugs", &caucus, &draft];
    let mut search = Search { stage: &stage, words: words_planted, compacts, asked: 0 };
    let delegations = words(&[&[ISSUED, CREDITED, SAID], &UNDISCLOSED]);
    for (who, speaking) in WHO.into_iter().chain([("somebody whose token was revoked", "-")]) {
        let expected = match who {
            "a member" => &delegations | &words(&[&CAUCUSED, &[&caucus]]),
            "the co-facilitators" => &delegations | &words(&[&[PREPARED, &draft, "first-try"]]),
            "an observer" | "a delegation elsewhere" | "the public" => words(&[public]),
            "somebody whose token was revoked" => BTreeSet::new(),
            _ => delegations.clone(),
        };
        if everybody || ["observer:harbours", "delegation:tugs/kenya", ""].contains(&speaking) {
            assert_eq!(search.found_by(who), expected, "{who} ({speaking}), where the public is shown {shown}");
        }
    }
    tried(&format!("words planted for each audience, public shown {shown}: looked for in {} answers", search.asked));
}

#[test]
fn everybody_finds_the_words_of_their_audience_and_no_other() {
    leaks("drafts", &[ISSUED], true);
}

#[test]
fn the_public_finds_nothing_where_it_is_shown_nothing() {
    leaks("nothing", &[], false);
}

#[test]
fn the_public_finds_whose_words_are_in_a_draft_where_it_is_shown_that() {
    leaks("attributed", &[ISSUED, CREDITED], false);
}

#[test]
fn the_public_finds_what_was_said_up_to_the_last_draft_where_it_is_shown_everything() {
    leaks("everything", &[ISSUED, CREDITED, SAID], false);
}
