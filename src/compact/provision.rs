//! What a provision looks like on the page: its kind, level and label.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::ProvisionId;

/// What sort of line of the text a provision is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Kind {
    /// The title of the compact.
    Title,
    /// A heading; its `level` is 2 for a chapter, 3 for a section, to 6.
    Heading,
    /// A paragraph, numbered or not.
    Paragraph,
    /// A sub-paragraph: `(a)`, `(iv)`, a bullet.
    Item,
}

/// One provision as it stands in some text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Provision {
    /// Its permanent id.
    pub id: ProvisionId,
    /// Its kind.
    pub kind: Kind,
    /// Its depth, from 1: of headings as in Markdown, of items and paragraphs by indentation.
    pub level: u8,
    /// Its number as printed, without the full stop: `15`, `16 bis`, `(a)`.
    pub label: Option<Arc<str>>,
    /// Its wording: one line, NFC, no control characters.
    pub text: Arc<str>,
}

/// A provision of a text handed in, before it has an id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// Its kind.
    pub kind: Kind,
    /// Its depth, from 1.
    pub level: u8,
    /// Its number as printed.
    pub label: Option<Arc<str>>,
    /// Its wording.
    pub text: String,
}
