//! Who has shown who it is has a rate and streams of its own, wherever it comes from; who guesses has those of its address.

use std::io::Read;
use std::sync::Arc;

use serde_json::json;
use tempfile::TempDir;
use tokio::time::Instant;
use travaux::access::Secret;
use travaux::credentials::{Credentials, TokenFile};
use travaux::log::MemoryLog;
use travaux::web::Settings;

use crate::raw::Raw;
use crate::server::{Answer, Server};

const OFFICE: &str = "192.0.2.1";
const HOTEL: &str = "192.0.2.2";
const BURST: usize = 20;

/// A server that asks for tokens and counts those who come through a proxy.
struct Counted {
    server: Server,
    credentials: Arc<Credentials>,
    began: Instant,
    _home: TempDir,
}

impl Counted {
    fn start(settings: Settings) -> Self {
        let home = TempDir::new().unwrap();
        let credentials = Arc::new(Credentials::open(TokenFile::new(home.path().join("record.tokens"))).unwrap());
        credentials.issue(&"secretariat".parse().unwrap(), "", None).unwrap();
        let proxies = vec!["127.0.0.1".parse().unwrap()];
        let settings = Settings { proxies, counts_loopback: true, ..settings };
        let server = Server::guarded_and_strict(Arc::new(MemoryLog::new()), credentials.clone(), settings);
        Self { server, credentials, began: Instant::now(), _home: home }
    }

    fn token(&self, speaking: &str) -> String {
        let (secret, _) = self.credentials.issue(&speaking.parse().unwrap(), "a test", None).unwrap();
        secret.reveal().to_owned()
    }

    fn ask(&self, from: &str, bearer: &str) -> Answer {
        let bearer = format!("Bearer {bearer}");
        self.server.send("GET", "/api/v1/compacts", &[("x-forwarded-for", from), ("authorization", &bearer)], b"")
    }

    /// How many of a hundred requests are not refused for their number.
    fn heard(&self, from: &str, bearer: &str) -> usize {
        (0..100).filter(|_| self.ask(from, bearer).status != 429).count()
    }

    /// What a bucket gives until now: all it holds, and one for each second since it may have been drawn from.
    #[track_caller]
    fn is_one_bucket(&self, heard: usize) {
        let filled = usize::try_from(self.began.elapsed().as_secs()).unwrap() + 1;
        assert!((BURST..=BURST + filled).contains(&heard), "{heard} of {BURST}, and {filled}");
    }
}

fn rated() -> Counted {
    Counted::start(Settings { rate: 1, burst: BURST, ..Settings::default() })
}

#[test]
fn speakers_behind_one_address_have_a_rate_each() {
    let room = rated();
    let tokens = ["delegation:gcm/kenya", "delegation:gcm/kenya", "observer:gcm"].map(|who| room.token(who));
    for token in &tokens {
        assert_eq!(room.ask(OFFICE, token).status, 200);
        room.is_one_bucket(room.heard(OFFICE, token) + 1);
    }
    let nobody = (0..100).map(|_| room.server.send("GET", "/api/v1/compacts", &[("x-forwarded-for", OFFICE)], b""));
    room.is_one_bucket(nobody.filter(|answer| answer.status == 200).count());
}

#[test]
fn a_speaker_has_one_rate_from_wherever_it_comes() {
    let room = rated();
    let token = room.token("delegation:gcm/kenya");
    let heard: usize = [OFFICE, HOTEL, "2001:db8::1"].iter().map(|from| room.heard(from, &token)).sum();
    room.is_one_bucket(heard);
}

#[test]
fn who_guesses_tokens_is_limited_by_address_and_takes_nothing_from_those_behind_it() {
    let room = rated();
    let guess = |n: u8| Secret::from_bytes([n; 32]).reveal().to_owned();
    let guesses: Vec<u16> = (0..100).map(|n| room.ask(OFFICE, &guess(n)).status).collect();
    assert!(guesses.iter().all(|status| [401, 429].contains(status)), "{guesses:?}");
    room.is_one_bucket(guesses.iter().filter(|status| **status == 401).count());
    assert_eq!(room.ask(OFFICE, &room.token("observer:gcm")).status, 200);
}

#[test]
fn a_token_that_is_revoked_is_counted_with_its_address_again() {
    let room = rated();
    let (secret, told) = room.credentials.issue(&"observer:gcm".parse().unwrap(), "", None).unwrap();
    room.is_one_bucket(room.heard(OFFICE, "a guess"));
    assert_eq!(room.ask(OFFICE, secret.reveal()).status, 200);
    room.credentials.revoke(told.token.id).unwrap();
    room.is_one_bucket(room.heard(HOTEL, secret.reveal()));
}

#[test]
fn a_speaker_has_so_many_streams_from_wherever_it_follows_and_others_at_its_address_have_theirs() {
    let room = Counted::start(Settings { streams_each: 3, ..Settings::default() });
    let open = |from: &str, token: &str| {
        let mut line = Raw::open(&room.server.address);
        let head = "GET /api/v1/events HTTP/1.1\r\nHost: x\r\nAccept: text/event-stream";
        line.say(&format!("{head}\r\nX-Forwarded-For: {from}\r\nAuthorization: Bearer {token}\r\n\r\n"));
        let mut start = [0; 12];
        line.0.read_exact(&mut start).unwrap();
        (String::from_utf8(start[9..].to_vec()).unwrap(), line)
    };
    let (first, second) = (room.token("integration"), room.token("integration"));
    let held = [open(OFFICE, &first), open(OFFICE, &first), open(HOTEL, &first)];
    assert!(held.iter().all(|(status, _)| status == "200"));
    assert_eq!([open(OFFICE, &first).0, open(HOTEL, &first).0], ["429", "429"]);
    let bearer = format!("Bearer {first}");
    let headers = [("accept", "text/event-stream"), ("x-forwarded-for", HOTEL), ("authorization", bearer.as_str())];
    let refused = room.server.send("GET", "/api/v1/events", &headers, b"").problem(429, "too-many-streams");
    assert_eq!(refused["most"], json!(3));
    let others: Vec<_> = (0..3).map(|_| open(OFFICE, &second)).collect();
    assert!(others.iter().all(|(status, _)| status == "200"), "another token at that address");
}
