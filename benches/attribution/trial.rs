//! One trial: a text, proposals dealt from what is to come, the second text handed in whole; and what is true of its words.

use std::collections::{BTreeMap, BTreeSet};

use travaux::compact::{Block, Change, Command, Proposal, ProposalId, ProvisionId};
use travaux::history::{Op, Redline};

use crate::dealing::{self, Dealt, Unit};
use crate::numbers::{Numbers, words};
use crate::passages::{Passage, between, first};
use crate::room::Room;
use crate::wording::vocabulary;

/// A word of the second text: which of its provisions, where in it (in bytes).
pub type Added = (usize, usize);
/// A word of the first text.
pub type Struck = (ProvisionId, usize);

/// Two texts to be measured on.
pub struct Pair {
    pub name: String,
    pub old: Vec<Block>,
    pub new: Vec<Block>,
    /// Paragraphs from elsewhere, for decoys.
    pub pool: Vec<String>,
}

/// What is true of a word.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Truth {
    /// Nobody asked for it.
    Nobody,
    /// This proposal asked for it, in these words.
    Unchanged(ProposalId),
    /// This proposal asked for it, other words beside it being others.
    Changed(ProposalId),
    /// This proposal asked for what came of it, but not for this word.
    Gone(ProposalId),
}

/// A trial and its truth.
pub struct Trial {
    pub room: Room,
    pub added: BTreeMap<Added, Truth>,
    /// For each struck word the proposals that asked for it.
    pub struck: BTreeMap<Struck, Vec<ProposalId>>,
    pub dealt: Dealt,
    pub passages: Vec<Passage>,
    /// For each thing dealt the id under which it was tabled.
    pub ids: Vec<Option<ProposalId>>,
}

impl Trial {
    /// Everything tabled; the second text is not yet handed in.
    pub fn new(pair: &Pair, seed: u64) -> Self {
        let passages = between(&pair.old, &pair.new);
        let mut numbers = Numbers::new(seed);
        let texts = pair.old.iter().chain(&pair.new).map(|block| block.text.as_str());
        let dealt = dealing::deal(&passages, &pair.pool, &vocabulary(texts), &mut numbers);
        let mut room = first(&pair.old);
        let mut order: Vec<usize> = (0..dealt.proposals.len()).collect();
        numbers.shuffle(&mut order);
        let mut ids = vec![None; order.len()];
        for at in order {
            ids[at] = table(&mut room, &dealt.proposals[at]);
        }
        let mut trial = Self { room, added: BTreeMap::new(), struck: BTreeMap::new(), dealt, passages, ids };
        trial.tell_added();
        trial.tell_struck();
        trial
    }

    fn asked(&self, unit: &Unit) -> Option<ProposalId> {
        unit.asked.and_then(|asked| self.ids[asked])
    }

    fn tell_added(&mut self) {
        let units = self.units();
        let mut added = BTreeMap::new();
        for (place, (passage, of)) in self.passages.iter().enumerate().filter(|(_, of)| of.stands()).enumerate() {
            let mut begins = 0;
            for part in 0..of.parts.len() {
                let wording = of.hunk(part).1;
                if let Some(unit) = units.get(&(passage, part)) {
                    for word in words(wording) {
                        added.insert((place, begins + word.start), self.truth(unit, word.start));
                    }
                }
                begins += wording.len();
            }
        }
        self.added = added;
    }

    fn truth(&self, unit: &Unit, word: usize) -> Truth {
        match (self.asked(unit), &unit.changed) {
            (None, _) => Truth::Nobody,
            (Some(asked), None) => Truth::Unchanged(asked),
            (Some(asked), Some(changed)) => {
                let held = changed.held.iter().any(|(at, held)| *at == word && *held);
                if held { Truth::Changed(asked) } else { Truth::Gone(asked) }
            }
        }
    }

    fn tell_struck(&mut self) {
        let units = self.units();
        let asked = asked_strikes(&self.room);
        let mut struck = BTreeMap::new();
        for (passage, of) in self.passages.iter().enumerate().filter(|(_, of)| of.stood()) {
            let mut begins = 0;
            for part in 0..of.parts.len() {
                let wording = of.hunk(part).0;
                if let Some(unit) = units.get(&(passage, part)) {
                    for word in words(wording) {
                        let at = (of.id, begins + word.start);
                        let mut by: Vec<ProposalId> = self.asked(unit).into_iter().collect();
                        by.extend(asked.iter().filter(|(_, strikes)| strikes.contains(&at)).map(|(id, _)| *id));
                        struck.insert(at, by);
                    }
                }
                begins += wording.len();
            }
        }
        self.struck = struck;
    }

    pub fn units(&self) -> BTreeMap<(usize, usize), &Unit> {
        self.dealt.units.iter().map(|unit| ((unit.passage, unit.part), unit)).collect()
    }

    /// Hands the second text in and reads what comes of it.
    pub fn hand_in(&mut self, pair: &Pair, declared: bool) -> Redline {
        let own = self.dealt.proposals.iter().zip(&self.ids).filter(|(asked, _)| declared && !asked.decoy);
        let reflects = own.filter_map(|(_, id)| *id).collect();
        let command = Command::Revise { text: pair.new.clone(), base: None, reflects, reason: None };
        self.room.say(command).unwrap();
        self.room.redline("draft", "working")
    }
}

fn table(room: &mut Room, asked: &dealing::Asked) -> Option<ProposalId> {
    let sponsors = vec![crate::passages::GROUPS[asked.group].parse().unwrap()];
    let edits = asked.edits.clone();
    let said = room.say(Command::TableProposal { sponsors, base: None, edits, rationale: None });
    match said {
        Ok(seq) => seq.map(ProposalId),
        Err(refusal) => {
            eprintln!("not tabled: {refusal}");
            None
        }
    }
}

/// The words of the draft that each proposal would strike.
fn asked_strikes(room: &Room) -> Vec<(ProposalId, BTreeSet<Struck>)> {
    let strikes = |proposal: &Proposal| {
        let mut struck = BTreeSet::new();
        for edit in proposal.form.edits.iter() {
            let text = room.compact().provisions.get(&edit.change.provision());
            let text = text.and_then(|life| life.faces.last()).map(|face| face.text.to_string()).unwrap_or_default();
            let ranges = match &edit.change {
                Change::Splices { splices, .. } => {
                    let byte = |at: u32| text.char_indices().nth(at as usize).map_or(text.len(), |(byte, _)| byte);
                    splices.iter().map(|s| byte(s.at)..byte(s.at) + s.struck.len()).collect()
                }
                Change::Strike { .. } => std::iter::once(0..text.len()).collect(),
                _ => vec![],
            };
            let inside = |at: &usize| ranges.iter().any(|range| range.contains(at));
            let all = words(&text).into_iter().map(|word| word.start).filter(inside);
            struck.extend(all.map(|at| (edit.change.provision(), at)));
        }
        struck
    };
    room.compact().waiting().map(|proposal| (proposal.id, strikes(proposal))).collect()
}

/// Whose a word is said to be.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Named {
    pub proposals: Vec<ProposalId>,
    pub evidence: Option<f64>,
}

/// Whom a redline credits each added and each struck word to.
#[derive(Default)]
pub struct Credited {
    pub added: BTreeMap<Added, Named>,
    pub struck: BTreeMap<Struck, Named>,
    /// The added words in the runs in which they stand.
    pub runs: Vec<Vec<(Added, String)>>,
}

impl Credited {
    pub fn of(redline: &Redline) -> Self {
        let mut credited = Self::default();
        let mut place = 0;
        for provision in &redline.provisions {
            let passage_of = |other: Op| provision.segments.iter().filter(move |s| s.op != other);
            let named = |credit: Option<u32>| {
                let credit = credit.and_then(|index| redline.credits.get(index as usize));
                credit.map_or(Named::default(), |c| Named { proposals: c.proposals.clone(), evidence: c.evidence })
            };
            let mut begins = 0;
            for segment in passage_of(Op::Added) {
                for word in words(&segment.text).iter().filter(|_| segment.op == Op::Struck) {
                    credited.struck.insert((provision.id, begins + word.start), named(segment.credit));
                }
                begins += segment.text.len();
            }
            let mut begins = 0;
            let mut open = false;
            for segment in passage_of(Op::Struck) {
                for word in words(&segment.text).iter().filter(|_| segment.op == Op::Added) {
                    let at = (place, begins + word.start);
                    credited.added.insert(at, named(segment.credit));
                    if !open {
                        credited.runs.push(Vec::new());
                    }
                    open = true;
                    credited.runs.last_mut().unwrap().push((at, word.text.to_owned()));
                }
                open &= segment.op == Op::Added;
                begins += segment.text.len();
            }
            place += usize::from(provision.change != travaux::history::ChangeKind::Struck);
        }
        credited
    }
}
