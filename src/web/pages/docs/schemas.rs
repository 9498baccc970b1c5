//! Shapes of bodies and answers, in words.

use maud::{Markup, html};
use serde_json::Value;

use super::{list, text, ticked};

/// All shapes that have a name.
pub(super) fn definitions(document: &Value) -> Markup {
    let all = document.pointer("/components/schemas").and_then(Value::as_object).into_iter().flatten();
    html! {
        section {
            h2 id="shapes" { "Shapes" }
            @for (name, schema) in all {
                article.operation id={ "shape-" (name) } {
                    h3 { (name) }
                    p { (ticked(text(schema, "/description"))) " " @if schema.get("properties").is_none() { span.shape { (shape(Some(schema))) } } }
                    (members(schema))
                }
            }
        }
    }
}

fn members(schema: &Value) -> Markup {
    let needed: Vec<&str> = list(schema, "/required").into_iter().filter_map(Value::as_str).collect();
    let all: Vec<(&String, &Value)> =
        schema.get("properties").and_then(Value::as_object).into_iter().flatten().collect();
    html! {
        @if !all.is_empty() {
            div.wide { table { tbody {
                @for (name, told) in all { tr {
                    th scope="row" { code { (name) } @if !needed.contains(&name.as_str()) { span.faint { " may be absent" } } }
                    td { span.shape { (shape(Some(told))) } }
                    td { (ticked(text(told, "/description"))) }
                } }
            } } }
        }
    }
}

/// A schema in a few words.
pub(super) fn shape(schema: Option<&Value>) -> Markup {
    let Some(schema) = schema else { return html! {} };
    if let Some(path) = schema.get("$ref").and_then(Value::as_str) {
        let name = path.rsplit('/').next().unwrap_or_default();
        return html! { a href={ "#shape-" (name) } { (name) } };
    }
    let ways = ["anyOf", "oneOf", "allOf"].into_iter().find_map(|ways| schema.get(ways)?.as_array());
    if let Some(ways) = ways {
        return html! { @for (n, way) in ways.iter().enumerate() { @if n > 0 { " or " } (shape(Some(way))) } };
    }
    if let Some(values) = schema.get("enum").and_then(Value::as_array) {
        return html! { @for (n, value) in values.iter().enumerate() { @if n > 0 { " or " } code { (value.as_str().unwrap_or("null")) } } };
    }
    if let Some(value) = schema.get("const") {
        return html! { code { (value.as_str().unwrap_or_default()) } };
    }
    if let Some(items) = schema.get("items") {
        return html! { "list of " (shape(Some(items))) };
    }
    html! { (simple(schema)) (bounds(schema)) }
}

fn simple(schema: &Value) -> String {
    let kinds: Vec<&str> = match schema.get("type") {
        Some(Value::String(kind)) => vec![kind],
        Some(Value::Array(kinds)) => kinds.iter().filter_map(Value::as_str).collect(),
        _ => vec!["anything"],
    };
    let members = schema.get("properties").and_then(Value::as_object).into_iter().flatten();
    let names: Vec<&str> = members.map(|(name, _)| name.as_str()).collect();
    if names.is_empty() { kinds.join(" or ") } else { format!("{{{}}}", names.join(", ")) }
}

fn bounds(schema: &Value) -> Markup {
    let told =
        |name: &str| schema.get(name).map(|bound| bound.as_str().map_or_else(|| bound.to_string(), str::to_owned));
    html! {
        @if let Some(format) = told("format").filter(|format| format.starts_with("date")) { ", " (format) }
        @if let Some(pattern) = told("pattern") { ", " code { (pattern) } }
        @if let (Some(least), Some(most)) = (told("minimum"), told("maximum")) { ", " (least) " to " (most) }
        @if let Some(most) = told("maxLength") { ", at most " (most) " characters" }
    }
}
