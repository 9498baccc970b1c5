//! The page of a provision: every wording it had and every place, since when and at whose request.

use maud::{Markup, html};

use super::references::References;
use super::{Page, address, chip, counted, layout, time};
use crate::compact::{Basis, Compact, Credit, Position, ProvisionId, Seq, Standing};
use crate::formats::basis::known;
use crate::formats::html::{proposal_address, wording};
use crate::formats::nameplates::{CO_FACILITATORS, CO_FACILITATORS_INITIALS, Nameplates};
use crate::history::{Became, Place, ProposalHere, Provenance, Wording};

/// The whole life of a provision.
pub fn provenance(told: &Provenance, compact: &Compact) -> Page {
    let last = told.wordings.last().map_or(compact.seq, |last| last.since);
    let name = References::of(compact).name(told.provision, if told.stands { compact.seq } else { last });
    let title = format!("How {name} came to be so");
    let page = address(&compact.id, &format!("provisions/{}/provenance", told.provision));
    let page_of = Sheet { compact, plates: Nameplates::of(compact) };
    let main = html! {
        h1 { (title) }
        p.lead {
            (counted(told.wordings.len(), "wording")) " · " (counted(told.proposals.len(), "proposal")) " · "
            @if told.stands { "part of the working text" } @else { "not part of the working text" }
        }
        nav.ways aria-label="Other ways to look at it" {
            @if told.stands { a href={ (address(&compact.id, "texts/working")) "#v" (told.provision) } { "In the working text" } }
            a href={ "/api/v1" (page) } { "As data" }
        }
        section aria-labelledby="wordings" {
            h2 id="wordings" { "Wordings" }
            div.wide { table.proposals.wordings {
                thead { tr { th scope="col" { "Since" } th scope="col" { "No." } th scope="col" { "Wording" } th scope="col" { "At whose request" } } }
                tbody { @for wording in told.wordings.iter().rev() { (page_of.wording(wording)) } }
            } }
        }
        section aria-labelledby="places" {
            h2 id="places" { "Places" }
            ul { @for place in &told.places { li { (page_of.place(place)) } } }
        }
        (page_of.standing(told.provision))
        (page_of.proposals(&told.proposals))
    };
    let way = [(&*compact.title, address(&compact.id, "")), (&title, page.clone())];
    layout(&format!("{title} · {}", compact.title), &way, main)
}

struct Sheet<'a> {
    compact: &'a Compact,
    plates: Nameplates,
}

impl Sheet<'_> {
    fn wording(&self, told: &Wording) -> Markup {
        let draft = told.draft.as_ref().and_then(|id| self.compact.draft(id));
        html! {
            tr {
                th scope="row" {
                    @match draft {
                        Some(draft) => a href=(address(&self.compact.id, &format!("texts/{}", draft.id))) { (draft.label) },
                        None => span.faint { "in no draft" },
                    }
                    p.faint { "entry " (told.since) ", " (time(told.time)) }
                }
                td {
                    @if let Some(Some(before)) = &told.label_from { (before) " → " }
                    (told.label.as_deref().unwrap_or("–"))
                }
                td.edits dir="auto" { (wording(&told.text)) }
                td {
                    @for credit in &told.credits { (self.credit(credit)) }
                    @if told.credits.is_empty() { span.faint { "only its number changed" } }
                    @if let Some(reason) = &told.reason { p.said-of dir="auto" { "“" (reason) "”" } }
                }
            }
        }
    }

    fn credit(&self, credit: &Credit) -> Markup {
        html! {
            p {
                @if credit.groups.is_empty() {
                    span.chip.own title=(CO_FACILITATORS) { (CO_FACILITATORS_INITIALS) } " " (CO_FACILITATORS)
                }
                @for group in &credit.groups {
                    @let plate = self.plates.plate(group);
                    (chip(plate)) " " span dir="auto" { (plate.name) } " "
                }
                @for proposal in &credit.proposals { a href=(proposal_address(&self.compact.id, *proposal)) { (proposal) } " " }
                @if !matches!(credit.basis, Basis::Own | Basis::Withheld) { span.faint { (known(credit)) } " " }
                @if let Some(corrected) = &credit.corrected {
                    span.faint { "corrected at entry " (corrected.seq) ": “" (corrected.reason) "”" }
                }
            }
        }
    }

    fn place(&self, place: &Place) -> Markup {
        let became = match place.became {
            Became::Inserted => "inserted",
            Became::Moved => "moved",
            Became::Struck => "struck",
            Became::PutBack => "put back",
        };
        html! {
            (became)
            @if place.became != Became::Struck { " " (self.after(place.after, place.since)) }
            " " span.faint { "at entry " (place.since) ", " (time(place.time)) }
            (self.credit(&place.credit))
        }
    }

    fn after(&self, after: Option<ProvisionId>, at: Seq) -> Markup {
        let mut references = References::of(self.compact);
        html! { @if let Some(after) = after { "after " (references.link(after, at)) } @else { "at the start" } }
    }

    /// What is said of the provision as it stands: that it was closed ad ref or reopened, and the positions on it.
    fn standing(&self, provision: ProvisionId) -> Markup {
        let Some(life) = self.compact.provisions.get(&provision) else { return html! {} };
        let worded_since = life.worded_since().unwrap_or_default();
        html! {
            @if !life.closings.is_empty() || !life.positions.is_empty() {
                section aria-labelledby="standing" {
                    h2 id="standing" { "Where it stands" }
                    ul {
                        @for closing in &life.closings { li {
                            "closed ad ref " span.faint { "at entry " (closing.closed) }
                            @if let Some(note) = &closing.note { " " span.said-of dir="auto" { "“" (note) "”" } }
                            @if let Some((seq, reason)) = &closing.reopened {
                                ", reopened " span.faint { "at entry " (seq) } " " span.said-of dir="auto" { "“" (reason) "”" }
                            }
                        } }
                        @for (group, taken, since) in &life.positions { li {
                            @let plate = self.plates.plate(group);
                            (chip(plate)) " " span dir="auto" { (plate.name) } " " (stance(*taken, *since < worded_since))
                            " " span.faint { "at entry " (since) }
                        } }
                    }
                }
            }
        }
    }

    fn proposals(&self, proposals: &[ProposalHere]) -> Markup {
        html! {
            @if !proposals.is_empty() {
                section aria-labelledby="proposals" {
                    h2 id="proposals" { "Proposals" }
                    ul { @for proposal in proposals { li {
                        a href=(proposal_address(&self.compact.id, proposal.id)) { (proposal.id) } " "
                        @for sponsor in &proposal.sponsors { (chip(self.plates.plate(sponsor))) " " }
                        (standing(proposal.standing))
                        @let reads_since = self.compact.proposals.get(&proposal.id).map_or(Seq(0), |p| p.form.seq);
                        @for taken in &proposal.positions {
                            "; " (self.plates.plate(&taken.group).name) " "
                            (stance(taken.position, taken.since < reads_since))
                        }
                    } } }
                }
            }
        }
    }
}

fn standing(standing: Standing) -> &'static str {
    match standing {
        Standing::Waiting => "on the table",
        Standing::TakenUp => "taken up",
        Standing::Declined => "not taken up",
        Standing::Withdrawn => "withdrawn",
    }
}

/// A position, and whether it was taken on wording that has changed since.
pub(super) fn stance(taken: Position, on_earlier_wording: bool) -> Markup {
    html! { (position(taken)) @if on_earlier_wording { span.faint { " (on earlier wording)" } } }
}

/// A position as it is told of a proposal.
fn position(position: Position) -> &'static str {
    match position {
        Position::Supports => "supports it",
        Position::CanLiveWith => "can live with it",
        Position::Reserves => "reserves its position",
        Position::Objects => "objects",
    }
}
