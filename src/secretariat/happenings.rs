//! A record as those follow it who carry on from it in another.

use std::sync::Arc;
use std::vec;

use super::{Failure, Secretariat, unrecorded};
use crate::compact::{Compact, Entry, Event};
use crate::log::{Follow, Scope, Stored};

/// How many entries are read at a time.
pub(super) const PAGE_ENTRIES: usize = 256;

/// The compacts of a record to which something happens, from now on.
struct Happenings {
    ours: Arc<Secretariat>,
    entries: Follow,
    page: vec::IntoIter<Stored>,
    concerns: fn(&Event) -> bool,
}

impl Happenings {
    /// Those that such an event befalls.
    fn of(ours: &Arc<Secretariat>, concerns: fn(&Event) -> bool) -> Self {
        let after = *ours.log().head().borrow();
        let entries = Follow::new(ours.log().clone(), Scope::Whole, after);
        Self { ours: ours.clone(), entries, page: Vec::new().into_iter(), concerns }
    }

    /// The next one, as it stands with what happened; waits until there is one.
    async fn next(&mut self) -> Result<Arc<Compact>, Failure> {
        loop {
            let Some(stored) = self.page.next() else {
                let page = self.entries.next(PAGE_ENTRIES).await.map_err(|why| unrecorded(&why))?;
                self.page = page.into_iter();
                continue;
            };
            if Entry::decode(&stored.bytes).is_ok_and(|entry| (self.concerns)(&entry.event)) {
                return self.ours.carried_out(&stored).await;
            }
        }
    }
}

/// Whoever carries on from the record in another.
pub(super) trait CarriesOn: Sync {
    /// The record.
    fn ours(&self) -> &Arc<Secretariat>;

    /// Whether there is something to be carried on when this happens.
    fn concerns(event: &Event) -> bool;

    /// Carries on from a compact as it stands what is not carried on yet.
    fn carry_on(&self, compact: &Compact) -> impl Future<Output = Result<(), Failure>> + Send;
}

/// Carries on from every compact. One that fails keeps no other back; the first failure is told.
pub(super) async fn catch_up<C: CarriesOn>(with: &C) -> Result<(), Failure> {
    let mut told = Ok(());
    for compact in with.ours().compacts() {
        told = told.and(with.carry_on(&compact).await);
    }
    told
}

/// Catches up, and then carries on from whatever happens, for as long as it is polled. An error ends it: following again
/// catches up with what was not done.
pub(super) async fn follow<C: CarriesOn>(with: &C) -> Result<(), Failure> {
    let mut happenings = Happenings::of(with.ours(), C::concerns);
    catch_up(with).await?;
    loop {
        let compact = happenings.next().await?;
        with.carry_on(&compact).await?;
    }
}
