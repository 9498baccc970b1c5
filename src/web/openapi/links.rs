//! Where an answer leads (`OpenAPI` 3.1, Link Object): what it names is there at other addresses.

use std::collections::BTreeSet;

use serde_json::{Map, Value, json};

use super::operation::Operation;

/// What answers name: of which operation, where in its answer (a JSON pointer; nothing where the request named it), and the
/// part of an address that it fills.
const NAMED: &[(&str, &str, &str)] = &[
    ("openCompact", "/id", "compacts/{c}"),
    ("listCompacts", "/compacts/0/id", "compacts/{c}"),
    ("putGroup", "", "groups/{g}"),
    ("putDelegation", "", "delegations/{d}"),
    ("issueDraft", "/id", "drafts/{d}"),
    ("issueDraft", "/id", "texts/{at}"),
    ("issueDraft", "/id", "compilations/{at}"),
    ("tableProposal", "/id", "proposals/{p}"),
    ("linkPackage", "/id", "packages/{k}"),
    ("fileStatement", "/id", "statements/{s}"),
    ("scheduleRound", "", "rounds/{r}"),
    ("subscribe", "/id", "webhooks/{w}"),
    ("issueToken", "/id", "tokens/{t}"),
];

/// Puts into the answers of described operations where they lead.
pub(super) fn put(paths: &mut Map<String, Value>, operations: &[Operation]) {
    for (id, pointer, part) in NAMED {
        let Some(from) = operations.iter().find(|operation| operation.id == *id) else { continue };
        let Some(told) = paths.get_mut(&from.path).and_then(|path| path.get_mut(from.method)) else { continue };
        let leads = leads(from, pointer, part, operations);
        for status in ["200", "201"] {
            let Some(answer) = told["responses"].get_mut(status).and_then(Value::as_object_mut) else { continue };
            let links = answer.entry("links").or_insert_with(|| json!({}));
            links.as_object_mut().into_iter().for_each(|links| links.extend(leads.clone()));
        }
    }
}

/// The operations of which the address is known to its end once this is named.
fn leads(from: &Operation, pointer: &str, part: &str, operations: &[Operation]) -> Map<String, Value> {
    let (own, named) = (parameters(&from.path), parameters(part));
    let expression = |name: &&str| {
        let in_answer = named.contains(name) && !pointer.is_empty();
        let from = if in_answer { format!("$response.body#{pointer}") } else { format!("$request.path.{name}") };
        ((*name).to_owned(), json!(from))
    };
    let beneath = operations.iter().filter(|to| to.path.starts_with("/api/v1/") && to.path.contains(part));
    let known = beneath.filter(|to| {
        to.id != from.id && parameters(&to.path).iter().all(|name| own.contains(name) || named.contains(name))
    });
    let lead = |to: &Operation| {
        let filled: Map<String, Value> = parameters(&to.path).iter().map(expression).collect();
        (to.id.to_owned(), json!({"operationId": to.id, "parameters": filled}))
    };
    known.map(lead).collect()
}

/// The names in braces.
fn parameters(path: &str) -> BTreeSet<&str> {
    path.split('{').skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::web::openapi::{document, operations};

    #[test]
    fn whatever_is_named_leads_somewhere() {
        let operations = operations();
        for (id, pointer, part) in NAMED {
            let from = operations.iter().find(|operation| operation.id == *id).unwrap_or_else(|| panic!("no {id}"));
            assert!(!leads(from, pointer, part, &operations).is_empty(), "{id} to {part}");
        }
    }

    #[test]
    fn a_draft_that_was_issued_is_shown_and_is_a_text() {
        let links = &document()["paths"]["/api/v1/compacts/{c}/drafts"]["post"]["responses"]["201"]["links"];
        let names: Vec<&String> = links.as_object().unwrap().keys().collect();
        assert_eq!(names, ["showDraft", "showText", "showCompilation"]);
        let filled = json!({"c": "$request.path.c", "at": "$response.body#/id"});
        assert_eq!(links["showText"], json!({"operationId": "showText", "parameters": filled}));
    }
}
