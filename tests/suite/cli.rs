//! The program as its operators meet it: what each command prints, and what it exits with.

use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use futures_util::FutureExt;
use tempfile::TempDir;
use travaux::compact::{Change, Entry, Event};
use travaux::log::{DiskLog, EventLog, NewEntry};

use crate::data;
use crate::room::{Room, opened};

/// The program with these arguments, and with nothing of the environment that would change what it does.
pub fn travaux<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_travaux"));
    for (name, _) in std::env::vars_os() {
        let named = name.to_string_lossy();
        if named.starts_with("TRAVAUX_") || named == "RUST_LOG" || named.starts_with("CLICOLOR") {
            command.env_remove(&name);
        }
    }
    command.args(arguments).env("COLUMNS", "80").stdin(Stdio::null());
    command
}

/// What it exits with, and what it says on standard output and on standard error.
fn said(output: &Output) -> (i32, String, String) {
    let text = |bytes: &[u8]| String::from_utf8(bytes.to_vec()).unwrap();
    (output.status.code().unwrap(), text(&output.stdout), text(&output.stderr))
}

pub fn run<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> (i32, String, String) {
    said(&travaux(arguments).output().unwrap())
}

/// As [`run`], for what is to be refused: where it is served instead, that is seen and does not go on for ever.
pub fn refused<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>) -> (i32, String) {
    let (out, err) = (Stdio::piped(), Stdio::piped());
    let mut child = travaux(arguments).stdout(out).stderr(err).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    if !line.is_empty() {
        child.kill().unwrap();
        child.wait().unwrap();
        panic!("not refused: {line}");
    }
    let (code, _, err) = said(&child.wait_with_output().unwrap());
    (code, err)
}

/// As [`run`], with these bytes on standard input.
fn fed<S: AsRef<std::ffi::OsStr>>(arguments: impl IntoIterator<Item = S>, bytes: &[u8]) -> (i32, String, String) {
    let (stdin, stdout) = (Stdio::piped(), Stdio::piped());
    let mut child = travaux(arguments).stdin(stdin).stdout(stdout).stderr(Stdio::piped()).spawn().unwrap();
    let mut stdin = child.stdin.take().unwrap();
    // It may have seen enough before it has read all.
    drop(stdin.write_all(bytes));
    drop(stdin);
    said(&child.wait_with_output().unwrap())
}

/// A command that goes on until it is told to stop.
pub struct Running {
    child: Child,
    out: BufReader<ChildStdout>,
}

impl Running {
    pub fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).spawn().unwrap();
        let out = BufReader::new(child.stdout.take().unwrap());
        Self { child, out }
    }

    /// A server on the record in a directory.
    pub fn serve(dir: &Path) -> Self {
        Self::start(travaux(["serve", "--listen", "127.0.0.1:0", "--data", text(dir)]).stderr(Stdio::null()))
    }

    /// Everything printed until it listens, and the address.
    pub fn listening(&mut self) -> (String, String) {
        let mut printed = String::new();
        loop {
            let mut line = String::new();
            assert_ne!(self.out.read_line(&mut line).unwrap(), 0, "it ended before it listened:\n{printed}");
            printed.push_str(&line);
            if let Some(told) = line.strip_prefix("listening on ") {
                let (address, rest) = told.split_once(' ').unwrap();
                assert_eq!(rest, "(loopback only: no credentials are configured)\n");
                return (printed.clone(), address.to_owned());
            }
        }
    }

    pub fn stop(mut self, signal: &str) -> i32 {
        let kill = format!("kill -{signal} {}", self.child.id());
        assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
        self.child.wait().unwrap().code().unwrap()
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        // Only where a test failed half way is it still there.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

pub fn got(address: &str) -> (u16, String) {
    let config = ureq::Agent::config_builder().http_status_as_error(false).build();
    let mut answer = ureq::Agent::from(config).get(address).call().unwrap();
    (answer.status().as_u16(), answer.body_mut().read_to_string().unwrap())
}

/// A directory that is not there yet, in one that goes at the end.
pub fn fresh() -> (TempDir, PathBuf) {
    let home = TempDir::new().unwrap();
    let dir = home.path().join("record");
    (home, dir)
}

pub fn is_empty(dir: &Path) -> bool {
    fs::read_dir(dir).unwrap().next().is_none()
}

/// The record of the sample negotiation.
pub fn sample() -> Vec<(String, Entry)> {
    let mut room = Room::default();
    room.play(include_str!("../../src/cli/demo.story"));
    room.record.into_iter().map(|entry| ("seasonal-mobility".to_owned(), entry)).collect()
}

/// The sample negotiation with another compact between its entries.
pub fn two() -> Vec<(String, Entry)> {
    let mut entries = sample();
    let other = opened("harbours").record;
    entries.splice(3..3, other.into_iter().map(|entry| ("harbours".to_owned(), entry)));
    entries
}

pub fn keep(dir: &Path, entries: &[(String, Entry)]) {
    let bytes = |(compact, entry): &(String, Entry)| entry.encode(&compact.parse().unwrap()).unwrap();
    keep_bytes(dir, entries, entries.iter().map(bytes).collect());
}

fn keep_bytes(dir: &Path, entries: &[(String, Entry)], bytes: Vec<Vec<u8>>) {
    let log = DiskLog::open(dir).unwrap();
    let kept: Vec<_> = entries
        .iter()
        .zip(bytes)
        .map(|((compact, entry), bytes)| {
            log.append(NewEntry { compact: compact.as_str().into(), seq: entry.seq.0, bytes })
        })
        .collect();
    // Closing makes durable whatever was enqueued.
    drop(log);
    for receipt in kept {
        receipt.now_or_never().expect("a closed log has answered").unwrap();
    }
}

pub fn text(path: &Path) -> &str {
    path.to_str().unwrap()
}

#[test]
fn the_demo_starts_answers_and_leaves_nothing_behind() {
    for signal in ["TERM", "INT", "HUP"] {
        let home = TempDir::new().unwrap();
        let mut command = travaux(["demo", "--listen", "127.0.0.1:0"]);
        let mut demo = Running::start(command.env("TMPDIR", home.path()));
        let (printed, address) = demo.listening();
        assert!(printed.contains("7 groups, 9 delegations"), "{printed}");
        assert!(printed.contains("4 drafts: Zero Draft, Rev. 1, Rev. 2, Final"), "{printed}");
        assert!(printed.contains("withdrawn\n"), "nothing waits at the end: {printed}");
        assert!(
            printed.contains(&format!("{address}/compacts/seasonal-mobility/redlines/zero-draft..final")),
            "{printed}"
        );
        assert!(!is_empty(home.path()), "the store is elsewhere");
        let worth_trying: Vec<&str> = printed.lines().filter(|line| line.contains("curl ")).collect();
        assert_eq!(worth_trying.len(), 3, "{printed}");
        for line in worth_trying.iter().filter(|line| !line.contains("event-stream")) {
            let address = line.split('\'').find(|word| word.starts_with("http")).unwrap();
            let (status, body) = got(address);
            assert_eq!(status, 200, "{address}: {body}");
        }
        assert_eq!(demo.stop(signal), 0, "after SIG{signal}");
        assert!(is_empty(home.path()), "something is left behind after SIG{signal}");
    }
}

#[test]
fn the_demo_takes_a_free_port_where_the_usual_one_is_in_use() {
    // Whoever has the port, this test or another program, it is taken.
    let _taken = TcpListener::bind("127.0.0.1:8018");
    let home = TempDir::new().unwrap();
    let mut demo = Running::start(travaux(["demo"]).env("TMPDIR", home.path()));
    let (printed, address) = demo.listening();
    assert!(printed.starts_with("127.0.0.1:8018 is in use, so a free port is taken\n"), "{printed}");
    assert_ne!(address, "http://127.0.0.1:8018");
    assert_eq!(demo.stop("TERM"), 0);
}

#[test]
fn the_demo_keeps_its_record_only_where_nothing_else_is() {
    let (_home, dir) = fresh();
    let mut demo = Running::start(&mut travaux(["demo", "--listen", "127.0.0.1:0", "--data", text(&dir)]));
    demo.listening();
    assert_eq!(demo.stop("TERM"), 0);
    let (code, out, _) = run(["verify", "--data", text(&dir)]);
    assert!(code == 0 && out.ends_with("the record holds\n"), "{code} {out}");
    let (code, err) = refused(["demo", "--data", text(&dir)]);
    assert!(code == 2 && err.contains("is not empty"), "{code} {err}");
}

#[test]
fn serve_prints_where_it_listens_and_stops_when_told() {
    let (_home, dir) = fresh();
    keep(&dir, &two());
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", text(&dir)];
    let mut served = Running::start(&mut travaux(serve));
    let (printed, address) = served.listening();
    assert_eq!(printed.lines().count(), 1, "{printed}");
    let (status, body) = got(&format!("{address}/api/v1/compacts"));
    assert!(status == 200 && body.contains("harbours") && body.contains("seasonal-mobility"), "{status} {body}");
    let (code, err) = refused(serve);
    assert!(code == 3 && err.contains("another travaux has the store"), "{code} {err}");
    let taken = address.strip_prefix("http://").unwrap();
    let (code, err) = refused(["serve", "--listen", taken, "--data", "elsewhere"]);
    assert!(code == 3 && err.contains(taken) && err.contains("in use by another program"), "{code} {err}");
    assert!(!Path::new("elsewhere").exists(), "a store was made and not served");
    assert_eq!(served.stop("TERM"), 0);
}

#[test]
fn serve_refuses_what_others_can_reach() {
    let (home, dir) = fresh();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8018", "[::ffff:192.0.2.1]:0"] {
        let (code, err) = refused(["serve", "--listen", address, "--data", text(&dir)]);
        assert_eq!(code, 2, "{address}: {err}");
        assert!(err.contains("no credentials are configured") && err.contains("travaux token issue"), "{err}");
    }
    assert!(is_empty(home.path()), "a store was made and not served");
    let (code, err) = refused(["serve", "--listen", "here", "--data", text(&dir)]);
    assert!(code == 2 && err.contains("such as 127.0.0.1:8018"), "{code} {err}");
}

#[test]
fn a_damaged_store_is_not_served() {
    let (home, dir) = fresh();
    keep(&dir, &sample());
    let journal = fs::read(dir.join("journal")).unwrap();
    let flipped = journal.iter().enumerate().map(|(at, byte)| if at == 700 { byte ^ 1 } else { *byte });
    fs::write(dir.join("journal"), flipped.collect::<Vec<u8>>()).unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", text(&dir)];
    for (wanted, (code, err)) in [(3, refused(serve)), (1, refused(["verify", "--data", text(&dir)]))] {
        assert_eq!(code, wanted, "{err}");
        assert!(err.contains("position 1:") && err.contains("copy its directory") && err.contains("backup"), "{err}");
    }
    let other = home.path().join("letters");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("letter"), "Dear Sir").unwrap();
    let (code, err) = refused(["serve", "--listen", "127.0.0.1:0", "--data", text(&other)]);
    assert!(code == 3 && err.contains("name an empty directory"), "{code} {err}");
}

#[test]
fn a_record_goes_out_and_comes_in_byte_for_byte() {
    let (home, dir) = fresh();
    keep(&dir, &two());
    let (code, first, err) = run(["export", "--data", text(&dir)]);
    assert!(code == 0 && err.is_empty(), "{code} {err}");
    assert!(first.starts_with(r#"{"position":1,"specversion":"1.0","id":"seasonal-mobility/1","#), "{first}");
    assert_eq!(first.lines().count(), two().len());
    let copy = home.path().join("copy");
    let (code, out, err) = fed(["import", "--data", text(&copy), "-"], first.as_bytes());
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.starts_with(&format!("{} entries of 2 compacts imported", two().len())), "{out}");
    let file = home.path().join("copy.ndjson");
    let (code, out, _) = run(["export", "--data", text(&copy), "--to", text(&file)]);
    assert!(code == 0 && out.is_empty(), "{code} {out}");
    assert_eq!(fs::read_to_string(&file).unwrap(), first);
    let (code, _, err) = run(["import", "--data", text(&copy), text(&file)]);
    assert!(code == 1 && err.contains("is not empty"), "{code} {err}");
}

#[test]
fn the_record_of_one_compact_gets_positions_of_its_own() {
    let (home, dir) = fresh();
    keep(&dir, &two());
    let one = ["export", "--compact", "seasonal-mobility", "--data", text(&dir)];
    let (code, lines, _) = run(one);
    assert!(code == 0 && lines.contains("{\"position\":5,") && !lines.contains("{\"position\":4,"), "{code}");
    let copy = home.path().join("copy");
    assert_eq!(fed(["import", "--data", text(&copy), "-"], lines.as_bytes()).0, 0);
    let (_, again, _) = run(["export", "--data", text(&copy)]);
    let without = |lines: &str| {
        let bare = |line: &str| line.split_once(',').unwrap().1.to_owned();
        lines.lines().map(bare).collect::<Vec<_>>()
    };
    assert_eq!(without(&again), without(&lines));
    assert!(again.lines().zip(1..).all(|(line, n)| line.starts_with(&format!("{{\"position\":{n},"))));
    let (code, _, err) = run(["export", "--compact", "peace", "--data", text(&dir)]);
    assert!(code == 1 && err.contains("it holds seasonal-mobility, harbours"), "{code} {err}");
}

#[test]
fn a_bad_line_is_named_and_nothing_is_imported() {
    let (home, dir) = fresh();
    keep(&dir, &two());
    let (_, good, _) = run(["export", "--data", text(&dir)]);
    let lines: Vec<&str> = good.lines().collect();
    let with = |number: usize, line: String| {
        let mut lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        lines[number - 1] = line;
        lines.join("\n") + "\n"
    };
    let without = |number: usize| {
        let kept = lines.iter().zip(1..).filter(|(_, n)| *n != number);
        kept.map(|(line, _)| format!("{line}\n")).collect::<String>()
    };
    let tried = [
        (without(1), "line 1 ", "begins with compact-opened"),
        (without(100), "line 100 ", "does not fit the record before it"),
        (with(7, "{}".into()), "line 7 ", "as export writes it"),
        (with(7, lines[6].replace("\"position\":7,", "\"position\":9,")), "line 7 ", "several compacts"),
        (with(7, lines[6].replace("\"position\":7,", "\"position\":6,")), "line 7 ", "does not follow position 6"),
        (with(7, lines[6].replace("group-registered.v1\"", "group-praised.v1\"")), "line 7 ", "no event is called"),
        (with(7, lines[6].replace("\"subject\":\"", "\"subject\":\"x")), "line 7 ", "is not as it was written"),
        (with(7, lines[6].replace("seasonal-mobility/", "harbours/")), "line 7 ", "contradict each other"),
        (good.trim_end().to_owned(), &*format!("line {} ", lines.len()), "cut short"),
        (String::new(), "", "holds no entry"),
    ];
    for (lines, which, why) in tried {
        assert_ne!(lines, good, "{why}: nothing was changed");
        let place = TempDir::new_in(home.path()).unwrap();
        let (code, out, err) = fed(["import", "--data", text(&place.path().join("new")), "-"], lines.as_bytes());
        assert_eq!((code, out.as_str()), (1, ""), "{why}");
        assert!(err.contains(which) && err.contains(why) && err.contains("nothing was imported"), "{why}: {err}");
        assert!(is_empty(place.path()), "{why}: something is left behind");
    }
}

#[test]
fn verify_counts_what_holds() {
    let (home, dir) = fresh();
    keep(&dir, &two());
    let (code, out, err) = run(["verify", "--data", text(&dir)]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(out.starts_with(&format!("2 compacts, {} entries, ", two().len())), "{out}");
    assert!(out.contains("61 provisions, 4 drafts") && out.ends_with("\nthe record holds\n"), "{out}");
    let nothing = home.path().join("nothing");
    let (code, _, err) = run(["verify", "--data", text(&nothing)]);
    assert!(code == 3 && err.contains("there is no record in"), "{code} {err}");
    assert!(!nothing.exists(), "looking made a store");
}

#[test]
fn verify_finds_words_that_do_not_stand_there() {
    let mut entries = two();
    let splices = |entry: &Entry| {
        matches!(&entry.event, Event::ProposalTakenUp(taken)
            if taken.changes.iter().any(|c| matches!(c, Change::Splices { .. })))
    };
    let index = entries.iter().position(|(_, entry)| splices(entry)).unwrap();
    if let Event::ProposalTakenUp(taken) = &mut entries[index].1.event
        && let Some(Change::Splices { splices, .. }) =
            taken.changes.iter_mut().find(|c| matches!(c, Change::Splices { .. }))
    {
        splices[0].added.push_str(" and never");
    }
    let (_home, dir) = fresh();
    keep(&dir, &entries);
    let (code, out, err) = run(["verify", "--data", text(&dir)]);
    assert_eq!((code, out.as_str()), (1, ""), "{err}");
    let place = format!("position {} (seasonal-mobility/{}) does not hold", index + 1, index);
    assert!(err.contains(&place), "{err}");
    let (code, err) = refused(["serve", "--listen", "127.0.0.1:0", "--data", text(&dir)]);
    assert!(code == 3 && err.contains("the record does not hold") && err.contains("travaux verify"), "{code} {err}");
}

#[test]
fn verify_finds_an_entry_in_the_place_of_another() {
    let entries = sample();
    let mut bytes: Vec<Vec<u8>> = Vec::new();
    for (compact, entry) in &entries {
        bytes.push(entry.encode(&compact.parse().unwrap()).unwrap());
    }
    let tried = [
        ("seasonal-mobility/3", {
            let mut swapped = bytes.clone();
            swapped.swap(2, 3);
            swapped
        }),
        ("seasonal-mobility/9", {
            let mut renamed = bytes.clone();
            renamed[8] = String::from_utf8(bytes[8].clone()).unwrap().replace("Norland", "Norlend").into_bytes();
            renamed[8].push(b' ');
            renamed
        }),
    ];
    for (place, bytes) in tried {
        let (_home, dir) = fresh();
        keep_bytes(&dir, &entries, bytes);
        let (code, _, err) = run(["verify", "--data", text(&dir)]);
        assert!(code == 1 && err.contains(&format!("({place}) does not hold")), "{code} {err}");
    }
}

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

#[test]
fn nothing_is_wrong_when_nobody_reads_on() {
    let (_home, dir) = fresh();
    keep(&dir, &sample());
    let mut export = travaux(["export", "--data", text(&dir)]);
    let mut export = export.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 12];
    let mut out = export.stdout.take().unwrap();
    out.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"{\"position\":");
    drop(out);
    let (code, _, err) = said(&export.wait_with_output().unwrap());
    assert_eq!((code, err.as_str()), (0, ""));
}

#[test]
fn every_flag_is_an_environment_variable_and_help_says_so() {
    for command in [
        "demo",
        "serve",
        "redline",
        "backup",
        "restore",
        "verify",
        "salvage",
        "export",
        "import",
        "key show",
        "key rotate",
        "token issue",
        "token list",
        "token revoke",
    ] {
        let (code, out, _) = run(command.split(' ').chain(["--help"]));
        assert_eq!(code, 0);
        let unwrapped = out.split_whitespace().collect::<Vec<_>>().join(" ");
        for flag in out.lines().filter_map(|line| line.split_whitespace().find(|w| w.starts_with("--"))) {
            if !["--help", "--version"].contains(&flag) {
                let variable =
                    format!("[env: TRAVAUX_{}=", flag.trim_start_matches("--").replace('-', "_").to_uppercase());
                assert!(unwrapped.contains(&variable), "{command} {flag}: {out}");
            }
        }
    }
    let (code, err) = refused(["serve"]);
    assert!(code == 2 && err.contains("--data"), "{code} {err}");
    let (_home, dir) = fresh();
    keep(&dir, &sample());
    let verified = travaux(["verify"]).env("TRAVAUX_DATA", &dir).output().unwrap();
    assert_eq!(said(&verified).0, 0);
}
