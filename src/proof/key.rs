//! Keys of signed notes: Ed25519, with a name. C2SP `signed-note`, <https://c2sp.org/signed-note>.

use std::fmt;
use std::str::FromStr;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use ed25519_dalek::{Signature, Signer as _, SigningKey, VerifyingKey};

use super::Hash;

/// The signature type of Ed25519.
const ED25519: u8 = 1;
const PRIVATE: &str = "PRIVATE+KEY+";
/// The most bytes of the name of a key that is read or made here: it stands on every signature line.
const NAME_BYTES_MAX: usize = 200;

/// The number of a key under its name: the first 4 bytes of SHA-256(name ‖ "\n" ‖ type ‖ public key).
pub type KeyId = [u8; 4];

/// A key that signs. It is never shown by `{:?}`.
#[derive(Clone)]
pub struct Signer {
    name: String,
    key: SigningKey,
}

/// A key that signatures are checked with, written `<name>+<key id in hex>+<base64 of type and key>`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Verifier {
    name: String,
    id: KeyId,
    key: VerifyingKey,
}

/// What was read is not a key.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAKey {
    /// The name cannot stand in a note.
    #[error("{0:?} cannot name a key: a name has 1 to {NAME_BYTES_MAX} bytes, no space, no line break and no \"+\"")]
    Name(String),
    /// The rest is not as it is written.
    #[error("not a key of a signed note (C2SP): {0}")]
    Form(&'static str),
}

impl Signer {
    /// The key that a seed makes. The seed must come from a good source of randomness, and is the secret.
    pub fn from_seed(name: &str, seed: [u8; 32]) -> Result<Self, NotAKey> {
        named(name)?;
        Ok(Self { name: name.to_owned(), key: SigningKey::from_bytes(&seed) })
    }

    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// The key that its signatures are checked with.
    pub fn verifier(&self) -> Verifier {
        let key = self.key.verifying_key();
        Verifier { id: key_id(&self.name, &key), name: self.name.clone(), key }
    }

    /// Signs some bytes.
    pub fn sign(&self, bytes: &[u8]) -> [u8; 64] {
        self.key.sign(bytes).to_bytes()
    }

    /// The secret as it is kept: `PRIVATE+KEY+<name>+<key id in hex>+<base64 of type and seed>`.
    pub fn secret(&self) -> String {
        let id = self.verifier().id;
        format!("{PRIVATE}{}+{}+{}", self.name, Hex(id), typed(self.key.as_bytes()))
    }
}

impl fmt::Debug for Signer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Signer({})", self.verifier())
    }
}

impl FromStr for Signer {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let rest = text.strip_prefix(PRIVATE).ok_or(NotAKey::Form("a secret begins with PRIVATE+KEY+"))?;
        let (name, id, seed) = parts(rest)?;
        let signer = Self::from_seed(name, seed)?;
        signer.verifier().is_numbered(id)?;
        Ok(signer)
    }
}

impl Verifier {
    /// Its name.
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its number under that name.
    pub fn id(&self) -> KeyId {
        self.id
    }

    /// Whether this is the signature of the bytes by this key.
    pub fn verify(&self, bytes: &[u8], signature: &[u8]) -> bool {
        let signature = Signature::from_slice(signature);
        signature.is_ok_and(|signature| self.key.verify_strict(bytes, &signature).is_ok())
    }

    fn is_numbered(&self, id: &str) -> Result<(), NotAKey> {
        let is = Hex(self.id).to_string() == id;
        is.then_some(()).ok_or(NotAKey::Form("its number is not that of name and key"))
    }
}

impl fmt::Display for Verifier {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}+{}+{}", self.name, Hex(self.id), typed(self.key.as_bytes()))
    }
}

impl FromStr for Verifier {
    type Err = NotAKey;

    fn from_str(text: &str) -> Result<Self, NotAKey> {
        let (name, id, key) = parts(text)?;
        named(name)?;
        let key = VerifyingKey::from_bytes(&key).map_err(|_| NotAKey::Form("that is no point of the curve"))?;
        let verifier = Self { id: key_id(name, &key), name: name.to_owned(), key };
        verifier.is_numbered(id)?;
        Ok(verifier)
    }
}

struct Hex(KeyId);

impl fmt::Display for Hex {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.iter().try_for_each(|byte| write!(f, "{byte:02x}"))
    }
}

/// Whether a name can stand on a signature line.
pub(super) fn is_name(name: &str) -> bool {
    !name.is_empty() && !name.contains(|c: char| c.is_whitespace() || c.is_control() || c == '+')
}

fn named(name: &str) -> Result<(), NotAKey> {
    let fits = is_name(name) && name.len() <= NAME_BYTES_MAX;
    fits.then_some(()).ok_or_else(|| NotAKey::Name(name.chars().take(NAME_BYTES_MAX).collect()))
}

fn key_id(name: &str, key: &VerifyingKey) -> KeyId {
    let Hash([a, b, c, d, ..]) = Hash::of(&[name.as_bytes(), b"\n", &[ED25519], key.as_bytes()].concat());
    [a, b, c, d]
}

fn typed(key: &[u8; 32]) -> String {
    STANDARD.encode([&[ED25519], key.as_slice()].concat())
}

/// Name, number and the 32 bytes of what follows. Base64 has a "+" too, so the first two are what counts.
fn parts(text: &str) -> Result<(&str, &str, [u8; 32]), NotAKey> {
    let mut parts = text.splitn(3, '+');
    let (Some(name), Some(id), Some(key)) = (parts.next(), parts.next(), parts.next()) else {
        return Err(NotAKey::Form("name, number and key stand with a \"+\" between them"));
    };
    let key = STANDARD.decode(key).map_err(|_| NotAKey::Form("the key is not base64"))?;
    match key.split_first() {
        Some((&ED25519, key)) => {
            let key = key.try_into().map_err(|_| NotAKey::Form("an Ed25519 key has 32 bytes"))?;
            Ok((name, id, key))
        }
        _ => Err(NotAKey::Form("only Ed25519 (type 1) is known")),
    }
}
