//! The page of dispositions: what became of each proposal, as at one text.

use maud::html;

use super::{Page, address, counted, layout, text_name};
use crate::compact::{Compact, GroupId};
use crate::formats::html;
use crate::formats::nameplates::Nameplates;
use crate::history::Dispositions;

/// Dispositions; with `group`, of its proposals.
pub fn dispositions(told: &Dispositions, compact: &Compact, group: Option<&GroupId>) -> Page {
    let plates = Nameplates::of(compact);
    let here = |draft: &str, group: Option<&GroupId>| {
        let group = group.map(|group| format!("&group={group}")).unwrap_or_default();
        address(&compact.id, &format!("dispositions?draft={draft}{group}"))
    };
    let main = html! {
        h1 { "What became of the proposals" }
        p.lead {
            (counted(told.dispositions.len(), "proposal")) " · as at: " (text_name(compact, &told.at))
            @if let Some(group) = group { " · of " (plates.plate(group).name) }
        }
        nav.ways aria-label="Other ways to look at it" {
            @for draft in &compact.drafts {
                a href=(here(draft.id.as_str(), group)) aria-current=[(draft.id.as_str() == told.at).then_some("true")] { (draft.label) }
            }
            a href=(here("working", group)) aria-current=[("working" == told.at).then_some("true")] { "Working text" }
            @if group.is_some() { a href=(here(&told.at, None)) { "Show everybody’s" } }
            a href={ "/api/v1" (here(&told.at, group)) } { "As data" }
        }
        @if told.dispositions.is_empty() { p { "No proposals had been tabled." } } @else { (html::dispositions(told, &plates)) }
    };
    let way = [(&*compact.title, address(&compact.id, "")), ("Dispositions", here(&told.at, group))];
    layout(&format!("Dispositions · {}", compact.title), &way, main)
}
