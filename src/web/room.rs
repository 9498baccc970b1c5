//! What all handlers share, for each audience its own; and how what is named in a request is read.

use std::sync::Arc;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::http::header::LOCATION;
use actix_web::web::Bytes;
use quick_cache::Weighter;
use quick_cache::sync::Cache;
use serde::Serialize;
use tokio_util::sync::CancellationToken;

use super::answer::{Form, Tag, to_json};
use super::edge::{Settings, Streams};
use super::problem::Problem;
use crate::compact::{Compact, ProposalId, Seq};
use crate::credentials::Credentials;
use crate::history::At;
use crate::secretariat::{Audiences, Recorded, Secretariat};

/// Whose record a request is about. Each is numbered, followed and cached by itself, so that nothing of one can be
/// noticed in another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Audience {
    /// Those who negotiate: the record of the compact.
    Delegations,
    /// Whoever comes: what the public is shown of it.
    Public,
    /// A group, or the co-facilitators, among themselves.
    Private,
}

/// What is shared by all handlers.
pub(super) struct Rooms {
    /// Knows who the bearers of credentials are.
    pub(super) credentials: Arc<Credentials>,
    /// All records, and what passes between them.
    pub(super) audiences: Arc<Audiences>,
    delegations: Arc<Room>,
    public: Arc<Room>,
    private: Arc<Room>,
}

/// What the handlers share of one record.
pub(super) struct Room {
    /// Keeps the record.
    pub(super) secretariat: Arc<Secretariat>,
    /// Answers that can no longer change.
    pub(super) settled: Cache<String, Bytes, ByLength>,
    /// The event streams that are open.
    pub(super) streams: Arc<Streams>,
    /// Ends all streams.
    pub(super) stop: CancellationToken,
}

/// Weighs an answer by its bytes.
#[derive(Clone)]
pub(super) struct ByLength;

impl Weighter<String, Bytes> for ByLength {
    fn weight(&self, key: &String, body: &Bytes) -> u64 {
        (key.len() + body.len()) as u64
    }
}

/// How many bytes of answers that can no longer change are kept.
const SETTLED_BYTES: u64 = 64 * 1024 * 1024;

impl Rooms {
    /// Around the records of all audiences, until `stop`.
    pub(super) fn new(
        audiences: Arc<Audiences>,
        credentials: Arc<Credentials>,
        settings: &Settings,
        stop: &CancellationToken,
    ) -> Self {
        let open = |secretariat: &Arc<Secretariat>, streams: Streams| {
            let settled = Cache::with_weighter(1_024, SETTLED_BYTES, ByLength);
            let streams = Arc::new(streams);
            Arc::new(Room { secretariat: secretariat.clone(), settled, streams, stop: stop.clone() })
        };
        let delegations = open(audiences.ours(), Streams::new(settings));
        let public = open(audiences.public(), Streams::new(settings));
        let private = open(audiences.private(), Streams::untold(settings));
        Self { credentials, audiences, delegations, public, private }
    }

    /// The room of an audience.
    pub(super) fn of(&self, audience: Audience) -> &Room {
        match audience {
            Audience::Delegations => &self.delegations,
            Audience::Public => &self.public,
            Audience::Private => &self.private,
        }
    }

    /// Lets all answers go that are kept: they may tell what is blanked.
    pub(super) fn let_go(&self) {
        for room in [&self.delegations, &self.public, &self.private] {
            room.settled.clear();
        }
    }
}

/// The text that an address names.
pub(super) fn at(compact: &Compact, at: &str) -> Result<At, Problem> {
    let seq = compact.seq_of(at).map_err(|refusal| Problem::from(refusal).in_address())?;
    Ok(At { at: at.to_owned(), seq })
}

/// A text that a body names: a draft id or a seq.
#[derive(Clone, Debug, serde::Deserialize, schemars::JsonSchema)]
#[serde(untagged)]
pub(super) enum Base {
    /// A seq.
    Seq(u32),
    /// A draft id, a seq, or "working".
    Named(String),
}

impl Base {
    /// The seq of the text.
    pub(super) fn seq(&self, compact: &Compact) -> Result<Seq, Problem> {
        let name = match self {
            Self::Seq(seq) => seq.to_string(),
            Self::Named(name) => name.clone(),
        };
        Ok(compact.seq_of(&name)?)
    }
}

/// The proposal named in an address.
pub(super) fn proposal_id(id: &str) -> Result<ProposalId, Problem> {
    let unknown = || Problem::not_found(format!("{:?} is not the id of a proposal, such as p41", short(id)));
    id.parse().map_err(|_| unknown())
}

/// An id in an address, read as what it must be.
pub(super) fn named<T: std::str::FromStr<Err = crate::compact::NotAnId>>(id: &str) -> Result<T, Problem> {
    Ok(id.parse()?)
}

fn short(text: &str) -> String {
    text.chars().take(80).collect()
}

/// Answers a write with the resource as it now stands: `201` and where it is if it is new, else `200`.
pub(super) fn written<T: Serialize>(
    recorded: &Recorded,
    created: Option<String>,
    body: &T,
) -> Result<HttpResponse, Problem> {
    let status = if created.is_some() { StatusCode::CREATED } else { StatusCode::OK };
    let mut answer = HttpResponse::build(status);
    Tag::Seq(u64::from(recorded.compact.seq.0)).on(&mut answer);
    if let Some(location) = created {
        answer.insert_header((LOCATION, location));
    }
    Ok(answer.content_type(Form::Json.media_type()).body(to_json(body)?))
}
