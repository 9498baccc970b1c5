//! The record as it goes out to others: entries through a filter.

mod sieve;

pub use sieve::{Sieve, Sifted, type_of};
