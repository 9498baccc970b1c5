//! What became of each proposal. Counts and words, never a score.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::{At, label_of};
use super::uptake::{Uptake, is_done, uptake};
use crate::compact::{
    CarryOver, Compact, CompactId, Form, GroupId, Proposal, ProposalId, ProvisionId, Seq, Sponsorship, Standing,
};
use crate::text::View;

/// What became of the proposals, as at one text.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Dispositions {
    /// The compact.
    pub compact: CompactId,
    /// As at which text: a draft id, a seq, or "working".
    pub at: String,
    /// The last entry that the answer knows.
    pub seq: Seq,
    /// Each proposal once, in the order of tabling.
    pub dispositions: Vec<DispositionRow>,
    /// How many there are of each outcome; adds up to the number of rows.
    pub totals: Totals,
    /// The same by group, in alphabetical order; a proposal of several sponsors counts for each.
    pub by_group: BTreeMap<GroupId, GroupUptake>,
}

/// What became of the proposals of one group: counts and words, nothing to rank by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupUptake {
    /// How many it tabled.
    pub tabled: u32,
    /// Of these, taken up as they stand.
    pub taken_up: u32,
    /// Taken up in part or in other words.
    pub taken_up_in_modified_form: u32,
    /// Taken up where others had asked for the same.
    pub merged: u32,
    /// Overtaken by the text.
    pub overtaken: u32,
    /// Declined.
    pub not_taken_up: u32,
    /// Withdrawn.
    pub withdrawn: u32,
    /// Still on the table.
    pub waiting: u32,
    /// Words that it asked to add.
    pub words_asked: u32,
    /// Words of them that stand.
    pub words_standing: u32,
}

/// How many proposals there are of each outcome.
pub type Totals = BTreeMap<Outcome, u32>;

/// What became of one proposal.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DispositionRow {
    /// The proposal.
    pub proposal: ProposalId,
    /// Who sponsored it, at the time it was settled.
    pub sponsors: Vec<GroupId>,
    /// What became of it.
    pub disposition: Outcome,
    /// Of what was taken up in modified form, which share of its asked words stands, in 0..=1; of a proposal that only
    /// strikes, which share of those words is gone.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub share: Option<f64>,
    /// The entry that settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Seq>,
    /// What was said then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Arc<str>>,
    /// The provisions it was about, with their number where it was tabled and where they stand now.
    pub provisions: Vec<Concerned>,
    /// The words of it that stand in the text asked for.
    pub words: Vec<Said>,
    /// The words that it asked to strike and that are gone.
    pub gone: Vec<Said>,
    /// How many words it asks to add.
    pub words_asked: u32,
    /// How many of them stand.
    pub words_standing: u32,
}

/// Words of a provision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Said {
    /// The provision.
    pub provision: ProvisionId,
    /// The words.
    pub text: String,
}

/// A provision that a proposal was about.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Concerned {
    /// The provision.
    pub provision: ProvisionId,
    /// Its number in the text that the proposal was written against; of an insertion the number asked for.
    pub label_from: Option<Arc<str>>,
    /// Its number in the text asked for.
    pub label: Option<Arc<str>>,
    /// Whether it is part of the text asked for.
    pub stands: bool,
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Taken up as it stands.
    TakenUp,
    /// Taken up in part or in other words.
    TakenUpInModifiedForm,
    /// Taken up where others had asked for the same: the text said so already, or its words have a credit in common.
    Merged,
    /// Not settled, but the text has moved past it.
    Overtaken,
    /// Declined.
    NotTakenUp,
    /// Withdrawn by its sponsors.
    Withdrawn,
    /// Still on the table.
    Waiting,
}

/// What became of the proposals as at a seq; with `group`, of those that it sponsors or sponsored.
pub fn dispositions(compact: &Compact, at: &At, group: Option<&GroupId>) -> Dispositions {
    compact.outline.index();
    let theirs = |p: &&Arc<Proposal>| group.is_none_or(|g| p.sponsorships.iter().any(|s| s.sponsor == *g));
    let tabled = compact.proposals.values().filter(|p| p.id.0 <= at.seq).filter(theirs);
    let stands: HashSet<ProvisionId> = compact.outline.visible(&View::at(at.seq)).collect();
    let rows: Vec<DispositionRow> = tabled.map(|proposal| row(compact, proposal, at.seq, &stands)).collect();
    let mut totals = Totals::new();
    let mut by_group: BTreeMap<GroupId, GroupUptake> = BTreeMap::new();
    for row in &rows {
        *totals.entry(row.disposition).or_default() += 1;
        for sponsor in row.sponsors.iter().filter(|sponsor| group.is_none_or(|group| *sponsor == group)) {
            by_group.entry(sponsor.clone()).or_default().count(row);
        }
    }
    let (compact, at, seq) = (compact.id.clone(), at.at.clone(), compact.seq);
    Dispositions { compact, at, seq, dispositions: rows, totals, by_group }
}

/// What became of a proposal as at a seq, and the entry that settled it.
pub(super) fn outcome(compact: &Compact, proposal: &Proposal, at: Seq) -> (Outcome, Option<Seq>) {
    let form = proposal.form_at(at);
    judged(compact, proposal, form, at, &uptake(compact, proposal, form, at))
}

fn judged(compact: &Compact, proposal: &Proposal, form: &Form, at: Seq, uptake: &Uptake) -> (Outcome, Option<Seq>) {
    let settled = proposal.settled.as_ref().filter(|s| s.seq <= at);
    let as_reflected = || {
        if is_done(compact, proposal, form, at) { Outcome::TakenUp } else { Outcome::TakenUpInModifiedForm }
    };
    let was_reflected = || compact.reflections(proposal.id).any(|(edit, _)| edit.seq <= at);
    let standing = settled.map_or(Standing::Waiting, |_| proposal.standing);
    let unchanged = settled.is_some_and(|s| !s.changed);
    let in_part = settled.is_some_and(|s| s.modified || s.as_tabled.len() < form.edits.len());
    let outcome = match (standing, uptake.reflected) {
        (Standing::Declined, _) => Outcome::NotTakenUp,
        (Standing::Withdrawn, _) => Outcome::Withdrawn,
        (Standing::Waiting | Standing::TakenUp, Some(_)) if uptake.shared => Outcome::Merged,
        (Standing::Waiting, Some(_)) => as_reflected(),
        // What a revision had taken of it is gone again, or never had to be taken.
        (Standing::Waiting, None) if was_reflected() => Outcome::Overtaken,
        (Standing::Waiting, None) if compact.carry_over(form, at) == CarryOver::Overtaken => Outcome::Overtaken,
        (Standing::Waiting, None) => Outcome::Waiting,
        // A revision had its words in before it was taken up; else the text said so already at others' request.
        (Standing::TakenUp, Some(_)) if unchanged => as_reflected(),
        (Standing::TakenUp, None) if unchanged => Outcome::Merged,
        (Standing::TakenUp, _) if in_part => Outcome::TakenUpInModifiedForm,
        (Standing::TakenUp, _) => Outcome::TakenUp,
    };
    (outcome, settled.map(|s| s.seq).or(uptake.reflected))
}

fn row(compact: &Compact, proposal: &Proposal, at: Seq, stands: &HashSet<ProvisionId>) -> DispositionRow {
    let form = proposal.form_at(at);
    let uptake = uptake(compact, proposal, form, at);
    let (disposition, settled) = judged(compact, proposal, form, at, &uptake);
    let until = settled.unwrap_or(at);
    let sponsored = |s: &&Sponsorship| s.from <= until && s.to.is_none_or(|to| to > until);
    let concerned = form.edits.iter().map(|tabled| {
        let provision = tabled.change.provision();
        let stands = stands.contains(&provision);
        let label = stands.then(|| label_of(compact, &tabled.change, at)).flatten();
        Concerned { provision, label_from: label_of(compact, &tabled.change, form.base), label, stands }
    });
    let share = uptake.share().filter(|_| disposition == Outcome::TakenUpInModifiedForm);
    let note = proposal.settled.as_ref().filter(|s| s.seq <= at).and_then(|s| s.note.clone());
    DispositionRow {
        proposal: proposal.id,
        sponsors: proposal.sponsorships.iter().filter(sponsored).map(|s| s.sponsor.clone()).collect(),
        disposition,
        share,
        settled,
        note,
        provisions: concerned.collect(),
        words: uptake.words,
        gone: uptake.gone,
        words_asked: uptake.asked,
        words_standing: uptake.standing,
    }
}

impl GroupUptake {
    fn count(&mut self, row: &DispositionRow) {
        self.tabled += 1;
        *match row.disposition {
            Outcome::TakenUp => &mut self.taken_up,
            Outcome::TakenUpInModifiedForm => &mut self.taken_up_in_modified_form,
            Outcome::Merged => &mut self.merged,
            Outcome::Overtaken => &mut self.overtaken,
            Outcome::NotTakenUp => &mut self.not_taken_up,
            Outcome::Withdrawn => &mut self.withdrawn,
            Outcome::Waiting => &mut self.waiting,
        } += 1;
        self.words_asked += row.words_asked;
        self.words_standing += row.words_standing;
    }
}
