//! Redlines as HTML.

use maud::{Markup, html};

use super::words::wording;
use super::{Frame, proposal_address};
use crate::compact::{Basis, Credit, ProposalId};
use crate::formats::Unchanged;
use crate::formats::changes::{Run, credit, is_moved, is_unchanged, renumbered, runs, unchanged_told};
use crate::formats::nameplates::Nameplates;
use crate::history::{ChangeKind, Op, Redline, RedlinedProvision, Segment};

/// The redline as a fragment: an `article` with a `div` for each provision.
pub fn redline(redline: &Redline, plates: &Nameplates, unchanged: Unchanged) -> Markup {
    let page = Page { redline, plates };
    let folds = |a: &RedlinedProvision, b: &RedlinedProvision| {
        unchanged == Unchanged::Folded && is_unchanged(a) && is_unchanged(b)
    };
    let class = if plates.is_empty() { "text redline unsigned" } else { "text redline" };
    html! {
        article class=(class) {
            @for run in redline.provisions.chunk_by(folds) {
                @if unchanged == Unchanged::Folded && run.iter().all(is_unchanged) {
                    details.unchanged {
                        summary { (unchanged_told(run)) }
                        @for provision in run { (page.provision(provision)) }
                    }
                } @else {
                    @for provision in run { (page.provision(provision)) }
                }
            }
        }
    }
}

struct Page<'a> {
    redline: &'a Redline,
    plates: &'a Nameplates,
}

impl Page<'_> {
    fn provision(&self, provision: &RedlinedProvision) -> Markup {
        let change = match provision.change {
            ChangeKind::None => "",
            ChangeKind::Reworded => "changed reworded",
            ChangeKind::Inserted => "changed inserted",
            ChangeKind::Struck => "changed struck",
            ChangeKind::Moved => "changed moved",
            ChangeKind::MovedAndReworded => "changed moved reworded",
        };
        let (id, kind, level) = (provision.id, provision.kind, provision.level);
        let frame = Frame { id, kind, level, label: provision.label.as_deref(), change };
        frame.around(&self.words(provision), &self.beside(provision))
    }

    fn words(&self, provision: &RedlinedProvision) -> Markup {
        html! {
            @for run in runs(provision) {
                @match run {
                    Run::Kept(text) => (wording(text)),
                    Run::Changed(segments) => (self.change(segments)),
                }
            }
        }
    }

    fn change(&self, segments: &[Segment]) -> Markup {
        let credit = segments.first().and_then(|s| credit(self.redline, s.credit));
        let restored = segments.iter().any(|s| s.restored && s.op == Op::Added);
        html! {
            @for segment in segments { (self.segment(segment, credit.map(|c| &**c))) }
            @if let Some(credit) = credit { (self.whose(credit, restored)) }
        }
    }

    fn segment(&self, segment: &Segment, credit: Option<&Credit>) -> Markup {
        let by = credit.filter(|_| !self.plates.is_empty()).map(|c| format!(" by {}", self.plates.names(c)));
        let by = by.unwrap_or_default();
        let class = self.class(credit);
        let title = credit.filter(|_| !self.plates.is_empty()).map(|c| self.told(c));
        let basis = credit.map(|c| basis_name(c.basis));
        let groups = credit.map(|c| c.groups.iter().map(|g| g.as_str()).collect::<Vec<_>>().join(" "));
        let words = wording(&segment.text);
        match segment.op {
            Op::Kept => words,
            Op::Struck => html! {
                del class=(class) title=[title] data-basis=[basis] data-groups=[groups] {
                    span.said { "[struck" (by) ": " } (words) span.said { " end of struck]" }
                }
            },
            Op::Added => html! {
                ins class={ (class) @if segment.restored { " restored" } }
                    title=[title] data-basis=[basis] data-groups=[groups] {
                    span.said { "[" @if segment.restored { "restored" } @else { "added" } (by) ": " }
                    (words)
                    span.said { " end of added]" }
                }
            },
        }
    }

    /// The colour of a change; of the first group, where several asked for the same.
    fn class(&self, credit: Option<&Credit>) -> String {
        match credit {
            None => "others".to_owned(),
            Some(credit) => self.plates.credited(credit).next().map_or_else(|| "own".to_owned(), |plate| plate.class()),
        }
    }

    /// Initials after a change, which lead to the proposal.
    fn whose(&self, credit: &Credit, restored: bool) -> Markup {
        if self.plates.is_empty() {
            return html! { @if restored { sup.whose.own { "restored" } } };
        }
        let only = match credit.proposals.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        let told = self.told(credit);
        html! {
            sup.whose title=(told) aria-hidden=[(only.is_none() && credit.proposals.is_empty()).then_some("true")] {
                @if credit.basis == Basis::Own { span.own { (self.plates.initials(credit)) } }
                @for (n, plate) in self.plates.credited(credit).enumerate() {
                    @if n > 0 { "/" }
                    @let class = plate.class();
                    @match only {
                        Some(proposal) => a class=(class) href=(self.address(proposal)) aria-label=(told) {
                            (plate.initials)
                        },
                        None => span class=(class) { (plate.initials) },
                    }
                }
                @if only.is_none() {
                    @for proposal in &credit.proposals { " " a href=(self.address(*proposal)) { (proposal) } }
                }
                @if credit.basis == Basis::Inferred { "?" }
                @if restored { " restored" }
            }
        }
    }

    fn address(&self, proposal: ProposalId) -> String {
        proposal_address(&self.redline.compact, proposal)
    }

    /// Whose words these are and how it is known, in a sentence.
    fn told(&self, credit: &Credit) -> String {
        let mut told = self.plates.names(credit);
        for proposal in &credit.proposals {
            told = format!("{told}, {proposal}");
        }
        told + &match (credit.basis, credit.evidence) {
            (Basis::Exact, _) => ": taken up from the proposal".to_owned(),
            (Basis::Declared, _) => ": declared by the co-facilitators".to_owned(),
            (Basis::Inferred, Some(evidence)) => format!(": inferred, evidence {evidence:.2}"),
            (Basis::Inferred, None) => ": inferred".to_owned(),
            (Basis::Own, _) => ": no proposal asked for it".to_owned(),
        }
    }

    fn beside(&self, provision: &RedlinedProvision) -> Markup {
        let fate = match provision.change {
            ChangeKind::Inserted => Some("new"),
            ChangeKind::Struck => Some("struck"),
            ChangeKind::None | ChangeKind::Reworded | ChangeKind::Moved | ChangeKind::MovedAndReworded => None,
        };
        html! {
            @if let Some(fate) = fate { span.fate { (fate) } " " }
            @if is_moved(provision) {
                @let credit = credit(self.redline, provision.move_credit);
                span class={ "fate " (self.class(credit.map(|c| &**c))) } { "moved" }
                @if let Some(credit) = credit { (self.whose(credit, false)) }
                " "
            }
            @if let Some(numbers) = renumbered(provision) { span.renumbered { (numbers) } }
        }
    }
}

fn basis_name(basis: Basis) -> &'static str {
    match basis {
        Basis::Exact => "exact",
        Basis::Declared => "declared",
        Basis::Inferred => "inferred",
        Basis::Own => "own",
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::html::anchor;
    use crate::formats::rehearsal::Rehearsal;
    use crate::history::redline as redlined;

    /// The words of a page by provision, tags stripped, as they are in one of the two texts.
    fn words(page: &str, after: bool) -> Vec<String> {
        let mut provisions = Vec::new();
        for part in page.split("<div class=\"provision").skip(1) {
            // Elements that are open, each with whether its words are those of the text asked for.
            let mut open = vec![false];
            let mut text = String::new();
            for piece in part[part.find('>').unwrap() + 1..].split_inclusive('>') {
                let (said, tag) = piece.rsplit_once('<').unwrap_or((piece, ""));
                if open.last() == Some(&true) {
                    text.push_str(said);
                }
                let is_words = *open.last().unwrap();
                if tag.starts_with('/') {
                    open.pop();
                } else if tag.contains("class=\"words\"") {
                    open.push(true);
                } else if tag.starts_with("ins") {
                    open.push(is_words && after);
                } else if tag.starts_with("del") {
                    open.push(is_words && !after);
                } else {
                    open.push(is_words && !tag.starts_with("sup") && !tag.contains("\"said\""));
                }
                if open.is_empty() {
                    break;
                }
            }
            let text = text.replace("&lt;", "<").replace("&gt;", ">").replace("&quot;", "\"").replace("&amp;", "&");
            provisions.push(text);
        }
        provisions.retain(|text| !text.is_empty());
        provisions.sort();
        provisions
    }

    #[test]
    fn kept_and_struck_is_the_text_before_and_kept_and_added_the_text_after() {
        let room = Rehearsal::to_the_end();
        let plates = Nameplates::of(&room.compact);
        for (from, to) in
            [("zero-draft", "rev-1"), ("rev-1", "final"), ("zero-draft", "final"), ("final", "zero-draft")]
        {
            for unchanged in [Unchanged::Shown, Unchanged::Folded] {
                let page = redline(&room.redline(from, to), &plates, unchanged).into_string();
                for (at, after) in [(from, false), (to, true)] {
                    let mut expected = room.wordings(at);
                    expected.sort();
                    assert_eq!(words(&page, after), expected, "{from}..{to} at {at}: {page}");
                }
            }
        }
    }

    #[test]
    fn every_change_tells_eyes_and_ears_whose_it_is() {
        let room = Rehearsal::to_the_end();
        let plates = Nameplates::of(&room.compact);
        let page = redline(&room.redline("zero-draft", "final"), &plates, Unchanged::Shown).into_string();
        for expected in [
            "[added by African States / EU-27: </span>shall<span class=\"said\"> end of added]",
            "href=\"/compacts/harbours#p8\"",
            ">AfS</a>/<a class=\"c2\"",
            "data-basis=\"exact\" data-groups=\"african-states eu-27\"",
            "<span class=\"renumbered\">4 → 5</span>",
            "moved</span>",
            "Compact &lt;b&gt;",
        ] {
            assert!(page.contains(expected), "{expected}\nis not in\n{page}");
        }
    }

    #[test]
    fn restored_words_are_shown_as_restored() {
        let room = Rehearsal::to_the_end();
        let plates = Nameplates::of(&room.compact);
        let page = redline(&room.redline("rev-1", "final"), &plates, Unchanged::Folded).into_string();
        assert!(page.contains("restored\" title") && page.contains("[restored by"), "{page}");
        assert!(page.contains("<summary>"), "{page}");
    }

    #[test]
    fn of_another_group_the_words_stay_and_the_mark_goes() {
        let room = Rehearsal::to_the_end();
        let plates = Nameplates::of(&room.compact);
        let group = "norland".parse().unwrap();
        let filtered = redlined(&room.compact, room.at("zero-draft"), room.at("final"), Some(&group));
        let page = redline(&filtered, &plates, Unchanged::Shown).into_string();
        assert!(page.contains("<del class=\"others\"><span class=\"said\">[struck: </span>will"), "{page}");
        assert!(page.contains(">Nor</a>") && !page.contains("AfS"), "{page}");
    }

    #[test]
    fn a_provision_has_an_anchor() {
        let room = Rehearsal::open();
        let page = redline(&room.redline("zero-draft", "zero-draft"), &Nameplates::of(&room.compact), Unchanged::Shown);
        let anchor = format!("id=\"{}\"", anchor("6.3".parse().unwrap()));
        assert!(page.into_string().contains(&anchor));
    }
}
