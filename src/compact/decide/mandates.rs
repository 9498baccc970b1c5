//! Who speaks for a group.

use super::Decision;
use crate::compact::event::{Event, MandateEnded, MandateGiven};
use crate::compact::ids::GroupId;
use crate::compact::refusal::Refusal;
use crate::compact::state::{Compact, Delegation};

impl Compact {
    pub(super) fn give_mandate(&self, group: GroupId, delegation: GroupId) -> Decision {
        let known = self.mandated(&group, &delegation)?;
        self.has_the_floor(&delegation)?;
        if known.speaks_for(&group) {
            return Ok(None);
        }
        if !known.groups().any(|member_of| *member_of == group) {
            return Err(Refusal::NotAMember { delegation, group });
        }
        Ok(Some(Event::MandateGiven(MandateGiven { group, delegation })))
    }

    pub(super) fn end_mandate(&self, group: GroupId, delegation: GroupId) -> Decision {
        let speaks = self.mandated(&group, &delegation)?.speaks_for(&group);
        Ok(speaks.then_some(Event::MandateEnded(MandateEnded { group, delegation })))
    }

    /// The delegation, where both it and the group are registered.
    fn mandated(&self, group: &GroupId, delegation: &GroupId) -> Result<&Delegation, Refusal> {
        let unknown = |id: &GroupId| Refusal::UnknownSpeaker(id.clone());
        self.groups.get(group).ok_or_else(|| unknown(group))?;
        self.delegations.get(delegation).map(AsRef::as_ref).ok_or_else(|| unknown(delegation))
    }
}
