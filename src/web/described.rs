//! The API and the record described for machines: `OpenAPI`, `AsyncAPI`, JSON Schemas.

use std::sync::LazyLock;

use actix_web::web::{Bytes, Path};
use actix_web::{HttpRequest, HttpResponse};
use serde_json::Value;

use super::answer::{Form, Tag, ok};
use super::problem::Problem;
use super::{asyncapi, openapi};
use crate::compact::schemas;

/// A description and its tag: another version of the program has another, so that clients ask again.
type Told = (Tag, Bytes);

fn told(document: &Value) -> Told {
    let text = document.to_string();
    (Tag::corrigible(&[&text]), text.into())
}

fn answer(request: &HttpRequest, (tag, text): &Told) -> HttpResponse {
    tag.not_modified(request).unwrap_or_else(|| ok(tag, Form::Json, text.clone()))
}

/// `GET /openapi.json`
pub(super) async fn api(request: HttpRequest) -> HttpResponse {
    static TOLD: LazyLock<Told> = LazyLock::new(|| told(&openapi::document()));
    answer(&request, &TOLD)
}

/// `GET /asyncapi.json`
pub(super) async fn streams(request: HttpRequest) -> HttpResponse {
    static TOLD: LazyLock<Told> = LazyLock::new(|| told(&asyncapi::streams()));
    answer(&request, &TOLD)
}

/// `GET /schemas/{name}.json`
pub(super) async fn schema(request: HttpRequest, path: Path<String>) -> Result<HttpResponse, Problem> {
    let name = path.strip_suffix(".json").unwrap_or_default();
    let schema = schemas().into_iter().find(|(known, _)| known == name).map(|(_, schema)| schema);
    let schema = schema.ok_or_else(|| Problem::not_found("no schema has that name"))?;
    let tag = Tag::corrigible(&[&schema]);
    Ok(tag.not_modified(&request).unwrap_or_else(|| ok(&tag, Form::Schema, schema)))
}
