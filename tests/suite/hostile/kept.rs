//! Every limit of the table is tried: at the limit, one over, and far over.

use std::fs;
use std::sync::Arc;

use serde_json::{Value, json};
use travaux::access::Speaking;
use travaux::compact::{Command, CompactId, limits};
use travaux::log::MemoryLog;
use travaux::secretariat::{Failure, Secretariat};

use crate::http::{C, opened};
use crate::raw::Raw;
use crate::server::{Answer, Server};

/// A test for each limit, of its name; and the names.
macro_rules! kept {
    ($($limit:ident: $tried:expr;)*) => {
        const KEPT: &[&str] = &[$(stringify!($limit)),*];

        #[allow(non_snake_case, reason = "named as in the table")]
        mod each {
            use super::*;

            $(#[test] fn $limit() { ($tried)(limits::$limit); })*
        }
    };
}

/// Limits that are tried where they can be seen, or made small: where, and by which test.
const ELSEWHERE: &[(&str, &str, &str)] = &[
    ("EVENTS_SCANNED_MAX", "tests/suite/filtered.rs", "a_page_looks_at_so_many_entries_and_then_says_where_to_go_on"),
    ("TOKENS_MAX", "src/access/tokens.rs", "so_many_lines_are_kept_and_whatever_was_issued_can_be_revoked"),
    ("WEBHOOKS_MAX", "tests/suite/webhooks.rs", "a_compact_has_so_many_webhooks_and_no_more"),
    ("WORKING_DRAFTS_MAX", "tests/suite/bureau.rs", "there_are_so_many_working_drafts_on_a_compact_and_no_more"),
    ("STREAMS_MAX", "tests/suite/hostile/crowds.rs", "one_client_has_so_many_streams_and_all_together_have_so_many"),
    (
        "STREAMS_EACH_MAX",
        "tests/suite/hostile/crowds.rs",
        "one_client_has_so_many_streams_and_all_together_have_so_many",
    ),
    (
        "REQUESTS_PER_SECOND_MAX",
        "tests/suite/hostile/crowds.rs",
        "who_asks_too_often_is_told_when_to_ask_again_and_nobody_else_is",
    ),
    (
        "REQUESTS_BURST_MAX",
        "tests/suite/hostile/crowds.rs",
        "who_asks_too_often_is_told_when_to_ask_again_and_nobody_else_is",
    ),
    ("CALLERS_MAX", "src/web/edge/rates.rs", "no_more_callers_are_remembered_than_the_limit_says"),
    ("CONNECTIONS_MAX", "tests/suite/hostile/crowds.rs", "connections_beyond_the_limit_wait_until_one_is_free"),
    ("CONNECTIONS_EACH_MAX", "tests/suite/hostile/crowds.rs", "connections_of_one_address_beyond_its_limit_are_closed"),
    ("HEAD_SECS_MAX", "tests/suite/hostile/slow.rs", "a_head_that_does_not_come_to_an_end_is_cut_off_with_408"),
    ("BODY_SECS_MAX", "tests/suite/hostile/slow.rs", "a_body_that_does_not_come_in_time_is_a_408_that_says_so"),
    ("KEEP_ALIVE_SECS_MAX", "tests/suite/hostile/slow.rs", "a_connection_that_nobody_uses_is_closed"),
    ("STALL_SECS_MAX", "tests/suite/hostile/slow.rs", "readers_who_take_nothing_hold_nobody_up_and_are_cut_off"),
];

#[test]
fn every_limit_of_the_table_has_a_test() {
    let mut tried: Vec<&str> = KEPT.iter().copied().chain(ELSEWHERE.iter().map(|(limit, ..)| *limit)).collect();
    let mut table: Vec<&str> = limits::ALL.iter().map(|limit| limit.name).collect();
    tried.sort_unstable();
    table.sort_unstable();
    assert_eq!(tried, table);
    for (limit, file, test) in ELSEWHERE {
        let source = fs::read_to_string(format!("{}/{file}", env!("CARGO_MANIFEST_DIR"))).unwrap();
        assert!(source.contains(&format!("fn {test}()")), "{limit} is tried by {test} in {file}");
    }
}

#[test]
fn a_server_that_is_told_nothing_keeps_to_the_table() {
    let usual = travaux::web::Settings::default();
    assert_eq!((usual.rate, usual.burst), (limits::REQUESTS_PER_SECOND_MAX, limits::REQUESTS_BURST_MAX));
    assert_eq!((usual.streams, usual.streams_each), (limits::STREAMS_MAX, limits::STREAMS_EACH_MAX));
    assert_eq!((usual.connections, usual.connections_each), (limits::CONNECTIONS_MAX, limits::CONNECTIONS_EACH_MAX));
    let patience = usual.patience;
    let secs = [patience.head, patience.body, patience.keep_alive, patience.stall].map(|time| time.as_secs());
    let table = [limits::HEAD_SECS_MAX, limits::BODY_SECS_MAX, limits::KEEP_ALIVE_SECS_MAX, limits::STALL_SECS_MAX];
    assert_eq!(secs.map(|secs| usize::try_from(secs).unwrap()), table);
}

/// One over and far over is refused as too much and changes nothing; at the limit it is taken.
fn posted(path: &'static str, body: impl Fn(usize) -> Value) -> impl Fn(usize) {
    move |most| {
        let path = &format!("{C}{path}");
        let server = furnished();
        let before = server.get(C).expect(200)["seq"].clone();
        for over in [most + 1, most * 3] {
            let refused = server.post(path, &body(over));
            assert!(refused.status == 413 || refused.problem(422, "too-much")["most"] == most, "{}", refused.text());
        }
        assert_eq!(server.get(C).expect(200)["seq"], before);
        let taken = server.post(path, &body(most));
        assert!([200, 201].contains(&taken.status), "{}", taken.text());
    }
}

/// A compact with a Zero Draft, and a waiting proposal for each name that a body may need.
fn furnished() -> Server {
    let server = opened();
    server.put(&format!("{C}/delegations/norway"), &json!({"name": "Norway", "groups": []})).expect(201);
    server
}

fn insert(text: impl Into<Value>) -> Value {
    let text: Value = text.into();
    json!({"insert": {"after": null, "text": text}})
}

fn proposal(edits: impl Into<Value>) -> Value {
    let edits: Value = edits.into();
    json!({"sponsors": ["eu"], "edits": edits})
}

fn statement(change: impl FnOnce(&mut Value)) -> Value {
    let mut statement = json!({
        "by": {"name": "Union of Crews", "kind": "trade_union"}, "made_on": "2018-07-09", "title": "On rest",
        "link": "https://example.org/",
    });
    change(&mut statement);
    statement
}

/// So many names: what is told of them is that they are too many, or unknown.
fn named(path: &'static str, body: impl Fn(usize) -> Value) -> impl Fn(usize) {
    move |most| {
        let server = opened();
        for over in [most + 1, most * 3] {
            server.post(path, &body(over)).problem(422, "too-much");
        }
        let heard = server.post(path, &body(most)).json();
        assert!(heard["type"] != "/problems/too-much", "{heard}");
    }
}

fn head(server: &Server, field: usize) -> String {
    let mut line = Raw::open(&server.address);
    line.say(&format!("GET /api/v1/compacts HTTP/1.1\r\nA: {}\r\nHost: x\r\n\r\n", "a".repeat(field)));
    line.answer().0
}

fn refused_as(told: Result<travaux::secretariat::Recorded, Failure>) -> Option<&'static str> {
    match told {
        Ok(_) => None,
        Err(Failure::Refused(refusal)) => Some(refusal.slug()),
        Err(other) => panic!("{other}"),
    }
}

/// So many commands are granted, and what comes then is refused.
fn recorded(most: usize, command: impl Fn(usize) -> (CompactId, Command)) {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(async {
        let secretariat = Secretariat::open(Arc::new(MemoryLog::new())).unwrap();
        let gcm: CompactId = "gcm".parse().unwrap();
        let open = Command::OpenCompact { compact: gcm.clone(), title: "A compact (fiction)".into() };
        assert_eq!(refused_as(secretariat.record(&gcm, Speaking::Anyone.says(open), None).await), None);
        for n in 0..most {
            let (id, command) = command(n);
            assert_eq!(refused_as(secretariat.record(&id, Speaking::Anyone.says(command), None).await), None, "{n}");
        }
        for n in [most, most + 1, most * 3] {
            let (id, command) = command(n);
            assert_eq!(
                refused_as(secretariat.record(&id, Speaking::Anyone.says(command), None).await),
                Some("too-much"),
                "{n}"
            );
        }
    });
}

fn keyed(server: &Server, key: &str, body: &str) -> Answer {
    let headers = [("content-type", "application/json"), ("idempotency-key", key)];
    server.send("POST", "/api/v1/compacts", &headers, body.as_bytes())
}

kept! {
    BODY_BYTES_MAX: |most| {
        let server = Server::start();
        let body = |bytes: usize| {
            let command = r#"{"id": "gcm", "title": "A compact (fiction)"}"#;
            command.to_owned() + &" ".repeat(bytes - command.len())
        };
        let json = [("content-type", "application/json")];
        for over in [most + 1, most * 3] {
            let refused = server.send("POST", "/api/v1/compacts", &json, body(over).as_bytes());
            refused.problem(413, "body-too-large");
        }
        server.send("POST", "/api/v1/compacts", &json, body(most).as_bytes()).expect(201);
    };
    TEXT_BYTES_MAX: posted("/revisions", |bytes| {
        let paragraph = format!("{}\n\n", "x".repeat(100_000));
        let mut text = paragraph.repeat(bytes / paragraph.len());
        text.push_str(&"x".repeat(bytes - text.len()));
        json!({"text": text})
    });
    PROVISIONS_MAX: posted("/revisions", |n| json!({"text": "States meet.\n\n".repeat(n)}));
    WORDING_BYTES_MAX: posted("/proposals", |n| proposal(vec![insert("x".repeat(n))]));
    WORDING_WORDS_MAX: posted("/revisions", |n| json!({"text": "of ".repeat(n)}));
    EDITS_MAX: posted("/proposals", |n| proposal(vec![insert("x"); n]));
    PROPOSAL_BYTES_MAX: posted("/proposals", |n| {
        let mut edits = vec![insert("x".repeat(100_000)); n / 100_000];
        edits.push(insert("x".repeat(n % 100_000)));
        proposal(edits)
    });
    PACKAGE_PROPOSALS_MAX: |most: usize| {
        let server = opened();
        for n in 0..=most {
            server.post(&format!("{C}/proposals"), &proposal(vec![insert(format!("States act {n}."))])).expect(201);
        }
        let package = |n: usize| json!({"proposals": (6..6 + n).map(|p| format!("p{p}")).collect::<Vec<_>>()});
        for over in [most + 1, most * 3] {
            server.post(&format!("{C}/packages"), &package(over)).problem(422, "too-much");
        }
        server.post(&format!("{C}/packages"), &package(most)).expect(201);
    };
    SPONSORS_MAX: |most: usize| {
        let server = opened();
        for n in 0..=most {
            server.put(&format!("{C}/groups/g{n}"), &json!({"name": format!("Group {n}")})).expect(201);
        }
        let body = |n: usize| {
            let sponsors: Vec<String> = (0..n).map(|n| format!("g{n}")).collect();
            json!({"sponsors": sponsors, "edits": [insert("x")]})
        };
        for over in [most + 1, most * 3] {
            server.post(&format!("{C}/proposals"), &body(over)).problem(422, "too-much");
        }
        let tabled = server.post(&format!("{C}/proposals"), &body(most)).expect(201);
        let join = format!("{C}/proposals/{}/sponsors/g{most}", tabled["id"].as_str().unwrap());
        server.put(&join, &json!({})).problem(422, "too-much");
    };
    PROPOSALS_NAMED_MAX: |most: usize| {
        let names = |n: usize| (1..=n).map(|p| format!("p{p}")).collect::<Vec<_>>();
        named("/api/v1/compacts/gcm/revisions", move |n| json!({"text": "x", "reflects": names(n)}))(most);
        let server = opened();
        let assumed = |n: usize| server.get(&format!("{C}/texts/working?assume={}", names(n).join(",")));
        assumed(most + 1).problem(422, "too-much");
        assumed(most * 2).problem(422, "too-much");
        assert_eq!(assumed(most).status, 404, "they are looked for");
    };
    PROVISIONS_NAMED_MAX: named("/api/v1/compacts/gcm/statements", |n| {
        let names: Vec<String> = (1..=n).map(|p| format!("4.{p}")).collect();
        statement(|s| s["provisions"] = json!(names))
    });
    ATTACHMENT_BYTES_MAX: posted("/statements", |n| {
        use base64::Engine as _;
        let base64 = base64::engine::general_purpose::STANDARD.encode(vec![7; n]);
        statement(|s| s["attachment"] = json!({"name": "a.pdf", "media_type": "application/pdf", "base64": base64}))
    });
    LINK_CHARS_MAX: posted("/statements", |n| {
        statement(|s| s["link"] = format!("https://example.org/{}", "a".repeat(n - 20)).into())
    });
    NAME_CHARS_MAX: posted("/drafts", |n| json!({"label": "é".repeat(n), "id": "x", "sign_off": true}));
    NOTE_CHARS_MAX: posted("/proposals", |n| {
        json!({"sponsors": ["eu"], "edits": [insert("x")], "rationale": "ñ".repeat(n)})
    });
    LABEL_CHARS_MAX: posted("/proposals", |n| {
        proposal(vec![json!({"insert": {"after": null, "text": "x", "label": "1".repeat(n)}})])
    });
    SPEAKERS_MAX: |most| recorded(most, |n| {
        let group = format!("g{n}").parse().unwrap();
        ("gcm".parse().unwrap(), Command::RegisterGroup { group, name: format!("Group {n}") })
    });
    ROUNDS_MAX: |most: usize| {
        let server = opened();
        let round = |n: usize| {
            let body = json!({"name": format!("Round {n}"), "starts": "2018-02-20", "ends": "2018-02-23"});
            server.put(&format!("{C}/rounds/r{n}"), &body)
        };
        for n in 0..most {
            round(n).expect(201);
        }
        for over in [most, most + 1, most * 3] {
            round(over).problem(422, "too-much");
        }
    };
    COMPACTS_MAX: |most: usize| recorded(most - 1, |n| {
        let compact: CompactId = format!("c{n}").parse().unwrap();
        (compact.clone(), Command::OpenCompact { compact, title: format!("Compact {n} (fiction)") })
    });
    PAGE_ROWS_MAX: |most| {
        let server = opened();
        for path in ["/api/v1/events".to_owned(), format!("{C}/proposals"), format!("{C}/statements")] {
            server.get(&format!("{path}?limit={most}")).expect(200);
            for over in [most + 1, most * 1_000, 0, usize::MAX] {
                server.get(&format!("{path}?limit={over}")).problem(400, "bad-query");
            }
        }
    };
    FILTER_NAMES_MAX: |most: usize| {
        let server = opened();
        let ask = |n: usize| server.get(&format!("{C}/events?group={}", vec!["eu"; n].join(",")));
        ask(most).expect(200);
        ask(most + 1).problem(400, "bad-query");
        ask(most * 3).problem(400, "bad-query");
    };
    WEBHOOKS_ALL_MAX: |most: usize| {
        let server = crate::webhooks::server(true);
        let each = limits::WEBHOOKS_MAX;
        let hook = |n: usize| {
            let path = format!("/api/v1/compacts/c{}/webhooks", n / each);
            server.post(&path, &json!({"url": "https://example.org/"}))
        };
        for n in 0..=most * 3 / each {
            server.post("/api/v1/compacts", &json!({"id": format!("c{n}"), "title": "A (fiction)"})).expect(201);
        }
        for n in 0..most {
            hook(n).expect(201);
        }
        for over in [most, most + 1, most * 3] {
            hook(over).problem(422, "too-much");
        }
    };
    HEAD_BYTES_MAX: |most: usize| {
        let server = Server::start();
        // Everything else in this head: the address, two names with their colons, spaces and ends of line, and "x".
        let rest = "/api/v1/compacts".len() + "a".len() + 4 + "host".len() + 4 + "x".len();
        assert!(head(&server, most - rest).starts_with("http/1.1 200"));
        assert!(head(&server, most - rest + 1).starts_with("http/1.1 431"));
        assert!(head(&server, most * 3).starts_with("http/1.1 431"));
        let far = head(&server, 200_000);
        assert!(far.starts_with("http/1.1 431"), "more than is ever read: {far}");
    };
    QUERY_BYTES_MAX: |most: usize| {
        let server = Server::start();
        let ask = |bytes: usize| server.get(&format!("/api/v1/events?after={}", "1".repeat(bytes - 6)));
        ask(most).problem(400, "bad-query");
        ask(most + 1).problem(414, "query-too-long");
        ask(most * 3).problem(414, "query-too-long");
    };
    REQUEST_ID_CHARS_MAX: |most: usize| {
        let server = Server::start();
        let echoed = |chars: usize| {
            let id = "a".repeat(chars);
            server.send("GET", "/health/live", &[("x-request-id", &id)], b"").header("x-request-id") == id
        };
        assert_eq!((echoed(most), echoed(most + 1), echoed(most * 100)), (true, false, false));
    };
    IDEMPOTENCY_KEY_BYTES_MAX: |most: usize| {
        let server = Server::start();
        for over in [most + 1, most * 10, 0] {
            keyed(&server, &"k".repeat(over), "{}").problem(400, "bad-idempotency-key");
        }
        keyed(&server, &"k".repeat(most), r#"{"id": "gcm", "title": "A compact (fiction)"}"#).expect(201);
    };
    IDEMPOTENCY_KEYS_MAX: |most: usize| {
        let (server, body) = (Server::start(), r#"{"id": "gcm", "title": "A compact (fiction)"}"#);
        let is_replayed = |key: &str, body: &str| keyed(&server, key, body).header("idempotency-replayed") == "true";
        keyed(&server, "recorded", body).expect(201);
        keyed(&server, "first", "{").problem(400, "malformed-json");
        for n in 2..most {
            keyed(&server, &n.to_string(), "{").problem(400, "malformed-json");
        }
        assert!(is_replayed("first", "{"));
        // The oldest two are let go; of what was recorded the entry tells.
        for more in ["one-more", "two-more"] {
            keyed(&server, more, "{").problem(400, "malformed-json");
        }
        assert!(!is_replayed("first", "{"), "it is judged anew");
        keyed(&server, "recorded", body).expect(201);
    };
}
