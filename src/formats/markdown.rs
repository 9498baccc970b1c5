//! Markdown in and out: the text as delegations can edit it, read so that writing and reading again changes nothing.
//!
//! A reader of our own, by lines, because `CommonMark` joins the numbered lines of real drafts and counts lists anew, while a
//! treaty's labels are part of its text. It reads plain text as [`plain`](super::plain) does, and three things more:
//!
//! - `# ` makes a title, `## ` to `###### ` headings of level 2 to 6, each on a line of its own. A heading may have a label
//!   (`## 1. Scope`); a title has none.
//! - A backslash at the very start of a wording, or within what would be its label, says that it is wording: `\# x`, `\- x`,
//!   `1\. x`, `a\) x`, `\(a) x`, and `\\` for a backslash. It is no part of the wording. Further on a backslash is wording.
//! - All other markup is wording, kept to the letter: `*Being*`, `[brackets]`, `**Option 1:**`, `[^2]`, tables, code,
//!   quotes, rules, HTML. Nothing is lost: a `##` or a `5.` with nothing after it is the wording of a paragraph.

use super::plain::{Line, cut, indentation, page, provision, sections};
use crate::compact::label;
use crate::compact::{Block, Kind, Provision};

/// The columns from which a `#` is no longer at the margin.
const HEADING_COLUMNS_END: usize = 4;

/// Reads Markdown. Every word of the source is in what is read: in a label, or in a wording.
pub fn read(source: &str) -> Vec<Block> {
    let mut blocks = Vec::new();
    for section in sections(source) {
        let mut body = Vec::new();
        for line in section {
            match heading(&line) {
                Some(heading) => {
                    blocks.extend(cut(std::mem::take(&mut body)).map(|line| provision(&line)));
                    blocks.push(heading);
                }
                None => body.push(line),
            }
        }
        blocks.extend(cut(body).map(|line| provision(&line)));
    }
    for block in &mut blocks {
        unescape(&mut block.text);
    }
    blocks
}

/// Writes Markdown, such that [`read`] gives the same provisions again if each is [`expressible`](label::expressible) and its
/// wording is one line with no more than single ASCII spaces within, none at the ends, and something else than spaces.
pub fn write<'a>(provisions: impl IntoIterator<Item = &'a Provision>) -> String {
    page(provisions.into_iter().map(print))
}

fn print(provision: &Provision) -> String {
    let Provision { kind, level, text, .. } = provision;
    let label = provision.label.as_deref();
    let (margin, mark) = opening(*kind, *level, label, text);
    margin + &mark + &escape(text, is_at_opening(*kind, label))
}

/// What a provision opens with: the hashes or the indentation of its line, and its label or bullet as printed.
pub(super) fn opening(kind: Kind, level: u8, label: Option<&str>, wording: &str) -> (String, String) {
    let margin = match kind {
        Kind::Title => "# ".to_owned(),
        Kind::Heading => "#".repeat(usize::from(level.clamp(2, label::HEADING_LEVEL_MAX))) + " ",
        Kind::Paragraph | Kind::Item => indentation(kind, level),
    };
    (margin, label::mark(kind, level, label, wording))
}

/// Whether wording stands where it could be mistaken for a mark. After a label, and in a title, it cannot.
pub(super) fn is_at_opening(kind: Kind, label: Option<&str>) -> bool {
    label.is_none() && kind != Kind::Title
}

/// The title or heading that a line is.
fn heading(line: &Line) -> Option<Block> {
    let rest = line.words.trim_start_matches('#');
    let level = u8::try_from(line.words.len() - rest.len()).ok()?;
    let wording = label::spaced(rest)?;
    let is_heading = (1..=label::HEADING_LEVEL_MAX).contains(&level) && line.columns < HEADING_COLUMNS_END;
    let labelled = label::labelled(wording).filter(|_| level > 1);
    is_heading.then(|| Block {
        kind: if level == 1 { Kind::Title } else { Kind::Heading },
        level,
        label: labelled.map(|found| found.label.into()),
        text: labelled.map_or(wording, |found| found.wording).to_owned(),
    })
}

/// A wording with a backslash more, if without one it would be read as something else, or would lose one that it has.
pub(super) fn escape(wording: &str, at_opening: bool) -> String {
    let opens = at_opening && opens_otherwise(wording);
    if wording.starts_with('\\') || opens {
        return format!("\\{wording}");
    }
    match label::escaped(wording) {
        Some((number, after)) if at_opening || after.starts_with('\\') => {
            format!("{number}\\{after}")
        }
        _ => wording.to_owned(),
    }
}

/// Takes the backslash away that says that a wording is wording.
fn unescape(wording: &mut String) {
    let opening =
        wording.strip_prefix('\\').filter(|rest| rest.starts_with('\\') || opens_otherwise(rest)).map(str::to_owned);
    let number = label::escaped(wording).and_then(|(number, after)| {
        let after = after.strip_prefix('\\')?;
        Some(format!("{number}{after}"))
    });
    if let Some(plain) = opening.or(number) {
        *wording = plain;
    }
}

/// Whether a wording would open a heading, a bullet or a label in brackets: what a backslash before it prevents.
fn opens_otherwise(wording: &str) -> bool {
    let in_brackets = wording.starts_with('(') && label::labelled(wording).is_some();
    wording.starts_with('#') || label::bulleted(wording).is_some() || in_brackets
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::trials::{recorded, source, text, words};

    /// Asserts what a source reads as, each provision as (kind, level, label, wording), and that it is written so again.
    #[track_caller]
    fn reads(source: &str, expected: &[(Kind, u8, &str, &str)]) {
        let blocks = read(source);
        let told: Vec<_> =
            blocks.iter().map(|b| (b.kind, b.level, b.label.as_deref().unwrap_or(""), b.text.as_str())).collect();
        assert_eq!(told, expected);
        let provisions = recorded(blocks);
        assert_eq!(recorded(read(&write(&provisions))), provisions);
    }

    use Kind::{Heading, Item, Paragraph, Title};

    #[test]
    fn titles_and_headings_stand_on_a_line_of_their_own() {
        reads(
            "\u{feff}# Compact\r\n## 1. Scope\r\nText\r\nwrapped\r\n### Article 2bis *(general)* ##\r\n\r\n#### A. Means",
            &[
                (Title, 1, "", "Compact"),
                (Heading, 2, "1", "Scope"),
                (Paragraph, 1, "", "Text wrapped"),
                (Heading, 3, "", "Article 2bis *(general)* ##"),
                (Heading, 4, "A", "Means"),
            ],
        );
    }

    #[test]
    fn numbered_lines_stay_apart_and_keep_their_numbers() {
        reads(
            "1. Keep the rise low;\n    2. Adapt to it.\n\n   2. pursue\n   7. increase\nwrapped [and\n2015. more]",
            &[
                (Paragraph, 1, "1", "Keep the rise low;"),
                (Item, 2, "2", "Adapt to it."),
                (Item, 2, "2", "pursue"),
                (Item, 2, "7", "increase wrapped [and 2015. more]"),
            ],
        );
    }

    #[test]
    fn an_unnumbered_paragraph_may_wrap_before_a_number_but_not_before_a_list() {
        reads(
            "*Noting* the outcome in\n2015. The\n5. of its report\n\nParties shall\nall:\n- act;\n- report\n  soon.",
            &[
                (Paragraph, 1, "", "*Noting* the outcome in 2015. The 5. of its report"),
                (Paragraph, 1, "", "Parties shall all:"),
                (Item, 1, "", "act;"),
                (Item, 1, "", "report soon."),
            ],
        );
    }

    #[test]
    fn labels_and_bullets_make_items() {
        reads(
            "(a) Enhance\n\n    - (17quater) [The Fund\n    • *Consent*\n\tb) x\n\n- 5. bulleted\n\n16 bis. Parties\n\n(5bis)  Parties",
            &[
                (Item, 1, "(a)", "Enhance"),
                (Item, 2, "(17quater)", "[The Fund"),
                (Item, 2, "", "*Consent*"),
                (Item, 2, "b)", "x"),
                (Item, 1, "5", "bulleted"),
                (Paragraph, 1, "16 bis", "Parties"),
                (Item, 1, "(5bis)", "Parties"),
            ],
        );
    }

    #[test]
    fn inline_markup_and_odd_spaces_are_wording() {
        reads(
            "**Option 1:**  *With\t[a view]*\n of[^2] 2\u{a0}°C\n\n[^2]: There is\\\n\n3.3 Each Party",
            &[
                (Paragraph, 1, "", "**Option 1:** *With [a view]* of[^2] 2\u{a0}°C"),
                (Paragraph, 1, "", "[^2]: There is\\"),
                (Paragraph, 1, "", "3.3 Each Party"),
            ],
        );
    }

    #[test]
    fn marks_without_wording_are_wording() {
        reads(
            "5.\n\n##\n\n(a)\n\n* * *\n\n-\n\n####### x",
            &["5.", "##", "(a)", "* * *", "-", "####### x"].map(|wording| (Paragraph, 1, "", wording)),
        );
    }

    #[test]
    fn a_hash_further_in_is_wording() {
        reads("   # Compact\n\n    # 5", &[(Title, 1, "", "Compact"), (Paragraph, 2, "", "# 5")]);
    }

    #[test]
    fn a_backslash_makes_wording_of_a_mark() {
        reads(
            "\\# not\n\n1\\. not\n\na\\) not\n\n\\(a) not\n\n\\- not\n\n\\\\ not\n\n\\* *3.4: not*\n\n1. 2\\. not\n\nnor \\# here\n\n\\x",
            &[
                (Paragraph, 1, "", "# not"),
                (Paragraph, 1, "", "1. not"),
                (Paragraph, 1, "", "a) not"),
                (Paragraph, 1, "", "(a) not"),
                (Paragraph, 1, "", "- not"),
                (Paragraph, 1, "", "\\ not"),
                (Paragraph, 1, "", "* *3.4: not*"),
                (Paragraph, 1, "1", "2. not"),
                (Paragraph, 1, "", "nor \\# here"),
                (Paragraph, 1, "", "\\x"),
            ],
        );
    }

    #[test]
    fn it_is_written_as_one_would_type_it() {
        let source = "# Compact\n\n## 1. Scope\n\n1. (a) Parties:\n\n    (b) act;\n\n        - report;\n\n- 5. end\n\n2\\. is a number\n";
        assert_eq!(write(&recorded(read(source))), source);
    }

    proptest! {
        #[test]
        fn what_is_written_is_what_is_read(text in text()) {
            prop_assert_eq!(recorded(read(&write(&text))), text);
        }

        #[test]
        fn no_word_is_lost_and_reading_settles(source in source()) {
            let once = recorded(read(&source));
            let printed = write(&once);
            prop_assert_eq!(words(&printed, true), words(&source, true));
            prop_assert_eq!(recorded(read(&printed)), once);
        }

        #[test]
        fn whatever_is_read_can_be_recorded(source in source()) {
            for block in read(&source) {
                prop_assert_eq!(label::expressible(block.kind, block.level, block.label.as_deref()), Ok(()));
            }
        }
    }
}
