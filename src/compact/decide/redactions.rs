//! Redactions: blanking what should not have been said, in the open.

use super::{Decision, wording};
use crate::compact::entry::Entry;
use crate::compact::event::{EntryRedacted, Event};
use crate::compact::ids::Seq;
use crate::compact::redaction::{Found, WORDING, blankable, blanked, leaf_of};
use crate::compact::refusal::Refusal;
use crate::compact::state::Compact;

impl Compact {
    pub(super) fn redact(&self, entry: Seq, found: Option<&Found>, what: Option<&[String]>, reason: &str) -> Decision {
        let reason = wording::note(Some(reason))?;
        let reason = reason.ok_or_else(|| Refusal::BadCommand("the reason is blank; say why".into()))?;
        let none = || Refusal::BadCommand(format!("there is no entry {entry}; the last one is {}", self.seq));
        let Found { entry: found, bytes, leaf } = found.ok_or_else(none)?;
        let asked = asked(found, what)?;
        let left: Vec<&str> = asked.into_iter().filter(|what| self.blanked_by(entry, what).is_none()).collect();
        if let (true, Some(before)) = (left.is_empty(), self.redaction_of(entry)) {
            let what = format!("that is blanked since entry {}; GET …/redactions lists what is", before.seq);
            return Err(Refusal::NothingChanges(what));
        }
        if left.contains(&"name") {
            self.is_not_todays_name(&found.event)?;
        }
        let blanked = blanked(bytes, &left).map_err(|why| Refusal::Unblankable(why.to_string()))?;
        let what = left.into_iter().map(str::to_owned).collect();
        let (leaf, left) = (leaf.clone(), leaf_of(&blanked));
        Ok(Some(Event::EntryRedacted(EntryRedacted { entry, leaf, left, what, reason })))
    }

    /// What something is called today is not blanked, as long as it can be called otherwise.
    fn is_not_todays_name(&self, event: &Event) -> Result<(), Refusal> {
        let (today, name) = if let Event::GroupRegistered(e) = event {
            (self.groups.get(&e.group).map(|group| &group.name), &e.name)
        } else if let Event::DelegationRegistered(e) = event {
            (self.delegations.get(&e.delegation).map(|delegation| &delegation.name), &e.name)
        } else if let Event::RoundScheduled(e) = event {
            (self.rounds.get(&e.round).map(|round| &round.name), &e.name)
        } else {
            return Ok(());
        };
        if self.adopted.is_none() && today.is_some_and(|today| **today == **name) {
            let why = "that is the name it has today; register it under the right name first, then blank this one";
            return Err(Refusal::Unblankable(why.into()));
        }
        Ok(())
    }
}

/// The members that are asked for, in their order; all that may be blanked unless told.
fn asked(found: &Entry, what: Option<&[String]>) -> Result<Vec<&'static str>, Refusal> {
    let all = blankable(&found.event);
    let (entry, name) = (found.seq, found.event.name());
    if let Some(word) = what.into_iter().flatten().find(|what| is_wording(what)) {
        return Err(Refusal::Unblankable(format!(
            "{word:?} is of the text: texts are rebuilt from it and later entries were decided on it, so it stays; \
             withdraw or decline the proposal, or strike the words in the next text"
        )));
    }
    if all.is_empty() {
        return Err(Refusal::Unblankable(format!(
            "entry {entry} ({name}) has nothing that can be blanked: only names, titles, reasons, rationales, notes and \
             what statements hold can be"
        )));
    }
    let Some(what) = what else { return Ok(all) };
    match what.iter().find(|what| !all.contains(&what.as_str())) {
        Some(unknown) => {
            let unknown: String = unknown.chars().take(80).collect();
            let all = all.join(", ");
            Err(Refusal::BadCommand(format!("entry {entry} ({name}) has no {unknown:?} to blank; it has {all}")))
        }
        None if what.is_empty() => {
            Err(Refusal::BadCommand("nothing is named in \"what\"; name it, or leave \"what\" out for all".into()))
        }
        None => Ok(all.into_iter().filter(|member| what.iter().any(|what| what == member)).collect()),
    }
}

/// Whether it is a member, or a part of one, that holds words of the text.
fn is_wording(what: &str) -> bool {
    what.split('/').next().is_some_and(|member| WORDING.contains(&member))
}
