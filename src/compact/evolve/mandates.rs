//! What mandates make of a delegation: the time in which it spoke for a group.

use crate::compact::event::{MandateEnded, MandateGiven};
use crate::compact::ids::{GroupId, Seq};
use crate::compact::state::{Compact, Delegation, Membership};

impl Compact {
    pub(super) fn mandate_given(&mut self, seq: Seq, e: &MandateGiven) -> Result<(), String> {
        let delegation = self.delegation_mut(&e.delegation)?;
        if !delegation.groups().any(|group| *group == e.group) {
            return Err(format!("{} is no member of {}", e.delegation, e.group));
        }
        delegation.mandates.push(Membership { group: e.group.clone(), from: seq, to: None });
        Ok(())
    }

    pub(super) fn mandate_ended(&mut self, seq: Seq, e: &MandateEnded) -> Result<(), String> {
        let delegation = self.delegation_mut(&e.delegation)?;
        if !delegation.speaks_for(&e.group) {
            return Err(format!("{} does not speak for {}", e.delegation, e.group));
        }
        end(&mut delegation.mandates, seq, |group| *group == e.group);
        Ok(())
    }
}

/// A delegation leaves groups, and no longer speaks for them.
pub(super) fn leave_groups(delegation: &mut Delegation, seq: Seq, leaves: impl Fn(&GroupId) -> bool) {
    end(&mut delegation.memberships, seq, &leaves);
    end(&mut delegation.mandates, seq, &leaves);
}

fn end(times: &mut [Membership], seq: Seq, ends: impl Fn(&GroupId) -> bool) {
    for time in times.iter_mut().filter(|time| time.to.is_none() && ends(&time.group)) {
        time.to = Some(seq);
    }
}
