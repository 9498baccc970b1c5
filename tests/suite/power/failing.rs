//! A disk that fails: who writes is told to come again, who reads reads on, and nobody is told of what may be lost.

use super::frail::Frail;
use crate::served::{agent, verify};
use crate::tried::{Draw, short_or_long, tried};
use crate::writers::{COMPACTS, WRITERS, Writers, file, statement};

/// `EIO`, as Linux has it.
const IO_ERROR: u32 = 5;

#[test]
fn after_one_failed_sync_or_write_nothing_is_taken_until_a_restart_and_nothing_is_lost() {
    let (mut draw, seed) = Draw::new("when the disk fails");
    let (rounds, mut kept, mut refused) = (short_or_long(1, 20), 0, 0);
    for (life, what) in (1..).zip(["sync", "write"].repeat(rounds)) {
        let mut frail = Frail::start();
        frail.fail(&format!("{what} {IO_ERROR} {} 1", draw.below(20)));
        frail.write_until_refused(2 * life);
        assert!(!frail.is_failing(), "one {what} has failed");
        frail.holds();
        refuses_all(&frail);
        frail.start_again();
        frail.has_all();
        frail.kept.extend(Writers::start(&frail.served.address, [2 * life + 1, WRITERS, 2], || 0).join());
        frail.has_all();
        frail.served.kill();
        assert!(verify(&frail.dir).status.success(), "seed {seed}");
        (kept, refused) = (kept + frail.kept.len(), refused + frail.refused.len());
    }
    tried(&format!(
        "failing disk: {} servers with one EIO (seed {seed}): {kept} acknowledged, 0 lost, {refused} refused",
        2 * rounds
    ));
}

/// What is not known to be durable cannot be built upon, though the disk does well again.
fn refuses_all(frail: &Frail) {
    for compact in COMPACTS {
        let answer = file(&agent(), &frail.served.address, compact, &statement("Too late", &[])).unwrap();
        answer.problem(503, "storage-failed");
    }
    let opening = r#"{"id": "another", "title": "A compact (fiction)"}"#;
    frail.served.send("POST", "/api/v1/compacts", opening).problem(503, "storage-failed");
    frail.served.send("GET", "/health/ready", "").problem(503, "storage-failed");
    frail.holds();
}
