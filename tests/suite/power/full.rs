//! A full disk: who writes is told to come again, who reads reads on, nothing is lost, and once there is room writing goes
//! on without a restart.

use std::fs::{self, File};
use std::io::Write as _;
use std::path::PathBuf;
use std::process::{Command, Stdio};

use serde_json::Value;
use tempfile::TempDir;

use super::frail::Frail;
use super::{contents, copied};
use crate::served::{SERVE, Served, clean, verify};
use crate::tried::{Draw, ends, not_run, short_or_long, tried};
use crate::writers::{COMPACTS, Kept, WRITERS, Writers, file_until_kept, open_compacts, positions, until_refused};

/// `ENOSPC`, as Linux has it.
const NO_SPACE: u32 = 28;

#[test]
fn a_full_disk_stops_writers_until_there_is_room_and_readers_never() {
    let (mut draw, seed) = Draw::new("when the disk is full");
    let (rounds, mut kept, mut refused) = (short_or_long(1, 20), 0, 0);
    for (life, what) in (1..).zip(["grow", "part"].repeat(rounds)) {
        let mut frail = Frail::start();
        for time in 0..3 {
            frail.fail(&format!("{what} {NO_SPACE} {} 0", draw.below(20)));
            frail.write_until_refused(10 * life + time);
            frail.has_all();
            frail.mend();
            frail.kept.extend(goes_on(&frail.served));
            frail.holds("storage-full");
        }
        frail.start_again();
        frail.kept.extend(Writers::start(&frail.served.address, [10 * life + 3, WRITERS, 2], || 0).join());
        frail.holds("storage-full");
        frail.has_nothing_refused();
        frail.served.kill();
        assert!(verify(&frail.dir).status.success(), "seed {seed}");
        (kept, refused) = (kept + frail.kept.len(), refused + frail.refused.len());
    }
    tried(&format!(
        "full disk: {} servers, each full three times (seed {seed}): {kept} acknowledged, 0 lost, {refused} refused, 0 kept",
        2 * rounds
    ));
}

#[test]
fn a_disk_that_is_really_full_is_written_to_again_once_there_is_room() {
    let Some(small) = Small::start() else { return };
    let (mut kept, mut refused) = until_refused(&small.served.address, 1);
    // Now without a byte, for the index and the head file neither.
    small.take_all();
    let (more, again) = until_refused(&small.served.address, 2);
    kept.extend(more);
    refused.extend(again);
    positions(&kept, &small.served.events());
    small.make_room();
    kept.extend(goes_on(&small.served));
    kept.extend(Writers::start(&small.served.address, [3, WRITERS, 4], || 0).join());
    for (_, answer) in &refused {
        answer.problem(503, "storage-full");
    }
    for events in [small.served.events(), small.events()] {
        positions(&kept, &events);
        assert_eq!(events.len(), kept.len() + COMPACTS.len(), "nothing is recorded that was refused");
    }
    tried(&format!("full disk, in memory: {} acknowledged, 0 lost, {} refused, 0 kept", kept.len(), refused.len()));
}

/// Waits until every compact is written to again, as a client does that was told to come again.
fn goes_on(served: &Served) -> Vec<Kept> {
    let address = served.address.clone();
    ends("writing again", move || COMPACTS.map(|compact| file_until_kept(&address, compact)).into())
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

/// What is left of the disk, in bytes: the journal leaves 8 MiB of it to others.
const ROOM: u64 = 11 << 20;

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
        small.take_all();
        small.ballast.set_len(small.ballast.metadata().unwrap().len() - ROOM).unwrap();
        Some(small)
    }

    /// Leaves no room at all.
    pub fn take_all(&self) {
        let block = vec![1; 1 << 16];
        while (&self.ballast).write_all(&block).is_ok() {}
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
