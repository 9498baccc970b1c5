//! As whom the bearer of a credential speaks.

use std::collections::BTreeSet;
use std::fmt;
use std::str::FromStr;

use crate::compact::{Command, Compact, CompactId, GroupId, SpokenBy};

/// As whom somebody speaks. Written `secretariat`, `co-facilitators:gcm`, `delegation:gcm/kenya`, `observer:gcm`,
/// `integration` or `integration:gcm,harbours`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaking {
    /// Whoever reaches a server that has no credentials: one person, on loopback, who acts for the room.
    Anyone,
    /// The secretariat of the server.
    Secretariat,
    /// Those who hold the pen of a compact.
    CoFacilitators(CompactId),
    /// A delegation to the negotiation of a compact; it speaks for itself, and for groups whose mandate it has.
    Delegation(CompactId, GroupId),
    /// Somebody who follows what the public is shown of a compact, and says nothing.
    Observer(CompactId),
    /// A program that follows the record and says nothing.
    Integration(Reach),
}

/// Which compacts an integration follows.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Reach {
    /// All, also those that are opened later.
    All,
    /// These; at least one.
    These(BTreeSet<CompactId>),
}

/// A command, and as whom it is said.
#[derive(Clone, Debug)]
pub struct Spoken {
    /// As whom.
    pub by: Speaking,
    /// What is asked for.
    pub command: Command,
}

/// What was read says of nobody who can speak.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error(
    "{0:?} is nobody who can speak: write \"secretariat\", \"co-facilitators:gcm\", \"delegation:gcm/kenya\", \
     \"observer:gcm\", \"integration\" or \"integration:gcm,harbours\""
)]
pub struct NotASpeaker(String);

impl Speaking {
    /// A command as said by this speaker.
    pub fn says(&self, command: Command) -> Spoken {
        Spoken { by: self.clone(), command }
    }

    /// Whether a compact, and all that is recorded of it, is there for this speaker. An observer reads what the public is
    /// shown.
    pub fn sees(&self, compact: &CompactId) -> bool {
        match self {
            Self::Anyone | Self::Secretariat | Self::Integration(Reach::All) => true,
            Self::CoFacilitators(own) | Self::Delegation(own, _) => own == compact,
            Self::Observer(_) => false,
            Self::Integration(Reach::These(own)) => own.contains(compact),
        }
    }

    /// Whether the record of all compacts is there for this speaker, and the place of an entry in it, from which one
    /// can tell how busy others are.
    pub fn sees_all(&self) -> bool {
        matches!(self, Self::Anyone | Self::Secretariat | Self::Integration(Reach::All))
    }

    /// Whether this speaker keeps the server: its compacts, its tokens.
    pub fn keeps_the_server(&self) -> bool {
        matches!(self, Self::Anyone | Self::Secretariat)
    }

    /// Whether the webhooks of a compact are this speaker's to manage: those of the server, those who hold its pen, and
    /// programs that follow it.
    pub fn sends_webhooks(&self, compact: &CompactId) -> bool {
        self.sees(compact) && !matches!(self, Self::Delegation(..) | Self::Observer(_))
    }

    /// Whether this speaker holds the pen of a compact, and so works on drafts of it that nobody else sees.
    pub fn holds_the_pen(&self, compact: &CompactId) -> bool {
        match self {
            Self::Anyone => true,
            Self::CoFacilitators(own) => own == compact,
            Self::Secretariat | Self::Delegation(..) | Self::Observer(_) | Self::Integration(_) => false,
        }
    }

    /// Whether this speaker is a member of a group now, and so of its caucus.
    pub fn is_among(&self, compact: &Compact, group: &GroupId) -> bool {
        match self {
            Self::Anyone => true,
            Self::Delegation(own, delegation) if *own == compact.id => {
                let known = compact.delegations.get(delegation).filter(|known| known.left.is_none());
                known.is_some_and(|known| known.groups().any(|of| of == group))
            }
            Self::Secretariat
            | Self::CoFacilitators(_)
            | Self::Delegation(..)
            | Self::Observer(_)
            | Self::Integration(_) => false,
        }
    }

    /// How an entry tells who spoke; `None` where nobody said who it was.
    pub fn spoken_by(&self) -> Option<SpokenBy> {
        match self {
            Self::Anyone | Self::Observer(_) | Self::Integration(_) => None,
            Self::Secretariat => Some(SpokenBy::Secretariat),
            Self::CoFacilitators(_) => Some(SpokenBy::CoFacilitators),
            Self::Delegation(_, delegation) => Some(SpokenBy::Delegation(delegation.clone())),
        }
    }
}

impl fmt::Display for Speaking {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Anyone => f.write_str("anyone"),
            Self::Secretariat => f.write_str("secretariat"),
            Self::CoFacilitators(compact) => write!(f, "co-facilitators:{compact}"),
            Self::Delegation(compact, delegation) => write!(f, "delegation:{compact}/{delegation}"),
            Self::Observer(compact) => write!(f, "observer:{compact}"),
            Self::Integration(Reach::All) => f.write_str("integration"),
            Self::Integration(Reach::These(compacts)) => {
                let ids: Vec<&str> = compacts.iter().map(CompactId::as_str).collect();
                write!(f, "integration:{}", ids.join(","))
            }
        }
    }
}

impl FromStr for Speaking {
    type Err = NotASpeaker;

    fn from_str(text: &str) -> Result<Self, NotASpeaker> {
        read(text).ok_or_else(|| NotASpeaker(text.chars().take(80).collect()))
    }
}

fn read(text: &str) -> Option<Speaking> {
    let (role, of) = text.split_once(':').map_or((text, None), |(role, of)| (role, Some(of)));
    match (role, of) {
        ("secretariat", None) => Some(Speaking::Secretariat),
        ("integration", None) => Some(Speaking::Integration(Reach::All)),
        ("co-facilitators", Some(compact)) => compact.parse().ok().map(Speaking::CoFacilitators),
        ("observer", Some(compact)) => compact.parse().ok().map(Speaking::Observer),
        ("delegation", Some(of)) => {
            let (compact, delegation) = of.split_once('/')?;
            Some(Speaking::Delegation(compact.parse().ok()?, delegation.parse().ok()?))
        }
        ("integration", Some(compacts)) => {
            let compacts = compacts.split(',').map(str::parse).collect::<Result<_, _>>().ok()?;
            Some(Speaking::Integration(Reach::These(compacts)))
        }
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_speaker_reads_back_as_written() {
        for text in [
            "secretariat",
            "co-facilitators:gcm",
            "delegation:gcm/kenya",
            "observer:gcm",
            "integration",
            "integration:gcm,harbours",
        ] {
            assert_eq!(text.parse::<Speaking>().unwrap().to_string(), text);
        }
    }

    #[test]
    fn nobody_comes_to_speak_by_a_slip_of_the_pen() {
        for text in [
            "",
            "anyone",
            "secretariat:gcm",
            "Secretariat",
            "co-facilitators",
            "delegation:gcm",
            "delegation:gcm/",
            "delegation:gcm/kenya/x",
            "observer",
            "observer:",
            "integration:",
            "integration:gcm,",
            "delegation:*/kenya",
        ] {
            assert!(text.parse::<Speaking>().is_err(), "{text:?}");
        }
    }
}
