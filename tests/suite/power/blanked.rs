//! The power lost while entries are blanked, which writes over what was acknowledged: each is there as it was or blanked,
//! and blanked once that was said to be done.

use std::path::Path;
use std::process::Command;
use std::{env, fs};

use travaux::log::{EventLog, NewEntry, Scope, Stored};

use super::disk::{Disk, Rest, Syncs};
use super::trace::records;
use super::{Store, contents, laid, traced};
use crate::tried::{Draw, ends, short_or_long, tried};

/// Where the child of the test below keeps its record.
const BLANKS: &str = "TRAVAUX_TEST_BLANKS";

const COMPACT: &str = "harbours";

/// Which entries are blanked, in this order.
const POSITIONS: [usize; 4] = [3, 1, 8, 12];

#[test]
fn an_entry_is_as_it_was_or_blanked_whenever_the_power_goes() {
    if let Some(dir) = env::var_os(BLANKS) {
        return blank(Path::new(&dir));
    }
    let (mut draw, seed) = Draw::new("when the power goes while entries are blanked");
    let home = tempfile::tempdir().unwrap();
    let (dir, trace) = (home.path().join("record"), home.path().join("trace"));
    let before = recorded(&dir, &mut draw);
    let base = Disk::holding(&dir);
    let mut child = Command::new(env::current_exe().unwrap());
    child.args(["--exact", "power::blanked::an_entry_is_as_it_was_or_blanked_whenever_the_power_goes", "--nocapture"]);
    let said = child.env(BLANKS, &dir).envs(traced(&dir, &trace)).output().unwrap();
    assert!(said.status.success(), "{}", String::from_utf8_lossy(&said.stderr));
    let marks = marks(&String::from_utf8(said.stdout).unwrap());
    let trace = fs::read(trace).unwrap();
    let records = records(&trace);
    let (mut images, mut blanked) = (0, 0);
    for _ in 0..short_or_long(40, 400) {
        let moment = draw.below(records.len() + 1);
        let disk = base.clone().after(&records[..moment], Syncs::All);
        let next = records.get(moment).map_or(u64::MAX, |record| record.end);
        let done: Vec<usize> = marks.iter().filter(|(_, mark)| *mark < next).map(|(position, _)| *position).collect();
        for rest in [Rest::Lost, Rest::Half, Rest::Torn] {
            let found = contents(laid(&disk.image(rest, &mut draw)).path());
            let found = found.unwrap_or_else(|why| panic!("seed {seed}, {moment} acts, the rest {rest:?}: {why}"));
            hold(&found, &before, &done);
            (images, blanked) = (images + 1, blanked + done.len());
        }
    }
    tried(&format!(
        "power while blanking: {images} images (seed {seed}): {blanked} blanked entries looked for, 0 lost"
    ));
}

/// A store with entries over many sectors.
fn recorded(dir: &Path, draw: &mut Draw) -> Vec<Stored> {
    let store = Store::open(dir).unwrap();
    for seq in 1..=12 {
        let length = 1_000 + draw.below(6_000);
        append(&store, seq, draw.bytes(length));
    }
    drop(store);
    contents(dir).unwrap()
}

fn append(store: &Store, seq: u32, bytes: Vec<u8>) {
    let receipt = store.append(NewEntry { compact: COMPACT.into(), seq, bytes });
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    ends("an append", move || runtime.block_on(receipt)).unwrap();
}

/// What the child does: blanks entries, and says how long the trace was when each was done.
fn blank(dir: &Path) {
    let trace = env::var_os("TRAVAUX_TRACE_FILE").expect("it is traced");
    let store = Store::open(dir).unwrap();
    let before = store.read(&Scope::Whole, 0, 100).unwrap();
    for (position, next) in POSITIONS.into_iter().zip(13..) {
        let nothing = vec![b' '; before[position - 1].bytes.len()];
        store.blank(&COMPACT.into(), u32::try_from(position).unwrap(), &nothing).unwrap();
        println!("\nblanked {position} {}", fs::metadata(&trace).unwrap().len());
        append(&store, next, b"goes on".to_vec());
    }
}

fn marks(said: &str) -> Vec<(usize, u64)> {
    let told = said.lines().filter_map(|line| line.strip_prefix("blanked ")?.split_once(' '));
    let marks: Vec<_> = told.map(|(position, mark)| (position.parse().unwrap(), mark.parse().unwrap())).collect();
    assert_eq!(marks.len(), POSITIONS.len());
    marks
}

/// Every entry of before is there: blanked if that was done, else blanked or as it was; its leaf is the same for ever.
fn hold(found: &[Stored], before: &[Stored], done: &[usize]) {
    assert!(found.len() >= before.len(), "{} of {} entries", found.len(), before.len());
    for (entry, was) in found.iter().zip(before) {
        assert_eq!((entry.position, entry.leaf()), (was.position, was.leaf()));
        let is_blank = entry.bytes.iter().all(|byte| *byte == b' ');
        assert!(entry == was || (entry.blanked.is_some() && is_blank), "entry {} is neither", was.position);
    }
    for position in done {
        assert!(found[position - 1].blanked.is_some(), "entry {position} was blanked, and is back");
    }
}
