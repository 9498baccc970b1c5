//! What lies on the table, and what becomes of it.

use std::collections::BTreeMap;

use proptest::prelude::*;
use travaux::compact::{Basis, Command, Event, Proposal, ProposalId, ProvisionId, Seq, Standing};
use travaux::history::{CompiledSegment, Outcome, compile, dispositions, what_if};

use super::moves::{moves, packages, pick, played, proposals};
use super::{at, config, stands};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_compilation_without_what_is_proposed_is_the_text(moves in moves(), a: u8) {
        let room = played(&moves);
        let compact = room.compact();
        let all: Vec<Seq> = (1..=compact.seq.0).map(Seq).collect();
        let seq = pick(&all, a).unwrap();
        let compilation = compile(compact, &at(seq), None);
        let base = compilation.provisions.iter().filter(|p| p.inserted_by.is_empty() && p.moved_here_by.is_empty());
        let base: BTreeMap<ProvisionId, String> = base
            .map(|p| {
                let words = p.segments.iter().map(|s| match s {
                    CompiledSegment::Base { text, .. } => text.as_str(),
                    CompiledSegment::Proposed { .. } => "",
                });
                (p.id, words.collect())
            })
            .collect();
        prop_assert_eq!(base, stands(compact, seq));
        for proposal in &compilation.proposals {
            for other in &proposal.conflicts_with {
                let mutual = compact.conflicts(*other, seq).contains(&proposal.id);
                prop_assert!(mutual, "{} meets {}, but not the other way round", proposal.id, other);
            }
        }
    }

    #[test]
    fn who_meets_whom_is_the_same_for_all_proposals_and_for_one(moves in moves(), a: u8) {
        let room = played(&moves);
        let compact = room.compact();
        let seq = pick(&(1..=compact.seq.0).map(Seq).collect::<Vec<_>>(), a).unwrap();
        let waits = |p: &&Proposal| p.id.0 <= seq && p.settled.as_ref().is_none_or(|settled| settled.seq > seq);
        let waiting: Vec<&Proposal> = compact.proposals.values().map(AsRef::as_ref).filter(waits).collect();
        let mut all = compact.all_conflicts(waiting.iter().copied(), seq);
        for proposal in waiting {
            prop_assert_eq!(all.remove(&proposal.id).unwrap_or_default(), compact.conflicts(proposal.id, seq));
        }
        prop_assert!(all.is_empty(), "what does not wait meets nobody: {:?}", all);
    }

    #[test]
    fn what_is_assumed_is_what_taking_up_brings(moves in moves(), which: u8) {
        let mut room = played(&moves);
        let Some(proposal) = pick(&proposals(room.compact()), which) else { return Ok(()) };
        let clean = room.compact().carry_over_of(&room.compact().proposals[&proposal], room.compact().seq);
        let assumed = what_if(room.compact(), &at(room.compact().seq), &[proposal]).unwrap().provisions;
        if let Some(package) = room.compact().proposals[&proposal].package {
            room.say(Command::UnlinkPackage { package }).unwrap();
        }
        let closed: Vec<_> = room.compact().provisions.values().filter(|l| l.closed().is_some()).map(|l| l.id).collect();
        for provision in closed {
            room.say(Command::ReopenProvision { provision, reason: "asked".into() }).unwrap();
        }
        let taken = room.say(Command::TakeUp { proposal, edits: None, note: None });
        if clean == travaux::compact::CarryOver::Clean {
            prop_assert!(taken.is_ok(), "what carries over clean can be taken up: {:?}", taken);
            prop_assert_eq!(assumed, room.compact().text(room.compact().seq));
        }
    }

    #[test]
    fn a_package_is_taken_up_whole_or_says_what_it_runs_into(moves in moves(), which: u8) {
        let mut room = played(&moves);
        let Some(package) = pick(&packages(room.compact()), which) else { return Ok(()) };
        let members = room.compact().packages[&package].proposals.clone();
        match room.say(Command::TakeUpPackage { package, note: None }) {
            Ok(_) => {
                for id in members {
                    prop_assert_eq!(room.compact().proposals[&id].standing, Standing::TakenUp);
                }
                let event = &room.record.last().unwrap().event;
                let Event::PackageTakenUp(e) = event else { panic!("{event:?}") };
                for member in &e.proposals {
                    let names = |c: &travaux::compact::Credit| c.basis == Basis::Exact && c.proposals.contains(member);
                    prop_assert!(e.credits.iter().any(names), "{} has no credit", member);
                }
            }
            Err(refusal) => {
                let known = ["collision", "provision-closed"].contains(&refusal.slug());
                prop_assert!(known, "{}: {}", refusal.slug(), refusal);
            }
        }
    }

    #[test]
    fn every_proposal_has_one_disposition(moves in moves()) {
        let room = played(&moves);
        let compact = room.compact();
        for seq in (1..=compact.seq.0).map(Seq) {
            let told = dispositions(compact, &at(seq), None);
            let tabled: Vec<ProposalId> = compact.proposals.keys().copied().filter(|id| id.0 <= seq).collect();
            let rows: Vec<ProposalId> = told.dispositions.iter().map(|row| row.proposal).collect();
            prop_assert_eq!(&rows, &tabled, "at {}", seq);
            prop_assert_eq!(told.totals.values().sum::<u32>() as usize, tabled.len());
            prop_assert_eq!(told.by_group.values().map(|g| g.tabled).sum::<u32>() as usize, tabled.len());
            let text = stands(compact, seq);
            for row in &told.dispositions {
                prop_assert!(row.share.is_none_or(|share| (0.0..=1.0).contains(&share)));
                for said in row.words.iter().filter(|_| row.disposition != Outcome::Merged) {
                    prop_assert!(text[&said.provision].contains(&said.text), "{} at {}", row.proposal, seq);
                }
            }
        }
    }
}
