//! A full disk: who writes is told to come again, who reads reads on, and nothing is lost.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::frail::Frail;
use super::{contents, copied};
use crate::served::{SERVE, Served, clean, verify};
use crate::tried::{Draw, not_run, short_or_long, tried};
use crate::writers::{WRITERS, Writers, open_compacts, positions, until_refused};

/// `ENOSPC`, as Linux has it.
const NO_SPACE: u32 = 28;

#[test]
fn on_a_full_disk_writers_are_told_to_come_again_and_readers_read_on() {
    let (mut draw, seed) = Draw::new("when the disk is full");
    let (rounds, mut kept, mut refused) = (short_or_long(1, 20), 0, 0);
    for (life, what) in (1..).zip(["write", "part", "grow"].repeat(rounds)) {
        let mut frail = Frail::start();
        frail.fail(&format!("{what} {NO_SPACE} {} 0", draw.below(20)));
        frail.write_until_refused(2 * life);
        frail.holds();
        frail.mend();
        frail.start_again();
        frail.has_all();
        frail.kept.extend(Writers::start(&frail.served.address, [2 * life + 1, WRITERS, 2], || 0).join());
        frail.has_all();
        frail.served.kill();
        assert!(verify(&frail.dir).status.success(), "seed {seed}");
        (kept, refused) = (kept + frail.kept.len(), refused + frail.refused.len());
    }
    tried(&format!(
        "full disk: {} servers whose writes failed (seed {seed}): {kept} acknowledged, 0 lost, {refused} refused",
        3 * rounds
    ));
}

#[test]
fn a_disk_that_is_really_full_loses_nothing_either() {
    let Some(small) = Small::start() else { return };
    let (kept, refused) = until_refused(&small.served.address, 1);
    for (_, answer) in &refused {
        answer.problem(503, "storage-failed");
    }
    positions(&kept, &small.served.events());
    small.make_room();
    positions(&kept, &small.events());
    tried(&format!("full disk, in memory: {} acknowledged, 0 lost, {} refused", kept.len(), refused.len()));
}

/// A disk of its own, in memory, as long as the process lives that serves from it; nothing where none may be mounted.
pub struct Small {
    pub served: Served,
    /// Where it is to be seen from outside.
    seen: PathBuf,
    /// Takes the room that is not to be there.
    ballast: File,
    _home: TempDir,
}

const MOUNT: &str = r#"mount -t tmpfs -o size=96m travaux "$1" && shift && exec "$@""#;

/// What is left of the disk for the record, in bytes.
const ROOM: u64 = 3 << 19;

impl Small {
    /// With compacts opened and hardly any room left.
    pub fn start() -> Option<Self> {
        let home = tempfile::tempdir().unwrap();
        let dir = fs::canonicalize(home.path()).unwrap();
        let mount = |mut command: Command, what: &[&str]| {
            command.args(["-rm", "sh", "-c", MOUNT, "sh"]).arg(&dir).args(what).stdin(Stdio::null());
            command
        };
        let allowed = mount(Command::new("unshare"), &["true"]).stderr(Stdio::null()).status();
        if !allowed.is_ok_and(|status| status.success()) {
            not_run(
                "a disk of 96 MB in memory may not be mounted here (unshare -rm); the full disk is tried by failing calls only",
            );
            return None;
        }
        let mut command = mount(clean("unshare"), &[&[env!("CARGO_BIN_EXE_travaux")], SERVE.as_slice()].concat());
        let served = Served::by(command.arg(dir.join("record")));
        let seen = PathBuf::from(format!("/proc/{}/root", served.id())).join(dir.strip_prefix("/").unwrap());
        let ballast = File::create(seen.join("ballast")).unwrap();
        open_compacts(&served);
        let small = Self { served, seen, ballast, _home: home };
        let block = vec![1; 1 << 16];
        while (&small.ballast).write_all(&block).is_ok() {}
        let length = small.ballast.metadata().unwrap().len();
        small.ballast.set_len(length - ROOM).unwrap();
        Some(small)
    }

    /// Gives the room back.
    pub fn make_room(&self) {
        self.ballast.set_len(0).unwrap();
    }

    /// The record as it lies on the disk, and so after a kill.
    pub fn events(&self) -> Vec<Value> {
        let found = contents(copied(&self.seen.join("record")).path()).unwrap();
        found.iter().map(|entry| serde_json::from_slice(&entry.bytes).unwrap()).collect()
    }
}
