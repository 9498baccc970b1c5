//! The trace that `trace.c` writes, read: what a server did to its files, in the order in which it did it.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::OnceLock;

/// One act, and where its record ends in the trace, in bytes.
pub struct Record<'t> {
    pub act: Act<'t>,
    pub end: u64,
}

/// What was done to a file, which is told by its inode, or to a name.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Act<'t> {
    /// A name leads to a file, which may be new.
    Opened { file: u64, name: &'t str },
    /// Bytes were written.
    Written { file: u64, at: usize, bytes: &'t [u8] },
    /// The file was cut or made longer.
    LengthSet { file: u64, length: usize },
    /// A file has another name.
    Renamed { from: &'t str, to: &'t str },
    /// A name is gone.
    Removed { name: &'t str },
    /// What a directory holds: its path on a line, then the inode and name of each file on one.
    Listed { lines: &'t str },
    /// A sync of a file or directory began: what was done to it before is what it covers.
    SyncBegun(Synced<'t>),
    /// It ended well: what it covers is on the medium.
    SyncEnded(Synced<'t>),
}

/// What a sync is of.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Synced<'t> {
    pub file: u64,
    /// Below the traced directory; empty for that directory itself.
    pub name: &'t str,
    pub is_dir: bool,
    /// Whether it was `fdatasync`.
    pub is_data: bool,
}

const HEAD: usize = 40;

/// All whole records of a trace. One that a kill has cut short was of an act that nobody was told of.
pub fn records(trace: &[u8]) -> Vec<Record<'_>> {
    let (mut records, mut rest) = (Vec::new(), trace);
    while let Some((head, behind)) = rest.split_at_checked(HEAD) {
        let numbers: Vec<u64> = head.as_chunks::<8>().0.iter().map(|bytes| u64::from_ne_bytes(*bytes)).collect();
        let Some((bytes, behind)) = behind.split_at_checked(whole(numbers[4])) else { break };
        rest = behind;
        records.push(Record { act: act(&numbers, bytes), end: (trace.len() - rest.len()) as u64 });
    }
    records
}

fn act<'t>(numbers: &[u64], bytes: &'t [u8]) -> Act<'t> {
    let (file, at, length) = (numbers[1], whole(numbers[2]), whole(numbers[3]));
    let text = || std::str::from_utf8(bytes).expect("names are UTF-8");
    let synced = || Synced { file, name: text(), is_dir: at == 1, is_data: length == 1 };
    match numbers[0] {
        1 => Act::Opened { file, name: text() },
        2 => Act::Written { file, at, bytes },
        3 => Act::LengthSet { file, length },
        4 => {
            let (from, to) = text().split_once('\n').expect("two names");
            Act::Renamed { from, to }
        }
        5 => Act::Removed { name: text() },
        6 => Act::SyncBegun(synced()),
        7 => Act::SyncEnded(synced()),
        8 => Act::Listed { lines: text() },
        kind => panic!("no such record: {kind}"),
    }
}

fn whole(number: u64) -> usize {
    usize::try_from(number).expect("64 bits")
}

/// The library that writes traces, compiled once a run, into the folder that cargo has for files of tests.
pub fn library() -> &'static Path {
    static COMPILED: OnceLock<PathBuf> = OnceLock::new();
    COMPILED.get_or_init(|| {
        let folder = Path::new(env!("CARGO_TARGET_TMPDIR"));
        let library = folder.join("trace.so");
        // Moved to its name once it is whole: another run may be using it.
        let compiled = tempfile::NamedTempFile::new_in(folder).unwrap().into_temp_path();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/suite/power/trace.c");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-Wall", "-Wextra", "-Werror", "-o"])
            .arg(&compiled)
            .arg(source)
            .arg("-ldl");
        assert!(cc.status().expect("a C compiler; tests/run installs one").success());
        compiled.persist(&library).unwrap();
        library
    })
}
