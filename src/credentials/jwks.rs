//! Where an issuer tells its keys: a file, or an address.

use std::fs::File;
use std::io::Read as _;
use std::path::PathBuf;
use std::time::Duration;

use super::Unkept;

/// The most bytes of a set of keys.
const BYTES_MAX: u64 = 256 * 1024;

/// How long an issuer may take to tell them.
const PATIENCE: Duration = Duration::from_secs(10);

/// Where keys are told.
pub(super) enum Source {
    File(PathBuf),
    Address(String, ureq::Agent),
}

impl Source {
    /// Reads what names a place. An address is one with `https`, or one on this machine.
    pub(super) fn read(named: &str) -> Result<Self, Unkept> {
        if !named.contains("://") {
            return Ok(Self::File(named.into()));
        }
        let uri: ureq::http::Uri = named.parse().map_err(|_| unread(named, "it is not an address"))?;
        let is_near = matches!(uri.host(), Some("localhost" | "127.0.0.1" | "[::1]"));
        match uri.scheme_str() {
            Some("https") => (),
            Some("http") if is_near => (),
            _ => return Err(unread(named, "whoever is on the way could put keys of their own there: use https")),
        }
        // Keys come from where the operator says, not from where that sends one on to.
        let config = ureq::Agent::config_builder().timeout_global(Some(PATIENCE)).max_redirects(0);
        Ok(Self::Address(named.to_owned(), config.build().into()))
    }

    /// Whether asking costs others something.
    pub(super) fn is_far(&self) -> bool {
        matches!(self, Self::Address(..))
    }

    /// The keys as they are told now. Blocks.
    pub(super) fn ask(&self) -> Result<String, Unkept> {
        match self {
            Self::File(path) => {
                let name = path.display().to_string();
                let file = File::open(path).map_err(|why| unread(&name, why))?;
                let mut told = String::new();
                file.take(BYTES_MAX).read_to_string(&mut told).map_err(|why| unread(&name, why))?;
                Ok(told)
            }
            Self::Address(address, agent) => {
                let mut answer = agent.get(address).call().map_err(|why| unread(address, why))?;
                let told = answer.body_mut().with_config().limit(BYTES_MAX).read_to_string();
                told.map_err(|why| unread(address, why))
            }
        }
    }
}

fn unread(named: &str, why: impl std::fmt::Display) -> Unkept {
    Unkept::Storage(format!("the keys of the issuer cannot be read from {named}: {why}"))
}
