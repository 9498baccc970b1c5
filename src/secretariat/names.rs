//! Names that were blanked in the record of the delegations, and stand in another that was made from it.

use std::collections::{BTreeSet, HashSet};
use std::sync::Arc;

use super::replay::first_of;
use super::{Failure, Secretariat, unrecorded};
use crate::access::Speaking;
use crate::compact::{Command, Compact, CompactId, Entry, Event, GroupId, Refusal, Seq};
use crate::log::{EventLog, Scope};

/// Why it is blanked there as well.
const REASON: &str = "blanked in the record of the delegations";

/// A name that was given to a group or delegation.
struct Named {
    entry: Seq,
    id: GroupId,
    name: String,
}

/// Blanks in another record whatever group or delegation is called there as it was called in ours, if ours does not say
/// it any more; what is called so to this day is called there as in ours first.
pub(super) async fn blank_names(
    ours: &Secretariat,
    compact: &Compact,
    theirs: &Secretariat,
    id: &CompactId,
) -> Result<(), Failure> {
    let Some(there) = theirs.compact(id) else { return Ok(()) };
    let renamed = renamed(ours, compact)?;
    let is_renamed = |id: &GroupId| renamed.contains(id);
    if !there.groups.keys().chain(there.delegations.keys()).any(is_renamed) {
        return Ok(());
    }
    let said: HashSet<(GroupId, String)> =
        names(&**ours.log(), &compact.id, is_renamed)?.into_iter().map(|named| (named.id, named.name)).collect();
    for Named { entry, id: who, name } in names(&**theirs.log(), id, is_renamed)? {
        if there.blanked_by(entry, "name").is_some() || said.contains(&(who.clone(), name.clone())) {
            continue;
        }
        if there.adopted.is_none() && *there.name_of(&who) == *name {
            rename(theirs, id, &there, &who, &compact.name_of(&who)).await?;
        }
        blank(theirs, id, entry, vec!["name".to_owned()]).await?;
    }
    Ok(())
}

/// Blanks members of an entry, unless they are blank by now, or are what something is called to this day.
pub(super) async fn blank(theirs: &Secretariat, id: &CompactId, entry: Seq, what: Vec<String>) -> Result<(), Failure> {
    let redact = Command::Redact { entry, found: None, what: Some(what), reason: REASON.into() };
    match theirs.record(id, Speaking::Anyone.says(redact), None).await {
        Ok(_) | Err(Failure::Refused(Refusal::NothingChanges(_) | Refusal::Unblankable(_))) => Ok(()),
        Err(why) => Err(why),
    }
}

/// Calls a group or delegation as it is called in ours.
async fn rename(
    theirs: &Secretariat,
    id: &CompactId,
    there: &Compact,
    who: &GroupId,
    name: &str,
) -> Result<(), Failure> {
    let name = name.to_owned();
    let mut commands = Vec::new();
    if let Some(delegation) = there.delegations.get(who) {
        let groups = delegation.groups().cloned().collect();
        commands.push(Command::RegisterDelegation { delegation: who.clone(), name, groups });
        if delegation.left.is_some() {
            commands.push(Command::LeaveProcess { delegation: who.clone() });
        }
    } else {
        commands.push(Command::RegisterGroup { group: who.clone(), name });
    }
    for command in commands {
        theirs.record(id, Speaking::Anyone.says(command), None).await?;
    }
    Ok(())
}

/// The groups and delegations of which a name was blanked.
fn renamed(ours: &Secretariat, compact: &Compact) -> Result<BTreeSet<GroupId>, Failure> {
    let name = Arc::from(compact.id.as_str());
    let mut renamed = BTreeSet::new();
    let of_names = compact.redactions.values().filter(|redaction| redaction.what.iter().any(|what| what == "name"));
    for redaction in of_names {
        let scope = Scope::Compact(Arc::clone(&name));
        let before = redaction.entry.0.saturating_sub(1);
        let stored = ours.log().read(&scope, before.into(), 1).map_err(|why| unrecorded(&why))?;
        let named = stored.first().and_then(|stored| Entry::decode(&stored.bytes).ok()).and_then(named);
        renamed.extend(named.map(|named| named.id));
    }
    Ok(renamed)
}

/// All names that a record says of some.
fn names(log: &dyn EventLog, id: &CompactId, of: impl Fn(&GroupId) -> bool) -> Result<Vec<Named>, Failure> {
    let mut names = Vec::new();
    first_of::<()>(log, id, Seq(0), |entry| {
        names.extend(named(entry).filter(|named| of(&named.id)));
        Ok(None)
    })?;
    Ok(names)
}

fn named(entry: Entry) -> Option<Named> {
    let seq = entry.seq;
    if let Event::GroupRegistered(e) = entry.event {
        return Some(Named { entry: seq, id: e.group, name: e.name });
    }
    let Event::DelegationRegistered(e) = entry.event else { return None };
    Some(Named { entry: seq, id: e.delegation, name: e.name })
}
