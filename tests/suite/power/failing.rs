//! A disk that fails: who writes is told to come again, who reads reads on, and nobody is told of what may be lost.

use super::frail::Frail;
use crate::served::{agent, verify};
use crate::tried::{Draw, short_or_long, tried};
use crate::writers::{COMPACTS, WRITERS, Writers, file, statement};

/// `EIO`, as Linux has it.
const IO_ERROR: u32 = 5;

#[test]
fn after_one_failed_sync_or_write_of_the_journal_nothing_is_taken_until_a_restart_and_nothing_is_lost() {
    let (mut draw, seed) = Draw::new("when the disk fails");
    let (rounds, mut kept, mut refused) = (short_or_long(1, 20), 0, 0);
    for (life, what) in (1..).zip(["sync", "write"].repeat(rounds)) {
        let mut frail = Frail::start();
        frail.fail(&format!("{what} {IO_ERROR} {} 1 journal", draw.below(20)));
        frail.write_until_refused(2 * life);
        assert!(!frail.is_failing(), "one {what} has failed");
        frail.holds("storage-failed");
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
        "failing disk: {} servers with one EIO in the journal (seed {seed}): {kept} acknowledged, 0 lost, {refused} refused",
        2 * rounds
    ));
}

#[test]
fn an_index_or_a_head_file_that_cannot_be_written_disturbs_nobody() {
    for (life, fault) in (1..).zip(["write 5 3 0 index", "sync 5 0 0 index", "write 5 3 0 head", "sync 5 0 0 head"]) {
        let mut frail = Frail::start();
        frail.fail(fault);
        let writers = Writers::start(&frail.served.address, [2 * life, WRITERS, 12], || 0);
        frail.kept.extend(writers.join());
        frail.holds("none was refused");
        frail.start_again();
        frail.has_all();
        frail.kept.extend(Writers::start(&frail.served.address, [2 * life + 1, WRITERS, 2], || 0).join());
        frail.has_all();
        frail.served.kill();
        assert!(verify(&frail.dir).status.success(), "{fault}");
    }
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
    frail.holds("storage-failed");
}
