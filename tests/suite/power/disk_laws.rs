//! The model of the disk held to what it says of itself, on made-up traces of a few acts.

use std::collections::BTreeSet;

use super::disk::{Disk, Image, Rest, Syncs};
use super::trace::{Act, Record, Synced};
use crate::tried::Draw;

const FILE: u64 = 7;

fn opened(file: u64, name: &str) -> Act<'_> {
    Act::Opened { file, name }
}

fn written(at: usize, bytes: &[u8]) -> Act<'_> {
    Act::Written { file: FILE, at, bytes }
}

/// A whole `fdatasync` of the file.
fn synced() -> [Act<'static>; 2] {
    let synced = Synced { file: FILE, name: "a", is_dir: false, is_data: true };
    [Act::SyncBegun(synced), Act::SyncEnded(synced)]
}

/// A whole `fsync` of the directory of all files.
fn named() -> [Act<'static>; 2] {
    let synced = Synced { file: 1, name: "", is_dir: true, is_data: false };
    [Act::SyncBegun(synced), Act::SyncEnded(synced)]
}

fn after<'t>(acts: impl IntoIterator<Item = Act<'t>>, syncs: Syncs) -> Disk<'t> {
    let records: Vec<Record<'t>> = acts.into_iter().zip(1..).map(|(act, end)| Record { act, end }).collect();
    Disk::default().after(&records, syncs)
}

/// Every image that many draws come to.
fn images(disk: &Disk<'_>, rest: Rest) -> BTreeSet<Image> {
    (0..400).map(|seed| disk.image(rest, &mut Draw::from(seed))).collect()
}

fn only(disk: &Disk<'_>, rest: Rest) -> Image {
    let images = images(disk, rest);
    assert_eq!(images.len(), 1, "{rest:?} leaves nothing to chance here");
    images.into_iter().next().unwrap()
}

fn holding<const FILES: usize>(files: [(&str, &[u8]); FILES]) -> Image {
    files.into_iter().map(|(name, bytes)| (name.to_owned(), bytes.to_vec())).collect()
}

#[test]
fn what_was_synced_is_there_whatever_becomes_of_the_rest() {
    let acts = [opened(FILE, "a"), written(0, b"sure")].into_iter().chain(synced());
    let disk = after(acts, Syncs::All);
    for rest in Rest::ALL {
        assert_eq!(only(&disk, rest), holding([("a", b"sure")]));
    }
}

#[test]
fn what_was_written_while_a_sync_ran_is_not_covered_by_it() {
    let [begun, ended] = synced();
    let acts = [opened(FILE, "a"), written(0, b"sure"), begun, written(0, b"late"), ended];
    let disk = after(acts, Syncs::All);
    assert_eq!(only(&disk, Rest::Lost), holding([("a", b"sure")]));
    assert_eq!(images(&disk, Rest::Half), [holding([("a", b"late")]), holding([("a", b"sure")])].into());
    assert_eq!(only(&disk, Rest::Kept), holding([("a", b"late")]));
}

#[test]
fn a_sync_that_did_not_end_covers_nothing() {
    let [begun, _] = synced();
    let disk = after([opened(FILE, "a"), written(0, b"hope"), begun], Syncs::All);
    assert_eq!(only(&disk, Rest::Lost), holding([]));
}

#[test]
fn a_disk_that_only_says_that_it_synced_data_keeps_none() {
    let acts = [opened(FILE, "a")].into_iter().chain(named()).chain([written(0, b"sure")]).chain(synced());
    let disk = after(acts, Syncs::NotOfData);
    assert_eq!(only(&disk, Rest::Lost), holding([("a", b"")]));
    assert_eq!(only(&disk, Rest::Kept), holding([("a", b"sure")]));
}

#[test]
fn a_torn_write_is_there_by_whole_sectors_with_zeros_between() {
    let bytes = [b'x'; 1024];
    let acts = [opened(FILE, "a"), Act::LengthSet { file: FILE, length: 1024 }];
    let disk = after(acts.into_iter().chain(synced()).chain([written(0, &bytes)]), Syncs::All);
    let sectors = |first: u8, second: u8| Image::from([("a".to_owned(), [[first; 512], [second; 512]].concat())]);
    let possible = [sectors(0, 0), sectors(b'x', 0), sectors(0, b'x'), sectors(b'x', b'x')];
    assert_eq!(images(&disk, Rest::Torn), possible.into());
    let whole = [sectors(0, 0), sectors(b'x', b'x')];
    assert_eq!(images(&disk, Rest::Half), whole.into());
}

#[test]
fn a_sector_that_came_with_a_later_write_holds_the_earlier_ones_too() {
    let acts = [opened(FILE, "a"), Act::LengthSet { file: FILE, length: 4 }].into_iter().chain(synced());
    let disk = after(acts.chain([written(0, b"ab"), written(2, b"cd")]), Syncs::All);
    let possible = [b"\0\0\0\0", b"ab\0\0", b"abcd"].map(|bytes| holding([("a", bytes)]));
    assert_eq!(images(&disk, Rest::Half), possible.into());
}

#[test]
fn a_length_may_come_to_the_medium_without_the_data() {
    let acts = [opened(FILE, "a")].into_iter().chain(synced()).chain([written(0, b"ab")]);
    let possible = [b"".as_slice(), b"\0\0", b"ab"].map(|bytes| holding([("a", bytes)]));
    assert_eq!(images(&after(acts, Syncs::All), Rest::Half), possible.into());
}

#[test]
fn a_name_is_durable_with_its_directory_or_with_the_file_that_it_is_given() {
    let acts = [opened(FILE, "a"), written(0, b"x")];
    assert_eq!(only(&after(acts, Syncs::All), Rest::Lost), holding([]));
    let disk = after(acts.into_iter().chain(named()), Syncs::All);
    assert_eq!(only(&disk, Rest::Lost), holding([("a", b"")]));
    let disk = after(acts.into_iter().chain(synced()).chain([Act::Renamed { from: "a", to: "b" }]), Syncs::All);
    assert_eq!(images(&disk, Rest::Half), [holding([("a", b"x")]), holding([("b", b"x")])].into());
    let disk = after(acts.into_iter().chain(synced()).chain([Act::Removed { name: "a" }]), Syncs::All);
    assert_eq!(images(&disk, Rest::Half), [holding([("a", b"x")]), holding([])].into());
}

#[test]
fn a_name_that_was_changed_unseen_is_found_when_its_directory_is_synced() {
    let acts = [opened(FILE, "a"), written(0, b"x")].into_iter().chain(synced());
    let disk = after(acts.clone().chain([Act::Listed { lines: "\n7 b\n" }]), Syncs::All);
    assert_eq!(images(&disk, Rest::Half), [holding([("a", b"x")]), holding([("b", b"x")])].into());
    let disk = after(acts.chain([Act::Listed { lines: "\n7 b\n" }]).chain(named()), Syncs::All);
    assert_eq!(only(&disk, Rest::Lost), holding([("b", b"x")]));
}

#[test]
fn an_inode_that_is_used_again_is_another_file() {
    let acts = [opened(FILE, "a"), written(0, b"old")].into_iter().chain(synced());
    let acts = acts.chain([Act::Removed { name: "a" }, opened(FILE, "a"), written(0, b"n")]);
    let disk = after(acts, Syncs::All);
    assert_eq!(only(&disk, Rest::Lost), holding([("a", b"old")]));
    assert_eq!(only(&disk, Rest::Kept), holding([("a", b"n")]));
}
