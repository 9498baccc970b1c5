//! The page of silent changes: what no proposal asked for since the last draft, and what is still undecided.

use maud::{Markup, html};

use super::references::References;
use super::{Page, address, chip, counted, layout};
use crate::compact::{CarryOver, Compact, DraftId, ProposalId};
use crate::formats::html::{proposal_address, wording};
use crate::formats::nameplates::Nameplates;
use crate::history::{ChangeKind, Op, OwnWording, SilentChange, SilentChanges, Undecided};

/// Silent changes.
pub fn silent(silent: &SilentChanges, compact: &Compact) -> Page {
    let page = address(&compact.id, "silent-changes");
    let unexplained = silent.own.iter().filter(|change| change.reason.is_none()).count();
    let main = html! {
        h1 { "Silent changes" }
        p.lead {
            @match &silent.since {
                Some(draft) => {
                    "What no proposal asked for since " (name_of(compact, draft)) ": "
                    (counted(silent.own.len(), "change")) ", " (unexplained) " without a reason"
                }
                None => "No draft is issued yet: there is nothing to compare with.",
            }
        }
        nav.ways aria-label="Other ways to look at it" {
            @if let Some(draft) = &silent.since {
                a href=(address(&compact.id, &format!("redlines/{draft}..working?changes=only"))) { "All changes since " (name_of(compact, draft)) }
            }
            a href={ "/api/v1" (page) } { "As data" }
        }
        (own(silent, compact))
        (undecided(silent, compact))
        (conflicts(silent))
        (closed_touched(silent, compact))
    };
    let way = [(&*compact.title, address(&compact.id, "")), ("Silent changes", page.clone())];
    layout(&format!("Silent changes · {}", compact.title), &way, main)
}

fn name_of(compact: &Compact, draft: &DraftId) -> String {
    compact.draft(draft).map_or_else(|| draft.to_string(), |draft| draft.label.to_string())
}

fn own(silent: &SilentChanges, compact: &Compact) -> Markup {
    let mut references = References::of(compact);
    let before = compact.drafts.last().map_or(compact.seq, |draft| draft.seq);
    html! {
        section aria-labelledby="own" {
            h2 id="own" { "The co-facilitators’ own" }
            @if silent.own.is_empty() { p { "Nothing: a proposal asked for every change." } } @else {
                div.wide { table.proposals.silent {
                    thead { tr {
                        th scope="col" { "Provision" } th scope="col" { "What" } th scope="col" { "Words" } th scope="col" { "Why" }
                    } }
                    tbody { @for change in &silent.own {
                        @let at = if change.change == ChangeKind::Struck { before } else { compact.seq };
                        tr {
                            th scope="row" { (references.link(change.provision, at)) }
                            td { (became(change.change)) " " span.faint { "by entry " (change.entry) } }
                            td.edits { (words(&change.words)) }
                            td { (why(change)) }
                        }
                    } }
                } }
            }
        }
    }
}

fn words(words: &[OwnWording]) -> Markup {
    html! {
        @for (n, words) in words.iter().enumerate() {
            @if n > 0 { " " }
            @match words.op {
                Op::Struck => del { (wording(&words.text)) },
                Op::Added => ins { (wording(&words.text)) },
                Op::Kept => (wording(&words.text)),
            }
        }
    }
}

fn why(change: &SilentChange) -> Markup {
    html! {
        @match &change.reason {
            Some(reason) => p.said-of dir="auto" { "“" (reason) "”" },
            None => p.conflict { "no reason is given" },
        }
    }
}

fn became(change: ChangeKind) -> &'static str {
    match change {
        ChangeKind::None => "unchanged",
        ChangeKind::Reworded => "reworded",
        ChangeKind::Inserted => "inserted",
        ChangeKind::Struck => "struck",
        ChangeKind::Moved => "moved",
        ChangeKind::MovedAndReworded => "moved and reworded",
    }
}

fn undecided(silent: &SilentChanges, compact: &Compact) -> Markup {
    let plates = Nameplates::of(compact);
    html! {
        section aria-labelledby="undecided" {
            h2 id="undecided" { "Undecided" }
            @if silent.undecided.is_empty() { p { "Nothing: something became of every proposal." } } @else {
                div.wide { table.proposals {
                    thead { tr { th scope="col" { "No." } th scope="col" { "By" } th scope="col" { "How it stands to the text" } } }
                    tbody { @for Undecided { id, sponsors, carry_over } in &silent.undecided {
                        tr {
                            th scope="row" { (link(compact, *id)) }
                            td.sponsors { @for sponsor in sponsors {
                                @let plate = plates.plate(sponsor);
                                span.sponsor { (chip(plate)) " " span dir="auto" { (plate.name) } }
                            } }
                            td { (carries_over(*carry_over)) }
                        }
                    } }
                } }
            }
        }
    }
}

/// How a waiting proposal relates to the text.
pub(super) fn carries_over(carry_over: CarryOver) -> &'static str {
    match carry_over {
        CarryOver::Clean => "carries over as it is",
        CarryOver::Touched => "the text changed next to its words",
        CarryOver::Overtaken => "the text has moved past it",
    }
}

fn conflicts(silent: &SilentChanges) -> Markup {
    html! {
        @if !silent.conflicts.is_empty() {
            section aria-labelledby="conflicts" {
                h2 id="conflicts" { "In conflict" }
                ul { @for (one, other) in &silent.conflicts {
                    li {
                        a href=(proposal_address(&silent.compact, *one)) { (one) } " and "
                        a href=(proposal_address(&silent.compact, *other)) { (other) }
                    }
                } }
            }
        }
    }
}

fn closed_touched(silent: &SilentChanges, compact: &Compact) -> Markup {
    let mut references = References::of(compact);
    html! {
        @if !silent.closed_touched.is_empty() {
            section aria-labelledby="closed-touched" {
                h2 id="closed-touched" { "Closed ad ref, and changed since" }
                ul { @for touched in &silent.closed_touched {
                    @let at = if touched.stands { compact.seq } else { touched.closed };
                    li {
                        (references.link(touched.provision, at))
                        @if !touched.stands { ", which is struck," }
                        " was closed by entry " (touched.closed) " and changed by "
                        @for (n, entry) in touched.entries.iter().enumerate() {
                            @if n > 0 { ", " }
                            "entry " (entry)
                        }
                    }
                } }
            }
        }
    }
}

fn link(compact: &Compact, proposal: ProposalId) -> Markup {
    html! { a href=(proposal_address(&compact.id, proposal)) { (proposal) } }
}
