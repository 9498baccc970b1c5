//! Checking a record entry by entry: what is imported is checked as what is verified is.

use std::collections::BTreeMap;
use std::sync::Arc;

use serde::Deserialize;

use crate::compact::{Asked, Change, Compact, CompactId, Entry, Event, Provision, Publicity, blanked};
use crate::history::Rebuilt;
use crate::log::Stored;
use crate::proof::Hash;

/// A record as far as it was checked.
#[derive(Default)]
pub(super) struct Checker {
    rooms: BTreeMap<Arc<str>, Room>,
    /// How many entries hold.
    pub(super) entries: u64,
    /// How many splices they told.
    pub(super) splices: u64,
}

/// A compact as the state machine has it, and as a client makes it of the changes told.
struct Room {
    compact: Compact,
    rebuilt: Rebuilt,
}

/// Where an entry says that it belongs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Place {
    /// The compact.
    pub(super) compact: Arc<str>,
    /// Its place in the record of that compact.
    pub(super) seq: u32,
}

#[derive(Deserialize)]
struct Envelope {
    id: String,
    source: String,
    r#type: String,
}

impl Checker {
    /// Checks that the bytes are those of the next entry of some compact; says whose, or what is wrong.
    pub(super) fn next(&mut self, bytes: &[u8]) -> Result<Place, String> {
        let (envelope, entry) = read(bytes)?;
        let id = placed(&envelope, &entry)?;
        if format!("travaux.{}", entry.event.name()) == envelope.r#type {
            let asked = Asked::of(bytes).map_err(|why| why.to_string())?;
            let written = entry.encode_asked(&id, asked).map_err(|why| why.to_string())?;
            // An older form is upgraded as it is read, so only the present one can be compared.
            if written != bytes {
                return Err(format!("{} is not as it was written: {}", envelope.id, first_difference(bytes, &written)));
            }
        }
        let name: Arc<str> = id.as_str().into();
        self.evolve(&name, &id, &entry).map_err(|why| format!("{}: {why}", envelope.id))?;
        self.entries += 1;
        self.splices += splices(&entry.event);
        Ok(Place { compact: name, seq: entry.seq.0 })
    }

    /// Checks an entry of which something is blanked, or of which a later one says so: both must come to the same.
    pub(super) fn hole(&self, stored: &Stored) -> Result<(), String> {
        let compact = self.rooms.get(&stored.compact).map(|room| &room.compact);
        let redactions = compact.into_iter().flat_map(|compact| compact.redactions.values());
        let of_it = redactions.filter(|redaction| redaction.entry.0 == stored.seq);
        let mut left = None;
        for redaction in of_it {
            let blank = blanked(&stored.bytes, &redaction.what).map_err(|why| why.to_string())?;
            if stored.blanked.is_none() || *blank != *stored.bytes {
                return Err(format!(
                    "entry {} says that it is blanked, and it is not; `travaux serve` carries that out",
                    redaction.seq
                ));
            }
            if stored.leaf().to_string() != *redaction.leaf {
                return Err(format!("entry {} says that another stood there when it was blanked", redaction.seq));
            }
            left = Some((redaction.seq, &redaction.left));
        }
        match left {
            None if stored.blanked.is_some() && !compact.is_some_and(is_said_later) => {
                Err("it is blanked, and no entry says so".into())
            }
            Some((seq, left)) if Hash::of_leaf(&stored.bytes).to_string() != **left => {
                Err(format!("it is not what entry {seq} says is left of it"))
            }
            None | Some(_) => Ok(()),
        }
    }

    /// The compacts as they stand.
    pub(super) fn compacts(&self) -> impl Iterator<Item = &Compact> {
        self.rooms.values().map(|room| &room.compact)
    }

    fn evolve(&mut self, name: &Arc<str>, id: &CompactId, entry: &Entry) -> Result<(), String> {
        let Some(room) = self.rooms.get_mut(name) else {
            let compact = Compact::open(entry).map_err(|broken| broken.to_string())?;
            if compact.id != *id {
                return Err(format!("it opens {}", compact.id));
            }
            self.rooms.insert(name.clone(), Room { compact, rebuilt: Rebuilt::default() });
            return Ok(());
        };
        room.compact.evolve(entry).map_err(|broken| broken.to_string())?;
        if room.rebuilt.apply(&entry.event)? {
            same(room.rebuilt.provisions(), &room.compact.text(entry.seq))?;
        }
        Ok(())
    }
}

/// Whether what blanks an entry may be told only with the next draft: what the public is shown of everything ends with a
/// draft, or with the adoption, and is blanked before the redaction is released.
fn is_said_later(compact: &Compact) -> bool {
    let last = compact.drafts.last().map(|draft| draft.seq).max(compact.adopted);
    compact.publicity == Publicity::Everything && last == Some(compact.seq)
}

fn read(bytes: &[u8]) -> Result<(Envelope, Entry), String> {
    let entry = Entry::decode(bytes).map_err(|why| why.to_string())?;
    let envelope = serde_json::from_slice(bytes).map_err(|why| format!("not an entry: {why}"))?;
    Ok((envelope, entry))
}

fn placed(envelope: &Envelope, entry: &Entry) -> Result<CompactId, String> {
    let Envelope { id, source, .. } = envelope;
    let (name, seq) = id.rsplit_once('/').ok_or_else(|| format!("{id:?} names no compact and seq"))?;
    if *source != format!("/api/v1/compacts/{name}") || *seq != entry.seq.to_string() {
        return Err(format!("id {id:?}, source {source:?} and sequence {} contradict each other", entry.seq));
    }
    name.parse().map_err(|why: crate::compact::NotAnId| why.to_string())
}

/// How many splices an entry tells.
fn splices(event: &Event) -> u64 {
    let of = |change: &Change| match change {
        Change::Splices { splices, .. } => u64::try_from(splices.len()).unwrap_or(u64::MAX),
        Change::Insert { .. } | Change::Strike { .. } | Change::Move { .. } | Change::Relabel { .. } => 0,
    };
    Rebuilt::told(event).map_or(0, |changes| changes.iter().map(of).sum())
}

fn same(rebuilt: &[Provision], woven: &[Provision]) -> Result<(), String> {
    if rebuilt == woven {
        return Ok(());
    }
    let differs = rebuilt.iter().zip(woven).find(|(told, stands)| told != stands);
    Err(match differs {
        Some((told, stands)) => format!(
            "the changes told make provision {} read {:?} where the record has {} reading {:?}",
            told.id, told.text, stands.id, stands.text
        ),
        None => format!("the changes told make {} provisions of {}", rebuilt.len(), woven.len()),
    })
}

fn first_difference(found: &[u8], written: &[u8]) -> String {
    let at = found.iter().zip(written).take_while(|(a, b)| a == b).count();
    let excerpt = |bytes: &[u8]| {
        let excerpt: Vec<u8> = bytes.iter().skip(at.saturating_sub(10)).take(40).copied().collect();
        String::from_utf8_lossy(&excerpt).into_owned()
    };
    format!("byte {at} is in {:?}, and should be in {:?}", excerpt(found), excerpt(written))
}
