//! Who may say what, and who may see what. Pure: the time comes in as an argument.
//!
//! A credential says as whom its bearer speaks: a [`Speaking`]. What it may say is one table, [`whose`]; what it may see
//! is [`Speaking::sees`]. [`Tokens`] are the credentials that this server issues itself.

mod may;
mod speaking;
mod token;
mod tokens;

pub use may::{Granted, NotYours, Whose, whose};
pub use speaking::{NotASpeaker, Reach, Speaking, Spoken};
pub use token::{Secret, TokenId};
pub use tokens::{Issued, NotTokens, TokenStanding, Tokens, Unissued, expiry};
