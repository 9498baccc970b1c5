//! For those who run the server: health, metrics.

use std::sync::OnceLock;
use std::time::Duration;

use actix_web::HttpResponse;
use actix_web::http::StatusCode;
use actix_web::web::Data;
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use schemars::JsonSchema;
use serde::Serialize;

use super::admitted::Admitted;
use super::problem::Problem;
use super::room::Room;

/// That the server runs.
#[derive(Serialize, JsonSchema)]
pub(super) struct Live {
    status: &'static str,
}

/// That the server can record.
#[derive(Serialize, JsonSchema)]
pub(super) struct Ready {
    status: &'static str,
    /// The last entry of all, where no credentials are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
}

/// `GET /health/live`
pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(Live { status: "live" })
}

/// `GET /health/ready`
pub(super) async fn ready(room: Data<Room>) -> Result<HttpResponse, Problem> {
    if room.secretariat.is_writable() {
        let head = *room.secretariat.log().head().borrow();
        // Anybody may ask, and how busy the room is would be told by it.
        let position = room.credentials.is_open().then_some(head);
        return Ok(HttpResponse::Ok().json(Ready { status: "ready", position }));
    }
    let detail = "storage failed: the record is shown, but nothing can be recorded; mend the disk and start again";
    Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "storage-failed", detail))
}

/// `GET /metrics`, in the text format of Prometheus.
pub(super) async fn measures(room: Admitted) -> Result<HttpResponse, Problem> {
    if !room.sees_all() {
        let detail = "measures are for the secretariat, and for integrations that follow all compacts";
        return Err(Problem::not_yours(detail));
    }
    let head = *room.secretariat.log().head().borrow();
    #[allow(clippy::cast_precision_loss, reason = "a position of 2^53 is far away")]
    metrics::gauge!("travaux_head_position").set(head as f64);
    let compacts = u32::try_from(room.secretariat.compacts().len()).unwrap_or(u32::MAX);
    metrics::gauge!("travaux_compacts").set(f64::from(compacts));
    let text = recorder().map(PrometheusHandle::render).unwrap_or_default();
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

/// The one recorder of this process; `None` if some other was there before.
pub(super) fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let buckets = [0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];
    let install = || PrometheusBuilder::new().set_buckets(&buckets).ok()?.install_recorder().ok();
    RECORDER.get_or_init(install).as_ref()
}

/// Keeps the recorder's memory bounded, for as long as it is polled.
pub(super) async fn upkeep() {
    let mut tick = tokio::time::interval(Duration::from_secs(5));
    loop {
        tick.tick().await;
        if let Some(recorder) = recorder() {
            recorder.run_upkeep();
        }
    }
}
