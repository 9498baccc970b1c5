//! The segments of a redlined provision as a reader takes them in: kept words, and changes, each made by somebody.

use std::sync::Arc;

use crate::compact::Credit;
use crate::history::{ChangeKind, Op, Redline, RedlinedProvision, Segment};

/// Words of a provision, told once each.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Run<'a> {
    /// Words in both texts.
    Kept(&'a str),
    /// Words struck and words added at one place by the same people.
    Changed {
        /// Whose doing it is: an index into the redline's credits.
        credit: Option<u32>,
        /// The words, those struck and those added in turn.
        parts: Vec<Part>,
    },
}

/// Words with one fate.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Part {
    pub(super) op: Op,
    pub(super) text: String,
    pub(super) restored: bool,
}

/// The words of a provision in reading order. Neighbouring changes of the same people are one, so that they are named once.
///
/// Space belongs to the words next to it, whoever put it there: nobody is named for a space between two words of others.
pub(super) fn runs(provision: &RedlinedProvision) -> Vec<Run<'_>> {
    let mut runs = Vec::new();
    let mut rest = provision.segments.as_slice();
    while let [segment, behind @ ..] = rest {
        rest = behind;
        if segment.op == Op::Kept {
            runs.push(Run::Kept(&segment.text));
            continue;
        }
        let ahead = behind.first().filter(|next| next.op != Op::Kept);
        match runs.last_mut() {
            Some(Run::Changed { credit, parts })
                if *credit == segment.credit || (ahead.is_none() && is_blank(segment)) =>
            {
                join(parts, segment);
            }
            // A space that comes first goes with what follows, and so has its credit.
            _ if is_blank(segment) && ahead.is_some_and(|next| next.op == segment.op) => {
                let credit = ahead.and_then(|next| next.credit);
                runs.push(Run::Changed { credit, parts: vec![Part::of(segment)] });
            }
            _ => runs.push(Run::Changed { credit: segment.credit, parts: vec![Part::of(segment)] }),
        }
    }
    runs
}

impl Part {
    /// The space before the words, the words, the space behind them. Marks look best close to words.
    pub(super) fn trimmed(&self) -> (&str, &str, &str) {
        let words = self.text.trim();
        if words.is_empty() {
            return ("", &self.text, "");
        }
        let from = self.text.len() - self.text.trim_start().len();
        let (before, rest) = self.text.split_at(from);
        let (words, behind) = rest.split_at(words.len());
        (before, words, behind)
    }

    fn of(segment: &Segment) -> Self {
        Self { op: segment.op, text: segment.text.to_string(), restored: segment.restored }
    }
}

fn is_blank(segment: &Segment) -> bool {
    segment.text.trim().is_empty()
}

fn join(parts: &mut Vec<Part>, segment: &Segment) {
    match parts.last_mut() {
        Some(last)
            if last.op == segment.op
                && (last.restored == segment.restored || last.text.trim().is_empty() || is_blank(segment)) =>
        {
            last.restored = if last.text.trim().is_empty() { segment.restored } else { last.restored };
            last.text.push_str(&segment.text);
        }
        _ => parts.push(Part::of(segment)),
    }
}

/// Whether a change puts words back that stood there before.
pub(super) fn is_restored(parts: &[Part]) -> bool {
    parts.iter().any(|part| part.restored && part.op == Op::Added)
}

/// Whose a change is; `None` where the redline shows another group's changes only.
pub(super) fn credit(redline: &Redline, index: Option<u32>) -> Option<&Arc<Credit>> {
    redline.credits.get(usize::try_from(index?).ok()?)
}

/// Whether a provision has the same words at the same place in both texts.
pub(super) fn is_unchanged(provision: &RedlinedProvision) -> bool {
    provision.change == ChangeKind::None
}

/// Whether a provision moved.
pub(super) fn is_moved(provision: &RedlinedProvision) -> bool {
    matches!(provision.change, ChangeKind::Moved | ChangeKind::MovedAndReworded)
}

/// A changed number as it is told beside the text: `15 → 16`.
pub(super) fn renumbered(provision: &RedlinedProvision) -> Option<String> {
    let from = provision.label_from.as_ref()?;
    let told = |label: Option<&str>| label.unwrap_or("unnumbered").to_owned();
    Some(format!("{} → {}", told(from.as_deref()), told(provision.label.as_deref())))
}

/// Whether a provision says nothing to who reads changes only: it is unchanged, or all its changes are those of others than
/// the group that the redline was asked for.
pub(super) fn folds(provision: &RedlinedProvision) -> bool {
    is_unchanged(provision) || is_of_others(provision)
}

/// Whether a provision changed, but not at the request of the group that the redline was asked for.
pub(super) fn is_of_others(provision: &RedlinedProvision) -> bool {
    let is_credited = provision.move_credit.is_some() || provision.segments.iter().any(|s| s.credit.is_some());
    !is_unchanged(provision) && !is_credited
}

/// A run of folded provisions, counted: `3 provisions unchanged, 2 renumbered`.
pub(super) fn folded_told(provisions: &[RedlinedProvision]) -> String {
    let count = |holds: fn(&RedlinedProvision) -> bool| provisions.iter().filter(|p| holds(p)).count();
    let unchanged = count(is_unchanged);
    let plural = if unchanged == 1 { "" } else { "s" };
    let told = [
        (unchanged, format!("{unchanged} provision{plural} unchanged")),
        (count(is_of_others), format!("{} changed by others", count(is_of_others))),
        (count(|p| p.label_from.is_some()), format!("{} renumbered", count(|p| p.label_from.is_some()))),
    ];
    told.into_iter().filter(|(count, _)| *count > 0).map(|(_, told)| told).collect::<Vec<_>>().join(", ")
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::compact::Kind;

    fn told(segments: &[(Op, &str, u32)]) -> Vec<String> {
        let segment = |(op, text, credit): &(Op, &str, u32)| {
            let credit = (*op != Op::Kept).then_some(*credit);
            Segment { op: *op, text: (*text).into(), credit, restored: false }
        };
        let provision = RedlinedProvision {
            id: "1.1".parse().unwrap(),
            kind: Kind::Paragraph,
            level: 1,
            label: None,
            label_from: None,
            change: ChangeKind::Reworded,
            move_credit: None,
            segments: segments.iter().map(segment).collect(),
        };
        let run = |run: Run<'_>| match run {
            Run::Kept(text) => text.to_owned(),
            Run::Changed { credit, parts } => {
                let parts: Vec<_> = parts.iter().map(|p| format!("{:?} {:?}", p.op, p.text)).collect();
                format!("{}: {}", credit.unwrap(), parts.join(", "))
            }
        };
        runs(&provision).into_iter().map(run).collect()
    }

    use Op::{Added, Kept, Struck};

    #[test]
    fn who_struck_and_added_at_one_place_is_named_once() {
        let segments =
            [(Kept, "We ", 0), (Struck, "will", 0), (Added, "shall", 0), (Kept, " act", 0), (Added, " now", 1)];
        assert_eq!(told(&segments), ["We ", "0: Struck \"will\", Added \"shall\"", " act", "1: Added \" now\""]);
        assert_eq!(told(&[(Struck, "will", 0), (Added, "shall", 1)]), ["0: Struck \"will\"", "1: Added \"shall\""]);
    }

    #[test]
    fn nobody_is_named_for_a_space() {
        assert_eq!(told(&[(Added, " ", 0), (Added, "soon", 1)]), ["1: Added \" soon\""]);
        assert_eq!(told(&[(Added, ",", 0), (Added, " ", 1), (Kept, "and", 0)]), ["0: Added \", \"", "and"]);
        assert_eq!(told(&[(Added, "a", 0), (Added, " ", 1), (Added, "b", 1)]), ["0: Added \"a\"", "1: Added \" b\""]);
        assert_eq!(told(&[(Added, " ", 0)]), ["0: Added \" \""]);
    }
}
