//! The difference of two wordings, marked as a careful person would mark it.
//!
//! Found once, when wording comes in, by the shortest edit script over words (Myers, 1986, in `similar`). Then cleaned:
//! no kept shreds between changed words, changes begin where a phrase begins, and a provision of which next to nothing
//! is kept is struck and added whole.

use std::ops::Range;

use similar::{Algorithm, DiffOp, capture_diff_slices};
use smallvec::{SmallVec, smallvec};

use super::align::Paragraph;
use super::words::{Lexicon, Weight, Word};

/// One change: what is struck and what is added, as byte ranges of the old and the new text.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hunk {
    /// What is struck, in bytes of the old text.
    pub old: Range<usize>,
    /// What is added, in bytes of the new text.
    pub new: Range<usize>,
}

/// The changes that lead from one text to another, in ascending order, apart from each other.
pub fn difference(old: &str, new: &str) -> Vec<Hunk> {
    let mut lexicon = Lexicon::new();
    let old = Paragraph { text: old, words: lexicon.read(old), heading: false };
    let new = Paragraph { text: new, words: lexicon.read(new), heading: false };
    difference_of_words(&old, &new, &lexicon)
}

/// As [`difference`], for texts whose words are known already.
pub fn difference_of_words(old: &Paragraph<'_>, new: &Paragraph<'_>, lexicon: &Lexicon<'_>) -> Vec<Hunk> {
    let (old_words, new_words) = (&old.words, &new.words);
    let sides = Sides { old: old.text, old_words, new: new.text, new_words, lexicon };
    let spans = sides.merge_shreds(sides.shortest());
    let spans = if sides.is_rewritten(&spans) {
        vec![Span { old: 0..old_words.len(), new: 0..new_words.len() }]
    } else {
        sides.slide_all(spans)
    };
    sides.hunks(&spans)
}

/// Up to this many words in all the difference is exact; beyond, `similar`'s Patience bounds the work.
const EXACT_WORDS_MAX: usize = 1_500;

/// A change in numbers of words.
#[derive(Clone, Debug)]
struct Span {
    old: Range<usize>,
    new: Range<usize>,
}

struct Sides<'a, 't> {
    old: &'a str,
    old_words: &'a [Word],
    new: &'a str,
    new_words: &'a [Word],
    lexicon: &'a Lexicon<'t>,
}

impl Sides<'_, '_> {
    fn shortest(&self) -> Vec<Span> {
        let ids = |words: &[Word]| words.iter().map(|w| w.id).collect::<Vec<_>>();
        let (old, new) = (ids(self.old_words), ids(self.new_words));
        let exact = old.len() + new.len() <= EXACT_WORDS_MAX;
        let algorithm = if exact { Algorithm::RawMyers } else { Algorithm::Patience };
        let mut spans: Vec<Span> = Vec::new();
        for op in capture_diff_slices(algorithm, &old, &new) {
            if matches!(op, DiffOp::Equal { .. }) {
                continue;
            }
            let span = Span { old: op.old_range(), new: op.new_range() };
            match spans.last_mut() {
                Some(last) if last.old.end == span.old.start && last.new.end == span.new.start => {
                    last.old.end = span.old.end;
                    last.new.end = span.new.end;
                }
                _ => spans.push(span),
            }
        }
        spans
    }

    /// Joins two changes where what is kept between them says too little to stand alone.
    fn merge_shreds(&self, spans: Vec<Span>) -> Vec<Span> {
        let mut merged: Vec<Span> = Vec::with_capacity(spans.len());
        for span in spans {
            match merged.last_mut() {
                Some(last) if self.is_shred(last, &span) => {
                    last.old.end = span.old.end;
                    last.new.end = span.new.end;
                }
                _ => merged.push(span),
            }
        }
        merged
    }

    fn is_shred(&self, before: &Span, after: &Span) -> bool {
        let kept = self.old_words.get(before.old.end..after.old.start).unwrap_or_default();
        let weight: usize = kept.iter().map(|w| worth(self.lexicon.weight(w.id))).sum();
        let words = kept.iter().filter(|w| self.lexicon.weight(w.id) > Weight::Mark).count();
        let size = |span: &Span| self.words_in(span);
        let around = size(before).min(size(after));
        match words {
            0 => kept.len() <= 2 && around > 0,
            // Between brackets that come and go even a short word stays: nobody strikes and rewrites it.
            1 => (weight <= 1 && around > 0) || (weight <= 2 && around >= 2),
            _ => weight <= 2 && around >= 3,
        }
    }

    fn words_in(&self, span: &Span) -> usize {
        let count = |words: Option<&[Word]>| {
            words.unwrap_or_default().iter().filter(|w| self.lexicon.weight(w.id) > Weight::Mark).count()
        };
        count(self.old_words.get(span.old.clone())).max(count(self.new_words.get(span.new.clone())))
    }

    /// Whether so little is kept that a person would strike the whole and write it anew.
    fn is_rewritten(&self, spans: &[Span]) -> bool {
        let total = |words: &[Word]| words.iter().map(|w| worth(self.lexicon.weight(w.id))).sum::<usize>();
        let changed: usize = spans.iter().filter_map(|s| self.old_words.get(s.old.clone())).map(total).sum();
        let (old, new) = (total(self.old_words), total(self.new_words));
        let kept = old - changed;
        spans.len() > 1 && kept * 4 < old.min(new)
    }

    fn slide_all(&self, mut spans: Vec<Span>) -> Vec<Span> {
        let mut front = 0;
        for i in 0..spans.len() {
            let behind = spans.get(i + 1).map_or(self.old_words.len() + 1, |next| next.old.start);
            let Some(span) = spans.get_mut(i) else { break };
            // One kept word must remain on either side, or two changes would run into each other.
            let room = (span.old.start.saturating_sub(front), behind.saturating_sub(span.old.end + 1));
            *span = self.slide(span.clone(), room);
            front = span.old.end + 1;
        }
        spans
    }

    /// An insertion or a deletion that could as well begin a few words earlier or later begins where a phrase does.
    fn slide(&self, span: Span, room: (usize, usize)) -> Span {
        let (words, text, range) = match (span.old.is_empty(), span.new.is_empty()) {
            (true, false) => (self.new_words, self.new, span.new.clone()),
            (false, true) => (self.old_words, self.old, span.old.clone()),
            _ => return span,
        };
        let id = |i: usize| words.get(i).map(|w| w.id);
        let left = (1..=range.start.min(room.0)).take_while(|n| id(range.start - n) == id(range.end - n)).count();
        let right =
            (0..(words.len() - range.end).min(room.1)).take_while(|n| id(range.start + n) == id(range.end + n)).count();
        let places = (0..=left).rev().map(|n| range.start - n).chain((1..=right).map(|n| range.start + n));
        let best = places
            .map(|start| (begins_phrase(words, text, start, range.len()), start))
            .fold((0, range.start), |best, place| if place.0 > best.0 { place } else { best });
        let shift = |range: &Range<usize>| {
            let start = (range.start + best.1).saturating_sub(if span.old.is_empty() {
                span.new.start
            } else {
                span.old.start
            });
            start..start + range.len()
        };
        Span { old: shift(&span.old), new: shift(&span.new) }
    }

    /// From words to text: decides which side the space around a change belongs to.
    fn hunks(&self, spans: &[Span]) -> Vec<Hunk> {
        let mut hunks = Vec::with_capacity(spans.len());
        let end = Span { old: self.old_words.len()..usize::MAX, new: self.new_words.len()..usize::MAX };
        // Gap 0 stands before the first word: it is nobody's unless a change begins there.
        let (mut old, mut new) = (0, 0);
        for span in spans.iter().chain([&end]) {
            let is_end = span.old.end == usize::MAX;
            let last = if is_end { span.old.start + 1 } else { span.old.start };
            self.spaces_kept(old..last, new, &mut hunks);
            if !is_end {
                hunks.extend(self.around_a_space(span).unwrap_or_else(|| smallvec![self.hunk(span)]));
            }
            (old, new) = (span.old.end.saturating_add(1), span.new.end.saturating_add(1));
        }
        hunks.retain(|h| self.old.get(h.old.clone()) != self.new.get(h.new.clone()));
        hunks
    }

    /// Between kept words the space may have changed: that, too, is told. `gaps` are those between changes.
    fn spaces_kept(&self, gaps: Range<usize>, new: usize, hunks: &mut Vec<Hunk>) {
        for (i, j) in gaps.zip(new..) {
            let (a, b) = (gap(self.old_words, self.old, i), gap(self.new_words, self.new, j));
            if self.old.get(a.clone()) != self.new.get(b.clone()) {
                hunks.push(Hunk { old: a, new: b });
            }
        }
    }

    /// Where a bracket is taken away on either side of a space, or put there, the space stays.
    fn around_a_space(&self, span: &Span) -> Option<SmallVec<[Hunk; 2]>> {
        let (old, new) = (|i| gap(self.old_words, self.old, i), |i| gap(self.new_words, self.new, i));
        let (o1, o2, n1, n2) = (old(span.old.start), old(span.old.end), new(span.new.start), new(span.new.end));
        let (o, n) = (|r: &Range<usize>| self.old.get(r.clone()), |r: &Range<usize>| self.new.get(r.clone()));
        if span.new.is_empty() && !n1.is_empty() && ![o(&o1), o(&o2)].contains(&n(&n1)) {
            let space = (span.old.start + 1..span.old.end).map(old).find(|gap| o(gap) == n(&n1))?;
            let front = Hunk { old: o1.start..space.start, new: n1.start..n1.start };
            Some(smallvec![front, Hunk { old: space.end..o2.end, new: n1.end..n1.end }])
        } else if span.old.is_empty() && !o1.is_empty() && ![n(&n1), n(&n2)].contains(&o(&o1)) {
            let space = (span.new.start + 1..span.new.end).map(new).find(|gap| n(gap) == o(&o1))?;
            let front = Hunk { old: o1.start..o1.start, new: n1.start..space.start };
            Some(smallvec![front, Hunk { old: o1.end..o1.end, new: space.end..n2.end }])
        } else {
            None
        }
    }

    fn hunk(&self, span: &Span) -> Hunk {
        let old_gap = |i| gap(self.old_words, self.old, i);
        let new_gap = |i| gap(self.new_words, self.new, i);
        let same = |a: &Range<usize>, b: &Range<usize>| self.old.get(a.clone()) == self.new.get(b.clone());
        let (o1, o2) = (old_gap(span.old.start), old_gap(span.old.end));
        let (n1, n2) = (new_gap(span.new.start), new_gap(span.new.end));
        let (front, back) = (same(&o1, &n1), same(&o2, &n2));
        if span.old.is_empty() {
            // One gap became two: the words take one of them along.
            return if front {
                Hunk { old: o1.end..o1.end, new: n1.end..n2.end }
            } else if same(&o1, &n2) {
                Hunk { old: o1.start..o1.start, new: n1.start..n2.start }
            } else {
                Hunk { old: o1, new: n1.start..n2.end }
            };
        }
        if span.new.is_empty() {
            return if front {
                Hunk { old: o1.end..o2.end, new: n1.end..n1.end }
            } else if same(&o2, &n1) {
                Hunk { old: o1.start..o2.start, new: n1.start..n1.start }
            } else {
                Hunk { old: o1.start..o2.end, new: n1 }
            };
        }
        Hunk {
            old: if front { o1.end } else { o1.start }..if back { o2.start } else { o2.end },
            new: if front { n1.end } else { n1.start }..if back { n2.start } else { n2.end },
        }
    }
}

/// The space before word `i`, in bytes; behind the last word for `i` = number of words.
fn gap(words: &[Word], text: &str, i: usize) -> Range<usize> {
    let start = i.checked_sub(1).and_then(|i| words.get(i)).map_or(0, |w| w.range().end);
    let end = words.get(i).map_or(text.len(), |w| w.range().start);
    start..end
}

fn worth(weight: Weight) -> usize {
    match weight {
        Weight::Mark => 0,
        Weight::Light => 1,
        Weight::Plain => 2,
        Weight::Heavy => 4,
    }
}

/// How well a run of words would do as one insertion: 0 as good as any.
fn begins_phrase(words: &[Word], text: &str, start: usize, len: usize) -> u8 {
    let word = |i: usize| words.get(i).and_then(|w| text.get(w.range())).unwrap_or_default();
    let before = start.checked_sub(1).map(word);
    let (first, last) = (word(start), word((start + len).saturating_sub(1)));
    let pairs = matches!((first, last), ("(", ")") | ("[", "]") | ("\u{201c}", "\u{201d}") | ("«", "»"));
    match before {
        _ if pairs => 4,
        None | Some("." | ";" | ":" | "?" | "!" | "。" | "；") => 3,
        Some(_) if matches!(first, "," | "，" | "、" | "and" | "or") => 2,
        Some(_) if matches!(last, "," | "，" | "、" | "and" | "or" | "of" | "the") => 1,
        Some(_) => 0,
    }
}

#[cfg(test)]
#[allow(clippy::format_push_string, reason = "a test prints")]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// Prints a difference in `CriticMarkup` style.
    fn marked(old: &str, new: &str) -> String {
        let mut out = String::new();
        let mut at = 0;
        for hunk in difference(old, new) {
            out += &old[at..hunk.old.start];
            if !hunk.old.is_empty() {
                out += &format!("{{--{}--}}", &old[hunk.old.clone()]);
            }
            if !hunk.new.is_empty() {
                out += &format!("{{++{}++}}", &new[hunk.new.clone()]);
            }
            at = hunk.old.end;
        }
        out + &old[at..]
    }

    #[test]
    fn a_changed_word_is_one_mark() {
        assert_eq!(
            marked("States will ensure it.", "States shall ensure it."),
            "States {--will--}{++shall++} ensure it."
        );
    }

    #[test]
    fn an_added_word_takes_its_space_along() {
        assert_eq!(marked("We shall ensure.", "We shall fully ensure."), "We shall {++fully ++}ensure.");
        assert_eq!(marked("We ensure.", "We ensure. We also act."), "We ensure.{++ We also act.++}");
        assert_eq!(marked("We shall fully ensure.", "We shall ensure."), "We shall {--fully --}ensure.");
        assert_eq!(marked("", "We ensure."), "{++We ensure.++}");
    }

    #[test]
    fn a_kept_the_between_changed_words_is_no_shred() {
        assert_eq!(
            marked("promote all the rights here", "protect any the freedoms here"),
            "{--promote all the rights--}{++protect any the freedoms++} here"
        );
    }

    #[test]
    fn a_kept_name_or_number_stands_alone() {
        assert_eq!(
            marked("by 2030 we act", "before 2030 they act"),
            "{--by--}{++before++} 2030 {--we--}{++they++} act"
        );
    }

    #[test]
    fn a_provision_rewritten_is_struck_and_added_whole() {
        let old = "Each Party shall report yearly to the secretariat on all measures taken.";
        let new = "Progress is reviewed every four years by a forum open to all stakeholders.";
        assert_eq!(difference(old, new).len(), 1);
    }

    #[test]
    fn brackets_come_and_go_around_a_space_that_stays() {
        assert_eq!(marked("we [shall] [act]", "we shall act"), "we {--[--}shall{--]--} {--[--}act{--]--}");
        assert_eq!(marked("they shall act", "they shall] [act"), "they shall{++]++} {++[++}act");
        assert_eq!(marked("it [shall] [will] [guide] us", "it shall guide us").matches("++").count(), 0);
    }

    #[test]
    fn scripts_without_spaces_and_from_right_to_left_are_marked_by_words() {
        assert_eq!(
            marked("各缔约方应采取措施，保护海洋环境。", "各缔约方须采取一切必要措施，养护和保护海洋环境。"),
            "各缔约方{--应--}{++须++}采取{++一切必要++}措施，{++养护和++}保护海洋环境。"
        );
        assert_eq!(
            marked("تتعاون الأطراف على حفظ البيئة البحرية.", "تتعاون الأطراف، حسب الاقتضاء، على حماية البيئة البحرية."),
            "تتعاون الأطراف{++، حسب الاقتضاء،++} على {--حفظ--}{++حماية++} البيئة البحرية."
        );
    }

    #[test]
    fn an_enumeration_grows_by_a_phrase() {
        assert_eq!(
            marked("safe, orderly and regular", "safe, humane, orderly and regular"),
            "safe{++, humane++}, orderly and regular"
        );
    }

    proptest! {
        #[test]
        fn kept_and_added_give_the_new_text(old in "[a-d ,.é中]{0,40}", new in "[a-d ,.é中]{0,40}") {
            let mut text = String::new();
            let mut at = 0;
            let mut last = None;
            for hunk in difference(&old, &new) {
                prop_assert!(last.is_none_or(|end| end <= hunk.old.start));
                text += &old[at..hunk.old.start];
                text += &new[hunk.new.clone()];
                at = hunk.old.end;
                last = Some(at);
            }
            text += &old[at..];
            prop_assert_eq!(text, new);
        }
    }
}
