//! Words: the smallest things that are kept, struck or added.
//!
//! Borders are those of UAX #29 (Unicode text segmentation), so any script can be read, words without spaces
//! included, and joining the pieces gives the text back to the letter. Two refinements make a word what a
//! negotiator would call one: parts joined by a hyphen stay together (`well-being`), and the space between two words
//! belongs to neither, so that a difference is found in the words alone.

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::FixedState;

use super::borders::each_word;

/// One word or punctuation mark of a text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Word {
    /// Where it begins, in bytes of the text.
    pub start: u32,
    /// Where it ends, in bytes of the text.
    pub end: u32,
    /// Its number in the lexicon: equal words have equal numbers.
    pub id: u32,
}

impl Word {
    /// Its place in the text, in bytes.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }
}

/// How much a word says by itself, for deciding whether it can be marked along with its neighbours.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Weight {
    /// Punctuation.
    Mark,
    /// A short word in lower case: "the", "of", "to".
    Light,
    /// Any other word.
    Plain,
    /// A number, or a name.
    Heavy,
}

/// Gives equal words equal numbers, over as many texts as are to be compared.
#[derive(Default)]
pub struct Lexicon<'t> {
    ids: HashMap<&'t str, u32, FixedState>,
    weights: Vec<Weight>,
}

impl<'t> Lexicon<'t> {
    /// An empty lexicon.
    pub fn new() -> Self {
        Self::default()
    }

    /// An empty lexicon with room for this many different words.
    pub fn with_room(words: usize) -> Self {
        let ids = HashMap::with_capacity_and_hasher(words, FixedState::default());
        Self { ids, weights: Vec::with_capacity(words) }
    }

    /// Splits a text into its words and numbers them.
    pub fn read(&mut self, text: &'t str) -> Vec<Word> {
        let mut words: Vec<Word> = Vec::with_capacity(text.len() / 5 + 1);
        each_word(text, |start, end| {
            let id = self.number(text.get(start..end).unwrap_or_default());
            words.push(Word { start: offset(start), end: offset(end), id });
        });
        words
    }

    /// How much the word with this number says by itself.
    pub fn weight(&self, id: u32) -> Weight {
        self.weights.get(id as usize).copied().unwrap_or(Weight::Plain)
    }

    /// How many different words there are.
    pub fn len(&self) -> usize {
        self.weights.len()
    }

    /// Whether no word was read yet.
    pub fn is_empty(&self) -> bool {
        self.weights.is_empty()
    }

    fn number(&mut self, word: &'t str) -> u32 {
        let next = offset(self.weights.len());
        let id = *self.ids.entry(word).or_insert(next);
        if id == next {
            self.weights.push(weigh(word));
        }
        id
    }
}

/// Calls back with the byte range of each word and punctuation mark of a text, in order.
pub fn each(text: &str, found: impl FnMut(usize, usize)) {
    each_word(text, found);
}

/// How many words a text has: numbers and words, not punctuation or spaces.
pub fn count(text: &str) -> u32 {
    let mut count = 0;
    each_word(text, |start, end| {
        let is_plain = text.as_bytes().get(start).is_some_and(u8::is_ascii_alphanumeric);
        let has_letter = || text.get(start..end).is_some_and(|word| word.chars().any(char::is_alphanumeric));
        count += u32::from(is_plain || has_letter());
    });
    count
}

fn weigh(word: &str) -> Weight {
    let mut chars = word.chars();
    let Some(first) = chars.next() else { return Weight::Mark };
    if !word.chars().any(char::is_alphanumeric) {
        Weight::Mark
    } else if word.chars().any(char::is_numeric) || first.is_uppercase() {
        Weight::Heavy
    } else if first.is_lowercase() && word.chars().count() <= 3 {
        Weight::Light
    } else {
        Weight::Plain
    }
}

/// Texts are limited far below 4 GiB at the edge, so an offset always fits.
fn offset(n: usize) -> u32 {
    u32::try_from(n).unwrap_or(u32::MAX)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn split(text: &str) -> Vec<&str> {
        let mut words = Vec::new();
        each_word(text, |start, end| words.push(&text[start..end]));
        words
    }

    #[test]
    fn punctuation_stands_apart_and_hyphens_join() {
        assert_eq!(
            split("We, States, ensure well-being (Article 4.8) - fully."),
            ["We", ",", "States", ",", "ensure", "well-being", "(", "Article", "4.8", ")", "-", "fully", "."]
        );
    }

    #[test]
    fn scripts_without_spaces_have_words_too() {
        assert_eq!(split("公约，权利"), ["公", "约", "，", "权", "利"]);
        assert_eq!(split("الأطراف في الاتفاق"), ["الأطراف", "في", "الاتفاق"]);
    }

    #[test]
    fn only_words_are_counted() {
        assert_eq!(count("shall, fully and / or 3.5 °C."), 6);
    }

    proptest! {
        #[test]
        fn between_words_there_is_only_space(text in "\\PC{0,60}") {
            let mut end = 0;
            for word in split(&text) {
                let start = word.as_ptr() as usize - text.as_ptr() as usize;
                prop_assert!(text[end..start].chars().all(char::is_whitespace));
                prop_assert!(!word.is_empty());
                end = start + word.len();
            }
            prop_assert!(text[end..].chars().all(char::is_whitespace));
        }
    }
}
