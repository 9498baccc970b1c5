//! `demo` and `serve`: what is served, where, until when, and what is not.

use std::fs;
use std::net::TcpListener;
use std::path::Path;

use tempfile::TempDir;

use super::{Running, fresh, got, is_empty, keep, refused, run, sample, text, travaux, two};

#[test]
fn the_demo_starts_answers_and_leaves_nothing_behind() {
    for signal in ["TERM", "INT", "HUP"] {
        let home = TempDir::new().unwrap();
        let mut command = travaux(["demo", "--listen", "127.0.0.1:0"]);
        let mut demo = Running::start(command.env("TMPDIR", home.path()));
        let (printed, address) = demo.listening();
        assert!(printed.contains("7 groups, 9 delegations"), "{printed}");
        assert!(printed.contains("4 drafts: Zero Draft, Rev. 1, Rev. 2, Final"), "{printed}");
        assert!(printed.contains("withdrawn\n"), "nothing waits at the end: {printed}");
        assert!(
            printed.contains(&format!("{address}/compacts/seasonal-mobility/redlines/zero-draft..final")),
            "{printed}"
        );
        assert!(!is_empty(home.path()), "the store is elsewhere");
        let worth_trying: Vec<&str> = printed.lines().filter(|line| line.contains("curl ")).collect();
        assert_eq!(worth_trying.len(), 3, "{printed}");
        for line in worth_trying.iter().filter(|line| !line.contains("event-stream")) {
            let address = line.split('\'').find(|word| word.starts_with("http")).unwrap();
            let (status, body) = got(address);
            assert_eq!(status, 200, "{address}: {body}");
        }
        assert_eq!(demo.stop(signal), 0, "after SIG{signal}");
        assert!(is_empty(home.path()), "something is left behind after SIG{signal}");
    }
}

#[test]
fn the_demo_takes_a_free_port_where_the_usual_one_is_in_use() {
    // Whoever has the port, this test or another program, it is taken.
    let _taken = TcpListener::bind("127.0.0.1:8018");
    let home = TempDir::new().unwrap();
    let mut demo = Running::start(travaux(["demo"]).env("TMPDIR", home.path()));
    let (printed, address) = demo.listening();
    assert!(printed.starts_with("127.0.0.1:8018 is in use, so a free port is taken\n"), "{printed}");
    assert_ne!(address, "http://127.0.0.1:8018");
    assert_eq!(demo.stop("TERM"), 0);
}

#[test]
fn the_demo_keeps_its_record_only_where_nothing_else_is() {
    let (_home, dir) = fresh();
    let mut demo = Running::start(&mut travaux(["demo", "--listen", "127.0.0.1:0", "--data", text(&dir)]));
    demo.listening();
    assert_eq!(demo.stop("TERM"), 0);
    let (code, out, _) = run(["verify", "--data", text(&dir)]);
    assert!(code == 0 && out.ends_with("the record holds\n"), "{code} {out}");
    let (code, err) = refused(["demo", "--data", text(&dir)]);
    assert!(code == 2 && err.contains("is not empty"), "{code} {err}");
}

#[test]
fn serve_prints_where_it_listens_and_stops_when_told() {
    let (_home, dir) = fresh();
    keep(&dir, &two());
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", text(&dir)];
    let mut served = Running::start(&mut travaux(serve));
    let (printed, address) = served.listening();
    assert_eq!(printed.lines().count(), 1, "{printed}");
    let (status, body) = got(&format!("{address}/api/v1/compacts"));
    assert!(status == 200 && body.contains("harbours") && body.contains("seasonal-mobility"), "{status} {body}");
    let (code, err) = refused(serve);
    assert!(code == 3 && err.contains("another travaux has the store"), "{code} {err}");
    let taken = address.strip_prefix("http://").unwrap();
    let (code, err) = refused(["serve", "--listen", taken, "--data", "elsewhere"]);
    assert!(code == 3 && err.contains(taken) && err.contains("in use by another program"), "{code} {err}");
    assert!(!Path::new("elsewhere").exists(), "a store was made and not served");
    assert_eq!(served.stop("TERM"), 0);
}

#[test]
fn serve_refuses_what_others_can_reach() {
    let (home, dir) = fresh();
    for address in ["0.0.0.0:0", "[::]:0", "192.0.2.1:8018", "[::ffff:192.0.2.1]:0"] {
        let (code, err) = refused(["serve", "--listen", address, "--data", text(&dir)]);
        assert_eq!(code, 2, "{address}: {err}");
        assert!(err.contains("no credentials are configured") && err.contains("travaux token issue"), "{err}");
    }
    assert!(is_empty(home.path()), "a store was made and not served");
    let (code, err) = refused(["serve", "--listen", "here", "--data", text(&dir)]);
    assert!(code == 2 && err.contains("such as 127.0.0.1:8018"), "{code} {err}");
}

#[test]
fn a_damaged_store_is_not_served() {
    let (home, dir) = fresh();
    keep(&dir, &sample());
    let journal = fs::read(dir.join("journal")).unwrap();
    let flipped = journal.iter().enumerate().map(|(at, byte)| if at == 700 { byte ^ 1 } else { *byte });
    fs::write(dir.join("journal"), flipped.collect::<Vec<u8>>()).unwrap();
    let serve = ["serve", "--listen", "127.0.0.1:0", "--data", text(&dir)];
    for (wanted, (code, err)) in [(3, refused(serve)), (1, refused(["verify", "--data", text(&dir)]))] {
        assert_eq!(code, wanted, "{err}");
        assert!(err.contains("position 1:") && err.contains("copy its directory") && err.contains("backup"), "{err}");
    }
    let other = home.path().join("letters");
    fs::create_dir(&other).unwrap();
    fs::write(other.join("letter"), "Dear Sir").unwrap();
    let (code, err) = refused(["serve", "--listen", "127.0.0.1:0", "--data", text(&other)]);
    assert!(code == 3 && err.contains("name an empty directory"), "{code} {err}");
}
