//! Co-facilitators try revisions among themselves: several, compared, thrown away, and one handed in.

use std::sync::Arc;

use travaux::access::Speaking;
use travaux::compact::{Block, Command, Compact, CompactId, DraftId};
use travaux::formats::markdown;
use travaux::history::{At, redline};
use travaux::log::{MemoryLog, Scope};
use travaux::secretariat::{Bureau, Secretariat};

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
    let marked = redline(&hard, at("entry-2"), at("working"), None);
    assert_eq!((marked.summary.words_added, marked.summary.words_struck), (1, 1));
    assert_eq!(ours.log().read(&Scope::Whole, 0, 100).unwrap(), before, "nobody else learns of it");
    bureau.throw_away(&compact, &named("soft")).await.unwrap();
    let recorded = bureau
        .submit(&Speaking::Anyone, &compact, &named("hard"), vec![], Some("after the round".into()))
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
    let recorded = bureau.submit(&Speaking::Anyone, &compact, &named("rev"), vec![], None).await.unwrap();
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
        bureau.throw_away(&compact, &named("rev")).await.unwrap();
    }
}
