//! Whose record a page is of, said before it is read: what is prepared in private looks as what is on the table does.

use maud::{Markup, html};

use super::address;
use crate::compact::CompactId;

/// Whose record a page of a compact is of.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Seen {
    /// The compact.
    TheRoom,
    /// What the public is shown.
    ThePublic,
    /// What a group prepares.
    Caucus {
        /// What the group is called.
        group: String,
        /// The compact that is negotiated, where that is known.
        of: Option<CompactId>,
    },
    /// What the co-facilitators prepare.
    WorkingDraft {
        /// What it is called.
        name: String,
        /// The compact that is negotiated, where that is known.
        of: Option<CompactId>,
    },
}

impl Seen {
    /// What is to be known before a page is read.
    pub fn notice(&self) -> Option<Markup> {
        Some(match self {
            Self::TheRoom => return None,
            Self::ThePublic => html! {
                "What the public is shown of this compact: what stood when the last draft was issued."
            },
            Self::Caucus { group, of } => html! {
                strong { "Caucus of " bdi { (group) } "." } " Its members alone see this. Only what is tabled leaves it. " (back(of.as_ref()))
            },
            Self::WorkingDraft { name, of } => html! {
                strong { "Working draft " (name) "." } " The co-facilitators alone see this. Only what is handed in leaves it. "
                (back(of.as_ref()))
            },
        })
    }
}

fn back(of: Option<&CompactId>) -> Markup {
    html! { @if let Some(of) = of { a href=(address(of, "")) { "The compact as it stands" } } }
}
