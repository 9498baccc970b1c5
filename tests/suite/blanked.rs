//! Laws of blanking: whatever may be blanked of an entry is gone from its bytes, and all that is made of it is as before.

use std::fs;
use std::path::Path;

use proptest::prelude::*;
use proptest::sample::subsequence;
use serde_json::Value;
use travaux::compact::{Asked, Compact, CompactId, Credit, Entry, Event, Hole, blankable, blanked, shown};
use travaux::history::{At, Rebuilt, redline};

use crate::room::Room;

/// Every entry kept, with its bytes.
fn kept() -> Vec<(Vec<u8>, Entry)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/entries");
    let read = |path| fs::read(path).unwrap().trim_ascii_end().to_vec();
    let mut files: Vec<_> = fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()).collect();
    files.sort();
    files.into_iter().map(read).map(|bytes| (bytes.clone(), Entry::decode(&bytes).unwrap())).collect()
}

/// The member of an entry's data that these names lead to.
fn member(bytes: &[u8], what: &str) -> String {
    let entry: Value = serde_json::from_slice(bytes).unwrap();
    entry["data"].pointer(&format!("/{what}")).unwrap().as_str().unwrap().to_owned()
}

/// An entry, and some of what may be blanked of it.
fn entry_and_what() -> impl Strategy<Value = (Vec<u8>, Entry, Vec<&'static str>)> {
    let all = kept().into_iter().filter(|(_, entry)| !blankable(&entry.event).is_empty());
    let one = prop::sample::select(all.collect::<Vec<_>>());
    one.prop_flat_map(|(bytes, entry)| {
        let all = blankable(&entry.event);
        let some = subsequence(all.clone(), 1..=all.len());
        (Just(bytes), Just(entry), some)
    })
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn a_blanked_entry_is_as_long_and_says_the_same_but_for_what_is_blanked((bytes, entry, what) in entry_and_what()) {
        let after = blanked(&bytes, &what).unwrap();
        prop_assert_eq!(after.len(), bytes.len());
        let read = Entry::decode(&after).unwrap();
        prop_assert_eq!((read.seq, read.time, &read.speaker), (entry.seq, entry.time, &entry.speaker));
        prop_assert_eq!(read.event.name(), entry.event.name());
        prop_assert_eq!(Rebuilt::told(&read.event), Rebuilt::told(&entry.event));
        let written = read.encode_asked(&"seasonal-mobility".parse().unwrap(), Asked::of(&after).unwrap()).unwrap();
        prop_assert_eq!(&written, &after, "it is as it would be written");
        for member_name in blankable(&entry.event) {
            let (before, now) = (member(&bytes, member_name), member(&after, member_name));
            if what.contains(&member_name) {
                prop_assert!(now.bytes().all(|byte| byte == b'#') && now.len() >= before.len(), "{now}");
                prop_assert!(!String::from_utf8_lossy(&after).contains(&before), "{before} is still there");
            } else {
                prop_assert_eq!(now, before);
            }
        }
        prop_assert_eq!(blanked(&after, &what).unwrap(), after, "blank is blank");
    }

    #[test]
    fn no_bytes_and_no_names_make_blanking_panic(bytes in any::<Vec<u8>>(), what in any::<String>()) {
        drop(blanked(&bytes, &[&what]));
        drop(blanked(&kept()[0].0, &[&what]));
    }
}

#[test]
fn words_of_any_script_and_escapes_are_blanked_byte_for_byte() {
    let (_, mut entry) = kept().into_iter().find(|(_, entry)| entry.event.name() == "proposal-withdrawn.v1").unwrap();
    let Event::ProposalWithdrawn(withdrawn) = &mut entry.event else { panic!("it was looked for") };
    withdrawn.note = Some("Frau Å said \"no\",\n\t\\ \u{1f30d} نعم".into());
    let bytes = entry.encode(&"any".parse().unwrap()).unwrap();
    let after = blanked(&bytes, &["note"]).unwrap();
    let note = member(&after, "note");
    assert_eq!((after.len(), note.trim_matches('#')), (bytes.len(), ""));
}

#[test]
fn what_is_not_there_or_is_no_string_is_not_blanked() {
    let (bytes, _) = kept().into_iter().find(|(_, entry)| entry.event.name() == "text-revised.v1").unwrap();
    for wrong in ["note", "base", "changes", "reason/x", "", "/", "credits/0"] {
        assert!(blanked(&bytes, &[wrong]).is_err(), "{wrong}");
    }
    assert!(blanked(b"{}", &["note"]).is_err() && blanked(b"", &["note"]).is_err());
}

#[test]
fn a_hole_shows_as_extensions_of_the_cloud_event() {
    let hole = Hole { redacted_by: Some(travaux::compact::Seq(41)), leaf_hash: "bGVhZg==".into() };
    let told = String::from_utf8(shown(b"{\"specversion\":\"1.0\"}", Some(70), Some(&hole))).unwrap();
    assert_eq!(told, "{\"position\":70,\"redactedby\":41,\"leafhash\":\"bGVhZg==\",\"specversion\":\"1.0\"}");
    assert_eq!(shown(b"{\"specversion\":\"1.0\"}", Some(70), None), b"{\"position\":70,\"specversion\":\"1.0\"}");
}

/// Who asked for what in a redline, without what was said about it.
fn credited(compact: &Compact, from: &str, to: &str) -> Vec<Credit> {
    let at = |at: &str| At { at: at.into(), seq: compact.seq_of(at).unwrap() };
    let told = redline(compact, at(from), at(to), None);
    told.credits.iter().map(|credit| Credit { corrected: None, ..(**credit).clone() }).collect()
}

#[test]
fn a_whole_negotiation_blanked_comes_to_the_same_texts_credits_and_standings() {
    let mut room = Room::default();
    room.play(include_str!("../../src/cli/demo.story"));
    let (before, id): (_, CompactId) = (room.compact(), "seasonal-mobility".parse().unwrap());
    let blank = |entry: &Entry| {
        let bytes = entry.encode(&id).unwrap();
        Entry::decode(&blanked(&bytes, &blankable(&entry.event)).unwrap()).unwrap()
    };
    let record: Vec<Entry> = room.record.iter().map(blank).collect();
    let changed = record.iter().zip(&room.record).filter(|(after, before)| after != before).count();
    assert!(changed > 60, "much was said: {changed}");
    let after = Compact::replay(&record).unwrap().unwrap();
    assert_eq!(after.seq, before.seq);
    for draft in &before.drafts {
        assert_eq!(after.text(draft.seq), before.text(draft.seq), "{}", draft.id);
        for other in &before.drafts {
            let (from, to) = (draft.id.as_str(), other.id.as_str());
            assert_eq!(credited(&after, from, to), credited(before, from, to), "{from}..{to}");
        }
    }
    let standing = |compact: &Compact| compact.proposals.values().map(|p| (p.id, p.standing)).collect::<Vec<_>>();
    assert_eq!(standing(&after), standing(before));
    let unexplained = |compact: &Compact| compact.own_changes().iter().filter(|c| c.reason.is_none()).count();
    assert_eq!(unexplained(&after), unexplained(before), "a reason that was blanked was given");
}
