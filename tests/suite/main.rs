//! All tests of the crate from outside, in one binary.

#![allow(
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::indexing_slicing,
    clippy::panic,
    clippy::format_push_string,
    clippy::format_collect,
    unreachable_pub,
    reason = "a test fails by panicking"
)]

mod audiences;
mod backups;
mod beside;
mod blanked;
mod bureau;
mod carried;
mod caucused;
mod cli;
mod closed;
mod conditional;
mod consumers;
mod contract;
mod credited;
mod damaged;
mod data;
mod deliveries;
mod demo;
mod described;
mod disk;
mod documents;
mod doubles;
mod every_operation;
mod evidence;
mod filtered;
mod finger_lakes;
mod fuzzed;
mod hidden;
mod hooked;
mod hostile;
mod http;
mod in_place;
mod issuer;
mod keys;
mod killed;
mod laws;
mod layers;
mod limits;
mod logs;
mod mandates;
mod notes;
mod nothing_left;
mod once;
mod packages;
mod paris;
mod power;
mod proofs;
mod published;
mod publishing;
mod raw;
mod receiver;
mod recording;
mod redacted;
mod redacting;
mod rescued;
mod restored;
mod room;
mod rounds;
mod salvaged;
mod script;
mod served;
mod server;
mod speakers;
mod statements;
mod stored;
mod stories;
mod streams;
mod tls;
mod together;
mod tokens;
mod told;
mod tried;
mod webhooks;
mod writers;
