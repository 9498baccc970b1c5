//! A record as those follow it who carry on from it in another.

use std::sync::Arc;
use std::vec;

use super::{Failure, Secretariat, unrecorded};
use crate::compact::{Compact, type_of};
use crate::log::{Follow, Scope, Stored};

/// How many entries are read at a time.
pub(super) const PAGE_ENTRIES: usize = 256;

/// The compacts of a record to which something happens, from now on.
struct Happenings {
    ours: Arc<Secretariat>,
    entries: Follow,
    /// What happened last to each of them.
    page: vec::IntoIter<Stored>,
    concerns: &'static [&'static str],
}

impl Happenings {
    /// Those that an event of such a name befalls.
    fn of(ours: &Arc<Secretariat>, concerns: &'static [&'static str]) -> Self {
        let after = *ours.log().head().borrow();
        let entries = Follow::new(ours.log().clone(), Scope::Whole, after);
        Self { ours: ours.clone(), entries, page: Vec::new().into_iter(), concerns }
    }

    /// The next one, as it stands with what happened; waits until there is one.
    async fn next(&mut self) -> Result<Arc<Compact>, Failure> {
        loop {
            if let Some(stored) = self.page.next() {
                return self.ours.carried_out(&stored).await;
            }
            let mut last: Vec<Stored> = Vec::new();
            for stored in self.entries.next(PAGE_ENTRIES).await.map_err(|why| unrecorded(&why))? {
                // Most of what happens concerns nobody here, and is not read for that.
                if self.concerns.iter().any(|name| is_called(type_of(&stored.bytes), name)) {
                    last.retain(|before| before.compact != stored.compact);
                    last.push(stored);
                }
            }
            self.page = last.into_iter();
        }
    }
}

/// Whether a type, `travaux.draft-issued.v1`, is that of an event of this name, in whatever version.
fn is_called(kind: &str, name: &str) -> bool {
    let version = kind.strip_prefix("travaux.").and_then(|kind| kind.strip_prefix(name));
    version.is_some_and(|version| version.starts_with(".v"))
}

/// Whoever carries on from the record in another.
pub(super) trait CarriesOn: Sync {
    /// The record.
    fn ours(&self) -> &Arc<Secretariat>;

    /// The names of events upon which there may be something to be carried on.
    const CONCERNS: &'static [&'static str];

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
    let mut happenings = Happenings::of(with.ours(), C::CONCERNS);
    catch_up(with).await?;
    loop {
        let compact = happenings.next().await?;
        with.carry_on(&compact).await?;
    }
}

#[cfg(test)]
mod tests {
    use super::super::{Bureau, Caucuses, Publisher};
    use super::*;
    use crate::compact::Event;

    #[test]
    fn what_is_waited_for_can_happen() {
        for name in [Publisher::CONCERNS, Caucuses::CONCERNS, Bureau::CONCERNS].concat() {
            assert!(Event::NAMES.iter().any(|known| is_called(&format!("travaux.{known}"), name)), "{name}");
        }
        assert!(is_called("travaux.draft-issued.v2", "draft-issued") && !is_called("travaux.draft-issued.v1", "draft"));
    }
}
