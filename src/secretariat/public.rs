//! The public record: what the public is shown of each compact, kept as a record of its own.
//!
//! A draft that is issued is released at once and whole, with whatever the publicity of the compact says goes with it.
//! What was released stays as it is: it is durable, numbered and signed by itself, and is never made again.

use std::sync::Arc;

use super::{Failure, Secretariat, State, append, unrecorded};
use crate::compact::{Compact, CompactId, Entry, Event, Publicity, Seq};
use crate::history::{Attribution, publish};
use crate::log::{Follow, LogError, Scope};
use crate::proof::Tree;

/// How many entries are read at a time.
const PAGE_ENTRIES: usize = 256;

/// Keeps the public record behind the record of the delegations.
pub struct Publisher {
    ours: Arc<Secretariat>,
    public: Arc<Secretariat>,
}

impl Publisher {
    /// Releases what the one record has to what the other is.
    pub fn new(ours: Arc<Secretariat>, public: Arc<Secretariat>) -> Self {
        Self { ours, public }
    }

    /// Releases whatever was issued and is not released yet, of all compacts.
    pub async fn catch_up(&self) -> Result<(), Failure> {
        for compact in self.ours.compacts() {
            self.release(&compact).await?;
        }
        Ok(())
    }

    /// Releases what is issued from now on, for as long as it is polled. An error ends it: what was not released is
    /// caught up with when the record is opened again.
    pub async fn follow(&self) -> Result<(), Failure> {
        let after = *self.ours.log().head().borrow();
        let mut entries = Follow::new(Arc::clone(self.ours.log()), Scope::Whole, after);
        self.catch_up().await?;
        loop {
            let page = entries.next(PAGE_ENTRIES).await.map_err(|why| unrecorded(&why))?;
            for stored in page {
                let is_release = Entry::decode(&stored.bytes)
                    .is_ok_and(|entry| matches!(entry.event, Event::DraftIssued(_) | Event::CompactAdopted(_)));
                let id = stored.compact.parse::<CompactId>().ok().filter(|_| is_release);
                if let Some(compact) = id.and_then(|id| self.ours.compact_from(&id, Seq(stored.seq))) {
                    self.release(&compact).await?;
                }
            }
        }
    }

    /// Releases what was issued of a compact and is not released yet.
    async fn release(&self, compact: &Compact) -> Result<(), Failure> {
        let attribution = match compact.publicity {
            Publicity::Nothing => return Ok(()),
            Publicity::Everything => return self.release_all(compact).await,
            Publicity::Drafts => Attribution::Withheld,
            Publicity::Attributed => Attribution::Groups,
        };
        let public = self.public.compact(&compact.id);
        let told = publish(compact, public.as_deref(), attribution);
        let (entries, _) = told.map_err(|broken| Failure::Storage(broken.to_string()))?;
        for entry in entries {
            self.public.recite(&compact.id, entry).await?;
        }
        Ok(())
    }

    /// Every entry up to the last draft, or to the adoption, as it is.
    async fn release_all(&self, compact: &Compact) -> Result<(), Failure> {
        let until = compact.drafts.last().map(|draft| draft.seq).max(compact.adopted);
        let scope = Scope::Compact(compact.id.as_str().into());
        let mut after = self.public.compact(&compact.id).map_or(0, |public| public.seq.0);
        while until.is_some_and(|until| after < until.0) {
            let page = self.ours.log().read(&scope, after.into(), PAGE_ENTRIES).map_err(|why| unrecorded(&why))?;
            for stored in page.iter().take_while(|stored| until.is_some_and(|until| stored.seq <= until.0)) {
                let entry = Entry::decode(&stored.bytes).map_err(|why| Failure::Storage(why.to_string()))?;
                self.public.recite(&compact.id, entry).await?;
                after = stored.seq;
            }
        }
        Ok(())
    }
}

impl Secretariat {
    /// A compact as it stands, once it has come to an entry that the log has told.
    fn compact_from(&self, id: &CompactId, seq: Seq) -> Option<Arc<Compact>> {
        let shown = self.compact(id)?;
        if shown.seq >= seq {
            return Some(shown);
        }
        // Told by the log and not shown yet: the state after it is decided already.
        let room = self.rooms.load().get(id).cloned()?;
        let decided = room.floor().decided.compact.clone();
        Some(decided)
    }

    /// Records an entry that was made elsewhere, as it is; it follows those that are there.
    async fn recite(&self, id: &CompactId, entry: Entry) -> Result<(), Failure> {
        let broken = |why: crate::compact::Broken| Failure::Storage(why.to_string());
        let known = self.rooms.load().get(id).cloned();
        let Some(room) = known else {
            let _one_at_a_time = self.opening.lock().await;
            let compact = Arc::new(Compact::open(&entry).map_err(broken)?);
            let mut tree = Tree::default();
            append(&*self.log, id, (&entry, None), &mut tree)?.await.map_err(|why: LogError| unrecorded(&why))?;
            let room = Arc::new(super::Room::new(State { compact, tree }));
            self.rooms.rcu(|rooms| rooms.update(id.clone(), room.clone()));
            return Ok(());
        };
        let (decided, receipt) = {
            let mut floor = room.floor();
            let mut next = (*floor.decided.compact).clone();
            next.evolve(&entry).map_err(broken)?;
            let mut tree = floor.decided.tree.clone();
            let receipt = append(&*self.log, id, (&entry, None), &mut tree)?;
            let next = Arc::new(State { compact: Arc::new(next), tree });
            floor.decided = next.clone();
            floor.on_the_way += 1;
            (next, receipt)
        };
        room.settle(decided, receipt).await.map(drop)
    }
}
