//! Delivering to one webhook: entry after entry, each until it is taken, on a task of its own. A slow endpoint costs
//! nobody else anything.

use std::future::pending;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use hyper::body::Bytes;
use tokio::sync::{Notify, watch};
use tokio_util::sync::CancellationToken;

use super::courier::{Answer, Courier, Letter};
use super::maker::StillMay;
use super::shelf::{Shelf, Unkept};
use super::sieve::Sieve;
use super::signature::sign;
use super::webhook::{Next, Webhook};
use crate::compact::{Moment, Seq};
use crate::log::{Follow, LogError, Scope, Stored};
use crate::secretariat::Secretariat;

/// How many entries are read at a time.
const PIECE_ENTRIES: usize = 32;
/// How long a cursor may be ahead of what is kept of it: so much is delivered again after a crash.
const SAVE_EVERY: Duration = Duration::from_secs(1);
/// How long to wait where the record cannot be read.
const UNREAD_PAUSE: Duration = Duration::from_secs(30);

/// What all deliveries share.
pub(super) struct Desk {
    pub(super) secretariat: Arc<Secretariat>,
    pub(super) shelf: Shelf,
    pub(super) courier: Box<dyn Courier>,
    pub(super) clock: fn() -> Moment,
}

/// A webhook and what is done with it.
pub(super) struct Kept {
    /// Nothing once it is deleted.
    webhook: Mutex<Option<Webhook>>,
    /// Held while it is written, so that what is written last is newest.
    saving: Mutex<()>,
    /// Counts how often deliveries had to begin anew; changed while the webhook is locked.
    turn: watch::Sender<u64>,
    moved: Notify,
}

impl Kept {
    pub(super) fn new(webhook: Webhook) -> Self {
        let webhook = Mutex::new(Some(webhook));
        Self { webhook, saving: Mutex::default(), turn: watch::Sender::new(0), moved: Notify::new() }
    }

    /// The webhook as it stands; nothing if it was deleted.
    pub(super) fn webhook(&self) -> Option<Webhook> {
        self.locked().clone()
    }

    /// Changes it, once the change is kept; deliveries begin anew. Blocks for as long as the disk takes.
    pub(super) fn change(&self, on: &Shelf, change: impl Fn(&mut Webhook)) -> Result<Option<Webhook>, Unkept> {
        let _one_at_a_time = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        let Some(mut webhook) = self.webhook() else { return Ok(None) };
        change(&mut webhook);
        on.put(&webhook)?;
        let mut held = self.locked();
        held.as_mut().map(change);
        self.turn.send_modify(|turn| *turn += 1);
        Ok(held.clone())
    }

    /// Deletes it. Blocks for as long as the disk takes.
    pub(super) fn delete(&self, on: &Shelf) -> Result<(), Unkept> {
        let _one_at_a_time = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(webhook) = self.webhook() {
            on.remove(&webhook.id)?;
            let mut held = self.locked();
            *held = None;
            self.turn.send_modify(|turn| *turn += 1);
        }
        Ok(())
    }

    /// Writes it as it stands. Blocks for as long as the disk takes.
    fn save(&self, on: &Shelf) -> Result<(), Unkept> {
        let _one_at_a_time = self.saving.lock().unwrap_or_else(PoisonError::into_inner);
        self.webhook().map_or(Ok(()), |webhook| on.put(&webhook))
    }

    fn locked(&self) -> MutexGuard<'_, Option<Webhook>> {
        self.webhook.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Notes something that is kept a little later; nothing where deliveries began anew since that turn.
    fn note<T>(&self, turn: u64, note: impl FnOnce(&mut Webhook) -> T) -> Option<T> {
        let mut held = self.locked();
        let noted = held.as_mut().filter(|_| *self.turn.borrow() == turn).map(note);
        self.moved.notify_one();
        noted
    }
}

/// Delivers until the webhook is deleted or all is over.
pub(super) async fn run(desk: Arc<Desk>, kept: Arc<Kept>, still_may: StillMay, stop: CancellationToken) {
    let mut turned = kept.turn.subscribe();
    loop {
        let turn = *turned.borrow_and_update();
        let Some(webhook) = kept.webhook() else { return };
        let round = Round { kept: &kept, still_may: &still_may, turn };
        tokio::select! {
            () = stop.cancelled() => break,
            _ = turned.changed() => {}
            () = desk.work(&round, webhook) => {}
            () = keep(&desk, &kept) => {}
        }
    }
    save(&desk, &kept).await;
}

/// Writes what moved, at most so often.
async fn keep(desk: &Arc<Desk>, kept: &Arc<Kept>) {
    loop {
        kept.moved.notified().await;
        tokio::time::sleep(SAVE_EVERY).await;
        save(desk, kept).await;
    }
}

async fn save(desk: &Arc<Desk>, kept: &Arc<Kept>) {
    let (desk, kept) = (desk.clone(), kept.clone());
    let saved = tokio::task::spawn_blocking(move || kept.save(&desk.shelf)).await;
    if let Ok(Err(error)) = saved {
        tracing::error!(%error, "the cursor of a webhook is not kept; what it has got since may be delivered again");
    }
}

/// A webhook from one turn on.
struct Round<'a> {
    kept: &'a Kept,
    still_may: &'a StillMay,
    turn: u64,
}

impl Desk {
    /// Delivers until there is nothing more to be done with this webhook as it stands; then waits.
    async fn work(&self, round: &Round<'_>, webhook: Webhook) {
        if webhook.disabled.is_some() {
            return pending().await;
        }
        // Whoever reads what is delivered may see this compact alone.
        let sieve = Sieve::new(self.secretariat.clone(), webhook.filter, false);
        let scope = Scope::Compact(webhook.compact.as_str().into());
        let mut follow = Follow::new(self.secretariat.log().clone(), scope, webhook.after.0.into());
        loop {
            match self.piece(round, &sieve, &mut follow).await {
                Ok(Next::Nothing) | Err(LogError::Closed) => return pending().await,
                Ok(_) => tokio::task::yield_now().await,
                Err(error) => {
                    tracing::error!(%error, webhook = webhook.id, "nothing is delivered: the record cannot be read");
                    return tokio::time::sleep(UNREAD_PAUSE).await;
                }
            }
        }
    }

    /// The next entries, one after the other.
    async fn piece(&self, round: &Round<'_>, sieve: &Sieve, follow: &mut Follow) -> Result<Next, LogError> {
        for entry in follow.next(PIECE_ENTRIES).await? {
            if !sieve.takes(&entry)? {
                round.kept.note(round.turn, |webhook| webhook.pass(Seq(entry.seq)));
            } else if self.deliver(round, &entry, sieve.shown(&entry)?.into()).await == Next::Nothing {
                return Ok(Next::Nothing);
            }
        }
        Ok(Next::Entry)
    }

    /// One entry, until it is taken or the webhook is given up.
    async fn deliver(&self, round: &Round<'_>, entry: &Stored, body: Bytes) -> Next {
        let seq = Seq(entry.seq);
        loop {
            let Some(webhook) = round.kept.webhook() else { return Next::Nothing };
            if !(round.still_may)(&webhook.made_by, &webhook.compact) {
                round.kept.note(round.turn, |webhook| webhook.lapse((self.clock)()));
                tracing::warn!(webhook = webhook.id, "a webhook is disabled: who made it counts no longer");
                return Next::Nothing;
            }
            let answer = self.courier.post(self.letter(&webhook, seq, body.clone())).await;
            let draw = getrandom::u32().unwrap_or(u32::MAX / 2);
            let next = round.kept.note(round.turn, |webhook| webhook.settle(seq, &answer, (self.clock)(), draw));
            count(&answer, next);
            match next {
                Some(Next::Again(pause)) => tokio::time::sleep(pause).await,
                Some(Next::Entry) => return Next::Entry,
                Some(Next::Nothing) => {
                    tracing::warn!(webhook = webhook.id, ?answer, "a webhook is disabled");
                    return Next::Nothing;
                }
                None => return Next::Nothing,
            }
        }
    }

    fn letter(&self, webhook: &Webhook, seq: Seq, body: Bytes) -> Letter {
        let (now, id) = ((self.clock)(), webhook.delivery_id(seq));
        let signature = sign(webhook.secrets(now), &id, now.as_secs(), &body);
        Letter { url: webhook.url.clone(), id, timestamp: now.as_secs(), signature, body }
    }
}

fn count(answer: &Answer, next: Option<Next>) {
    let outcome = match (answer, next) {
        (_, Some(Next::Entry)) => "delivered",
        (Answer::Status(_) | Answer::Later(..), _) => "refused",
        (Answer::Nothing(_), _) => "unanswered",
    };
    metrics::counter!("travaux_webhook_attempts_total", "outcome" => outcome).increment(1);
}
