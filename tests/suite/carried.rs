//! Wording carried over to a newer draft, and what its sponsors say to it.

use serde_json::json;
use travaux::compact::{CarryOver, Slug};

use crate::http::{C, opened, reword};
use crate::room::Room;

const TALKS: &str = "compact harbours \"Compact for Orderly Harbours (fiction)\"
group eu-27 \"EU-27\"
group african-states \"African States\"
revision
| 1. States will ensure that harbours are open to crews.
|
| 2. States note the report of the forum.
";

/// Plays on from where the talks stand and tells how the proposal called `mine` relates to the working text.
fn then(room: &mut Room, told: &str) -> CarryOver {
    let all = format!("{TALKS}{told}");
    *room = Room::default();
    let player = room.play(&all);
    let mine: Slug = "mine".parse().unwrap();
    let proposal = room.compact().proposal(player.proposal(&mine).unwrap()).unwrap();
    room.compact().carry_over_of(proposal, room.compact().seq)
}

#[test]
fn what_changed_before_a_confirmation_does_not_count_after_it() {
    let mut room = Room::default();
    let mut told =
        "draft \"Zero Draft\"\nproposal mine by eu-27\n  in \"1\" replace \"will\" with \"shall\"\n".to_owned();
    told += "confirm mine\n";
    assert_eq!(then(&mut room, &told), CarryOver::Clean);
    assert_eq!(room.compact().seq.0, 6, "what was written against the last draft needs no confirmation");
    told += "proposal fully by african-states\n  in \"1\" replace \"ensure\" with \"fully ensure\"\ntake up fully\n";
    told += "proposal now by african-states\n  in \"1\" add \"now \" before \"will\"\ntake up now\ndraft \"Rev. 1\"\n";
    assert_eq!(then(&mut room, &told), CarryOver::Touched);
    told += "confirm mine\nconfirm mine\n";
    assert_eq!(then(&mut room, &told), CarryOver::Clean);
    assert_eq!(room.compact().seq.0, 12, "said once");
    let confirmed = room.compact().proposals.values().next().unwrap().confirmed_at(room.compact().seq).unwrap();
    assert_eq!((confirmed.draft.as_str(), confirmed.seq.0), ("rev-1", 12));
    told += "proposal other by eu-27\n  in \"2\" strike \"note\"\ntake up other\ndraft \"Rev. 2\"\nconfirm mine\n";
    assert_eq!(then(&mut room, &told), CarryOver::Clean);
    assert_eq!(room.compact().seq.0, 15, "nothing changed near it");
    let again = "proposal all by eu-27\n  in \"1\" replace \"States\" with \"All States\"\ntake up all\n\
                 proposal soon by eu-27 on working\n  in \"1\" add \"here \" before \"will\"\ntake up soon\n";
    assert_eq!(then(&mut room, &format!("{told}{again}")), CarryOver::Touched);
    assert_eq!(then(&mut room, &format!("{told}{again}confirm mine\n")), CarryOver::Clean);
}

#[test]
fn a_confirmation_does_not_bring_back_what_is_gone() {
    let mut room = Room::default();
    let tabled = "draft \"Zero Draft\"\nproposal mine by eu-27\n  in \"1\" replace \"will\" with \"shall\"\n\
                  proposal same by african-states\n  in \"1\" replace \"will\" with \"shall\"\n\
                  proposal other by african-states\n  in \"1\" replace \"will\" with \"should\"\n";
    let confirmed = "draft \"Rev. 1\"\nconfirm mine\nconfirm mine\n";
    assert_eq!(then(&mut room, &format!("{tabled}take up same\n{confirmed}")), CarryOver::Overtaken);
    assert_eq!(then(&mut room, &format!("{tabled}take up other\n{confirmed}")), CarryOver::Touched);
    assert_eq!(room.compact().seq.0, 11, "the sponsors stand by it, and said so once");
    // A new form is confirmed anew.
    let revised = "revise mine\n  in \"1\" replace \"should\" with \"shall\"\n";
    assert_eq!(then(&mut room, &format!("{tabled}take up other\n{confirmed}{revised}")), CarryOver::Clean);
    let mine = room.compact().proposals.values().next().unwrap();
    assert!(mine.confirmed_at(room.compact().seq).is_none());
    then(&mut room, &format!("{tabled}withdraw mine\nrefused not-waiting: confirm mine\n"));
    let early = "proposal mine by eu-27\n  strike \"2\"\nrefused bad-command: confirm mine\n";
    then(&mut room, early);
}

#[test]
fn a_confirmation_shows_with_the_proposal() {
    let server = opened();
    server.post(&format!("{C}/proposals"), &reword("States shall ensure safe pathways.")).expect(201);
    let text =
        "# Compact (fiction)\n\n## Preamble\n\n1. States now will ensure safe pathways.\n\n2. States meet again.\n";
    server.send("POST", &format!("{C}/revisions"), &[("content-type", "text/markdown")], text.as_bytes()).expect(201);
    server.post(&format!("{C}/drafts"), &json!({"label": "Rev. 1", "sign_off": true})).expect(201);
    let before = server.get(&format!("{C}/proposals/p6")).expect(200);
    assert_eq!((&before["carry_over"], &before["confirmed"]), (&json!("touched"), &json!(null)));
    let confirm = format!("{C}/proposals/p6/confirm");
    let confirmed = server.post(&confirm, &json!({})).expect(200);
    assert_eq!(confirmed["confirmed"], json!({"draft": "rev-1", "seq": 9}));
    assert_eq!((&confirmed["carry_over"], &confirmed["standing"]), (&json!("clean"), &json!("waiting")));
    assert_eq!(server.post(&confirm, &json!({})).expect(200)["seq"], 9, "nothing is to be recorded");
    let compiled = server.get(&format!("{C}/compilations/working")).expect(200);
    assert_eq!(compiled["proposals"][0]["carry_over"], "clean");
    server.post(&confirm, &json!({"draft": "rev-1"})).problem(422, "bad-body");
    server.post(&format!("{C}/proposals/p99/confirm"), &json!({})).problem(404, "unknown-proposal");
}

#[test]
fn a_confirmation_counts_among_what_is_undecided() {
    let server = opened();
    server.post(&format!("{C}/proposals"), &reword("States shall ensure safe pathways.")).expect(201);
    let text = "# Compact (fiction)\n\n## Preamble\n\n1. States now will ensure safe pathways.\n\n\
                2. States note the report.\n\n3. States meet again.\n";
    server.send("POST", &format!("{C}/revisions"), &[("content-type", "text/markdown")], text.as_bytes()).expect(201);
    server.post(&format!("{C}/drafts"), &json!({"label": "Rev. 1", "sign_off": true})).expect(201);
    let undecided = || server.get(&format!("{C}/silent-changes")).expect(200)["undecided"][0]["carry_over"].clone();
    assert_eq!(undecided(), "touched");
    server.post(&format!("{C}/proposals/p6/confirm"), &json!({})).expect(200);
    assert_eq!(undecided(), "clean");
}

#[test]
fn a_strike_is_touched_by_what_rewords_its_provision() {
    let mut room = Room::default();
    let tabled = "draft \"Zero Draft\"\nproposal mine by eu-27\n  strike \"1\"\n\
                  proposal other by african-states\n  in \"1\" replace \"will\" with \"shall\"\n";
    assert_eq!(then(&mut room, tabled), CarryOver::Clean);
    assert_eq!(then(&mut room, &format!("{tabled}take up other\n")), CarryOver::Touched);
    let confirmed = format!("{tabled}take up other\ndraft \"Rev. 1\"\nconfirm mine\n");
    assert_eq!(then(&mut room, &confirmed), CarryOver::Clean);
    assert_eq!(then(&mut room, &format!("{confirmed}take up mine\n")), CarryOver::Overtaken);
}

#[test]
fn a_revision_does_not_strike_what_it_has_not_seen() {
    let server = opened();
    server.post(&format!("{C}/proposals"), &reword("States shall ensure safe pathways.")).expect(201);
    server.post(&format!("{C}/proposals/p6/take-up"), &json!({})).expect(200);
    let text = "# Compact (fiction)\n\n## Preamble\n\n2. States note the report.\n\n3. States meet again.\n";
    let r = &format!("{C}/revisions");
    let refused = server.post(r, &json!({"text": text, "base": "zero-draft"})).problem(409, "collision");
    assert_eq!(refused["conflicts"], json!([{"provision": "4.3", "edit": 0, "proposal": "p6", "seq": 7}]));
    let seen = server.post(r, &json!({"text": text, "base": 7})).expect(201);
    assert_eq!(seen["provisions"]["struck"], 1);
}
