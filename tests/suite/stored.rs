//! What is stored is for ever: the schemas of all events, and one entry of each kind ever written.

use std::fs;
use std::path::{Path, PathBuf};

use travaux::compact::{Asked, Compact, Entry, Event, schemas, sha256_of_text};

use crate::room::Room;

fn folder(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(name)
}

/// Set to write the schemas anew, to be looked at before they are committed.
fn blesses() -> bool {
    std::env::var_os("TRAVAUX_BLESS").is_some()
}

#[test]
fn the_schemas_are_those_of_the_code() {
    for (name, schema) in schemas() {
        let path = folder("schemas").join(format!("{name}.json"));
        if blesses() {
            fs::write(&path, &schema).unwrap();
        }
        let kept = fs::read_to_string(&path).unwrap_or_default();
        assert!(
            kept == schema,
            "schemas/{name}.json is not what the code says: run `TRAVAUX_BLESS=1 cargo test stored`"
        );
    }
    let is_of_an_event = |name: &str| !["openapi.json", "asyncapi.json"].contains(&name);
    let all = fs::read_dir(folder("schemas")).unwrap();
    let kept = all.filter(|file| is_of_an_event(&file.as_ref().unwrap().file_name().to_string_lossy())).count();
    assert_eq!(kept, Event::NAMES.len(), "a schema is kept of every event that was ever stored, and of nothing else");
}

#[test]
fn one_entry_of_each_kind_decodes_for_ever() {
    for name in Event::NAMES {
        let path = folder("tests/entries").join(format!("{name}.json"));
        let kept = fs::read(&path).unwrap_or_else(|_| panic!("{} is missing", path.display()));
        let kept = kept.strip_suffix(b"\n").unwrap_or(&kept);
        let entry = Entry::decode(kept).unwrap_or_else(|why| panic!("{name} does not decode any more: {why}"));
        assert_eq!(entry.event.name(), *name);
        let compact = "seasonal-mobility".parse().unwrap();
        let again = entry.encode(&compact).unwrap();
        assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(kept), "{name} is written differently now");
    }
}

/// A form that gained a member is kept beside the form before: `draft-issued.v1.signed-off.json`.
#[test]
fn every_form_kept_reads_and_is_written_as_it_was() {
    for file in fs::read_dir(folder("tests/entries")).unwrap() {
        let path = file.unwrap().path();
        let kept = fs::read(&path).unwrap();
        let kept = kept.strip_suffix(b"\n").unwrap_or(&kept);
        let entry = Entry::decode(kept).unwrap_or_else(|why| panic!("{} does not decode: {why}", path.display()));
        let name = path.file_name().unwrap().to_string_lossy().into_owned();
        assert!(name.starts_with(&format!("{}.", entry.event.name())), "{name}");
        let asked = Asked::of(kept).unwrap();
        let again = entry.encode_asked(&"seasonal-mobility".parse().unwrap(), asked).unwrap();
        assert_eq!(String::from_utf8_lossy(&again), String::from_utf8_lossy(kept), "{name} is written differently now");
    }
}

#[test]
fn the_entries_kept_are_valid_by_their_schemas() {
    for name in Event::NAMES {
        let read = |path: PathBuf| -> serde_json::Value { serde_json::from_slice(&fs::read(path).unwrap()).unwrap() };
        let schema = read(folder("schemas").join(format!("{name}.json")));
        let entry = read(folder("tests/entries").join(format!("{name}.json")));
        let validator = jsonschema::options().should_validate_formats(true).build(&schema).unwrap();
        if let Err(error) = validator.validate(&entry["data"]) {
            panic!("{name}: {error} at {}", error.instance_path());
        }
        assert_eq!(entry["dataschema"], format!("/schemas/{name}.json"));
    }
}

#[test]
fn a_draft_issued_is_the_text_that_its_entry_says() {
    let mut room = Room::default();
    room.play(include_str!("../../src/cli/demo.story"));
    let is_draft = |entry: &Entry| matches!(entry.event, Event::DraftIssued(_));
    let first = room.record.iter().position(is_draft).unwrap();
    let replayed = |sha256: Option<String>| {
        let mut record = room.record.clone();
        let Event::DraftIssued(issued) = &mut record[first].event else { panic!("it was looked for") };
        issued.sha256 = sha256;
        Compact::replay(&record).map(Option::unwrap)
    };
    let draft = room.compact().drafts[0].clone();
    assert_eq!(*draft.sha256, sha256_of_text(&room.compact().text(draft.seq)));
    // Entries of before say nothing, and the text is known all the same.
    assert_eq!(replayed(None).unwrap().drafts[0].sha256, draft.sha256);
    assert_eq!(replayed(Some(draft.sha256.to_string())).unwrap().seq, room.compact().seq);
    let other = replayed(Some(sha256_of_text(&[]))).unwrap_err();
    assert_eq!(other.seq, draft.seq);
    assert!(other.why.contains("the working text has"), "{other}");
    let upper_case = replayed(Some(draft.sha256.to_uppercase()));
    assert!(upper_case.is_err(), "there is one way to write it");
}
