//! What becomes of provisions beside their wording.

use crate::compact::closing::Closing;
use crate::compact::event::{ProvisionClosed, ProvisionPositionTaken, ProvisionReopened};
use crate::compact::ids::Seq;
use crate::compact::state::Compact;

impl Compact {
    pub(super) fn provision_closed(&mut self, seq: Seq, e: &ProvisionClosed) -> Result<(), String> {
        let life = self.life_mut(e.provision)?;
        if life.closed().is_some() {
            return Err(format!("{} is closed already", e.provision));
        }
        life.closings.push(Closing { closed: seq, note: e.note.as_deref().map(Into::into), reopened: None });
        Ok(())
    }

    pub(super) fn provision_reopened(&mut self, seq: Seq, e: &ProvisionReopened) -> Result<(), String> {
        let closing = self.life_mut(e.provision)?.closings.last_mut().filter(|c| c.reopened.is_none());
        let closing = closing.ok_or_else(|| format!("{} is not closed", e.provision))?;
        closing.reopened = Some((seq, e.reason.as_str().into()));
        Ok(())
    }

    pub(super) fn provision_position_taken(&mut self, seq: Seq, e: &ProvisionPositionTaken) -> Result<(), String> {
        let positions = &mut self.life_mut(e.provision)?.positions;
        positions.retain(|(group, _, _)| *group != e.group);
        positions.push((e.group.clone(), e.position, seq));
        Ok(())
    }
}
