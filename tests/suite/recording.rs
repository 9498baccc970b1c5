//! What the room sees of the disk: nothing before it is durable, and the truth when it fails.

use std::sync::Arc;
use std::sync::atomic::Ordering;

use serde_json::json;
use travaux::access::Speaking;
use travaux::compact::{Command, CompactId, GroupId, Seq};
use travaux::log::MemoryLog;
use travaux::secretariat::{Failure, Secretariat};

use crate::doubles::{FailingLog, FullLog, SlowLog};
use crate::server::Server;

const C: &str = "/api/v1/compacts/gcm";

fn id() -> CompactId {
    "gcm".parse().unwrap()
}

fn open() -> Command {
    Command::OpenCompact { compact: id(), title: "A compact (fiction)".into() }
}

fn group(name: &str) -> Command {
    Command::RegisterGroup { group: name.parse::<GroupId>().unwrap(), name: name.to_uppercase() }
}

#[test]
fn when_the_disk_fails_the_room_is_told_and_goes_on_reading() {
    let server = Server::on(Arc::new(FailingLog::after(3)));
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    server.put(&format!("{C}/groups/a"), &json!({"name": "A"})).expect(201);
    server.put(&format!("{C}/groups/b"), &json!({"name": "B"})).expect(201);
    server.get("/health/ready").expect(200);
    let refused = server.put(&format!("{C}/groups/c"), &json!({"name": "C"}));
    refused.problem(503, "storage-failed");
    assert_eq!(refused.header("retry-after"), "5");
    server.put(&format!("{C}/groups/d"), &json!({"name": "D"})).problem(503, "storage-failed");
    server.get("/health/ready").problem(503, "storage-failed");
    let shown = server.get(C).expect(200);
    assert_eq!((&shown["seq"], shown["groups"].as_array().unwrap().len()), (&json!(3), 2));
    assert_eq!(server.get(&format!("{C}/events")).expect(200)["head"], 3, "nothing that was refused is in the record");
}

#[test]
fn when_the_disk_is_full_the_room_is_told_and_goes_on_once_there_is_room() {
    let (log, gate) = FullLog::new();
    let is_full = log.switch();
    drop(gate);
    let server = Server::on(Arc::new(log));
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    server.put(&format!("{C}/groups/a"), &json!({"name": "A"})).expect(201);
    is_full.store(true, Ordering::SeqCst);
    for name in ["b", "c"] {
        let refused = server.put(&format!("{C}/groups/{name}"), &json!({"name": name}));
        refused.problem(503, "storage-full");
        assert_eq!(refused.header("retry-after"), "5");
    }
    server.post("/api/v1/compacts", &json!({"id": "other", "title": "Another"})).problem(503, "storage-full");
    server.get("/health/ready").expect(200);
    assert_eq!(server.get(C).expect(200)["seq"], 2, "readers go on");
    is_full.store(false, Ordering::SeqCst);
    assert_eq!(server.put(&format!("{C}/groups/c"), &json!({"name": "C"})).expect(201)["seq"], 3);
    assert_eq!(server.get(&format!("{C}/events")).expect(200)["head"], 3, "nothing that was refused is in the record");
}

#[tokio::test]
async fn what_was_decided_on_an_entry_without_room_falls_with_it() {
    let (log, gate) = FullLog::new();
    let is_full = log.switch();
    let secretariat = Arc::new(Secretariat::open(Arc::new(log)).unwrap());
    gate.send(()).unwrap();
    secretariat.record(&id(), Speaking::Anyone.says(open()), None).await.unwrap();
    is_full.store(true, Ordering::SeqCst);
    let say = |name: &'static str| {
        let secretariat = secretariat.clone();
        tokio::spawn(async move { secretariat.record(&id(), Speaking::Anyone.says(group(name)), None).await })
    };
    // Three are on their way, each decided on the one before; the first finds no room, and then there is room.
    let said = [say("a"), say("b"), say("c")];
    tokio::task::yield_now().await;
    gate.send(()).unwrap();
    let refused = |told: &Result<_, Failure>| matches!(told, Err(Failure::Full(_)));
    let [first, second, third] = said;
    assert!(refused(&first.await.unwrap().map(drop)));
    is_full.store(false, Ordering::SeqCst);
    drop(gate);
    assert!(refused(&second.await.unwrap().map(drop)) && refused(&third.await.unwrap().map(drop)));
    let recorded = secretariat.record(&id(), Speaking::Anyone.says(group("d")), None).await.unwrap();
    assert_eq!((recorded.seq, recorded.compact.groups.len()), (Seq(2), 1));
}

#[tokio::test]
async fn nothing_is_shown_before_it_is_durable_and_nobody_waits_for_it_to_be_heard() {
    let (log, gate) = SlowLog::new();
    let secretariat = Arc::new(Secretariat::open(Arc::new(log)).unwrap());
    gate.send(()).unwrap();
    secretariat.record(&id(), Speaking::Anyone.says(open()), None).await.unwrap();
    let say = |name: &'static str| {
        let secretariat = secretariat.clone();
        tokio::spawn(async move { secretariat.record(&id(), Speaking::Anyone.says(group(name)), None).await })
    };
    // Both are judged while neither is on the disk: the second on what the first decided.
    let (first, second) = (say("a"), say("b"));
    gate.send(()).unwrap();
    let first = first.await.unwrap().unwrap();
    let shown = secretariat.compact(&id()).unwrap();
    assert_eq!((first.seq, shown.seq), (Seq(2), Seq(2)), "the second is not durable yet");
    gate.send(()).unwrap();
    assert_eq!(second.await.unwrap().unwrap().seq, Seq(3));
    assert_eq!(secretariat.compact(&id()).unwrap().seq, Seq(3));
}

#[tokio::test]
async fn a_speaker_who_looked_too_early_is_told() {
    let secretariat = Secretariat::open(Arc::new(MemoryLog::new())).unwrap();
    secretariat.record(&id(), Speaking::Anyone.says(open()), None).await.unwrap();
    secretariat.record(&id(), Speaking::Anyone.says(group("a")), Some(Seq(1))).await.unwrap();
    let stale = secretariat.record(&id(), Speaking::Anyone.says(group("b")), Some(Seq(1))).await;
    assert!(matches!(stale, Err(Failure::Stale { seq: Seq(2) })), "somebody was first");
}

#[tokio::test]
async fn what_was_recorded_is_there_when_the_record_is_opened_again() {
    let log = Arc::new(MemoryLog::new());
    let before = Secretariat::open(log.clone()).unwrap();
    before.record(&id(), Speaking::Anyone.says(open()), None).await.unwrap();
    before.record(&id(), Speaking::Anyone.says(group("a")), None).await.unwrap();
    let after = Secretariat::open(log).unwrap().compact(&id()).unwrap();
    assert_eq!((after.seq, after.groups.len()), (Seq(2), 1));
    assert_eq!(after.changed_at, before.compact(&id()).unwrap().changed_at);
}
