//! Blanking: what of an entry may be blanked, and what its bytes are then.
//!
//! Words that change the text are never blanked: every text is rebuilt from them, and later entries were decided on
//! them. What may be is what people said beside the text, and names. It is overwritten in its place, byte for byte with
//! `#`, so the entry stays as long as it is and of the same form, and makes the same of the compact as before.

use std::collections::BTreeMap;
use std::iter;
use std::ops::Range;
use std::sync::Arc;

use serde_json::value::RawValue;
use sha2::{Digest, Sha256};

use super::entry::{Entry, Moment, with_position};
use super::event::{Event, Unreadable};
use super::ids::Seq;
use super::state::Compact;

/// What stands in the place of each byte that was blanked.
const BLANK: u8 = b'#';

/// Members that hold words of the text, or say whose they are.
pub(super) const WORDING: [&str; 8] = ["changes", "edits", "credits", "was", "now", "draft", "label", "sha256"];

/// An entry that is to be blanked, as the record holds it.
#[derive(Clone, Debug)]
pub struct Found {
    /// The entry.
    pub entry: Entry,
    /// Its stored bytes.
    pub bytes: Arc<[u8]>,
    /// The leaf of what was recorded, in lower-case hex.
    pub leaf: String,
}

/// Something that was blanked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Redaction {
    /// The entry that says so.
    pub seq: Seq,
    /// When it was said.
    pub redacted_at: Moment,
    /// The entry of which something was blanked.
    pub entry: Seq,
    /// The leaf of that entry as it was recorded, in lower-case hex.
    pub leaf: Arc<str>,
    /// The leaf that what was left of it came to, in lower-case hex.
    pub left: Arc<str>,
    /// The members of its data that were blanked.
    pub what: Vec<String>,
    /// Why.
    pub reason: Arc<str>,
}

/// What shows that something of an entry was blanked.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hole {
    /// The redaction that did it last, if there is one.
    pub redacted_by: Option<Seq>,
    /// The leaf of the entry as it was recorded, in base64, as proofs tell it.
    pub leaf_hash: String,
}

impl Compact {
    /// The last redaction that blanked something of an entry.
    pub fn redaction_of(&self, entry: Seq) -> Option<&Redaction> {
        self.redactions.values().rev().map(AsRef::as_ref).find(|redaction| redaction.entry == entry)
    }

    /// The redaction that blanked this member of an entry's data.
    pub fn blanked_by(&self, entry: Seq, member: &str) -> Option<&Redaction> {
        let mut all = self.redactions.values().map(AsRef::as_ref);
        all.find(|redaction| redaction.entry == entry && redaction.what.iter().any(|what| what == member))
    }
}

/// The members of an event's data that may be blanked, of those that it has.
pub fn blankable(event: &Event) -> Vec<&'static str> {
    let said = |member: &'static str, is_said: bool| if is_said { vec![member] } else { Vec::new() };
    match event {
        Event::GroupRegistered(_) | Event::DelegationRegistered(_) | Event::RoundScheduled(_) => vec!["name"],
        Event::TextRevised(e) => said("reason", e.reason.is_some()),
        Event::ReasonGiven(_) | Event::CreditCorrected(_) | Event::ProvisionReopened(_) => vec!["reason"],
        Event::ProposalTabled(e) => said("rationale", e.rationale.is_some()),
        Event::ProposalRevised(e) => said("rationale", e.rationale.is_some()),
        Event::ProposalWithdrawn(e) => said("note", e.note.is_some()),
        Event::ProposalTakenUp(e) => said("note", e.note.is_some()),
        Event::ProposalDeclined(e) => said("note", e.note.is_some()),
        Event::ProposalAccepted(e) => said("note", e.note.is_some()),
        Event::PackageLinked(e) => said("title", e.title.is_some()),
        Event::PackageTakenUp(e) => said("note", e.note.is_some()),
        Event::PackageDeclined(e) => said("note", e.note.is_some()),
        Event::ProvisionClosed(e) => said("note", e.note.is_some()),
        Event::CompactAdopted(e) => said("note", e.note.is_some()),
        Event::StatementFiled(e) => {
            let file = if e.attachment.is_some() { vec!["attachment/name", "attachment/base64"] } else { Vec::new() };
            [vec!["by/name", "title"], said("link", e.link.is_some()), file].concat()
        }
        Event::CompactOpened(_)
        | Event::PublicitySet(_)
        | Event::MembershipChanged(_)
        | Event::DelegationLeft(_)
        | Event::MandateGiven(_)
        | Event::MandateEnded(_)
        | Event::DraftIssued(_)
        | Event::SponsorJoined(_)
        | Event::SponsorLeft(_)
        | Event::PositionTaken(_)
        | Event::CarryOverConfirmed(_)
        | Event::PackageUnlinked(_)
        | Event::ProvisionPositionTaken(_)
        | Event::UptakeLinked(_)
        | Event::UptakeUnlinked(_)
        | Event::EntryRedacted(_) => Vec::new(),
    }
}

/// The stored bytes of an entry with these members blanked: as many bytes, and the same where they are blank already.
///
/// [`Unreadable`] where the bytes are no entry, or one of the members is not there or no string.
pub fn blanked(bytes: &[u8], what: &[impl AsRef<str>]) -> Result<Vec<u8>, Unreadable> {
    let mut blanked = bytes.to_vec();
    for member in what {
        let place = place(bytes, member.as_ref())?;
        blanked.get_mut(place).unwrap_or_default().fill(BLANK);
    }
    Ok(blanked)
}

/// The leaf of an entry's bytes, SHA-256(0x00 ‖ bytes), in lower-case hex: RFC 9162, section 2.1.1.
pub(super) fn leaf_of(bytes: &[u8]) -> String {
    let digest = Sha256::new().chain_update([0]).chain_update(bytes).finalize();
    digest.iter().map(|byte| format!("{byte:02x}")).collect::<Vec<_>>().concat()
}

/// Where a string stands in an entry, without its quotes.
fn place(bytes: &[u8], member: &str) -> Result<Range<usize>, Unreadable> {
    let none = || Unreadable::Invalid(format!("its data have no {member:?} that is a string"));
    let mut value: &RawValue = serde_json::from_slice(bytes)?;
    for name in iter::once("data").chain(member.split('/')) {
        let members: BTreeMap<&str, &RawValue> = serde_json::from_str(value.get())?;
        value = members.get(name).copied().ok_or_else(none)?;
    }
    let inside = value.get().strip_prefix('"').and_then(|text| text.strip_suffix('"')).ok_or_else(none)?;
    // The value is borrowed from the bytes, so where it lies in memory is where it stands among them.
    let start = inside.as_ptr().addr() - bytes.as_ptr().addr();
    Ok(start..start + inside.len())
}

/// A stored entry as it is shown: its position in front, for those to whom it is told, and, where something of it was blanked, what shows that, as
/// extension attributes of the `CloudEvent`.
pub fn shown(bytes: &[u8], position: Option<u64>, hole: Option<&Hole>) -> Vec<u8> {
    let marked = hole.map_or_else(|| bytes.to_vec(), |hole| marked(bytes, hole));
    position.map_or_else(|| marked.clone(), |position| with_position(&marked, position))
}

/// What shows that something was blanked, in front of what is left.
fn marked(bytes: &[u8], hole: &Hole) -> Vec<u8> {
    let by = hole.redacted_by.map_or_else(String::new, |seq| format!("\"redactedby\":{seq},"));
    let marks = format!("{{{by}\"leafhash\":\"{}\",", hole.leaf_hash);
    [marks.as_bytes(), bytes.strip_prefix(b"{").unwrap_or(bytes)].concat()
}
