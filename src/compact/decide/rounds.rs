//! Rounds: scheduling.

use super::{Decision, at_most, wording};
use crate::compact::entry::Day;
use crate::compact::event::{Event, RoundScheduled};
use crate::compact::ids::RoundId;
use crate::compact::limits;
use crate::compact::refusal::Refusal;
use crate::compact::state::Compact;

impl Compact {
    pub(super) fn schedule(&self, round: RoundId, name: &str, starts: Day, ends: Day) -> Decision {
        let name = wording::name("name", name)?;
        if ends < starts {
            return Err(Refusal::BadCommand(format!("the round ends on {ends}, before it starts; send the later day")));
        }
        match self.rounds.get(&round) {
            Some(known) if *known.name == *name && (known.starts, known.ends) == (starts, ends) => return Ok(None),
            Some(_) => {}
            None => at_most(limits::ROUNDS_MAX, self.rounds.len() + 1, "rounds")?,
        }
        Ok(Some(Event::RoundScheduled(RoundScheduled { round, name, starts, ends })))
    }
}
