//! The streams described for machines (`AsyncAPI` 3.0): one message for each event, with the schema that it is stored by.

use serde_json::{Map, Value, json};

use super::openapi::envelope;
use crate::compact::schemas;

/// The dialect of the schemas of messages.
const DIALECT: &str = "application/schema+json;version=draft-2020-12";

/// The whole description.
pub fn streams() -> Value {
    let events: Vec<(String, Value)> =
        schemas().into_iter().map(|(name, schema)| (name, serde_json::from_str(&schema).unwrap_or_default())).collect();
    let messages: Map<String, Value> =
        events.iter().map(|(name, schema)| (name.clone(), message(name, schema))).collect();
    let referred: Map<String, Value> = events
        .iter()
        .map(|(name, _)| (name.clone(), json!({"$ref": format!("#/components/messages/{name}")})))
        .collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Travaux: the record as it is followed",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "Server-sent events, by GET with `Accept: text/event-stream`: `id` is the cursor, `event` \
                            the type, `data` the CloudEvent as structured JSON on one line. `Last-Event-ID`, or \
                            `?after=`, resumes; first comes what was missed, then what happens, without a gap. A \
                            comment at least every 15 seconds keeps the stream open.",
            "license": {"name": "MIT"},
        },
        "defaultContentType": "application/cloudevents+json",
        "channels": {
            "compact": {
                "address": "/api/v1/compacts/{c}/events",
                "title": "The record of one compact",
                "description": "The cursor is the seq.",
                "parameters": {"c": {"description": "The id of a compact."}},
                "messages": referred,
            },
            "whole": {
                "address": "/api/v1/events",
                "title": "The record of all compacts",
                "description": "The cursor is the position.",
                "messages": referred,
            },
        },
        "operations": {
            "followCompact": operation("compact", "Follow one compact"),
            "followAll": operation("whole", "Follow all compacts"),
        },
        "components": {"messages": messages},
    })
}

/// The server sends; a client opens the stream.
fn operation(channel: &str, summary: &str) -> Value {
    let query = json!({"type": "object", "properties": {"after": {"type": "integer", "minimum": 0}}});
    json!({
        "action": "send",
        "summary": summary,
        "channel": {"$ref": format!("#/channels/{channel}")},
        "bindings": {"http": {"method": "GET", "query": query, "bindingVersion": "0.3.0"}},
    })
}

/// One event: the envelope of all, with its own type and data.
fn message(name: &str, data: &Value) -> Value {
    let own = json!({
        "properties": {
            "type": {"const": format!("travaux.{name}")},
            "dataschema": {"const": format!("/schemas/{name}.json")},
            "data": data,
        },
    });
    let description = data.get("description").cloned().unwrap_or_default();
    json!({
        "name": format!("travaux.{name}"),
        "title": data.get("title").cloned().unwrap_or_else(|| name.into()),
        "summary": description,
        "payload": {"schemaFormat": DIALECT, "schema": {"allOf": [envelope(), own]}},
    })
}
