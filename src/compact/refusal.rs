//! The chair says no: what cannot be done, and what the speaker can do about it.

use serde::Serialize;

use super::ids::{DraftId, GroupId, PackageId, ProposalId, ProvisionId, Seq, StatementId};
use super::package::PackageStanding;
use super::proposal::Standing;

/// Why a command is refused. The speaker can act on it; nothing was recorded.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// There is a compact of that id already.
    #[error("a compact {0:?} is open already; choose another id")]
    CompactExists(String),
    /// There is no such compact.
    #[error("there is no compact {0:?}; GET /api/v1/compacts lists those there are")]
    UnknownCompact(String),
    /// There is a draft of that id already.
    #[error("a draft {0} was issued already; give this one another id")]
    DraftExists(DraftId),
    /// No usable id can be made from a draft's label.
    #[error("no id can be made from the label {0:?}; send one as \"id\"")]
    NoDraftId(String),
    /// There is no such draft, or no such position in the record.
    #[error("there is no text at {0:?}; name a draft, a seq of this compact, or \"working\"")]
    UnknownText(String),
    /// The working text is that of the last draft, or there is none.
    #[error("{0}")]
    NothingToIssue(String),
    /// Changes that no proposal asked for have no reason.
    #[error("{}", unexplained(.0))]
    SilentChanges(Vec<(ProvisionId, Seq)>),
    /// The provision is not in the text that the wording was written against.
    #[error(
        "provision {provision} is not in the text at seq {base}; read the text again, or name the base that you read"
    )]
    UnknownProvision {
        /// The provision named.
        provision: ProvisionId,
        /// The text it was looked for in.
        base: Seq,
    },
    /// There is no such group or delegation.
    #[error("no group or delegation {0} is registered; register it first")]
    UnknownSpeaker(GroupId),
    /// The id is that of a group where a delegation is meant, or the other way round.
    #[error("{0} is registered as {1}; groups and delegations share one name space, choose another id")]
    OtherKind(GroupId, &'static str),
    /// The delegation has left the process.
    #[error("{delegation} left the process at seq {seq}; register it again if it has come back")]
    HasLeft {
        /// The delegation.
        delegation: GroupId,
        /// When it left.
        seq: Seq,
    },
    /// Only a member speaks for a group.
    #[error("{delegation} is not a member of {group}, and only members speak for a group; have it join first")]
    NotAMember {
        /// The delegation.
        delegation: GroupId,
        /// The group.
        group: GroupId,
    },
    /// There is no such proposal.
    #[error("there is no proposal {0}; GET …/proposals lists those there are")]
    UnknownProposal(ProposalId),
    /// The proposal is no longer on the table.
    #[error("{proposal} is {standing} since seq {seq}: that cannot be undone; table the wording anew")]
    NotWaiting {
        /// The proposal.
        proposal: ProposalId,
        /// What it is.
        standing: Standing,
        /// Since when.
        seq: Seq,
    },
    /// There is no such package.
    #[error("there is no package {0}; GET …/packages lists those there are")]
    UnknownPackage(PackageId),
    /// There is no such statement.
    #[error("there is no statement {0}; GET …/statements lists those there are")]
    UnknownStatement(StatementId),
    /// The package is no longer on the table.
    #[error("{package} is {standing} since seq {seq}: that cannot be undone; link the proposals anew")]
    PackageNotWaiting {
        /// The package.
        package: PackageId,
        /// What it is.
        standing: PackageStanding,
        /// Since when.
        seq: Seq,
    },
    /// The proposal stands or falls with others.
    #[error("{proposal} is part of package {package}: take up or decline the package as a whole, or dissolve it first")]
    InPackage {
        /// The proposal.
        proposal: ProposalId,
        /// The package.
        package: PackageId,
    },
    /// Two proposals of a package collide with each other.
    #[error("{}", told_of_members(.0))]
    MembersCollide(Collision),
    /// A provision would be left without a word: others struck what this leaves standing.
    #[error("{}", told_of_nothing_left(.0))]
    NothingLeft(Collision),
    /// The provision is closed ad ref.
    #[error("provision {provision} was closed ad ref at seq {seq}; leave it as it is, or ask for it to be reopened")]
    ProvisionClosed {
        /// The provision.
        provision: ProvisionId,
        /// The entry that closed it.
        seq: Seq,
    },
    /// What stands has changed where the wording was to go.
    #[error("{}", told(.0))]
    Collides(Vec<Collision>),
    /// It would change nothing.
    #[error("{0}")]
    NothingChanges(String),
    /// The wording cannot be taken as it is.
    #[error("{0}")]
    BadWording(String),
    /// That stays as it is: blanking it would harm what the record is for.
    #[error("{0}")]
    Unblankable(String),
    /// Something else about the command cannot be taken as it is.
    #[error("{0}")]
    BadCommand(String),
    /// A limit is exceeded.
    #[error("{given} {what} are more than the {most} that are taken; send less at a time")]
    TooMuch {
        /// Of what.
        what: &'static str,
        /// How much there was.
        given: usize,
        /// How much is taken.
        most: usize,
    },
    /// The compact is adopted.
    #[error("the compact was adopted at seq {0}; its record is closed")]
    Adopted(Seq),
}

/// What a piece of wording runs into.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub struct Collision {
    /// The provision on which they meet.
    pub provision: ProvisionId,
    /// Which of the edits handed in, from 0.
    pub edit: u32,
    /// The proposal whose words stand there now, if it is a proposal's.
    pub proposal: Option<ProposalId>,
    /// The entry that put them there.
    pub seq: Seq,
    /// The proposal that runs into it, where several are taken up together.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub member: Option<ProposalId>,
}

impl Refusal {
    /// Its name: a stable slug.
    pub fn slug(&self) -> &'static str {
        match self {
            Self::CompactExists(_) => "compact-exists",
            Self::UnknownCompact(_) => "unknown-compact",
            Self::DraftExists(_) => "draft-exists",
            Self::NoDraftId(_) => "no-draft-id",
            Self::UnknownText(_) => "unknown-text",
            Self::NothingToIssue(_) => "nothing-to-issue",
            Self::SilentChanges(_) => "silent-changes",
            Self::UnknownProvision { .. } => "unknown-provision",
            Self::UnknownSpeaker(_) => "unknown-speaker",
            Self::OtherKind(..) => "other-kind",
            Self::HasLeft { .. } => "has-left",
            Self::NotAMember { .. } => "not-a-member",
            Self::UnknownProposal(_) => "unknown-proposal",
            Self::NotWaiting { .. } | Self::PackageNotWaiting { .. } => "not-waiting",
            Self::UnknownStatement(_) => "unknown-statement",
            Self::UnknownPackage(_) => "unknown-package",
            Self::InPackage { .. } => "in-package",
            Self::ProvisionClosed { .. } => "provision-closed",
            Self::Collides(_) | Self::MembersCollide(_) | Self::NothingLeft(_) => "collision",
            Self::NothingChanges(_) => "nothing-changes",
            Self::BadWording(_) => "bad-wording",
            Self::Unblankable(_) => "not-blankable",
            Self::BadCommand(_) => "bad-command",
            Self::TooMuch { .. } => "too-much",
            Self::Adopted(_) => "adopted",
        }
    }
}

fn unexplained(changes: &[(ProvisionId, Seq)]) -> String {
    let told = changes.iter().take(5).map(|(provision, entry)| format!("{provision} (entry {entry})"));
    let more = changes.len().saturating_sub(5);
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(
        "no proposal asked for what changed in {}{tail}, and no reason is given; \
         say why with POST …/reasons, or issue the draft with \"sign_off\": true",
        told.collect::<Vec<_>>().join(", ")
    )
}

fn told(collisions: &[Collision]) -> String {
    let mut met: Vec<String> =
        collisions.iter().map(|c| format!("{} on provision {}", standing_there(c), c.provision)).collect();
    met.dedup();
    let more = met.len().saturating_sub(5);
    met.truncate(5);
    let tail = if more > 0 { format!(" and {more} more") } else { String::new() };
    format!(
        "what stands there now is not what this was written against: it collides with {}{tail}; \
         read the working text and send wording for it",
        met.join(", ")
    )
}

fn standing_there(Collision { proposal, seq, .. }: &Collision) -> String {
    match proposal {
        Some(proposal) => format!("{proposal} (taken up at seq {seq})"),
        None => format!("the revision at seq {seq}"),
    }
}

fn told_of_nothing_left(collision: &Collision) -> String {
    format!(
        "provision {} would be left without a word: {} struck all that this leaves standing; strike the provision instead",
        collision.provision,
        standing_there(collision)
    )
}

fn told_of_members(Collision { provision, proposal, member, .. }: &Collision) -> String {
    let name = |id: &Option<ProposalId>| id.map_or_else(|| "a proposal".to_owned(), |id| id.to_string());
    let (one, other) = (name(member), name(proposal));
    format!("{one} and {other} of the package collide on provision {provision}; have one of them revised or withdrawn")
}
