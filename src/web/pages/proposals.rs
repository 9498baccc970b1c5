//! The proposals of a compact: who asks for what, and what became of it.

use std::collections::HashMap;

use maud::{Markup, html};

use super::references::{References, shortened};
use super::silent::carries_over;
use super::{address, chip, counted, provenance, time};
use crate::compact::{Change, Compact, Edit, Form, Proposal, ProposalId, Seq, Splice, Standing, TabledEdit};
use crate::formats::dispositions::said;
use crate::formats::html::{anchor, wording};
use crate::formats::nameplates::Nameplates;
use crate::history::{At, DispositionRow, Outcome, dispositions};

/// How many characters of a wording are shown before the reader opens the rest.
const WORDING_CHARS_MAX: usize = 180;

/// The proposals by standing.
pub(super) fn proposals(compact: &Compact, plates: &Nameplates) -> Markup {
    let now = At { at: "working".into(), seq: compact.seq };
    let outcomes = dispositions(compact, &now, None).dispositions.into_iter().map(|row| (row.proposal, row)).collect();
    let mut page = Page { compact, plates, outcomes, references: References::of(compact) };
    let fates: [(&[Outcome], &str); 4] = [
        (&[Outcome::Waiting, Outcome::Overtaken], "On the table"),
        (&[Outcome::TakenUp, Outcome::TakenUpInModifiedForm, Outcome::Merged], "Taken up"),
        (&[Outcome::NotTakenUp], "Not taken up"),
        (&[Outcome::Withdrawn], "Withdrawn"),
    ];
    html! {
        section aria-labelledby="proposals" {
            h2 id="proposals" { "Proposals" }
            @if compact.proposals.is_empty() { p { "No proposals have been tabled yet." } }
            @for (outcomes, title) in fates { (page.table(outcomes, title)) }
        }
    }
}

struct Page<'a> {
    compact: &'a Compact,
    plates: &'a Nameplates,
    outcomes: HashMap<ProposalId, DispositionRow>,
    references: References<'a>,
}

impl Page<'_> {
    fn table(&mut self, outcomes: &[Outcome], title: &str) -> Markup {
        let compact = self.compact;
        let became = |p: &Proposal| self.outcomes.get(&p.id).is_some_and(|row| outcomes.contains(&row.disposition));
        let proposals: Vec<_> = compact.proposals.values().filter(|p| became(p)).collect();
        html! {
            @if !proposals.is_empty() {
                div.wide { table.proposals {
                    caption { (title) " " span.faint { (proposals.len()) } }
                    thead { tr {
                        th scope="col" { "No." } th scope="col" { "By" } th scope="col" { "Asks to" }
                        th scope="col" { "What became of it" }
                    } }
                    tbody { @for proposal in proposals { (self.row(proposal)) } }
                } }
            }
        }
    }

    fn row(&mut self, proposal: &Proposal) -> Markup {
        let sponsors = self.sponsors(proposal);
        html! {
            tr id=(proposal.id) {
                th scope="row" { a href={ "#" (proposal.id) } { (proposal.id) } }
                td.sponsors { (sponsors) }
                td.edits {
                    (self.form(&proposal.form))
                    @if let Some(rationale) = &proposal.form.rationale { p.said-of dir="auto" { "“" (rationale) "”" } }
                    @for earlier in &proposal.earlier {
                        details { summary { "As tabled before it was revised" } (self.form(earlier)) }
                    }
                    (self.ties(proposal))
                }
                td { (self.fate(proposal)) }
            }
        }
    }

    /// Who sponsors it, main sponsor first; of those who left, that they left.
    fn sponsors(&self, proposal: &Proposal) -> Markup {
        html! {
            @for sponsorship in &proposal.sponsorships {
                @let plate = self.plates.plate(&sponsorship.sponsor);
                span.sponsor {
                    (chip(plate)) " " span dir="auto" { (plate.name) }
                    @if sponsorship.to.is_some() { span.faint { " (no longer)" } }
                }
            }
        }
    }

    /// What it is tied to: the proposal in place of whose wording it stands, those in place of its own, its package, the
    /// statements that it takes up.
    fn ties(&self, proposal: &Proposal) -> Markup {
        let compact = self.compact;
        let room = |anchor: &dyn std::fmt::Display| address(&compact.id, &format!("room#{anchor}"));
        html! {
            @if let Some(on) = proposal.on { p { "in place of " a href={ "#" (on) } { (on) } } }
            @if let Some(into) = proposal.into { p { "accepted by the sponsors of " a href={ "#" (into) } { (into) } } }
            @for other in &proposal.on_it { p { "in place of it: " a href={ "#" (other) } { (other) } } }
            @if let Some(id) = proposal.package {
                @let title = compact.packages.get(&id).and_then(|package| package.title.clone());
                p { "in the package " a href=(room(&id)) dir="auto" { (title.as_deref().unwrap_or(&id.to_string())) } }
            }
            @for id in &proposal.statements {
                @let title = compact.statements.get(id).map(|statement| statement.title.clone());
                p { "takes up " a href=(room(id)) dir="auto" { "“" (title.as_deref().unwrap_or_default()) "”" } }
            }
            @if let Some(confirmed) = proposal.confirmations.last() {
                @let draft = compact.draft(&confirmed.draft).map(|draft| draft.label.clone());
                p.faint { "confirmed against " (draft.as_deref().unwrap_or_default()) }
            }
        }
    }

    fn form(&mut self, form: &Form) -> Markup {
        html! { ul { @for edit in form.edits.iter() { li { (self.edit(edit, form.base)) } } } }
    }

    fn edit(&mut self, tabled: &TabledEdit, base: Seq) -> Markup {
        let provision = tabled.change.provision();
        match &tabled.edit {
            Edit::Reword { .. } => html! {
                "reword " (self.references.link(provision, base)) ": "
                @if let Change::Splices { splices, .. } = &tabled.change { (changes(splices)) }
            },
            Edit::Insert { insert } => html! {
                "insert "
                @if let Some(label) = &insert.label { (label) " " }
                (self.place(insert.after, base)) ": "
                ins { (opened(&insert.text)) }
            },
            Edit::Strike { .. } => {
                let text = self.references.wording(provision, base);
                html! { "strike " (self.references.link(provision, base)) ": " del { (shortened(&text, 60)) } }
            }
            Edit::Move { after, .. } => html! {
                "move " (self.references.link(provision, base)) " " (self.place(*after, base))
            },
        }
    }

    fn place(&mut self, after: Option<crate::compact::ProvisionId>, base: Seq) -> Markup {
        html! {
            @if let Some(after) = after { "after " (self.references.link(after, base)) } @else { "at the start" }
        }
    }

    fn fate(&self, proposal: &Proposal) -> Markup {
        let Some(outcome) = self.outcomes.get(&proposal.id) else { return html! {} };
        let said = match outcome.disposition {
            Outcome::Merged => "merged: others had asked for the same",
            Outcome::Overtaken => "overtaken: the text has moved past it",
            Outcome::Waiting => "on the table",
            Outcome::TakenUp | Outcome::TakenUpInModifiedForm | Outcome::NotTakenUp | Outcome::Withdrawn => {
                said(outcome.disposition)
            }
        };
        html! {
            p.fate { (said) }
            @let is_reflected = proposal.standing == Standing::Waiting && outcome.settled.is_some();
            @if is_reflected { p.faint { "a re-draft has its words" } }
            @if is_reflected || (proposal.standing == Standing::TakenUp && proposal.into.is_none()) {
                @if let Some(seq) = outcome.settled { p { (self.shown_in(proposal, seq)) } }
            }
            @if let Some(note) = &outcome.note { p.said-of dir="auto" { "“" (note) "”" } }
            @if proposal.standing == Standing::Waiting && !is_reflected { (self.bearings(proposal)) }
            @for (group, position, seq) in &proposal.positions {
                p.position {
                    (chip(self.plates.plate(group))) " "
                    (provenance::stance(*position, *seq < proposal.form.seq))
                }
            }
            p.faint { "tabled " (time(proposal.tabled_at)) }
        }
    }

    /// The redline that shows the words of a proposal come into the text.
    fn shown_in(&self, proposal: &Proposal, settled: Seq) -> Markup {
        let compact = self.compact;
        let before = compact.drafts.iter().take_while(|d| d.seq < settled).last();
        let after = compact.drafts.iter().find(|d| d.seq > settled);
        let (to, name) = after.map_or(("working", "the working text"), |d| (d.id.as_str(), &d.label));
        let provision = proposal.form.edits.first().map(|e| anchor(e.change.provision())).unwrap_or_default();
        let page = before.map_or_else(|| format!("texts/{to}"), |from| format!("redlines/{}..{to}", from.id));
        html! { "in " a href={ (address(&compact.id, &page)) "#" (provision) } { (name) } }
    }

    /// How a waiting proposal relates to the text and to the other proposals.
    fn bearings(&self, proposal: &Proposal) -> Markup {
        let compact = self.compact;
        let conflicts = compact.conflicts(proposal.id, compact.seq);
        let carry_over = carries_over(compact.carry_over_of(proposal, compact.seq));
        html! {
            p { (carry_over) }
            @if !conflicts.is_empty() {
                p.conflict {
                    "in conflict with "
                    @for (n, other) in conflicts.iter().enumerate() {
                        @if n > 0 { ", " }
                        a href={ "#" (other) } { (other) }
                    }
                }
            }
        }
    }
}

/// The words of a rewording that change.
fn changes(splices: &[Splice]) -> Markup {
    html! {
        @for (n, splice) in splices.iter().enumerate() {
            @if n > 0 { " … " }
            @if !splice.struck.is_empty() { del { (opened(&splice.struck)) } }
            @if !splice.added.is_empty() { ins { (opened(&splice.added)) } }
        }
    }
}

/// Wording; of a long one the opening, and the whole of it on demand.
fn opened(text: &str) -> Markup {
    if text.chars().count() <= WORDING_CHARS_MAX {
        return wording(text);
    }
    html! {
        (shortened(text, WORDING_CHARS_MAX))
        details.whole { summary { "all " (counted(text.split_whitespace().count(), "word")) } (wording(text)) }
    }
}
