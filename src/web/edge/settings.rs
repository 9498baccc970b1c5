//! What the server allows those who come to it.

use std::net::IpAddr;
use std::time::Duration;

use crate::compact::limits;

/// What the server allows those who come to it. The defaults are the table in [`limits`].
#[derive(Clone, Debug)]
pub struct Settings {
    /// Requests a second of one speaker or address, over time.
    pub rate: usize,
    /// Requests of one speaker or address at a stroke.
    pub burst: usize,
    /// Event streams open at once for one speaker or address.
    pub streams_each: usize,
    /// Event streams open at once.
    pub streams: usize,
    /// Connections open at once; more wait.
    pub connections: usize,
    /// Connections open at once from one address.
    pub connections_each: usize,
    /// Whether whoever comes from this machine is counted as everybody else.
    pub counts_loopback: bool,
    /// Reverse proxies, which are believed when they say for whom they ask.
    pub proxies: Vec<IpAddr>,
    /// Other sites of which the pages may read and write, such as `https://example.org`.
    pub origins: Vec<String>,
    /// How long things may take.
    pub patience: Patience,
}

/// How long things may take.
#[derive(Clone, Copy, Debug)]
pub struct Patience {
    /// Until the head of a first request has come.
    pub head: Duration,
    /// Until the body of a request has come.
    pub body: Duration,
    /// Until the next request begins on a connection.
    pub keep_alive: Duration,
    /// Until a reader takes something of its answer.
    pub stall: Duration,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            rate: limits::REQUESTS_PER_SECOND_MAX,
            burst: limits::REQUESTS_BURST_MAX,
            streams_each: limits::STREAMS_EACH_MAX,
            streams: limits::STREAMS_MAX,
            connections: limits::CONNECTIONS_MAX,
            connections_each: limits::CONNECTIONS_EACH_MAX,
            counts_loopback: false,
            proxies: Vec::new(),
            origins: Vec::new(),
            patience: Patience::default(),
        }
    }
}

impl Default for Patience {
    fn default() -> Self {
        let secs = |secs: usize| Duration::from_secs(secs as u64);
        Self {
            head: secs(limits::HEAD_SECS_MAX),
            body: secs(limits::BODY_SECS_MAX),
            keep_alive: secs(limits::KEEP_ALIVE_SECS_MAX),
            stall: secs(limits::STALL_SECS_MAX),
        }
    }
}
