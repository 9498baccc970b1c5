//! How much it says that a word stands here: in bits, after what the text says anyway (Shannon, 1948).
//!
//! A rare word in common is evidence that one wording comes from the other; "the" is none, and neither is the tail of
//! a set phrase: once "in accordance" stands there, "with" was to be expected. So a word is weighed by how often it
//! stands in the text before the change, and by how often it stands there after the same words.

use std::borrow::Cow;
use std::collections::{HashMap, HashSet};
use std::sync::LazyLock;

use foldhash::fast::FixedState;

use super::borders::each_word;
use super::measure::precise;
use super::tiles::Passage;
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

/// How often words stand in a text and in what is asked for, alone and after one another.
#[derive(Default)]
pub struct Surprisal {
    words: f32,
    single: HashMap<u32, Count, FixedState>,
    pairs: HashMap<(u32, u32), Count, FixedState>,
    triples: HashMap<(u32, u32, u32), Count, FixedState>,
}

/// The one or two words before a word, the nearer one last.
#[derive(Clone, Copy, Debug, Default)]
pub struct Before(pub Option<u32>, pub Option<u32>);

impl Before {
    /// What stands before the next word.
    #[must_use]
    pub fn then(self, word: u32) -> Self {
        Self(self.1, Some(word))
    }
}

/// How often something was seen.
#[derive(Clone, Copy, Debug, Default)]
struct Count {
    standing: u32,
    /// At how many sites it is asked for.
    sites: u32,
    /// The last of them.
    last: Option<u32>,
}

impl Count {
    fn asked_at(&mut self, site: u32) {
        if self.last.replace(site) != Some(site) {
            self.sites += 1;
        }
    }

    /// As seen from one of the sites where it is asked for.
    fn elsewhere(self) -> f32 {
        precise((self.standing + self.sites.saturating_sub(1)) as usize)
    }
}

/// A text is taken to be at least this long, so that in a short one no word is thought to be common or rare by chance.
const WORDS_ASSUMED: f32 = 4_000.0;
/// How often a content word is taken to stand in what is not at hand.
const CONTENT_ASSUMED: f32 = 1.0;
/// How much of the weight of a word goes by the words before it, where they were seen together.
const PHRASE_SHARE: f32 = 0.9;
/// The most that a function word or a mark says.
const FUNCTION_BITS_MAX: f32 = 3.0;

impl Surprisal {
    /// Counts the words of a text.
    pub fn of<'w>(passages: impl IntoIterator<Item = &'w [Word]>, forms: &Forms<'_>) -> Self {
        let mut surprisal = Self::default();
        let mut words = 0_usize;
        for passage in passages {
            let mut before = Before::default();
            for word in passage.iter().filter(|w| !forms.is_mark(w.id)) {
                words += 1;
                surprisal.counts(before, word.id).for_each(|count| count.standing += 1);
                before = before.then(word.id);
            }
        }
        surprisal.words = precise(words);
        surprisal
    }

    /// Counts the new words of a wording asked for at a site; those of one site are to be handed in one after the
    /// other, and count once: many may ask for the same there, and it is as telling as if one did.
    pub fn ask(&mut self, site: u32, passage: &Passage) {
        let mut before = Before::default();
        for (word, is_new) in passage.words.iter().copied().zip(&passage.is_new) {
            if *is_new {
                self.counts(before, word).for_each(|count| count.asked_at(site));
            }
            before = before.then(word);
        }
    }

    /// What a word asked for says by itself, in bits.
    pub fn alone(&self, word: u32, forms: &Forms<'_>) -> f32 {
        if forms.is_mark(word) {
            return 0.0;
        }
        let bits = -self.share(word).log2();
        if forms.is_content(word) { bits } else { bits.min(FUNCTION_BITS_MAX) }
    }

    /// What a word asked for says right after others, in bits: little, where they go together anyway.
    pub fn after(&self, before: Before, word: u32, forms: &Forms<'_>) -> f32 {
        let alone = self.alone(word, forms);
        let Before(second, Some(first)) = before else { return alone };
        let seen = |count: Option<&Count>| count.map_or(0.0, |count| count.elsewhere());
        let pair = (seen(self.pairs.get(&(first, word))), self.count(first));
        let triple = second.map_or((0.0, 0.0), |second| {
            (seen(self.triples.get(&(second, first, word))), seen(self.pairs.get(&(second, first))))
        });
        let expected = [pair, triple].map(|(together, before)| (together / before.max(1.0)).min(1.0));
        let expected = expected.into_iter().fold(0.0, f32::max);
        let bits = -(PHRASE_SHARE * expected + (1.0 - PHRASE_SHARE) * self.share(word)).log2();
        if expected > 0.0 { bits.min(alone) } else { alone }
    }

    fn counts(&mut self, before: Before, word: u32) -> impl Iterator<Item = &mut Count> {
        let Before(second, first) = before;
        let pair = first.map(|first| self.pairs.entry((first, word)).or_default());
        let triple = second.zip(first).map(|(second, first)| self.triples.entry((second, first, word)).or_default());
        [Some(self.single.entry(word).or_default()), pair, triple].into_iter().flatten()
    }

    fn share(&self, word: u32) -> f32 {
        (self.count(word) + CONTENT_ASSUMED) / (self.words + WORDS_ASSUMED)
    }

    fn count(&self, word: u32) -> f32 {
        self.single.get(&word).map_or(0.0, |count| count.elsewhere())
    }
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
        assert!(surprisal.after(Before(None, Some(accordance)), with, &forms) < 1.0);
        assert!(surprisal.after(Before(None, Some(accordance)), gender, &forms) > 10.0);
    }

    #[test]
    fn what_is_asked_for_everywhere_says_little_however_many_ask_for_it_at_one_place() {
        let mut forms = Forms::default();
        let asked = forms.read("human mobility");
        let asked = Passage { words: asked.iter().map(|w| w.id).collect(), is_new: vec![true; 2] };
        let [human, mobility] = [asked.words[0], asked.words[1]];
        let mut surprisal = Surprisal::of([], &forms);
        for _ in 0..9 {
            surprisal.ask(1, &asked);
        }
        assert!(surprisal.after(Before(None, Some(human)), mobility, &forms) > 10.0);
        (2..9).for_each(|site| surprisal.ask(site, &asked));
        assert!(surprisal.after(Before(None, Some(human)), mobility, &forms) < 1.0);
    }

    #[test]
    fn case_makes_no_other_form() {
        let mut forms = Forms::default();
        let words = forms.read("Each Party, each PARTY");
        assert_eq!(words.iter().map(|w| w.id).collect::<Vec<_>>(), [0, 1, 2, 0, 1]);
    }
}
