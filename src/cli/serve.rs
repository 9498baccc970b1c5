//! `travaux serve`: the record in a directory, over HTTP, until told to stop.

use std::io;
use std::net::{Ipv4Addr, SocketAddr, TcpListener};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;

use clap::Args;
use futures_util::future::select_all;
use tokio::runtime::Runtime;
use tokio::signal::unix::{Signal, SignalKind, signal};
use tokio_util::sync::CancellationToken;

use super::allowed::Allowed;
use super::fault::{Done, Fault};
use super::hooks::Hooks;
use super::issuer::IssuerArgs;
use super::keyfile::{self, Key};
use super::output::{announce, tell};
use super::records::Record;
use super::store;
use crate::credentials::{Credentials, TokenFile};
use crate::feed::Webhooks;
use crate::log::DiskLog;
use crate::secretariat::{Audiences, Secretariat};
use crate::web::{self, Settings};

/// Where to listen unless told otherwise.
pub(super) const LISTEN: SocketAddr = SocketAddr::new(std::net::IpAddr::V4(Ipv4Addr::LOCALHOST), 8018);

/// How long what still runs in the background may take when all is over.
const GRACE: Duration = Duration::from_secs(2);

/// Serve the record in a directory, with pages and an API
#[derive(Debug, Args)]
pub(super) struct Serve {
    /// Where the record is kept; made if it is not there
    #[arg(long, env = "TRAVAUX_DATA", value_name = "DIR")]
    data: PathBuf,
    /// The address to listen on: a loopback one unless tokens were issued; port 0 takes a free one
    #[arg(long, env = "TRAVAUX_LISTEN", value_name = "ADDR", default_value_t = LISTEN, value_parser = address)]
    listen: SocketAddr,
    #[command(flatten)]
    allowed: Allowed,
    #[command(flatten)]
    key: Key,
    #[command(flatten)]
    issuer: IssuerArgs,
    #[command(flatten)]
    hooks: Hooks,
}

impl Serve {
    /// Serves until told to stop.
    pub(super) fn run(self) -> Done {
        let tokens = TokenFile::new(keyfile::beside(&self.data, ".tokens", "--data")?);
        let credentials = Arc::new(self.issuer.trusted(Credentials::open(tokens)?)?);
        let listener = bind(self.listen, &credentials)?;
        let runtime = runtime()?;
        let served = runtime.block_on(self.served(listener, credentials));
        runtime.shutdown_timeout(GRACE);
        served
    }

    async fn served(self, listener: TcpListener, credentials: Arc<Credentials>) -> Done {
        let Self { data, allowed, key, hooks, .. } = self;
        let (settings, mut signals) = (allowed.settings(), Signals::new(&[])?);
        let opening = tokio::task::spawn_blocking(move || {
            let audiences = audiences(&data, &key)?;
            let webhooks = hooks.open(audiences.ours(), Some(&data))?;
            Ok::<_, Fault>((Arc::new(audiences), webhooks))
        });
        // Whoever asks while the record is read is told so.
        let opened = tokio::select! {
            opened = web::while_starting(&listener, &settings, opening) => opened.map_err(|why| unserved(&why))?,
            () = signals.next() => return Ok(()),
        };
        let (audiences, webhooks) =
            opened.map_err(|why| Fault::storage(format!("the record cannot be opened: {why}")))??;
        announce(&listening(&listener, &credentials)?);
        until_stopped(audiences, credentials, webhooks, listener, settings, &mut signals).await
    }
}

/// Opens the records of all audiences: that of the delegations in the directory, the others beside it, each with keys of
/// its own.
fn audiences(data: &Path, key: &Key) -> Result<Audiences, Fault> {
    let ours = open(data, key, Some(data)).map_err(|why| why.of(data))?;
    let [public, private] = Record::others(data, key)?;
    let other = |Record { dir, key, .. }: &Record| {
        let (log, keys) = store::keep(dir, &key.file_for(dir)?)?;
        Ok::<_, Fault>(Arc::new(Secretariat::open_with(Arc::new(log.uncounted()), keys)?))
    };
    let other = |record: &Record| other(record).map_err(|why| why.of(&record.dir));
    Ok(Audiences::new(Arc::new(ours), other(&public)?, other(&private)?))
}

/// Opens the record in a directory with its keys: in the file named, else beside the record, else in memory alone. What
/// is not there yet is made.
pub(super) fn open(dir: &Path, key: &Key, beside: Option<&Path>) -> Result<Secretariat, Fault> {
    let Some(file) = key.file(beside)? else {
        return Ok(Secretariat::open_with(Arc::new(DiskLog::open(dir)?), key.passing()?)?);
    };
    let (log, keys) = store::keep(dir, &file)?;
    Ok(Secretariat::open_with(Arc::new(log), keys)?)
}

/// Reads an address to listen on.
pub(super) fn address(given: &str) -> Result<SocketAddr, String> {
    let numbered = given.strip_prefix("localhost:").map(|port| format!("127.0.0.1:{port}"));
    let read = numbered.as_deref().unwrap_or(given).parse();
    read.map_err(|_| format!("an address is an IP address and a port, such as {LISTEN}"))
}

/// Takes an address: one that only this machine reaches, where whoever reaches it may write.
pub(super) fn bind(address: SocketAddr, credentials: &Credentials) -> Result<TcpListener, Fault> {
    let is_loopback = address.ip().to_canonical().is_loopback();
    if !is_loopback && !credentials.is_open() {
        tell(&format!(
            "{address} can be reached from other machines: put TLS in front, or tokens cross the network in the clear"
        ));
    } else if !is_loopback {
        return Err(Fault::usage(format!(
            "{address} can be reached from other machines, and no credentials are configured, so anybody could write \
             the record: listen on a loopback address such as {LISTEN}, or issue a token first, with `travaux token issue \
             --data DIR --for secretariat`"
        )));
    }
    TcpListener::bind(address).map_err(|why| {
        if why.kind() == io::ErrorKind::AddrInUse {
            return Fault::storage(format!(
                "{address} is in use by another program: stop that, or name another address with --listen (port 0 \
                 takes a free one)"
            ));
        }
        Fault::storage(format!("cannot listen on {address}: {why}"))
    })
}

/// The line that says where.
pub(super) fn listening(listener: &TcpListener, credentials: &Credentials) -> Result<String, Fault> {
    let address = listener.local_addr().map_err(|why| Fault::storage(format!("cannot listen: {why}")))?;
    let to_whom =
        if credentials.is_open() { "loopback only: no credentials are configured" } else { "tokens are asked for" };
    Ok(format!("listening on http://{address} ({to_whom})"))
}

/// What everything asynchronous runs on.
pub(super) fn runtime() -> Result<Runtime, Fault> {
    let runtime = tokio::runtime::Builder::new_multi_thread().enable_all().build();
    runtime.map_err(|why| Fault::storage(format!("no threads can be started: {why}")))
}

/// Serves until told to stop: once, and what is being answered is finished; twice, and it is not.
pub(super) async fn until_stopped(
    audiences: Arc<Audiences>,
    credentials: Arc<Credentials>,
    webhooks: Webhooks,
    listener: TcpListener,
    settings: Settings,
    signals: &mut Signals,
) -> Done {
    let stop = CancellationToken::new();
    let mut served = std::pin::pin!(web::run(audiences, credentials, webhooks, listener, settings, stop.clone()));
    let first = tokio::select! {
        done = &mut served => Some(done),
        () = signals.next() => None,
    };
    stop.cancel();
    let done = if let Some(done) = first {
        done
    } else {
        tokio::select! {
            done = &mut served => done,
            () = signals.next() => Ok(()),
        }
    };
    done.map_err(|why| unserved(&why))
}

fn unserved(why: &io::Error) -> Fault {
    Fault::storage(format!("serving failed: {why}"))
}

/// The signals that tell the program to stop.
#[derive(Debug)]
pub(super) struct Signals(Vec<Signal>);

impl Signals {
    /// Listens for Ctrl-C and SIGTERM, and for more.
    pub(super) fn new(more: &[SignalKind]) -> Result<Self, Fault> {
        let all = [SignalKind::interrupt(), SignalKind::terminate()];
        let all = all.iter().chain(more).map(|kind| signal(*kind)).collect::<io::Result<_>>();
        all.map(Self).map_err(|why| Fault::storage(format!("signals cannot be heard: {why}")))
    }

    /// Waits for the next of them.
    pub(super) async fn next(&mut self) {
        select_all(self.0.iter_mut().map(|signal| Box::pin(signal.recv()))).await;
    }
}
