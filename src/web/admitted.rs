//! Who asks, and what is there for them: the extractor by which every handler comes to a compact.
//!
//! A handler has no other way to a compact, or to have something recorded, so none can be written that does not know as
//! whom it is asked.

use std::future::{Ready, ready};
use std::ops::Deref;
use std::sync::Arc;

use actix_web::dev::Payload;
use actix_web::web::Data;
use actix_web::{FromRequest, HttpRequest};

use super::answer::if_match;
use super::problem::Problem;
use super::room::Room;
use crate::access::Speaking;
use crate::compact::{Command, Compact, CompactId, Refusal};
use crate::proof::Tree;
use crate::secretariat::Recorded;

/// Whoever was let in, and the room as far as it is theirs.
#[derive(Clone)]
pub(super) struct Admitted {
    room: Data<Room>,
    speaking: Speaking,
}

impl FromRequest for Admitted {
    type Error = Problem;
    type Future = Ready<Result<Self, Problem>>;

    fn from_request(request: &HttpRequest, _: &mut Payload) -> Self::Future {
        let room = request.app_data::<Data<Room>>().cloned();
        let room = room.ok_or_else(|| Problem::not_found("no record is kept here"));
        ready(room.map(|room| Self { room, speaking: Speaking::Anyone }))
    }
}

impl Deref for Admitted {
    type Target = Room;

    fn deref(&self) -> &Room {
        &self.room
    }
}

impl Admitted {
    /// As whom the request is made.
    pub(super) fn speaking(&self) -> &Speaking {
        &self.speaking
    }

    /// The compact named in an address. One that is another's is not there.
    pub(super) fn compact(&self, id: &str) -> Result<Arc<Compact>, Problem> {
        let unknown = || Refusal::UnknownCompact(id.chars().take(80).collect());
        let id: CompactId = id.parse().map_err(|_| unknown())?;
        let compact = self.room.secretariat.compact(&id).filter(|_| self.speaking.sees(&id));
        Ok(compact.ok_or_else(unknown)?)
    }

    /// All compacts that are there for whoever asks, by id.
    pub(super) fn compacts(&self) -> Vec<Arc<Compact>> {
        let mut all = self.room.secretariat.compacts();
        all.retain(|compact| self.speaking.sees(&compact.id));
        all
    }

    /// How many entries there are of all these compacts: the last position, for whoever sees all of them.
    pub(super) fn head(&self, compacts: &[Arc<Compact>]) -> u64 {
        if self.speaking.sees_all() {
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
        let expected = if_match(request)?;
        Ok(self.room.secretariat.record(&compact.id, self.speaking.says(command), expected).await?)
    }

    /// Has a compact opened.
    pub(super) async fn open(&self, id: &CompactId, command: Command) -> Result<Recorded, Problem> {
        Ok(self.room.secretariat.record(id, self.speaking.says(command), None).await?)
    }
}
