//! The page of a compact: its drafts, who negotiates, and what became of each proposal.

use maud::{Markup, html};

use super::references::References;
use super::{Page, Seen, address, chip, counted, layout, proposals, redactions, time};
use crate::compact::{Compact, Draft, GroupId};
use crate::formats::nameplates::Nameplates;
use crate::history::{self, BracketCount};

/// A compact, and what whoever looks prepares of it in private: how that is called, and where it is. The public is not told
/// of proposals where it is shown none.
pub fn compact(compact: &Compact, seen: &Seen, prepared: &[(String, String)]) -> Page {
    let plates = Nameplates::of(compact);
    let is_told = *seen != Seen::ThePublic || !compact.proposals.is_empty();
    let main = html! {
        h1 dir="auto" { (compact.title) }
        p.lead {
            (counted(compact.drafts.len(), "draft")) " · " (counted(compact.groups.len(), "group")) " · "
            @if is_told { (counted(compact.proposals.len(), "proposal")) " · " } "last entry " (compact.seq) ", " (time(compact.changed_at))
            @if compact.adopted.is_some() { " · " strong { "adopted" } }
        }
        (whole_way(compact))
        (ways(compact, is_told))
        (private(prepared))
        (drafts(compact, is_told))
        (groups(compact, &plates))
        (delegations(compact, &plates))
        @if is_told { (proposals::proposals(compact, &plates)) }
        (provisions(compact))
        (redactions::redactions(compact))
    };
    layout(&compact.title, &[(&compact.title, address(&compact.id, ""))], main)
}

/// The one link that most come for.
fn whole_way(compact: &Compact) -> Markup {
    match (compact.drafts.front(), compact.drafts.last()) {
        (Some(first), Some(last)) if first.id != last.id => html! {
            p { a.button href=(redline(compact, first, last)) { "Whose words: " (first.label) " → " (last.label) } }
        },
        _ => html! {},
    }
}

/// What of it whoever looks prepares in private.
fn private(prepared: &[(String, String)]) -> Markup {
    html! {
        @if !prepared.is_empty() {
            nav.ways aria-label="Prepared in private" {
                @for (name, address) in prepared { a href=(address) dir="auto" { (name) } }
            }
        }
    }
}

fn ways(compact: &Compact, is_told: bool) -> Markup {
    html! {
        nav.ways aria-label="Questions asked of the record" {
            @if is_told {
                a href=(address(&compact.id, "silent-changes")) { "Silent changes" }
                a href=(address(&compact.id, "dispositions")) { "What became of the proposals" }
                a href=(address(&compact.id, "room")) {
                    "The room: " (counted(compact.rounds.len(), "round")) ", " (counted(compact.statements.len(), "statement")) ", "
                    (counted(compact.packages.len(), "package"))
                }
            }
            a href={ "/api/v1" (address(&compact.id, "")) } { "As data" }
        }
    }
}

fn redline(compact: &Compact, from: &Draft, to: &Draft) -> String {
    address(&compact.id, &format!("redlines/{}..{}", from.id, to.id))
}

fn drafts(compact: &Compact, is_told: bool) -> Markup {
    let first = compact.drafts.front();
    let unissued = match (compact.text_changed, compact.drafts.last()) {
        (Some(changed), Some(last)) => changed > last.seq,
        (changed, _) => changed.is_some(),
    };
    let brackets = history::brackets(compact);
    let mut counts = brackets.drafts.iter();
    let mut previous: Option<&Draft> = None;
    let mut rows = Vec::new();
    for draft in &compact.drafts {
        rows.push(html! {
            tr {
                th scope="row" { a href=(address(&compact.id, &format!("texts/{}", draft.id))) { (draft.label) } }
                td { (time(draft.issued_at)) @if draft.sign_off { " " span.faint { "signed off" } } }
                td {
                    @if let Some(previous) = previous {
                        a href=(redline(compact, previous, draft)) { (previous.label) " → " (draft.label) }
                    } @else { span.faint { "the first" } }
                }
                td {
                    @if let Some(first) = first.filter(|f| f.id != draft.id) {
                        a href=(redline(compact, first, draft)) { (first.label) " → " (draft.label) }
                    }
                }
                td { @if let Some(told) = counts.next() { (bracketed(&told.count)) } }
                @if is_told { td { a href=(address(&compact.id, &format!("compilations/{}", draft.id))) { "Compilation" } } }
            }
        });
        previous = Some(draft);
    }
    html! {
        section aria-labelledby="drafts" {
            h2 id="drafts" { "Drafts" }
            @if rows.is_empty() && !unissued { p { "There is no text yet." } } @else {
                div.wide { table.drafts {
                    thead { tr {
                        th scope="col" { "Draft" } th scope="col" { "Issued" } th scope="col" { "Since the one before" }
                        th scope="col" { "Since the first" } th scope="col" { "Brackets" }
                        @if is_told { th scope="col" { "With proposals" } }
                    } }
                    tbody { @for row in &rows { (row) } @if unissued { (working(compact, &brackets.working)) } }
                } }
            }
        }
    }
}

/// How many brackets stand open, and how that came about since the text before.
fn bracketed(count: &BracketCount) -> Markup {
    html! {
        (count.open) " open"
        @if count.opened + count.closed > 0 { " " span.faint { "+" (count.opened) " −" (count.closed) } }
    }
}

fn working(compact: &Compact, brackets: &BracketCount) -> Markup {
    let since = |draft: &Draft| {
        html! {
            a href=(address(&compact.id, &format!("redlines/{}..working", draft.id))) { (draft.label) " → working text" }
        }
    };
    html! {
        tr {
            th scope="row" { a href=(address(&compact.id, "texts/working")) { "Working text" } }
            td.faint { "not issued" }
            td { @if let Some(last) = compact.drafts.last() { (since(last)) } }
            td { @if compact.drafts.len() > 1 { @if let Some(first) = compact.drafts.front() { (since(first)) } } }
            td { (bracketed(brackets)) }
            td { a href=(address(&compact.id, "compilations/working")) { "Compilation" } }
        }
    }
}

/// Every provision of the working text, as a link to how it came to be so.
fn provisions(compact: &Compact) -> Markup {
    let mut references = References::of(compact);
    let text = compact.text(compact.seq);
    let is_closed = |id| compact.provisions.get(&id).is_some_and(|life| life.closed().is_some());
    let closed: Vec<_> = text.iter().filter(|provision| is_closed(provision.id)).collect();
    let came_to_be = |id| address(&compact.id, &format!("provisions/{id}/provenance"));
    html! {
        @if !text.is_empty() {
            section aria-labelledby="provisions" {
                h2 id="provisions" { "Provisions" }
                @if !closed.is_empty() {
                    p.provisions {
                        "Closed ad ref: "
                        @for provision in closed {
                            a href=(came_to_be(provision.id)) { (references.name(provision.id, compact.seq)) } " "
                        }
                    }
                }
                details {
                    summary { "How each of " (counted(text.len(), "provision")) " came to be so" }
                    p.provisions {
                        @for provision in &text {
                            a href=(came_to_be(provision.id)) {
                                (references.name(provision.id, compact.seq))
                            } " "
                        }
                    }
                }
            }
        }
    }
}

fn groups(compact: &Compact, plates: &Nameplates) -> Markup {
    let mut groups: Vec<_> = compact.groups.values().collect();
    groups.sort_by_key(|group| group.since);
    let members = |group: &GroupId| {
        let are = compact.delegations.values().filter(|d| d.left.is_none() && d.groups().any(|g| g == group));
        are.map(|d| &*d.name).collect::<Vec<_>>().join(", ")
    };
    html! {
        @if !groups.is_empty() {
            section aria-labelledby="groups" {
                h2 id="groups" { "Groups" }
                ul.people {
                    @for group in groups {
                        @let members = members(&group.id);
                        li id={ "g-" (group.id) } {
                            (chip(plates.plate(&group.id)))
                            div {
                                span dir="auto" { (group.name) }
                                @if !members.is_empty() { span.faint { (members) } }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn delegations(compact: &Compact, plates: &Nameplates) -> Markup {
    let mut delegations: Vec<_> = compact.delegations.values().collect();
    delegations.sort_by_key(|delegation| delegation.since);
    html! {
        @if !delegations.is_empty() {
            section aria-labelledby="delegations" {
                h2 id="delegations" { "Delegations" }
                ul.people {
                    @for delegation in delegations {
                        @let groups: Vec<_> = delegation.groups().map(|g| compact.name_of(g)).collect();
                        li {
                            (chip(plates.plate(&delegation.id)))
                            div {
                                span dir="auto" { (delegation.name) }
                                span.faint {
                                    @if delegation.left.is_some() { "left the process" }
                                    @else if groups.is_empty() { "speaks for itself" }
                                    @else { (groups.join(", ")) }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}
