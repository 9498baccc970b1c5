//! The three records of a server: who is let into which, and what the one has of the other.

use std::sync::Arc;

use tokio_util::sync::CancellationToken;
use travaux::access::Speaking;
use travaux::compact::{Command, Compact, CompactId, DraftId, Edit, GroupId, Moment, ProposalId, Publicity};
use travaux::log::{MemoryLog, Scope, Stored};
use travaux::secretariat::{Audiences, Secretariat, caucus_id};

const TEXT: &str = "1. States will keep harbours open.\n\n2. Pilots rest.\n";

fn id(id: &str) -> CompactId {
    id.parse().unwrap()
}

fn speaker(id: &str) -> GroupId {
    id.parse().unwrap()
}

fn role(role: &str) -> Speaking {
    role.parse().unwrap()
}

/// Two compacts with a text each; in the first one, two groups, and delegations in one of them, in none, and gone.
async fn audiences() -> Audiences {
    let ours = Secretariat::open(Arc::new(MemoryLog::new())).unwrap();
    let noon = Moment::from_millis(1_531_130_400_000).unwrap();
    let ours = Arc::new(ours.with_clock(Arc::new(move || noon)));
    let audiences = Audiences::forgetful(ours).unwrap();
    for compact in ["harbours", "pilots"] {
        say(&audiences, compact, Command::OpenCompact { compact: id(compact), title: "Harbours (fiction)".into() })
            .await;
        let text = travaux::formats::markdown::read(TEXT);
        say(&audiences, compact, Command::Revise { text, base: None, reflects: vec![], reason: None }).await;
    }
    for group in ["african-states", "eu"] {
        say(&audiences, "harbours", Command::RegisterGroup { group: speaker(group), name: group.into() }).await;
    }
    for (delegation, groups) in [("kenya", vec!["african-states"]), ("peru", vec![]), ("gone", vec!["african-states"])]
    {
        let (delegation, groups) = (speaker(delegation), groups.into_iter().map(speaker).collect());
        let name = delegation.to_string();
        say(&audiences, "harbours", Command::RegisterDelegation { delegation, name, groups }).await;
    }
    say(&audiences, "harbours", Command::LeaveProcess { delegation: speaker("gone") }).await;
    audiences
}

async fn say(audiences: &Audiences, compact: &str, command: Command) {
    audiences.ours().record(&id(compact), Speaking::Anyone.says(command), None).await.unwrap();
}

fn compact(audiences: &Audiences, compact: &str) -> Arc<Compact> {
    audiences.ours().compact(&id(compact)).unwrap()
}

#[tokio::test]
async fn a_caucus_is_there_for_those_in_its_group_and_for_nobody_else() {
    let audiences = audiences().await;
    let caucus = caucus_id(&id("harbours"), &speaker("african-states")).unwrap();
    let kenya = role("delegation:harbours/kenya");
    let inside = Some(Speaking::Delegation(caucus.clone(), speaker("kenya")));
    assert_eq!(audiences.inside(&kenya, &caucus), inside, "it may be the one who opens it");
    assert_eq!(audiences.inside(&Speaking::Anyone, &caucus), None, "it was not opened");
    let harbours = compact(&audiences, "harbours");
    audiences.caucuses().enter(&harbours, &speaker("african-states")).await.unwrap();
    assert_eq!(audiences.inside(&kenya, &caucus), inside);
    assert_eq!(audiences.inside(&Speaking::Anyone, &caucus), Some(Speaking::Anyone));
    for other in [
        "delegation:harbours/peru",
        "delegation:harbours/gone",
        "delegation:harbours/nobody",
        "delegation:pilots/kenya",
        "delegation:nowhere/kenya",
        "co-facilitators:harbours",
        "observer:harbours",
        "secretariat",
        "integration",
    ] {
        assert_eq!(audiences.inside(&role(other), &caucus), None, "{other}");
    }
    let of_others = caucus_id(&id("harbours"), &speaker("eu")).unwrap();
    assert_eq!(audiences.inside(&kenya, &of_others), None);
    let moved = Command::RegisterDelegation { delegation: speaker("kenya"), name: "kenya".into(), groups: vec![] };
    say(&audiences, "harbours", moved).await;
    assert_eq!(audiences.inside(&kenya, &caucus), None, "it left the group");
}

#[tokio::test]
async fn a_working_draft_is_there_for_those_who_hold_the_pen_of_its_compact() {
    let audiences = audiences().await;
    let (harbours, name) = (compact(&audiences, "harbours"), "rev".parse::<DraftId>().unwrap());
    let text = travaux::formats::markdown::read("1. States shall keep harbours open.\n");
    audiences.bureau().prepare(&harbours, &name, text).await.unwrap();
    let (draft, _) = audiences.bureau().known(&harbours, &name).unwrap();
    let pen = role("co-facilitators:harbours");
    assert_eq!(audiences.inside(&pen, &draft), Some(Speaking::CoFacilitators(draft.clone())));
    assert_eq!(audiences.inside(&Speaking::Anyone, &draft), Some(Speaking::Anyone));
    for other in ["co-facilitators:pilots", "delegation:harbours/kenya", "observer:harbours", "secretariat"] {
        assert_eq!(audiences.inside(&role(other), &draft), None, "{other}");
    }
    assert_eq!(audiences.inside(&pen, &id("harbours")), None, "not a private record");
    audiences.bureau().throw_away(&harbours, &name, None).await.unwrap();
    assert!(audiences.inside(&pen, &draft).is_some(), "what was thrown away can be read");
}

async fn issue(audiences: &Audiences, label: &str) {
    say(audiences, "harbours", Command::IssueDraft { label: label.into(), id: None, sign_off: true }).await;
}

/// A proposal that a group prepares, and a text that the co-facilitators try: nothing of it is tabled or handed in.
async fn prepare(audiences: &Audiences) {
    let harbours = compact(audiences, "harbours");
    let caucus = audiences.caucuses().enter(&harbours, &speaker("african-states")).await.unwrap();
    let inside = audiences.private().compact(&caucus).unwrap();
    let reword = inside.text(inside.seq)[0].id;
    let edits = vec![Edit::Reword { reword, text: "States shall keep harbours open.".into() }];
    let sponsors = vec![speaker("african-states")];
    let table = Command::TableProposal { sponsors, base: None, edits, rationale: None };
    let recorded = audiences.private().record(&caucus, Speaking::Anyone.says(table), None).await.unwrap();
    assert!(recorded.compact.proposals.contains_key(&ProposalId(recorded.seq)));
    let text = travaux::formats::markdown::read("1. States must keep harbours open.\n");
    let name = "rev".parse().unwrap();
    audiences.bureau().prepare(&harbours, &name, text).await.unwrap();
}

/// What everybody outside reads, with its positions, as it is stored.
fn visible(audiences: &Audiences) -> [Vec<Stored>; 2] {
    [audiences.ours(), audiences.public()].map(|record| record.log().read(&Scope::Whole, 0, 1_000).unwrap())
}

#[tokio::test]
async fn what_is_prepared_changes_no_byte_of_what_others_read() {
    for shown in [Publicity::Drafts, Publicity::Attributed, Publicity::Everything] {
        let mut worlds = Vec::new();
        for prepares in [false, true] {
            let audiences = audiences().await;
            say(&audiences, "harbours", Command::ShowThePublic { shown }).await;
            for label in ["Zero Draft", "Rev. 1"] {
                issue(&audiences, label).await;
                audiences.catch_up().await.unwrap();
                if prepares {
                    prepare(&audiences).await;
                }
                audiences.catch_up().await.unwrap();
            }
            assert_eq!(audiences.private().compacts().len(), if prepares { 2 } else { 0 });
            worlds.push(visible(&audiences));
        }
        assert_eq!(worlds[0], worlds[1], "{shown:?}");
        assert!(!worlds[0][1].is_empty());
    }
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn all_records_follow_that_of_the_delegations_until_they_are_told_to_stop() {
    let audiences = Arc::new(audiences().await);
    say(&audiences, "harbours", Command::ShowThePublic { shown: Publicity::Drafts }).await;
    let (mut public, mut private) = (audiences.public().log().head(), audiences.private().log().head());
    prepare_nothing_yet(&audiences).await;
    let before = *private.borrow();
    let stop = CancellationToken::new();
    let following = tokio::spawn(audiences.clone().follow(stop.clone()));
    issue(&audiences, "Zero Draft").await;
    public.wait_for(|head| *head == 4).await.unwrap();
    private.wait_for(|head| *head == before + 2).await.unwrap();
    stop.cancel();
    following.await.unwrap();
}

/// A caucus is opened before there is a draft.
async fn prepare_nothing_yet(audiences: &Audiences) {
    audiences.caucuses().enter(&compact(audiences, "harbours"), &speaker("african-states")).await.unwrap();
}
