//! Who asks, and what is there for them: the extractor by which every handler comes to a compact.
//!
//! A handler has no other way to a compact, or to have something recorded, so none can be written that does not know as
//! whom it is asked. What is not theirs is not there: of a compact that they do not take part in they read what the public
//! is shown of it.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::Arc;

use actix_web::body::MessageBody;
use actix_web::dev::{Payload, ServiceRequest, ServiceResponse};
use actix_web::http::Method;
use actix_web::http::header::{CACHE_CONTROL, HeaderValue, VARY};
use actix_web::middleware::Next;
use actix_web::web::Data;
use actix_web::{Error, FromRequest, HttpRequest};
use tokio::sync::watch;

use super::answer::if_match;
use super::idempotency::asked;
use super::problem::Problem;
use super::room::{Audience, Room, Rooms};
use super::shown;
use crate::access::{Speaking, Whose, whose};
use crate::compact::{Command, Compact, CompactId, Refusal, Seq};
use crate::credentials::{Credentials, Pass, Unheard};
use crate::proof::Tree;
use crate::secretariat::{CAUCUS, Failure, Recorded};

/// Whoever asks, and the record as far as it is theirs.
#[derive(Clone)]
pub(super) struct Admitted {
    rooms: Data<Rooms>,
    /// Whose record it is that the address is about.
    audience: Audience,
    /// The compact that the address is about.
    named: Option<CompactId>,
    /// `None` where nobody says who they are: the public.
    pass: Option<Pass>,
    /// As whom it is asked in that record.
    roles: Arc<[Speaking]>,
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
        self.rooms.of(self.audience)
    }
}

impl Admitted {
    /// Whoever sends a request.
    pub(super) fn of(request: &HttpRequest) -> Result<Self, Problem> {
        let rooms = request.app_data::<Data<Rooms>>().cloned();
        let rooms = rooms.ok_or_else(|| Problem::not_found("no record is kept here"))?;
        let pass = match shown::pass(request, &rooms.credentials) {
            Err(Unheard::Nobody) if [Method::GET, Method::HEAD].contains(request.method()) => None,
            shown => Some(shown?),
        };
        let named = request.match_info().get("c").and_then(|id| id.parse().ok());
        Self::before(rooms, pass, named)
    }

    /// Finds the record in which somebody is answered.
    fn before(rooms: Data<Rooms>, pass: Option<Pass>, named: Option<CompactId>) -> Result<Self, Problem> {
        let roles: Arc<[Speaking]> = pass.as_ref().map(|pass| pass.roles().into()).unwrap_or_default();
        let inside = named.as_ref().map(|id| inside(&rooms, &roles, id)).unwrap_or_default();
        let sees = |id| roles.iter().any(|role| role.sees(id));
        let is_public = |id| rooms.audiences.public().compact(id).is_some();
        let (audience, roles) = match &named {
            _ if !inside.is_empty() => (Audience::Private, inside.into()),
            Some(id) if sees(id) => (Audience::Delegations, roles),
            Some(id) if is_public(id) => (Audience::Public, roles),
            Some(_) if pass.is_none() => return Err(Unheard::Nobody.into()),
            None if pass.is_none() => (Audience::Public, roles),
            _ => (Audience::Delegations, roles),
        };
        Ok(Self { rooms, audience, named, pass, roles })
    }

    /// The same who, asking about a compact.
    pub(super) fn on(self, id: &str) -> Result<Self, Problem> {
        Self::before(self.rooms, self.pass, id.parse().ok())
    }

    /// As whom the request is made: one role, or several; none for whoever does not say.
    pub(super) fn roles(&self) -> &[Speaking] {
        &self.roles
    }

    /// Whose record is answered from, so that what is told to one audience has another tag than what is told to another.
    pub(super) fn audience(&self) -> &'static str {
        match self.audience {
            Audience::Delegations => "delegations",
            Audience::Public => "public",
            Audience::Private => "private",
        }
    }

    /// Whether it is what the public is shown.
    pub(super) fn is_of_the_public(&self) -> bool {
        self.audience == Audience::Public
    }

    /// Whether it is asked of a caucus or a working draft, by somebody whose it is.
    pub(super) fn is_inside(&self) -> bool {
        self.audience == Audience::Private
    }

    /// The compact that whoever asks negotiates when they prepare this in private.
    pub(super) fn negotiates(&self) -> Option<CompactId> {
        let (pass, id) = (self.pass.as_ref()?, self.named.as_ref()?);
        let own = pass.roles().iter().filter(|role| self.rooms.audiences.inside(role, id).is_some());
        own.into_iter().find_map(|role| match role {
            Speaking::Delegation(of, _) | Speaking::CoFacilitators(of) => Some(of.clone()),
            Speaking::Anyone | Speaking::Secretariat | Speaking::Observer(_) | Speaking::Integration(_) => None,
        })
    }

    /// All records, and what passes between them.
    pub(super) fn rooms(&self) -> &Rooms {
        &self.rooms
    }

    /// Who is known here, and by what.
    pub(super) fn credentials(&self) -> &Arc<Credentials> {
        &self.rooms.credentials
    }

    /// What whoever asks was let in with; `None` for the public.
    pub(super) fn pass(&self) -> Option<&Pass> {
        self.pass.as_ref()
    }

    /// Whether whoever was let in would be again.
    pub(super) fn still_holds(&self) -> bool {
        let Some(pass) = &self.pass else { return true };
        let is_inside = |id| self.audience != Audience::Private || !inside(&self.rooms, pass.roles(), id).is_empty();
        self.rooms.credentials.holds(pass) && self.named.as_ref().is_none_or(is_inside)
    }

    /// Wakes whenever credentials may have changed.
    pub(super) fn changes(&self) -> watch::Receiver<u64> {
        self.credentials().changes()
    }

    /// Whether all compacts, and what tells how busy they are, are there for whoever asks.
    pub(super) fn sees_all(&self) -> bool {
        self.audience == Audience::Delegations && self.roles().iter().any(Speaking::sees_all)
    }

    /// It is there, and for somebody else; whoever has not said who they are is asked that.
    pub(super) fn not_yours(&self, detail: &str) -> Problem {
        if self.pass.is_none() { Unheard::Nobody.into() } else { Problem::not_yours(detail) }
    }

    /// Refuses whoever does not keep the server.
    pub(super) fn needs_the_secretariat(&self) -> Result<(), Problem> {
        let is_theirs = self.roles().contains(&Speaking::Secretariat);
        let detail = "tokens are for the secretariat: the first is issued on the command line, with \
                      `travaux token issue --data DIR --for secretariat`";
        if is_theirs { Ok(()) } else { Err(self.not_yours(detail)) }
    }

    /// The compact named in an address. One that is another's is not there.
    pub(super) fn compact(&self, id: &str) -> Result<Arc<Compact>, Problem> {
        let unknown = || Refusal::UnknownCompact(id.chars().take(80).collect());
        let id: CompactId = id.parse().map_err(|_| unknown())?;
        let compact = self.secretariat.compact(&id).filter(|_| self.sees(&id));
        Ok(compact.ok_or_else(unknown)?)
    }

    /// The compact named in an address, for whoever may have its entries sent somewhere.
    pub(super) fn compact_of_webhooks(&self, id: &str) -> Result<Arc<Compact>, Problem> {
        let compact = self.compact(id)?;
        let detail = "webhooks are for the secretariat, the co-facilitators of the compact and integrations that follow it; \
                      GET …/events tells you what is recorded";
        let is_theirs = self.roles().iter().any(|role| role.sends_webhooks(&compact.id));
        if self.audience == Audience::Delegations && is_theirs { Ok(compact) } else { Err(self.not_yours(detail)) }
    }

    /// All compacts that are there for whoever asks, by id: of those that are not theirs, what the public is shown.
    pub(super) fn compacts(&self) -> Vec<Arc<Compact>> {
        let mut all = self.secretariat.compacts();
        all.retain(|compact| self.sees(&compact.id));
        if self.audience == Audience::Delegations && !self.sees_all() {
            let mut public = self.rooms.audiences.public().compacts();
            public.retain(|compact| !self.sees(&compact.id));
            all.append(&mut public);
            all.sort_by(|a, b| a.id.cmp(&b.id));
        }
        all
    }

    /// How many entries there are of all these compacts: the last position, for whoever sees all of them.
    pub(super) fn head(&self, compacts: &[Arc<Compact>]) -> u64 {
        if self.sees_all() {
            return *self.secretariat.log().head().borrow();
        }
        compacts.iter().map(|compact| u64::from(compact.seq.0)).sum()
    }

    /// The compact named in an address, and the tree over its entries.
    pub(super) fn tree(&self, id: &str) -> Result<(Arc<Compact>, Tree), Problem> {
        let compact = self.compact(id)?;
        let unknown = || Refusal::UnknownCompact(compact.id.to_string());
        let tree = self.secretariat.tree(&compact.id)?.ok_or_else(unknown)?;
        Ok((compact, tree))
    }

    /// Has a command on the compact in an address recorded.
    pub(super) async fn record(&self, request: &HttpRequest, id: &str, command: Command) -> Result<Recorded, Problem> {
        let compact = self.compact(id)?;
        if self.audience == Audience::Public {
            return Err(self.not_yours("you read this compact as the public does; those who negotiate it write"));
        }
        if self.audience == Audience::Private && !may_be_prepared(&compact.id, &command) {
            return Err(self.not_yours(
                "that is for the record of the compact to tell; in private proposals and revisions are prepared",
            ));
        }
        let expected = if_match(request, compact.seq)?;
        let spoken = self.role(&command, &compact).says(command);
        let recorded = self.secretariat.record_once(&compact.id, spoken, expected, asked(request)).await?;
        if let (Audience::Delegations, Some(by)) = (self.audience, &self.pass) {
            tracing::info!(%by, compact = %compact.id, seq = %recorded.seq, "recorded");
        }
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
        let recorded = self.secretariat.record_once(id, role.says(command), None, asked(request)).await?;
        if let Some(by) = &self.pass {
            tracing::info!(%by, compact = %id, "opened");
        }
        Ok(recorded)
    }

    fn sees(&self, id: &CompactId) -> bool {
        match self.audience {
            Audience::Delegations => self.roles().iter().any(|role| role.sees(id)),
            Audience::Public => true,
            Audience::Private => self.named.as_ref() == Some(id),
        }
    }

    /// Of several roles the first that may say this, else the first that is there at all: it is told why not.
    pub(super) fn role(&self, command: &Command, compact: &Compact) -> Speaking {
        let own = || self.roles().iter().filter(|role| role.sees(&compact.id));
        let may = own().find(|role| role.may(command, Some(compact)).is_ok());
        may.or_else(|| own().next()).cloned().unwrap_or(Speaking::Observer(compact.id.clone()))
    }
}

/// What is said in a caucus and in a working draft: what would end it, or would be undone when it is carried on, is not.
fn may_be_prepared(id: &CompactId, command: &Command) -> bool {
    if id.as_str().starts_with(CAUCUS) {
        return whose(command) == Whose::Sponsor;
    }
    whose(command) == Whose::CoFacilitators && !matches!(command, Command::Adopt { .. })
}

/// As whom they speak in a private record; nobody where it is not theirs, or not there.
fn inside(rooms: &Rooms, roles: &[Speaking], id: &CompactId) -> Vec<Speaking> {
    roles.iter().filter_map(|role| rooms.audiences.inside(role, id)).collect()
}

/// Around every request: where credentials are asked for, an answer is for whoever asked and no cache shares it.
pub(super) async fn for_one_alone(
    request: ServiceRequest,
    next: Next<impl MessageBody>,
) -> Result<ServiceResponse<impl MessageBody>, Error> {
    let is_open = request.app_data::<Data<Rooms>>().is_none_or(|rooms| rooms.credentials.is_open());
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
