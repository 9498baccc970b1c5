//! The credits of an answer, each once: segments point into the list.

use std::collections::HashMap;
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::compact::{Compact, Credit, EditId, ProvisionId};

/// Collects the credits that an answer tells.
#[derive(Default)]
pub(super) struct Credits {
    /// In the order in which they were first met.
    pub(super) list: Vec<Arc<Credit>>,
    index: HashMap<(EditId, Option<ProvisionId>), u32, FixedState>,
}

impl Credits {
    /// The place in the list of whom an edit's words in a provision are credited to.
    pub(super) fn of(&mut self, compact: &Compact, edit: EditId, provision: ProvisionId) -> u32 {
        // Only a correction makes a credit differ from one provision to another.
        let key = (edit, compact.corrected.map(|_| provision));
        if let Some(index) = self.index.get(&key) {
            return *index;
        }
        let credit = compact.credit_in(edit, provision);
        let known = self.list.iter().position(|c| **c == *credit);
        let index = known.unwrap_or_else(|| {
            self.list.push(credit);
            self.list.len() - 1
        });
        let index = u32::try_from(index).unwrap_or(u32::MAX);
        self.index.insert(key, index);
        index
    }
}
