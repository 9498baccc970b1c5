//! What came: the runs of words that changes add and that are nobody's yet.

use std::collections::HashMap;
use std::ops::Range;

use foldhash::fast::FixedState;

use super::asked::{Asked, Site};
use crate::compact::edit::{Change, Splice};
use crate::compact::ids::ProvisionId;
use crate::compact::state::Compact;
use crate::text::chars;
use crate::text::surprisal::Forms;
use crate::text::tiles::Passage;
use crate::text::words::Word;

/// One run of added words.
pub(super) struct Run<'t> {
    /// Which change it is of, which splice of it, and which of its pieces.
    pub(super) key: RunKey,
    pub(super) text: &'t str,
    /// All its words and marks.
    pub(super) words: Vec<Word>,
    /// For each word of the passage its place among `words`.
    pub(super) place_of: Vec<usize>,
    pub(super) passage: Passage,
    pub(super) site: Site,
    /// What is struck where it is added, in Unicode scalar values of the wording before; empty for an insertion.
    pub(super) struck: Range<u32>,
    /// The words struck there.
    pub(super) struck_text: &'t str,
    /// Whether it is all that is added there.
    pub(super) is_whole: bool,
    /// Where what is added there begins in the wording that comes of it, in bytes.
    pub(super) begins: Option<usize>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(super) struct RunKey {
    pub(super) change: usize,
    pub(super) splice: usize,
    pub(super) piece: usize,
}

/// All runs of added words.
pub(super) struct Came<'t> {
    pub(super) runs: Vec<Run<'t>>,
    pub(super) numbers: HashMap<RunKey, usize, FixedState>,
}

impl<'t> Came<'t> {
    pub(super) fn gather(compact: &Compact, changes: &'t [Change], asked: &Asked<'_>, forms: &mut Forms<'t>) -> Self {
        let mut runs = Vec::new();
        // Where the provisions that come in stand, told in places of the working text.
        let mut arrived: HashMap<ProvisionId, usize, FixedState> = HashMap::default();
        for (change, told) in changes.iter().enumerate() {
            match told {
                Change::Splices { provision, splices } => {
                    let stands = asked.order.get(provision).map(|place| Site::In(*provision, *place));
                    // What is put back and reworded by the same entry comes in where it is put.
                    let put_back = || arrived.get(provision).map(|place| Site::Before(*place));
                    let site = stands.or_else(put_back).unwrap_or(Site::Gone);
                    let begins = begins(compact, *provision, splices);
                    for (index, splice) in splices.iter().enumerate() {
                        let end = splice.at + chars(&splice.struck);
                        let whole = (0, splice.added.as_str());
                        let parts = splice.pieces.iter().enumerate().filter(|(_, p)| !p.restored);
                        let parts = parts.map(|(i, p)| (i, p.text.as_str()));
                        let is_whole = splice.pieces.is_empty();
                        for (piece, text) in parts.chain(is_whole.then_some(whole)) {
                            let key = RunKey { change, splice: index, piece };
                            let mut run = Run::new(key, text, site, forms);
                            (run.struck, run.struck_text) = (splice.at..end, &splice.struck);
                            run.is_whole = is_whole;
                            run.begins = begins.get(index).copied();
                            runs.push(run);
                        }
                    }
                }
                Change::Insert { insert } => {
                    let behind = |id: ProvisionId| {
                        let stands = asked.order.get(&id).map(|place| place + 1);
                        stands.or_else(|| arrived.get(&id).copied())
                    };
                    let place = insert.after.map_or(Some(0), behind).unwrap_or(0);
                    arrived.insert(insert.provision, place);
                    // What stood before and is put back stays whose it was.
                    if !compact.provisions.contains_key(&insert.provision) {
                        let key = RunKey { change, ..RunKey::default() };
                        runs.push(Run::new(key, &insert.text, Site::Before(place), forms));
                    }
                }
                Change::Strike { .. } | Change::Move { .. } | Change::Relabel { .. } => {}
            }
        }
        let numbers = runs.iter().enumerate().map(|(number, run)| (run.key, number)).collect();
        Self { runs, numbers }
    }
}

impl<'t> Run<'t> {
    fn new(key: RunKey, text: &'t str, site: Site, forms: &mut Forms<'t>) -> Self {
        let words = forms.read(text);
        let place_of: Vec<usize> =
            words.iter().enumerate().filter(|(_, w)| !forms.is_mark(w.id)).map(|(place, _)| place).collect();
        let forms: Vec<u32> = place_of.iter().filter_map(|place| words.get(*place)).map(|w| w.id).collect();
        let passage = Passage { is_new: vec![true; forms.len()], words: forms };
        Self { key, text, words, place_of, passage, site, struck: 0..0, struck_text: "", is_whole: true, begins: None }
    }
}

/// Where the added words of each splice begin in the wording that comes of them, in bytes.
fn begins(compact: &Compact, provision: ProvisionId, splices: &[Splice]) -> Vec<usize> {
    let face = compact.provisions.get(&provision).and_then(|life| life.face(compact.seq));
    let mut rest = face.map_or("", |face| &*face.text).chars();
    let (mut at, mut length) = (0, 0);
    let mut begins = Vec::with_capacity(splices.len());
    for splice in splices {
        length += rest.by_ref().take((splice.at - at) as usize).map(char::len_utf8).sum::<usize>();
        begins.push(length);
        length += splice.added.len();
        let struck = chars(&splice.struck);
        rest.by_ref().take(struck as usize).for_each(drop);
        at = splice.at + struck;
    }
    begins
}
