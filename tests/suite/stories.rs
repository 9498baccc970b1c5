//! Stories: negotiations in plain text, each with what must come out. Adding a test is adding a text file.

use std::fs;
use std::path::Path;

use travaux::formats::nameplates::Nameplates;
use travaux::formats::story::{Act, Expected, Player, Story};
use travaux::formats::terminal::{self, Looks};
use travaux::formats::{Unchanged, compiled, plain};
use travaux::history::compile;

use crate::room::Room;

fn printed(room: &Room, what: &Expected) -> String {
    let compact = room.compact();
    let plates = Nameplates::of(compact);
    let print = match what {
        Expected::Redline { from, to } => {
            let looks = Looks { colour: false, unchanged: Unchanged::Folded, columns: 110 };
            terminal::redline(&room.redline(from, to), &plates, looks)
        }
        Expected::Text { at } => plain::write(&compact.text(room.at(at).seq)),
        Expected::Compilation { at } => compiled::markdown(&compile(compact, &room.at(at), None), &plates),
    };
    print.lines().map(|line| format!("{}\n", line.trim_end())).collect()
}

/// Plays a story and returns it as it should read: with what came out in place of what was expected.
fn played(path: &Path) -> (String, String) {
    let told = fs::read_to_string(path).unwrap();
    let name = path.file_name().unwrap().to_string_lossy().into_owned();
    let story = Story::read(&told).unwrap_or_else(|mistake| panic!("{name}: {mistake}"));
    let mut room = Room::default();
    let mut player = Player::default();
    let mut came_out: Vec<(usize, String)> = Vec::new();
    for act in &story.acts {
        if let Act::Expect { what, .. } = &act.act {
            came_out.push((act.line, printed(&room, what)));
        } else {
            room.hear(&mut player, act).unwrap_or_else(|why| panic!("{name}: {why}"));
        }
    }
    let mut out = String::new();
    let mut lines = told.lines().enumerate().peekable();
    while let Some((index, line)) = lines.next() {
        out += &format!("{line}\n");
        if let Some((_, print)) = came_out.iter().find(|(at, _)| *at == index + 1) {
            while lines.next_if(|(_, line)| line.starts_with('>')).is_some() {}
            for line in print.lines() {
                out += format!("> {line}").trim_end();
                out.push('\n');
            }
        }
    }
    (told, out)
}

#[test]
fn every_story_comes_out_as_told() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/stories");
    let mut paths: Vec<_> = fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "there are stories");
    for path in paths {
        let (told, out) = played(&path);
        if std::env::var_os("TRAVAUX_BLESS").is_some() {
            fs::write(&path, &out).unwrap();
        } else {
            let name = path.display();
            assert!(
                told == out,
                "{name} comes out otherwise (`TRAVAUX_BLESS=1 cargo test stories` accepts it):\n{out}"
            );
        }
    }
}
