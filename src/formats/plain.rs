//! Plain text, as people send it: provisions with blank lines between, labels and indentation as printed, no markup.
//!
//! - A blank line ends a provision. Where a text has no blank line at all, each line is a provision: so some tools paste.
//! - Indentation is the level: none is 1, up to four columns 2, up to eight 3, to level 8. A tab goes to the next multiple
//!   of four.
//! - A number at the margin (`5.`, `16 bis.`) labels a paragraph; any other label, a bullet, or any label further in, makes
//!   an item; without either it is a paragraph.
//! - Where lines follow each other without a blank line, a line with a label or a bullet begins a provision if the one before
//!   has a label or a bullet itself, or if two such lines follow, for that is a list. A single one may be chance: "in⏎5. of"
//!   is a wrapped line. A number of four digits, "in⏎2015. The", is a year and begins nothing there.
//! - ASCII spaces fold to one; all other wording stays as it is.
//!
//! The page does not show what is a title or a heading, nor whether `1. x` is a number or wording. Hence the text that stands
//! is asked: a passage printed like a provision that stands is taken for that provision. What is printed like none is a
//! paragraph or an item, never a title or a heading. Whoever wants those hands in Markdown.

use std::collections::{HashMap, VecDeque};

use unicode_normalization::UnicodeNormalization;

use crate::compact::label::{self, is_space};
use crate::compact::{Block, Kind, Provision};

/// Columns of indentation to a level.
const LEVEL_COLUMNS: usize = 4;

const BYTE_ORDER_MARK: char = '\u{feff}';

/// Reads plain text, beside the provisions that stand.
///
/// A passage printed like one of `standing`, the first that no earlier passage was taken for, has its kind, level, label and
/// wording. Hence to read what [`write()`] wrote of `standing` gives `standing`.
pub fn read(source: &str, standing: &[Provision]) -> Vec<Block> {
    let mut sections = sections(source);
    if let [only] = sections.as_mut_slice() {
        sections = std::mem::take(only).into_iter().map(|line| vec![line]).collect();
    }
    let mut unused = Unused::of(standing);
    let mut blocks = Vec::new();
    for section in sections {
        // Whole first: the wording of a provision may have what looks like a label where its line was wrapped.
        match joined(&section).and_then(|whole| unused.take(&whole)) {
            Some(block) => blocks.push(block),
            None => blocks.extend(cut(section).map(|line| unused.take(&line).unwrap_or_else(|| provision(&line)))),
        }
    }
    blocks
}

/// Writes provisions as plain text: labels and indentation, a blank line between, no headings marked and nothing escaped.
pub fn write<'a>(provisions: impl IntoIterator<Item = &'a Provision>) -> String {
    page(provisions.into_iter().map(print))
}

/// A provision as it is printed, on one line.
fn print(provision: &Provision) -> String {
    let Provision { kind, level, text, .. } = provision;
    let label = provision.label.as_deref();
    indentation(*kind, *level) + &label::mark(*kind, *level, label, text) + text
}

/// The spaces before a paragraph or an item of this level.
pub(super) fn indentation(kind: Kind, level: u8) -> String {
    match kind {
        Kind::Title | Kind::Heading => String::new(),
        Kind::Paragraph | Kind::Item => " ".repeat(LEVEL_COLUMNS * usize::from(level.saturating_sub(1))),
    }
}

/// Lines with a blank line between.
pub(super) fn page(lines: impl Iterator<Item = String>) -> String {
    let mut page = String::new();
    for line in lines {
        // A reader drops one byte order mark at the start, so wording that starts with one is given another.
        if page.is_empty() && line.starts_with(BYTE_ORDER_MARK) {
            page.push(BYTE_ORDER_MARK);
        }
        if !page.is_empty() && !page.ends_with(BYTE_ORDER_MARK) {
            page.push('\n');
        }
        page.push_str(&line);
        page.push('\n');
    }
    page
}

/// The provisions that stand and that no passage was taken for yet, by what they look like on the page.
struct Unused<'a>(HashMap<(u8, String), VecDeque<&'a Provision>>);

impl<'a> Unused<'a> {
    fn of(standing: &'a [Provision]) -> Self {
        let mut by_print: HashMap<_, VecDeque<_>> = HashMap::new();
        for provision in standing {
            let printed = Line::of(&print(provision)).look();
            by_print.entry(printed).or_default().push_back(provision);
        }
        Self(by_print)
    }

    fn take(&mut self, line: &Line) -> Option<Block> {
        let provision = self.0.get_mut(&line.look())?.pop_front()?;
        Some(Block {
            kind: provision.kind,
            level: provision.level,
            label: provision.label.clone(),
            text: provision.text.to_string(),
        })
    }
}

/// A line, or several that make one provision: how far in it stands, and what it says with its spaces folded.
pub(super) struct Line {
    pub(super) columns: usize,
    pub(super) words: String,
}

impl Line {
    fn of(raw: &str) -> Self {
        let mut columns = 0;
        for c in raw.chars().take_while(|c| is_space(*c)) {
            match c {
                ' ' => columns += 1,
                '\t' => columns = (columns / LEVEL_COLUMNS + 1) * LEVEL_COLUMNS,
                // A form feed, say, takes no room.
                _ => {}
            }
        }
        let mut words = String::with_capacity(raw.len());
        for word in raw.split(is_space).filter(|word| !word.is_empty()) {
            if !words.is_empty() {
                words.push(' ');
            }
            words.push_str(word);
        }
        Self { columns, words }
    }

    /// A line with nothing on it, or nothing but spaces of any sort.
    fn is_blank(&self) -> bool {
        self.words.trim().is_empty()
    }

    fn level(&self) -> u8 {
        let level = 1 + self.columns.div_ceil(LEVEL_COLUMNS);
        u8::try_from(level).map_or(label::LEVEL_MAX, |level| level.min(label::LEVEL_MAX))
    }

    fn is_marked(&self) -> bool {
        label::bulleted(&self.words).is_some() || label::labelled(&self.words).is_some()
    }

    /// Whether the line begins a provision when it follows the line of another without a blank line.
    fn begins(&self) -> bool {
        let year = |label: &str| label.split(|c: char| !c.is_ascii_digit()).any(|n| n.len() > 3);
        label::labelled(&self.words).map_or_else(|| label::bulleted(&self.words).is_some(), |found| !year(found.label))
    }

    /// What one sees on the page; the same for texts that differ only in how their letters are composed.
    fn look(&self) -> (u8, String) {
        (self.level(), self.words.nfc().collect())
    }
}

/// The lines of a text, in groups with blank lines between.
pub(super) fn sections(source: &str) -> Vec<Vec<Line>> {
    let source = source.strip_prefix(BYTE_ORDER_MARK).unwrap_or(source);
    let mut sections = Vec::new();
    let mut section = Vec::new();
    // "\r\n" gives an empty line too many, which must not end a section: so each ending is taken off by itself.
    for line in source.split('\n').flat_map(|line| line.strip_suffix('\r').unwrap_or(line).split('\r')).map(Line::of) {
        if !line.is_blank() {
            section.push(line);
        } else if !section.is_empty() {
            sections.push(std::mem::take(&mut section));
        }
    }
    sections.extend((!section.is_empty()).then_some(section));
    sections
}

/// Lines as one, standing where the first stands.
fn joined(lines: &[Line]) -> Option<Line> {
    let words: Vec<&str> = lines.iter().map(|line| line.words.as_str()).collect();
    lines.first().map(|first| Line { columns: first.columns, words: words.join(" ") })
}

/// The provisions in lines that no blank line parts: wrapped lines joined, and cut where a label or a bullet begins another.
pub(super) fn cut(section: Vec<Line>) -> impl Iterator<Item = Line> {
    let has_list = section.iter().skip(1).filter(|line| line.begins()).count() > 1;
    let mut provisions: Vec<Line> = Vec::new();
    let mut open_is_marked = false;
    for line in section {
        match provisions.last_mut() {
            Some(open) if !((open_is_marked || has_list) && line.begins()) => {
                open.words.push(' ');
                open.words.push_str(&line.words);
            }
            _ => {
                open_is_marked = line.is_marked();
                provisions.push(line);
            }
        }
    }
    provisions.into_iter()
}

/// A paragraph or an item, by its label or bullet and by where it stands.
pub(super) fn provision(line: &Line) -> Block {
    let bulleted = label::bulleted(&line.words);
    let wording = bulleted.unwrap_or(&line.words);
    let (label, text) = label::labelled(wording).map_or((None, wording), |found| (Some(found.label), found.wording));
    let level = line.level();
    let is_paragraph = match label {
        Some(label) => level == 1 && label::is_numeric(label),
        None => true,
    };
    Block {
        kind: if is_paragraph && bulleted.is_none() { Kind::Paragraph } else { Kind::Item },
        level,
        label: label.map(Into::into),
        text: text.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::formats::trials::{recorded, source, text, words};

    /// What a passage reads as, in short: `Paragraph 1 [5] wording`.
    fn told(blocks: &[Block]) -> Vec<String> {
        let label = |block: &Block| block.label.as_deref().map_or(String::new(), |label| format!("[{label}] "));
        blocks.iter().map(|b| format!("{:?} {} {}{}", b.kind, b.level, label(b), b.text)).collect()
    }

    #[test]
    fn a_text_without_blank_lines_has_a_provision_on_each_line() {
        let read = read("\u{feff}Preamble\r\n1. Parties shall:\r\n  (a) act;\r\n\tand report.\r\n", &[]);
        assert_eq!(
            told(&read),
            ["Paragraph 1 Preamble", "Paragraph 1 [1] Parties shall:", "Item 2 [(a)] act;", "Paragraph 2 and report."]
        );
    }

    #[test]
    fn neither_hashes_nor_backslashes_mean_anything() {
        let read = read("## Scope\n\n1\\. Parties\n\n\\- act", &[]);
        assert_eq!(told(&read), ["Paragraph 1 ## Scope", "Paragraph 1 1\\. Parties", "Paragraph 1 \\- act"]);
    }

    #[test]
    fn a_passage_printed_as_what_stands_is_what_stands() {
        let standing = recorded(crate::formats::markdown::read(
            "# Compact\n\n## 1. Scope\n\n1\\. is a number\n\nNo text\n\n### No text",
        ));
        let sent =
            "Compact\n\nNo text\n\n1. Scope\n\nA new paragraph\nwrapped\n\n1. is a\nnumber\n\nNo text\n\nNo text\n";
        assert_eq!(
            told(&read(sent, &standing)),
            [
                "Title 1 Compact",
                "Paragraph 1 No text",
                "Heading 2 [1] Scope",
                "Paragraph 1 A new paragraph wrapped",
                "Paragraph 1 1. is a number",
                "Heading 3 No text",
                "Paragraph 1 No text",
            ]
        );
    }

    #[test]
    fn indentation_is_the_level() {
        let source = "0\n 1\n    4\n     5\n  \t4\n\t \t8\n\u{c}0\n \u{a0} \n                                    36";
        let levels: Vec<_> = read(source, &[]).iter().map(|b| (b.text.clone(), b.level)).collect();
        // The line that holds no-break spaces only is blank, so the lines before it are one passage.
        assert_eq!(levels, [("0 1 4 5 4 8 0".to_owned(), 1), ("36".to_owned(), 8)]);
        let levels = read(&source.replace(" \u{a0} \n", ""), &[]);
        let levels: Vec<_> = levels.iter().map(|block| block.level).collect();
        assert_eq!(levels, [1, 2, 2, 3, 2, 3, 1, 8]);
    }

    #[test]
    fn what_stands_is_known_again_however_its_letters_are_composed() {
        let standing = recorded(crate::formats::markdown::read("## Pr\u{e9}ambule"));
        assert_eq!(told(&read("Pre\u{301}ambule", &standing)), ["Heading 2 Pr\u{e9}ambule"]);
    }

    #[test]
    fn it_is_printed_with_labels_and_indentation_only() {
        let provisions = recorded(crate::formats::markdown::read(
            "# Compact\n\n## 1. Scope\n\n1. Parties:\n    (a) act;\n        * report;\n\n    \\# of Parties",
        ));
        assert_eq!(
            write(&provisions),
            "Compact\n\n1. Scope\n\n1. Parties:\n\n    (a) act;\n\n        - report;\n\n    # of Parties\n"
        );
    }

    proptest! {
        #[test]
        fn importing_an_exported_text_changes_nothing(standing in text()) {
            let again = read(&write(&standing), &standing);
            prop_assert_eq!(recorded(again), standing);
        }

        #[test]
        fn no_word_is_lost_and_reading_settles(source in source()) {
            let once = recorded(read(&source, &[]));
            let printed = write(&once);
            prop_assert_eq!(words(&printed, false), words(&source, false));
            prop_assert_eq!(recorded(read(&printed, &once)), once);
        }
    }
}
