//! The streams and the deliveries to webhooks described for machines (`AsyncAPI` 3.0): one message for each event, with the
//! schema that it is stored by.

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
    let delivered: Map<String, Value> = events.iter().map(|(name, _)| (name.clone(), delivery(name))).collect();
    json!({
        "asyncapi": "3.0.0",
        "info": {
            "title": "Travaux: the record as it goes out",
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
            "webhook": {
                "address": null,
                "title": "What is delivered to a webhook",
                "description": "The address is the `url` of the subscription (`POST /api/v1/compacts/{c}/webhooks`). The \
                                entries of one compact that its filter takes, in order and at least once: an entry comes \
                                again, under the same `webhook-id`, until it is answered with 2xx. There is no `position`.",
                "messages": delivered,
            },
        },
        "operations": {
            "followCompact": operation("compact", "Follow one compact"),
            "followAll": operation("whole", "Follow all compacts"),
            "deliver": {
                "action": "send",
                "summary": "Post an entry to a webhook (Standard Webhooks)",
                "channel": {"$ref": "#/channels/webhook"},
                "bindings": {"http": {"method": "POST", "bindingVersion": "0.3.0"}},
            },
        },
        "components": {"messages": messages, "messageTraits": {"delivery": delivery_trait()}},
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

/// One event as it is delivered: what the stream has, with a head.
fn delivery(name: &str) -> Value {
    json!({
        "name": format!("travaux.{name}"),
        "traits": [{"$ref": "#/components/messageTraits/delivery"}],
        "payload": {"$ref": format!("#/components/messages/{name}/payload")},
    })
}

/// The head of a delivery (Standard Webhooks).
fn delivery_trait() -> Value {
    let one = "v1,[A-Za-z0-9+/]{43}=";
    let field = |what: &str, pattern: &str| json!({"type": "string", "description": what, "pattern": pattern});
    let id = "The compact, the seq and the webhook: the same on every attempt and in every replay.";
    let timestamp = "When this attempt was made, in seconds since 1970. Refuse what is more than five minutes away.";
    let signature = "`v1,` and the base64 of the HMAC-SHA256 of id, timestamp and body, with full stops between, under the \
                     secret; for a day after a rotation two of them, with a space between. One has to fit.";
    let headers = json!({
        "type": "object",
        "required": ["webhook-id", "webhook-timestamp", "webhook-signature"],
        "properties": {
            "webhook-id": field(id, "^[a-z0-9-]+/[1-9][0-9]*/w[0-9a-f]{16}$"),
            "webhook-timestamp": field(timestamp, "^[0-9]+$"),
            "webhook-signature": field(signature, &format!("^{one}( {one})?$")),
        },
    });
    json!({"contentType": "application/cloudevents+json", "headers": {"schemaFormat": DIALECT, "schema": headers}})
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
