//! What proposals ask for: the words they would add, with what stands around them, and where that is in the text now.

use std::collections::{BTreeMap, HashMap};
use std::ops::{Range, RangeInclusive};
use std::sync::Arc;

use foldhash::fast::FixedState;

use crate::compact::edit::{Change, Edit, Splice, TabledEdit};
use crate::compact::ids::{EditId, ProposalId, ProvisionId};
use crate::compact::proposal::{Proposal, Standing};
use crate::compact::state::Compact;
use crate::text::surprisal::Forms;
use crate::text::tiles::Passage;
use crate::text::{Act, View, chars};

/// Everything that is or was asked for and was not taken up.
pub(super) struct Asked<'t> {
    /// One for each edit of each proposal.
    pub(super) asks: Vec<Ask<'t>>,
    /// The words of each of them.
    pub(super) passages: Vec<Passage>,
    /// Where edits lie in the provisions that change, in Unicode scalar values of the working text.
    places: HashMap<ProvisionId, Places, FixedState>,
    /// The place of each provision in the working text.
    pub(super) order: HashMap<ProvisionId, usize, FixedState>,
    /// Which ask an edit is.
    by_edit: HashMap<EditId, usize, FixedState>,
    /// The asks about a provision.
    about: HashMap<ProvisionId, Vec<usize>, FixedState>,
    /// The asks to put something in, by its wording.
    inserting: HashMap<&'t str, Vec<usize>, FixedState>,
}

/// One edit of a proposal.
#[derive(Clone, Debug)]
pub(super) struct Ask<'t> {
    pub(super) proposal: ProposalId,
    pub(super) standing: AskStanding,
    pub(super) edit: EditId,
    pub(super) site: Site,
    /// For each word which run of new words it belongs to or follows.
    pub(super) run_of: Vec<u32>,
    /// Its wording; none for a strike or a move.
    pub(super) text: &'t str,
}

/// How much an ask counts, the most first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) enum AskStanding {
    /// The co-facilitators say that the revision reflects it.
    Declared,
    /// On the table.
    Waiting,
    /// Declined or withdrawn.
    OffTheTable,
}

/// Where in the text an edit is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Site {
    /// In a provision, at this place in the order.
    In(ProvisionId, usize),
    /// Between provisions, before the one at this place in the order.
    Before(usize),
    /// In what is no longer part of the text.
    Gone,
}

/// One place of an edit in a wording.
#[derive(Clone, Debug)]
pub(super) struct Place {
    pub(super) ask: usize,
    pub(super) start: u32,
    pub(super) end: u32,
    /// The words that it strikes.
    struck: String,
    pub(super) added: String,
}

impl Place {
    /// What it strikes, without the space around it.
    pub(super) fn core(&self) -> Range<u32> {
        core(self.start, &self.struck)
    }

    /// Whether it strikes and adds the same words at the same place, give or take a space.
    pub(super) fn says(&self, struck: &Range<u32>, added: &str) -> bool {
        self.added.trim() == added.trim() && is_same_core(&self.core(), struck)
    }
}

/// The places of edits in one wording, in ascending order of where they begin.
pub(super) struct Places {
    all: Vec<Place>,
    /// Which of them are of an ask; those lie apart from each other, in order.
    of_ask: BTreeMap<usize, Vec<usize>>,
}

impl Places {
    const NONE: Self = Self { all: Vec::new(), of_ask: BTreeMap::new() };

    fn new(all: Vec<Place>) -> Self {
        let mut of_ask: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        for (index, place) in all.iter().enumerate() {
            of_ask.entry(place.ask).or_default().push(index);
        }
        Self { all, of_ask }
    }

    /// Those that begin in this range.
    pub(super) fn beginning(&self, range: RangeInclusive<u32>) -> impl Iterator<Item = &Place> {
        let from = self.all.partition_point(|place| place.start < *range.start());
        self.all.iter().skip(from).take_while(move |place| place.start <= *range.end())
    }

    /// Those of an ask that begin in this range.
    pub(super) fn of(&self, ask: usize, range: RangeInclusive<u32>) -> impl Iterator<Item = &Place> {
        let indices = self.of_ask.get(&ask).map_or(&[][..], Vec::as_slice);
        let from = indices.partition_point(|index| self.start(*index) < *range.start());
        let here = indices.iter().skip(from).filter_map(|index| self.all.get(*index));
        here.take_while(move |place| place.start <= *range.end())
    }

    /// Those that strike the character there: at most one of each ask.
    pub(super) fn covering(&self, at: u32) -> impl Iterator<Item = &Place> {
        let last = self.of_ask.values().filter_map(move |indices| self.last_of(indices, at));
        last.filter(move |place| at < place.end)
    }

    /// The last place of an ask that begins there or before.
    fn last_before(&self, ask: usize, at: u32) -> Option<&Place> {
        self.of_ask.get(&ask).and_then(|indices| self.last_of(indices, at))
    }

    fn last_of(&self, indices: &[usize], at: u32) -> Option<&Place> {
        let behind = indices.partition_point(|index| self.start(*index) <= at);
        behind.checked_sub(1).and_then(|last| indices.get(last)).and_then(|index| self.all.get(*index))
    }

    fn start(&self, index: usize) -> u32 {
        self.all.get(index).map_or(u32::MAX, |place| place.start)
    }
}

/// Where the words of a strike are without the space around them.
pub(super) fn core(start: u32, struck: &str) -> Range<u32> {
    let words = struck.trim();
    if words.is_empty() {
        return start..start;
    }
    let start = start + chars(struck) - chars(struck.trim_start());
    start..start + chars(words)
}

/// Whether two strikes are of the same words; two insertions, at the same place or on either side of a space.
pub(super) fn is_same_core(a: &Range<u32>, b: &Range<u32>) -> bool {
    a == b || (a.is_empty() && b.is_empty() && a.start.abs_diff(b.start) <= 1)
}

impl<'t> Asked<'t> {
    /// Gathers what these proposals ask for; `changes` are those to be credited.
    pub(super) fn gather(
        compact: &'t Compact,
        proposals: impl IntoIterator<Item = &'t Arc<Proposal>>,
        reflects: &[ProposalId],
        changes: &[Change],
        forms: &mut Forms<'t>,
    ) -> Self {
        let view = View::at(compact.seq);
        let order = compact.outline.visible(&view).enumerate().map(|(place, id)| (id, place)).collect();
        let mut asked = Self {
            asks: Vec::new(),
            passages: Vec::new(),
            places: HashMap::default(),
            order,
            by_edit: HashMap::default(),
            about: HashMap::default(),
            inserting: HashMap::default(),
        };
        let insertions = asked.insertions(compact);
        for proposal in proposals {
            let standing = match proposal.standing {
                Standing::TakenUp => continue,
                _ if reflects.contains(&proposal.id) => AskStanding::Declared,
                Standing::Waiting => AskStanding::Waiting,
                Standing::Declined | Standing::Withdrawn => AskStanding::OffTheTable,
            };
            asked.add(proposal, standing, &insertions, forms);
        }
        for change in changes {
            if let Change::Splices { provision, .. } = change {
                let places = Places::new(asked.places_in(compact, *provision));
                asked.places.insert(*provision, places);
            }
        }
        asked
    }

    /// Where edits lie in a provision that changes.
    pub(super) fn places(&self, provision: ProvisionId) -> &Places {
        self.places.get(&provision).unwrap_or(const { &Places::NONE })
    }

    pub(super) fn is_empty(&self) -> bool {
        self.asks.is_empty()
    }

    /// All passages, those of one site next to each other; with a number for the site.
    pub(super) fn by_site(&self) -> impl Iterator<Item = (u32, &Passage)> {
        let number = |site: Site| match site {
            Site::In(_, place) => 2 * place,
            Site::Before(place) => 2 * place + 1,
            Site::Gone => usize::MAX,
        };
        let passages = self.asks.iter().map(|ask| number(ask.site)).zip(&self.passages);
        let mut passages: Vec<(usize, &Passage)> = passages.collect();
        passages.sort_by_key(|(site, _)| *site);
        passages.into_iter().map(|(site, passage)| (u32::try_from(site).unwrap_or(u32::MAX), passage))
    }

    /// Which ask an edit is, if it is one that counts.
    pub(super) fn of_edit(&self, edit: EditId) -> Option<usize> {
        self.by_edit.get(&edit).copied()
    }

    /// Whether an edit strikes or adds next to this range of a provision's wording.
    pub(super) fn touches(&self, ask: usize, provision: ProvisionId, range: &Range<u32>) -> bool {
        self.places(provision).last_before(ask, range.end + 1).is_some_and(|place| range.start <= place.end + 1)
    }

    /// Whether an edit strikes words of which all are in this range of a provision's wording.
    pub(super) fn strikes_within(&self, ask: usize, provision: ProvisionId, range: &Range<u32>) -> bool {
        let mut here = self.places(provision).of(ask, range.start.saturating_sub(1)..=range.end);
        here.any(|place| place.end > place.start + 1 && place.end <= range.end + 1)
    }

    /// The asks to put just this in, near this place of the order; where it is asked for once only, anywhere.
    pub(super) fn inserting(&self, text: &str, place: usize) -> Vec<usize> {
        let asks = self.inserting.get(text).map_or(&[][..], Vec::as_slice);
        let near = |ask: &&usize| {
            self.asks.get(**ask).is_some_and(|a| matches!(a.site, Site::Before(other) if other.abs_diff(place) <= 2))
        };
        let found: Vec<usize> = asks.iter().filter(near).copied().collect();
        if found.is_empty() && asks.len() == 1 { asks.to_vec() } else { found }
    }

    /// The asks about a provision of the text.
    pub(super) fn about(&self, provision: ProvisionId) -> &[usize] {
        self.about.get(&provision).map_or(&[], Vec::as_slice)
    }

    fn add(
        &mut self,
        proposal: &'t Proposal,
        standing: AskStanding,
        insertions: &HashMap<ProvisionId, usize, FixedState>,
        forms: &mut Forms<'t>,
    ) {
        for (edit, tabled) in proposal.edit_ids().zip(proposal.form.edits.iter()) {
            let site = match &tabled.change {
                Change::Insert { insert } => insertions.get(&insert.provision).map(|place| Site::Before(*place)),
                Change::Splices { .. } | Change::Strike { .. } | Change::Move { .. } | Change::Relabel { .. } => {
                    let provision = tabled.change.provision();
                    self.order.get(&provision).map(|place| Site::In(provision, *place))
                }
            };
            let (text, passage) = passage(tabled, forms);
            let run_of = runs(&passage);
            if matches!(tabled.edit, Edit::Insert { .. }) {
                self.inserting.entry(text).or_default().push(self.asks.len());
            }
            let site = site.unwrap_or(Site::Gone);
            self.by_edit.insert(edit, self.asks.len());
            if let Site::In(provision, _) = site {
                self.about.entry(provision).or_default().push(self.asks.len());
            }
            self.asks.push(Ask { proposal: proposal.id, standing, edit, site, run_of, text });
            self.passages.push(passage);
        }
    }

    /// Before which provision of the working text each provision that is not part of it would stand.
    fn insertions(&self, compact: &Compact) -> HashMap<ProvisionId, usize, FixedState> {
        let view = View::at(compact.seq);
        let mut place = 0;
        let mut insertions = HashMap::default();
        for strand in compact.outline.strands() {
            if strand.is_visible(&view) {
                place += 1;
            } else if !self.order.contains_key(&strand.content) {
                insertions.insert(strand.content, place);
            }
        }
        insertions
    }

    /// Where edits lie in a wording: what they strike and add between two words that they leave alone.
    fn places_in(&self, compact: &Compact, provision: ProvisionId) -> Vec<Place> {
        let Some(life) = compact.provisions.get(&provision) else { return Vec::new() };
        let view = View::at(compact.seq);
        let mut at = 0;
        let mut places: Vec<Place> = Vec::new();
        // The last place of each ask: an edit goes on there as long as nothing it leaves alone comes between.
        let mut last: HashMap<usize, usize, FixedState> = HashMap::default();
        for (strand, text) in life.wording.strands() {
            let visible = strand.is_visible(&view);
            let end = if visible { at + chars(text) } else { at };
            let strikes = strand.acts.iter().filter(|(act, _)| visible && *act == Act::Strike).map(|(_, m)| m.edit);
            let restores = strand.acts.iter().filter(|(act, _)| !visible && *act == Act::Restore).map(|(_, m)| m.edit);
            let adds = Some(strand.added.edit).filter(|_| !visible);
            for (edit, is_added) in strikes.map(|e| (e, false)).chain(restores.chain(adds).map(|e| (e, true))) {
                let Some(ask) = self.of_edit(edit) else { continue };
                let open = last.get(&ask).copied().filter(|i| places.get(*i).is_some_and(|p| p.end == at));
                let index = open.unwrap_or(places.len());
                if open.is_none() {
                    let (struck, added) = (String::new(), String::new());
                    places.push(Place { ask, start: at, end: at, struck, added });
                }
                last.insert(ask, index);
                if let Some(place) = places.get_mut(index) {
                    (if is_added { &mut place.added } else { &mut place.struck }).push_str(text);
                    place.end = place.end.max(if is_added { at } else { end });
                }
            }
            at = end;
        }
        places
    }
}

fn passage<'t>(tabled: &'t TabledEdit, forms: &mut Forms<'t>) -> (&'t str, Passage) {
    let (text, added) = match (&tabled.edit, &tabled.change) {
        (Edit::Reword { text, .. }, Change::Splices { splices, .. }) => (text, added_ranges(text, splices)),
        (Edit::Insert { insert }, _) => (&insert.text, std::iter::once(0..insert.text.len()).collect()),
        _ => return ("", Passage::default()),
    };
    let words: Vec<_> = forms.read(text).into_iter().filter(|word| !forms.is_mark(word.id)).collect();
    let is_new = |at: usize| added.iter().any(|range| range.contains(&at));
    let passage = Passage {
        is_new: words.iter().map(|word| is_new(word.range().start)).collect(),
        words: words.into_iter().map(|word| word.id).collect(),
    };
    (text, passage)
}

/// Which bytes of the new text the splices have added.
fn added_ranges(text: &str, splices: &[Splice]) -> Vec<Range<usize>> {
    let mut ranges = Vec::with_capacity(splices.len());
    let mut rest = text.char_indices();
    // How far the new text is read, in scalar values of the old one.
    let mut at = 0;
    for splice in splices {
        for _ in at..splice.at {
            rest.next();
        }
        let start = rest.offset();
        for _ in splice.added.chars() {
            rest.next();
        }
        ranges.push(start..rest.offset());
        at = splice.at + chars(&splice.struck);
    }
    ranges
}

fn runs(passage: &Passage) -> Vec<u32> {
    let mut run = 0;
    let mut was_new = false;
    let next = |is_new: &bool| {
        run += u32::from(*is_new && !was_new);
        was_new = *is_new;
        run
    };
    passage.is_new.iter().map(next).collect()
}
