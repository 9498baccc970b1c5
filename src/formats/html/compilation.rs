//! Compilations as HTML, in UN form: `[African States: shall]`, each sponsor a link to the proposal.

use maud::{Markup, html};

use super::words::wording;
use super::{Frame, proposal_address};
use crate::compact::{ProposalId, label};
use crate::formats::compiled::{Told, sponsors, told};
use crate::formats::nameplates::Nameplates;
use crate::history::{Compilation, CompiledProvision, CompiledSegment};

/// The compilation as a fragment: an `article` with a `div` for each provision, and for each that is proposed.
pub fn compilation(compilation: &Compilation, plates: &Nameplates) -> Markup {
    let page = Page { compilation, plates };
    html! { article.text.compilation { @for provision in &compilation.provisions { (page.provision(provision)) } } }
}

struct Page<'a> {
    compilation: &'a Compilation,
    plates: &'a Nameplates,
}

impl Page<'_> {
    fn provision(&self, provision: &CompiledProvision) -> Markup {
        let change = if !provision.inserted_by.is_empty() || !provision.moved_here_by.is_empty() {
            "changed proposed"
        } else if !provision.struck_by.is_empty() {
            "changed struck"
        } else if told(provision).iter().any(|t| !matches!(t, Told::Kept(_))) || !provision.moved_by.is_empty() {
            "changed"
        } else {
            ""
        };
        let (id, kind, level) = (provision.id, provision.kind, provision.level);
        // The number of a provision that is proposed is part of the proposal.
        let is_of_the_text = provision.inserted_by.is_empty() && provision.moved_here_by.is_empty();
        let frame = Frame { id, kind, level, label: provision.label.as_deref().filter(|_| is_of_the_text), change };
        frame.around(&self.words(provision), &html! {})
    }

    fn words(&self, provision: &CompiledProvision) -> Markup {
        if !provision.moved_here_by.is_empty() {
            let what = provision.label.as_deref().unwrap_or("a paragraph");
            return self.bracket(&provision.moved_here_by, &html! { "move " (what) " here" });
        }
        if !provision.inserted_by.is_empty() {
            let words = html! {
                @if let Some(label) = &provision.label { (label::printed(label)) " " }
                @for segment in &provision.segments {
                    @match segment {
                        CompiledSegment::Base { text, .. } | CompiledSegment::Proposed { text, .. } => (wording(text)),
                    }
                }
            };
            return self.bracket(&provision.inserted_by, &words);
        }
        html! {
            @if provision.struck_by.is_empty() {
                (self.pieces(provision))
            } @else {
                del class=(self.class(&provision.struck_by)) { (self.pieces(provision)) }
                " " (self.bracket(&provision.struck_by, &html! { "delete" }))
            }
            @if !provision.moved_by.is_empty() { " " (self.bracket(&provision.moved_by, &html! { "move" })) }
        }
    }

    fn pieces(&self, provision: &CompiledProvision) -> Markup {
        html! {
            @for piece in told(provision) {
                @match piece {
                    Told::Kept(text) => (wording(text)),
                    Told::Proposed { text, by } => { " " (self.bracket(&[by], &wording(text.trim()))) " " },
                    Told::Struck { text, by, without_words } => {
                        del class=(self.class(by)) {
                            span.said dir="ltr" { "[proposed for deletion: " } (wording(text)) span.said dir="ltr" { " end]" }
                        }
                        @if !without_words.is_empty() { " " (self.bracket(&without_words, &html! { "delete" })) " " }
                    },
                }
            }
        }
    }

    /// `[African States: shall]`, and which proposal that is.
    fn bracket(&self, by: &[ProposalId], words: &Markup) -> Markup {
        html! {
            span class={ "bracket " (self.class(by)) } {
                "[" b dir="ltr" { (sponsors(self.compilation, self.plates, by)) } ": " (words) "]"
                @for proposal in by {
                    sup.whose dir="ltr" { a href=(proposal_address(&self.compilation.compact, *proposal)) { (proposal) } }
                }
            }
        }
    }

    /// The colour of the main sponsor of the first of them.
    fn class(&self, by: &[ProposalId]) -> String {
        let first = by.first().and_then(|id| self.compilation.proposals.iter().find(|p| p.id == *id));
        let sponsor = first.and_then(|p| p.sponsors.first());
        sponsor.map_or_else(|| "own".to_owned(), |s| self.plates.plate(s).class())
    }
}
