//! Provisions beside their wording: closing ad ref, reopening, positions.

use super::{Decision, wording};
use crate::compact::edit::TabledEdit;
use crate::compact::event::{Event, Position, ProvisionClosed, ProvisionPositionTaken, ProvisionReopened};
use crate::compact::ids::{GroupId, ProvisionId};
use crate::compact::refusal::Refusal;
use crate::compact::state::{Compact, Life};

impl Compact {
    pub(super) fn close(&self, provision: ProvisionId, note: Option<&str>) -> Decision {
        self.stands(provision, self.seq)?;
        if self.life(provision)?.closed().is_some() {
            return Ok(None);
        }
        Ok(Some(Event::ProvisionClosed(ProvisionClosed { provision, note: wording::note(note)? })))
    }

    pub(super) fn reopen(&self, provision: ProvisionId, reason: &str) -> Decision {
        if self.life(provision)?.closed().is_none() {
            return Err(Refusal::NothingChanges(format!(
                "provision {provision} is not closed; propose on it as it is"
            )));
        }
        let reason = wording::note(Some(reason))?;
        let reason = reason.ok_or_else(|| Refusal::BadCommand("the reason is blank; say why in \"reason\"".into()))?;
        Ok(Some(Event::ProvisionReopened(ProvisionReopened { provision, reason })))
    }

    pub(super) fn take_position_on(&self, provision: ProvisionId, group: GroupId, position: Position) -> Decision {
        self.stands(provision, self.seq)?;
        self.has_the_floor(&group)?;
        let life = self.life(provision)?;
        let since = life.worded_since();
        let is_said = |(g, p, seq): &(GroupId, Position, _)| *g == group && *p == position && Some(*seq) >= since;
        if life.positions.iter().any(is_said) {
            return Ok(None);
        }
        Ok(Some(Event::ProvisionPositionTaken(ProvisionPositionTaken { provision, group, position })))
    }

    /// Refuses edits of provisions that are closed.
    pub(super) fn all_open<'a>(&self, edits: impl IntoIterator<Item = &'a TabledEdit>) -> Result<(), Refusal> {
        let closed = |edit: &TabledEdit| {
            let provision = edit.change.provision();
            self.provisions.get(&provision).and_then(|life| life.closed()).map(|seq| (provision, seq))
        };
        match edits.into_iter().find_map(closed) {
            Some((provision, seq)) => Err(Refusal::ProvisionClosed { provision, seq }),
            None => Ok(()),
        }
    }

    /// A provision that stands or stood in the text.
    pub(super) fn life(&self, provision: ProvisionId) -> Result<&Life, Refusal> {
        let life = self.provisions.get(&provision).filter(|life| !life.faces.is_empty());
        life.map(|life| &**life).ok_or(Refusal::UnknownProvision { provision, base: self.seq })
    }
}
