//! The bureau: where co-facilitators prepare revisions before one of them is handed in.
//!
//! A working draft is a fork of the compact, in a record of its own: it takes as many revisions as are tried, proposals are
//! taken up in it to see what comes of it, and it is told by the same redlines and compilations. It ends when it is handed
//! in, as one revision, or thrown away; nobody else learns that it was there.

use std::collections::BTreeSet;
use std::sync::Arc;

use super::caucus::{block, hashed_id};
use super::doors::Doors;
use super::fork::Fork;
use super::handed_in::handed_in;
use super::happenings::{self, CarriesOn};
use super::names::{blank, blank_names};
use super::reciting::{Pages, Recited, on_its_own};
use super::replay::first_of;
use super::{Failure, Recorded, Secretariat, unrecorded};
use crate::access::Speaking;
use crate::compact::{
    Block, Command, Compact, CompactAdopted, CompactId, DraftId, Entry, Event, ProposalId, Refusal, Round, Seq,
    Speaker, Standing, limits,
};
use crate::log::Scope;

/// How the ids of working drafts begin; no compact that is negotiated may be called so.
pub const BUREAU: &str = "bureau-";

/// How many working drafts may have had one name.
const GENERATIONS_MAX: u32 = 1_000;

/// The working drafts of all compacts.
pub struct Bureau {
    /// The record of the delegations.
    ours: Arc<Secretariat>,
    /// The record of the working drafts.
    record: Arc<Secretariat>,
    /// Shut while a working draft on a compact is begun or ended, or something is blanked in it, so that nothing is done
    /// twice.
    doors: Doors,
}

impl CarriesOn for Bureau {
    const CONCERNS: &'static [&'static str] = &["entry-redacted"];

    fn ours(&self) -> &Arc<Secretariat> {
        &self.ours
    }

    async fn carry_on(&self, compact: &Compact) -> Result<(), Failure> {
        self.mind_all(compact).await
    }
}

impl Bureau {
    /// Keeps working drafts on the compacts of the one record in the other.
    pub fn new(ours: Arc<Secretariat>, record: Arc<Secretariat>) -> Self {
        Self { ours, record, doors: Doors::default() }
    }

    /// The record of the working drafts.
    pub fn record(&self) -> &Arc<Secretariat> {
        &self.record
    }

    /// The working drafts on a compact that were neither handed in nor thrown away, with their names.
    pub fn open_ones(&self, compact: &CompactId) -> Vec<(String, Arc<Compact>)> {
        let open =
            self.forks(compact).into_iter().filter(|(fork, draft)| draft.adopted.is_none() && fork.is_whole(draft));
        open.map(|(fork, draft)| (fork.name.to_string(), draft)).collect()
    }

    /// Whether that id, in the record of the working drafts, is one on this compact, open or closed.
    pub fn is_of(&self, compact: &CompactId, id: &CompactId) -> bool {
        let is_whole = |draft: Arc<Compact>| {
            Fork::of(&draft).is_some_and(|fork| fork.compact == *compact && fork.is_whole(&draft))
        };
        self.record.compact(id).is_some_and(is_whole)
    }

    /// All working drafts on a compact.
    fn forks(&self, compact: &CompactId) -> Vec<(Fork, Arc<Compact>)> {
        let forks = self.record.compacts().into_iter().filter_map(|draft| Some((Fork::of(&draft)?, draft)));
        forks.filter(|(fork, _)| fork.compact == *compact).collect()
    }

    /// Begins the working draft of that name with all that is recorded of the compact; or finds the one that is open, and
    /// copies what an interruption left out.
    pub async fn begin(&self, compact: &Compact, name: &DraftId) -> Result<CompactId, Failure> {
        let _one_at_a_time = self.doors.shut(&compact.id).await;
        let (id, draft) = self.find(&compact.id, name)?;
        let fork = if let Some(fork) = draft.and_then(|draft| Fork::of(&draft)) {
            fork
        } else {
            self.has_room(compact)?;
            let fork = Fork { compact: compact.id.clone(), name: name.clone(), at: compact.seq };
            // Opened first, by itself: what others open does not wait for the rest.
            self.copy(&fork, &id, compact, Seq(1)).await?;
            fork
        };
        self.mind(&fork, &id, compact).await?;
        Ok(id)
    }

    fn has_room(&self, compact: &Compact) -> Result<(), Refusal> {
        if let Some(seq) = compact.adopted {
            return Err(Refusal::Adopted(seq));
        }
        let most = limits::WORKING_DRAFTS_MAX;
        let given = self.forks(&compact.id).iter().filter(|(_, draft)| draft.adopted.is_none()).count() + 1;
        let what = "open working drafts of one compact";
        if given > most { Err(Refusal::TooMuch { what, given, most }) } else { Ok(()) }
    }

    async fn copy(&self, fork: &Fork, id: &CompactId, compact: &Compact, until: Seq) -> Result<(), Failure> {
        let redacted = compact.redactions.values().map(|redaction| redaction.entry).collect();
        let (ours, record) = (self.ours.log().clone(), self.record.log().clone());
        self.record.recite(id, fork.clone().pages(ours, record, id.clone(), until, redacted)).await
    }

    /// Copies what is lacking of a working draft, and blanks in it what was blanked since of what was copied.
    async fn mind(&self, fork: &Fork, id: &CompactId, compact: &Compact) -> Result<(), Failure> {
        if self.record.compact(id).is_some_and(|draft| !fork.is_whole(&draft)) {
            self.copy(fork, id, compact, fork.at).await?;
        }
        blank_names(&self.ours, compact, &self.record, id).await?;
        for redaction in compact.redactions.values().filter(|redaction| redaction.entry <= fork.at) {
            let Some(draft) = self.record.compact(id) else { return Ok(()) };
            let is_left = |what: &&String| draft.blanked_by(redaction.entry, what).is_none();
            let what: Vec<String> = redaction.what.iter().filter(is_left).cloned().collect();
            if what.is_empty() {
                continue;
            }
            self.rename_rounds(id, &draft, compact).await?;
            blank(&self.record, id, redaction.entry, what).await?;
        }
        Ok(())
    }

    /// Calls rounds as they are called today, as today's names are not blanked.
    async fn rename_rounds(&self, id: &CompactId, draft: &Compact, compact: &Compact) -> Result<(), Failure> {
        let renamed = |round: &&Arc<Round>| compact.rounds.get(&round.id).is_some_and(|ours| ours.name != round.name);
        for round in draft.rounds.values().filter(|_| draft.adopted.is_none()).filter(renamed) {
            let name = compact.rounds.get(&round.id).map_or_else(String::new, |ours| ours.name.to_string());
            let (round, starts, ends) = (round.id.clone(), round.starts, round.ends);
            self.say(id, Command::ScheduleRound { round, name, starts, ends }).await?;
        }
        Ok(())
    }

    /// Blanks in working drafts what was blanked of their compacts, copies what interruptions left out, and ends those that
    /// were handed in. One that fails keeps no other back; the first failure is told.
    pub async fn catch_up(&self) -> Result<(), Failure> {
        happenings::catch_up(self).await
    }

    /// Catches up, and then does the same with what is blanked from now on, for as long as it is polled. An error ends it:
    /// following again catches up with what was not done.
    pub async fn follow(&self) -> Result<(), Failure> {
        happenings::follow(self).await
    }

    async fn mind_all(&self, compact: &Compact) -> Result<(), Failure> {
        let _one_at_a_time = self.doors.shut(&compact.id).await;
        let mut told = Ok(());
        for (fork, draft) in self.forks(&compact.id) {
            told = told.and(self.mind(&fork, &draft.id, compact).await);
            told = told.and(self.end(&draft).await);
        }
        told
    }

    /// Ends a working draft that was handed in, where an interruption left it open.
    async fn end(&self, draft: &Arc<Compact>) -> Result<(), Failure> {
        if draft.adopted.is_some() {
            return Ok(());
        }
        match self.handed_in(draft).await? {
            Some(seq) => self.close(draft, handed_in_as(seq), None).await,
            None => Ok(()),
        }
    }

    /// Writes a text into the working draft of that name, which is begun where there is none.
    pub async fn prepare(&self, compact: &Compact, name: &DraftId, text: Vec<Block>) -> Result<Recorded, Failure> {
        let id = self.begin(compact, name).await?;
        self.say(&id, Command::Revise { text, base: None, reflects: Vec::new(), reason: None }).await
    }

    /// Hands the working draft of that name in, as a revision of the text that it began with, unless that was done before
    /// an interruption. It reflects those proposals that it is said to, and those that were taken up in the working draft
    /// or that a revision of it reflects. With `expected` only if that is the last entry of the compact. Nobody works on it
    /// meanwhile: what comes later finds it ended.
    pub async fn submit(
        &self,
        by: &Speaking,
        compact: &Compact,
        name: &DraftId,
        reflects: Vec<ProposalId>,
        reason: Option<String>,
        expected: Option<Seq>,
    ) -> Result<Recorded, Failure> {
        let _one_at_a_time = self.doors.shut(&compact.id).await;
        let (id, _) = self.known(compact, name)?;
        let unknown = || Failure::from(Refusal::UnknownCompact(format!("{}/{name}", compact.id)));
        let alone = self.record.alone(&id).await.ok_or_else(unknown)?;
        let draft = alone.compact();
        if draft.adopted.is_some() {
            return Err(unknown());
        }
        let recorded = if let Some(seq) = self.handed_in(&draft).await? {
            Recorded { seq, compact: self.ours.newest(compact), is_new: false }
        } else {
            let at = Fork::of(&draft).map(|fork| fork.at);
            let mut reflected = self.reflected(&draft, at.unwrap_or(draft.seq))?;
            reflected.extend(reflects);
            let reflects = reflected.into_iter().collect();
            let command = Command::Revise { text: text_of(&draft), base: at, reflects, reason };
            self.ours.record(&compact.id, by.says(command), expected).await?
        };
        self.record.recite_in(alone, self.ending(&draft, handed_in_as(recorded.seq), None)).await?;
        Ok(recorded)
    }

    /// The entry by which a working draft was handed in, where it is open still.
    async fn handed_in(&self, draft: &Arc<Compact>) -> Result<Option<Seq>, Failure> {
        let (log, draft) = (self.ours.log().clone(), draft.clone());
        on_its_own(move || {
            let tried = Fork::of(&draft).filter(|fork| draft.seq > fork.at);
            tried.map_or(Ok(None), |fork| handed_in(&*log, &fork.compact, fork.at, &text_of(&draft)))
        })
        .await
    }

    /// The entry by which the last working draft of that name was handed in, where none is open.
    pub fn was_handed_in(&self, compact: &Compact, name: &DraftId) -> Result<Option<Recorded>, Failure> {
        let closed =
            self.forks(&compact.id).into_iter().filter(|(fork, draft)| fork.name == *name && draft.adopted.is_some());
        let Some((_, last)) = closed.max_by_key(|(_, draft)| draft.changed_at) else { return Ok(None) };
        let (scope, before) = (Scope::Compact(last.id.as_str().into()), u64::from(last.seq.0.saturating_sub(1)));
        let ended = self.record.log().read(&scope, before, 1).map_err(|why| unrecorded(&why))?;
        let entry = ended.first().and_then(|stored| Entry::decode(&stored.bytes).ok());
        let note =
            entry.and_then(|entry| if let Event::CompactAdopted(ended) = entry.event { ended.note } else { None });
        let seq = note.and_then(|note| note.strip_prefix(HANDED_IN_AS)?.parse().ok()).map(Seq);
        Ok(seq.map(|seq| Recorded { compact: self.ours.newest(compact), seq, is_new: false }))
    }

    /// The proposals of the compact that were taken up in a working draft, or that a revision of it says it reflects.
    fn reflected(&self, draft: &Compact, at: Seq) -> Result<BTreeSet<ProposalId>, Failure> {
        let taken_up = draft.proposals.values().filter(|proposal| proposal.standing == Standing::TakenUp);
        let since = taken_up.filter(|proposal| proposal.settled.as_ref().is_some_and(|settled| settled.seq > at));
        let mut reflected: BTreeSet<ProposalId> = since.map(|proposal| proposal.id).collect();
        first_of::<()>(&**self.record.log(), &draft.id, at, |entry| {
            if let Event::TextRevised(revised) = entry.event {
                reflected.extend(revised.reflects);
            }
            Ok(None)
        })?;
        // What was tabled in the working draft is not in the compact.
        reflected.retain(|proposal| proposal.0 <= at);
        Ok(reflected)
    }

    /// Throws the working draft of that name away; with `expected` only if that is its last entry.
    pub async fn throw_away(&self, compact: &Compact, name: &DraftId, expected: Option<Seq>) -> Result<(), Failure> {
        let _one_at_a_time = self.doors.shut(&compact.id).await;
        let (_, draft) = self.known(compact, name)?;
        self.close(&draft, "thrown away".to_owned(), expected).await
    }

    /// Ends a working draft, as it is: what it holds need not be an issued draft.
    async fn close(&self, draft: &Compact, note: String, expected: Option<Seq>) -> Result<(), Failure> {
        self.record.recite(&draft.id, self.ending(draft, note, expected)).await
    }

    /// The entry that ends a working draft.
    fn ending(&self, draft: &Compact, note: String, expected: Option<Seq>) -> Pages {
        let (id, time) = (draft.id.clone(), self.record.time().max(draft.changed_at));
        let mut ended = Some(Event::CompactAdopted(CompactAdopted { note: Some(note) }));
        Box::new(move |after: Seq| {
            if ended.is_some() && expected.is_some_and(|seen| seen != after) {
                return Err(Failure::Stale { seq: after });
            }
            let entry =
                |event| Entry { seq: after.next(), time, speaker: Speaker::CoFacilitators, spoken_by: None, event };
            ended.take().map(|event| Recited::new(&id, entry(event), None)).into_iter().collect()
        })
    }

    /// The working draft of a name that is open.
    pub fn known(&self, compact: &Compact, name: &DraftId) -> Result<(CompactId, Arc<Compact>), Failure> {
        let (id, draft) = self.find(&compact.id, name)?;
        let whole = draft.filter(|draft| Fork::of(draft).is_some_and(|fork| fork.is_whole(draft)));
        let unknown = || Failure::from(Refusal::UnknownCompact(format!("{}/{name}", compact.id)));
        whole.map(|draft| (id, draft)).ok_or_else(unknown)
    }

    /// Where the working draft of a name is kept, and it, if it is open: a name may be used again.
    fn find(&self, compact: &CompactId, name: &DraftId) -> Result<(CompactId, Option<Arc<Compact>>), Failure> {
        for generation in 0..GENERATIONS_MAX {
            let Some(id) = hashed_id(BUREAU, &format!("{compact}\u{1f}{name}\u{1f}{generation}")) else { break };
            match self.record.compact(&id) {
                Some(draft) if draft.adopted.is_some() => {}
                draft => return Ok((id, draft)),
            }
        }
        let (what, most) = ("working drafts of one name", usize::try_from(GENERATIONS_MAX).unwrap_or(usize::MAX));
        Err(Refusal::TooMuch { what, given: most + 1, most }.into())
    }

    async fn say(&self, id: &CompactId, command: Command) -> Result<Recorded, Failure> {
        self.record.record(id, Speaking::Anyone.says(command), None).await
    }
}

/// The text of a working draft as it stands.
fn text_of(draft: &Compact) -> Vec<Block> {
    draft.text(draft.seq).into_iter().map(block).collect()
}

/// What is said of a working draft that was handed in, before the entry.
const HANDED_IN_AS: &str = "handed in as entry ";

/// What is said of a working draft that was handed in.
fn handed_in_as(seq: Seq) -> String {
    format!("{HANDED_IN_AS}{seq}")
}
