//! What lies on the disk.

use std::fs;
use std::path::Path;

/// What the files of a directory take on the disk.
pub(crate) fn bytes_in(dir: &Path) -> u64 {
    let files = fs::read_dir(dir).unwrap().map(|file| file.unwrap());
    let size = |file: fs::DirEntry| {
        let of = file.metadata().unwrap();
        if of.is_dir() { bytes_in(&file.path()) } else { of.len() }
    };
    files.map(size).sum()
}
