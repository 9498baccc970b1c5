//! How provisions are referred to in a text: `15`, `9 (a)`, `“Preamble”`.

use std::collections::HashMap;

use maud::{Markup, html};

use super::address;
use crate::compact::{Compact, Kind, Provision, ProvisionId, Seq};
use crate::formats::html::anchor;

/// How many characters of a wording stand for a provision without a number.
const OPENING_CHARS_MAX: usize = 28;

/// References to the provisions of a compact, text by text.
pub(super) struct References<'a> {
    compact: &'a Compact,
    texts: HashMap<Seq, HashMap<ProvisionId, Reference>>,
}

struct Reference {
    name: String,
    text: std::sync::Arc<str>,
}

impl<'a> References<'a> {
    pub(super) fn of(compact: &'a Compact) -> Self {
        Self { compact, texts: HashMap::new() }
    }

    fn find(&mut self, provision: ProvisionId, at: Seq) -> Option<&Reference> {
        let compact = self.compact;
        self.texts.entry(at).or_insert_with(|| references(compact.text(at))).get(&provision)
    }

    /// The name of a provision as a link to it in the text at a seq.
    pub(super) fn link(&mut self, provision: ProvisionId, at: Seq) -> Markup {
        let compact = self.compact;
        let Some(Reference { name, .. }) = self.find(provision, at) else { return html! { (provision) } };
        // The draft's own name, where that text was issued as one: entry numbers mean little to a delegate.
        let draft = compact.drafts.iter().find(|d| d.seq == at).map(|d| d.id.to_string());
        let page = address(&compact.id, &format!("texts/{}", draft.unwrap_or_else(|| at.to_string())));
        html! { a href={ (page) "#" (anchor(provision)) } { (name) } }
    }

    /// The name of a provision in the text at a seq.
    pub(super) fn name(&mut self, provision: ProvisionId, at: Seq) -> String {
        self.find(provision, at).map_or_else(|| provision.to_string(), |reference| reference.name.clone())
    }

    /// The wording of a provision in the text at a seq.
    pub(super) fn wording(&mut self, provision: ProvisionId, at: Seq) -> std::sync::Arc<str> {
        self.find(provision, at).map_or_else(|| "".into(), |reference| reference.text.clone())
    }
}

fn references(text: Vec<Provision>) -> HashMap<ProvisionId, Reference> {
    let mut paragraph: Option<std::sync::Arc<str>> = None;
    let mut references = HashMap::with_capacity(text.len());
    for provision in text {
        let name = match (&provision.label, &paragraph, provision.kind) {
            (Some(label), Some(paragraph), Kind::Item) => format!("{paragraph} {label}"),
            (Some(label), _, Kind::Paragraph | Kind::Item) => label.to_string(),
            (Some(label), _, Kind::Title | Kind::Heading) => format!("{label}. {}", opening(&provision.text)),
            (None, _, _) => format!("“{}”", opening(&provision.text)),
        };
        match provision.kind {
            Kind::Paragraph => paragraph.clone_from(&provision.label),
            Kind::Title | Kind::Heading => paragraph = None,
            Kind::Item => {}
        }
        references.insert(provision.id, Reference { name, text: provision.text });
    }
    references
}

fn opening(text: &str) -> String {
    shortened(text, OPENING_CHARS_MAX)
}

/// The first words of a wording, with an ellipsis where there are more.
pub(super) fn shortened(text: &str, chars_max: usize) -> String {
    if text.chars().count() <= chars_max {
        return text.to_owned();
    }
    let cut: String = text.chars().take(chars_max).collect();
    let whole = cut.rfind(' ').and_then(|at| cut.get(..at)).filter(|words| !words.is_empty());
    format!("{}…", whole.unwrap_or(&cut).trim_end_matches([',', ';', ':', '.']))
}
