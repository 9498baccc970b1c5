//! Carries one delivery to the very address that was checked: no redirects, no proxies, nothing resolved twice.

use std::future::Future;
use std::net::{SocketAddr, ToSocketAddrs as _};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::future::{Either, select};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper::header::RETRY_AFTER;
use hyper::{Request, Response, StatusCode};
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::time::timeout;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::address::is_public;
use super::retry_after::RetryAfter;
use super::target::Target;

/// How long one attempt may take, from the name of the host to the end of the answer.
const ATTEMPT: Duration = Duration::from_secs(20);
/// How long one of the addresses of a host may take to be connected to, before the next is tried.
const CONNECT: Duration = Duration::from_secs(5);
/// How many names are looked up at once: each holds a thread, for as long as its name servers please.
const LOOKUPS_MAX: usize = 32;
/// How long an answer is read after its head; it is not looked at.
const ANSWER: Duration = Duration::from_secs(1);
/// How much of it is read.
const ANSWER_BYTES_MAX: usize = 16 * 1024;
const AGENT: &str = concat!("travaux/", env!("CARGO_PKG_VERSION"));

/// What is delivered, and where.
#[derive(Clone, Debug)]
pub struct Letter {
    /// Where.
    pub url: Target,
    /// `webhook-id`
    pub id: String,
    /// `webhook-timestamp`: seconds since 1970.
    pub timestamp: i64,
    /// `webhook-signature`
    pub signature: String,
    /// The `CloudEvent`.
    pub body: Bytes,
}

/// How an attempt ended.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Answer {
    /// There was an answer, with this status.
    Status(u16),
    /// There was one that says when to come back: 429 or 503.
    Later(u16, RetryAfter),
    /// There was none, and why.
    Nothing(String),
}

/// An attempt under way.
pub type Post<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// Whoever carries letters: by HTTP, or in tests otherwise.
pub trait Courier: Send + Sync + 'static {
    /// Carries one letter, and comes back with the answer within a bounded time.
    fn post(&self, letter: Letter) -> Post<'_>;
}

/// Carries letters by HTTP, with TLS where the address says so.
pub(super) struct Https {
    /// Whether addresses that only we reach are allowed.
    allow_private: bool,
    lookups: Arc<Semaphore>,
    tls: OnceLock<TlsConnector>,
}

impl Https {
    /// One that goes to public addresses, or to any.
    pub(super) fn new(allow_private: bool) -> Self {
        Self { allow_private, lookups: Arc::new(Semaphore::new(LOOKUPS_MAX)), tls: OnceLock::new() }
    }

    async fn carried(&self, letter: Letter) -> Result<Answer, String> {
        let socket = self.connected(&letter.url).await?;
        if !letter.url.is_secure() {
            return exchanged(socket, letter).await;
        }
        // A bracketed IPv6 address is a host, but no name that a certificate has.
        let host = letter.url.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(|why| why.to_string())?;
        let connected = self.tls()?.connect(name, socket).await;
        exchanged(connected.map_err(|why| format!("no TLS: {why}"))?, letter).await
    }

    /// A connection to an address that was checked. What is connected to is that address and not the name, so that a
    /// name which leads elsewhere the next time leads nowhere.
    async fn connected(&self, url: &Target) -> Result<TcpStream, String> {
        let mut last = "the host leads to no public address, and others are not allowed".to_owned();
        for address in self.found(url).await? {
            if !(self.allow_private || is_public(address.ip())) {
                continue;
            }
            match timeout(CONNECT, TcpStream::connect(address)).await {
                Ok(Ok(socket)) => return Ok(socket),
                Ok(Err(why)) => last = format!("cannot connect: {why}"),
                Err(_) => last = format!("cannot connect within {} s", CONNECT.as_secs()),
            }
        }
        Err(last)
    }

    /// The addresses of the host.
    async fn found(&self, url: &Target) -> Result<Vec<SocketAddr>, String> {
        if let Some(ip) = url.ip() {
            return Ok(vec![(ip, url.port()).into()]);
        }
        let permit = self.lookups.clone().acquire_owned().await.map_err(|why| why.to_string())?;
        let (host, port) = (url.host().to_owned(), url.port());
        let lookup = tokio::task::spawn_blocking(move || {
            // Given back when the thread is, not when nobody waits for it any more.
            let _permit = permit;
            (host.as_str(), port).to_socket_addrs().map(Iterator::collect)
        });
        let found = lookup.await.map_err(|why| why.to_string())?;
        found.map_err(|why| format!("the host is not found: {why}"))
    }

    fn tls(&self) -> Result<&TlsConnector, String> {
        if let Some(tls) = self.tls.get() {
            return Ok(tls);
        }
        let mut roots = RootCertStore::empty();
        roots.add_parsable_certificates(rustls_native_certs::load_native_certs().certs);
        if roots.is_empty() {
            return Err("this machine trusts no certificate authority (package ca-certificates)".into());
        }
        let provider = Arc::new(tokio_rustls::rustls::crypto::ring::default_provider());
        let config = ClientConfig::builder_with_provider(provider).with_safe_default_protocol_versions();
        let config = config.map_err(|why| why.to_string())?.with_root_certificates(roots).with_no_client_auth();
        Ok(self.tls.get_or_init(|| TlsConnector::from(Arc::new(config))))
    }
}

impl Courier for Https {
    fn post(&self, letter: Letter) -> Post<'_> {
        Box::pin(async move {
            match timeout(ATTEMPT, self.carried(letter)).await {
                Ok(Ok(answer)) => answer,
                Ok(Err(why)) => Answer::Nothing(why),
                Err(_) => Answer::Nothing(format!("no answer within {} s", ATTEMPT.as_secs())),
            }
        })
    }
}

/// One request and its answer on a connection that is then closed.
async fn exchanged(socket: impl AsyncRead + AsyncWrite + Unpin + Send, letter: Letter) -> Result<Answer, String> {
    let request = Request::post(letter.url.path())
        .header("host", letter.url.authority())
        .header("user-agent", AGENT)
        .header("connection", "close")
        .header("content-type", "application/cloudevents+json")
        .header("webhook-id", letter.id)
        .header("webhook-timestamp", letter.timestamp)
        .header("webhook-signature", letter.signature)
        .body(Full::new(letter.body))
        .map_err(|why| why.to_string())?;
    let broken = |why: hyper::Error| format!("no answer: {why}");
    let (mut sender, connection) = http1::handshake(TokioIo::new(socket)).await.map_err(broken)?;
    let exchange = std::pin::pin!(async move {
        let answer = sender.send_request(request).await.map_err(broken)?;
        let told = answer_of(&answer);
        // Read, so that whoever answers is not cut off; how it ends makes no difference.
        drop(timeout(ANSWER, Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect()).await);
        Ok(told)
    });
    match select(exchange, std::pin::pin!(connection)).await {
        Either::Left((done, _)) => done,
        // The connection has ended, and the answer may have come before.
        Either::Right((_, exchange)) => exchange.await,
    }
}

/// What counts of an answer: its status, and when to come back where it is that of somebody busy.
fn answer_of<B>(answer: &Response<B>) -> Answer {
    let status = answer.status();
    let is_busy = [StatusCode::TOO_MANY_REQUESTS, StatusCode::SERVICE_UNAVAILABLE].contains(&status);
    let told = answer.headers().get(RETRY_AFTER).filter(|_| is_busy).and_then(|value| value.to_str().ok());
    let told = told.and_then(RetryAfter::read);
    told.map_or(Answer::Status(status.as_u16()), |told| Answer::Later(status.as_u16(), told))
}
