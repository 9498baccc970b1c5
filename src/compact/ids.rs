//! The permanent names that a record is written in: positions, provisions, proposals, edits, slugs.

use std::fmt;
use std::str::FromStr;
use std::sync::Arc;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Visitor};
use serde::{Deserialize, Deserializer, Serialize, Serializer};

pub use crate::text::{EditId, Seq};

/// The permanent id of a provision: the entry that introduced it and the ordinal within that entry, written `12.3`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ProvisionId {
    /// The entry that introduced the provision.
    pub seq: Seq,
    /// Which of the provisions introduced by that entry, from 1.
    pub ordinal: u32,
}

/// What an id that does not read as one was taken for, and why it is not one.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{given:?} is not {wanted}")]
pub struct NotAnId {
    given: String,
    wanted: &'static str,
}

impl NotAnId {
    fn new(given: &str, wanted: &'static str) -> Self {
        let given = given.chars().take(80).collect();
        Self { given, wanted }
    }
}

impl fmt::Display for ProvisionId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}.{}", self.seq, self.ordinal)
    }
}

impl FromStr for ProvisionId {
    type Err = NotAnId;

    fn from_str(given: &str) -> Result<Self, NotAnId> {
        let wanted = "the id of a provision, such as \"12.3\"";
        let (seq, ordinal) = given.split_once('.').ok_or_else(|| NotAnId::new(given, wanted))?;
        match (number(seq), number(ordinal)) {
            (Some(seq), Some(ordinal)) => Ok(Self { seq: Seq(seq), ordinal }),
            _ => Err(NotAnId::new(given, wanted)),
        }
    }
}

/// A number written the one way there is to write it: no sign, no leading zero.
fn number(digits: &str) -> Option<u32> {
    let plain = digits.bytes().all(|b| b.is_ascii_digit()) && !digits.starts_with('0');
    plain.then(|| digits.parse().ok()).flatten().filter(|n| *n > 0)
}

/// A short name in lower case that is safe in an address: `[a-z0-9]` and single hyphens between, 1 to 64 long.
///
/// Compacts, groups, delegations and drafts are named by slugs, each kind by its own type.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Slug(Arc<str>);

impl Slug {
    /// The most characters a slug may have.
    pub const CHARS_MAX: usize = 64;

    /// The slug as text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The slug that a label suggests: `Rev. 1` gives `rev-1`. `None` where nothing usable is left.
    pub fn from_label(label: &str) -> Option<Self> {
        let mut slug = String::new();
        for c in label.chars().flat_map(char::to_lowercase) {
            if c.is_ascii_alphanumeric() {
                slug.push(c);
            } else if !slug.is_empty() && !slug.ends_with('-') {
                slug.push('-');
            }
        }
        slug.truncate(Self::CHARS_MAX);
        slug.trim_end_matches('-').parse().ok()
    }
}

impl FromStr for Slug {
    type Err = NotAnId;

    fn from_str(given: &str) -> Result<Self, NotAnId> {
        let letters = given.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
        let hyphens = given.starts_with('-') || given.ends_with('-') || given.contains("--");
        if letters && !hyphens && (1..=Self::CHARS_MAX).contains(&given.len()) {
            Ok(Self(given.into()))
        } else {
            Err(NotAnId::new(given, "a slug: 1 to 64 of a-z, 0-9 and single hyphens between them, such as \"rev-1\""))
        }
    }
}

impl fmt::Display for Slug {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// A slug of one kind, so that a group cannot be handed in where a draft is meant.
macro_rules! slug_id {
    ($(#[$doc:meta])* $name:ident) => {
        $(#[$doc])*
        #[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Slug);

        impl $name {
            /// The id as text.
            pub fn as_str(&self) -> &str {
                self.0.as_str()
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(given: &str) -> Result<Self, NotAnId> {
                given.parse().map(Self)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                self.0.fmt(f)
            }
        }

        text_form!($name, stringify!($name), "^[a-z0-9]+(-[a-z0-9]+)*$");
    };
}

/// Serialises an id as its text form, reads it back by its `FromStr`, and gives it a JSON Schema with a pattern.
macro_rules! text_form {
    ($name:ident, $title:expr, $pattern:expr) => {
        impl Serialize for $name {
            fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
                to.collect_str(self)
            }
        }

        impl<'de> Deserialize<'de> for $name {
            fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
                struct Text;
                impl Visitor<'_> for Text {
                    type Value = $name;

                    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                        write!(f, "a string of the form {}", $pattern)
                    }

                    fn visit_str<E: de::Error>(self, text: &str) -> Result<$name, E> {
                        text.parse().map_err(E::custom)
                    }
                }
                from.deserialize_str(Text)
            }
        }

        impl JsonSchema for $name {
            fn schema_name() -> std::borrow::Cow<'static, str> {
                $title.into()
            }

            fn json_schema(_: &mut SchemaGenerator) -> Schema {
                json_schema!({"type": "string", "pattern": $pattern})
            }
        }
    };
}

text_form!(ProvisionId, "ProvisionId", "^[1-9][0-9]*\\.[1-9][0-9]*$");

/// A letter and the seq of the entry that brought what it names.
macro_rules! seq_id {
    ($(#[$doc:meta])* $name:ident $letter:literal $wanted:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(pub Seq);

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, concat!($letter, "{}"), self.0)
            }
        }

        impl FromStr for $name {
            type Err = NotAnId;

            fn from_str(given: &str) -> Result<Self, NotAnId> {
                let seq = given.strip_prefix($letter).and_then(number).map(Seq);
                seq.map(Self).ok_or_else(|| NotAnId::new(given, $wanted))
            }
        }

        text_form!($name, stringify!($name), concat!("^", $letter, "[1-9][0-9]*$"));
    };
}

seq_id! {
    /// The id of a proposal: `p` and the seq of the entry that tabled it, written `p41`.
    ProposalId "p" "the id of a proposal, such as \"p41\""
}
seq_id! {
    /// The id of a statement: `s` and the seq of the entry that filed it, written `s20`.
    StatementId "s" "the id of a statement, such as \"s20\""
}
seq_id! {
    /// The id of a package: `k` and the seq of the entry that linked it, written `k12`.
    PackageId "k" "the id of a package, such as \"k12\""
}

slug_id! {
    /// The id of a compact.
    CompactId
}
slug_id! {
    /// The id of a round.
    RoundId
}
slug_id! {
    /// The id of a draft.
    DraftId
}
slug_id! {
    /// The id of whoever may sponsor a proposal: a state group, or a delegation that speaks for itself.
    ///
    /// Groups and delegations of one compact share one name space, because a sponsor may be either.
    GroupId
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_read_back_as_they_are_written() {
        assert_eq!("12.3".parse::<ProvisionId>().unwrap().to_string(), "12.3");
        assert_eq!("p41".parse::<ProposalId>().unwrap().to_string(), "p41");
        assert_eq!("eu-27".parse::<GroupId>().unwrap().to_string(), "eu-27");
    }

    #[test]
    fn what_is_not_an_id_is_refused_with_an_example() {
        for bad in ["", "-a", "a-", "a--b", "Rev", "é", "a/b", &"a".repeat(65)] {
            assert!(bad.parse::<Slug>().is_err(), "{bad:?} was taken for a slug");
        }
        for bad in ["", "12", "12.", ".3", "0.1", "1.0", "01.1", "+1.1", "9999999999.1"] {
            assert!(bad.parse::<ProvisionId>().is_err(), "{bad:?} was taken for a provision");
        }
        for bad in ["", "p", "41", "p0", "p-1", "P41"] {
            assert!(bad.parse::<ProposalId>().is_err(), "{bad:?} was taken for a proposal");
        }
        let said = "Rev 1".parse::<Slug>().unwrap_err().to_string();
        assert!(said.contains("rev-1"), "{said}");
    }

    #[test]
    fn a_label_suggests_a_slug() {
        assert_eq!(Slug::from_label("Rev. 1").unwrap().as_str(), "rev-1");
        assert_eq!(Slug::from_label("Zero Draft Plus").unwrap().as_str(), "zero-draft-plus");
        assert_eq!(Slug::from_label("草案"), None);
    }
}
