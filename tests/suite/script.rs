//! The stream in the hands of a stranger: a short script, in another language, without a difference algorithm, rebuilds
//! every version of the sample negotiation and of the real drafts, and finds them to be what was signed.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Output, Stdio};

use travaux::compact::{Command as Asked, Event, Seq};
use travaux::formats::markdown;
use travaux::proof::{Hash, Keyring, Tree};

use crate::data;
use crate::room::{Room, opened};

/// The record as it is stored, entry by entry.
fn stored(room: &Room) -> Vec<Vec<u8>> {
    room.record.iter().map(|entry| entry.encode(&room.compact().id).unwrap()).collect()
}

/// A checkpoint of these entries.
fn checkpoint(entries: &[Vec<u8>]) -> String {
    let mut tree = Tree::default();
    for entry in entries {
        tree.push(Hash::of_leaf(entry));
    }
    let keys = Keyring::new(Some("example.org"), [7; 32]).unwrap();
    keys.checkpoint("any", tree.size(), tree.root_at(tree.size()).unwrap()).unwrap()
}

/// What the script says of entries and of a checkpoint.
pub fn asked(entries: &[Vec<u8>], checkpoint: &str) -> Output {
    let mut file = tempfile::NamedTempFile::new().unwrap();
    file.write_all(checkpoint.as_bytes()).unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rebuild.py");
    let mut python = Command::new("python3");
    let python =
        python.arg(script).arg(file.path()).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
    let mut child = python.spawn().expect("python3 is there");
    let mut stdin = child.stdin.take().unwrap();
    let bytes: Vec<u8> = entries.iter().flat_map(|entry| [entry.as_slice(), b"\n"].concat()).collect();
    // It may have seen enough before it has read all.
    let feed = std::thread::spawn(move || drop(stdin.write_all(&bytes)));
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    output
}

/// What the script makes of a record, by seq.
fn rebuilt(room: &Room) -> BTreeMap<u32, Vec<(String, String)>> {
    let entries = stored(room);
    let output = asked(&entries, &checkpoint(&entries));
    assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
    serde_json::from_slice(&output.stdout).unwrap()
}

fn holds(room: &Room) {
    for (seq, text) in rebuilt(room) {
        let stands = room.compact().text(Seq(seq));
        let stands: Vec<_> = stands.into_iter().map(|p| (p.id.to_string(), p.text.to_string())).collect();
        assert_eq!(text, stands, "at {seq}");
    }
}

#[test]
fn a_script_rebuilds_the_sample_negotiation() {
    let mut room = Room::default();
    room.play(include_str!("../../src/cli/demo.story"));
    holds(&room);
}

#[test]
fn a_script_rebuilds_the_real_drafts() {
    let Some(drafts) = data::paris() else { return };
    let mut room = opened("paris");
    for (_, text) in drafts {
        let text = markdown::read(&text);
        room.say(Asked::Revise { text, base: None, reflects: vec![], reason: None }).unwrap();
    }
    holds(&room);
}

/// Which complaint the script ends with.
fn complaint(entries: &[Vec<u8>], checkpoint: &str) -> String {
    let output = asked(entries, checkpoint);
    assert!(!output.status.success(), "the script finds nothing wrong");
    let said = String::from_utf8(output.stderr).unwrap();
    said.lines().last().unwrap().to_owned()
}

#[test]
fn a_script_finds_what_was_changed() {
    let mut room = Room::default();
    room.play(include_str!("../../src/cli/demo.story"));
    let (entries, signed) = (stored(&room), checkpoint(&stored(&room)));
    let replaced = |at: usize, from: &str, to: &str| {
        let mut entries = entries.clone();
        let changed = String::from_utf8(entries[at].clone()).unwrap().replacen(from, to, 1);
        assert_ne!(changed.as_bytes(), entries[at], "{from} is not there");
        entries[at] = changed.into_bytes();
        entries
    };
    // A word of the record, an entry, the beginning of it.
    let first_reason = room.record.iter().position(|entry| matches!(entry.event, Event::ReasonGiven(_))).unwrap();
    let reworded = replaced(first_reason, "\"reason\":\"", "\"reason\":\"not that ");
    assert_eq!(complaint(&reworded, &signed), "AssertionError: the entries are not those of the checkpoint");
    assert_eq!(complaint(&entries[..entries.len() - 1], &signed), "AssertionError: entries are missing");
    // And a draft that is issued as another text than the one that stands.
    let Event::DraftIssued(issued) =
        &room.record.iter().rev().find(|e| matches!(e.event, Event::DraftIssued(_))).unwrap().event
    else {
        unreachable!("it was looked for")
    };
    let sha256 = issued.sha256.clone().unwrap();
    let at = entries.iter().position(|e| String::from_utf8_lossy(e).contains(&sha256)).unwrap();
    let other = replaced(at, &sha256, &sha256.chars().rev().collect::<String>());
    assert_eq!(complaint(&other, &checkpoint(&other)), "AssertionError: a draft is not the text it says it is");
    let more = [entries.clone(), vec![entries[0].clone()]].concat();
    assert!(asked(&more, &signed).status.success(), "a checkpoint of before holds for what came later");
}
