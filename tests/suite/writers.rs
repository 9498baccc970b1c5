//! Many writers over HTTP, and the memory of what each was told is recorded.

use std::collections::HashMap;
use std::sync::mpsc;
use std::thread::{self, JoinHandle};

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::{Value, json};

use crate::served::{Served, agent, sent};
use crate::server::Answer;
use crate::tried::Draw;

/// How many write at once.
pub const WRITERS: usize = 14;

/// Where everybody writes.
pub const COMPACTS: [&str; 3] = ["harbours", "fisheries", "crews"];

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
        served.send("POST", "/api/v1/compacts", &body).expect(201);
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

/// Files a statement; nothing where the server is gone.
pub fn file(agent: &ureq::Agent, address: &str, compact: &str, statement: &Value) -> Option<Answer> {
    let request = ureq::http::Request::post(format!("{address}/api/v1/compacts/{compact}/statements"));
    let request = request.header("content-type", "application/json").body(statement.to_string());
    sent(agent, request.unwrap())
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

/// The statement that a writer files next: the number of the life, of the writer, and how many it filed before. Some have
/// a file attached.
fn next(which: [usize; 3]) -> (&'static str, Value) {
    let [life, writer, count] = which;
    let mut draw = Draw::from((life * 1_000_003 + writer * 1_009 + count) as u64);
    let attached = match count % 16 {
        3 => draw.below(60_000),
        5 | 11 => draw.below(5_000),
        _ => 0,
    };
    let title = format!("Statement {life} {writer} {count}");
    (COMPACTS[(writer + count) % COMPACTS.len()], statement(&title, &draw.bytes(attached)))
}

fn write(agent: &ureq::Agent, address: &str, which: [usize; 3], mark: &impl Fn() -> u64) -> Option<Kept> {
    let (compact, sent) = next(which);
    let answer = file(agent, address, compact, &sent)?;
    Some(Kept { compact, seq: seq(&answer), sent, mark: mark() })
}

fn seq(answer: &Answer) -> u64 {
    answer.expect(201)["seq"].as_u64().expect("an answer tells its seq")
}

/// Files a statement again and again until it is taken.
pub fn file_until_kept(address: &str, compact: &'static str) -> Kept {
    let (agent, sent) = (agent(), statement("Once more", &[]));
    loop {
        let answer = file(&agent, address, compact, &sent).expect("the server is there");
        if answer.status == 201 {
            return Kept { compact, seq: seq(&answer), sent, mark: 0 };
        }
    }
}

/// Writers that go on until each is refused: what was acknowledged, and what was refused with the answer to it.
pub fn until_refused(address: &str, life: usize) -> (Vec<Kept>, Vec<(Value, Answer)>) {
    let write = move |address: &str, writer: usize| {
        let (agent, mut kept) = (agent(), Vec::new());
        for count in 0.. {
            let (compact, sent) = next([life, writer, count]);
            let answer = file(&agent, address, compact, &sent).expect("the server is there");
            if answer.status != 201 {
                return (kept, (sent, answer));
            }
            kept.push(Kept { compact, seq: seq(&answer), sent, mark: 0 });
        }
        unreachable!("it goes on until it is refused")
    };
    let threads = (0..WRITERS).map(|writer| {
        let address = address.to_owned();
        thread::spawn(move || write(&address, writer))
    });
    let threads: Vec<_> = threads.collect();
    let (kept, refused): (Vec<_>, Vec<_>) = threads.into_iter().map(|thread| thread.join().unwrap()).unzip();
    (kept.into_iter().flatten().collect(), refused)
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
