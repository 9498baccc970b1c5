//! The connections that are open: so many from each address, and none that nobody uses.
//!
//! The server below closes a connection on which no first request comes in time. It does not where a second one begins and
//! never ends, nor where an answer is not taken; so every connection is watched here from the moment it opens.

use std::any::Any;
use std::collections::HashMap;
use std::net::IpAddr;
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicBool, AtomicU64, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use actix_web::dev::Extensions;
use rustix::net::{Shutdown, shutdown, sockopt};
use tokio::net::TcpStream;
use tokio::time::Instant;

use super::Settings;

/// All connections.
pub(in crate::web) struct Connections {
    open: Mutex<Open>,
    began: Instant,
    settings: Settings,
}

#[derive(Default)]
struct Open {
    lines: HashMap<u64, Arc<Line>>,
    by_address: HashMap<IpAddr, usize>,
    last: u64,
}

/// One connection, as it is watched.
struct Line {
    /// A second handle, by which it is closed from outside.
    socket: OwnedFd,
    address: Option<IpAddr>,
    /// Requests that are under way on it.
    busy: AtomicUsize,
    /// Since when it is idle, in milliseconds from the start of the server.
    idle_since: AtomicU64,
    is_cut: AtomicBool,
}

/// A connection for as long as it is open.
pub(in crate::web) struct Connection {
    all: Arc<Connections>,
    line: Arc<Line>,
    number: u64,
}

/// A connection is in use for as long as this is held.
pub(in crate::web) struct InUse {
    all: Arc<Connections>,
    line: Arc<Line>,
}

impl Connections {
    /// None yet.
    pub(in crate::web) fn new(settings: Settings) -> Arc<Self> {
        Arc::new(Self { open: Mutex::default(), began: Instant::now(), settings })
    }

    /// Watches a connection that was just opened, and closes it if its address has too many.
    pub(in crate::web) fn opened(self: &Arc<Self>, io: &dyn Any, data: &mut Extensions) {
        let Some(stream) = io.downcast_ref::<TcpStream>() else { return };
        let millis = u32::try_from(self.settings.patience.stall.as_millis()).unwrap_or(u32::MAX);
        if let Err(why) = sockopt::set_tcp_user_timeout(stream, millis) {
            tracing::warn!(%why, "a reader who takes nothing is not cut off");
        }
        // Without a second handle the connection works all the same; it is only not watched.
        let Ok(socket) = stream.as_fd().try_clone_to_owned() else { return };
        let address = stream.peer_addr().ok().map(|peer| peer.ip().to_canonical());
        data.insert(self.watch(socket, address.filter(|address| self.is_counted(*address))));
    }

    /// A proxy is many clients, and so is this machine unless it is counted.
    fn is_counted(&self, address: IpAddr) -> bool {
        let exempt = address.is_loopback() && !self.settings.counts_loopback;
        !exempt && !self.settings.proxies.contains(&address)
    }

    fn watch(self: &Arc<Self>, socket: OwnedFd, address: Option<IpAddr>) -> Connection {
        let idle_since = self.now().into();
        let line = Line { socket, address, busy: AtomicUsize::new(0), idle_since, is_cut: AtomicBool::new(false) };
        let line = Arc::new(line);
        let mut open = self.open();
        open.last += 1;
        let number = open.last;
        open.lines.insert(number, line.clone());
        if let Some(address) = address {
            let own = open.by_address.entry(address).or_default();
            *own += 1;
            if *own > self.settings.connections_each {
                line.cut();
            }
        }
        Connection { all: self.clone(), line, number }
    }

    /// Closes what nobody uses, again and again.
    pub(in crate::web) async fn sweep(self: Arc<Self>) {
        let patience = self.settings.patience.keep_alive + self.settings.patience.head;
        let mut tick = tokio::time::interval((patience / 4).clamp(Duration::from_millis(10), Duration::from_secs(1)));
        loop {
            tick.tick().await;
            let longest = u64::try_from(patience.as_millis()).unwrap_or(u64::MAX);
            let before = self.now().saturating_sub(longest);
            for line in self.open().lines.values().filter(|line| line.is_idle_since(before)) {
                line.cut();
            }
        }
    }

    fn open(&self) -> MutexGuard<'_, Open> {
        self.open.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn now(&self) -> u64 {
        u64::try_from(self.began.elapsed().as_millis()).unwrap_or(u64::MAX)
    }
}

impl Line {
    fn is_idle_since(&self, before: u64) -> bool {
        self.busy.load(Ordering::Acquire) == 0 && self.idle_since.load(Ordering::Acquire) < before
    }

    fn cut(&self) {
        if self.is_cut.swap(true, Ordering::AcqRel) {
            return;
        }
        if let Err(why) = shutdown(&self.socket, Shutdown::Both) {
            tracing::trace!(%why, "the other side was faster");
        }
    }
}

impl Connection {
    /// From the head of a request to the last byte of its answer.
    pub(in crate::web) fn in_use(&self) -> InUse {
        self.line.busy.fetch_add(1, Ordering::AcqRel);
        InUse { all: self.all.clone(), line: self.line.clone() }
    }
}

impl Drop for InUse {
    fn drop(&mut self) {
        self.line.idle_since.store(self.all.now(), Ordering::Release);
        self.line.busy.fetch_sub(1, Ordering::AcqRel);
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        let mut open = self.all.open();
        open.lines.remove(&self.number);
        let Some(address) = self.line.address else { return };
        if let Some(own) = open.by_address.get_mut(&address) {
            *own -= 1;
            if *own == 0 {
                open.by_address.remove(&address);
            }
        }
    }
}
