//! A record as those follow it who carry on from it in another.

use std::sync::Arc;
use std::vec;

use super::{Failure, Secretariat, unrecorded};
use crate::compact::{Compact, Entry, Event};
use crate::log::{Follow, Scope, Stored};

/// How many entries are read at a time.
pub(super) const PAGE_ENTRIES: usize = 256;

/// The compacts of a record to which something happens, from now on.
pub(super) struct Happenings {
    ours: Arc<Secretariat>,
    entries: Follow,
    page: vec::IntoIter<Stored>,
    concerns: fn(&Event) -> bool,
}

impl Happenings {
    /// Those that such an event befalls.
    pub(super) fn of(ours: &Arc<Secretariat>, concerns: fn(&Event) -> bool) -> Self {
        let after = *ours.log().head().borrow();
        let entries = Follow::new(ours.log().clone(), Scope::Whole, after);
        Self { ours: ours.clone(), entries, page: Vec::new().into_iter(), concerns }
    }

    /// The next one, as it stands with what happened; waits until there is one.
    pub(super) async fn next(&mut self) -> Result<Arc<Compact>, Failure> {
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
