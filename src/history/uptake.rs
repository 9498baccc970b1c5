//! Which of a proposal's words stand in a text, and which of those it asked to strike are gone. Counts and words.

use std::collections::{BTreeMap, BTreeSet, HashMap};

use super::dispositions::Said;
use crate::compact::{
    Basis, Compact, Edit, EditId, Form, Proposal, ProposalId, ProvisionId, Seq, Standing, TabledEdit,
};
use crate::text::{Strand, View, words};

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
    let mut reflections: BTreeMap<ProvisionId, Vec<EditId>> = BTreeMap::new();
    for (edit, provision) in compact.reflections(proposal.id).filter(|(edit, _)| edit.seq <= at) {
        reflections.entry(provision).or_default().push(edit);
    }
    let tabled = form.edits.iter().map(|tabled| tabled.change.provision());
    let provisions: BTreeSet<ProvisionId> = reflections.keys().copied().chain(tabled).collect();
    let mut uptake = Uptake { shared: true, ..Uptake::default() };
    let taken_up = proposal.standing == Standing::TakenUp && proposal.settled.as_ref().is_some_and(|s| s.seq <= at);
    for provision in provisions {
        let told = reflections.remove(&provision).unwrap_or_default();
        Walk { compact, proposal: proposal.id, form, provision, told, base: View::at(form.base), at: View::at(at) }
            .walk(taken_up, &mut uptake);
    }
    uptake.shared &= !uptake.words.is_empty() && uptake.reflected.is_some();
    uptake.tally();
    uptake
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
            Edit::Move { r#move, after } => {
                let order: Vec<ProvisionId> = compact.outline.visible(&View::at(at)).collect();
                let place = order.iter().position(|id| id == r#move);
                place.is_some_and(|place| place.checked_sub(1).and_then(|before| order.get(before)) == after.as_ref())
            }
        }
    })
}

/// Walks one provision that a proposal is about, or in which it is reflected.
struct Walk<'a> {
    compact: &'a Compact,
    proposal: ProposalId,
    form: &'a Form,
    provision: ProvisionId,
    /// The edits of entries that reflect the proposal here.
    told: Vec<EditId>,
    base: View<'a>,
    at: View<'a>,
}

impl Walk<'_> {
    fn walk(&self, taken_up: bool, uptake: &mut Uptake) {
        let Some(life) = self.compact.provisions.get(&self.provision) else { return };
        let mine: Vec<(EditId, &TabledEdit)> = self.form.edit_ids().zip(self.form.edits.iter()).collect();
        let mine: Vec<(EditId, &TabledEdit)> =
            mine.into_iter().filter(|(_, tabled)| tabled.change.provision() == self.provision).collect();
        let said = |(edit, tabled): &(EditId, &TabledEdit)| {
            self.compact.said_already(*edit, &tabled.change, self.form.base, self.at.at)
        };
        let said: Vec<usize> = if taken_up { mine.iter().flat_map(said).collect() } else { Vec::new() };
        let stands = self.compact.outline.stands(self.provision, &self.at);
        // What an entry took of the proposal in other strands is counted there, and not again where it was tabled.
        let is_told =
            |strand: &Strand<_>| self.told.iter().any(|e| strand.added.edit == *e || strand.is_restored_by(*e));
        let taken = life.wording.strands().filter(|(strand, _)| strand.is_visible(&self.at) && is_told(strand));
        let taken: Vec<&str> = taken.map(|(_, text)| text).collect();
        let strikes_all = mine.iter().any(|(_, tabled)| matches!(tabled.edit, Edit::Strike { .. }));
        let (mut words_run, mut gone_run) = (false, false);
        for (index, (strand, text)) in life.wording.strands().enumerate() {
            let count = || words::count(text);
            let visible = stands && strand.is_visible(&self.at);
            let asked = mine.iter().any(|(edit, _)| strand.added.edit == *edit || strand.is_restored_by(*edit));
            let is_taken_elsewhere = taken.iter().any(|words| words.contains(text.trim()));
            let told = self.told.iter().find(|edit| strand.added.edit == **edit || strand.is_restored_by(**edit));
            if asked {
                uptake.asked += count();
                each_in_lower_case(text, |word| *uptake.asked_for.entry(word).or_default() += 1);
            }
            let is_said = said.contains(&index);
            if (visible && (asked || told.is_some())) || (stands && is_said && !visible && !is_taken_elsewhere) {
                each_in_lower_case(text, |word| uptake.found.push(word));
                add(&mut uptake.words, self.provision, text, words_run);
                uptake.shared &= is_said || (!asked && told.is_some_and(|edit| self.is_shared(*edit)));
                words_run = true;
            } else if visible {
                words_run = false;
            }
            self.note(told.copied().filter(|_| visible), uptake);
            self.note(strand.struck_by(&self.at).filter(|edit| self.told.contains(edit)), uptake);
            let strikes = strikes_all || mine.iter().any(|(edit, _)| strand.is_struck_by(*edit));
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
        let places = self.compact.outline.strands().iter().filter(|place| place.content == self.provision);
        for place in places {
            self.note(self.of_told(place), uptake);
        }
    }

    /// The edit told that put a provision where it stands, or took it out.
    fn of_told<C>(&self, place: &Strand<C>) -> Option<EditId> {
        let came = place.is_visible(&self.at).then_some(place.added.edit);
        came.or_else(|| place.struck_by(&self.at)).filter(|edit| self.told.contains(edit))
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
