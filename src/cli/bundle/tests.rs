//! Whatever is changed in a bundle is found, and its place named.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::frame::Packing;
use super::{Source, pack, unpack};
use crate::cli::fault::Fault;
use crate::cli::kept::Kept;
use crate::compact::{
    Command, Compact, Entry, EntryRedacted, Event, Moment, Seq, Speaker, blanked, decide, speaker_of,
};
use crate::log::{DiskLog, EventLog as _, NewEntry};
use crate::proof::{Hash, Keyring};

/// The record of a compact in which so many groups are registered.
fn entries(compact: &str, groups: u32) -> Vec<NewEntry> {
    let id: crate::compact::CompactId = compact.parse().unwrap();
    let open = Command::OpenCompact { compact: id.clone(), title: "A compact (fiction)".into() };
    let register =
        |nth| Command::RegisterGroup { group: format!("g{nth}").parse().unwrap(), name: format!("Group {nth}") };
    let (mut state, mut entries) = (None, Vec::new());
    for (seq, command) in (1..).zip([open].into_iter().chain((1..=groups).map(register))) {
        let speaker = speaker_of(&command, state.as_ref());
        let event = decide(state.as_ref(), command).unwrap().unwrap();
        let entry = Entry { seq: Seq(seq), time: Moment::from_millis(0).unwrap(), speaker, spoken_by: None, event };
        Compact::follow(&mut state, &entry).unwrap();
        entries.push(NewEntry { compact: compact.into(), seq, bytes: entry.encode(&id).unwrap() });
    }
    entries
}

/// A place to work in.
struct Desk {
    home: TempDir,
    file: PathBuf,
    keys: Keyring,
}

impl Desk {
    fn new() -> Self {
        let home = TempDir::new().unwrap();
        let file = home.path().join("bundle");
        Self { home, file, keys: Keyring::new(Some("example.org"), [7; 32]).unwrap() }
    }

    /// The bundle of these entries; `hole` names one that was blanked.
    fn packed(&self, entries: Vec<NewEntry>, hole: Option<(&str, u32)>) -> Vec<u8> {
        let dir = TempDir::new_in(self.home.path()).unwrap();
        let log = DiskLog::open(dir.path()).unwrap();
        let before = entries.iter().find(|entry| hole == Some((&*entry.compact, entry.seq))).cloned();
        for entry in entries {
            drop(log.append(entry));
        }
        drop(log);
        let log = DiskLog::open(dir.path()).unwrap();
        if let Some(NewEntry { compact, seq, bytes }) = before {
            log.blank(&compact, seq, &blanked(&bytes, &["name"]).unwrap()).unwrap();
        }
        let head = *log.head().borrow();
        let mut bundle = Vec::new();
        pack(&mut Source::Open { log, head, after: 0 }, Some(&self.keys), &mut bundle).unwrap();
        bundle
    }

    /// A bundle with these lines.
    fn of_lines(lines: &[&[u8]]) -> Vec<u8> {
        let mut bundle = Vec::new();
        let mut packing = Packing::new(&mut bundle).unwrap();
        for line in lines {
            packing.ended(line).unwrap();
        }
        packing.finish().unwrap();
        bundle
    }

    /// How many entries hold, or what is found.
    fn found(&self, bundle: &[u8]) -> Result<u64, String> {
        fs::write(&self.file, bundle).unwrap();
        let known = self.keys.verifiers();
        let held = unpack(&self.file, Some(&known), &mut Kept::default(), |_| Ok(()));
        held.map(|held| held.checker.entries).map_err(|fault| match fault {
            Fault::Wanting(why) => format!("{why:#}"),
            other @ (Fault::Usage(_) | Fault::Storage(_) | Fault::Unread) => panic!("{other:?}"),
        })
    }
}

fn lines(bundle: &[u8]) -> Vec<u8> {
    // What any program for zstd makes of it, which knows nothing of us.
    zstd::decode_all(bundle).unwrap()
}

/// Two compacts in turn, and enough entries for two lines of leaves.
fn two() -> Vec<NewEntry> {
    let (mut harbours, seasons) = (entries("harbours", 270), entries("seasons", 3));
    harbours.splice(2..2, seasons);
    harbours
}

/// The same, with a redaction of the 200th entry of the first at its end.
fn with_redaction() -> Vec<NewEntry> {
    let mut all = two();
    let found = all.iter().find(|entry| &*entry.compact == "harbours" && entry.seq == 200).unwrap();
    let left = blanked(&found.bytes, &["name"]).unwrap();
    let leaf = |bytes: &[u8]| Hash::of_leaf(bytes).to_string();
    let event = Event::EntryRedacted(EntryRedacted {
        entry: Seq(200),
        leaf: leaf(&found.bytes),
        left: leaf(&left),
        what: vec!["name".into()],
        reason: "nobody's business".into(),
    });
    let entry = Entry {
        seq: Seq(272),
        time: Moment::from_millis(0).unwrap(),
        speaker: Speaker::Secretariat,
        spoken_by: None,
        event,
    };
    let bytes = entry.encode(&"harbours".parse().unwrap()).unwrap();
    all.push(NewEntry { compact: "harbours".into(), seq: 272, bytes });
    all
}

#[test]
fn every_bit_that_changes_in_the_file_is_found() {
    let desk = Desk::new();
    let bundle = desk.packed(entries("harbours", 1), None);
    assert_eq!(desk.found(&bundle), Ok(2));
    let mut silent = 0;
    for bit in 0..bundle.len() * 8 {
        let mut flipped = bundle.clone();
        flipped[bit / 8] ^= 1 << (bit % 8);
        silent += u32::from(zstd::decode_all(&flipped[..]).is_ok_and(|read| read == lines(&bundle)));
        let found = desk.found(&flipped);
        assert!(found.as_ref().is_err_and(|why| why.contains("bundle")), "bit {bit}: {found:?}");
    }
    for length in 0..bundle.len() {
        assert!(desk.found(&bundle[..length]).is_err(), "{length} bytes");
    }
    for more in [&b"x"[..], &[0], &bundle] {
        assert!(desk.found(&[&bundle, more].concat()).is_err(), "{} bytes more", more.len());
    }
    println!("{} bits flipped, all found, {silent} of which zstd reads the same from", bundle.len() * 8);
}

#[test]
fn every_byte_that_changes_in_the_lines_is_found_even_where_all_is_packed_anew() {
    let desk = Desk::new();
    let text = lines(&desk.packed(entries("harbours", 2), None));
    for place in 0..text.len() {
        for bit in [0, 5] {
            let mut changed = text.clone();
            changed[place] ^= 1 << bit;
            let found = desk.found(&Desk::of_lines(&[&changed]));
            assert!(found.as_ref().is_err_and(|why| why.contains("line ")), "byte {place}: {found:?}");
        }
    }
}

#[test]
fn a_line_that_is_missing_doubled_or_swapped_is_named() {
    let desk = Desk::new();
    let text = lines(&desk.packed(two(), None));
    let whole: Vec<&[u8]> = text.split_inclusive(|byte| *byte == b'\n').collect();
    assert_eq!((whole.len(), desk.found(&Desk::of_lines(&whole))), (1 + 275 + 2 + 2 + 1, Ok(275)));
    // The first lines, those around the leaves, the last.
    for place in (0..12).chain(250..262).chain(272..whole.len()) {
        let (mut missing, mut doubled, mut swapped) = (whole.clone(), whole.clone(), whole.clone());
        missing.remove(place);
        doubled.insert(place, whole[place]);
        if place + 1 < whole.len() {
            swapped.swap(place, place + 1);
        }
        for (changed, line) in [(missing, place + 1), (doubled, place + 2), (swapped, place + 1)] {
            if changed == whole {
                continue;
            }
            let found = desk.found(&Desk::of_lines(&changed)).unwrap_err();
            assert!(found.starts_with(&format!("line {line} of ")), "{place}: {found}");
        }
    }
}

#[test]
fn an_entry_that_says_something_else_is_named_by_its_place() {
    let desk = Desk::new();
    let text = String::from_utf8(lines(&desk.packed(two(), None))).unwrap();
    let changed = text.replacen("\"name\":\"Group 265\"", "\"name\":\"Group 256\"", 1);
    assert_ne!(changed, text);
    let found = desk.found(&Desk::of_lines(&[changed.as_bytes()])).unwrap_err();
    assert!(found.contains("position 270 (harbours/266), on line 272, is not the entry"), "{found}");
    // Where its leaf is told to fit, what was signed does not.
    let forged = entries("harbours", 3).into_iter().map(|mut entry| {
        entry.bytes = String::from_utf8(entry.bytes).unwrap().replace("Group 2", "Crowd 2").into_bytes();
        entry
    });
    let forged = String::from_utf8(lines(&desk.packed(forged.collect(), None))).unwrap();
    let genuine = String::from_utf8(lines(&desk.packed(entries("harbours", 3), None))).unwrap();
    let mixed: Vec<&str> = forged.lines().take(6).chain(genuine.lines().skip(6)).collect();
    let found = desk.found(&Desk::of_lines(&[(mixed.join("\n") + "\n").as_bytes()])).unwrap_err();
    assert!(found.contains("the checkpoint of harbours does not hold: the entries do not come to"), "{found}");
}

#[test]
fn what_another_key_has_signed_is_found() {
    let (desk, mut other) = (Desk::new(), Desk::new());
    other.keys = Keyring::new(Some("example.org"), [8; 32]).unwrap();
    let forged = other.packed(entries("harbours", 3), None);
    assert_eq!(other.found(&forged), Ok(4), "it holds by the key that it names");
    let found = desk.found(&forged).unwrap_err();
    assert!(found.contains("by a key that is known"), "{found}");
}

#[test]
fn a_blanked_entry_keeps_its_leaf_and_all_that_was_signed_goes_on_to_hold() {
    let (desk, all) = (Desk::new(), with_redaction());
    let genuine = desk.packed(all.clone(), None);
    let found = desk.found(&genuine).unwrap_err();
    assert!(found.contains("harbours/272 says that harbours/200 is blanked, and it is not"), "{found}");
    let nobody = desk.found(&desk.packed(two(), Some(("harbours", 200)))).unwrap_err();
    assert!(
        nobody.contains("position 204 (harbours/200) does not hold: it is blanked, and no entry says so"),
        "{nobody}"
    );
    let blanked = desk.packed(all, Some(("harbours", 200)));
    assert_eq!(desk.found(&blanked), Ok(276));
    let (before, after) = (lines(&genuine), lines(&blanked));
    let (before, after) = (String::from_utf8(before).unwrap(), String::from_utf8(after).unwrap());
    let differ: Vec<usize> = (0..282).filter(|nth| before.lines().nth(*nth) != after.lines().nth(*nth)).collect();
    assert_eq!(differ, [204, 281], "the leaves and the checkpoints of compacts are the same");
    let line = after.lines().nth(differ[0]).unwrap();
    assert!(line.starts_with("{\"position\":204,\"leafhash\":\"") && line.contains("#########"), "{line}");
    let other = after.replacen("#########", "#######!#", 1);
    let found = desk.found(&Desk::of_lines(&[other.as_bytes()])).unwrap_err();
    assert!(found.contains("entry 272 says that it is blanked"), "{found}");
    // To call an entry blanked, with other words and its leaf, is found as well.
    let genuine_line = before.lines().nth(5).unwrap();
    let leaf = Hash::of_leaf(&Entry::from_shown(genuine_line.as_bytes()).unwrap().1).to_base64();
    let called = genuine_line.replacen("5,", &format!("5,\"leafhash\":\"{leaf}\","), 1).replace("Group", "Crowd");
    let found = desk.found(&Desk::of_lines(&[after.replacen(genuine_line, &called, 1).as_bytes()])).unwrap_err();
    assert!(found.contains("it is blanked, and no entry says so"), "{found}");
}
