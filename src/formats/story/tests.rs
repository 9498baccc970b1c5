use proptest::prelude::*;

use super::*;
use crate::compact::{Day, Kind, Position, Slug, Voice, VoiceKind};

fn read_one(told: &str) -> Act {
    let mut acts = Story::read(told).unwrap().acts;
    assert_eq!(acts.len(), 1, "{told}");
    acts.remove(0).act
}

fn edits_of(lines: &str) -> Vec<Edit> {
    let act = read_one(&format!("proposal x by norland\n{lines}"));
    let Act::TableProposal { edits, .. } = act else {
        panic!("{act:?}");
    };
    edits
}

#[test]
fn participants_come_with_names_and_groups() {
    assert_eq!(
        read_one("delegation norland \"Norland\" in eu-27, friends-of-gender"),
        Act::RegisterDelegation {
            id: "norland".parse().unwrap(),
            name: "Norland".into(),
            groups: vec!["eu-27".parse().unwrap(), "friends-of-gender".parse().unwrap()],
        }
    );
    assert_eq!(read_one("delegation norland leaves"), Act::DelegationLeaves { id: "norland".parse().unwrap() });
}

#[test]
fn a_revision_carries_its_text_as_it_stands() {
    let told = "revision on 5 reflecting a, b because \"smoothing\"\n| # T\n|\n|   - x\n\n# aside\n| end\n";
    assert_eq!(
        read_one(told),
        Act::ReviseText {
            base: Some("5".into()),
            reflects: vec!["a".parse().unwrap(), "b".parse().unwrap()],
            reason: Some("smoothing".into()),
            text: "# T\n\n  - x\nend\n".into(),
        }
    );
}

#[test]
fn changes_to_one_provision_in_a_row_are_one_edit() {
    let edits = edits_of(
        "in \"15\" replace \"will\" with \"shall\"\n  in \"15\" strike \"all \"\n  in \"16\" add \" now\" at end\n",
    );
    let [Edit::Reword { at, changes }, Edit::Reword { .. }] = edits.as_slice() else {
        panic!("{edits:?}");
    };
    assert_eq!(at, "15");
    assert_eq!(reword("We will do all this.", changes).unwrap(), "We shall do this.");
}

#[test]
fn every_kind_of_edit_is_read() {
    let edits = edits_of(
        "reword \"16\" to \"Say \\\"yes\\\".\"\ninsert heading \"\" after \"16\": \"Rest\"\n\
         insert item \"(a)\" level 3 at start: \"rest;\"\nstrike \"17\"\nmove \"18\" to start\nmove \"18\" after \"2 / (a)\"",
    );
    let expected = [
        Edit::RewordTo { at: "16".into(), text: "Say \"yes\".".into() },
        Edit::Insert { after: Some("16".into()), kind: Kind::Heading, level: 2, label: None, text: "Rest".into() },
        Edit::Insert { after: None, kind: Kind::Item, level: 3, label: Some("(a)".into()), text: "rest;".into() },
        Edit::Strike { at: "17".into() },
        Edit::Move { at: "18".into(), after: None },
        Edit::Move { at: "18".into(), after: Some("2 / (a)".into()) },
    ];
    assert_eq!(edits, expected);
}

#[test]
fn words_quoted_must_stand_there_once() {
    let strike = |old: &str| [Passage::Strike { old: old.into() }];
    let said = |old: &str| reword("one by one", &strike(old)).unwrap_err().to_string();
    assert_eq!(said("two"), "\"two\" stands nowhere in \"one by one\"");
    assert!(said("one").contains("2 times, quote more words"), "{}", said("one"));
    let add = |place| [Passage::Add { new: "x ".into(), place }];
    assert_eq!(reword("a b", &add(Place::Before("b".into()))).unwrap(), "a x b");
    assert_eq!(reword("a b", &add(Place::After("a ".into()))).unwrap(), "a x b");
    assert_eq!(reword("a b", &add(Place::Start)).unwrap(), "x a b");
}

#[test]
fn a_refusal_and_a_print_are_expected() {
    let acts =
        Story::read("refused collision: take up x because \"y\"\nredline a..b\n> - one\n>\n> two\n").unwrap().acts;
    assert_eq!(acts[0].refused.as_deref(), Some("collision"));
    assert_eq!(acts[1].line, 2);
    assert_eq!(
        acts[1].act,
        Act::Expect { what: Expected::Redline { from: "a".into(), to: "b".into() }, print: "- one\n\ntwo\n".into() }
    );
}

#[test]
fn what_is_taken_up_in_modified_form_says_how() {
    let told = "take up x modified because \"n\"\nstrike \"1\"";
    let Act::TakeUp { edits, note, .. } = read_one(told) else {
        panic!("{told}");
    };
    assert_eq!(edits, Some(vec![Edit::Strike { at: "1".into() }]));
    assert_eq!(note.as_deref(), Some("n"));
    let Act::TakeUp { edits: None, .. } = read_one("take up x") else {
        panic!("no edits are not an empty list of them");
    };
}

#[test]
fn a_mistake_names_its_line_and_what_was_expected() {
    for (told, line, what) in [
        ("\n\nfrobnicate", 3, "`frobnicate` is no act"),
        ("group Bad \"x\"", 1, "is not a slug"),
        ("group good", 1, "expected its name in double quotes, but the line ends"),
        ("draft \"Rev. 1", 1, "not closed"),
        ("draft \"a\\n\"", 1, "after a backslash"),
        ("adopt now", 1, "expected the line to end, but found `now`"),
        ("adopt\n| text", 2, "only under `revision`"),
        ("adopt\n> text", 2, "only under `redline`"),
        ("take up x\nstrike \"1\"", 2, "an edit stands only under"),
        ("take up x modified\nadopt", 1, "expected at least one edit"),
        ("revision", 1, "expected the whole text"),
        ("proposal x by", 1, "expected the id of a group or delegation"),
        ("position a likes b", 1, "found `likes`"),
        ("redline a", 1, "expected two drafts"),
        ("refused take up x", 1, "expected a colon"),
        ("proposal x by y\nmove \"1\"", 2, "`to start`"),
        ("proposal x by y\nin \"1\" add \"x\"", 2, "`at end`"),
        ("proposal x by y\ninsert item \"\" level 999 at start: \"x\"", 2, "expected a level"),
    ] {
        let mistake = Story::read(told).unwrap_err();
        assert_eq!(mistake.line, line, "{told}: {mistake}");
        assert!(mistake.what.contains(what), "{told}: {mistake}");
    }
}

#[test]
fn what_must_be_refused_may_be_told_unfinished() {
    let acts = Story::read("refused nothing-proposed: proposal x by y\nadopt").unwrap().acts;
    assert_eq!(acts.len(), 2);
}

#[test]
fn the_demo_reads_and_shows_every_kind_of_act() {
    let acts = Story::read(include_str!("../../cli/demo.story")).unwrap().acts;
    let done = || acts.iter().filter(|told| told.refused.is_none());
    let count = |is: fn(&Act) -> bool| done().filter(|told| is(&told.act)).count();
    assert_eq!(count(|act| matches!(act, Act::IssueDraft { .. })), 4);
    assert_eq!(count(|act| matches!(act, Act::RegisterGroup { .. })), 7);
    assert_eq!(count(|act| matches!(act, Act::ReviseText { .. })), 3);
    assert!(count(|act| matches!(act, Act::TableProposal { .. })) >= 60);
    for some in [
        |act: &Act| matches!(act, Act::DelegationLeaves { .. }),
        |act: &Act| matches!(act, Act::ReviseProposal { .. }),
        |act: &Act| matches!(act, Act::Withdraw { .. }),
        |act: &Act| matches!(act, Act::Decline { .. }),
        |act: &Act| matches!(act, Act::TakeUp { edits: Some(_), .. }),
        |act: &Act| matches!(act, Act::JoinSponsors { .. }),
        |act: &Act| matches!(act, Act::LeaveSponsors { .. }),
        |act: &Act| matches!(act, Act::TakePosition { .. }),
        |act: &Act| matches!(act, Act::TakePositionOn { .. }),
        |act: &Act| matches!(act, Act::ReviseText { reflects, .. } if !reflects.is_empty()),
        |act: &Act| matches!(act, Act::IssueDraft { sign_off: true, .. }),
        |act: &Act| matches!(act, Act::GiveReason { .. }),
        |act: &Act| matches!(act, Act::CorrectCredit { .. }),
        |act: &Act| matches!(act, Act::TableProposal { on: Some(_), .. }),
        |act: &Act| matches!(act, Act::Accept { .. }),
        |act: &Act| matches!(act, Act::LinkPackage { .. }),
        |act: &Act| matches!(act, Act::TakeUpPackage { .. }),
        |act: &Act| matches!(act, Act::Confirm { .. }),
        |act: &Act| matches!(act, Act::CloseProvision { .. }),
        |act: &Act| matches!(act, Act::ReopenProvision { .. }),
        |act: &Act| matches!(act, Act::ScheduleRound { .. }),
        |act: &Act| matches!(act, Act::FileStatement { .. }),
        |act: &Act| matches!(act, Act::LinkUptake { .. }),
    ] {
        assert!(count(some) > 0);
    }
    assert!(acts.iter().any(|told| told.refused.as_deref() == Some("collision")));
    assert_eq!(acts.last().unwrap().act, Act::Adopt);
}

/// Lines made of the words of the language in any order, which get further than random characters do.
fn near_story() -> impl Strategy<Value = String> {
    let word = prop::sample::select(vec![
        "proposal",
        "take",
        "up",
        "modified",
        "in",
        "insert",
        "item",
        "level",
        "300",
        "after",
        "at",
        "start",
        "\"15\"",
        "\"",
        "\\",
        ":",
        ",",
        "by",
        "x",
        "é",
        "\n",
        "\n|",
        "\n>",
        "refused",
        "revision",
        "statement",
        "on",
        "2018-02-21",
        "because",
        "replace",
        "with",
    ]);
    prop::collection::vec(word, 0..40).prop_map(|words| words.join(" "))
}

proptest! {
    #[test]
    fn no_input_panics(any in "\\PC*", lines in "[ -~\n\u{e9}\u{301}]*", near in near_story()) {
        for told in [any, lines, near] {
            let _ = Story::read(&told);
        }
    }
}

#[test]
fn what_is_said_beside_the_wording_is_read() {
    let slug = |name: &str| -> Slug { name.parse().unwrap() };
    let (at, group) = ("15".to_owned(), "eu-27".parse().unwrap());
    let position = Position::CanLiveWith;
    assert_eq!(
        read_one("position eu-27 can_live_with \"15\""),
        Act::TakePositionOn { at: at.clone(), group, position }
    );
    assert_eq!(read_one("close \"15\""), Act::CloseProvision { at: at.clone(), note: None });
    let reason = "no instructions".into();
    assert_eq!(read_one("reopen \"15\" because \"no instructions\""), Act::ReopenProvision { at, reason });
    assert_eq!(Story::read("reopen \"15\"").unwrap_err().line, 1);
    assert_eq!(read_one("confirm wages"), Act::Confirm { name: slug("wages") });
    assert_eq!(read_one("accept rather"), Act::Accept { name: slug("rather"), note: None });
    let (name, proposals, title) = (slug("deal"), vec![slug("wages"), slug("rest")], Some("Work".into()));
    assert_eq!(read_one("package deal of wages, rest as \"Work\""), Act::LinkPackage { name, proposals, title });
    assert_eq!(read_one("take up all of deal"), Act::TakeUpPackage { name: slug("deal"), note: None });
    assert_eq!(read_one("take up all"), Act::TakeUp { name: slug("all"), edits: None, note: None });
    assert_eq!(read_one("decline all of deal"), Act::DeclinePackage { name: slug("deal"), note: None });
    assert_eq!(read_one("dissolve deal"), Act::DissolvePackage { name: slug("deal") });
    let told = read_one("proposal rather by eu-27 in place of wages because \"softer\"\n  strike \"15\"");
    assert!(matches!(told, Act::TableProposal { on: Some(on), rationale: Some(_), .. } if on == slug("wages")));
}

#[test]
fn what_is_said_and_scheduled_in_the_room_is_read() {
    let slug = |name: &str| -> Slug { name.parse().unwrap() };
    let day = |day: &str| -> Day { day.parse().unwrap() };
    assert_eq!(
        read_one("round first \"First round\" from 2018-02-20 to 2018-02-23"),
        Act::ScheduleRound {
            id: "first".parse().unwrap(),
            name: "First round".into(),
            starts: day("2018-02-20"),
            ends: day("2018-02-23"),
        }
    );
    let told =
        "statement rest by government norland \"Norland\" on 2018-02-21 as \"Rest\" about \"1\", \"2\"\n| Rest.\n";
    let by = Voice { name: "Norland".into(), kind: VoiceKind::Government, id: Some("norland".parse().unwrap()) };
    let about = vec!["1".into(), "2".into()];
    let (made_on, title, text) = (day("2018-02-21"), "Rest".into(), "Rest.\n".into());
    assert_eq!(read_one(told), Act::FileStatement { name: slug("rest"), by, made_on, title, about, link: None, text });
    let told = "statement rest by civil_society \"Friends\" on 2018-02-21 as \"Rest\" at \"https://example.org/\"";
    assert!(matches!(read_one(told), Act::FileStatement { link: Some(_), .. }));
    let (statement, proposal) = (slug("rest"), slug("rest-days"));
    let by = "norland".parse().unwrap();
    let linked = Act::LinkUptake { statement: statement.clone(), proposal: proposal.clone(), by };
    assert_eq!(read_one("uptake of rest in rest-days by norland"), linked);
    assert_eq!(read_one("no uptake of rest in rest-days"), Act::UnlinkUptake { statement, proposal });
    for wrong in [
        "statement rest by civil_society \"Friends\" on 2018-02-21 as \"Rest\"",
        "statement rest by nobody \"Friends\" on 2018-02-21 as \"Rest\" at \"https://example.org/\"",
        "round first \"First round\" from 2018-2-20 to 2018-02-23",
    ] {
        assert_eq!(Story::read(wrong).unwrap_err().line, 1, "{wrong}");
    }
}
