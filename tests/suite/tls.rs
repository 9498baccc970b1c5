//! Webhooks to an endpoint with TLS: one that the machine trusts, and one that it does not.

use std::io::{BufReader, Write};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::sync::mpsc;
use std::time::Duration;

use serde_json::json;
use tokio_rustls::rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio_rustls::rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring};

use crate::receiver::{Got, read};
use crate::served::Served;

/// A certificate for `localhost` that signs itself, and its key.
fn certificate() -> (rcgen::Certificate, rcgen::KeyPair) {
    let key = rcgen::KeyPair::generate().unwrap();
    (rcgen::CertificateParams::new(vec!["localhost".into()]).unwrap().self_signed(&key).unwrap(), key)
}

/// An endpoint with that certificate, and what it gets.
fn endpoint(certificate: &CertificateDer<'static>, key: &rcgen::KeyPair) -> (String, mpsc::Receiver<Option<Got>>) {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(key.serialize_der()));
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()));
    let config = config.with_safe_default_protocol_versions().unwrap().with_no_client_auth();
    let config = Arc::new(config.with_single_cert(vec![certificate.clone()], key).unwrap());
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let url = format!("https://localhost:{}/", listener.local_addr().unwrap().port());
    let (tell, got) = mpsc::channel();
    std::thread::spawn(move || {
        for socket in listener.incoming() {
            let connection = ServerConnection::new(config.clone()).unwrap();
            drop(tell.send(taken(StreamOwned::new(connection, socket.unwrap()))));
        }
    });
    (url, got)
}

fn taken(socket: StreamOwned<ServerConnection, TcpStream>) -> Option<Got> {
    let mut socket = BufReader::new(socket);
    let got = read(&mut socket)?;
    socket.get_mut().write_all(b"HTTP/1.1 200 OK\r\ncontent-length: 0\r\n\r\n").ok()?;
    Some(got)
}

/// A server that trusts what is in this file, with a compact and a webhook; and what the webhook is called.
fn subscribed(data: &Path, trusts: &Path, url: &str) -> (Served, String) {
    let allow = ("TRAVAUX_ALLOW_PRIVATE_WEBHOOKS", PathBuf::from("1"));
    let served = Served::start_with(data, &[allow, ("SSL_CERT_FILE", trusts.to_owned())]);
    let opened = json!({"id": "gcm", "title": "A compact (fiction)"}).to_string();
    served.send("POST", "/api/v1/compacts", &opened).expect(201);
    let asked = json!({"url": url, "after": 0}).to_string();
    let made = served.send("POST", "/api/v1/compacts/gcm/webhooks", &asked).expect(201);
    (served, format!("/api/v1/compacts/gcm/webhooks/{}", made["id"].as_str().unwrap()))
}

#[test]
fn an_endpoint_is_talked_to_if_its_certificate_is_trusted_and_for_its_name() {
    let dir = tempfile::tempdir().unwrap();
    let ((ours, key), (others, _)) = (certificate(), certificate());
    let (trusted, other) = (dir.path().join("ours.pem"), dir.path().join("others.pem"));
    std::fs::write(&trusted, ours.pem()).unwrap();
    std::fs::write(&other, others.pem()).unwrap();
    let (url, got) = endpoint(ours.der(), &key);
    let patience = Duration::from_secs(30);

    let (_served, _) = subscribed(&dir.path().join("a"), &trusted, &url);
    let event = got.recv_timeout(patience).unwrap().expect("a delivery").event();
    assert_eq!(event["id"], "gcm/1");

    let (served, path) = subscribed(&dir.path().join("b"), &other, &url);
    assert!(got.recv_timeout(patience).unwrap().is_none(), "nothing is told to whom it cannot trust");
    let asked = std::iter::repeat_with(|| served.send("GET", &path, "").expect(200)).take(20_000);
    let shown = asked.into_iter().find(|shown| shown["standing"] == "failing").expect("it fails");
    assert!(shown["last"]["why"].as_str().unwrap().starts_with("no TLS"), "{shown}");

    let (served, path) = subscribed(&dir.path().join("c"), &trusted, &url.replace("localhost", "127.0.0.1"));
    assert!(got.recv_timeout(patience).unwrap().is_none(), "the certificate is for another name");
    let asked = std::iter::repeat_with(|| served.send("GET", &path, "").expect(200)).take(20_000);
    assert!(asked.into_iter().any(|shown| shown["standing"] == "failing"), "it fails");
}
