//! Whose words a re-draft is made of: every run of added words and every strike is held against what proposals ask for.
//!
//! What is found is recorded in the entry, so that it never changes when the rules below improve. The rules in short
//! (`docs/attribution.md` tells them in full):
//!
//! 1. *Identity*: the same words struck and added at the same place, or the same provision put in there, is what was
//!    asked for, however common the words.
//! 2. *Evidence*: else words in common are weighed by how much they tell ([`Surprisal`]), in chains of runs, and held
//!    against how much would be needed to rule out chance: little at the very place, much elsewhere in the text.
//! 3. *Assignment*: the chain that is surest takes its words first; those who asked for the same words share them.
//! 4. A strike belongs to those who asked for that strike.
//! 5. What is left is the co-facilitators' own.

mod apart;
mod asked;
mod assign;
mod came;
mod chain;
mod same;
mod strikes;
mod whole;
mod write;

use super::credit::Credits;
use super::edit::Change;
use super::ids::ProposalId;
use super::state::Compact;
use crate::text::surprisal::{Forms, Surprisal};
use crate::text::tiles::TileIndex;
use asked::Asked;
use came::Came;
use whole::Wordings;
use write::Writer;

impl Compact {
    /// Credits changes told against the working text, all the co-facilitators' own so far, to the proposals they are
    /// made of. `reflects` are those that the co-facilitators declare.
    pub(super) fn attribute(&self, changes: &[Change], reflects: &[ProposalId], credits: &mut Credits) -> Vec<Change> {
        let mut forms = Forms::default();
        let asked = Asked::gather(self, self.proposals.values(), reflects, changes, &mut forms);
        if asked.is_empty() {
            return changes.to_vec();
        }
        let wordings = Wordings::of(self, changes);
        let standing = self.text(self.seq);
        let before: Vec<_> = standing.iter().map(|provision| forms.read(&provision.text)).collect();
        let came = Came::gather(self, changes, &asked, &mut forms);
        let mut surprisal = Surprisal::of(before.iter().map(Vec::as_slice), &forms);
        asked.by_site().for_each(|(site, passage)| surprisal.ask(site, passage));
        let index = TileIndex::new(&asked.passages, came.runs.iter().map(|run| &run.passage), &forms, &surprisal);
        let (mut chains, met) = chain::chains(&came, &asked, &index, &surprisal, &forms);
        chains.extend(wordings.chains(changes, &came, &asked, &met, &mut forms));
        let owners = assign::assign(chains, &came, &asked);
        Writer { compact: self, came: &came, owners: &owners, asked: &asked, forms }.credited(changes, credits)
    }
}
