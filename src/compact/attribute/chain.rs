//! How well added words bear out what was asked for: runs in common, chained in order, weighed in bits.
//!
//! After the statistics of local alignments (Karlin and Altschul, 1990): words in common are evidence as far as they
//! tell more than chance would find among everything that was asked for. At the very place of an edit there is little
//! to be found by chance, so little is needed; elsewhere in the text much is.

use std::collections::HashSet;

use super::asked::{Ask, AskStanding, Asked, Site, core};
use super::came::{Came, Run};
use crate::text::precise;
use crate::text::surprisal::{Before, Forms, Surprisal};
use crate::text::tiles::{Passage, Tile, TileIndex};

/// Words of one run that bear out one ask.
#[derive(Clone, Debug)]
pub(super) struct Chain {
    /// Which run of added words.
    pub(super) run: usize,
    pub(super) ask: usize,
    /// The words in common, by place in the run's passage, ascending.
    pub(super) words: Vec<Common>,
    /// What speaks against it: breaks, and what is needed at that distance.
    pub(super) need: f32,
    /// Whether it is just what was asked for at that place.
    pub(super) is_identity: bool,
    /// How much of the words asked for there came, in 0..=1.
    pub(super) share: f32,
    pub(super) nearness: Nearness,
    /// Whether the whole provision reads, all in all, as was asked for.
    pub(super) is_wording: bool,
}

/// A word in common.
#[derive(Clone, Copy, Debug)]
pub(super) struct Common {
    /// Its place in the run's passage.
    pub(super) at: usize,
    /// Its place in the passage asked for.
    pub(super) from: usize,
    /// What it tells, in bits.
    pub(super) bits: f32,
}

/// How close to each other words came and were asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum Nearness {
    /// At the same place of a provision, or the same gap between provisions.
    Here,
    /// In the same provision, or next to it.
    Near,
    /// Elsewhere in the text.
    Far,
}

impl Chain {
    /// How far the evidence goes beyond what is needed, in bits.
    pub(super) fn margin(&self) -> f32 {
        self.words.iter().map(|word| word.bits).sum::<f32>() - self.need
    }
}

/// Bits needed at the same place, in the same provision or next to it, and elsewhere; elsewhere on top of what it takes
/// to find a place among all words that came and all that were asked for.
const NEEDED: [f32; 3] = [9.0, 22.0, 8.0];
/// The same for what the co-facilitators declare.
const NEEDED_DECLARED: [f32; 3] = [3.0, 6.0, 14.0];
/// The part of it that is enough for more words of what has come already.
const NEEDED_AGAIN: f32 = 0.6;
/// Bits needed on top where only a small part of what came is in common with a small part of what was asked for.
const NEEDED_FOR_SCRAPS: f32 = 9.0;
/// Bits needed on top where what came elsewhere in the text is not all of what was asked for in one place: wordings
/// grow out of one another, and what a proposal says is often said elsewhere, too.
const NEEDED_FOR_PARTS_FAR: f32 = 16.0;
/// The share from which on it is as good as all of it.
const ALL_SHARE: f32 = 0.75;
/// What it tells that the words which an edit would replace are replaced as well.
const STRUCK_TOO_BITS: f32 = 5.0;
/// The share below which a part is small.
const SCRAP_SHARE: f32 = 0.3;
/// What a break in a chain costs, and each word passed over in it, in bits.
const BREAK_BITS: f32 = 2.5;
const PASSED_WORD_BITS: f32 = 0.75;
/// The most that one break costs.
const BREAK_BITS_MAX: f32 = 12.0;
/// What a word tells that stood around the words asked for: it would stand around others, too.
const CONTEXT_SHARE: f32 = 0.2;
/// Fewer words in common are never enough elsewhere in the text, whatever they tell.
const FAR_WORDS_MIN: usize = 3;
/// More tiles of one run and one ask than this are not put in order one by one.
const TILES_MAX: usize = 48;
/// Up to this many words between two tiles are looked at for more words in common.
const FILLED_WORDS_MAX: usize = 12;

/// All chains that tell more than is needed, and which changes have words in common with which asks.
pub(super) fn chains(
    came: &Came<'_>,
    asked: &Asked<'_>,
    index: &TileIndex<'_>,
    surprisal: &Surprisal,
    forms: &Forms<'_>,
) -> (Vec<Chain>, HashSet<(usize, usize)>) {
    let (mut chains, mut met) = (Vec::new(), HashSet::new());
    let new_words = |passage: &Passage| passage.is_new.iter().filter(|is_new| **is_new).count();
    let came_words: usize = came.runs.iter().map(|run| new_words(&run.passage)).sum();
    let asked_words: usize = asked.passages.iter().map(new_words).sum();
    let search_bits = precise(came_words.max(1)).log2() + precise(asked_words.max(1)).log2();
    for (number, run) in came.runs.iter().enumerate() {
        let weigh = Weigh { run, number, asked, surprisal, forms, search_bits };
        let same: Vec<Chain> = weigh.identities().collect();
        let known: HashSet<usize> = same.iter().map(|chain| chain.ask).collect();
        chains.extend(same);
        for (ask, tiles) in index.tiles(&run.passage) {
            met.insert((run.key.change, ask));
            if !known.contains(&ask) {
                chains.extend(weigh.chains(ask, tiles));
            }
        }
    }
    (chains, met)
}

struct Weigh<'a> {
    run: &'a Run<'a>,
    number: usize,
    asked: &'a Asked<'a>,
    surprisal: &'a Surprisal,
    forms: &'a Forms<'a>,
    /// How much it tells to have found a place among all that came and all that was asked for.
    search_bits: f32,
}

impl Weigh<'_> {
    /// What is asked for at this place in just these words.
    fn identities(&self) -> impl Iterator<Item = Chain> {
        let run = self.run;
        let mut asks: Vec<usize> = match run.site {
            Site::In(provision, _) if run.is_whole => {
                let struck = core(run.struck.start, run.struck_text);
                // One that strikes the same begins there, or with the space before.
                let near = self.asked.places(provision).beginning(struck.start.saturating_sub(2)..=struck.start + 1);
                near.filter(|place| place.says(&struck, run.text)).map(|place| place.ask).collect()
            }
            Site::Before(place) => self.asked.inserting(run.text, place),
            Site::In(..) | Site::Gone => Vec::new(),
        };
        asks.dedup();
        // Where in the wording asked for the words stand is found when they are assigned.
        let words: Vec<Common> = (0..run.passage.words.len()).map(|at| Common { at, from: at, bits: 0.0 }).collect();
        let told = move |ask: usize| Chain {
            run: self.number,
            ask,
            words: words.clone(),
            need: 0.0,
            is_identity: true,
            share: 1.0,
            nearness: Nearness::Here,
            is_wording: false,
        };
        asks.into_iter().map(told)
    }

    fn chains(&self, ask: usize, mut tiles: Vec<Tile>) -> Vec<Chain> {
        let (Some(told), Some(passage)) = (self.asked.asks.get(ask), self.asked.passages.get(ask)) else {
            return Vec::new();
        };
        let nearness = self.nearness(ask, told);
        let words: usize = tiles.iter().map(|tile| tile.words).sum();
        if nearness == Nearness::Far && words < FAR_WORDS_MIN && told.standing != AskStanding::Declared {
            return Vec::new();
        }
        tiles.sort_unstable_by_key(|t| (std::cmp::Reverse(t.words), t.at, t.from));
        tiles.truncate(TILES_MAX);
        tiles.sort_unstable_by_key(|t| (t.at, t.from));
        let mut found = Vec::new();
        while !tiles.is_empty() {
            let (chain, breaks) = self.heaviest(&tiles, passage);
            tiles.retain(|tile| !chain.iter().any(|c| overlaps(c, tile)));
            let mut chain = self.chain((ask, told), passage, &chain, breaks, nearness);
            if !found.is_empty() {
                // That words come from there is known already: what is out of order needs less to bear it out.
                chain.need *= NEEDED_AGAIN;
            }
            if chain.margin() <= 0.0 {
                break;
            }
            found.push(chain);
        }
        found
    }

    /// The heaviest sequence of tiles in the same order on both sides, and what its breaks cost.
    fn heaviest(&self, tiles: &[Tile], passage: &Passage) -> (Vec<Tile>, f32) {
        let mut best: Vec<(f32, f32, Option<usize>)> = Vec::with_capacity(tiles.len());
        for (index, tile) in tiles.iter().enumerate() {
            let bits: f32 = self.bits(tile, passage).map(|word| word.bits).sum();
            let mut reached = (bits, 0.0, None);
            for (before, earlier) in tiles.iter().take(index).enumerate() {
                if earlier.at + earlier.words > tile.at || earlier.from + earlier.words > tile.from {
                    continue;
                }
                let Some((sum, breaks, _)) = best.get(before) else { continue };
                let cost = break_bits(earlier, tile);
                if sum + bits - cost > reached.0 {
                    reached = (sum + bits - cost, breaks + cost, Some(before));
                }
            }
            best.push(reached);
        }
        let last = (0..best.len()).max_by(|a, b| {
            let sum = |i: &usize| best.get(*i).map_or(0.0, |b| b.0);
            sum(a).total_cmp(&sum(b)).then(b.cmp(a))
        });
        let breaks = last.and_then(|last| best.get(last)).map_or(0.0, |b| b.1);
        let mut chain = Vec::new();
        let mut next = last;
        while let Some(index) = next {
            chain.extend(tiles.get(index).copied());
            next = best.get(index).and_then(|b| b.2);
        }
        chain.reverse();
        (chain, breaks)
    }

    fn chain(
        &self,
        (ask, told): (usize, &Ask<'_>),
        passage: &Passage,
        tiles: &[Tile],
        breaks: f32,
        nearness: Nearness,
    ) -> Chain {
        let mut words: Vec<Common> = tiles.iter().flat_map(|tile| self.bits(tile, passage)).collect();
        let came = self.run.passage.words.len();
        let share = share_of(told, passage, tiles);
        let part = precise(words.len()) / precise(came.max(1));
        let is_scrap = share < SCRAP_SHARE && part < SCRAP_SHARE;
        let needed = if told.standing == AskStanding::Declared { NEEDED_DECLARED } else { NEEDED };
        let [here, near, far] = needed;
        let needed = match nearness {
            Nearness::Here => here,
            Nearness::Near => near,
            Nearness::Far => far + self.search_bits,
        };
        let is_part_far = nearness == Nearness::Far && share < ALL_SHARE;
        let scrap = if is_scrap { NEEDED_FOR_SCRAPS } else { 0.0 };
        let is_struck = match self.run.site {
            Site::In(provision, _) => self.asked.strikes_within(ask, provision, &self.run.struck),
            Site::Before(_) | Site::Gone => false,
        };
        let struck = if is_struck { STRUCK_TOO_BITS } else { 0.0 };
        let far = if is_part_far { NEEDED_FOR_PARTS_FAR } else { 0.0 };
        let need = needed + breaks + scrap + far - struck;
        words.extend(self.fill(passage, tiles));
        if nearness != Nearness::Here {
            // What stood around the words asked for was not asked for elsewhere.
            words.retain(|word| passage.is_new.get(word.from) == Some(&true));
        }
        words.sort_unstable_by_key(|word| word.at);
        Chain { run: self.number, ask, words, need, is_identity: false, share, nearness, is_wording: false }
    }

    /// What each word of a tile tells.
    fn bits<'a>(&'a self, tile: &'a Tile, passage: &'a Passage) -> impl Iterator<Item = Common> + 'a {
        let mut before = Before::default();
        (0..tile.words).map(move |n| {
            let from = tile.from + n;
            let word = passage.words.get(from).copied().unwrap_or_default();
            let bits = self.surprisal.after(before, word, self.forms);
            before = before.then(word);
            let is_new = passage.is_new.get(from).copied().unwrap_or_default();
            let bits = if is_new { bits } else { bits * CONTEXT_SHARE };
            Common { at: tile.at + n, from, bits }
        })
    }

    /// Words in common between and around the tiles of a chain, in order: too common to be looked for by themselves.
    fn fill(&self, passage: &Passage, tiles: &[Tile]) -> Vec<Common> {
        let came = &self.run.passage.words;
        let mut filled = Vec::new();
        let mut behind = (0, 0);
        let end = Tile { at: came.len(), from: passage.words.len(), words: 0 };
        for (number, tile) in tiles.iter().chain([&end]).enumerate() {
            let (mut at, mut from) = (behind.0..tile.at, behind.1..tile.from);
            // Before the first tile and behind the last one only what is close by.
            if number == 0 {
                at.start = at.end.saturating_sub(FILLED_WORDS_MAX).max(at.start);
                from.start = from.end.saturating_sub(FILLED_WORDS_MAX).max(from.start);
            } else if number == tiles.len() {
                at.end = at.end.min(at.start + FILLED_WORDS_MAX);
                from.end = from.end.min(from.start + FILLED_WORDS_MAX);
            }
            if at.len() <= FILLED_WORDS_MAX && from.len() <= FILLED_WORDS_MAX {
                filled.extend(common(came, at, passage, from));
            }
            behind = (tile.at + tile.words, tile.from + tile.words);
        }
        filled
    }

    fn nearness(&self, number: usize, ask: &Ask<'_>) -> Nearness {
        match (self.run.site, ask.site) {
            (Site::In(provision, _), Site::In(other, _)) if provision == other => {
                let touches = self.asked.touches(number, provision, &self.run.struck);
                if touches { Nearness::Here } else { Nearness::Near }
            }
            (Site::Before(place), Site::Before(other)) if place == other => Nearness::Here,
            (Site::Before(place), Site::Before(other)) if place.abs_diff(other) <= 2 => Nearness::Near,
            (Site::In(_, place), Site::Before(other)) | (Site::Before(other), Site::In(_, place))
                if other == place || other == place + 1 =>
            {
                Nearness::Near
            }
            _ => Nearness::Far,
        }
    }
}

fn overlaps(a: &Tile, b: &Tile) -> bool {
    a.at < b.at + b.words && b.at < a.at + a.words
}

fn break_bits(before: &Tile, after: &Tile) -> f32 {
    let passed = (after.at - before.at - before.words).max(after.from - before.from - before.words);
    (BREAK_BITS + PASSED_WORD_BITS * precise(passed)).min(BREAK_BITS_MAX)
}

/// How much of the new words came, of those runs of the ask in which any came.
fn share_of(ask: &Ask<'_>, passage: &Passage, tiles: &[Tile]) -> f32 {
    let run = |place: usize| ask.run_of.get(place).copied();
    let is_new = |place: &usize| passage.is_new.get(*place).copied().unwrap_or_default();
    let touched: HashSet<u32> =
        tiles.iter().flat_map(|t| t.from..t.from + t.words).filter(is_new).filter_map(run).collect();
    let came = tiles.iter().flat_map(|t| t.from..t.from + t.words).filter(is_new).count();
    let asked =
        (0..passage.words.len()).filter(is_new).filter(|p| run(*p).is_some_and(|r| touched.contains(&r))).count();
    precise(came) / precise(asked.max(1))
}

/// The longest common subsequence of two short stretches, near what is new: places among the words that came.
fn common(came: &[u32], at: std::ops::Range<usize>, passage: &Passage, from: std::ops::Range<usize>) -> Vec<Common> {
    let width = from.len() + 1;
    let mut longest = vec![0_u8; (at.len() + 1) * width];
    let same = |i: usize, j: usize| {
        let (came, asked) = (came.get(at.start + i), passage.words.get(from.start + j));
        came == asked && passage.is_near_new(from.start + j)
    };
    let cell = |longest: &[u8], i: usize, j: usize| longest.get(i * width + j).copied().unwrap_or_default();
    for i in (0..at.len()).rev() {
        for j in (0..from.len()).rev() {
            let best = if same(i, j) {
                cell(&longest, i + 1, j + 1) + 1
            } else {
                cell(&longest, i + 1, j).max(cell(&longest, i, j + 1))
            };
            if let Some(here) = longest.get_mut(i * width + j) {
                *here = best;
            }
        }
    }
    let (mut i, mut j, mut found) = (0, 0, Vec::new());
    while i < at.len() && j < from.len() {
        if same(i, j) {
            found.push(Common { at: at.start + i, from: from.start + j, bits: 0.0 });
            (i, j) = (i + 1, j + 1);
        } else if cell(&longest, i + 1, j) >= cell(&longest, i, j + 1) {
            i += 1;
        } else {
            j += 1;
        }
    }
    found
}
