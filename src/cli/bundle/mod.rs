//! Bundles: a whole record in one file that proves itself. `docs/record.md` says what is in it, byte for byte.

mod frame;
pub(super) mod line;
mod pack;
mod source;
#[cfg(test)]
mod tests;
mod unpack;

pub(super) use pack::pack;
pub(super) use source::Source;
pub(super) use unpack::{Held, signer, unpack};
