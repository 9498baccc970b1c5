//! A store that is being filled: many entries are on their way to the disk, but no more than fit in some memory.

use std::collections::VecDeque;
use std::path::Path;

use tokio::runtime::Runtime;

use super::fault::{Done, Fault};
use super::serve::runtime;
use crate::log::{DiskLog, EventLog as _, NewEntry, Receipt, Sealing, Stored};

/// How many bytes of entries may be on their way to the disk.
const FLIGHT_BYTES_MAX: usize = 8 * 1024 * 1024;

/// A store, and what is on its way to it.
pub(super) struct Filling {
    log: DiskLog,
    runtime: Runtime,
    /// The answers awaited, and how many bytes each is of.
    flight: VecDeque<(Receipt, usize)>,
    flight_bytes: usize,
}

impl Filling {
    /// Makes an empty store.
    pub(super) fn open(dir: &Path, sealing: Sealing) -> Result<Self, Fault> {
        let (log, runtime) = (DiskLog::open_sealed(dir, sealing)?, runtime()?);
        Ok(Self { log, runtime, flight: VecDeque::new(), flight_bytes: 0 })
    }

    /// Takes the next entry in; where it was blanked, with the leaf of what was recorded. Its position is given anew.
    pub(super) fn keep(&mut self, entry: &Stored) -> Done {
        let bytes = entry.bytes.len();
        let again = NewEntry { compact: entry.compact.clone(), seq: entry.seq, bytes: entry.bytes.to_vec() };
        self.flight_bytes += bytes;
        self.flight.push_back((self.log.append_again(again, entry.blanked), bytes));
        while self.flight_bytes > FLIGHT_BYTES_MAX && self.land()? {}
        Ok(())
    }

    /// Waits until all is durable, and closes the store.
    pub(super) fn close(mut self) -> Done {
        while self.land()? {}
        Ok(())
    }

    /// Waits for the oldest entry on its way; says whether there was one.
    fn land(&mut self) -> Result<bool, Fault> {
        let Some((receipt, bytes)) = self.flight.pop_front() else { return Ok(false) };
        self.flight_bytes -= bytes;
        self.runtime.block_on(receipt)?;
        Ok(true)
    }
}
