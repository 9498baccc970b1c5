//! `travaux verify`: replays everything and says whether the record holds.

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::sync::Arc;

use clap::Args;
use sha2::{Digest, Sha256};

use super::check::{Checker, Place};
use super::fault::{Done, Fault};
use super::keyfile::Key;
use super::output::{count, print};
use super::store;
use crate::log::{EventLog, LogError, Scope, Stored};

/// How many entries are read at a time.
const PAGE_ENTRIES: usize = 1_024;

/// Check the whole record: every entry, every splice, both sequences
///
/// Each entry is read, replayed, and compared with how it is written; what its changes alone make of the text is compared
/// with the text. What is blanked must be what an entry says is blanked. The store itself is checked to the last byte of the last entry: each hash, the chain through all of
/// them, and how far the head file says that it went.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Where the record is kept
    #[arg(long, env = "TRAVAUX_DATA", value_name = "DIR")]
    data: PathBuf,
    #[command(flatten)]
    key: Key,
}

/// What the record of one compact came to, read by position: its last seq and the fingerprint of its entries.
type Read = BTreeMap<Arc<str>, (u32, Sha256)>;

impl Verify {
    /// Prints what the record holds, or fails with the first thing that does not.
    pub(super) fn run(&self) -> Done {
        let log = store::open(&self.data, &self.key).map_err(Fault::found)?;
        let mut checker = Checker::default();
        let read = by_position(&log, &mut checker)?;
        by_compact(&log, &checker, &read)?;
        let provisions: usize = checker.compacts().map(|compact| compact.text(compact.seq).len()).sum();
        let drafts: usize = checker.compacts().map(|compact| compact.drafts.len()).sum();
        let counted = [
            count(read.len(), "compact"),
            count(checker.entries, "entry"),
            count(checker.splices, "splice"),
            count(provisions, "provision"),
            count(drafts, "draft"),
        ];
        print(&format!("{}\nthe record holds\n", counted.join(", ")))
    }
}

/// Reads everything in the one order and checks each entry.
fn by_position(log: &dyn EventLog, checker: &mut Checker) -> Result<Read, Fault> {
    let mut read = Read::new();
    let mut after = 0;
    loop {
        let page = log.read(&Scope::Whole, after, PAGE_ENTRIES).map_err(|error| unread(after, error))?;
        if page.is_empty() {
            return Ok(read);
        }
        for entry in page {
            let wrong = |why: String| unheld(&entry, &why);
            let Stored { position, compact, seq, bytes, .. } = entry.clone();
            if position != after + 1 {
                return Err(wrong(format!("it follows position {after}")));
            }
            let place = checker.next(&bytes).map_err(wrong)?;
            if place != (Place { compact: compact.clone(), seq }) {
                return Err(wrong(format!("it says that it is {}/{}", place.compact, place.seq)));
            }
            let (last, fingerprint) = read.entry(compact).or_default();
            *last = seq;
            fingerprint.update(&bytes);
            after = position;
        }
    }
}

/// Reads each compact by itself, which takes another way through the store, and must come to the same; now that all is
/// known that was blanked, so is what shows it.
fn by_compact(log: &dyn EventLog, checker: &Checker, read: &Read) -> Done {
    let known = log.compacts()?;
    if known.len() != read.len() {
        let (known, read) = (known.len(), read.len());
        return Err(Fault::wanting(format!("{known} compacts are listed, and {read} have entries")));
    }
    for (compact, (last, fingerprint)) in read {
        let wrong = |why: String| Fault::wanting(format!("{compact}, read by itself, does not hold: {why}"));
        let scope = Scope::Compact(compact.clone());
        let (mut seq, mut found) = (0_u32, Sha256::new());
        loop {
            let page = log.read(&scope, u64::from(seq), PAGE_ENTRIES).map_err(|error| wrong(error.to_string()))?;
            if page.is_empty() {
                break;
            }
            for entry in page {
                checker.hole(&entry).map_err(|why| unheld(&entry, &why))?;
                seq = entry.seq;
                found.update(&entry.bytes);
            }
        }
        if seq != *last || found.finalize() != fingerprint.clone().finalize() {
            return Err(wrong(format!("its {seq} entries are not the {last} that stand among those of all compacts")));
        }
    }
    Ok(())
}

fn unheld(Stored { position, compact, seq, .. }: &Stored, why: &str) -> Fault {
    Fault::wanting(format!("position {position} ({compact}/{seq}) does not hold: {why}"))
}

/// A store that opens and then cannot be read to the end does not hold; one that fails is not known to.
fn unread(after: u64, error: LogError) -> Fault {
    match error {
        LogError::Corrupt { .. } => Fault::wanting(format!("position {} does not hold: {error}", after + 1)),
        LogError::Taken { .. } | LogError::Unfit(_) | LogError::Full(_) | LogError::Failed(_) | LogError::Closed => {
            error.into()
        }
    }
}
