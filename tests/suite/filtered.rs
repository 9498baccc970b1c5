//! Entries through a filter: a filtered stream is the stream filtered, whoever reads it, in whatever form, and whenever.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::{Arc, LazyLock};

use serde_json::{Value, json};
use travaux::compact::{Compact, Event, GroupId, ProvisionId, limits};
use travaux::history::{Asked, Concerns, Filter};
use travaux::log::{EventLog, MemoryLog, NewEntry};

use crate::room::Room;
use crate::server::Server;
use crate::streams::Follower;

/// The sample negotiation.
static SAMPLE: LazyLock<Room> = LazyLock::new(|| {
    let mut room = Room::default();
    room.play(include_str!("../../src/cli/demo.story"));
    room
});

/// A server on the record of a room.
fn serving(room: &Room) -> Server {
    let (log, id) = (MemoryLog::new(), &room.compact().id);
    for entry in &room.record {
        let bytes = entry.encode(id).unwrap();
        drop(log.append(NewEntry { compact: id.as_str().into(), seq: entry.seq.0, bytes }));
    }
    Server::on(Arc::new(log))
}

fn filter(types: &[&str], groups: &[&str], provisions: &[&str]) -> Filter {
    let named = |names: &[&str]| names.iter().map(|name| (*name).to_owned()).collect();
    Asked { types: named(types), groups: named(groups), provisions: named(provisions) }.try_into().unwrap()
}

/// The seqs of the entries that a filter takes.
fn taken(room: &Room, filter: &Filter) -> Vec<u32> {
    let takes = |entry: &&travaux::compact::Entry| filter.takes(entry, room.compact());
    room.record.iter().filter(takes).map(|entry| entry.seq.0).collect()
}

fn seq_of(event: &Value) -> u32 {
    event["sequence"].as_str().unwrap().parse().unwrap()
}

#[test]
fn what_an_entry_concerns_never_changes() {
    let (mut then, mut concerned): (Option<Compact>, BTreeMap<&str, usize>) = (None, BTreeMap::new());
    for entry in &SAMPLE.record {
        Compact::follow(&mut then, entry).unwrap();
        let concerns = Concerns::of(entry, then.as_ref().unwrap());
        assert_eq!(concerns, Concerns::of(entry, SAMPLE.compact()), "entry {}", entry.seq);
        *concerned.entry(entry.event.name()).or_default() += concerns.groups.len() + concerns.provisions.len();
    }
    let nobody: BTreeSet<&str> = concerned.into_iter().filter(|(_, many)| *many == 0).map(|(name, _)| name).collect();
    let expected = ["compact-adopted.v1", "compact-opened.v1", "draft-issued.v1", "round-scheduled.v1"];
    assert!(nobody.is_subset(&expected.into()), "{nobody:?} concern somebody");
}

#[test]
fn what_is_about_a_proposal_concerns_its_sponsors_and_its_provisions() {
    let mut room = Room::default();
    room.play(include_str!("../../src/cli/demo.story"));
    let compact = room.compact();
    let mut looked_at = 0;
    for entry in &room.record {
        let Event::ProposalDeclined(declined) = &entry.event else { continue };
        let proposal = &compact.proposals[&declined.proposal];
        let concerns = Concerns::of(entry, compact);
        let sponsors: Vec<&GroupId> = proposal.sponsors().collect();
        assert!(sponsors.iter().all(|sponsor| concerns.groups.contains(sponsor)), "{declined:?}");
        let provisions: Vec<ProvisionId> = proposal.form.edits.iter().map(|edit| edit.change.provision()).collect();
        assert_eq!(concerns.provisions, provisions, "{declined:?}");
        looked_at += 1;
    }
    assert!(looked_at > 3, "only {looked_at} proposals were declined");
}

#[test]
fn filters_are_met_one_by_one_and_all_together() {
    let tabled = filter(&["proposal-tabled"], &[], &[]);
    for same in ["proposal-tabled.v1", "travaux.proposal-tabled.v1", "travaux.proposal-tabled"] {
        assert_eq!(filter(&[same], &[], &[]), tabled);
    }
    let group = SAMPLE.compact().groups.keys().next().unwrap().as_str();
    let of_group = taken(&SAMPLE, &filter(&[], &[group], &[]));
    let both = taken(&SAMPLE, &filter(&["proposal-tabled"], &[group], &[]));
    let tabled = taken(&SAMPLE, &tabled);
    assert!(!both.is_empty() && both.len() < of_group.len() && both.len() < tabled.len());
    assert_eq!(both, tabled.into_iter().filter(|seq| of_group.contains(seq)).collect::<Vec<_>>());
    let either = taken(&SAMPLE, &filter(&["proposal-tabled", "draft-issued"], &[], &[]));
    assert_eq!(either.len(), 77 + 4, "the sample has 77 proposals and 4 drafts");
    assert_eq!(taken(&SAMPLE, &Filter::default()).len(), SAMPLE.record.len());
}

#[test]
fn every_form_of_a_filtered_record_is_the_record_filtered() {
    let server = serving(&SAMPLE);
    let c = format!("/api/v1/compacts/{}/events", SAMPLE.compact().id);
    let groups: Vec<&str> = SAMPLE.compact().groups.keys().map(GroupId::as_str).collect();
    let provision = SAMPLE.compact().proposals.values().next().unwrap().form.edits[0].change.provision().to_string();
    let asked = [
        (filter(&["text-revised", "draft-issued"], &[], &[]), "type=text-revised,draft-issued".to_owned()),
        (filter(&[], &groups[..2], &[]), format!("group={},{}", groups[0], groups[1])),
        (filter(&[], &[], &[&provision]), format!("provision={provision}")),
        (filter(&["position-taken"], &[groups[1]], &[]), format!("type=travaux.position-taken.v1&group={}", groups[1])),
        (filter(&["compact-adopted"], &["nobody-here"], &[]), "type=compact-adopted&group=nobody-here".to_owned()),
    ];
    for (filter, query) in asked {
        let expected = taken(&SAMPLE, &filter);
        let lines = server.get_as(&format!("{c}?{query}"), "application/x-ndjson").text();
        let lines: Vec<u32> = lines.lines().map(|line| seq_of(&serde_json::from_str(line).unwrap())).collect();
        assert_eq!(lines, expected, "lines of {query}");
        assert_eq!(paged(&server, &format!("{c}?{query}")), expected, "pages of {query}");
        let mut follower = Follower::open(&server, &format!("{c}?{query}"), None);
        for seq in &expected {
            let (id, kind, event) = follower.event().unwrap();
            assert_eq!((id, seq_of(&event)), (u64::from(*seq), *seq), "the stream of {query}");
            assert_eq!(event["type"], kind);
        }
    }
}

/// All pages, three entries each.
fn paged(server: &Server, path: &str) -> Vec<u32> {
    let (mut seqs, mut after) = (Vec::new(), 0);
    loop {
        let page = server.get(&format!("{path}&limit=3&after={after}")).expect(200);
        let events = page["events"].as_array().unwrap();
        assert!(events.len() <= 3);
        assert_eq!(page["head"], SAMPLE.record.len(), "the head is that of the record");
        seqs.extend(events.iter().map(seq_of));
        let next = page["next"].as_u64().unwrap();
        if next == page["head"].as_u64().unwrap() {
            return seqs;
        }
        assert!(next > after, "a page moves on");
        after = next;
    }
}

#[test]
fn a_filtered_stream_goes_on_live_and_says_how_far_it_looked() {
    let server = Server::start();
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    let mut follower = Follower::open(&server, "/api/v1/compacts/gcm/events?group=g1", None);
    for group in ["g0", "g1", "g2"] {
        server.put(&format!("/api/v1/compacts/gcm/groups/{group}"), &json!({"name": group})).expect(201);
    }
    assert_eq!(follower.event().unwrap().0, 3, "the cursor is the seq");
    let told = std::iter::from_fn(|| follower.line()).find(|line| line.starts_with("id: "));
    assert_eq!(told.as_deref(), Some("id: 4"), "a client that comes back begins behind what was passed over");
}

#[test]
fn a_page_looks_at_so_many_entries_and_then_says_where_to_go_on() {
    let log = MemoryLog::new();
    let many = u32::try_from(limits::EVENTS_SCANNED_MAX).unwrap() + 5;
    let mut room = crate::room::opened("long");
    while room.record.len() < many as usize {
        let name = format!("Group {}", room.record.len());
        room.say(travaux::compact::Command::RegisterGroup { group: "g".parse().unwrap(), name }).unwrap();
    }
    for entry in &room.record {
        let bytes = entry.encode(&"long".parse().unwrap()).unwrap();
        drop(log.append(NewEntry { compact: "long".into(), seq: entry.seq.0, bytes }));
    }
    let server = Server::on(Arc::new(log));
    let path = "/api/v1/compacts/long/events?type=compact-opened&after";
    let page = server.get(&format!("{path}=1")).expect(200);
    assert_eq!((page["events"].as_array().unwrap().len(), &page["head"]), (0, &json!(many)));
    assert_eq!(page["next"], 1 + limits::EVENTS_SCANNED_MAX);
    let last = server.get(&format!("{path}={}", page["next"])).expect(200);
    assert_eq!(last["next"], last["head"]);
}

#[test]
fn a_filter_that_is_none_is_refused() {
    let server = Server::start();
    server.post("/api/v1/compacts", &json!({"id": "gcm", "title": "A compact (fiction)"})).expect(201);
    let long = vec!["a"; limits::FILTER_NAMES_MAX + 1].join(",");
    for query in ["type=proposal", "type=", "group=EU", "provision=twelve", "group=a,,b", &format!("group={long}")] {
        for form in ["application/json", "application/x-ndjson", "text/event-stream"] {
            server.get_as(&format!("/api/v1/compacts/gcm/events?{query}"), form).problem(400, "bad-query");
            server.get_as(&format!("/api/v1/events?{query}"), form).problem(400, "bad-query");
        }
    }
}

#[test]
fn every_type_of_event_is_among_those_documented() {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/integrations.md");
    let document = std::fs::read_to_string(path).unwrap();
    let rows: String = document.lines().filter(|line| line.starts_with("| ")).collect();
    let documented: BTreeSet<&str> = rows.split('`').skip(1).step_by(2).collect();
    let known: BTreeSet<&str> = Event::NAMES.iter().map(|name| name.rsplit_once(".v").unwrap().0).collect();
    assert_eq!(documented, known);
}
