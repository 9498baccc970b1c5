//! Tracked changes between two texts, each credited to those who asked for it.

use std::collections::{BTreeMap, HashSet};
use std::sync::Arc;

use foldhash::fast::FixedState;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::credits::Credits;
use super::segments::{Segments, struck_first};
use super::text::At;
use crate::compact::{Compact, CompactId, Credit, EditId, GroupId, Kind, Life, ProvisionId, Seq};
use crate::text::{Difference, View};

/// Tracked changes between two texts. For each provision kept and struck words are its text at `from`, kept and added
/// words its text at `to`, to the letter.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct Redline {
    /// The compact.
    pub compact: CompactId,
    /// The one text.
    pub from: At,
    /// The other text.
    pub to: At,
    /// The last entry that the answer knows.
    pub seq: Seq,
    /// Whose the changes are; segments point into this list.
    pub credits: Vec<Arc<Credit>>,
    /// The provisions of both texts, in the order of `to`; struck ones where they stood.
    pub provisions: Vec<RedlinedProvision>,
    /// The changes counted.
    pub summary: Summary,
}

/// A provision with its changes.
#[derive(Clone, Debug, Serialize, Deserialize, JsonSchema)]
pub struct RedlinedProvision {
    /// Its id.
    pub id: ProvisionId,
    /// Its kind.
    pub kind: Kind,
    /// Its depth.
    pub level: u8,
    /// Its number as printed at `to`; at `from` if it is struck.
    pub label: Option<Arc<str>>,
    /// Its number as printed at `from`, where that differs.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub label_from: Option<Label>,
    /// What became of it.
    pub change: ChangeKind,
    /// If it moved, at whose request: an index into `credits`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub move_credit: Option<u32>,
    /// Its words in reading order.
    pub segments: Vec<Segment>,
}

/// A label that may have been none.
pub type Label = Option<Arc<str>>;

/// What became of a provision.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum ChangeKind {
    /// Nothing, but perhaps its number.
    None,
    /// Its words changed.
    Reworded,
    /// It came in.
    Inserted,
    /// It went out.
    Struck,
    /// It stands elsewhere.
    Moved,
    /// It stands elsewhere and its words changed.
    MovedAndReworded,
}

/// Words with one fate.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Segment {
    /// Their fate.
    pub op: Op,
    /// The words.
    pub text: Arc<str>,
    /// Whose doing it is: an index into `credits`; every added and struck segment has one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<u32>,
    /// Whether added words are words that stood there before and were put back.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restored: bool,
}

/// The fate of words between two texts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Op {
    /// In both texts.
    Kept,
    /// In the second only.
    Added,
    /// In the first only.
    Struck,
}

/// The changes of a redline counted. Words are counted, not punctuation.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Summary {
    /// Words added.
    pub words_added: u32,
    /// Words struck.
    pub words_struck: u32,
    /// Provisions in which anything changed, their place included.
    pub provisions_changed: u32,
    /// The same by group; words that several asked for count for each.
    pub by_group: BTreeMap<GroupId, GroupSummary>,
}

/// One group's changes counted.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct GroupSummary {
    /// Words added at its request.
    pub words_added: u32,
    /// Words struck at its request.
    pub words_struck: u32,
}

/// The tracked changes between the texts at two seqs, in either direction.
///
/// With `group`, all text stays and the credits of changes that the group did not ask for are dropped.
pub fn redline(compact: &Compact, from: At, to: At, group: Option<&GroupId>) -> Redline {
    let (earlier, later) = (from.seq.min(to.seq), from.seq.max(to.seq));
    let mut walk = Walk {
        compact,
        from: View::at(earlier),
        to: View::at(later),
        backwards: from.seq > to.seq,
        credits: Credits::default(),
        tally: Vec::new(),
    };
    let mut provisions = walk.provisions();
    if let Some(group) = group {
        walk.keep_only(group, &mut provisions);
    }
    let summary = walk.summary(group, &provisions);
    Redline { compact: compact.id.clone(), from, to, seq: compact.seq, credits: walk.credits.list, provisions, summary }
}

struct Walk<'a> {
    compact: &'a Compact,
    from: View<'a>,
    to: View<'a>,
    backwards: bool,
    credits: Credits,
    /// For each credit the words added and struck.
    tally: Vec<(u32, u32)>,
}

impl Walk<'_> {
    fn provisions(&mut self) -> Vec<RedlinedProvision> {
        let compact = self.compact;
        let (from, to) = (self.from, self.to);
        let differences = compact.outline.changes(&from, &to);
        let moved = moved(&differences);
        let mut provisions = Vec::with_capacity(differences.len());
        for (difference, id) in differences {
            let Some(life) = compact.provisions.get(&id) else { continue };
            let is_moved = moved.contains(&id);
            let shown = match difference {
                Difference::Kept => self.standing(life, None),
                // A moved provision is told once, where it stands in the text that the redline leads to.
                Difference::Struck(edit) if is_moved => {
                    self.backwards.then(|| self.standing(life, Some(edit))).flatten()
                }
                Difference::Added(edit) | Difference::Restored(edit) if is_moved => {
                    if self.backwards {
                        None
                    } else {
                        self.standing(life, Some(edit))
                    }
                }
                Difference::Struck(edit) => self.leaving(life, edit),
                Difference::Added(edit) | Difference::Restored(edit) => self.arriving(life, edit),
            };
            provisions.extend(shown);
        }
        provisions
    }

    fn standing(&mut self, life: &Life, moved: Option<EditId>) -> Option<RedlinedProvision> {
        let (old, new) = (life.face(self.from.at)?, life.face(self.to.at)?);
        let is_reworded = !Arc::ptr_eq(&old.text, &new.text) && old.text != new.text;
        let segments = if is_reworded {
            self.segments(life)
        } else {
            vec![Segment { op: Op::Kept, text: new.text.clone(), credit: None, restored: false }]
        };
        let move_credit = moved.map(|edit| self.credit(edit, life.id));
        let change = match (moved.is_some(), is_reworded) {
            (false, false) => ChangeKind::None,
            (false, true) => ChangeKind::Reworded,
            (true, false) => ChangeKind::Moved,
            (true, true) => ChangeKind::MovedAndReworded,
        };
        let (shown, other) = if self.backwards { (old, new) } else { (new, old) };
        let label_from = (shown.label != other.label).then(|| other.label.clone());
        let (kind, level, label) = (shown.kind, shown.level, shown.label.clone());
        Some(RedlinedProvision { id: life.id, kind, level, label, label_from, change, move_credit, segments })
    }

    /// A provision of the earlier text only.
    fn leaving(&mut self, life: &Life, edit: EditId) -> Option<RedlinedProvision> {
        let face = life.face(self.from.at)?;
        let credit = Some(self.credit(edit, life.id));
        let words = life.wording.words(&self.from);
        let (op, change) =
            if self.backwards { (Op::Added, ChangeKind::Inserted) } else { (Op::Struck, ChangeKind::Struck) };
        let segments = vec![Segment { op, text: face.text.clone(), credit, restored: false }];
        self.count(op, credit, words);
        let (kind, level, label) = (face.kind, face.level, face.label.clone());
        Some(RedlinedProvision {
            id: life.id,
            kind,
            level,
            label,
            label_from: None,
            change,
            move_credit: None,
            segments,
        })
    }

    /// A provision of the later text only: each of its words credited to those who had it in.
    fn arriving(&mut self, life: &Life, edit: EditId) -> Option<RedlinedProvision> {
        let face = life.face(self.to.at)?;
        let (op, change) =
            if self.backwards { (Op::Struck, ChangeKind::Struck) } else { (Op::Added, ChangeKind::Inserted) };
        let mut segments = Segments::default();
        let nothing = View::at(Seq(0));
        let to = self.to;
        for (difference, text, words) in life.wording.counted_differences(&nothing, &to) {
            let by = match difference {
                Difference::Added(by) | Difference::Restored(by) | Difference::Struck(by) => by,
                Difference::Kept => edit,
            };
            let credit = Some(self.credit(by, life.id));
            self.count(op, credit, words);
            segments.push(op, text, credit, false);
        }
        let segments = segments.done();
        let (kind, level, label) = (face.kind, face.level, face.label.clone());
        Some(RedlinedProvision {
            id: life.id,
            kind,
            level,
            label,
            label_from: None,
            change,
            move_credit: None,
            segments,
        })
    }

    fn segments(&mut self, life: &Life) -> Vec<Segment> {
        let mut segments = Segments::default();
        let (from, to) = (self.from, self.to);
        for (difference, text, words) in life.wording.counted_differences(&from, &to) {
            let (op, by, restored) = match difference {
                Difference::Kept => (Op::Kept, None, false),
                Difference::Added(edit) => (Op::Added, Some(edit), false),
                Difference::Restored(edit) => (Op::Added, Some(edit), true),
                Difference::Struck(edit) => (Op::Struck, Some(edit), false),
            };
            let (op, restored) = match (op, self.backwards) {
                (Op::Added, true) => (Op::Struck, false),
                (Op::Struck, true) => (Op::Added, false),
                (op, _) => (op, restored),
            };
            let credit = by.map(|edit| self.credit(edit, life.id));
            self.count(op, credit, words);
            segments.push(op, text, credit, restored);
        }
        let mut segments = segments.done();
        struck_first(&mut segments);
        segments
    }

    fn credit(&mut self, edit: EditId, provision: ProvisionId) -> u32 {
        self.credits.of(self.compact, edit, provision)
    }

    fn count(&mut self, op: Op, credit: Option<u32>, words: u32) {
        let Some(index) = credit.map(|index| index as usize).filter(|_| op != Op::Kept) else { return };
        if self.tally.len() <= index {
            self.tally.resize(index + 1, (0, 0));
        }
        if let Some((added, struck)) = self.tally.get_mut(index) {
            *(if op == Op::Added { added } else { struck }) += words;
        }
    }

    fn summary(&self, group: Option<&GroupId>, provisions: &[RedlinedProvision]) -> Summary {
        let mut summary = Summary::default();
        let changed = provisions.iter().filter(|p| p.change != ChangeKind::None).count();
        summary.provisions_changed = u32::try_from(changed).unwrap_or(u32::MAX);
        for ((added, struck), credit) in self.tally.iter().zip(&self.credits.list) {
            summary.words_added += added;
            summary.words_struck += struck;
            // What only others asked for has no credit in what is told of one group.
            let is_told = *added + *struck > 0 && group.is_none_or(|group| credit.groups.contains(group));
            for group in credit.groups.iter().filter(|_| is_told) {
                let by = summary.by_group.entry(group.clone()).or_default();
                by.words_added += added;
                by.words_struck += struck;
            }
        }
        summary
    }

    /// Drops the marks of changes that a group did not ask for: what it did ask for stands out.
    fn keep_only(&mut self, group: &GroupId, provisions: &mut [RedlinedProvision]) {
        let is_theirs = |credit: &Option<u32>| {
            let credit = credit.and_then(|index| self.credits.list.get(index as usize));
            credit.is_some_and(|credit| credit.groups.contains(group))
        };
        for provision in provisions {
            if !is_theirs(&provision.move_credit) {
                provision.move_credit = None;
            }
            for segment in &mut provision.segments {
                if !is_theirs(&segment.credit) {
                    segment.credit = None;
                }
            }
        }
    }
}

/// The provisions that stand in both views, but not in the same place.
fn moved(differences: &[(Difference, ProvisionId)]) -> HashSet<ProvisionId, FixedState> {
    let mut left = HashSet::default();
    let mut came: HashSet<ProvisionId, FixedState> = HashSet::default();
    for (difference, id) in differences.iter().copied() {
        match difference {
            Difference::Kept => {}
            Difference::Struck(_) => {
                left.insert(id);
            }
            Difference::Added(_) | Difference::Restored(_) => {
                came.insert(id);
            }
        }
    }
    left.retain(|id| came.contains(id));
    left
}
