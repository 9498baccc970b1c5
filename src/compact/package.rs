//! Packages: proposals that stand or fall together.

use std::fmt;
use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::entry::Moment;
use super::ids::{PackageId, ProposalId, Seq};

/// Proposals that are taken up or declined together.
#[derive(Clone, Debug)]
pub struct Package {
    /// Its id.
    pub id: PackageId,
    /// What it is called.
    pub title: Option<Arc<str>>,
    /// Its proposals, in the order of tabling.
    pub proposals: Vec<ProposalId>,
    /// When they were linked.
    pub linked_at: Moment,
    /// On the table, taken up, declined, dissolved.
    pub standing: PackageStanding,
    /// The entry that settled or dissolved it, and what was said then.
    pub settled: Option<(Seq, Option<Arc<str>>)>,
}

/// Where a package stands.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum PackageStanding {
    /// On the table.
    Waiting,
    /// All its proposals were taken up.
    TakenUp,
    /// All its proposals were declined.
    Declined,
    /// Its proposals stand alone again.
    Dissolved,
}

impl fmt::Display for PackageStanding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Waiting => "waiting",
            Self::TakenUp => "taken up",
            Self::Declined => "declined",
            Self::Dissolved => "dissolved",
        })
    }
}
