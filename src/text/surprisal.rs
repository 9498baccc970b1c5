//! How much it says that a word stands here: in bits, after what the text says anyway (Shannon, 1948).
//!
//! A rare word in common is evidence that one wording comes from the other; "the" is none, and neither is the tail of
//! a set phrase: once "in accordance" stands there, "with" was to be expected. So a word is weighed by how often it
//! stands in the text before the change, and by how often it stands there after the same word.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::borders::each_word;
use super::words::Word;

/// Gives words that differ in nothing but case equal numbers, over as many texts as are to be compared.
#[derive(Default)]
pub struct Forms<'t> {
    ids: HashMap<Cow<'t, str>, u32, FixedState>,
    kinds: Vec<Form>,
}

/// What sort of word a form is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Form {
    /// Punctuation.
    Mark,
    /// A function word: says nothing by itself in any text.
    Function,
    /// Any other word.
    Content,
}

impl<'t> Forms<'t> {
    /// Splits a text into its words and numbers them by their form.
    pub fn read(&mut self, text: &'t str) -> Vec<Word> {
        let mut words = Vec::with_capacity(text.len() / 5 + 1);
        each_word(text, |start, end| {
            let id = self.number(text.get(start..end).unwrap_or_default());
            let offset = |n: usize| u32::try_from(n).unwrap_or(u32::MAX);
            words.push(Word { start: offset(start), end: offset(end), id });
        });
        words
    }

    /// Whether a form is punctuation.
    pub fn is_mark(&self, form: u32) -> bool {
        self.kind(form) == Form::Mark
    }

    /// Whether a form is a word that says something by itself.
    pub fn is_content(&self, form: u32) -> bool {
        self.kind(form) == Form::Content
    }

    fn kind(&self, form: u32) -> Form {
        self.kinds.get(form as usize).copied().unwrap_or(Form::Content)
    }

    fn number(&mut self, word: &'t str) -> u32 {
        if let Some(id) = self.ids.get(word) {
            return *id;
        }
        let lower = word.to_lowercase();
        let id = self.ids.get(lower.as_str()).copied().unwrap_or_else(|| {
            self.kinds.push(kind_of(&lower));
            u32::try_from(self.kinds.len() - 1).unwrap_or(u32::MAX)
        });
        self.ids.insert(Cow::Borrowed(word), id);
        self.ids.insert(Cow::Owned(lower), id);
        id
    }
}

fn kind_of(lower: &str) -> Form {
    if !lower.chars().any(char::is_alphanumeric) {
        Form::Mark
    } else if FUNCTION_WORDS.contains(lower) {
        Form::Function
    } else {
        Form::Content
    }
}

/// The function words of the six languages of the United Nations, as the NLTK corpora list them.
static FUNCTION_WORDS: LazyLock<HashSet<&'static str, FixedState>> = LazyLock::new(|| {
    let lists = ["ar", "zh", "en", "fr", "ru", "es"].into_iter().filter_map(stop_words::lookup);
    lists.flatten().copied().collect()
});

/// How often words stand in a text, alone and after one another.
pub struct Surprisal {
    words: f32,
    single: Vec<u32>,
    pairs: HashMap<(u32, u32), u32, FixedState>,
}

/// A text is taken to be at least this long, so that in a short one no word is thought to be common or rare by chance.
const WORDS_ASSUMED: f32 = 4_000.0;
/// How often a content word is taken to stand in what is not at hand.
const CONTENT_ASSUMED: f32 = 1.0;
/// How much of the weight of a word goes by the word before it, where the two were seen together.
const PAIR_SHARE: f32 = 0.8;
/// The most that a function word or a mark says.
const FUNCTION_BITS_MAX: f32 = 3.0;

impl Surprisal {
    /// Counts the words of a text.
    pub fn of<'w>(passages: impl IntoIterator<Item = &'w [Word]>, forms: &Forms<'_>) -> Self {
        let mut single = vec![0_u32; forms.kinds.len()];
        let mut pairs: HashMap<(u32, u32), u32, FixedState> = HashMap::default();
        let mut words = 0;
        for passage in passages {
            let mut before = None;
            for word in passage.iter().filter(|w| !forms.is_mark(w.id)) {
                words += 1;
                if let Some(count) = single.get_mut(word.id as usize) {
                    *count += 1;
                }
                if let Some(before) = before.replace(word.id) {
                    *pairs.entry((before, word.id)).or_default() += 1;
                }
            }
        }
        Self { words: precise(words), single, pairs }
    }

    /// What a word says by itself, in bits.
    pub fn alone(&self, word: u32, forms: &Forms<'_>) -> f32 {
        if forms.is_mark(word) {
            return 0.0;
        }
        let bits = -self.share(word).log2();
        if forms.is_content(word) { bits } else { bits.min(FUNCTION_BITS_MAX) }
    }

    /// What a word says right after another, in bits: little, where the two go together in the text anyway.
    pub fn after(&self, before: u32, word: u32, forms: &Forms<'_>) -> f32 {
        let alone = self.alone(word, forms);
        let Some(together) = self.pairs.get(&(before, word)) else { return alone };
        let expected = precise(*together) / precise(self.count(before).max(1));
        (-(PAIR_SHARE * expected + (1.0 - PAIR_SHARE) * self.share(word)).log2()).min(alone)
    }

    fn share(&self, word: u32) -> f32 {
        (precise(self.count(word)) + CONTENT_ASSUMED) / (self.words + WORDS_ASSUMED)
    }

    fn count(&self, word: u32) -> u32 {
        self.single.get(word as usize).copied().unwrap_or_default()
    }
}

/// Counts of words are far below the 16 million that an `f32` tells apart.
#[allow(clippy::cast_precision_loss, reason = "texts are limited to far fewer words")]
fn precise(count: u32) -> f32 {
    count as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rare_words_say_more_than_common_ones_and_set_phrases_little() {
        let text = "Parties act in accordance with this Agreement. Parties report in accordance with Article 4. \
                    Parties meet in accordance with the rules.";
        let mut forms = Forms::default();
        let words = forms.read(text);
        let other = forms.read("with gender-responsive parties accordance");
        let surprisal = Surprisal::of([words.as_slice()], &forms);
        let [with, gender, parties, accordance] = [0, 1, 2, 3].map(|i: usize| other[i].id);
        let alone = |word| surprisal.alone(word, &forms);
        assert!(alone(gender) > alone(parties) && alone(parties) > alone(with));
        assert!(surprisal.after(accordance, with, &forms) < 1.0);
        assert!(surprisal.after(accordance, gender, &forms) > 10.0);
    }

    #[test]
    fn case_makes_no_other_form() {
        let mut forms = Forms::default();
        let words = forms.read("Each Party, each PARTY");
        assert_eq!(words.iter().map(|w| w.id).collect::<Vec<_>>(), [0, 1, 2, 0, 1]);
    }
}
