//! Proposals: tabling, revising, sponsoring, taking up, declining, withdrawing.

use std::sync::Arc;

use super::changes::splices_between;
use super::{Decision, at_most, wording};
use crate::compact::credit::{Credit, Credits};
use crate::compact::edit::{Change, Edit, TabledEdit};
use crate::compact::event::{
    Event, Position, PositionTaken, ProposalDeclined, ProposalRevised, ProposalTabled, ProposalTakenUp,
    ProposalWithdrawn, SponsorJoined, SponsorLeft,
};
use crate::compact::ids::{EditId, GroupId, ProposalId, Seq};
use crate::compact::limits;
use crate::compact::proposal::{Form, Proposal, Settled};
use crate::compact::refusal::Refusal;
use crate::compact::state::{Compact, Source};

impl Compact {
    pub(super) fn table(
        &self,
        sponsors: Vec<GroupId>,
        base: Option<Seq>,
        edits: Vec<Edit>,
        rationale: Option<&str>,
        on: Option<ProposalId>,
    ) -> Decision {
        at_most(limits::SPONSORS_MAX, sponsors.len(), "sponsors of one proposal")?;
        if sponsors.is_empty() {
            return Err(Refusal::BadCommand("a proposal needs a sponsor; send at least one in \"sponsors\"".into()));
        }
        for (index, sponsor) in sponsors.iter().enumerate() {
            self.has_the_floor(sponsor)?;
            if sponsors.iter().take(index).any(|other| other == sponsor) {
                return Err(Refusal::BadCommand(format!("{sponsor} is named twice among the sponsors; name it once")));
            }
        }
        let base = self.base(base, self.last_issued())?;
        let edits = self.told(edits, base)?;
        self.all_open(&edits)?;
        let rationale = wording::note(rationale)?;
        Ok(Some(Event::ProposalTabled(ProposalTabled { sponsors, base, edits, rationale, on })))
    }

    pub(super) fn revise_proposal(
        &self,
        proposal: ProposalId,
        base: Option<Seq>,
        edits: Vec<Edit>,
        rationale: Option<&str>,
    ) -> Decision {
        let standing = self.on_the_table(proposal)?;
        self.has_a_sponsor(standing)?;
        let default = if standing.on.is_some() { standing.form.base } else { self.last_issued() };
        let base = self.base(base, default)?;
        self.still_about(standing.on, &edits)?;
        let edits = self.told(edits, base)?;
        self.all_open(&edits)?;
        let is_same = |(a, b): (&TabledEdit, &TabledEdit)| a.edit == b.edit;
        let form = &standing.form;
        if form.base == base && form.edits.len() == edits.len() && form.edits.iter().zip(&edits).all(is_same) {
            return Err(Refusal::NothingChanges(format!("{proposal} says so already; send edits that differ")));
        }
        let rationale = wording::note(rationale)?;
        Ok(Some(Event::ProposalRevised(ProposalRevised { proposal, base, edits, rationale })))
    }

    pub(super) fn withdraw(&self, proposal: ProposalId, note: Option<&str>) -> Decision {
        self.on_the_table(proposal)?;
        Ok(Some(Event::ProposalWithdrawn(ProposalWithdrawn { proposal, note: wording::note(note)? })))
    }

    pub(super) fn decline(&self, proposal: ProposalId, note: Option<&str>) -> Decision {
        self.stands_alone(proposal)?;
        Ok(Some(Event::ProposalDeclined(ProposalDeclined { proposal, note: wording::note(note)? })))
    }

    pub(super) fn join_sponsors(&self, proposal: ProposalId, sponsor: GroupId) -> Decision {
        let standing = self.on_the_table(proposal)?;
        self.has_the_floor(&sponsor)?;
        if standing.sponsors().any(|s| *s == sponsor) {
            return Ok(None);
        }
        at_most(limits::SPONSORS_MAX, standing.sponsors().count() + 1, "sponsors of one proposal")?;
        Ok(Some(Event::SponsorJoined(SponsorJoined { proposal, sponsor })))
    }

    pub(super) fn leave_sponsors(&self, proposal: ProposalId, sponsor: GroupId) -> Decision {
        let standing = self.on_the_table(proposal)?;
        if !standing.sponsors().any(|s| *s == sponsor) {
            return Err(Refusal::UnknownSpeaker(sponsor));
        }
        if standing.sponsors().count() == 1 {
            return Err(Refusal::BadCommand(format!(
                "{sponsor} is the last sponsor of {proposal}; withdraw it instead"
            )));
        }
        Ok(Some(Event::SponsorLeft(SponsorLeft { proposal, sponsor })))
    }

    pub(super) fn take_position(&self, proposal: ProposalId, group: GroupId, position: Position) -> Decision {
        let standing = self.on_the_table(proposal)?;
        self.has_the_floor(&group)?;
        if standing.sponsors().any(|s| *s == group) {
            return Err(Refusal::BadCommand(format!("{group} sponsors {proposal}: that is its position")));
        }
        let is_said =
            |(g, p, seq): &(GroupId, Position, Seq)| *g == group && *p == position && *seq > standing.form.seq;
        if standing.positions.iter().any(is_said) {
            return Ok(None);
        }
        Ok(Some(Event::PositionTaken(PositionTaken { proposal, group, position })))
    }

    pub(super) fn take_up(&self, id: ProposalId, edits: Option<Vec<Edit>>, note: Option<&str>) -> Decision {
        let proposal = self.stands_alone(id)?;
        let form = &proposal.form;
        let note = wording::note(note)?;
        let (as_tabled, other) = match edits {
            None => (form.edit_ids().map(|edit| edit.ordinal).collect(), Vec::new()),
            Some(edits) => self.part(form, edits)?,
        };
        self.all_open(as_tabled.iter().filter_map(|ordinal: &u32| form.edits.get(*ordinal as usize)).chain(&other))?;
        let seq = self.seq.next();
        let mut trial = self.clone();
        let mut credits = Credits::default();
        let tabled = |ordinal: &u32| {
            let edit = EditId { seq: form.seq, ordinal: *ordinal };
            form.edits.get(*ordinal as usize).map(|tabled| (edit, &tabled.change))
        };
        let shared = self.shared_credits(proposal);
        for ordinal in &as_tabled {
            shared.get(*ordinal as usize).map(|credit| credits.index(credit));
        }
        trial.credit_edits(id, shared);
        trial.take(as_tabled.iter().filter_map(tabled), form.base, seq)?;
        let reworded = trial.take_modified(id, &other, seq, &mut credits)?;
        let mut changes = trial.changes_since(self.seq, seq, &mut credits);
        changes.extend(reworded);
        for (_, change) in as_tabled.iter().filter_map(tabled) {
            let Change::Splices { provision, .. } = change else { continue };
            let Some(life) = trial.provisions.get(provision) else { continue };
            let splices = splices_between(life, self.seq, seq, |e| Some(credits.index(&trial.credit_of(e))));
            if !splices.is_empty() {
                changes.push(Change::Splices { provision: *provision, splices });
            }
        }
        let modified = !other.is_empty();
        let credits = credits.0;
        Ok(Some(Event::ProposalTakenUp(ProposalTakenUp { proposal: id, as_tabled, modified, changes, credits, note })))
    }

    /// Which of the edits to be taken up are the proposal's own, and which are in other words; the latter are told
    /// against the working text.
    fn part(&self, form: &Form, edits: Vec<Edit>) -> Result<(Vec<u32>, Vec<TabledEdit>), Refusal> {
        let mut as_tabled = Vec::new();
        let mut other = Vec::new();
        let mut about = Vec::new();
        for edit in edits {
            let own = (0..).zip(form.edits.iter()).find(|(_, tabled)| tabled.edit == edit);
            match own {
                Some((ordinal, _)) if as_tabled.contains(&ordinal) => {
                    return Err(Refusal::BadCommand("the same edit is there twice; send it once".into()));
                }
                Some((ordinal, tabled)) => {
                    as_tabled.push(ordinal);
                    about.push(tabled.change.provision());
                }
                None => other.push(edit),
            }
        }
        if as_tabled.is_empty() && other.is_empty() {
            return Err(Refusal::BadCommand(
                "there are no edits; leave \"edits\" out to take up all as it stands".into(),
            ));
        }
        if let Some(twice) = other.iter().filter_map(Edit::provision).find(|p| about.contains(p)) {
            return Err(Refusal::BadCommand(format!("two edits are about provision {twice}; send one that says all")));
        }
        let other = if other.is_empty() { Vec::new() } else { self.told(other, self.seq)? };
        Ok((as_tabled, other))
    }

    /// Applies what is taken up in other words, in this trial state, and returns what it rewords: credited to the
    /// proposal as far as the words bear it out.
    fn take_modified(
        &mut self,
        proposal: ProposalId,
        other: &[TabledEdit],
        seq: Seq,
        credits: &mut Credits,
    ) -> Result<Vec<Change>, Refusal> {
        if other.is_empty() {
            return Ok(Vec::new());
        }
        let own = credits.index(&Credit::own());
        let changes: Vec<Change> = other.iter().map(|tabled| credited(tabled.change.clone(), own)).collect();
        let changes = self.attribute(&changes, &[proposal], credits);
        self.sources.insert(seq, Source::Told(credits.0.iter().cloned().map(Arc::new).collect()));
        self.apply(seq, &changes).map_err(Refusal::BadCommand)?;
        Ok(changes.into_iter().filter(|change| matches!(change, Change::Splices { .. })).collect())
    }

    /// What each edit of a proposal is credited as when it is taken up: to its sponsors, and to those who have tabled
    /// the same words for the same place.
    pub(super) fn shared_credits(&self, proposal: &Proposal) -> Vec<Credit> {
        let shared = |same: Vec<&Proposal>| {
            let mut credit = proposal.credit();
            for other in same {
                let new = other.sponsors().filter(|sponsor| !credit.groups.contains(sponsor));
                credit.groups.extend(new.cloned().collect::<Vec<_>>());
                credit.proposals.push(other.id);
            }
            credit
        };
        self.asking_the_same(proposal).into_iter().map(shared).collect()
    }

    /// In a trial state, what the edits of a proposal are credited as.
    pub(super) fn credit_edits(&mut self, id: ProposalId, credits: Vec<Credit>) {
        if let Some(proposal) = self.proposals.get_mut(&id) {
            let credits = credits.into_iter().map(Arc::new).collect();
            Arc::make_mut(proposal).settled = Some(Settled {
                seq: self.seq,
                note: None,
                as_tabled: Vec::new(),
                modified: false,
                changed: false,
                credits,
            });
        }
    }
}

fn credited(mut change: Change, credit: u32) -> Change {
    let credit = Some(credit);
    match &mut change {
        Change::Splices { splices, .. } => {
            for splice in splices {
                splice.credit = credit;
                for piece in &mut splice.pieces {
                    piece.credit = credit;
                }
            }
        }
        Change::Insert { insert } => insert.credit = credit,
        Change::Strike { strike } => strike.credit = credit,
        Change::Move { r#move } => r#move.credit = credit,
        Change::Relabel { .. } => {}
    }
    change
}
