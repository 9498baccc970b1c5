//! The reference of the API, rendered from its description: a page like the others, without scripts.

mod schemas;

use maud::{Markup, html};
use serde_json::{Map, Value};

use super::{Page, layout};
use schemas::{definitions, shape};

/// The description as a page.
pub fn docs(document: &Value) -> Page {
    let tags: Vec<&Value> = list(document, "/tags");
    let main = html! {
        h1 { "The API" }
        p.lead {
            (text(document, "/info/summary")) " Version " (text(document, "/info/version")) ", for machines: "
            a href="/openapi.json" { "OpenAPI" } ", and of the streams " a href="/asyncapi.json" { "AsyncAPI" } "."
        }
        p { (ticked(text(document, "/info/description"))) }
        div.reference {
            nav.contents aria-label="Operations" {
                @for tag in &tags { (contents(document, text(tag, "/name"))) }
                p { a href="#shapes" { "Shapes" } }
            }
            div {
                @for tag in &tags { (chapter(document, tag)) }
                (definitions(document))
            }
        }
    };
    layout("The API", &[("The API", "/docs".to_owned())], main)
}

/// One operation with its place.
struct Operation<'a> {
    method: &'a str,
    path: &'a str,
    told: &'a Value,
}

fn operations<'a>(document: &'a Value, tag: &str) -> Vec<Operation<'a>> {
    let paths = document.get("paths").and_then(Value::as_object).into_iter().flatten();
    let each = |(path, methods): (&'a String, &'a Value)| {
        let methods = methods.as_object().into_iter().flatten();
        methods.map(move |(method, told)| Operation { method, path, told })
    };
    paths.flat_map(each).filter(|o| text(o.told, "/tags/0") == tag).collect()
}

fn contents(document: &Value, tag: &str) -> Markup {
    html! {
        h2 { (tag) }
        ul {
            @for operation in operations(document, tag) {
                li { a href={ "#" (operation.id()) } { (operation.summary()) } }
            }
        }
    }
}

fn chapter(document: &Value, tag: &Value) -> Markup {
    let name = text(tag, "/name");
    html! {
        section {
            h2 { (name) }
            p.faint { (text(tag, "/description")) }
            @for operation in operations(document, name) { (operation.shown(document)) }
        }
    }
}

impl Operation<'_> {
    fn id(&self) -> &str {
        text(self.told, "/operationId")
    }

    fn summary(&self) -> &str {
        text(self.told, "/summary")
    }

    fn shown(&self, document: &Value) -> Markup {
        html! {
            article.operation id=(self.id()) {
                h3 { a href={ "#" (self.id()) } { (self.summary()) } }
                p.address { span class={ "method " (self.method) } { (self.method.to_uppercase()) } " " code { (path(self.path)) } }
                (self.parameters(document))
                @if let Some(body) = self.told.get("requestBody") { (given(body)) }
                (self.answers(document))
            }
        }
    }

    fn parameters(&self, document: &Value) -> Markup {
        let all: Vec<&Value> = list(self.told, "/parameters").into_iter().map(|p| resolved(document, p)).collect();
        html! {
            @if !all.is_empty() {
                div.wide { table {
                    thead { tr { th { "Parameter" } th { "In" } th { "What" } } }
                    tbody { @for told in all { tr {
                        th scope="row" { code { (text(told, "/name")) } }
                        td { (text(told, "/in")) }
                        td { (ticked(text(told, "/description"))) " " span.shape { (shape(told.get("schema"))) } }
                    } } }
                } }
            }
        }
    }

    fn answers(&self, document: &Value) -> Markup {
        let all = self.told.get("responses").and_then(Value::as_object).cloned().unwrap_or_default();
        let (fine, problems): (Vec<_>, Vec<_>) = all.iter().partition(|(status, _)| status.starts_with('2'));
        let refused: Vec<(&str, &str)> = problems
            .iter()
            .map(|(status, told)| (status.as_str(), text(resolved(document, told), "/description")))
            .collect();
        html! {
            @for (status, told) in fine {
                p { strong { (status) } " " (ticked(text(told, "/description"))) " " (contents_of(told)) }
                (example(told))
            }
            @if !refused.is_empty() {
                details {
                    summary { "Otherwise: " @for (n, (status, _)) in refused.iter().enumerate() { @if n > 0 { ", " } (status) } }
                    dl { @for (status, why) in &refused { dt { (status) } dd { (ticked(why)) } } }
                }
            }
        }
    }
}

/// An address that may be broken after each step.
fn path(path: &str) -> Markup {
    html! { @for (n, step) in path.split('/').enumerate() { @if n > 0 { "/" wbr; } (step) } }
}

/// What is sent.
fn given(body: &Value) -> Markup {
    let needed = body.get("required").and_then(Value::as_bool).unwrap_or_default();
    html! {
        p { strong { "Body" } @if !needed { ", which may be left out" } ": " (contents_of(body)) }
        (example(body))
    }
}

/// The forms of a body or an answer, each with its shape.
fn contents_of(told: &Value) -> Markup {
    let content: Map<String, Value> = told.get("content").and_then(Value::as_object).cloned().unwrap_or_default();
    html! {
        @for (n, (kind, media)) in content.iter().enumerate() {
            @if n > 0 { ", " }
            code { (kind) }
            @if media.pointer("/schema/type").is_none_or(|kind| kind != "string") {
                " " span.shape { (shape(media.get("schema"))) }
            }
        }
    }
}

/// An example, laid out as it would be read.
fn example(told: &Value) -> Markup {
    let mut media = told.get("content").and_then(Value::as_object).into_iter().flatten().map(|(_, media)| media);
    let found = media.find_map(|media| media.get("example"));
    let pretty = |value: &Value| serde_json::to_string_pretty(value).unwrap_or_default();
    let written = |value: &Value| value.as_str().map_or_else(|| pretty(value), str::to_owned);
    html! { @if let Some(found) = found { pre tabindex="0" { code { (written(found)) } } } }
}

/// A sentence in which names stand between ticks.
fn ticked(sentence: &str) -> Markup {
    let parts = sentence.split('`').enumerate();
    html! { @for (n, part) in parts { @if n % 2 == 1 { code { (part) } } @else { (part) } } }
}

fn text<'a>(value: &'a Value, at: &str) -> &'a str {
    value.pointer(at).and_then(Value::as_str).unwrap_or_default()
}

fn list<'a>(value: &'a Value, at: &str) -> Vec<&'a Value> {
    value.pointer(at).and_then(Value::as_array).into_iter().flatten().collect()
}

/// What is described once, where it is pointed to.
fn resolved<'a>(document: &'a Value, told: &'a Value) -> &'a Value {
    let path = told.get("$ref").and_then(Value::as_str).and_then(|path| path.strip_prefix('#'));
    path.and_then(|path| document.pointer(path)).unwrap_or(told)
}
