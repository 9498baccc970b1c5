//! The first page: all compacts.

use maud::{Markup, html};

use super::{Page, address, counted, layout, signed_in, time};
use crate::compact::{Compact, Standing};

/// As whom the pages are looked at.
pub enum AsWhom {
    /// A server that asks nobody who they are.
    Anyone,
    /// Somebody who did not say who they are: they see what the public is shown.
    ThePublic,
    /// Somebody who signed in.
    Somebody(String),
}

/// The compacts, with where each of them stands, and as whom they are looked at where that is asked.
pub fn compacts<'a>(compacts: impl IntoIterator<Item = &'a Compact>, as_whom: &AsWhom) -> Page {
    let compacts: Vec<&Compact> = compacts.into_iter().collect();
    let main = html! {
        h1 { "Compacts" }
        p.lead { "Texts under negotiation, every draft of each, and whose words are in them." }
        @match as_whom {
            AsWhom::Anyone => @if compacts.is_empty() { p { "No compact is open yet." } },
            AsWhom::ThePublic => {
                @if compacts.is_empty() { p { "Nothing is shown to the public yet." } }
                @else { p { "This is what the public is shown: the texts as they stood when the last draft was issued." } }
                p { a href="/sign-in" { "Sign in" } " to see what you take part in." }
            },
            AsWhom::Somebody(as_whom) => {
                @if compacts.is_empty() { p { "No compact is open yet." } }
                (signed_in(as_whom))
            },
        }
        ul.cards { @for compact in compacts { li.card { (card(compact, as_whom)) } } }
    };
    layout("Compacts", &[], main)
}

fn card(compact: &Compact, as_whom: &AsWhom) -> Markup {
    let is_told = !matches!(as_whom, AsWhom::ThePublic) || !compact.proposals.is_empty();
    let standing = |standing| compact.proposals.values().filter(|p| p.standing == standing).count();
    let counts = [
        (standing(Standing::Waiting), "on the table"),
        (standing(Standing::TakenUp), "taken up"),
        (standing(Standing::Declined), "not taken up"),
        (standing(Standing::Withdrawn), "withdrawn"),
    ];
    html! {
        h2 { a href=(address(&compact.id, "")) dir="auto" { (compact.title) } }
        p.faint { code { (compact.id) } @if compact.adopted.is_some() { " · adopted" } }
        @if compact.drafts.is_empty() {
            p { "No draft is issued yet." }
        } @else {
            p {
                @for (n, draft) in compact.drafts.iter().enumerate() {
                    @if n > 0 { " → " }
                    a href=(address(&compact.id, &format!("texts/{}", draft.id))) { (draft.label) }
                }
            }
        }
        @if is_told {
            p {
                (counted(compact.proposals.len(), "proposal"))
                @for (count, what) in counts.iter().filter(|(count, _)| *count > 0) { " · " (count) " " (what) }
            }
        }
        p.faint { "Last entry " (compact.seq) ", " (time(compact.changed_at)) }
    }
}
