//! The programs under `docs/consumers`, as a stranger runs them: they follow a server that is killed and started again,
//! are killed themselves, and have its text to the letter; they receive webhooks and know a forged one.

use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::sync::LazyLock;

use serde_json::{Value, json};
use travaux::compact::{CompactId, with_position};

use crate::room::Room;
use crate::served::{Served, agent, clean, sent};
use crate::tried::{ends, not_run};

const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/docs/consumers");

/// Where `tests/run` installs the compiler, and where what it makes is put; or why there is none.
static COMPILED: LazyLock<Result<PathBuf, String>> = LazyLock::new(|| {
    let place = Path::new(env!("CARGO_MANIFEST_DIR")).join("target/consumers");
    let compiler = place.join("node_modules/.bin/tsc");
    if !compiler.exists() {
        return Err("the consumers in TypeScript, as their compiler is not there; tests/run installs it by npm".into());
    }
    for name in ["follow.ts", "receive.ts", "tsconfig.json", "package.json"] {
        fs::copy(Path::new(FOLDER).join(name), place.join(name)).unwrap();
    }
    let done = clean(compiler.to_str().unwrap()).current_dir(&place).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stdout));
    Ok(place)
});

/// The command for a consumer in Python.
fn python(name: &str) -> Command {
    let mut command = clean("python3");
    command.arg(Path::new(FOLDER).join(format!("{name}.py")));
    command
}

/// The command for a consumer in TypeScript; nothing, said aloud, where it cannot be compiled.
fn node(name: &str) -> Option<Command> {
    let place = COMPILED.as_ref().map_err(|why| not_run(why)).ok()?;
    let mut command = clean("node");
    command.arg(place.join(format!("{name}.js")));
    Some(command)
}

/// A consumer that runs, killed when dropped.
struct Running {
    child: Child,
    lines: BufReader<ChildStdout>,
}

impl Running {
    fn start(command: &mut Command) -> Self {
        let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
        let lines = BufReader::new(child.stdout.take().unwrap());
        Self { child, lines }
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert!(self.lines.read_line(&mut line).unwrap() > 0, "it ended");
        line.trim_end().to_owned()
    }

    /// Reads what it prints up to the line on an entry; the lines on entries, the first to the last.
    fn reaches(&mut self, seq: u64) -> Vec<u64> {
        let mut seqs = Vec::new();
        while seqs.last() != Some(&seq) {
            if let Some((number, _)) = self.line().split_once(" travaux.") {
                seqs.push(number.parse().unwrap());
            }
        }
        seqs
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.child.kill());
        drop(self.child.wait());
    }
}

/// The beginning of the sample negotiation, laid into a directory; and what the compact is called.
fn laid_down(data: &Path, entries: usize) -> CompactId {
    let mut room = Room::default();
    room.play(include_str!("../../src/cli/demo.story"));
    let id = room.compact().id.clone();
    let mut lines = Vec::new();
    for (entry, position) in room.record.iter().zip(1..).take(entries) {
        lines.extend(with_position(&entry.encode(&id).unwrap(), position));
        lines.push(b'\n');
    }
    let file = data.with_extension("ndjson");
    fs::write(&file, lines).unwrap();
    let mut import = clean(env!("CARGO_BIN_EXE_travaux"));
    let done = import.args(["import", "--data"]).args([data, &file]).output().unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    id
}

/// Serves a directory where it was served before.
fn served_again(data: &Path, address: &str) -> Served {
    let address = address.strip_prefix("http://").unwrap();
    let mut command = clean(env!("CARGO_BIN_EXE_travaux"));
    Served::by(command.args(["serve", "--listen", address, "--data"]).arg(data))
}

fn text(served: &Served, compact: &str) -> Value {
    served.send("GET", &format!("{compact}/texts/working"), "").expect(200)
}

/// Hands a text in that is another than the one that stands: words outside the plane that most words are in, a provision
/// more, one less, one elsewhere. Returns the seq.
fn revise(served: &Served, compact: &str, round: u32) -> u64 {
    let stands = text(served, compact);
    let rows = stands["provisions"].as_array().unwrap().iter().map(|row| row["text"].as_str().unwrap().to_owned());
    let mut rows: Vec<String> = rows.collect();
    let gone = rows.len() / 2;
    rows.remove(gone);
    let moved = rows.remove(gone / 2);
    rows.push(moved);
    rows.push(format!("States 🌊 meet in 𝔐arseille for the {round}. time."));
    let reworded = rows.last_mut().unwrap().clone();
    rows[3] = format!("{} ⛴️ {reworded} {}", rows[3], "🌍".repeat(round as usize));
    let body = json!({"text": rows.join("\n\n"), "format": "markdown"}).to_string();
    served.send("POST", &format!("{compact}/revisions"), &body).expect(201)["seq"].as_u64().unwrap()
}

/// What the file of a consumer holds, as the server tells a text.
fn rebuilt(file: &Path) -> (u64, Value) {
    let kept: Value = serde_json::from_slice(&fs::read(file).unwrap()).unwrap();
    let rows = kept["text"].as_array().unwrap().iter().map(|row| {
        json!({"id": row["provision"], "kind": row["kind"], "level": row["level"], "label": row["label"], "text": row["text"]})
    });
    (kept["after"].as_u64().unwrap(), rows.collect())
}

/// Follows through a killed server and a killed consumer, and compares.
fn follows(command: impl Fn() -> Option<Command>) {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("record"), dir.path().join("kept.json"));
    let path = format!("/api/v1/compacts/{}", laid_down(&data, 120));
    let mut served = Served::start(&data);
    let address = served.address.clone();
    let consumer = || {
        let mut command = command()?;
        Some(Running::start(command.arg(format!("{address}{path}")).arg(&file)))
    };
    let Some(mut running) = consumer() else { return };
    assert_eq!(running.reaches(120), (1..=120).collect::<Vec<_>>());
    let seq = revise(&served, &path, 1);
    running.reaches(seq);
    served.kill();
    let served = served_again(&data, &address);
    let seq = revise(&served, &path, 2);
    assert_eq!(running.reaches(seq), [seq], "it goes on where it was when the server is back");
    assert_eq!(rebuilt(&file), (seq, text(&served, &path)["provisions"].clone()));
    drop(running);
    revise(&served, &path, 3);
    let issued = json!({"label": "Rev. 9", "sign_off": true}).to_string();
    let last = served.send("POST", &format!("{path}/drafts"), &issued).expect(201)["seq"].as_u64().unwrap();
    let mut running = consumer().unwrap();
    assert_eq!(running.reaches(last), [last - 1, last], "it goes on where it was when it is started again");
    assert_eq!((running.line(), running.line()), (String::new(), "Rev. 9".into()), "and prints the draft");
    let stands = text(&served, &path);
    assert_eq!(rebuilt(&file), (last, stands["provisions"].clone()));
    running.line();
    for row in stands["provisions"].as_array().unwrap() {
        assert!(running.line().ends_with(row["text"].as_str().unwrap()), "{row}");
    }
}

#[test]
fn a_consumer_in_python_survives_restarts_and_has_the_text_to_the_letter() {
    ends("following in Python", || follows(|| Some(python("follow"))));
}

#[test]
fn a_consumer_in_typescript_survives_restarts_and_has_the_text_to_the_letter() {
    ends("following in TypeScript", || follows(|| node("follow")));
}

/// Follows where tokens are asked for: with one it has all there is, and without one it is told who to be.
fn follows_with_a_token(command: impl Fn() -> Option<Command>) {
    let dir = tempfile::tempdir().unwrap();
    let (data, file) = (dir.path().join("record"), dir.path().join("kept.json"));
    let path = format!("/api/v1/compacts/{}", laid_down(&data, 40));
    let mut issue = clean(env!("CARGO_BIN_EXE_travaux"));
    let issued = issue.args(["token", "issue", "--for", "integration", "--data"]).arg(&data).output().unwrap();
    let token = String::from_utf8(issued.stdout).unwrap();
    let served = Served::start(&data);
    let address = format!("{}{path}", served.address);
    let Some(mut consumer) = command() else { return };
    let told = consumer.arg(&address).arg(&file).output().unwrap();
    let said = String::from_utf8(told.stderr).unwrap();
    assert!(!told.status.success() && said.contains("401: say who you are"), "{said}");
    let mut consumer = command().unwrap();
    let mut running = Running::start(consumer.arg(&address).arg(&file).env("TRAVAUX_TOKEN", token.trim()));
    assert_eq!(running.reaches(40), (1..=40).collect::<Vec<_>>());
}

#[test]
fn consumers_follow_where_tokens_are_asked_for() {
    ends("following in Python with a token", || follows_with_a_token(|| Some(python("follow"))));
    ends("following in TypeScript with a token", || follows_with_a_token(|| node("follow")));
}

/// Subscribes a receiver, and has it told of entries, a forged one among them.
fn receives(command: impl Fn() -> Option<Command>) {
    let dir = tempfile::tempdir().unwrap();
    let (data, secret) = (dir.path().join("record"), dir.path().join("secret.txt"));
    let Some(mut command) = command() else { return };
    let mut running = Running::start(command.args(["0", secret.to_str().unwrap()]));
    let url = running.line().strip_prefix("listening on ").expect("it says where it listens").to_owned();
    let served = Served::start_with(&data, &[("TRAVAUX_ALLOW_PRIVATE_WEBHOOKS", "1".into())]);
    let opened = json!({"id": "gcm", "title": "A compact (fiction)"}).to_string();
    served.send("POST", "/api/v1/compacts", &opened).expect(201);
    let hooks = "/api/v1/compacts/gcm/webhooks";
    let made = served.send("POST", hooks, &json!({"url": url}).to_string()).expect(201);
    fs::write(&secret, made["secret"].as_str().unwrap()).unwrap();
    served.send("PUT", "/api/v1/compacts/gcm/groups/eu", r#"{"name": "EU 🌍"}"#).expect(201);
    assert_eq!(running.line(), "2 travaux.group-registered.v1");
    assert_eq!(forged(&url, "1614265330").status, 401, "long ago");
    assert_eq!(forged(&url, &travaux::secretariat::now().as_secs().to_string()).status, 401, "by nobody we know");
    // With two secrets, and what it had already is not told again.
    let rotate = format!("{hooks}/{}/rotate-secret", made["id"].as_str().unwrap());
    let rotated = served.send("POST", &rotate, "{}").expect(200);
    let both = format!("{}\n{}\n", rotated["secret"].as_str().unwrap(), made["secret"].as_str().unwrap());
    fs::write(&secret, both).unwrap();
    let replay = format!("{hooks}/{}/replay", made["id"].as_str().unwrap());
    served.send("POST", &replay, r#"{"after": 0}"#).expect(200);
    assert_eq!(running.line(), "1 travaux.compact-opened.v1");
    served.send("PUT", "/api/v1/compacts/gcm/groups/au", r#"{"name": "AU"}"#).expect(201);
    assert_eq!(running.line(), "3 travaux.group-registered.v1");
}

/// A delivery that whoever sent it could not sign.
fn forged(url: &str, timestamp: &str) -> crate::server::Answer {
    let request =
        ureq::http::Request::post(url).header("webhook-id", "gcm/9/w0").header("webhook-timestamp", timestamp);
    let request = request.header("webhook-signature", "v1,K5oZfzN95Z9UVu1EsfQmfVNQhnkZ2pj9o9NDN/H/pI4= v2,x");
    let event = json!({"sequence": "0000000009", "type": "travaux.compact-adopted.v1"}).to_string();
    sent(&agent(), request.body(event).unwrap()).expect("the receiver answers")
}

#[test]
fn a_receiver_in_python_knows_genuine_deliveries_from_forged_ones() {
    ends("receiving in Python", || receives(|| Some(python("receive"))));
}

#[test]
fn a_receiver_in_typescript_knows_genuine_deliveries_from_forged_ones() {
    ends("receiving in TypeScript", || receives(|| node("receive")));
}
