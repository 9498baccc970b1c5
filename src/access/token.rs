//! One token: 256 random bits, and the name that it is known by without telling them.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use sha2::{Digest as _, Sha256};

/// What every token begins with, so that one that was left somewhere is known for what it is.
const PREFIX: &str = "trv_";

/// Bytes of randomness. So many need no slow hash: nobody finds them by trying.
const BYTES: usize = 32;

/// A token as its bearer has it: `trv_` and 32 bytes in base64url (RFC 4648, section 5, without padding). Whoever has it
/// speaks; it is shown once, and never printed by accident.
#[derive(Clone, PartialEq, Eq)]
pub struct Secret(String);

impl Secret {
    /// The token of these bytes, which must be random.
    pub fn from_bytes(bytes: [u8; BYTES]) -> Self {
        Self(format!("{PREFIX}{}", URL_SAFE_NO_PAD.encode(bytes)))
    }

    /// Reads a token; `None` where it has not the form of one.
    pub fn read(text: &str) -> Option<Self> {
        let bytes = URL_SAFE_NO_PAD.decode(text.strip_prefix(PREFIX)?).ok()?;
        (bytes.len() == BYTES).then(|| Self(text.to_owned()))
    }

    /// The token itself, to be shown once.
    pub fn reveal(&self) -> &str {
        &self.0
    }

    /// Its SHA-256, which is all that is kept of it.
    pub fn sha256(&self) -> [u8; 32] {
        Sha256::digest(self.0.as_bytes()).into()
    }
}

impl fmt::Debug for Secret {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("trv_…")
    }
}

/// The name of a token: the first eight hex digits of its SHA-256. It gives nothing away.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TokenId([u8; 4]);

impl TokenId {
    /// Of the SHA-256 of a token.
    pub fn of(sha256: [u8; 32]) -> Self {
        let [a, b, c, d, ..] = sha256;
        Self([a, b, c, d])
    }
}

impl fmt::Display for TokenId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:08x}", u32::from_be_bytes(self.0))
    }
}

impl FromStr for TokenId {
    type Err = &'static str;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let digits = text.len() == 8 && text.bytes().all(|b| matches!(b, b'0'..=b'9' | b'a'..=b'f'));
        let read = digits.then(|| u32::from_str_radix(text, 16).ok()).flatten();
        read.map(|id| Self(id.to_be_bytes())).ok_or("the id of a token is eight hex digits, as `token list` tells it")
    }
}

/// 32 bytes in lower-case hex.
pub(super) fn hex(bytes: [u8; 32]) -> String {
    let digits = bytes.iter().flat_map(|byte| [byte >> 4, byte & 0xf]);
    digits.filter_map(|digit| char::from_digit(digit.into(), 16)).collect()
}

/// What [`hex`] wrote.
pub(super) fn unhex(text: &str) -> Option<[u8; 32]> {
    let pairs = text.as_bytes().chunks(2).map(|pair| u8::from_str_radix(std::str::from_utf8(pair).ok()?, 16).ok());
    let bytes: [u8; 32] = pairs.collect::<Option<Vec<u8>>>()?.try_into().ok()?;
    // There is one way to write it.
    (hex(bytes) == text).then_some(bytes)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_token_reads_back_and_is_never_printed_by_accident() {
        let secret = Secret::from_bytes([7; 32]);
        assert_eq!(Secret::read(secret.reveal()), Some(secret.clone()));
        assert!(!format!("{secret:?}").contains("BwcH"), "{secret:?}");
        let id = TokenId::of(secret.sha256());
        assert_eq!((id.to_string().len(), id.to_string().parse()), (8, Ok(id)));
        assert_eq!(unhex(&hex(secret.sha256())), Some(secret.sha256()));
    }

    #[test]
    fn what_has_not_the_form_of_a_token_is_none() {
        let good = Secret::from_bytes([7; 32]);
        let short = good.reveal().strip_suffix('c').unwrap();
        for text in
            ["", "trv_", "trv_BwcH", short, &format!("{}A", good.reveal()), &good.reveal().replace("trv", "TRV")]
        {
            assert_eq!(Secret::read(text), None, "{text}");
        }
    }
}
