//! What operations have in common: parameters, headers, problems.

use serde_json::{Map, Value, json};

use crate::compact::{Slug, limits};
use crate::web::query::PAGE_ROWS;

const SLUG: &str = "^[a-z0-9]+(-[a-z0-9]+)*$";

/// A pointer to something described once.
pub(super) fn refer(kind: &str, name: &str) -> Value {
    json!({"$ref": format!("#/components/{kind}/{name}")})
}

/// A slug.
pub(super) fn slug() -> Value {
    json!({"type": "string", "pattern": SLUG, "maxLength": Slug::CHARS_MAX})
}

/// The id of a provision.
pub(super) fn provision() -> Value {
    json!({"type": "string", "pattern": "^[1-9][0-9]*\\.[1-9][0-9]*$", "maxLength": 21})
}

fn lettered(letter: &str) -> Value {
    json!({"type": "string", "pattern": format!("^{letter}[1-9][0-9]*$"), "maxLength": 11})
}

/// A parameter of an address.
pub(super) fn path_parameter(name: &str, example: Option<Value>) -> Value {
    let at = || json!({"type": "string", "minLength": 1, "maxLength": Slug::CHARS_MAX});
    let (what, schema) = match name {
        "c" => ("A compact.", slug()),
        "g" => ("A group or delegation.", slug()),
        "d" => ("A draft or delegation.", slug()),
        "r" => ("A round.", slug()),
        "p" => ("A proposal.", lettered("p")),
        "n" => ("A redaction: its seq.", json!({"type": "string", "pattern": "^[1-9][0-9]*$", "maxLength": 10})),
        "k" => ("A package.", lettered("k")),
        "t" => ("A token: its id.", json!({"type": "string", "pattern": "^[0-9a-f]{8}$"})),
        "s" => ("A statement.", lettered("s")),
        "w" => ("A webhook.", json!({"type": "string"})),
        "id" => ("A provision.", provision()),
        "at" => ("A text: a draft's id, a seq, or `working`.", at()),
        "from" => ("The one text: a draft's id, a seq, or `working`.", at()),
        "to" => ("The other text: a draft's id, a seq, or `working`.", at()),
        _ => ("A name.", json!({"type": "string", "minLength": 1, "maxLength": 128})),
    };
    let mut told = json!({"name": name, "in": "path", "required": true, "description": what, "schema": schema});
    if let (Some(example), Some(told)) = (example, told.as_object_mut()) {
        told.insert("example".into(), example);
    }
    told
}

/// All of them.
pub(super) fn all() -> Value {
    json!({"parameters": parameters(), "headers": headers(), "responses": responses(),
           "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}}})
}

fn parameters() -> Value {
    let order = json!({"type": "string", "enum": ["ascending", "descending"], "default": "ascending"});
    let limit = json!({"type": "integer", "minimum": 1, "maximum": limits::PAGE_ROWS_MAX, "default": PAGE_ROWS});
    let header = |name: &str, what: &str, schema: Value| json!({"name": name, "in": "header", "description": what, "schema": schema});
    let key = json!({"type": "string", "minLength": 1, "maxLength": limits::IDEMPOTENCY_KEY_BYTES_MAX,
                     "pattern": "^[!-~]+$"});
    let tags = |example: &str| json!({"type": "string", "examples": [example]});
    json!({
        "after": {"name": "after", "in": "query", "description": "The `next` of the page before.",
                  "schema": {"type": "string", "minLength": 1, "maxLength": Slug::CHARS_MAX}},
        "limit": {"name": "limit", "in": "query", "description": "Rows of a page.", "schema": limit},
        "order": {"name": "order", "in": "query", "description": "The order of the rows.", "schema": order},
        "If-Match": header("If-Match", "Only if this is the ETag of what stands now; else 412.", tags("*")),
        "If-None-Match": header("If-None-Match", "Only if the ETag is another; else 304.", tags("\"41\"")),
        "Idempotency-Key": header("Idempotency-Key", "The same key and body within 24 hours: the first answer again.", key),
    })
}

fn headers() -> Value {
    let text = |what: &str| json!({"description": what, "schema": {"type": "string"}});
    json!({
        "ETag": text("The last entry that the answer saw, in quotes; or a hash."),
        "Cache-Control": text("`no-cache`, or `immutable` for what cannot change."),
        "Location": text("Where what was created is."),
        "Retry-After": {"description": "Seconds to wait.", "schema": {"type": "string", "pattern": "^[0-9]+$"}},
        "Allow": text("The methods of the address."),
    })
}

/// The schema of a problem.
pub(super) fn problem() -> Value {
    json!({
        "description": "A problem (RFC 9457). Other members help where they can: `conflicts`, `seq`, `most`.",
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string", "pattern": "^/problems/[a-z0-9-]+$"},
            "title": {"type": "string"},
            "status": {"type": "integer", "minimum": 400, "maximum": 599},
            "detail": {"type": "string", "description": "What to do."},
        },
    })
}

/// Why a request is not granted, by status.
const PROBLEMS: &[(u16, &str)] = &[
    (
        400,
        "The request cannot be read: `malformed-json`, `not-utf-8`, `bad-query`, `bad-body`, `bad-cursor`, `bad-idempotency-key`.",
    ),
    (401, "Say who you are, with a token that counts: `not-signed-in`."),
    (403, "It is for somebody else to say, `not-yours`; or a page from another site sent this, `cross-site`."),
    (404, "Nothing of that name is there, or it is not yours to see."),
    (406, "The address answers in other forms or codings: `not-acceptable`."),
    (408, "The body did not come in time: `too-slow`."),
    (
        409,
        "The room's rules say no: `collision`, `not-waiting`, `adopted`, `silent-changes`, `request-under-way` and others.",
    ),
    (410, "It was here, and was blanked: `blanked`; `seq` is the redaction."),
    (412, "Somebody was first since you looked: `stale`."),
    (413, "The body is too large: `body-too-large`."),
    (414, "The query is too long: `query-too-long`."),
    (415, "The body is of a type that is not taken here: `unsupported-media-type`."),
    (
        422,
        "The command cannot be taken as it is: `bad-body`, `bad-wording`, `nothing-changes`, `too-much`, `idempotency-key-reused` and others.",
    ),
    (429, "You ask too often, or follow too much at once: `too-many-requests`, `too-many-streams`."),
    (431, "The address and the header fields are too large: `head-too-large`."),
    (500, "A fault of the program: `internal`."),
    (503, "The record cannot be written or read just now: `storage-failed`, `storage-full`, `too-many-streams`."),
];

fn responses() -> Map<String, Value> {
    let schema = json!({"schema": {"$ref": "#/components/schemas/Problem"}});
    let page = json!({"schema": {"type": "string"}});
    let mut all = Map::new();
    let known = json!({"description": "You have it already.", "headers": {"ETag": refer("headers", "ETag"), "Cache-Control": refer("headers", "Cache-Control")}});
    all.insert("304".into(), known);
    for (status, description) in PROBLEMS {
        let headers = if *status == 503 { json!({"Retry-After": refer("headers", "Retry-After")}) } else { json!({}) };
        let content = json!({"application/problem+json": schema});
        let told = json!({"description": description, "headers": headers, "content": content});
        all.insert(status.to_string(), told);
        let content = json!({"text/html": page, "application/problem+json": schema});
        all.insert(format!("page-{status}"), json!({"description": description, "content": content}));
    }
    all
}

/// What operations are about.
pub(super) fn tags() -> Value {
    json!([
        {"name": "Compacts", "description": "Texts under negotiation, and who takes part."},
        {"name": "Texts", "description": "Drafts and revisions, redlines, and what became of what was asked for."},
        {"name": "Proposals", "description": "Textual proposals, alone and in packages."},
        {"name": "Provisions", "description": "Paragraphs: closed ad ref, positions, provenance."},
        {"name": "Statements and rounds", "description": "What was said outside the text, and when the talks meet."},
        {"name": "In private", "description": "Caucuses, for the members of a group, and working drafts, for the co-facilitators. Everything \
                                               that can be asked of a compact can be asked beneath them, too; to anybody else nothing is there."},
        {"name": "Tokens", "description": "Who is let in, for the secretariat."},
        {"name": "Record", "description": "The record as it is followed, and proofs of it."},
        {"name": "Server", "description": "Health, measures, descriptions."},
        {"name": "Pages", "description": "The same for eyes, as HTML."},
    ])
}
