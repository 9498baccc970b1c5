//! What clients may rely on: the description is that of the code, of the addresses served, and of what is answered.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

use serde_json::{Map, Value, json};
use travaux::compact::{Event, limits};
use travaux::web;

use crate::described::{DOCUMENT, resolved, validator};
use crate::every_operation::{carry_out, examples, opening, rehearsed};
use crate::http::{C, opened};
use crate::server::Server;

/// Set to write what is generated anew, to be looked at before it is committed.
fn blesses() -> bool {
    std::env::var_os("TRAVAUX_BLESS").is_some()
}

#[track_caller]
fn is_kept(path: &str, generated: &Value) {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(path);
    let text = serde_json::to_string_pretty(generated).unwrap() + "\n";
    if blesses() {
        fs::write(&path, &text).unwrap();
    }
    let kept = fs::read_to_string(&path).unwrap_or_default();
    assert!(kept == text, "{} is not what the code says: run `TRAVAUX_BLESS=1 cargo test contract`", path.display());
}

/// The operations of the description: each path with its methods in upper case, `HEAD` with every `GET`.
fn described() -> BTreeMap<String, BTreeSet<String>> {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let methods = |methods: &Value| {
        let named: BTreeSet<String> = methods.as_object().unwrap().keys().map(|name| name.to_uppercase()).collect();
        let head = named.contains("GET").then(|| "HEAD".to_owned());
        named.into_iter().chain(head).collect()
    };
    paths.iter().map(|(path, told)| (path.clone(), methods(told))).collect()
}

#[test]
fn every_address_served_is_described_and_the_other_way_round() {
    let served: BTreeMap<String, BTreeSet<String>> =
        web::served().into_iter().map(|(path, allow)| (path, allow.split(", ").map(str::to_owned).collect())).collect();
    assert_eq!(served, described());
}

#[test]
fn every_address_takes_the_methods_described_and_refuses_the_others_by_naming_them() {
    let server = Server::start();
    for (path, methods) in described() {
        let path = path.replace("{from}..{to}", "1..2").replace(['{', '}'], "");
        let answer = server.send("PATCH", &path, &[], b"");
        answer.problem(405, "method-not-allowed");
        let allowed: BTreeSet<String> = answer.header("allow").split(", ").map(str::to_owned).collect();
        assert_eq!(allowed, methods, "{path}");
    }
}

#[test]
fn the_description_kept_is_that_of_the_code() {
    is_kept("schemas/openapi.json", &DOCUMENT);
    is_kept("schemas/asyncapi.json", &web::streams());
}

#[test]
fn every_operation_is_carried_out_and_gives_the_examples_of_the_description() {
    let (carried_out, given) = examples();
    let told = |methods: &Value| methods.as_object().unwrap().values().map(|o| o["operationId"].to_string()).collect();
    let all: BTreeSet<String> =
        DOCUMENT["paths"].as_object().unwrap().values().flat_map(|methods| -> Vec<String> { told(methods) }).collect();
    let tried: BTreeSet<String> = carried_out.iter().map(|id| format!("{id:?}")).collect();
    assert_eq!(tried, all, "every operation is tried");
    is_kept("src/web/openapi/examples.json", &Value::Object(given));
}

#[test]
fn every_example_is_valid_by_the_schema_beside_it() {
    let mut seen = 0;
    for (path, methods) in DOCUMENT["paths"].as_object().unwrap() {
        for (method, operation) in methods.as_object().unwrap() {
            let bodies = operation["requestBody"]["content"].as_object();
            let answers = operation["responses"].as_object().unwrap().values();
            let answers = answers.filter_map(|told| resolved(told)["content"].as_object());
            for media in bodies.into_iter().chain(answers).flat_map(Map::values) {
                let Some(example) = media.get("example") else { continue };
                let validator = validator(&format!("{method} {path} {}", media["schema"]), &media["schema"]);
                if let Err(error) = validator.validate(example) {
                    panic!("{method} {path}: {error} at {}", error.instance_path());
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 80, "{seen} examples are not those of all operations");
}

#[test]
fn every_pointer_of_the_descriptions_leads_somewhere() {
    for document in [&*DOCUMENT, &web::streams()] {
        let text = document.to_string();
        for pointer in text.split("\"$ref\":\"#").skip(1).map(|rest| rest.split('"').next().unwrap()) {
            // Within the schema of an event, pointers lead to its own definitions.
            let leads = pointer.starts_with("/$defs/") || document.pointer(pointer).is_some();
            assert!(leads, "{pointer}");
        }
    }
}

#[test]
fn every_link_fills_the_whole_address_it_leads_to_from_what_the_example_tells() {
    let paths = DOCUMENT["paths"].as_object().unwrap();
    let operations =
        paths.iter().flat_map(|(path, methods)| methods.as_object().unwrap().values().map(move |o| (path, o)));
    let operations: Vec<(&String, &Value)> = operations.collect();
    let mut seen = 0;
    for (_, operation) in &operations {
        for answer in operation["responses"].as_object().unwrap().values() {
            let example = &answer["content"]["application/json"]["example"];
            for (name, link) in answer["links"].as_object().into_iter().flatten() {
                let (path, _) = operations.iter().find(|(_, o)| o["operationId"] == link["operationId"]).expect(name);
                let filled = link["parameters"].as_object().unwrap();
                assert_eq!(path.matches('{').count(), filled.len(), "{name}");
                for (parameter, expression) in filled {
                    assert!(path.contains(&format!("{{{parameter}}}")), "{name}: {parameter}");
                    let pointer = expression.as_str().unwrap().strip_prefix("$response.body#");
                    assert!(
                        pointer.is_none_or(|at| example.is_null() || example.pointer(at).is_some()),
                        "{name}: {expression}"
                    );
                }
                seen += 1;
            }
        }
    }
    assert!(seen > 50, "{seen} links are not all");
}

#[test]
fn the_streams_are_described_with_every_event() {
    let server = rehearsed();
    for step in opening() {
        carry_out(&server, &step);
    }
    let streams = server.get("/asyncapi.json").expect(200);
    assert_eq!(streams, web::streams());
    assert_eq!(streams["components"]["messages"].as_object().unwrap().len(), Event::NAMES.len());
    for line in server.get_as("/api/v1/events", "application/x-ndjson").text().lines() {
        let event: Value = serde_json::from_str(line).unwrap();
        let name = event["type"].as_str().unwrap().strip_prefix("travaux.").unwrap();
        let schema = &streams["components"]["messages"][name]["payload"]["schema"];
        let validator = jsonschema::options().should_validate_formats(true).build(schema).unwrap();
        if let Err(error) = validator.validate(&event) {
            panic!("{name}: {error} at {}", error.instance_path());
        }
    }
}

#[test]
fn the_reference_shows_every_operation_and_runs_no_script() {
    let page = Server::start().get("/docs").text();
    for methods in DOCUMENT["paths"].as_object().unwrap().values() {
        for operation in methods.as_object().unwrap().values() {
            let id = operation["operationId"].as_str().unwrap();
            assert!(page.contains(&format!("id=\"{id}\"")), "{id} is not in the reference");
        }
    }
    for foreign in ["<script", "src=", "https://", "http://"] {
        assert!(!page.contains(foreign) || foreign.starts_with("http"), "{foreign} is in the reference");
    }
    assert!(Server::start().get("/").text().contains("href=\"/docs\""));
}

#[test]
fn a_query_is_refused_where_a_parameter_is_unknown_or_told_twice() {
    let server = opened();
    for (path, methods) in described().into_iter().filter(|(path, _)| path != "/api/v1/compacts/{c}/texts/{at}") {
        let path = path.replace("{c}", "gcm").replace("{from}..{to}", "1..2").replace(['{', '}'], "");
        for method in methods {
            let answer = server.send(&method, &format!("{path}?colour=red"), &[], b"");
            assert_eq!(answer.status, 400, "{method} {path}");
            if method != "HEAD" {
                let problem = answer.problem(400, "bad-query");
                assert!(problem["detail"].as_str().unwrap().contains("colour"), "{problem}");
            }
        }
    }
    server.get(&format!("{C}/proposals?limit=1&limit=2")).problem(400, "bad-query");
    server.get(&format!("{C}/proposals?standing=%ff")).problem(400, "bad-query");
    // Where nothing is, that is what is told.
    server.get("/nowhere?colour=red").problem(404, "not-found");
}

#[test]
fn every_list_is_told_in_pages_in_either_order() {
    let server = rehearsed();
    for step in opening() {
        carry_out(&server, &step);
    }
    let c = "/api/v1/compacts/harbours";
    server.post("/api/v1/compacts", &json!({"id": "tugs", "title": "Tugs (fiction)"})).expect(201);
    server.put(&format!("{c}/delegations/ostland"), &json!({"name": "Ostland"})).expect(201);
    let round = json!({"name": "Second round", "starts": "2026-03-01", "ends": "2026-03-09"});
    server.put(&format!("{c}/rounds/second-round"), &round).expect(201);
    let by = json!({"name": "Port of Norland", "kind": "government"});
    let filed = json!({"by": by, "made_on": "2026-03-01", "title": "Ours", "link": "https://example.org/"});
    server.post(&format!("{c}/statements"), &filed).expect(201);
    let edit = |text: &str| json!({"sponsors": ["african-states"], "edits": [{"reword": "5.4", "text": text}]});
    let tabled =
        ["One.", "Two."].map(|text| server.post(&format!("{c}/proposals"), &edit(text)).expect(201)["id"].clone());
    server.post(&format!("{c}/packages"), &json!({"proposals": tabled})).expect(201);
    let lists = ["groups", "delegations", "drafts", "rounds", "proposals", "packages", "statements"];
    let lists = lists.map(|list| (format!("{c}/{list}"), list));
    for (path, list) in [("/api/v1/compacts".to_owned(), "compacts")].into_iter().chain(lists) {
        let whole = ids(&server.get(&path).expect(200)[list]);
        assert!(whole.len() > 1, "{list}");
        for (order, expected) in [("ascending", whole.clone()), ("descending", whole.into_iter().rev().collect())] {
            assert_eq!(paged(&server, &path, list, order), expected, "{list} {order}");
        }
        server.get(&format!("{path}?order=random")).problem(400, "bad-query");
        server.get(&format!("{path}?after=!")).problem(404, "not-found");
        for limit in ["0", "-1", "many", &(limits::PAGE_ROWS_MAX + 1).to_string(), "99999999999999999999999"] {
            server.get(&format!("{path}?limit={limit}")).problem(400, "bad-query");
        }
    }
    assert_eq!(ids(&server.get(&format!("{c}/rounds")).expect(200)["rounds"]), ["second-round", "first-round"]);
}

fn ids(rows: &Value) -> Vec<String> {
    rows.as_array().unwrap().iter().map(|row| row["id"].as_str().unwrap().to_owned()).collect()
}

/// All rows of a list, one a page.
fn paged(server: &Server, path: &str, list: &str, order: &str) -> Vec<String> {
    let (mut all, mut after) = (Vec::new(), String::new());
    loop {
        let page = server.get(&format!("{path}?limit=1&order={order}{after}")).expect(200);
        all.extend(ids(&page[list]));
        let Some(next) = page["next"].as_str() else { return all };
        after = format!("&after={next}");
    }
}
