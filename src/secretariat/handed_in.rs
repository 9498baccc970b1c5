//! Whether a text was handed in before: nothing in the record says whence a revision came, so it is looked what it does.

use std::sync::Arc;

use super::Failure;
use super::caucus::block;
use super::replay::{first_of, replay};
use crate::compact::{Block, Command, Compact, CompactId, Entry, Event, Seq, decide};
use crate::log::EventLog;

/// The entry by which this text was handed in as a revision of the text at `base`; `None` where it was not.
pub(super) fn handed_in(log: &dyn EventLog, id: &CompactId, base: Seq, text: &[Block]) -> Result<Option<Seq>, Failure> {
    first_of(log, id, base, |entry| {
        let is_on_it = matches!(&entry.event, Event::TextRevised(revised) if revised.base == base);
        Ok((is_on_it && does_it(log, id, &entry, base, text)?).then_some(entry.seq))
    })
}

/// Whether this text, handed in where an entry stands, comes to what that entry does.
fn does_it(log: &dyn EventLog, id: &CompactId, entry: &Entry, base: Seq, text: &[Block]) -> Result<bool, Failure> {
    let before = replay(log, &Arc::from(id.as_str()), Some(Seq(entry.seq.0.saturating_sub(1))), |_, _| ());
    let before = before.map_err(|why| Failure::Storage(why.to_string()))?;
    let Some(before) = before.map(|state| state.compact) else { return Ok(false) };
    let revise = Command::Revise { text: text.to_vec(), base: Some(base), reflects: Vec::new(), reason: None };
    let Ok(Some(event)) = decide(Some(&before), revise) else { return Ok(false) };
    let comes_to = |event: Event| -> Option<Vec<Block>> {
        let mut after = Compact::clone(&before);
        after.evolve(&Entry { event, ..entry.clone() }).ok()?;
        Some(after.text(after.seq).into_iter().map(block).collect())
    };
    let told = comes_to(event);
    Ok(told.is_some() && told == comes_to(entry.event.clone()))
}
