//! Two texts as passages: what is kept of each provision, and what changes in it, to the letter.

use travaux::compact::{Block, Command, Kind, ProvisionId};
use travaux::history::{ChangeKind, Label, Op, Redline, RedlinedProvision};

use crate::room::{Room, opened};

/// A provision of either text.
#[derive(Clone, Debug)]
pub struct Passage {
    pub id: ProvisionId,
    pub change: ChangeKind,
    pub shape: (Kind, u8, Label),
    pub parts: Vec<Part>,
}

/// Words kept, or what takes whose place.
#[derive(Clone, Debug)]
pub enum Part {
    Kept(String),
    Hunk { struck: String, added: String },
}

impl Passage {
    fn of(provision: &RedlinedProvision) -> Self {
        let mut parts: Vec<Part> = Vec::new();
        for segment in &provision.segments {
            if segment.op == Op::Kept {
                parts.push(Part::Kept(segment.text.to_string()));
                continue;
            }
            if !matches!(parts.last(), Some(Part::Hunk { .. })) {
                parts.push(Part::Hunk { struck: String::new(), added: String::new() });
            }
            let Some(Part::Hunk { struck, added }) = parts.last_mut() else { continue };
            if segment.op == Op::Added { added } else { struck }.push_str(&segment.text);
        }
        let shape = (provision.kind, provision.level, provision.label.clone());
        Self { id: provision.id, change: provision.change, shape, parts }
    }

    /// Its wording if of its hunks only those are made that `wording` words.
    pub fn with<'a>(&'a self, wording: impl Fn(usize) -> Option<&'a str>) -> String {
        let part = |(at, part): (usize, &'a Part)| match part {
            Part::Kept(text) => text.as_str(),
            Part::Hunk { struck, .. } => wording(at).unwrap_or(struck),
        };
        self.parts.iter().enumerate().map(part).collect()
    }

    pub fn earlier(&self) -> String {
        self.with(|_| None)
    }

    pub fn later(&self) -> String {
        self.with(|at| Some(self.hunk(at).1))
    }

    /// What is struck and what is added at a hunk.
    pub fn hunk(&self, part: usize) -> (&str, &str) {
        match &self.parts[part] {
            Part::Kept(text) => (text, text),
            Part::Hunk { struck, added } => (struck, added),
        }
    }

    pub fn hunks(&self) -> impl Iterator<Item = usize> {
        let is_hunk = |(at, part): (usize, &Part)| matches!(part, Part::Hunk { .. }).then_some(at);
        self.parts.iter().enumerate().filter_map(is_hunk)
    }

    /// Whether the first text has it.
    pub fn stood(&self) -> bool {
        self.change != ChangeKind::Inserted
    }

    /// Whether the second text has it.
    pub fn stands(&self) -> bool {
        self.change != ChangeKind::Struck
    }
}

/// The groups that propose.
pub const GROUPS: [&str; 7] = ["africa", "arab-states", "friends", "islands", "like-minded", "mountains", "union"];

/// A compact with groups and a first text, issued as `draft`. Equal texts get equal ids.
pub fn first(text: &[Block]) -> Room {
    let mut room = opened("measured");
    for group in GROUPS {
        room.say(Command::RegisterGroup { group: group.parse().unwrap(), name: group.into() }).unwrap();
    }
    room.say(revise(text)).unwrap();
    room.say(Command::IssueDraft { label: "draft".into(), id: None, sign_off: false }).unwrap();
    room
}

pub fn revise(text: &[Block]) -> Command {
    Command::Revise { text: text.to_vec(), base: None, reflects: vec![], reason: None }
}

/// A text as it is recorded: composed, on one line each.
pub fn recorded(text: &[Block]) -> Vec<Block> {
    let room = first(text);
    let provisions = room.compact().text(room.compact().seq).into_iter();
    provisions.map(|p| Block { kind: p.kind, level: p.level, label: p.label, text: p.text.to_string() }).collect()
}

/// What is between two texts, in the order of the second.
pub fn between(old: &[Block], new: &[Block]) -> Vec<Passage> {
    let mut room = first(old);
    room.say(revise(new)).unwrap();
    passages(&room.redline("draft", "working"))
}

fn passages(redline: &Redline) -> Vec<Passage> {
    redline.provisions.iter().map(Passage::of).collect()
}
