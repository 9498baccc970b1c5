//! The server killed at any moment under load: whatever it acknowledged is there when it starts again.

use std::io::{BufRead, BufReader};
use std::path::Path;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc;
use std::thread;

use serde_json::Value;

const ROUNDS: usize = 8;
const WRITERS: usize = 12;

struct Served {
    child: Child,
    address: String,
}

fn serve(dir: &Path) -> Served {
    let mut command = Command::new(env!("CARGO_BIN_EXE_travaux"));
    let mut child =
        command.args(["serve", "--listen", "127.0.0.1:0", "--data"]).arg(dir).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.strip_prefix("listening on ").and_then(|rest| rest.split(' ').next()).unwrap().to_owned();
    Served { child, address }
}

fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

/// Registers groups until the server is gone, and tells each that was acknowledged, with its seq.
fn write(address: &str, round: usize, writer: usize, acknowledged: &mpsc::Sender<(u64, String)>) {
    let agent = agent();
    for count in 0.. {
        let group = format!("g{writer}-{}", count % 40);
        let name = format!("Group {round} {writer} {count}");
        let url = format!("{address}/api/v1/compacts/gcm/groups/{group}");
        let body = serde_json::json!({ "name": name }).to_string();
        let sent = agent.put(&url).header("content-type", "application/json").send(body);
        let Ok(mut answer) = sent else { return };
        let Ok(body) = answer.body_mut().read_to_string() else { return };
        assert!(answer.status().is_success(), "{body}");
        let body: Value = serde_json::from_str(&body).unwrap();
        let told = acknowledged.send((body["seq"].as_u64().unwrap(), name));
        assert!(told.is_ok(), "the test listens");
    }
}

#[test]
fn nothing_acknowledged_is_lost() {
    let home = tempfile::tempdir().unwrap();
    let dir = home.path().join("record");
    let first = serve(&dir);
    let body = r#"{"id": "gcm", "title": "A compact (fiction)"}"#;
    let opened = agent().post(&format!("{}/api/v1/compacts", first.address)).header("content-type", "application/json");
    assert_eq!(opened.send(body).unwrap().status(), 201);
    let mut served = first;
    let mut known: Vec<(u64, String)> = Vec::new();
    for round in 0..ROUNDS {
        let (sender, receiver) = mpsc::channel();
        let writers: Vec<_> = (0..WRITERS)
            .map(|writer| {
                let (address, sender) = (served.address.clone(), sender.clone());
                thread::spawn(move || write(&address, round, writer, &sender))
            })
            .collect();
        drop(sender);
        // Killed once so many were acknowledged, with all writers in the middle of something.
        let enough = 40 + round * 97;
        known.extend(receiver.iter().take(enough));
        served.child.kill().unwrap();
        served.child.wait().unwrap();
        known.extend(receiver.iter());
        for writer in writers {
            writer.join().unwrap();
        }
        served = serve(&dir);
        check(&served.address, &known);
    }
    served.child.kill().unwrap();
    served.child.wait().unwrap();
    let verify = Command::new(env!("CARGO_BIN_EXE_travaux")).args(["verify", "--data"]).arg(&dir).output().unwrap();
    assert!(verify.status.success(), "{}", String::from_utf8_lossy(&verify.stdout));
    println!("{ROUNDS} kills, {} acknowledged, none lost", known.len());
}

fn check(address: &str, known: &[(u64, String)]) {
    let request =
        agent().get(&format!("{address}/api/v1/compacts/gcm/events")).header("accept", "application/x-ndjson");
    let mut answer = request.call().unwrap();
    let lines = answer.body_mut().with_config().limit(1 << 28).read_to_string().unwrap();
    let names: Vec<String> = lines
        .lines()
        .enumerate()
        .map(|(index, line)| {
            let event: Value = serde_json::from_str(line).unwrap();
            assert_eq!(event["position"], index + 1, "the record has no gap");
            event["data"]["name"].as_str().unwrap_or_default().to_owned()
        })
        .collect();
    for (seq, name) in known {
        let index = usize::try_from(*seq).unwrap() - 1;
        assert_eq!(names.get(index), Some(name), "entry {seq} was acknowledged");
    }
}
