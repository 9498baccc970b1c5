//! Whom an entry credits its changes to, and what becomes of a credit that is corrected.

use std::sync::Arc;

use crate::compact::credit::{Basis, Corrected, Credit};
use crate::compact::edit::Change;
use crate::compact::event::CreditCorrected;
use crate::compact::ids::{EditId, ProposalId, ProvisionId, Seq};
use crate::compact::state::{Compact, Correction, Source};

impl Compact {
    pub(super) fn tell_credits(&mut self, seq: Seq, credits: &[Credit]) {
        let credits: Arc<[Arc<Credit>]> = credits.iter().cloned().map(Arc::new).collect();
        self.sources.insert(seq, Source::Told(credits));
    }

    /// Remembers which provisions an entry changed in the sense of which proposals.
    pub(super) fn reflect(&mut self, seq: Seq, credits: &[Credit], changes: &[Change]) {
        for (ordinal, credit) in (0..).zip(credits) {
            if credit.basis == Basis::Exact || credit.proposals.is_empty() {
                continue;
            }
            let edit = EditId { seq, ordinal };
            let places = changes.iter().filter(|change| is_credited(change, ordinal)).map(Change::provision);
            self.reflect_in(edit, &credit.proposals, &places.collect::<Vec<_>>());
        }
    }

    pub(super) fn credit_corrected(&mut self, seq: Seq, e: &CreditCorrected) -> Result<(), String> {
        let edit = EditId { seq: e.entry, ordinal: e.credit };
        if !matches!(self.sources.get(&e.entry), Some(Source::Told(told)) if told.len() > e.credit as usize) {
            return Err(format!("entry {} tells no credit {}", e.entry, e.credit));
        }
        let was = e.provision.map_or_else(|| self.credit_of(edit), |provision| self.credit_in(edit, provision));
        if (Credit { corrected: None, ..(*was).clone() }) != e.was {
            return Err("the credit is not what it is said to have been".into());
        }
        // A correction of all words is told beside what the last such correction said.
        let before = self.corrections.get(&edit);
        let last =
            before.and_then(|all| all.iter().rev().find(|c| c.provision.is_none() || c.provision == e.provision));
        let was = last.map_or_else(|| e.was.clone(), |last| (*last.shown).clone());
        let corrected = Some(Box::new(Corrected { seq, reason: e.reason.as_str().into(), was }));
        let shown = Arc::new(Credit { corrected, ..e.now.clone() });
        let all = before.into_iter().flat_map(|all| all.iter().cloned());
        let all: Vec<Correction> = all.chain([Correction { provision: e.provision, shown }]).collect();
        self.corrections.insert(edit, all.into());
        self.corrected = Some(seq);
        let places = e.provision.map_or_else(|| self.places_of(edit), |provision| vec![provision]);
        self.reflect_in(edit, &e.now.proposals, &places);
        Ok(())
    }

    fn reflect_in(&mut self, edit: EditId, proposals: &[ProposalId], places: &[ProvisionId]) {
        for proposal in proposals {
            let before = self.reflections.get(proposal).into_iter().flat_map(|all| all.iter().copied());
            let mut all: Vec<(EditId, ProvisionId)> = before.collect();
            for place in places {
                if !all.contains(&(edit, *place)) {
                    all.push((edit, *place));
                }
            }
            self.reflections.insert(*proposal, all.into());
        }
    }

    /// The provisions that an edit changed.
    fn places_of(&self, edit: EditId) -> Vec<ProvisionId> {
        let placed: Vec<ProvisionId> =
            self.outline.strands().iter().filter(|s| s.is_of(edit)).map(|s| s.content).collect();
        let worded = self.provisions.values().filter(|life| life.wording.strands().any(|(s, _)| s.is_of(edit)));
        let worded: Vec<ProvisionId> = worded.map(|life| life.id).collect();
        let mut all = [placed, worded].concat();
        all.sort_unstable();
        all.dedup();
        all
    }
}

/// Whether a change, or a part of it, has this credit.
fn is_credited(change: &Change, ordinal: u32) -> bool {
    let is = |credit: Option<u32>| credit == Some(ordinal);
    match change {
        Change::Splices { splices, .. } => {
            splices.iter().any(|s| is(s.credit) || s.pieces.iter().any(|piece| is(piece.credit)))
        }
        Change::Insert { insert } => is(insert.credit) || insert.pieces.iter().any(|piece| is(piece.credit)),
        Change::Strike { strike } => is(strike.credit),
        Change::Move { r#move } => is(r#move.credit),
        Change::Relabel { .. } => false,
    }
}
