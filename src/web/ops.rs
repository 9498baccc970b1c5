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
use super::room::Rooms;

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
pub(super) async fn ready(rooms: Data<Rooms>) -> Result<HttpResponse, Problem> {
    let ours = rooms.audiences.ours();
    if ours.is_writable() {
        let head = *ours.log().head().borrow();
        // Anybody may ask, and how busy the room is would be told by it.
        let position = rooms.credentials.is_open().then_some(head);
        return Ok(HttpResponse::Ok().json(Ready { status: "ready", position }));
    }
    let detail = "storage failed: the record is shown, but nothing can be recorded; mend the disk and start again";
    Err(Problem::new(StatusCode::SERVICE_UNAVAILABLE, "storage-failed", detail))
}

/// `GET /metrics`, in the text format of Prometheus.
pub(super) async fn measures(room: Admitted) -> Result<HttpResponse, Problem> {
    if !room.sees_all() {
        let detail = "measures are for the secretariat, and for integrations that follow all compacts";
        return Err(room.not_yours(detail));
    }
    let head = *room.secretariat.log().head().borrow();
    #[allow(clippy::cast_precision_loss, reason = "a position of 2^53 is far away")]
    metrics::gauge!("travaux_head_position").set(head as f64);
    let compacts = u32::try_from(room.secretariat.compacts().len()).unwrap_or(u32::MAX);
    metrics::gauge!("travaux_compacts").set(f64::from(compacts));
    metrics::gauge!("travaux_writable").set(f64::from(u8::from(room.secretariat.is_writable())));
    metrics::gauge!("travaux_build_info", "version" => env!("CARGO_PKG_VERSION")).set(1.0);
    if let Some(bytes) = resident_bytes() {
        metrics::gauge!("process_resident_memory_bytes").set(bytes);
    }
    let text = recorder().map(PrometheusHandle::render).unwrap_or_default();
    Ok(HttpResponse::Ok().content_type("text/plain; version=0.0.4; charset=utf-8").body(text))
}

/// The memory that this process holds, where the system tells it (Linux, `proc(5)`).
fn resident_bytes() -> Option<f64> {
    let status = std::fs::read_to_string("/proc/self/status").ok()?;
    let line = status.lines().find_map(|line| line.strip_prefix("VmRSS:"))?;
    let kibibytes: u32 = line.trim().strip_suffix("kB")?.trim().parse().ok()?;
    Some(f64::from(kibibytes) * 1_024.0)
}

/// The one recorder of this process; `None` if some other was there before.
pub(super) fn recorder() -> Option<&'static PrometheusHandle> {
    static RECORDER: OnceLock<Option<PrometheusHandle>> = OnceLock::new();
    let buckets = [0.000_1, 0.000_5, 0.001, 0.002_5, 0.005, 0.01, 0.025, 0.1, 0.5, 2.5];
    let install = || PrometheusBuilder::new().set_buckets(&buckets).ok()?.install_recorder().ok();
    RECORDER
        .get_or_init(|| {
            let handle = install();
            describe();
            handle
        })
        .as_ref()
}

/// Says what is measured.
fn describe() {
    metrics::describe_counter!("travaux_requests_total", "Requests answered, by method, route and class of status");
    metrics::describe_histogram!("travaux_request_seconds", metrics::Unit::Seconds, "Until an answer began");
    metrics::describe_counter!("travaux_appends_total", "Entries made durable since the start");
    metrics::describe_counter!("travaux_append_failures_total", "Groups of entries that could not be made durable");
    metrics::describe_histogram!(
        "travaux_flush_seconds",
        metrics::Unit::Seconds,
        "Until a group of entries was durable"
    );
    metrics::describe_gauge!("travaux_head_position", "The position of the last durable entry");
    metrics::describe_gauge!("travaux_compacts", "Compacts of the record");
    metrics::describe_gauge!("travaux_writable", "1 while entries can be recorded, 0 after storage failed");
    metrics::describe_gauge!("travaux_open_streams", "Event streams open now");
    // Told from the start, not from the first stream on.
    metrics::gauge!("travaux_open_streams").increment(0.0);
    metrics::describe_gauge!("travaux_build_info", "1, with the version as a label");
    metrics::describe_gauge!("process_resident_memory_bytes", metrics::Unit::Bytes, "Memory that this process holds");
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
