//! Credentials: who the bearer of a token is. It reads and writes files, asks an issuer, and owns a clock; what a speaker
//! may do is in [`access`](crate::access).
//!
//! A server to which no credentials are known is open: for one person, on loopback. Once a token was issued it is open
//! never again, whatever becomes of that token.

mod file;
mod issuer;
mod jwks;
pub mod owned;

use std::fmt;
use std::sync::atomic::{AtomicI64, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use arc_swap::ArcSwap;
use tokio::sync::watch;
use tokio_util::sync::CancellationToken;

use crate::access::{Issued, Secret, Speaking, TokenId, TokenStanding, Tokens, Unissued};
use crate::compact::Moment;
use issuer::Bearer;

pub use file::TokenFile;
pub use issuer::{Issuer, Trust};

/// How long it is at least between two looks for a token that is not known.
const AGAIN_MILLIS: u64 = 2;
/// How often it is looked whether tokens were issued or revoked by another process.
const LOOK_EVERY: Duration = Duration::from_millis(500);

/// The credentials that a server knows.
pub struct Credentials {
    file: Option<TokenFile>,
    issuer: Option<Issuer>,
    known: ArcSwap<Known>,
    /// When it was last looked for a token that is not known, in milliseconds.
    looked_again: AtomicI64,
    /// Held while it is looked, so that what was read last is what is known.
    looking: Mutex<()>,
    changes: watch::Sender<u64>,
}

struct Known {
    tokens: Tokens,
    /// Whether credentials are asked for: from the first token on, for ever.
    asked_for: bool,
}

/// What somebody was let in with, and as whom they speak.
#[derive(Clone, Debug)]
pub struct Pass {
    roles: Arc<[Speaking]>,
    by: By,
}

#[derive(Clone, Debug)]
enum By {
    OpenServer,
    Token(TokenId),
    Issuer { subject: Arc<str>, until: Moment },
}

/// Why somebody is not let in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Unheard {
    /// They do not say who they are.
    Nobody,
    /// What they say who they are with does not count, for whatever reason.
    Invalid,
}

/// Why a token cannot be issued, revoked or told, by who can act.
#[derive(Debug, thiserror::Error)]
pub enum Unkept {
    /// Whoever asks can.
    #[error(transparent)]
    Unissued(#[from] Unissued),
    /// The operator can.
    #[error("{0}")]
    Storage(String),
}

/// A token as it is told: never the token itself.
#[derive(Clone, Debug)]
pub struct Told {
    /// What is known of it.
    pub token: Issued,
    /// Whether it counts now.
    pub standing: TokenStanding,
}

impl Credentials {
    /// None, and none can be issued: a server for one person.
    pub fn none() -> Self {
        Self::of(None, Tokens::default())
    }

    /// The tokens in a file, which need not be there yet.
    pub fn open(file: TokenFile) -> Result<Self, Unkept> {
        let tokens = file.read()?;
        Ok(Self::of(Some(file), tokens))
    }

    /// The same, and the tokens of an issuer too.
    #[must_use]
    pub fn trusting(self, issuer: Issuer) -> Self {
        Self { issuer: Some(issuer), ..self }
    }

    fn of(file: Option<TokenFile>, tokens: Tokens) -> Self {
        let asked_for = !tokens.is_empty();
        Self {
            file,
            issuer: None,
            known: ArcSwap::from_pointee(Known { tokens, asked_for }),
            looked_again: AtomicI64::new(0),
            looking: Mutex::default(),
            changes: watch::Sender::new(0),
        }
    }

    /// Whether nobody has to say who they are.
    pub fn is_open(&self) -> bool {
        self.issuer.is_none() && !self.known.load().asked_for
    }

    /// As whom the bearer of a credential speaks. A token that is not known may have been issued just now, so the file is
    /// looked at again, but not more often for whoever guesses.
    pub fn pass(&self, bearer: Option<&str>) -> Result<Pass, Unheard> {
        let secret = bearer.and_then(Secret::read);
        if secret.as_ref().is_some_and(|secret| self.known.load().tokens.admitted(secret, now()).is_none()) {
            self.look_again();
        }
        let known = self.known.load();
        if self.is_open() {
            return Ok(Pass { roles: Arc::new([Speaking::Anyone]), by: By::OpenServer });
        }
        let bearer = bearer.ok_or(Unheard::Nobody)?;
        if let Some(secret) = secret {
            let token = known.tokens.admitted(&secret, now()).ok_or(Unheard::Invalid)?;
            return Ok(Pass { roles: Arc::new([token.speaking.clone()]), by: By::Token(token.id) });
        }
        let admitted = self.issuer.as_ref().and_then(|issuer| issuer.admits(bearer));
        let Bearer { roles, subject, until } = admitted.ok_or(Unheard::Invalid)?;
        Ok(Pass { roles: roles.into(), by: By::Issuer { subject: subject.into(), until } })
    }

    /// Whether somebody who was let in would be again.
    pub fn holds(&self, pass: &Pass) -> bool {
        let known = self.known.load();
        match &pass.by {
            By::OpenServer => self.is_open(),
            By::Issuer { until, .. } => now() < *until,
            By::Token(id) => known.tokens.get(*id).is_some_and(|token| token.standing(now()) == TokenStanding::Valid),
        }
    }

    /// As whom the bearer of a token of this server's own speaks, if it counts now; of no token, where nobody has to say who
    /// they are.
    pub fn speaking(&self, token: Option<&str>) -> Option<Speaking> {
        let Some(id) = token else { return self.is_open().then_some(Speaking::Anyone) };
        let known = self.known.load();
        let token = id.parse().ok().and_then(|id| known.tokens.get(id));
        token.filter(|token| token.standing(now()) == TokenStanding::Valid).map(|token| token.speaking.clone())
    }

    /// Wakes whenever what counts may have changed.
    pub fn changes(&self) -> watch::Receiver<u64> {
        self.changes.subscribe()
    }

    /// Issues a token, which is shown this once. Blocks until it is on the disk.
    pub fn issue(&self, speaking: &Speaking, label: &str, expires: Option<&str>) -> Result<(Secret, Told), Unkept> {
        let (secret, id) = self.file()?.issue(speaking, label, expires, now())?;
        self.look()?;
        Ok((secret, self.get(id)?))
    }

    /// Revokes a token, at once. Blocks until that is on the disk.
    pub fn revoke(&self, id: TokenId) -> Result<Told, Unkept> {
        self.file()?.revoke(id, now())?;
        self.look()?;
        self.get(id)
    }

    /// All tokens ever issued, the earliest first.
    pub fn all(&self) -> Vec<Told> {
        let known = self.known.load();
        known.tokens.all().into_iter().map(told).collect()
    }

    fn get(&self, id: TokenId) -> Result<Told, Unkept> {
        let known = self.known.load();
        Ok(known.tokens.get(id).map(told).ok_or(Unissued::Unknown(id))?)
    }

    fn file(&self) -> Result<&TokenFile, Unkept> {
        let none = || Unkept::Storage("this server keeps no tokens: serve a record that is kept with --data".into());
        self.file.as_ref().ok_or_else(none)
    }

    /// Looks whether the file has changed, and takes in what it says then. Blocks.
    pub fn look(&self) -> Result<(), Unkept> {
        let Some(file) = &self.file else { return Ok(()) };
        let _one_at_a_time = self.looking.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(tokens) = file.read_if_changed()? {
            let asked_for = self.known.load().asked_for || !tokens.is_empty();
            self.known.store(Arc::new(Known { tokens, asked_for }));
            self.changes.send_modify(|changes| *changes += 1);
        }
        Ok(())
    }

    fn look_again(&self) {
        let (now, last) = (now().millis(), self.looked_again.load(Ordering::Relaxed));
        let is_time = now.abs_diff(last) >= AGAIN_MILLIS;
        if is_time && self.looked_again.compare_exchange(last, now, Ordering::Relaxed, Ordering::Relaxed).is_ok() {
            // What cannot be read is said by whoever looks from time to time.
            drop(self.look());
        }
    }

    /// Asks the issuer for its keys whenever it is time, until told to stop. What was told before counts on.
    pub async fn keep_asking(self: Arc<Self>, stop: CancellationToken) {
        let Some(issuer) = &self.issuer else { return };
        let mut said = String::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                () = issuer.is_wanted() => (),
            }
            let own = self.clone();
            let asked = tokio::task::spawn_blocking(move || own.issuer.as_ref().map_or(Ok(()), Issuer::ask)).await;
            let failure = asked.ok().and_then(Result::err).map(|why| why.to_string()).unwrap_or_default();
            if failure != said && !failure.is_empty() {
                tracing::error!(why = failure, "the issuer tells no keys; those known before count on");
            }
            said = failure;
        }
    }

    /// Looks twice a second until told to stop. What cannot be read is said once, and what was known before counts on.
    pub async fn keep_looking(self: Arc<Self>, stop: CancellationToken) {
        let mut tick = tokio::time::interval(LOOK_EVERY);
        let mut said = String::new();
        loop {
            tokio::select! {
                () = stop.cancelled() => return,
                _ = tick.tick() => (),
            }
            let own = self.clone();
            let looked = tokio::task::spawn_blocking(move || own.look()).await;
            let failure = looked.ok().and_then(Result::err).map(|why| why.to_string()).unwrap_or_default();
            if failure != said && !failure.is_empty() {
                tracing::error!(why = failure, "tokens cannot be read; those known before count on");
            }
            said = failure;
        }
    }
}

impl Pass {
    /// As whom its bearer speaks: one role, or several of which each counts where it fits.
    pub fn roles(&self) -> &[Speaking] {
        &self.roles
    }

    /// The token of this server's own with which its bearer was let in.
    pub fn token(&self) -> Option<TokenId> {
        if let By::Token(id) = self.by { Some(id) } else { None }
    }

    /// Who its bearer is among all speakers, for counts and for the log: the id of the token, or whom the issuer issued it
    /// to. `None` where nobody had to say who they are.
    pub fn key(&self) -> Option<String> {
        (!matches!(self.by, By::OpenServer)).then(|| self.to_string())
    }
}

/// What it was issued as, for the log of the server: never the credential.
impl fmt::Display for Pass {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.by {
            By::OpenServer => f.write_str("anyone"),
            By::Token(id) => write!(f, "token {id}"),
            By::Issuer { subject, .. } => write!(f, "subject {subject}"),
        }
    }
}

fn told(token: &Issued) -> Told {
    Told { token: token.clone(), standing: token.standing(now()) }
}

#[allow(clippy::disallowed_methods, reason = "credentials expire by the clock of the server")]
fn now() -> Moment {
    Moment::from(jiff::Timestamp::now())
}
