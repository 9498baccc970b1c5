//! The audiences of one server: the delegations, the public, and those who prepare something among themselves.
//!
//! Each has a record of its own, with seqs, positions and a tree of its own, so that no number in the one tells that
//! something happened in another.

use std::sync::Arc;
use std::time::Duration;

use tokio_util::sync::CancellationToken;

use super::{BUREAU, Bureau, CAUCUS, Caucuses, Failure, Publisher, Secretariat, Unopened};
use crate::access::Speaking;
use crate::compact::{CompactId, GroupId};
use crate::log::MemoryLog;

/// How long it takes until what failed is tried again.
const AGAIN_SECS: u64 = 5;

/// The three records of a server, and what carries from the one to the others.
pub struct Audiences {
    ours: Arc<Secretariat>,
    public: Arc<Secretariat>,
    private: Arc<Secretariat>,
    publisher: Publisher,
    caucuses: Caucuses,
    bureau: Bureau,
}

impl Audiences {
    /// The record of the delegations, what of it the public is shown, and what groups and co-facilitators prepare.
    pub fn new(ours: Arc<Secretariat>, public: Arc<Secretariat>, private: Arc<Secretariat>) -> Self {
        let publisher = Publisher::new(ours.clone(), public.clone());
        let caucuses = Caucuses::new(ours.clone(), private.clone());
        let bureau = Bureau::new(ours.clone(), private.clone());
        Self { ours, public, private, publisher, caucuses, bureau }
    }

    /// The same with the other records in memory, by the clock of the first: for trials and the demo.
    pub fn forgetful(ours: Arc<Secretariat>) -> Result<Self, Unopened> {
        let open = || {
            let secretariat = Secretariat::open(Arc::new(MemoryLog::new()))?.with_clock(ours.clock.clone());
            Ok::<_, Unopened>(Arc::new(secretariat))
        };
        let (public, private) = (open()?, open()?);
        Ok(Self::new(ours, public, private))
    }

    /// The record of the delegations.
    pub fn ours(&self) -> &Arc<Secretariat> {
        &self.ours
    }

    /// What the public is shown.
    pub fn public(&self) -> &Arc<Secretariat> {
        &self.public
    }

    /// What is prepared: caucuses and working drafts.
    pub fn private(&self) -> &Arc<Secretariat> {
        &self.private
    }

    /// The caucuses of groups.
    pub fn caucuses(&self) -> &Caucuses {
        &self.caucuses
    }

    /// The working drafts of co-facilitators.
    pub fn bureau(&self) -> &Bureau {
        &self.bureau
    }

    /// Brings the other records up to that of the delegations. Where one fails the others are caught up with; the first
    /// failure is told.
    pub async fn catch_up(&self) -> Result<(), Failure> {
        let public = self.publisher.catch_up().await;
        let caucuses = self.caucuses.catch_up().await;
        public.and(caucuses).and(self.bureau.catch_up().await)
    }

    /// Keeps the other records up to that of the delegations until it is told to stop. What fails is logged, and tried
    /// again after some seconds.
    pub async fn follow(self: Arc<Self>, stop: CancellationToken) {
        let following = async {
            tokio::join!(
                keep_on("the public record", || Box::pin(self.publisher.follow())),
                keep_on("the caucuses", || Box::pin(self.caucuses.follow())),
                keep_on("the bureau", || Box::pin(self.bureau.follow())),
            )
        };
        stop.run_until_cancelled(following).await;
    }

    /// As whom somebody speaks in a caucus or a working draft; `None` where it is not there for them.
    ///
    /// A delegation is itself in the caucus of each group that it is in now, opened or not; the co-facilitators hold the
    /// pen of working drafts on their compact; and an open server has one person. The secretariat is not let in.
    pub fn inside(&self, role: &Speaking, id: &CompactId) -> Option<Speaking> {
        // Asked of every request, and of most compacts there is nothing to be looked up.
        kept_apart(id.as_str())?;
        match role {
            Speaking::Anyone => self.private.compact(id).map(|_| Speaking::Anyone),
            Speaking::CoFacilitators(compact) => {
                self.bureau.is_of(compact, id).then(|| Speaking::CoFacilitators(id.clone()))
            }
            Speaking::Delegation(compact, delegation) => {
                let is_theirs = self.is_caucus_of(compact, delegation, id);
                is_theirs.then(|| Speaking::Delegation(id.clone(), delegation.clone()))
            }
            Speaking::Secretariat | Speaking::Observer(_) | Speaking::Integration(_) => None,
        }
    }

    fn is_caucus_of(&self, compact: &CompactId, delegation: &GroupId, id: &CompactId) -> bool {
        let Some(compact) = self.ours.compact(compact) else { return false };
        self.caucuses.of(&compact, delegation).iter().any(|(_, caucus)| caucus == id)
    }
}

/// The beginning by which an id is kept for what is prepared in private, where it has one.
pub fn kept_apart(id: &str) -> Option<&'static str> {
    [CAUCUS, BUREAU].into_iter().find(|beginning| id.starts_with(beginning))
}

/// Follows for as long as it is polled, whatever happens.
async fn keep_on<F: Future<Output = Result<(), Failure>>>(what: &str, follow: impl Fn() -> F) {
    loop {
        if let Err(why) = follow().await {
            tracing::error!(%why, "{what} does not follow; it is tried again in {AGAIN_SECS} s");
        }
        tokio::time::sleep(Duration::from_secs(AGAIN_SECS)).await;
    }
}
