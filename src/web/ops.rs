//! For those who run the server: health, metrics, schemas, the description of the API.

use std::sync::OnceLock;
use std::time::Duration;

use actix_web::http::StatusCode;
use actix_web::web::{Data, Path};
use actix_web::{HttpRequest, HttpResponse};
use metrics_exporter_prometheus::{PrometheusBuilder, PrometheusHandle};
use serde_json::json;

use super::admitted::Admitted;
use super::answer::{Form, Tag, ok};
use super::openapi;
use super::problem::Problem;
use super::room::Room;
use crate::compact::schemas;

/// `GET /health/live`
pub(super) async fn live() -> HttpResponse {
    HttpResponse::Ok().json(json!({"status": "live"}))
}

/// `GET /health/ready`
pub(super) async fn ready(room: Data<Room>) -> Result<HttpResponse, Problem> {
    if room.secretariat.is_writable() {
        let head = *room.secretariat.log().head().borrow();
        // Anybody may ask, and how busy the room is would be told by it.
        let told = if room.credentials.is_open() {
            json!({"status": "ready", "position": head})
        } else {
            json!({"status": "ready"})
        };
        return Ok(HttpResponse::Ok().json(told));
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

/// `GET /openapi.json`
pub(super) async fn description(request: HttpRequest) -> HttpResponse {
    static TEXT: OnceLock<(Tag, String)> = OnceLock::new();
    let (tag, text) = TEXT.get_or_init(|| {
        let text = openapi::document().to_string();
        (Tag::fixed(&[&text]), text)
    });
    tag.not_modified(&request).unwrap_or_else(|| ok(tag, Form::Json, text.as_str().to_owned()))
}

/// `GET /schemas/{name}.json`
pub(super) async fn schema(path: Path<String>) -> Result<HttpResponse, Problem> {
    let name = path.strip_suffix(".json").unwrap_or_default();
    let schema = schemas().into_iter().find(|(known, _)| known == name).map(|(_, schema)| schema);
    let schema = schema.ok_or_else(|| Problem::not_found("no schema has that name"))?;
    Ok(HttpResponse::Ok().content_type("application/schema+json").body(schema))
}
