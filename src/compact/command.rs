//! What a speaker asks for.

use super::edit::Edit;
use super::entry::Day;
use super::event::{Position, Publicity};
use super::ids::{CompactId, DraftId, GroupId, PackageId, ProposalId, ProvisionId, RoundId, Seq, StatementId};
use super::provision::Block;
use super::redaction::Found;
use super::statement::NewStatement;

/// What a speaker asks for. Each makes exactly one event, or none, or is refused.
#[derive(Clone, Debug)]
pub enum Command {
    /// Open a compact for negotiation.
    OpenCompact {
        /// Its id.
        compact: CompactId,
        /// Its title.
        title: String,
    },
    /// Register a group, or change its name.
    RegisterGroup {
        /// Its id.
        group: GroupId,
        /// Its name.
        name: String,
    },
    /// Register a delegation, or change its name or its groups.
    RegisterDelegation {
        /// Its id.
        delegation: GroupId,
        /// Its name.
        name: String,
        /// The groups it is to be a member of.
        groups: Vec<GroupId>,
    },
    /// Record that a delegation leaves the process.
    LeaveProcess {
        /// The delegation.
        delegation: GroupId,
    },
    /// Record that a group gives a delegation the mandate to speak for it.
    GiveMandate {
        /// The group.
        group: GroupId,
        /// The delegation, a member of it.
        delegation: GroupId,
    },
    /// Record that a delegation speaks for a group no longer.
    EndMandate {
        /// The group.
        group: GroupId,
        /// The delegation.
        delegation: GroupId,
    },
    /// Hand in a whole text.
    Revise {
        /// The text.
        text: Vec<Block>,
        /// The text it was written against; the working text unless told.
        base: Option<Seq>,
        /// The proposals it is said to reflect.
        reflects: Vec<ProposalId>,
        /// Why.
        reason: Option<String>,
    },
    /// Issue the working text as a draft.
    IssueDraft {
        /// Its name as printed.
        label: String,
        /// Its id; made from the label unless told.
        id: Option<DraftId>,
        /// Whether it is to be issued even if changes that no proposal asked for have no reason.
        sign_off: bool,
    },
    /// Say why the text was changed.
    GiveReason {
        /// The revision or taking up.
        entry: Seq,
        /// The provision of whose change it is the reason; all that the entry changed unless told.
        provision: Option<ProvisionId>,
        /// Why.
        reason: String,
    },
    /// Table a proposal.
    TableProposal {
        /// Who proposes, main sponsor first.
        sponsors: Vec<GroupId>,
        /// The text the wording was written against; the last issued draft unless told.
        base: Option<Seq>,
        /// What is proposed.
        edits: Vec<Edit>,
        /// Why.
        rationale: Option<String>,
    },
    /// Give a waiting proposal a new form.
    ReviseProposal {
        /// The proposal.
        proposal: ProposalId,
        /// The text the wording was written against; the last issued draft unless told.
        base: Option<Seq>,
        /// What is proposed now.
        edits: Vec<Edit>,
        /// Why.
        rationale: Option<String>,
    },
    /// Withdraw a proposal.
    WithdrawProposal {
        /// The proposal.
        proposal: ProposalId,
        /// What is said.
        note: Option<String>,
    },
    /// Join the sponsors of a proposal.
    JoinSponsors {
        /// The proposal.
        proposal: ProposalId,
        /// Who joins.
        sponsor: GroupId,
    },
    /// Leave the sponsors of a proposal.
    LeaveSponsors {
        /// The proposal.
        proposal: ProposalId,
        /// Who leaves.
        sponsor: GroupId,
    },
    /// Take a position on a proposal.
    TakePosition {
        /// The proposal.
        proposal: ProposalId,
        /// Who takes it.
        group: GroupId,
        /// Which.
        position: Position,
    },
    /// Take a proposal up.
    TakeUp {
        /// The proposal.
        proposal: ProposalId,
        /// What is taken up instead of all of it: edits of the proposal itself (taken up in part), or other wording,
        /// written against the working text (taken up in modified form).
        edits: Option<Vec<Edit>>,
        /// What is said.
        note: Option<String>,
    },
    /// Decline a proposal.
    Decline {
        /// The proposal.
        proposal: ProposalId,
        /// What is said.
        note: Option<String>,
    },
    /// Correct whom words are credited to.
    CorrectCredit {
        /// The revision or taking up that brought the words.
        entry: Seq,
        /// Which of its credits, from 0.
        credit: u32,
        /// The provision whose words are meant; all words of that credit unless told.
        provision: Option<ProvisionId>,
        /// The proposals that asked for them; none if they are the co-facilitators' own.
        proposals: Vec<ProposalId>,
        /// Why.
        reason: String,
    },
    /// Confirm that the wording of a proposal stands as it is against the last issued draft.
    ConfirmCarryOver {
        /// The proposal.
        proposal: ProposalId,
    },
    /// Propose other wording in place of that of a waiting proposal.
    ProposeInPlace {
        /// The waiting proposal.
        on: ProposalId,
        /// Who proposes, main sponsor first.
        sponsors: Vec<GroupId>,
        /// What is proposed, written against the text that the waiting proposal was written against.
        edits: Vec<Edit>,
        /// Why.
        rationale: Option<String>,
    },
    /// Accept what others propose in place of a proposal's wording.
    Accept {
        /// The proposal that is accepted.
        proposal: ProposalId,
        /// What is said.
        note: Option<String>,
    },
    /// Link waiting proposals into a package.
    LinkPackage {
        /// The proposals.
        proposals: Vec<ProposalId>,
        /// What it is called.
        title: Option<String>,
    },
    /// Dissolve a package; its proposals stand alone again.
    UnlinkPackage {
        /// The package.
        package: PackageId,
    },
    /// Take all proposals of a package up as they were tabled.
    TakeUpPackage {
        /// The package.
        package: PackageId,
        /// What is said.
        note: Option<String>,
    },
    /// Decline all proposals of a package.
    DeclinePackage {
        /// The package.
        package: PackageId,
        /// What is said.
        note: Option<String>,
    },
    /// File a statement.
    FileStatement {
        /// The statement.
        statement: Box<NewStatement>,
    },
    /// Say that a proposal takes a statement up.
    LinkUptake {
        /// The proposal.
        proposal: ProposalId,
        /// The statement.
        statement: StatementId,
        /// The sponsor that says so.
        by: GroupId,
    },
    /// Say so no longer.
    UnlinkUptake {
        /// The proposal.
        proposal: ProposalId,
        /// The statement.
        statement: StatementId,
    },
    /// Say what the public is shown.
    ShowThePublic {
        /// What.
        shown: Publicity,
    },
    /// Schedule a round, or schedule it anew.
    ScheduleRound {
        /// Its id.
        round: RoundId,
        /// Its name.
        name: String,
        /// Its first day.
        starts: Day,
        /// Its last day.
        ends: Day,
    },
    /// Close a provision ad ref.
    CloseProvision {
        /// The provision.
        provision: ProvisionId,
        /// What is said.
        note: Option<String>,
    },
    /// Reopen a provision that is closed.
    ReopenProvision {
        /// The provision.
        provision: ProvisionId,
        /// Why.
        reason: String,
    },
    /// Take a position on a provision as it reads now.
    TakePositionOn {
        /// The provision.
        provision: ProvisionId,
        /// Who takes it.
        group: GroupId,
        /// Which.
        position: Position,
    },
    /// Blank something of an entry.
    Redact {
        /// The entry.
        entry: Seq,
        /// The entry as the record holds it: whoever keeps the record looks it up.
        found: Option<Box<Found>>,
        /// The members of its data that are to be blanked; all that may be unless told.
        what: Option<Vec<String>>,
        /// Why.
        reason: String,
    },
    /// Adopt the compact: its text is final, its record closed.
    Adopt {
        /// What is said.
        note: Option<String>,
    },
}
