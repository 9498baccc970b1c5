//! The sample negotiation that the program plays.

use crate::room::Room;

#[test]
fn the_sample_negotiation_plays_from_zero_draft_to_final() {
    let mut room = Room::default();
    room.play(include_str!("../../src/cli/demo.story"));
}
