//! The stream in the hands of a stranger: a script of some twenty lines, in another language, without a difference
//! algorithm, rebuilds every version of the sample negotiation and of the real drafts.

use std::collections::BTreeMap;
use std::io::Write;
use std::process::{Command, Stdio};

use travaux::compact::Command as Asked;
use travaux::formats::markdown;

use crate::data;
use crate::room::{Room, opened};

/// What the script makes of a record, by seq.
fn rebuilt(room: &Room) -> BTreeMap<u32, Vec<(String, String)>> {
    let id = room.compact().id.clone();
    let lines = room.record.iter().flat_map(|entry| entry.encode(&id).unwrap().into_iter().chain([b'\n']));
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/rebuild.py");
    let mut python = Command::new("python3");
    let mut child = python.arg(script).stdin(Stdio::piped()).stdout(Stdio::piped()).spawn().expect("python3 is there");
    let mut stdin = child.stdin.take().unwrap();
    let bytes: Vec<u8> = lines.collect();
    let feed = std::thread::spawn(move || stdin.write_all(&bytes).unwrap());
    let output = child.wait_with_output().unwrap();
    feed.join().unwrap();
    assert!(output.status.success());
    serde_json::from_slice(&output.stdout).unwrap()
}

fn holds(room: &Room) {
    for (seq, text) in rebuilt(room) {
        let stands = room.compact().text(travaux::compact::Seq(seq));
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
