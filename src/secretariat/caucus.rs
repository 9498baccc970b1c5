//! Caucuses: where a group prepares its proposals before it tables them.
//!
//! A caucus is a compact of its own in a record of its own, of which nobody outside the group knows. Its text is the last
//! draft of the compact that is negotiated, carried on with each draft issued, so that what waits in it is carried over
//! as everything is. Whoever is in the group may speak for it there. Its proposals become the group's when they are
//! tabled, and only what is tabled leaves it.

use std::collections::HashMap;
use std::iter;
use std::sync::Arc;

use super::doors::Doors;
use super::happenings::{self, CarriesOn};
use super::names::{blank, blank_names};
use super::reciting::Recited;
use super::{Failure, Recorded, Secretariat};
use crate::access::{Speaking, Spoken};
use crate::compact::{
    Block, Command, Compact, CompactId, Delegation, Draft, DraftIssued, Edit, Entry, Event, GroupId, NewProvision,
    Proposal, ProposalId, Provision, ProvisionId, Refusal, Seq, Speaker, Standing,
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
    /// Shut while a caucus is brought up to date, or something of it is tabled, so that nothing is done twice.
    doors: Doors,
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

impl CarriesOn for Caucuses {
    const CONCERNS: &'static [&'static str] = &[
        "draft-issued",
        "group-registered",
        "delegation-registered",
        "membership-changed",
        "delegation-left",
        "entry-redacted",
    ];

    fn ours(&self) -> &Arc<Secretariat> {
        &self.ours
    }

    async fn carry_on(&self, compact: &Compact) -> Result<(), Failure> {
        self.carry_all_on(compact).await
    }
}

impl Caucuses {
    /// Keeps caucuses on the compacts of the one record in the other.
    pub fn new(ours: Arc<Secretariat>, record: Arc<Secretariat>) -> Self {
        Self { ours, record, doors: Doors::default() }
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

    /// The caucus of a group, if somebody has entered it.
    pub fn known(&self, compact: &CompactId, group: &GroupId) -> Option<Arc<Compact>> {
        self.record.compact(&caucus_id(compact, group)?)
    }

    /// Opens the caucus of a group, or brings the one that there is up to the last draft issued; with its members as they
    /// are now, who may all speak for the group there. Records nothing where nothing changed.
    pub async fn enter(&self, compact: &Compact, group: &GroupId) -> Result<CompactId, Failure> {
        let unknown = || Refusal::UnknownSpeaker(group.clone());
        compact.groups.get(group).ok_or_else(unknown)?;
        let id = caucus_id(&compact.id, group).ok_or_else(unknown)?;
        let is_as_ours = |caucus: Arc<Compact>| {
            register_lacks(&caucus, compact, group).is_empty() && drafts_lacking(&caucus, compact).next().is_none()
        };
        if !self.record.compact(&id).is_some_and(is_as_ours) {
            let _one_at_a_time = self.doors.shut(&id).await;
            self.bring_up(&self.ours.newest(compact), group, &id).await?;
        }
        Ok(id)
    }

    /// Brings a caucus up to the register and the drafts of the compact, draft by draft.
    async fn bring_up(&self, compact: &Compact, group: &GroupId, id: &CompactId) -> Result<(), Failure> {
        let caucus = if let Some(caucus) = self.record.compact(id) {
            caucus
        } else {
            // However many there are: what one group does is not noticed by another.
            let open = Command::OpenCompact { compact: id.clone(), title: compact.title.to_string() };
            self.record.open_another(id, Speaking::Anyone.says(open)).await?.compact
        };
        for command in register_lacks(&caucus, compact, group) {
            self.say(id, command).await?;
        }
        for draft in drafts_lacking(&caucus, compact) {
            self.issue(id, compact, draft).await?;
        }
        Ok(())
    }

    /// Issues a draft of the compact in a caucus, with its text to the letter.
    async fn issue(&self, id: &CompactId, compact: &Compact, draft: &Draft) -> Result<(), Failure> {
        let text: Vec<Block> = compact.text(draft.seq).into_iter().map(block).collect();
        let (label, sha256) = (draft.label.to_string(), Some(draft.sha256.to_string()));
        let issued = DraftIssued { draft: draft.id.clone(), label, sign_off: true, sha256 };
        let (record, caucus, time, mut issued) = (self.record.clone(), id.clone(), self.record.time(), Some(issued));
        let told = move |_| {
            // As it stands: nobody else is heard meanwhile.
            let Some((issued, there)) = issued.take().zip(record.compact(&caucus)) else { return Ok(Vec::new()) };
            let (speaker, time) = (Speaker::CoFacilitators, time.max(there.changed_at));
            let events = there.come_to(&text).map(Event::TextRevised).into_iter().chain([Event::DraftIssued(issued)]);
            let seqs = iter::successors(Some(there.seq.next()), |seq| Some(seq.next()));
            let entries = events.zip(seqs).map(|(event, seq)| Entry {
                seq,
                time,
                speaker: speaker.clone(),
                spoken_by: None,
                event,
            });
            entries.map(|entry| Recited::new(&caucus, entry, None)).collect()
        };
        self.record.recite(id, Box::new(told)).await
    }

    /// Brings the caucuses that were opened up to date. One that fails keeps no other back; the first failure is told.
    pub async fn catch_up(&self) -> Result<(), Failure> {
        happenings::catch_up(self).await
    }

    /// Catches up, and then does the same whenever a draft is issued, the register changes or something is blanked, for as
    /// long as it is polled. An error ends it: following again catches up with what was not done.
    pub async fn follow(&self) -> Result<(), Failure> {
        happenings::follow(self).await
    }

    async fn carry_all_on(&self, compact: &Compact) -> Result<(), Failure> {
        let mut told = Ok(());
        for group in compact.groups.keys() {
            if let Some(id) = self.known(&compact.id, group).map(|caucus| caucus.id.clone()) {
                told = told.and(self.enter(compact, group).await.map(drop));
                let _one_at_a_time = self.doors.shut(&id).await;
                told = told.and(blank_names(&self.ours, compact, &self.record, &id).await);
                told = told.and(self.blank_rationales(compact, &id).await);
            }
        }
        told
    }

    /// Blanks why a proposal was prepared where that is blanked of what was tabled.
    async fn blank_rationales(&self, compact: &Compact, id: &CompactId) -> Result<(), Failure> {
        let Some(caucus) = self.record.compact(id) else { return Ok(()) };
        let is_blank = |tabled: ProposalId| compact.blanked_by(tabled.0, "rationale").is_some();
        for proposal in caucus.proposals.values().filter(|proposal| tabled_as(proposal).is_some_and(is_blank)) {
            let forms = proposal.earlier.iter().chain([&proposal.form]).filter(|form| form.rationale.is_some());
            for form in forms.filter(|form| caucus.blanked_by(form.seq, "rationale").is_none()) {
                blank(&self.record, id, form.seq, vec!["rationale".to_owned()]).await?;
            }
        }
        Ok(())
    }

    /// Tables a proposal of a caucus as the group's own, worded against the draft that it was prepared on; it stays in the
    /// caucus, withdrawn from there. With `expected` only if that is the last entry of the compact.
    ///
    /// What was tabled before is not tabled once more, nor what an interruption left on the table as it was.
    pub async fn table(
        &self,
        spoken: impl FnOnce(Command) -> Spoken,
        compact: &Compact,
        group: &GroupId,
        proposal: ProposalId,
        expected: Option<Seq>,
    ) -> Result<Recorded, Failure> {
        let id = self.enter(compact, group).await?;
        let _one_at_a_time = self.doors.shut(&id).await;
        let compact = self.ours.newest(compact);
        let caucus = self.record.compact(&id).ok_or(Refusal::UnknownProposal(proposal))?;
        let prepared = caucus.proposals.get(&proposal).ok_or(Refusal::UnknownProposal(proposal))?;
        if let Some(ProposalId(seq)) = tabled_as(prepared) {
            // Asked for again, whatever became of the first answer.
            return Ok(Recorded { compact, seq, is_new: false });
        }
        if prepared.standing != Standing::Waiting {
            let seq = prepared.settled.as_ref().map_or(caucus.seq, |settled| settled.seq);
            return Err(Refusal::NotWaiting { proposal, standing: prepared.standing, seq }.into());
        }
        let spoken = spoken(tabled(&caucus, prepared, &compact, group)?);
        let tabled = if let Some(known) = on_the_table(&caucus, &compact, &spoken.command) {
            spoken.by.may(&spoken.command, Some(&compact))?;
            Recorded { seq: known.0, compact, is_new: false }
        } else {
            self.ours.record(&compact.id, spoken, expected).await?
        };
        let note = Some(format!("{TABLED_AS}{}", ProposalId(tabled.seq)));
        self.say(&id, Command::WithdrawProposal { proposal, note }).await?;
        Ok(tabled)
    }

    async fn say(&self, id: &CompactId, command: Command) -> Result<Recorded, Failure> {
        self.record.record(id, Speaking::Anyone.says(command), None).await
    }
}

/// What has to be said in a caucus for its register to be that of the group.
fn register_lacks(caucus: &Compact, compact: &Compact, group: &GroupId) -> Vec<Command> {
    let mut lacks = Vec::new();
    let name = compact.name_of(group);
    if caucus.groups.get(group).is_none_or(|there| there.name != name) {
        lacks.push(Command::RegisterGroup { group: group.clone(), name: name.to_string() });
    }
    let is_in = |delegation: &Delegation| delegation.groups().any(|of| of == group);
    for ours in compact.delegations.values() {
        let there = caucus.delegations.get(&ours.id);
        let (is_member, was_member) = (ours.left.is_none() && is_in(ours), there.is_some_and(|there| is_in(there)));
        let is_renamed = there.is_some_and(|there| there.name != ours.name);
        if is_member != was_member || is_renamed {
            let groups = if is_member { vec![group.clone()] } else { Vec::new() };
            let (delegation, name) = (ours.id.clone(), ours.name.to_string());
            lacks.push(Command::RegisterDelegation { delegation, name, groups });
        }
        if is_member && !there.is_some_and(|there| there.speaks_for(group)) {
            lacks.push(Command::GiveMandate { group: group.clone(), delegation: ours.id.clone() });
        }
    }
    lacks
}

/// The drafts that a caucus has not got yet. One without a text is nothing to propose on.
fn drafts_lacking<'c>(caucus: &'c Compact, compact: &'c Compact) -> impl Iterator<Item = &'c Arc<Draft>> {
    let lacking = compact.drafts.iter().filter(|draft| caucus.draft(&draft.id).is_none());
    lacking.filter(|draft| !compact.text(draft.seq).is_empty())
}

/// What a proposal of a caucus asks for, said of the compact.
fn tabled(caucus: &Compact, prepared: &Proposal, compact: &Compact, group: &GroupId) -> Result<Command, Refusal> {
    let form = &prepared.form;
    let none = || Refusal::BadCommand("it was prepared before the first draft; word it anew on a draft".into());
    let theirs = caucus.drafts.iter().rfind(|draft| draft.seq <= form.base).ok_or_else(none)?;
    let same = |draft: &&Arc<Draft>| draft.id == theirs.id && draft.sha256 == theirs.sha256;
    let ours = compact.drafts.iter().find(same).ok_or_else(|| Refusal::UnknownText(theirs.id.to_string()))?;
    let known = same_provisions(caucus, theirs.seq, compact, ours.seq);
    let edits: Option<Vec<Edit>> = form.edits.iter().map(|tabled| in_terms_of(&known, &tabled.edit)).collect();
    let edits = edits.ok_or_else(|| Refusal::BadCommand("it changes what is not in the draft".into()))?;
    let (sponsors, rationale) = (vec![group.clone()], form.rationale.as_deref().map(str::to_owned));
    Ok(Command::TableProposal { sponsors, base: Some(ours.seq), edits, rationale })
}

/// How a caucus says as what a proposal was tabled.
const TABLED_AS: &str = "tabled as ";

/// As what a proposal of a caucus was tabled, as its withdrawal says.
fn tabled_as(proposal: &Proposal) -> Option<ProposalId> {
    proposal.settled.as_ref()?.note.as_deref()?.strip_prefix(TABLED_AS)?.parse().ok()
}

/// The proposal of the compact that is what is to be tabled, to the letter, and of which the caucus does not know whence it
/// came: it was tabled, and what follows was interrupted.
fn on_the_table(caucus: &Compact, compact: &Compact, command: &Command) -> Option<ProposalId> {
    let Command::TableProposal { sponsors, base, edits, rationale } = command else { return None };
    let is_known = |id: ProposalId| caucus.proposals.values().any(|proposal| tabled_as(proposal) == Some(id));
    let is_it = |proposal: &&Arc<Proposal>| {
        let form = &proposal.form;
        proposal.standing == Standing::Waiting
            && proposal.sponsors().eq(sponsors)
            && Some(form.base) == *base
            && form.edits.iter().map(|tabled| &tabled.edit).eq(edits)
            && form.rationale.as_deref() == rationale.as_deref()
            && !is_known(proposal.id)
    };
    compact.proposals.values().find(is_it).map(|proposal| proposal.id)
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
