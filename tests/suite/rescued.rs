//! `travaux salvage`: what is left of a damaged record comes out of it, and what does not is listed.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::json;
use tempfile::TempDir;

use crate::backups::send;
use crate::cli::{Running, fresh, keep, refused, run, text, two};

/// What is done to a store.
type Damage = fn(&Path);

/// Where records begin in a journal.
fn begins(journal: &[u8]) -> Vec<usize> {
    let mark = [0xd7, b'T', b'v', 0xd7];
    (0..journal.len()).filter(|at| journal[*at..].starts_with(&mark)).collect()
}

/// A record of two compacts, and where its journal is.
fn kept() -> (TempDir, PathBuf, PathBuf) {
    let (home, dir) = fresh();
    keep(&dir, &two());
    let journal = dir.join("journal");
    (home, dir, journal)
}

/// All files under a directory with what is in them.
fn files(dir: &Path) -> Vec<(PathBuf, Vec<u8>)> {
    let mut found = Vec::new();
    for file in fs::read_dir(dir).unwrap() {
        let path = file.unwrap().path();
        if path.is_dir() { found.extend(files(&path)) } else { found.push((path.clone(), fs::read(&path).unwrap())) }
    }
    found.sort();
    found
}

/// What salvage exits with and says, and where it saves to; the damaged store stays as it is.
fn salvage(home: &TempDir, dir: &Path) -> (i32, String, String, PathBuf) {
    let new = home.path().join("new");
    let before = files(dir);
    let (code, out, err) = run(["salvage", "--data", text(dir), "--to", text(&new)]);
    assert!(files(dir) == before, "the damaged store was changed");
    (code, out, err, new)
}

fn lines(dir: &Path) -> Vec<String> {
    let (code, out, err) = run(["export", "--data", text(dir)]);
    assert_eq!(code, 0, "{err}");
    out.lines().map(str::to_owned).collect()
}

fn bare(line: &str) -> &str {
    line.split_once(',').unwrap().1
}

#[test]
fn what_stands_before_the_damage_in_each_compact_is_saved_and_the_rest_is_listed() {
    let (home, dir, path) = kept();
    let whole = lines(&dir);
    let mut journal = fs::read(&path).unwrap();
    let begins = begins(&journal);
    // Positions 5, 60 and 61 in the words, 150 wiped out; 4 to 7 are those of the other compact and the first after it.
    for position in [5, 60, 61] {
        journal[begins[position - 1] + 200] ^= 4;
    }
    journal[begins[149]..begins[150]].fill(0);
    fs::write(&path, &journal).unwrap();
    let (code, out, err, new) = salvage(&home, &dir);
    assert_eq!(code, 1, "{out}{err}");
    assert!(out.contains("lost: 4 positions, at 5, 60–61, 150\n"), "{out}");
    let hit = if whole[4].contains("harbours") { "harbours" } else { "seasonal-mobility" };
    assert!(
        out.contains(&format!("\n{hit}: ")) && out.contains("put aside, as what stands before is not there"),
        "{out}"
    );
    assert!(err.contains("4 entries lost") && err.contains("travaux verify") && err.contains("keep it"), "{err}");
    let (code, verified, err) = run(["verify", "--data", text(&new)]);
    assert!(code == 0 && verified.ends_with("the record holds\n"), "{verified}{err}");
    // Every entry is in one of the two, or lost.
    let saved = lines(&new);
    let aside = fs::read_to_string(home.path().join("new.left-over.ndjson")).unwrap();
    assert_eq!(saved.len() + aside.lines().count() + 4, whole.len());
    let found: Vec<&str> = saved.iter().map(String::as_str).chain(aside.lines()).map(bare).collect();
    for (line, position) in whole.iter().zip(1..) {
        assert_eq!(found.contains(&bare(line)), ![5, 60, 61, 150].contains(&position), "position {position}");
    }
    assert!(aside.lines().all(|line| whole.iter().any(|known| known == line)), "as export writes them");
    let (code, _, err) = run(["salvage", "--data", text(&dir), "--to", text(&home.path().join("new"))]);
    assert!(code == 1 && err.contains("is not empty"), "{code} {err}");
}

#[test]
fn all_is_saved_where_only_what_is_around_the_entries_is_damaged() {
    let damages: [(&str, Damage); 5] = [
        ("the head file is gone", |dir| fs::remove_file(dir.join("head")).unwrap()),
        ("the head file is changed", |dir| fs::write(dir.join("head"), "nothing of the kind").unwrap()),
        ("the index is gone", |dir| fs::remove_dir_all(dir.join("index")).unwrap()),
        ("the journal does not begin", |dir| {
            let journal = fs::read(dir.join("journal")).unwrap();
            fs::write(dir.join("journal"), [b"Dear Sir".to_vec(), journal[300..].to_vec()].concat()).unwrap();
        }),
        ("pieces of the journal stand in another order, twice, with garbage between them", |dir| {
            let journal = fs::read(dir.join("journal")).unwrap();
            let (head, tail) = journal.split_at(begins(&journal)[100]);
            let garbage = [0xd7; 3_000];
            fs::write(dir.join("journal"), [&garbage, tail, &garbage, head, tail, &garbage].concat()).unwrap();
        }),
    ];
    for (what, damage) in damages {
        let (home, dir, _) = kept();
        let whole = lines(&dir);
        damage(&dir);
        let (code, out, err, new) = salvage(&home, &dir);
        assert_eq!(code, 0, "{what}: {out}{err}");
        assert!(out.contains(&format!("{} entries of 2 compacts saved", whole.len())), "{what}: {out}");
        assert!(out.contains("nothing that was recorded is missing"), "{what}: {out}");
        assert_eq!(out.contains("how far the record went"), what.contains("head"), "{what}: {out}");
        assert!(!home.path().join("new.left-over.ndjson").exists(), "{what}");
        let saved = lines(&new);
        assert_eq!(saved.len(), whole.len());
        let missing = whole.iter().filter(|line| !saved.iter().any(|saved| bare(saved) == bare(line)));
        assert_eq!(missing.count(), 0, "{what}");
    }
}

#[test]
fn a_tail_that_the_head_file_knows_of_is_told_as_lost() {
    let (home, dir, path) = kept();
    let journal = fs::read(&path).unwrap();
    let begins = begins(&journal);
    fs::write(&path, &journal[..begins[begins.len() - 3]]).unwrap();
    let (code, out, err, new) = salvage(&home, &dir);
    assert_eq!(code, 1, "{out}{err}");
    let last = two().len();
    assert!(out.contains(&format!("lost: 3 positions, at {}–{last}\n", last - 2)), "{out}");
    assert_eq!(lines(&new).len(), last - 3);
}

#[test]
fn an_entry_that_does_not_replay_ends_what_is_saved_of_its_compact() {
    let (home, dir) = fresh();
    let mut entries = two();
    // Genuine to the journal, and nonsense to the negotiation: the second opening of a compact.
    let at = entries.iter().rposition(|(compact, _)| compact == "seasonal-mobility").unwrap() - 30;
    entries[at].1.event = entries[0].1.event.clone();
    let seq = entries[at].1.seq.0;
    keep(&dir, &entries);
    let (code, out, err, new) = salvage(&home, &dir);
    assert_eq!(code, 1, "{out}{err}");
    let told = format!(
        "seasonal-mobility: entries 1–{} saved; {seq}–{} put aside, as entry {seq} does not hold",
        seq - 1,
        seq + 30
    );
    assert!(out.contains(&told), "{told}: {out}");
    assert_eq!(run(["verify", "--data", text(&new)]).0, 0);
}

#[test]
fn a_record_of_which_the_key_is_lost_goes_on_with_another() {
    let (home, dir, _) = kept();
    let serve = |dir: &Path| {
        let mut served = Running::serve(dir);
        served.listening();
        assert_eq!(served.stop("TERM"), 0);
    };
    serve(&dir);
    fs::remove_file(dir.with_extension("key")).unwrap();
    let (code, err) = refused(["serve", "--listen", "127.0.0.1:0", "--data", text(&dir)]);
    assert!(code == 3 && err.contains("travaux salvage"), "{code} {err}");
    let (code, out, err, new) = salvage(&home, &dir);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    serve(&new);
    assert_eq!(lines(&new).len(), two().len());
}

#[test]
fn what_was_blanked_by_an_entry_that_is_lost_is_listed() {
    let (home, dir) = fresh();
    let mut served = Running::serve(&dir);
    let (_, address) = served.listening();
    let (compacts, of_it) = (format!("{address}/api/v1/compacts"), format!("{address}/api/v1/compacts/harbours"));
    send("POST", &compacts, &json!({"id": "harbours", "title": "Harbours (fiction)"}));
    for name in ["A name that is nobody's business", "Coastal States"] {
        send("PUT", &format!("{of_it}/groups/coastal"), &json!({ "name": name }));
    }
    assert_eq!(send("POST", &format!("{of_it}/redactions"), &json!({"entry": 2, "reason": "not theirs"})), 201);
    assert_eq!(served.stop("TERM"), 0);
    let path = dir.join("journal");
    let mut journal = fs::read(&path).unwrap();
    let last = *begins(&journal).last().unwrap();
    journal[last + 120] ^= 1;
    fs::write(&path, &journal).unwrap();
    let (code, out, err, new) = salvage(&home, &dir);
    assert_eq!(code, 1, "{out}{err}");
    assert!(
        out.contains("harbours: entries 1–3 saved\nharbours/2 was blanked, and what says so is not saved"),
        "{out}"
    );
    assert_eq!(lines(&new).len(), 3);
}

#[test]
fn where_nothing_is_left_nothing_is_made() {
    let (home, dir, path) = kept();
    fs::write(&path, vec![0xd7; 100_000]).unwrap();
    let (code, _, err, new) = salvage(&home, &dir);
    assert!(code == 1 && err.contains("restore a backup") && !new.exists(), "{code} {err}");
    let nowhere = home.path().join("nowhere");
    let (code, _, err) = run(["salvage", "--data", text(&nowhere), "--to", text(&new)]);
    assert!(code == 3 && !new.exists() && !nowhere.exists(), "{code} {err}");
    let inside = dir.join("new");
    let (code, _, err) = run(["salvage", "--data", text(&dir), "--to", text(&inside)]);
    assert!(code == 2 && err.contains("name a directory elsewhere"), "{code} {err}");
}
