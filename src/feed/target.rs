//! Where a webhook is sent.

use std::fmt;
use std::net::IpAddr;

use serde::{Deserialize, Serialize};
use url::{Host, Url};

use super::address::is_public;
use crate::compact::limits;

/// An `http` or `https` address without a name or password in it.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Target(Url);

/// Why an address cannot be that of a webhook.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum NotATarget {
    /// It does not read as one.
    #[error("the url of a webhook is an https or http address, such as \"https://example.org/travaux\": {0}")]
    Malformed(String),
    /// Whoever reads the subscription would read the password.
    #[error("the url of a webhook has no name or password in it; check the signature instead")]
    Credentials,
    /// Where other things than webhooks are listened for.
    #[error("port {0} is not one for webhooks: take 80, 443 or one from 1024 on")]
    Port(u16),
    /// It leads into the network that the server is in.
    #[error("the url of a webhook leads to a public address; the operator allows others with --allow-private-webhooks")]
    Private,
}

impl Target {
    /// Reads an address. `allow_private`: whether it may be one that only we reach; by name that is told only when it
    /// is connected to.
    pub fn read(given: &str, allow_private: bool) -> Result<Self, NotATarget> {
        if given.chars().count() > limits::LINK_CHARS_MAX {
            return Err(NotATarget::Malformed(format!("it has more than {} characters", limits::LINK_CHARS_MAX)));
        }
        let url = Url::parse(given).map_err(|why| NotATarget::Malformed(why.to_string()))?;
        let target = Self::try_from(url.to_string())?;
        if allow_private {
            return Ok(target);
        }
        let port = target.port();
        if !(matches!(port, 80 | 443) || port >= 1024) {
            return Err(NotATarget::Port(port));
        }
        match target.ip() {
            Some(ip) if !is_public(ip) => Err(NotATarget::Private),
            _ => Ok(target),
        }
    }

    /// Whether it is `https`.
    pub fn is_secure(&self) -> bool {
        self.0.scheme() == "https"
    }

    /// The host as it is written in the address: a name, or an IP address (version 6 in brackets).
    pub fn host(&self) -> &str {
        self.0.host_str().unwrap_or_default()
    }

    /// The host where it is an IP address.
    pub fn ip(&self) -> Option<IpAddr> {
        match self.0.host()? {
            Host::Domain(_) => None,
            Host::Ipv4(ip) => Some(ip.into()),
            Host::Ipv6(ip) => Some(ip.into()),
        }
    }

    /// The port, 443 or 80 where none is written.
    pub fn port(&self) -> u16 {
        self.0.port_or_known_default().unwrap_or(443)
    }

    /// The value of the `Host` field.
    pub fn authority(&self) -> String {
        self.0.port().map_or_else(|| self.host().to_owned(), |port| format!("{}:{port}", self.host()))
    }

    /// The path and the query.
    pub fn path(&self) -> String {
        let query = self.0.query().map_or(String::new(), |query| format!("?{query}"));
        format!("{}{query}", self.0.path())
    }
}

impl TryFrom<String> for Target {
    type Error = NotATarget;

    fn try_from(given: String) -> Result<Self, NotATarget> {
        let mut url = Url::parse(&given).map_err(|why| NotATarget::Malformed(why.to_string()))?;
        if !matches!(url.scheme(), "https" | "http") || url.host().is_none() {
            return Err(NotATarget::Malformed("it is not https or http".into()));
        }
        if !url.username().is_empty() || url.password().is_some() {
            return Err(NotATarget::Credentials);
        }
        url.set_fragment(None);
        Ok(Self(url))
    }
}

impl From<Target> for String {
    fn from(target: Target) -> Self {
        target.0.into()
    }
}

impl fmt::Display for Target {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(given: &str) -> Result<Target, NotATarget> {
        Target::read(given, false)
    }

    #[test]
    fn an_address_is_taken_apart_as_it_is_sent() {
        let target = read("https://Example.org:8443/hooks/a?b=c#d").unwrap();
        assert_eq!((target.host(), target.port(), target.path().as_str()), ("example.org", 8443, "/hooks/a?b=c"));
        assert_eq!(target.authority(), "example.org:8443");
        assert!(target.is_secure());
        let target = read("http://[2a00:1450::1]").unwrap();
        assert_eq!((target.authority().as_str(), target.port(), target.path().as_str()), ("[2a00:1450::1]", 80, "/"));
        assert!(!target.is_secure());
    }

    #[test]
    fn what_is_no_place_for_a_webhook_is_refused() {
        for bad in ["", "example.org", "ftp://example.org", "file:///etc/passwd", "http://", "javascript:alert(1)"] {
            assert!(matches!(read(bad), Err(NotATarget::Malformed(_))), "{bad}");
        }
        for bad in ["https://a@example.org", "https://a:b@example.org/", "https://:b@example.org/"] {
            assert_eq!(read(bad), Err(NotATarget::Credentials), "{bad}");
        }
        assert_eq!(read("https://example.org:25/"), Err(NotATarget::Port(25)));
        let long = format!("https://example.org/{}", "a".repeat(limits::LINK_CHARS_MAX));
        assert!(matches!(read(&long), Err(NotATarget::Malformed(_))));
    }

    #[test]
    fn an_address_of_our_own_network_is_refused_however_it_is_written() {
        let written = "http://127.0.0.1:8018 http://2130706433 http://0x7f.1 http://0177.0.0.1 http://[::1] \
                       http://[::ffff:10.0.0.1] http://169.254.169.254/latest/meta-data http://192.168.1.1:8080";
        for bad in written.split_whitespace() {
            assert_eq!(read(bad), Err(NotATarget::Private), "{bad}");
            assert!(Target::read(bad, true).is_ok(), "{bad}");
        }
    }
}
