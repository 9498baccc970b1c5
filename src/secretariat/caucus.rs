//! Caucuses: where a group prepares its proposals before it tables them.
//!
//! A caucus is a compact of its own in a record of its own, of which nobody outside the group knows. Its text is the last
//! draft of the compact that is negotiated, carried on with each draft issued, so that what waits in it is carried over
//! as everything is; its proposals become the group's when they are tabled, and only what is tabled leaves it.

use std::collections::HashMap;
use std::sync::Arc;

use super::{Failure, Recorded, Secretariat};
use crate::access::Speaking;
use crate::compact::{
    Block, Command, Compact, CompactId, Draft, Edit, GroupId, NewProvision, ProposalId, Provision, ProvisionId,
    Refusal, Seq, Standing,
};
use crate::proof::Hash;

/// How the ids of caucuses begin; no compact that is negotiated may be called so.
pub const CAUCUS: &str = "caucus-";

/// How many digits of a hash tell private records apart.
const DIGITS: usize = 24;

/// The caucuses of all compacts.
pub struct Caucuses {
    /// The record of the delegations.
    ours: Arc<Secretariat>,
    /// The record of the caucuses.
    record: Arc<Secretariat>,
}

/// The id under which the caucus of a group is kept.
pub fn caucus_id(compact: &CompactId, group: &GroupId) -> Option<CompactId> {
    hashed_id(CAUCUS, &format!("{compact}\u{1f}{group}"))
}

/// An id that tells nothing and is the same every time.
pub(super) fn hashed_id(prefix: &str, of: &str) -> Option<CompactId> {
    let digits: String = Hash::of(of.as_bytes()).to_string().chars().take(DIGITS).collect();
    format!("{prefix}{digits}").parse().ok()
}

impl Caucuses {
    /// Keeps caucuses on the compacts of the one record in the other.
    pub fn new(ours: Arc<Secretariat>, record: Arc<Secretariat>) -> Self {
        Self { ours, record }
    }

    /// The record of the caucuses.
    pub fn record(&self) -> &Arc<Secretariat> {
        &self.record
    }

    /// The groups that a delegation is in now, and the ids of their caucuses, whether they were opened or not.
    pub fn of(&self, compact: &Compact, delegation: &GroupId) -> Vec<(GroupId, CompactId)> {
        let present = compact.delegations.get(delegation).filter(|delegation| delegation.left.is_none());
        let groups = present.iter().flat_map(|delegation| delegation.groups());
        groups.filter_map(|group| Some((group.clone(), caucus_id(&compact.id, group)?))).collect()
    }

    /// Opens the caucus of a group, or brings the one that there is up to the last draft issued; with its members as they
    /// are now.
    pub async fn enter(&self, compact: &Compact, group: &GroupId) -> Result<CompactId, Failure> {
        let unknown = || Refusal::UnknownSpeaker(group.clone());
        let known = compact.groups.get(group).ok_or_else(unknown)?;
        let id = caucus_id(&compact.id, group).ok_or_else(unknown)?;
        if self.record.compact(&id).is_none() {
            let title = format!("{}: {}", known.name, compact.title);
            let opened = self.say(&id, Command::OpenCompact { compact: id.clone(), title }).await;
            // Two members may enter at once.
            if !matches!(opened, Ok(_) | Err(Failure::Refused(Refusal::CompactExists(_)))) {
                return Err(opened.err().unwrap_or_else(|| unknown().into()));
            }
        }
        self.say(&id, Command::RegisterGroup { group: group.clone(), name: known.name.to_string() }).await?;
        for member in compact.delegations.values().filter(|delegation| delegation.left.is_none()) {
            if member.groups().any(|of| of == group) {
                let (delegation, name, groups) = (member.id.clone(), member.name.to_string(), vec![group.clone()]);
                self.say(&id, Command::RegisterDelegation { delegation, name, groups }).await?;
            }
        }
        self.carry_on(compact, &id).await?;
        Ok(id)
    }

    /// Brings the text of a caucus up to the last draft issued, draft by draft.
    async fn carry_on(&self, compact: &Compact, id: &CompactId) -> Result<(), Failure> {
        for draft in &compact.drafts {
            let is_there = |caucus: Arc<Compact>| caucus.drafts.iter().any(|known| known.id == draft.id);
            if self.record.compact(id).is_some_and(is_there) {
                continue;
            }
            let text = compact.text(draft.seq).into_iter().map(block).collect();
            self.say(id, Command::Revise { text, base: None, reflects: Vec::new(), reason: None }).await?;
            let (label, draft) = (draft.label.to_string(), Some(draft.id.clone()));
            let issued = self.say(id, Command::IssueDraft { label, id: draft, sign_off: true }).await;
            if !matches!(issued, Ok(_) | Err(Failure::Refused(Refusal::DraftExists { .. }))) {
                issued?;
            }
        }
        Ok(())
    }

    /// Tables a proposal of a caucus as the group's own, worded against the last draft; it stays in the caucus, withdrawn
    /// from there.
    pub async fn table(
        &self,
        by: &Speaking,
        compact: &Compact,
        group: &GroupId,
        proposal: ProposalId,
    ) -> Result<Recorded, Failure> {
        let id = self.enter(compact, group).await?;
        let unknown = || Refusal::UnknownProposal(proposal);
        let caucus = self.record.compact(&id).ok_or_else(unknown)?;
        let prepared = caucus.proposals.get(&proposal).ok_or_else(unknown)?;
        if prepared.standing != Standing::Waiting {
            let seq = prepared.settled.as_ref().map_or(caucus.seq, |settled| settled.seq);
            return Err(Refusal::NotWaiting { proposal, standing: prepared.standing, seq }.into());
        }
        let form = &prepared.form;
        let (Some(theirs), Some(ours)) = (draft_at(&caucus, form.base), compact.drafts.last()) else {
            return Err(unknown().into());
        };
        let ours = compact.drafts.iter().find(|draft| draft.id == theirs.id).unwrap_or(ours);
        let known = same_provisions(&caucus, theirs.seq, compact, ours.seq);
        let edits: Option<Vec<Edit>> = form.edits.iter().map(|tabled| in_terms_of(&known, &tabled.edit)).collect();
        let edits = edits.ok_or_else(|| Refusal::BadCommand("it changes what is not in the draft".into()))?;
        let (sponsors, rationale) = (vec![group.clone()], form.rationale.as_deref().map(str::to_owned));
        let command = Command::TableProposal { sponsors, base: Some(ours.seq), edits, rationale };
        let tabled = self.ours.record(&compact.id, by.says(command), None).await?;
        let note = Some(format!("tabled as {}", ProposalId(tabled.seq)));
        self.say(&id, Command::WithdrawProposal { proposal, note }).await?;
        Ok(tabled)
    }

    async fn say(&self, id: &CompactId, command: Command) -> Result<Recorded, Failure> {
        self.record.record(id, Speaking::Anyone.says(command), None).await
    }
}

fn draft_at(compact: &Compact, seq: Seq) -> Option<Arc<Draft>> {
    compact.drafts.iter().rfind(|draft| draft.seq <= seq).cloned()
}

/// The provisions of a draft in the one compact, and what they are called in the other: both have the same text.
fn same_provisions(from: &Compact, at: Seq, to: &Compact, there: Seq) -> HashMap<ProvisionId, ProvisionId> {
    let ids = |compact: &Compact, at: Seq| compact.text(at).into_iter().map(|provision| provision.id);
    ids(from, at).zip(ids(to, there)).collect()
}

fn in_terms_of(known: &HashMap<ProvisionId, ProvisionId>, edit: &Edit) -> Option<Edit> {
    let named = |id: &ProvisionId| known.get(id).copied();
    let behind = |after: &Option<ProvisionId>| match after {
        Some(after) => named(after).map(Some),
        None => Some(None),
    };
    Some(match edit {
        Edit::Reword { reword, text } => Edit::Reword { reword: named(reword)?, text: text.clone() },
        Edit::Insert { insert } => {
            Edit::Insert { insert: NewProvision { after: behind(&insert.after)?, ..insert.clone() } }
        }
        Edit::Strike { strike } => Edit::Strike { strike: named(strike)? },
        Edit::Move { r#move, after } => Edit::Move { r#move: named(r#move)?, after: behind(after)? },
    })
}

pub(super) fn block(provision: Provision) -> Block {
    let Provision { kind, level, label, text, .. } = provision;
    Block { kind, level, label, text: text.to_string() }
}
