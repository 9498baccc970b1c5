//! Travaux keeps the record of a negotiation and shows whose words are in the text.

pub mod compact;
pub mod formats;
pub mod history;
pub mod log;
pub mod secretariat;
pub mod text;
pub mod web;
