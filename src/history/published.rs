//! What the public is told of a compact: a record of its own, with a revision and a draft for each draft issued, and
//! nothing of what was said between them.
//!
//! It has its own seqs and its own ids of provisions, so that no number tells that something else happened. It is told in
//! the events of every other record, so it is served, followed and proved as they are.

use std::collections::HashMap;
use std::sync::Arc;

use super::redline::{ChangeKind, Op, RedlinedProvision, Segment, redline};
use super::text::At;
use crate::compact::{
    Block, Broken, Change, Compact, CompactAdopted, CompactOpened, Credit, Draft, DraftIssued, Entry, Event,
    GroupRegistered, Inserted, Moment, Moved, Piece, Provision, ProvisionId, Publicity, PublicitySet, Relabelled, Seq,
    Speaker, Splice, Struck, TextRevised,
};

/// How much the public is told of whose words are in a draft.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Attribution {
    /// Nothing: every credit is withheld.
    Withheld,
    /// The groups, on what basis and how sure it is; not the proposals.
    Groups,
}

/// What the public record of a compact lacks of what was issued, and that record as it stands then: all drafts that it has
/// not got yet, and the adoption. Behind its opening it says what the public is shown.
///
/// Fails where an entry made here does not fit, which no record that replays leads to.
pub fn publish(
    compact: &Compact,
    public: Option<&Compact>,
    attribution: Attribution,
) -> Result<(Vec<Entry>, Option<Compact>), Broken> {
    let mut release = Release { compact, attribution, state: public.cloned(), entries: Vec::new() };
    let known = public.map_or(0, |public| public.drafts.len());
    let mut before = known.checked_sub(1).and_then(|last| compact.drafts.get(last));
    for draft in compact.drafts.iter().skip(known) {
        release.draft(before, draft)?;
        before = Some(draft);
    }
    let is_told = release.state.as_ref().is_none_or(|public| public.adopted.is_some());
    if let (Some(seq), false) = (compact.adopted, is_told) {
        let adopted = Event::CompactAdopted(CompactAdopted { note: None });
        release.tell(compact.time_of(seq), Speaker::CoFacilitators, adopted)?;
    }
    Ok((release.entries, release.state))
}

struct Release<'a> {
    compact: &'a Compact,
    attribution: Attribution,
    /// The public record so far.
    state: Option<Compact>,
    entries: Vec<Entry>,
}

impl Release<'_> {
    /// Tells an event, at the time at which all that is released with it was issued.
    fn tell(&mut self, time: Moment, speaker: Speaker, event: Event) -> Result<(), Broken> {
        let entry = Entry { seq: self.next(), time, speaker, spoken_by: None, event };
        Compact::follow(&mut self.state, &entry)?;
        self.entries.push(entry);
        Ok(())
    }

    fn next(&self) -> Seq {
        self.state.as_ref().map_or(Seq(1), |state| state.seq.next())
    }

    fn draft(&mut self, before: Option<&Arc<Draft>>, draft: &Draft) -> Result<(), Broken> {
        let time = draft.issued_at;
        if self.state.is_none() {
            let (compact, title) = (self.compact.id.clone(), self.compact.title.to_string());
            self.tell(time, Speaker::Secretariat, Event::CompactOpened(CompactOpened { compact, title }))?;
        }
        if self.state.as_ref().is_some_and(|public| public.publicity == Publicity::Nothing) {
            let shown = match self.attribution {
                Attribution::Withheld => Publicity::Drafts,
                Attribution::Groups => Publicity::Attributed,
            };
            self.tell(time, Speaker::Secretariat, Event::PublicitySet(PublicitySet { shown }))?;
        }
        let revised = match self.attribution {
            _ if self.is_revised() => None,
            Attribution::Withheld => self.by_its_words(draft),
            Attribution::Groups => self.by_its_history(before.map_or(Seq(0), |before| before.seq), draft)?,
        };
        if let Some(revised) = revised.filter(|revised| !revised.changes.is_empty()) {
            self.tell(time, Speaker::CoFacilitators, Event::TextRevised(revised))?;
        }
        let sign_off = draft.sign_off && self.attribution == Attribution::Groups;
        let (id, label, sha256) = (draft.id.clone(), draft.label.to_string(), Some(draft.sha256.to_string()));
        let issued = DraftIssued { draft: id, label, sign_off, sha256 };
        self.tell(time, Speaker::CoFacilitators, Event::DraftIssued(issued))
    }

    /// Whether the public has the text of the next draft already, as a release that was interrupted told it.
    fn is_revised(&self) -> bool {
        let Some(public) = &self.state else { return false };
        public.text_changed > public.drafts.last().map(|draft| draft.seq)
    }

    /// What changes, by comparing the two drafts alone: how the one became the other is not told.
    fn by_its_words(&self, draft: &Draft) -> Option<TextRevised> {
        let text = self.compact.text(draft.seq);
        if text.is_empty() {
            return Some(self.all_struck());
        }
        let text = text.into_iter();
        let text =
            text.map(|Provision { kind, level, label, text, .. }| Block { kind, level, label, text: text.to_string() });
        let text: Vec<Block> = text.collect();
        let revised = self.state.as_ref()?.come_to(&text)?;
        let credits = revised.credits.iter().map(|_| Credit::withheld()).collect();
        Some(TextRevised { credits, ..revised })
    }

    /// A draft may be without a text; what is handed in may not.
    fn all_struck(&self) -> TextRevised {
        let (base, stood) =
            self.state.as_ref().map_or_else(Default::default, |state| (state.seq, state.text(state.seq)));
        let strike = |provision: Provision| Struck { provision: provision.id, credit: Some(0) };
        let changes = stood.into_iter().map(|provision| Change::Strike { strike: strike(provision) }).collect();
        TextRevised { base, changes, credits: vec![Credit::withheld()], reflects: Vec::new(), reason: None }
    }

    /// What changes, as the record of the compact has it, with whose it is.
    fn by_its_history(&mut self, before: Seq, draft: &Draft) -> Result<Option<TextRevised>, Broken> {
        let at = |seq: Seq| At { at: seq.to_string(), seq };
        let marked = redline(self.compact, at(before), at(draft.seq), None);
        self.register(draft.issued_at, &marked.credits)?;
        let credits = marked.credits.iter().map(|credit| nameless(credit)).collect();
        let changes = Telling::new(self, before).changes(&marked.provisions);
        let base = self.state.as_ref().map_or(Seq(0), |state| state.seq);
        Ok(Some(TextRevised { base, changes, credits, reflects: Vec::new(), reason: None }))
    }

    /// Makes known the groups that credits name.
    fn register(&mut self, time: Moment, credits: &[Arc<Credit>]) -> Result<(), Broken> {
        let mut named: Vec<_> = credits.iter().flat_map(|credit| credit.groups.iter().cloned()).collect();
        named.sort_unstable();
        named.dedup();
        for group in named {
            if self.state.as_ref().is_some_and(|state| !state.groups.contains_key(&group)) {
                let name = self.compact.name_of(&group).to_string();
                let event = Event::GroupRegistered(GroupRegistered { group, name });
                self.tell(time, Speaker::Secretariat, event)?;
            }
        }
        Ok(())
    }
}

/// A credit without the proposals.
fn nameless(credit: &Credit) -> Credit {
    Credit { proposals: Vec::new(), off_the_table: Vec::new(), corrected: None, ..credit.clone() }
}

/// Tells the changes between two drafts in the ids of the public record.
struct Telling {
    /// The provisions of the draft before, by their ids in the compact: as the public knows them.
    known: HashMap<ProvisionId, Provision>,
    seq: Seq,
    ordinal: u32,
}

impl Telling {
    fn new(release: &Release<'_>, before: Seq) -> Self {
        let public = release.state.as_ref().map(|state| state.text(state.seq)).unwrap_or_default();
        let ids = release.compact.text(before).into_iter().map(|provision| provision.id);
        Self { known: ids.zip(public).collect(), seq: release.next(), ordinal: 1 }
    }

    /// Strikes first, then everything in the order of the new draft, each behind what stands before it there.
    fn changes(&mut self, marked: &[RedlinedProvision]) -> Vec<Change> {
        let mut changes = Vec::new();
        for struck in marked.iter().filter(|marked| marked.change == ChangeKind::Struck) {
            if let Some(known) = self.known.get(&struck.id) {
                let credit = struck.segments.iter().find_map(|segment| segment.credit);
                changes.push(Change::Strike { strike: Struck { provision: known.id, credit } });
            }
        }
        let mut after = None;
        for marked in marked.iter().filter(|marked| marked.change != ChangeKind::Struck) {
            after = Some(match self.known.get(&marked.id).cloned() {
                Some(known) => stays(&known, marked, after, &mut changes),
                None => self.comes_in(marked, after, &mut changes),
            });
        }
        changes
    }

    fn comes_in(
        &mut self,
        marked: &RedlinedProvision,
        after: Option<ProvisionId>,
        changes: &mut Vec<Change>,
    ) -> ProvisionId {
        let provision = ProvisionId { seq: self.seq, ordinal: self.ordinal };
        self.ordinal += 1;
        let added: Vec<&Segment> = marked.segments.iter().filter(|segment| segment.op != Op::Struck).collect();
        let text = added.iter().map(|segment| &*segment.text).collect();
        let (credit, pieces) = sources(&added);
        let (kind, level, label) = (marked.kind, marked.level, marked.label.clone());
        changes
            .push(Change::Insert { insert: Inserted { provision, after, kind, level, label, text, credit, pieces } });
        provision
    }
}

fn stays(
    known: &Provision,
    marked: &RedlinedProvision,
    after: Option<ProvisionId>,
    changes: &mut Vec<Change>,
) -> ProvisionId {
    let provision = known.id;
    if matches!(marked.change, ChangeKind::Moved | ChangeKind::MovedAndReworded) {
        changes.push(Change::Move { r#move: Moved { provision, after, credit: marked.move_credit } });
    }
    let splices = splices(&marked.segments);
    if !splices.is_empty() {
        changes.push(Change::Splices { provision, splices });
    }
    if (known.kind, known.level, &known.label) != (marked.kind, marked.level, &marked.label) {
        let kind = (known.kind != marked.kind).then_some(marked.kind);
        let level = (known.level != marked.level).then_some(marked.level);
        changes.push(Change::Relabel { relabel: Relabelled { provision, label: marked.label.clone(), kind, level } });
    }
    provision
}

/// A splice for each run of changed words; struck words go by themselves where others asked for that than for what was
/// added.
fn splices(segments: &[Segment]) -> Vec<Splice> {
    let (mut splices, mut at) = (Vec::new(), 0_u32);
    for run in segments.chunk_by(|a, b| (a.op == Op::Kept) == (b.op == Op::Kept)) {
        let of = |op: Op| -> Vec<&Segment> { run.iter().filter(|segment| segment.op == op).collect() };
        let length = |run: &[&Segment]| -> u32 {
            run.iter().map(|segment| u32::try_from(segment.text.chars().count()).unwrap_or(u32::MAX)).sum()
        };
        at += length(&of(Op::Kept));
        let (struck, added) = (of(Op::Struck), of(Op::Added));
        let (credit, pieces) = sources(&added);
        let mut strikes: Vec<Splice> = Vec::new();
        for strike in struck {
            let strike_at = at;
            at += length(&[strike]);
            match strikes.last_mut().filter(|last| last.credit == strike.credit) {
                Some(last) => last.struck.push_str(&strike.text),
                None => strikes.push(Splice {
                    at: strike_at,
                    struck: strike.text.to_string(),
                    added: String::new(),
                    credit: strike.credit,
                    pieces: Vec::new(),
                }),
            }
        }
        if !added.is_empty() {
            let words: String = added.iter().map(|segment| &*segment.text).collect();
            match strikes.last_mut().filter(|last| last.credit == credit && pieces.is_empty()) {
                Some(last) => last.added = words,
                None => strikes.push(Splice { at, struck: String::new(), added: words, credit, pieces }),
            }
        }
        splices.append(&mut strikes);
    }
    splices
}

/// Whose added words are: one credit, or pieces where they have several.
fn sources(added: &[&Segment]) -> (Option<u32>, Vec<Piece>) {
    let first = added.iter().find_map(|segment| segment.credit);
    if added.iter().all(|segment| segment.credit == first) {
        return (first, Vec::new());
    }
    let piece = |segment: &&Segment| Piece { text: segment.text.to_string(), credit: segment.credit, restored: false };
    (first, added.iter().map(piece).collect())
}
