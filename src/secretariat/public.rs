//! The public record: what the public is shown of each compact, kept as a record of its own.
//!
//! A draft that is issued is released at once and whole, with whatever the publicity of the compact says goes with it.
//! What was released stays as it is: it is durable, numbered and signed by itself, and is never made again; only what is
//! blanked in the record of the delegations is blanked there as well.

use std::sync::Arc;

use super::happenings::{self, CarriesOn, PAGE_ENTRIES};
use super::names::blank_names;
use super::reciting::{Pages, Recited, once};
use super::{Failure, Secretariat, unrecorded};
use crate::compact::{Compact, Publicity, Seq};
use crate::history::{Attribution, publish};
use crate::log::{EventLog, Scope};

/// Keeps the public record behind the record of the delegations.
pub struct Publisher {
    ours: Arc<Secretariat>,
    public: Arc<Secretariat>,
    /// Held while something is released, so that it is not released twice.
    releasing: tokio::sync::Mutex<()>,
}

impl CarriesOn for Publisher {
    const CONCERNS: &'static [&'static str] = &["draft-issued", "compact-adopted", "publicity-set", "entry-redacted"];

    fn ours(&self) -> &Arc<Secretariat> {
        &self.ours
    }

    async fn carry_on(&self, compact: &Compact) -> Result<(), Failure> {
        self.release(compact).await
    }
}

impl Publisher {
    /// Releases what the one record has to what the other is.
    pub fn new(ours: Arc<Secretariat>, public: Arc<Secretariat>) -> Self {
        Self { ours, public, releasing: tokio::sync::Mutex::default() }
    }

    /// Releases whatever was issued and is not released yet, of all compacts, and blanks whatever was blanked. A compact
    /// that fails keeps no other back; the first failure is told.
    pub async fn catch_up(&self) -> Result<(), Failure> {
        happenings::catch_up(self).await
    }

    /// Catches up, and then does the same with what happens from now on, for as long as it is polled. An error ends it:
    /// following again catches up with what was not done.
    pub async fn follow(&self) -> Result<(), Failure> {
        happenings::follow(self).await
    }

    /// Blanks what was blanked of a compact, and releases what was issued, as far as that is not done yet.
    async fn release(&self, compact: &Compact) -> Result<(), Failure> {
        let _one_at_a_time = self.releasing.lock().await;
        let pages = match compact.publicity {
            Publicity::Nothing => return Ok(()),
            Publicity::Everything => {
                self.blank_entries(compact).await?;
                self.entries(compact)
            }
            Publicity::Drafts => self.drafts(compact, Attribution::Withheld).await?,
            Publicity::Attributed => self.drafts(compact, Attribution::Groups).await?,
        };
        self.public.recite(&compact.id, pages).await
    }

    /// The drafts that are not released yet.
    async fn drafts(&self, compact: &Compact, attribution: Attribution) -> Result<Pages, Failure> {
        blank_names(&self.ours, compact, &self.public, &compact.id).await?;
        let public = self.public.compact(&compact.id);
        let (entries, _) =
            publish(compact, public.as_deref(), attribution).map_err(|broken| Failure::Storage(broken.to_string()))?;
        let recited = entries.into_iter().map(|entry| Recited::new(&compact.id, entry, None));
        Ok(once(recited.collect::<Result<_, _>>()?))
    }

    /// Every entry up to the last draft, or to the adoption, as it is.
    fn entries(&self, compact: &Compact) -> Pages {
        let until = compact.drafts.last().map(|draft| draft.seq).max(compact.adopted).unwrap_or(Seq(0));
        let (log, scope) = (self.ours.log().clone(), Scope::Compact(compact.id.as_str().into()));
        Box::new(move |after| copied(&*log, &scope, after, until))
    }

    /// What is blanked of entries that were released is blanked there before it is told: an entry that says so is
    /// released with the next draft, as any other.
    async fn blank_entries(&self, compact: &Compact) -> Result<(), Failure> {
        let Some(public) = self.public.compact(&compact.id) else { return Ok(()) };
        let redactions = compact.redactions.values().filter(|redaction| redaction.entry <= public.seq);
        self.public.blank_too(&compact.id, redactions.cloned().collect()).await
    }
}

/// Some entries of a record behind an entry, up to another, as they are.
fn copied(log: &dyn EventLog, scope: &Scope, after: Seq, until: Seq) -> Result<Vec<Recited>, Failure> {
    let left = usize::try_from(until.0.saturating_sub(after.0)).unwrap_or(usize::MAX);
    if left == 0 {
        return Ok(Vec::new());
    }
    let page = log.read(scope, after.0.into(), left.min(PAGE_ENTRIES)).map_err(|why| unrecorded(&why))?;
    page.iter().map(Recited::verbatim).collect()
}
