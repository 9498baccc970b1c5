//! Doors of private records: each is shut by itself, so that nobody waits for what others do in theirs.

use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};

use tokio::sync::OwnedMutexGuard;

use crate::compact::CompactId;

/// A door for each record that somebody came to.
#[derive(Default)]
pub(super) struct Doors(Mutex<HashMap<CompactId, Arc<tokio::sync::Mutex<()>>>>);

impl Doors {
    /// Shuts one for as long as this is held; waits until it is open.
    pub(super) async fn shut(&self, id: &CompactId) -> OwnedMutexGuard<()> {
        let door = self.0.lock().unwrap_or_else(PoisonError::into_inner).entry(id.clone()).or_default().clone();
        door.lock_owned().await
    }
}
