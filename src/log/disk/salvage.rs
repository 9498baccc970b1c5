//! Taking out of a damaged journal what still proves itself.

use std::fs::File;
use std::path::Path;

use super::read::stored;
use super::scan::survivors;
use super::{LogError, Stored, filing, journal};

/// Shows every entry in the journal of a store that still proves itself, in the order in which they stand, whatever
/// stands between them. Nothing is changed; neither the head file nor the index is asked.
///
/// An entry proves itself by its sum and its leaf, or by the chain where only its sum is damaged. [`LogError::Failed`]
/// where the journal cannot be read at all; whatever `seen` fails with ends it.
pub fn salvage<E: From<LogError>>(dir: &Path, mut seen: impl FnMut(Stored) -> Result<(), E>) -> Result<(), E> {
    let path = dir.join(journal::NAME);
    let file = File::open(&path).map_err(|why| filing(&path, &why))?;
    let mut done = Ok(());
    let read = survivors(&file, 0, |record, _| {
        done = seen(stored(record));
        done.is_ok()
    });
    read.map_err(|why| filing(&path, &why))?;
    done
}
