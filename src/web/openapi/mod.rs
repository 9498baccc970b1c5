//! The API described for machines (`OpenAPI` 3.1), made from the same types that requests are read into and answers are
//! told from. Each folder of addresses has its page here; the examples are answers that a server gave.

mod components;
mod links;
mod operation;
mod private;
mod proposals;
mod reading;
mod record;
mod register;
mod shapes;
mod texts;
mod the_room;
mod tokens;
mod webhooks;

use std::collections::HashMap;
use std::sync::OnceLock;

use serde_json::{Map, Value, json};

use operation::Operation;
use shapes::Shapes;

/// What a server answered when every operation was carried out once: `{operationId: {path, query, body, status, answer}}`.
const EXAMPLES: &str = include_str!("examples.json");

/// The whole description.
pub fn document() -> Value {
    let mut shapes = Shapes::default();
    let examples: Map<String, Value> = serde_json::from_str(EXAMPLES).unwrap_or_default();
    let mut paths: Map<String, Value> = Map::new();
    let operations = operations();
    for operation in &operations {
        let told = operation.told(&mut shapes, examples.get(operation.id));
        let path = paths.entry(operation.path.clone()).or_insert_with(|| json!({}));
        if let Some(path) = path.as_object_mut() {
            path.insert(operation.method.to_owned(), told);
        }
    }
    links::put(&mut paths, &operations);
    let mut components = components::all();
    let mut schemas = shapes.definitions();
    schemas.insert("Problem".into(), components::problem());
    if let Some(components) = components.as_object_mut() {
        components.insert("schemas".into(), schemas.into());
    }
    let mut document = json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Travaux",
            "version": env!("CARGO_PKG_VERSION"),
            "summary": "The record of a negotiation, and whose words are in the text.",
            "description": "Answers are JSON in snake_case, UTF-8, times RFC 3339 in UTC. Problems are problem+json \
                            (RFC 9457): `type` is a stable slug, `detail` says what to do.",
            "license": {"name": "MIT", "identifier": "MIT"},
        },
        "servers": [{"url": "/"}],
        "tags": components::tags(),
        // Where no credentials are configured, none are asked for.
        "security": [{"token": []}, {}],
        "paths": paths,
        "components": components,
    });
    shapes::unmark_where_alike(&mut document);
    document
}

/// The schema of an entry as it is followed.
pub(super) fn envelope() -> Value {
    let settings =
        schemars::generate::SchemaSettings::draft2020_12().for_serialize().with(|s| s.inline_subschemas = true);
    json!(settings.into_generator().into_root_schema_for::<record::CloudEvent>())
}

fn operations() -> Vec<Operation> {
    let pages = [register::operations(), texts::operations(), proposals::operations()];
    let more = [the_room::operations(), record::operations(), reading::operations(), webhooks::operations()];
    let more = more.into_iter().chain([tokens::operations(), private::operations()]);
    pages.into_iter().chain(more).flatten().collect()
}

/// The query parameters that an operation takes; `None` where there is no such operation.
pub(super) fn parameters(method: &str, path: &str) -> Option<&'static [String]> {
    type Known = HashMap<String, Vec<String>>;
    static KNOWN: OnceLock<Known> = OnceLock::new();
    let named = |operation: Operation| {
        let names = operation.query_names();
        (format!("{} {}", operation.method, operation.path), names)
    };
    let known = KNOWN.get_or_init(|| operations().into_iter().map(named).collect());
    let method = if method == "HEAD" { "get".to_owned() } else { method.to_ascii_lowercase() };
    known.get(&format!("{method} {path}")).map(Vec::as_slice)
}
