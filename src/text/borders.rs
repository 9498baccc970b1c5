//! Where words begin and end: UAX #29, with words joined by hyphens, quickly where the letters are ASCII.
//!
//! Most texts of most negotiations are ASCII but for a few letters, and for ASCII the rules of UAX #29 are few. So a text
//! is cut at spaces that have a visible ASCII character on either side: no rule of UAX #29 reaches over such a space
//! (nothing joins to it, and it begins every look-behind anew). Each part is then ASCII, for the short rules here, or
//! `unicode-segmentation` reads it. A law in the tests holds the two to the same borders.

use unicode_segmentation::UnicodeSegmentation;

/// Calls back with the byte range of each word and punctuation mark of a text in order; what lies between them is space.
pub(super) fn each_word(text: &str, mut found: impl FnMut(usize, usize)) {
    let bytes = text.as_bytes();
    let at = |i: usize| bytes.get(i).copied();
    let indent = bytes.iter().take_while(|b| **b == b' ').count();
    let mut start = if at(indent).is_some_and(|b| b.is_ascii_graphic()) { indent } else { 0 };
    while start < bytes.len() {
        let (mut end, mut is_plain) = (start, true);
        let mut next = bytes.len();
        while let Some(byte) = at(end) {
            if byte == b' ' {
                let gap = bytes.iter().skip(end).take_while(|b| **b == b' ').count();
                let cuts = end > start && at(end - 1).is_some_and(|b| b.is_ascii_graphic());
                if cuts && at(end + gap).is_none_or(|b| b.is_ascii_graphic()) {
                    next = end + gap;
                    break;
                }
                is_plain = false;
                end += gap;
            } else {
                is_plain &= byte.is_ascii_graphic();
                end += 1;
            }
        }
        let part = start..end;
        if is_plain {
            each_plain_word(bytes.get(part).unwrap_or_default(), |from, to| found(start + from, start + to));
        } else {
            each_other_word(text.get(part).unwrap_or_default(), |from, to| found(start + from, start + to));
        }
        start = next;
    }
}

/// What UAX #29 makes of a visible ASCII character.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Class {
    Letter,
    Digit,
    /// Joins letters, digits and itself: the low line.
    Joiner,
    /// Between two letters.
    MidLetter,
    /// Between two digits.
    MidNumber,
    /// Between two letters or two digits.
    Mid,
    Other,
}

const fn class(byte: u8) -> Class {
    match byte {
        b'A'..=b'Z' | b'a'..=b'z' => Class::Letter,
        b'0'..=b'9' => Class::Digit,
        b'_' => Class::Joiner,
        b':' => Class::MidLetter,
        b',' | b';' => Class::MidNumber,
        b'.' | b'\'' => Class::Mid,
        _ => Class::Other,
    }
}

/// The class of every byte, looked up because every letter of every text asks.
const CLASSES: [Class; 256] = {
    let mut classes = [Class::Other; 256];
    let mut byte = 0_u8;
    // A `const` cannot yet iterate, nor borrow an element it has not indexed.
    while byte < 128 {
        #[expect(clippy::indexing_slicing, reason = "at build time, and within bounds")]
        {
            classes[byte as usize] = class(byte);
        }
        byte += 1;
    }
    classes
};

/// The words of visible ASCII characters without spaces.
fn each_plain_word(bytes: &[u8], mut found: impl FnMut(usize, usize)) {
    let class_at = |i: usize| bytes.get(i).and_then(|b| CLASSES.get(usize::from(*b))).copied().unwrap_or(Class::Other);
    let mut start = 0;
    while start < bytes.len() {
        let mut last = class_at(start);
        let mut end = start + 1;
        let is_word = matches!(last, Class::Letter | Class::Digit);
        while matches!(last, Class::Letter | Class::Digit | Class::Joiner) {
            let next = class_at(end);
            let joins = match next {
                Class::Letter | Class::Digit | Class::Joiner => {
                    last = next;
                    end += 1;
                    continue;
                }
                Class::MidLetter => last == Class::Letter && class_at(end + 1) == Class::Letter,
                Class::MidNumber => last == Class::Digit && class_at(end + 1) == Class::Digit,
                Class::Mid => last != Class::Joiner && class_at(end + 1) == last,
                // A hyphen between two words makes them one.
                Class::Other => {
                    let hyphen = is_word && bytes.get(end) == Some(&b'-');
                    hyphen && matches!(class_at(end + 1), Class::Letter | Class::Digit)
                }
            };
            if !joins {
                break;
            }
            last = class_at(end + 1);
            end += 2;
        }
        found(start, end);
        start = end;
    }
}

/// The words of any text.
pub(super) fn each_other_word(text: &str, mut found: impl FnMut(usize, usize)) {
    let mut pieces = text.split_word_bound_indices().peekable();
    while let Some((start, first)) = pieces.next() {
        if first.chars().all(char::is_whitespace) {
            continue;
        }
        let mut end = start + first.len();
        let is_hyphen = |piece: &str| matches!(piece, "-" | "\u{2010}" | "\u{2011}");
        // A hyphen between two words makes them one.
        while is_word(first) && pieces.peek().is_some_and(|(_, piece)| is_hyphen(piece)) {
            let mut ahead = pieces.clone();
            ahead.next();
            let Some((at, word)) = ahead.next().filter(|(_, word)| is_word(word)) else { break };
            end = at + word.len();
            pieces = ahead;
        }
        found(start, end);
    }
}

fn is_word(piece: &str) -> bool {
    piece.chars().next().is_some_and(char::is_alphanumeric)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn fast(text: &str) -> Vec<&str> {
        let mut words = Vec::new();
        each_word(text, |start, end| words.push(&text[start..end]));
        words
    }

    fn by_the_book(text: &str) -> Vec<&str> {
        let mut words = Vec::new();
        each_other_word(text, |start, end| words.push(&text[start..end]));
        words
    }

    #[test]
    fn every_three_ascii_characters_are_split_by_the_book() {
        let letters: Vec<char> = (0..128_u8).map(char::from).collect();
        for a in &letters {
            for b in &letters {
                for c in ['a', '1', '_', '.', ',', ':', '\'', '"', '-', ' ', '\n', 'é', '\u{301}'] {
                    for text in [format!("{a}{b}{c}"), format!("x{a}{b}{c}"), format!("2{a}{c}{b} y")] {
                        assert_eq!(fast(&text), by_the_book(&text), "{text:?}");
                    }
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(2_000))]

        #[test]
        fn any_text_is_split_by_the_book(text in "([a-cA1-3_.,:;'\"*\\[\\-  ]{0,6}|\\PC|[\u{300}\u{200d}\u{1f1e6}\u{3000}\u{a0}\n\t\r]|[ -~]{0,3}){0,12}") {
            prop_assert_eq!(fast(&text), by_the_book(&text));
        }
    }
}
