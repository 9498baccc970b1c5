//! What is answered while the record is still being read: that the server lives, is not ready, and when to come again.

use std::future::Future;
use std::net::TcpListener;
use std::pin::pin;
use std::time::Duration;

use actix_web::http::{KeepAlive, StatusCode};
use actix_web::middleware::from_fn;
use actix_web::web::{Data, to};
use actix_web::{App, HttpResponse, HttpServer};
use futures_util::future::join;
use tokio_util::sync::CancellationToken;

use super::edge::{self, Edge, Settings};
use super::problem::Problem;
use super::{get, ops};

/// What takes no longer than this is waited for without a word.
const AT_ONCE: Duration = Duration::from_millis(100);

/// Waits for the record, and meanwhile tells whoever asks that it is on its way.
pub async fn while_starting<T>(
    listener: &TcpListener,
    settings: &Settings,
    opening: impl Future<Output = T>,
) -> std::io::Result<T> {
    let mut opening = pin!(opening);
    if let Ok(opened) = tokio::time::timeout(AT_ONCE, &mut opening).await {
        return Ok(opened);
    }
    let done = CancellationToken::new();
    let edge = Data::new(Edge::new(settings.clone()));
    let server = HttpServer::new(move || {
        App::new()
            .app_data(edge.clone())
            .wrap(from_fn(edge::admitted))
            .wrap(from_fn(edge::around))
            .route("/health/live", get().to(ops::live))
            .default_service(to(starting))
    });
    let server = server
        .workers(1)
        // Whoever asked meanwhile comes again on a connection of the server itself.
        .keep_alive(KeepAlive::Disabled)
        .client_request_timeout(settings.patience.head)
        .shutdown_timeout(1)
        .disable_signals()
        .shutdown_signal(done.clone().cancelled_owned())
        .listen(listener.try_clone()?)?
        .run();
    let opened = async {
        let opened = opening.await;
        done.cancel();
        opened
    };
    let (outcome, opened) = join(server, opened).await;
    outcome.map(|()| opened)
}

async fn starting() -> Result<HttpResponse, Problem> {
    let detail = "the record is still being read; ask again in a moment";
    Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "starting", detail).after(1))
}
