//! Reasons: why the co-facilitators changed what nobody asked them to change.

use super::{Decision, wording};
use crate::compact::event::{Event, ReasonGiven};
use crate::compact::ids::{ProvisionId, Seq};
use crate::compact::refusal::Refusal;
use crate::compact::state::{Compact, Source};

impl Compact {
    pub(super) fn give_reason(&self, entry: Seq, provision: Option<ProvisionId>, reason: &str) -> Decision {
        let reason = wording::note(Some(reason))?;
        let reason = reason.ok_or_else(|| Refusal::BadCommand("the reason is blank; say why".into()))?;
        if !matches!(self.sources.get(&entry), Some(Source::Told(_))) {
            return Err(Refusal::BadCommand(format!(
                "entry {entry} is neither a revision nor a taking up; GET …/silent-changes tells which need a reason"
            )));
        }
        if let Some(provision) = provision.filter(|id| !self.has_changed(entry, *id)) {
            return Err(Refusal::BadCommand(format!(
                "entry {entry} changed nothing in provision {provision} by itself; \
                 GET …/silent-changes tells which changes need a reason"
            )));
        }
        let said = self.reasons.get(&entry).and_then(|said| said.last());
        if said.is_some_and(|last| last.provision == provision && *last.said == *reason) {
            return Ok(None);
        }
        Ok(Some(Event::ReasonGiven(ReasonGiven { entry, provision, reason })))
    }

    /// A draft is issued once everything that no proposal asked for has a reason.
    pub(super) fn all_have_reasons(&self) -> Result<(), Refusal> {
        let own = self.own_changes().into_iter().filter(|change| change.reason.is_none());
        let unexplained: Vec<(ProvisionId, Seq)> = own.map(|change| (change.provision, change.entry)).collect();
        if unexplained.is_empty() { Ok(()) } else { Err(Refusal::SilentChanges(unexplained)) }
    }
}
