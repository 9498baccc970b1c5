//! Words that stand in another provision now: struck here, added there, and yet nobody's new words.

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::FixedState;

use crate::text::words::{Lexicon, Weight, Word};

/// A run of words that was struck in one passage and added in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Carried {
    /// Which struck passage.
    pub from: usize,
    /// Its words that were carried.
    pub from_words: Range<usize>,
    /// Which added passage.
    pub to: usize,
    /// The words that were carried there.
    pub to_words: Range<usize>,
    /// How many words they are, punctuation left out.
    pub words: u32,
}

/// Fewer words in a row than this may stand in two places by chance.
pub const CARRIED_WORDS_MIN: usize = 6;
/// A run that begins in more struck places than this is a set phrase, which comes from nowhere in particular.
const PLACES_MAX: usize = 4;

/// Which words of the added passages are words of the struck ones, in runs as long as can be, each word once.
///
/// Punctuation inside a run may differ: brackets come and go around words that stay.
pub fn carried(struck: &[&[Word]], added: &[&[Word]], lexicon: &Lexicon<'_>) -> Vec<Carried> {
    let (from, to) = (Passages::new(struck, lexicon), Passages::new(added, lexicon));
    let mut places: HashMap<&[u32], Vec<usize>, FixedState> = HashMap::default();
    for (at, run) in from.ids.windows(CARRIED_WORDS_MIN).enumerate().filter(|(at, _)| from.is_within(*at)) {
        places.entry(run).or_default().push(at);
    }
    let mut runs: Vec<Run> = Vec::new();
    for (at, run) in to.ids.windows(CARRIED_WORDS_MIN).enumerate().filter(|(at, _)| to.is_within(*at)) {
        let Some(places) = places.get(run).filter(|places| places.len() <= PLACES_MAX) else { continue };
        for &place in places {
            let is_inside = place > 0 && at > 0 && from.follows(place) && to.follows(at);
            if !(is_inside && from.ids.get(place - 1) == to.ids.get(at - 1)) {
                runs.push(Run { from: place, to: at, len: from.common(place, &to, at) });
            }
        }
    }
    runs.sort_unstable_by(|a, b| b.len.cmp(&a.len).then(a.to.cmp(&b.to)).then(a.from.cmp(&b.from)));
    let (mut taken_from, mut taken_to) = (vec![false; from.ids.len()], vec![false; to.ids.len()]);
    let mut carried = Vec::new();
    for run in runs {
        let Some(run) = run.longest_free(&taken_from, &taken_to) else { continue };
        taken_from.get_mut(run.from..run.from + run.len).unwrap_or_default().fill(true);
        taken_to.get_mut(run.to..run.to + run.len).unwrap_or_default().fill(true);
        let ((from, from_words), (to, to_words)) = (from.words(run.from, run.len), to.words(run.to, run.len));
        let words = u32::try_from(run.len).unwrap_or(u32::MAX);
        carried.push(Carried { from, from_words, to, to_words, words });
    }
    carried.sort_unstable_by_key(|c| (c.to, c.to_words.start));
    carried
}

/// Words in common: from where, to where, how many.
#[derive(Clone, Copy)]
struct Run {
    from: usize,
    to: usize,
    len: usize,
}

impl Run {
    /// The longest part of which no word is taken yet.
    fn longest_free(self, taken_from: &[bool], taken_to: &[bool]) -> Option<Self> {
        let is_free = |i: usize| [taken_from.get(self.from + i), taken_to.get(self.to + i)] == [Some(&false); 2];
        let mut best = Self { len: 0, ..self };
        let mut start = 0;
        for i in 0..=self.len {
            if i == self.len || !is_free(i) {
                if i - start > best.len {
                    best = Self { from: self.from + start, to: self.to + start, len: i - start };
                }
                start = i + 1;
            }
        }
        (best.len >= CARRIED_WORDS_MIN).then_some(best)
    }
}

/// The words of several passages one behind the other, without punctuation.
struct Passages {
    ids: Vec<u32>,
    /// For each word its passage and its place there, punctuation counted.
    places: Vec<(usize, usize)>,
}

impl Passages {
    fn new(passages: &[&[Word]], lexicon: &Lexicon<'_>) -> Self {
        let words = passages.iter().enumerate().flat_map(|(passage, words)| {
            words.iter().enumerate().map(move |(place, word)| ((passage, place), word.id))
        });
        let (places, ids) = words.filter(|(_, id)| lexicon.weight(*id) > Weight::Mark).unzip();
        Self { ids, places }
    }

    fn passage(&self, at: usize) -> Option<usize> {
        self.places.get(at).map(|(passage, _)| *passage)
    }

    /// Whether the shortest run that begins here ends in the same passage.
    fn is_within(&self, at: usize) -> bool {
        self.passage(at) == self.passage(at + CARRIED_WORDS_MIN - 1)
    }

    /// Whether the word before is of the same passage.
    fn follows(&self, at: usize) -> bool {
        at > 0 && self.passage(at - 1) == self.passage(at)
    }

    /// How many words from here on are those of the other from there on.
    fn common(&self, at: usize, other: &Self, there: usize) -> usize {
        let same = |i: &usize| {
            self.ids.get(at + i) == other.ids.get(there + i)
                && self.passage(at + i).is_some_and(|p| Some(p) == self.passage(at))
                && other.passage(there + i).is_some_and(|p| Some(p) == other.passage(there))
        };
        (0..self.ids.len() - at).take_while(same).count()
    }

    fn words(&self, at: usize, len: usize) -> (usize, Range<usize>) {
        let place = |i: usize| self.places.get(i).copied().unwrap_or_default();
        let ((passage, start), (_, last)) = (place(at), place((at + len).saturating_sub(1)));
        (passage, start..last + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn found(struck: &[&'static str], added: &[&'static str]) -> Vec<String> {
        let mut lexicon = Lexicon::new();
        let mut read = |texts: &[&'static str]| texts.iter().map(|t| lexicon.read(t)).collect::<Vec<_>>();
        let (from, to) = (read(struck), read(added));
        let slices = |words: &[Vec<Word>]| words.iter().map(|w| w.as_slice().to_vec()).collect::<Vec<_>>();
        let (from, to) = (slices(&from), slices(&to));
        let (from, to): (Vec<&[Word]>, Vec<&[Word]>) =
            (from.iter().map(Vec::as_slice).collect(), to.iter().map(Vec::as_slice).collect());
        let told = carried(&from, &to, &lexicon).into_iter().map(|c| {
            let words = &to[c.to][c.to_words];
            let text = &added[c.to][words[0].range().start..words[words.len() - 1].range().end];
            format!("{} to {}: {text}", c.from, c.to)
        });
        told.collect()
    }

    #[test]
    fn a_sentence_that_became_a_paragraph_of_its_own_is_recognised() {
        let whole = "Parties shall report. The secretariat keeps a public registry of all reports, by year.";
        let part = "The secretariat keeps a public registry of [all] reports and makes them known.";
        assert_eq!(found(&[whole], &[part]), ["0 to 0: The secretariat keeps a public registry of [all] reports"]);
    }

    #[test]
    fn words_are_carried_once_and_the_longest_run_goes_first() {
        let old = "one two three four five six seven eight nine";
        let new = ["two three four five six seven", "one two three four five six seven eight"];
        assert_eq!(found(&[old], &new), ["0 to 1: one two three four five six seven eight"]);
    }

    #[test]
    fn few_words_in_a_row_are_chance() {
        assert!(found(&["as set out in this Article"], &["as set out in this Agreement"]).is_empty());
    }
}
