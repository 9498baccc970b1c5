//! The pages of a text, and of a text with the proposals in place.

use std::collections::BTreeSet;

use maud::html;

use super::{Page, address, chip, counted, layout, text_name};
use crate::compact::{Compact, GroupId};
use crate::formats::html;
use crate::formats::nameplates::Nameplates;
use crate::history::{Compilation, Text};

/// A text.
pub fn text(text: &Text, compact: &Compact) -> Page {
    let name = text_name(compact, &text.at);
    let assumed: Vec<String> = text.assumed.iter().map(ToString::to_string).collect();
    let page = |kind: &str| address(&compact.id, &format!("{kind}/{}", text.at));
    let seq = compact.seq_of(&text.at).unwrap_or(text.seq);
    let before = compact.drafts.iter().take_while(|d| d.seq < seq).last();
    let main = html! {
        h1 { (name) }
        p.lead {
            (counted(text.provisions.len(), "provision"))
            @if !assumed.is_empty() { " · as it would read with " (assumed.join(", ")) " taken up" }
        }
        nav.ways aria-label="Other ways to look at it" {
            @if let Some(before) = before {
                a href=(address(&compact.id, &format!("redlines/{}..{}", before.id, text.at))) { "Changes since " (before.label) }
            }
            a href=(page("compilations")) { "With proposals in place" }
            a href={ "/api/v1" (page("texts")) } { "As data" }
        }
        (html::text(text))
    };
    let way = [(&*compact.title, address(&compact.id, "")), (&name, page("texts"))];
    layout(&format!("{name} · {}", compact.title), &way, main)
}

/// A text with the proposals that wait on it; with `group`, those that it sponsors.
pub fn compilation(compilation: &Compilation, compact: &Compact, group: Option<&GroupId>) -> Page {
    let plates = Nameplates::of(compact);
    let name = text_name(compact, &compilation.at);
    let title = format!("Compilation: {name}");
    let page = address(&compact.id, &format!("compilations/{}", compilation.at));
    let sponsors: BTreeSet<&GroupId> = compilation.proposals.iter().flat_map(|p| &p.sponsors).chain(group).collect();
    let mut sponsors: Vec<&GroupId> = sponsors.into_iter().collect();
    sponsors.sort_by_key(|sponsor| plates.plate(sponsor).colour);
    let main = html! {
        h1 { (title) }
        p.lead { (counted(compilation.proposals.len(), "proposal")) " in place, each in brackets with its sponsors" }
        nav.ways aria-label="Other ways to look at it" {
            a href=(address(&compact.id, &format!("texts/{}", compilation.at))) { "The text alone" }
            a href={ "/api/v1" (page) } { "As data" }
        }
        div.beside-aside {
            aside.legend aria-label="Who proposes" {
                h2 { "Who proposes" }
                ul {
                    @for sponsor in sponsors {
                        @let count = compilation.proposals.iter().filter(|p| p.sponsors.contains(sponsor)).count();
                        @let plate = plates.plate(sponsor);
                        li {
                            a href={ (page) "?group=" (sponsor) } title="Show only these"
                                aria-current=[(group == Some(sponsor)).then_some("true")] {
                                (chip(plate)) span.name dir="auto" { (plate.name) } span.count { (count) }
                            }
                        }
                    }
                }
                @if group.is_some() { p { a href=(page) { "Show everybody’s" } } }
            }
            (html::compilation(compilation, &plates))
        }
    };
    let way = [(&*compact.title, address(&compact.id, "")), (&title, page.clone())];
    layout(&format!("{title} · {}", compact.title), &way, main)
}
