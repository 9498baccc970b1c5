//! The segments of a redlined provision as a reader takes them in: kept words, and changes, each made by somebody.

use std::sync::Arc;

use crate::compact::Credit;
use crate::history::{ChangeKind, Op, Redline, RedlinedProvision, Segment};

/// Words of a provision, told once each.
#[derive(Clone, Debug)]
pub(super) enum Run<'a> {
    /// Words in both texts.
    Kept(&'a str),
    /// Words struck and words added at one place by the same people.
    Changed(&'a [Segment]),
}

/// The words of a provision in reading order. Neighbouring changes of the same people are one, so that they are named once.
pub(super) fn runs(provision: &RedlinedProvision) -> impl Iterator<Item = Run<'_>> {
    let of_one = |a: &Segment, b: &Segment| a.op != Op::Kept && b.op != Op::Kept && a.credit == b.credit;
    provision.segments.chunk_by(of_one).map(|run| match run {
        [kept] if kept.op == Op::Kept => Run::Kept(&kept.text),
        changed => Run::Changed(changed),
    })
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

/// A run of provisions without changes, counted: `3 provisions unchanged, 2 renumbered`.
pub(super) fn unchanged_told(provisions: &[RedlinedProvision]) -> String {
    let count = provisions.len();
    let renumbered = provisions.iter().filter(|p| p.label_from.is_some()).count();
    let plural = if count == 1 { "" } else { "s" };
    let numbers = if renumbered > 0 { format!(", {renumbered} renumbered") } else { String::new() };
    format!("{count} provision{plural} unchanged{numbers}")
}
