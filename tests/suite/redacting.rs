//! Redactions on their way: whatever comes between the entry that says so and the blanking.

use std::sync::Arc;

use serde_json::json;
use travaux::access::Speaking;
use travaux::compact::{Command, CompactId, GroupId, Seq};
use travaux::log::{EventLog, MemoryLog, Scope};
use travaux::secretariat::{Failure, Secretariat};

use crate::doubles::{BlankingLog, SlowLog};
use crate::server::Server;

const C: &str = "/api/v1/compacts/gcm";

fn id() -> CompactId {
    "gcm".parse().unwrap()
}

fn open() -> Command {
    Command::OpenCompact { compact: id(), title: "A compact (fiction)".into() }
}

fn group(id: &str, name: &str) -> Command {
    Command::RegisterGroup { group: id.parse::<GroupId>().unwrap(), name: name.into() }
}

fn redact(entry: u32) -> Command {
    Command::Redact { entry: Seq(entry), found: None, what: None, reason: "a private person".into() }
}

fn whole(log: &dyn EventLog) -> String {
    let entries = log.read(&Scope::Whole, 0, 100).unwrap();
    entries.iter().map(|entry| String::from_utf8_lossy(&entry.bytes).into_owned()).collect()
}

#[test]
fn a_redaction_that_could_not_be_carried_out_is_when_the_record_is_opened_again() {
    let inner = Arc::new(MemoryLog::new());
    let server = Server::on(Arc::new(BlankingLog::failing(inner.clone())));
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    server.put(&format!("{C}/groups/eu"), &json!({"name": "Aasgaard"})).expect(201);
    server.put(&format!("{C}/groups/eu"), &json!({"name": "European Union"})).expect(200);
    let refused = server.post(&format!("{C}/redactions"), &json!({"entry": 2, "reason": "a private person"}));
    let problem = refused.problem(503, "storage-failed");
    assert_eq!(problem["seq"], 4);
    assert!(problem["detail"].as_str().unwrap().contains("opened again"), "{problem}");
    server.get("/health/ready").problem(503, "storage-failed");
    server.put(&format!("{C}/groups/a"), &json!({"name": "A"})).problem(503, "storage-failed");
    assert_eq!(server.get(C).expect(200)["seq"], 3, "readers go on");
    drop(server);
    assert!(whole(&*inner).contains("Aasgaard"), "nothing is blanked yet");
    let server = Server::on(inner.clone());
    assert!(!whole(&*inner).contains("Aasgaard"), "opening it carried it out");
    let event = &server.get(&format!("{C}/events")).expect(200)["events"][1];
    assert_eq!((&event["redactedby"], &event["data"]["name"]), (&json!(4), &json!("########")));
    server.put(&format!("{C}/groups/a"), &json!({"name": "A"})).expect(201);
}

#[test]
fn nothing_of_a_redaction_is_shown_before_it_is_carried_out_and_no_tag_stands_for_both() {
    let (log, told, gate) = BlankingLog::waiting(Arc::new(MemoryLog::new()));
    let server = Server::on(Arc::new(log));
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    server.put(&format!("{C}/groups/eu"), &json!({"name": "Aasgaard"})).expect(201);
    server.put(&format!("{C}/groups/eu"), &json!({"name": "European Union"})).expect(200);
    let addresses = ["/api/v1/events".to_owned(), format!("{C}/events")];
    let server = &server;
    // The gate goes with whatever fails in here, so that nobody waits for it for ever.
    std::thread::scope(move |scope| {
        let asked = move || server.post(&format!("{C}/redactions"), &json!({"entry": 2, "reason": "a private person"}));
        let redaction = scope.spawn(asked);
        told.recv().unwrap();
        let before = addresses.each_ref().map(|address| server.get(address));
        assert!(before.iter().all(|page| page.text().contains("Aasgaard")), "it is recorded, and not carried out");
        assert_eq!(server.get(C).expect(200)["seq"], 3);
        gate.send(()).unwrap();
        told.recv().unwrap();
        let event = &server.get(&addresses[1]).expect(200)["events"][1];
        assert_eq!((&event["redactedby"], &event["data"]["name"]), (&json!(4), &json!("########")));
        assert_eq!(server.get(C).expect(200)["seq"], 3, "the compact is read anew first");
        gate.send(()).unwrap();
        redaction.join().unwrap().expect(201);
        for (address, before) in addresses.iter().zip(before) {
            let after = server.send("GET", address, &[("if-none-match", before.header("etag"))], b"");
            assert!(after.status == 200 && !after.text().contains("Aasgaard"), "{address}: {}", after.status);
        }
    });
}

#[tokio::test]
async fn of_two_redactions_of_one_entry_both_are_carried_out() {
    let inner = Arc::new(MemoryLog::new());
    let room = Secretariat::open(inner.clone()).unwrap();
    room.record(&id(), Speaking::Anyone.says(open()), None).await.unwrap();
    let statement = serde_json::from_value(json!({
        "by": {"name": "Aasgaard", "kind": "government"}, "made_on": "2018-07-09", "title": "Of Aasgaard",
        "link": "https://example.org/",
    }));
    room.record(&id(), Speaking::Anyone.says(Command::FileStatement { statement: statement.unwrap() }), None)
        .await
        .unwrap();
    let redact = |what: &str| Command::Redact {
        entry: Seq(2),
        found: None,
        what: Some(vec![what.into()]),
        reason: "a private person".into(),
    };
    let leaf = inner.read(&Scope::Whole, 1, 1).unwrap()[0].leaf();
    room.record(&id(), Speaking::Anyone.says(redact("title")), None).await.unwrap();
    drop(room);
    let failing = Secretariat::open(Arc::new(BlankingLog::failing(inner.clone()))).unwrap();
    let failed = failing.record(&id(), Speaking::Anyone.says(redact("by/name")), None).await;
    assert!(matches!(failed, Err(Failure::Unblanked { seq: Seq(4), .. })));
    assert!(Secretariat::open(Arc::new(BlankingLog::failing(inner.clone()))).is_err(), "nothing is served until it is");
    let room = Secretariat::open(inner.clone()).unwrap();
    assert!(!whole(&*inner).contains("Aasgaard"));
    assert_eq!(room.tree(&id()).unwrap().unwrap().leaf(1), Some(leaf));
}

#[tokio::test]
async fn whoever_speaks_while_something_is_blanked_waits_and_is_heard_on_what_is_left() {
    let (log, gate) = SlowLog::new();
    let room = Arc::new(Secretariat::open(Arc::new(log)).unwrap());
    for _ in 0..3 {
        gate.send(()).unwrap();
    }
    room.record(&id(), Speaking::Anyone.says(open()), None).await.unwrap();
    room.record(&id(), Speaking::Anyone.says(group("eu", "Aasgaard")), None).await.unwrap();
    room.record(&id(), Speaking::Anyone.says(group("eu", "European Union")), None).await.unwrap();
    let say = |command: Command| {
        let room = room.clone();
        tokio::spawn(async move {
            room.record(&id(), Speaking::Anyone.says(command), None).await.map(|recorded| recorded.seq)
        })
    };
    // The first is on its way to the disk, so the redaction waits for it; the last waits for the redaction.
    let said = [say(group("a", "A")), say(redact(2)), say(group("b", "B"))];
    tokio::task::yield_now().await;
    assert_eq!(room.compact(&id()).unwrap().seq, Seq(3), "nothing is durable yet");
    drop(gate);
    let mut seqs = Vec::new();
    for said in said {
        seqs.push(said.await.unwrap().unwrap());
    }
    assert_eq!(seqs, [Seq(4), Seq(5), Seq(6)]);
    let compact = room.compact(&id()).unwrap();
    assert_eq!((compact.seq, compact.groups.len(), compact.redactions.len()), (Seq(6), 3, 1));
    assert!(!whole(&**room.log()).contains("Aasgaard"));
}

#[tokio::test]
async fn a_record_whose_redaction_means_another_entry_is_not_opened() {
    let log = Arc::new(MemoryLog::new());
    let room = Secretariat::open(log.clone()).unwrap();
    room.record(&id(), Speaking::Anyone.says(open()), None).await.unwrap();
    room.record(&id(), Speaking::Anyone.says(group("eu", "Aasgaard")), None).await.unwrap();
    room.record(&id(), Speaking::Anyone.says(group("eu", "European Union")), None).await.unwrap();
    room.record(&id(), Speaking::Anyone.says(redact(2)), None).await.unwrap();
    let forged = Arc::new(MemoryLog::new());
    for stored in log.read(&Scope::Whole, 0, 10).unwrap() {
        // What is left of entry 2, as if that had been recorded.
        let entry = travaux::log::NewEntry { compact: stored.compact, seq: stored.seq, bytes: stored.bytes.to_vec() };
        forged.append(entry).await.unwrap();
    }
    let told = Secretariat::open(forged).map(drop).unwrap_err().to_string();
    assert!(told.contains("entry 4") && told.contains("means another"), "{told}");
}
