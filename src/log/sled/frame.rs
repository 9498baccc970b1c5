//! Entries as they lie on disk: a few small ones share a frame, a large one is compressed and cut into chunks.
//!
//! What a store pays for is keys, not bytes: sixty entries committed together in a few frames cost a few writes. No
//! chunk is larger than [`CHUNK_BYTES_MAX`], because sled never syncs larger values (see `mod.rs`).

use std::io;
use std::ops::Range;

use super::layout::{put_number, take_number};
use crate::log::ENTRY_BYTES_MAX;

/// The most bytes of one value.
pub(super) const CHUNK_BYTES_MAX: usize = 7 * 1024;

/// How many chunks, in which form, how many entries, how many bytes they are: what the numbers before them take.
const HEADER_BYTES_MAX: usize = 2 + 1 + 10 + 10;

/// The most bytes that the entries of one frame may take when they are not compressed.
const PLAIN_BYTES_MAX: usize = CHUNK_BYTES_MAX - HEADER_BYTES_MAX;

/// The most bytes of the entries of one frame, compressed or not: one large entry and the numbers before it.
const ENTRIES_BYTES_MAX: usize = ENTRY_BYTES_MAX + 64;

/// Entries that only compressing makes smaller: fast, and a third of the size for JSON.
const ZSTD_LEVEL: i32 = 1;

const PLAIN: u8 = 0;
const ZSTD: u8 = 1;

/// Entries of consecutive positions, on their way to disk.
#[derive(Debug)]
pub(super) struct Packing {
    /// The position of the first.
    pub(super) first: u64,
    count: u64,
    entries: Vec<u8>,
}

impl Packing {
    /// A frame without entries.
    pub(super) fn new(first: u64) -> Self {
        let entries = Vec::with_capacity(CHUNK_BYTES_MAX);
        Self { first, count: 0, entries }
    }

    /// Whether an entry of so many bytes still belongs into this frame. The first one always does.
    pub(super) fn has_room(&self, bytes: usize) -> bool {
        self.count == 0 || self.entries.len() + bytes + 20 <= PLAIN_BYTES_MAX
    }

    /// Adds the entry of the next position.
    pub(super) fn push(&mut self, compact: u32, seq: u32, bytes: &[u8]) {
        put_number(&mut self.entries, compact.into());
        put_number(&mut self.entries, seq.into());
        put_number(&mut self.entries, bytes.len() as u64);
        self.entries.extend_from_slice(bytes);
        self.count += 1;
    }

    /// The chunks of the frame, in order.
    pub(super) fn into_chunks(self) -> io::Result<Vec<Vec<u8>>> {
        let (mut form, plain_bytes, mut entries) = (PLAIN, self.entries.len(), self.entries);
        if plain_bytes > PLAIN_BYTES_MAX {
            let small = zstd::bulk::compress(&entries, ZSTD_LEVEL)?;
            if small.len() < plain_bytes {
                (form, entries) = (ZSTD, small);
            }
        }
        let mut frame = vec![0, 0, form];
        put_number(&mut frame, self.count);
        put_number(&mut frame, plain_bytes as u64);
        frame.append(&mut entries);
        let chunks = u16::try_from(frame.len().div_ceil(CHUNK_BYTES_MAX));
        let chunks = chunks.map_err(io::Error::other)?.to_be_bytes();
        frame.iter_mut().zip(chunks).for_each(|(at, byte)| *at = byte);
        Ok(frame.chunks(CHUNK_BYTES_MAX).map(<[u8]>::to_vec).collect())
    }
}

/// How many chunks a frame has, by its first chunk.
pub(super) fn chunk_count(chunk: &[u8]) -> Option<u16> {
    chunk.first_chunk().map(|count| u16::from_be_bytes(*count))
}

/// Entries of consecutive positions, read back.
#[derive(Debug)]
pub(super) struct Frame {
    /// The position of the first.
    pub(super) first: u64,
    bytes: Vec<u8>,
    entries: Vec<(u32, u32, Range<usize>)>,
}

impl Frame {
    /// Reads a frame from all its chunks; the error is what is wrong with them.
    pub(super) fn read(first: u64, chunks: Vec<u8>) -> Result<Self, &'static str> {
        let (count, bytes) = unpack(chunks)?;
        let (mut rest, mut entries) = (bytes.as_slice(), Vec::new());
        while !rest.is_empty() {
            let (compact, seq, length) = header(&mut rest).ok_or("an entry is cut short")?;
            let start = bytes.len() - rest.len();
            rest = rest.get(length..).ok_or("an entry is cut short")?;
            entries.push((compact, seq, start..start + length));
        }
        if entries.is_empty() || entries.len() as u64 != count {
            return Err("entries are missing");
        }
        Ok(Self { first, bytes, entries })
    }

    /// The position after the last entry.
    pub(super) fn end(&self) -> u64 {
        self.first + self.entries.len() as u64
    }

    /// Whether the entry at a position lies in this frame.
    pub(super) fn has(&self, position: u64) -> bool {
        (self.first..self.end()).contains(&position)
    }

    /// The number of the compact, the seq and the bytes of the entry at a position.
    pub(super) fn entry(&self, position: u64) -> Option<(u32, u32, &[u8])> {
        let index = usize::try_from(position.checked_sub(self.first)?).ok()?;
        let (compact, seq, range) = self.entries.get(index)?;
        Some((*compact, *seq, self.bytes.get(range.clone())?))
    }
}

/// The number of entries in a frame, and their bytes as they were before they were compressed.
fn unpack(mut frame: Vec<u8>) -> Result<(u64, Vec<u8>), &'static str> {
    let mut rest = frame.get(2..).unwrap_or_default();
    let (form, numbers) = rest.split_first().ok_or("the frame is empty")?;
    rest = numbers;
    let count = take_number(&mut rest).ok_or("the frame is cut short")?;
    let length = take_number(&mut rest).and_then(|length| usize::try_from(length).ok());
    // Checked before memory is set aside for it.
    let length = length.filter(|length| *length <= ENTRIES_BYTES_MAX);
    let length = length.ok_or("the frame does not say how long it is")?;
    let bytes = match *form {
        PLAIN => {
            let header_bytes = frame.len() - rest.len();
            frame.drain(..header_bytes);
            frame
        }
        ZSTD => zstd::bulk::decompress(rest, length).map_err(|_| "compressed bytes do not read")?,
        _ => return Err("the frame is of an unknown form"),
    };
    if bytes.len() != length {
        return Err("the frame is not as long as it says");
    }
    Ok((count, bytes))
}

fn header(from: &mut &[u8]) -> Option<(u32, u32, usize)> {
    let compact = take_number(from)?.try_into().ok()?;
    let seq = take_number(from)?.try_into().ok()?;
    let length = take_number(from)?.try_into().ok()?;
    Some((compact, seq, length))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read_back(packing: Packing) -> Result<Frame, &'static str> {
        let (first, chunks) = (packing.first, packing.into_chunks().unwrap());
        assert!(chunks.iter().all(|chunk| chunk.len() <= CHUNK_BYTES_MAX));
        assert_eq!(chunk_count(&chunks[0]).map(usize::from), Some(chunks.len()));
        Frame::read(first, chunks.concat())
    }

    #[test]
    fn small_entries_share_a_frame_and_read_back() {
        let mut packing = Packing::new(41);
        packing.push(0, 7, b"one");
        packing.push(300, 1, b"");
        assert!(packing.has_room(6_000) && !packing.has_room(7_168));
        let frame = read_back(packing).unwrap();
        assert_eq!((frame.first, frame.end()), (41, 43));
        assert_eq!(frame.entry(41), Some((0, 7, b"one".as_slice())));
        assert_eq!(frame.entry(42), Some((300, 1, b"".as_slice())));
        assert_eq!((frame.entry(40), frame.entry(43)), (None, None));
    }

    #[test]
    fn a_large_entry_reads_back_whether_it_compresses_or_not() {
        let words = b"the Conference of the Parties ".repeat(40_000);
        let mut state = 1u64;
        let mut noise = || {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
            state.to_be_bytes()[0]
        };
        let noise: Vec<u8> = (0..1_000_000).map(|_| noise()).collect();
        for large in [words, noise] {
            let mut packing = Packing::new(1);
            packing.push(1, 1, &large);
            let frame = read_back(packing).unwrap();
            assert!(frame.entry(1) == Some((1, 1, large.as_slice())));
        }
    }

    #[test]
    fn a_frame_that_lost_its_end_is_found_out() {
        let mut packing = Packing::new(1);
        packing.push(1, 1, b"one");
        packing.push(1, 2, b"two");
        let whole = packing.into_chunks().unwrap().concat();
        for length in 0..whole.len() {
            assert!(Frame::read(1, whole[..length].to_vec()).is_err(), "{length}");
        }
    }
}
