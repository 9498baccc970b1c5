//! The record on disk, damaged in every way that files can be: what is lost is named, what is derived is made again, and
//! nothing is ever served that is not the whole of what was recorded.

use std::fs::{self, File};
use std::path::Path;
use std::sync::Arc;

use tempfile::TempDir;
use travaux::log::{DiskLog, EventLog, LogError, Scope, Stored};

use crate::logs::{entry, large_entries_come_back_whole, scope, sound, words, write_from_many};

/// A store with so many entries, in turn of three compacts.
async fn store(entries: u32) -> TempDir {
    let dir = TempDir::new().unwrap();
    record(dir.path(), 1..=entries).await;
    dir
}

async fn record(dir: &Path, entries: impl Iterator<Item = u32>) {
    let log = DiskLog::open(dir).unwrap();
    for nth in entries {
        let compact = ["a", "b", "c"][nth as usize % 3];
        log.append(entry(compact, nth.div_ceil(3))).await.unwrap();
    }
}

/// What the operator is told when the store in `dir` does not open.
fn refusal(dir: &Path) -> String {
    let opened = DiskLog::open(dir);
    opened.err().expect("it opened").to_string()
}

fn copy(from: &Path, to: &Path) {
    for file in fs::read_dir(from).unwrap() {
        let file = file.unwrap();
        if file.file_type().unwrap().is_dir() {
            fs::create_dir_all(to.join(file.file_name())).unwrap();
            copy(&file.path(), &to.join(file.file_name()));
        } else {
            fs::copy(file.path(), to.join(file.file_name())).unwrap();
        }
    }
}

/// A copy of the store with another journal in it.
fn with_journal(dir: &Path, journal: &[u8]) -> TempDir {
    let changed = TempDir::new().unwrap();
    fs::copy(dir.join("head"), changed.path().join("head")).unwrap();
    fs::write(changed.path().join("journal"), journal).unwrap();
    changed
}

fn whole(dir: &Path) -> Result<Vec<Stored>, LogError> {
    DiskLog::open(dir)?.read(&Scope::Whole, 0, 1_000)
}

/// Where records begin in a journal, and where the last one ends.
fn borders(journal: &[u8]) -> Vec<usize> {
    let mark = [0xd7, b'T', b'v', 0xd7];
    let begins = (0..journal.len()).filter(|at| journal[*at..].starts_with(&mark));
    let last_byte = journal.iter().rposition(|byte| *byte != 0).unwrap();
    begins.chain([last_byte + 1]).collect()
}

#[tokio::test]
async fn every_byte_that_changes_in_the_journal_is_found_and_its_position_named() {
    let dir = store(12).await;
    let journal = fs::read(dir.path().join("journal")).unwrap();
    let (borders, recorded) = (borders(&journal), whole(dir.path()).unwrap());
    assert_eq!((borders.len(), recorded.len()), (13, 12));
    let (mut named, mut harmless) = (0, 0);
    for place in (0..borders[12]).chain((borders[12]..journal.len()).step_by(997)) {
        let mut flipped = journal.clone();
        flipped[place] ^= 1 << (place % 8);
        let changed = with_journal(dir.path(), &flipped);
        if place >= borders[12] {
            // Nothing was ever written there, and it is wiped again.
            assert_eq!(whole(changed.path()).unwrap(), recorded, "byte {place}");
            assert_eq!(fs::read(changed.path().join("journal")).unwrap(), journal);
            harmless += 1;
            continue;
        }
        let told = refusal(changed.path());
        let position = borders.iter().filter(|border| **border <= place).count();
        let wanted =
            if position == 0 { "it does not begin as a journal".into() } else { format!("position {position}:") };
        let is_named = told.contains(&wanted) && told.contains("travaux salvage") || told.contains("is of format");
        assert!(is_named, "byte {place}: {told}");
        assert_eq!(fs::read(changed.path().join("journal")).unwrap(), flipped, "what is refused is left as it is");
        named += 1;
    }
    println!("journal: {named} changed bytes found and named, {harmless} where nothing was written did no harm");
}

#[tokio::test]
async fn a_journal_that_was_cut_off_is_refused_and_the_first_missing_position_named() {
    let dir = store(12).await;
    let journal = fs::read(dir.path().join("journal")).unwrap();
    let (borders, mut cuts) = (borders(&journal), 0);
    for length in (0..borders[12]).step_by(5) {
        let told = refusal(with_journal(dir.path(), &journal[..length]).path());
        let left = borders.iter().filter(|border| **border <= length).count().saturating_sub(1);
        let wanted = if length < borders[0] { "as a journal does".into() } else { format!("position {}:", left + 1) };
        assert!(told.contains(&wanted), "{length} bytes: {told}");
        cuts += 1;
    }
    println!("journal: {cuts} cuts found and named");
}

#[tokio::test]
async fn entries_taken_out_put_in_or_changed_about_are_found() {
    let dir = store(12).await;
    let journal = fs::read(dir.path().join("journal")).unwrap();
    let at = borders(&journal);
    let part = |from: usize, to: usize| &journal[at[from]..at[to]];
    let (start, rest) = (&journal[..at[0]], &journal[at[12]..]);
    let changes = [
        ("one taken out", [part(0, 4), &[], part(5, 12)], 5),
        ("one put in twice", [part(0, 5), part(4, 5), part(5, 12)], 6),
        ("two changed about", [part(0, 3), part(4, 5), part(3, 4)], 4),
        ("the last taken out", [part(0, 11), &[], &[]], 12),
    ];
    for (what, parts, position) in changes {
        let journal = [&[start], &parts[..], &[rest]].concat().concat();
        let told = refusal(with_journal(dir.path(), &journal).path());
        assert!(told.contains(&format!("position {position}:")), "{what}: {told}");
    }
}

#[tokio::test]
async fn a_record_written_anew_from_the_beginning_is_not_the_one_that_was_promised() {
    let (dir, other) = (store(9).await, TempDir::new().unwrap());
    let log = DiskLog::open(other.path()).unwrap();
    for seq in 1..=20 {
        log.append(entry("another", seq)).await.unwrap();
    }
    drop(log);
    let told = refusal(with_journal(dir.path(), &fs::read(other.path().join("journal")).unwrap()).path());
    assert!(told.contains("position 9:") && told.contains("not what the head file says"), "{told}");
}

#[tokio::test]
async fn an_older_journal_put_back_and_a_journal_or_head_that_is_gone_are_refused() {
    let dir = store(9).await;
    let before = fs::read(dir.path().join("journal")).unwrap();
    record(dir.path(), 10..=20).await;
    let told = refusal(with_journal(dir.path(), &before).path());
    assert!(told.contains("20 entries were recorded, and the journal ends after 9"), "{told}");
    let gone = TempDir::new().unwrap();
    copy(dir.path(), gone.path());
    fs::remove_file(gone.path().join("journal")).unwrap();
    assert!(refusal(gone.path()).contains("the journal is gone"));
    fs::remove_file(gone.path().join("head")).unwrap();
    assert!(refusal(gone.path()).contains("the journal is gone"), "the index remembers");
    fs::remove_file(dir.path().join("head")).unwrap();
    assert!(refusal(dir.path()).contains("head file") && refusal(dir.path()).contains("is gone"));
}

/// A head file that was not written yet when the machine stopped promises less; the index knows more.
#[tokio::test]
async fn what_the_index_knows_was_recorded_even_where_the_head_file_lags_behind() {
    let dir = store(9).await;
    let (journal, head) = (fs::read(dir.path().join("journal")).unwrap(), fs::read(dir.path().join("head")).unwrap());
    record(dir.path(), 10..=20).await;
    fs::write(dir.path().join("journal"), journal).unwrap();
    fs::write(dir.path().join("head"), head).unwrap();
    let told = refusal(dir.path());
    assert!(told.contains("20 entries were recorded, and the journal ends after 9"), "{told}");
}

#[tokio::test]
async fn what_was_written_in_part_when_the_machine_stopped_is_wiped_and_writing_goes_on() {
    let dir = store(12).await;
    let journal = fs::read(dir.path().join("journal")).unwrap();
    record(dir.path(), 13..=15).await;
    let later = fs::read(dir.path().join("journal")).unwrap();
    let (end, at) = (borders(&journal)[12], borders(&later));
    assert_eq!(at[12], end);
    // The last three never acknowledged: a head file of before, and any part of them on the medium.
    for (from, to) in [(end, at[13] - 3), (at[13], at[14]), (at[14], at[15]), (end, end + 5)] {
        let torn = TempDir::new().unwrap();
        record(torn.path(), 1..=12).await;
        let mut bytes = later.clone();
        bytes[end..].fill(0);
        bytes[from..to].copy_from_slice(&later[from..to]);
        fs::write(torn.path().join("journal"), &bytes).unwrap();
        let is_later_one = from != end;
        let opened = DiskLog::open(torn.path());
        if is_later_one {
            // Its group was another: what stands before it was durable when it was written.
            let told = opened.err().unwrap().to_string();
            assert!(told.contains("position 13:"), "{told}");
            continue;
        }
        assert_eq!(sound(&opened.unwrap()), 12);
        record(torn.path(), 13..=30).await;
        assert_eq!(sound(&DiskLog::open(torn.path()).unwrap()), 30);
    }
}

#[tokio::test]
async fn an_index_that_is_lost_damaged_or_of_another_record_is_made_again() {
    let dir = TempDir::new().unwrap();
    let log: Arc<dyn EventLog> = Arc::new(DiskLog::open(dir.path()).unwrap());
    // More than the tail remembers, so that the index is asked.
    write_from_many(&log, 6, 900).await;
    drop(log);
    let other = store(40).await;
    let db = fs::read(dir.path().join("index/db")).unwrap();
    let flips = (0..24).map(|part| {
        let mut flipped = db.clone();
        flipped[db.len() * part / 24 + part] ^= 0x10;
        flipped
    });
    let cuts = (0..12).map(|part| db[..db.len() * part / 12].to_vec());
    let others = [fs::read(other.path().join("index/db")).unwrap()];
    let mut tried = 0;
    for changed in flips.chain(cuts).chain(others) {
        let damaged = TempDir::new().unwrap();
        copy(dir.path(), damaged.path());
        fs::write(damaged.path().join("index/db"), changed).unwrap();
        for _ in 0..2 {
            assert_eq!(sound(&DiskLog::open(damaged.path()).unwrap()), 5_400);
        }
        tried += 1;
    }
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    assert_eq!(sound(&DiskLog::open(dir.path()).unwrap()), 5_400);
    fs::remove_dir_all(dir.path().join("index")).unwrap();
    fs::write(dir.path().join("index"), "a file in its place").unwrap();
    assert_eq!(sound(&DiskLog::open(dir.path()).unwrap()), 5_400);
    println!("index: {tried} damaged and 2 lost, all made again");
}

#[tokio::test]
async fn no_part_of_the_index_lands_in_a_file_that_is_never_synced() {
    let dir = TempDir::new().unwrap();
    let log: Arc<dyn EventLog> = Arc::new(DiskLog::open(dir.path()).unwrap());
    large_entries_come_back_whole(Arc::clone(&log)).await;
    write_from_many(&log, 20, 500).await;
    drop(log);
    assert_eq!(fs::read_dir(dir.path().join("index/blobs")).unwrap().count(), 0);
}

#[test]
fn a_store_is_opened_by_one_at_a_time() {
    let dir = TempDir::new().unwrap();
    let _log = DiskLog::open(dir.path()).unwrap();
    let told = refusal(dir.path());
    assert!(told.contains("another travaux has the store"), "{told}");
}

#[test]
fn a_directory_of_other_files_is_left_alone() {
    let dir = TempDir::new().unwrap();
    fs::write(dir.path().join("thesis.txt"), "words").unwrap();
    let told = refusal(dir.path());
    assert!(told.contains("name an empty directory"), "{told}");
    assert_eq!(fs::read_dir(dir.path()).unwrap().count(), 1);
}

#[tokio::test]
async fn stores_of_other_formats_are_refused_and_say_what_reads_them() {
    let dir = store(3).await;
    let mut journal = fs::read(dir.path().join("journal")).unwrap();
    let number = journal.iter().position(|byte| *byte == b'2').unwrap();
    journal[number] = b'3';
    let told = refusal(with_journal(dir.path(), &journal).path());
    assert!(told.contains("is of format 3") && told.contains("take a newer travaux"), "{told}");
    let first = TempDir::new().unwrap();
    for name in ["conf", "db"] {
        File::create(first.path().join(name)).unwrap();
    }
    let told = refusal(first.path());
    assert!(told.contains("is of format 1") && told.contains("export it with the travaux that wrote it"), "{told}");
}

#[tokio::test]
async fn a_compact_is_read_between_the_entries_of_others() {
    let dir = store(9_000).await;
    let log = DiskLog::open(dir.path()).unwrap();
    for after in [0, 1, 511, 512, 700] {
        let page = log.read(&scope("b"), after, 600).unwrap();
        assert_eq!(page.len(), 600, "after {after}");
        assert!(page.iter().zip(after + 1..).all(|(found, seq)| u64::from(found.seq) == seq));
        assert!(page.iter().all(|found| *found.bytes == *words("b", found.seq)));
    }
}
