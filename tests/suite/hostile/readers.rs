//! Whatever reads bytes from outside is given bytes at random around those that readers have stumbled over before: wording,
//! Markdown, JSON commands, stored entries, headers, queries. Nothing panics, and nothing bad is taken for good.

use std::cell::Cell;
use std::fs;

use proptest::collection::vec;
use proptest::prelude::*;
use proptest::sample::select;
use serde_json::{Value, json};
use travaux::compact::{Block, Command, Compact, Edit, Entry, Moment, Seq, decide, speaker_of};
use travaux::formats::{markdown, plain};

use crate::http::{C, opened};
use crate::raw::Raw;
use crate::tried::{short_or_long, tried};

/// What readers stumble over.
const NASTY: &[&str] = &[
    "",
    " ",
    "\n",
    "\r\n",
    "\t",
    "\0",
    "\u{1b}[31m",
    "\u{7f}",
    "\u{85}",
    "\u{a0}",
    "\u{200b}",
    "\u{200d}",
    "\u{202e}",
    "\u{2028}",
    "\u{2066}",
    "\u{feff}",
    "\u{fffe}",
    "\u{10ffff}",
    "e\u{301}",
    "\u{301}",
    "\u{1f468}\u{200d}\u{1f469}",
    "\u{e0061}",
    "ﷺ",
    "İ",
    "ß",
    "\u{0f73}\u{0f71}",
    "\u{1100}\u{1161}\u{11a8}",
    "国",
    "مرحبا",
    "# ",
    "## ",
    "####### ",
    "1. ",
    "1.1.1. ",
    "(a) ",
    "- ",
    "\\",
    "\\\\",
    "16 bis. ",
    "[",
    "]",
    "{++",
    "++}",
    "{--",
    "{>>",
    "<<}",
    "<script>",
    "</p>",
    "&lt;",
    "&#0;",
    "\"",
    "'",
    "`",
    "javascript:",
    "%00",
    "%",
    "../",
    "\u{fdd0}",
    "-1",
    "0",
    "18446744073709551616",
    "1e999",
    "NaN",
    "null",
    "true",
    "p0",
    "p5",
    "3.1",
    "0.0",
    "999.1",
    "working",
    "zero-draft",
    "=",
    "&",
    "?",
    "#",
    ";",
    ",",
    ":",
    "+",
    "::1",
    "States will keep harbours open.",
    "States ",
];

/// Nasty pieces and any characters, one behind the other.
fn nasty() -> impl Strategy<Value = String> {
    let piece = prop_oneof![4 => select(NASTY).prop_map(str::to_owned), 1 => any::<char>().prop_map(String::from)];
    vec(piece, 0..24).prop_map(|pieces| pieces.concat())
}

fn cases(short: usize, long: usize) -> ProptestConfig {
    let cases = u32::try_from(short_or_long(short, long)).unwrap();
    ProptestConfig { cases, failure_persistence: None, ..ProptestConfig::default() }
}

/// Says a command, and what is granted fits.
fn say(compact: &mut Option<Compact>, command: Command) -> bool {
    let speaker = speaker_of(&command, compact.as_ref());
    let Ok(Some(event)) = decide(compact.as_ref(), command) else { return false };
    let seq = compact.as_ref().map_or(Seq(1), |compact| compact.seq.next());
    let entry = Entry { seq, time: Moment::from_millis(0).unwrap(), speaker, spoken_by: None, event };
    Compact::follow(compact, &entry).unwrap();
    true
}

fn compact() -> Option<Compact> {
    let mut compact = None;
    let title = "Harbours (fiction)".to_owned();
    assert!(say(&mut compact, Command::OpenCompact { compact: "harbours".parse().unwrap(), title }));
    assert!(say(&mut compact, Command::RegisterGroup { group: "eu".parse().unwrap(), name: "EU".into() }));
    assert!(say(&mut compact, revision(markdown::read("1. States will keep harbours open.\n\n2. States meet."))));
    compact
}

fn revision(text: Vec<Block>) -> Command {
    Command::Revise { text, base: None, reflects: vec![], reason: None }
}

#[test]
fn any_wording_is_refused_or_woven_in() {
    let (before, granted) = (compact(), Cell::new(0));
    proptest!(cases(300, 20_000), |(text in nasty(), rationale in nasty())| {
        let mut compact = before.clone();
        let edit = Edit::Reword { reword: "3.1".parse().unwrap(), text };
        let sponsors = vec!["eu".parse().unwrap()];
        let woven = say(
            &mut compact,
            Command::TableProposal { sponsors, base: None, edits: vec![edit], rationale: Some(rationale) },
        );
        granted.set(granted.get() + usize::from(woven));
        for provision in compact.unwrap().text(Seq(4)) {
            prop_assert!(!provision.text.chars().any(char::is_control));
        }
    });
    assert!(granted.get() > 10, "hardly any wording was granted");
    let granted = granted.get();
    tried(&format!("{granted} wordings at random woven in"));
}

#[test]
fn any_markdown_is_read_and_any_text_that_is_granted_is_read_back_the_same() {
    let (before, granted) = (compact(), Cell::new(0));
    proptest!(cases(300, 20_000), |(source in nasty())| {
        let standing: Vec<_> = before.as_ref().unwrap().text(Seq(3));
        plain::read(&source, &standing);
        let mut compact = before.clone();
        if say(&mut compact, revision(markdown::read(&source))) {
            granted.set(granted.get() + 1);
            let text = compact.unwrap().text(Seq(4));
            let written = markdown::write(text.iter());
            let told = |blocks: &[Block]| blocks.iter().map(|block| block.text.clone()).collect::<Vec<_>>();
            let kept: Vec<String> = text.iter().map(|provision| provision.text.to_string()).collect();
            prop_assert_eq!(told(&markdown::read(&written)), kept, "{}", written);
        }
    });
    assert!(granted.get() > 10, "hardly any text was granted");
    let granted = granted.get();
    tried(&format!("{granted} texts at random read back the same"));
}

/// JSON with nasty names and values, deep and wide.
fn value() -> impl Strategy<Value = Value> {
    let names = select(
        &["id", "title", "name", "text", "sponsors", "edits", "reword", "insert", "after", "label", "base", "x"][..],
    );
    let leaf = prop_oneof![
        nasty().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(Value::from),
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
    ];
    leaf.prop_recursive(6, 40, 6, move |inner| {
        let object = vec((names.clone(), inner.clone()), 0..6);
        prop_oneof![
            vec(inner, 0..6).prop_map(Value::from),
            object.prop_map(|members| members.into_iter().map(|(name, value)| (name.to_owned(), value)).collect()),
        ]
    })
}

/// Where commands are sent.
const WRITES: &[(&str, &str)] = &[
    ("POST", "/api/v1/compacts"),
    ("PUT", "/groups/eu"),
    ("PUT", "/delegations/kenya"),
    ("POST", "/revisions"),
    ("POST", "/drafts"),
    ("POST", "/proposals"),
    ("PUT", "/proposals/p6"),
    ("POST", "/proposals/p6/decline"),
    ("POST", "/proposals/p6/take-up"),
    ("PUT", "/proposals/p6/positions/eu"),
    ("POST", "/packages"),
    ("PUT", "/rounds/first"),
    ("POST", "/statements"),
    ("POST", "/reasons"),
    ("POST", "/credit-corrections"),
    ("POST", "/redactions"),
    ("POST", "/provisions/4.3/close"),
    ("PUT", "/provisions/4.3/positions/eu"),
];

#[test]
fn any_json_sent_as_a_command_is_answered_with_what_to_do() {
    let server = opened();
    let granted = Cell::new(0);
    proptest!(cases(400, 20_000), |((method, path) in select(WRITES), body in value(), cut in 0_usize..400)| {
        let path = if path.starts_with("/api") { path.to_owned() } else { format!("{C}{path}") };
        let whole = body.to_string();
        let body = whole.get(..cut).unwrap_or(&whole);
        let answer = server.send(method, &path, &[("content-type", "application/json")], body.as_bytes());
        prop_assert!(answer.status < 500, "{} {} {}: {}", method, path, body, answer.text());
        granted.set(granted.get() + usize::from(answer.status < 300));
        prop_assert!(answer.status < 300 || answer.json()["detail"].as_str().is_some_and(|detail| detail.len() > 10));
    });
    // A hundred thousand lists in each other are no reason to fall over.
    for deep in ["[".repeat(100_000), "{\"edits\":".repeat(100_000)] {
        let json = [("content-type", "application/json")];
        let status = server.send("POST", &format!("{C}/proposals"), &json, deep.as_bytes()).status;
        assert!([400, 422].contains(&status), "{status}");
    }
    let granted = granted.get();
    tried(&format!("JSON at random as commands, {granted} of them granted"));
}

#[test]
fn any_stored_entry_is_read_or_refused_and_replayed_or_refused() {
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/entries");
    let files = fs::read_dir(folder).unwrap().map(|file| fs::read_to_string(file.unwrap().path()).unwrap());
    let entries: Vec<String> = files.collect();
    assert!(entries.len() > 30, "these are not all forms");
    let (before, read) = (compact().unwrap(), Cell::new(0));
    let change = (any::<prop::sample::Index>(), 0_usize..12, nasty());
    proptest!(cases(600, 50_000), |(entry in select(entries), changes in vec(change, 0..3))| {
        let mut entry = entry;
        for (at, gone, put) in changes {
            let borders: Vec<usize> = entry.char_indices().map(|(at, _)| at).collect();
            let Some(start) = (!borders.is_empty()).then(|| *at.get(&borders)) else { continue };
            let end = borders.iter().copied().find(|end| *end >= start + gone).unwrap_or(entry.len());
            entry.replace_range(start..end, &put);
        }
        let Ok(mut entry) = Entry::decode(entry.as_bytes()) else { return Ok(()) };
        read.set(read.get() + 1);
        drop(Compact::open(&entry));
        entry.seq = before.seq.next();
        let mut compact = before.clone();
        // It fits, or what does not is named; a state that refused an entry is not used again.
        drop(compact.evolve(&entry));
    });
    assert!(read.get() > 10, "hardly any entry was read");
    let read = read.get();
    tried(&format!("stored entries at random, {read} of them readable"));
}

/// Where questions are asked.
const ADDRESSES: &[&str] = &[
    "/api/v1/events",
    "/api/v1/compacts/gcm/texts/working",
    "/compacts/gcm",
    "/api/v1/compacts/gcm/redlines/1..5",
    "/",
];

/// What a request may say beside.
const FIELDS: &[&str] = &[
    "Authorization: Bearer ",
    "Authorization: ",
    "If-None-Match: ",
    "If-Match: ",
    "Accept: ",
    "Last-Event-ID: ",
    "Cookie: ",
    "Range: ",
    "X-Forwarded-For: ",
    "X-Request-Id: ",
    "Idempotency-Key: ",
    "Content-Type: ",
    "Origin: ",
    "Expect: ",
    "Content-Length: ",
];

/// What a question may be narrowed by.
const PARAMETERS: &[&str] = &["after=", "limit=", "assume=", "group=", "credits=", "changes=", ""];

#[test]
fn any_header_and_any_query_is_answered() {
    let server = opened();
    let header = (select(FIELDS), nasty());
    proptest!(cases(300, 10_000), |(address in select(ADDRESSES), query in vec((select(PARAMETERS), nasty()), 0..4),
                                    headers in vec(header, 0..4), method in select(&["GET", "HEAD", "POST", "PUT"][..]))| {
        let query: Vec<String> = query.iter().map(|(name, value)| format!("{name}{value}")).collect();
        let query = query.join("&").replace([' ', '\r', '\n', '\0', '#'], "%20");
        let headers: String = headers.iter().map(|(name, value)| format!("{name}{}\r\n", value.replace(['\r', '\n'], ""))).collect();
        let mut line = Raw::open(&server.address);
        line.say(&format!("{method} {address}?{query} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n{headers}\r\n"));
        // What is not sent as announced is not waited for.
        line.0.shutdown(std::net::Shutdown::Write).unwrap();
        let told = line.until_closed();
        let status = told.get(9..12).unwrap_or_default();
        prop_assert!(told.is_empty() || ("200".."500").contains(&status), "{} {}?{} {}: {}", method, address, query, headers, told);
    });
    assert_eq!(server.get(C).expect(200)["seq"], json!(5), "and nothing was recorded");
}
