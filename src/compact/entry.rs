//! An entry of the record: an event with its place, time and speaker, stored as a `CloudEvent`.
//!
//! The stored bytes are the `CloudEvent` (`CloudEvents` 1.0.2, JSON format) that clients read, but for `position`: the
//! log alone knows it, and it is put in front when the entry is served. So what is kept is what is shown.

use std::fmt;
use std::str::FromStr;

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::{Deserialize, Deserializer, Serialize, Serializer, de};
use serde_json::value::RawValue;

use super::asked::Asked;
use super::event::{Event, Unreadable};
use super::ids::{CompactId, GroupId, Seq};

/// One entry of the record of a compact.
#[derive(Clone, Debug, PartialEq)]
pub struct Entry {
    /// Its position in the record of the compact.
    pub seq: Seq,
    /// When it was recorded.
    pub time: Moment,
    /// Whose word it is.
    pub speaker: Speaker,
    /// Who spoke, as their credential says; `None` where nobody had to say who they are.
    pub spoken_by: Option<SpokenBy>,
    /// What happened.
    pub event: Event,
}

/// A point in time, to the millisecond, in UTC.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Moment(jiff::Timestamp);

impl Moment {
    /// From milliseconds since 1970.
    pub fn from_millis(millis: i64) -> Option<Self> {
        jiff::Timestamp::from_millisecond(millis).ok().map(Self)
    }

    /// So many days later; the last moment there is where there are not so many.
    #[must_use]
    pub fn in_days(self, days: i64) -> Self {
        let later = self.0.saturating_add(jiff::SignedDuration::from_hours(days.saturating_mul(24)));
        later.map_or(self, Self)
    }

    /// The moment so many milliseconds later; the last there is where that is later.
    #[must_use]
    pub fn later(self, millis: i64) -> Self {
        let then = self.0.as_millisecond().saturating_add(millis);
        Self::from_millis(then).unwrap_or(Self(jiff::Timestamp::MAX))
    }

    /// How many milliseconds passed since an earlier one.
    pub fn millis_since(self, earlier: Self) -> i64 {
        self.0.as_millisecond().saturating_sub(earlier.0.as_millisecond())
    }

    /// Whole seconds since 1970.
    pub fn as_secs(self) -> i64 {
        self.0.as_second()
    }

    /// Milliseconds since 1970.
    pub fn millis(self) -> i64 {
        self.0.as_millisecond()
    }

    /// So many hours later; `None` after the end of time.
    pub fn hours_later(self, hours: i64) -> Option<Self> {
        Self::from_millis(self.millis().checked_add(hours.checked_mul(3_600_000)?)?)
    }
}

impl From<jiff::Timestamp> for Moment {
    /// Cut to the millisecond, as it is written.
    fn from(time: jiff::Timestamp) -> Self {
        Self::from_millis(time.as_millisecond()).unwrap_or(Self(time))
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:.3}", self.0)
    }
}

impl FromStr for Moment {
    type Err = jiff::Error;

    fn from_str(text: &str) -> Result<Self, jiff::Error> {
        text.parse().map(Self)
    }
}

impl Serialize for Moment {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Moment {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Moment {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Moment".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date-time"})
    }
}

/// A day, as statements and rounds are dated; written `2018-07-09`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Day(jiff::civil::Date);

impl fmt::Display for Day {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl Day {
    /// When it is over, in UTC.
    pub fn end(self) -> Moment {
        let next = self.0.tomorrow().unwrap_or(self.0);
        let begins = jiff::tz::Offset::UTC.to_timestamp(next.at(0, 0, 0, 0));
        Moment::from(begins.unwrap_or(jiff::Timestamp::MAX))
    }
}

impl FromStr for Day {
    type Err = NotADay;

    fn from_str(text: &str) -> Result<Self, NotADay> {
        // There is one way to write it.
        let day = text.parse().map(Self).ok().filter(|day| day.to_string() == text);
        day.ok_or(NotADay)
    }
}

/// What was read is not a day.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
#[error("a day is written as 2018-07-09")]
pub struct NotADay;

impl Serialize for Day {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        to.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Day {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let text = std::borrow::Cow::<'de, str>::deserialize(from)?;
        text.parse().map_err(de::Error::custom)
    }
}

impl JsonSchema for Day {
    fn schema_name() -> std::borrow::Cow<'static, str> {
        "Day".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({"type": "string", "format": "date"})
    }
}

/// Who has the floor.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Speaker {
    /// Those who hold the pen.
    CoFacilitators,
    /// Those who keep the register of groups and delegations.
    Secretariat,
    /// A state group, or a delegation that speaks for itself.
    Sponsor(GroupId),
}

impl fmt::Display for Speaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::CoFacilitators => f.write_str("co-facilitators"),
            Self::Secretariat => f.write_str("secretariat"),
            Self::Sponsor(sponsor) => write!(f, "sponsor:{sponsor}"),
        }
    }
}

impl FromStr for Speaker {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        match (text, text.strip_prefix("sponsor:").map(GroupId::from_str)) {
            ("co-facilitators", _) => Ok(Self::CoFacilitators),
            ("secretariat", _) => Ok(Self::Secretariat),
            (_, Some(Ok(sponsor))) => Ok(Self::Sponsor(sponsor)),
            _ => Err(Unreadable::Invalid(format!("{text:?} is not a speaker"))),
        }
    }
}

/// Who spoke, in their own name or in that of whoever's word it is. Never a secret.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SpokenBy {
    /// The secretariat of the server.
    Secretariat,
    /// Those who hold the pen.
    CoFacilitators,
    /// A delegation.
    Delegation(GroupId),
}

impl fmt::Display for SpokenBy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Secretariat => f.write_str("secretariat"),
            Self::CoFacilitators => f.write_str("co-facilitators"),
            Self::Delegation(delegation) => write!(f, "delegation:{delegation}"),
        }
    }
}

impl FromStr for SpokenBy {
    type Err = Unreadable;

    fn from_str(text: &str) -> Result<Self, Unreadable> {
        match (text, text.strip_prefix("delegation:").map(GroupId::from_str)) {
            ("secretariat", _) => Ok(Self::Secretariat),
            ("co-facilitators", _) => Ok(Self::CoFacilitators),
            (_, Some(Ok(delegation))) => Ok(Self::Delegation(delegation)),
            _ => Err(Unreadable::Invalid(format!("{text:?} is nobody who speaks"))),
        }
    }
}

const TYPE_PREFIX: &str = "travaux.";

#[derive(Serialize)]
struct EnvelopeOut<'a> {
    specversion: &'static str,
    id: String,
    source: String,
    r#type: String,
    time: Moment,
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    datacontenttype: &'static str,
    dataschema: String,
    sequence: String,
    speaker: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    spokenby: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotencykey: Option<String>,
    data: &'a RawValue,
}

#[derive(Deserialize)]
struct EnvelopeIn<'a> {
    r#type: &'a str,
    time: Moment,
    sequence: &'a str,
    speaker: &'a str,
    #[serde(default)]
    spokenby: Option<&'a str>,
    #[serde(borrow)]
    data: &'a RawValue,
}

impl Entry {
    /// The bytes to be stored.
    pub fn encode(&self, compact: &CompactId) -> Result<Vec<u8>, serde_json::Error> {
        self.encode_asked(compact, None)
    }

    /// The bytes to be stored of what was asked for with a key.
    pub fn encode_asked(&self, compact: &CompactId, asked: Option<Asked>) -> Result<Vec<u8>, serde_json::Error> {
        let data = self.event.data()?;
        let name = self.event.name();
        serde_json::to_vec(&EnvelopeOut {
            specversion: "1.0",
            id: format!("{compact}/{}", self.seq),
            source: format!("/api/v1/compacts/{compact}"),
            r#type: format!("{TYPE_PREFIX}{name}"),
            time: self.time,
            subject: self.subject(),
            datacontenttype: "application/json",
            dataschema: format!("/schemas/{name}.json"),
            // The sequence extension asks for a string that sorts as the number does.
            sequence: format!("{:010}", self.seq.0),
            speaker: self.speaker.to_string(),
            // A name of a CloudEvents attribute is in lower case, without a mark between its words.
            spokenby: self.spoken_by.as_ref().map(SpokenBy::to_string),
            idempotencykey: asked.map(|asked| asked.to_string()),
            data: &data,
        })
    }

    /// Reads stored bytes, of whatever version they are.
    pub fn decode(bytes: &[u8]) -> Result<Self, Unreadable> {
        let envelope: EnvelopeIn<'_> = serde_json::from_slice(bytes)?;
        let name = envelope.r#type.strip_prefix(TYPE_PREFIX);
        let name = name.ok_or_else(|| Unreadable::Unknown(envelope.r#type.to_owned()))?;
        let seq = envelope.sequence.parse().map_err(|_| Unreadable::Invalid("sequence is not a number".into()))?;
        Ok(Self {
            seq: Seq(seq),
            time: envelope.time,
            speaker: envelope.speaker.parse()?,
            spoken_by: envelope.spokenby.map(str::parse).transpose()?,
            event: Event::read(name, envelope.data.get())?,
        })
    }

    /// The position and the stored bytes of an entry that is shown [`with_position`].
    pub fn from_shown(shown: &[u8]) -> Option<(u64, Vec<u8>)> {
        let rest = shown.strip_prefix(b"{\"position\":")?;
        let digits = rest.iter().take_while(|b| b.is_ascii_digit()).count();
        let (digits, rest) = rest.split_at_checked(digits)?;
        let position = std::str::from_utf8(digits).ok()?.parse().ok()?;
        let bytes = [b"{", rest.strip_prefix(b",")?].concat();
        // There is one way to write it.
        (with_position(&bytes, position) == shown).then_some((position, bytes))
    }

    /// The proposal, draft, group, delegation or other entry that the entry is about.
    fn subject(&self) -> Option<String> {
        let proposal = |id: &super::ProposalId| Some(id.to_string());
        match &self.event {
            Event::CompactOpened(_) | Event::TextRevised(_) | Event::CompactAdopted(_) | Event::PublicitySet(_) => None,
            Event::GroupRegistered(e) => Some(e.group.to_string()),
            Event::DelegationRegistered(e) => Some(e.delegation.to_string()),
            Event::MembershipChanged(e) => Some(e.delegation.to_string()),
            Event::DelegationLeft(e) => Some(e.delegation.to_string()),
            Event::MandateGiven(e) => Some(e.group.to_string()),
            Event::MandateEnded(e) => Some(e.group.to_string()),
            Event::DraftIssued(e) => Some(e.draft.to_string()),
            Event::ReasonGiven(e) => e.provision.map(|id| id.to_string()),
            Event::CreditCorrected(e) => e.provision.map(|id| id.to_string()),
            Event::ProposalTabled(_) => Some(super::ProposalId(self.seq).to_string()),
            Event::ProposalRevised(e) => proposal(&e.proposal),
            Event::ProposalWithdrawn(e) => proposal(&e.proposal),
            Event::SponsorJoined(e) => proposal(&e.proposal),
            Event::SponsorLeft(e) => proposal(&e.proposal),
            Event::PositionTaken(e) => proposal(&e.proposal),
            Event::ProposalTakenUp(e) => proposal(&e.proposal),
            Event::ProposalDeclined(e) => proposal(&e.proposal),
            Event::CarryOverConfirmed(e) => proposal(&e.proposal),
            Event::ProposalAccepted(e) => proposal(&e.on),
            Event::PackageLinked(_) => Some(super::PackageId(self.seq).to_string()),
            Event::PackageUnlinked(e) => Some(e.package.to_string()),
            Event::PackageTakenUp(e) => Some(e.package.to_string()),
            Event::PackageDeclined(e) => Some(e.package.to_string()),
            Event::StatementFiled(_) => Some(super::StatementId(self.seq).to_string()),
            Event::UptakeLinked(e) => proposal(&e.proposal),
            Event::UptakeUnlinked(e) => proposal(&e.proposal),
            Event::RoundScheduled(e) => Some(e.round.to_string()),
            Event::ProvisionClosed(e) => Some(e.provision.to_string()),
            Event::ProvisionReopened(e) => Some(e.provision.to_string()),
            Event::ProvisionPositionTaken(e) => Some(e.provision.to_string()),
            Event::EntryRedacted(e) => Some(e.entry.to_string()),
        }
    }
}

/// A stored entry of which nothing was blanked as it is shown: with its place among the entries of all compacts put in
/// front.
pub fn with_position(bytes: &[u8], position: u64) -> Vec<u8> {
    let mut shown = Vec::with_capacity(bytes.len() + 32);
    shown.extend_from_slice(format!("{{\"position\":{position},").as_bytes());
    shown.extend_from_slice(bytes.strip_prefix(b"{").unwrap_or(bytes));
    shown
}
