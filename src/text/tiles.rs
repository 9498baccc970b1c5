//! Words that two passages have in common, in runs as long as can be: the *tiles* of greedy string tiling (Wise, 1993),
//! found by the words that tell most instead of by hashed runs of a fixed length.
//!
//! Punctuation is passed over: brackets come and go around words that stay.

use std::collections::HashMap;

use foldhash::fast::FixedState;

use super::surprisal::{Forms, Surprisal};

/// A wording that somebody asked for, or a part of one that came: words by their forms, without punctuation.
#[derive(Clone, Debug, Default)]
pub struct Passage {
    /// The forms of its words, in order.
    pub words: Vec<u32>,
    /// Which of them are new in it; the others stood there before and are context.
    pub is_new: Vec<bool>,
}

/// A run of words in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Tile {
    /// Where it begins in the passage that came.
    pub at: usize,
    /// Where it begins in the passage asked for.
    pub from: usize,
    /// How many words it has.
    pub words: usize,
}

/// Where each telling word stands in the passages asked for.
pub struct TileIndex<'a> {
    asked: &'a [Passage],
    places: HashMap<u32, Vec<(u32, u32)>, FixedState>,
    forms: &'a Forms<'a>,
    surprisal: &'a Surprisal,
}

/// A word that says less than this many bits is not looked for by itself.
const SEED_BITS_MIN: f32 = 5.0;
/// The most pairs of places of one word that are looked at in all.
const COMPARED_PAIRS_MAX: usize = 4_000_000;
/// The most tiles of one passage that came with one asked for: beyond, the same is said over and over.
const TILES_MAX: usize = 1_000;
/// Words that stood there before are taken along up to this far from a new one: where a change begins among words that
/// repeat is for the difference to choose, and two differences may choose differently.
const CONTEXT_WORDS_MAX: usize = 2;

impl<'a> TileIndex<'a> {
    /// Indexes the passages asked for, by the words that came.
    ///
    /// Words that stand so often on both sides that looking at each pair of places would cost too much are left out:
    /// they are found next to words that tell more, or not at all.
    pub fn new<'w>(
        asked: &'a [Passage],
        came: impl IntoIterator<Item = &'w Passage>,
        forms: &'a Forms<'a>,
        surprisal: &'a Surprisal,
    ) -> Self {
        let mut counts: HashMap<u32, usize, FixedState> = HashMap::default();
        for word in came.into_iter().flat_map(|passage| &passage.words).filter(|w| is_seed(**w, forms, surprisal)) {
            *counts.entry(*word).or_default() += 1;
        }
        let mut places: HashMap<u32, Vec<(u32, u32)>, FixedState> = HashMap::default();
        for (passage, asked) in (0..).zip(asked) {
            for (place, word) in (0..).zip(&asked.words) {
                if counts.contains_key(word) && asked.is_near_new(place as usize) {
                    places.entry(*word).or_default().push((passage, place));
                }
            }
        }
        let pairs = |(word, places): (&u32, &Vec<(u32, u32)>)| {
            (counts.get(word).copied().unwrap_or_default().saturating_mul(places.len()), *word)
        };
        let mut costs: Vec<(usize, u32)> = places.iter().map(pairs).collect();
        costs.sort_unstable();
        let mut spent = 0_usize;
        for (pairs, word) in costs {
            spent = spent.saturating_add(pairs);
            if spent > COMPARED_PAIRS_MAX {
                places.remove(&word);
            }
        }
        Self { asked, places, forms, surprisal }
    }

    /// The tiles of a passage that came with each of those asked for, by the number of the latter.
    pub fn tiles(&self, came: &Passage) -> Vec<(usize, Vec<Tile>)> {
        // Up to where the passages are compared already, for each one asked for and each distance between the two.
        let mut done: HashMap<(u32, i64), usize, FixedState> = HashMap::default();
        let mut found: HashMap<u32, Vec<Tile>, FixedState> = HashMap::default();
        for (at, word) in came.words.iter().enumerate().filter(|(_, w)| is_seed(**w, self.forms, self.surprisal)) {
            for (passage, place) in self.places.get(word).into_iter().flatten() {
                let Some(asked) = self.asked.get(*passage as usize) else { continue };
                let from = *place as usize;
                let compared = done.entry((*passage, distance(at, from))).or_default();
                if *compared > at {
                    continue;
                }
                let tile = asked.common(came, at, from);
                *compared = tile.at + tile.words;
                let tiles = found.entry(*passage).or_default();
                if tile.words > 0 && tiles.len() < TILES_MAX {
                    tiles.push(tile);
                }
            }
        }
        let found = found.into_iter().filter(|(_, tiles)| !tiles.is_empty());
        let mut found: Vec<(usize, Vec<Tile>)> = found.map(|(passage, tiles)| (passage as usize, tiles)).collect();
        found.sort_unstable_by_key(|(passage, _)| *passage);
        found
    }
}

fn is_seed(word: u32, forms: &Forms<'_>, surprisal: &Surprisal) -> bool {
    forms.is_content(word) && surprisal.alone(word, forms) >= SEED_BITS_MIN
}

fn distance(at: usize, from: usize) -> i64 {
    i64::try_from(at).unwrap_or(i64::MAX) - i64::try_from(from).unwrap_or(i64::MAX)
}

impl Passage {
    /// Whether a word is new or close to one that is.
    pub fn is_near_new(&self, place: usize) -> bool {
        let near = place.saturating_sub(CONTEXT_WORDS_MAX)..(place + CONTEXT_WORDS_MAX + 1).min(self.is_new.len());
        self.is_new.get(near).unwrap_or_default().contains(&true)
    }

    /// Where these words begin, all of them new here and free; the first such place.
    pub fn find_new(&self, words: &[u32], is_free: impl Fn(usize) -> bool) -> Option<usize> {
        let is_new = |from: usize| self.is_new.get(from..from + words.len()).is_some_and(|new| !new.contains(&false));
        let places = self.words.windows(words.len().max(1)).enumerate();
        let fits = |from: &usize| is_new(*from) && (*from..*from + words.len()).all(&is_free);
        places.filter(|(_, here)| *here == words).map(|(from, _)| from).find(fits)
    }

    /// The longest run around one word in common that is near what is new here; none if nothing new is in it.
    fn common(&self, came: &Self, at: usize, from: usize) -> Tile {
        let same = |at: usize, from: usize| {
            came.words.get(at).zip(self.words.get(from)).is_some_and(|(a, b)| a == b) && self.is_near_new(from)
        };
        let back = (1..=at.min(from)).take_while(|n| same(at - n, from - n)).count();
        let on = (0..came.words.len() - at).take_while(|n| same(at + n, from + n)).count();
        let run = Tile { at: at - back, from: from - back, words: back + on };
        let new = self.is_new.get(run.from..run.from + run.words).unwrap_or_default();
        if new.contains(&true) { run } else { Tile { words: 0, at: at + on - run.words, ..run } }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn passage(forms: &mut Forms<'static>, text: &'static str, kept: &str) -> Passage {
        let words = forms.read(text);
        let words: Vec<_> = words.into_iter().filter(|w| !forms.is_mark(w.id)).collect();
        let is_new = words.iter().map(|w| !kept.contains(&text[w.range()])).collect();
        Passage { words: words.into_iter().map(|w| w.id).collect(), is_new }
    }

    fn told(asked: &'static str, kept: &str, came: &'static str) -> Vec<(usize, usize, usize)> {
        let mut forms = Forms::default();
        let asked = [passage(&mut forms, asked, kept)];
        let came = passage(&mut forms, came, "");
        let surprisal = Surprisal::of([], &forms);
        let index = TileIndex::new(&asked, [&came], &forms, &surprisal);
        let tiles = index.tiles(&came).into_iter().flat_map(|(_, tiles)| tiles);
        tiles.map(|t| (t.at, t.from, t.words)).collect()
    }

    #[test]
    fn runs_are_as_long_as_can_be_and_found_out_of_order() {
        let asked = "gender-responsive access to justice, and safe harbours for crews";
        assert_eq!(
            told(asked, "", "safe harbours [for] crews and gender-responsive access to justice"),
            [(0, 5, 4), (5, 0, 4)]
        );
    }

    #[test]
    fn what_stood_there_before_is_no_evidence_but_goes_along_at_the_border() {
        let asked = "States shall keep harbours open to crews in distress";
        let kept = "States keep harbours open to crews distress";
        assert!(told(asked, kept, "open to crews").is_empty());
        assert_eq!(
            told(asked, "States keep harbours open to crews", "harbours open to crews in distress"),
            [(2, 5, 4)]
        );
    }
}
