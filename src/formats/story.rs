//! A negotiation told in plain text, which a delegate could read and write: the demo and the tests are stories.
//!
//! ```text
//! # A comment. Blank lines and comments may stand anywhere.
//! compact harbours "Compact for Orderly Harbours (fiction)"
//! group arab-states "Arab States"
//! delegation norland "Norland" in eu-27, friends-of-gender
//! delegation norland leaves
//! mandate of eu-27 to norland              it speaks for the group; `no mandate of eu-27 to norland` ends that
//! revision on zero-draft reflecting wages, rest because "as discussed"
//! | # Title                                the whole text in Markdown; `|` alone is a blank line
//! |
//! | 15. States will ensure rest as appropriate.
//! draft "Rev. 1" as rev-1                  `signed off` behind it: although silent changes have no reason
//! reason for 12 in "15": "a typo"          why entry 12 changed it; without `in`, why it changed what it changed
//! correct 0 of 12 in "15" to wages because "…"   whom the words of entry 12's credit 0 are credited to; or: to nobody
//! proposal wages by norland, arab-states on zero-draft because "a right is not optional"
//!   in "15" replace "will" with "shall"    lines on one provision in a row make one edit
//!   in "15" strike " as appropriate"
//!   in "15" add "fully " before "ensure"   or: add … after "…", at start, at end
//!   reword "16" to "States shall pay wages."
//!   insert item "(a)" level 2 after "16": "on time;"      or: at start
//!   strike "17"
//!   move "18" after "21"                   or: to start
//! revise wages on rev-1
//!   strike "17"
//! cosponsor wages by eu-27
//! uncosponsor wages by eu-27
//! position eu-27 supports wages            or: can_live_with, reserves, objects
//! take up wages because "agreed"
//! take up wages modified                   with the edits as they are taken up
//!   strike "17"
//! decline wages because "no agreement"
//! withdraw wages
//! proposal rather by arab-states in place of wages     other wording than that of a waiting proposal
//!   in "15" replace "will" with "should"
//! accept rather                            its sponsors take that wording over
//! package deal of wages, rest as "Work"    waiting proposals that stand or fall together
//! take up all of deal                      or: decline all of deal
//! dissolve deal
//! confirm wages                            its wording stands against the last issued draft
//! close "15" because "agreed ad ref"
//! reopen "15" because "a delegation asked for it"
//! position eu-27 supports "15"             on a provision as it reads now
//! round first "First round" from 2018-02-20 to 2018-02-23
//! statement rest-at-sea by trade_union "Union of Seafarers" on 2018-02-21 as "Rest" about "15", "16"
//! | Those who sail must rest.               its words; or where it can be read, behind `at "https://…"`
//! uptake of rest-at-sea in rest by norland        that sponsor says so; `no uptake of rest-at-sea in rest` takes it back
//! redact 12 "note" because "a name"       what should not have been said is blanked; without a member, all that may be
//! adopt
//! refused collision: take up wages         what must be refused, and with which problem
//! redline zero-draft..rev-1                what must come out; also `text` and `compilation`
//! > …
//! ```
//!
//! Words quoted from a provision must stand there exactly once, as whole words. Provisions are referred to as a reader would, by label,
//! opening words or heading; what a reference means is for whoever plays the story.

mod act;
mod edit;
mod line;
mod passage;
mod play;
mod read;
mod room;

pub use act::{Act, Edit, Expected, Told};
pub use passage::{Misfit, Passage, Place, reword};
pub use play::Player;

/// A negotiation, act by act, in the order told.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Story {
    /// The acts, in the order told.
    pub acts: Vec<Told>,
}

impl Story {
    /// Reads a story; the first line that cannot be understood is the mistake.
    pub fn read(told: &str) -> Result<Self, Mistake> {
        read::acts(told).map(|acts| Self { acts })
    }
}

/// Why a story cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct Mistake {
    /// The line, from 1.
    pub line: usize,
    /// What was expected there, and what was found.
    pub what: String,
}

#[cfg(test)]
mod tests;
