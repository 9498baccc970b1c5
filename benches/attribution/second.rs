//! A second draft of a text of which there is only one: sentences from elsewhere, deletions, insertions, other words.

use travaux::compact::Block;

use crate::numbers::Numbers;
use crate::wording::{changed, clauses, vocabulary};

/// The text with every second provision reworked, one in twenty struck, one in twenty new.
pub fn draft(text: &[Block], seed: u64) -> Vec<Block> {
    let mut numbers = Numbers::new(seed ^ 0x2d);
    let vocabulary = vocabulary(text.iter().map(|block| block.text.as_str()));
    let mut made: Vec<Block> = Vec::with_capacity(text.len());
    for block in text {
        match numbers.below(20) {
            0 => {}
            1 => {
                let other = &numbers.pick(text).unwrap().text;
                let text = changed(other, &vocabulary, &mut numbers).text;
                made.push(Block { text, ..block.clone() });
                made.push(block.clone());
            }
            2..11 => made.push(Block { text: reworked(&block.text, text, &vocabulary, &mut numbers), ..block.clone() }),
            _ => made.push(block.clone()),
        }
    }
    made.retain(|block| !block.text.trim().is_empty());
    made
}

/// One to three things done to the clauses of a provision.
fn reworked(old: &str, text: &[Block], vocabulary: &[String], numbers: &mut Numbers) -> String {
    let mut mine: Vec<String> = clauses(old).into_iter().map(str::to_owned).collect();
    if mine.is_empty() {
        return old.to_owned();
    }
    for _ in 0..=numbers.below(3) {
        let at = numbers.below(mine.len());
        let theirs = clauses(&numbers.pick(text).unwrap().text);
        let other = numbers.pick(&theirs).map_or(String::new(), |clause| (*clause).to_owned());
        match numbers.below(5) {
            0 if mine.len() > 1 => mine[at] = other,
            1 if mine.len() > 1 => {
                mine.remove(at);
            }
            2 | 3 => mine.insert(at, other),
            _ => mine[at] = changed(&mine[at], vocabulary, numbers).text,
        }
    }
    mine.concat()
}
