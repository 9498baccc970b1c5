//! Tokens as they are kept: issued and revoked on the command line while a server runs, and in no line of its log.

use std::fs;
use std::io::Write;
use std::path::PathBuf;
use std::process::Stdio;

use serde_json::json;
use tempfile::TempDir;
use travaux::access::Secret;
use travaux::credentials::{Credentials, TokenFile};

use super::comes_to;
use crate::cli::run;
use crate::served::{Served, clean};

/// A directory that is not there yet, and the file of its tokens.
fn fresh() -> (TempDir, String, PathBuf) {
    let home = TempDir::new().unwrap();
    let dir = home.path().join("record");
    let (data, tokens) = (dir.to_str().unwrap().to_owned(), home.path().join("record.tokens"));
    (home, data, tokens)
}

fn issued(data: &str, who: &str) -> String {
    let (code, out, err) = run(["token", "issue", "--data", data, "--for", who, "--label", "a test"]);
    assert_eq!(code, 0, "{err}");
    out.trim().to_owned()
}

fn status(served: &Served, token: &str) -> u16 {
    let bearer = format!("Bearer {token}");
    let request = ureq::http::Request::builder().uri(format!("{}/api/v1/compacts", served.address));
    let request = request.header("authorization", bearer).body(String::new()).unwrap();
    crate::served::sent(&crate::served::agent(), request).unwrap().status
}

#[test]
fn tokens_are_issued_listed_and_revoked_while_the_server_runs() {
    let (_home, data, tokens) = fresh();
    let served = Served::start(data.as_ref());
    assert_eq!(served.send("GET", "/api/v1/compacts", "").status, 200, "one person on loopback needs none");
    let token = issued(&data, "secretariat");
    comes_to(401, || served.send("GET", "/api/v1/events", "").status);
    assert_eq!(status(&served, &token), 200);
    let kept = fs::read_to_string(&tokens).unwrap();
    assert!(!kept.contains(&token) && kept.contains("a test"), "{kept}");
    let mode = std::os::unix::fs::PermissionsExt::mode(&fs::metadata(&tokens).unwrap().permissions());
    assert_eq!(mode & 0o777, 0o600);
    let (_, listed, _) = run(["token", "list", "--data", &data]);
    assert!(listed.contains("valid") && listed.contains("secretariat") && !listed.contains(&token), "{listed}");
    let id = listed.split(' ').next().unwrap();
    let (code, _, err) = run(["token", "revoke", "--data", &data, id]);
    assert_eq!(code, 0, "{err}");
    comes_to(401, || status(&served, &token));
    served.stop();
    let again = Served::start(data.as_ref());
    assert_eq!(again.send("GET", "/api/v1/events", "").status, 401, "what was closed stays closed");
}

/// Nobody waits until the server has noticed by itself.
#[test]
fn a_token_counts_from_when_it_is_issued_and_the_first_one_closes_the_server() {
    for _ in 0..5 {
        let (_home, data, _) = fresh();
        let served = Served::start(data.as_ref());
        assert_eq!(status(&served, &issued(&data, "secretariat")), 200);
        assert_eq!(served.send("GET", "/api/v1/events", "").status, 401, "with its first use everybody is asked");
        assert_eq!(status(&served, &issued(&data, "integration")), 200);
    }
}

#[test]
fn what_cannot_be_issued_or_revoked_is_told() {
    let (_home, data, tokens) = fresh();
    let told = |arguments: &[&str]| {
        let (code, _, err) = run(arguments.iter().copied().chain(["--data", &data]));
        (code, err)
    };
    let (code, err) = told(&["token", "issue", "--for", "anyone"]);
    assert!(code == 2 && err.contains("delegation:gcm/kenya"), "{err}");
    let (code, err) = told(&["token", "issue", "--for", "secretariat", "--expires", "yesterday"]);
    assert!(code == 1 && err.contains("2027-01-31"), "{err}");
    let (code, err) = told(&["token", "issue", "--for", "secretariat", "--expires", "2020-01-01"]);
    assert!(code == 1 && err.contains("a time to come"), "{err}");
    let (code, err) = told(&["token", "revoke", "12345678"]);
    assert!(code == 1 && err.contains("token list"), "{err}");
    issued(&data, "observer:gcm");
    fs::set_permissions(&tokens, std::os::unix::fs::PermissionsExt::from_mode(0o644)).unwrap();
    let (code, err) = told(&["token", "list"]);
    assert!(code == 3 && err.contains("chmod 600"), "{err}");
    fs::set_permissions(&tokens, std::os::unix::fs::PermissionsExt::from_mode(0o600)).unwrap();
    fs::OpenOptions::new().append(true).open(&tokens).unwrap().write_all(b"nonsense\n").unwrap();
    let (code, err) = crate::cli::refused(["serve", "--listen", "127.0.0.1:0", "--data", &data]);
    assert!(code == 3 && err.contains("line 2"), "{err}");
}

#[test]
fn with_a_token_other_machines_may_reach_the_server_and_the_operator_is_warned() {
    let (home, data, _) = fresh();
    issued(&data, "secretariat");
    let log = fs::File::create(home.path().join("log")).unwrap();
    let mut command = clean(env!("CARGO_BIN_EXE_travaux"));
    let command = command.args(["serve", "--listen", "0.0.0.0:0", "--data", &data]).stderr(log).stdout(Stdio::piped());
    let mut child = command.spawn().unwrap();
    let mut line = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    child.kill().unwrap();
    child.wait().unwrap();
    assert!(line.starts_with("listening on http://0.0.0.0:") && line.contains("tokens are asked for"), "{line}");
    let warned = fs::read_to_string(home.path().join("log")).unwrap();
    assert!(warned.contains("put TLS in front"), "{warned}");
}

#[test]
fn no_line_of_the_log_holds_a_token() {
    let (home, data, _) = fresh();
    let token = issued(&data, "secretariat");
    let path = home.path().join("log");
    let mut command = clean(env!("CARGO_BIN_EXE_travaux"));
    let log = fs::File::create(&path).unwrap();
    command.args(["--log", "trace", "serve", "--listen", "127.0.0.1:0", "--data", &data]);
    let mut child = command.stderr(log).stdout(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    let mut out = std::io::BufReader::new(child.stdout.take().unwrap());
    std::io::BufRead::read_line(&mut out, &mut line).unwrap();
    let address = line.strip_prefix("listening on ").unwrap().split(' ').next().unwrap();
    let planted = Secret::from_bytes([5; 32]);
    for (method, path, bearer, body) in [
        ("POST", "/api/v1/compacts", token.as_str(), json!({"id": "gcm", "title": "x"}).to_string()),
        ("POST", "/api/v1/tokens", &token, json!({"for": "observer:gcm"}).to_string()),
        ("GET", "/api/v1/compacts", planted.reveal(), String::new()),
        ("POST", "/sign-in", "", format!("token={token}")),
    ] {
        let request = ureq::http::Request::builder().method(method).uri(format!("{address}{path}"));
        let request = request.header("authorization", format!("Bearer {bearer}"));
        let request =
            request.header("cookie", format!("travaux-token={token}")).header("content-type", "application/json");
        crate::served::sent(&crate::served::agent(), request.body(body).unwrap()).unwrap();
    }
    child.kill().unwrap();
    child.wait().unwrap();
    let told = fs::read_to_string(path).unwrap();
    assert!(told.contains("opened") && told.contains("token "), "the log is on: {told}");
    assert!(!told.contains("trv_"), "a token is in the log");
}

#[test]
fn what_was_issued_or_revoked_is_known_at_once_however_many_look_meanwhile() {
    let home = TempDir::new().unwrap();
    let credentials = Credentials::open(TokenFile::new(home.path().join("record.tokens"))).unwrap();
    std::thread::scope(|threads| {
        for _ in 0..4 {
            threads.spawn(|| {
                for _ in 0..25 {
                    let (secret, told) = credentials.issue(&"integration".parse().unwrap(), "", None).unwrap();
                    assert!(credentials.pass(Some(secret.reveal())).is_ok());
                    credentials.revoke(told.token.id).unwrap();
                    assert!(credentials.pass(Some(secret.reveal())).is_err());
                }
            });
            threads.spawn(|| (0..20_000).for_each(|_| credentials.look().unwrap()));
        }
    });
}
