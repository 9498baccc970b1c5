//! What a text holds: however it is asked for, it is the same to the letter.

use std::collections::BTreeMap;

use proptest::prelude::*;
use travaux::compact::{Block, Change, Command, Compact, Edit, Event, Provision, ProvisionId, Seq, spliced};
use travaux::history::{Op, Redline, brackets_since, redline, silent_changes};

use super::moves::{block, moves, pick, played};
use super::{ZERO, at, config, stands};

proptest! {
    #![proptest_config(config())]

    #[test]
    fn a_redline_tells_both_texts_to_the_letter_and_credits_every_change(moves in moves(), a: u8, b: u8) {
        let room = played(&moves);
        let compact = room.compact();
        let all: Vec<Seq> = (1..=compact.seq.0).map(Seq).collect();
        let (from, to) = (pick(&all, a).unwrap(), pick(&all, b).unwrap());
        let redline = redline(compact, at(from), at(to), None);
        prop_assert_eq!(side(&redline, Op::Added), stands(compact, from));
        prop_assert_eq!(side(&redline, Op::Struck), stands(compact, to));
        for segment in redline.provisions.iter().flat_map(|p| &p.segments) {
            let credited = segment.credit.is_some_and(|c| redline.credits.get(c as usize).is_some());
            prop_assert_eq!(segment.op != Op::Kept, credited);
        }
    }

    #[test]
    fn the_record_alone_makes_the_same_compact_again(moves in moves()) {
        let room = played(&moves);
        let again = Compact::replay(&room.record).unwrap().unwrap();
        for seq in (1..=again.seq.0).map(Seq) {
            prop_assert_eq!(again.text(seq), room.compact().text(seq));
        }
        let told = |compact: &Compact| {
            serde_json::to_string(&redline(compact, at(ZERO), at(compact.seq), None)).unwrap()
        };
        prop_assert_eq!(told(&again), told(room.compact()));
        let silent = |compact: &Compact| serde_json::to_string(&silent_changes(compact)).unwrap();
        prop_assert_eq!(silent(&again), silent(room.compact()));
    }

    #[test]
    fn the_changes_told_rebuild_every_text(moves in moves()) {
        let room = played(&moves);
        let mut text: Vec<(ProvisionId, String)> = Vec::new();
        for entry in &room.record {
            let changes = if let Event::TextRevised(e) = &entry.event {
                e.changes.as_slice()
            } else if let Event::ProposalTakenUp(e) = &entry.event {
                e.changes.as_slice()
            } else if let Event::PackageTakenUp(e) = &entry.event {
                e.changes.as_slice()
            } else {
                continue;
            };
            for change in changes {
                apply(&mut text, change);
            }
            let stands: Vec<_> = room.compact().text(entry.seq).into_iter().map(|p| (p.id, p.text.to_string())).collect();
            prop_assert_eq!(&text, &stands, "after {}", entry.seq);
        }
    }

    #[test]
    fn a_text_in_another_order_stands_as_it_was_handed_in_whichever_moves_are_asked_for(
        moves in moves(),
        keys in prop::collection::vec(any::<u8>(), 1..12),
    ) {
        let mut room = played(&moves);
        let seq = room.compact().seq;
        let mut order: Vec<(u8, Provision)> = keys.iter().copied().cycle().zip(room.compact().text(seq)).collect();
        order.sort_by_key(|(key, _)| *key);
        for (place, (key, provision)) in order.iter().enumerate().filter(|(_, (key, _))| key % 2 == 1) {
            let after = if key % 3 == 0 { None } else { place.checked_sub(1).map(|before| order[before].1.id) };
            let edits = vec![Edit::Move { r#move: provision.id, after }];
            let sponsors = vec!["eu".parse().unwrap()];
            // Some stand there already, which is refused.
            drop(room.say(Command::TableProposal { sponsors, base: Some(seq), edits, rationale: None }));
        }
        let text: Vec<Block> = order.into_iter().map(|(_, provision)| block(provision)).collect();
        prop_assume!(!text.is_empty());
        let handed_in: Vec<String> = text.iter().map(|block| block.text.clone()).collect();
        room.say(Command::Revise { text, base: None, reflects: vec![], reason: None }).unwrap();
        let stands: Vec<String> = room.compact().text(room.compact().seq).iter().map(|p| p.text.to_string()).collect();
        prop_assert_eq!(stands, handed_in);
    }

    #[test]
    fn brackets_are_what_they_were_and_what_was_opened_less_what_was_closed(moves in moves(), a: u8, b: u8) {
        let room = played(&moves);
        let compact = room.compact();
        let all: Vec<Seq> = (0..=compact.seq.0).map(Seq).collect();
        let (from, to) = (pick(&all, a).unwrap(), pick(&all, b).unwrap());
        let open = |seq: Seq| -> BTreeMap<ProvisionId, u32> {
            let count = |text: &str| u32::try_from(text.matches('[').count()).unwrap();
            compact.text(seq).iter().map(|p| (p.id, count(&p.text))).filter(|(_, open)| *open > 0).collect()
        };
        let (before, after) = (open(from), open(to));
        let told = brackets_since(compact, &at(from), &at(to));
        prop_assert_eq!(told.open, after.values().sum::<u32>());
        prop_assert_eq!(told.open + told.closed, before.values().sum::<u32>() + told.opened);
        let of = |map: &BTreeMap<ProvisionId, u32>, id| map.get(&id).copied().unwrap_or(0);
        for p in &told.provisions {
            prop_assert_eq!(p.open, of(&after, p.id));
            prop_assert_eq!(p.open + p.closed, of(&before, p.id) + p.opened, "{}", p.id);
        }
        for id in before.keys().chain(after.keys()) {
            prop_assert!(told.provisions.iter().any(|p| p.id == *id));
        }
    }
}

/// The text that a redline tells on one of its sides.
fn side(redline: &Redline, other: Op) -> BTreeMap<ProvisionId, String> {
    let words = |p: &travaux::history::RedlinedProvision| {
        p.segments.iter().filter(|s| s.op != other).map(|s| &*s.text).collect::<String>()
    };
    redline.provisions.iter().map(|p| (p.id, words(p))).filter(|(_, words)| !words.is_empty()).collect()
}

/// A consumer of the stream: places, strikes, splices; no difference algorithm.
fn apply(text: &mut Vec<(ProvisionId, String)>, change: &Change) {
    let place = |text: &[(ProvisionId, String)], after: Option<ProvisionId>| {
        after.map_or(0, |after| text.iter().position(|p| p.0 == after).expect("the anchor stands") + 1)
    };
    let take = |text: &mut Vec<(ProvisionId, String)>, id: ProvisionId| {
        let at = text.iter().position(|p| p.0 == id).expect("the provision stands");
        text.remove(at)
    };
    match change {
        Change::Splices { provision, splices } => {
            let wording = &mut text.iter_mut().find(|p| p.0 == *provision).expect("the provision stands").1;
            *wording = spliced(wording, splices).expect("the splices fit");
        }
        Change::Insert { insert } => {
            let at = place(text, insert.after);
            text.insert(at, (insert.provision, insert.text.clone()));
        }
        Change::Strike { strike } => drop(take(text, strike.provision)),
        Change::Move { r#move } => {
            let moved = take(text, r#move.provision);
            let at = place(text, r#move.after);
            text.insert(at, moved);
        }
        Change::Relabel { .. } => {}
    }
}
