//! Texts and redlines as Markdown, plain text, HTML, terminal; Markdown and plain text in. Pure.

pub mod story;
