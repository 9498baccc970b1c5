//! Labels and bullets: the marks that a provision opens with.
//!
//! A label is known if it is a number (`5`, `3.3`), one letter of any script (`a`, `б`) or a Roman numeral (`iv`), perhaps
//! with a Latin suffix (`16 bis`, `3.3bis`, `3.3bis Alt`), and it is printed `5.`, `a)` or `(iv)`. Space and some wording
//! must follow. The wording that the functions below read is one line, its ASCII spaces folded.

use super::provision::Kind;

/// The most bytes a label may have: what is longer is wording that happens to end in a full stop.
pub const BYTES_MAX: usize = 32;

/// The deepest level of a paragraph or an item.
pub const LEVEL_MAX: u8 = 8;

/// The deepest level of a heading.
pub const HEADING_LEVEL_MAX: u8 = 6;

/// What stands before a bullet's wording. The typographic dash and dot come with texts pasted from Word.
pub(crate) const BULLETS: [char; 5] = ['-', '*', '+', '•', '–'];

const SUFFIXES: [&str; 11] =
    ["bis", "ter", "quater", "quat", "quinquies", "sexies", "septies", "octies", "novies", "decies", "alt"];

/// Space that has no meaning of its own and folds to one space. No-break and other Unicode spaces are wording.
pub(crate) fn is_space(c: char) -> bool {
    c.is_ascii_whitespace() || c == '\u{b}'
}

/// A label as it stands at the start of a line, told apart from the wording after it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Labelled<'a> {
    /// The label: `5`, `16 bis`, `a)`, `(iv)`.
    pub(crate) label: &'a str,
    /// The wording after it.
    pub(crate) wording: &'a str,
}

/// The label that a line starts with.
pub(crate) fn labelled(line: &str) -> Option<Labelled<'_>> {
    let (bare, rest) = match line.strip_prefix('(') {
        Some(inside) => (false, number(inside)?.strip_prefix(')')?),
        None => (true, number(line)?),
    };
    let after = match rest.strip_prefix('.') {
        Some(after) if bare => after,
        _ if bare => rest.strip_prefix(')')?,
        _ => rest,
    };
    let printed = line.get(..line.len() - after.len())?;
    let label = printed.strip_suffix('.').unwrap_or(printed);
    let wording = spaced(after)?;
    (label.len() <= BYTES_MAX).then_some(Labelled { label, wording })
}

/// The wording of a line that starts with a bullet. A rule such as `* * *` is no bullet.
pub(crate) fn bulleted(line: &str) -> Option<&str> {
    let mark = line.chars().next().filter(|c| BULLETS.contains(c))?;
    let wording = spaced(line.strip_prefix(mark)?)?;
    (!only(mark, wording)).then_some(wording)
}

/// Whether `wording` is made of `mark` and spaces, and of nothing else.
fn only(mark: char, wording: &str) -> bool {
    wording.chars().all(|c| c == mark || c.is_whitespace())
}

/// What follows a mark: any one space, then wording. Any, because Word sets a no-break or an em space after a number.
pub(crate) fn spaced(after: &str) -> Option<&str> {
    let rest = after.strip_prefix(char::is_whitespace)?;
    let wording = rest.trim_matches(is_space);
    (!wording.trim().is_empty()).then_some(wording)
}

/// Where a label whose full stop or bracket is escaped (`1\. x`, `a\) x`) has its backslashes, as the wording before and after them.
pub(crate) fn escaped(line: &str) -> Option<(&str, &str)> {
    let rest = number(line)?;
    let after = rest.trim_start_matches('\\');
    let stem = line.get(..line.len() - rest.len())?;
    spaced(after.strip_prefix(['.', ')'])?)?;
    (stem.len() <= BYTES_MAX).then_some((stem, rest))
}

/// What is left of a line after the number, letter or Roman numeral that it starts with, and its suffixes.
fn number(line: &str) -> Option<&str> {
    let rest = line.trim_start_matches(|c: char| c.is_ascii_digit());
    if rest.len() < line.len() {
        let rest = dotted(rest);
        return Some(suffixes(suffix(rest).unwrap_or(rest)));
    }
    let rest = line.trim_start_matches(char::is_alphabetic);
    let letters = line.get(..line.len() - rest.len())?;
    let one = letters.chars().count() == 1;
    (one || is_roman(letters)).then(|| suffixes(rest))
}

fn dotted(mut rest: &str) -> &str {
    while let Some(after) = rest.strip_prefix('.') {
        let next = after.trim_start_matches(|c: char| c.is_ascii_digit());
        if next.len() == after.len() {
            break;
        }
        rest = next;
    }
    rest
}

/// `bis`, in any case.
fn suffix(rest: &str) -> Option<&str> {
    let after = rest.trim_start_matches(|c: char| c.is_ascii_alphabetic());
    let word = rest.get(..rest.len() - after.len())?;
    SUFFIXES.iter().any(|suffix| word.eq_ignore_ascii_case(suffix)).then_some(after)
}

/// ` bis Alt`.
fn suffixes(mut rest: &str) -> &str {
    while let Some(after) = rest.strip_prefix(' ').and_then(suffix) {
        rest = after;
    }
    rest
}

/// A Roman numeral as one writes it, to 399 and seven letters, in one case. `civil` and `Mix` are words.
fn is_roman(letters: &str) -> bool {
    let lower = letters.to_ascii_lowercase();
    let one_case = letters == lower || letters == letters.to_ascii_uppercase();
    let rest = up_to(3, 'c', &lower);
    let rest = place('x', 'l', 'c', rest);
    let rest = place('i', 'v', 'x', rest);
    one_case && rest.is_empty() && (1..=7).contains(&letters.len())
}

/// Takes one decimal place of a Roman numeral off: `xc`, `xl`, `lxxx`.
fn place(one: char, five: char, ten: char, letters: &str) -> &str {
    letters
        .strip_prefix([one, ten].as_slice())
        .and_then(|_| letters.strip_prefix(one)?.strip_prefix([five, ten]))
        .unwrap_or_else(|| up_to(3, one, letters.strip_prefix(five).unwrap_or(letters)))
}

fn up_to(most: usize, letter: char, mut letters: &str) -> &str {
    for _ in 0..most {
        letters = letters.strip_prefix(letter).unwrap_or(letters);
    }
    letters
}

/// Whether a label numbers a paragraph: `5`, `16 bis`, `3.3bis`; not `5)`, `(5)`, `a`.
pub fn is_numeric(label: &str) -> bool {
    label.starts_with(|c: char| c.is_ascii_digit()) && !label.ends_with(')')
}

/// A label as it is printed: with a full stop, unless it has its own bracket.
pub fn printed(label: &str) -> String {
    let stop = if label.ends_with(')') { "" } else { "." };
    format!("{label}{stop}")
}

/// What a paragraph or an item opens with on the page: `5. `, `(a) `, `- `; nothing for an unnumbered paragraph.
///
/// A sub-paragraph at level 1 with a paragraph's number would read as a paragraph, so it is printed as a bullet too: `- 5. `.
pub(crate) fn mark(kind: Kind, level: u8, label: Option<&str>, wording: &str) -> String {
    let bullet = match label {
        _ if kind != Kind::Item => "",
        Some(label) if level <= 1 && is_numeric(label) => "- ",
        Some(_) => "",
        // A wording made of dashes would make a rule with a dash.
        None if only('-', wording) => "+ ",
        None => "- ",
    };
    let label = label.map(|label| printed(label) + " ");
    bullet.to_owned() + &label.unwrap_or_default()
}

/// Whether texts can hold a provision of this kind, level and label, so that what is written is what is read.
///
/// The error is a sentence that says what to do.
pub fn expressible(kind: Kind, level: u8, label: Option<&str>) -> Result<(), &'static str> {
    match (kind, label) {
        (Kind::Title, _) if level != 1 => Err("Give the title level 1."),
        (Kind::Title, Some(_)) => Err("Give the title no label: put its number in its wording."),
        (Kind::Heading, _) if !(2..=HEADING_LEVEL_MAX).contains(&level) => Err("Give the heading a level from 2 to 6."),
        (Kind::Paragraph | Kind::Item, _) if !(1..=LEVEL_MAX).contains(&level) => {
            Err("Give the paragraph or item a level from 1 to 8.")
        }
        (_, Some(label)) if !is_known(label) => Err(
            "Write the label as a number (5, 3.3), a letter or a Roman numeral, perhaps with bis, ter, … alt (16 bis), \
             and perhaps in brackets ((a), iv)), without a full stop.",
        ),
        (Kind::Paragraph, Some(label)) if !is_numeric(label) => {
            Err("Make it an item: only a number such as 5 or 16 bis labels a paragraph.")
        }
        (Kind::Paragraph, Some(_)) if level != 1 => {
            Err("Make it an item, or give it level 1: only a paragraph at level 1 is numbered.")
        }
        _ => Ok(()),
    }
}

/// Whether a label is one that the reader finds again where it was printed.
fn is_known(label: &str) -> bool {
    labelled(&(printed(label) + " x")).is_some_and(|found| found.label == label)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn labels_are_told_from_wording() {
        for (line, label, wording) in [
            ("5. Parties shall", "5", "Parties shall"),
            ("3.3. Parties", "3.3", "Parties"),
            ("3.3bis. Parties", "3.3bis", "Parties"),
            ("3.3bis Alt. Parties", "3.3bis Alt", "Parties"),
            ("16 bis. text", "16 bis", "text"),
            ("5) text", "5)", "text"),
            ("(17quater) [The Fund]", "(17quater)", "[The Fund]"),
            ("(a) text", "(a)", "text"),
            ("a. text", "a", "text"),
            ("(xxxviii) text", "(xxxviii)", "text"),
            ("IV. Means", "IV", "Means"),
            ("б) текст", "б)", "текст"),
            ("(أ) نص", "(أ)", "نص"),
            ("1.\u{2003}Word sets an em space", "1", "Word sets an em space"),
            ("1. (a) Each Party", "1", "(a) Each Party"),
        ] {
            assert_eq!(labelled(line), Some(Labelled { label, wording }), "{line}");
        }
        for line in [
            "5.",
            "(a)",
            "1. \u{a0}",
            "1.5 °C",
            "1.5°C above",
            "3.3 Each Party",
            "3.3: Each Party",
            "3bis Parties",
            "(civil) society",
            "vi bis",
            "Mix. All",
            "iiii) four",
            "(a text",
            "(a. text",
            "[5. text",
            "1\\. text",
            "No. text",
        ] {
            assert_eq!(labelled(line), None, "{line}");
        }
    }

    #[test]
    fn every_roman_numeral_of_a_list_is_one() {
        let tens = ["", "x", "xx", "xxx", "xl", "l", "lx", "lxx", "lxxx", "xc"];
        let ones = ["", "i", "ii", "iii", "iv", "v", "vi", "vii", "viii", "ix"];
        for numeral in tens.iter().flat_map(|ten| ones.map(|one| format!("{ten}{one}"))).skip(1) {
            let short = numeral.len() <= 7;
            assert_eq!(is_roman(&numeral), short, "{numeral}");
            assert_eq!(is_roman(&numeral.to_uppercase()), short, "{numeral}");
        }
        for word in ["", "civil", "vil", "iix", "vx", "xci l", "Iv", "ill", "mi"] {
            assert!(!is_roman(word), "{word}");
        }
    }

    #[test]
    fn bullets_need_space_and_wording() {
        assert_eq!(bulleted("- Consent"), Some("Consent"));
        assert_eq!(bulleted("•\u{a0}Consent"), Some("Consent"));
        for line in ["*Being* Parties", "-", "* * *", "- - -", "-5 °C", "--- x"] {
            assert_eq!(bulleted(line), None, "{line}");
        }
    }

    #[test]
    fn what_texts_cannot_hold_is_refused_with_advice() {
        for (kind, level, label) in [
            (Kind::Title, 1, None),
            (Kind::Heading, 2, Some("1")),
            (Kind::Paragraph, 1, Some("16 bis")),
            (Kind::Paragraph, 3, None),
            (Kind::Item, 8, Some("(a)")),
            (Kind::Item, 1, Some("5")),
        ] {
            assert_eq!(expressible(kind, level, label), Ok(()), "{kind:?} {label:?}");
        }
        for (kind, level, label, advice) in [
            (Kind::Title, 2, None, "level 1"),
            (Kind::Title, 1, Some("1"), "no label"),
            (Kind::Heading, 1, None, "from 2 to 6"),
            (Kind::Heading, 7, None, "from 2 to 6"),
            (Kind::Item, 9, None, "from 1 to 8"),
            (Kind::Paragraph, 0, None, "from 1 to 8"),
            (Kind::Paragraph, 2, Some("5"), "Make it an item"),
            (Kind::Paragraph, 1, Some("(a)"), "Make it an item"),
            (Kind::Item, 1, Some("5."), "without a full stop"),
            (Kind::Item, 1, Some("16  bis"), "number"),
            (Kind::Item, 1, Some("Option 1"), "number"),
            (Kind::Item, 1, Some(""), "number"),
        ] {
            let refused = expressible(kind, level, label).expect_err("it reads as something else");
            assert!(refused.contains(advice), "{kind:?} {level} {label:?}: {refused}");
        }
    }
}
