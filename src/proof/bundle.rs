//! What stands in a bundle around its entries: a header, their leaves, and what all of it comes to, signed. Each line is
//! JSON and can be written in one way alone; `docs/record.md` has the whole of it.

use std::collections::HashMap;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::{Checkpoint, Hash, Keyring, NotSigned, Peaks, Verifier};

/// The form that is written and read.
const FORM: u32 = 1;

/// After how many entries their leaves are told, and after the last.
pub const PAGE_ENTRIES: usize = 256;

/// In whose name the checkpoints of a bundle are that nobody has signed.
const NOBODY: &str = "unsigned";

/// The first line.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Header {
    travaux_bundle: u32,
    /// How many entries follow.
    pub entries: u64,
    /// The keys its signatures are checked with, the one that signs first; none where nobody has signed.
    pub keys: Vec<String>,
}

#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct Leaves {
    leaves: String,
}

/// What the entries of one compact come to.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfCompact {
    compact: String,
    checkpoint: String,
}

/// What all of them come to.
#[derive(Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
struct OfAll {
    checkpoint: String,
}

impl Header {
    /// Of a bundle that these keys sign, or nobody.
    pub fn new(entries: u64, keys: Option<&Keyring>) -> Self {
        let keys = keys.map(Keyring::verifiers).unwrap_or_default();
        Self { travaux_bundle: FORM, entries, keys: keys.iter().map(Verifier::to_string).collect() }
    }

    /// The line, without its end.
    pub fn line(&self) -> String {
        written(self)
    }

    /// Reads the line; the error is what is wrong with it.
    pub fn read(line: &str) -> Result<Self, String> {
        let header: Self = read(line)?;
        if header.travaux_bundle != FORM {
            let form = header.travaux_bundle;
            return Err(format!("it is a bundle of form {form}, and this travaux reads form {FORM}: take a newer one"));
        }
        header.verifiers().map(|_| header.clone())
    }

    /// The keys, read.
    pub fn verifiers(&self) -> Result<Vec<Verifier>, String> {
        self.keys.iter().map(|key| key.parse().map_err(|why| format!("{key:?}: {why}"))).collect()
    }
}

/// The line with the leaves of the last entries.
pub fn leaves_line(leaves: &[Hash]) -> String {
    let bytes: Vec<u8> = leaves.iter().flat_map(|leaf| leaf.0).collect();
    written(&Leaves { leaves: STANDARD.encode(bytes) })
}

/// Reads a line with leaves; the error is what is wrong with it.
pub fn read_leaves(line: &str) -> Result<Vec<Hash>, String> {
    let told: Leaves = read(line)?;
    let bytes = STANDARD.decode(told.leaves).map_err(|_| "its leaves are not base64".to_owned())?;
    let (leaves, rest) = bytes.as_chunks::<32>();
    if !rest.is_empty() {
        return Err("its leaves have 32 bytes each".to_owned());
    }
    Ok(leaves.iter().map(|leaf| Hash(*leaf)).collect())
}

/// What entries come to as they are counted: all of them, by position, and those of each compact.
#[derive(Clone, Debug, Default)]
pub struct Reckoning {
    whole: Peaks,
    /// In the order in which they were opened.
    compacts: Vec<(Arc<str>, Peaks)>,
    numbers: HashMap<Arc<str>, usize>,
}

impl Reckoning {
    /// Counts the next entry.
    pub fn add(&mut self, compact: &Arc<str>, leaf: Hash) {
        self.whole.push(leaf);
        let next = self.compacts.len();
        let number = *self.numbers.entry(Arc::clone(compact)).or_insert(next);
        if number == next {
            self.compacts.push((Arc::clone(compact), Peaks::default()));
        }
        if let Some((_, tree)) = self.compacts.get_mut(number) {
            tree.push(leaf);
        }
    }

    /// The tree over all entries, by position.
    pub fn whole(&self) -> &Peaks {
        &self.whole
    }

    /// The compacts in the order in which they were opened, each with the tree over its entries.
    pub fn compacts(&self) -> &[(Arc<str>, Peaks)] {
        &self.compacts
    }

    /// The tree over the entries of one compact.
    pub fn of(&self, compact: &str) -> Option<&Peaks> {
        let number = self.numbers.get(compact)?;
        self.compacts.get(*number).map(|(_, tree)| tree)
    }

    /// The lines that follow the entries: what those of each compact come to, signed by these keys or by nobody.
    pub fn of_compacts(&self, keys: Option<&Keyring>) -> Result<Vec<String>, NotSigned> {
        let origin = keys.map_or(NOBODY, Keyring::origin);
        let line = |(compact, tree): &(Arc<str>, Peaks)| {
            let checkpoint = note(&of_compact(origin, compact, tree), keys)?;
            Ok(written(&OfCompact { compact: compact.to_string(), checkpoint }))
        };
        self.compacts.iter().map(line).collect()
    }

    /// The last line, where the lines before it have this hash.
    pub fn of_all(&self, before: Hash, keys: Option<&Keyring>) -> Result<String, NotSigned> {
        let said = self.whole_said(keys.map_or(NOBODY, Keyring::origin), before);
        Ok(written(&OfAll { checkpoint: note(&said, keys)? }))
    }

    /// Checks one of those lines, the first being of number 0, where the lines before it have this hash, by these keys; by
    /// none where nobody has signed. The error is what is wrong with it.
    pub fn check(&self, number: usize, line: &str, before: Hash, by: &[Verifier]) -> Result<(), String> {
        let Some((compact, tree)) = self.compacts.get(number) else {
            let told: OfAll = read(line)?;
            return holds(&told.checkpoint, |origin| self.whole_said(origin, before), by)
                .map_err(|why| format!("the checkpoint over the whole record does not hold: {why}"));
        };
        let told: OfCompact = read(line)?;
        if told.compact != **compact {
            return Err(format!("it is of {:?}, and should be of {compact:?}", told.compact));
        }
        let held = holds(&told.checkpoint, |origin| of_compact(origin, compact, tree), by);
        held.map_err(|why| format!("the checkpoint of {compact} does not hold: {why}"))
    }

    /// The hash has every byte before it signed: also the header, and what is left of entries that were blanked.
    fn whole_said(&self, origin: &str, before: Hash) -> Checkpoint {
        let extensions = vec![format!("sha256 {before}")];
        Checkpoint { extensions, ..Checkpoint::of(format!("{origin}/record"), self.whole.size(), self.whole.root()) }
    }
}

fn note(said: &Checkpoint, keys: Option<&Keyring>) -> Result<String, NotSigned> {
    keys.map_or_else(|| Ok(said.to_string()), |keys| keys.sign(said))
}

fn of_compact(origin: &str, compact: &str, tree: &Peaks) -> Checkpoint {
    Checkpoint::of(format!("{origin}/compacts/{compact}"), tree.size(), tree.root())
}

/// Whether a note says what it has to, in the name of one of the keys, and is signed by it alone.
fn holds(note: &str, wanted: impl Fn(&str) -> Checkpoint, by: &[Verifier]) -> Result<(), String> {
    if by.is_empty() {
        let is = note == wanted(NOBODY).to_string();
        return is.then_some(()).ok_or_else(|| "it is not what the entries come to".to_owned());
    }
    let said = Checkpoint::open(note, by).map_err(|why| why.to_string())?;
    let signatures = note.rsplit_once("\n\n").map_or(0, |(_, lines)| lines.lines().count());
    if signatures != 1 {
        return Err(format!("{signatures} have signed it, and one does"));
    }
    let Some(first) = by.first().map(|key| wanted(key.name())) else { return Ok(()) };
    match () {
        () if by.iter().any(|key| wanted(key.name()) == said) => Ok(()),
        () if said.size != first.size => Err(format!("it is of {} entries, and there are {}", said.size, first.size)),
        () if said.root != first.root => Err("the entries do not come to what is signed".to_owned()),
        () => Err("a line before it was changed, or it is of something else".to_owned()),
    }
}

/// Lines are made of numbers and text, which can always be written.
fn written(line: &impl Serialize) -> String {
    serde_json::to_string(line).unwrap_or_default()
}

/// Reads a line that is exactly as it is written.
fn read<T: Serialize + DeserializeOwned>(line: &str) -> Result<T, String> {
    let told = serde_json::from_str(line).map_err(|why| format!("it is not the line that should stand here: {why}"))?;
    (written(&told) == line).then_some(told).ok_or_else(|| "it is not as it was written".to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    fn keys(seed: u8) -> Keyring {
        Keyring::new(Some("secretariat.example"), [seed; 32]).unwrap()
    }

    fn reckoning(entries: u8) -> Reckoning {
        let mut reckoning = Reckoning::default();
        for entry in 0..entries {
            let compact: Arc<str> = ["harbours", "seasons"][usize::from(entry % 3 == 1)].into();
            reckoning.add(&compact, Hash::of_leaf(&[entry]));
        }
        reckoning
    }

    fn closing(of: &Reckoning, before: Hash, keys: Option<&Keyring>) -> Vec<String> {
        let mut lines = of.of_compacts(keys).unwrap();
        lines.push(of.of_all(before, keys).unwrap());
        lines
    }

    fn checked(of: &Reckoning, lines: &[String], before: Hash, by: &[Verifier]) -> Result<(), String> {
        lines.iter().enumerate().try_for_each(|(number, line)| of.check(number, line, before, by))
    }

    #[test]
    fn what_is_signed_holds_for_these_entries_these_lines_and_this_key_alone() {
        let (ours, of, before) = (keys(7), reckoning(9), Hash::of(b"the lines before"));
        let lines = closing(&of, before, Some(&ours));
        assert_eq!((lines.len(), checked(&of, &lines, before, &ours.verifiers())), (3, Ok(())));
        let more = checked(&reckoning(10), &lines, before, &ours.verifiers()).unwrap_err();
        assert!(more.contains("of harbours does not hold: it is of 6 entries, and there are 7"), "{more}");
        let forged = checked(&of, &lines, before, &keys(8).verifiers()).unwrap_err();
        assert!(forged.contains("by a key that is known"), "{forged}");
        let other = checked(&of, &lines, Hash::of(b"other lines"), &ours.verifiers()).unwrap_err();
        assert!(other.contains("over the whole record does not hold: a line before it was changed"), "{other}");
        assert!(checked(&of, &lines, before, &[]).is_err(), "signed is not unsigned");
        let unsigned = closing(&of, before, None);
        assert_eq!(checked(&of, &unsigned, before, &[]), Ok(()));
        assert!(checked(&of, &unsigned, before, &ours.verifiers()).is_err(), "unsigned is not signed");
    }

    #[test]
    fn a_second_signature_is_one_too_many() {
        let (ours, of, before) = (keys(7), reckoning(1), Hash::of(b"the lines before"));
        let note = ours.sign(&of.whole_said(ours.origin(), before)).unwrap();
        let line = |note: String| written(&OfAll { checkpoint: note });
        assert_eq!(of.check(1, &line(note.clone()), before, &ours.verifiers()), Ok(()));
        let twice = format!("{note}{}\n", note.lines().last().unwrap());
        assert!(of.check(1, &line(twice), before, &ours.verifiers()).unwrap_err().contains("2 have signed it"));
    }

    #[test]
    fn a_line_that_says_the_same_in_another_way_is_not_read() {
        let header = Header::new(3, Some(&keys(7)));
        let line = header.line();
        assert_eq!(Header::read(&line), Ok(header));
        for other in
            [format!("{line} "), line.replace(':', ": "), line.replace("3,", "03,"), line.replace('}', ",\"a\":1}")]
        {
            assert!(Header::read(&other).is_err(), "{other}");
        }
        let leaves = [Hash::of(b"a"), Hash::of(b"b")];
        assert_eq!(read_leaves(&leaves_line(&leaves)), Ok(leaves.to_vec()));
        assert!(Header::read(&line.replace("bundle\":1", "bundle\":2")).unwrap_err().contains("take a newer one"));
    }
}
