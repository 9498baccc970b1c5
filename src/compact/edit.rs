//! What speakers ask for (edits) and what comes of it in the text (changes).

use std::sync::Arc;

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize, de};

use super::ids::ProvisionId;
use super::provision::Kind;

/// One edit of a proposal: wording as the speaker wants it, never offsets.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Edit {
    /// Give a provision new wording.
    Reword {
        /// The provision.
        reword: ProvisionId,
        /// Its full new wording.
        text: String,
    },
    /// Put a new provision in.
    Insert {
        /// The new provision and its place.
        insert: NewProvision,
    },
    /// Take a provision out.
    Strike {
        /// The provision.
        strike: ProvisionId,
    },
    /// Put a provision elsewhere.
    Move {
        /// The provision.
        r#move: ProvisionId,
        /// The provision it is to follow; `null` for the start.
        after: Option<ProvisionId>,
    },
}

/// A provision to be inserted.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct NewProvision {
    /// The provision it is to follow; `null` for the start.
    #[serde(deserialize_with = "Option::deserialize")]
    pub after: Option<ProvisionId>,
    /// Its kind; a paragraph unless told.
    #[serde(default = "paragraph")]
    pub kind: Kind,
    /// Its depth, from 1.
    #[serde(default = "first_level")]
    pub level: u8,
    /// Its number as printed.
    #[serde(default)]
    pub label: Option<Arc<str>>,
    /// Its wording.
    pub text: String,
}

fn paragraph() -> Kind {
    Kind::Paragraph
}

fn first_level() -> u8 {
    1
}

impl Edit {
    /// The provision that the edit is about; `None` for an insertion.
    pub fn provision(&self) -> Option<ProvisionId> {
        match self {
            Self::Reword { reword, .. } => Some(*reword),
            Self::Insert { .. } => None,
            Self::Strike { strike } => Some(*strike),
            Self::Move { r#move, .. } => Some(*r#move),
        }
    }
}

impl<'de> Deserialize<'de> for Edit {
    // By hand: an untagged enum would answer every mistake with "did not match any variant".
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(deny_unknown_fields)]
        #[allow(clippy::option_option, reason = "absent and null mean different things")]
        struct Any {
            reword: Option<ProvisionId>,
            text: Option<String>,
            insert: Option<NewProvision>,
            strike: Option<ProvisionId>,
            r#move: Option<ProvisionId>,
            #[serde(default, deserialize_with = "present")]
            after: Option<Option<ProvisionId>>,
        }
        let any = Any::deserialize(from)?;
        match (any.reword, any.text, any.insert, any.strike, any.r#move, any.after) {
            (Some(reword), Some(text), None, None, None, None) => Ok(Self::Reword { reword, text }),
            (None, None, Some(insert), None, None, None) => Ok(Self::Insert { insert }),
            (None, None, None, Some(strike), None, None) => Ok(Self::Strike { strike }),
            (None, None, None, None, Some(r#move), Some(after)) => Ok(Self::Move { r#move, after }),
            _ => Err(de::Error::custom(
                "an edit is one of {\"reword\": id, \"text\": …}, {\"insert\": {\"after\": id or null, \"text\": …}}, \
                 {\"strike\": id}, {\"move\": id, \"after\": id or null}",
            )),
        }
    }
}

/// Tells a member that is `null` from one that is absent.
fn present<'de, T: Deserialize<'de>, D: Deserializer<'de>>(from: D) -> Result<Option<T>, D::Error> {
    T::deserialize(from).map(Some)
}

/// An edit as it was tabled: what was asked, and the change it makes, told against the proposal's base text.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct TabledEdit {
    /// What was asked for.
    pub edit: Edit,
    /// What it does to the base text; without credits.
    pub change: Change,
}

/// One change of the text. Changes apply in order.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, JsonSchema)]
#[serde(untagged)]
pub enum Change {
    /// Words of a provision change.
    Splices {
        /// The provision.
        provision: ProvisionId,
        /// In ascending order, without overlap, all told against the wording before the change.
        splices: Vec<Splice>,
    },
    /// A provision comes in.
    Insert {
        /// Which, where and what.
        insert: Inserted,
    },
    /// A provision goes out.
    Strike {
        /// Which, and at whose request.
        strike: Struck,
    },
    /// A provision goes elsewhere.
    Move {
        /// Which, where to, and at whose request.
        r#move: Moved,
    },
    /// A provision is numbered anew; told beside the text, nobody's words change.
    Relabel {
        /// Which, and how.
        relabel: Relabelled,
    },
}

impl<'de> Deserialize<'de> for Change {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        struct Any {
            provision: Option<ProvisionId>,
            splices: Option<Vec<Splice>>,
            insert: Option<Inserted>,
            strike: Option<Struck>,
            r#move: Option<Moved>,
            relabel: Option<Relabelled>,
        }
        let any = Any::deserialize(from)?;
        match (any.provision, any.splices, any.insert, any.strike, any.r#move, any.relabel) {
            (Some(provision), Some(splices), None, None, None, None) => Ok(Self::Splices { provision, splices }),
            (None, None, Some(insert), None, None, None) => Ok(Self::Insert { insert }),
            (None, None, None, Some(strike), None, None) => Ok(Self::Strike { strike }),
            (None, None, None, None, Some(r#move), None) => Ok(Self::Move { r#move }),
            (None, None, None, None, None, Some(relabel)) => Ok(Self::Relabel { relabel }),
            _ => Err(de::Error::custom("not a change: one of splices, insert, strike, move, relabel")),
        }
    }
}

impl Change {
    /// The provision that changes.
    pub fn provision(&self) -> ProvisionId {
        match self {
            Self::Splices { provision, .. } => *provision,
            Self::Insert { insert } => insert.provision,
            Self::Strike { strike } => strike.provision,
            Self::Move { r#move } => r#move.provision,
            Self::Relabel { relabel } => relabel.provision,
        }
    }

    /// Whose the change is in the first place: an index into the entry's `credits`.
    pub(super) fn credit(&self) -> Option<u32> {
        match self {
            Self::Splices { splices, .. } => splices.first().and_then(|splice| splice.credit),
            Self::Insert { insert } => insert.credit,
            Self::Strike { strike } => strike.credit,
            Self::Move { r#move } => r#move.credit,
            Self::Relabel { .. } => None,
        }
    }
}

/// Words struck and added at one place of a provision.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Splice {
    /// Where, in Unicode scalar values of the provision's text before the change.
    pub at: u32,
    /// The words that stand there.
    pub struck: String,
    /// The words that take their place.
    pub added: String,
    /// Whose: an index into the entry's `credits`. Absent in a proposal that waits.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<u32>,
    /// The added words in pieces, where they have several sources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Piece>,
}

/// A part of added words that has one source.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Piece {
    /// The words.
    pub text: String,
    /// Whose: an index into the entry's `credits`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<u32>,
    /// Whether these are words that stood here before and were struck: they stay those of whoever had them in first.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub restored: bool,
}

/// A provision that comes in.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Inserted {
    /// Its id: new, or that of a provision struck earlier that is put back.
    pub provision: ProvisionId,
    /// The provision it follows; `null` at the start.
    pub after: Option<ProvisionId>,
    /// Its kind.
    pub kind: Kind,
    /// Its depth, from 1.
    pub level: u8,
    /// Its number as printed.
    pub label: Option<Arc<str>>,
    /// Its wording.
    pub text: String,
    /// Whose: an index into the entry's `credits`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<u32>,
    /// The wording in pieces, where its words have several sources.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pieces: Vec<Piece>,
}

/// A provision that goes out.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Struck {
    /// Which.
    pub provision: ProvisionId,
    /// At whose request: an index into the entry's `credits`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<u32>,
}

/// A provision that goes elsewhere.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Moved {
    /// Which.
    pub provision: ProvisionId,
    /// The provision it follows now; `null` at the start.
    pub after: Option<ProvisionId>,
    /// At whose request: an index into the entry's `credits`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub credit: Option<u32>,
}

/// A provision that is numbered anew, or whose kind or depth changes.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
pub struct Relabelled {
    /// Which.
    pub provision: ProvisionId,
    /// Its number as printed from now on.
    pub label: Option<Arc<str>>,
    /// Its kind from now on, where that changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub kind: Option<Kind>,
    /// Its depth from now on, where that changes.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
}
