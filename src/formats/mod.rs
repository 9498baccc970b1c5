//! Texts and redlines as Markdown, plain text, HTML, terminal; Markdown and plain text in. Pure.
//!
//! A label is text here: `15`, `16 bis` and `(a)` are kept as they are printed, never counted anew ([`label`]).
//! [`plain`] says where one provision ends and the next begins; [`markdown`] adds headings and escapes.

pub mod label;
pub mod markdown;
pub mod plain;
#[cfg(test)]
mod trials;
