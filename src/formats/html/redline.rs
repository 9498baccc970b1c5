//! Redlines as HTML.

use maud::{Markup, html};

use super::words::wording;
use super::{Frame, proposal_address};
use crate::compact::{Basis, Credit, GroupId, ProposalId};
use crate::formats::Unchanged;
use crate::formats::basis::known;
use crate::formats::changes::{
    Part, Run, credit, folded_told, folds, is_moved, is_of_others, is_restored, renumbered, runs,
};
use crate::formats::nameplates::{Nameplate, Nameplates};
use crate::history::{ChangeKind, Op, Redline, RedlinedProvision};

/// The redline as a fragment: an `article` with a `div` for each provision.
pub fn redline(redline: &Redline, plates: &Nameplates, unchanged: Unchanged) -> Markup {
    let page = Page { redline, plates };
    let together =
        |a: &RedlinedProvision, b: &RedlinedProvision| unchanged == Unchanged::Folded && folds(a) && folds(b);
    let class = if plates.is_empty() { "text redline unsigned" } else { "text redline" };
    html! {
        article class=(class) {
            @for run in redline.provisions.chunk_by(together) {
                @if unchanged == Unchanged::Folded && run.iter().all(folds) {
                    details.unchanged {
                        summary { (folded_told(run)) }
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
            _ if is_of_others(provision) => "changed by-others",
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
                    Run::Changed { credit, parts } => (self.change(credit, &parts)),
                }
            }
        }
    }

    fn change(&self, whose: Option<u32>, parts: &[Part]) -> Markup {
        let credit = credit(self.redline, whose);
        html! {
            @for (n, part) in parts.iter().enumerate() {
                @let (before, words, behind) = part.trimmed();
                (space(part.op, before))
                (self.part(part, words, credit.map(|c| &**c)))
                // Whose they are is said right behind the last of the words, before the space that they brought.
                @if n + 1 == parts.len() { @if let Some(credit) = credit { (self.whose(credit, is_restored(parts))) } }
                (space(part.op, behind))
            }
        }
    }

    fn part(&self, part: &Part, words: &str, credit: Option<&Credit>) -> Markup {
        let said = self.said(part, credit);
        let class = self.class(credit);
        let title = credit.filter(|_| !self.plates.is_empty()).map(|c| self.told(c));
        let basis = credit.map(|c| basis_name(c.basis));
        let groups = credit.map(|c| c.groups.iter().map(GroupId::as_str).collect::<Vec<_>>().join(" "));
        let words = wording(words);
        match part.op {
            Op::Kept => words,
            Op::Struck => html! {
                del class=(class) title=[title] data-basis=[basis] data-groups=[groups] {
                    span.said dir="ltr" { (said) } (words) span.said dir="ltr" { " end of struck]" }
                }
            },
            Op::Added => html! {
                ins class={ (class) @if part.restored { " restored" } }
                    title=[title] data-basis=[basis] data-groups=[groups] {
                    span.said dir="ltr" { (said) } (words) span.said dir="ltr" { " end of added]" }
                }
            },
        }
    }

    /// What is said before changed words to who does not see them. Backwards, what is struck is what somebody added.
    fn said(&self, part: &Part, credit: Option<&Credit>) -> String {
        let by = credit.filter(|_| !self.plates.is_empty()).map(|c| format!(" by {}", self.plates.names(c)));
        let is_backwards = self.redline.from.seq > self.redline.to.seq;
        let did = match (part.op, is_backwards) {
            (Op::Kept, _) => "",
            (Op::Struck, false) => "struck",
            (Op::Struck, true) => "struck: not yet added",
            (Op::Added, true) => "added: not yet struck",
            (Op::Added, false) if part.restored => "restored",
            (Op::Added, false) => "added",
        };
        format!("[{did}{}: ", by.unwrap_or_default())
    }

    /// The colour of a change; of the first group, where several asked for the same.
    fn class(&self, credit: Option<&Credit>) -> String {
        match credit {
            None => "others".to_owned(),
            Some(credit) => self.plates.credited(credit).next().map_or_else(|| "own".to_owned(), Nameplate::class),
        }
    }

    /// Initials after a change, which lead to the proposal.
    fn whose(&self, credit: &Credit, restored: bool) -> Markup {
        if self.plates.is_empty() {
            return html! { @if restored { sup.whose.own dir="ltr" { "restored" } } };
        }
        let only = match credit.proposals.as_slice() {
            [only] => Some(*only),
            _ => None,
        };
        let told = self.told(credit);
        html! {
            sup.whose dir="ltr" title=(told) aria-hidden=[(only.is_none() && credit.proposals.is_empty()).then_some("true")] {
                @if matches!(credit.basis, Basis::Own | Basis::Withheld) { span.own { (self.plates.initials(credit)) } }
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
                @if !credit.off_the_table.is_empty() { " off the table" }
                @if restored { " restored" }
                @if credit.corrected.is_some() { " corrected" }
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
        let corrected = credit.corrected.as_ref().map(|before| {
            let was = self.plates.names(&before.was);
            format!("; corrected at entry {}, it was told of {was}: {}", before.seq, before.reason)
        });
        told + ": " + &known(credit) + &corrected.unwrap_or_default()
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

/// Space around changed words, which changed with them: in the text, but without marks.
fn space(op: Op, space: &str) -> Markup {
    html! {
        @if !space.is_empty() {
            @match op {
                Op::Kept => (space),
                Op::Struck => del.space { (space) },
                Op::Added => ins.space { (space) },
            }
        }
    }
}

fn basis_name(basis: Basis) -> &'static str {
    match basis {
        Basis::Exact => "exact",
        Basis::Declared => "declared",
        Basis::Inferred => "inferred",
        Basis::Own => "own",
        Basis::Withheld => "withheld",
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
            "[added by African States / EU-27: </span>shall<span class=\"said\" dir=\"ltr\"> end of added]",
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
        assert!(page.contains("<del class=\"others\"><span class=\"said\" dir=\"ltr\">[struck: </span>will"), "{page}");
        assert!(page.contains(">Nor</a>") && !page.contains("AfS"), "{page}");
    }

    #[test]
    fn of_another_group_whole_provisions_fold() {
        let room = Rehearsal::to_the_end();
        let group = "norland".parse().unwrap();
        let filtered = redlined(&room.compact, room.at("zero-draft"), room.at("rev-1"), Some(&group));
        let page = redline(&filtered, &Nameplates::of(&room.compact), Unchanged::Folded).into_string();
        assert!(page.contains("<summary>1 provision unchanged, 1 changed by others</summary>"), "{page}");
    }

    #[test]
    fn backwards_nobody_is_said_to_have_struck_what_they_added() {
        let room = Rehearsal::to_the_end();
        let page = redline(&room.redline("rev-1", "zero-draft"), &Nameplates::of(&room.compact), Unchanged::Shown);
        let page = page.into_string();
        assert!(page.contains("[struck: not yet added by African States / EU-27: </span>shall"), "{page}");
        assert!(page.contains("[added: not yet struck by African States / EU-27: </span>will"), "{page}");
    }

    #[test]
    fn a_provision_has_an_anchor() {
        let room = Rehearsal::open();
        let page = redline(&room.redline("zero-draft", "zero-draft"), &Nameplates::of(&room.compact), Unchanged::Shown);
        let anchor = format!("id=\"{}\"", anchor("6.3".parse().unwrap()));
        assert!(page.into_string().contains(&anchor));
    }
}
