//! The public record beside the record of the delegations: what is released, when, and what stays as it was released.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use travaux::access::Speaking;
use travaux::compact::{Asked, Basis, Command, CompactId, Edit, GroupId, Publicity, Refusal, Seq};
use travaux::history::{At, redline};
use travaux::log::{EventLog, MemoryLog, Scope, Stored};
use travaux::proof::Hash;
use travaux::secretariat::{Failure, Publisher, Recorded, Secretariat};

use crate::doubles::{FailingLog, FullLog};

const ZERO: &str = "1. States will keep harbours open.\n\n2. Pilots rest.\n";
const FIRST: &str = "1. States shall keep harbours open.\n\n2. Pilots rest.\n";

struct Rooms {
    ours: Arc<Secretariat>,
    public: Arc<Secretariat>,
    publisher: Arc<Publisher>,
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
    rooms_with(shown, Arc::new(MemoryLog::new())).await
}

/// The same, with the public record in this log.
async fn rooms_with(shown: Publicity, public: Arc<dyn EventLog>) -> Rooms {
    let open = |log| Arc::new(Secretariat::open(log).unwrap());
    let (ours, public) = (open(Arc::new(MemoryLog::new())), open(public));
    let publisher = Arc::new(Publisher::new(ours.clone(), public.clone()));
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

async fn register(rooms: &Rooms, name: &str) {
    say(rooms, Command::RegisterGroup { group: "african-states".parse().unwrap(), name: name.into() }).await;
}

/// Blanks an entry, as the secretariat of the server.
async fn blank(rooms: &Rooms, entry: u32) {
    let reason = "a private name".into();
    say(rooms, Command::Redact { entry: Seq(entry), found: None, what: None, reason }).await;
}

fn stored(secretariat: &Secretariat) -> Vec<Stored> {
    secretariat.log().read(&Scope::Whole, 0, 1_000).unwrap()
}

fn bytes(secretariat: &Secretariat) -> Vec<Vec<u8>> {
    stored(secretariat).iter().map(|stored| stored.bytes.to_vec()).collect()
}

fn leaves(secretariat: &Secretariat) -> Vec<Hash> {
    stored(secretariat).iter().map(Stored::leaf).collect()
}

/// All that the public can read of anything.
fn told(rooms: &Rooms) -> String {
    bytes(&rooms.public).iter().map(|bytes| String::from_utf8_lossy(bytes).into_owned()).collect()
}

/// What the tree over the record comes to.
fn root(secretariat: &Secretariat) -> (u64, Option<Hash>) {
    let tree = secretariat.tree(&id()).unwrap().unwrap();
    (tree.size(), tree.root_at(tree.size()))
}

/// The public record, opened once more from its log, is as it is shown.
fn opens_as_shown(rooms: &Rooms) {
    let again = Secretariat::open(rooms.public.log().clone()).unwrap();
    assert_eq!(root(&again), root(&rooms.public));
    let names = |secretariat: &Secretariat| format!("{:?}", secretariat.compact(&id()).unwrap().groups);
    assert_eq!(names(&again), names(&rooms.public));
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
    let (mut head, publisher) = (rooms.public.log().head(), rooms.publisher.clone());
    let following = tokio::spawn(async move { publisher.follow().await });
    head.wait_for(|head| *head == 4).await.unwrap();
    ask_and_take_up(&rooms).await;
    issue(&rooms, "Rev. 1").await;
    head.wait_for(|head| *head == 6).await.unwrap();
    following.abort();
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn what_was_issued_before_is_released_as_soon_as_the_public_is_to_see_it() {
    let rooms = rooms(Publicity::Nothing).await;
    issue(&rooms, "Zero Draft").await;
    rooms.publisher.catch_up().await.unwrap();
    let (mut head, publisher) = (rooms.public.log().head(), rooms.publisher.clone());
    let following = tokio::spawn(async move { publisher.follow().await });
    say(&rooms, Command::ShowThePublic { shown: Publicity::Drafts }).await;
    head.wait_for(|head| *head == 4).await.unwrap();
    rooms.publisher.catch_up().await.unwrap();
    following.abort();
    let public = rooms.public.compact(&id()).unwrap();
    assert_eq!((public.publicity, public.drafts.len()), (Publicity::Drafts, 1));
}

/// What was asked for with a key tells a hash of it, which nothing but the bytes holds.
#[tokio::test]
async fn everything_is_told_byte_for_byte_with_the_same_leaves() {
    let rooms = rooms(Publicity::Everything).await;
    let asked = Asked { key: [7; 16], body: [9; 16] };
    let command = Command::RegisterGroup { group: "eu".parse().unwrap(), name: "EU".into() };
    rooms.ours.record_once(&id(), Speaking::Anyone.says(command), None, Some(asked)).await.unwrap();
    issue(&rooms, "Zero Draft").await;
    rooms.publisher.catch_up().await.unwrap();
    assert_eq!(bytes(&rooms.public), bytes(&rooms.ours));
    assert_eq!(root(&rooms.public), root(&rooms.ours));
    opens_as_shown(&rooms);
}

#[tokio::test]
async fn what_was_blanked_before_it_was_released_is_released_blank_with_its_leaf() {
    let rooms = rooms(Publicity::Everything).await;
    register(&rooms, "States of Africa").await;
    blank(&rooms, 2).await;
    issue(&rooms, "Zero Draft").await;
    rooms.publisher.catch_up().await.unwrap();
    assert_eq!(stored(&rooms.public), stored(&rooms.ours));
    assert!(stored(&rooms.public)[1].blanked.is_some() && !told(&rooms).contains("African States"));
    opens_as_shown(&rooms);
}

#[tokio::test]
async fn what_is_blanked_after_it_was_released_is_blank_at_once_and_told_with_the_next_draft() {
    let rooms = rooms(Publicity::Everything).await;
    issue(&rooms, "Zero Draft").await;
    register(&rooms, "States of Africa").await;
    rooms.publisher.catch_up().await.unwrap();
    let (before, released) = (leaves(&rooms.public), stored(&rooms.public).len());
    assert!(told(&rooms).contains("African States"));
    blank(&rooms, 2).await;
    rooms.publisher.catch_up().await.unwrap();
    assert!(!told(&rooms).contains("African States"), "at once");
    assert_eq!(&*rooms.public.compact(&id()).unwrap().groups.values().next().unwrap().name, "##############");
    assert_eq!((leaves(&rooms.public), stored(&rooms.public).len()), (before, released), "and nothing else");
    opens_as_shown(&rooms);
    rooms.publisher.catch_up().await.unwrap();
    hand_in(&rooms, FIRST).await;
    issue(&rooms, "Rev. 1").await;
    rooms.publisher.catch_up().await.unwrap();
    assert_eq!(stored(&rooms.public), stored(&rooms.ours));
    let redactions = rooms.public.compact(&id()).unwrap().redactions.clone();
    assert_eq!(redactions, rooms.ours.compact(&id()).unwrap().redactions);
    opens_as_shown(&rooms);
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_redaction_reaches_the_public_by_itself_while_the_publisher_follows() {
    let rooms = rooms(Publicity::Attributed).await;
    issue(&rooms, "Zero Draft").await;
    ask_and_take_up(&rooms).await;
    issue(&rooms, "Rev. 1").await;
    rooms.publisher.catch_up().await.unwrap();
    assert!(told(&rooms).contains("African States"));
    let released = stored(&rooms.public).len() as u64;
    let (mut head, publisher) = (rooms.public.log().head(), rooms.publisher.clone());
    let following = tokio::spawn(async move { publisher.follow().await });
    register(&rooms, "States of Africa").await;
    blank(&rooms, 2).await;
    head.wait_for(|head| *head == released + 2).await.unwrap();
    // One at a time: whoever waits for the publisher sees it carried out.
    rooms.publisher.catch_up().await.unwrap();
    following.abort();
    assert!(!told(&rooms).contains("African States") && told(&rooms).contains("States of Africa"));
    opens_as_shown(&rooms);
}

#[tokio::test]
async fn only_a_name_that_was_blanked_is_blanked_for_the_public() {
    let rooms = rooms(Publicity::Attributed).await;
    issue(&rooms, "Zero Draft").await;
    ask_and_take_up(&rooms).await;
    issue(&rooms, "Rev. 1").await;
    rooms.publisher.catch_up().await.unwrap();
    let before = bytes(&rooms.public);
    for name in ["Somebody", "States of Africa"] {
        register(&rooms, name).await;
    }
    let registered = rooms.ours.compact(&id()).unwrap().seq.0 - 1;
    blank(&rooms, registered).await;
    rooms.publisher.catch_up().await.unwrap();
    assert_eq!(bytes(&rooms.public), before, "the public never read that one");
    blank(&rooms, 2).await;
    for _ in 0..2 {
        rooms.publisher.catch_up().await.unwrap();
    }
    assert!(!told(&rooms).contains("African States"));
    assert_eq!(stored(&rooms.public).len(), before.len() + 2, "today's name, and what says that the other is blanked");
    opens_as_shown(&rooms);
}

/// An adopted compact takes no other name, and is blanked all the same.
#[tokio::test]
async fn a_name_is_blanked_for_the_public_after_the_adoption_too() {
    for shown in [Publicity::Attributed, Publicity::Everything] {
        let rooms = rooms(shown).await;
        ask_and_take_up(&rooms).await;
        issue(&rooms, "Final").await;
        say(&rooms, Command::Adopt { note: None }).await;
        rooms.publisher.catch_up().await.unwrap();
        assert!(told(&rooms).contains("African States"));
        blank(&rooms, 2).await;
        rooms.publisher.catch_up().await.unwrap();
        assert!(!told(&rooms).contains("African States"), "{shown:?}");
        opens_as_shown(&rooms);
    }
}

#[tokio::test]
async fn what_there_was_no_room_for_is_released_whole_once_there_is() {
    let (log, gate) = FullLog::new();
    drop(gate);
    let is_full = log.switch();
    let rooms = rooms_with(Publicity::Everything, Arc::new(log)).await;
    issue(&rooms, "Zero Draft").await;
    is_full.store(true, Ordering::SeqCst);
    let told = rooms.publisher.catch_up().await;
    assert!(matches!(told, Err(Failure::Full(_))), "{told:?}");
    assert!(rooms.public.compact(&id()).is_none());
    is_full.store(false, Ordering::SeqCst);
    rooms.publisher.catch_up().await.unwrap();
    is_full.store(true, Ordering::SeqCst);
    hand_in(&rooms, FIRST).await;
    issue(&rooms, "Rev. 1").await;
    assert!(rooms.publisher.catch_up().await.is_err());
    assert_eq!(rooms.public.compact(&id()).unwrap().drafts.len(), 1, "what was released is shown as it was");
    is_full.store(false, Ordering::SeqCst);
    rooms.publisher.catch_up().await.unwrap();
    assert_eq!(bytes(&rooms.public), bytes(&rooms.ours));
}

#[tokio::test]
async fn where_the_storage_fails_what_is_durable_is_shown_and_no_more_is_taken() {
    for kept in 0..5 {
        let rooms = rooms_with(Publicity::Everything, Arc::new(FailingLog::after(kept))).await;
        issue(&rooms, "Zero Draft").await;
        for _ in 0..2 {
            let told = rooms.publisher.catch_up().await;
            assert!(matches!(told, Err(Failure::Storage(_))), "{told:?}");
        }
        let shown = rooms.public.compact(&id()).map_or(0, |public| u64::from(public.seq.0));
        assert_eq!((shown, bytes(&rooms.public).len() as u64), (kept, kept));
        assert_eq!(rooms.public.is_writable(), kept == 0, "only what was opened can be written");
    }
}
