//! `Idempotency-Key`: asked again, a request is recorded once and answered as it was, whatever happened in between.

use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::mpsc;
use std::thread;

use serde_json::{Value, json};
use travaux::access::Speaking;
use travaux::compact::{Asked, Command, CompactId, Moment, Seq};
use travaux::log::MemoryLog;
use travaux::secretariat::{Failure, Secretariat};

use crate::doubles::SlowLog;
use crate::http::{C, opened_on, reword};
use crate::served::{Served, agent, sent};
use crate::server::{Answer, Server};
use crate::tried::{Draw, short_or_long, tried};

fn keyed(server: &Server, key: &str, body: &Value) -> Answer {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    server.send("POST", &format!("{C}/proposals"), &headers, body.to_string().as_bytes())
}

#[test]
fn a_key_gives_the_first_answer_again_after_a_restart() {
    let log = Arc::new(MemoryLog::new());
    let server = opened_on(log.clone());
    let body = reword("States shall ensure safe pathways.");
    let first = keyed(&server, "night-of-9-july", &body);
    first.expect(201);
    // The proposal looks otherwise by now, and the answer is as it was.
    server.put(&format!("{C}/proposals/p6/sponsors/eu"), &Value::Null).expect(200);
    drop(server);
    let server = Server::on(log);
    let again = keyed(&server, "night-of-9-july", &body);
    assert_eq!(again.text(), first.text());
    for header in ["location", "etag", "cache-control", "content-type", "vary"] {
        assert_eq!(again.header(header), first.header(header), "{header}");
    }
    keyed(&server, "night-of-9-july", &reword("States must ensure it.")).problem(422, "idempotency-key-reused");
    assert_eq!(server.get(C).expect(200)["seq"], 7, "recorded once");
    assert_ne!(keyed(&server, "another", &reword("States must ensure it.")).expect(201)["id"], "p6");
}

#[test]
fn a_compact_opened_with_a_key_is_opened_once_over_a_restart() {
    let log = Arc::new(MemoryLog::new());
    let headers = [("content-type", "application/json"), ("idempotency-key", "k")];
    let body = json!({"id": "gcm", "title": "A compact (fiction)"}).to_string();
    let open = || Server::on(log.clone()).send("POST", "/api/v1/compacts", &headers, body.as_bytes());
    let (first, again) = (open(), open());
    assert_eq!((first.expect(201), first.header("location")), (again.expect(201), again.header("location")));
}

#[test]
fn a_key_counts_for_a_day_by_the_secretariats_clock() {
    let hours = Arc::new(AtomicI64::new(0));
    let now = hours.clone();
    let clock = move || Moment::from_millis(1_772_442_000_000 + now.load(Ordering::SeqCst) * 3_600_000).unwrap();
    let clock = Arc::new(clock);
    let log = Arc::new(MemoryLog::new());
    drop(opened_on(log.clone()));
    let server = Server::of(Secretariat::open(log).unwrap().with_clock(clock));
    let body = reword("States shall ensure safe pathways.");
    let first = keyed(&server, "k", &body).expect(201);
    hours.store(23, Ordering::SeqCst);
    assert_eq!(keyed(&server, "k", &body).expect(201), first);
    hours.store(24, Ordering::SeqCst);
    assert_ne!(keyed(&server, "k", &body).expect(201)["id"], first["id"], "the key is free again");
}

#[test]
fn what_is_no_key_is_refused() {
    let server = opened_on(Arc::new(MemoryLog::new()));
    for key in ["", "two words", "\u{e9}", &"k".repeat(256)] {
        keyed(&server, key, &reword("States shall.")).problem(400, "bad-idempotency-key");
    }
    // Refused the first time, it is refused again, and the key stays with that request.
    let refused = keyed(&server, "k", &reword(""));
    assert_eq!(keyed(&server, "k", &reword("")).problem(422, "bad-wording"), refused.problem(422, "bad-wording"));
    keyed(&server, "k", &reword("States shall.")).problem(422, "idempotency-key-reused");
}

#[tokio::test]
async fn whoever_asks_again_meanwhile_is_told_to_wait_and_gets_the_entry_though_the_first_has_gone() {
    let (log, gate) = SlowLog::new();
    let secretariat = Arc::new(Secretariat::open(Arc::new(log)).unwrap());
    let id: CompactId = "gcm".parse().unwrap();
    gate.send(()).unwrap();
    let open = Command::OpenCompact { compact: id.clone(), title: "A compact (fiction)".into() };
    secretariat.record(&id, Speaking::Anyone.says(open), None).await.unwrap();
    let asked = Asked { key: [1; 16], body: [2; 16] };
    let ask = |asked| {
        let (secretariat, id) = (secretariat.clone(), id.clone());
        let command = Command::RegisterGroup { group: "a".parse().unwrap(), name: "A".into() };
        async move { secretariat.record_once(&id, Speaking::Anyone.says(command), None, Some(asked)).await }
    };
    let first = tokio::spawn(ask(asked));
    tokio::task::yield_now().await;
    assert!(matches!(ask(asked).await, Err(Failure::UnderWay)));
    assert!(matches!(ask(Asked { body: [3; 16], ..asked }).await, Err(Failure::KeyReused)));
    first.abort();
    drop(gate);
    let again = loop {
        match ask(asked).await {
            Err(Failure::UnderWay) => tokio::task::yield_now().await,
            told => break told.unwrap(),
        }
    };
    assert_eq!((again.seq, secretariat.compact(&id).unwrap().seq), (Seq(2), Seq(2)), "recorded once");
}

#[test]
fn a_request_whose_answer_was_lost_in_a_crash_is_recorded_once_when_it_is_sent_again() {
    let (mut draw, seed) = Draw::new("when to kill");
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("record");
    let kills = short_or_long(10, 100);
    let mut served = Served::start(&dir);
    let opened = served.send("POST", "/api/v1/compacts", r#"{"id": "gcm", "title": "A compact (fiction)"}"#);
    assert_eq!(opened.status, 201, "{}", opened.text());
    let mut recorded = 0;
    for life in 0..kills {
        let (told, acknowledged) = mpsc::channel();
        let address = served.address.clone();
        // Sends until the server is gone, and says at which request that was.
        let client = thread::spawn(move || {
            let mut at = 0;
            while filed(&address, &format!("{life}-{at}")).is_some() {
                at += 1;
                told.send(at).unwrap_or_default();
            }
            format!("{life}-{at}")
        });
        assert!(acknowledged.iter().take(1 + draw.below(20)).count() > 0, "seed {seed}");
        served.kill();
        let lost = client.join().unwrap();
        served = Served::start(&dir);
        let again = filed(&served.address, &lost).unwrap();
        assert_eq!(again.status, 201, "seed {seed}: {}", again.text());
        let titles: Vec<Value> = served.events().iter().map(|event| event["data"]["title"].clone()).collect();
        assert_eq!(titles.iter().filter(|title| **title == lost).count(), 1, "seed {seed}: {lost}");
        recorded = titles.len();
    }
    tried(&format!("Idempotency-Key: {kills} kills (seed {seed}), {recorded} entries, none recorded twice"));
}

/// Files a statement under a key of its own; nothing where the server is gone.
fn filed(address: &str, key: &str) -> Option<Answer> {
    let by = json!({"name": "Union of Dockers", "kind": "trade_union"});
    let body = json!({"by": by, "made_on": "2026-03-01", "title": key, "link": "https://example.org/"});
    let request = ureq::http::Request::post(format!("{address}{C}/statements"));
    let request = request.header("content-type", "application/json").header("idempotency-key", key);
    sent(&agent(), request.body(body.to_string()).unwrap())
}
