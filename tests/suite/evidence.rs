//! The record as evidence over HTTP: what was seen yesterday proves itself the beginning of today's.

use std::sync::Arc;

use serde_json::{Value, json};
use travaux::access::Speaking;
use travaux::compact::{Command, CompactId, Entry, GroupId};
use travaux::log::{EventLog, MemoryLog, NewEntry, Scope};
use travaux::proof::{Checkpoint, Hash, Verifier, verify_consistency, verify_inclusion};
use travaux::secretariat::Secretariat;

use crate::doubles::SlowLog;
use crate::http::{C, opened, reword};
use crate::server::Server;

/// The keys that a server says it signs with.
fn keys(server: &Server) -> Vec<Verifier> {
    let keys = server.get("/api/v1/log/key");
    assert_eq!((keys.status, keys.header("content-type")), (200, "text/plain; charset=utf-8"));
    keys.text().lines().map(|key| key.parse().unwrap()).collect()
}

fn checkpoint(server: &Server) -> Checkpoint {
    let note = server.get(&format!("{C}/log/checkpoint"));
    assert_eq!((note.status, note.header("content-type")), (200, "text/plain; charset=utf-8"));
    Checkpoint::open(&note.text(), &keys(server)).unwrap()
}

fn hash(told: &Value) -> Hash {
    Hash::from_base64(told.as_str().unwrap()).unwrap()
}

fn path(told: &Value) -> Vec<Hash> {
    told["path"].as_array().unwrap().iter().map(hash).collect()
}

#[test]
fn yesterdays_checkpoint_proves_itself_the_beginning_of_todays() {
    let server = opened();
    let yesterday = checkpoint(&server);
    assert_eq!(yesterday.size, 5);
    assert!(yesterday.origin.ends_with("/compacts/gcm"), "{}", yesterday.origin);
    server.post(&format!("{C}/proposals"), &reword("States shall ensure safe pathways.")).expect(201);
    server.post(&format!("{C}/proposals/p6/take-up"), &json!({})).expect(200);
    let today = checkpoint(&server);
    assert_eq!((today.size, &today.origin), (7, &yesterday.origin));
    let shown = server.get(&format!("{C}/log/proof/consistency?from=5")).expect(200);
    assert_eq!((&shown["from"], &shown["to"]), (&json!(5), &json!(7)));
    assert_eq!((hash(&shown["from_root"]), hash(&shown["to_root"])), (yesterday.root, today.root));
    let path = path(&shown);
    assert!(verify_consistency(yesterday.size, yesterday.root, today.size, today.root, &path));
    assert!(!verify_consistency(4, yesterday.root, today.size, today.root, &path));
}

#[test]
fn every_entry_as_it_is_read_proves_itself_in_the_record() {
    let server = opened();
    let lines = server.get_as(&format!("{C}/events"), "application/x-ndjson").text();
    let root = checkpoint(&server).root;
    for (line, seq) in lines.lines().zip(1_u64..) {
        let (_, stored) = Entry::from_shown(line.as_bytes()).unwrap();
        let shown = server.get(&format!("{C}/log/proof/inclusion?seq={seq}")).expect(200);
        let leaf = Hash::of_leaf(&stored);
        assert_eq!((hash(&shown["leaf_hash"]), hash(&shown["root"])), (leaf, root));
        assert_eq!((&shown["seq"], &shown["leaf_index"], &shown["size"]), (&json!(seq), &json!(seq - 1), &json!(5)));
        assert!(verify_inclusion(leaf, seq - 1, 5, &path(&shown), root), "entry {seq}");
        let note = shown["checkpoint"].as_str().unwrap();
        assert_eq!(Checkpoint::open(note, &keys(&server)).unwrap(), checkpoint(&server));
    }
    let shown = server.get(&format!("{C}/log/proof/inclusion?seq=2&size=3")).expect(200);
    let then = Checkpoint::open(shown["checkpoint"].as_str().unwrap(), &keys(&server)).unwrap();
    assert_eq!(then.size, 3);
    assert!(verify_inclusion(hash(&shown["leaf_hash"]), 1, 3, &path(&shown), then.root), "among those of then");
}

#[test]
fn a_record_that_was_written_anew_does_not_go_on_from_yesterdays() {
    let server = opened();
    let yesterday = checkpoint(&server);
    // Everything as it was, but that the European Union is called otherwise from the start.
    let forged = Arc::new(MemoryLog::new());
    let lines = server.get_as(&format!("{C}/events"), "application/x-ndjson").text();
    for (line, seq) in lines.lines().zip(1..) {
        let (_, stored) = Entry::from_shown(line.as_bytes()).unwrap();
        let bytes = String::from_utf8(stored).unwrap().replace("European Union", "European Onion").into_bytes();
        drop(forged.append(NewEntry { compact: "gcm".into(), seq, bytes }));
    }
    let forged = Server::on(forged);
    forged.put(&format!("{C}/groups/arab-states"), &json!({"name": "Arab States"})).expect(201);
    let shown = forged.get(&format!("{C}/log/proof/consistency?from=5")).expect(200);
    let today = checkpoint(&forged);
    assert!(verify_consistency(5, hash(&shown["from_root"]), today.size, today.root, &path(&shown)));
    assert!(!verify_consistency(5, yesterday.root, today.size, today.root, &path(&shown)));
}

#[test]
fn what_cannot_be_shown_is_a_problem_that_says_how_much_there_is() {
    let server = opened();
    let inclusion = |asked: &str| server.get(&format!("{C}/log/proof/inclusion{asked}"));
    let consistency = |asked: &str| server.get(&format!("{C}/log/proof/consistency{asked}"));
    for asked in ["", "?size=3", "?seq=0", "?seq=x", "?seq=-1", "?seq=4&size=3", "?seq=1&size=0", "?seq=1&size=1.5"] {
        inclusion(asked).problem(400, "bad-query");
    }
    for asked in ["", "?to=3", "?from=0", "?from=x", "?from=4&to=3", "?from=1&to=0"] {
        consistency(asked).problem(400, "bad-query");
    }
    for beyond in [inclusion("?seq=6"), inclusion("?seq=1&size=6"), consistency("?from=6"), consistency("?from=1&to=6")]
    {
        let problem = beyond.problem(404, "not-found");
        assert!(problem["detail"].as_str().unwrap().contains("the record has 5 entries"), "{problem}");
        assert_eq!(problem["size"], 5);
    }
    inclusion("?seq=18446744073709551615").problem(404, "not-found");
    inclusion("?seq=18446744073709551616").problem(400, "bad-query");
    server.get("/api/v1/compacts/nowhere/log/checkpoint").problem(404, "unknown-compact");
    server.post(&format!("{C}/log/checkpoint"), &json!({})).problem(405, "method-not-allowed");
    server.get_as(&format!("{C}/log/checkpoint"), "application/json").problem(406, "not-acceptable");
    assert_eq!(consistency("?from=5").expect(200)["path"], json!([]), "it is its own beginning");
}

#[test]
fn a_checkpoint_known_is_not_sent_again() {
    let server = opened();
    let address = format!("{C}/log/checkpoint");
    let first = server.get(&address);
    assert_eq!((first.header("etag"), first.header("cache-control")), ("\"5\"", "no-cache"));
    assert_eq!(server.get(&address).body, first.body);
    let known = [("if-none-match", "\"5\"")];
    assert_eq!(server.send("GET", &address, &known, b"").status, 304);
    server.put(&format!("{C}/groups/arab-states"), &json!({"name": "Arab States"})).expect(201);
    assert_eq!(server.send("GET", &address, &known, b"").header("etag"), "\"6\"");
    let key = server.get("/api/v1/log/key");
    let known = [("if-none-match", key.header("etag"))];
    assert_eq!(server.send("GET", "/api/v1/log/key", &known, b"").status, 304);
}

fn id() -> CompactId {
    "gcm".parse().unwrap()
}

fn group(name: &str) -> Command {
    Command::RegisterGroup { group: name.parse::<GroupId>().unwrap(), name: name.to_uppercase() }
}

#[tokio::test]
async fn what_is_not_durable_is_under_no_checkpoint() {
    let (log, gate) = SlowLog::new();
    let secretariat = Arc::new(Secretariat::open(Arc::new(log)).unwrap());
    gate.send(()).unwrap();
    let open = Command::OpenCompact { compact: id(), title: "A compact (fiction)".into() };
    secretariat.record(&id(), Speaking::Anyone.says(open), None).await.unwrap();
    let say = |name: &'static str| {
        let secretariat = secretariat.clone();
        tokio::spawn(async move { secretariat.record(&id(), Speaking::Anyone.says(group(name)), None).await })
    };
    let size = || secretariat.tree(&id()).unwrap().unwrap().size();
    let (first, second) = (say("a"), say("b"));
    gate.send(()).unwrap();
    first.await.unwrap().unwrap();
    assert_eq!(size(), 2, "the second is not durable yet");
    gate.send(()).unwrap();
    second.await.unwrap().unwrap();
    assert_eq!(size(), 3);
}

#[tokio::test]
async fn whoever_saw_an_entry_in_the_log_gets_a_checkpoint_that_covers_it() {
    let log = Arc::new(MemoryLog::new());
    let secretariat = Secretariat::open(log.clone()).unwrap();
    let open = Command::OpenCompact { compact: id(), title: "A compact (fiction)".into() };
    secretariat.record(&id(), Speaking::Anyone.says(open), None).await.unwrap();
    // As if its entry were durable and its speaker not answered yet.
    let bytes = b"{}".to_vec();
    log.append(NewEntry { compact: "gcm".into(), seq: 2, bytes: bytes.clone() }).await.unwrap();
    let tree = secretariat.tree(&id()).unwrap().unwrap();
    assert_eq!((tree.size(), tree.leaf(1)), (2, Some(Hash::of_leaf(&bytes))));
}

#[tokio::test]
async fn a_record_opened_again_comes_to_the_same() {
    let log = Arc::new(MemoryLog::new());
    let before = Secretariat::open(log.clone()).unwrap();
    let open = Command::OpenCompact { compact: id(), title: "A compact (fiction)".into() };
    before.record(&id(), Speaking::Anyone.says(open), None).await.unwrap();
    for name in ["a", "b", "c"] {
        before.record(&id(), Speaking::Anyone.says(group(name)), None).await.unwrap();
    }
    let after = Secretariat::open(log.clone()).unwrap();
    let root = |kept: &Secretariat| kept.tree(&id()).unwrap().unwrap().root_at(4).unwrap();
    assert_eq!(root(&before), root(&after));
    let stored = log.read(&Scope::Compact("gcm".into()), 0, 10).unwrap();
    let tree = after.tree(&id()).unwrap().unwrap();
    let leaves: Vec<Option<Hash>> = (0..4).map(|index| tree.leaf(index)).collect();
    assert_eq!(leaves, stored.iter().map(|entry| Some(Hash::of_leaf(&entry.bytes))).collect::<Vec<_>>());
}

#[tokio::test]
async fn a_blanked_entry_keeps_its_leaf_so_all_that_was_signed_goes_on_to_hold() {
    let log = Arc::new(MemoryLog::new());
    let before = Secretariat::open(log.clone()).unwrap();
    let open = Command::OpenCompact { compact: id(), title: "A compact (fiction)".into() };
    before.record(&id(), Speaking::Anyone.says(open), None).await.unwrap();
    before.record(&id(), Speaking::Anyone.says(group("eu")), None).await.unwrap();
    before.record(&id(), Speaking::Anyone.says(group("african-group")), None).await.unwrap();
    let scope = Scope::Compact("gcm".into());
    let kept = String::from_utf8(log.read(&scope, 2, 1).unwrap()[0].bytes.to_vec()).unwrap();
    let blanked = kept.replace("AFRICAN-GROUP", "             ");
    log.blank(&"gcm".into(), 3, blanked.as_bytes()).unwrap();
    let after = Secretariat::open(log).unwrap();
    assert_eq!(after.compact(&id()).unwrap().groups[&"african-group".parse::<GroupId>().unwrap()].name.trim(), "");
    let root = |kept: &Secretariat| kept.tree(&id()).unwrap().unwrap().root_at(3);
    assert_eq!((root(&after), root(&after).is_some()), (root(&before), true));
}
