//! Square brackets: words not agreed, counted by draft and provision.
//!
//! For any two texts, open at the second = open at the first + opened − closed, in all and in every provision.

use std::collections::BTreeSet;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::text::At;
use crate::compact::{Compact, CompactId, DraftId, Life, ProvisionId, Seq};
use crate::text::{Difference, View};

/// The brackets of a compact over its drafts.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Brackets {
    /// The compact.
    pub compact: CompactId,
    /// The last entry that the answer knows.
    pub seq: Seq,
    /// Draft by draft, in the order in which they were issued.
    pub drafts: Vec<DraftBrackets>,
    /// The working text.
    pub working: BracketCount,
}

/// The brackets of a draft.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct DraftBrackets {
    /// The draft.
    pub draft: DraftId,
    /// The count.
    #[serde(flatten)]
    pub count: BracketCount,
}

/// The brackets of a text, and how they came about since the text before.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct BracketCount {
    /// How many stand open in the text.
    pub open: u32,
    /// How many were opened since the text before.
    pub opened: u32,
    /// How many were closed since the text before.
    pub closed: u32,
    /// The provisions with brackets in either text, those that stand first and in their order.
    pub provisions: Vec<ProvisionBrackets>,
}

/// The brackets of a provision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct ProvisionBrackets {
    /// The provision.
    pub id: ProvisionId,
    /// Its number as printed.
    pub label: Option<Arc<str>>,
    /// How many stand open in it.
    pub open: u32,
    /// How many were opened since the text before.
    pub opened: u32,
    /// How many were closed since the text before.
    pub closed: u32,
}

/// The brackets of all drafts and of the working text.
pub fn brackets(compact: &Compact) -> Brackets {
    let mut before = Seq(0);
    let mut drafts = Vec::with_capacity(compact.drafts.len());
    for draft in &compact.drafts {
        drafts.push(DraftBrackets { draft: draft.id.clone(), count: brackets_between(compact, before, draft.seq) });
        before = draft.seq;
    }
    let working = brackets_between(compact, before, compact.seq);
    Brackets { compact: compact.id.clone(), seq: compact.seq, drafts, working }
}

/// The brackets of the text at `to`, and how they came about since the text at `from`, in either direction.
pub fn brackets_since(compact: &Compact, from: &At, to: &At) -> BracketCount {
    brackets_between(compact, from.seq, to.seq)
}

fn brackets_between(compact: &Compact, from: Seq, to: Seq) -> BracketCount {
    let (before, after) = (View::at(from), View::at(to));
    let stood: BTreeSet<ProvisionId> = compact.outline.visible(&before).collect();
    let mut gone = stood.clone();
    let mut count = BracketCount::default();
    for id in compact.outline.visible(&after) {
        gone.remove(&id);
        count.add(compact, id, to, |life| {
            let was = if stood.contains(&id) { life.face(from) } else { None };
            let (Some(was), Some(is)) = (was, life.face(to)) else { return (open_in(life, to), open_in(life, to), 0) };
            if Arc::ptr_eq(&was.text, &is.text) { (open_in(life, to), 0, 0) } else { changed(life, from, to) }
        });
    }
    for id in gone {
        count.add(compact, id, from, |life| (0, 0, open_in(life, from)));
    }
    count
}

impl BracketCount {
    /// Counts a provision: how many are open in it, were opened and were closed.
    fn add(&mut self, compact: &Compact, id: ProvisionId, at: Seq, told: impl Fn(&Life) -> (u32, u32, u32)) {
        let Some(life) = compact.provisions.get(&id) else { return };
        let (open, opened, closed) = told(life);
        if open + opened + closed == 0 {
            return;
        }
        self.open += open;
        self.opened += opened;
        self.closed += closed;
        let label = life.face(at).and_then(|face| face.label.clone());
        self.provisions.push(ProvisionBrackets { id, label, open, opened, closed });
    }
}

fn open_in(life: &Life, at: Seq) -> u32 {
    life.face(at).map_or(0, |face| open(&face.text))
}

/// How many are open in a provision that changed, were opened and were closed.
fn changed(life: &Life, from: Seq, to: Seq) -> (u32, u32, u32) {
    let (earlier, later) = (View::at(from.min(to)), View::at(from.max(to)));
    let (mut kept, mut came, mut went) = (0, 0, 0);
    for (difference, text) in life.wording.differences(&earlier, &later) {
        match difference {
            Difference::Kept => kept += open(text),
            Difference::Added(_) | Difference::Restored(_) => came += open(text),
            Difference::Struck(_) => went += open(text),
        }
    }
    let (opened, closed) = if from <= to { (came, went) } else { (went, came) };
    (kept + opened, opened, closed)
}

fn open(text: &str) -> u32 {
    u32::try_from(text.bytes().filter(|byte| *byte == b'[').count()).unwrap_or(u32::MAX)
}
