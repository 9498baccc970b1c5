//! Texts, redlines and compilations as HTML: fragments for a page, or a page of its own that needs nothing else.
//!
//! Wording is never markup: it is escaped, and joined again it is the wording to the letter. What is said about words
//! (labels, whose they are, what moved) stands in elements of its own, of the classes `label`, `whose`, `said` and `beside`.
//! Added words are underlined `<ins>`, struck words `<del>`, both followed by initials, and a screen reader is told in words.

mod compilation;
mod dispositions;
mod redline;
mod words;

use maud::{DOCTYPE, Markup, PreEscaped, html};

pub use compilation::compilation;
pub use dispositions::dispositions;
pub use redline::redline;
pub(crate) use words::wording;

use super::palette;
use crate::compact::label;
use crate::compact::{CompactId, Kind, ProposalId, Provision, ProvisionId};
use crate::history::Text;

/// The style of texts: of what the functions of this module write.
pub fn style() -> String {
    format!("{}{}", include_str!("html/text.css"), palette::css())
}

/// A page of its own, with its style inside: to be saved and sent on.
pub fn standalone(title: &str, fragment: &Markup) -> Markup {
    html! {
        (DOCTYPE)
        html lang="en" {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (title) }
                style { (PreEscaped(style())) }
            }
            body.alone { main { h1 { (title) } (fragment) } }
        }
    }
}

/// A text.
pub fn text(text: &Text) -> Markup {
    let line = |p: &Provision| {
        let frame = Frame { id: p.id, kind: p.kind, level: p.level, label: p.label.as_deref(), change: "" };
        let is_closed = text.closed.iter().any(|closed| closed.provision == p.id);
        frame.around(&wording(&p.text), &html! { @if is_closed { span.fate { "closed ad ref" } } })
    };
    html! { article.text { @for provision in &text.provisions { (line(provision)) } } }
}

/// The anchor of a provision in a page. An id of its own could be that of a proposal some day.
pub fn anchor(id: ProvisionId) -> String {
    format!("v{id}")
}

/// Where a proposal is told: in the page of its compact.
pub fn proposal_address(compact: &CompactId, proposal: ProposalId) -> String {
    format!("/compacts/{compact}#{proposal}")
}

/// What stands around the words of a provision: its anchor, its number in the margin, and what is told beside it.
struct Frame<'a> {
    id: ProvisionId,
    kind: Kind,
    level: u8,
    label: Option<&'a str>,
    /// A class that says what became of the provision.
    change: &'static str,
}

impl Frame<'_> {
    /// The first letter of the words decides whether the line, its number and its bar run from the left or from the right. What is
    /// said about the words does not: it has a direction of its own.
    fn around(&self, words: &Markup, beside: &Markup) -> Markup {
        let kind = match self.kind {
            Kind::Title => "title",
            Kind::Heading => "heading",
            Kind::Paragraph => "paragraph",
            Kind::Item => "item",
        };
        let anchor = anchor(self.id);
        let class = format!("provision {kind} l{} {}", self.level, self.change);
        html! {
            div class=(class.trim_end()) id=(anchor) dir="auto" {
                a.label href={ "#" (anchor) } dir="ltr" {
                    @match (self.label, self.kind) {
                        (Some(label), _) => (label::printed(label)),
                        (None, Kind::Item) => "–",
                        (None, Kind::Title | Kind::Heading | Kind::Paragraph) =>
                            span.here aria-label="link to this provision" { "¶" },
                    }
                }
                (self.element(words))
                @if !beside.0.is_empty() { span.beside { (beside) } }
            }
        }
    }

    /// A heading of the text is one below the heading of the page.
    fn element(&self, words: &Markup) -> Markup {
        match (self.kind, self.level) {
            (Kind::Title, _) => html! { h2.words { (words) } },
            (Kind::Heading, ..=2) => html! { h3.words { (words) } },
            (Kind::Heading, 3) => html! { h4.words { (words) } },
            (Kind::Heading, 4) => html! { h5.words { (words) } },
            (Kind::Heading, _) => html! { h6.words { (words) } },
            (Kind::Paragraph | Kind::Item, _) => html! { p.words { (words) } },
        }
    }
}
