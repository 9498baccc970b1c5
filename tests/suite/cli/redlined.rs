//! `redline`: two local texts beside each other.

use std::fs;
use std::path::PathBuf;

use tempfile::TempDir;

use super::{fed, run, said, text, travaux};
use crate::data;

#[test]
fn redline_tells_two_texts_apart_in_every_format() {
    let home = TempDir::new().unwrap();
    let (old, new) = (home.path().join("Zero Draft.md"), home.path().join("Rev. 1.txt"));
    fs::write(&old, "# Title\n\n1. States will act.\n\n2. Nothing else.\n").unwrap();
    fs::write(&new, "\u{feff}# Title\n\n1. States shall act.\n\n2. Nothing else.\n").unwrap();
    let (code, out, _) = run(["redline", text(&old), text(&new)]);
    assert_eq!(code, 0);
    assert!(out.contains("States [-will-]{+shall+} act."), "{out}");
    assert!(out.contains("1 word added, 1 struck; 1 provision changed"), "{out}");
    assert!(!out.contains("Nothing else") && !out.contains('\u{1b}'), "{out}");
    let (_, out, _) = run(["redline", "--all", text(&old), text(&new)]);
    assert!(out.contains("Nothing else"), "{out}");
    let coloured = travaux(["redline", text(&old), text(&new)]).env("CLICOLOR_FORCE", "1").output().unwrap();
    assert!(said(&coloured).1.contains("\u{1b}["));
    let counts = "1 word added, 1 struck; 1 provision changed\n";
    let (code, out, err) = run(["redline", "--format", "markdown", text(&old), text(&new)]);
    assert_eq!((code, err.as_str()), (0, counts));
    assert!(out.contains("States {--will--}{++shall++} act."), "{out}");
    let (_, out, err) = run(["redline", "--format", "json", text(&old), text(&new)]);
    let json: serde_json::Value = serde_json::from_str(&out).unwrap();
    assert_eq!((&json["from"]["at"], &json["to"]["at"]), (&"zero-draft".into(), &"rev-1".into()));
    assert_eq!((json["summary"]["words_added"].as_u64(), err.as_str()), (Some(1), counts));
    let (_, out, _) = run(["redline", "--format", "html", text(&old), text(&new)]);
    assert!(out.starts_with("<!DOCTYPE html>") && out.contains("<del") && out.contains("<ins"), "{out}");
    let (code, out, err) = fed(["redline", text(&old), "-"], fs::read(&old).unwrap().as_slice());
    assert_eq!((code, out.as_str()), (0, ""), "{err}");
    assert!(err.ends_with("standard input are the same text\n"), "{err}");
}

#[test]
fn redline_refuses_what_it_cannot_read() {
    let home = TempDir::new().unwrap();
    let file = |name: &str, bytes: &[u8]| {
        let path = home.path().join(name);
        fs::write(&path, bytes).unwrap();
        path.to_str().unwrap().to_owned()
    };
    let (good, bad) = (file("good.md", b"We will act."), file("bad.txt", b"We \xffill act."));
    let (word, empty) = (file("draft.docx", b"PK"), file("empty.txt", b"\n"));
    let tried: [(&[&str], i32, &str); 7] = [
        (&["redline", &good, &bad], 2, "byte 3 (from 0)"),
        (&["redline", &good, "nowhere.txt"], 2, "there is no file nowhere.txt"),
        (&["redline", &good, text(home.path())], 2, "is a directory"),
        (&["redline", "-", "-"], 2, "only one of the two"),
        (&["redline", &good, &word], 2, "Word files are not read yet"),
        (&["redline", "--format", "docx", &good, &good], 2, "not there yet"),
        (&["redline", &good, &empty], 1, "empty.txt"),
    ];
    for (arguments, expected, why) in tried {
        let (code, out, err) = run(arguments);
        assert_eq!((code, out.as_str()), (expected, ""), "{arguments:?} {err}");
        assert!(err.starts_with("error: ") && err.contains(why), "{err}");
    }
}

#[test]
fn redline_reads_real_drafts() {
    if data::paris().is_none() {
        return;
    }
    let folder = std::env::var_os("TRAVAUX_REAL_TEXTS")
        .map_or_else(|| PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../shared/data"), PathBuf::from);
    let old = folder.join("paris-agreement/04_2015-12-09_presidency-draft.txt");
    let new = folder.join("paris-agreement/05_2015-12-12_adopted-L9Rev1.txt");
    let (code, out, err) = run(["redline", text(&old), text(&new)]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains("{+") && out.contains("[-") && out.contains("provisions unchanged"), "{out}");
}
