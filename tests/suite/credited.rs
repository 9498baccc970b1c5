//! What is told where a revision reflects proposals: events made by hand, so that every basis is there.

use travaux::compact::{
    Basis, Change, Command, Credit, Edit, Event, Inserted, Kind, ProposalId, Refusal, Seq, Speaker, Splice, Struck,
    TextRevised,
};
use travaux::formats::markdown;
use travaux::history::{DispositionRow, Op, Outcome, dispositions, silent_changes};

use crate::room::{Room, opened};

const ZERO: &str = "1. States will ensure safe pathways, as appropriate.\n\n2. States note the report of the forum.\n\n3. States meet again.\n";

/// Two groups; a Zero Draft of provisions `4.1` to `4.3`, issued at 5.
fn room() -> Room {
    let mut room = opened("gcm");
    for group in ["arab-states", "eu"] {
        room.say(Command::RegisterGroup { group: group.parse().unwrap(), name: group.to_uppercase() }).unwrap();
    }
    let text = markdown::read(ZERO);
    room.say(Command::Revise { text, base: None, reflects: vec![], reason: None }).unwrap();
    room.say(Command::IssueDraft { label: "Zero Draft".into(), id: None, sign_off: false }).unwrap();
    room
}

fn table(room: &mut Room, sponsor: &str, edits: Vec<Edit>) -> ProposalId {
    let sponsors = vec![sponsor.parse().unwrap()];
    ProposalId(room.say(Command::TableProposal { sponsors, base: None, edits, rationale: None }).unwrap().unwrap())
}

fn reword(id: &str, text: &str) -> Edit {
    Edit::Reword { reword: id.parse().unwrap(), text: text.into() }
}

fn credit(basis: Basis, groups: &[&str], proposals: &[ProposalId]) -> Credit {
    let groups = groups.iter().map(|g| g.parse().unwrap()).collect();
    let evidence = (basis == Basis::Inferred).then_some(0.9);
    Credit { basis, groups, proposals: proposals.to_vec(), evidence, ..Credit::own() }
}

fn splice(at: u32, struck: &str, added: &str, credit: u32) -> Splice {
    Splice { at, struck: struck.into(), added: added.into(), credit: Some(credit), pieces: vec![] }
}

fn revised(room: &mut Room, changes: Vec<Change>, credits: Vec<Credit>) -> Seq {
    let base = room.compact().seq;
    let event = Event::TextRevised(TextRevised { base, changes, credits, reflects: vec![], reason: None });
    room.remember(Speaker::CoFacilitators, event)
}

fn row(room: &Room, id: ProposalId) -> DispositionRow {
    let told = dispositions(room.compact(), &room.at("working"), None);
    told.dispositions.into_iter().find(|row| row.proposal == id).unwrap()
}

fn words(row: &DispositionRow) -> Vec<&str> {
    row.words.iter().map(|said| said.text.as_str()).collect()
}

#[test]
fn what_a_revision_took_of_a_waiting_proposal_settles_it() {
    let mut room = room();
    let both =
        table(&mut room, "eu", vec![reword("4.1", "Indeed all States shall ensure safe pathways, as appropriate.")]);
    let strike = table(&mut room, "arab-states", vec![Edit::Strike { strike: "4.2".parse().unwrap() }]);
    let whole = table(&mut room, "eu", vec![reword("4.3", "States meet again often.")]);
    let left = table(&mut room, "eu", vec![reword("4.3", "States never meet again.")]);
    let credits = vec![
        credit(Basis::Declared, &["eu"], &[both]),
        credit(Basis::Inferred, &["arab-states"], &[strike]),
        credit(Basis::Inferred, &["eu"], &[whole]),
        Credit::own(),
    ];
    let provision = |id: &str| id.parse().unwrap();
    let changes = vec![
        Change::Splices {
            provision: provision("4.1"),
            splices: vec![splice(7, "will", "shall", 0), splice(32, ", as appropriate", " indeed", 3)],
        },
        Change::Strike { strike: Struck { provision: provision("4.2"), credit: Some(1) } },
        Change::Splices { provision: provision("4.3"), splices: vec![splice(17, "", " often", 2)] },
    ];
    let seq = revised(&mut room, changes, credits);
    let told = row(&room, both);
    assert_eq!((told.disposition, told.settled), (Outcome::TakenUpInModifiedForm, Some(seq)));
    assert_eq!((words(&told), told.share), (vec!["shall"], Some(0.333)));
    assert_eq!(told.gone.iter().map(|s| s.text.as_str()).collect::<Vec<_>>(), ["will"]);
    let told = row(&room, strike);
    assert_eq!((told.disposition, told.settled, told.share), (Outcome::TakenUp, Some(seq), None));
    assert_eq!(told.gone[0].text, "States note the report of the forum.");
    assert!(!told.provisions[0].stands);
    assert_eq!((row(&room, whole).disposition, words(&row(&room, whole))), (Outcome::TakenUp, vec![" often"]));
    assert_eq!(row(&room, left).disposition, Outcome::Waiting);
    // At the draft before, all of them were waiting.
    let before = dispositions(room.compact(), &room.at("9"), None);
    assert!(before.dispositions.iter().all(|row| row.disposition == Outcome::Waiting));
    let silent = silent_changes(room.compact());
    assert_eq!(silent.undecided.iter().map(|u| u.id).collect::<Vec<_>>(), [left], "the others were decided");
    assert_eq!((silent.own.len(), silent.own[0].words.len()), (1, 2), "what is credited is not silent");
    let refused = room.say(Command::IssueDraft { label: "Rev. 1".into(), id: None, sign_off: false });
    assert_eq!(refused, Err(Refusal::SilentChanges(vec![(provision("4.1"), seq)])));
    // Taking up what the revision took already changes nothing, and what became of it stays what it was.
    let taken = room.say(Command::TakeUp { proposal: whole, edits: None, note: None }).unwrap();
    assert_eq!((row(&room, whole).disposition, row(&room, whole).settled), (Outcome::TakenUp, taken));
    assert_eq!(words(&row(&room, whole)), [" often"], "what stands once is told once");
    room.say(Command::Decline { proposal: left, note: None }).unwrap();
    assert_eq!(row(&room, left).disposition, Outcome::NotTakenUp);
}

#[test]
fn words_that_two_asked_for_are_merged_and_a_group_is_counted_in_words() {
    let mut room = room();
    let one = table(&mut room, "eu", vec![reword("4.3", "States meet again often.")]);
    let other = table(&mut room, "arab-states", vec![reword("4.3", "States meet again often indeed.")]);
    let credits = vec![credit(Basis::Inferred, &["eu", "arab-states"], &[one, other])];
    let provision = "4.3".parse().unwrap();
    let seq =
        revised(&mut room, vec![Change::Splices { provision, splices: vec![splice(17, "", " often", 0)] }], credits);
    for id in [one, other] {
        assert_eq!((row(&room, id).disposition, row(&room, id).settled), (Outcome::Merged, Some(seq)));
    }
    let told = dispositions(room.compact(), &room.at("working"), None);
    let groups: Vec<_> =
        told.by_group.iter().map(|(g, u)| (g.as_str(), u.merged, u.words_asked, u.words_standing)).collect();
    assert_eq!(groups, [("arab-states", 1, 2, 1), ("eu", 1, 1, 1)]);
    let mine = dispositions(room.compact(), &room.at("working"), Some(&"eu".parse().unwrap()));
    assert_eq!((mine.dispositions.len(), mine.by_group.len()), (1, 1));
}

#[test]
fn words_asked_for_are_counted_once_and_no_others() {
    let mut room = room();
    let often = table(&mut room, "eu", vec![reword("4.3", "States meet again often.")]);
    let never = table(&mut room, "arab-states", vec![reword("4.3", "States never meet again.")]);
    let credits = vec![Credit::own(), credit(Basis::Inferred, &["eu"], &[often])];
    let changes = |id: &str, at, added, credit| Change::Splices {
        provision: id.parse().unwrap(),
        splices: vec![splice(at, "", added, credit)],
    };
    let seq = revised(&mut room, vec![changes("4.2", 35, " often", 1), changes("4.3", 17, " soon", 0)], credits);
    // The revision had it in elsewhere; it is taken up all the same.
    room.say(Command::TakeUp { proposal: often, edits: None, note: None }).unwrap();
    let told = row(&room, often);
    assert_eq!((words(&told), told.words_asked, told.words_standing), (vec![" often", " often"], 1, 1));
    // A correction says whose a word is, and makes nobody ask for it.
    let provision = Some("4.3".parse().unwrap());
    let reason = "as they said in the room".into();
    room.say(Command::CorrectCredit { entry: seq, credit: 0, provision, proposals: vec![never], reason }).unwrap();
    let told = row(&room, never);
    assert_eq!((words(&told), told.words_asked, told.words_standing), (vec![" soon"], 1, 0));
    assert_eq!((told.disposition, told.share), (Outcome::TakenUpInModifiedForm, Some(0.0)));
}

#[test]
fn an_inserted_paragraph_that_a_revision_took_over_is_taken_up() {
    let mut room = room();
    let text = "Ports are open to all.";
    let insert: Edit = serde_json::from_value(serde_json::json!({"insert": {"after": "4.3", "text": text}})).unwrap();
    let id = table(&mut room, "eu", vec![insert]);
    let insert = Inserted {
        provision: "7.1".parse().unwrap(),
        after: Some("4.3".parse().unwrap()),
        kind: Kind::Paragraph,
        level: 1,
        label: Some("4".into()),
        text: text.into(),
        credit: Some(0),
        pieces: vec![],
    };
    revised(&mut room, vec![Change::Insert { insert }], vec![credit(Basis::Inferred, &["eu"], &[id])]);
    assert_eq!((row(&room, id).disposition, words(&row(&room, id))), (Outcome::TakenUp, vec![text]));
}

#[test]
fn words_of_a_group_that_nobody_asked_to_put_back_are_a_silent_change() {
    let mut room = room();
    for (sponsor, word) in [("eu", "shall"), ("arab-states", "should")] {
        let edit = reword("4.1", &format!("States {word} ensure safe pathways, as appropriate."));
        let proposal = table(&mut room, sponsor, vec![edit]);
        room.say(Command::TakeUp { proposal, edits: None, note: None }).unwrap();
        room.say(Command::IssueDraft { label: format!("With {word}"), id: None, sign_off: false }).unwrap();
    }
    let text = markdown::read(&ZERO.replace("will", "shall"));
    let seq = room.say(Command::Revise { text, base: None, reflects: vec![], reason: None }).unwrap().unwrap();
    let own = silent_changes(room.compact()).own;
    assert_eq!((own.len(), own[0].entry), (1, seq));
    let words: Vec<(Op, &str)> = own[0].words.iter().map(|words| (words.op, words.text.as_str())).collect();
    assert!(words.contains(&(Op::Added, "shall")) && words.contains(&(Op::Struck, "should")), "{words:?}");
    // The words are still those of the group.
    let credits = room.redline("with-should", "working").credits;
    assert!(credits.iter().any(|credit| credit.basis == Basis::Exact && credit.groups[0].as_str() == "eu"));
    // A proposal that asks for words to be put back is asked for, whosever they were.
    let back =
        table(&mut room, "arab-states", vec![reword("4.1", "States will ensure safe pathways, as appropriate.")]);
    room.say(Command::IssueDraft { label: "Signed".into(), id: None, sign_off: true }).unwrap();
    drop(room.say(Command::Decline { proposal: back, note: None }));
    let back =
        table(&mut room, "arab-states", vec![reword("4.1", "States will ensure safe pathways, as appropriate.")]);
    room.say(Command::TakeUp { proposal: back, edits: None, note: None }).unwrap();
    assert_eq!(silent_changes(room.compact()).own.len(), 0);
}

/// A revision of own words in two provisions, after a proposal was tabled.
fn silent() -> (Room, ProposalId, Seq) {
    let mut room = room();
    let id =
        table(&mut room, "eu", vec![reword("4.1", "States will ensure safe and regular pathways, as appropriate.")]);
    let text = markdown::read(&ZERO.replace("will", "shall").replace("again", "again often"));
    let seq = room.say(Command::Revise { text, base: None, reflects: vec![], reason: None }).unwrap().unwrap();
    (room, id, seq)
}

fn correct(seq: Seq, provision: Option<&str>, proposals: &[ProposalId]) -> Command {
    let (provision, proposals) = (provision.map(|id| id.parse().unwrap()), proposals.to_vec());
    Command::CorrectCredit { entry: seq, credit: 0, provision, proposals, reason: "they asked for it".into() }
}

#[test]
fn a_corrected_credit_shows_what_it_was_and_only_where_it_was_corrected() {
    let (mut room, id, seq) = silent();
    let corrected = room.say(correct(seq, Some("4.1"), &[id])).unwrap().unwrap();
    let redline = room.redline("zero-draft", "working");
    let credit = |provision: &str| {
        let provision = redline.provisions.iter().find(|p| p.id == provision.parse().unwrap()).unwrap();
        let added = provision.segments.iter().find(|s| s.op == Op::Added).unwrap();
        redline.credits[added.credit.unwrap() as usize].clone()
    };
    assert_eq!((credit("4.1").basis, credit("4.1").proposals.clone()), (Basis::Declared, vec![id]));
    let was = credit("4.1").corrected.clone().unwrap();
    assert_eq!((was.seq, &*was.reason, was.was), (corrected, "they asked for it", Credit::own()));
    assert_eq!(*credit("4.3"), Credit::own());
    assert_eq!(silent_changes(room.compact()).own.len(), 1);
    assert_eq!(row(&room, id).disposition, Outcome::TakenUpInModifiedForm);
    // And back again: both corrections stay in sight.
    room.say(correct(seq, Some("4.1"), &[])).unwrap();
    let told = room.redline("zero-draft", "working").credits;
    let own = told.iter().find(|c| c.corrected.is_some()).unwrap();
    assert_eq!(own.basis, Basis::Own);
    assert_eq!(own.corrected.as_ref().unwrap().was.corrected.as_ref().unwrap().seq, corrected);
    assert_eq!(row(&room, id).disposition, Outcome::Waiting);
    // The record alone tells the same.
    let again = travaux::compact::Compact::replay(&room.record).unwrap().unwrap();
    assert_eq!(silent_changes(&again).own.len(), 2);
}

#[test]
fn what_cannot_be_corrected_is_refused_with_the_reason() {
    let (mut room, id, seq) = silent();
    let no = |room: &mut Room, command: Command| room.say(command).unwrap_err().to_string();
    assert!(no(&mut room, correct(seq, Some("4.2"), &[id])).contains("no words in 4.2"));
    assert!(no(&mut room, correct(Seq(6), None, &[id])).contains("neither a revision"));
    assert!(no(&mut room, correct(seq, None, &[])).contains("says so already"));
    assert!(no(&mut room, correct(Seq(4), None, &[id])).contains("tabled after entry 4"));
    assert!(no(&mut room, correct(seq, None, &[id, id])).contains("named twice"));
    assert!(no(&mut room, correct(seq, None, &[ProposalId(Seq(9))])).contains("no proposal p9"));
    let other = table(&mut room, "eu", vec![reword("4.2", "States welcome the report of the forum.")]);
    let taken = room.say(Command::TakeUp { proposal: other, edits: None, note: None }).unwrap().unwrap();
    assert!(no(&mut room, correct(taken, None, &[id])).contains("exact"));
}

#[test]
fn a_word_taken_up_in_a_modified_form_is_counted_once() {
    // Given a proposal of which a modified form keeps one change,
    let mut room = room();
    let asked = "States shall ensure safe pathways, in all seasons, as appropriate.";
    let proposal = table(&mut room, "eu", vec![reword("4.1", asked)]);
    let kept = vec![reword("4.1", "States shall ensure safe pathways, in winter, as appropriate.")];
    // when it is taken up so,
    room.say(Command::TakeUp { proposal, edits: Some(kept), note: None }).unwrap();
    // then each of its words that stand is told once.
    let told = row(&room, proposal);
    assert_eq!((words(&told)[0], told.words_asked, told.words_standing), ("shall", 4, 1), "{told:?}");
}
