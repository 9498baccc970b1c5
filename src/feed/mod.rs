//! The record as it goes out to others: entries through a filter, and webhooks, which carry them to an address.
//!
//! Subscriptions to webhooks are no part of the negotiation, so they are kept beside the record and not in it. Knows
//! nothing of the API.

mod address;
mod courier;
mod delivery;
mod maker;
mod registry;
mod retry_after;
mod schedule;
mod shelf;
mod sieve;
mod signature;
mod target;
mod webhook;

pub use address::is_public;
pub use courier::{Answer, Courier, Letter, Post};
pub use maker::{Maker, StillMay};
pub use registry::{NewWebhook, NotTaken, Webhooks};
pub use retry_after::{RETRY_AFTER_MAX, RetryAfter};
pub use schedule::{FAILING_DAYS_MAX, WAITS, wait};
pub use shelf::{Shelf, Unkept};
pub use sieve::{Sieve, Sifted};
pub use signature::{Secret, sign};
pub use target::{NotATarget, Target};
pub use webhook::{Attempt, Disabled, Failing, Next, Webhook};
