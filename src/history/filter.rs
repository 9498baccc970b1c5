//! Which entries a reader of the record asked for.

use std::collections::HashSet;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::concerns::Concerns;
use crate::compact::{Compact, Entry, Event, GroupId, NotAnId, ProvisionId, limits};

/// Entries of one of these types that concern one of these groups and one of these provisions; a list that is empty
/// asks for nothing. Which entries it takes never changes, and depends on no entry after them.
#[derive(Clone, Debug, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(try_from = "Asked")]
#[schemars(with = "Asked")]
pub struct Filter {
    /// Names with versions, such as `proposal-tabled.v1`.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    types: Vec<String>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    groups: Vec<GroupId>,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    provisions: Vec<ProvisionId>,
}

/// A filter as it is asked for, before it is read.
#[derive(Clone, Debug, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Asked {
    /// Types of events: `proposal-tabled`, `proposal-tabled.v1` or `travaux.proposal-tabled.v1`.
    #[serde(default)]
    pub types: Vec<String>,
    /// Groups and delegations that entries concern.
    #[serde(default)]
    pub groups: Vec<String>,
    /// Provisions that entries concern.
    #[serde(default)]
    pub provisions: Vec<String>,
}

/// Why a filter cannot be read.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotAFilter {
    /// There is no such type of event.
    #[error(
        "no event is of the type {0:?}; a type is such as \"proposal-tabled\" or \"travaux.proposal-tabled.v1\", and \
         docs/integrations.md lists all"
    )]
    Type(String),
    /// Not the id of a group or of a provision.
    #[error(transparent)]
    Id(#[from] NotAnId),
    /// More than anybody needs.
    #[error("a filter names at most {} types, groups and provisions in all", limits::FILTER_NAMES_MAX)]
    TooMany,
}

impl TryFrom<Asked> for Filter {
    type Error = NotAFilter;

    fn try_from(asked: Asked) -> Result<Self, NotAFilter> {
        if asked.types.len() + asked.groups.len() + asked.provisions.len() > limits::FILTER_NAMES_MAX {
            return Err(NotAFilter::TooMany);
        }
        let types = asked.types.iter().map(|name| types_of(name)).collect::<Result<Vec<_>, _>>()?.concat();
        let groups = asked.groups.iter().map(|id| id.parse()).collect::<Result<_, _>>()?;
        let provisions = asked.provisions.iter().map(|id| id.parse()).collect::<Result<_, _>>()?;
        Ok(Self { types, groups, provisions })
    }
}

/// All versions of a type, or the one that is named.
fn types_of(name: &str) -> Result<Vec<String>, NotAFilter> {
    let bare = name.strip_prefix("travaux.").unwrap_or(name);
    let is_it = |known: &&str| *known == bare || known.rsplit_once(".v").is_some_and(|(known, _)| known == bare);
    let known: Vec<String> = Event::NAMES.iter().copied().filter(is_it).map(str::to_owned).collect();
    if known.is_empty() { Err(NotAFilter::Type(name.chars().take(80).collect())) } else { Ok(known) }
}

impl Filter {
    /// Whether it takes every entry.
    pub fn takes_all(&self) -> bool {
        *self == Self::default()
    }

    /// Whether what an entry concerns has to be known, or its type is enough.
    pub fn asks_whom(&self) -> bool {
        !(self.groups.is_empty() && self.provisions.is_empty())
    }

    /// Whether it may take entries whose event is of that name, such as `proposal-tabled.v1`.
    pub fn takes_type(&self, name: &str) -> bool {
        self.types.is_empty() || self.types.iter().any(|known| known == name)
    }

    /// Whether it takes an entry of this compact, which must know the entry.
    pub fn takes(&self, entry: &Entry, compact: &Compact) -> bool {
        if !self.takes_type(entry.event.name()) {
            return false;
        }
        if !self.asks_whom() {
            return true;
        }
        let concerns = Concerns::of(entry, compact);
        let (groups, provisions): (HashSet<_>, HashSet<_>) =
            (concerns.groups.iter().collect(), concerns.provisions.iter().collect());
        (self.groups.is_empty() || self.groups.iter().any(|group| groups.contains(group)))
            && (self.provisions.is_empty() || self.provisions.iter().any(|id| provisions.contains(id)))
    }
}
