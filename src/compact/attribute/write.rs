//! What was found, written into the changes: pieces of one source each, strikes of one source each.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};

use super::apart::{apart, pieces};
use super::asked::{self, Ask, AskStanding, Asked, Places};
use super::assign::Owners;
use super::came::{Came, Run, RunKey};
use super::chain::{Chain, Nearness};
use super::strikes;
use crate::compact::credit::{Basis, Credit, Credits};
use crate::compact::edit::{Change, Inserted, Splice};
use crate::compact::ids::{GroupId, ProposalId};
use crate::compact::proposal::Standing;
use crate::compact::state::Compact;
use crate::text::chars;
use crate::text::surprisal::Forms;

/// Up to this many function words between words of one source are its own as well, if its wording holds them.
const BRIDGED_WORDS_MAX: usize = 2;

/// Up to this many words a change is looked through for words that are kept in it.
const EXACT_WORDS_MAX: usize = 1_500;

/// A stretch of bytes of a text with one credit; `None` for the co-facilitators' own.
pub(super) type Stretch = (Range<usize>, Option<u32>);

pub(super) struct Writer<'a> {
    pub(super) compact: &'a Compact,
    pub(super) came: &'a Came<'a>,
    pub(super) owners: &'a Owners,
    pub(super) asked: &'a Asked<'a>,
    pub(super) forms: Forms<'a>,
}

impl<'a> Writer<'a> {
    /// The changes with their credits.
    pub(super) fn credited(&mut self, changes: &'a [Change], credits: &mut Credits) -> Vec<Change> {
        let mut written = Vec::with_capacity(changes.len());
        for (number, change) in changes.iter().enumerate() {
            let mut change = change.clone();
            match &mut change {
                Change::Splices { provision, splices } => {
                    let places = self.asked.places(*provision);
                    let Some(Change::Splices { splices: told, .. }) = changes.get(number) else { continue };
                    *splices = told
                        .iter()
                        .enumerate()
                        .flat_map(|(splice, told)| self.splice((number, splice), told, places, credits))
                        .collect();
                }
                Change::Insert { insert } => self.insert(number, insert, credits),
                Change::Strike { strike } => {
                    let asks = strikes::of_provision(self.compact, self.asked, strike.provision);
                    strike.credit = self.credit(&asks, 1.0, credits).or(strike.credit);
                }
                Change::Move { r#move } => {
                    let asks = strikes::of_move(self.compact, self.asked, r#move.provision, r#move.after);
                    r#move.credit = self.credit(&asks, 1.0, credits).or(r#move.credit);
                }
                Change::Relabel { .. } => {}
            }
            written.push(change);
        }
        written
    }

    fn insert(&mut self, number: usize, insert: &mut Inserted, credits: &mut Credits) {
        let key = RunKey { change: number, ..RunKey::default() };
        let Some((run, number)) = self.run(key) else { return };
        let stretches = self.stretches(run, number, credits);
        if let [(_, credit)] = stretches.as_slice() {
            insert.credit = credit.or(insert.credit);
            return;
        }
        let own = insert.credit;
        let longest = stretches.iter().max_by_key(|(range, _)| range.len());
        insert.credit = longest.and_then(|(_, credit)| *credit).or(own);
        insert.pieces = pieces(run.text, &stretches, own);
    }

    /// One splice, as one or more of one source each.
    fn splice(
        &mut self,
        (change, splice): (usize, usize),
        told: &'a Splice,
        places: &Places,
        credits: &mut Credits,
    ) -> Vec<Splice> {
        let own = told.credit;
        if told.pieces.is_empty() {
            let found = self.run(RunKey { change, splice, piece: 0 });
            let (stretches, bearers) = match found {
                Some((run, number)) => (self.stretches(run, number, credits), self.bearers(number)),
                None => (vec![(0..told.added.len(), None)], Vec::new()),
            };
            let strikes = self.strikes(told, places, &bearers, credits);
            let is_credited = stretches.iter().chain(&strikes).any(|(_, credit)| credit.is_some());
            let kept = if is_credited { self.kept(told, &stretches, &strikes) } else { Vec::new() };
            return apart(told, &stretches, &strikes, &kept, own);
        }
        let mut written = told.clone();
        written.pieces.clear();
        let mut bearers = Vec::new();
        for (piece, part) in told.pieces.iter().enumerate() {
            match self.run(RunKey { change, splice, piece }).filter(|_| !part.restored) {
                Some((run, number)) => {
                    bearers.extend(self.bearers(number));
                    let stretches = self.stretches(run, number, credits);
                    written.pieces.extend(pieces(&part.text, &stretches, part.credit));
                }
                None => written.pieces.push(part.clone()),
            }
        }
        // The restored words stand among what is struck here: it cannot be told in parts.
        let strikes = self.strikes(told, places, &bearers, credits);
        let most = strikes.iter().max_by_key(|(range, _)| range.len());
        written.credit = most.and_then(|(_, credit)| *credit).or(own);
        vec![written]
    }

    fn run(&self, key: RunKey) -> Option<(&'a Run<'a>, usize)> {
        let number = *self.came.numbers.get(&key)?;
        self.came.runs.get(number).map(|run| (run, number))
    }

    fn chain(&self, number: u32) -> Option<&'a Chain> {
        self.owners.chains.get(number as usize)
    }

    /// The asks whose words were added, and how sure that is.
    fn bearers(&self, run: usize) -> Vec<(usize, f32)> {
        let of = self.owners.of.get(run).into_iter().flatten().flatten().chain(self.owners.marks(run));
        let mut asks: Vec<(usize, f32)> =
            of.filter_map(|n| self.chain(*n)).map(|chain| (chain.ask, evidence(chain))).collect();
        asks.sort_unstable_by(|a, b| a.0.cmp(&b.0).then(b.1.total_cmp(&a.1)));
        asks.dedup_by_key(|(ask, _)| *ask);
        asks
    }

    /// The added words in stretches of one credit each, all of the text together.
    fn stretches(&mut self, run: &'a Run<'a>, number: usize, credits: &mut Credits) -> Vec<Stretch> {
        let of = self.owners.of.get(number).map_or(&[][..], Vec::as_slice);
        let mut owner: Vec<Vec<u32>> = vec![Vec::new(); run.words.len()];
        for (chains, place) in of.iter().zip(&run.place_of) {
            // Words in capitals are evidence, but they are not the words asked for.
            let text = run.words.get(*place).and_then(|w| run.text.get(w.range())).unwrap_or_default();
            let says = |n: &&u32| self.chain(**n).is_some_and(|chain| self.says(chain.ask, text));
            if let Some(owner) = owner.get_mut(*place) {
                *owner = chains.iter().filter(says).copied().collect();
            }
        }
        if of.is_empty() {
            let chains: Vec<u32> = self.owners.marks(number).copied().collect();
            owner.fill(chains);
        }
        self.bridge(run, &mut owner);
        let mut ends = Vec::with_capacity(owner.len());
        for (chains, word) in owner.iter().zip(&run.words) {
            let asks: Vec<usize> = chains.iter().filter_map(|n| self.chain(*n)).map(|c| c.ask).collect();
            let evidence = chains.iter().filter_map(|n| self.chain(*n)).map(evidence).fold(1.0, f32::min);
            ends.push((word.range().end, self.credit(&asks, evidence, credits)));
        }
        stretched(ends, run.text.len())
    }

    /// Gives marks to the words they go with, and a word or two left between words of one source to it as well: as
    /// far as its wording holds them.
    fn bridge(&self, run: &Run<'_>, owner: &mut [Vec<u32>]) {
        let is_mark = |place: usize| run.words.get(place).is_some_and(|w| self.forms.is_mark(w.id));
        // A mark must stand there next to the word that it stands next to here.
        let holds = |chains: &[u32], place: usize, next: usize| {
            let word = |place: usize| run.words.get(place).map_or(0..0, |w| w.range());
            let (here, there) = (word(place), if is_mark(place) { word(next) } else { word(place) });
            let text = run.text.get(here.start.min(there.start)..here.end.max(there.end)).unwrap_or_default();
            !chains.is_empty() && self.asks_of(chains).into_iter().all(|ask| self.says(ask, text))
        };
        let known: Vec<usize> = (0..owner.len()).filter(|i| owner.get(*i).is_some_and(|o| !o.is_empty())).collect();
        for pair in known.windows(2) {
            let [left, right] = [0, 1].map(|i| pair.get(i).copied().unwrap_or_default());
            let (Some(before), Some(behind)) = (owner.get(left).cloned(), owner.get(right).cloned()) else { continue };
            let is_one = self.asks_of(&before) == self.asks_of(&behind);
            let is_content = |place: &usize| run.words.get(*place).is_some_and(|w| self.forms.is_content(w.id));
            let gap = right - left - 1;
            let is_short = gap <= BRIDGED_WORDS_MAX && !(left + 1..right).any(|place| is_content(&place));
            for place in (left + 1..right).filter(|place| is_mark(*place) || (is_one && is_short)) {
                // A mark goes with the word before it, a bracket that opens with the one behind it.
                let with = [(&before, place.saturating_sub(1)), (&behind, place + 1)];
                let with = with.into_iter().find(|(chains, next)| holds(chains, place, *next)).map(|(with, _)| with);
                if let (Some(with), Some(owner)) = (with, owner.get_mut(place)) {
                    owner.clone_from(with);
                }
            }
        }
        let (Some(first), Some(last)) = (known.first().copied(), known.last().copied()) else { return };
        let ends =
            (0..first).rev().map(|place| (place, first)).chain((last + 1..owner.len()).map(|place| (place, last)));
        for (place, with) in ends {
            let near = (place.min(with)..place.max(with)).all(|p| p == with || is_mark(p));
            let next = if place < with { place + 1 } else { place.saturating_sub(1) };
            let with = owner.get(with).cloned().unwrap_or_default();
            if let Some(owner) = owner.get_mut(place).filter(|_| is_mark(place) && near && holds(&with, place, next)) {
                *owner = with;
            }
        }
    }

    /// Whether these letters stand in what is asked for; the first may be a capital at the beginning of a sentence.
    fn says(&self, ask: usize, text: &str) -> bool {
        let Some(ask) = self.asked.asks.get(ask) else { return false };
        let mut letters = text.chars();
        let turned = letters.next().map(|first| {
            let turned: String =
                if first.is_uppercase() { first.to_lowercase().collect() } else { first.to_uppercase().collect() };
            turned + letters.as_str()
        });
        ask.text.contains(text) || turned.is_some_and(|turned| ask.text.contains(&turned))
    }

    fn asks_of(&self, chains: &[u32]) -> Vec<usize> {
        let mut asks: Vec<usize> = chains.iter().filter_map(|n| self.chain(*n)).map(|c| c.ask).collect();
        asks.sort_unstable();
        asks.dedup();
        asks
    }

    /// What is struck, in stretches of one credit each.
    fn strikes(&self, told: &Splice, places: &Places, bearers: &[(usize, f32)], credits: &mut Credits) -> Vec<Stretch> {
        let struck = told.at..told.at + chars(&told.struck);
        let core = asked::core(told.at, &told.struck);
        let mut ends = Vec::new();
        // How far the struck words are read, in bytes, and where that is in the wording.
        let (mut read, mut word) = (0, told.at);
        crate::text::words::each(&told.struck, |start, end| {
            word += chars(told.struck.get(read..start).unwrap_or_default());
            read = start;
            let (asks, evidence) = strikes::of_word(places, word, (&struck, &core), bearers);
            ends.push((end, self.credit(&asks, evidence, credits)));
        });
        stretched(ends, told.struck.len())
    }

    /// Words that are struck and added again between words that were asked for, although nobody asked for that: they
    /// were marked along with their neighbours, and are kept. As byte ranges of the struck and the added words.
    fn kept(&mut self, told: &'a Splice, added: &[Stretch], struck: &[Stretch]) -> Vec<(Range<usize>, Range<usize>)> {
        let (old, new) = (self.forms.read(&told.struck), self.forms.read(&told.added));
        if old.len() + new.len() > EXACT_WORDS_MAX {
            return Vec::new();
        }
        let text = |words: &[crate::text::words::Word], of: &'a str| -> Vec<&'a str> {
            words.iter().map(|w| of.get(w.range()).unwrap_or_default()).collect()
        };
        let (old_text, new_text) = (text(&old, &told.struck), text(&new, &told.added));
        let mut kept = Vec::new();
        for op in capture_diff_slices(Algorithm::RawMyers, &old_text, &new_text) {
            let DiffOp::Equal { old_index, new_index, len } = op else { continue };
            let range = |words: &[crate::text::words::Word], from: usize| {
                let start = words.get(from).map_or(0, |w| w.range().start);
                start..words.get(from + len - 1).map_or(start, |w| w.range().end)
            };
            let (was, is) = (range(&old, old_index), range(&new, new_index));
            let is_own = |stretches: &[Stretch], range: &Range<usize>| {
                let here = stretches.iter().filter(|(s, _)| s.start < range.end && range.start < s.end);
                here.into_iter().all(|(_, credit)| credit.is_none())
            };
            let has_word = (new_index..new_index + len).any(|i| new.get(i).is_some_and(|w| !self.forms.is_mark(w.id)));
            if has_word
                && told.struck.get(was.clone()) == told.added.get(is.clone())
                && is_own(added, &is)
                && is_own(struck, &was)
            {
                kept.push((was, is));
            }
        }
        kept
    }

    /// The credit of what these ask for; `None` if nobody does. What is off the table is only named where nothing else is.
    fn credit(&self, asks: &[usize], evidence: f32, credits: &mut Credits) -> Option<u32> {
        let asks = || asks.iter().filter_map(|ask| self.asked.asks.get(*ask));
        let standing = asks().map(|ask| ask.standing).min()?;
        let is_told = |ask: &&Ask<'_>| ask.standing == standing || ask.standing != AskStanding::OffTheTable;
        let mut proposals: Vec<ProposalId> = asks().filter(is_told).map(|a| a.proposal).collect();
        proposals.sort_unstable();
        proposals.dedup();
        let mut groups: Vec<GroupId> = Vec::new();
        for proposal in proposals.iter().filter_map(|id| self.compact.proposals.get(id)) {
            let new = proposal.sponsors().filter(|sponsor| !groups.contains(sponsor)).cloned().collect::<Vec<_>>();
            groups.extend(new);
        }
        let basis = if standing == AskStanding::Declared { Basis::Declared } else { Basis::Inferred };
        let is_off = |id: &ProposalId| self.compact.proposals.get(id).is_some_and(|p| p.standing != Standing::Waiting);
        let off_the_table = proposals.iter().copied().filter(is_off).collect();
        let evidence = Some((f64::from(evidence) * 20.0).round() / 20.0);
        Some(credits.index(&Credit { basis, groups, proposals, evidence, off_the_table, corrected: None }))
    }
}

/// Words, told by where each ends and by its credit, in stretches of one credit that are all of a text of that length.
fn stretched(words: Vec<(usize, Option<u32>)>, length: usize) -> Vec<Stretch> {
    let mut stretches: Vec<Stretch> = Vec::new();
    for (end, credit) in words {
        match stretches.last_mut() {
            Some((range, last)) if *last == credit => range.end = end,
            last => {
                let start = last.map_or(0, |(range, _)| range.end);
                stretches.push((start..end, credit));
            }
        }
    }
    match stretches.last_mut() {
        Some((range, _)) => range.end = length,
        None => stretches.push((0..length, None)),
    }
    stretches
}

/// How sure a chain is, in 0..=1. Fitted on texts whose credits are known: see `benches/README.md`.
fn evidence(chain: &Chain) -> f32 {
    if chain.is_identity {
        return 1.0;
    }
    // The most that can be said, what is missing from it at the least margin, and how many bits halve that.
    let (most, doubt, half) = match chain.nearness {
        Nearness::Here => (0.97, 0.1, 6.0),
        Nearness::Near => (0.95, 0.15, 8.0),
        Nearness::Far => (0.8, 0.1, 16.0),
    };
    most - doubt * (-chain.margin() / half).exp2()
}
