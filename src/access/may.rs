//! Who may say what: one table, and for whom it is then said.

use super::speaking::Speaking;
use crate::compact::{Command, Compact, GroupId, Speaker, SpokenBy, speaker_of};

/// Whose word a command is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Whose {
    /// The secretariat's alone.
    Secretariat,
    /// That of the co-facilitators; the secretariat may say it for them.
    CoFacilitators,
    /// A sponsor's: the delegation's itself, or that of a group whose mandate it has.
    Sponsor,
    /// That of whoever it is by, where they are registered; the secretariat and the co-facilitators may file it for anybody.
    Filed,
}

/// The table: whose word each command is.
pub fn whose(command: &Command) -> Whose {
    match command {
        Command::OpenCompact { .. }
        | Command::RegisterGroup { .. }
        | Command::RegisterDelegation { .. }
        | Command::LeaveProcess { .. }
        | Command::ShowThePublic { .. }
        | Command::ScheduleRound { .. }
        | Command::Redact { .. } => Whose::Secretariat,
        Command::GiveMandate { .. }
        | Command::EndMandate { .. }
        | Command::Revise { .. }
        | Command::IssueDraft { .. }
        | Command::GiveReason { .. }
        | Command::CorrectCredit { .. }
        | Command::TakeUp { .. }
        | Command::Decline { .. }
        | Command::LinkPackage { .. }
        | Command::UnlinkPackage { .. }
        | Command::TakeUpPackage { .. }
        | Command::DeclinePackage { .. }
        | Command::CloseProvision { .. }
        | Command::ReopenProvision { .. }
        | Command::Adopt { .. } => Whose::CoFacilitators,
        Command::TableProposal { .. }
        | Command::ProposeInPlace { .. }
        | Command::ReviseProposal { .. }
        | Command::WithdrawProposal { .. }
        | Command::ConfirmCarryOver { .. }
        | Command::Accept { .. }
        | Command::JoinSponsors { .. }
        | Command::LeaveSponsors { .. }
        | Command::TakePosition { .. }
        | Command::TakePositionOn { .. }
        | Command::LinkUptake { .. }
        | Command::UnlinkUptake { .. } => Whose::Sponsor,
        Command::FileStatement { .. } => Whose::Filed,
    }
}

/// Leave to say something, with what its entry tells of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Granted {
    /// Whose word it is.
    pub speaker: Speaker,
    /// Who spoke.
    pub by: Option<SpokenBy>,
}

/// It is not for this speaker to say.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("this is for {whose} to say, and you speak as {you}; ask them")]
pub struct NotYours {
    /// Who may say it.
    pub whose: String,
    /// As whom it was said.
    pub you: String,
}

impl Speaking {
    /// Judges whether this speaker may say something of a compact as it stands; `None` where it is to be opened.
    pub fn may(&self, command: &Command, compact: Option<&Compact>) -> Result<Granted, NotYours> {
        let speaker = speaker_of(command, compact);
        let sees_it = compact.is_none_or(|compact| self.sees(&compact.id));
        let whose = whose(command);
        let is_theirs = sees_it
            && match self {
                Self::Anyone => true,
                Self::Secretariat => whose != Whose::Sponsor,
                Self::CoFacilitators(_) => matches!(whose, Whose::CoFacilitators | Whose::Filed),
                Self::Delegation(_, delegation) => {
                    let voice = Voice { compact, delegation };
                    matches!(whose, Whose::Sponsor | Whose::Filed) && voice.speaks(&speaker, command)
                }
                Self::Observer(_) | Self::Integration(_) => false,
            };
        if !is_theirs {
            return Err(NotYours { whose: told(whose, &speaker), you: self.to_string() });
        }
        let speaker = match (self, speaker) {
            // What belongs to the register otherwise is the word of whoever enters it.
            (Self::CoFacilitators(_), Speaker::Secretariat) => Speaker::CoFacilitators,
            (_, speaker) => speaker,
        };
        Ok(Granted { speaker, by: self.spoken_by() })
    }
}

/// A delegation in the room.
struct Voice<'a> {
    compact: Option<&'a Compact>,
    delegation: &'a GroupId,
}

impl Voice<'_> {
    /// Whether it may speak for whoever's word this is, and for all whom it names as sponsors.
    fn speaks(&self, speaker: &Speaker, command: &Command) -> bool {
        let Speaker::Sponsor(speaker) = speaker else { return false };
        self.speaks_for(speaker) && sponsors(command).iter().all(|sponsor| self.speaks_for(sponsor))
    }

    fn speaks_for(&self, sponsor: &GroupId) -> bool {
        let registered = self.compact.and_then(|compact| compact.delegations.get(self.delegation));
        registered.is_some_and(|own| own.left.is_none() && (sponsor == self.delegation || own.speaks_for(sponsor)))
    }
}

/// Those in whose name something is tabled.
fn sponsors(command: &Command) -> &[GroupId] {
    if let Command::TableProposal { sponsors, .. } | Command::ProposeInPlace { sponsors, .. } = command {
        sponsors
    } else {
        &[]
    }
}

fn told(whose: Whose, speaker: &Speaker) -> String {
    match (whose, speaker) {
        (Whose::Secretariat, _) => "the secretariat".into(),
        (Whose::CoFacilitators, _) => "the co-facilitators, or the secretariat for them,".into(),
        (Whose::Sponsor, Speaker::Sponsor(sponsor)) => {
            format!("{sponsor}, or a delegation that has its mandate, and only for sponsors that it speaks for,")
        }
        (Whose::Sponsor, _) => "its main sponsor".into(),
        (Whose::Filed, _) => "whoever made the statement, the secretariat or the co-facilitators".into(),
    }
}
