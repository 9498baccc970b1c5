//! Redlines as Markdown in `CriticMarkup`: `{--struck--}{++added++}{>>African States, p9<<}`.
//!
//! Each change is followed once by a comment that says whose it is. What moved and what is numbered anew is told in a comment
//! at the end of the line. Wording that looks like a mark gets a backslash, which Markdown takes away again.

use std::fmt::Write as _;

use super::changes::{Part, Run, credit, is_moved, is_restored, renumbered, runs};
use super::markdown;
use super::nameplates::Nameplates;
use super::plain::page;
use crate::compact::{Basis, Credit, Kind};
use crate::history::{ChangeKind, Op, Redline, RedlinedProvision};

/// The redline as Markdown.
pub fn redline(redline: &Redline, plates: &Nameplates) -> String {
    page(redline.provisions.iter().map(|provision| line(redline, plates, provision)))
}

fn line(redline: &Redline, plates: &Nameplates, provision: &RedlinedProvision) -> String {
    let label = provision.label.as_deref();
    let wording: String = provision.segments.iter().map(|s| &*s.text).collect();
    let (mut line, mark) = markdown::opening(provision.kind, provision.level, label, &wording);
    // The number of a provision that comes or goes comes or goes with it; a heading or a bullet would be none in the marks.
    let is_whole = matches!(provision.change, ChangeKind::Inserted | ChangeKind::Struck);
    let (outside, inside) = match (is_whole, label) {
        (true, Some(_)) if provision.kind != Kind::Title => match mark.strip_prefix("- ") {
            Some(number) => ("- ", number),
            None => ("", mark.as_str()),
        },
        _ => (mark.as_str(), ""),
    };
    line.push_str(outside);
    let at_opening = markdown::is_at_opening(provision.kind, label);
    for (n, run) in runs(provision).into_iter().enumerate() {
        match run {
            Run::Kept(text) => line.push_str(&markdown::escape(&escape(text), n == 0 && at_opening)),
            Run::Changed { credit: index, parts } => {
                for (m, part) in parts.iter().enumerate() {
                    push(&mut line, part, if n == 0 && m == 0 { inside } else { "" });
                }
                let credit = credit(redline, index).map(|c| &**c);
                comment(&mut line, &whose(plates, credit, is_restored(&parts)));
            }
        }
    }
    if is_moved(provision) {
        let by = credit(redline, provision.move_credit).map(|c| whose(plates, Some(&**c), false)).unwrap_or_default();
        comment(&mut line, format!("moved: {by}").trim_end_matches(": "));
    }
    comment(&mut line, &renumbered(provision).unwrap_or_default());
    line
}

fn push(line: &mut String, part: &Part, label: &str) {
    let text = escape(&part.text);
    // Writing to a string cannot fail.
    let _ = match part.op {
        Op::Kept => write!(line, "{text}"),
        Op::Struck => write!(line, "{{--{label}{text}--}}"),
        Op::Added => write!(line, "{{++{label}{text}++}}"),
    };
}

fn comment(line: &mut String, said: &str) {
    if !said.is_empty() {
        let _ = write!(line, "{{>>{}<<}}", escape(said));
    }
}

/// Whose a change is: `African States / EU-27, p9`.
fn whose(plates: &Nameplates, credit: Option<&Credit>, restored: bool) -> String {
    let restored = if restored { "restored" } else { "" };
    let Some(credit) = credit.filter(|_| !plates.is_empty()) else { return restored.to_owned() };
    let mut said = plates.names(credit);
    for proposal in &credit.proposals {
        let _ = write!(said, ", {proposal}");
    }
    let basis = match (credit.basis, credit.evidence) {
        (Basis::Exact | Basis::Own | Basis::Withheld, _) => String::new(),
        (Basis::Declared, _) => ", declared".to_owned(),
        (Basis::Inferred, Some(evidence)) => format!(", inferred {evidence:.2}"),
        (Basis::Inferred, None) => ", inferred".to_owned(),
    };
    let off = if credit.off_the_table.is_empty() { "" } else { ", off the table" };
    let corrected = credit.corrected.as_ref().map(|before| format!(", corrected from {}", plates.names(&before.was)));
    said + &basis + off + &corrected.unwrap_or_default() + if restored.is_empty() { "" } else { ", restored" }
}

const OPENERS: [&str; 5] = ["++", "--", ">>", "~~", "=="];
const CLOSERS: [&str; 5] = ["++", "--", "<<", "~~", "=="];

/// Wording in which nothing is a mark of `CriticMarkup`: one backslash more after `{` before a mark, and before `}` after one.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(found) = rest.find(['{', '}']) {
        let (before, at) = rest.split_at(found);
        escaped.push_str(before);
        let open = at.strip_prefix('{');
        let is_mark = match open {
            Some(behind) => OPENERS.iter().any(|m| behind.trim_start_matches('\\').starts_with(m)),
            None => CLOSERS.iter().any(|m| before.trim_end_matches('\\').ends_with(m)),
        };
        escaped.push_str(match (open.is_some(), is_mark) {
            (true, true) => "{\\",
            (true, false) => "{",
            (false, true) => "\\}",
            (false, false) => "}",
        });
        rest = at.get(1..).unwrap_or_default();
    }
    escaped + rest
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::formats::rehearsal::Rehearsal;

    /// What `CriticMarkup` leaves when all changes are accepted, or all rejected.
    fn settled(page: &str, accepted: bool) -> String {
        let mut rest = page;
        let mut left = String::new();
        while let Some(at) = rest.find('{') {
            let (before, mark) = rest.split_at(at);
            left.push_str(before);
            let closing = [("{++", "++}", accepted), ("{--", "--}", !accepted), ("{>>", "<<}", false)];
            if let Some((_, close, stays)) = closing.iter().find(|(open, _, _)| mark.starts_with(open)) {
                let (inside, behind) = mark[3..].split_once(close).expect("a mark that is closed");
                left.push_str(if *stays { inside } else { "" });
                rest = behind;
            } else {
                left.push('{');
                rest = &mark[1..];
            }
        }
        left + rest
    }

    fn unescaped(text: &str) -> String {
        text.replace("{\\++", "{++").replace("++\\}", "++}").replace("--\\}", "--}")
    }

    #[test]
    fn accepted_it_is_the_text_after_and_rejected_the_text_before() {
        let room = Rehearsal::to_the_end();
        let plates = Nameplates::of(&room.compact);
        for (from, to) in
            [("zero-draft", "rev-1"), ("rev-1", "final"), ("zero-draft", "final"), ("final", "zero-draft")]
        {
            let page = redline(&room.redline(from, to), &plates);
            for (at, accepted) in [(from, false), (to, true)] {
                let mut left: Vec<String> = markdown::read(&unescaped(&settled(&page, accepted)))
                    .into_iter()
                    .map(|block| block.text)
                    .filter(|text| text != "##")
                    .collect();
                let mut expected = room.wordings(at);
                // What moved is told once, where it stands in the text after.
                left.sort();
                expected.sort();
                assert_eq!(left, expected, "{from}..{to} at {at}:\n{page}");
            }
        }
    }

    #[test]
    fn each_change_says_once_whose_it_is() {
        let room = Rehearsal::to_the_end();
        let page = redline(&room.redline("zero-draft", "rev-1"), &Nameplates::of(&room.compact));
        let expected = [
            "# Compact <b>",
            "1. We {--will--}{++shall++}{>>African States / EU-27, p8<<} act, *promptly*{--, as appropriate--}{>>African States / EU-27, p8<<}.",
            "{--(a) on time;--}{>>Norland, p9<<}",
            "2. States should review {\\++this++\\} progress.",
            "{++2 bis. Ports are <open> to --\\} all ~~ships~~.++}{>>Norland, p9<<}",
            "## 1. Scope & aims{>>moved: Arab States, p10<<}",
        ];
        for line in expected {
            assert!(page.lines().any(|l| l == line), "{line}\nis not in\n{page}");
        }
    }

    #[test]
    fn without_groups_nobody_is_named() {
        let mut room = Rehearsal::open();
        room.compact.groups.clear();
        room.compact.delegations.clear();
        room.revises("# Compact <b>\n\n3. Something changes here.");
        let page = redline(&room.redline("zero-draft", "working"), &Nameplates::of(&room.compact));
        assert!(page.contains("3. {--Nothing--}{++Something++} changes here."), "{page}");
    }
}
