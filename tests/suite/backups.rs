//! Backups as an operator makes them and a delegation checks them: while the server writes, offline, and a year later.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::atomic::{AtomicBool, Ordering};
use std::thread;

use serde_json::Value;
use travaux::log::{DiskLog, EventLog as _, NewEntry};
use travaux::proof::{Checkpoint, Hash, Keyring, verify_consistency};

use crate::cli::{Running, fresh, got, keep, run, sample, text, travaux, two};
use crate::script::asked;

/// The key of somebody else.
fn stranger() -> Keyring {
    Keyring::new(Some("example.org"), [8; 32]).unwrap()
}

/// A record with its key, and a backup of it.
fn backed_up() -> (tempfile::TempDir, PathBuf, PathBuf) {
    let (home, dir) = fresh();
    keep(&dir, &two());
    // It is signed once it was served.
    let mut served = Running::serve(&dir);
    served.listening();
    assert_eq!(served.stop("TERM"), 0);
    let file = home.path().join("backup.tvx");
    let (code, out, err) = run(["backup", "--data", text(&dir), "--to", text(&file)]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.contains(&format!("{} entries of 2 compacts written to", two().len())), "{out}");
    (home, dir, file)
}

/// Puts copies of the keys of all records where they are to be restored.
pub fn with_keys(dir: &Path, back: &Path) {
    for ending in ["key", "public.key", "private.key"] {
        fs::copy(dir.with_extension(ending), back.with_extension(ending)).unwrap();
    }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

pub fn send(method: &str, url: &str, body: &Value) -> u16 {
    let request = ureq::http::Request::builder().method(method).uri(url).header("content-type", "application/json");
    agent().run(request.body(body.to_string()).unwrap()).unwrap().status().as_u16()
}

fn checkpoint(address: &str, compact: &str) -> (String, Checkpoint) {
    let (_, keys) = got(&format!("{address}/api/v1/log/key"));
    let (status, note) = got(&format!("{address}/api/v1/compacts/{compact}/log/checkpoint"));
    assert_eq!(status, 200, "{note}");
    let said = Checkpoint::open(&note, &[keys.lines().next().unwrap().parse().unwrap()]).unwrap();
    (note, said)
}

/// Whether the server shows that its record goes on where a checkpoint was.
fn goes_on(address: &str, compact: &str, old: &Checkpoint) -> bool {
    let (status, told) = got(&format!("{address}/api/v1/compacts/{compact}/log/proof/consistency?from={}", old.size));
    assert_eq!(status, 200, "{told}");
    let told: Value = serde_json::from_str(&told).unwrap();
    let hash = |value: &Value| Hash::from_base64(value.as_str().unwrap()).unwrap();
    let path: Vec<Hash> = told["path"].as_array().unwrap().iter().map(hash).collect();
    verify_consistency(old.size, old.root, told["to"].as_u64().unwrap(), hash(&told["to_root"]), &path)
}

#[test]
fn every_backup_made_while_the_server_writes_is_whole_and_a_beginning_of_what_it_goes_on_with() {
    let (home, dir) = fresh();
    let mut served = Running::serve(&dir);
    let (_, address) = served.listening();
    let compacts = ["ports", "quays", "tides"];
    for compact in compacts {
        let body = serde_json::json!({"id": compact, "title": "A compact (fiction)"});
        assert_eq!(send("POST", &format!("{address}/api/v1/compacts"), &body), 201);
    }
    let is_over = AtomicBool::new(false);
    let files: Vec<PathBuf> = thread::scope(|scope| {
        for (writer, compact) in (0..6).zip(compacts.iter().cycle()) {
            let (address, is_over) = (&address, &is_over);
            scope.spawn(move || {
                for nth in 0.. {
                    let url = format!("{address}/api/v1/compacts/{compact}/groups/g{writer}-{}", nth % 50);
                    let body = serde_json::json!({"name": format!("Group {writer} {nth}")});
                    assert!(send("PUT", &url, &body) < 300);
                    if is_over.load(Ordering::SeqCst) {
                        return;
                    }
                }
            });
        }
        let made = (0..6).map(|nth| {
            let file = home.path().join(format!("{nth}.tvx"));
            let (code, out, err) = run(["backup", "--data", text(&dir), "--to", text(&file)]);
            assert!(code == 0 && out.contains("while it is served"), "{code} {out} {err}");
            file
        });
        let made = made.collect();
        is_over.store(true, Ordering::SeqCst);
        made
    });
    let mut sizes = Vec::new();
    for (nth, file) in files.iter().enumerate() {
        let (code, out, err) = run(["verify", "--bundle", text(file), "--key", text(&dir.with_extension("key"))]);
        assert!(code == 0 && out.ends_with("the bundle holds\n"), "{code} {out} {err}");
        sizes.push(out.split(' ').nth(2).unwrap().parse::<u64>().unwrap());
        let back = home.path().join(format!("restored-{nth}"));
        with_keys(&dir, &back);
        let (code, _, err) = run(["restore", text(file), "--data", text(&back)]);
        assert_eq!((code, err.as_str()), (0, ""));
        let mut again = Running::serve(&back);
        let (_, restored) = again.listening();
        for compact in compacts {
            let (_, then) = checkpoint(&restored, compact);
            assert!(goes_on(&address, compact, &then), "{compact} in backup {nth}");
        }
        assert_eq!(again.stop("TERM"), 0);
    }
    assert!(sizes.is_sorted() && sizes[0] < sizes[5], "{sizes:?}");
    println!("backups of {sizes:?} entries under load, all whole, all beginnings of what came");
}

#[test]
fn what_is_restored_is_the_same_record_and_goes_on() {
    let (home, dir, file) = backed_up();
    let back = home.path().join("back");
    with_keys(&dir, &back);
    let (code, out, err) = run(["restore", text(&file), "--data", text(&back)]);
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    let export = |dir: &Path| run(["export", "--data", text(dir)]);
    assert!(export(&back) == export(&dir), "not byte for byte");
    let head = |dir: &Path| fs::read(dir.join("head")).unwrap();
    assert!(head(&back) == head(&dir), "signed, the head file is the same");
    let again = home.path().join("again.tvx");
    assert_eq!(run(["backup", "--data", text(&back), "--to", text(&again)]).0, 0);
    assert!(fs::read(&again).unwrap() == fs::read(&file).unwrap(), "a backup of it is the same file");
    let (code, _, err) = run(["restore", text(&file), "--data", text(&back)]);
    assert!(code == 1 && err.contains("is not empty"), "{code} {err}");
    let mut served = Running::serve(&back);
    let (_, address) = served.listening();
    let body = serde_json::json!({"name": "Late Group"});
    assert_eq!(send("PUT", &format!("{address}/api/v1/compacts/harbours/groups/late"), &body), 201);
    assert_eq!(served.stop("TERM"), 0);
}

#[test]
fn nothing_is_restored_from_what_does_not_hold() {
    let (home, dir, file) = backed_up();
    let mut changed = fs::read(&file).unwrap();
    let last = changed.len() - 1;
    changed[last] ^= 1;
    let bad = home.path().join("bad.tvx");
    fs::write(&bad, changed).unwrap();
    let back = home.path().join("back");
    let (code, out, err) = run(["restore", text(&bad), "--data", text(&back)]);
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    assert!(err.contains("is not the file that was written") && err.contains("nothing was restored"), "{err}");
    // Where a key is at hand, what another signed is not restored.
    let theirs = back.with_extension("key");
    fs::write(&theirs, stranger().secrets()).unwrap();
    fs::set_permissions(&theirs, Permissions::from_mode(0o600)).unwrap();
    let (code, _, err) = run(["restore", text(&file), "--data", text(&back)]);
    assert!(code == 1 && err.contains("a key that is known") && err.contains("nothing was restored"), "{code} {err}");
    assert!(!back.exists() && dir.exists());
    let leftovers = fs::read_dir(home.path()).unwrap().flatten();
    assert!(leftovers.into_iter().all(|file| !file.file_name().to_string_lossy().starts_with(".travaux")));
    let (code, _, err) = run(["restore", "nowhere.tvx", "--data", text(&back)]);
    assert!(code == 2 && err.contains("there is no file"), "{code} {err}");
    let (code, _, err) = run(["verify", "--bundle", text(&home.path().join("record.key"))]);
    assert!(code == 1 && err.contains("line 1 of"), "{code} {err}");
}

#[test]
fn a_delegation_checks_a_bundle_with_a_key_that_it_has_in_any_form_or_is_told_to_compare() {
    let (home, dir, file) = backed_up();
    let (_, public, _) = run(["key", "show", "--data", text(&dir)]);
    let shown = home.path().join("keys.txt");
    fs::write(&shown, &public).unwrap();
    let verify = |more: &[&str]| run([&["verify", "--bundle", text(&file)], more].concat());
    for key in [public.trim(), text(&shown), text(&dir.with_extension("key"))] {
        let (code, out, err) = verify(&["--key", key]);
        assert_eq!((code, err.as_str()), (0, ""), "{key}");
        assert!(out.ends_with("signed by a key that was given\nthe bundle holds\n"), "{out}");
        assert!(out.contains("\nharbours: ") && out.contains(", root "), "{out}");
    }
    let (code, out, _) = verify(&[]);
    assert!(code == 0 && out.contains("compare it with one you know\n") && out.contains(public.trim()), "{out}");
    let (code, out, err) = verify(&["--key", stranger().public().trim()]);
    assert!(code == 1 && out.is_empty() && err.contains("by a key that is known"), "{code} {out} {err}");
    let (code, _, err) = verify(&["--key", "no such key"]);
    assert!(code == 2 && err.contains("neither a key"), "{code} {err}");
}

#[test]
fn a_backup_without_a_key_is_refused_unless_that_is_asked_for() {
    let (home, dir) = fresh();
    keep(&dir, &sample());
    let file = home.path().join("backup.tvx");
    let backup = ["backup", "--data", text(&dir), "--to", text(&file)];
    let (code, _, err) = run(backup);
    assert!(code == 3 && err.contains("--unsigned") && !file.exists(), "{code} {err}");
    let (code, out, err) = run(backup.iter().copied().chain(["--unsigned"]));
    assert!(code == 0 && out.ends_with("signed by nobody\n"), "{code} {out} {err}");
    let verify = ["verify", "--bundle", text(&file)];
    let (code, out, _) = run(verify);
    assert!(code == 0 && out.contains("nobody has signed it"), "{code} {out}");
    let public = Keyring::new(None, [7; 32]).unwrap().public();
    let (code, _, err) = run(verify.iter().copied().chain(["--key", public.trim()]));
    assert!(code == 1 && err.contains("nobody has signed it"), "{code} {err}");
    let inside = dir.join("backup.tvx");
    let (code, _, err) = run(["backup", "--unsigned", "--data", text(&dir), "--to", text(&inside)]);
    assert!(code == 2 && err.contains("would be lost with it"), "{code} {err}");
}

#[test]
fn an_old_checkpoint_proves_that_the_record_goes_on_and_finds_another_one() {
    let (home, dir, file) = backed_up();
    let keys = Keyring::read(&fs::read_to_string(dir.with_extension("key")).unwrap()).unwrap();
    let entries: Vec<Vec<u8>> = two()
        .into_iter()
        .filter(|(compact, _)| compact == "seasonal-mobility")
        .map(|(compact, entry)| entry.encode(&compact.parse().unwrap()).unwrap())
        .collect();
    let root = |entries: &[Vec<u8>]| {
        let mut tree = travaux::proof::Peaks::default();
        for entry in entries {
            tree.push(Hash::of_leaf(entry));
        }
        tree.root()
    };
    let kept = |name: &str, size: usize, root: Hash, by: &Keyring| {
        let path = home.path().join(name);
        fs::write(&path, by.checkpoint("seasonal-mobility", size as u64, root).unwrap()).unwrap();
        path
    };
    let mut other = entries.clone();
    other[20].push(b' ');
    let early = kept("early.note", 40, root(&entries[..40]), &keys);
    let today = kept("today.note", entries.len(), root(&entries), &keys);
    let fork = kept("fork.note", 40, root(&other[..40]), &keys);
    let later = kept("later.note", entries.len() + 1, root(&other), &keys);
    let forged = kept("forged.note", 40, root(&entries[..40]), &stranger());
    let last = zstd::decode_all(&fs::read(&file).unwrap()[..]).unwrap();
    let last: Value = serde_json::from_slice(last.split(|byte| *byte == b'\n').rev().nth(1).unwrap()).unwrap();
    let whole = home.path().join("whole.note");
    fs::write(&whole, last["checkpoint"].as_str().unwrap()).unwrap();
    for place in [["--data", text(&dir)], ["--bundle", text(&file)]] {
        let verify = |notes: &[&Path]| {
            let notes = notes.iter().flat_map(|note| ["--checkpoint", text(note)]);
            run(["verify"].into_iter().chain(place).chain(notes))
        };
        let (code, out, err) = verify(&[&early, &today, &whole]);
        assert_eq!((code, err.as_str()), (0, ""));
        assert!(out.contains(&format!("the whole record begins with the {} entries", two().len())), "{out}");
        for note in [&early, &today] {
            let said = format!("that {} is of, and has {}", note.display(), entries.len());
            assert!(out.contains("seasonal-mobility begins with the ") && out.contains(&said), "{out}");
        }
        for (note, why) in [
            (&fork, "the first 40 entries of seasonal-mobility do not come to"),
            (&later, "entries are missing at the end"),
            (&forged, "shows nothing: none of its signatures is by a key that is known"),
            (&file, "is not UTF-8 text"),
        ] {
            let (code, out, err) = verify(&[&early, note]);
            assert!([1, 2].contains(&code) && err.contains(why), "{code} {err}");
            assert!(!out.contains("seasonal-mobility"), "nothing is said of a record that does not hold: {out}");
        }
    }
}

#[test]
fn a_script_in_another_language_finds_the_entries_of_a_bundle_to_be_what_was_signed() {
    let (_home, _dir, file) = backed_up();
    // Only unpacked: everything else the script finds out by itself.
    let lines = String::from_utf8(zstd::decode_all(&fs::read(&file).unwrap()[..]).unwrap()).unwrap();
    let mut checked = 0;
    for line in lines.lines().filter(|line| line.starts_with("{\"compact\":")) {
        let told: Value = serde_json::from_str(line).unwrap();
        let source = format!("\"source\":\"/api/v1/compacts/{}\"", told["compact"].as_str().unwrap());
        let of_it = |line: &&str| line.starts_with("{\"position\":") && line.contains(&source);
        let entries: Vec<Vec<u8>> = lines.lines().filter(of_it).map(|line| line.as_bytes().to_vec()).collect();
        let output = asked(&entries, told["checkpoint"].as_str().unwrap());
        assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
        assert!(!asked(&entries[1..], told["checkpoint"].as_str().unwrap()).status.success());
        checked += 1;
    }
    assert_eq!(checked, 2);
}

#[test]
fn a_long_record_goes_out_and_in_without_being_held_in_memory() {
    const MEMORY_KIB: u64 = 96 * 1024;
    let (home, dir) = fresh();
    let log = DiskLog::open(&dir).unwrap();
    let mut bytes = 0;
    for seq in 1..=160 {
        let entry = format!("{{\"seq\":{seq},\"said\":\"{}\"}}", "words ".repeat(175_000)).into_bytes();
        bytes += entry.len();
        drop(log.append(NewEntry { compact: "speeches".into(), seq, bytes: entry }));
    }
    drop(log);
    let peak = |arguments: &[&str]| {
        let mut child = travaux(arguments).stdout(Stdio::null()).stderr(Stdio::piped()).spawn().unwrap();
        let status = format!("/proc/{}/status", child.id());
        let mut peak = 0;
        while child.try_wait().unwrap().is_none() {
            let told = fs::read_to_string(&status).unwrap_or_default();
            let line = told.lines().find_map(|line| line.strip_prefix("VmHWM:"));
            peak = line.and_then(|line| line.trim().split(' ').next()?.parse().ok()).unwrap_or(peak);
            thread::yield_now();
        }
        let out = child.wait_with_output().unwrap();
        assert!(out.status.success(), "{}", String::from_utf8_lossy(&out.stderr));
        peak
    };
    let (lines, file) = (home.path().join("lines"), home.path().join("backup.tvx"));
    let exporting = peak(&["export", "--data", text(&dir), "--to", text(&lines)]);
    let backing_up = peak(&["backup", "--unsigned", "--data", text(&dir), "--to", text(&file)]);
    assert!(bytes as u64 / 1024 > MEMORY_KIB && fs::metadata(&lines).unwrap().len() > bytes as u64);
    println!("{} MiB: export took {} MiB of memory, backup {} MiB", bytes >> 20, exporting >> 10, backing_up >> 10);
    assert!(exporting > 0 && exporting < MEMORY_KIB && backing_up < MEMORY_KIB, "{exporting} {backing_up}");
}
