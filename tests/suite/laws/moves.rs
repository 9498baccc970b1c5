//! Random negotiations: moves in numbers, and the commands that they come to.

use proptest::prelude::*;
use travaux::compact::{
    Block, Command, Compact, Edit, Kind, NewProvision, PackageId, PackageStanding, ProposalId, Provision, ProvisionId,
    Seq, Standing,
};

use crate::room::{Room, opened};

/// What somebody in the room does next, in numbers that are read against the state at the time.
#[derive(Clone, Debug)]
pub(super) enum Move {
    Table { base: u8, edits: Vec<(u8, u8, String)> },
    Reform { which: u8, edits: Vec<(u8, u8, String)> },
    TakeUp(u8),
    TakeUpOther { which: u8, edits: Vec<(u8, u8, String)> },
    Decline(u8),
    Withdraw(u8),
    Link(u8, u8, u8),
    Package(u8),
    Instead { which: u8, edits: Vec<(u8, u8, String)> },
    Accept(u8),
    Confirm(u8),
    Close(u8),
    Reopen(u8),
    Revise { base: u8, swaps: Vec<(u8, u8, String)> },
    Issue,
    Explain { entry: u8, what: u8 },
    Correct { entry: u8, what: u8, to: u8 },
}

const WORDS: [&str; 14] = [
    "States", "shall", "will", "ensure", "the", "fully", "rights", "of", "2030,", "公约", "safe.", "état", "[and",
    "all]",
];

fn wording() -> impl Strategy<Value = String> {
    prop::collection::vec(0..WORDS.len(), 1..9)
        .prop_map(|picks| picks.into_iter().map(|i| WORDS[i]).collect::<Vec<_>>().join(" "))
}

fn edits() -> impl Strategy<Value = Vec<(u8, u8, String)>> {
    prop::collection::vec((any::<u8>(), any::<u8>(), wording()), 1..4)
}

pub(super) fn moves() -> impl Strategy<Value = Vec<Move>> {
    let one = prop_oneof![
        6 => (any::<u8>(), edits()).prop_map(|(base, edits)| Move::Table { base, edits }),
        1 => (any::<u8>(), edits()).prop_map(|(which, edits)| Move::Reform { which, edits }),
        4 => any::<u8>().prop_map(Move::TakeUp),
        2 => (any::<u8>(), edits()).prop_map(|(which, edits)| Move::TakeUpOther { which, edits }),
        1 => any::<u8>().prop_map(Move::Decline),
        1 => any::<u8>().prop_map(Move::Withdraw),
        3 => any::<[u8; 3]>().prop_map(|[a, b, c]| Move::Link(a, b, c)),
        3 => any::<u8>().prop_map(Move::Package),
        3 => (any::<u8>(), edits()).prop_map(|(which, edits)| Move::Instead { which, edits }),
        3 => any::<u8>().prop_map(Move::Accept),
        1 => any::<u8>().prop_map(Move::Confirm),
        1 => any::<u8>().prop_map(Move::Close),
        1 => any::<u8>().prop_map(Move::Reopen),
        3 => (any::<u8>(), edits()).prop_map(|(base, swaps)| Move::Revise { base, swaps }),
        2 => Just(Move::Issue),
        1 => any::<(u8, u8)>().prop_map(|(entry, what)| Move::Explain { entry, what }),
        4 => any::<(u8, u8, u8)>().prop_map(|(entry, what, to)| Move::Correct { entry, what, to }),
    ];
    prop::collection::vec(one, 1..28)
}

pub(super) fn pick<T: Clone>(from: &[T], n: u8) -> Option<T> {
    (!from.is_empty()).then(|| from[usize::from(n) % from.len()].clone())
}

fn edit(text: &[Provision], (what, to, wording): &(u8, u8, String)) -> Option<Edit> {
    let target = pick(text, what / 5)?.id;
    let after = if to % 7 == 0 { None } else { pick(text, *to).map(|p| p.id) };
    Some(match what % 5 {
        0 | 1 => Edit::Reword { reword: target, text: reworded(text, target, *to, wording) },
        2 => Edit::Insert {
            insert: NewProvision { after, kind: Kind::Paragraph, level: 1, label: None, text: wording.clone() },
        },
        3 => Edit::Strike { strike: target },
        _ => Edit::Move { r#move: target, after },
    })
}

/// Mostly a change of some words, now and then a whole new wording.
fn reworded(text: &[Provision], target: ProvisionId, at: u8, wording: &str) -> String {
    let old = &text.iter().find(|p| p.id == target).expect("the target stands").text;
    let mut words: Vec<&str> = old.split(' ').collect();
    let place = usize::from(at) % (words.len() + 1);
    let last = words.len() - 1;
    match at % 4 {
        0 => return wording.to_owned(),
        1 => words.insert(place, wording),
        2 if words.len() > 1 => drop(words.remove(place.min(last))),
        _ => words[place.min(last)] = wording,
    }
    words.join(" ")
}

pub(super) fn proposals(compact: &Compact) -> Vec<ProposalId> {
    let waiting = compact.proposals.values().filter(|p| p.standing == Standing::Waiting);
    waiting.map(|p| p.id).collect()
}

pub(super) fn packages(compact: &Compact) -> Vec<PackageId> {
    let waiting = compact.packages.values().filter(|p| p.standing == PackageStanding::Waiting);
    waiting.map(|p| p.id).collect()
}

fn on(compact: &Compact, base: Seq, edits: &[(u8, u8, String)]) -> Vec<Edit> {
    let text = compact.text(base);
    edits.iter().filter_map(|e| edit(&text, e)).collect()
}

/// Other words in the places that a proposal is about, or whatever comes.
fn instead(compact: &Compact, id: ProposalId, edits: &[(u8, u8, String)]) -> Command {
    let form = &compact.proposals[&id].form;
    let mut instead = on(compact, form.base, edits);
    let first = form.edits.first().map(|tabled| &tabled.edit);
    if let (Some(Edit::Reword { reword, .. }), Some((_, at, words))) = (first, edits.first()) {
        let text = reworded(&compact.text(form.base), *reword, *at, words);
        instead.retain(|edit| edit.provision() != Some(*reword));
        instead.push(Edit::Reword { reword: *reword, text });
    }
    Command::ProposeInPlace { on: id, sponsors: vec!["au".parse().unwrap()], edits: instead, rationale: None }
}

/// A text handed in that differs here and there from the one at a seq.
fn revision(compact: &Compact, base: Seq, swaps: &[(u8, u8, String)]) -> Command {
    let mut text: Vec<Block> = compact.text(base).into_iter().map(block).collect();
    for (what, to, wording) in swaps {
        let place = usize::from(*to) % (text.len() + 1);
        match what % 4 {
            0 => text.insert(place, new_block(wording)),
            1 if text.len() > 1 => drop(text.remove(place.min(text.len() - 1))),
            2 if text.len() > 1 => {
                let block = text.remove(usize::from(*what) % text.len());
                text.insert(place.min(text.len()), block);
            }
            _ if text.is_empty() => text.push(new_block(wording)),
            _ => {
                let last = text.len() - 1;
                text[place.min(last)].text.push_str(&format!(" {wording}"));
            }
        }
    }
    Command::Revise { text, base: Some(base), reflects: vec![], reason: None }
}

fn command(compact: &Compact, next: &Move) -> Option<Command> {
    let bases: Vec<Seq> = compact.drafts.iter().map(|d| d.seq).chain([compact.seq]).collect();
    let on = |base, edits: &[(u8, u8, String)]| on(compact, base, edits);
    Some(match next {
        Move::Table { base, edits } => {
            let base = pick(&bases, *base)?;
            let sponsors = vec!["eu".parse().unwrap()];
            Command::TableProposal { sponsors, base: Some(base), edits: on(base, edits), rationale: None }
        }
        Move::Reform { which, edits } => {
            let proposal = pick(&proposals(compact), *which)?;
            Command::ReviseProposal {
                proposal,
                base: Some(compact.seq),
                edits: on(compact.seq, edits),
                rationale: None,
            }
        }
        Move::TakeUp(which) => {
            Command::TakeUp { proposal: pick(&proposals(compact), *which)?, edits: None, note: None }
        }
        Move::TakeUpOther { which, edits } => {
            let proposal = pick(&proposals(compact), *which)?;
            let tabled = &compact.proposals[&proposal].form.edits;
            let mut edits = on(compact.seq, edits);
            edits.extend(tabled.iter().take(1).map(|t| t.edit.clone()));
            Command::TakeUp { proposal, edits: Some(edits), note: None }
        }
        Move::Decline(which) => Command::Decline { proposal: pick(&proposals(compact), *which)?, note: None },
        Move::Withdraw(which) => Command::WithdrawProposal { proposal: pick(&proposals(compact), *which)?, note: None },
        Move::Link(a, b, c) => {
            let waiting = proposals(compact);
            let mut linked: Vec<ProposalId> =
                [a, b, c].into_iter().filter_map(|which| pick(&waiting, *which)).collect();
            linked.sort_unstable();
            linked.dedup();
            Command::LinkPackage { proposals: linked, title: None }
        }
        Move::Instead { which, edits } => instead(compact, pick(&proposals(compact), *which)?, edits),
        Move::Accept(which) => {
            let instead: Vec<ProposalId> =
                proposals(compact).into_iter().filter(|id| compact.proposals[id].on.is_some()).collect();
            Command::Accept { proposal: pick(&instead, *which)?, note: None }
        }
        Move::Explain { entry, what } => {
            let change = pick(&compact.own_changes(), *entry)?;
            let provision = (what % 3 > 0).then_some(change.provision);
            Command::GiveReason { entry: change.entry, provision, reason: format!("reason {what}") }
        }
        Move::Correct { entry, what, to } => correction(compact, *entry, *what, *to),
        Move::Issue => Command::IssueDraft { label: format!("Draft {}", compact.seq), id: None, sign_off: true },
        Move::Confirm(which) => Command::ConfirmCarryOver { proposal: pick(&proposals(compact), *which)? },
        Move::Close(which) => {
            Command::CloseProvision { provision: pick(&compact.text(compact.seq), *which)?.id, note: None }
        }
        Move::Reopen(which) => {
            let closed: Vec<_> = compact.provisions.values().filter(|life| life.closed().is_some()).collect();
            Command::ReopenProvision { provision: pick(&closed, *which)?.id, reason: "asked".into() }
        }
        Move::Package(which) => Command::TakeUpPackage { package: pick(&packages(compact), *which)?, note: None },
        Move::Revise { base, swaps } => revision(compact, pick(&bases, *base)?, swaps),
    })
}

/// Mostly of what nobody asked for; now and then of what cannot be corrected.
fn correction(compact: &Compact, entry: u8, what: u8, to: u8) -> Command {
    let own = pick(&compact.own_changes(), entry);
    let provision = own.as_ref().map(|own| own.provision).filter(|_| !what.is_multiple_of(3));
    let entry = own.map_or(Seq(u32::from(entry) % compact.seq.0 + 1), |own| own.entry);
    let all: Vec<ProposalId> = compact.proposals.keys().copied().filter(|id| id.0 < entry).collect();
    let mut proposals: Vec<ProposalId> = [pick(&all, to), pick(&all, what)].into_iter().flatten().collect();
    proposals.dedup();
    proposals.truncate(1 + usize::from(to % 2));
    Command::CorrectCredit {
        entry,
        credit: u32::from(what.is_multiple_of(8)),
        provision,
        proposals,
        reason: "so".into(),
    }
}

pub(super) fn block(p: Provision) -> Block {
    Block { kind: p.kind, level: p.level, label: p.label, text: p.text.to_string() }
}

fn new_block(text: &str) -> Block {
    Block { kind: Kind::Paragraph, level: 1, label: None, text: text.to_owned() }
}

pub(super) fn played(moves: &[Move]) -> Room {
    let mut room = opened("gcm");
    room.say(Command::RegisterGroup { group: "eu".parse().unwrap(), name: "EU".into() }).unwrap();
    room.say(Command::RegisterGroup { group: "au".parse().unwrap(), name: "AU".into() }).unwrap();
    let zero =
        ["States will ensure safe pathways for all.", "States note the report of the forum.", "States meet again."];
    let text = zero.iter().map(|t| new_block(t)).collect();
    room.say(Command::Revise { text, base: None, reflects: vec![], reason: None }).unwrap();
    for next in moves {
        if let Some(command) = command(room.compact(), next) {
            // A refusal changes nothing; what is granted must fit the record, which `say` checks.
            drop(room.say(command));
        }
    }
    room
}
