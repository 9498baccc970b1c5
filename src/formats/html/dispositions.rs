//! What became of the proposals, as a table. Counts and words; nobody is ranked.

use maud::{Markup, html};

use super::words::wording;
use super::{anchor, proposal_address};
use crate::formats::dispositions::{place, said};
use crate::formats::nameplates::Nameplates;
use crate::history::{Concerned, DispositionRow, Dispositions, GroupUptake, Said};

/// The dispositions as a fragment: a row for each proposal, and the same counted by group.
pub fn dispositions(dispositions: &Dispositions, plates: &Nameplates) -> Markup {
    html! {
        div.wide { table.proposals.dispositions {
            thead { tr {
                th scope="col" { "No." } th scope="col" { "By" } th scope="col" { "What became of it" }
                th scope="col" { "Where" } th scope="col" { "Its words in the text" } th scope="col" { "Gone as it asked" }
            } }
            tbody { @for row in &dispositions.dispositions { (line(dispositions, row, plates)) } }
        } }
        (by_group(dispositions, plates))
    }
}

fn line(dispositions: &Dispositions, row: &DispositionRow, plates: &Nameplates) -> Markup {
    html! {
        tr {
            th scope="row" { a href=(proposal_address(&dispositions.compact, row.proposal)) { (row.proposal) } }
            td.sponsors { @for sponsor in &row.sponsors {
                @let plate = plates.plate(sponsor);
                span.sponsor { span class={ "chip " (plate.class()) } { (plate.initials) } " " span dir="auto" { (plate.name) } }
            } }
            td {
                p.fate { (said(row.disposition)) }
                @if row.share.is_some() && row.words_asked > 0 {
                    p.faint { (row.words_standing) " of " (row.words_asked) " words stand" }
                }
                @if let Some(settled) = row.settled { p.faint { "entry " (settled) } }
                @if let Some(note) = &row.note { p.said-of dir="auto" { "“" (note) "”" } }
            }
            td { @for concerned in &row.provisions { p { (where_it_is(dispositions, concerned)) } } }
            td.edits { @for said in &row.words { p { ins dir="auto" { (wording(&said.text)) } } } (nothing(&row.words)) }
            td.edits { @for said in &row.gone { p { del dir="auto" { (wording(&said.text)) } } } (nothing(&row.gone)) }
        }
    }
}

fn where_it_is(dispositions: &Dispositions, concerned: &Concerned) -> Markup {
    let page = format!("/compacts/{}/texts/{}#{}", dispositions.compact, dispositions.at, anchor(concerned.provision));
    html! { @if concerned.stands { a href=(page) { (place(concerned)) } } @else { (place(concerned)) } }
}

fn nothing(words: &[Said]) -> Markup {
    html! { @if words.is_empty() { span.faint { "–" } } }
}

fn by_group(dispositions: &Dispositions, plates: &Nameplates) -> Markup {
    html! {
        @if !dispositions.by_group.is_empty() {
            div.wide { table.uptake {
                caption { "By group, in alphabetical order" }
                thead { tr {
                    th scope="col" { "Group" } th scope="col" { "Tabled" } th scope="col" { "Taken up" }
                    th scope="col" { "In modified form" } th scope="col" { "Merged" } th scope="col" { "Overtaken" }
                    th scope="col" { "Not taken up" } th scope="col" { "Withdrawn" } th scope="col" { "Waiting" }
                    th scope="col" { "Words asked" } th scope="col" { "Words standing" }
                } }
                tbody { @for (group, uptake) in &dispositions.by_group {
                    tr {
                        th scope="row" dir="auto" { (plates.plate(group).name) }
                        @for count in counts(*uptake) { td { (count) } }
                    }
                } }
            } }
        }
    }
}

fn counts(uptake: GroupUptake) -> [u32; 10] {
    let GroupUptake { tabled, taken_up, taken_up_in_modified_form, merged, overtaken, .. } = uptake;
    let GroupUptake { not_taken_up, withdrawn, waiting, words_asked, words_standing, .. } = uptake;
    [
        tabled,
        taken_up,
        taken_up_in_modified_form,
        merged,
        overtaken,
        not_taken_up,
        withdrawn,
        waiting,
        words_asked,
        words_standing,
    ]
}
