//! An entry as a line: as clients read it, with its position in front, and its leaf where it was blanked.

use crate::compact::{Entry, Hole, shown};
use crate::log::{ENTRY_BYTES_MAX, Stored};
use crate::proof::Hash;

/// How many bytes a line may have: an entry, and what is put in front of it.
pub(in crate::cli) const LINE_BYTES_MAX: usize = ENTRY_BYTES_MAX + 128;

const LEAF: &[u8] = b"\"leafhash\":\"";

/// An entry, read from its line.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::cli) struct Line {
    /// Its place among all entries.
    pub(in crate::cli) position: u64,
    /// The leaf of what was recorded, where it was blanked.
    pub(in crate::cli) blanked: Option<Hash>,
    /// The entry as it is stored.
    pub(in crate::cli) bytes: Vec<u8>,
}

impl Line {
    /// The leaf of the entry.
    pub(in crate::cli) fn leaf(&self) -> Hash {
        self.blanked.unwrap_or_else(|| Hash::of_leaf(&self.bytes))
    }
}

/// The line of an entry, with its end. Which entry has blanked it is read off the record, and not told.
pub(in crate::cli) fn written(entry: &Stored) -> Vec<u8> {
    let hole = entry.blanked.map(|leaf| Hole { redacted_by: None, leaf_hash: leaf.to_base64() });
    let mut line = shown(&entry.bytes, Some(entry.position), hole.as_ref());
    line.push(b'\n');
    line
}

/// Reads a line without its end, also as clients see it where it was blanked; `None` where it is no such line.
pub(in crate::cli) fn read(line: &[u8]) -> Option<Line> {
    let (position, bytes) = Entry::from_shown(line)?;
    let Some((leaf, rest)) = bytes.strip_prefix(b"{").and_then(marked) else {
        return Some(Line { position, blanked: None, bytes });
    };
    let leaf = Hash::from_base64(std::str::from_utf8(leaf).ok()?)?;
    Some(Line { position, blanked: Some(leaf), bytes: [b"{", rest].concat() })
}

/// The leaf behind the position, and what follows it.
fn marked(shown: &[u8]) -> Option<(&[u8], &[u8])> {
    let by = shown.strip_prefix(b"\"redactedby\":").and_then(|rest| {
        let digits = rest.iter().take_while(|byte| byte.is_ascii_digit()).count();
        rest.get(digits..)?.strip_prefix(b",")
    });
    let rest = by.unwrap_or(shown).strip_prefix(LEAF)?;
    let (leaf, rest) = rest.split_at_checked(rest.iter().position(|byte| *byte == b'"')?)?;
    Some((leaf, rest.strip_prefix(b"\",")?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compact::Seq;

    #[test]
    fn an_entry_reads_back_from_its_line_blanked_or_not() {
        for blanked in [None, Some(Hash::of_leaf(b"what was recorded"))] {
            let bytes = br#"{"specversion":"1.0"}"#;
            let entry = Stored { position: 12, compact: "a".into(), seq: 3, bytes: bytes.as_slice().into(), blanked };
            let line = written(&entry);
            let whole = line.strip_suffix(b"\n").unwrap();
            let told = read(whole).unwrap();
            assert_eq!((told.position, told.blanked, told.bytes.as_slice()), (12, blanked, bytes.as_slice()));
            assert_eq!(told.leaf(), entry.leaf());
            let hole = blanked.map(|leaf| Hole { redacted_by: Some(Seq(40)), leaf_hash: leaf.to_base64() });
            assert_eq!(read(&shown(bytes, Some(12), hole.as_ref())), Some(told), "as clients see it");
            let text = String::from_utf8(whole.to_vec()).unwrap();
            for other in [text.replace("12,", "012,"), text.replace("12,", "12 ,"), text.replace("{\"p", "{ \"p")] {
                assert_eq!(read(other.as_bytes()), None, "{other}");
            }
        }
    }
}
