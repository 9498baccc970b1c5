//! The keys of one server: the one that signs, and those that signed before.

use super::checkpoint::Checkpoint;
use super::key::{NotAKey, Signer, Verifier};
use super::note::NotSigned;
use super::{Hash, NotACheckpoint};

/// What a default name begins with; what follows is of the key itself, so no two servers have the same.
const NAMELESS: &str = "travaux.local/";

/// The keys of one server, the one that signs first. Those before it stay, so that what they signed still verifies.
#[derive(Clone, Debug)]
pub struct Keyring {
    first: Signer,
    earlier: Vec<Signer>,
}

impl Keyring {
    /// With one key, made of a seed. The origin is its name; without one it is called after itself.
    pub fn new(origin: Option<&str>, seed: [u8; 32]) -> Result<Self, NotAKey> {
        let first = match origin {
            Some(origin) => Signer::from_seed(origin, seed)?,
            None => Signer::from_seed(&nameless(seed)?, seed)?,
        };
        Ok(Self { first, earlier: Vec::new() })
    }

    /// Reads keys, a line each, the one that signs first.
    pub fn read(text: &str) -> Result<Self, NotAKey> {
        let mut lines = text.lines();
        let first = lines.next().ok_or(NotAKey::Form("there is none"))?.parse()?;
        Ok(Self { first, earlier: lines.map(str::parse).collect::<Result<_, _>>()? })
    }

    /// The secrets as [`Keyring::read`] reads them.
    pub fn secrets(&self) -> String {
        self.signers().map(|signer| signer.secret() + "\n").collect()
    }

    /// With a new key in front, which has the same name unless another is given.
    pub fn rotated(self, origin: Option<&str>, seed: [u8; 32]) -> Result<Self, NotAKey> {
        let first = Signer::from_seed(origin.unwrap_or(self.first.name()), seed)?;
        let earlier = std::iter::once(self.first).chain(self.earlier).collect();
        Ok(Self { first, earlier })
    }

    /// Whose checkpoints it signs: the name of the key.
    pub fn origin(&self) -> &str {
        self.first.name()
    }

    /// The keys that its signatures, of now and before, are checked with.
    pub fn verifiers(&self) -> Vec<Verifier> {
        self.signers().map(Signer::verifier).collect()
    }

    /// These keys as they are told, a line each, the one that signs first.
    pub fn public(&self) -> String {
        self.signers().map(|signer| signer.verifier().to_string() + "\n").collect()
    }

    /// The signed checkpoint of what the first entries of a compact come to. Its origin is
    /// `<origin>/compacts/<compact>`.
    pub fn checkpoint(&self, compact: &str, size: u64, root: Hash) -> Result<String, NotSigned> {
        let origin = format!("{}/compacts/{compact}", self.origin());
        self.sign(&Checkpoint::of(origin, size, root))
    }

    /// Signs any checkpoint.
    pub fn sign(&self, checkpoint: &Checkpoint) -> Result<String, NotSigned> {
        checkpoint.sign(&self.first)
    }

    /// Reads a checkpoint that one of the keys signed.
    pub fn open(&self, signed: &str) -> Result<Checkpoint, NotACheckpoint> {
        Checkpoint::open(signed, &self.verifiers())
    }

    fn signers(&self) -> impl Iterator<Item = &Signer> {
        std::iter::once(&self.first).chain(&self.earlier)
    }
}

fn nameless(seed: [u8; 32]) -> Result<String, NotAKey> {
    let public = Signer::from_seed("nameless", seed)?.verifier().to_string();
    let digits: String = Hash::of(public.as_bytes()).to_string().chars().take(8).collect();
    Ok(format!("{NAMELESS}{digits}"))
}
