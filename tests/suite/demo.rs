//! The sample negotiation that the program plays.

use travaux::compact::Basis;
use travaux::history::{Outcome, brackets, dispositions, silent_changes};

use crate::room::Room;

fn played() -> Room {
    let mut room = Room::default();
    room.play(include_str!("../../src/cli/demo.story"));
    room
}

#[test]
fn the_sample_negotiation_leaves_nothing_open_when_it_is_adopted() {
    let room = played();
    let compact = room.compact();
    assert!(compact.adopted.is_some());
    let silent = silent_changes(compact);
    assert!(silent.own.is_empty() && silent.undecided.is_empty() && silent.conflicts.is_empty(), "{silent:?}");
    assert_eq!(silent.closed_touched, [], "what was closed and changed was closed again");
    for row in dispositions(compact, &room.at("final"), None).dispositions {
        assert!(!matches!(row.disposition, Outcome::Waiting | Outcome::Overtaken), "{row:?}");
        let is_refused = matches!(row.disposition, Outcome::NotTakenUp | Outcome::Withdrawn);
        assert!(!is_refused || row.note.is_some(), "nobody says why: {row:?}");
    }
    let open: Vec<u32> = brackets(compact).drafts.iter().map(|draft| draft.count.open).collect();
    assert_eq!(open, [1, 1, 3, 0]);
}

#[test]
fn the_sample_negotiation_has_credits_of_every_kind() {
    let redline = played().redline("zero-draft", "final");
    for basis in [Basis::Exact, Basis::Declared, Basis::Inferred, Basis::Own] {
        assert!(redline.credits.iter().any(|credit| credit.basis == basis), "{basis:?}");
    }
    assert!(redline.credits.iter().any(|credit| !credit.off_the_table.is_empty()));
    assert!(redline.credits.iter().any(|credit| credit.corrected.is_some()));
    assert!(redline.credits.iter().any(|credit| credit.groups.len() > 1));
}
