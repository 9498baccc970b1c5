//! Publicity: what the public is shown.

use super::Decision;
use crate::compact::event::{Event, Publicity, PublicitySet};
use crate::compact::refusal::Refusal;
use crate::compact::state::Compact;

impl Compact {
    /// Who was shown something keeps it: once a draft was issued under one publicity, there is no other.
    pub(super) fn show_the_public(&self, shown: Publicity) -> Decision {
        if shown == self.publicity {
            return Ok(None);
        }
        if self.publicity != Publicity::Nothing && !self.drafts.is_empty() {
            return Err(Refusal::BadCommand(
                "the public was shown drafts already, and what it was shown stays as it is; decide before the first draft \
                 is issued, or open another compact"
                    .into(),
            ));
        }
        Ok(Some(Event::PublicitySet(PublicitySet { shown })))
    }
}
