//! The API as a stranger tries it who has read its description only: schemathesis, with all its checks.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use travaux::log::DiskLog;
use travaux::secretariat::Secretariat;

use crate::every_operation::{carry_out, opening};
use crate::server::Server;
use crate::tried::{not_run, short_or_long, tried};

/// Where `tests/run` installs it, unless told.
fn schemathesis() -> Option<PathBuf> {
    let beside = || Path::new(env!("CARGO_MANIFEST_DIR")).join("target/schemathesis/bin/schemathesis");
    let path = std::env::var_os("TRAVAUX_SCHEMATHESIS").map_or_else(beside, PathBuf::from);
    path.is_file().then_some(path)
}

#[test]
fn schemathesis_finds_nothing_with_all_checks_on() {
    let Some(program) = schemathesis() else {
        return not_run("schemathesis is not installed; tests/run installs it from PyPI");
    };
    let dir = tempfile::tempdir().unwrap();
    let log = DiskLog::open(&dir.path().join("record")).unwrap();
    let server = Server::of(Secretariat::open(Arc::new(log)).unwrap());
    for step in opening() {
        carry_out(&server, &step);
    }
    let examples = short_or_long(15, 150).to_string();
    let mut command = Command::new(program);
    command
        .current_dir(dir.path())
        .args([
            "--config-file",
            concat!(env!("CARGO_MANIFEST_DIR"), "/tests/schemathesis.toml"),
            "run",
            &format!("{}/openapi.json", server.address),
        ])
        .args(["--seed", "20260302", "--max-examples", &examples]);
    let output = command.output().unwrap();
    let said = String::from_utf8_lossy(&output.stdout);
    assert!(output.status.success(), "{said}\n{}", String::from_utf8_lossy(&output.stderr));
    let told = |what: &str| said.lines().find_map(|line| line.trim().strip_prefix(what)).map_or("?", str::trim);
    let cases = said.lines().find(|line| line.contains(" generated, ")).map_or("?", str::trim);
    let (scenarios, links) = (told("Scenarios:"), told("API Links:"));
    assert!(!links.starts_with('0') && links.contains(" covered"), "no answer led anywhere: {said}");
    tried(&format!("schemathesis, all checks on: {cases}; of them {scenarios} scenarios by links, {links}"));
}
