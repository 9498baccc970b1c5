//! Pairs in common order: a heaviest increasing subsequence.

use super::likeness::Candidate;

/// The pairs in common order that are worth most together.
pub(super) fn heaviest_chain(candidates: &[Candidate]) -> Vec<Candidate> {
    let mut sorted: Vec<&Candidate> = candidates.iter().collect();
    // Within one new paragraph from the last old one to the first, so that no two of them can follow each other.
    sorted.sort_by(|a, b| a.new.cmp(&b.new).then(b.old.cmp(&a.old)));
    let olds = sorted.iter().map(|c| c.old + 1).max().unwrap_or(0);
    // A Fenwick tree of the best chain that ends at or before an old paragraph.
    let mut best: Vec<(u64, usize)> = vec![(0, usize::MAX); olds + 1];
    let mut previous = vec![usize::MAX; sorted.len()];
    for (index, candidate) in sorted.iter().enumerate() {
        let (mut total, mut link) = (0, usize::MAX);
        let mut at = candidate.old;
        while at > 0 {
            if let Some(&(value, from)) = best.get(at)
                && value > total
            {
                (total, link) = (value, from);
            }
            at &= at - 1;
        }
        total += candidate.worth();
        if let Some(slot) = previous.get_mut(index) {
            *slot = link;
        }
        let mut at = candidate.old + 1;
        while let Some(slot) = best.get_mut(at) {
            if slot.0 < total {
                *slot = (total, index);
            }
            at += at & at.wrapping_neg();
        }
    }
    let mut at = best.iter().max_by_key(|(total, _)| *total).map_or(usize::MAX, |(_, index)| *index);
    let mut chain = Vec::new();
    while let Some(candidate) = sorted.get(at) {
        chain.push(**candidate);
        at = previous.get(at).copied().unwrap_or(usize::MAX);
    }
    chain.reverse();
    chain
}
