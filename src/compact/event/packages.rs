//! Packages: proposals that stand or fall together.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use crate::compact::credit::Credit;
use crate::compact::edit::Change;
use crate::compact::ids::{PackageId, ProposalId};

/// Waiting proposals were linked into a package. Its id is `k` and the seq of this entry.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackageLinked {
    /// Its proposals, in the order of tabling.
    pub proposals: Vec<ProposalId>,
    /// What it is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
}

/// A package was dissolved; its proposals stand alone again.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackageUnlinked {
    /// The package.
    pub package: PackageId,
}

/// The co-facilitators took all proposals of a package up as they were tabled.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct PackageTakenUp {
    /// The package.
    pub package: PackageId,
    /// Its proposals.
    pub proposals: Vec<ProposalId>,
    /// What changes, told against the working text just before, in order. Empty where the text said so already.
    pub changes: Vec<Change>,
    /// Whose the changes are.
    pub credits: Vec<Credit>,
    /// What the co-facilitators said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// The co-facilitators declined all proposals of a package.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct PackageDeclined {
    /// The package.
    pub package: PackageId,
    /// What they said.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}
