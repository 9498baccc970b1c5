//! Who is let in, and what is there for them: over HTTP, in a browser, from the command line.

use std::fs;
use std::io::Write;
use std::os::unix::fs::OpenOptionsExt;
use std::path::PathBuf;
use std::process::Stdio;
use std::sync::Arc;

use serde_json::{Value, json};
use tempfile::TempDir;
use travaux::access::{Secret, TokenId, Tokens};
use travaux::credentials::{Credentials, TokenFile};
use travaux::log::MemoryLog;

use crate::cli::run;
use crate::http::C;
use crate::served::{Served, clean};
use crate::server::{Answer, Server};
use crate::streams::Follower;

/// A server that asks for tokens, with two compacts; the one called `gcm` has groups, a text, a draft and a proposal.
struct Guarded {
    server: Server,
    credentials: Arc<Credentials>,
    secretariat: String,
    _home: TempDir,
}

impl Guarded {
    fn start() -> Self {
        let home = TempDir::new().unwrap();
        let credentials = Arc::new(Credentials::open(TokenFile::new(home.path().join("record.tokens"))).unwrap());
        let (secret, _) = credentials.issue(&"secretariat".parse().unwrap(), "", None).unwrap();
        let secretariat = secret.reveal().to_owned();
        let server = Server::guarded(Arc::new(MemoryLog::new()), credentials.clone());
        let room = Self { server, credentials, secretariat, _home: home };
        let s = &room.secretariat;
        for id in ["gcm", "harbours"] {
            room.say(s, "POST", "/api/v1/compacts", &json!({"id": id, "title": "A compact (fiction)"})).expect(201);
        }
        room.say(s, "PUT", &format!("{C}/groups/eu"), &json!({"name": "EU"})).expect(201);
        room.say(s, "PUT", &format!("{C}/delegations/kenya"), &json!({"name": "Kenya"})).expect(201);
        room.say(s, "POST", &format!("{C}/revisions"), &json!({"text": "1. States will act."})).expect(201);
        room.say(s, "POST", &format!("{C}/drafts"), &json!({"label": "Zero Draft"})).expect(201);
        room
    }

    /// A token for somebody.
    fn token(&self, speaking: &str) -> String {
        let (secret, _) = self.credentials.issue(&speaking.parse().unwrap(), "a test", None).unwrap();
        secret.reveal().to_owned()
    }

    fn say(&self, token: &str, method: &str, path: &str, body: &Value) -> Answer {
        let bearer = format!("Bearer {token}");
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        self.server.send(method, path, &headers, body.as_bytes())
    }

    fn get(&self, token: &str, path: &str) -> Answer {
        self.say(token, "GET", path, &Value::Null)
    }
}

fn reword() -> Value {
    json!({"sponsors": ["kenya"], "edits": [{"reword": "4.1", "text": "States shall act."}]})
}

#[test]
fn who_does_not_say_who_they_are_is_told_how_and_sees_nothing() {
    let room = Guarded::start();
    let closed = [
        ("GET", C.to_owned()),
        ("GET", format!("{C}/events")),
        ("GET", "/api/v1/events".to_owned()),
        ("GET", "/api/v1/tokens".to_owned()),
        ("GET", format!("{C}/caucuses/eu/proposals")),
        ("GET", "/metrics".to_owned()),
        ("POST", "/api/v1/compacts".to_owned()),
        ("POST", format!("{C}/proposals")),
        ("POST", "/api/v1/tokens".to_owned()),
        ("DELETE", format!("{C}/delegations/kenya")),
    ];
    for (method, path) in closed {
        let answer = room.server.send(method, &path, &[], b"");
        answer.problem(401, "not-signed-in");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"travaux\"", "{path}");
    }
    let page = room.server.send("GET", "/compacts/gcm", &[("accept", "text/html")], b"");
    assert_eq!((page.status, page.header("www-authenticate")), (401, "Bearer realm=\"travaux\""));
    assert!(page.text().contains("action=\"/sign-in\"") && !page.text().contains("fiction"), "{}", page.text());
    for path in [
        "/",
        "/api/v1/compacts",
        "/api/v1/log/key",
        "/sign-in",
        "/health/live",
        "/health/ready",
        "/style.css",
        "/openapi.json",
        "/schemas/draft-issued.v1.json",
    ] {
        let open = room.server.get(path);
        assert_eq!(open.status, 200, "{path}");
        assert!(!open.text().contains("A compact (fiction)"), "{path}: {}", open.text());
    }
    assert_eq!(room.server.get("/health/ready").expect(200), json!({"status": "ready"}), "how busy it is is not told");
}

#[test]
fn a_token_that_does_not_count_is_told_so_whatever_the_reason() {
    let room = Guarded::start();
    let kenya = room.token("delegation:gcm/kenya");
    room.get(&kenya, C).expect(200);
    let id = room.get(&room.secretariat, "/api/v1/tokens").expect(200)["tokens"][1]["id"].as_str().unwrap().to_owned();
    let revoked = room.say(&room.secretariat, "DELETE", &format!("/api/v1/tokens/{id}"), &Value::Null).expect(200);
    assert_eq!(revoked["standing"], "revoked");
    let never = Secret::from_bytes([9; 32]);
    let mut seen = Vec::new();
    for bad in [kenya.as_str(), never.reveal(), "trv_x", "x", "", "eyJhbGciOiJub25lIn0.e30."] {
        let answer = room.get(bad, C);
        answer.problem(401, "not-signed-in");
        assert_eq!(answer.header("www-authenticate"), "Bearer realm=\"travaux\", error=\"invalid_token\"", "{bad}");
        seen.push(answer.body);
    }
    seen.dedup();
    assert_eq!(seen.len(), 1, "why it does not count is nobody's business");
    let basic = room.server.send("GET", C, &[("authorization", "Basic eDp5")], b"");
    basic.problem(401, "not-signed-in");
}

#[test]
fn a_token_that_has_expired_does_not_count() {
    let home = TempDir::new().unwrap();
    let path = home.path().join("record.tokens");
    let moment = |text: &str| text.parse().unwrap();
    let (secret, speaking) = (Secret::from_bytes([7; 32]), "secretariat".parse().unwrap());
    let times = (moment("2020-01-01T00:00:00Z"), moment("2020-02-01T00:00:00Z"));
    let line = Tokens::default().issue(&secret, &speaking, "", times).unwrap();
    let file = fs::OpenOptions::new().append(true).create(true).mode(0o600).open(&path);
    file.unwrap().write_all(format!("{line}\n").as_bytes()).unwrap();
    let credentials = Credentials::open(TokenFile::new(path)).unwrap();
    assert!(!credentials.is_open(), "that a token expires opens no server");
    let id = TokenId::of(secret.sha256()).to_string();
    assert_eq!(credentials.speaking(Some(&id)), None, "what was made with it counts no more than it does");
    let server = Server::guarded(Arc::new(MemoryLog::new()), Arc::new(credentials));
    let bearer = format!("Bearer {}", secret.reveal());
    let answer = server.send("GET", "/api/v1/compacts", &[("authorization", &bearer)], b"");
    answer.problem(401, "not-signed-in");
}

#[test]
fn who_may_not_say_it_is_told_who_may_and_nothing_is_recorded() {
    let room = Guarded::start();
    let kenya = room.token("delegation:gcm/kenya");
    let tabled = room.say(&kenya, "POST", &format!("{C}/proposals"), &reword());
    tabled.expect(201);
    for (who, method, path, may) in [
        (kenya.as_str(), "POST", format!("{C}/proposals/p6/take-up"), "co-facilitators"),
        (&kenya, "PUT", format!("{C}/groups/g"), "secretariat"),
        (&kenya, "POST", "/api/v1/tokens".to_owned(), "secretariat"),
        (&room.token("integration:gcm"), "POST", format!("{C}/proposals"), "kenya"),
        (&room.token("integration"), "POST", format!("{C}/adopt"), "co-facilitators"),
        (&room.token("co-facilitators:gcm"), "POST", format!("{C}/proposals/p6/withdraw"), "kenya"),
        (&room.token("co-facilitators:gcm"), "POST", "/api/v1/compacts".to_owned(), "secretariat"),
        (&room.token("co-facilitators:gcm"), "GET", "/api/v1/events".to_owned(), "secretariat"),
        (&kenya, "GET", "/metrics".to_owned(), "secretariat"),
    ] {
        let body = match path.rsplit('/').next().unwrap() {
            "g" => json!({"name": "G"}),
            "proposals" => reword(),
            "compacts" => json!({"id": "x", "title": "x"}),
            "tokens" => json!({"for": "secretariat"}),
            _ => Value::Null,
        };
        let problem = room.say(who, method, &path, &body).problem(403, "not-yours");
        assert!(problem["detail"].as_str().unwrap().contains(may), "{method} {path}: {problem}");
    }
    let seen = room.get(&room.secretariat, C).expect(200);
    assert_eq!(seen["seq"], 6, "nothing but the proposal was recorded");
    let entry = room.get(&kenya, &format!("{C}/events?after=5")).expect(200)["events"][0].clone();
    assert_eq!((&entry["speaker"], &entry["spokenby"]), (&json!("sponsor:kenya"), &json!("delegation:kenya")));
}

/// An answer but for its date, and for the name of the compact.
fn told(answer: &Answer, id: &str) -> (u16, String, String) {
    let mut headers: Vec<String> = answer
        .headers
        .iter()
        .filter(|(name, _)| !["date", "x-request-id"].contains(&name.as_str()))
        .map(|(name, value)| format!("{name}: {}", value.to_str().unwrap()))
        .collect();
    headers.sort();
    (answer.status, headers.join("\n"), answer.text().replace(id, "COMPACT"))
}

#[test]
#[allow(clippy::too_many_lines, reason = "every address, one a line")]
fn a_compact_of_others_is_not_there() {
    let room = Guarded::start();
    let other = room.token("delegation:harbours/kenya");
    let api = [
        ("GET", ""),
        ("GET", "/groups/eu"),
        ("GET", "/delegations/kenya"),
        ("GET", "/drafts"),
        ("GET", "/drafts/zero-draft"),
        ("GET", "/texts/zero-draft"),
        ("GET", "/texts/zero-draft?credits=true"),
        ("GET", "/redlines/zero-draft..working"),
        ("GET", "/compilations/working"),
        ("GET", "/proposals"),
        ("GET", "/proposals/p6"),
        ("GET", "/dispositions"),
        ("GET", "/provisions/4.1"),
        ("GET", "/provisions/4.1/provenance"),
        ("GET", "/silent-changes"),
        ("GET", "/brackets"),
        ("GET", "/packages"),
        ("GET", "/packages/k9"),
        ("GET", "/statements"),
        ("GET", "/statements/s9"),
        ("GET", "/statements/s9/attachment"),
        ("GET", "/rounds"),
        ("GET", "/rounds/r"),
        ("GET", "/events"),
        ("GET", "/log/checkpoint"),
        ("GET", "/redactions"),
        ("GET", "/redactions/9"),
        ("POST", "/redactions"),
        ("GET", "/public"),
        ("PUT", "/public"),
        ("GET", "/log/proof/inclusion?seq=1"),
        ("GET", "/log/proof/consistency?from=1"),
        ("HEAD", ""),
        ("PUT", "/groups/eu"),
        ("PUT", "/delegations/kenya"),
        ("DELETE", "/delegations/kenya"),
        ("PUT", "/groups/eu/mandates/kenya"),
        ("DELETE", "/groups/eu/mandates/kenya"),
        ("POST", "/revisions"),
        ("POST", "/drafts"),
        ("POST", "/proposals"),
        ("PUT", "/proposals/p6"),
        ("POST", "/proposals/p6/take-up"),
        ("POST", "/proposals/p6/decline"),
        ("POST", "/proposals/p6/withdraw"),
        ("PUT", "/proposals/p6/sponsors/eu"),
        ("DELETE", "/proposals/p6/sponsors/eu"),
        ("PUT", "/proposals/p6/positions/eu"),
        ("POST", "/proposals/p6/confirm"),
        ("POST", "/proposals/p6/accept"),
        ("POST", "/provisions/4.1/close"),
        ("POST", "/provisions/4.1/reopen"),
        ("PUT", "/provisions/4.1/positions/eu"),
        ("POST", "/packages"),
        ("DELETE", "/packages/k9"),
        ("POST", "/packages/k9/take-up"),
        ("POST", "/packages/k9/decline"),
        ("POST", "/reasons"),
        ("POST", "/credit-corrections"),
        ("POST", "/statements"),
        ("PUT", "/proposals/p6/statements/s9"),
        ("DELETE", "/proposals/p6/statements/s9"),
        ("PUT", "/rounds/r"),
        ("POST", "/adopt"),
        ("GET", "/groups"),
        ("GET", "/delegations"),
        ("GET", "/webhooks"),
        ("POST", "/webhooks"),
        ("GET", "/webhooks/w"),
        ("DELETE", "/webhooks/w"),
        ("POST", "/webhooks/w/replay"),
        ("POST", "/webhooks/w/enable"),
        ("POST", "/webhooks/w/rotate-secret"),
    ];
    let pages = [
        "",
        "/texts/zero-draft",
        "/redlines/zero-draft..working",
        "/compilations/working",
        "/silent-changes",
        "/dispositions",
        "/room",
        "/provisions/4.1/provenance",
    ];
    let pages = pages.iter().map(|page| ("GET", format!("/compacts/ID{page}")));
    let all = api.iter().map(|(method, path)| (*method, format!("/api/v1/compacts/ID{path}"))).chain(pages);
    for (method, path) in all {
        let [theirs, none] =
            ["gcm", "nix"].map(|id| told(&room.say(&other, method, &path.replace("ID", id), &Value::Null), id));
        assert_eq!(theirs, none, "{method} {path}");
        assert_eq!(theirs.0, 404, "{method} {path}: {}", theirs.2);
    }
    let listed = room.get(&other, "/api/v1/compacts").expect(200);
    let ids: Vec<&str> = listed["compacts"].as_array().unwrap().iter().map(|c| c["id"].as_str().unwrap()).collect();
    assert_eq!((ids, &listed["seq"]), (vec!["harbours"], &json!(1)));
    assert!(!room.get(&other, "/").text().contains("/compacts/gcm"));
}

#[test]
fn how_busy_others_are_is_told_to_those_who_see_them() {
    let room = Guarded::start();
    let (kenya, some, all) =
        (room.token("delegation:gcm/kenya"), room.token("integration:gcm"), room.token("integration"));
    for (who, sees) in [(&kenya, false), (&some, false), (&all, true), (&room.secretariat, true)] {
        let page = room.get(who, &format!("{C}/events")).expect(200);
        assert_eq!(page["events"][2].get("position").is_some(), sees);
        let bearer = format!("Authorization: Bearer {who}\r\n");
        let mut stream = Follower::open_with(&room.server.address, &format!("{C}/events"), &bearer);
        assert_eq!(stream.event().unwrap().2.get("position").is_some(), sees);
        assert_eq!(room.get(who, "/api/v1/events").status == 200, sees);
        assert_eq!(room.get(who, "/metrics").status == 200, sees);
    }
}

#[test]
fn a_revoked_token_ends_what_its_bearer_has_open() {
    let room = Guarded::start();
    let (kenya, other) = (room.token("delegation:gcm/kenya"), room.token("integration:gcm"));
    let follow = |token: &str| {
        let bearer = format!("Authorization: Bearer {token}\r\n");
        Follower::open_with(&room.server.address, &format!("{C}/events?after=4"), &bearer)
    };
    let (mut cut, mut goes_on) = (follow(&kenya), follow(&other));
    assert_eq!((cut.event().unwrap().0, goes_on.event().unwrap().0), (5, 5));
    let tokens = room.get(&room.secretariat, "/api/v1/tokens").expect(200);
    let listed = tokens["tokens"].as_array().unwrap();
    let id = listed.iter().find(|t| t["for"] == "delegation:gcm/kenya").unwrap()["id"].as_str().unwrap();
    room.say(&room.secretariat, "DELETE", &format!("/api/v1/tokens/{id}"), &Value::Null).expect(200);
    assert!(cut.event().is_none(), "the stream ends");
    room.say(&room.secretariat, "PUT", &format!("{C}/groups/g"), &json!({"name": "G"})).expect(201);
    assert_eq!(goes_on.event().unwrap().0, 6);
}

#[test]
fn the_secretariat_issues_tokens_that_are_shown_once() {
    let room = Guarded::start();
    let s = &room.secretariat;
    let asked = json!({"for": "delegation:gcm/kenya", "label": "laptop", "expires": "2999-01-31"});
    let issued = room.say(s, "POST", "/api/v1/tokens", &asked);
    let shown = issued.expect(201);
    assert_eq!((issued.header("cache-control"), &shown["expires"]), ("no-store", &json!("2999-02-01T00:00:00.000Z")));
    assert_eq!(issued.header("location"), format!("/api/v1/tokens/{}", shown["id"].as_str().unwrap()));
    let token = shown["token"].as_str().unwrap();
    room.get(token, C).expect(200);
    let listed = room.get(s, "/api/v1/tokens").text();
    assert!(listed.contains("laptop") && !listed.contains(token), "{listed}");
    for bad in [
        json!({"for": "anyone"}),
        json!({"for": "secretariat", "expires": "2020-01-01"}),
        json!({"for": "secretariat", "label": "a\nb"}),
    ] {
        room.say(s, "POST", "/api/v1/tokens", &bad).problem(422, "bad-token");
    }
    room.say(s, "DELETE", "/api/v1/tokens/00000000", &Value::Null).problem(404, "not-found");
    room.say(s, "DELETE", "/api/v1/tokens/x", &Value::Null).problem(404, "not-found");
    let open = Server::start();
    open.post("/api/v1/tokens", &json!({"for": "secretariat"})).problem(403, "not-yours");
}

#[test]
fn what_was_answered_to_one_speaker_is_not_told_to_another() {
    let room = Guarded::start();
    let body = reword().to_string();
    let send = |token: &str| {
        let bearer = format!("Bearer {token}");
        let key = [("authorization", bearer.as_str()), ("content-type", "application/json"), ("idempotency-key", "k")];
        room.server.send("POST", &format!("{C}/proposals"), &key, body.as_bytes())
    };
    let kenya = room.token("delegation:gcm/kenya");
    send(&kenya).expect(201);
    assert_eq!(send(&kenya).header("idempotency-replayed"), "true");
    send(&room.token("delegation:harbours/kenya")).problem(404, "unknown-compact");
    send("trv_x").problem(401, "not-signed-in");
}

#[test]
fn a_browser_signs_in_reads_and_signs_out_and_writes_nothing() {
    let room = Guarded::start();
    let kenya = room.token("delegation:gcm/kenya");
    let own = ("sec-fetch-site", "same-origin");
    let wrong = room.server.send("POST", "/sign-in", &[own], b"token=trv_wrong");
    assert_eq!((wrong.status, wrong.header("set-cookie")), (401, ""));
    let foreign = [("sec-fetch-site", "cross-site")];
    room.server.send("POST", "/sign-in", &foreign, format!("token={kenya}").as_bytes()).problem(403, "cross-site");
    let token = format!("token={kenya}");
    let host = room.server.address.strip_prefix("http://").unwrap().to_owned();
    let sign_in = |host: &str| room.server.send("POST", "/sign-in", &[own, ("host", host)], token.as_bytes());
    let answer = sign_in(&host);
    assert_eq!((answer.status, answer.header("location")), (303, "/"));
    let cookie = answer.header("set-cookie").to_owned();
    assert!(
        cookie.contains("HttpOnly") && cookie.contains("SameSite=Strict") && !cookie.contains("Secure"),
        "{cookie}"
    );
    assert!(
        sign_in("travaux.example").header("set-cookie").contains("Secure"),
        "over TLS only where it is not loopback"
    );
    let kept = cookie.split(';').next().unwrap();
    let page = room.server.send("GET", "/compacts/gcm", &[("cookie", kept)], b"");
    assert_eq!((page.status, page.header("vary")), (200, "Accept, Accept-Encoding, Authorization, Cookie"));
    assert!(!page.header("cache-control").contains("public"));
    assert!(room.server.send("GET", "/", &[("cookie", kept)], b"").text().contains("delegation:gcm/kenya"));
    room.server.send("GET", C, &[("cookie", kept)], b"").expect(200);
    let json = ("content-type", "application/json");
    let path = format!("{C}/proposals");
    room.server
        .send("POST", &path, &[("cookie", kept), json, own], reword().to_string().as_bytes())
        .problem(401, "not-signed-in");
    let out = room.server.send("POST", "/sign-out", &[("cookie", kept), own], b"");
    assert!(out.status == 303 && out.header("set-cookie").contains("Max-Age=0"), "{}", out.header("set-cookie"));
}

#[test]
fn no_cache_shares_what_is_for_one_speaker() {
    let room = Guarded::start();
    let text = room.get(&room.secretariat, &format!("{C}/texts/zero-draft"));
    assert_eq!(text.header("cache-control"), "private, max-age=31536000, immutable");
    assert!(text.header("vary").contains("Authorization"));
}

/// A directory that is not there yet, and the file of its tokens.
fn fresh() -> (TempDir, String, PathBuf) {
    let home = TempDir::new().unwrap();
    let dir = home.path().join("record");
    let (data, tokens) = (dir.to_str().unwrap().to_owned(), home.path().join("record.tokens"));
    (home, data, tokens)
}

fn issued(data: &str, who: &str) -> String {
    let (code, out, err) = run(["token", "issue", "--data", data, "--for", who, "--label", "a test"]);
    assert_eq!(code, 0, "{err}");
    out.trim().to_owned()
}

fn status(served: &Served, token: &str) -> u16 {
    let bearer = format!("Bearer {token}");
    let request = ureq::http::Request::builder().uri(format!("{}/api/v1/compacts", served.address));
    let request = request.header("authorization", bearer).body(String::new()).unwrap();
    crate::served::sent(&crate::served::agent(), request).unwrap().status
}

/// Asks until it is so; half a minute is for a machine that has much to do.
pub fn comes_to(status_wanted: u16, ask: impl Fn() -> u16) {
    let until = std::time::Duration::from_secs(30);
    #[allow(clippy::disallowed_methods, reason = "a test gives up some time")]
    let began = std::time::Instant::now();
    while ask() != status_wanted {
        assert!(began.elapsed() < until, "it does not come to {status_wanted}");
        std::thread::yield_now();
    }
}

#[test]
fn tokens_are_issued_listed_and_revoked_while_the_server_runs() {
    let (_home, data, tokens) = fresh();
    let served = Served::start(data.as_ref());
    assert_eq!(served.send("GET", "/api/v1/compacts", "").status, 200, "one person on loopback needs none");
    let token = issued(&data, "secretariat");
    comes_to(401, || served.send("GET", "/api/v1/events", "").status);
    assert_eq!(status(&served, &token), 200);
    let kept = fs::read_to_string(&tokens).unwrap();
    assert!(!kept.contains(&token) && kept.contains("a test"), "{kept}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&tokens).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let (_, listed, _) = run(["token", "list", "--data", &data]);
    assert!(listed.contains("valid") && listed.contains("secretariat") && !listed.contains(&token), "{listed}");
    let id = listed.split(' ').next().unwrap();
    let (code, _, err) = run(["token", "revoke", "--data", &data, id]);
    assert_eq!(code, 0, "{err}");
    comes_to(401, || status(&served, &token));
    served.stop();
    let again = Served::start(data.as_ref());
    assert_eq!(again.send("GET", "/api/v1/events", "").status, 401, "what was closed stays closed");
}

#[test]
fn what_cannot_be_issued_or_revoked_is_told() {
    let (_home, data, tokens) = fresh();
    let told = |arguments: &[&str]| {
        let (code, _, err) = run(arguments.iter().copied().chain(["--data", &data]));
        (code, err)
    };
    let (code, err) = told(&["token", "issue", "--for", "anyone"]);
    assert!(code == 2 && err.contains("delegation:gcm/kenya"), "{err}");
    let (code, err) = told(&["token", "issue", "--for", "secretariat", "--expires", "yesterday"]);
    assert!(code == 1 && err.contains("2027-01-31"), "{err}");
    let (code, err) = told(&["token", "issue", "--for", "secretariat", "--expires", "2020-01-01"]);
    assert!(code == 1 && err.contains("a time to come"), "{err}");
    let (code, err) = told(&["token", "revoke", "12345678"]);
    assert!(code == 1 && err.contains("token list"), "{err}");
    issued(&data, "observer:gcm");
    fs::set_permissions(&tokens, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let (code, err) = told(&["token", "list"]);
    assert!(code == 3 && err.contains("chmod 600"), "{err}");
    fs::set_permissions(&tokens, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    fs::OpenOptions::new().append(true).open(&tokens).unwrap().write_all(b"nonsense\n").unwrap();
    let (code, err) = crate::cli::refused(["serve", "--listen", "127.0.0.1:0", "--data", &data]);
    assert!(code == 3 && err.contains("line 2"), "{err}");
}

#[test]
fn with_a_token_other_machines_may_reach_the_server_and_the_operator_is_warned() {
    let (home, data, _) = fresh();
    issued(&data, "secretariat");
    let log = fs::File::create(home.path().join("log")).unwrap();
    let mut command = clean(env!("CARGO_BIN_EXE_travaux"));
    let command = command.args(["serve", "--listen", "0.0.0.0:0", "--data", &data]).stderr(log).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.starts_with("listening on http://0.0.0.0:") && line.contains("tokens are asked for"), "{line}");
    let warned = fs::read_to_string(home.path().join("log")).unwrap();
    assert!(warned.contains("put TLS in front"), "{warned}");
}

#[test]
fn no_line_of_the_log_holds_a_token() {
    let (home, data, _) = fresh();
    let token = issued(&data, "secretariat");
    let path = home.path().join("log");
    let mut command = clean(env!("CARGO_BIN_EXE_travaux"));
    let log = fs::File::create(&path).unwrap();
    command.args(["--log", "trace", "serve", "--listen", "127.0.0.1:0", "--data", &data]);
    let mut child = command.stderr(log).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    let address = line.strip_prefix("listening on ").unwrap().split(' ').next().unwrap();
    let planted = Secret::from_bytes([5; 32]);
    for (method, path, bearer, body) in [
        ("POST", "/api/v1/compacts", token.as_str(), json!({"id": "gcm", "title": "x"}).to_string()),
        ("POST", "/api/v1/tokens", &token, json!({"for": "observer:gcm"}).to_string()),
        ("GET", "/api/v1/compacts", planted.reveal(), String::new()),
        ("POST", "/sign-in", "", format!("token={token}")),
    ] {
        let request = ureq::http::Request::builder().method(method).uri(format!("{address}{path}"));
        let request = request.header("authorization", format!("Bearer {bearer}"));
        let request =
            request.header("cookie", format!("travaux-token={token}")).header("content-type", "application/json");
        crate::served::sent(&crate::served::agent(), request.body(body).unwrap()).unwrap();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let told = fs::read_to_string(path).unwrap();
    assert!(told.contains("opened") && told.contains("token "), "the log is on: {told}");
    assert!(!told.contains("trv_"), "a token is in the log");
}

#[test]
fn what_was_issued_or_revoked_is_known_at_once_however_many_look_meanwhile() {
    let home = TempDir::new().unwrap();
    let credentials = Credentials::open(TokenFile::new(home.path().join("record.tokens"))).unwrap();
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for _ in 0..25 {
                    let (secret, told) = credentials.issue(&"integration".parse().unwrap(), "", None).unwrap();
                    assert!(credentials.pass(Some(secret.reveal())).is_ok());
                    credentials.revoke(told.token.id).unwrap();
                    assert!(credentials.pass(Some(secret.reveal())).is_err());
                }
            });
            threads.spawn(|| (0..20_000).for_each(|_| credentials.look().unwrap()));
        }
    });
}
