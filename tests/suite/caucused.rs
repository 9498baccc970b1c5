//! A group prepares its proposals among its members: in a record of its own, of which only what is tabled leaves.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use futures_util::FutureExt;
use travaux::access::Speaking;
use travaux::compact::{Command, Compact, CompactId, Edit, GroupId, ProposalId, Refusal, Seq, Standing, limits};
use travaux::log::{EventLog, MemoryLog, Scope};
use travaux::secretariat::{Caucuses, Failure, Recorded, Secretariat};

use crate::doubles::{FullLog, SlowLog};

const ZERO: &str = "1. States will keep harbours open.\n\n2. Pilots rest.\n";
const FIRST: &str = "1. Masters report.\n\n2. States will keep all harbours open.\n\n3. Pilots rest.\n";

struct Rooms {
    ours: Arc<Secretariat>,
    caucuses: Arc<Caucuses>,
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
        Self::open_in(Arc::new(MemoryLog::new())).await
    }

    /// The same, with caucuses in this log.
    async fn open_in(private: Arc<dyn EventLog>) -> Self {
        let open = |log| Arc::new(Secretariat::open(log).unwrap());
        let ours = open(Arc::new(MemoryLog::new()));
        let rooms = Self { ours: ours.clone(), caucuses: Arc::new(Caucuses::new(ours, open(private))) };
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

    async fn table(&self, proposal: ProposalId) -> Result<Recorded, Failure> {
        let spoken = |command| Speaking::Anyone.says(command);
        self.caucuses.table(spoken, &self.compact(), &group(), proposal, None).await
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
    let tabled = rooms.table(prepared).await.unwrap();
    let proposal = &tabled.compact.proposals[&ProposalId(tabled.seq)];
    assert_eq!(proposal.standing, Standing::Waiting);
    let asked = format!("{:?}", proposal.form.edits[0].edit);
    assert!(asked.contains("States shall keep harbours open."), "{asked}");
    let (_, caucus) = rooms.caucus().await;
    assert_eq!(caucus.proposals[&prepared].standing, Standing::Withdrawn);
    let again = rooms.table(prepared).await;
    let again = again.unwrap();
    assert_eq!((again.seq, again.is_new), (tabled.seq, false), "asked for again, it is told what came of it");
    let unknown = rooms.table("p99".parse().unwrap()).await;
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
    let tabled = rooms.table(prepared).await.unwrap();
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

/// A member of the group speaks for it in the caucus, whether it has its mandate outside or not.
fn as_member(caucus: &CompactId, delegation: &str) -> Speaking {
    Speaking::Delegation(caucus.clone(), delegation.parse().unwrap())
}

fn registered(delegation: &str, groups: Vec<GroupId>) -> Command {
    Command::RegisterDelegation { delegation: delegation.parse().unwrap(), name: delegation.into(), groups }
}

#[tokio::test]
async fn whoever_is_in_the_group_speaks_for_it_there_and_whoever_has_left_does_not() {
    let rooms = Rooms::open().await;
    rooms.say(registered("ghana", vec![group()])).await;
    let (id, caucus) = rooms.caucus().await;
    let reword = caucus.text(caucus.seq)[0].id;
    let table = |text: &str| {
        let edits = vec![Edit::Reword { reword, text: text.into() }];
        Command::TableProposal { sponsors: vec![group()], base: None, edits, rationale: None }
    };
    let inside = rooms.caucuses.record();
    for (member, text) in [("kenya", "States shall keep harbours open."), ("ghana", "States may keep harbours open.")] {
        inside.record(&id, as_member(&id, member).says(table(text)), None).await.unwrap();
    }
    rooms.say(registered("kenya", vec![])).await;
    rooms.say(Command::LeaveProcess { delegation: "ghana".parse().unwrap() }).await;
    let (_, caucus) = rooms.caucus().await;
    for left in ["kenya", "ghana", "peru"] {
        let told = inside.record(&id, as_member(&id, left).says(table("Nobody keeps harbours open.")), None).await;
        assert!(matches!(told, Err(Failure::NotYours(_))), "{left}: {told:?}", told = told.err());
    }
    assert_eq!(rooms.caucus().await.1.seq, caucus.seq, "nothing changed since");
}

#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn caucuses_that_were_opened_keep_up_by_themselves_and_no_other_is_opened() {
    let rooms = Rooms::open().await;
    rooms.say(Command::RegisterGroup { group: "eu".parse().unwrap(), name: "EU".into() }).await;
    let (id, caucus) = rooms.caucus().await;
    let (mut head, caucuses) = (rooms.caucuses.record().log().head(), rooms.caucuses.clone());
    let following = tokio::spawn(async move { caucuses.follow().await });
    let before = u64::from(caucus.seq.0);
    rooms.draft(FIRST, "Rev. 1").await;
    head.wait_for(|head| *head == before + 2).await.unwrap();
    rooms.say(registered("ghana", vec![group()])).await;
    head.wait_for(|head| *head == before + 4).await.unwrap();
    rooms.say(Command::LeaveProcess { delegation: "kenya".parse().unwrap() }).await;
    head.wait_for(|head| *head == before + 5).await.unwrap();
    // One at a time: whoever waits for the caucuses sees it carried out.
    rooms.caucuses.catch_up().await.unwrap();
    following.abort();
    let caucus = rooms.caucuses.record().compact(&id).unwrap();
    assert_eq!((caucus.drafts.len(), u64::from(caucus.seq.0)), (2, before + 5));
    let speaks = |delegation: &str| caucus.delegations[&delegation.parse::<GroupId>().unwrap()].speaks_for(&group());
    assert!(speaks("ghana") && !speaks("kenya"));
    assert_eq!(rooms.caucuses.record().compacts().len(), 1);
}

#[tokio::test]
async fn a_name_that_is_blanked_is_blanked_in_the_caucus() {
    let rooms = Rooms::open().await;
    let (id, _) = rooms.caucus().await;
    rooms.say(Command::RegisterGroup { group: group(), name: "States of Africa".into() }).await;
    let kenya = Command::RegisterDelegation {
        delegation: "kenya".parse().unwrap(),
        name: "Republic of Kenya".into(),
        groups: vec![group()],
    };
    rooms.say(kenya).await;
    for entry in [2, 3] {
        let reason = "not for the record".into();
        rooms.say(Command::Redact { entry: Seq(entry), found: None, what: None, reason }).await;
    }
    for _ in 0..2 {
        rooms.caucuses.catch_up().await.unwrap();
    }
    let stored = rooms.caucuses.record().log().read(&Scope::Whole, 0, 100).unwrap();
    let told: String = stored.iter().map(|stored| String::from_utf8_lossy(&stored.bytes).into_owned()).collect();
    assert!(!told.contains("African States") && !told.contains("\"Kenya\""), "{told}");
    let caucus = rooms.caucuses.record().compact(&id).unwrap();
    assert_eq!(&*caucus.groups[&group()].name, "States of Africa");
    assert_eq!(caucus.redactions.len(), 2, "each once");
    Secretariat::open(rooms.caucuses.record().log().clone()).unwrap();
}

#[tokio::test]
async fn why_a_proposal_was_tabled_is_blanked_in_the_caucus_where_it_is_in_the_compact() {
    let rooms = Rooms::open().await;
    let (id, caucus) = rooms.caucus().await;
    let reword = caucus.text(caucus.seq)[0].id;
    let mut prepared = Vec::new();
    for (text, why) in [("Masters act.", "As the Minister asked."), ("Pilots act.", "As the Envoy asked.")] {
        let (edits, rationale) = (vec![Edit::Reword { reword, text: text.into() }], Some(why.to_owned()));
        let command = Command::TableProposal { sponsors: vec![group()], base: None, edits, rationale };
        let recorded = rooms.caucuses.record().record(&id, Speaking::Anyone.says(command), None).await.unwrap();
        prepared.push(ProposalId(recorded.seq));
    }
    let tabled = [rooms.table(prepared[0]).await.unwrap(), rooms.table(prepared[1]).await.unwrap()];
    let reason = "a private name".into();
    rooms.say(Command::Redact { entry: tabled[0].seq, found: None, what: None, reason }).await;
    for _ in 0..2 {
        rooms.caucuses.catch_up().await.unwrap();
    }
    let stored = rooms.caucuses.record().log().read(&Scope::Whole, 0, 100).unwrap();
    let told: String = stored.iter().map(|stored| String::from_utf8_lossy(&stored.bytes).into_owned()).collect();
    assert!(!told.contains("Minister") && told.contains("Envoy"), "{told}");
    assert_eq!(rooms.caucus().await.1.redactions.len(), 1, "once");
}

#[tokio::test]
async fn what_was_prepared_on_another_text_than_a_draft_is_not_tabled() {
    let rooms = Rooms::open().await;
    let (id, _) = rooms.caucus().await;
    let record = rooms.caucuses.record();
    let text = travaux::formats::markdown::read("1. Something else.\n");
    for command in [
        Command::Revise { text, base: None, reflects: vec![], reason: None },
        Command::IssueDraft { label: "Of our own".into(), id: None, sign_off: true },
    ] {
        record.record(&id, Speaking::Anyone.says(command), None).await.unwrap();
    }
    let prepared = rooms.prepare(0, "Something else again.").await;
    let told = rooms.table(prepared).await;
    assert_eq!(told.err().unwrap().to_string(), Refusal::UnknownText("of-our-own".into()).to_string());
}

/// Nobody can tell by it how many other caucuses there are.
#[tokio::test]
async fn a_caucus_is_opened_however_many_there_are() {
    let rooms = Rooms::open().await;
    for n in 0..limits::COMPACTS_MAX {
        let id: CompactId = format!("caucus-{n}").parse().unwrap();
        let open = Command::OpenCompact { compact: id.clone(), title: "Another (fiction)".into() };
        rooms.caucuses.record().record(&id, Speaking::Anyone.says(open), None).await.unwrap();
    }
    rooms.caucus().await;
}

/// What two proposals come to together has two spaces in a row, which nobody could hand in.
#[tokio::test]
async fn a_caucus_has_a_draft_to_the_letter_so_that_it_can_be_tabled_on() {
    let rooms = Rooms::open().await;
    rooms.draft("1. Pilots rest (always) \u{2014} \"so\".\n", "Rev. 1").await;
    let reword = rooms.compact().text(rooms.compact().seq)[0].id;
    for text in ["Pilots rest (always) \"so\" \"so\".", "Pilots rest (always) \u{2014}"] {
        let edits = vec![Edit::Reword { reword, text: text.into() }];
        rooms.say(Command::TableProposal { sponsors: vec![group()], base: None, edits, rationale: None }).await;
        let proposal = ProposalId(rooms.compact().seq);
        rooms.say(Command::TakeUp { proposal, edits: None, note: None }).await;
    }
    rooms.say(Command::IssueDraft { label: "Rev. 2".into(), id: None, sign_off: true }).await;
    let (ours, (_, caucus)) = (rooms.compact(), rooms.caucus().await);
    assert_eq!(&*ours.text(ours.seq)[0].text, "Pilots rest (always)  \"so\"");
    assert_eq!(caucus.text(caucus.seq)[0].text, ours.text(ours.seq)[0].text);
    let prepared = rooms.prepare(0, "Pilots shall rest (always).").await;
    rooms.table(prepared).await.unwrap();
}

/// There is no room for what is to be said in the caucus, once it is said in the compact.
#[tokio::test]
async fn what_was_interrupted_when_it_was_tabled_is_tabled_once() {
    let (log, gate) = FullLog::new();
    drop(gate);
    let is_full = log.switch();
    let rooms = Rooms::open_in(Arc::new(log)).await;
    let prepared = rooms.prepare(0, "States shall keep harbours open.").await;
    let same = rooms.prepare(0, "States shall keep harbours open.").await;
    is_full.store(true, Ordering::SeqCst);
    let told = rooms.table(prepared).await;
    assert!(matches!(told, Err(Failure::Full(_))), "{:?}", told.err());
    is_full.store(false, Ordering::SeqCst);
    let tabled = rooms.table(prepared).await.unwrap();
    assert_eq!(rooms.compact().proposals.keys().copied().collect::<Vec<_>>(), [ProposalId(tabled.seq)]);
    let (_, caucus) = rooms.caucus().await;
    let settled = caucus.proposals[&prepared].settled.as_ref().unwrap();
    assert_eq!(settled.note.as_deref(), Some(&*format!("tabled as p{}", tabled.seq)));
    rooms.table(same).await.unwrap();
    assert_eq!(rooms.compact().proposals.len(), 2, "whoever prepares the same once more tables it once more");
}

/// The one waits for the disk meanwhile.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nobody_waits_in_a_caucus_for_what_is_done_in_another() {
    let (log, gate) = SlowLog::new();
    let rooms = Rooms::open_in(Arc::new(log)).await;
    let eu: GroupId = "eu".parse().unwrap();
    rooms.say(Command::RegisterGroup { group: eu.clone(), name: "EU".into() }).await;
    let (caucuses, compact) = (rooms.caucuses.clone(), rooms.compact());
    let entries = 6;
    for _ in 0..entries {
        gate.send(()).unwrap();
    }
    let (_, caucus) = rooms.caucus().await;
    assert_eq!(u64::from(caucus.seq.0), entries);
    let entering = tokio::spawn(async move { caucuses.enter(&compact, &eu).await });
    gate.send(()).unwrap();
    rooms.caucuses.record().log().head().wait_for(|head| *head == entries + 1).await.unwrap();
    let told = rooms.table("p99".parse().unwrap()).now_or_never();
    assert!(matches!(told, Some(Err(Failure::Refused(Refusal::UnknownProposal(_))))), "it waits");
    drop(gate);
    entering.await.unwrap().unwrap();
}
