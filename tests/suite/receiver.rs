//! An endpoint for webhooks, as somebody else may have it: takes requests, answers as told, remembers.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::sync::mpsc::{self, Receiver as Queue, Sender};
use std::thread;
use std::time::Duration;

use serde_json::Value;

/// How long a request is waited for. Far longer than any takes on a busy machine.
const PATIENCE: Duration = Duration::from_secs(30);

/// A request as it came in.
#[derive(Debug)]
pub struct Got {
    pub path: String,
    /// By name in lower case.
    pub headers: BTreeMap<String, String>,
    pub body: Vec<u8>,
}

impl Got {
    pub fn event(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", String::as_str)
    }
}

/// An endpoint that runs until the test ends.
pub struct Receiver {
    pub url: String,
    got: Queue<Got>,
}

impl Receiver {
    /// Answers every request with these lines, status line first.
    pub fn answering(answer: &'static str) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let url = format!("http://{}/hook?of=ours", listener.local_addr().unwrap());
        let (tell, got) = mpsc::channel();
        thread::spawn(move || {
            for socket in listener.incoming() {
                let (tell, socket) = (tell.clone(), socket.unwrap());
                thread::spawn(move || take(&socket, answer, &tell));
            }
        });
        Self { url, got }
    }

    /// The next request.
    #[track_caller]
    pub fn next(&self) -> Got {
        self.got.recv_timeout(PATIENCE).expect("a request comes in")
    }

    /// Whether there is nothing more.
    pub fn is_idle(&self) -> bool {
        self.got.try_recv().is_err()
    }
}

fn take(socket: &TcpStream, answer: &str, tell: &Sender<Got>) {
    let Some(got) = read(&mut BufReader::new(socket)) else { return };
    let mut writer = socket;
    // Told before it is answered: what is delivered is there.
    drop(tell.send(got));
    drop(writer.write_all(format!("{answer}\r\ncontent-length: 2\r\n\r\nok").as_bytes()));
}

/// Reads a request to the end of its body.
pub fn read(lines: &mut impl BufRead) -> Option<Got> {
    let mut line = String::new();
    lines.read_line(&mut line).ok().filter(|read| *read > 0)?;
    let path = line.split(' ').nth(1)?.to_owned();
    let mut headers = BTreeMap::new();
    loop {
        line.clear();
        lines.read_line(&mut line).ok()?;
        let Some((name, value)) = line.trim_end().split_once(": ") else { break };
        headers.insert(name.to_ascii_lowercase(), value.to_owned());
    }
    let length = headers.get("content-length").map_or(0, |length| length.parse().unwrap());
    let mut body = vec![0; length];
    lines.read_exact(&mut body).ok()?;
    Some(Got { path, headers, body })
}
