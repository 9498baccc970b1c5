//! The public record beside the record of the delegations: what is released, when, and what stays as it was released.

use std::sync::Arc;

use travaux::access::Speaking;
use travaux::compact::{Basis, Command, CompactId, Edit, GroupId, Publicity, Refusal, Seq};
use travaux::history::{At, redline};
use travaux::log::{MemoryLog, Scope};
use travaux::secretariat::{Failure, Publisher, Recorded, Secretariat};

const ZERO: &str = "1. States will keep harbours open.\n\n2. Pilots rest.\n";
const FIRST: &str = "1. States shall keep harbours open.\n\n2. Pilots rest.\n";

struct Rooms {
    ours: Arc<Secretariat>,
    public: Arc<Secretariat>,
    publisher: Publisher,
}

fn id() -> CompactId {
    "harbours".parse().unwrap()
}

async fn say(rooms: &Rooms, command: Command) -> Recorded {
    rooms.ours.record(&id(), Speaking::Anyone.says(command), None).await.unwrap()
}

async fn hand_in(rooms: &Rooms, text: &str) {
    let text = travaux::formats::markdown::read(text);
    say(rooms, Command::Revise { text, base: None, reflects: vec![], reason: None }).await;
}

async fn issue(rooms: &Rooms, label: &str) {
    say(rooms, Command::IssueDraft { label: label.into(), id: None, sign_off: true }).await;
}

/// A compact that shows the public this, with a group and a first text, nothing issued.
async fn rooms(shown: Publicity) -> Rooms {
    let open = || Arc::new(Secretariat::open(Arc::new(MemoryLog::new())).unwrap());
    let (ours, public) = (open(), open());
    let publisher = Publisher::new(ours.clone(), public.clone());
    let rooms = Rooms { ours, public, publisher };
    say(&rooms, Command::OpenCompact { compact: id(), title: "Harbours (fiction)".into() }).await;
    let group: GroupId = "african-states".parse().unwrap();
    say(&rooms, Command::RegisterGroup { group, name: "African States".into() }).await;
    say(&rooms, Command::ShowThePublic { shown }).await;
    hand_in(&rooms, ZERO).await;
    rooms
}

/// A group asks for a word, and the re-draft has it.
async fn ask_and_take_up(rooms: &Rooms) {
    let compact = rooms.ours.compact(&id()).unwrap();
    let reword = compact.text(compact.seq)[0].id;
    let edits = vec![Edit::Reword { reword, text: "States shall keep harbours open.".into() }];
    let sponsors = vec!["african-states".parse().unwrap()];
    say(rooms, Command::TableProposal { sponsors, base: None, edits, rationale: Some("a secret".into()) }).await;
    hand_in(rooms, FIRST).await;
}

fn bytes(secretariat: &Secretariat) -> Vec<Vec<u8>> {
    let stored = secretariat.log().read(&Scope::Whole, 0, 1_000).unwrap();
    stored.iter().map(|stored| stored.bytes.to_vec()).collect()
}

#[tokio::test]
async fn nothing_is_there_for_the_public_unless_it_is_said_and_before_a_draft_is_issued() {
    for shown in [Publicity::Nothing, Publicity::Drafts, Publicity::Attributed, Publicity::Everything] {
        let rooms = rooms(shown).await;
        rooms.publisher.catch_up().await.unwrap();
        assert!(rooms.public.compacts().is_empty(), "{shown:?}");
        issue(&rooms, "Zero Draft").await;
        rooms.publisher.catch_up().await.unwrap();
        assert_eq!(rooms.public.compacts().len(), usize::from(shown != Publicity::Nothing), "{shown:?}");
    }
}

#[tokio::test]
async fn what_is_said_after_a_draft_is_released_with_the_next() {
    for (shown, basis) in [(Publicity::Drafts, Basis::Withheld), (Publicity::Attributed, Basis::Inferred)] {
        let rooms = rooms(shown).await;
        issue(&rooms, "Zero Draft").await;
        rooms.publisher.catch_up().await.unwrap();
        let before = bytes(&rooms.public);
        ask_and_take_up(&rooms).await;
        rooms.publisher.catch_up().await.unwrap();
        assert_eq!(bytes(&rooms.public), before, "nothing was issued");
        issue(&rooms, "Rev. 1").await;
        rooms.publisher.catch_up().await.unwrap();
        let after = bytes(&rooms.public);
        assert!(after.starts_with(&before) && after.len() > before.len(), "what was released stays as it was");
        let public = rooms.public.compact(&id()).unwrap();
        let at = |draft: &str| At { at: draft.into(), seq: public.seq_of(draft).unwrap() };
        let marked = redline(&public, at("zero-draft"), at("rev-1"), None);
        assert_eq!(marked.credits.iter().map(|credit| credit.basis).collect::<Vec<_>>(), [basis]);
        assert!(after.iter().all(|bytes| !String::from_utf8_lossy(bytes).contains("a secret")));
    }
}

#[tokio::test]
async fn everything_is_every_entry_up_to_the_last_draft_as_it_is() {
    let rooms = rooms(Publicity::Everything).await;
    ask_and_take_up(&rooms).await;
    issue(&rooms, "Zero Draft").await;
    let issued = bytes(&rooms.ours);
    hand_in(&rooms, ZERO).await;
    rooms.publisher.catch_up().await.unwrap();
    assert_eq!(bytes(&rooms.public), issued);
}

#[tokio::test]
async fn what_the_public_was_shown_is_not_taken_back() {
    let rooms = rooms(Publicity::Drafts).await;
    issue(&rooms, "Zero Draft").await;
    for shown in [Publicity::Nothing, Publicity::Attributed, Publicity::Everything] {
        let told = rooms.ours.record(&id(), Speaking::Anyone.says(Command::ShowThePublic { shown }), None).await;
        assert!(matches!(told, Err(Failure::Refused(Refusal::BadCommand(_)))), "{shown:?}");
    }
    let told = say(&rooms, Command::ShowThePublic { shown: Publicity::Drafts }).await;
    assert!(!told.is_new && told.seq == Seq(5));
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_draft_is_released_by_itself_while_the_publisher_follows() {
    let rooms = rooms(Publicity::Drafts).await;
    issue(&rooms, "Zero Draft").await;
    let (mut head, ours) = (rooms.public.log().head(), rooms.ours.clone());
    let publisher = Publisher::new(ours, rooms.public.clone());
    let following = tokio::spawn(async move { publisher.follow().await });
    head.wait_for(|head| *head == 3).await.unwrap();
    ask_and_take_up(&rooms).await;
    issue(&rooms, "Rev. 1").await;
    head.wait_for(|head| *head == 5).await.unwrap();
    following.abort();
}
