//! Co-facilitators try revisions among themselves: several, compared, thrown away, and one handed in.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use travaux::access::Speaking;
use travaux::compact::{
    Basis, Block, Command, Compact, CompactId, DraftId, Edit, Entry, Event, GroupId, ProposalId, Refusal, Seq,
    Standing, limits,
};
use travaux::formats::markdown;
use travaux::history::{At, redline};
use travaux::log::{EventLog as _, MemoryLog, NewEntry, Scope, Stored};
use travaux::secretariat::{Bureau, Failure, Secretariat};

use crate::doubles::FullLog;

const WORKING: &str = "1. States will keep harbours open.\n\n2. Pilots rest.\n";

fn id() -> CompactId {
    "harbours".parse().unwrap()
}

fn named(name: &str) -> DraftId {
    name.parse().unwrap()
}

fn text(text: &str) -> Vec<Block> {
    markdown::read(text)
}

async fn opened() -> (Arc<Secretariat>, Bureau) {
    let open = || Arc::new(Secretariat::open(Arc::new(MemoryLog::new())).unwrap());
    let ours = open();
    for command in [
        Command::OpenCompact { compact: id(), title: "Harbours (fiction)".into() },
        Command::Revise { text: text(WORKING), base: None, reflects: vec![], reason: None },
    ] {
        ours.record(&id(), Speaking::Anyone.says(command), None).await.unwrap();
    }
    let bureau = Bureau::new(ours.clone(), open());
    (ours, bureau)
}

fn wordings(compact: &Compact) -> Vec<String> {
    compact.text(compact.seq).into_iter().map(|provision| provision.text.to_string()).collect()
}

#[tokio::test]
async fn several_are_tried_and_one_is_handed_in() {
    let (ours, bureau) = opened().await;
    let compact = ours.compact(&id()).unwrap();
    let before = ours.log().read(&Scope::Whole, 0, 100).unwrap();
    for (name, words) in
        [("soft", "1. States may keep harbours open."), ("hard", "1. States shall keep harbours open.")]
    {
        bureau.prepare(&compact, &named(name), text(&format!("{words}\n\n2. Pilots rest.\n"))).await.unwrap();
    }
    bureau
        .prepare(&compact, &named("hard"), text("1. States must keep harbours open.\n\n2. Pilots rest.\n"))
        .await
        .unwrap();
    let names: Vec<String> = bureau.open_ones(&id()).into_iter().map(|(name, _)| name).collect();
    assert!(names.len() == 2 && names.contains(&"soft".into()) && names.contains(&"hard".into()), "{names:?}");
    let (_, hard) = bureau.known(&compact, &named("hard")).unwrap();
    let at = |at: &str| At { at: at.into(), seq: hard.seq_of(at).unwrap() };
    let marked = redline(&hard, at("2"), at("working"), None);
    assert_eq!((marked.summary.words_added, marked.summary.words_struck), (1, 1));
    assert_eq!(ours.log().read(&Scope::Whole, 0, 100).unwrap(), before, "nobody else learns of it");
    bureau.throw_away(&compact, &named("soft"), None).await.unwrap();
    let recorded = bureau
        .submit(&Speaking::Anyone, &compact, &named("hard"), vec![], Some("after the round".into()), None)
        .await
        .unwrap();
    assert_eq!(wordings(&recorded.compact), ["States must keep harbours open.", "Pilots rest."]);
    assert_eq!(recorded.seq.0, 3, "one entry, however many were tried");
    assert!(bureau.open_ones(&id()).is_empty());
    assert!(bureau.known(&compact, &named("hard")).is_err());
}

/// What others did meanwhile stays, as with any revision of an older text.
#[tokio::test]
async fn what_came_in_meanwhile_stays_when_it_is_handed_in() {
    let (ours, bureau) = opened().await;
    let compact = ours.compact(&id()).unwrap();
    bureau
        .prepare(&compact, &named("rev"), text("1. States shall keep harbours open.\n\n2. Pilots rest.\n"))
        .await
        .unwrap();
    let meanwhile = text("1. States will keep harbours open.\n\n2. Pilots rest at night.\n");
    ours.record(
        &id(),
        Speaking::Anyone.says(Command::Revise { text: meanwhile, base: None, reflects: vec![], reason: None }),
        None,
    )
    .await
    .unwrap();
    let compact = ours.compact(&id()).unwrap();
    let recorded = bureau.submit(&Speaking::Anyone, &compact, &named("rev"), vec![], None, None).await.unwrap();
    assert_eq!(wordings(&recorded.compact), ["States shall keep harbours open.", "Pilots rest at night."]);
}

#[tokio::test]
async fn a_name_may_be_used_again() {
    let (ours, bureau) = opened().await;
    let compact = ours.compact(&id()).unwrap();
    for words in ["1. First.\n", "1. Second.\n"] {
        bureau.prepare(&compact, &named("rev"), text(words)).await.unwrap();
        let (_, draft) = bureau.known(&compact, &named("rev")).unwrap();
        assert_eq!(wordings(&draft), [words.trim_start_matches("1. ").trim()]);
        bureau.throw_away(&compact, &named("rev"), None).await.unwrap();
    }
}

async fn say(ours: &Secretariat, command: Command) -> Seq {
    ours.record(&id(), Speaking::Anyone.says(command), None).await.unwrap().seq
}

fn group() -> GroupId {
    "african-states".parse().unwrap()
}

async fn register(ours: &Secretariat, name: &str) -> Seq {
    say(ours, Command::RegisterGroup { group: group(), name: name.into() }).await
}

/// A draft is issued, and a group asks for two words.
async fn with_proposals() -> (Arc<Secretariat>, Bureau, Vec<ProposalId>) {
    let (ours, bureau) = opened().await;
    register(&ours, "African States").await;
    say(&ours, Command::IssueDraft { label: "Zero Draft".into(), id: None, sign_off: true }).await;
    let compact = ours.compact(&id()).unwrap();
    let provisions: Vec<_> = compact.text(compact.seq).into_iter().map(|provision| provision.id).collect();
    let mut proposals = Vec::new();
    for (reword, text) in provisions.into_iter().zip(["States shall keep harbours open.", "Pilots rest at night."]) {
        let (sponsors, edits) = (vec![group()], vec![Edit::Reword { reword, text: text.into() }]);
        let rationale = Some("as the Minister asked".into());
        proposals.push(ProposalId(say(&ours, Command::TableProposal { sponsors, base: None, edits, rationale }).await));
    }
    (ours, bureau, proposals)
}

fn stored(secretariat: &Secretariat, id: &CompactId) -> Vec<Stored> {
    secretariat.log().read(&Scope::Compact(id.as_str().into()), 0, 1_000).unwrap()
}

fn entries(secretariat: &Secretariat, id: &CompactId) -> Vec<Entry> {
    stored(secretariat, id).iter().map(|stored| Entry::decode(&stored.bytes).unwrap()).collect()
}

/// All that is stored of the working drafts.
fn told(bureau: &Bureau) -> String {
    let all = bureau.record().log().read(&Scope::Whole, 0, 1_000).unwrap();
    all.iter().map(|stored| String::from_utf8_lossy(&stored.bytes).into_owned()).collect()
}

/// The record of the working drafts, opened once more from its log.
fn opened_again(ours: &Arc<Secretariat>, bureau: &Bureau) -> Bureau {
    let record = Secretariat::open(bureau.record().log().clone()).unwrap();
    Bureau::new(ours.clone(), Arc::new(record))
}

#[tokio::test]
async fn a_working_draft_has_all_that_the_compact_has() {
    let (ours, bureau, proposals) = with_proposals().await;
    let compact = ours.compact(&id()).unwrap();
    let fork = bureau.begin(&compact, &named("rev")).await.unwrap();
    assert_eq!(bureau.begin(&compact, &named("rev")).await.unwrap(), fork, "it is begun once");
    let (copied, recorded) = (entries(bureau.record(), &fork), entries(&ours, &id()));
    assert_eq!(copied[1..], recorded[1..]);
    let draft = bureau.record().compact(&fork).unwrap();
    assert_eq!((&*draft.title, draft.seq), ("harbours/rev at 6", compact.seq));
    assert!(draft.drafts.iter().map(|draft| &draft.id).eq(compact.drafts.iter().map(|draft| &draft.id)));
    assert!(draft.waiting().map(|waiting| waiting.id).eq(proposals));
    opened_again(&ours, &bureau).known(&compact, &named("rev")).unwrap();
}

#[tokio::test]
async fn what_is_tried_is_credited_to_the_groups_that_asked_for_it() {
    let (ours, bureau, proposals) = with_proposals().await;
    let compact = ours.compact(&id()).unwrap();
    let tried = text("1. States shall keep harbours open.\n\n2. Pilots rest.\n");
    let recorded = bureau.prepare(&compact, &named("rev"), tried).await.unwrap();
    let at = |at: &str| At { at: at.into(), seq: recorded.compact.seq_of(at).unwrap() };
    let marked = redline(&recorded.compact, at("zero-draft"), at("working"), None);
    let credits: Vec<_> =
        marked.credits.iter().map(|credit| (credit.basis, credit.groups.clone(), credit.proposals.clone())).collect();
    assert_eq!(credits, [(Basis::Inferred, vec![group()], vec![proposals[0]])]);
}

#[tokio::test]
async fn what_was_taken_up_or_reflected_in_the_working_draft_is_reflected_by_what_is_handed_in() {
    let (ours, bureau, proposals) = with_proposals().await;
    let compact = ours.compact(&id()).unwrap();
    let fork = bureau.begin(&compact, &named("rev")).await.unwrap();
    let inside = |command: Command| bureau.record().record(&fork, Speaking::Anyone.says(command), None);
    inside(Command::TakeUp { proposal: proposals[0], edits: None, note: None }).await.unwrap();
    let revised = text("1. States shall keep harbours open.\n\n2. Pilots rest by night.\n");
    let reflects = vec![proposals[1]];
    inside(Command::Revise { text: revised, base: None, reflects, reason: None }).await.unwrap();
    let recorded = bureau.submit(&Speaking::Anyone, &compact, &named("rev"), vec![], None, None).await.unwrap();
    assert_eq!(wordings(&recorded.compact), ["States shall keep harbours open.", "Pilots rest by night."]);
    let Event::TextRevised(revised) = entries(&ours, &id()).pop().unwrap().event else { panic!("it is one revision") };
    assert_eq!((revised.reflects, revised.base), (proposals, compact.seq));
    let closed = bureau.record().compact(&fork).unwrap();
    assert!(closed.adopted.is_some() && bureau.is_of(&id(), &fork), "it is kept, and takes no more");
}

/// Nothing was issued or even written in it.
#[tokio::test]
async fn a_working_draft_is_thrown_away_as_it_is() {
    let ours = Arc::new(Secretariat::open(Arc::new(MemoryLog::new())).unwrap());
    let bureau = Bureau::new(ours.clone(), Arc::new(Secretariat::open(Arc::new(MemoryLog::new())).unwrap()));
    say(&ours, Command::OpenCompact { compact: id(), title: "Harbours (fiction)".into() }).await;
    let compact = ours.compact(&id()).unwrap();
    bureau.begin(&compact, &named("rev")).await.unwrap();
    bureau.throw_away(&compact, &named("rev"), None).await.unwrap();
    assert!(bureau.open_ones(&id()).is_empty());
    assert!(opened_again(&ours, &bureau).open_ones(&id()).is_empty());
}

#[tokio::test]
async fn there_are_so_many_working_drafts_on_a_compact_and_no_more() {
    let (ours, bureau) = opened().await;
    let compact = ours.compact(&id()).unwrap();
    for n in 0..limits::WORKING_DRAFTS_MAX {
        bureau.begin(&compact, &named(&format!("rev-{n}"))).await.unwrap();
    }
    for over in ["one-more", "another", "one-more"] {
        let told = bureau.begin(&compact, &named(over)).await;
        assert!(matches!(told, Err(Failure::Refused(Refusal::TooMuch { .. }))), "{told:?}");
    }
    bureau.begin(&compact, &named("rev-0")).await.unwrap();
    bureau.throw_away(&compact, &named("rev-0"), None).await.unwrap();
    bureau.begin(&compact, &named("one-more")).await.unwrap();
}

#[tokio::test]
async fn a_working_draft_that_was_not_copied_to_the_end_is_not_there_until_it_is() {
    let (ours, bureau, _) = with_proposals().await;
    register(&ours, "States of Africa").await;
    let reason = "a private name".into();
    say(&ours, Command::Redact { entry: Seq(3), found: None, what: None, reason }).await;
    let compact = ours.compact(&id()).unwrap();
    let fork = bureau.begin(&compact, &named("rev")).await.unwrap();
    let whole = stored(bureau.record(), &fork);
    for kept in 1..whole.len() {
        let log = Arc::new(MemoryLog::new());
        for Stored { compact, seq, bytes, blanked, .. } in whole[..kept].iter().cloned() {
            let entry = NewEntry { compact, seq, bytes: bytes.to_vec() };
            log.append_again(entry, blanked).await.unwrap();
        }
        let half = Bureau::new(ours.clone(), Arc::new(Secretariat::open(log).unwrap()));
        assert!(half.known(&compact, &named("rev")).is_err() && half.open_ones(&id()).is_empty(), "{kept}");
        assert!(!half.is_of(&id(), &fork));
        if kept % 2 == 0 {
            assert_eq!(half.begin(&compact, &named("rev")).await.unwrap(), fork);
        } else {
            half.catch_up().await.unwrap();
        }
        assert_eq!(stored(half.record(), &fork), whole, "{kept}");
        assert!(half.is_of(&id(), &fork));
        opened_again(&ours, &half);
    }
}

/// What was blanked before the working draft was begun, what is blanked while it is open, and once it is closed.
#[tokio::test]
async fn what_is_blanked_in_the_compact_is_blanked_in_every_working_draft() {
    let (ours, bureau, proposals) = with_proposals().await;
    let blank = |entry: Seq| Command::Redact { entry, found: None, what: None, reason: "private".into() };
    say(&ours, blank(proposals[0].0)).await;
    let compact = ours.compact(&id()).unwrap();
    let fork = bureau.begin(&compact, &named("open")).await.unwrap();
    bureau.begin(&compact, &named("closed")).await.unwrap();
    bureau.throw_away(&compact, &named("closed"), None).await.unwrap();
    assert!(told(&bureau).contains("African States") && told(&bureau).contains("Minister"));
    say(&ours, blank(proposals[1].0)).await;
    register(&ours, "States of Africa").await;
    say(&ours, blank(Seq(3))).await;
    for _ in 0..2 {
        bureau.catch_up().await.unwrap();
    }
    assert!(!told(&bureau).contains("African States") && !told(&bureau).contains("Minister"), "{}", told(&bureau));
    let draft = bureau.record().compact(&fork).unwrap();
    assert_eq!(&*draft.groups[&group()].name, "States of Africa");
    assert_eq!(draft.proposals[&proposals[0]].standing, Standing::Waiting);
    assert_eq!(draft.redactions.len(), 3, "each once");
    opened_again(&ours, &bureau).known(&compact, &named("open")).unwrap();
}

/// There is no room for the end of the working draft, once it is handed in.
#[tokio::test]
async fn what_was_interrupted_when_it_was_handed_in_is_handed_in_once() {
    let (ours, ..) = with_proposals().await;
    let (log, gate) = FullLog::new();
    drop(gate);
    let is_full = log.switch();
    let bureau = Bureau::new(ours.clone(), Arc::new(Secretariat::open(Arc::new(log)).unwrap()));
    let compact = ours.compact(&id()).unwrap();
    bureau.prepare(&compact, &named("rev"), text("1. States must act.\n")).await.unwrap();
    is_full.store(true, Ordering::SeqCst);
    let name = named("rev");
    let hand_in = || bureau.submit(&Speaking::Anyone, &compact, &name, vec![], None, None);
    assert!(matches!(hand_in().await, Err(Failure::Full(_))));
    let handed_in = ours.compact(&id()).unwrap().seq;
    assert_eq!(handed_in, compact.seq.next());
    is_full.store(false, Ordering::SeqCst);
    let again = hand_in().await.unwrap();
    assert_eq!((again.seq, again.is_new), (handed_in, false));
    assert!(bureau.known(&compact, &name).is_err());
    assert_eq!(wordings(&ours.compact(&id()).unwrap()), ["States must act."]);
}

/// What came in between the beginning of the working draft and its end stays, too.
#[tokio::test]
async fn a_working_draft_that_was_handed_in_when_the_server_stopped_is_ended_when_it_begins_again() {
    let (ours, bureau, proposals) = with_proposals().await;
    let compact = ours.compact(&id()).unwrap();
    for (name, wording) in [("rev", "1. States must act.\n"), ("other", "1. States may act.\n")] {
        bureau.prepare(&compact, &named(name), text(wording)).await.unwrap();
    }
    say(&ours, Command::Decline { proposal: proposals[0], note: None }).await;
    let recorded =
        bureau.submit(&Speaking::Anyone, &compact, &named("rev"), vec![], Some("x".into()), None).await.unwrap();
    let log = Arc::new(MemoryLog::new());
    for Stored { compact, seq, bytes, blanked, .. } in bureau.record().log().read(&Scope::Whole, 0, 1_000).unwrap() {
        let entry = NewEntry { compact, seq, bytes: bytes.to_vec() };
        let is_its_end = matches!(Entry::decode(&entry.bytes).unwrap().event, Event::CompactAdopted(_));
        if !is_its_end {
            log.append_again(entry, blanked).await.unwrap();
        }
    }
    let again = Bureau::new(ours.clone(), Arc::new(Secretariat::open(log).unwrap()));
    assert_eq!(again.open_ones(&id()).len(), 2);
    again.catch_up().await.unwrap();
    let open: Vec<String> = again.open_ones(&id()).into_iter().map(|(name, _)| name).collect();
    assert_eq!(open, ["other"]);
    assert_eq!(ours.compact(&id()).unwrap().seq, recorded.seq);
}

/// Colleagues go on revising while one of them hands in: what was acknowledged is handed in, what comes later is refused.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn what_is_acknowledged_while_a_draft_is_handed_in_is_in_what_is_handed_in() {
    for round in 0..25 {
        let (ours, bureau) = opened().await;
        let (compact, name) = (ours.compact(&id()).unwrap(), named("tried"));
        let first = text(&format!("1. States meet in round {round}.\n\n2. Pilots rest.\n"));
        bureau.prepare(&compact, &name, first).await.unwrap();
        let (draft, _) = bureau.known(&compact, &name).unwrap();
        let colleagues: Vec<_> = (0..8)
            .map(|n| {
                let (record, draft) = (bureau.record().clone(), draft.clone());
                let text = text(&format!("1. States meet {n} times.\n\n2. Pilots rest.\n"));
                let revise = Command::Revise { text, base: None, reflects: vec![], reason: None };
                tokio::spawn(async move { record.record(&draft, Speaking::Anyone.says(revise), None).await })
            })
            .collect();
        let handed_in =
            bureau.submit(&Speaking::Anyone, &compact, &name, vec![], Some("x".into()), None).await.unwrap();
        for colleague in colleagues {
            let told = colleague.await.unwrap();
            assert!(matches!(told, Ok(_) | Err(Failure::Refused(Refusal::Adopted(_)))), "{:?}", told.err());
        }
        let ended = bureau.record().compact(&draft).unwrap();
        assert_eq!(wordings(&ended), wordings(&handed_in.compact), "round {round}");
    }
}
