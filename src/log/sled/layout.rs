//! Under which keys the index lies in sled. Knows no store: bytes only.
//!
//! | key | value |
//! |---|---|
//! | `i` | the position up to which entries are in the index, and what the chain of the journal comes to there |
//! | `e`, position | where the entries from that position on stand in the journal |
//! | `r`, number of the compact, seq | where the entries of one compact from that seq on stand |
//!
//! Compacts are numbered from 0 in the order of their first positions. Numbers in keys are big-endian, so that keys sort
//! as numbers do.

use crate::proof::Hash;

/// Where the extent of the index stands.
pub(super) const EXTENT_KEY: &[u8] = b"i";

/// How far the index goes: a position, and the chain there.
pub(super) fn extent(position: u64, chain: Hash) -> Vec<u8> {
    [&position.to_be_bytes()[..], &chain.0].concat()
}

/// Reads an extent; `None` where the value is none.
pub(super) fn read_extent(value: &[u8]) -> Option<(u64, Hash)> {
    let (position, chain) = value.split_first_chunk()?;
    Some((u64::from_be_bytes(*position), Hash(chain.try_into().ok()?)))
}

/// The key of the places of the entries from a position on.
pub(super) fn position_key(first: u64) -> [u8; 9] {
    tagged(b'e', first.to_be_bytes())
}

/// The first position that a key names.
pub(super) fn read_position_key(key: &[u8]) -> Option<u64> {
    Some(u64::from_be_bytes(key.strip_prefix(b"e")?.try_into().ok()?))
}

/// The key of the places of the entries of one compact from a seq on.
pub(super) fn seq_key(number: u32, first: u32) -> [u8; 9] {
    tagged(b'r', (u64::from(number) << 32 | u64::from(first)).to_be_bytes())
}

fn tagged(tag: u8, number: [u8; 8]) -> [u8; 9] {
    let mut key = [tag; 9];
    key.iter_mut().skip(1).zip(number).for_each(|(at, byte)| *at = byte);
    key
}

/// The first seq that a key names.
pub(super) fn read_seq_key(key: &[u8]) -> Option<u32> {
    let (_number, seq) = key.strip_prefix(b"r")?.split_first_chunk::<4>()?;
    Some(u32::from_be_bytes(seq.try_into().ok()?))
}

/// Rising places as the first and then the steps, of two or three bytes mostly.
#[derive(Debug, Default)]
pub(super) struct Run {
    last: u64,
    /// The value.
    pub(super) bytes: Vec<u8>,
}

impl Run {
    /// Adds the next place.
    pub(super) fn push(&mut self, place: u64) {
        put_number(&mut self.bytes, place - self.last);
        self.last = place;
    }
}

/// The places of a run; `None` where the value is not one.
pub(super) fn read_run(mut value: &[u8]) -> Option<Vec<u64>> {
    let (mut last, mut places) = (0u64, Vec::new());
    while !value.is_empty() {
        let step = take_number(&mut value)?;
        last = last.checked_add(step).filter(|_| step > 0)?;
        places.push(last);
    }
    Some(places).filter(|run| !run.is_empty())
}

/// Writes a number in seven bits a byte, the lowest first, the top bit set on all but the last.
fn put_number(to: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        to.push(number.to_le_bytes()[0] | 0x80);
        number >>= 7;
    }
    to.push(number.to_le_bytes()[0]);
}

/// Reads such a number off the front; `None` where there is none that fits.
fn take_number(from: &mut &[u8]) -> Option<u64> {
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
        assert!(position_key(255) < position_key(256));
        assert!(seq_key(1, u32::MAX) < seq_key(2, 0));
        assert_eq!(read_seq_key(&seq_key(4, 70_000)), Some(70_000));
        assert_eq!(read_position_key(&position_key(70_000)), Some(70_000));
        assert_eq!(read_position_key(b"e123"), None);
        let known = (7, Hash::of(b"chain"));
        assert_eq!(read_extent(&extent(known.0, known.1)), Some(known));
        assert_eq!(read_extent(b"12345678"), None);
    }

    #[test]
    fn runs_read_back() {
        let mut run = Run::default();
        let places = [7, 8, 9, 300, 100_000];
        for place in places {
            run.push(place);
        }
        assert_eq!(read_run(&run.bytes), Some(places.to_vec()));
        assert_eq!(read_run(&[]), None);
        assert_eq!(read_run(&[5, 0]), None);
    }
}
