//! Many writers over HTTP, and the memory of what each was told is recorded.

use std::collections::HashMap;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::served::{Served, agent};
use crate::tried::Draw;

/// How many write at once.
pub const WRITERS: usize = 14;

const COMPACTS: [&str; 3] = ["harbours", "fisheries", "crews"];

/// A statement that was acknowledged.
pub struct Kept {
    pub compact: &'static str,
    pub seq: u64,
    /// What was sent.
    pub sent: Value,
    /// What `mark` told once the answer was there.
    pub mark: u64,
}

/// Writers at work. Ends with the receiver: each stops when its server is gone, or its share is done.
pub struct Writers {
    pub kept: mpsc::Receiver<Kept>,
    threads: Vec<JoinHandle<()>>,
}

/// Opens the compacts that everybody writes to.
pub fn open_compacts(served: &Served) {
    for compact in COMPACTS {
        let body = json!({"id": compact, "title": "A compact (fiction)"}).to_string();
        let (status, _, said) = served.send("POST", "/api/v1/compacts", &body);
        assert_eq!(status, 201, "{said}");
    }
}

/// A statement with a link, or with these bytes attached.
pub fn statement(title: &str, attached: &[u8]) -> Value {
    let by = json!({"name": "Union of Crews (fiction)", "kind": "trade_union"});
    let mut statement = json!({"by": by, "made_on": "2018-07-09", "title": title});
    if attached.is_empty() {
        statement["link"] = json!("https://example.org/rest");
    } else {
        let base64 = STANDARD.encode(attached);
        statement["attachment"] = json!({"name": "a.bin", "media_type": "application/octet-stream", "base64": base64});
    }
    statement
}

/// Files a statement; what was answered, or nothing where the server is gone.
pub fn file(agent: &ureq::Agent, address: &str, compact: &str, statement: &Value) -> Option<(u16, Value)> {
    let request = agent.post(&format!("{address}/api/v1/compacts/{compact}/statements"));
    let mut answer = request.header("content-type", "application/json").send(statement.to_string()).ok()?;
    let body = answer.body_mut().read_to_string().ok()?;
    Some((answer.status().as_u16(), serde_json::from_str(&body).ok()?))
}

impl Writers {
    /// Sets writers to work on a server: the number of its life, how many they are, and for how many statements each.
    pub fn start(address: &str, work: [usize; 3], mark: impl Fn() -> u64 + Clone + Send + 'static) -> Self {
        let (told, kept) = mpsc::channel();
        let [life, writers, each] = work;
        let threads = (0..writers).map(|writer| {
            let (address, told, mark) = (address.to_owned(), told.clone(), mark.clone());
            thread::spawn(move || {
                let agent = agent();
                for count in 0..each {
                    let Some(kept) = write(&agent, &address, [life, writer, count], &mark) else { return };
                    assert!(told.send(kept).is_ok(), "the test listens");
                }
            })
        });
        let threads = threads.collect();
        Self { kept, threads }
    }

    /// What was acknowledged since, up to the end of all writers.
    pub fn join(self) -> Vec<Kept> {
        let kept = self.kept.iter().collect();
        for thread in self.threads {
            thread.join().expect("every answer was an acknowledgement");
        }
        kept
    }
}

fn write(agent: &ureq::Agent, address: &str, which: [usize; 3], mark: &impl Fn() -> u64) -> Option<Kept> {
    let [life, writer, count] = which;
    let compact = COMPACTS[(writer + count) % COMPACTS.len()];
    let mut draw = Draw::from((life * 1_000_003 + writer * 1_009 + count) as u64);
    let attached = match count % 16 {
        3 => draw.below(60_000),
        5 | 11 => draw.below(5_000),
        _ => 0,
    };
    let sent = statement(&format!("Statement {life} {writer} {count}"), &draw.bytes(attached));
    let (status, said) = file(agent, address, compact, &sent)?;
    assert_eq!(status, 201, "{said}");
    let seq = said["seq"].as_u64().expect("an answer tells its seq");
    Some(Kept { compact, seq, sent, mark: mark() })
}

/// The position of each acknowledged statement among all entries; panics where one is not there as it was sent, or where
/// positions or seqs have a gap.
pub fn positions(kept: &[Kept], events: &[Value]) -> Vec<u64> {
    let places = places(events);
    kept.iter()
        .map(|kept| {
            let seq = kept.seq;
            let place = places.get(&(kept.compact.to_owned(), seq));
            let place =
                *place.unwrap_or_else(|| panic!("entry {seq} of {} was acknowledged and is lost", kept.compact));
            assert!(says(&events[place], &kept.sent), "entry {seq} of {} is not as it was sent", kept.compact);
            place as u64 + 1
        })
        .collect()
}

/// Where each entry stands, by compact and seq; panics at a gap.
fn places(events: &[Value]) -> HashMap<(String, u64), usize> {
    let mut last = HashMap::<String, u64>::new();
    let mut places = HashMap::new();
    for (place, event) in events.iter().enumerate() {
        assert!(event["position"].is_null() || event["position"] == place + 1, "the record has a gap at {place}");
        let (compact, seq) = event["id"].as_str().and_then(|id| id.rsplit_once('/')).expect("an id");
        let (compact, seq) = (compact.to_owned(), seq.parse().expect("a seq"));
        let before = last.insert(compact.clone(), seq).unwrap_or(0);
        assert_eq!(seq, before + 1, "{compact} has a gap");
        places.insert((compact, seq), place);
    }
    places
}

/// Whether an entry holds what was sent.
pub fn says(event: &Value, sent: &Value) -> bool {
    let data = &event["data"];
    data["title"] == sent["title"] && data["attachment"]["base64"] == sent["attachment"]["base64"]
}
