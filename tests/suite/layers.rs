//! The layers of the program: who may know of whom. The table is the diagram of the architecture.

use std::fs;
use std::path::{Path, PathBuf};

/// Each folder, and the folders that it may name. Every arrow points down.
const ARROWS: &[(&str, &[&str])] = &[
    ("text", &[]),
    ("compact", &["text"]),
    ("history", &["compact", "text"]),
    ("formats", &["history", "compact", "text"]),
    ("proof", &[]),
    ("access", &["compact"]),
    ("log", &["compact", "proof"]),
    ("secretariat", &["log", "history", "access", "compact", "text", "proof"]),
    ("feed", &["secretariat", "log", "history", "compact"]),
    ("credentials", &["access", "compact"]),
    ("web", &["feed", "secretariat", "credentials", "access", "log", "formats", "history", "compact", "proof"]),
    (
        "cli",
        &[
            "web",
            "feed",
            "secretariat",
            "credentials",
            "access",
            "log",
            "formats",
            "history",
            "compact",
            "text",
            "proof",
        ],
    ),
    // The program and the front page of the library.
    ("main", &["cli"]),
    (
        "lib",
        &[
            "text",
            "compact",
            "access",
            "credentials",
            "history",
            "formats",
            "log",
            "proof",
            "secretariat",
            "feed",
            "web",
            "cli",
        ],
    ),
];

/// Folders that compute and nothing else.
const PURE: &[&str] = &["text", "compact", "history", "formats", "proof", "access"];

/// What does something else than compute.
const IMPURE: &[&str] = &[
    "std::fs",
    "std::net",
    "std::io",
    "std::env",
    "std::process",
    "std::thread",
    "std::time",
    "tokio",
    "SystemTime",
    "Instant",
    "async",
    "await",
    "jiff",
];

/// The most lines of a file.
const LINES_MAX: usize = 400;

/// A path as it is named in some line: `crate::compact::Seq`, or one word.
type Named = (usize, Vec<String>);

struct File {
    /// Under `src`, with slashes.
    path: String,
    source: String,
}

impl File {
    /// The folder, or the file at the top, that it belongs to.
    fn layer(&self) -> &str {
        self.path.split('/').next().unwrap().trim_end_matches(".rs")
    }

    /// How many `super` lead from its module to the crate.
    fn depth(&self) -> usize {
        let parts = self.path.split('/').count();
        parts - usize::from(self.path.ends_with("/mod.rs"))
    }
}

fn files() -> Vec<File> {
    let src = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut files = Vec::new();
    let mut folders = vec![src.clone()];
    while let Some(folder) = folders.pop() {
        for path in fs::read_dir(folder).unwrap().map(|file| file.unwrap().path()) {
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|extension| extension == "rs") {
                let inside: PathBuf = path.strip_prefix(&src).unwrap().into();
                let source = fs::read_to_string(&path).unwrap();
                files.push(File { path: inside.to_str().unwrap().to_owned(), source });
            }
        }
    }
    assert!(files.len() > 50, "these are not all files");
    files
}

/// The words and marks of a source with their lines; comments and quoted text left out.
fn tokens(source: &str) -> Vec<(usize, String)> {
    let mut tokens: Vec<(usize, String)> = Vec::new();
    let mut chars = source.chars().peekable();
    let mut line = 1;
    while let Some(c) = chars.next() {
        match c {
            '\n' => line += 1,
            '/' if chars.peek() == Some(&'/') => while chars.next_if(|c| *c != '\n').is_some() {},
            '"' => {
                let hashes = tokens.last().is_some_and(|(_, token)| token == "r");
                while let Some(c) = chars.next() {
                    line += usize::from(c == '\n');
                    match c {
                        '\\' if !hashes => line += usize::from(chars.next() == Some('\n')),
                        '"' => break,
                        _ => {}
                    }
                }
            }
            // A quoted character, not a lifetime.
            '\'' => {
                let quoted = chars.next();
                if quoted == Some('\\') {
                    chars.next();
                    while chars.next_if(|c| *c != '\'' && *c != '\n').is_some() {}
                    chars.next();
                } else if chars.peek() == Some(&'\'') {
                    chars.next();
                }
            }
            c if c.is_alphanumeric() || c == '_' => {
                let mut word = String::from(c);
                while let Some(c) = chars.next_if(|c| c.is_alphanumeric() || *c == '_') {
                    word.push(c);
                }
                tokens.push((line, word));
            }
            ':' if chars.next_if_eq(&':').is_some() => tokens.push((line, "::".into())),
            c if c.is_whitespace() => {}
            c => tokens.push((line, c.to_string())),
        }
    }
    tokens
}

/// Every path in a source, those in braces written out.
fn named(source: &str) -> Vec<Named> {
    let tokens = tokens(source);
    let (mut named, mut at) = (Vec::new(), 0);
    while at < tokens.len() {
        at = tree(&tokens, at, &[], &mut named).max(at + 1);
    }
    named
}

/// Reads `word`, `word::…` or `word::{…, …}` and returns where it ends.
fn tree(tokens: &[(usize, String)], at: usize, before: &[String], named: &mut Vec<Named>) -> usize {
    let is = |at: usize, mark: &str| tokens.get(at).is_some_and(|(_, token)| token == mark);
    let Some((line, word)) =
        tokens.get(at).filter(|(_, token)| token.starts_with(|c: char| c.is_alphanumeric() || c == '_'))
    else {
        return at;
    };
    let path = [before, std::slice::from_ref(word)].concat();
    if !is(at + 1, "::") {
        named.push((*line, path));
        // `word as other`
        return if is(at + 1, "as") { at + 3 } else { at + 1 };
    }
    if !is(at + 2, "{") {
        let end = tree(tokens, at + 2, &path, named);
        if end == at + 2 {
            // `path::*`, `path::<T>`
            named.push((*line, path));
        }
        return end;
    }
    let mut next = at + 3;
    while next < tokens.len() && !is(next, "}") {
        next = tree(tokens, next, &path, named).max(next + 1);
    }
    next + 1
}

/// The folder of ours that a path leads to from a file, if it leads to one by way of the crate.
fn leads_to<'p>(file: &File, path: &'p [String]) -> Option<&'p str> {
    let ups = path.iter().take_while(|part| *part == "super").count();
    let from_crate = match path.first().map(String::as_str) {
        Some("crate" | "travaux") => 1,
        Some("super") if ups >= file.depth() => ups,
        _ => return None,
    };
    path.get(from_crate).map(String::as_str)
}

fn sled_is_at_home(file: &File) -> bool {
    file.path.starts_with("log/sled/")
}

#[test]
fn every_arrow_points_down() {
    let layers: Vec<&str> = ARROWS.iter().map(|(layer, _)| *layer).collect();
    let mut wrong = Vec::new();
    for file in files() {
        let layer = file.layer();
        let Some((_, below)) = ARROWS.iter().find(|(name, _)| *name == layer) else {
            wrong.push(format!("src/{}: {layer} is not in the diagram", file.path));
            continue;
        };
        for (line, path) in named(&file.source) {
            let Some(other) = leads_to(&file, &path) else { continue };
            if layers.contains(&other) && other != layer && !below.contains(&other) {
                wrong.push(format!("src/{}:{line}: {layer} -> {other} is no arrow of the diagram", file.path));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn what_is_pure_only_computes() {
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| PURE.contains(&file.layer())) {
        for (line, path) in named(&file.source) {
            let told = path.join("::");
            // A point in time is data; asking for the time is not.
            let is_time = file.path == "compact/entry.rs" && told.starts_with("jiff::") && !told.ends_with("::now");
            let does = |impure: &&&str| {
                told.split("::").collect::<Vec<_>>().starts_with(&impure.split("::").collect::<Vec<_>>())
                    || path.contains(&(**impure).to_owned())
            };
            if let Some(impure) = IMPURE.iter().find(does).filter(|_| !is_time) {
                wrong.push(format!("src/{}:{line}: {} -> {impure}, and it is pure", file.path, file.layer()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn sled_is_named_in_its_folder_only() {
    let mut wrong = Vec::new();
    for file in files().iter().filter(|file| !sled_is_at_home(file)) {
        for (line, path) in named(&file.source) {
            // The log says that it has such a folder, and the record on disk asks what is in it.
            let is_door = file.path == "log/mod.rs" && path == ["sled"];
            let is_ours = file.path.starts_with("log/disk/")
                && (path.starts_with(&["super".into()]) || path.starts_with(&["crate".into()]));
            if path.iter().any(|part| part == "sled") && !is_door && !is_ours {
                wrong.push(format!("src/{}:{line}: {} -> sled", file.path, file.layer()));
            }
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn a_handler_comes_to_a_compact_only_as_somebody() {
    let mut wrong = Vec::new();
    let doors = ["secretariat.record(", "secretariat.compact(", "secretariat.compacts(", "secretariat.tree("];
    // Who runs the server counts its compacts; who they are is not told.
    let is_door = |file: &&File| file.path == "web/admitted.rs" || file.path == "web/ops.rs";
    for file in files().iter().filter(|file| file.layer() == "web" && !is_door(file)) {
        let joined: String = file.source.split_whitespace().collect();
        let found = doors.iter().filter(|door| joined.contains(**door));
        wrong.extend(found.map(|door| format!("src/{}: {door}…) without the extractor", file.path)));
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn no_file_is_longer_than_a_thought() {
    let mut wrong = Vec::new();
    for file in &files() {
        let lines = file.source.lines().count();
        if lines > LINES_MAX {
            wrong.push(format!("src/{}: {lines} lines, and {LINES_MAX} are the most", file.path));
        }
    }
    assert!(wrong.is_empty(), "\n{}\n", wrong.join("\n"));
}

#[test]
fn the_reader_of_paths_sees_through_braces_comments_and_quotes() {
    let source = "use crate::{log::{Scope, Stored as S}, text}; // crate::web\n\
                  let a = \"crate::cli \\\" crate::cli\"; let b = '\"'; fn f<'a>(x: &'a str) {}\n\
                  super::super::web::run(std::fs::read);";
    let found: Vec<(usize, String)> =
        named(source).into_iter().filter(|(_, p)| p.len() > 1).map(|(line, p)| (line, p.join("::"))).collect();
    let expected = [
        (1, "crate::log::Scope"),
        (1, "crate::log::Stored"),
        (1, "crate::text"),
        (3, "super::super::web::run"),
        (3, "std::fs::read"),
    ];
    assert_eq!(found, expected.map(|(line, path)| (line, path.to_owned())));
    let inside = File { path: "compact/decide/mod.rs".into(), source: String::new() };
    let path: Vec<String> = ["super", "super", "web", "run"].map(str::to_owned).into();
    assert_eq!(leads_to(&inside, &path), Some("web"));
    let deeper = File { path: "compact/decide/wording.rs".into(), source: String::new() };
    assert_eq!(leads_to(&deeper, &path), None);
}
