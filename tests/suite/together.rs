//! Backups of all records of a server: written together, checked one by one, restored together.

use std::fs;
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use crate::backups::with_keys;
use crate::beside::{OTHERS, damage, lines, of, stopped, talks};
use crate::cli::{fresh, run, text};
use crate::served::Served;

fn backup(dir: &Path, file: &Path) -> (i32, String, String) {
    run(["backup", "--data", text(dir), "--to", text(file)])
}

fn mode(file: &Path) -> u32 {
    fs::metadata(file).unwrap().permissions().mode() & 0o777
}

/// The names of what is in a directory.
fn names(dir: &Path) -> Vec<String> {
    let names = fs::read_dir(dir).unwrap().map(|file| file.unwrap().file_name().into_string().unwrap());
    let mut names: Vec<String> = names.collect();
    names.sort();
    names
}

/// A directory for backups, and the file in it.
fn kept(home: &Path) -> (PathBuf, PathBuf) {
    let kept = home.join("kept");
    fs::create_dir(&kept).unwrap();
    let file = kept.join("backup");
    (kept, file)
}

/// What a backup says of each record that it has written.
fn told(dir: &Path, file: &Path, out: &str, meanwhile: &str) {
    let records = [dir.to_owned(), of("public", dir), of("private", dir)];
    let files = [file.to_owned(), of("public", file), of("private", file)];
    let told: Vec<&str> = out.lines().collect();
    assert_eq!(told.len(), 3, "{out}");
    for ((record, file), line) in records.iter().zip(&files).zip(told) {
        let (_, public, _) = run(["key", "show", "--data", text(record)]);
        let (origin, bytes) = (public.split('+').next().unwrap(), fs::metadata(file).unwrap().len());
        let said = format!(
            " of 1 compact written to {}{meanwhile}: {bytes} bytes, signed in the name of {origin}",
            text(file)
        );
        assert!(line.ends_with(&said), "{line:?} and {said:?}");
        let (code, out, err) = run(["verify", "--bundle", text(file), "--key", public.trim()]);
        assert!(code == 0 && out.ends_with("signed by a key that was given\nthe bundle holds\n"), "{out}{err}");
    }
}

#[test]
fn a_backup_holds_all_records_each_in_a_file_that_its_own_key_signed() {
    let (home, dir) = fresh();
    let (folder, file) = kept(home.path());
    let served = Served::start(&dir);
    talks(&served, &dir);
    let (code, out, err) = backup(&dir, &file);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    told(&dir, &file, &out, " while it is served");
    served.stop();
    let while_served = ["backup", "backup.private", "backup.public"].map(|name| fs::read(folder.join(name)).unwrap());
    let (code, out, err) = backup(&dir, &file);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    told(&dir, &file, &out, "");
    assert_eq!(names(&folder), ["backup", "backup.private", "backup.public"]);
    assert_eq!(mode(&of("private", &file)), 0o600, "what is prepared in private is for the owner alone");
    let stopped = ["backup", "backup.private", "backup.public"].map(|name| fs::read(folder.join(name)).unwrap());
    assert!(stopped == while_served, "the same records are the same files");
}

#[test]
fn a_backup_of_one_of_the_records_is_of_that_alone() {
    let (home, dir) = stopped();
    let (folder, file) = kept(home.path());
    assert_eq!(backup(&of("private", &dir), &file).0, 0);
    assert_eq!(names(&folder), ["backup"]);
    assert_eq!(mode(&file), 0o600);
}

#[test]
fn no_backup_is_written_where_one_of_the_records_cannot_be() {
    let (home, dir) = stopped();
    let (folder, file) = kept(home.path());
    let (key, away) = (home.path().join("record.private.key"), home.path().join("away"));
    fs::rename(&key, &away).unwrap();
    let (code, out, err) = backup(&dir, &file);
    assert!(code == 3 && out.is_empty() && err.contains(text(&key)), "{code} {out}{err}");
    fs::rename(&away, &key).unwrap();
    damage(&of("public", &dir));
    let (code, out, err) = backup(&dir, &file);
    let said = format!("{}: the record is damaged at position 1", text(&of("public", &dir)));
    assert!(code == 3 && out.is_empty() && err.contains(&said), "{code} {out}{err}");
    assert!(names(&folder).is_empty(), "nor a part of one");
}

#[test]
fn a_backup_says_which_file_of_an_earlier_one_it_leaves_as_it_is() {
    let (home, dir) = stopped();
    let (folder, file) = kept(home.path());
    assert_eq!(backup(&dir, &file).0, 0);
    fs::remove_dir_all(of("private", &dir)).unwrap();
    let (code, out, err) = backup(&dir, &file);
    assert_eq!((code, out.lines().count()), (0, 2), "{out}{err}");
    let (left, dir) = (folder.join("backup.private"), of("private", &dir));
    let said =
        format!("{} is of an earlier backup and stays as it is: there is no record in {}\n", text(&left), text(&dir));
    assert_eq!(err, said);
}

#[test]
fn no_backup_goes_where_one_of_the_records_is() {
    let (_home, dir) = stopped();
    for file in [dir.clone(), of("public", &dir), of("public", &dir).join("backup"), dir.join("backup")] {
        let (code, _, err) = backup(&dir, &file);
        assert!(code == 2 && err.contains("would be lost with it"), "{code} {err}");
    }
    for name in OTHERS {
        assert!(!lines(&of(name, &dir)).is_empty(), "as it was");
    }
}

fn restore(file: &Path, dir: &Path) -> (i32, String, String) {
    run(["restore", text(file), "--data", text(dir)])
}

#[test]
fn all_records_come_back_as_they_were_and_go_on() {
    let (home, dir) = stopped();
    let (_, file) = kept(home.path());
    assert_eq!(backup(&dir, &file).0, 0);
    let back = home.path().join("back");
    with_keys(&dir, &back);
    let (code, out, err) = restore(&file, &back);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    for (record, line) in [back.clone(), of("public", &back), of("private", &back)].iter().zip(out.lines()) {
        assert!(line.ends_with(&format!(" of 1 compact restored into {}", text(record))), "{out}");
    }
    for name in OTHERS {
        assert_eq!(lines(&of(name, &back)), lines(&of(name, &dir)));
        let head = |dir: &Path| fs::read(of(name, dir).join("head")).unwrap();
        assert!(head(&back) == head(&dir), "signed, the head file is the same");
    }
    assert_eq!(lines(&back), lines(&dir));
    let served = Served::start(&back);
    let prepared = served.send("GET", "/api/v1/compacts/harbours/caucuses/eu/proposals", "");
    assert!(
        prepared.status == 200 && prepared.text().contains("States shall keep harbours open."),
        "{}",
        prepared.text()
    );
    served.stop();
}

#[test]
fn a_bundle_alone_is_restored_and_what_is_not_there_is_said() {
    let (home, dir) = stopped();
    let (folder, file) = kept(home.path());
    assert_eq!(backup(&dir, &file).0, 0);
    fs::remove_file(of("public", &file)).unwrap();
    fs::remove_file(of("private", &file)).unwrap();
    let back = home.path().join("back");
    with_keys(&dir, &back);
    fs::create_dir(of("private", &back)).unwrap();
    fs::write(of("private", &back).join("what was there"), "of before").unwrap();
    let (code, out, err) = restore(&file, &back);
    assert_eq!((code, out.lines().count()), (0, 1), "{out}{err}");
    let public =
        format!("there is no {}: nothing is restored into {}", text(&of("public", &file)), text(&of("public", &back)));
    let private =
        format!("there is no {}: {} stays as it is", text(&of("private", &file)), text(&of("private", &back)));
    assert!(err.contains(&public) && err.contains(&private), "{err}");
    assert_eq!(lines(&back), lines(&dir));
    assert_eq!(names(&folder), ["backup"]);
}

#[test]
fn one_of_the_other_records_is_restored_by_itself() {
    let (home, dir) = stopped();
    let (_, file) = kept(home.path());
    assert_eq!(backup(&dir, &file).0, 0);
    let (private, before) = (of("private", &dir), lines(&of("private", &dir)));
    fs::remove_dir_all(&private).unwrap();
    let (code, out, err) = restore(&of("private", &file), &private);
    assert_eq!((code, err.as_str(), out.lines().count()), (0, "", 1));
    assert_eq!(lines(&private), before);
    Served::start(&dir).stop();
}

#[test]
fn nothing_is_restored_where_one_of_the_files_does_not_hold_or_has_no_place() {
    let (home, dir) = stopped();
    let (_, file) = kept(home.path());
    assert_eq!(backup(&dir, &file).0, 0);
    let (back, before) = (home.path().join("back"), names(home.path()));
    let private = of("private", &file);
    let whole = fs::read(&private).unwrap();
    fs::write(&private, &whole[..whole.len() - 1]).unwrap();
    let (code, out, err) = restore(&file, &back);
    assert!(code == 1 && out.is_empty() && err.contains("nothing was restored"), "{code} {out}{err}");
    assert!(err.contains(text(&private)), "{err}");
    assert_eq!(names(home.path()), before);
    fs::write(&private, whole).unwrap();
    let place = of("public", &back);
    fs::create_dir(&place).unwrap();
    fs::write(place.join("what was there"), "of before").unwrap();
    let (code, out, err) = restore(&file, &back);
    let said = format!("move {} away, as {} goes there", text(&place), text(&of("public", &file)));
    assert!(code == 1 && out.is_empty() && err.contains("is not empty") && err.contains(&said), "{code} {out}{err}");
    assert!(!back.exists() && names(&place) == ["what was there"]);
}

#[test]
fn each_file_is_checked_with_the_key_of_its_own_record() {
    let (home, dir) = stopped();
    let (_, file) = kept(home.path());
    assert_eq!(backup(&dir, &file).0, 0);
    fs::rename(of("private", &file), of("public", &file)).unwrap();
    let back = home.path().join("back");
    with_keys(&dir, &back);
    let (code, out, err) = restore(&file, &back);
    assert!(code == 1 && out.is_empty() && err.contains("a key that is known"), "{code} {out}{err}");
    assert!(!back.exists(), "what was prepared in private is not what the public is shown");
}

fn verify(dir: &Path, more: &[&str]) -> (i32, String, String) {
    run([&["verify", "--data", text(dir)], more].concat())
}

#[test]
fn all_records_are_checked_and_the_one_that_does_not_hold_is_named() {
    let (_home, dir) = stopped();
    let (code, out, err) = verify(&dir, &[]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert_eq!(out.matches("the record holds\n").count(), 3, "{out}");
    for name in OTHERS {
        assert!(out.contains(&format!("\n{}\n1 compact, ", text(&of(name, &dir)))), "{out}");
    }
    let private = of("private", &dir);
    damage(&private);
    let (code, out, err) = verify(&dir, &[]);
    assert_eq!((code, out.matches("the record holds\n").count()), (1, 2), "{out}{err}");
    assert!(err.contains(&format!("{}: the record is damaged at position 1", text(&private))), "{err}");
    damage(&dir);
    let (code, out, err) = verify(&dir, &[]);
    assert_eq!((code, out.matches("the record holds\n").count()), (1, 1), "{out}{err}");
    for damaged in [&dir, &private] {
        assert!(err.contains(&format!("{}: the record is damaged at position 1", text(damaged))), "{err}");
    }
}

/// What the last line of a backup signs: all entries of its record.
fn checkpoint(file: &Path) -> String {
    let lines = String::from_utf8(zstd::decode_all(&fs::read(file).unwrap()[..]).unwrap()).unwrap();
    let last: serde_json::Value = serde_json::from_str(lines.lines().last().unwrap()).unwrap();
    last["checkpoint"].as_str().unwrap().to_owned()
}

#[test]
fn a_checkpoint_is_held_against_the_record_in_whose_name_it_is() {
    let (home, dir) = stopped();
    let (folder, file) = kept(home.path());
    assert_eq!(backup(&dir, &file).0, 0);
    let (public, private) = (of("public", &dir), of("private", &dir));
    let notes = ["ours", "public", "private"].map(|name| folder.join(format!("{name}.note")));
    for (note, file) in notes.iter().zip([file.clone(), of("public", &file), of("private", &file)]) {
        fs::write(note, checkpoint(&file)).unwrap();
    }
    let all: Vec<&str> = notes.iter().flat_map(|note| ["--checkpoint", text(note)]).collect();
    let held = || {
        let (code, out, err) = verify(&dir, &all);
        assert_eq!(code, 0, "{err}");
        let (of_ours, rest) = out.split_once(&format!("\n{}\n", text(&public))).unwrap();
        let (of_public, of_private) = rest.split_once(&format!("\n{}\n", text(&private))).unwrap();
        for (told, note) in [of_ours, of_public, of_private].iter().zip(&notes) {
            let lines = told.lines().filter(|line| line.starts_with("the whole record begins with the "));
            let lines: Vec<&str> = lines.collect();
            assert!(lines.len() == 1 && lines[0].contains(text(note)), "{told}");
        }
        err
    };
    assert_eq!(held(), "");
    for name in ["record.key", "record.public.key", "record.private.key"] {
        fs::rename(home.path().join(name), folder.join(name)).unwrap();
    }
    assert!(held().contains("by whom the checkpoints are signed is not checked"), "by the names alone");
    fs::rename(folder.join("record.public.key"), home.path().join("record.public.key")).unwrap();
    fs::remove_dir_all(&public).unwrap();
    let (code, _, err) = verify(&dir, &all);
    let said = format!("{}: {} is of this record, and there is none", text(&public), text(&notes[1]));
    assert!(code == 1 && err.contains(&said), "{code} {err}");
}

#[test]
fn a_checkpoint_of_the_public_record_does_not_hold_where_that_was_written_anew() {
    let (home, dir) = stopped();
    let (folder, file) = kept(home.path());
    assert_eq!(backup(&dir, &file).0, 0);
    let note = folder.join("public.note");
    fs::write(&note, checkpoint(&of("public", &file))).unwrap();
    // Another record, under the key of the one before.
    let (public, other) = (of("public", &dir), home.path().join("other"));
    let served = Served::start(&other);
    talks(&served, &other);
    served.stop();
    fs::remove_dir_all(&public).unwrap();
    let exported = folder.join("lines");
    assert_eq!(run(["export", "--data", text(&of("public", &other)), "--to", text(&exported)]).0, 0);
    assert_eq!(run(["import", "--data", text(&public), text(&exported)]).0, 0);
    let (code, out, err) = verify(&dir, &["--checkpoint", text(&note)]);
    assert!(code == 1 && err.contains(&format!("{}: the first ", text(&public))), "{code} {out}{err}");
    assert!(err.contains("this record was written anew"), "{err}");
}

/// The public was shown everything up to a draft, and has yet to be told why some of it is blank.
#[test]
fn what_is_blanked_for_the_public_before_it_is_told_so_holds_and_comes_back() {
    let (home, dir) = fresh();
    let (_, file) = kept(home.path());
    let served = Served::start(&dir);
    let c = "/api/v1/compacts/harbours";
    for (method, path, body) in [
        ("POST", "/api/v1/compacts".to_owned(), r#"{"id": "harbours", "title": "Harbours (fiction)"}"#),
        ("PUT", format!("{c}/groups/eu"), r#"{"name": "EU"}"#),
        ("PUT", format!("{c}/public"), r#"{"shown": "everything"}"#),
        ("POST", format!("{c}/revisions"), r#"{"text": "1. States act.", "reason": "as Ms X said"}"#),
        ("POST", format!("{c}/drafts"), r#"{"label": "Zero Draft"}"#),
        ("POST", format!("{c}/redactions"), r#"{"entry": 4, "reason": "a name"}"#),
    ] {
        let answer = served.send(method, &path, body);
        assert!(answer.status < 300, "{method} {path}: {}", answer.text());
    }
    let public = of("public", &dir).join("journal");
    crate::tokens::comes_to(200, || {
        let journal = fs::read(&public).unwrap();
        let is_blank =
            !journal.windows(4).any(|bytes| bytes == b"Ms X") && journal.windows(4).any(|bytes| bytes == b"####");
        if is_blank { 200 } else { 404 }
    });
    served.stop();
    let (code, out, err) = verify(&dir, &[]);
    assert!(code == 0 && out.matches("1 position blanked, at 4").count() == 2, "{out}{err}");
    assert_eq!(backup(&dir, &file).0, 0);
    let again = dir.with_file_name("again");
    let (code, out, err) = restore(&file, &again);
    assert_eq!(code, 0, "{out}{err}");
    let served = Served::start(&again);
    assert_eq!(served.send("POST", &format!("{c}/drafts"), r#"{"label": "Rev. 1"}"#).status, 201);
    let released = of("public", &again).join("journal");
    let is_told = |journal: Vec<u8>| journal.windows(14).any(|bytes| bytes == b"entry-redacted");
    crate::tokens::comes_to(200, || if is_told(fs::read(&released).unwrap()) { 200 } else { 404 });
    served.stop();
    let (code, out, err) = verify(&again, &[]);
    assert_eq!(code, 0, "{out}{err}");
}
