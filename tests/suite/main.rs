//! All tests of the crate from outside, in one binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod data;
mod demo;
mod http;
mod laws;
mod logs;
mod paris;
mod room;
mod server;
mod stored;
