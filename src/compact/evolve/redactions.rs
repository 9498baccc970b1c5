//! What was blanked. The entry itself is blank when it is read again; here it is only told.

use std::sync::Arc;

use crate::compact::entry::Moment;
use crate::compact::event::EntryRedacted;
use crate::compact::ids::Seq;
use crate::compact::redaction::Redaction;
use crate::compact::state::Compact;

impl Compact {
    pub(super) fn entry_redacted(&mut self, seq: Seq, time: Moment, e: &EntryRedacted) -> Result<(), String> {
        if e.entry == Seq(0) || e.entry >= seq {
            return Err(format!("it blanks entry {}, which is not one before it", e.entry));
        }
        let redaction = Redaction {
            seq,
            redacted_at: time,
            entry: e.entry,
            leaf: e.leaf.as_str().into(),
            left: e.left.as_str().into(),
            what: e.what.clone(),
            reason: e.reason.as_str().into(),
        };
        self.redactions.insert(seq, Arc::new(redaction));
        Ok(())
    }
}
