//! The three records of a server: who is let into which, and what the one has of the other.

use std::sync::Arc;

use travaux::access::Speaking;
use travaux::compact::{Command, Compact, CompactId, DraftId, GroupId};
use travaux::log::MemoryLog;
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
    let ours = Arc::new(Secretariat::open(Arc::new(MemoryLog::new())).unwrap());
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
    audiences.bureau().throw_away(&harbours, &name).await.unwrap();
    assert!(audiences.inside(&pen, &draft).is_some(), "what was thrown away can be read");
}
