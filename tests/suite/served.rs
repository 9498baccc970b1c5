//! The program serving a directory, as an operator has it: started, stopped, killed, asked.

use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;

use crate::cli::send_signal;
use crate::server::Answer;

const PROGRAM: &str = env!("CARGO_BIN_EXE_travaux");

/// A process that serves a record, killed when dropped.
pub struct Served {
    child: Child,
    /// `http://` and where it listens.
    pub address: String,
    agent: ureq::Agent,
}

/// A command with nothing in its environment that would change what the program does.
pub fn clean(program: &str) -> Command {
    let mut command = Command::new(program);
    for (name, _) in std::env::vars_os() {
        if name.to_string_lossy().starts_with("TRAVAUX_") {
            command.env_remove(&name);
        }
    }
    command.stdin(Stdio::null());
    command
}

/// What `travaux verify` says of a directory.
pub fn verify(dir: &Path) -> Output {
    clean(PROGRAM).args(["verify", "--data"]).arg(dir).output().unwrap()
}

/// Serves what is named next, on a port of its own.
pub const SERVE: [&str; 4] = ["serve", "--listen", "127.0.0.1:0", "--data"];

/// The answer to a request, or nothing where the server is gone.
pub fn sent(agent: &ureq::Agent, request: ureq::http::Request<String>) -> Option<Answer> {
    let mut answer = agent.run(request).ok()?;
    let body = answer.body_mut().with_config().limit(1 << 30).read_to_vec().ok()?;
    Some(Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), body })
}

/// A client that takes every answer for an answer.
pub fn agent() -> ureq::Agent {
    ureq::Agent::config_builder().http_status_as_error(false).build().into()
}

impl Served {
    /// Serves the directory on a port of its own.
    pub fn start(dir: &Path) -> Self {
        Self::start_with(dir, &[])
    }

    /// The same, with more in its environment.
    pub fn start_with(dir: &Path, environment: &[(&str, PathBuf)]) -> Self {
        let mut command = clean(PROGRAM);
        command.args(SERVE).arg(dir).envs(environment.iter().cloned());
        Self::by(&mut command)
    }

    /// The same by a command that ends in one that serves.
    pub fn by(command: &mut Command) -> Self {
        // What it logs of a failing disk is expected here and would only be in the way.
        let command = command.env("RUST_LOG", "off").stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().unwrap();
        let mut line = String::new();
        BufReader::new(child.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let Some(address) = line.strip_prefix("listening on ").and_then(|rest| rest.split(' ').next()) else {
            let said = child.wait_with_output().unwrap().stderr;
            panic!("it does not serve: {}", String::from_utf8_lossy(&said));
        };
        let address = address.to_owned();
        Self { child, address, agent: agent() }
    }

    /// `kill -9`, and waits until it is gone.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// Tells it to stop, and waits until it has.
    pub fn stop(mut self) {
        send_signal(self.child.id(), "TERM");
        assert!(self.child.wait().unwrap().success(), "it stops as it was told to");
    }

    /// An answer, read to its end.
    pub fn send(&self, method: &str, path: &str, body: &str) -> Answer {
        let accept = if path.ends_with("/events") { "application/x-ndjson" } else { "application/json" };
        let request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.address));
        let request = request.header("content-type", "application/json").header("accept", accept);
        sent(&self.agent, request.body(body.to_owned()).unwrap()).expect("the server is there")
    }

    /// The id of the process.
    pub fn id(&self) -> u32 {
        self.child.id()
    }

    /// Every entry of the record in its one order, as clients read it.
    pub fn events(&self) -> Vec<Value> {
        let answer = self.send("GET", "/api/v1/events", "");
        assert_eq!(answer.status, 200, "{}", answer.text());
        answer.text().lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

impl Drop for Served {
    fn drop(&mut self) {
        // It may have ended already, as it was to.
        drop(self.child.kill());
        drop(self.child.wait());
    }
}
