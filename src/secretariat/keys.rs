//! Making keys, which takes randomness; what is done with them is in [`proof`](crate::proof).

use crate::proof::{Keyring, NotAKey};

/// Why no key can be made.
#[derive(Debug, thiserror::Error)]
pub enum NoKey {
    /// The operator can act: the system gives no random numbers.
    #[error("the system gives no random numbers: {0}")]
    Random(#[from] getrandom::Error),
    /// Whoever asks can: that cannot be its name.
    #[error(transparent)]
    Name(#[from] NotAKey),
}

/// Keys with one that is made now, under this name or one of its own.
pub fn new_keys(origin: Option<&str>) -> Result<Keyring, NoKey> {
    Ok(Keyring::new(origin, seed()?)?)
}

/// The keys with a new one in front, under this name or that of the one before.
pub fn rotated_keys(keys: Keyring, origin: Option<&str>) -> Result<Keyring, NoKey> {
    Ok(keys.rotated(origin, seed()?)?)
}

fn seed() -> Result<[u8; 32], getrandom::Error> {
    let mut seed = [0; 32];
    getrandom::fill(&mut seed)?;
    Ok(seed)
}
