//! HTTP: the API, event streams, pages. Knows nothing of sled.

use std::net::TcpListener;
use std::sync::Arc;

use tokio_util::sync::CancellationToken;

use crate::secretariat::Secretariat;

/// Serves a record on a listener until told to stop.
pub async fn run(secretariat: Arc<Secretariat>, listener: TcpListener, stop: CancellationToken) -> std::io::Result<()> {
    let _ = (secretariat, listener);
    stop.cancelled().await;
    Ok(())
}
