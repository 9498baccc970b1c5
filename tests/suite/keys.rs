//! The key file as an operator meets it.

use std::fs::{self, Permissions};
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};

use travaux::proof::{Checkpoint, Keyring, NotACheckpoint, Verifier};

use crate::cli::{Running, fresh, got, is_empty, refused, run, text, travaux};

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o7777
}

fn key_of(dir: &Path) -> PathBuf {
    dir.with_file_name("record.key")
}

fn serve(dir: &Path, more: &[&str]) -> (Running, String) {
    let mut command = travaux(["serve", "--listen", "127.0.0.1:0", "--data", text(dir)]);
    let mut served = Running::start(command.args(more).stderr(std::process::Stdio::null()));
    let (_, address) = served.listening();
    (served, address)
}

/// The checkpoint of a compact that is opened where it is not there.
fn checkpoint(address: &str) -> String {
    let opened = r#"{"id": "harbours", "title": "Harbours (fiction)"}"#;
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let post = ureq::Agent::from(config).post(format!("{address}/api/v1/compacts"));
    let status = post.header("content-type", "application/json").send(opened).unwrap().status();
    assert!(status == 201 || status == 409, "{status}");
    let (status, note) = got(&format!("{address}/api/v1/compacts/harbours/log/checkpoint"));
    assert_eq!(status, 200, "{note}");
    note
}

fn read(keys: &str) -> Vec<Verifier> {
    keys.lines().map(|key| key.parse().unwrap()).collect()
}

#[test]
fn serve_makes_a_key_beside_the_record_for_its_owner_alone_and_keeps_it() {
    let (home, dir) = fresh();
    let (served, address) = serve(&dir, &[]);
    let (_, keys) = got(&format!("{address}/api/v1/log/key"));
    let note = checkpoint(&address);
    assert_eq!(Checkpoint::open(&note, &read(&keys)).unwrap().size, 1);
    assert_eq!(served.stop("TERM"), 0);
    let mut names: Vec<_> = fs::read_dir(home.path()).unwrap().map(|file| file.unwrap().file_name()).collect();
    names.sort();
    let others = ["record.private", "record.private.key", "record.public", "record.public.key"];
    assert_eq!(names, [["record", "record.key"].as_slice(), &others].concat());
    let public = |key: PathBuf| {
        assert_eq!(mode(&key), 0o600);
        Keyring::read(&fs::read_to_string(key).unwrap()).unwrap().public()
    };
    let [ours, public, private] =
        ["record.key", "record.public.key", "record.private.key"].map(|k| public(dir.with_file_name(k)));
    assert_eq!(keys, [ours.as_str(), &public, &private].concat());
    let (served, address) = serve(&dir, &[]);
    assert_eq!(got(&format!("{address}/api/v1/log/key")).1, keys);
    assert_eq!(checkpoint(&address), note, "signed again, it is the same");
    assert_eq!(served.stop("TERM"), 0);
    let (code, shown, err) = run(["key", "show", "--data", text(&dir)]);
    assert_eq!((code, shown.as_str(), err.as_str()), (0, ours.as_str(), ""));
    let slashed = format!("{}/", text(&dir));
    assert_eq!(run(["key", "show", "--data", &slashed]).1, ours, "a slash at the end names the same directory");
}

#[test]
fn a_key_that_others_may_read_signs_nothing() {
    let (_home, dir) = fresh();
    let key = key_of(&dir);
    fs::write(&key, Keyring::new(None, [7; 32]).unwrap().secrets()).unwrap();
    for open in [0o644, 0o640, 0o604, 0o620] {
        fs::set_permissions(&key, Permissions::from_mode(open)).unwrap();
        let (code, err) = refused(["serve", "--listen", "127.0.0.1:0", "--data", text(&dir)]);
        assert_eq!(code, 3, "{err}");
        assert!(err.contains(&format!("chmod 600 {}", text(&key))) && err.contains(&format!("{open:o}")), "{err}");
        assert_eq!(run(["key", "show", "--key", text(&key)]).0, 3);
    }
    assert!(!dir.exists(), "a store was made and not served");
    fs::set_permissions(&key, Permissions::from_mode(0o400)).unwrap();
    assert_eq!(run(["key", "show", "--key", text(&key)]).0, 0);
}

#[test]
fn a_key_is_kept_in_a_file_outside_of_the_record() {
    let (home, dir) = fresh();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", text(&dir), "--key"];
    let (inside, slashed) = (dir.join("key"), format!("{}/./key", text(&dir)));
    for key in [text(&inside), &slashed, text(&dir)] {
        let (code, err) = refused(serve.iter().copied().chain([key]));
        assert!(code == 2 && err.contains("a copy of the record could sign"), "{code} {err}");
    }
    let (code, err) = refused(serve.iter().copied().chain([text(home.path())]));
    assert!(code == 2 && err.contains("is a directory"), "{code} {err}");
    let nowhere = home.path().join("nowhere/key");
    let (code, err) = refused(serve.iter().copied().chain([text(&nowhere)]));
    assert!(code == 3 && err.contains("cannot be kept in"), "{code} {err}");
}

#[test]
fn a_file_that_holds_no_key_is_refused_and_stays_as_it_is() {
    let (_home, dir) = fresh();
    let key = key_of(&dir);
    let good = Keyring::new(None, [7; 32]).unwrap().secrets();
    let cut = good.trim_end().strip_suffix('=').unwrap_or(&good[..good.len() - 3]).to_owned();
    for bad in ["", "\n", "a key\n", &cut, &format!("{good}\n{good}")] {
        fs::write(&key, bad).unwrap();
        fs::set_permissions(&key, Permissions::from_mode(0o600)).unwrap();
        for asked in [["serve", "--data"], ["demo", "--data"]] {
            let (code, err) = refused(asked.iter().copied().chain([text(&dir), "--listen", "127.0.0.1:0"]));
            assert!(code == 3 && err.contains("does not hold keys"), "{bad:?}: {code} {err}");
            assert!(!err.contains("PRIVATE+KEY+travaux"), "{err}");
        }
        assert_eq!(run(["key", "rotate", "--data", text(&dir)]).0, 3);
        assert_eq!(fs::read_to_string(&key).unwrap(), bad);
    }
    assert!(!dir.exists(), "a store was made and not served");
}

#[test]
fn a_new_key_signs_after_the_next_start_and_what_the_old_one_signed_still_verifies() {
    let (home, dir) = fresh();
    let (served, address) = serve(&dir, &["--origin", "example.org"]);
    let before = checkpoint(&address);
    let (code, rotated, err) = run(["key", "rotate", "--data", text(&dir)]);
    assert!(code == 0 && err.contains("start it again"), "{code} {err}");
    let names: Vec<String> = read(&rotated).iter().map(|key| key.name().to_owned()).collect();
    let [ours, public, private] = ["example.org", "example.org/public", "example.org/private"];
    assert_eq!(names, [ours, ours, public, public, private, private]);
    let keys = &read(&rotated)[..2];
    assert_eq!(checkpoint(&address), before, "the server that runs goes on with the key before");
    assert_eq!(served.stop("TERM"), 0);
    let (served, address) = serve(&dir, &[]);
    assert_eq!(got(&format!("{address}/api/v1/log/key")).1, rotated, "those of all records, as the server tells them");
    let after = checkpoint(&address);
    assert_eq!(served.stop("TERM"), 0);
    let opened = |note: &str, keys: &[Verifier]| Checkpoint::open(note, keys);
    assert_eq!(opened(&before, keys), opened(&after, keys));
    assert_eq!(opened(&after, keys).unwrap().origin, "example.org/compacts/harbours");
    assert!(opened(&after, &keys[1..]).is_err() && opened(&after, &keys[..1]).is_ok());
    assert!(matches!(opened(&before, &keys[..1]), Err(NotACheckpoint::NotSigned(_))));
    assert_eq!(mode(&key_of(&dir)), 0o600);
    assert_eq!(
        fs::read_dir(home.path()).unwrap().count(),
        6,
        "three records and their keys, and nothing is left beside"
    );
}

#[test]
fn a_key_signs_in_one_name_and_another_name_takes_another_key() {
    let (_home, dir) = fresh();
    let (served, address) = serve(&dir, &["--origin", "example.org"]);
    assert!(checkpoint(&address).starts_with("example.org/compacts/harbours\n1\n"));
    assert_eq!(served.stop("TERM"), 0);
    let public = dir.with_file_name("record.public");
    let (_, named, _) = run(["key", "show", "--data", text(&public)]);
    assert!(named.starts_with("example.org/public+"), "{named}");
    let other = ["serve", "--listen", "127.0.0.1:0", "--data", text(&dir), "--origin", "example.net"];
    let (code, err) = refused(other);
    assert!(code == 2 && err.contains("in the name of example.org") && err.contains("key rotate"), "{code} {err}");
    assert!(err.contains(&format!("key rotate --data {} --origin example.net`", text(&dir))), "{err}");
    let (code, rotated, _) = run(["key", "rotate", "--data", text(&dir), "--origin", "example.net"]);
    assert!(code == 0 && rotated.starts_with("example.net+"), "{code} {rotated}");
    assert!(rotated.contains("\nexample.net/public+") && rotated.contains("\nexample.net/private+"), "{rotated}");
    let mut served = Running::start(&mut travaux(other));
    served.listening();
    assert_eq!(served.stop("TERM"), 0);
    let (code, err) = refused(["demo", "--listen", "127.0.0.1:0", "--origin", "not a name"]);
    assert!(code == 2 && err.contains("cannot name a key"), "{code} {err}");
}

#[test]
fn the_demo_that_is_kept_goes_on_with_its_key() {
    let (home, dir) = fresh();
    let key = home.path().join("elsewhere");
    let kept = ["--listen", "127.0.0.1:0", "--data", text(&dir), "--key", text(&key)];
    let mut demo = Running::start(travaux(["demo"]).args(kept).stderr(std::process::Stdio::null()));
    let (_, address) = demo.listening();
    let address = format!("{address}/api/v1/compacts/seasonal-mobility/log/checkpoint");
    let (status, note) = got(&address);
    assert_eq!(demo.stop("TERM"), 0);
    let (_, keys, _) = run(["key", "show", "--key", text(&key)]);
    assert_eq!((status, Checkpoint::open(&note, &read(&keys)).unwrap().size), (200, 256));
    let mut served = Running::start(travaux(["serve"]).args(kept));
    let (_, again) = served.listening();
    assert_eq!(got(&format!("{again}/api/v1/compacts/seasonal-mobility/log/checkpoint")).1, note);
    assert_eq!(served.stop("TERM"), 0);
    assert!(!key_of(&dir).exists());
}

#[test]
fn where_there_is_no_key_none_is_shown_and_none_is_made() {
    let (home, dir) = fresh();
    for asked in ["show", "rotate"] {
        let (code, _, err) = run(["key", asked, "--data", text(&dir)]);
        assert!(code == 3 && err.contains("there is no key in"), "{code} {err}");
        assert_eq!(run(["key", asked]).0, 2);
    }
    assert!(is_empty(home.path()));
}

#[test]
fn a_record_that_a_key_has_signed_is_not_served_without_it() {
    let (home, dir) = fresh();
    let (served, address) = serve(&dir, &[]);
    checkpoint(&address);
    assert_eq!(served.stop("TERM"), 0);
    let kept = home.path().join("kept.key");
    fs::rename(key_of(&dir), &kept).unwrap();
    let (code, err) = refused(["serve", "--listen", "127.0.0.1:0", "--data", text(&dir)]);
    assert!(code == 3 && err.contains("put a copy of the key back"), "{code} {err}");
    assert!(!key_of(&dir).exists(), "no key was made beside it");
    assert_eq!(run(["verify", "--data", text(&dir)]).0, 0, "it can be looked at");
    let (served, _) = serve(&dir, &["--key", text(&kept)]);
    assert_eq!(served.stop("TERM"), 0);
}

/// Journal and head file written anew by somebody who has not the key.
#[test]
fn a_record_put_in_the_place_of_the_one_that_was_signed_is_refused() {
    let (home, dir) = fresh();
    let (served, address) = serve(&dir, &[]);
    checkpoint(&address);
    assert_eq!(served.stop("TERM"), 0);
    let other = home.path().join("other");
    let (served, address) = serve(&other, &[]);
    checkpoint(&address);
    assert_eq!(served.stop("TERM"), 0);
    for name in ["journal", "head"] {
        fs::copy(other.join(name), dir.join(name)).unwrap();
    }
    let (code, err) = refused(["serve", "--listen", "127.0.0.1:0", "--data", text(&dir)]);
    assert!(code == 3 && err.contains("a key that is not among those given"), "{code} {err}");
    let (code, _, err) = run(["verify", "--data", text(&dir)]);
    assert!(code == 1 && err.contains("head"), "{code} {err}");
}

#[test]
fn an_imported_record_is_signed_by_the_key_that_is_there_for_it() {
    let (home, dir) = fresh();
    let (served, address) = serve(&dir, &[]);
    checkpoint(&address);
    assert_eq!(served.stop("TERM"), 0);
    let lines = home.path().join("lines.ndjson");
    assert_eq!(run(["export", "--data", text(&dir), "--to", text(&lines)]).0, 0);
    fs::remove_dir_all(&dir).unwrap();
    assert_eq!(run(["import", "--data", text(&dir), text(&lines)]).0, 0);
    let (served, _) = serve(&dir, &[]);
    assert_eq!(served.stop("TERM"), 0);
}

#[test]
fn new_keys_are_taken_for_all_records_of_a_server_or_for_none() {
    let (home, dir) = fresh();
    serve(&dir, &[]).0.stop("TERM");
    let names = ["record.key", "record.public.key", "record.private.key"];
    let kept = || names.map(|name| fs::read_to_string(home.path().join(name)).unwrap());
    let before = kept();
    let last = home.path().join("record.private.key");
    fs::set_permissions(&last, Permissions::from_mode(0o644)).unwrap();
    let (code, out, err) = run(["key", "rotate", "--data", text(&dir)]);
    assert_eq!((code, out.as_str()), (3, ""), "{err}");
    let said = format!("key rotate --data {}`", text(&dir.with_file_name("record.private")));
    assert!(err.contains(&said), "the one that others may read is named: {err}");
    assert_eq!(kept(), before);
    fs::set_permissions(&last, Permissions::from_mode(0o600)).unwrap();
    assert_eq!(run(["key", "rotate", "--data", text(&dir.with_file_name("record.public"))]).0, 0);
    let [ours, public, private] = kept();
    assert!([&ours, &private] == [&before[0], &before[2]] && public.ends_with(&before[1]), "one, where one is named");
    assert_eq!(run(["key", "rotate", "--key", text(&key_of(&dir))]).0, 0);
    assert!(kept()[0].ends_with(&before[0]) && kept()[1..] == [public, private], "one, where a file is named");
    serve(&dir, &[]).0.stop("TERM");
}

#[test]
fn keys_in_files_that_were_named_are_taken_anew_together() {
    let (home, dir) = fresh();
    let key = home.path().join("signing");
    serve(&dir, &["--key", text(&key), "--origin", "example.org"]).0.stop("TERM");
    let rotate = ["key", "rotate", "--data", text(&dir), "--key", text(&key), "--origin", "example.net"];
    let (code, rotated, err) = run(rotate);
    assert!(code == 0 && rotated.lines().count() == 6, "{code} {rotated}{err}");
    for name in ["signing", "signing.public", "signing.private"] {
        assert!(err.contains(&format!("{} has a new key", text(&home.path().join(name)))), "{err}");
    }
    serve(&dir, &["--key", text(&key), "--origin", "example.net"]).0.stop("TERM");
}
