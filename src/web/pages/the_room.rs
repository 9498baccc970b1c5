//! The page of the room: when it meets, what is said beside the proposals, which proposals stand or fall together.

use maud::{Markup, html};

use super::redactions::hole;
use super::references::References;
use super::{Page, address, chip, counted, layout, time};
use crate::compact::{Compact, Package, Round, Statement, VoiceKind};
use crate::formats::html::proposal_address;
use crate::formats::nameplates::Nameplates;

/// Rounds, statements and packages.
pub fn the_room(compact: &Compact) -> Page {
    let page = address(&compact.id, "room");
    let data = |of: &str| format!("/api/v1{}", address(&compact.id, of));
    let main = html! {
        h1 { "The room" }
        p.lead {
            (counted(compact.rounds.len(), "round")) " · " (counted(compact.statements.len(), "statement")) " · "
            (counted(compact.packages.len(), "package"))
        }
        nav.ways aria-label="Other ways to look at it" {
            a href=(data("rounds")) { "Rounds as data" }
            a href=(data("statements")) { "Statements as data" }
            a href=(data("packages")) { "Packages as data" }
        }
        (rounds(compact))
        (statements(compact))
        (packages(compact))
    };
    let way = [(&*compact.title, address(&compact.id, "")), ("The room", page)];
    layout(&format!("The room · {}", compact.title), &way, main)
}

fn rounds(compact: &Compact) -> Markup {
    let mut rounds: Vec<&Round> = compact.rounds.values().map(AsRef::as_ref).collect();
    rounds.sort_by_key(|round| (round.starts, round.ends));
    html! {
        section aria-labelledby="rounds" {
            h2 id="rounds" { "Rounds" }
            @if rounds.is_empty() { p { "No round is scheduled." } } @else {
                div.wide { table.rounds {
                    thead { tr { th scope="col" { "Round" } th scope="col" { "First day" } th scope="col" { "Last day" } } }
                    tbody { @for round in rounds {
                        tr { th scope="row" dir="auto" { (round.name) } td { (round.starts) } td { (round.ends) } }
                    } }
                } }
            }
        }
    }
}

fn statements(compact: &Compact) -> Markup {
    let plates = Nameplates::of(compact);
    let mut references = References::of(compact);
    html! {
        section aria-labelledby="statements" {
            h2 id="statements" { "Statements" }
            @if compact.statements.is_empty() { p { "No statement is on file." } } @else {
                div.wide { table.proposals {
                    thead { tr {
                        th scope="col" { "No." } th scope="col" { "By" } th scope="col" { "Statement" } th scope="col" { "Taken up by" }
                    } }
                    tbody {
                        @for statement in compact.statements.values() { (filed(statement, compact, &plates, &mut references)) }
                    }
                } }
            }
        }
    }
}

fn filed(statement: &Statement, compact: &Compact, plates: &Nameplates, references: &mut References<'_>) -> Markup {
    let (id, by) = (statement.id, &statement.by);
    let is_blank = |member| compact.blanked_by(id.0, member).is_some();
    html! {
        tr id=(id) {
            th scope="row" { a href={ "#" (id) } { (id) } }
            td.sponsors {
                @if let Some(id) = &by.id {
                    span.sponsor { (chip(plates.plate(id))) " " span dir="auto" { (by.name) } }
                } @else {
                    p dir="auto" { (by.name) }
                }
                p.faint { (kind(by.kind)) }
            }
            td {
                p { b dir="auto" { "“" (statement.title) "”" } }
                @if !statement.provisions.is_empty() {
                    p {
                        "about "
                        @for (n, provision) in statement.provisions.iter().enumerate() {
                            @if n > 0 { ", " }
                            (references.link(*provision, id.0))
                        }
                    }
                }
                @if let Some(link) = &statement.link {
                    p {
                        @if is_blank("link") { (link) } @else { a href=(link) rel="noreferrer nofollow" { (link) } }
                    }
                }
                @if let Some(attached) = &statement.attachment {
                    p {
                        @if is_blank("attachment/base64") { (attached.name) } @else {
                            a href={ "/api/v1" (address(&compact.id, &format!("statements/{id}/attachment"))) } { (attached.name) }
                        }
                        " " span.faint { (attached.bytes) " bytes" }
                    }
                }
                (hole(compact, id.0))
                p.faint { "made on " (statement.made_on) ", filed " (time(statement.filed_at)) }
            }
            td {
                @if statement.uptake.is_empty() { span.faint { "no proposal" } }
                @for uptake in &statement.uptake {
                    p {
                        a href=(proposal_address(&compact.id, uptake.proposal)) { (uptake.proposal) }
                        " " span.faint { "as " (plates.plate(&uptake.by).name) " says" }
                    }
                }
            }
        }
    }
}

fn kind(kind: VoiceKind) -> &'static str {
    match kind {
        VoiceKind::Government => "government",
        VoiceKind::CivilSociety => "civil society",
        VoiceKind::TradeUnion => "trade union",
        VoiceKind::UnAgency => "agency of the United Nations",
        VoiceKind::Group => "group of States",
    }
}

fn packages(compact: &Compact) -> Markup {
    html! {
        section aria-labelledby="packages" {
            h2 id="packages" { "Packages" }
            @if compact.packages.is_empty() { p { "No proposals are linked." } } @else {
                div.wide { table.proposals {
                    thead { tr {
                        th scope="col" { "No." } th scope="col" { "Package" } th scope="col" { "Its proposals" }
                        th scope="col" { "What became of it" }
                    } }
                    tbody { @for package in compact.packages.values() { (linked(package, compact)) } }
                } }
            }
        }
    }
}

fn linked(package: &Package, compact: &Compact) -> Markup {
    html! {
        tr id=(package.id) {
            th scope="row" { a href={ "#" (package.id) } { (package.id) } }
            td { span dir="auto" { (package.title.as_deref().unwrap_or("without a title")) } }
            td { @for proposal in &package.proposals { a href=(proposal_address(&compact.id, *proposal)) { (proposal) } " " } }
            td {
                p.fate { (package.standing) }
                @if let Some((seq, note)) = &package.settled {
                    @if let Some(note) = note { p.said-of dir="auto" { "“" (note) "”" } }
                    p.faint { "at entry " (seq) }
                }
            }
        }
    }
}
