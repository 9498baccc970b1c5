//! Proposals for the same places that did not come to be: what an attribution must not fall for.

use travaux::compact::Edit;
use travaux::history::ChangeKind;

use crate::dealing::{Asked, insert};
use crate::numbers::{Numbers, common, words};
use crate::passages::{GROUPS, Part, Passage};
use crate::wording::clauses;

/// Other wording for half of the provisions that change, by a group that did not ask for what came of it.
pub fn table(
    passages: &[Passage],
    owner: impl Fn(usize) -> Option<usize>,
    nobodys: &[&str],
    pool: &[String],
    numbers: &mut Numbers,
) -> Vec<Asked> {
    let mut decoys = Vec::new();
    for (at, passage) in passages.iter().enumerate() {
        let changes = !matches!(passage.change, ChangeKind::None | ChangeKind::Moved);
        if !changes || numbers.chance(1, 2) {
            continue;
        }
        let made = (0..4).find_map(|_| {
            let edit = decoy(passages, at, pool, numbers)?;
            (!nobodys.iter().any(|words| asks_for(&edit, &passage.earlier(), words))).then_some(edit)
        });
        let group = owner(at).map_or(0, |owner| owner + 1) + numbers.below(GROUPS.len() - 1);
        decoys.extend(made.map(|edit| Asked { group: group % GROUPS.len(), edits: vec![edit], decoy: true }));
    }
    decoys
}

/// Whether an edit asks, wherever it does, for words that came of nobody's asking: at least five, and half of them.
fn asks_for(edit: &Edit, old: &str, nobodys: &str) -> bool {
    let spelt = |text| words(text).into_iter().map(|word| word.text).collect::<Vec<_>>();
    let added: Vec<&str> = match edit {
        Edit::Insert { insert } => spelt(&insert.text),
        Edit::Reword { text, .. } => {
            let hunks = travaux::text::difference::difference(old, text);
            hunks.into_iter().flat_map(|hunk| spelt(&text[hunk.new])).collect()
        }
        Edit::Strike { .. } | Edit::Move { .. } => vec![],
    };
    let nobodys = spelt(nobodys);
    let held = common(&added, &nobodys);
    held >= 5 && held * 2 >= nobodys.len()
}

fn decoy(passages: &[Passage], at: usize, pool: &[String], numbers: &mut Numbers) -> Option<Edit> {
    let passage = &passages[at];
    if passage.change == ChangeKind::Inserted {
        let text = numbers.pick(pool)?.clone();
        return unlike(&text, &passage.later(), false).then(|| insert(passages, at, text));
    }
    let text = match numbers.below(3) {
        0 => other_hunk(passages, passage, pool, numbers),
        1 => other_clause(passage, pool, numbers),
        _ => other_strike(passage, numbers),
    }?;
    (!words(&text).is_empty() && text != passage.earlier()).then_some(Edit::Reword { reword: passage.id, text })
}

/// Other words at one of the hunks: what is added elsewhere, or as many words of another text.
fn other_hunk(passages: &[Passage], passage: &Passage, pool: &[String], numbers: &mut Numbers) -> Option<String> {
    let hunks: Vec<usize> = passage.hunks().collect();
    let part = *numbers.pick(&hunks)?;
    let (_, added) = passage.hunk(part);
    let many = words(added).len().max(3);
    let other = if numbers.chance(1, 2) {
        let from = numbers.pick(passages)?;
        let hunks: Vec<usize> = from.hunks().collect();
        let other = from.hunk(*numbers.pick(&hunks)?).1;
        (from.id != passage.id && words(other).len() <= 2 * many).then(|| other.to_owned())?
    } else {
        run_of(numbers.pick(pool)?, many, numbers)?
    };
    let fits = !words(&other).is_empty() && unlike(&other, added, true);
    fits.then(|| {
        let (before, after) = (added.starts_with(' '), added.ends_with(' '));
        let other = format!("{}{}{}", if before { " " } else { "" }, other.trim(), if after { " " } else { "" });
        passage.with(|at| (at == part).then_some(other.as_str()))
    })
}

/// So many words of a text in a row.
fn run_of(text: &str, many: usize, numbers: &mut Numbers) -> Option<String> {
    let spelt = words(text);
    let first = numbers.below(spelt.len().saturating_sub(many) + 1);
    let last = spelt.get((first + many - 1).min(spelt.len().checked_sub(1)?))?;
    Some(text[spelt[first].start..last.start + last.text.len()].to_owned())
}

/// A clause of the provision replaced by a clause from elsewhere.
fn other_clause(passage: &Passage, pool: &[String], numbers: &mut Numbers) -> Option<String> {
    let old = passage.earlier();
    let mine = clauses(&old);
    let at = numbers.below(mine.len());
    let theirs = clauses(numbers.pick(pool)?);
    let other = numbers.pick(&theirs)?;
    let added: Vec<&str> = passage.hunks().map(|part| passage.hunk(part).1).collect();
    unlike(other, &added.join(" "), false).then(|| {
        let space = if mine[at].ends_with(' ') && !other.ends_with(' ') { " " } else { "" };
        let clause = format!("{other}{space}");
        mine.iter().enumerate().map(|(i, c)| if i == at { clause.as_str() } else { c }).collect()
    })
}

/// Words struck that are kept.
fn other_strike(passage: &Passage, numbers: &mut Numbers) -> Option<String> {
    let kept = passage.parts.iter().enumerate().filter_map(|(at, part)| match part {
        Part::Kept(text) => (words(text).len() >= 6).then_some((at, text)),
        // Of a provision that goes out any word will do.
        Part::Hunk { struck, .. } => (passage.change == ChangeKind::Struck).then_some((at, struck)),
    });
    let kept: Vec<(usize, &String)> = kept.collect();
    let (part, text) = *numbers.pick(&kept)?;
    let struck = run_of(text, 3 + numbers.below(6), numbers)?;
    let left = text.replacen(&struck, "", 1);
    let parts = passage.parts.iter().enumerate().map(|(at, of)| match of {
        _ if at == part => left.as_str(),
        Part::Kept(text) => text,
        Part::Hunk { struck, .. } => struck,
    });
    Some(parts.collect())
}

/// Whether wording is clearly another: less than half of its words, or of the shorter, are in the other in order.
fn unlike(text: &str, other: &str, shorter: bool) -> bool {
    let spelt = |text| words(text).into_iter().map(|word| word.text).collect::<Vec<_>>();
    let (a, b) = (spelt(text), spelt(other));
    let of = if shorter { a.len().min(b.len()) } else { a.len() };
    common(&a, &b) * 2 < of.max(1)
}
