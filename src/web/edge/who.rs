//! Whom a request is counted against.

use std::fmt;
use std::net::{IpAddr, Ipv6Addr};

use actix_web::{HttpMessage, HttpRequest};

use super::Settings;

/// Who speaks, put on a request by whatever reads its credentials.
#[derive(Clone, Debug)]
pub struct SpeakerKey(pub String);

/// Whom a request is counted against.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub(in crate::web) enum Key {
    /// A speaker who has shown who it is, from wherever it comes.
    Speaker(String),
    /// An address; of IPv6 the network (/64), as one client has all addresses in it.
    Address(IpAddr),
    /// A connection without an address.
    Nowhere,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Speaker(speaker) => write!(f, "{speaker}"),
            Self::Address(address) => write!(f, "{address}"),
            Self::Nowhere => f.write_str("nowhere"),
        }
    }
}

/// Whom a request is counted against: the speaker where it is known, else the address. The only place that says so.
pub(in crate::web) fn who(request: &HttpRequest, settings: &Settings) -> Key {
    if let Some(SpeakerKey(speaker)) = request.extensions().get() {
        return Key::Speaker(speaker.clone());
    }
    client(request, settings).map_or(Key::Nowhere, |address| Key::Address(network(address)))
}

/// Whether requests of this client are counted at all.
pub(in crate::web) fn is_counted(request: &HttpRequest, settings: &Settings) -> bool {
    settings.counts_loopback || client(request, settings).is_none_or(|address| !address.is_loopback())
}

/// Where a request comes from. A proxy that is known is asked for whom: it appends that to `X-Forwarded-For`, so the last
/// address in it is the only one that the client cannot choose.
fn client(request: &HttpRequest, settings: &Settings) -> Option<IpAddr> {
    let peer = request.peer_addr().map(|peer| peer.ip().to_canonical())?;
    if !settings.proxies.contains(&peer) {
        return Some(peer);
    }
    let last = request.headers().get_all("x-forwarded-for").last().and_then(|value| value.to_str().ok());
    let last =
        last.and_then(|value| value.rsplit(',').next()).and_then(|address| address.trim().parse::<IpAddr>().ok());
    Some(last.map_or(peer, |address| address.to_canonical()))
}

fn network(address: IpAddr) -> IpAddr {
    match address {
        IpAddr::V4(_) => address,
        IpAddr::V6(whole) => Ipv6Addr::from_bits(whole.to_bits() >> 64 << 64).into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use actix_web::test::TestRequest;

    fn key(peer: &str, forwarded: &[&str], proxies: &[&str]) -> (String, bool) {
        let proxies = proxies.iter().map(|proxy| proxy.parse().unwrap()).collect();
        let settings = Settings { proxies, ..Settings::default() };
        let mut request = TestRequest::default().peer_addr(peer.parse().unwrap());
        for value in forwarded {
            request = request.append_header(("x-forwarded-for", *value));
        }
        let request = request.to_http_request();
        (who(&request, &settings).to_string(), is_counted(&request, &settings))
    }

    #[test]
    fn a_client_is_its_address_and_only_a_known_proxy_is_asked_for_whom_it_comes() {
        assert_eq!(key("192.0.2.7:4000", &[], &[]), ("192.0.2.7".into(), true));
        assert_eq!(key("192.0.2.7:4000", &["198.51.100.1"], &[]), ("192.0.2.7".into(), true), "anybody can say that");
        assert_eq!(key("127.0.0.1:4000", &["198.51.100.1"], &[]), ("127.0.0.1".into(), false));
        let proxy = ["127.0.0.1"];
        assert_eq!(key("127.0.0.1:4000", &["198.51.100.1"], &proxy), ("198.51.100.1".into(), true));
        let chosen = ["10.0.0.1, 10.0.0.2", "10.0.0.3, 198.51.100.1"];
        assert_eq!(key("127.0.0.1:4000", &chosen, &proxy), ("198.51.100.1".into(), true), "what the proxy appended");
        assert_eq!(key("127.0.0.1:4000", &["not an address"], &proxy), ("127.0.0.1".into(), false));
    }

    #[test]
    fn all_addresses_of_an_ipv6_network_are_one_client_and_a_mapped_address_is_its_own() {
        let first = key("[2001:db8:1:2:aaaa::1]:4000", &[], &[]);
        assert_eq!(first, key("[2001:db8:1:2:bbbb::2]:4000", &[], &[]));
        assert_ne!(first, key("[2001:db8:1:3::1]:4000", &[], &[]));
        assert_eq!(key("[::ffff:192.0.2.7]:4000", &[], &[]).0, "192.0.2.7");
        assert!(!key("[::1]:4000", &[], &[]).1);
    }

    #[test]
    fn a_speaker_who_is_known_is_counted_as_such_wherever_it_comes_from() {
        let request = TestRequest::default().peer_addr("192.0.2.7:4000".parse().unwrap()).to_http_request();
        request.extensions_mut().insert(SpeakerKey("eu".into()));
        assert_eq!(who(&request, &Settings::default()), Key::Speaker("eu".into()));
    }
}
