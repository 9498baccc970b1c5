//! Redaction as it shows: the word is nowhere, the hole is everywhere, and everything else still proves itself.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;
use travaux::log::{DiskLog, EventLog, Scope};
use travaux::proof::{Checkpoint, Hash, Verifier, verify_consistency, verify_inclusion};

use crate::cli::run;
use crate::doubles::BlankingLog;
use crate::http::C;
use crate::script::asked;
use crate::server::Server;
use crate::streams::Follower;

/// The word that should never have been said; in a file in base64, it reads as `FILE`.
const WORD: &str = "Aasgaard";

const FILE: &str = "QWFzZ2FhcmQ=";

const KEYED: [(&str, &str); 2] = [("content-type", "application/json"), ("idempotency-key", "s")];

/// Every address that could tell it, as it is asked for.
const ADDRESSES: &[(&str, &str)] = &[
    ("", "application/json"),
    ("/groups/eu", "application/json"),
    ("/delegations/norland", "application/json"),
    ("/drafts", "application/json"),
    ("/texts/zero-draft", "text/html"),
    ("/texts/rev-1?credits=true", "application/json"),
    ("/texts/working", "text/markdown"),
    ("/redlines/zero-draft..rev-1", "application/json"),
    ("/redlines/zero-draft..rev-1", "text/html"),
    ("/redlines/zero-draft..rev-1", "text/markdown"),
    ("/compilations/zero-draft", "text/markdown"),
    ("/compilations/8", "application/json"),
    ("/proposals", "application/json"),
    ("/proposals/p8", "application/json"),
    ("/dispositions", "application/json"),
    ("/dispositions", "text/csv"),
    ("/dispositions", "text/html"),
    ("/brackets", "application/json"),
    ("/silent-changes", "application/json"),
    ("/provisions/5.2", "application/json"),
    ("/provisions/5.2/provenance", "application/json"),
    ("/packages", "application/json"),
    ("/statements", "application/json"),
    ("/statements/s7", "application/json"),
    ("/statements/s7/attachment", "*/*"),
    ("/rounds", "application/json"),
    ("/redactions", "application/json"),
    ("/events", "application/json"),
    ("/events", "application/x-ndjson"),
];

const PAGES: &[&str] = &[
    "",
    "/room",
    "/texts/rev-1",
    "/redlines/zero-draft..rev-1",
    "/compilations/8",
    "/dispositions",
    "/silent-changes",
    "/provisions/5.2/provenance",
];

/// Which entries say the word, and in what.
const SAID: &[(u32, &[&str])] = &[
    (3, &["name"]),
    (4, &["name"]),
    (5, &["reason"]),
    (7, &["by/name", "title", "link", "attachment/name", "attachment/base64"]),
    (8, &["rationale"]),
    (9, &["note"]),
];

fn statement() -> Value {
    json!({
        "by": {"name": WORD, "kind": "civil_society"}, "made_on": "2018-07-09", "title": format!("A letter of {WORD}"),
        "link": format!("https://example.org/{WORD}"),
        "attachment": {"name": format!("{WORD}.txt"), "media_type": "text/plain", "base64": FILE},
    })
}

/// A negotiation in which the word is said wherever it can be; names are called otherwise in the end.
fn said(log: Arc<dyn EventLog>) -> Server {
    let server = Server::on(log);
    let name = json!({"name": format!("Union of {WORD}")});
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    server.put(&format!("{C}/groups/african-group"), &json!({"name": "African Group"})).expect(201);
    server.put(&format!("{C}/groups/eu"), &name).expect(201);
    server.put(&format!("{C}/delegations/norland"), &json!({"name": WORD, "groups": ["eu"]})).expect(201);
    let text = json!({"text": "# Compact\n\n1. States will meet.\n\n2. States note it.\n", "reason": format!("as {WORD} has it")});
    server.post(&format!("{C}/revisions"), &text).expect(201);
    server.post(&format!("{C}/drafts"), &json!({"label": "Zero Draft"})).expect(201);
    let filed = server.send("POST", &format!("{C}/statements"), &KEYED, statement().to_string().as_bytes());
    assert_eq!(filed.status, 201);
    let edits = json!([{"reword": "5.2", "text": "States shall meet."}]);
    let proposal = json!({"sponsors": ["eu"], "edits": edits, "rationale": format!("{WORD} asked for it")});
    server.post(&format!("{C}/proposals"), &proposal).expect(201);
    server.post(&format!("{C}/proposals/p8/take-up"), &json!({"note": format!("agreed with {WORD}")})).expect(200);
    server.post(&format!("{C}/drafts"), &json!({"label": "Rev. 1"})).expect(201);
    server.put(&format!("{C}/groups/eu"), &json!({"name": "European Union"})).expect(200);
    server.put(&format!("{C}/delegations/norland"), &json!({"name": "Norland", "groups": ["eu"]})).expect(200);
    server
}

/// Everything that can be read of the record, each as `address: answer`.
fn read(server: &Server) -> Vec<String> {
    let asked = |path: &str, accept: &str| {
        let answer = server.get_as(path, accept);
        format!("{path} as {accept}: {}", String::from_utf8_lossy(&answer.body))
    };
    let answers = ADDRESSES.iter().map(|(path, accept)| asked(&format!("{C}{path}"), accept));
    let pages = PAGES.iter().map(|path| asked(&format!("/compacts/gcm{path}"), "text/html"));
    let all = [("/", "text/html"), ("/api/v1/compacts", "application/json"), ("/api/v1/events", "application/json")];
    answers.chain(pages).chain(all.into_iter().map(|(path, accept)| asked(path, accept))).collect()
}

fn told(answers: &[String]) -> Vec<&str> {
    let tells = |answer: &&String| answer.contains(WORD) || answer.contains(FILE);
    answers.iter().filter(tells).map(|answer| answer.split(": ").next().unwrap()).collect()
}

fn redact(server: &Server) {
    for (entry, what) in SAID {
        let shown = server.post(&format!("{C}/redactions"), &json!({"entry": entry, "reason": "a private person"}));
        let body = shown.expect(201);
        assert_eq!((&body["entry"], &body["what"]), (&json!(entry), &json!(what)));
        assert_eq!(shown.header("location"), format!("{C}/redactions/{}", body["seq"]));
        let event = &body["event"];
        assert_eq!((&event["redactedby"], &event["sequence"]), (&body["seq"], &json!(format!("{entry:010}"))));
        for member in *what {
            let left = event["data"].pointer(&format!("/{member}")).unwrap().as_str().unwrap();
            assert!(!left.is_empty() && left.bytes().all(|byte| byte == b'#'), "{left}");
        }
        let again = server.get(shown.header("location")).expect(200);
        assert_eq!((&again["event"], &again["reason"]), (event, &json!("a private person")));
    }
}

fn files(dir: &Path) -> Vec<(String, Vec<u8>)> {
    let mut files = Vec::new();
    for file in fs::read_dir(dir).unwrap().map(|file| file.unwrap().path()) {
        if file.is_dir() {
            files.extend(self::files(&file));
        } else {
            files.push((file.display().to_string(), fs::read(&file).unwrap()));
        }
    }
    files
}

/// The files in which the word stands, and how many there are.
fn holding(dir: &Path) -> (Vec<String>, usize) {
    let all = files(dir);
    let count = all.len();
    let has = |bytes: &[u8], word: &str| bytes.windows(word.len()).any(|window| window == word.as_bytes());
    let found = all.into_iter().filter(|(_, bytes)| has(bytes, WORD) || has(bytes, FILE));
    (found.map(|(name, _)| name).collect(), count)
}

#[test]
fn a_word_that_is_blanked_is_found_nowhere_any_more() {
    let home = TempDir::new().unwrap();
    let dir = home.path().join("record");
    let server = said(Arc::new(DiskLog::open(&dir).unwrap()));
    let before = read(&server);
    assert!(told(&before).len() > 15, "it is told in many places: {:?}", told(&before));
    assert_eq!(holding(&dir).0, [dir.join("journal").display().to_string()]);
    redact(&server);
    let after = read(&server);
    assert_eq!(told(&after), [""; 0]);
    let room = after.iter().find(|answer| answer.starts_with("/compacts/gcm/room")).unwrap();
    assert!(room.contains("a private person") && !room.contains("attachment\""), "{room}");
    let page = after.iter().find(|answer| answer.starts_with("/compacts/gcm as")).unwrap();
    assert!(page.contains("by/name, title, link") && page.contains("at entry 16"), "{page}");
    let mut stream = Follower::open(&server, &format!("{C}/events"), None);
    for seq in 1..=18 {
        let event = stream.event().unwrap().2;
        assert!(!event.to_string().contains(WORD), "{event}");
        let is_blanked = SAID.iter().any(|(entry, _)| *entry == seq);
        assert_eq!(event.get("redactedby").is_some(), is_blanked, "{event}");
    }
    server.get(&format!("{C}/statements/s7/attachment")).problem(410, "blanked");
    let again = server.send("POST", &format!("{C}/statements"), &KEYED, statement().to_string().as_bytes());
    assert_eq!(again.expect(201)["id"], "s7");
    assert!(!again.text().contains(WORD), "the answer is told again from what is left of the entry");
    assert_eq!(server.get(C).expect(200)["seq"], 18, "and nothing is filed again");
    drop(stream);
    drop(server);
    let (found, count) = holding(&dir);
    assert_eq!((found, count > 2), (Vec::new(), true));
    let export = home.path().join("export.ndjson");
    let (dir, to) = (dir.to_str().unwrap(), export.to_str().unwrap());
    assert_eq!(run(["export", "--data", dir, "--to", to]).0, 0);
    let lines = fs::read_to_string(&export).unwrap();
    assert!(!lines.contains(WORD) && !lines.contains(FILE), "{lines}");
    assert_eq!(lines.matches("\"redactedby\":").count(), 6);
    let (code, out, err) = run(["verify", "--data", dir]);
    assert_eq!((code, out.contains("the record holds")), (0, true), "{err}");
    let new = home.path().join("new");
    let (code, _, err) = run(["import", "--data", new.to_str().unwrap(), to]);
    assert_eq!((code, err.as_str()), (0, ""));
    assert!(run(["export", "--data", new.to_str().unwrap()]).1 == lines, "what is imported is the same record");
    let (bundle, back) = (home.path().join("bundle"), home.path().join("back"));
    assert_eq!(run(["backup", "--unsigned", "--data", dir, "--to", bundle.to_str().unwrap()]).0, 0);
    assert!(!String::from_utf8(zstd::decode_all(&fs::read(&bundle).unwrap()[..]).unwrap()).unwrap().contains(WORD));
    let (code, out, err) = run(["verify", "--bundle", bundle.to_str().unwrap()]);
    assert!(code == 0 && out.contains("6 positions blanked, at 3"), "{code} {out} {err}");
    let (code, _, err) = run(["restore", bundle.to_str().unwrap(), "--data", back.to_str().unwrap()]);
    assert_eq!((code, err.contains("nobody has signed")), (0, true), "{err}");
    assert!(run(["export", "--data", back.to_str().unwrap()]).1 == lines, "what is restored is the same record");
}

#[test]
fn everything_still_proves_itself_after_a_redaction() {
    let server = said(Arc::new(travaux::log::MemoryLog::new()));
    let keys: Vec<Verifier> = server.get("/api/v1/log/key").text().lines().map(|key| key.parse().unwrap()).collect();
    let checkpoint = || Checkpoint::open(&server.get(&format!("{C}/log/checkpoint")).text(), &keys).unwrap();
    let (yesterday, hash) = (checkpoint(), |told: &Value| Hash::from_base64(told.as_str().unwrap()).unwrap());
    let path = |shown: &Value| shown["path"].as_array().unwrap().iter().map(hash).collect::<Vec<_>>();
    redact(&server);
    let today = checkpoint();
    let shown = server.get(&format!("{C}/log/proof/consistency?from={}", yesterday.size)).expect(200);
    assert!(verify_consistency(yesterday.size, yesterday.root, today.size, today.root, &path(&shown)));
    let page = server.get(&format!("{C}/events")).expect(200);
    let event = &page["events"][7];
    let redaction = &page["events"][16];
    assert_eq!((&redaction["type"], &event["redactedby"]), (&json!("travaux.entry-redacted.v1"), &json!(17)));
    for seq in 1..=today.size {
        let shown = server.get(&format!("{C}/log/proof/inclusion?seq={seq}")).expect(200);
        let event = &page["events"][usize::try_from(seq).unwrap() - 1];
        let leaf = event.get("leafhash").map_or_else(|| hash(&shown["leaf_hash"]), hash);
        assert!(verify_inclusion(leaf, seq - 1, today.size, &path(&shown), today.root), "entry {seq}");
    }
    assert_eq!(redaction["data"]["leaf"], hash(&event["leafhash"]).to_string());
    let lines = server.get_as(&format!("{C}/events"), "application/x-ndjson").text();
    let lines: Vec<Vec<u8>> = lines.lines().map(|line| line.as_bytes().to_vec()).collect();
    let note = server.get(&format!("{C}/log/checkpoint")).text();
    let told = asked(&lines, &note);
    assert!(told.status.success(), "a stranger's script: {}", String::from_utf8_lossy(&told.stderr));
    // The hash that is left vouches for what is left.
    let other = |from: &str, to: &str| {
        let changed: Vec<Vec<u8>> =
            lines.iter().map(|line| String::from_utf8_lossy(line).replacen(from, to, 1).into_bytes()).collect();
        assert_ne!(changed, lines, "{from}");
        asked(&changed, &note).status.success()
    };
    assert!(!other("\"sponsors\":[\"eu\"]", "\"sponsors\":[\"ue\"]"));
    assert!(!other("\"redactedby\":17,", "\"redactedby\":16,"));
    assert!(!other("a private person", "a private matter"));
}

#[test]
fn what_cannot_be_blanked_is_refused_and_says_what_can_be_done() {
    let server = said(Arc::new(travaux::log::MemoryLog::new()));
    let redactions = format!("{C}/redactions");
    let ask = |body: Value| server.post(&redactions, &body);
    let problem = ask(json!({"entry": 9, "what": ["changes"], "reason": "r"})).problem(409, "not-blankable");
    assert!(problem["detail"].as_str().unwrap().contains("withdraw or decline"), "{problem}");
    ask(json!({"entry": 12, "reason": "r"})).problem(409, "not-blankable");
    ask(json!({"entry": 99, "reason": "r"})).problem(422, "bad-command");
    ask(json!({"entry": 9, "reason": " \n"})).problem(422, "bad-command");
    ask(json!({"entry": 9, "what": [], "reason": "r"})).problem(422, "bad-command");
    ask(json!({"entry": 9, "reason": "r".repeat(10_001)})).problem(422, "too-much");
    ask(json!({"entry": 9})).problem(422, "bad-body");
    ask(json!({"entry": 9, "why": "r", "reason": "r"})).problem(422, "bad-body");
    let headers = [("content-type", "application/json"), ("if-match", "\"3\"")];
    let body = json!({"entry": 9, "reason": "r"}).to_string();
    server.send("POST", &redactions, &headers, body.as_bytes()).problem(412, "stale");
    server.get(&format!("{redactions}/9")).problem(404, "not-found");
    server.get(&format!("{redactions}/x")).problem(404, "not-found");
    server.send("DELETE", &redactions, &[], b"").problem(405, "method-not-allowed");
    assert_eq!(server.get(&redactions).expect(200), json!({"redactions": [], "next": null, "seq": 12}));
    ask(json!({"entry": 7, "what": ["title"], "reason": "one"})).expect(201);
    let rest = ask(json!({"entry": 7, "reason": "two"})).expect(201);
    assert_eq!(rest["what"], json!(["by/name", "link", "attachment/name", "attachment/base64"]), "what was left of it");
    ask(json!({"entry": 7, "reason": "three"})).problem(422, "nothing-changes");
    ask(json!({"entry": 13, "reason": "four"})).problem(409, "not-blankable");
    let event = &server.get(&format!("{C}/events?after=6&limit=1")).expect(200)["events"][0];
    assert_eq!(event["redactedby"], 14, "the last one");
    let listed = server.get(&format!("{redactions}?after=13")).expect(200);
    assert_eq!((&listed["redactions"][0]["seq"], listed["redactions"].as_array().unwrap().len()), (&json!(14), 1));
}

/// The stored bytes of an entry.
fn bytes(log: &DiskLog, seq: u32) -> Vec<u8> {
    log.read(&Scope::Compact("gcm".into()), u64::from(seq) - 1, 1).unwrap()[0].bytes.to_vec()
}

#[test]
fn a_hole_that_no_entry_explains_does_not_hold() {
    let home = TempDir::new().unwrap();
    let dir = home.path().join("record");
    drop(said(Arc::new(DiskLog::open(&dir).unwrap())));
    let log = DiskLog::open(&dir).unwrap();
    log.blank(&"gcm".into(), 8, &bytes(&log, 8)).unwrap();
    drop(log);
    let (code, _, err) = run(["verify", "--data", dir.to_str().unwrap()]);
    assert_eq!((code, err.contains("position 8 (gcm/8)"), err.contains("no entry says so")), (1, true, true), "{err}");
}

#[test]
fn a_redaction_that_is_not_carried_out_does_not_hold_until_it_is() {
    let home = TempDir::new().unwrap();
    let dir = home.path().join("record");
    let disk = || DiskLog::open(&dir).unwrap();
    drop(said(Arc::new(disk())));
    let server = Server::on(Arc::new(BlankingLog::failing(Arc::new(disk()))));
    let asked = server.post(&format!("{C}/redactions"), &json!({"entry": 7, "what": ["title"], "reason": "r"}));
    asked.problem(503, "storage-failed");
    drop(server);
    let verify = || run(["verify", "--data", dir.to_str().unwrap()]);
    let (code, _, err) = verify();
    assert_eq!((code, err.contains("position 7 (gcm/7)"), err.contains("entry 13 says")), (1, true, true), "{err}");
    drop(Server::on(Arc::new(disk())));
    assert_eq!(verify().0, 0);
}

#[test]
fn what_is_left_of_a_blanked_entry_is_vouched_for() {
    let home = TempDir::new().unwrap();
    let dir = home.path().join("record");
    let server = said(Arc::new(DiskLog::open(&dir).unwrap()));
    server.post(&format!("{C}/redactions"), &json!({"entry": 7, "what": ["title"], "reason": "r"})).expect(201);
    drop(server);
    let verify = || run(["verify", "--data", dir.to_str().unwrap()]);
    assert_eq!(verify().0, 0);
    let log = DiskLog::open(&dir).unwrap();
    let changed = String::from_utf8(bytes(&log, 7)).unwrap().replace("2018-07-09", "2018-07-08");
    log.blank(&"gcm".into(), 7, changed.as_bytes()).unwrap();
    drop(log);
    let (code, _, err) = verify();
    assert_eq!(
        (code, err.contains("position 7 (gcm/7)"), err.contains("what entry 13 says")),
        (1, true, true),
        "{err}"
    );
}
