//! Texts and redlines as Markdown, plain text, HTML, terminal; Markdown, plain text and stories in. Pure.
//!
//! A label is text here: `15`, `16 bis` and `(a)` are kept as they are printed, never counted anew.
//! [`plain`] says where one provision ends and the next begins; [`markdown`] adds headings and escapes.

pub mod markdown;
pub mod plain;
pub mod story;
#[cfg(test)]
mod trials;
