//! Who asks, and what is there for them: the extractor by which every handler comes to a compact.
//!
//! A handler has no other way to a compact, or to have something recorded, so none can be written that does not know as
//! whom it is asked.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, VARY};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpRequest};

use super::answer::if_match;
use super::idempotency::asked;
use super::problem::Problem;
use super::room::Room;
use super::shown;
use crate::access::Speaking;
use crate::compact::{Command, Compact, CompactId, Refusal, Seq};
use crate::credentials::{Pass, Unheard};
use crate::proof::Tree;
use crate::secretariat::{Failure, Recorded};

/// Whoever was let in, and the room as far as it is theirs.
#[derive(Clone)]
pub(super) struct Admitted {
    room: Data<Room>,
    pass: Pass,
}

impl FromRequest for Admitted {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        ready(Self::of(request))
    }
}

impl Deref for Admitted {
    type Target = Room;

    fn deref(&self) -> &Room {
        &self.room
    }
}

impl Admitted {
    /// Whoever sends a request.
    pub(super) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let room = request.app_data::<Data<Room>>().cloned();
        let room = room.ok_or_else(|| Problem::not_found("no record is kept here"))?;
        Ok(Self { pass: shown::pass(request, &room.credentials)?, room })
    }

    /// As whom the request is made: one role, or several.
    pub(super) fn roles(&self) -> &[Speaking] {
        self.pass.roles()
    }

    /// What whoever asks was let in with.
    pub(super) fn pass(&self) -> &Pass {
        &self.pass
    }

    /// Whether whoever was let in would be again.
    pub(super) fn still_holds(&self) -> bool {
        self.room.credentials.holds(&self.pass)
    }

    /// Whether all compacts, and what tells how busy they are, are there for whoever asks.
    pub(super) fn sees_all(&self) -> bool {
        self.roles().iter().any(Speaking::sees_all)
    }

    /// Refuses whoever does not keep the server.
    pub(super) fn needs_the_secretariat(&self) -> Result<(), Problem> {
        let is_theirs = self.roles().contains(&Speaking::Secretariat);
        let detail = "tokens are for the secretariat: the first is issued on the command line, with \
                      `travaux token issue --data DIR --for secretariat`";
        if is_theirs { Ok(()) } else { Err(Problem::not_yours(detail)) }
    }

    /// The compact named in an address. One that is another's is not there.
    pub(super) fn compact(&self, id: &str) -> Result<Arc<Compact>, Problem> {
        let unknown = || Refusal::UnknownCompact(id.chars().take(80).collect());
        let id: CompactId = id.parse().map_err(|_| unknown())?;
        let compact = self.room.secretariat.compact(&id).filter(|_| self.sees(&id));
        Ok(compact.ok_or_else(unknown)?)
    }

    /// The compact named in an address, for whoever may have its entries sent somewhere.
    pub(super) fn compact_of_webhooks(&self, id: &str) -> Result<Arc<Compact>, Problem> {
        let compact = self.compact(id)?;
        let detail = "webhooks are for the secretariat, the co-facilitators of the compact and integrations that follow it; \
                      GET …/events tells you what is recorded";
        let is_theirs = self.roles().iter().any(|role| role.sends_webhooks(&compact.id));
        if is_theirs { Ok(compact) } else { Err(Problem::not_yours(detail)) }
    }

    /// All compacts that are there for whoever asks, by id.
    pub(super) fn compacts(&self) -> Vec<Arc<Compact>> {
        let mut all = self.room.secretariat.compacts();
        all.retain(|compact| self.sees(&compact.id));
        all
    }

    /// How many entries there are of all these compacts: the last position, for whoever sees all of them.
    pub(super) fn head(&self, compacts: &[Arc<Compact>]) -> u64 {
        if self.sees_all() {
            return *self.room.secretariat.log().head().borrow();
        }
        compacts.iter().map(|compact| u64::from(compact.seq.0)).sum()
    }

    /// The compact named in an address, and the tree over its entries.
    pub(super) fn tree(&self, id: &str) -> Result<(Arc<Compact>, Tree), Problem> {
        let compact = self.compact(id)?;
        let unknown = || Refusal::UnknownCompact(compact.id.to_string());
        let tree = self.room.secretariat.tree(&compact.id)?.ok_or_else(unknown)?;
        Ok((compact, tree))
    }

    /// Has a command on the compact in an address recorded.
    pub(super) async fn record(&self, request: &HttpRequest, id: &str, command: Command) -> Result<Recorded, Problem> {
        let compact = self.compact(id)?;
        let expected = if_match(request, compact.seq)?;
        let spoken = self.role(&command, &compact).says(command);
        let recorded = self.room.secretariat.record_once(&compact.id, spoken, expected, asked(request)).await?;
        tracing::info!(by = %self.pass, compact = %compact.id, seq = %recorded.seq, "recorded");
        Ok(recorded)
    }

    /// Has a compact opened.
    pub(super) async fn open(
        &self,
        request: &HttpRequest,
        id: &CompactId,
        command: Command,
    ) -> Result<Recorded, Problem> {
        let head = Seq(u32::try_from(self.head(&self.compacts())).unwrap_or(u32::MAX));
        if if_match(request, head)?.is_some_and(|seen| seen != head) {
            return Err(Failure::Stale { seq: head }.into());
        }
        let keeper = self.roles().iter().find(|role| role.keeps_the_server());
        let role = keeper.or(self.roles().first()).ok_or(Unheard::Invalid)?;
        let recorded = self.room.secretariat.record_once(id, role.says(command), None, asked(request)).await?;
        tracing::info!(by = %self.pass, compact = %id, "opened");
        Ok(recorded)
    }

    fn sees(&self, id: &CompactId) -> bool {
        self.roles().iter().any(|role| role.sees(id))
    }

    /// Of several roles the first that may say this, else the first that is there at all: it is told why not.
    fn role(&self, command: &Command, compact: &Compact) -> Speaking {
        let own = || self.roles().iter().filter(|role| role.sees(&compact.id));
        let may = own().find(|role| role.may(command, Some(compact)).is_ok());
        may.or_else(|| own().next()).cloned().unwrap_or(Speaking::Observer(compact.id.clone()))
    }
}

/// Around every request: where credentials are asked for, an answer is for whoever asked and no cache shares it.
pub(super) async fn for_one_alone(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_open = request.app_data::<Data<Room>>().is_none_or(|room| room.credentials.is_open());
    let mut answer = next.call(request).await?;
    if !is_open {
        let headers = answer.headers_mut();
        let cache = headers.get(CACHE_CONTROL).and_then(|cache| cache.to_str().ok());
        let cache = cache.map_or_else(|| "private".to_owned(), |cache| cache.replace("public", "private"));
        if let Ok(cache) = HeaderValue::from_str(&cache) {
            headers.insert(CACHE_CONTROL, cache);
        }
        headers.insert(VARY, HeaderValue::from_static("Accept, Accept-Encoding, Authorization, Cookie"));
    }
    Ok(answer)
}
