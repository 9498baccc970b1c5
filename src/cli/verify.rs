//! `travaux verify`: replays everything and says whether records hold, in stores or in a bundle.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use clap::Args;
use sha2::{Digest, Sha256};

use super::bundle;
use super::check::{Checker, Place};
use super::fault::{Done, Fault};
use super::kept::{Kept, Note};
use super::keyfile::Key;
use super::output::{count, print, tell};
use super::progress::Progress;
use super::ranges::Ranges;
use super::records::Record;
use super::store;
use crate::log::{EventLog, LogError, Scope, Stored, is_sealed, sealed_by};
use crate::proof::bundle::Reckoning;
use crate::proof::{Keyring, Peaks, Verifier};

/// How many entries are read at a time.
const PAGE_ENTRIES: usize = 1_024;

/// Check all records of a server, or a file that `backup` wrote: every entry, every splice, every hash, every signature
///
/// Each entry is read, replayed, and compared with how it is written; what its changes alone make of the text is compared
/// with the text. What is blanked must be what an entry says is blanked. A store is checked to the last byte of the last
/// entry: each hash, the chain through all of them, and how far the head file says that it went. A bundle is checked to the
/// last byte of the file, with nothing but the file. The records of the public and of what is prepared in private are
/// checked where they stand beside the one that is named.
#[derive(Debug, Args)]
pub(super) struct Verify {
    /// Where the record is kept
    #[arg(long, env = "TRAVAUX_DATA", value_name = "DIR", required_unless_present = "bundle")]
    data: Option<PathBuf>,
    /// A file that `backup` wrote; --key is then a key that `travaux key show` prints, or a file of them
    #[arg(long, env = "TRAVAUX_BUNDLE", value_name = "FILE", conflicts_with = "data")]
    bundle: Option<PathBuf>,
    /// A checkpoint that somebody kept: the record in whose name it is has to begin with what it was of; may be given more
    /// than once
    #[arg(long, env = "TRAVAUX_CHECKPOINT", value_name = "FILE")]
    checkpoint: Vec<PathBuf>,
    #[command(flatten)]
    key: Key,
}

/// What the record of one compact came to, read by position: its last seq and the fingerprint of its entries.
type Read = BTreeMap<Arc<str>, (u32, Sha256)>;

/// A record as far as it was read by position.
struct Reading {
    read: Read,
    checker: Checker,
    reckoning: Reckoning,
    blanked: Ranges,
    kept: Kept,
}

impl Verify {
    /// Prints what the record holds, or fails with the first thing that does not.
    pub(super) fn run(&self) -> Done {
        match (&self.bundle, &self.data) {
            (Some(bundle), _) => self.bundle(bundle),
            (None, Some(data)) => self.stores(data),
            (None, None) => Err(Fault::usage("say what to check: --data DIR, or --bundle FILE")),
        }
    }

    /// Checks each record that is there, whatever is found in the others.
    fn stores(&self, data: &Path) -> Done {
        let records = Record::all(data, &self.key)?;
        let notes = by_record(self.notes()?, &records)?;
        let mut wanting = Vec::new();
        for (record, notes) in records.iter().zip(notes) {
            match checked(record, record.dir == data, &notes).map_err(|why| why.of(&record.dir)) {
                Err(Fault::Wanting(why)) => wanting.push(format!("{why:#}")),
                done => done?,
            }
        }
        if wanting.is_empty() { Ok(()) } else { Err(Fault::wanting(wanting.join("\n"))) }
    }

    fn bundle(&self, file: &Path) -> Done {
        let known = self.key.known()?;
        let notes = self.notes()?;
        let mut kept = match (&known, notes.is_empty()) {
            // Read with the key that the bundle names, once that is known.
            (None, false) => Kept::read(&notes, bundle::signer(file)?.as_deref())?,
            _ => Kept::read(&notes, known.as_deref())?,
        };
        let found = bundle::unpack(file, known.as_deref(), &mut kept, |_| Ok(()))?;
        let signed = match &found.signer {
            None => "nobody has signed it: it is whole, and who wrote it is not shown\n".to_owned(),
            Some(_) if known.is_some() => "signed by a key that was given\n".to_owned(),
            Some(key) => {
                format!("signed by the key that the bundle itself names: compare it with one you know\n{key}\n")
            }
        };
        let held = held(&found.checker, &found.reckoning, &found.blanked);
        print(&format!("{held}{}{signed}the bundle holds\n", kept.told(&found.reckoning)?))
    }

    /// The checkpoints that somebody kept.
    fn notes(&self) -> Result<Vec<Note>, Fault> {
        self.checkpoint.iter().map(|path| Note::read(path)).collect()
    }
}

/// Checks a record, if it is there, and that it begins with what these checkpoints are of.
fn checked(record: &Record, is_first: bool, notes: &[Note]) -> Done {
    if !record.is_meant()? {
        let missing = |note: &Note| Fault::wanting(format!("{} is of this record, and there is none", note.name()));
        return notes.first().map_or(Ok(()), |note| Err(missing(note)));
    }
    let Record { dir, key, .. } = record;
    let keys = key.file_for(dir)?.look()?;
    if keys.is_none() && !notes.is_empty() {
        tell("no key is at hand: by whom the checkpoints are signed is not checked");
    }
    let kept = Kept::read(notes, keys.as_ref().map(Keyring::verifiers).as_deref())?;
    let log = store::open(dir, key).map_err(Fault::found)?;
    let (checker, reckoning) = (Checker::default(), Reckoning::default());
    let mut reading = Reading { read: Read::new(), checker, reckoning, blanked: Ranges::default(), kept };
    reading.by_position(&log)?;
    by_compact(&log, &reading.checker, &reading.read)?;
    if keys.is_none() && is_sealed(dir)? {
        let dir = dir.display();
        tell(&format!("no key is at hand: how far the record in {dir} went is signed, and by whom was not checked"));
    }
    let heading = if is_first { String::new() } else { format!("\n{}\n", dir.display()) };
    let held = held(&reading.checker, &reading.reckoning, &reading.blanked);
    print(&format!("{heading}{held}{}the record holds\n", reading.kept.told(&reading.reckoning)?))
}

/// The checkpoints that are in the name of each record; those in a name that is not known are held against the first.
fn by_record(notes: Vec<Note>, [_, public, private]: &[Record; 3]) -> Result<[Vec<Note>; 3], Fault> {
    let (of_public, rest) = parted(notes, public)?;
    let (of_private, ours) = parted(rest, private)?;
    Ok([ours, of_public, of_private])
}

/// Parts the checkpoints that are in the name of a record from the rest.
fn parted(notes: Vec<Note>, Record { dir, key, .. }: &Record) -> Result<(Vec<Note>, Vec<Note>), Fault> {
    if notes.is_empty() {
        return Ok((notes, Vec::new()));
    }
    let keys = key.file_for(dir)?.look()?.map(|keys| keys.verifiers()).unwrap_or_default();
    let sealed = sealed_by(dir)?;
    let names: Vec<&str> = keys.iter().map(Verifier::name).chain(sealed.as_deref()).collect();
    Ok(notes.into_iter().partition(|note| names.contains(&note.origin())))
}

/// What there is, counted, and what the entries of each compact come to.
fn held(checker: &Checker, reckoning: &Reckoning, blanked: &Ranges) -> String {
    let provisions: usize = checker.compacts().map(|compact| compact.text(compact.seq).len()).sum();
    let drafts: usize = checker.compacts().map(|compact| compact.drafts.len()).sum();
    let counted = [
        count(reckoning.compacts().len(), "compact"),
        count(checker.entries, "entry"),
        count(checker.splices, "splice"),
        count(provisions, "provision"),
        count(drafts, "draft"),
    ];
    let came_to = |(name, tree): &(Arc<str>, Peaks)| {
        format!("{name}: {}, root {}\n", count(tree.size(), "entry"), tree.root().to_base64())
    };
    let compacts: String = reckoning.compacts().iter().map(came_to).collect();
    let blanked = match blanked.count() {
        0 => String::new(),
        number => format!("{} blanked, at {blanked}\n", count(number, "position")),
    };
    format!("{}\n{compacts}{blanked}", counted.join(", "))
}

impl Reading {
    /// Reads everything in the one order and checks each entry.
    fn by_position(&mut self, log: &dyn EventLog) -> Done {
        let mut progress = Progress::of("entries checked", Some(*log.head().borrow()));
        let mut after = 0;
        loop {
            let page = log.read(&Scope::Whole, after, PAGE_ENTRIES).map_err(|error| unread(after, error))?;
            if page.is_empty() {
                return Ok(());
            }
            for entry in page {
                self.next(after, &entry)?;
                after = entry.position;
                progress.reach(after);
            }
        }
    }

    fn next(&mut self, after: u64, entry: &Stored) -> Done {
        let Stored { position, compact, seq, bytes, .. } = entry;
        let wrong = |why: String| unheld(entry, &why);
        if *position != after + 1 {
            return Err(wrong(format!("it follows position {after}")));
        }
        let place = self.checker.next(bytes).map_err(wrong)?;
        if place != (Place { compact: compact.clone(), seq: *seq }) {
            return Err(wrong(format!("it says that it is {}/{}", place.compact, place.seq)));
        }
        self.reckoning.add(compact, entry.leaf());
        if entry.blanked.is_some() {
            self.blanked.add(*position);
        }
        self.kept.see(compact, &self.reckoning)?;
        let (last, fingerprint) = self.read.entry(compact.clone()).or_default();
        *last = *seq;
        fingerprint.update(bytes);
        Ok(())
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
