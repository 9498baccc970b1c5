//! What `serve` allows those who come to it, as flags.

use std::net::IpAddr;

use clap::Args;

use crate::compact::limits;
use crate::web::Settings;

/// How many times the requests of a second may come at a stroke.
const BURST: usize = limits::REQUESTS_BURST_MAX / limits::REQUESTS_PER_SECOND_MAX;

/// What is allowed.
#[derive(Debug, Args)]
pub(super) struct Allowed {
    /// Requests a second of one speaker or address, ten times as many at a stroke [default: 200, and no limit on
    /// loopback; given, it holds there too]
    #[arg(long, env = "TRAVAUX_RATE", value_name = "N", value_parser = at_least_one)]
    rate: Option<usize>,
    /// Event streams open at once for one speaker or address [default: 1024, and no limit on loopback; given, it holds
    /// there too]
    #[arg(long, env = "TRAVAUX_STREAMS", value_name = "N", value_parser = at_least_one)]
    streams: Option<usize>,
    /// A reverse proxy that is believed when it says, last in X-Forwarded-For, for whom it asks (repeatable)
    #[arg(long, env = "TRAVAUX_PROXY", value_name = "IP", value_delimiter = ',')]
    proxy: Vec<IpAddr>,
    /// Another site of which the pages may use the API, such as <https://example.org> (repeatable)
    #[arg(long, env = "TRAVAUX_CORS_ORIGIN", value_name = "ORIGIN", value_delimiter = ',', value_parser = origin)]
    cors_origin: Vec<String>,
}

impl Allowed {
    /// The same for the server.
    pub(super) fn settings(&self) -> Settings {
        let usual = Settings::default();
        let rate = self.rate.unwrap_or(usual.rate);
        Settings {
            rate,
            burst: rate.saturating_mul(BURST),
            streams_each: self.streams.unwrap_or(usual.streams_each),
            counts_loopback: self.rate.is_some() || self.streams.is_some(),
            proxies: self.proxy.iter().map(IpAddr::to_canonical).collect(),
            origins: self.cors_origin.clone(),
            ..usual
        }
    }
}

fn at_least_one(given: &str) -> Result<usize, String> {
    given.parse().ok().filter(|n| *n > 0).ok_or_else(|| "a number from 1 up".to_owned())
}

/// Reads an origin (RFC 6454): a scheme, a host and maybe a port, as a browser writes it.
fn origin(given: &str) -> Result<String, String> {
    let host = given.strip_prefix("https://").or_else(|| given.strip_prefix("http://")).unwrap_or_default();
    let fine = |c: u8| c.is_ascii_lowercase() || c.is_ascii_digit() || b"-.:[]".contains(&c);
    if host.is_empty() || !host.bytes().all(fine) {
        return Err(
            "an origin is http or https, a host in lower case and maybe a port, with nothing behind it, such as \
                    https://example.org"
                .to_owned(),
        );
    }
    Ok(given.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_origin_is_what_a_browser_says_and_nothing_wider() {
        for fine in ["https://example.org", "http://localhost:3000", "http://[::1]:80"] {
            assert_eq!(origin(fine), Ok(fine.to_owned()));
        }
        for other in
            ["*", "null", "", "https://", "example.org", "https://example.org/", "https://*.org", "https://a b"]
        {
            assert!(origin(other).is_err(), "{other}");
        }
    }
}
