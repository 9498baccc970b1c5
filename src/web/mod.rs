//! The pages and the HTTP API.

pub mod pages;
