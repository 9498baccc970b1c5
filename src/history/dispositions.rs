//! What became of each proposal. Counts and words, never a score.

use std::collections::BTreeMap;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::{At, label_of};
use crate::compact::{CarryOver, Compact, CompactId, GroupId, Proposal, ProposalId, ProvisionId, Seq, Standing};

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
    /// The entry that settled it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub settled: Option<Seq>,
    /// What was said then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<Arc<str>>,
    /// The provisions it was about, with their number where it was tabled and where they stand now.
    pub provisions: Vec<Concerned>,
}

/// A provision that a proposal was about.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Concerned {
    /// The provision.
    pub provision: ProvisionId,
    /// Its number in the text that the proposal was written against.
    pub label_from: Option<Arc<str>>,
    /// Its number in the text asked for.
    pub label: Option<Arc<str>>,
}

/// What became of a proposal.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// Taken up as it stands.
    TakenUp,
    /// Taken up in part or in other words.
    TakenUpInModifiedForm,
    /// Taken up where others had asked for the same: the text said so already.
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
    let theirs = |p: &&Arc<Proposal>| group.is_none_or(|g| p.sponsorships.iter().any(|s| s.sponsor == *g));
    let tabled = compact.proposals.values().filter(|p| p.id.0 <= at.seq).filter(theirs);
    let rows: Vec<DispositionRow> = tabled.map(|proposal| row(compact, proposal, at.seq)).collect();
    let mut totals = Totals::new();
    for row in &rows {
        *totals.entry(row.disposition).or_default() += 1;
    }
    Dispositions { compact: compact.id.clone(), at: at.at.clone(), seq: compact.seq, dispositions: rows, totals }
}

fn row(compact: &Compact, proposal: &Proposal, at: Seq) -> DispositionRow {
    let settled = proposal.settled.as_ref().filter(|s| s.seq <= at);
    let form = proposal.form_at(at);
    let disposition = match (settled, proposal.standing) {
        (None, _) if compact.carry_over(form, at) == CarryOver::Overtaken => Outcome::Overtaken,
        (None, _) | (Some(_), Standing::Waiting) => Outcome::Waiting,
        (Some(_), Standing::Declined) => Outcome::NotTakenUp,
        (Some(_), Standing::Withdrawn) => Outcome::Withdrawn,
        (Some(s), Standing::TakenUp) if !s.changed => Outcome::Merged,
        (Some(s), Standing::TakenUp) if s.modified || s.as_tabled.len() < form.edits.len() => {
            Outcome::TakenUpInModifiedForm
        }
        (Some(_), Standing::TakenUp) => Outcome::TakenUp,
    };
    let until = settled.map_or(at, |s| s.seq);
    let sponsored = |s: &&crate::compact::Sponsorship| s.from <= until && s.to.is_none_or(|to| to > until);
    let concerned = form.edits.iter().map(|tabled| Concerned {
        provision: tabled.change.provision(),
        label_from: label_of(compact, &tabled.change, form.base),
        label: label_of(compact, &tabled.change, at),
    });
    DispositionRow {
        proposal: proposal.id,
        sponsors: proposal.sponsorships.iter().filter(sponsored).map(|s| s.sponsor.clone()).collect(),
        disposition,
        settled: settled.map(|s| s.seq),
        note: settled.and_then(|s| s.note.clone()),
        provisions: concerned.collect(),
    }
}
