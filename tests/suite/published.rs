//! What the public is told of a negotiation: every draft to the letter, and nothing that lies between.

use travaux::compact::{Basis, Command, Compact, Edit, Entry, GroupId, ProposalId, Publicity};
use travaux::history::{At, Attribution, Op, Redline, publish, redline};

use crate::room::{Room, opened};

fn played() -> Room {
    let mut room = Room::default();
    room.play(include_str!("../../src/cli/demo.story"));
    room
}

fn all(compact: &Compact, attribution: Attribution) -> (Vec<Entry>, Compact) {
    let (entries, state) = publish(compact, None, attribution).unwrap();
    for entry in &entries {
        let stored = entry.encode(&compact.id).unwrap();
        assert_eq!(Entry::decode(&stored).unwrap(), *entry, "an entry reads back as it was written");
    }
    (entries, state.unwrap())
}

fn between(compact: &Compact, from: usize, to: usize) -> Redline {
    let at = |nth: usize| At { at: nth.to_string(), seq: compact.drafts[nth].seq };
    redline(compact, at(from), at(to), None)
}

/// The words added, in runs, each with the groups they are credited to.
fn added(marked: &Redline) -> Vec<(String, Vec<GroupId>)> {
    let mut words: Vec<(String, Vec<GroupId>)> = Vec::new();
    let segments = marked.provisions.iter().flat_map(|provision| &provision.segments);
    for segment in segments.filter(|segment| segment.op == Op::Added) {
        let groups = segment.credit.map(|credit| marked.credits[credit as usize].groups.clone()).unwrap_or_default();
        match words.last_mut().filter(|(_, last)| *last == groups) {
            Some((last, _)) => last.push_str(&segment.text),
            None => words.push((segment.text.to_string(), groups)),
        }
    }
    words
}

#[test]
fn every_draft_is_told_to_the_letter_and_nothing_else_is() {
    let room = played();
    let compact = room.compact();
    let (entries, public) = all(compact, Attribution::Withheld);
    assert!(entries.iter().zip(1..).all(|(entry, seq)| entry.seq.0 == seq), "without a gap");
    // Opened, what is shown, a revision and a draft each, adopted.
    assert_eq!(entries.len(), 2 + 2 * compact.drafts.len() + 1);
    for (ours, theirs) in compact.drafts.iter().zip(&public.drafts) {
        assert_eq!((&ours.id, &ours.label, &ours.sha256), (&theirs.id, &theirs.label, &theirs.sha256));
        assert_eq!(ours.issued_at, theirs.issued_at);
        let face =
            |provision: travaux::compact::Provision| (provision.kind, provision.level, provision.label, provision.text);
        let text = |compact: &Compact, seq| compact.text(seq).into_iter().map(face).collect::<Vec<_>>();
        assert_eq!(text(compact, ours.seq), text(&public, theirs.seq));
    }
    assert_eq!((public.publicity, entries[1].event.name()), (Publicity::Drafts, "publicity-set.v1"));
    assert!(public.adopted.is_some() && public.proposals.is_empty() && public.groups.is_empty());
    let told: Vec<u8> = entries.iter().flat_map(|entry| entry.encode(&compact.id).unwrap()).collect();
    let told = String::from_utf8(told).unwrap();
    for group in compact.groups.values() {
        assert!(!told.contains(&*group.name) && !told.contains(group.id.as_str()), "{}", group.name);
    }
    assert!(!told.contains("\"proposals\":[\"") && !told.contains("\"reason\":"), "no proposal and no reason");
    for (from, to) in [(0, 1), (1, 2), (0, 3)] {
        let marked = between(&public, from, to);
        assert!(marked.credits.iter().all(|credit| credit.basis == Basis::Withheld));
    }
}

#[test]
fn with_attribution_the_words_are_the_same_groups_words_and_no_proposal_is_named() {
    let room = played();
    let compact = room.compact();
    let (entries, public) = all(compact, Attribution::Groups);
    for step in 1..compact.drafts.len() {
        let (ours, theirs) = (between(compact, step - 1, step), between(&public, step - 1, step));
        assert_eq!(added(&ours), added(&theirs), "between drafts {} and {step}", step - 1);
    }
    let told: String =
        entries.iter().map(|entry| String::from_utf8(entry.encode(&compact.id).unwrap()).unwrap()).collect();
    assert!(!told.contains("\"proposals\":[\""), "no proposal is named");
    assert_eq!(public.publicity, Publicity::Attributed);
}

const ZERO: &str = "# Harbours\n\n1. States will keep harbours open.\n\n2. Pilots rest between two journeys.\n";
const FIRST: &str = "# Harbours\n\n1. States shall keep all harbours open.\n\n2. Masters report.\n\n3. Pilots rest.\n";

fn hand_in(room: &mut Room, text: &str) {
    let text = travaux::formats::markdown::read(text);
    room.say(Command::Revise { text, base: None, reflects: vec![], reason: None }).unwrap();
}

fn issue(room: &mut Room, label: &str) {
    room.say(Command::IssueDraft { label: label.into(), id: None, sign_off: true }).unwrap();
}

/// Two rooms that issue the same drafts, the one after much talk and the other after none.
#[test]
fn nothing_tells_how_much_was_said_between_two_drafts() {
    let (mut silent, mut loud) = (opened("harbours"), opened("harbours"));
    hand_in(&mut silent, ZERO);
    issue(&mut silent, "Zero Draft");
    hand_in(&mut silent, FIRST);
    issue(&mut silent, "Rev. 1");
    loud.say(Command::RegisterGroup { group: "eu".parse().unwrap(), name: "EU".into() }).unwrap();
    hand_in(&mut loud, "# Harbours\n\n2. Pilots rest between two journeys.\n");
    hand_in(&mut loud, ZERO);
    issue(&mut loud, "Zero Draft");
    let provision = loud.compact().text(loud.compact().seq)[1].id;
    for text in ["States must keep harbours open.", "States shall keep all harbours open."] {
        let edits = vec![Edit::Reword { reword: provision, text: text.into() }];
        let sponsors = vec!["eu".parse().unwrap()];
        loud.say(Command::TableProposal { sponsors, base: None, edits, rationale: None }).unwrap();
    }
    loud.say(Command::TakeUp { proposal: "p7".parse().unwrap(), edits: None, note: None }).unwrap();
    hand_in(&mut loud, "# Harbours\n\n1. Pilots rest.\n");
    hand_in(&mut loud, FIRST);
    issue(&mut loud, "Rev. 1");
    assert!(loud.record.len() > silent.record.len() + 3);
    let told = |room: &Room| {
        let (entries, _) = all(room.compact(), Attribution::Withheld);
        // Times are those of the drafts, whatever they are.
        entries.iter().map(|entry| format!("{} {:?}", entry.seq, entry.event)).collect::<Vec<_>>()
    };
    assert_eq!(told(&silent), told(&loud));
}

#[test]
fn what_is_released_draft_by_draft_is_what_is_released_at_once() {
    let room = played();
    let at_once = all(room.compact(), Attribution::Groups).0;
    let (mut growing, mut public, mut told): (Option<Compact>, Option<Compact>, Vec<Entry>) = (None, None, Vec::new());
    for entry in &room.record {
        Compact::follow(&mut growing, entry).unwrap();
        let (entries, state) = publish(growing.as_ref().unwrap(), public.as_ref(), Attribution::Groups).unwrap();
        (public, told) = (state, [told, entries].concat());
    }
    // A credit that was corrected since is told as it is at the time.
    let shape = |entry: &Entry| (entry.seq, entry.time, entry.event.name());
    assert!(told.iter().map(shape).eq(at_once.iter().map(shape)));
}

#[test]
fn a_draft_without_a_text_is_told_as_one() {
    let mut room = opened("harbours");
    room.say(Command::RegisterGroup { group: "eu".parse().unwrap(), name: "EU".into() }).unwrap();
    hand_in(&mut room, "1. Pilots rest.\n");
    issue(&mut room, "Zero Draft");
    let strike = room.compact().text(room.compact().seq)[0].id;
    let (sponsors, edits) = (vec!["eu".parse().unwrap()], vec![Edit::Strike { strike }]);
    room.say(Command::TableProposal { sponsors, base: None, edits, rationale: None }).unwrap();
    room.say(Command::TakeUp { proposal: "p5".parse().unwrap(), edits: None, note: None }).unwrap();
    issue(&mut room, "Rev. 1");
    hand_in(&mut room, FIRST);
    issue(&mut room, "Rev. 2");
    for attribution in [Attribution::Withheld, Attribution::Groups] {
        let (_, public) = all(room.compact(), attribution);
        let provisions: Vec<usize> = public.drafts.iter().map(|draft| public.text(draft.seq).len()).collect();
        assert_eq!(provisions, [1, 0, 4], "{attribution:?}");
    }
}

/// The machine may stop behind any entry of a release.
#[test]
fn a_release_that_was_interrupted_is_carried_on_as_if_it_was_not() {
    let room = played();
    for attribution in [Attribution::Withheld, Attribution::Groups] {
        let (entries, _) = all(room.compact(), attribution);
        let mut public: Option<Compact> = None;
        for (told, entry) in entries.iter().enumerate() {
            match &mut public {
                Some(public) => public.evolve(entry).unwrap(),
                None => public = Some(Compact::open(entry).unwrap()),
            }
            let (rest, _) = publish(room.compact(), public.as_ref(), attribution).unwrap();
            let shape = |entry: &Entry| format!("{} {:?}", entry.seq, entry.event);
            let rest: Vec<_> = rest.iter().map(shape).collect();
            let expected: Vec<_> = entries.iter().skip(told + 1).map(shape).collect();
            assert!(rest == expected, "{attribution:?}, stopped behind entry {} of {}", told + 1, entries.len());
        }
    }
}

/// The one strikes the space before the last word, the other puts one where there was a dash: two are left.
#[test]
fn what_proposals_come_to_together_is_told_to_the_letter() {
    let mut room = opened("harbours");
    room.say(Command::RegisterGroup { group: "eu".parse().unwrap(), name: "EU".into() }).unwrap();
    hand_in(&mut room, "1. Pilots rest (always) \u{2014} \"so\".\n");
    issue(&mut room, "Zero Draft");
    let reword = room.compact().text(room.compact().seq)[0].id;
    for text in ["Pilots rest (always) \"so\" \"so\".", "Pilots rest (always) \u{2014}"] {
        let (sponsors, edits) = (vec!["eu".parse().unwrap()], vec![Edit::Reword { reword, text: text.into() }]);
        let tabled = room.say(Command::TableProposal { sponsors, base: None, edits, rationale: None });
        let proposal = ProposalId(tabled.unwrap().unwrap());
        room.say(Command::TakeUp { proposal, edits: None, note: None }).unwrap();
    }
    issue(&mut room, "Rev. 1");
    let text = |compact: &Compact| compact.text(compact.seq)[0].text.clone();
    assert_eq!(&*text(room.compact()), "Pilots rest (always)  \"so\"");
    for attribution in [Attribution::Withheld, Attribution::Groups] {
        let (_, public) = all(room.compact(), attribution);
        assert_eq!(text(&public), text(room.compact()), "{attribution:?}");
    }
}
