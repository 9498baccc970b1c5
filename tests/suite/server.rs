//! A server as its clients meet it: on a port of its own, over HTTP.

use std::net::TcpListener;
use std::sync::Arc;
use std::thread::JoinHandle;

use serde_json::Value;
use tokio_util::sync::CancellationToken;
use travaux::credentials::Credentials;
use travaux::feed::Webhooks;
use travaux::log::{EventLog, MemoryLog};
use travaux::secretariat::{Audiences, Secretariat};
use travaux::web::{self, Settings};

use crate::described;

/// A server that runs until it is dropped.
pub struct Server {
    pub address: String,
    stop: CancellationToken,
    thread: Option<JoinHandle<()>>,
    agent: ureq::Agent,
}

/// An answer, read to its end.
pub struct Answer {
    pub status: u16,
    pub headers: ureq::http::HeaderMap,
    pub body: Vec<u8>,
}

impl Server {
    /// On an empty record in memory.
    pub fn start() -> Self {
        Self::on(Arc::new(MemoryLog::new()))
    }

    /// On a log that is there.
    pub fn on(log: Arc<dyn EventLog>) -> Self {
        Self::strict(log, Settings::default())
    }

    /// With other limits than it has by itself.
    pub fn strict(log: Arc<dyn EventLog>, settings: Settings) -> Self {
        let secretariat = Arc::new(Secretariat::open(log).unwrap());
        Self::serve(secretariat.clone(), Arc::new(Credentials::none()), Webhooks::forgetful(secretariat), settings)
    }

    /// The same, for those whom the credentials let in.
    pub fn guarded(log: Arc<dyn EventLog>, credentials: Arc<Credentials>) -> Self {
        Self::guarded_and_strict(log, credentials, Settings::default())
    }

    /// The same, with other limits than it has by itself.
    pub fn guarded_and_strict(log: Arc<dyn EventLog>, credentials: Arc<Credentials>, settings: Settings) -> Self {
        let secretariat = Arc::new(Secretariat::open(log).unwrap());
        Self::serve(secretariat.clone(), credentials, Webhooks::forgetful(secretariat), settings)
    }

    /// With a secretariat that is there.
    pub fn of(secretariat: Secretariat) -> Self {
        let secretariat = Arc::new(secretariat);
        Self::with(secretariat.clone(), Webhooks::forgetful(secretariat))
    }

    /// Of a secretariat, with these webhooks.
    pub fn with(secretariat: Arc<Secretariat>, webhooks: Webhooks) -> Self {
        Self::guarded_with(secretariat, Arc::new(Credentials::none()), webhooks)
    }

    /// The same, for those whom the credentials let in.
    pub fn guarded_with(secretariat: Arc<Secretariat>, credentials: Arc<Credentials>, webhooks: Webhooks) -> Self {
        Self::serve(secretariat, credentials, webhooks, Settings::default())
    }

    /// Of the records of all audiences, for those whom the credentials let in and for the public.
    pub fn of_audiences(audiences: Arc<Audiences>, credentials: Arc<Credentials>) -> Self {
        let webhooks = Webhooks::forgetful(audiences.ours().clone());
        Self::serve_all(audiences, credentials, webhooks, Settings::default())
    }

    fn serve(
        secretariat: Arc<Secretariat>,
        credentials: Arc<Credentials>,
        webhooks: Webhooks,
        settings: Settings,
    ) -> Self {
        let audiences = Arc::new(Audiences::forgetful(secretariat).unwrap());
        Self::serve_all(audiences, credentials, webhooks, settings)
    }

    fn serve_all(
        audiences: Arc<Audiences>,
        credentials: Arc<Credentials>,
        webhooks: Webhooks,
        settings: Settings,
    ) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = format!("http://{}", listener.local_addr().unwrap());
        let stop = CancellationToken::new();
        let stopped = stop.clone();
        let serve = move || {
            let served = web::run(audiences, credentials, webhooks, listener, settings, stopped);
            actix_web::rt::System::new().block_on(served).unwrap();
        };
        let thread = std::thread::spawn(serve);
        let config = ureq::Agent::config_builder().http_status_as_error(false).max_redirects(0).build();
        Self { address, stop, thread: Some(thread), agent: config.into() }
    }

    /// Sends a request; the answer is held against the description of the API, whatever the test is about.
    #[track_caller]
    pub fn send(&self, method: &str, path: &str, headers: &[(&str, &str)], body: &[u8]) -> Answer {
        let mut request = ureq::http::Request::builder().method(method).uri(format!("{}{path}", self.address));
        for (name, value) in headers {
            request = request.header(*name, *value);
        }
        let mut answer = self.agent.run(request.body(body.to_vec()).unwrap()).unwrap();
        let body = answer.body_mut().with_config().limit(1 << 30).read_to_vec().unwrap();
        let answer = Answer { status: answer.status().as_u16(), headers: answer.headers().clone(), body };
        if let Some(fault) = described::fault(method, path, &answer) {
            panic!("{fault}");
        }
        answer
    }

    #[track_caller]
    pub fn get(&self, path: &str) -> Answer {
        self.send("GET", path, &[], b"")
    }

    #[track_caller]
    pub fn get_as(&self, path: &str, accept: &str) -> Answer {
        self.send("GET", path, &[("accept", accept)], b"")
    }

    #[track_caller]
    pub fn post(&self, path: &str, body: &Value) -> Answer {
        self.send("POST", path, &[("content-type", "application/json")], body.to_string().as_bytes())
    }

    #[track_caller]
    pub fn put(&self, path: &str, body: &Value) -> Answer {
        self.send("PUT", path, &[("content-type", "application/json")], body.to_string().as_bytes())
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        self.stop.cancel();
        if let Some(thread) = self.thread.take() {
            thread.join().unwrap();
        }
    }
}

impl Answer {
    pub fn json(&self) -> Value {
        serde_json::from_slice(&self.body).unwrap_or_else(|_| panic!("not JSON: {}", self.text()))
    }

    /// The beginning of the body, whatever it is.
    pub fn text_lossy(&self) -> String {
        String::from_utf8_lossy(&self.body).chars().take(2_000).collect()
    }

    pub fn text(&self) -> String {
        String::from_utf8(self.body.clone()).unwrap()
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }

    /// The JSON of an answer of this status.
    #[track_caller]
    pub fn expect(&self, status: u16) -> Value {
        assert_eq!(self.status, status, "{}", self.text());
        self.json()
    }

    /// The problem of an answer that must be one.
    #[track_caller]
    pub fn problem(&self, status: u16, slug: &str) -> Value {
        assert_eq!(self.header("content-type"), "application/problem+json", "{}", self.text());
        let body = self.expect(status);
        assert_eq!(body["type"], format!("/problems/{slug}"), "{body}");
        assert_eq!(body["status"], status);
        assert!(body["detail"].as_str().is_some_and(|detail| detail.len() > 10), "{body}");
        body
    }
}
