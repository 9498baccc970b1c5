//! The API described for machines (`OpenAPI` 3.1), made from the same types that requests are read into.

use schemars::generate::SchemaSettings;
use schemars::{JsonSchema, SchemaGenerator};
use serde_json::{Map, Value, json};

use super::carrying::NothingBody;
use super::packages::{PackageBody, PackageShown};
use super::proofs::{ConsistencyShown, InclusionShown};
use super::proposals::{PositionBody, ProposalBody, ProposalShown, RevisedBody, TakeUpBody};
use super::provisions::{ProvisionShown, ReopenBody};
use super::redactions::{RedactedShown, RedactionBody};
use super::register::{
    CompactShown, DelegationBody, DelegationShown, DraftBody, DraftShown, GroupBody, GroupShown, NoteBody, OpenBody,
};
use super::revisions::{RevisionBody, RevisionShown};
use super::rounds::{RoundBody, RoundShown};
use super::silent::{CorrectionBody, CorrectionShown, ReasonBody};
use super::statements::{StatementShown, UptakeBody};
use super::tokens::{TokenBody, TokenShown};
use crate::compact::NewStatement;
use crate::history::{Brackets, Compilation, CreditedText, Dispositions, Provenance, Redline, SilentChanges, Text};

/// The whole description.
pub fn document() -> Value {
    let mut book = Book {
        schemas: SchemaSettings::draft2020_12()
            .with(|s| s.definitions_path = "/components/schemas".into())
            .into_generator(),
        paths: Map::new(),
    };
    register(&mut book);
    texts(&mut book);
    proposals(&mut book);
    provisions(&mut book);
    packages(&mut book);
    statements(&mut book);
    record(&mut book);
    tokens(&mut book);
    let problem = json!({
        "type": "object",
        "required": ["type", "title", "status", "detail"],
        "properties": {
            "type": {"type": "string"}, "title": {"type": "string"},
            "status": {"type": "integer"}, "detail": {"type": "string"},
        },
    });
    let mut schemas = book.schemas.take_definitions(true);
    schemas.insert("Problem".into(), problem);
    json!({
        "openapi": "3.1.0",
        "info": {
            "title": "Travaux",
            "version": env!("CARGO_PKG_VERSION"),
            "description": "The record of a negotiation, and whose words are in the text.",
        },
        "paths": book.paths,
        "components": {
            "schemas": schemas,
            "securitySchemes": {"token": {"type": "http", "scheme": "bearer"}},
        },
        // Where no credentials are configured, none are asked for.
        "security": [{"token": []}, {}],
    })
}

struct Book {
    schemas: SchemaGenerator,
    paths: Map<String, Value>,
}

const JSON: &[&str] = &["application/json"];

impl Book {
    /// An operation that reads something.
    fn read<T: JsonSchema>(&mut self, path: &str, summary: &str, query: &[(&str, &str)], types: &[&str]) {
        let schema = self.schemas.subschema_for::<T>();
        let content: Map<String, Value> = types
            .iter()
            .map(|kind| {
                let text = json!({"type": "string"});
                let schema = if *kind == "application/json" { json!(schema) } else { text };
                ((*kind).to_owned(), json!({"schema": schema}))
            })
            .collect();
        let answer =
            json!({"description": "as asked", "content": content, "headers": {"ETag": {"schema": {"type": "string"}}}});
        self.add("get", path, summary, query, None, &[("200", answer), ("304", json!({"description": "as known"}))]);
    }

    /// An operation that is recorded.
    fn write<B: JsonSchema, T: JsonSchema>(&mut self, method: &str, path: &str, summary: &str, types: &[&str]) {
        let body = self.schemas.subschema_for::<B>();
        let content: Map<String, Value> = types
            .iter()
            .map(|kind| {
                let schema = if *kind == "application/json" { json!(body) } else { json!({"type": "string"}) };
                ((*kind).to_owned(), json!({"schema": schema}))
            })
            .collect();
        let shown = json!({"application/json": {"schema": self.schemas.subschema_for::<T>()}});
        let created = json!({"description": "recorded, and new", "content": shown, "headers": {"Location": {"schema": {"type": "string"}}}});
        let done = json!({"description": "as it now stands", "content": shown});
        let body = (!types.is_empty()).then(|| json!({"content": content}));
        self.add(method, path, summary, &[], body, &[("200", done), ("201", created)]);
    }

    fn add(
        &mut self,
        method: &str,
        path: &str,
        summary: &str,
        query: &[(&str, &str)],
        body: Option<Value>,
        answers: &[(&str, Value)],
    ) {
        let in_path = path.split(['/', '.']).filter_map(|part| part.strip_prefix('{')?.strip_suffix('}'));
        let mut parameters: Vec<Value> = in_path
            .map(|name| json!({"name": name, "in": "path", "required": true, "schema": {"type": "string"}}))
            .collect();
        parameters.extend(query.iter().map(|(name, about)| {
            json!({"name": name, "in": "query", "required": false, "description": about, "schema": {"type": "string"}})
        }));
        let mut responses: Map<String, Value> =
            answers.iter().map(|(status, answer)| ((*status).to_owned(), answer.clone())).collect();
        let problem = json!({
            "description": "a problem that says what to do",
            "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
        });
        responses.insert("default".into(), problem);
        let mut operation = json!({"summary": summary, "parameters": parameters, "responses": responses});
        if let (Some(body), Some(operation)) = (body, operation.as_object_mut()) {
            operation.insert("requestBody".into(), body);
        }
        let entry = self.paths.entry(path.to_owned()).or_insert_with(|| json!({}));
        if let Some(entry) = entry.as_object_mut() {
            entry.insert(method.to_owned(), operation);
        }
    }
}

const PAGE: [(&str, &str); 2] = [("after", "the \"next\" of the page before"), ("limit", "rows of a page, 1 to 1000")];
const GROUP: (&str, &str) = ("group", "only this group's marks or proposals");

fn register(book: &mut Book) {
    book.read::<Value>("/api/v1/compacts", "All compacts", &PAGE, JSON);
    book.write::<OpenBody, CompactShown>("post", "/api/v1/compacts", "Open a compact", JSON);
    book.read::<CompactShown>("/api/v1/compacts/{c}", "A compact", &[], JSON);
    let group = "/api/v1/compacts/{c}/groups/{g}";
    book.read::<GroupShown>(group, "A state group", &[], JSON);
    book.write::<GroupBody, GroupShown>("put", group, "Register a state group, or change its name", JSON);
    let mandate = "/api/v1/compacts/{c}/groups/{g}/mandates/{d}";
    book.write::<(), GroupShown>("put", mandate, "Record that a delegation speaks for a group", &[]);
    book.write::<(), GroupShown>("delete", mandate, "Record that it does so no longer", &[]);
    let delegation = "/api/v1/compacts/{c}/delegations/{d}";
    book.read::<DelegationShown>(delegation, "A delegation", &[], JSON);
    book.write::<DelegationBody, DelegationShown>("put", delegation, "Register a delegation, or change it", JSON);
    book.write::<(), DelegationShown>("delete", delegation, "Record that a delegation leaves the process", &[]);
    book.read::<Value>("/api/v1/compacts/{c}/rounds", "The rounds", &[], JSON);
    let round = "/api/v1/compacts/{c}/rounds/{r}";
    book.read::<RoundShown>(round, "A round", &[], JSON);
    book.write::<RoundBody, RoundShown>("put", round, "Schedule a round, or schedule it anew", JSON);
    book.write::<NoteBody, CompactShown>("post", "/api/v1/compacts/{c}/adopt", "Adopt the compact", JSON);
}

/// A text, with or without whose its words are.
#[derive(JsonSchema)]
#[serde(untagged)]
#[allow(dead_code, reason = "only described; each is told where it is made")]
enum TextShown {
    Credited(CreditedText),
    Plain(Text),
}

fn texts(book: &mut Book) {
    let revision = ["application/json", "text/markdown", "text/plain"];
    book.write::<RevisionBody, RevisionShown>(
        "post",
        "/api/v1/compacts/{c}/revisions",
        "Hand in a whole text",
        &revision,
    );
    book.read::<Value>("/api/v1/compacts/{c}/drafts", "The drafts issued", &PAGE, JSON);
    book.write::<DraftBody, DraftShown>("post", "/api/v1/compacts/{c}/drafts", "Issue the working text", JSON);
    let silent = "What changed since the last draft without any proposal having asked for it";
    book.read::<SilentChanges>("/api/v1/compacts/{c}/silent-changes", silent, &[], JSON);
    book.write::<ReasonBody, SilentChanges>(
        "post",
        "/api/v1/compacts/{c}/reasons",
        "Say why the text was changed",
        JSON,
    );
    let corrections = "/api/v1/compacts/{c}/credit-corrections";
    book.write::<CorrectionBody, CorrectionShown>("post", corrections, "Correct whom words are credited to", JSON);
    book.read::<DraftShown>("/api/v1/compacts/{c}/drafts/{d}", "A draft", &[], JSON);
    let forms = ["application/json", "text/markdown", "text/plain", "text/html"];
    let asked = [
        ("assume", "proposals to be shown as taken up, separated by commas"),
        ("credits", "true: of every word since which draft it stands and whose it is, as JSON"),
    ];
    book.read::<TextShown>("/api/v1/compacts/{c}/texts/{at}", "A text", &asked, &forms);
    let forms = ["application/json", "text/html", "text/markdown"];
    book.read::<Redline>(
        "/api/v1/compacts/{c}/redlines/{from}..{to}",
        "What changed, and at whose request",
        &[GROUP],
        &forms,
    );
    book.read::<Compilation>(
        "/api/v1/compacts/{c}/compilations/{at}",
        "A text with what is proposed",
        &[GROUP],
        &forms,
    );
    let brackets = "Square brackets, draft by draft";
    book.read::<Brackets>("/api/v1/compacts/{c}/brackets", brackets, &[], JSON);
    let forms = ["application/json", "text/csv", "text/html"];
    let filter = [GROUP, ("draft", "as at this draft or seq")];
    book.read::<Dispositions>("/api/v1/compacts/{c}/dispositions", "What became of proposals", &filter, &forms);
    book.read::<Provenance>(
        "/api/v1/compacts/{c}/provisions/{id}/provenance",
        "How a provision came to be so",
        &[],
        JSON,
    );
}

fn proposals(book: &mut Book) {
    let all = "/api/v1/compacts/{c}/proposals";
    let [after, limit] = PAGE;
    let filter = [
        after,
        limit,
        ("standing", "waiting, taken_up, declined or withdrawn"),
        ("sponsor", "a group or delegation"),
        ("provision", "the id of a provision"),
    ];
    book.read::<Value>(all, "Proposals", &filter, JSON);
    book.write::<ProposalBody, ProposalShown>("post", all, "Table a proposal", JSON);
    let one = "/api/v1/compacts/{c}/proposals/{p}";
    book.read::<ProposalShown>(one, "A proposal", &[], JSON);
    book.write::<RevisedBody, ProposalShown>("put", one, "Give a waiting proposal a new form", JSON);
    book.write::<TakeUpBody, ProposalShown>("post", &format!("{one}/take-up"), "Take a proposal up", JSON);
    book.write::<NoteBody, ProposalShown>("post", &format!("{one}/decline"), "Decline a proposal", JSON);
    book.write::<NoteBody, ProposalShown>("post", &format!("{one}/withdraw"), "Withdraw a proposal", JSON);
    book.write::<NothingBody, ProposalShown>(
        "post",
        &format!("{one}/confirm"),
        "Confirm that its wording stands",
        JSON,
    );
    let accept = "Accept what it proposes in place of another's wording";
    book.write::<NoteBody, ProposalShown>("post", &format!("{one}/accept"), accept, JSON);
    let sponsor = format!("{one}/sponsors/{{g}}");
    book.write::<(), ProposalShown>("put", &sponsor, "Join the sponsors", &[]);
    book.write::<(), ProposalShown>("delete", &sponsor, "Leave the sponsors", &[]);
    book.write::<PositionBody, ProposalShown>("put", &format!("{one}/positions/{{g}}"), "Take a position", JSON);
}

fn provisions(book: &mut Book) {
    let one = "/api/v1/compacts/{c}/provisions/{id}";
    book.read::<ProvisionShown>(one, "A provision as it stands", &[], JSON);
    book.write::<NoteBody, ProvisionShown>("post", &format!("{one}/close"), "Close a provision ad ref", JSON);
    book.write::<ReopenBody, ProvisionShown>("post", &format!("{one}/reopen"), "Reopen a closed provision", JSON);
    let position = format!("{one}/positions/{{g}}");
    book.write::<PositionBody, ProvisionShown>("put", &position, "Take a position on a provision", JSON);
}

fn packages(book: &mut Book) {
    let all = "/api/v1/compacts/{c}/packages";
    book.read::<Value>(all, "Packages of proposals", &PAGE, JSON);
    book.write::<PackageBody, PackageShown>("post", all, "Link proposals into a package", JSON);
    let one = "/api/v1/compacts/{c}/packages/{k}";
    book.read::<PackageShown>(one, "A package", &[], JSON);
    book.write::<(), PackageShown>("delete", one, "Dissolve a package", &[]);
    book.write::<NoteBody, PackageShown>("post", &format!("{one}/take-up"), "Take all its proposals up", JSON);
    book.write::<NoteBody, PackageShown>("post", &format!("{one}/decline"), "Decline all its proposals", JSON);
}

fn statements(book: &mut Book) {
    let all = "/api/v1/compacts/{c}/statements";
    let [after, limit] = PAGE;
    let filter = [after, limit, ("provision", "the id of a provision"), ("by", "a group or delegation, or a name")];
    book.read::<Value>(all, "Statements", &filter, JSON);
    book.write::<NewStatement, StatementShown>("post", all, "File a statement", JSON);
    let one = "/api/v1/compacts/{c}/statements/{s}";
    book.read::<StatementShown>(one, "A statement", &[], JSON);
    let bytes = ["application/octet-stream"];
    book.read::<String>(&format!("{one}/attachment"), "The file attached to it", &[], &bytes);
    let uptake = "/api/v1/compacts/{c}/proposals/{p}/statements/{s}";
    book.write::<UptakeBody, ProposalShown>("put", uptake, "Say that a proposal takes a statement up", JSON);
    book.write::<(), ProposalShown>("delete", uptake, "Say so no longer", &[]);
}

fn tokens(book: &mut Book) {
    book.read::<Value>("/api/v1/tokens", "All tokens ever issued, for the secretariat", &[], JSON);
    book.write::<TokenBody, TokenShown>("post", "/api/v1/tokens", "Issue a token, which is shown this once", JSON);
    book.write::<(), TokenShown>("delete", "/api/v1/tokens/{id}", "Revoke a token", &[]);
}

fn record(book: &mut Book) {
    let forms = ["application/json", "application/x-ndjson", "text/event-stream"];
    book.read::<Value>("/api/v1/compacts/{c}/events", "The record of a compact", &PAGE, &forms);
    book.read::<Value>("/api/v1/events", "The record of all compacts", &PAGE, &forms);
    let redactions = "/api/v1/compacts/{c}/redactions";
    book.read::<Value>(redactions, "What was blanked", &PAGE, JSON);
    book.write::<RedactionBody, RedactedShown>("post", redactions, "Blank something of an entry", JSON);
    book.read::<RedactedShown>(&format!("{redactions}/{{n}}"), "A redaction, and its entry", &[], JSON);
    let log = "/api/v1/compacts/{c}/log";
    let note = ["text/plain"];
    let checkpoint = "What the record comes to, as a signed note (C2SP tlog-checkpoint)";
    book.read::<String>(&format!("{log}/checkpoint"), checkpoint, &[], &note);
    let asked = [("seq", "the entry"), ("size", "among how many entries; today's unless told")];
    let inclusion = "That an entry is in the record (RFC 9162, 2.1.3)";
    book.read::<InclusionShown>(&format!("{log}/proof/inclusion"), inclusion, &asked, JSON);
    let asked = [("from", "how many entries there were"), ("to", "how many there were later; today's unless told")];
    let consistency = "That the record goes on where it was (RFC 9162, 2.1.4)";
    book.read::<ConsistencyShown>(&format!("{log}/proof/consistency"), consistency, &asked, JSON);
    book.read::<String>("/api/v1/log/key", "The keys that checkpoints are checked with, a line each", &[], &note);
    book.read::<Value>("/health/live", "Whether the server runs", &[], JSON);
    book.read::<Value>("/health/ready", "Whether it can record", &[], JSON);
    book.read::<String>("/metrics", "Measures for Prometheus", &[], &["text/plain"]);
    book.read::<Value>("/openapi.json", "This description", &[], JSON);
    book.read::<Value>("/schemas/{name}", "The schema of an event", &[], &["application/schema+json"]);
}
