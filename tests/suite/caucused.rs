//! A group prepares its proposals among its members: in a record of its own, of which only what is tabled leaves.

use std::sync::Arc;

use travaux::access::Speaking;
use travaux::compact::{Command, Compact, CompactId, Edit, GroupId, ProposalId, Refusal, Standing};
use travaux::log::{MemoryLog, Scope};
use travaux::secretariat::{Caucuses, Failure, Secretariat};

const ZERO: &str = "1. States will keep harbours open.\n\n2. Pilots rest.\n";
const FIRST: &str = "1. Masters report.\n\n2. States will keep all harbours open.\n\n3. Pilots rest.\n";

struct Rooms {
    ours: Arc<Secretariat>,
    caucuses: Caucuses,
}

fn id() -> CompactId {
    "harbours".parse().unwrap()
}

fn group() -> GroupId {
    "african-states".parse().unwrap()
}

impl Rooms {
    /// A compact with a draft, a group with a member, and a delegation that is none.
    async fn open() -> Self {
        let open = || Arc::new(Secretariat::open(Arc::new(MemoryLog::new())).unwrap());
        let ours = open();
        let rooms = Self { ours: ours.clone(), caucuses: Caucuses::new(ours, open()) };
        rooms.say(Command::OpenCompact { compact: id(), title: "Harbours (fiction)".into() }).await;
        rooms.say(Command::RegisterGroup { group: group(), name: "African States".into() }).await;
        for (delegation, name, groups) in [("kenya", "Kenya", vec![group()]), ("peru", "Peru", vec![])] {
            let delegation = delegation.parse().unwrap();
            rooms.say(Command::RegisterDelegation { delegation, name: name.into(), groups }).await;
        }
        rooms.draft(ZERO, "Zero Draft").await;
        rooms
    }

    async fn say(&self, command: Command) {
        self.ours.record(&id(), Speaking::Anyone.says(command), None).await.unwrap();
    }

    async fn draft(&self, text: &str, label: &str) {
        let text = travaux::formats::markdown::read(text);
        self.say(Command::Revise { text, base: None, reflects: vec![], reason: None }).await;
        self.say(Command::IssueDraft { label: label.into(), id: None, sign_off: true }).await;
    }

    fn compact(&self) -> Arc<Compact> {
        self.ours.compact(&id()).unwrap()
    }

    async fn caucus(&self) -> (CompactId, Arc<Compact>) {
        let id = self.caucuses.enter(&self.compact(), &group()).await.unwrap();
        let caucus = self.caucuses.record().compact(&id).unwrap();
        (id, caucus)
    }

    /// Prepares a change of a paragraph, by its place.
    async fn prepare(&self, nth: usize, text: &str) -> ProposalId {
        let (id, caucus) = self.caucus().await;
        let reword = caucus.text(caucus.seq)[nth].id;
        let edits = vec![Edit::Reword { reword, text: text.into() }];
        let command = Command::TableProposal { sponsors: vec![group()], base: None, edits, rationale: None };
        let recorded = self.caucuses.record().record(&id, Speaking::Anyone.says(command), None).await.unwrap();
        ProposalId(recorded.seq)
    }
}

#[tokio::test]
async fn a_caucus_has_the_last_draft_and_the_members_of_its_group() {
    let rooms = Rooms::open().await;
    let (id, caucus) = rooms.caucus().await;
    assert!(id.as_str().starts_with("caucus-"));
    let wordings = |compact: &Compact| compact.text(compact.seq).into_iter().map(|p| p.text).collect::<Vec<_>>();
    assert_eq!(wordings(&caucus), wordings(&rooms.compact()));
    let members: Vec<&str> = caucus.delegations.keys().map(GroupId::as_str).collect();
    assert_eq!(members, ["kenya"]);
    let (_, again) = rooms.caucus().await;
    assert_eq!(again.seq, caucus.seq, "whoever enters again finds it as it was");
}

#[tokio::test]
async fn nothing_that_is_prepared_is_noticed_in_the_record_of_the_delegations() {
    let rooms = Rooms::open().await;
    let before = rooms.ours.log().read(&Scope::Whole, 0, 100).unwrap();
    rooms.prepare(0, "States shall keep harbours open.").await;
    assert_eq!(rooms.ours.log().read(&Scope::Whole, 0, 100).unwrap(), before);
    assert_eq!(rooms.ours.compacts().len(), 1);
}

#[tokio::test]
async fn what_is_tabled_is_the_groups_and_leaves_the_caucus() {
    let rooms = Rooms::open().await;
    let prepared = rooms.prepare(0, "States shall keep harbours open.").await;
    let tabled = rooms.caucuses.table(&Speaking::Anyone, &rooms.compact(), &group(), prepared).await.unwrap();
    let proposal = &tabled.compact.proposals[&ProposalId(tabled.seq)];
    assert_eq!(proposal.standing, Standing::Waiting);
    let asked = format!("{:?}", proposal.form.edits[0].edit);
    assert!(asked.contains("States shall keep harbours open."), "{asked}");
    let (_, caucus) = rooms.caucus().await;
    assert_eq!(caucus.proposals[&prepared].standing, Standing::Withdrawn);
    let again = rooms.caucuses.table(&Speaking::Anyone, &rooms.compact(), &group(), prepared).await;
    assert!(matches!(again, Err(Failure::Refused(Refusal::NotWaiting { .. }))));
    let unknown = rooms.caucuses.table(&Speaking::Anyone, &rooms.compact(), &group(), "p99".parse().unwrap()).await;
    assert!(matches!(unknown, Err(Failure::Refused(Refusal::UnknownProposal(_)))));
}

/// The provisions of both texts have other ids, and a draft was issued in between.
#[tokio::test]
async fn what_was_prepared_before_a_draft_is_carried_over_and_tabled_on_its_base() {
    let rooms = Rooms::open().await;
    let prepared = rooms.prepare(1, "Pilots shall rest.").await;
    rooms.draft(FIRST, "Rev. 1").await;
    let (_, caucus) = rooms.caucus().await;
    assert_eq!(caucus.drafts.len(), 2);
    assert_eq!(caucus.proposals[&prepared].standing, Standing::Waiting);
    let tabled = rooms.caucuses.table(&Speaking::Anyone, &rooms.compact(), &group(), prepared).await.unwrap();
    let taken = Command::TakeUp { proposal: ProposalId(tabled.seq), edits: None, note: None };
    rooms.say(taken).await;
    let compact = rooms.compact();
    let text: Vec<String> = compact.text(compact.seq).iter().map(|provision| provision.text.to_string()).collect();
    assert_eq!(text, ["Masters report.", "States will keep all harbours open.", "Pilots shall rest."]);
}

#[tokio::test]
async fn there_is_no_caucus_of_a_group_that_is_none() {
    let rooms = Rooms::open().await;
    let entered = rooms.caucuses.enter(&rooms.compact(), &"nobody".parse().unwrap()).await;
    assert!(matches!(entered, Err(Failure::Refused(Refusal::UnknownSpeaker(_)))));
}
