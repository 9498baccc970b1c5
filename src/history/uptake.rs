//! Which of a proposal's words stand in a text, and which of those it asked to strike are gone. Counts and words.

use std::collections::{BTreeMap, HashMap, HashSet};

use aho_corasick::AhoCorasick;
use foldhash::fast::FixedState;

use super::dispositions::Said;
use crate::compact::{
    Basis, Compact, Edit, EditId, Form, Proposal, ProposalId, ProvisionId, Seq, Standing, TabledEdit,
};
use crate::text::{Act, Run, Strand, View, Wording, words};

/// What a text holds of a proposal.
#[derive(Default)]
pub(super) struct Uptake {
    /// The words that it asked to add and that stand.
    pub(super) words: Vec<Said>,
    /// The words that it asked to strike and that are gone.
    pub(super) gone: Vec<Said>,
    /// How many words it asked to add, and how many of them stand.
    pub(super) asked: u32,
    pub(super) standing: u32,
    /// Its words, in lower case, each as often as it asked for it and it was not found standing; those found.
    asked_for: HashMap<String, u32>,
    found: Vec<String>,
    /// How many words it asked to strike, and how many of them are gone.
    strikes: u32,
    struck: u32,
    /// The last entry that reflects it without taking it up.
    pub(super) reflected: Option<Seq>,
    /// Whether entries reflect it, and all that stands of it has a credit that names other proposals too.
    pub(super) shared: bool,
}

impl Uptake {
    /// Which share of what it asked for stands: of its words; of a proposal that only strikes, of what is gone.
    pub(super) fn share(&self) -> Option<f64> {
        let (done, asked) = if self.asked > 0 { (self.standing, self.asked) } else { (self.struck, self.strikes) };
        (asked > 0).then(|| (f64::from(done.min(asked)) / f64::from(asked) * 1_000.0).round() / 1_000.0)
    }

    /// Counts the words asked for that stand: each once, also where it stands twice, and none that was not asked for,
    /// also where a correction says whose it is.
    fn tally(&mut self) {
        for word in std::mem::take(&mut self.found) {
            if let Some(left) = self.asked_for.get_mut(&word).filter(|left| **left > 0) {
                *left -= 1;
                self.standing += 1;
            }
        }
    }
}

/// What the text at a seq holds of a proposal in this form.
pub(super) fn uptake(compact: &Compact, proposal: &Proposal, form: &Form, at: Seq) -> Uptake {
    let mut concerned: BTreeMap<ProvisionId, Concerned<'_>> = BTreeMap::new();
    for (edit, provision) in compact.reflections(proposal.id).filter(|(edit, _)| edit.seq <= at) {
        concerned.entry(provision).or_default().told.push(edit);
    }
    for (edit, tabled) in form.edit_ids().zip(form.edits.iter()) {
        concerned.entry(tabled.change.provision()).or_default().mine.push((edit, tabled));
    }
    let mut uptake = Uptake { shared: true, ..Uptake::default() };
    let taken_up = proposal.standing == Standing::TakenUp && proposal.settled.as_ref().is_some_and(|s| s.seq <= at);
    for (provision, Concerned { mine, told }) in concerned {
        let (proposal, told, base, at) = (proposal.id, Told::of(&told), View::at(form.base), View::at(at));
        Walk { compact, proposal, form, provision, mine: &mine, told, base, at }.walk(taken_up, &mut uptake);
    }
    uptake.shared &= !uptake.words.is_empty() && uptake.reflected.is_some();
    uptake.tally();
    uptake
}

/// What a provision has to do with a proposal.
#[derive(Default)]
struct Concerned<'a> {
    /// The edits of the proposal that are about it.
    mine: Vec<(EditId, &'a TabledEdit)>,
    /// The edits of entries that reflect the proposal there.
    told: Vec<EditId>,
}

/// Whether all that a proposal asks for is done in the text at a seq, by whomever.
pub(super) fn is_done(compact: &Compact, proposal: &Proposal, form: &Form, at: Seq) -> bool {
    form.edit_ids().zip(form.edits.iter()).all(|(edit, tabled)| {
        let stands = |id: ProvisionId| compact.standing_provision(id, at).is_some();
        match &tabled.edit {
            Edit::Reword { reword, text } => {
                let reads = compact.standing_provision(*reword, at).is_some_and(|face| *face.text == **text);
                reads || compact.is_done_by_others(edit, &tabled.change, form.base, at)
            }
            Edit::Insert { insert } => compact.reflections(proposal.id).any(|(_, provision)| {
                compact.standing_provision(provision, at).is_some_and(|face| *face.text == *insert.text)
            }),
            Edit::Strike { strike } => !stands(*strike),
            Edit::Move { r#move, after } => compact.outline.predecessor(*r#move, &View::at(at)) == Ok(*after),
        }
    })
}

/// The edits of entries that reflect a proposal in one provision, each with its place among them.
#[derive(Default)]
struct Told(HashMap<EditId, usize, FixedState>);

impl Told {
    fn of(edits: &[EditId]) -> Self {
        let mut told = Self::default();
        for edit in edits {
            let place = told.0.len();
            told.0.entry(*edit).or_insert(place);
        }
        told
    }

    fn holds(&self, edit: EditId) -> bool {
        self.0.contains_key(&edit)
    }

    /// The first of those that added or restored a strand.
    fn bringing<C>(&self, strand: &Strand<C>) -> Option<EditId> {
        let restores = strand.acts.iter().filter(|(act, _)| *act == Act::Restore).map(|(_, mark)| mark.edit);
        let told = std::iter::once(strand.added.edit).chain(restores).filter(|edit| self.holds(*edit));
        told.min_by_key(|edit| self.0.get(edit))
    }
}

/// Walks one provision that a proposal is about, or in which it is reflected.
struct Walk<'a> {
    compact: &'a Compact,
    proposal: ProposalId,
    form: &'a Form,
    provision: ProvisionId,
    /// The edits of the form that are about it.
    mine: &'a [(EditId, &'a TabledEdit)],
    /// The edits of entries that reflect the proposal here.
    told: Told,
    base: View<'a>,
    at: View<'a>,
}

impl Walk<'_> {
    fn walk(&self, taken_up: bool, uptake: &mut Uptake) {
        let Some(life) = self.compact.provisions.get(&self.provision) else { return };
        let stands = self.compact.outline.stands(self.provision, &self.at);
        let said = if taken_up { self.said() } else { HashSet::default() };
        let is_unseen =
            |index: usize, strand: &Strand<_>| stands && said.contains(&index) && !strand.is_visible(&self.at);
        let taken = if said.is_empty() { HashSet::default() } else { self.taken_elsewhere(&life.wording, is_unseen) };
        let strikes_all = self.mine.iter().any(|(_, tabled)| matches!(tabled.edit, Edit::Strike { .. }));
        let (mut words_run, mut gone_run) = (false, false);
        for (index, (strand, text)) in life.wording.strands().enumerate() {
            let count = || words::count(text);
            let visible = stands && strand.is_visible(&self.at);
            let asked = self.mine.iter().any(|(edit, _)| strand.added.edit == *edit || strand.is_restored_by(*edit));
            let told = self.told.bringing(strand);
            if asked {
                uptake.asked += count();
                each_in_lower_case(text, |word| *uptake.asked_for.entry(word).or_default() += 1);
            }
            let is_said = said.contains(&index);
            if (visible && (asked || told.is_some())) || (is_unseen(index, strand) && !taken.contains(&index)) {
                each_in_lower_case(text, |word| uptake.found.push(word));
                add(&mut uptake.words, self.provision, text, words_run);
                uptake.shared &= is_said || (!asked && told.is_some_and(|edit| self.is_shared(edit)));
                words_run = true;
            } else if visible {
                words_run = false;
            }
            self.note(told.filter(|_| visible), uptake);
            self.note(strand.struck_by(&self.at).filter(|edit| self.told.holds(*edit)), uptake);
            let strikes = strikes_all || self.mine.iter().any(|(edit, _)| strand.is_struck_by(*edit));
            if strikes && strand.is_visible(&self.base) {
                uptake.strikes += count();
                if visible {
                    gone_run = false;
                } else {
                    uptake.struck += count();
                    add(&mut uptake.gone, self.provision, text, gone_run);
                    gone_run = true;
                }
            } else if strand.is_visible(&self.base) {
                gone_run = false;
            }
        }
        for place in self.compact.outline.places(self.provision) {
            self.note(self.of_told(place), uptake);
        }
    }

    /// The strands (by index) with which the form says again what stands there.
    fn said(&self) -> HashSet<usize, FixedState> {
        let said = |(edit, tabled): &(EditId, &TabledEdit)| {
            self.compact.said_already(*edit, &tabled.change, self.form.base, self.at.at)
        };
        self.mine.iter().flat_map(said).collect()
    }

    /// Which of these strands (by index) an entry took in other strands: there they are counted, and not again where
    /// they were tabled. All are looked for in one pass over what was taken (Aho and Corasick, 1975).
    fn taken_elsewhere(
        &self,
        wording: &Wording,
        wanted: impl Fn(usize, &Strand<Run>) -> bool,
    ) -> HashSet<usize, FixedState> {
        let taken = wording.strands().filter(|(s, _)| s.is_visible(&self.at) && self.told.bringing(s).is_some());
        let wanted = wording.strands().enumerate().filter(|(index, (strand, _))| wanted(*index, strand));
        let (indices, words): (Vec<usize>, Vec<&str>) = wanted.map(|(index, (_, text))| (index, text.trim())).unzip();
        // Wordings are limited far below what a search can hold.
        let Ok(search) = AhoCorasick::new(&words) else { return HashSet::default() };
        let found =
            taken.flat_map(|(_, text)| search.find_overlapping_iter(text).map(|found| found.pattern().as_usize()));
        found.filter_map(|pattern| indices.get(pattern).copied()).collect()
    }

    /// The edit told that put a provision where it stands, or took it out.
    fn of_told<C>(&self, place: &Strand<C>) -> Option<EditId> {
        let came = place.is_visible(&self.at).then_some(place.added.edit);
        came.or_else(|| place.struck_by(&self.at)).filter(|edit| self.told.holds(*edit))
    }

    fn note(&self, told: Option<EditId>, uptake: &mut Uptake) {
        let inexact = told.filter(|edit| self.compact.credit_in(*edit, self.provision).basis != Basis::Exact);
        uptake.reflected = uptake.reflected.max(inexact.map(|edit| edit.seq));
    }

    fn is_shared(&self, edit: EditId) -> bool {
        let credit = self.compact.credit_in(edit, self.provision);
        credit.proposals.iter().any(|other| *other != self.proposal)
    }
}

/// Calls back with each word of a text, as [`words::count`] counts them.
fn each_in_lower_case(text: &str, mut found: impl FnMut(String)) {
    words::each(text, |start, end| {
        let word = text.get(start..end).unwrap_or_default();
        if word.chars().any(char::is_alphanumeric) {
            found(word.to_lowercase());
        }
    });
}

fn add(to: &mut Vec<Said>, provision: ProvisionId, text: &str, goes_on: bool) {
    match to.last_mut().filter(|last| goes_on && last.provision == provision) {
        Some(last) => last.text.push_str(text),
        None => to.push(Said { provision, text: text.to_owned() }),
    }
}
