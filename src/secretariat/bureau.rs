//! The bureau: where co-facilitators prepare revisions before one of them is handed in.
//!
//! A working draft is a compact of its own in a record of its own: it begins with the working text as it stands, takes as
//! many revisions as are tried, and is told by the same redlines. It ends when it is handed in, as one revision, or
//! thrown away; nobody else learns that it was there.

use std::sync::Arc;

use super::caucus::{block, hashed_id};
use super::{Failure, Recorded, Secretariat};
use crate::access::Speaking;
use crate::compact::{Block, Command, Compact, CompactId, DraftId, ProposalId, Refusal, Seq};

/// How the ids of working drafts begin; no compact that is negotiated may be called so.
pub const BUREAU: &str = "bureau-";

/// What the text is called that a working draft begins with, before the number of the entry that it is of.
const BASE: &str = "entry-";

/// How many working drafts may have had one name.
const GENERATIONS_MAX: u32 = 1_000;

/// The working drafts of all compacts.
pub struct Bureau {
    /// The record of the delegations.
    ours: Arc<Secretariat>,
    /// The record of the working drafts.
    record: Arc<Secretariat>,
}

impl Bureau {
    /// Keeps working drafts on the compacts of the one record in the other.
    pub fn new(ours: Arc<Secretariat>, record: Arc<Secretariat>) -> Self {
        Self { ours, record }
    }

    /// The record of the working drafts.
    pub fn record(&self) -> &Arc<Secretariat> {
        &self.record
    }

    /// The working drafts on a compact that were neither handed in nor thrown away, with their names.
    pub fn open_ones(&self, compact: &CompactId) -> Vec<(String, Arc<Compact>)> {
        let of = format!("{compact}/");
        let is_open = |draft: &Arc<Compact>| draft.adopted.is_none() && draft.id.as_str().starts_with(BUREAU);
        let all = self.record.compacts().into_iter().filter(is_open);
        all.filter_map(|draft| Some((draft.title.strip_prefix(&of)?.to_owned(), draft))).collect()
    }

    /// Whether that id, in the record of the working drafts, is one on this compact, open or closed.
    pub fn is_of(&self, compact: &CompactId, id: &CompactId) -> bool {
        let draft = self.record.compact(id).filter(|draft| draft.id.as_str().starts_with(BUREAU));
        draft.is_some_and(|draft| draft.title.strip_prefix(compact.as_str()).is_some_and(|rest| rest.starts_with('/')))
    }

    /// Writes a text into the working draft of that name, which is begun where there is none.
    pub async fn prepare(&self, compact: &Compact, name: &DraftId, text: Vec<Block>) -> Result<Recorded, Failure> {
        let id = match self.find(&compact.id, name)? {
            (id, Some(_)) => id,
            (id, None) => {
                self.begin_with(compact, name, &id).await?;
                id
            }
        };
        self.say(&id, Command::Revise { text, base: None, reflects: Vec::new(), reason: None }).await
    }

    /// Begins the working draft of that name, unless it is open.
    pub async fn begin(&self, compact: &Compact, name: &DraftId) -> Result<CompactId, Failure> {
        let (id, there) = self.find(&compact.id, name)?;
        if there.is_none() {
            self.begin_with(compact, name, &id).await?;
        }
        Ok(id)
    }

    async fn begin_with(&self, compact: &Compact, name: &DraftId, id: &CompactId) -> Result<(), Failure> {
        let title = format!("{}/{name}", compact.id);
        self.say(id, Command::OpenCompact { compact: id.clone(), title }).await?;
        let text: Vec<Block> = compact.text(compact.seq).into_iter().map(block).collect();
        if text.is_empty() {
            return Ok(());
        }
        self.say(id, Command::Revise { text, base: None, reflects: Vec::new(), reason: None }).await?;
        let base = format!("{BASE}{}", compact.seq);
        let (label, draft) = (format!("Working text at entry {}", compact.seq), base.parse().ok());
        self.say(id, Command::IssueDraft { label, id: draft, sign_off: true }).await.map(drop)
    }

    /// Hands the working draft of that name in, as a revision of the text that it began with.
    pub async fn submit(
        &self,
        by: &Speaking,
        compact: &Compact,
        name: &DraftId,
        reflects: Vec<ProposalId>,
        reason: Option<String>,
    ) -> Result<Recorded, Failure> {
        let (id, draft) = self.known(compact, name)?;
        let text = draft.text(draft.seq).into_iter().map(block).collect();
        let began = draft.drafts.last().and_then(|draft| draft.id.as_str().strip_prefix(BASE)?.parse().ok());
        let command = Command::Revise { text, base: began.map(Seq), reflects, reason };
        let recorded = self.ours.record(&compact.id, by.says(command), None).await?;
        self.close(&id, format!("handed in as entry {}", recorded.seq)).await?;
        Ok(recorded)
    }

    /// Throws the working draft of that name away.
    pub async fn throw_away(&self, compact: &Compact, name: &DraftId) -> Result<(), Failure> {
        let (id, _) = self.known(compact, name)?;
        self.close(&id, "thrown away".to_owned()).await
    }

    async fn close(&self, id: &CompactId, note: String) -> Result<(), Failure> {
        let shown = self.record.compact(id).filter(|draft| draft.text_changed > draft.drafts.last().map(|d| d.seq));
        if shown.is_some() {
            let label = "As it was left".to_owned();
            self.say(id, Command::IssueDraft { label, id: None, sign_off: true }).await?;
        }
        self.say(id, Command::Adopt { note: Some(note) }).await.map(drop)
    }

    /// The working draft of a name that is open.
    pub fn known(&self, compact: &Compact, name: &DraftId) -> Result<(CompactId, Arc<Compact>), Failure> {
        let (id, draft) = self.find(&compact.id, name)?;
        let unknown = || Failure::from(Refusal::UnknownCompact(format!("{}/{name}", compact.id)));
        draft.map(|draft| (id, draft)).ok_or_else(unknown)
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
