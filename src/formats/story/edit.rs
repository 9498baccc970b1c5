//! From the lines of a proposal to its edits.

use super::Mistake;
use super::act::Edit;
use super::line::Line;
use super::passage::{Passage, Place};
use crate::compact::Kind;

/// The words that a line of a proposal begins with; any other word begins an act.
pub(super) const WORDS: [&str; 5] = ["in", "reword", "insert", "strike", "move"];

/// Reads a line that begins with one of [`WORDS`]. It joins the edit before it where both reword the same provision.
pub(super) fn read(line: &mut Line<'_>, edits: &mut Vec<Edit>) -> Result<(), Mistake> {
    let new = match line.word("an edit")? {
        "in" => {
            let at = line.quoted("a provision")?;
            let change = passage(line)?;
            if let Some(Edit::Reword { at: last, changes }) = edits.last_mut()
                && *last == at
            {
                changes.push(change);
                return line.end();
            }
            let changes = vec![change];
            Edit::Reword { at, changes }
        }
        "reword" => {
            let at = line.quoted("a provision")?;
            line.needs("to")?;
            let text = line.quoted("its new wording")?;
            Edit::RewordTo { at, text }
        }
        "insert" => insert(line)?,
        "move" => Edit::Move { at: line.quoted("a provision")?, after: after(line, "to")? },
        "strike" => Edit::Strike { at: line.quoted("a provision")? },
        other => return Err(line.mistake(format!("`{other}` is no edit"))),
    };
    edits.push(new);
    line.end()
}

fn passage(line: &mut Line<'_>) -> Result<Passage, Mistake> {
    if line.reads("replace") {
        let old = line.quoted("the words that stand there")?;
        line.needs("with")?;
        let new = line.quoted("the words instead")?;
        Ok(Passage::Replace { old, new })
    } else if line.reads("strike") {
        let old = line.quoted("the words that stand there")?;
        Ok(Passage::Strike { old })
    } else if line.reads("add") {
        let new = line.quoted("the words to add")?;
        let place = place(line)?;
        Ok(Passage::Add { new, place })
    } else {
        line.expected("`replace`, `strike` or `add`")
    }
}

fn place(line: &mut Line<'_>) -> Result<Place, Mistake> {
    if line.reads("before") {
        line.quoted("the words that follow").map(Place::Before)
    } else if line.reads("after") {
        line.quoted("the words before").map(Place::After)
    } else if line.reads("at") {
        match line.word("`start` or `end`")? {
            "start" => Ok(Place::Start),
            "end" => Ok(Place::End),
            other => Err(line.mistake(format!("expected `start` or `end`, but found `{other}`"))),
        }
    } else {
        line.expected("`before`, `after`, `at start` or `at end`")
    }
}

fn insert(line: &mut Line<'_>) -> Result<Edit, Mistake> {
    let (kind, usual_level) = match line.word("the kind of provision")? {
        "title" => (Kind::Title, 1),
        "heading" => (Kind::Heading, 2),
        "paragraph" => (Kind::Paragraph, 1),
        "item" => (Kind::Item, 1),
        other => {
            return Err(line.mistake(format!("expected title, heading, paragraph or item, but found `{other}`")));
        }
    };
    let label = Some(line.quoted("a label")?).filter(|label| !label.is_empty());
    let level = if line.reads("level") {
        let digits = line.word("a level")?;
        match digits.parse() {
            Ok(level) => level,
            Err(_) => return Err(line.mistake(format!("expected a level, but found `{digits}`"))),
        }
    } else {
        usual_level
    };
    let after = after(line, "at")?;
    if !line.reads_mark(":") {
        return line.expected("a colon");
    }
    let text = line.quoted("its wording")?;
    Ok(Edit::Insert { after, kind, level, label, text })
}

/// `after "16"`, or that it is to be at the start of the text.
fn after(line: &mut Line<'_>, start: &str) -> Result<Option<String>, Mistake> {
    if line.reads("after") {
        return line.quoted("a provision").map(Some);
    }
    if line.reads(start) && line.reads("start") {
        return Ok(None);
    }
    line.expected(&format!("`after` and a provision, or `{start} start`"))
}
