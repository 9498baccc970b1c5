//! Writing a bundle: one pass, with a page of entries in memory.

use std::io::Write;

use super::frame::Packing;
use super::line;
use super::source::Source;
use crate::cli::fault::{Fault, written};
use crate::cli::progress::Progress;
use crate::log::Stored;
use crate::proof::bundle::{Header, PAGE_ENTRIES, Reckoning, leaves_line};
use crate::proof::{Hash, Keyring, NotSigned};

/// Writes all that a record holds, signed by these keys or by nobody; says what it came to.
pub(in crate::cli) fn pack(source: &mut Source, keys: Option<&Keyring>, to: impl Write) -> Result<Reckoning, Fault> {
    let header = Header::new(source.head(), keys);
    let mut packing = Packing::new(to).map_err(|why| Fault::storage(format!("nothing can be packed: {why}")))?;
    written(packing.line(&header.line()))?;
    let (mut reckoning, mut leaves) = (Reckoning::default(), Vec::with_capacity(PAGE_ENTRIES));
    let mut progress = Progress::of("entries written", Some(header.entries));
    loop {
        let page = source.next()?;
        if page.is_empty() {
            break;
        }
        for entry in &page {
            whole(entry)?;
            written(packing.ended(&line::written(entry)))?;
            leaves.push(entry.leaf());
            reckoning.add(&entry.compact, entry.leaf());
            if leaves.len() == PAGE_ENTRIES {
                written(told(&mut packing, &mut leaves))?;
            }
            progress.reach(entry.position);
        }
    }
    if !leaves.is_empty() {
        written(told(&mut packing, &mut leaves))?;
    }
    let unsigned = |why: NotSigned| Fault::storage(why.to_string());
    let of_compacts = reckoning.of_compacts(keys).map_err(unsigned)?;
    written(of_compacts.iter().try_for_each(|line| packing.line(line)))?;
    let of_all = reckoning.of_all(packing.said(), keys).map_err(unsigned)?;
    written(packing.line(&of_all))?;
    written(packing.finish())?;
    Ok(reckoning)
}

fn told(packing: &mut Packing<impl Write>, leaves: &mut Vec<Hash>) -> std::io::Result<()> {
    let line = leaves_line(leaves);
    leaves.clear();
    packing.line(&line)
}

/// What a store holds is JSON, and JSON as we write it is one line.
fn whole(entry: &Stored) -> Result<(), Fault> {
    if entry.bytes.starts_with(b"{") && !entry.bytes.contains(&b'\n') {
        return Ok(());
    }
    let Stored { position, compact, seq, .. } = entry;
    Err(Fault::wanting(format!(
        "position {position} ({compact}/{seq}) is no entry that travaux wrote: see what `travaux verify` says"
    )))
}
