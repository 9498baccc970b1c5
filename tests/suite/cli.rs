//! The program as its operators meet it: what each command prints, and what it exits with.

mod exported;
mod listening;
mod redlined;
mod verified;

use std::fs;
use std::io::{BufRead, BufReader, Write};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Output, Stdio};

use futures_util::FutureExt;
use tempfile::TempDir;
use travaux::compact::Entry;
use travaux::log::{DiskLog, EventLog, NewEntry};

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
        send_signal(self.child.id(), signal);
        self.child.wait().unwrap().code().unwrap()
    }
}

/// Sends a process a signal, such as TERM. The shell does: a small system has no program called `kill`.
pub fn send_signal(process: u32, signal: &str) {
    let kill = format!("kill -{signal} {process}");
    assert!(Command::new("sh").args(["-c", &kill]).status().unwrap().success());
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
