//! Tokens of an `OpenID` Connect issuer: JSON Web Tokens (RFC 7519), checked with the keys that the issuer tells (RFC 7517).
//!
//! The key that a token names decides the algorithm, never the token itself: RS256 for RSA, ES256 for P-256, `EdDSA` for
//! Ed25519 and nothing else. So neither `none` nor a signature made with a public key as if it were a secret can pass.

use std::sync::Mutex;
use std::time::Duration;

use arc_swap::ArcSwap;
use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::jwk::{AlgorithmParameters, EllipticCurve, Jwk};
use jsonwebtoken::{Algorithm, DecodingKey, Validation, decode, decode_header};
use serde_json::{Map, Value};
use sha2::{Digest as _, Sha256};
use tokio::sync::Notify;

use super::Unkept;
use super::jwks::Source;
use crate::access::{Speaking, TokenId};
use crate::compact::Moment;

/// How far the clocks of issuer and server may be apart.
const LEEWAY_SECS: u64 = 30;

/// The most bytes of a token.
const TOKEN_BYTES_MAX: usize = 8 * 1024;

/// The most bytes of the name of whoever a token was issued to.
const SUBJECT_BYTES_MAX: usize = 255;

/// The most keys of an issuer.
const KEYS_MAX: usize = 100;

/// The least bytes of the modulus of an RSA key: 2,048 bits.
const MODULUS_BYTES_MIN: usize = 256;

/// Whose tokens are taken, and what they must say.
#[derive(Clone, Debug)]
pub struct Trust {
    /// Who issues them (`iss`).
    pub issuer: String,
    /// For whom they are issued (`aud`): this server.
    pub audience: String,
    /// The claim that says as whom the bearer speaks: one speaker, or a list.
    pub claim: String,
    /// Where the keys are told: a file, or an address with `https` (`http` on loopback).
    pub keys: String,
    /// How long the issuer is left alone between two times that it is asked for its keys.
    pub pause: Duration,
}

/// An issuer whose tokens are taken.
pub struct Issuer {
    trust: Trust,
    source: Source,
    keys: ArcSwap<Vec<Key>>,
    last: Mutex<String>,
    wanted: Notify,
}

/// Who the bearer of a token is, by what the issuer says.
pub(super) struct Bearer {
    /// As whom they speak; at least one.
    pub(super) roles: Vec<Speaking>,
    /// Who they are among all whom the issuer knows.
    pub(super) subject: String,
    /// Until when that counts.
    pub(super) until: Moment,
}

struct Key {
    id: Option<String>,
    algorithm: Algorithm,
    checks: DecodingKey,
}

impl Issuer {
    /// An issuer, whose keys are still to be asked for.
    pub fn new(trust: Trust) -> Result<Self, Unkept> {
        let source = Source::read(&trust.keys)?;
        let (keys, last, wanted) = (ArcSwap::default(), Mutex::default(), Notify::new());
        Ok(Self { trust, source, keys, last, wanted })
    }

    /// Who the bearer of a token is; `None` where the token does not count.
    pub(super) fn admits(&self, token: &str) -> Option<Bearer> {
        let fits = token.len() <= TOKEN_BYTES_MAX;
        let header = fits.then(|| decode_header(token).ok()).flatten().filter(|header| header.crit.is_none())?;
        let keys = self.keys.load();
        let named = |key: &&Key| header.kid.is_none() || key.id == header.kid;
        let mut found = keys.iter().filter(named);
        let (Some(key), None) = (found.next(), found.next()) else {
            // It may be a new key that was not told yet.
            self.wanted.notify_one();
            return None;
        };
        let claims = decode::<Map<String, Value>>(token, &key.checks, &self.validation(key.algorithm)).ok()?.claims;
        let until = claims.get("exp")?.as_i64()?.checked_mul(1_000).and_then(Moment::from_millis)?;
        let roles = roles(claims.get(&self.trust.claim)?);
        (!roles.is_empty()).then(|| Bearer { roles, subject: subject(&claims, token), until })
    }

    fn validation(&self, algorithm: Algorithm) -> Validation {
        let mut validation = Validation::new(algorithm);
        validation.leeway = LEEWAY_SECS;
        validation.validate_nbf = true;
        validation.set_issuer(&[&self.trust.issuer]);
        validation.set_audience(&[&self.trust.audience]);
        validation.set_required_spec_claims(&["exp", "iss", "aud"]);
        validation
    }

    /// Asks for the keys, and takes them if they are others than before. Blocks, for seconds at most.
    pub fn ask(&self) -> Result<(), Unkept> {
        let told = self.source.ask()?;
        let mut last = self.last.lock().unwrap_or_else(std::sync::PoisonError::into_inner);
        if *last != told {
            let keys =
                keys(&told).ok_or_else(|| Unkept::Storage(format!("{} tells no keys (RFC 7517)", self.trust.keys)))?;
            self.keys.store(std::sync::Arc::new(keys));
            *last = told;
        }
        Ok(())
    }

    /// Waits until the keys are to be asked for: now and then, and when a token names one that is not known; but never
    /// more often than the issuer is to be asked.
    pub(super) async fn is_wanted(&self) {
        if !self.source.is_far() {
            return tokio::time::sleep(super::LOOK_EVERY).await;
        }
        tokio::time::sleep(self.trust.pause).await;
        if !self.keys.load().is_empty() {
            let now_and_then = tokio::time::sleep(self.trust.pause.saturating_mul(10));
            tokio::select! { () = self.wanted.notified() => (), () = now_and_then => () }
        }
    }
}

/// Whom a token was issued to (`sub`). Where it does not say so in a line of at most 255 characters (`OpenID` Connect
/// Core 1.0, 2), each token is its own: the first eight hex digits of its SHA-256, which give nothing away.
fn subject(claims: &Map<String, Value>, token: &str) -> String {
    let is_sane = |told: &&str| (1..=SUBJECT_BYTES_MAX).contains(&told.len()) && !told.chars().any(char::is_control);
    let told = claims.get("sub").and_then(Value::as_str).filter(is_sane);
    let own = || format!("of token {}", TokenId::of(Sha256::digest(token).into()));
    told.map_or_else(own, str::to_owned)
}

/// The speakers that a claim names; what else an issuer says there is nothing to us.
fn roles(claim: &Value) -> Vec<Speaking> {
    let one = |value: &Value| value.as_str()?.parse().ok();
    claim.as_array().map_or_else(|| one(claim).into_iter().collect(), |all| all.iter().filter_map(one).collect())
}

/// The keys of a set that can be used; `None` where it is no set.
fn keys(told: &str) -> Option<Vec<Key>> {
    let set: Value = serde_json::from_str(told).ok()?;
    Some(set.get("keys")?.as_array()?.iter().take(KEYS_MAX).filter_map(key).collect())
}

fn key(told: &Value) -> Option<Key> {
    let jwk: Jwk = serde_json::from_value(told.clone()).ok()?;
    let algorithm = algorithm(&jwk)?;
    let fits = |name: &str, wanted: &str| told.get(name).is_none_or(|value| value == wanted);
    let named = if algorithm == Algorithm::EdDSA { "EdDSA".to_owned() } else { format!("{algorithm:?}") };
    let is_for_this = fits("use", "sig") && fits("alg", &named);
    let checks = DecodingKey::from_jwk(&jwk).ok().filter(|_| is_for_this)?;
    Some(Key { id: jwk.common.key_id, algorithm, checks })
}

/// The one algorithm that is taken with a key.
fn algorithm(jwk: &Jwk) -> Option<Algorithm> {
    // What is not one of these is no key for us.
    if let AlgorithmParameters::RSA(rsa) = &jwk.algorithm {
        let modulus = URL_SAFE_NO_PAD.decode(&rsa.n).ok()?;
        (modulus.len() >= MODULUS_BYTES_MIN).then_some(Algorithm::RS256)
    } else if let AlgorithmParameters::EllipticCurve(ec) = &jwk.algorithm {
        (ec.curve == EllipticCurve::P256).then_some(Algorithm::ES256)
    } else if let AlgorithmParameters::OctetKeyPair(pair) = &jwk.algorithm {
        (pair.curve == EllipticCurve::Ed25519).then_some(Algorithm::EdDSA)
    } else {
        None
    }
}
