//! Whose words: what a change is credited to, and on what basis.

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

use super::ids::{GroupId, ProposalId, Seq};

/// Whose words a change is made of.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Credit {
    /// How it is known.
    pub basis: Basis,
    /// The sponsors, at the time, of the proposals that asked for it: groups, and delegations that speak for themselves.
    pub groups: Vec<GroupId>,
    /// The proposals that asked for it.
    pub proposals: Vec<ProposalId>,
    /// How sure it is, in 0..=1; absent where there is nothing to be sure of.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub evidence: Option<f64>,
    /// Those of the proposals that were declined or withdrawn before: the words are theirs, but nobody asked any more.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub off_the_table: Vec<ProposalId>,
    /// If it was corrected: what it was before. Told in answers only; an event tells a credit as it is.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub corrected: Option<Box<Corrected>>,
}

/// What a credit was before it was corrected.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize, JsonSchema)]
pub struct Corrected {
    /// The entry that corrected it.
    pub seq: Seq,
    /// Why.
    pub reason: Arc<str>,
    /// What it was.
    pub was: Credit,
}

/// On what basis words are credited.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Basis {
    /// A proposal was taken up as it was tabled.
    Exact,
    /// A revision said that it reflects the proposals, and the words bear it out.
    Declared,
    /// The words are those of the proposals.
    Inferred,
    /// The co-facilitators' own.
    Own,
    /// Not told to whoever reads this.
    Withheld,
}

impl Credit {
    /// Nobody asked for it: the co-facilitators' own.
    pub fn own() -> Self {
        let (groups, proposals, off_the_table) = (Vec::new(), Vec::new(), Vec::new());
        Self { basis: Basis::Own, groups, proposals, evidence: None, off_the_table, corrected: None }
    }

    /// Whose it is, is not told.
    pub fn withheld() -> Self {
        Self { basis: Basis::Withheld, ..Self::own() }
    }

    /// The co-facilitators say that these proposals of these sponsors asked for it; without proposals, that nobody did.
    pub fn declared(groups: Vec<GroupId>, proposals: Vec<ProposalId>) -> Self {
        if proposals.is_empty() {
            return Self::own();
        }
        Self { basis: Basis::Declared, groups, proposals, ..Self::own() }
    }

    /// Whether nobody asked for it: not even who once did and withdrew it or was told no, unless the co-facilitators say
    /// that they go by that.
    pub fn is_unasked(&self) -> bool {
        self.basis == Basis::Own || (self.basis == Basis::Inferred && !self.off_the_table.is_empty())
    }

    /// A proposal of these sponsors was taken up as it was tabled.
    pub fn exact(groups: Vec<GroupId>, proposal: ProposalId) -> Self {
        Self { basis: Basis::Exact, groups, proposals: vec![proposal], evidence: Some(1.0), ..Self::own() }
    }
}

/// The credits of an entry, each once; changes point into it.
#[derive(Default)]
pub(super) struct Credits(pub(super) Vec<Credit>);

impl Credits {
    pub(super) fn index(&mut self, credit: &Credit) -> u32 {
        let known = self.0.iter().position(|c| c == credit);
        let index = known.unwrap_or_else(|| {
            self.0.push(credit.clone());
            self.0.len() - 1
        });
        u32::try_from(index).unwrap_or(u32::MAX)
    }
}
