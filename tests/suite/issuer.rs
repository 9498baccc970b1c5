//! Tokens of an `OpenID` Connect issuer: one that runs here, with keys made here.

use std::io::{BufRead, BufReader, Write};
use std::net::TcpListener;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use jsonwebtoken::{Algorithm, EncodingKey, Header, encode};
use p256::pkcs8::EncodePrivateKey as _;
use rsa::pkcs1::EncodeRsaPrivateKey as _;
use rsa::traits::PublicKeyParts as _;
use serde_json::{Value, json};
use travaux::credentials::{Credentials, Issuer, Trust};
use travaux::log::MemoryLog;
use travaux::web::Settings;

use crate::http::C;
use crate::server::{Answer, Server};

const ISSUER: &str = "https://issuer.example";

/// A key of the issuer: what signs, and what it tells.
#[derive(Clone)]
struct Key {
    algorithm: Algorithm,
    id: &'static str,
    signs: EncodingKey,
    told: Value,
}

fn text(bytes: impl AsRef<[u8]>) -> String {
    URL_SAFE_NO_PAD.encode(bytes)
}

fn p256(id: &'static str) -> Key {
    let secret = p256::SecretKey::random(&mut rsa::rand_core::OsRng);
    let told = p256::elliptic_curve::sec1::ToEncodedPoint::to_encoded_point(&secret.public_key(), false);
    let told =
        json!({"kty": "EC", "crv": "P-256", "kid": id, "x": text(told.x().unwrap()), "y": text(told.y().unwrap())});
    let signs = EncodingKey::from_ec_der(secret.to_pkcs8_der().unwrap().as_bytes());
    Key { algorithm: Algorithm::ES256, id, signs, told }
}

fn rsa(id: &'static str, bits: usize) -> Key {
    let secret = rsa::RsaPrivateKey::new(&mut rsa::rand_core::OsRng, bits).unwrap();
    let (n, e) = (text(secret.n().to_bytes_be()), text(secret.e().to_bytes_be()));
    let told = json!({"kty": "RSA", "kid": id, "use": "sig", "alg": "RS256", "n": n, "e": e});
    let signs = EncodingKey::from_rsa_der(secret.to_pkcs1_der().unwrap().as_bytes());
    Key { algorithm: Algorithm::RS256, id, signs, told }
}

fn ed25519(id: &'static str) -> Key {
    let secret = ed25519_dalek::SigningKey::from_bytes(&[3; 32]);
    // PKCS #8 of a bare seed (RFC 8410, section 7).
    let der = [&b"\x30\x2e\x02\x01\x00\x30\x05\x06\x03\x2b\x65\x70\x04\x22\x04\x20"[..], &[3; 32]].concat();
    let told = json!({"kty": "OKP", "crv": "Ed25519", "kid": id, "x": text(secret.verifying_key().as_bytes())});
    Key { algorithm: Algorithm::EdDSA, id, signs: EncodingKey::from_ed_der(&der), told }
}

fn now() -> i64 {
    #[allow(clippy::disallowed_methods, reason = "tokens expire by the clock of the server")]
    jiff::Timestamp::now().as_second()
}

/// What a good token says.
fn claims() -> Value {
    json!({"iss": ISSUER, "aud": "travaux", "exp": now() + 600, "travaux": "secretariat"})
}

fn signed(key: &Key, claims: &Value) -> String {
    let header = Header { kid: Some(key.id.into()), ..Header::new(key.algorithm) };
    encode(&header, claims, &key.signs).unwrap()
}

/// An issuer on loopback that tells its keys, and counts how often it is asked.
struct Told {
    keys: Arc<Mutex<Vec<Value>>>,
    asked: Arc<AtomicUsize>,
    address: String,
}

impl Told {
    fn start(keys: &[&Key]) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}/keys", listener.local_addr().unwrap());
        let keys = Arc::new(Mutex::new(keys.iter().map(|key| key.told.clone()).collect::<Vec<_>>()));
        let asked = Arc::new(AtomicUsize::new(0));
        let (told, count) = (keys.clone(), asked.clone());
        std::thread::spawn(move || {
            for stream in listener.incoming() {
                let mut stream = stream.unwrap();
                let head = BufReader::new(stream.try_clone().unwrap()).lines();
                assert!(head.map_while(Result::ok).any(|line| line.is_empty()));
                count.fetch_add(1, Ordering::SeqCst);
                let body = json!({"keys": *told.lock().unwrap()}).to_string();
                let head = format!("HTTP/1.1 200 OK\r\nConnection: close\r\nContent-Length: {}\r\n\r\n", body.len());
                drop(stream.write_all((head + &body).as_bytes()));
            }
        });
        Self { keys, asked, address }
    }
}

/// A server that trusts the issuer whose keys are told there.
fn trusting(keys: &str, pause: Duration) -> Server {
    trusting_strictly(keys, pause, Settings::default())
}

/// The same, with other limits than it has by itself.
fn trusting_strictly(keys: &str, pause: Duration, settings: Settings) -> Server {
    let (issuer, audience, claim) = (ISSUER.into(), "travaux".into(), "travaux".into());
    let issuer = Issuer::new(Trust { issuer, audience, claim, keys: keys.into(), pause }).unwrap();
    issuer.ask().unwrap();
    let credentials = Arc::new(Credentials::none().trusting(issuer));
    Server::guarded_and_strict(Arc::new(MemoryLog::new()), credentials, settings)
}

fn asked(server: &Server, token: &str, path: &str) -> Answer {
    server.send("GET", path, &[("authorization", &format!("Bearer {token}"))], b"")
}

const LONG: Duration = Duration::from_hours(1);

#[test]
fn a_token_of_the_issuer_counts_with_each_algorithm_that_is_taken() {
    let keys = [p256("ec"), rsa("rsa", 2048), ed25519("ed")];
    let told = Told::start(&keys.each_ref());
    let server = trusting(&told.address, LONG);
    for key in &keys {
        asked(&server, &signed(key, &claims()), "/api/v1/compacts").expect(200);
    }
    server.get("/api/v1/events").problem(401, "not-signed-in");
}

#[test]
fn a_token_that_is_not_quite_the_issuers_does_not_count() {
    let (key, other, weak) = (p256("ec"), p256("ec"), rsa("weak", 1024));
    let public = key.told.clone();
    let told = Told::start(&[&key, &weak]);
    let server = trusting(&told.address, LONG);
    let with = |name: &str, value: Value| {
        let mut claims = claims();
        claims[name] = value;
        signed(&key, &claims)
    };
    let without = |name: &str| {
        let mut claims = claims();
        claims.as_object_mut().unwrap().remove(name);
        signed(&key, &claims)
    };
    let good = signed(&key, &claims());
    let (rest, _) = good.rsplit_once('.').unwrap();
    let payload = good.split('.').nth(1).unwrap();
    let none = format!("{}.{payload}.", text(r#"{"alg":"none","kid":"ec"}"#));
    let hmac = |secret: &[u8]| {
        let header = Header { kid: Some("ec".into()), ..Header::new(Algorithm::HS256) };
        encode(&header, &claims(), &EncodingKey::from_secret(secret)).unwrap()
    };
    let bad = [
        ("expired", with("exp", json!(now() - 120))),
        ("for nobody", without("aud")),
        ("for another", with("aud", json!("another"))),
        ("of nobody", without("iss")),
        ("of another", with("iss", json!("https://other.example"))),
        ("for ever", without("exp")),
        ("not yet", with("nbf", json!(now() + 300))),
        ("as nobody", without("travaux")),
        ("as anyone", with("travaux", json!("anyone"))),
        ("signed by another", signed(&other, &claims())),
        ("signed by a weak key", signed(&weak, &claims())),
        ("not signed", none),
        ("without a signature", format!("{rest}.")),
        ("signed with the public key as a secret", hmac(public.to_string().as_bytes())),
        ("signed with a part of it", hmac(public["x"].as_str().unwrap().as_bytes())),
        ("too long", with("more", json!("x".repeat(9_000)))),
    ];
    asked(&server, &good, "/api/v1/compacts").expect(200);
    asked(&server, &with("exp", json!(now() - 5)), "/api/v1/compacts").expect(200);
    for (what, token) in bad {
        let answer = asked(&server, &token, "/api/v1/compacts");
        assert_eq!(answer.status, 401, "{what}: {}", answer.text());
        assert!(answer.header("www-authenticate").contains("invalid_token"), "{what}");
    }
}

#[test]
fn of_several_roles_that_one_counts_that_fits() {
    let key = p256("ec");
    let told = Told::start(&[&key]);
    let server = trusting(&told.address, LONG);
    let say = |roles: Value, method: &str, path: &str, body: Value| {
        let mut claims = claims();
        claims["travaux"] = roles;
        let bearer = format!("Bearer {}", signed(&key, &claims));
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        server.send(method, path, &headers, body.to_string().as_bytes())
    };
    for id in ["gcm", "harbours", "others"] {
        say(json!("secretariat"), "POST", "/api/v1/compacts", json!({"id": id, "title": "x (fiction)"})).expect(201);
    }
    let text = json!({"text": "1. States will act."});
    let roles = json!(["integration:gcm", "co-facilitators:gcm", "integration:harbours", "an admin elsewhere"]);
    say(roles.clone(), "POST", &format!("{C}/revisions"), text.clone()).expect(201);
    say(roles.clone(), "POST", "/api/v1/compacts/harbours/revisions", text.clone()).problem(403, "not-yours");
    say(roles.clone(), "POST", "/api/v1/compacts/others/revisions", text).problem(404, "unknown-compact");
    let listed = say(roles, "GET", "/api/v1/compacts", Value::Null).expect(200);
    assert_eq!(listed["compacts"].as_array().unwrap().len(), 2);
}

#[test]
fn of_two_delegations_that_one_tables_from_the_caucus_that_has_the_mandate() {
    let key = p256("ec");
    let told = Told::start(&[&key]);
    let server = trusting(&told.address, LONG);
    let say = |roles: &[&str], method: &str, path: &str, body: Value| {
        let mut claims = claims();
        claims["travaux"] = json!(roles);
        let bearer = format!("Bearer {}", signed(&key, &claims));
        let headers = [("authorization", bearer.as_str()), ("content-type", "application/json")];
        let body = if body.is_null() { String::new() } else { body.to_string() };
        server.send(method, path, &headers, body.as_bytes())
    };
    let keeps = ["secretariat"];
    say(&keeps, "POST", "/api/v1/compacts", json!({"id": "gcm", "title": "x (fiction)"})).expect(201);
    say(&keeps, "PUT", &format!("{C}/groups/eu"), json!({"name": "EU"})).expect(201);
    for delegation in ["france", "malta"] {
        let body = json!({"name": delegation, "groups": ["eu"]});
        say(&keeps, "PUT", &format!("{C}/delegations/{delegation}"), body).expect(201);
    }
    say(&keeps, "PUT", &format!("{C}/groups/eu/mandates/malta"), Value::Null).expect(200);
    say(&keeps, "POST", &format!("{C}/revisions"), json!({"text": "1. States act."})).expect(201);
    say(&keeps, "POST", &format!("{C}/drafts"), json!({"label": "Zero Draft"})).expect(201);
    let roles = ["co-facilitators:gcm", "delegation:gcm/france", "delegation:gcm/malta"];
    let caucus = format!("{C}/caucuses/eu");
    let text = say(&roles, "GET", &format!("{caucus}/texts/working"), Value::Null).expect(200);
    let edits = json!([{"reword": text["provisions"][0]["id"], "text": "States will act."}]);
    let prepare = json!({"sponsors": ["eu"], "edits": edits});
    let prepared = say(&roles, "POST", &format!("{caucus}/proposals"), prepare).expect(201);
    let path = format!("{caucus}/proposals/{}/table", prepared["id"].as_str().unwrap());
    say(&roles[..2], "POST", &path, Value::Null).problem(403, "not-yours");
    say(&roles, "POST", &path, Value::Null).expect(201);
}

#[test]
fn new_keys_of_the_issuer_count_and_old_ones_no_longer() {
    let (old, new) = (p256("old"), p256("new"));
    let told = Told::start(&[&old]);
    let server = trusting(&told.address, Duration::from_millis(10));
    asked(&server, &signed(&old, &claims()), "/api/v1/compacts").expect(200);
    *told.keys.lock().unwrap() = vec![new.told.clone()];
    crate::tokens::comes_to(200, || asked(&server, &signed(&new, &claims()), "/api/v1/compacts").status);
    asked(&server, &signed(&old, &claims()), "/api/v1/compacts").problem(401, "not-signed-in");
}

#[test]
fn an_issuer_is_not_asked_for_every_unknown_key() {
    let (known, unknown) = (p256("known"), p256("unknown"));
    let told = Told::start(&[&known]);
    let server = trusting(&told.address, LONG);
    for _ in 0..50 {
        asked(&server, &signed(&unknown, &claims()), "/api/v1/compacts").problem(401, "not-signed-in");
    }
    assert_eq!(told.asked.load(Ordering::SeqCst), 1, "only when the server began");
}

#[test]
fn keys_in_a_file_are_read_again_when_it_changes() {
    let (old, new) = (ed25519("old"), p256("new"));
    let file = tempfile::NamedTempFile::new().unwrap();
    let write =
        |key: &Key| std::fs::write(file.path(), json!({"keys": [key.told, {"kty": "later"}]}).to_string()).unwrap();
    write(&old);
    let server = trusting(file.path().to_str().unwrap(), LONG);
    asked(&server, &signed(&old, &claims()), "/api/v1/compacts").expect(200);
    write(&new);
    crate::tokens::comes_to(200, || asked(&server, &signed(&new, &claims()), "/api/v1/compacts").status);
}

#[test]
fn keys_are_not_taken_from_where_others_could_put_theirs() {
    let trust = |keys: &str| Trust {
        issuer: ISSUER.into(),
        audience: "travaux".into(),
        claim: "travaux".into(),
        keys: keys.into(),
        pause: LONG,
    };
    for keys in ["http://issuer.example/keys", "ftp://127.0.0.1/keys", "://"] {
        assert!(Issuer::new(trust(keys)).is_err(), "{keys}");
    }
    assert!(Issuer::new(trust("https://issuer.example/keys")).is_ok());
    assert!(Issuer::new(trust("no such file")).unwrap().ask().is_err());
}

#[test]
fn a_subject_of_the_issuer_has_one_rate_whatever_token_it_comes_with() {
    let key = ed25519("ed");
    let told = Told::start(&[&key]);
    let strict = Settings { rate: 1, burst: 20, counts_loopback: true, ..Settings::default() };
    let server = trusting_strictly(&told.address, LONG, strict);
    let token = |subject: Value, more: i64| {
        let mut claims = claims();
        claims["exp"] = (now() + 600 + more).into();
        claims["sub"] = subject;
        signed(&key, &claims)
    };
    let heard = |tokens: [String; 2]| {
        let began = tokio::time::Instant::now();
        let answers = (0..100).map(|n: usize| asked(&server, &tokens[n % 2], "/api/v1/compacts").status);
        let heard = answers.filter(|status| *status == 200).count();
        let filled = usize::try_from(began.elapsed().as_secs()).unwrap() + 1;
        (heard.saturating_sub(filled), heard)
    };
    for subject in ["alice", "bob"] {
        let (at_least, heard) = heard([token(subject.into(), 0), token(subject.into(), 1)]);
        assert!(at_least <= 20 && heard >= 20, "{subject}: {heard}");
    }
    // Who is not named, or not in a line, is as many as there are tokens.
    let (at_least, heard) = heard([token(Value::Null, 0), token("two\nlines".into(), 0)]);
    assert!(at_least <= 40 && heard >= 40, "{heard}");
}

/// A server that trusts an issuer, and what that one issued to its secretariat.
pub(crate) fn secretariat() -> (Server, String) {
    let key = ed25519("ed");
    let told = Told::start(&[&key]);
    (trusting(&told.address, LONG), signed(&key, &claims()))
}
