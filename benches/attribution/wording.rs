//! Wording made from real wording: changed a little for a proposal that is taken up in other words, or a second draft.

use crate::numbers::{Numbers, words};

/// Wording with some of its words changed, and of each of its words (where it begins) whether it is still held.
pub struct Changed {
    pub text: String,
    pub held: Vec<(usize, bool)>,
}

/// One word in five of a wording replaced, inflected, dropped, or swapped with the next.
pub fn changed(text: &str, vocabulary: &[String], numbers: &mut Numbers) -> Changed {
    let spelt = words(text);
    let n = spelt.len();
    let many = (n / 5 + usize::from(numbers.chance(n % 5, 5))).max(1);
    let mut order: Vec<usize> = (0..n).collect();
    numbers.shuffle(&mut order);
    let mut out: Vec<String> = spelt.iter().map(|word| word.text.to_owned()).collect();
    let mut held = vec![true; n];
    for &at in order.iter().take(many) {
        match numbers.below(10) {
            0..3 => (out[at], held[at]) = (other(&out[at], vocabulary, numbers), false),
            3..6 => (out[at], held[at]) = (inflected(&out[at], vocabulary, numbers), false),
            6..8 if at + 1 < n => {
                out.swap(at, at + 1);
            }
            _ => (out[at], held[at]) = (String::new(), false),
        }
    }
    let mut made = String::new();
    let mut end = 0;
    for (word, out) in spelt.iter().zip(&out) {
        let gap = &text[end..word.start];
        made.push_str(if out.is_empty() && made.ends_with(' ') { gap.trim_start() } else { gap });
        made.push_str(out);
        end = word.start + word.text.len();
    }
    made.push_str(&text[end..]);
    Changed { text: made, held: spelt.iter().zip(held).map(|(word, held)| (word.start, held)).collect() }
}

fn other(word: &str, vocabulary: &[String], numbers: &mut Numbers) -> String {
    let other = (0..20).find_map(|_| numbers.pick(vocabulary).filter(|other| *other != word).cloned());
    other.unwrap_or_default()
}

/// Another form of a word, where its script is one that inflects by endings; else another word.
fn inflected(word: &str, vocabulary: &[String], numbers: &mut Numbers) -> String {
    let is_latin = word.len() > 3 && word.chars().all(|c| c.is_alphabetic() && c < '\u{250}');
    let ends = [("ies", "y"), ("ing", "ed"), ("ed", "ing"), ("s", ""), ("y", "ies"), ("e", "es"), ("", "s")];
    let inflect = |(end, new): (&str, &str)| word.strip_suffix(end).map(|stem| format!("{stem}{new}"));
    let inflected = ends.into_iter().find_map(inflect).filter(|_| is_latin);
    inflected.unwrap_or_else(|| other(word, vocabulary, numbers))
}

const CLAUSE_ENDS: [char; 10] = [',', ';', '.', ':', '，', '；', '。', '、', '،', '؛'];

/// A text in clauses, each with the mark that ends it and the space behind it.
pub fn clauses(text: &str) -> Vec<&str> {
    let mut clauses: Vec<&str> = Vec::new();
    let mut start = 0;
    for (at, mark) in text.char_indices().filter(|(_, c)| CLAUSE_ENDS.contains(c)) {
        let after = text[at + mark.len_utf8()..].chars().next();
        // A comma within a number, a full stop within an abbreviation.
        if mark.is_ascii() && after.is_some_and(|c| !c.is_whitespace()) {
            continue;
        }
        let end = at + mark.len_utf8() + after.filter(|c| c.is_whitespace()).map_or(0, char::len_utf8);
        clauses.push(&text[start..end]);
        start = end;
    }
    clauses.push(&text[start..]);
    clauses.retain(|clause| !words(clause).is_empty());
    clauses
}

/// The different words of some texts that are no numbers.
pub fn vocabulary<'t>(texts: impl Iterator<Item = &'t str>) -> Vec<String> {
    let all: std::collections::BTreeSet<&str> =
        texts.flat_map(words).map(|word| word.text).filter(|word| word.chars().all(char::is_alphabetic)).collect();
    all.into_iter().map(str::to_owned).collect()
}
