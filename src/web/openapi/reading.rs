//! Pages, and what is for those who run the server or read the description.

use serde_json::{Map, Value, json};

use super::operation::{Operation, get};
use super::texts::of_group;
use crate::web::ops::{Live, Ready};

pub(super) fn operations() -> Vec<Operation> {
    server().into_iter().chain(pages()).collect()
}

fn server() -> Vec<Operation> {
    type Any = Map<String, Value>;
    vec![
        get("/health/live", "isLive", "Whether the server runs").shows::<Live>().untagged(),
        get("/health/ready", "isReady", "Whether it can record").shows::<Ready>().untagged(),
        get("/metrics", "readMeasures", "Measures for Prometheus").only_as(&["text/plain"]).untagged().may(&[403]),
        get("/openapi.json", "describe", "This description").shows::<Any>(),
        get("/asyncapi.json", "describeStreams", "The streams and what webhooks get, described (AsyncAPI 3.0)")
            .shows::<Any>(),
        get("/schemas/{name}", "showSchema", "The JSON Schema of an event, by its `dataschema`")
            .shows::<Any>()
            .only_as(&["application/schema+json"]),
    ]
}

fn pages() -> Vec<Operation> {
    let page = |path: &str, id, summary| get(path, id, summary).only_as(&["text/html"]);
    let c = "/compacts/{c}";
    let only = json!({"type": "string", "enum": ["only"]});
    vec![
        page("/", "pageOfCompacts", "All compacts"),
        get("/style.css", "readStyle", "The style sheet of the pages").only_as(&["text/css"]),
        page("/docs", "pageOfDocs", "This description, to be read"),
        page(c, "pageOfCompact", "A compact"),
        page(&format!("{c}/texts/{{at}}"), "pageOfText", "A text"),
        of_group(page(&format!("{c}/redlines/{{from}}..{{to}}"), "pageOfRedline", "A redline")).asks(
            "changes",
            "Only what changed.",
            only,
        ),
        of_group(page(&format!("{c}/compilations/{{at}}"), "pageOfCompilation", "A text with what is proposed")),
        page(&format!("{c}/silent-changes"), "pageOfSilentChanges", "What no proposal asked for"),
        of_group(page(&format!("{c}/dispositions"), "pageOfDispositions", "What became of proposals")).asks(
            "draft",
            "As at this draft or seq.",
            json!({"type": "string"}),
        ),
        page(&format!("{c}/room"), "pageOfRoom", "Rounds, statements, packages"),
        page(&format!("{c}/provisions/{{id}}/provenance"), "pageOfProvenance", "How a provision came to be so"),
    ]
}
