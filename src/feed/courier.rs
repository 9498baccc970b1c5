//! Carries one delivery to the very address that was checked: no redirects, no proxies, nothing resolved twice.

use std::future::Future;
use std::net::{IpAddr, SocketAddr};
use std::pin::Pin;
use std::sync::{Arc, OnceLock};
use std::time::Duration;

use futures_util::future::{Either, select};
use http_body_util::{BodyExt as _, Full, Limited};
use hyper::Request;
use hyper::body::Bytes;
use hyper::client::conn::http1;
use hyper_util::rt::TokioIo;
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::net::TcpStream;
use tokio_rustls::TlsConnector;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

use super::address::is_public;
use super::target::Target;

/// How long one attempt may take, from the name of the host to the end of the answer.
const ATTEMPT: Duration = Duration::from_secs(20);
/// How much of an answer is read; it is not looked at.
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
    /// There was none, and why.
    Nothing(String),
}

/// An attempt under way.
pub type Post<'a> = Pin<Box<dyn Future<Output = Answer> + Send + 'a>>;

/// Whoever carries letters; tests have others than [the one here](Https).
pub trait Courier: Send + Sync + 'static {
    /// Carries one letter, and comes back with the answer within a bounded time.
    fn post(&self, letter: Letter) -> Post<'_>;
}

/// Carries letters by HTTP, with TLS where the address says so.
#[derive(Default)]
pub(super) struct Https {
    /// Whether addresses that only we reach are allowed.
    pub(super) allow_private: bool,
    tls: OnceLock<TlsConnector>,
}

impl Https {
    /// One that goes to public addresses, or to any.
    pub(super) fn new(allow_private: bool) -> Self {
        Self { allow_private, tls: OnceLock::new() }
    }

    async fn carried(&self, letter: Letter) -> Result<u16, String> {
        let address = self.resolved(&letter.url).await?;
        let socket = TcpStream::connect(address).await.map_err(|why| format!("cannot connect: {why}"))?;
        if !letter.url.is_secure() {
            return exchanged(socket, letter).await;
        }
        // A bracketed IPv6 address is a host, but no name that a certificate has.
        let host = letter.url.host().trim_start_matches('[').trim_end_matches(']').to_owned();
        let name = ServerName::try_from(host).map_err(|why| why.to_string())?;
        let connected = self.tls()?.connect(name, socket).await;
        exchanged(connected.map_err(|why| format!("no TLS: {why}"))?, letter).await
    }

    /// The one address that is connected to. It is checked here and nowhere else looked up, so that a name which leads
    /// elsewhere the next time leads nowhere.
    async fn resolved(&self, url: &Target) -> Result<SocketAddr, String> {
        let found: Vec<SocketAddr> = match url.ip() {
            Some(ip) => vec![(ip, url.port()).into()],
            None => tokio::net::lookup_host((url.host(), url.port()))
                .await
                .map_err(|why| format!("the host is not found: {why}"))?
                .collect(),
        };
        let allowed = |ip: IpAddr| self.allow_private || is_public(ip);
        let allowed = found.into_iter().find(|address| allowed(address.ip()));
        allowed.ok_or_else(|| "the host leads to no public address, and others are not allowed".into())
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
            match tokio::time::timeout(ATTEMPT, self.carried(letter)).await {
                Ok(Ok(status)) => Answer::Status(status),
                Ok(Err(why)) => Answer::Nothing(why),
                Err(_) => Answer::Nothing(format!("no answer within {} s", ATTEMPT.as_secs())),
            }
        })
    }
}

/// One request and its answer on a connection that is then closed.
async fn exchanged(socket: impl AsyncRead + AsyncWrite + Unpin + Send, letter: Letter) -> Result<u16, String> {
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
        let status = answer.status().as_u16();
        // Read, so that whoever answers is not cut off; how it ends makes no difference.
        drop(Limited::new(answer.into_body(), ANSWER_BYTES_MAX).collect().await);
        Ok(status)
    });
    match select(exchange, std::pin::pin!(connection)).await {
        Either::Left((done, _)) => done,
        // The connection has ended, and the answer may have come before.
        Either::Right((_, exchange)) => exchange.await,
    }
}
