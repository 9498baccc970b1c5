//! Who takes part: groups, delegations, memberships.

use super::{Decision, at_most, wording};
use crate::compact::event::{DelegationLeft, DelegationRegistered, Event, GroupRegistered, MembershipChanged};
use crate::compact::ids::GroupId;
use crate::compact::limits;
use crate::compact::proposal::Proposal;
use crate::compact::refusal::Refusal;
use crate::compact::state::Compact;

impl Compact {
    pub(super) fn register_group(&self, group: GroupId, name: &str) -> Decision {
        let name = wording::name("name", name)?;
        if self.delegations.contains_key(&group) {
            return Err(Refusal::OtherKind(group, "a delegation"));
        }
        match self.groups.get(&group) {
            Some(known) if *known.name == *name => Ok(None),
            known => {
                let more = usize::from(known.is_none());
                at_most(
                    limits::SPEAKERS_MAX,
                    self.groups.len() + self.delegations.len() + more,
                    "groups and delegations",
                )?;
                Ok(Some(Event::GroupRegistered(GroupRegistered { group, name })))
            }
        }
    }

    pub(super) fn register_delegation(&self, delegation: GroupId, name: &str, mut groups: Vec<GroupId>) -> Decision {
        let name = wording::name("name", name)?;
        if self.groups.contains_key(&delegation) {
            return Err(Refusal::OtherKind(delegation, "a group"));
        }
        groups.sort();
        groups.dedup();
        if let Some(unknown) = groups.iter().find(|group| !self.groups.contains_key(*group)) {
            return Err(Refusal::UnknownSpeaker(unknown.clone()));
        }
        let registered = |delegation, groups| {
            Ok(Some(Event::DelegationRegistered(DelegationRegistered { delegation, name: name.clone(), groups })))
        };
        match self.delegations.get(&delegation) {
            None => {
                at_most(
                    limits::SPEAKERS_MAX,
                    self.groups.len() + self.delegations.len() + 1,
                    "groups and delegations",
                )?;
                registered(delegation, groups)
            }
            Some(known) if known.left.is_some() || *known.name != *name => registered(delegation, groups),
            Some(known) => {
                let is_member = |group: &GroupId| known.groups().any(|g| g == group);
                let joined: Vec<GroupId> = groups.iter().filter(|g| !is_member(g)).cloned().collect();
                let left: Vec<GroupId> = known.groups().filter(|g| !groups.contains(g)).cloned().collect();
                if joined.is_empty() && left.is_empty() {
                    return Ok(None);
                }
                Ok(Some(Event::MembershipChanged(MembershipChanged { delegation, joined, left })))
            }
        }
    }

    pub(super) fn leave_process(&self, delegation: GroupId) -> Decision {
        match self.delegations.get(&delegation) {
            None => Err(Refusal::UnknownSpeaker(delegation)),
            Some(known) => match known.left {
                Some(seq) => Err(Refusal::HasLeft { delegation, seq }),
                None => Ok(Some(Event::DelegationLeft(DelegationLeft { delegation }))),
            },
        }
    }

    /// Refuses what only its sponsors say of a proposal where all of them have left the process.
    pub(super) fn has_a_sponsor(&self, proposal: &Proposal) -> Result<(), Refusal> {
        let mut told = proposal.sponsors().map(|sponsor| self.has_the_floor(sponsor));
        let first = told.next().unwrap_or(Ok(()));
        if first.is_err() && told.any(|told| told.is_ok()) { Ok(()) } else { first }
    }

    /// Refuses whoever cannot have the floor: not registered, or gone.
    pub(super) fn has_the_floor(&self, speaker: &GroupId) -> Result<(), Refusal> {
        match (self.groups.get(speaker), self.delegations.get(speaker)) {
            (Some(_), _) => Ok(()),
            (None, None) => Err(Refusal::UnknownSpeaker(speaker.clone())),
            (None, Some(delegation)) => match delegation.left {
                Some(seq) => Err(Refusal::HasLeft { delegation: speaker.clone(), seq }),
                None => Ok(()),
            },
        }
    }
}
