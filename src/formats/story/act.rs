//! What can be told: acts, and the edits that a proposal consists of.

use super::passage::Passage;
use crate::compact::{CompactId, Day, DraftId, GroupId, Kind, Position, RoundId, Seq, Slug, Voice};

/// An act, where it is told, and whether the chair is to refuse it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Told {
    /// The line it begins on, from 1.
    pub line: usize,
    /// The slug of the problem it must be refused with; `None` where it must succeed.
    pub refused: Option<String>,
    /// The act.
    pub act: Act,
}

/// What somebody does, or what the story expects to see.
///
/// Proposals go by names that the story gives them. A `base` is as in the contract: the id of a draft, or a Seq.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Act {
    /// `compact id "title"`
    OpenCompact {
        /// Its id.
        id: CompactId,
        /// Its title.
        title: String,
    },
    /// `group id "name"`
    RegisterGroup {
        /// Its id.
        id: GroupId,
        /// Its name.
        name: String,
    },
    /// `delegation id "name" in group, …`; told again, the groups are its groups from then on.
    RegisterDelegation {
        /// Its id.
        id: GroupId,
        /// Its name.
        name: String,
        /// All groups it is a member of.
        groups: Vec<GroupId>,
    },
    /// `delegation id leaves`
    DelegationLeaves {
        /// The delegation.
        id: GroupId,
    },
    /// `mandate of group to delegation`
    GiveMandate {
        /// The group.
        group: GroupId,
        /// The delegation.
        delegation: GroupId,
    },
    /// `no mandate of group to delegation`
    EndMandate {
        /// The group.
        group: GroupId,
        /// The delegation.
        delegation: GroupId,
    },
    /// `revision …` and the whole text.
    ReviseText {
        /// The text it was written against; `None` is the working text.
        base: Option<String>,
        /// The proposals it is said to reflect.
        reflects: Vec<Slug>,
        /// Why.
        reason: Option<String>,
        /// The text, in Markdown.
        text: String,
    },
    /// `draft "label" as id signed off`
    IssueDraft {
        /// Its label.
        label: String,
        /// Its id; `None` is the one that the label suggests.
        id: Option<DraftId>,
        /// Whether it is signed off although changes that no proposal asked for have no reason.
        sign_off: bool,
    },
    /// `reason for 12 in "15": "…"`
    GiveReason {
        /// The entry that changed the text.
        entry: Seq,
        /// The provision of whose change it is the reason; `None` for all that the entry changed.
        at: Option<String>,
        /// Why.
        reason: String,
    },
    /// `correct 0 of 12 in "15" to name, …`, or `to nobody`
    CorrectCredit {
        /// The entry that brought the words.
        entry: Seq,
        /// Which of its credits, from 0.
        credit: u32,
        /// The provision whose words are meant; `None` for all words of that credit.
        at: Option<String>,
        /// The proposals that asked for them; none if nobody did.
        proposals: Vec<Slug>,
        /// Why.
        reason: String,
    },
    /// `proposal name by sponsor, …` and its edits.
    TableProposal {
        /// Its name in this story.
        name: Slug,
        /// Groups, and delegations that speak for themselves.
        sponsors: Vec<GroupId>,
        /// The text it was written against; `None` is the last issued draft.
        base: Option<String>,
        /// The waiting proposal in place of which it is proposed.
        on: Option<Slug>,
        /// Why.
        rationale: Option<String>,
        /// What it asks for.
        edits: Vec<Edit>,
    },
    /// `revise name` and its edits as they are from now on.
    ReviseProposal {
        /// The proposal.
        name: Slug,
        /// The text it was written against; `None` is the last issued draft.
        base: Option<String>,
        /// Why.
        rationale: Option<String>,
        /// What it asks for now.
        edits: Vec<Edit>,
    },
    /// `withdraw name`
    Withdraw {
        /// The proposal.
        name: Slug,
        /// Why.
        note: Option<String>,
    },
    /// `cosponsor name by sponsor`
    JoinSponsors {
        /// The proposal.
        name: Slug,
        /// Who joins.
        sponsor: GroupId,
    },
    /// `uncosponsor name by sponsor`
    LeaveSponsors {
        /// The proposal.
        name: Slug,
        /// Who leaves.
        sponsor: GroupId,
    },
    /// `position group supports name`
    TakePosition {
        /// The proposal.
        name: Slug,
        /// Whose position.
        group: GroupId,
        /// What it is.
        position: Position,
    },
    /// `take up name`, `take up name modified` and edits
    TakeUp {
        /// The proposal.
        name: Slug,
        /// The modified form, or the part of the edits that is taken up; `None` is the proposal as it stands.
        edits: Option<Vec<Edit>>,
        /// Why.
        note: Option<String>,
    },
    /// `decline name`
    Decline {
        /// The proposal.
        name: Slug,
        /// Why.
        note: Option<String>,
    },
    /// `confirm name`
    Confirm {
        /// The proposal.
        name: Slug,
    },
    /// `package name of name, …`
    LinkPackage {
        /// Its name in this story.
        name: Slug,
        /// Its proposals.
        proposals: Vec<Slug>,
        /// Its title.
        title: Option<String>,
    },
    /// `dissolve name`
    DissolvePackage {
        /// The package.
        name: Slug,
    },
    /// `take up all of name`
    TakeUpPackage {
        /// The package.
        name: Slug,
        /// What is said.
        note: Option<String>,
    },
    /// `decline all of name`
    DeclinePackage {
        /// The package.
        name: Slug,
        /// What is said.
        note: Option<String>,
    },
    /// `accept name`
    Accept {
        /// The proposal that is accepted.
        name: Slug,
        /// What is said.
        note: Option<String>,
    },
    /// `close "15"`
    CloseProvision {
        /// The provision.
        at: String,
        /// What is said.
        note: Option<String>,
    },
    /// `reopen "15" because "…"`
    ReopenProvision {
        /// The provision.
        at: String,
        /// Why.
        reason: String,
    },
    /// `position group supports "15"`
    TakePositionOn {
        /// The provision.
        at: String,
        /// Whose position.
        group: GroupId,
        /// What it is.
        position: Position,
    },
    /// `round id "name" from 2018-07-09 to 2018-07-13`
    ScheduleRound {
        /// Its id.
        id: RoundId,
        /// Its name.
        name: String,
        /// Its first day.
        starts: Day,
        /// Its last day.
        ends: Day,
    },
    /// `statement name by trade_union "…" on 2018-07-09 as "title" about "15", …` and its words.
    FileStatement {
        /// Its name in this story.
        name: Slug,
        /// Whose it is.
        by: Voice,
        /// The day on which it was made.
        made_on: Day,
        /// Its title.
        title: String,
        /// The provisions that it is about.
        about: Vec<String>,
        /// Where it can be read.
        link: Option<String>,
        /// Its words, which are attached to it as a text; empty where it only has a link.
        text: String,
    },
    /// `uptake of statement in proposal by sponsor`
    LinkUptake {
        /// The statement.
        statement: Slug,
        /// The proposal that takes it up.
        proposal: Slug,
        /// The sponsor that says so.
        by: GroupId,
    },
    /// `no uptake of statement in proposal`
    UnlinkUptake {
        /// The statement.
        statement: Slug,
        /// The proposal.
        proposal: Slug,
    },
    /// `redact 12 "note", … because "…"`
    Redact {
        /// The entry of which something is blanked.
        entry: Seq,
        /// The members that are; `None` for all that may be.
        what: Option<Vec<String>>,
        /// Why.
        reason: String,
    },
    /// `adopt`
    Adopt,
    /// `redline from..to`, `text at` or `compilation at`, and the print expected.
    Expect {
        /// What is to be printed.
        what: Expected,
        /// The print, each line ended.
        print: String,
    },
}

/// What a story expects to see printed; each `at` is the id of a draft, a Seq, or `working`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Expected {
    /// The redline of two texts.
    Redline {
        /// The text before.
        from: String,
        /// The text after.
        to: String,
    },
    /// A text.
    Text {
        /// Which one.
        at: String,
    },
    /// A text with all that waits on it.
    Compilation {
        /// Which one.
        at: String,
    },
}

/// One edit of a proposal. `at` and `after` refer to provisions as a reader would.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// `in "15" …`: some of its words change.
    Reword {
        /// The provision.
        at: String,
        /// The changes, to be made in this order.
        changes: Vec<Passage>,
    },
    /// `reword "16" to "…"`: a whole new wording.
    RewordTo {
        /// The provision.
        at: String,
        /// Its wording.
        text: String,
    },
    /// `insert paragraph "16 bis" after "16": "…"`
    Insert {
        /// The provision before it; `None` is the start of the text.
        after: Option<String>,
        /// Its kind.
        kind: Kind,
        /// Its level; 2 for a heading and 1 for others where none is told.
        level: u8,
        /// Its label.
        label: Option<String>,
        /// Its wording.
        text: String,
    },
    /// `strike "17"`
    Strike {
        /// The provision.
        at: String,
    },
    /// `move "18" after "21"`
    Move {
        /// The provision.
        at: String,
        /// The provision before its new place; `None` is the start of the text.
        after: Option<String>,
    },
}
