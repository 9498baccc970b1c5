//! How the words of a redline become segments.

use super::redline::{Op, Segment};

/// Collects words into segments: what has one fate and one credit is one segment.
#[derive(Default)]
pub(super) struct Segments {
    done: Vec<Segment>,
    /// What the words in hand have in common.
    fate: Option<(Op, Option<u32>, bool)>,
    words: String,
}

impl Segments {
    pub(super) fn push(&mut self, op: Op, text: &str, credit: Option<u32>, restored: bool) {
        if self.fate != Some((op, credit, restored)) {
            self.flush();
            self.fate = Some((op, credit, restored));
        }
        self.words.push_str(text);
    }

    fn flush(&mut self) {
        if let Some((op, credit, restored)) = self.fate.take() {
            self.done.push(Segment { op, text: self.words.as_str().into(), credit, restored });
            self.words.clear();
        }
    }

    pub(super) fn done(mut self) -> Vec<Segment> {
        self.flush();
        self.done
    }
}

/// Puts struck words before the words that took their place, where the weave has them the other way round.
pub(super) fn struck_first(segments: &mut [Segment]) {
    for index in 1..segments.len() {
        let (head, tail) = segments.split_at_mut(index);
        let before = head.len().checked_sub(2).and_then(|i| head.get(i)).map(|s| (s.op, s.credit));
        let (Some(left), Some(right)) = (head.last_mut(), tail.first_mut()) else { continue };
        let is_paired = before == Some((Op::Struck, left.credit)) && left.credit != right.credit;
        if left.op == Op::Added && right.op == Op::Struck && !is_paired {
            std::mem::swap(left, right);
        }
    }
}
