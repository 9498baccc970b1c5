//! Texts, redlines and compilations as Markdown, plain text, HTML and for a terminal; Markdown, plain text and stories in. Pure.
//!
//! A label is text here: `15`, `16 bis` and `(a)` are kept as they are printed, never counted anew.
//! [`plain`] says where one provision ends and the next begins; [`markdown`] adds headings and escapes.
//! Whose words they are is shown by initials and colours: [`nameplates`] gives them out, [`palette`] has the colours.

pub mod basis;
mod changes;
pub mod compiled;
pub mod critic;
pub mod dispositions;
pub mod html;
pub mod legend;
pub mod markdown;
pub mod nameplates;
pub mod palette;
pub mod plain;
#[cfg(test)]
pub(crate) mod rehearsal;
pub mod story;
pub mod terminal;
#[cfg(test)]
mod trials;

/// What becomes of provisions that a redline leaves as they are.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Unchanged {
    /// They are shown.
    #[default]
    Shown,
    /// They are counted only: `… 3 provisions unchanged …`.
    Folded,
}
