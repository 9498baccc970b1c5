//! All webhooks of a record: made, shown, changed, deleted, and set going.

use std::collections::BTreeMap;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError};

use tokio::runtime::Handle;
use tokio_util::sync::CancellationToken;
use tokio_util::task::TaskTracker;

use super::courier::{Courier, Https};
use super::delivery::{Desk, Kept, run};
use super::maker::{Maker, StillMay};
use super::shelf::{Shelf, Unkept};
use super::signature::Secret;
use super::target::{NotATarget, Target};
use super::webhook::Webhook;
use crate::compact::{Compact, CompactId, Moment, Seq, limits};
use crate::history::Filter;
use crate::secretariat::{Secretariat, now};

/// The webhooks of one record.
pub struct Webhooks {
    desk: Arc<Desk>,
    /// By id.
    kept: Mutex<BTreeMap<String, Arc<Kept>>>,
    allow_private: bool,
    tasks: TaskTracker,
    going: OnceLock<Going>,
    /// Held while one is added, so that there are never more than the limit.
    adding: tokio::sync::Mutex<()>,
}

/// What deliveries run with.
struct Going {
    still_may: StillMay,
    stop: CancellationToken,
    /// That in which they began, and in which it is waited for their end. Whoever adds a webhook may be in one that ends
    /// before them.
    runtime: Handle,
}

/// A webhook that is asked for.
#[derive(Clone, Debug)]
pub struct NewWebhook {
    /// Where entries are to go.
    pub url: String,
    /// Which.
    pub filter: Filter,
    /// Who answers for what it is sent.
    pub by: Maker,
    /// The entry after which it begins; the last one unless told.
    pub after: Option<Seq>,
}

/// Why a webhook is not made or changed.
#[derive(Debug, thiserror::Error)]
pub enum NotTaken {
    /// The client can act: nothing can be sent there.
    #[error(transparent)]
    Target(#[from] NotATarget),
    /// The client can act: that entry is not there yet.
    #[error("the last entry is {head}: a webhook begins after it or after one before")]
    Beyond {
        /// The last entry.
        head: Seq,
    },
    /// The client can act: there are as many as there may be.
    #[error("there are {most} webhooks {of} already; delete one that is not needed")]
    TooMany {
        /// How many there may be.
        most: usize,
        /// Of what.
        of: &'static str,
    },
    /// The operator can act.
    #[error(transparent)]
    Unkept(#[from] Unkept),
    /// The operator can act: the system gives no random numbers.
    #[error("no secret can be made: {0}")]
    Random(#[from] getrandom::Error),
    /// The operator can act: a thread that writes came to no end.
    #[error("webhooks cannot be kept: {0}")]
    Fault(#[from] tokio::task::JoinError),
}

impl Webhooks {
    /// Those kept on a shelf, sent by HTTP. `allow_private`: also to addresses that only this machine or its network
    /// reaches.
    pub fn new(secretariat: Arc<Secretariat>, (shelf, kept): (Shelf, Vec<Webhook>), allow_private: bool) -> Self {
        Self::carried_by(Box::new(Https::new(allow_private)), now, secretariat, (shelf, kept), allow_private)
    }

    /// None yet, and forgotten in the end, for trials.
    pub fn forgetful(secretariat: Arc<Secretariat>) -> Self {
        Self::new(secretariat, (Shelf::forgetful(), Vec::new()), false)
    }

    /// The same with another courier and another clock.
    pub fn carried_by(
        courier: Box<dyn Courier>,
        clock: fn() -> Moment,
        secretariat: Arc<Secretariat>,
        (shelf, kept): (Shelf, Vec<Webhook>),
        allow_private: bool,
    ) -> Self {
        let mut all = BTreeMap::new();
        for mut webhook in kept {
            let head = secretariat.compact(&webhook.compact).map_or(Seq(0), |compact| compact.seq);
            if webhook.after > head {
                tracing::warn!(webhook = webhook.id, %head, "a webhook was ahead of the record, and goes on at its end");
                webhook.after = head;
            }
            all.insert(webhook.id.clone(), Arc::new(Kept::new(webhook)));
        }
        let desk = Arc::new(Desk { secretariat, shelf, courier, clock });
        let (tasks, going, adding) = (TaskTracker::new(), OnceLock::new(), tokio::sync::Mutex::default());
        Self { desk, kept: Mutex::new(all), allow_private, tasks, going, adding }
    }

    /// Begins to deliver, in the runtime that this is called in, until `stop`: of those who made webhooks, to those who still
    /// may have entries sent somewhere.
    pub fn start(&self, still_may: StillMay, stop: &CancellationToken) {
        let going = Going { still_may, stop: stop.clone(), runtime: Handle::current() };
        if self.going.set(going).is_ok() {
            let kept: Vec<_> = self.all().values().cloned().collect();
            for kept in kept {
                self.set_going(kept);
            }
        }
    }

    /// Waits until deliveries have ended and all cursors are kept.
    pub async fn stopped(&self) {
        self.tasks.close();
        self.tasks.wait().await;
    }

    fn set_going(&self, kept: Arc<Kept>) {
        if let Some(Going { still_may, stop, runtime }) = self.going.get() {
            self.tasks.spawn_on(run(self.desk.clone(), kept, still_may.clone(), stop.clone()), runtime);
        }
    }

    /// Makes one. Its secret is to be told now, and never again.
    pub async fn add(&self, compact: &Compact, asked: NewWebhook) -> Result<Webhook, NotTaken> {
        let url = Target::read(&asked.url, self.allow_private)?;
        let after = begin(compact, asked.after.unwrap_or(compact.seq))?;
        let _one_at_a_time = self.adding.lock().await;
        self.room_for_another(&compact.id)?;
        let webhook = Webhook {
            id: format!("w{:016x}", getrandom::u64()?),
            compact: compact.id.clone(),
            url,
            filter: asked.filter,
            created_at: (self.desk.clock)(),
            made_by: asked.by,
            after,
            secret: Secret::new()?,
            earlier: None,
            last: None,
            failing: None,
            disabled: None,
        };
        let (desk, made) = (self.desk.clone(), webhook.clone());
        tokio::task::spawn_blocking(move || desk.shelf.put(&made)).await??;
        let kept = Arc::new(Kept::new(webhook.clone()));
        self.all().insert(webhook.id.clone(), kept.clone());
        self.set_going(kept);
        Ok(webhook)
    }

    /// The webhooks of a compact, in the order in which they were made.
    pub fn of(&self, compact: &CompactId) -> Vec<Webhook> {
        let webhooks = self.all().values().filter_map(|kept| kept.webhook()).collect::<Vec<_>>();
        let mut webhooks: Vec<_> = webhooks.into_iter().filter(|webhook| webhook.compact == *compact).collect();
        webhooks.sort_by(|a, b| (a.created_at, &a.id).cmp(&(b.created_at, &b.id)));
        webhooks
    }

    /// One webhook of a compact.
    pub fn one(&self, compact: &CompactId, id: &str) -> Option<Webhook> {
        self.all().get(id)?.webhook().filter(|webhook| webhook.compact == *compact)
    }

    /// Deletes one. `false` if there is none.
    pub async fn delete(&self, compact: &CompactId, id: &str) -> Result<bool, NotTaken> {
        let Some(kept) = self.found(compact, id) else { return Ok(false) };
        let desk = self.desk.clone();
        tokio::task::spawn_blocking(move || kept.delete(&desk.shelf)).await??;
        self.all().remove(id);
        Ok(true)
    }

    /// Delivers again what came after an entry, or passes over what came before it.
    pub async fn replay(&self, compact: &Compact, id: &str, after: Seq) -> Result<Option<Webhook>, NotTaken> {
        let after = begin(compact, after)?;
        self.change(&compact.id, id, move |webhook| webhook.replay(after)).await
    }

    /// Goes on where it was given up; at once where it waits. Where who answers for it no longer may, `by` does from now on.
    pub async fn enable(&self, compact: &CompactId, id: &str, by: Maker) -> Result<Option<Webhook>, NotTaken> {
        let still_may = self.going.get().map(|going| going.still_may.clone());
        let change = move |webhook: &mut Webhook| {
            let holds = still_may.as_ref().is_some_and(|still_may| still_may(&webhook.made_by, &webhook.compact));
            webhook.enable((!holds).then_some(&by));
        };
        self.change(compact, id, change).await
    }

    /// Makes a new secret, which is to be told now, and never again.
    pub async fn rotate(&self, compact: &CompactId, id: &str) -> Result<Option<Webhook>, NotTaken> {
        let (secret, now) = (Secret::new()?, (self.desk.clock)());
        self.change(compact, id, move |webhook| webhook.rotate(secret.clone(), now)).await
    }

    async fn change(
        &self,
        compact: &CompactId,
        id: &str,
        change: impl Fn(&mut Webhook) + Send + 'static,
    ) -> Result<Option<Webhook>, NotTaken> {
        let Some(kept) = self.found(compact, id) else { return Ok(None) };
        let desk = self.desk.clone();
        Ok(tokio::task::spawn_blocking(move || kept.change(&desk.shelf, change)).await??)
    }

    fn found(&self, compact: &CompactId, id: &str) -> Option<Arc<Kept>> {
        self.one(compact, id)?;
        self.all().get(id).cloned()
    }

    fn room_for_another(&self, compact: &CompactId) -> Result<(), NotTaken> {
        let of_compact = (self.of(compact).len(), limits::WEBHOOKS_MAX, "of this compact");
        let of_all = (self.all().len(), limits::WEBHOOKS_ALL_MAX, "of this record");
        let full = [of_compact, of_all].into_iter().find(|(there, most, _)| there >= most);
        full.map_or(Ok(()), |(_, most, of)| Err(NotTaken::TooMany { most, of }))
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<String, Arc<Kept>>> {
        self.kept.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The entry to begin after, if it is there.
fn begin(compact: &Compact, after: Seq) -> Result<Seq, NotTaken> {
    if after > compact.seq { Err(NotTaken::Beyond { head: compact.seq }) } else { Ok(after) }
}
