//! The record as it is followed, and what makes it evidence.

use schemars::JsonSchema;
use serde::Serialize;
use serde_json::{Map, Value, json};

use super::operation::{Operation, get, post};
use crate::compact::{Moment, Seq, limits};
use crate::web::proofs::{ConsistencyShown, InclusionShown};
use crate::web::redactions::{RedactedShown, RedactionBody, RedactionList};

/// An entry of the record: a `CloudEvent` 1.0 in structured JSON.
#[derive(Serialize, JsonSchema)]
#[allow(dead_code, reason = "only described; entries are told as they are stored")]
pub(super) struct CloudEvent {
    /// Its place among the entries of all compacts, from 1; told to whoever sees all of them.
    #[serde(skip_serializing_if = "Option::is_none")]
    position: Option<u64>,
    /// `1.0`
    specversion: String,
    /// `<compact>/<seq>`
    id: String,
    /// `/api/v1/compacts/<compact>`
    source: String,
    /// `travaux.<event>.v<version>`
    r#type: String,
    /// When it was recorded.
    time: Moment,
    /// The proposal, draft, group, delegation or provision concerned.
    #[serde(skip_serializing_if = "Option::is_none")]
    subject: Option<String>,
    /// `application/json`
    datacontenttype: String,
    /// Where the schema of `data` is: `/schemas/<event>.v<version>.json`
    dataschema: String,
    /// The seq, ten digits (the sequence extension of `CloudEvents`).
    sequence: String,
    /// Whose word it is.
    speaker: String,
    /// Who spoke, where credentials are asked for.
    #[serde(skip_serializing_if = "Option::is_none")]
    spokenby: Option<String>,
    /// Hashes of the key and of the body of the request, where it came with an `Idempotency-Key`.
    #[serde(skip_serializing_if = "Option::is_none")]
    idempotencykey: Option<String>,
    /// The seq of the redaction, where something of the entry was blanked.
    #[serde(skip_serializing_if = "Option::is_none")]
    redactedby: Option<Seq>,
    /// The leaf that a blanked entry keeps: SHA-256 in base64.
    #[serde(skip_serializing_if = "Option::is_none")]
    leafhash: Option<String>,
    /// What happened.
    data: Map<String, Value>,
}

/// A page of the record.
#[derive(Serialize, JsonSchema)]
#[allow(dead_code, reason = "only described; a page is written around stored bytes")]
struct EventPage {
    events: Vec<CloudEvent>,
    /// The `after` of the next page.
    next: u64,
    /// The last entry.
    head: u64,
    /// The last entry.
    seq: u64,
}

pub(super) fn operations() -> Vec<Operation> {
    let log = "/api/v1/compacts/{c}/log";
    let number = |least: u64| json!({"type": "integer", "minimum": least, "maximum": u64::MAX});
    let page = json!({"type": "integer", "minimum": 1, "maximum": limits::PAGE_ROWS_MAX, "default": 100});
    let names = |one: &str| json!({"type": "string", "pattern": format!("^{one}(,{one})*$")});
    let followed = |path: &str, id, summary| {
        get(path, id, summary)
            .asks("after", "The last entry that you have.", number(0))
            .asks("limit", "As a page: how many entries.", page.clone())
            .asks("type", "Only events of these types, separated by commas.", names("[a-z][a-z.0-9-]*"))
            .asks("group", "Only those that concern these groups or delegations.", names("[a-z0-9]+(-[a-z0-9]+)*"))
            .asks("provision", "Only those that concern these provisions.", names("[0-9]+[.][0-9]+"))
            .shows::<EventPage>()
            .or_as(&["application/x-ndjson", "text/event-stream"])
    };
    let redactions = "/api/v1/compacts/{c}/redactions";
    vec![
        get(redactions, "listRedactions", "What was blanked").in_pages().shows::<RedactionList>(),
        post(redactions, "redact", "Blank something of an entry").takes::<RedactionBody>().creates::<RedactedShown>(),
        get(format!("{redactions}/{{n}}"), "showRedaction", "A redaction, and its entry").shows::<RedactedShown>(),
        followed("/api/v1/compacts/{c}/events", "followCompact", "The record of a compact"),
        followed("/api/v1/events", "followAll", "The record of all compacts").may(&[403]),
        get(format!("{log}/checkpoint"), "showCheckpoint", "What the record comes to, signed (C2SP tlog-checkpoint)")
            .only_as(&["text/plain"]),
        get(format!("{log}/proof/inclusion"), "proveInclusion", "That an entry is in the record (RFC 9162, 2.1.3)")
            .needs("seq", "The entry.", number(1))
            .asks("size", "Among how many entries; today's unless told.", number(1))
            .shows::<InclusionShown>(),
        get(format!("{log}/proof/consistency"), "proveConsistency", "That the record goes on (RFC 9162, 2.1.4)")
            .needs("from", "How many entries there were.", number(1))
            .asks("to", "How many there were later; today's unless told.", number(1))
            .shows::<ConsistencyShown>(),
        get("/api/v1/log/key", "showKeys", "The keys that checkpoints are checked with, a line each")
            .only_as(&["text/plain"]),
    ]
}
