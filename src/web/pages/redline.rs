//! The page of a redline: what changed between two texts, and at whose request.

use maud::{Markup, html};

use super::{Page, address, chip, counted, layout, text_name};
use crate::compact::{Basis, Compact, Credit, GroupId};
use crate::formats::Unchanged;
use crate::formats::basis::OFF_THE_TABLE;
use crate::formats::html;
use crate::formats::html::proposal_address;
use crate::formats::legend::{Legend, legend};
use crate::formats::nameplates::{CO_FACILITATORS, CO_FACILITATORS_INITIALS, Nameplates};
use crate::history::{GroupSummary, Redline};

/// How many credits of one basis are listed before the reader opens them.
const CREDITS_LISTED_MAX: usize = 6;

/// What of a redline is shown.
#[derive(Clone, Copy, Debug, Default)]
pub struct Shown<'a> {
    /// The group that the redline was asked for, by `?group=`.
    pub group: Option<&'a GroupId>,
    /// Whether provisions without changes are folded, by `?changes=only`.
    pub unchanged: Unchanged,
}

impl Shown<'_> {
    /// The query that asks for this.
    fn query(&self) -> String {
        let group = self.group.map(|g| format!("group={g}"));
        let changes = (self.unchanged == Unchanged::Folded).then(|| "changes=only".to_owned());
        let parts: Vec<String> = group.into_iter().chain(changes).collect();
        if parts.is_empty() { String::new() } else { format!("?{}", parts.join("&")) }
    }
}

/// A redline.
pub fn redline(redline: &Redline, compact: &Compact, shown: &Shown<'_>) -> Page {
    let plates = Nameplates::of(compact);
    let (from, to) = (text_name(compact, &redline.from.at), text_name(compact, &redline.to.at));
    let title = format!("{from} → {to}");
    let main = html! {
        h1 { (from) " " span.arrow { "→" } " " (to) }
        (counts(redline))
        (ways(redline, compact, shown))
        div.beside-aside {
            (aside(redline, &legend(redline, &plates), &plates, shown))
            (html::redline(redline, &plates, shown.unchanged))
        }
    };
    let way = [(&*compact.title, address(&compact.id, "")), (&title, here(redline, *shown))];
    layout(&format!("{title} · {}", compact.title), &way, main)
}

/// The address of a redline, shown in some way.
fn here(redline: &Redline, shown: Shown<'_>) -> String {
    let query = shown.query();
    address(&redline.compact, &format!("redlines/{}..{}{query}", redline.from.at, redline.to.at))
}

fn counts(redline: &Redline) -> Markup {
    let summary = &redline.summary;
    let number = |count: u32| usize::try_from(count).unwrap_or(usize::MAX);
    html! {
        p.lead {
            (counted(number(summary.words_added), "word")) " added · " (summary.words_struck) " struck · "
            (counted(number(summary.provisions_changed), "provision")) " changed of " (redline.provisions.len())
        }
        @if redline.from.seq > redline.to.seq {
            p.faint { "Read backwards: what is struck here was added later, by those named; what is added here they had struck." }
        }
    }
}

/// Other ways to look at it: the other way round, only the changes, step by step.
fn ways(redline: &Redline, compact: &Compact, shown: &Shown<'_>) -> Markup {
    let swapped = format!("redlines/{}..{}{}", redline.to.at, redline.from.at, shown.query());
    let (other, said) = match shown.unchanged {
        Unchanged::Shown => (Unchanged::Folded, "Only the changes"),
        Unchanged::Folded => (Unchanged::Shown, "The whole text"),
    };
    let (low, high) = (redline.from.seq.min(redline.to.seq), redline.from.seq.max(redline.to.seq));
    let between: Vec<_> = compact.drafts.iter().filter(|d| d.seq >= low && d.seq <= high).collect();
    html! {
        nav.ways aria-label="Other ways to look at it" {
            a href=(here(redline, Shown { unchanged: other, ..*shown })) { (said) }
            a href=(address(&redline.compact, &swapped)) { "Swap direction" }
            a href={ "/api/v1" (here(redline, Shown { group: shown.group, unchanged: Unchanged::Shown })) } { "As data" }
            @if between.len() > 2 {
                span.steps {
                    "Step by step: "
                    @for (n, pair) in between.windows(2).enumerate() {
                        @if let [a, b] = pair {
                            @if n > 0 { " · " }
                            a href=(address(&redline.compact, &format!("redlines/{}..{}{}", a.id, b.id, shown.query())))
                                aria-label={ (a.label) " to " (b.label) } { (b.label) }
                        }
                    }
                }
            }
        }
    }
}

/// The legend, in which each group leads to the redline of its own changes.
fn aside(redline: &Redline, legend: &Legend<'_>, plates: &Nameplates, shown: &Shown<'_>) -> Markup {
    html! {
        aside.legend aria-label="Whose words" {
            h2 { "Whose words" }
            ul {
                @for (plate, counted) in &legend.rows {
                    @let is_current = shown.group == Some(&plate.id);
                    li {
                        a href=(here(redline, Shown { group: Some(&plate.id), ..*shown })) title="Show only these"
                            aria-current=[is_current.then_some("true")] {
                            (chip(plate)) span.name dir="auto" { (plate.name) }
                            @if shown.group.is_none() || is_current { (words(*counted)) }
                        }
                    }
                }
                @if let (Some(own), None) = (&legend.own, shown.group) {
                    li { span.row {
                        span.chip.own { (CO_FACILITATORS_INITIALS) }
                        span.name { (CO_FACILITATORS) " " span.faint { "no proposal asked for it" } }
                        (words(*own))
                    } }
                }
            }
            @if shown.group.is_some() { p { a href=(here(redline, Shown { group: None, ..*shown })) { "Show everybody’s" } } }
            p.key {
                ins { "added" } " " del { "struck" } " " ins.restored { "restored" }
                @if legend.rows.is_empty() { "" } @else { " and by whom: initials lead to the proposal" }
            }
            (bases(redline, plates))
        }
    }
}

/// On what bases the changes are credited, in words; of those that are not certain, which credits they are.
fn bases(redline: &Redline, plates: &Nameplates) -> Markup {
    let of = |is: &dyn Fn(&Credit) -> bool| -> Vec<&Credit> {
        redline.credits.iter().map(|credit| &**credit).filter(|credit| is(credit)).collect()
    };
    let off = |credit: &Credit| !credit.off_the_table.is_empty();
    let told = [
        ("as tabled", "taken up from the proposal, word for word", of(&|c| c.basis == Basis::Exact), false),
        (
            "declared",
            "the co-facilitators say that they reflect the proposal, and the words bear it out",
            of(&|c| c.basis == Basis::Declared),
            true,
        ),
        (
            "inferred ?",
            "the words are those of the proposal; how sure that is, in 0 to 1",
            of(&|c| c.basis == Basis::Inferred && !off(c)),
            true,
        ),
        ("off the table", OFF_THE_TABLE, of(&off), true),
        ("own", "no proposal asked for it", of(&|c| c.basis == Basis::Own), false),
        ("withheld", "who asked for it is not told here", of(&|c| c.basis == Basis::Withheld), false),
        ("corrected", "whom the words are credited to was corrected", of(&|c| c.corrected.is_some()), true),
    ];
    html! {
        @if !plates.is_empty() && !redline.credits.is_empty() {
            h2 { "How it is known" }
            dl.bases {
                @for (name, meaning, credits, listed) in told.iter().filter(|(_, _, credits, _)| !credits.is_empty()) {
                    dt { (name) }
                    dd {
                        (meaning)
                        @let all = html! { @for credit in credits { (one(redline, credit, plates)) } };
                        @if *listed && credits.len() > CREDITS_LISTED_MAX {
                            details { summary { (counted(credits.len(), "credit")) } (all) }
                        } @else if *listed { (all) }
                    }
                }
            }
        }
    }
}

/// One credit: whose, of which proposals, with how much evidence.
fn one(redline: &Redline, credit: &Credit, plates: &Nameplates) -> Markup {
    html! {
        span.one {
            (plates.initials(credit))
            @for proposal in &credit.proposals { " " a href=(proposal_address(&redline.compact, *proposal)) { (proposal) } }
            @if let (Basis::Inferred, Some(evidence)) = (credit.basis, credit.evidence) { " " (format!("{evidence:.2}")) }
        }
    }
}

fn words(counted: GroupSummary) -> Markup {
    let said = format!("{} words added, {} struck", counted.words_added, counted.words_struck);
    html! { span.count title=(said) { "+" (counted.words_added) " −" (counted.words_struck) } }
}
