//! One entry as it lies in the journal. Knows no file: bytes only.
//!
//! | bytes | what |
//! |---|---|
//! | 4 | the mark, which is in no UTF-8 text |
//! | 4 | CRC-32 of all that follows |
//! | 4 | how many bytes the entry has |
//! | 4 | its seq |
//! | 8 | its position |
//! | 4 | how many positions before it the last one lies that was durable when this was written |
//! | 1, 1 | how many bytes the name of the compact has; 1 where the entry was blanked, else 0 |
//! | 32 | the leaf: the hash of the entry as it was recorded |
//! | 32 | the chain: the hash of the chain before, the leaf, the position, the seq and the name |
//! | … | the name of the compact; the entry |
//!
//! Numbers are little-endian. The sum tells what was damaged, the leaf that the entry is the one recorded, the chain
//! that all before it are. Blanking an entry changes neither its leaf nor its chain, nor how many bytes it takes.

use sha2::{Digest, Sha256};

use crate::log::{COMPACT_BYTES_MAX, ENTRY_BYTES_MAX};
use crate::proof::Hash;

/// How a record begins: a byte that begins two-byte characters of UTF-8, and none that could go on.
pub(super) const MARK: [u8; 4] = [0xd7, b'T', b'v', 0xd7];

/// What stands before the name of the compact.
pub(super) const FIXED_BYTES: usize = 94;

/// The most bytes that a record may have.
pub(super) const RECORD_BYTES_MAX: usize = FIXED_BYTES + COMPACT_BYTES_MAX + ENTRY_BYTES_MAX;

/// A record, read.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Record<'b> {
    /// The place among all entries.
    pub(super) position: u64,
    /// The last position that was durable when this was written.
    pub(super) durable: u64,
    /// The compact.
    pub(super) compact: &'b str,
    /// The place in the record of the compact.
    pub(super) seq: u32,
    /// The hash of the entry as it was recorded.
    pub(super) leaf: Hash,
    /// The hash of everything up to here.
    pub(super) chain: Hash,
    /// Whether the entry was blanked.
    pub(super) is_blanked: bool,
    /// The entry.
    pub(super) bytes: &'b [u8],
}

/// Why no record was read.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Unread {
    /// Nothing was written here yet: zeros, or the end of the file.
    Nothing,
    /// It goes on after the bytes at hand: it has so many.
    Longer(usize),
    /// What stands here is no record, for this reason.
    Wrong(&'static str),
}

impl<'b> Record<'b> {
    /// The record of an entry that follows the chain.
    pub(super) fn new(entry: &'b crate::log::Stored, durable: u64, chain: Hash) -> Self {
        let (position, compact, seq) = (entry.position, &*entry.compact, entry.seq);
        let leaf = entry.leaf();
        let chain = link(chain, leaf, position, seq, compact);
        let is_blanked = entry.blanked.is_some();
        Self { position, durable, compact, seq, leaf, chain, is_blanked, bytes: &entry.bytes }
    }

    /// Appends the record, of an entry that fits (see `order::fit`).
    pub(super) fn put(&self, to: &mut Vec<u8>) {
        let start = to.len();
        to.extend_from_slice(&MARK);
        to.extend_from_slice(&[0; 4]);
        to.extend_from_slice(&u32::try_from(self.bytes.len()).unwrap_or(u32::MAX).to_le_bytes());
        to.extend_from_slice(&self.seq.to_le_bytes());
        to.extend_from_slice(&self.position.to_le_bytes());
        let since = self.position.saturating_sub(self.durable);
        to.extend_from_slice(&u32::try_from(since).unwrap_or(u32::MAX).to_le_bytes());
        to.push(u8::try_from(self.compact.len()).unwrap_or(u8::MAX));
        to.push(self.is_blanked.into());
        to.extend_from_slice(&self.leaf.0);
        to.extend_from_slice(&self.chain.0);
        to.extend_from_slice(self.compact.as_bytes());
        to.extend_from_slice(self.bytes);
        let sum = crc32fast::hash(to.get(start + 8..).unwrap_or_default());
        let place = to.iter_mut().skip(start + 4);
        place.zip(sum.to_le_bytes()).for_each(|(at, byte)| *at = byte);
    }

    /// How many bytes the record at the beginning of the bytes has, by what it says of itself.
    pub(super) fn length(bytes: &[u8]) -> Result<usize, Unread> {
        let mut rest = bytes;
        let mark: [u8; 4] = take(&mut rest)?;
        if mark != MARK {
            let wrong = Unread::Wrong("no entry begins here");
            return Err(if mark == [0; 4] { Unread::Nothing } else { wrong });
        }
        let _sum: [u8; 4] = take(&mut rest)?;
        let length = usize::try_from(u32::from_le_bytes(take(&mut rest)?)).unwrap_or(usize::MAX);
        let _places: [u8; 16] = take(&mut rest)?;
        let [name_length, _] = take(&mut rest)?;
        let name_length = usize::from(name_length);
        // Checked before memory is set aside for it.
        if name_length > COMPACT_BYTES_MAX || length > ENTRY_BYTES_MAX {
            return Err(Unread::Wrong("the entry does not say how long it is"));
        }
        Ok(FIXED_BYTES + name_length + length)
    }

    /// Reads the record at the beginning of the bytes, as far as its sum vouches for it, and tells how long it is.
    pub(super) fn read(bytes: &'b [u8]) -> Result<(Self, usize), Unread> {
        let whole = Self::length(bytes)?;
        let mut rest = bytes.get(4..whole).ok_or(Unread::Longer(whole))?;
        let sum = u32::from_le_bytes(take(&mut rest)?);
        if crc32fast::hash(rest) != sum {
            return Err(Unread::Wrong("its bytes do not come to its sum"));
        }
        Self::read_unsummed(bytes)
    }

    /// Reads the record at the beginning of the bytes, with nothing to vouch for it yet, and tells how long it is.
    pub(super) fn read_unsummed(bytes: &'b [u8]) -> Result<(Self, usize), Unread> {
        let whole = Self::length(bytes)?;
        let mut rest = bytes.get(12..whole).ok_or(Unread::Longer(whole))?;
        let seq = u32::from_le_bytes(take(&mut rest)?);
        let position = u64::from_le_bytes(take(&mut rest)?);
        let since = u32::from_le_bytes(take(&mut rest)?);
        let [name_length, blanked] = take(&mut rest)?;
        let (leaf, chain) = (Hash(take(&mut rest)?), Hash(take(&mut rest)?));
        let (name, bytes) = rest.split_at_checked(name_length.into()).ok_or(Unread::Longer(whole))?;
        let compact = std::str::from_utf8(name).map_err(|_| Unread::Wrong("its compact has no name"))?;
        let durable = position.saturating_sub(since.into());
        Ok((Self { position, durable, compact, seq, leaf, chain, is_blanked: blanked == 1, bytes }, whole))
    }

    /// Whether the entry is the one recorded. One that was blanked is not, and shows it.
    pub(super) fn is_genuine(&self) -> bool {
        self.is_blanked || Hash::of_leaf(self.bytes) == self.leaf
    }

    /// Whether it follows everything that the chain has come to.
    pub(super) fn follows(&self, chain: Hash) -> bool {
        link(chain, self.leaf, self.position, self.seq, self.compact) == self.chain
    }
}

/// What the chain comes to before the first entry.
pub(super) fn chain_start() -> Hash {
    Hash([0; 32])
}

fn link(before: Hash, leaf: Hash, position: u64, seq: u32, compact: &str) -> Hash {
    let hash = Sha256::new().chain_update(before.0).chain_update(leaf.0);
    let hash = hash.chain_update(position.to_le_bytes()).chain_update(seq.to_le_bytes());
    Hash(hash.chain_update(compact).finalize().into())
}

fn take<const BYTES: usize>(from: &mut &[u8]) -> Result<[u8; BYTES], Unread> {
    let short = if from.is_empty() { Unread::Nothing } else { Unread::Longer(FIXED_BYTES) };
    let (taken, rest) = from.split_first_chunk::<BYTES>().ok_or(short)?;
    *from = rest;
    Ok(*taken)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::log::Stored;

    fn stored(bytes: &[u8]) -> Stored {
        Stored { position: 70_000, compact: "harbours".into(), seq: 7, bytes: bytes.into(), blanked: None }
    }

    #[test]
    fn an_entry_reads_back_and_proves_itself() {
        let (entry, before) = (stored("{\"words\": \"ships\"}".as_bytes()), Hash::of(b"before"));
        let record = Record::new(&entry, 69_998, before);
        let mut bytes = b"what stands before".to_vec();
        let start = bytes.len();
        record.put(&mut bytes);
        let written = bytes.len() - start;
        bytes.extend_from_slice(b"what stands behind");
        let read = Record::read(&bytes[start..]).unwrap();
        assert_eq!(read, (record, written));
        assert!(read.0.is_genuine() && read.0.follows(before) && !read.0.follows(Hash::of(b"another")));
    }

    #[test]
    fn every_flipped_bit_and_every_cut_is_found() {
        let entry = stored(b"some words of an entry");
        let mut bytes = Vec::new();
        Record::new(&entry, 1, chain_start()).put(&mut bytes);
        for bit in 0..bytes.len() * 8 {
            let mut flipped = bytes.clone();
            flipped[bit / 8] ^= 1 << (bit % 8);
            let read = Record::read(&flipped);
            assert!(read.is_err(), "bit {bit}");
        }
        for length in 0..bytes.len() {
            let read = Record::read(&bytes[..length]);
            assert!(matches!(read, Err(Unread::Longer(_) | Unread::Nothing)), "{length} bytes: {read:?}");
        }
    }

    #[test]
    fn a_blanked_entry_shows_it_and_holds_its_place() {
        let entry = stored(b"a name that is nobody's business");
        let blanked =
            Stored { bytes: b"#".repeat(entry.bytes.len()).into(), blanked: Some(entry.leaf()), ..entry.clone() };
        let (before, after) = (Record::new(&entry, 1, chain_start()), Record::new(&blanked, 1, chain_start()));
        assert_eq!((before.leaf, before.chain), (after.leaf, after.chain));
        assert!(after.is_genuine() && after.is_blanked && !before.is_blanked);
    }

    #[test]
    fn what_is_no_record_is_told_from_what_is_not_written_yet() {
        assert_eq!(Record::read(&[]), Err(Unread::Nothing));
        assert_eq!(Record::read(&[0; 4096]), Err(Unread::Nothing));
        assert!(matches!(Record::read(b"Conference of the Parties"), Err(Unread::Wrong(_))));
    }
}
