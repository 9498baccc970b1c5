//! Compilations as negotiators read them: the text with proposals in place, in brackets, each with its sponsors.
//!
//! Words that would go stand struck through, words that would come in brackets: `~~will~~ [African States: shall]`. Where
//! nobody proposes words instead, the brackets say so: `~~fully~~ [African States: delete]`.

use std::fmt::Write as _;

use super::markdown;
use super::nameplates::Nameplates;
use super::plain::page;
use crate::compact::ProposalId;
use crate::history::{Compilation, CompiledProvision, CompiledSegment};

/// Words of a compiled provision as a reader takes them in.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Told<'a> {
    /// Words that nobody would strike.
    Kept(&'a str),
    /// Words that somebody would strike.
    Struck {
        /// The words.
        text: &'a str,
        /// Who would strike them.
        by: &'a [ProposalId],
        /// Those of them who propose no words instead.
        without_words: Vec<ProposalId>,
    },
    /// Words that somebody would add.
    Proposed {
        /// The words.
        text: &'a str,
        /// Who.
        by: ProposalId,
    },
}

/// The words of a provision in reading order.
pub(super) fn told(provision: &CompiledProvision) -> Vec<Told<'_>> {
    let mut told = Vec::with_capacity(provision.segments.len());
    let mut rest = provision.segments.as_slice();
    while let [segment, behind @ ..] = rest {
        told.push(match segment {
            CompiledSegment::Proposed { text, by } => Told::Proposed { text, by: *by },
            CompiledSegment::Base { text, struck_by } if struck_by.is_empty() => Told::Kept(text),
            CompiledSegment::Base { text, struck_by } => {
                let without_words = struck_by.iter().filter(|by| !strikes_on(**by, behind)).copied().collect();
                Told::Struck { text, by: struck_by, without_words }
            }
        });
        rest = behind;
    }
    told
}

/// Whether what follows struck words are more words that the same proposal strikes, or words that it puts instead.
fn strikes_on(proposal: ProposalId, behind: &[CompiledSegment]) -> bool {
    for segment in behind {
        match segment {
            CompiledSegment::Proposed { by, .. } if *by == proposal => return true,
            CompiledSegment::Proposed { .. } => {}
            CompiledSegment::Base { struck_by, .. } => return struck_by.contains(&proposal),
        }
    }
    false
}

/// The sponsors of proposals: `African States / EU-27`; those of different proposals apart: `African States; Norland`.
pub(super) fn sponsors(compilation: &Compilation, plates: &Nameplates, proposals: &[ProposalId]) -> String {
    let of = |id: &ProposalId| {
        let proposal = compilation.proposals.iter().find(|p| p.id == *id)?;
        Some(proposal.sponsors.iter().map(|s| &*plates.plate(s).name).collect::<Vec<_>>().join(" / "))
    };
    proposals.iter().filter_map(of).collect::<Vec<_>>().join("; ")
}

/// The compilation as Markdown in UN form.
pub fn markdown(compilation: &Compilation, plates: &Nameplates) -> String {
    page(compilation.provisions.iter().map(|provision| line(compilation, plates, provision)))
}

fn line(compilation: &Compilation, plates: &Nameplates, provision: &CompiledProvision) -> String {
    let says = |by: &[ProposalId]| verbatim(&sponsors(compilation, plates, by));
    let label = provision.label.as_deref();
    let wording: String = provision.segments.iter().map(text_of).collect();
    let (margin, mark) = markdown::opening(provision.kind, provision.level, label, &wording);
    if !provision.moved_here_by.is_empty() {
        return format!("{margin}[{}: move {} here]", says(&provision.moved_here_by), label.unwrap_or("a paragraph"));
    }
    if !provision.inserted_by.is_empty() {
        return format!("{margin}[{}: {mark}{}]", says(&provision.inserted_by), verbatim(&wording));
    }
    let told = told(provision);
    let is_plain = matches!(told.as_slice(), [Told::Kept(_)]);
    let at_opening = markdown::is_at_opening(provision.kind, label);
    let mut words = String::new();
    for (n, piece) in told.into_iter().enumerate() {
        match piece {
            Told::Kept(text) => join(&mut words, &markdown::escape(&verbatim(text), n == 0 && at_opening)),
            Told::Proposed { text, by } => {
                join_apart(&mut words, &format!("[{}: {}]", says(&[by]), verbatim(text.trim())));
            }
            Told::Struck { text, without_words, .. } => strike(&mut words, text, &says(&without_words)),
        }
    }
    // Marks within marks are none: where words are struck or added in it already, the bracket alone tells.
    if !provision.struck_by.is_empty() && is_plain {
        words = format!("~~{words}~~");
    }
    for (by, what) in [(&provision.struck_by, "delete the whole"), (&provision.moved_by, "move")] {
        if !by.is_empty() {
            join_apart(
                &mut words,
                &format!("[{}: {}]", says(by), if is_plain && what != "move" { "delete" } else { what }),
            );
        }
    }
    format!("{margin}{mark}{words}")
}

fn text_of(segment: &CompiledSegment) -> &str {
    match segment {
        CompiledSegment::Base { text, .. } | CompiledSegment::Proposed { text, .. } => text,
    }
}

/// Strikes words through, the spaces around them left outside, as Markdown has it.
fn strike(words: &mut String, text: &str, deleted_by: &str) {
    let (lead, trail) = (text.len() - text.trim_start().len(), text.trim_end().len());
    words.push_str(text.get(..lead).unwrap_or_default());
    let _ = write!(words, "~~{}~~", verbatim(text.trim()));
    if !deleted_by.is_empty() {
        join_apart(words, &format!("[{deleted_by}: delete]"));
    }
    words.push_str(text.get(trail.max(lead)..).unwrap_or_default());
}

/// Words as they are, but for tildes that would strike them.
fn verbatim(text: &str) -> String {
    text.replace("~~", "\\~\\~")
}

/// Puts words after a bracket, with a space between if neither has one.
fn join(words: &mut String, more: &str) {
    if words.ends_with(']') && more.starts_with(char::is_alphanumeric) {
        words.push(' ');
    }
    words.push_str(more);
}

/// Puts a bracket after words, with a space between.
fn join_apart(words: &mut String, bracket: &str) {
    if !words.is_empty() && !words.ends_with(char::is_whitespace) {
        words.push(' ');
    }
    words.push_str(bracket);
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::html;
    use crate::formats::rehearsal::{Rehearsal, reword, strike};
    use crate::history::compile;

    #[test]
    fn proposals_stand_in_place_in_un_form() {
        let mut room = Rehearsal::open();
        room.tables(&["african-states", "norland"], vec![reword("6.3", "We shall act, *promptly*, as appropriate.")]);
        room.tables(&["eu-27"], vec![reword("6.3", "We will act, *promptly*."), strike("6.7")]);
        let plates = Nameplates::of(&room.compact);
        let compilation = compile(&room.compact, &room.at("working"), None);
        let page = markdown(&compilation, &plates);
        for line in [
            "1. We ~~will~~ [African States / Norland: shall] act, *promptly*~~, as appropriate~~ [EU-27: delete].",
            "4. ~~Nor here.~~ [EU-27: delete]",
            "3. Nothing changes here.",
        ] {
            assert!(page.lines().any(|l| l == line), "{line}\nis not in\n{page}");
        }
        let page = html::compilation(&compilation, &plates).into_string();
        for expected in [
            "[<b dir=\"ltr\">African States / Norland</b>: shall]",
            "href=\"/compacts/harbours#p8\"",
            "EU-27</b>: delete]",
        ] {
            assert!(page.contains(expected), "{expected}\nis not in\n{page}");
        }
    }

    #[test]
    fn whole_provisions_are_told_as_such() {
        let mut room = Rehearsal::open();
        let after = Some("6.7".parse().unwrap());
        room.tables(&["arab-states"], vec![crate::compact::Edit::Move { r#move: "6.2".parse().unwrap(), after }]);
        let insert = crate::compact::NewProvision {
            after: Some("6.5".parse().unwrap()),
            kind: crate::compact::Kind::Paragraph,
            level: 1,
            label: Some("2 bis".into()),
            text: "Ports are open.".into(),
        };
        room.tables(&["eu-27"], vec![crate::compact::Edit::Insert { insert }]);
        let compilation = compile(&room.compact, &room.at("working"), None);
        let page = markdown(&compilation, &Nameplates::of(&room.compact));
        for line in [
            "[EU-27: 2 bis. Ports are open.]",
            "## 1. Scope & aims [Arab States: move]",
            "## [Arab States: move 1 here]",
        ] {
            assert!(page.lines().any(|l| l == line), "{line}\nis not in\n{page}");
        }
    }
}
