//! What is left between paragraphs that are paired: there, less likeness is needed to be the same paragraph.

use std::ops::Range;

use crate::text::words::{Lexicon, Weight};

use super::chain::heaviest_chain;
use super::likeness::{Candidate, CommonSubsequence, Telling};
use super::{Pairs, Paragraph, in_order};

/// A place with more possible pairs than this is left alone, which bounds the work.
const SLOT_PAIRS_MAX: usize = 4_096;
/// A paragraph of no more words than this, marks left out, says next to nothing.
const SCRAP_WORDS_MAX: usize = 1;

/// Pairs what is left between two paragraphs that are paired in order, by the words that say something.
pub(super) fn join_in_slots(old: &[Paragraph<'_>], new: &[Paragraph<'_>], lexicon: &Lexicon<'_>, pairs: &mut Pairs) {
    let (olds, news) = (Telling::of(old, lexicon, Weight::Plain), Telling::of(new, lexicon, Weight::Plain));
    let mut lcs = CommonSubsequence::new(lexicon);
    // Once more, for what is now alone between two others.
    for _ in 0..2 {
        for (old_slot, new_slot) in slots(pairs, old.len(), new.len(), &olds) {
            let here: Vec<usize> = old_slot.filter(|i| pairs.has_old(*i)).collect();
            let there: Vec<usize> = new_slot.filter(|i| pairs.has_new(*i)).collect();
            if here.len() * there.len() > SLOT_PAIRS_MAX {
                continue;
            }
            let is_lone = here.len() == 1 && there.len() == 1;
            let mut candidates = Vec::new();
            for &new_index in &there {
                lcs.prepare(news.words(new_index));
                for &old_index in &here {
                    let headings = [old.get(old_index), new.get(new_index)].map(|p| p.is_some_and(|p| p.heading));
                    let common = lcs.measure(olds.words(old_index));
                    let sizes = (olds.size(old_index), news.size(new_index));
                    let (longer, shorter) = (sizes.0.max(sizes.1), sizes.0.min(sizes.1));
                    let candidate = Candidate { old: old_index, new: new_index, common, longer, shorter };
                    if headings.iter().all(|h| *h == headings.contains(&true)) && is_near(&candidate, is_lone) {
                        candidates.push(candidate);
                    }
                }
            }
            if let ([old_index], [new_index], []) = (&here[..], &there[..], &candidates[..]) {
                candidates.extend(scraps((old, *old_index), (new, *new_index), lexicon, &mut lcs));
            }
            for candidate in &heaviest_chain(&candidates) {
                pairs.join(candidate);
            }
        }
    }
}

/// Two that say next to nothing, such as "[Alt.]" and "[", where nothing else stands in between: the marks that they
/// have in common make them the same.
fn scraps(
    (old, old_index): (&[Paragraph<'_>], usize),
    (new, new_index): (&[Paragraph<'_>], usize),
    lexicon: &Lexicon<'_>,
    lcs: &mut CommonSubsequence,
) -> Option<Candidate> {
    let (was, is) = (old.get(old_index)?, new.get(new_index)?);
    let says = |p: &Paragraph<'_>| p.words.iter().filter(|word| lexicon.weight(word.id) > Weight::Mark).count();
    if was.heading != is.heading || says(was) > SCRAP_WORDS_MAX || says(is) > SCRAP_WORDS_MAX {
        return None;
    }
    let [before, after] = [was, is].map(|p| p.words.iter().map(|word| word.id).collect::<Vec<u32>>());
    lcs.prepare(&after);
    let common = lcs.measure(&before);
    let [before, after] = [before, after].map(|words| u32::try_from(words.len()).unwrap_or(u32::MAX));
    let (longer, shorter) = (before.max(after), before.min(after));
    let candidate = Candidate { old: old_index, new: new_index, common, longer, shorter };
    (common > 0 && common * 2 >= shorter).then_some(candidate)
}

/// Alike enough where nothing else stands in between.
fn is_near(candidate: &Candidate, is_lone: bool) -> bool {
    let Candidate { common, longer, shorter, .. } = *candidate;
    let contained = common * 2 >= shorter && common >= 4;
    common > 0 && (common * 10 >= longer * 3 || contained || (is_lone && common * 5 >= shorter))
}

/// The ranges of old and new paragraphs between those that are paired in order.
fn slots(pairs: &Pairs, old: usize, new: usize, sizes: &Telling) -> Vec<(Range<usize>, Range<usize>)> {
    let end = Candidate::same(old, new, 0);
    let (mut from_old, mut from_new) = (0, 0);
    let mut slots = Vec::new();
    for pair in in_order(&pairs.old_of, |old| sizes.size(old)).iter().chain([&end]) {
        let slot = (from_old..pair.old, from_new..pair.new);
        if !slot.0.is_empty() && !slot.1.is_empty() {
            slots.push(slot);
        }
        (from_old, from_new) = (pair.old + 1, pair.new + 1);
    }
    slots
}
