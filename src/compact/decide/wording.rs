//! What may be said, letter by letter: wordings, names and notes as they come from outside.

use std::sync::Arc;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

use super::at_most;
use crate::compact::limits;
use crate::compact::refusal::Refusal;
use crate::text::words::Lexicon;

/// A wording as it is recorded: NFC (UAX #15), one line, single spaces, no control characters, not blank.
pub(super) fn wording(given: &str) -> Result<String, Refusal> {
    at_most(limits::WORDING_BYTES_MAX, given.len(), "bytes of wording in one provision")?;
    let text = one_line(given)?;
    if text.is_empty() {
        return Err(Refusal::BadWording("the wording is blank; to take a provision out, strike it".into()));
    }
    // A word has at least one byte: most wordings need not be counted.
    if text.len() > limits::WORDING_WORDS_MAX {
        at_most(limits::WORDING_WORDS_MAX, Lexicon::new().read(&text).len(), "words in one provision")?;
    }
    Ok(text)
}

/// A title, name or label as displayed.
pub(super) fn name(what: &'static str, given: &str) -> Result<String, Refusal> {
    let text = one_line(given)?;
    if text.is_empty() {
        return Err(Refusal::BadCommand(format!("the {what} is blank; send one")));
    }
    at_most(limits::NAME_CHARS_MAX, text.chars().count(), "characters in a title, name or label")?;
    Ok(text)
}

/// A note, reason or rationale: several lines are welcome; blank is none.
pub(super) fn note(given: Option<&str>) -> Result<Option<String>, Refusal> {
    let Some(given) = given else { return Ok(None) };
    at_most(limits::NOTE_CHARS_MAX, given.chars().count(), "characters in a note")?;
    let text = compose(given.trim());
    no_controls(&text.replace(['\n', '\t'], " ").replace('\r', ""))?;
    Ok((!text.is_empty()).then(|| text.replace('\r', "")))
}

/// The number of a provision as printed; blank is none.
pub(super) fn label(given: Option<&str>) -> Result<Option<Arc<str>>, Refusal> {
    let Some(given) = given else { return Ok(None) };
    let text = one_line(given)?;
    at_most(limits::LABEL_CHARS_MAX, text.chars().count(), "characters in a label")?;
    Ok((!text.is_empty()).then(|| text.into()))
}

fn one_line(given: &str) -> Result<String, Refusal> {
    let is_space = |c: char| matches!(c, ' ' | '\t' | '\n' | '\r');
    let is_folded =
        !given.contains(['\t', '\n', '\r']) && !given.contains("  ") && given.trim_matches(is_space) == given;
    let text = if is_folded {
        compose(given)
    } else {
        compose(&given.split(is_space).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" "))
    };
    no_controls(&text)?;
    Ok(if is_blank(&text) { String::new() } else { text })
}

/// Whether there is nothing to read: spaces of other scripts or invisible marks alone are as blank as an empty text.
pub(super) fn is_blank(text: &str) -> bool {
    text.chars().all(|c| c.is_whitespace() || is_invisible(c))
}

fn compose(text: &str) -> String {
    if is_nfc_quick(text.chars()) == IsNormalized::Yes { text.to_owned() } else { text.nfc().collect() }
}

fn no_controls(text: &str) -> Result<(), Refusal> {
    let bad = |c: &char| c.is_control() || matches!(c, '\u{2028}' | '\u{2029}' | '\u{FFFE}' | '\u{FFFF}');
    match text.chars().find(bad) {
        None => Ok(()),
        Some(c) => Err(Refusal::BadWording(format!(
            "the control character U+{:04X} cannot stand in a text; remove it",
            u32::from(c)
        ))),
    }
}

/// Joiners and direction marks belong to words of many scripts, but make none by themselves.
fn is_invisible(c: char) -> bool {
    matches!(c, '\u{200B}'..='\u{200F}' | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{2069}' | '\u{FEFF}' | '\u{00AD}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wording_is_composed_and_folded_into_one_line() {
        assert_eq!(wording("  The re\u{301}gime\n of  States ").unwrap(), "The r\u{e9}gime of States");
        assert_eq!(wording("Les États\u{a0}; puis").unwrap(), "Les États\u{a0}; puis");
    }

    #[test]
    fn blank_or_controlled_wording_is_refused() {
        for blank in ["", " \n\t", "\u{a0}\u{200b}", "\u{202e}"] {
            assert_eq!(wording(blank).unwrap_err().slug(), "bad-wording", "{blank:?}");
        }
        for bad in ["a\u{0}b", "a\u{7}b", "a\u{85}b", "a\u{2028}b"] {
            assert!(wording(bad).unwrap_err().to_string().contains("U+"), "{bad:?}");
        }
    }

    #[test]
    fn a_million_words_are_too_many() {
        assert_eq!(wording(&"word ".repeat(1_000_000)).unwrap_err().slug(), "too-much");
        assert_eq!(wording(&"a ".repeat(limits::WORDING_WORDS_MAX + 1)).unwrap_err().slug(), "too-much");
    }
}
