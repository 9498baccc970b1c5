//! `export` and `import`: the record as lines, out and in.

use std::fs;
use std::io::Read;
use std::process::Stdio;

use tempfile::TempDir;

use super::{fed, fresh, is_empty, keep, run, said, sample, text, travaux, two};

#[test]
fn a_record_goes_out_and_comes_in_byte_for_byte() {
    let (home, dir) = fresh();
    keep(&dir, &two());
    let (code, first, err) = run(["export", "--data", text(&dir)]);
    assert!(code == 0 && err.is_empty(), "{code} {err}");
    assert!(first.starts_with(r#"{"position":1,"specversion":"1.0","id":"seasonal-mobility/1","#), "{first}");
    assert_eq!(first.lines().count(), two().len());
    let copy = home.path().join("copy");
    let (code, out, err) = fed(["import", "--data", text(&copy), "-"], first.as_bytes());
    assert_eq!((code, err.as_str()), (0, ""), "{out}");
    assert!(out.starts_with(&format!("{} entries of 2 compacts imported", two().len())), "{out}");
    let file = home.path().join("copy.ndjson");
    let (code, out, _) = run(["export", "--data", text(&copy), "--to", text(&file)]);
    assert!(code == 0 && out.is_empty(), "{code} {out}");
    assert_eq!(fs::read_to_string(&file).unwrap(), first);
    let (code, _, err) = run(["import", "--data", text(&copy), text(&file)]);
    assert!(code == 1 && err.contains("is not empty"), "{code} {err}");
}

#[test]
fn the_record_of_one_compact_gets_positions_of_its_own() {
    let (home, dir) = fresh();
    keep(&dir, &two());
    let one = ["export", "--compact", "seasonal-mobility", "--data", text(&dir)];
    let (code, lines, _) = run(one);
    assert!(code == 0 && lines.contains("{\"position\":5,") && !lines.contains("{\"position\":4,"), "{code}");
    let copy = home.path().join("copy");
    assert_eq!(fed(["import", "--data", text(&copy), "-"], lines.as_bytes()).0, 0);
    let (_, again, _) = run(["export", "--data", text(&copy)]);
    let without = |lines: &str| {
        let bare = |line: &str| line.split_once(',').unwrap().1.to_owned();
        lines.lines().map(bare).collect::<Vec<_>>()
    };
    assert_eq!(without(&again), without(&lines));
    assert!(again.lines().zip(1..).all(|(line, n)| line.starts_with(&format!("{{\"position\":{n},"))));
    let (code, _, err) = run(["export", "--compact", "peace", "--data", text(&dir)]);
    assert!(code == 1 && err.contains("it holds seasonal-mobility, harbours"), "{code} {err}");
}

#[test]
fn a_bad_line_is_named_and_nothing_is_imported() {
    let (home, dir) = fresh();
    keep(&dir, &two());
    let (_, good, _) = run(["export", "--data", text(&dir)]);
    let lines: Vec<&str> = good.lines().collect();
    let with = |number: usize, line: String| {
        let mut lines: Vec<String> = lines.iter().map(|&line| line.to_owned()).collect();
        lines[number - 1] = line;
        lines.join("\n") + "\n"
    };
    let without = |number: usize| {
        let kept = lines.iter().zip(1..).filter(|(_, n)| *n != number);
        kept.map(|(line, _)| format!("{line}\n")).collect::<String>()
    };
    let tried = [
        (without(1), "line 1 ", "begins with compact-opened"),
        (without(100), "line 100 ", "does not fit the record before it"),
        (with(7, "{}".into()), "line 7 ", "as export writes it"),
        (with(7, lines[6].replace("\"position\":7,", "\"position\":9,")), "line 7 ", "several compacts"),
        (with(7, lines[6].replace("\"position\":7,", "\"position\":6,")), "line 7 ", "does not follow position 6"),
        (with(7, lines[6].replace("group-registered.v1\"", "group-praised.v1\"")), "line 7 ", "no event is called"),
        (with(7, lines[6].replace("\"subject\":\"", "\"subject\":\"x")), "line 7 ", "is not as it was written"),
        (with(7, lines[6].replace("seasonal-mobility/", "harbours/")), "line 7 ", "contradict each other"),
        (good.trim_end().to_owned(), &*format!("line {} ", lines.len()), "cut short"),
        (String::new(), "", "holds no entry"),
    ];
    for (lines, which, why) in tried {
        assert_ne!(lines, good, "{why}: nothing was changed");
        let place = TempDir::new_in(home.path()).unwrap();
        let (code, out, err) = fed(["import", "--data", text(&place.path().join("new")), "-"], lines.as_bytes());
        assert_eq!((code, out.as_str()), (1, ""), "{why}");
        assert!(err.contains(which) && err.contains(why) && err.contains("nothing was imported"), "{why}: {err}");
        assert!(is_empty(place.path()), "{why}: something is left behind");
    }
}

#[test]
fn nothing_is_wrong_when_nobody_reads_on() {
    let (_home, dir) = fresh();
    keep(&dir, &sample());
    let mut export = travaux(["export", "--data", text(&dir)]);
    let mut export = export.stdout(Stdio::piped()).stderr(Stdio::piped()).spawn().unwrap();
    let mut first = [0; 12];
    let mut out = export.stdout.take().unwrap();
    out.read_exact(&mut first).unwrap();
    assert_eq!(&first, b"{\"position\":");
    drop(out);
    let (code, _, err) = said(&export.wait_with_output().unwrap());
    assert_eq!((code, err.as_str()), (0, ""));
}
