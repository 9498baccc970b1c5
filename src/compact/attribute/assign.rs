//! Which chain each added word goes to: the surest first; those who asked for the same words share them.

use std::collections::HashMap;

use foldhash::fast::FixedState;
use smallvec::SmallVec;

use super::asked::{AskStanding, Asked};
use super::came::Came;
use super::chain::{Chain, Common, Nearness};

/// Whose each word is.
pub(super) struct Owners {
    /// All chains that own a word.
    pub(super) chains: Vec<Chain>,
    /// For each run, for each word of its passage, the chains that own it.
    pub(super) of: Vec<Vec<SmallVec<[u32; 1]>>>,
    /// For runs of nothing but punctuation, the chains that own them.
    marks: HashMap<usize, Vec<u32>, FixedState>,
}

impl Owners {
    /// The chains that own a run of nothing but punctuation.
    pub(super) fn marks(&self, run: usize) -> impl Iterator<Item = &u32> {
        self.marks.get(&run).into_iter().flatten()
    }
}

/// A share of the words asked for at one place that counts as all of them.
const WHOLE_SHARE: f32 = 0.95;

pub(super) fn assign(mut chains: Vec<Chain>, came: &Came<'_>, asked: &Asked<'_>) -> Owners {
    let standing = |chain: &Chain| asked.asks.get(chain.ask).map_or(AskStanding::Waiting, |ask| ask.standing);
    let is_off = |chain: &Chain| standing(chain) == AskStanding::OffTheTable;
    chains.sort_by(|a, b| {
        let rank = |c: &Chain| (is_off(c), !c.is_identity, standing(c));
        rank(a).cmp(&rank(b)).then(b.margin().total_cmp(&a.margin())).then((a.run, a.ask).cmp(&(b.run, b.ask)))
    });
    let mut of: Vec<Vec<SmallVec<[u32; 1]>>> =
        came.runs.iter().map(|run| vec![SmallVec::new(); run.passage.words.len()]).collect();
    let mut kept: Vec<Chain> = Vec::new();
    let mut marks: HashMap<usize, Vec<u32>, FixedState> = HashMap::default();
    // The words asked for that came already: what was asked for once is not the source of every copy.
    let mut used: HashMap<(usize, usize), usize, FixedState> = HashMap::default();
    for mut chain in chains {
        let Some(owners) = of.get_mut(chain.run) else { continue };
        let number = u32::try_from(kept.len()).unwrap_or(u32::MAX);
        if owners.is_empty() {
            marks.entry(chain.run).or_default().push(number);
            kept.push(chain);
            continue;
        }
        let (run, ask) = (chain.run, chain.ask);
        if chain.is_identity && !chain.is_wording {
            let passages = asked.passages.get(ask).zip(came.runs.get(run).map(|run| &run.passage));
            let is_free = |from: usize| !used.contains_key(&(ask, from));
            let start = passages.and_then(|(asked, came)| asked.find_new(&came.words, is_free));
            chain.words.iter_mut().for_each(|word| word.from = start.unwrap_or(usize::MAX / 2) + word.at);
        } else if !chain.is_wording {
            chain.words.retain(|word| used.get(&(ask, word.from)).is_none_or(|other| *other == run));
        }
        let owner = |word: &Common| owners.get(word.at).and_then(|o| o.first()).copied();
        let (taken, free): (Vec<_>, Vec<_>) = chain.words.iter().copied().partition(|word| owner(word).is_some());
        let mut before: Vec<u32> = taken.iter().filter_map(owner).collect();
        before.dedup();
        let shares = before.iter().any(|number| {
            kept.get(*number as usize).is_some_and(|other| {
                let is_contained = other.words.iter().all(|word| chain.words.iter().any(|w| w.at == word.at));
                is_off(other) == is_off(&chain)
                    && other.ask != chain.ask
                    && other.is_identity <= chain.is_identity.max(is_contained)
                    && (is_contained || (chain.share >= WHOLE_SHARE && chain.nearness == Nearness::Here))
            })
        });
        if !shares && !taken.is_empty() {
            chain.words = free;
            if chain.is_identity {
                continue;
            }
        }
        if !chain.is_identity && chain.margin() <= 0.0 {
            continue;
        }
        for word in &chain.words {
            used.insert((ask, word.from), run);
            if let Some(owners) = owners.get_mut(word.at) {
                owners.push(number);
            }
        }
        kept.push(chain);
    }
    Owners { chains: kept, of, marks }
}
