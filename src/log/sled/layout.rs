//! Under which keys the record lies on disk. Knows no store: bytes only.
//!
//! | key | value |
//! |---|---|
//! | `f` | the format, as text |
//! | `n`, number of the compact | its name; numbered from 0 in the order of their first positions |
//! | `e`, first position, chunk | a chunk of a frame: the entries from that position on (see `frame`) |
//! | `r`, number of the compact, first seq | the positions of the entries of one compact in one group |
//!
//! Numbers in keys are big-endian, so that keys sort as numbers do.

/// Where the format stands.
pub(super) const FORMAT_KEY: &[u8] = b"f";

/// The format written and read by this version.
pub(super) const FORMAT: u32 = 1;

/// The key of the name of a compact.
pub(super) fn name_key(number: u32) -> [u8; 5] {
    tagged(b'n', [number.to_be_bytes()])
}

/// The key of a chunk of the frame that begins at a position.
pub(super) fn chunk_key(first: u64, chunk: u16) -> [u8; 11] {
    let mut key = [b'e'; 11];
    let number = first.to_be_bytes().into_iter().chain(chunk.to_be_bytes());
    key.iter_mut().skip(1).zip(number).for_each(|(at, byte)| *at = byte);
    key
}

/// The first position and the chunk that a key of a chunk names.
pub(super) fn read_chunk_key(key: &[u8]) -> Option<(u64, u16)> {
    let (position, chunk) = key.strip_prefix(b"e")?.split_first_chunk()?;
    let chunk = chunk.try_into().ok()?;
    Some((u64::from_be_bytes(*position), u16::from_be_bytes(chunk)))
}

/// The key of the positions of entries of one compact from a seq on.
pub(super) fn run_key(number: u32, first: u32) -> [u8; 9] {
    tagged(b'r', [number.to_be_bytes(), first.to_be_bytes()])
}

/// The first seq that a key of positions names.
pub(super) fn read_run_key(key: &[u8]) -> Option<u32> {
    let (_number, seq) = key.strip_prefix(b"r")?.split_first_chunk::<4>()?;
    Some(u32::from_be_bytes(seq.try_into().ok()?))
}

fn tagged<const FIELDS: usize, const LEN: usize>(tag: u8, fields: [[u8; 4]; FIELDS]) -> [u8; LEN] {
    let mut key = [tag; LEN];
    let bytes = fields.as_flattened();
    key.iter_mut().skip(1).zip(bytes).for_each(|(at, byte)| *at = *byte);
    key
}

/// Rising positions as the first and then the steps, which are mostly 1 and take a byte.
#[derive(Debug, Default)]
pub(super) struct Run {
    last: u64,
    /// The value.
    pub(super) bytes: Vec<u8>,
}

impl Run {
    /// Adds the next position.
    pub(super) fn push(&mut self, position: u64) {
        put_number(&mut self.bytes, position - self.last);
        self.last = position;
    }
}

/// The positions of a run; `None` where the value is not one.
pub(super) fn read_run(mut value: &[u8]) -> Option<Vec<u64>> {
    let (mut last, mut positions) = (0u64, Vec::new());
    while !value.is_empty() {
        let step = take_number(&mut value)?;
        last = last.checked_add(step).filter(|_| step > 0)?;
        positions.push(last);
    }
    Some(positions).filter(|run| !run.is_empty())
}

/// Writes a number in seven bits a byte, the lowest first, the top bit set on all but the last.
pub(super) fn put_number(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        to.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    to.push(number.to_le_bytes()[0]);
}

/// Reads such a number off the front; `None` where there is none that fits.
pub(super) fn take_number(from: &mut &[u8]) -> Option<u64> {
    let mut number = 0u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = from.split_first()?;
        *from = rest;
        let bits = u64::from(byte & 0x7f);
        number |= bits << shift;
        if (bits << shift) >> shift != bits {
            return None;
        }
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_back_and_take_little() {
        for (number, length) in [(0, 1), (127, 1), (128, 2), (300, 2), (u64::MAX, 10)] {
            let mut bytes = Vec::new();
            put_number(&mut bytes, number);
            assert_eq!(bytes.len(), length, "{number}");
            let mut rest = bytes.as_slice();
            assert_eq!(take_number(&mut rest), Some(number));
            assert!(rest.is_empty());
            assert_eq!(take_number(&mut &bytes[..length - 1]), None);
        }
        assert_eq!(take_number(&mut [0xff; 11].as_slice()), None);
    }

    #[test]
    fn keys_sort_as_their_numbers_and_read_back() {
        assert!(chunk_key(255, 9) < chunk_key(256, 0));
        assert!(chunk_key(1, 255) < chunk_key(1, 256));
        assert!(run_key(1, u32::MAX) < run_key(2, 0));
        assert_eq!(read_chunk_key(&chunk_key(70_000, 3)), Some((70_000, 3)));
        assert_eq!(read_run_key(&run_key(4, 70_000)), Some(70_000));
        assert_eq!(read_chunk_key(b"e123"), None);
    }

    #[test]
    fn runs_read_back() {
        let mut run = Run::default();
        let positions = [7, 8, 9, 300, 100_000];
        for position in positions {
            run.push(position);
        }
        assert_eq!(read_run(&run.bytes), Some(positions.to_vec()));
        assert_eq!(read_run(&[]), None);
        assert_eq!(read_run(&[5, 0]), None);
    }
}
