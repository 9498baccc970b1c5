//! The server killed at any moment under load: whatever it acknowledged is there when it starts again.

use std::path::Path;

use crate::served::{Served, verify};
use crate::tried::{Draw, ends, short_or_long, tried};
use crate::writers::{Kept, WRITERS, Writers, open_compacts, positions};

#[test]
fn nothing_acknowledged_is_lost_however_often_the_server_is_killed() {
    let (mut draw, seed) = Draw::new("when to kill");
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("record");
    let kills = short_or_long(20, 200);
    let mut served = Served::start(&dir);
    open_compacts(&served);
    let mut kept = Vec::new();
    for life in 0..kills {
        kept.extend(write_and_kill(&mut served, life, 1 + draw.below(40)));
        served = start_again(&dir);
        // Panics where an acknowledged statement is not there.
        assert_eq!(positions(&kept, &served.events()).len(), kept.len(), "seed {seed}");
    }
    let entries = served.events().len();
    served.kill();
    let verified = verify(&dir);
    assert!(verified.status.success(), "seed {seed}: {}", String::from_utf8_lossy(&verified.stderr));
    tried(&format!(
        "kill -9: {kills} kills with {WRITERS} writers (seed {seed}): {} acknowledged of {entries} entries, 0 lost",
        kept.len()
    ));
}

/// Kills the server after so many acknowledgements, with all writers in the middle of something.
fn write_and_kill(served: &mut Served, life: usize, enough: usize) -> Vec<Kept> {
    let writers = Writers::start(&served.address, [life, WRITERS, usize::MAX], || 0);
    let mut kept: Vec<Kept> = writers.kept.iter().take(enough).collect();
    served.kill();
    kept.extend(writers.join());
    assert!(kept.len() >= enough, "the server ended by itself");
    kept
}

fn start_again(dir: &Path) -> Served {
    let dir = dir.to_owned();
    ends("starting again", move || Served::start(&dir))
}
