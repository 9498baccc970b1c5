//! The key under which a client asked for what was recorded, kept in the entry itself.
//!
//! An entry and the memory that it answered a request are one thing, so no crash comes between them.

use std::fmt;
use std::str::FromStr;

use serde::Deserialize;

use super::event::Unreadable;

/// Hashes of the key and of the body of a request with an `Idempotency-Key`; written as two times 32 hex digits with a
/// point between. The key itself is not told: it is the client's.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Asked {
    /// Of the key, with whatever it counts for.
    pub key: [u8; 16],
    /// Of the body.
    pub body: [u8; 16],
}

impl Asked {
    /// What a stored entry was asked with, if it was asked for with a key.
    pub fn of(stored: &[u8]) -> Result<Option<Self>, Unreadable> {
        #[derive(Deserialize)]
        struct Envelope<'a> {
            #[serde(borrow)]
            idempotencykey: Option<&'a str>,
        }
        let envelope: Envelope<'_> = serde_json::from_slice(stored)?;
        envelope.idempotencykey.map(str::parse).transpose()
    }
}

impl fmt::Display for Asked {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:032x}.{:032x}", u128::from_be_bytes(self.key), u128::from_be_bytes(self.body))
    }
}

impl FromStr for Asked {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        let hash = |digits: &str| u128::from_str_radix(digits, 16).ok().map(u128::to_be_bytes);
        let read = text.split_once('.').and_then(|(key, body)| Some(Self { key: hash(key)?, body: hash(body)? }));
        // There is one way to write it.
        let read = read.filter(|read| read.to_string() == text);
        read.ok_or_else(|| Unreadable::Invalid("idempotencykey is not two hashes".into()))
    }
}
