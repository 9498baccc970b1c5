//! Reading a bundle: nothing of it is believed that it does not prove.

use std::path::Path;
use std::sync::Arc;

use super::frame::Unpacking;
use super::line::{self, Line};
use crate::cli::check::Checker;
use crate::cli::fault::{Done, Fault};
use crate::cli::holes::Holes;
use crate::cli::kept::Kept;
use crate::cli::progress::Progress;
use crate::cli::ranges::Ranges;
use crate::log::Stored;
use crate::proof::bundle::{Header, PAGE_ENTRIES, Reckoning, read_leaves};
use crate::proof::{Hash, Verifier};

/// What a bundle was found to hold.
pub(in crate::cli) struct Held {
    /// The state of every compact.
    pub(in crate::cli) checker: Checker,
    /// What the entries come to.
    pub(in crate::cli) reckoning: Reckoning,
    /// The positions of what was blanked.
    pub(in crate::cli) blanked: Ranges,
    /// The key that the bundle says has signed it; `None` where nobody has.
    pub(in crate::cli) signer: Option<Verifier>,
}

/// An entry whose leaf is still to be told.
struct Awaiting {
    line: u64,
    position: u64,
    compact: Arc<str>,
    seq: u32,
    leaf: Hash,
}

/// A bundle that is being read.
struct Reading<'k> {
    file: Unpacking,
    held: Held,
    awaiting: Vec<Awaiting>,
    holes: Holes,
    kept: &'k mut Kept,
}

/// Reads a bundle and checks all of it: by the keys known, else by the one that it names itself. Shows each entry once it
/// fits what is before it; only when this returns without a fault is it known that it was signed. Checkpoints that
/// somebody kept are checked on the way.
pub(in crate::cli) fn unpack(
    path: &Path,
    known: Option<&[Verifier]>,
    kept: &mut Kept,
    mut each: impl FnMut(&Stored) -> Done,
) -> Result<Held, Fault> {
    let mut file = Unpacking::open(path)?;
    let header = file.text()?;
    let header = Header::read(&header).map_err(|why| file.wrong(&why))?;
    let keys = header.verifiers().map_err(|why| file.wrong(&why))?;
    if keys.is_empty() && known.is_some() {
        return Err(Fault::wanting(format!("{}: nobody has signed it, so no key shows anything", path.display())));
    }
    let signer = keys.into_iter().next();
    let by: Vec<Verifier> = known.map_or_else(|| signer.iter().cloned().collect(), <[Verifier]>::to_vec);
    let held =
        Held { checker: Checker::default(), reckoning: Reckoning::default(), blanked: Ranges::default(), signer };
    let mut reading = Reading { file, held, awaiting: Vec::with_capacity(PAGE_ENTRIES), holes: Holes::default(), kept };
    let mut progress = Progress::of("entries checked", Some(header.entries));
    for position in 1..=header.entries {
        each(&reading.entry(position)?)?;
        if reading.awaiting.len() == PAGE_ENTRIES || position == header.entries {
            reading.leaves()?;
        }
        progress.reach(position);
    }
    drop(progress);
    reading.close(&by)
}

/// The keys that a bundle says it is signed by, the first of which signs; `None` where nobody has.
pub(in crate::cli) fn signer(path: &Path) -> Result<Option<Vec<Verifier>>, Fault> {
    let mut file = Unpacking::open(path)?;
    let header = file.text()?;
    let keys = Header::read(&header).and_then(|header| header.verifiers()).map_err(|why| file.wrong(&why))?;
    Ok(Some(keys).filter(|keys| !keys.is_empty()))
}

impl Reading<'_> {
    /// The next entry, which has to be that of this position, and to fit the record so far.
    fn entry(&mut self, position: u64) -> Result<Stored, Fault> {
        let line = self.file.line()?;
        let Some(told) = line::read(&line) else {
            let why = format!("it should be position {position}, and is no entry as `export` writes it");
            return Err(self.file.wrong(&why));
        };
        if told.position != position {
            let why = format!("position {position} should stand here, and position {} does", told.position);
            return Err(self.file.wrong(&why));
        }
        let place = self.held.checker.next(&told.bytes);
        let place = place.map_err(|why| self.file.wrong(&format!("position {position}: {why}")))?;
        let (leaf, Line { blanked, bytes, .. }) = (told.leaf(), told);
        self.held.reckoning.add(&place.compact, leaf);
        self.kept.see(&place.compact, &self.held.reckoning)?;
        let (compact, seq) = (place.compact, place.seq);
        let entry = Stored { position, compact: compact.clone(), seq, bytes: bytes.into(), blanked };
        // An entry as clients see it says who has blanked it, and is not written so here.
        if line::written(&entry).strip_suffix(b"\n") != Some(&line) {
            return Err(self.file.wrong(&format!("position {position} is not as it was written")));
        }
        self.holes.see(&entry);
        self.awaiting.push(Awaiting { line: self.file.number, position, compact, seq, leaf });
        Ok(entry)
    }

    /// The leaves of the entries before, which have to be theirs.
    fn leaves(&mut self) -> Done {
        let line = self.file.text()?;
        let leaves = read_leaves(&line).map_err(|why| self.file.wrong(&why))?;
        if leaves.len() != self.awaiting.len() {
            let (told, wanted) = (leaves.len(), self.awaiting.len());
            return Err(self.file.wrong(&format!("it tells {told} leaves, and {wanted} entries stand before it")));
        }
        if let Some((entry, _)) = self.awaiting.iter().zip(&leaves).find(|(entry, leaf)| entry.leaf != **leaf) {
            let Awaiting { line, position, compact, seq, .. } = entry;
            return Err(self.file.wrong(&format!(
                "position {position} ({compact}/{seq}), on line {line}, is not the entry of which it tells the leaf: one \
                 of the two was changed"
            )));
        }
        self.awaiting.clear();
        Ok(())
    }

    /// What all of it comes to, which has to be what was signed.
    fn close(mut self, by: &[Verifier]) -> Result<Held, Fault> {
        self.holes.check(&self.held.checker)?;
        self.held.blanked = self.holes.positions();
        for number in 0..=self.held.reckoning.compacts().len() {
            let line = self.file.text()?;
            self.held.reckoning.check(number, &line, self.file.before(), by).map_err(|why| self.file.wrong(&why))?;
        }
        self.file.finish()?;
        Ok(self.held)
    }
}
