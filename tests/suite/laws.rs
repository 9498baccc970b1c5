//! Laws that hold for any negotiation, tried on random ones.

use std::collections::BTreeMap;

use proptest::prelude::*;
use proptest::test_runner::Config;
use travaux::compact::{
    Basis, Block, Change, Command, Compact, Edit, Event, Kind, NewProvision, PackageId, PackageStanding, ProposalId,
    Provision, ProvisionId, Seq, Standing, spliced,
};
use travaux::history::{
    At, ChangeKind, CompiledSegment, Op, Outcome, Redline, brackets_since, compile, credited, dispositions, redline,
    silent_changes, what_if,
};

use crate::room::{Room, opened};

/// What somebody in the room does next, in numbers that are read against the state at the time.
#[derive(Clone, Debug)]
enum Move {
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

/// The entry that brought the first text.
const ZERO: Seq = Seq(4);

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

fn moves() -> impl Strategy<Value = Vec<Move>> {
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

fn pick<T: Clone>(from: &[T], n: u8) -> Option<T> {
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

fn proposals(compact: &Compact) -> Vec<ProposalId> {
    let waiting = compact.proposals.values().filter(|p| p.standing == Standing::Waiting);
    waiting.map(|p| p.id).collect()
}

fn packages(compact: &Compact) -> Vec<PackageId> {
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

fn block(p: Provision) -> Block {
    Block { kind: p.kind, level: p.level, label: p.label, text: p.text.to_string() }
}

fn new_block(text: &str) -> Block {
    Block { kind: Kind::Paragraph, level: 1, label: None, text: text.to_owned() }
}

fn played(moves: &[Move]) -> Room {
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

/// The text that a redline tells on one of its sides.
fn side(redline: &Redline, other: Op) -> BTreeMap<ProvisionId, String> {
    let words = |p: &travaux::history::RedlinedProvision| {
        p.segments.iter().filter(|s| s.op != other).map(|s| &*s.text).collect::<String>()
    };
    redline.provisions.iter().map(|p| (p.id, words(p))).filter(|(_, words)| !words.is_empty()).collect()
}

fn stands(compact: &Compact, at: Seq) -> BTreeMap<ProvisionId, String> {
    compact.text(at).into_iter().map(|p| (p.id, p.text.to_string())).collect()
}

fn at(seq: Seq) -> At {
    At { at: seq.to_string(), seq }
}

fn config() -> Config {
    Config { failure_persistence: None, ..Config::with_cases(256) }
}

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
    fn words_under_a_proposals_credit_occur_in_that_proposal(moves in moves()) {
        let room = played(&moves);
        let compact = room.compact();
        let redline = redline(compact, at(ZERO), at(compact.seq), None);
        for segment in redline.provisions.iter().flat_map(|p| &p.segments).filter(|s| s.op == Op::Added) {
            let credit = &redline.credits[segment.credit.unwrap() as usize];
            // What the co-facilitators corrected is for them to say.
            for id in credit.proposals.iter().filter(|_| credit.corrected.is_none()) {
                let proposal = &compact.proposals[id];
                let says = |e: &travaux::compact::TabledEdit| match &e.edit {
                    Edit::Reword { text, .. } => text.clone(),
                    Edit::Insert { insert } => insert.text.clone(),
                    Edit::Strike { .. } | Edit::Move { .. } => String::new(),
                };
                // What it says now or said when the words were credited.
                let forms = proposal.earlier.iter().chain([&proposal.form]);
                let said: Vec<String> = forms.flat_map(|form| form.edits.iter().map(says)).collect();
                // At the beginning of a sentence a word has a capital that it had not, or had.
                let (said, held) = (said.join("\n").to_lowercase(), segment.text.to_lowercase());
                for word in held.split_whitespace() {
                    prop_assert!(said.contains(word), "{} does not say {:?}", id, word);
                }
            }
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
    fn what_is_silent_is_what_the_redline_credits_to_nobody(moves in moves()) {
        let room = played(&moves);
        let compact = room.compact();
        let Some(draft) = compact.drafts.last() else { return Ok(()) };
        let redline = redline(compact, at(draft.seq), at(compact.seq), None);
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).count();
        let mut credited: BTreeMap<ProvisionId, usize> = BTreeMap::new();
        let mut restored = false;
        for provision in &redline.provisions {
            // A provision put back has words of before: it is told whole if nobody asked for that, and else not at all.
            if provision.change == ChangeKind::Inserted && provision.id.seq <= draft.seq {
                restored = true;
                continue;
            }
            for segment in &provision.segments {
                restored |= segment.restored;
                let own = segment.credit.is_some_and(|c| redline.credits[c as usize].is_unasked());
                if own && !segment.restored {
                    *credited.entry(provision.id).or_default() += letters(&segment.text);
                }
            }
        }
        credited.retain(|_, count| *count > 0);
        let mut silent: BTreeMap<ProvisionId, usize> = BTreeMap::new();
        for change in silent_changes(compact).own {
            let count = change.words.iter().map(|words| letters(&words.text)).sum::<usize>();
            *silent.entry(change.provision).or_default() += count;
        }
        silent.retain(|_, count| *count > 0);
        if restored {
            prop_assert!(credited.iter().all(|(id, count)| silent.get(id) >= Some(count)), "{:?} {:?}", silent, credited);
        } else {
            prop_assert_eq!(silent, credited);
        }
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

    #[test]
    fn the_origins_of_all_words_are_the_text_to_the_letter(moves in moves(), a: u8) {
        let room = played(&moves);
        let compact = room.compact();
        let seq = pick(&(1..=compact.seq.0).map(Seq).collect::<Vec<_>>(), a).unwrap();
        let told = credited(compact, &at(seq));
        let joined = |p: &travaux::history::CreditedProvision| p.segments.iter().map(|s| &*s.text).collect::<String>();
        let text: BTreeMap<ProvisionId, String> = told.provisions.iter().map(|p| (p.id, joined(p))).collect();
        prop_assert_eq!(text, stands(compact, seq));
        for segment in told.provisions.iter().flat_map(|p| &p.segments) {
            prop_assert!(segment.seq <= seq && (segment.credit as usize) < told.credits.len());
            let since = segment.since.as_ref().map(|id| compact.draft(id).unwrap().seq);
            prop_assert!(since.is_none_or(|draft| segment.seq <= draft && draft <= seq));
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
