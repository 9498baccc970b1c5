//! What a server keeps beside the record of the delegations, as an operator meets it: that of the public, and that of what
//! is prepared in private.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;
use travaux::log::{Onlooker, Sealing};

use crate::cli::{Running, fresh, refused, run, text, travaux};
use crate::served::{SERVE, Served};
use crate::tokens::comes_to;

const C: &str = "/api/v1/compacts/harbours";

/// Whose the other records are.
pub const OTHERS: [&str; 2] = ["public", "private"];

/// What stands beside a directory or a file: `record.public` for `record`.
pub fn of(name: &str, named: &Path) -> PathBuf {
    named.with_file_name(format!("{}.{name}", named.file_name().unwrap().to_str().unwrap()))
}

/// Says something that is taken.
fn say(served: &Served, method: &str, path: &str, body: &serde_json::Value) -> serde_json::Value {
    let answer = served.send(method, path, &body.to_string());
    assert!([200, 201].contains(&answer.status), "{method} {path}: {}", answer.text());
    answer.json()
}

/// How many entries are durable in a record that is served.
fn entries(dir: &Path) -> u64 {
    Onlooker::open(dir, &Sealing::Unsigned).unwrap().head()
}

/// Issues a draft and waits until the public has it: as a revision and a draft, the first time after what opens it.
fn issue(served: &Served, dir: &Path, label: &str, wording: &str) {
    let public = of("public", dir);
    let wanted = entries(&public) + if entries(&public) == 0 { 3 } else { 2 };
    say(served, "POST", &format!("{C}/revisions"), &json!({"text": wording, "reason": "As agreed."}));
    say(served, "POST", &format!("{C}/drafts"), &json!({"label": label, "sign_off": true}));
    comes_to(200, || if entries(&public) >= wanted { 200 } else { 404 });
}

/// A compact of which the public is shown a draft, and in which a group prepares a proposal.
pub fn talks(served: &Served, dir: &Path) {
    say(served, "POST", "/api/v1/compacts", &json!({"id": "harbours", "title": "Orderly harbours (fiction)"}));
    say(served, "PUT", &format!("{C}/groups/eu"), &json!({"name": "Europeans (fiction)"}));
    say(served, "PUT", &format!("{C}/public"), &json!({"shown": "drafts"}));
    issue(served, dir, "Zero Draft", "1. States will keep harbours open.\n\n2. Pilots rest.\n");
    let caucus = format!("{C}/caucuses/eu");
    say(served, "PUT", &caucus, &json!({}));
    let working = say(served, "GET", &format!("{caucus}/texts/working"), &json!({}));
    let edits = json!([{"reword": working["provisions"][0]["id"], "text": "States shall keep harbours open."}]);
    say(served, "POST", &format!("{caucus}/proposals"), &json!({"sponsors": ["eu"], "edits": edits}));
}

/// The three records of a server that has stopped, with something in each of them.
pub fn stopped() -> (TempDir, PathBuf) {
    let (home, dir) = fresh();
    let served = Served::start(&dir);
    talks(&served, &dir);
    served.stop();
    (home, dir)
}

/// Every entry of a record, as `export` writes it.
pub fn lines(dir: &Path) -> Vec<String> {
    let (code, out, err) = run(["export", "--data", text(dir)]);
    assert_eq!(code, 0, "{err}");
    out.lines().map(str::to_owned).collect()
}

/// Changes a byte of an entry, so that it is not the one that was recorded.
pub fn damage(dir: &Path) {
    let mut journal = fs::read(dir.join("journal")).unwrap();
    let words = b"\"specversion\"";
    let place = journal.windows(words.len()).position(|window| window == words).unwrap();
    journal[place + 1] ^= 1;
    fs::write(dir.join("journal"), journal).unwrap();
}

#[test]
fn each_of_three_records_is_refused_by_its_name_where_it_is_damaged() {
    let (_home, dir) = stopped();
    for damaged in [dir.clone(), of("public", &dir), of("private", &dir)] {
        let journal = fs::read(damaged.join("journal")).unwrap();
        damage(&damaged);
        let (code, err) = refused(SERVE.into_iter().chain([text(&dir)]));
        let said = format!("{}: the record is damaged at position 1", damaged.display());
        assert!(code == 3 && err.contains(&said) && err.contains("restore a backup"), "{code} {err}");
        fs::write(damaged.join("journal"), journal).unwrap();
    }
    Served::start(&dir).stop();
}

#[test]
fn what_the_public_was_shown_is_released_again_to_the_letter_where_its_record_is_gone() {
    let (_home, dir) = stopped();
    let public = of("public", &dir);
    let before = lines(&public);
    fs::remove_dir_all(&public).unwrap();
    let served = Served::start(&dir);
    comes_to(200, || if entries(&public) >= before.len() as u64 { 200 } else { 404 });
    issue(&served, &dir, "Rev. 1", "1. States shall keep harbours open.\n\n2. Pilots rest.\n");
    served.stop();
    let after = lines(&public);
    assert_eq!(after[..before.len()], before, "so every checkpoint of it goes on to hold");
    assert_eq!(after.len(), before.len() + 2);
}

#[test]
fn what_is_prepared_in_private_is_begun_anew_where_its_record_is_gone() {
    let (_home, dir) = stopped();
    let private = of("private", &dir);
    assert!(!lines(&private).is_empty());
    fs::remove_dir_all(&private).unwrap();
    let served = Served::start(&dir);
    assert_eq!(entries(&private), 0);
    say(&served, "PUT", &format!("{C}/caucuses/eu"), &json!({}));
    assert!(entries(&private) > 0);
    served.stop();
}

#[test]
fn a_record_without_the_others_is_served_as_one_from_before_there_were_any() {
    let (home, dir) = stopped();
    for name in OTHERS {
        fs::remove_dir_all(of(name, &dir)).unwrap();
        fs::remove_file(home.path().join(format!("record.{name}.key"))).unwrap();
    }
    let served = Served::start(&dir);
    comes_to(200, || if entries(&of("public", &dir)) >= 3 { 200 } else { 404 });
    served.stop();
}

#[test]
fn a_demo_that_is_kept_is_served_with_the_other_records_begun_beside_it() {
    let (home, dir) = fresh();
    let demo = ["demo", "--listen", "127.0.0.1:0", "--data", text(&dir)];
    let mut played = Running::start(&mut travaux(demo));
    played.listening();
    assert_eq!(played.stop("TERM"), 0);
    let mut there: Vec<_> = fs::read_dir(home.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    there.sort();
    assert_eq!(there, ["record", "record.key"]);
    let served = Served::start(&dir);
    assert_eq!(served.send("GET", "/api/v1/compacts/seasonal-mobility", "").status, 200);
    assert_eq!(OTHERS.map(|name| entries(&of(name, &dir))), [0, 0]);
    served.stop();
    fs::remove_dir_all(&dir).unwrap();
    let (code, err) = refused(demo);
    assert!(code == 2 && err.contains(&format!("{} is not empty", text(&of("public", &dir)))), "{code} {err}");
}

#[test]
fn a_record_whose_key_is_gone_is_refused_by_its_name() {
    let (home, dir) = stopped();
    for name in OTHERS {
        let (key, kept) = (home.path().join(format!("record.{name}.key")), home.path().join("kept"));
        fs::rename(&key, &kept).unwrap();
        let (code, err) = refused(SERVE.into_iter().chain([text(&dir)]));
        let said = format!("the record in {} is signed, and there is no key in", of(name, &dir).display());
        assert!(code == 3 && err.contains(&said) && !key.exists(), "{code} {err}");
        fs::rename(&kept, &key).unwrap();
    }
}
