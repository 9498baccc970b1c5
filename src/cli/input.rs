//! Local files that are read, `-` being standard input.

use std::fs::File;
use std::io::{self, BufRead, BufReader, Read as _};
use std::path::Path;

use super::fault::Fault;

/// Opens a file for reading.
pub(super) fn open(path: &Path) -> Result<Box<dyn BufRead>, Fault> {
    if is_stdin(path) {
        return Ok(Box::new(io::stdin().lock()));
    }
    let file = File::open(path).map_err(|why| unreadable(path, &why))?;
    Ok(Box::new(BufReader::new(file)))
}

/// A whole text, which is UTF-8; a byte order mark at its start is none of its words.
pub(super) fn text(path: &Path) -> Result<String, Fault> {
    let mut bytes = Vec::new();
    open(path)?.read_to_end(&mut bytes).map_err(|why| unreadable(path, &why))?;
    let text = String::from_utf8(bytes).map_err(|not| {
        let (name, offset) = (name(path), not.utf8_error().valid_up_to());
        Fault::usage(format!("{name} is not UTF-8 text: byte {offset} (from 0) does not fit; convert it to UTF-8"))
    })?;
    Ok(text.strip_prefix('\u{feff}').map(str::to_owned).unwrap_or(text))
}

/// Whether the path stands for standard input.
pub(super) fn is_stdin(path: &Path) -> bool {
    path.as_os_str() == "-"
}

/// What to call the file.
pub(super) fn name(path: &Path) -> String {
    if is_stdin(path) { "standard input".to_owned() } else { path.display().to_string() }
}

/// That the file cannot be read: the caller's mistake where there is none of that name.
pub(super) fn unreadable(path: &Path, why: &io::Error) -> Fault {
    let name = name(path);
    let kind = why.kind();
    if kind == io::ErrorKind::NotFound {
        return Fault::usage(format!("there is no file {name}"));
    }
    if kind == io::ErrorKind::IsADirectory {
        return Fault::usage(format!("{name} is a directory; name a file"));
    }
    Fault::storage(format!("{name} cannot be read: {why}"))
}
