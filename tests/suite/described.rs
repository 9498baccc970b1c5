//! The description of the API held against every answer that any test sees.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use jsonschema::Validator;
use serde_json::{Value, json};

use crate::server::Answer;

/// The description, as the code has it.
pub static DOCUMENT: LazyLock<Value> = LazyLock::new(travaux::web::document);

/// Why an answer is not what the description says; nothing where it is.
pub fn fault(method: &str, uri: &str, answer: &Answer) -> Option<String> {
    let path = uri.split('?').next().unwrap_or_default();
    let told = |why: String| Some(format!("{method} {uri} answered {}: {why}\n{}", answer.status, answer.text_lossy()));
    if ["/sign-in", "/sign-out"].contains(&path) {
        // Forms for browsers, no part of the API.
        return None;
    }
    // What can be asked of a compact can be asked beneath a caucus and a working draft.
    let Some((template, methods)) = place(path).or_else(|| place(&beneath(path)?)) else {
        return if answer.status == 404 { None } else { told("the description has no such address".into()) };
    };
    if method == "OPTIONS" && answer.status != 405 {
        // What a browser asks beforehand is no operation of the API.
        return None;
    }
    let asked = if method == "HEAD" { "get".into() } else { method.to_lowercase() };
    let Some(operation) = methods.get(&asked) else {
        return if answer.status == 405 { None } else { told(format!("{template} is described without {asked}")) };
    };
    let Some(response) = operation["responses"].get(answer.status.to_string()) else {
        return told("that status is not described".into());
    };
    unlike(method, &format!("{asked} {template}"), resolved(response), answer).and_then(told)
}

/// The address of a compact by itself that one beneath a caucus or a working draft is led on to.
fn beneath(path: &str) -> Option<String> {
    let (before, rest) = path.split_once("/caucuses/").or_else(|| path.split_once("/bureau/"))?;
    let (_, rest) = rest.split_once('/').unwrap_or((rest, ""));
    Some(format!("{before}/{rest}"))
}

fn unlike(method: &str, operation: &str, response: &Value, answer: &Answer) -> Option<String> {
    let headers = response["headers"].as_object().into_iter().flatten();
    let is_stream = answer.header("content-type") == "text/event-stream";
    for (name, _) in headers {
        // What goes on and on has no tag.
        if answer.header(name).is_empty() && !(is_stream && name == "ETag") {
            return Some(format!("it lacks {name}"));
        }
    }
    let is_coded = !answer.header("content-encoding").is_empty();
    if method == "HEAD" || answer.body.is_empty() || is_coded {
        return None;
    }
    let kind = answer.header("content-type").split(';').next().unwrap_or_default();
    let Some(media) = response["content"].get(kind) else { return Some(format!("{kind:?} is not described")) };
    if !(kind == "application/json" || kind.ends_with("+json")) {
        return None;
    }
    let body: Value = match serde_json::from_slice(&answer.body) {
        Ok(body) => body,
        Err(error) => return Some(format!("its body is not JSON: {error}")),
    };
    let validator = validator(&format!("{operation} {} {kind}", answer.status), &media["schema"]);
    validator.validate(&body).err().map(|error| format!("{error} at {}", error.instance_path()))
}

/// The address of the description that a path is one of, with its methods; one said in full before one with parameters.
pub fn place(path: &str) -> Option<(&'static String, &'static Value)> {
    let trimmed = path.trim_end_matches('/');
    let path = if trimmed.is_empty() { "/" } else { trimmed };
    let fits = |template: &&String| {
        let (given, wanted): (Vec<&str>, Vec<&str>) = (path.split('/').collect(), template.split('/').collect());
        let same = |(given, wanted): (&&str, &&str)| match *wanted {
            "{from}..{to}" => given.len() > 3 && given.contains(".."),
            wanted if wanted.starts_with('{') => !given.is_empty(),
            wanted => *given == wanted,
        };
        given.len() == wanted.len() && given.iter().zip(&wanted).all(same)
    };
    let mut all = DOCUMENT["paths"].as_object().unwrap().iter().filter(|(template, _)| fits(template));
    all.by_ref().min_by_key(|(template, _)| template.matches('{').count())
}

/// What is described once, where it is pointed to.
pub fn resolved(told: &'static Value) -> &'static Value {
    let path = told["$ref"].as_str().and_then(|path| path.strip_prefix('#'));
    path.map_or(told, |path| DOCUMENT.pointer(path).unwrap_or_else(|| panic!("{path} is not in the description")))
}

/// A validator for a schema of the description, built once. Objects have no members but those described.
pub fn validator(name: &str, schema: &Value) -> Arc<Validator> {
    static BUILT: LazyLock<Mutex<HashMap<String, Arc<Validator>>>> = LazyLock::new(Mutex::default);
    static SHAPES: LazyLock<Value> = LazyLock::new(|| {
        let mut shapes = DOCUMENT["components"]["schemas"].clone();
        shapes.as_object_mut().unwrap().iter_mut().for_each(|(name, shape)| close(name, shape));
        shapes
    });
    let mut known = BUILT.lock().unwrap_or_else(PoisonError::into_inner);
    let build = || {
        let mut whole = schema.clone();
        whole["components"] = json!({"schemas": *SHAPES});
        let validator = jsonschema::options().should_validate_formats(true).build(&whole);
        Arc::new(validator.unwrap_or_else(|error| panic!("{name}: {error}")))
    };
    known.entry(name.to_owned()).or_insert_with(build).clone()
}

/// Has an object no members but those described. Problems and stored entries may have more.
fn close(name: &str, shape: &mut Value) {
    if ["Problem", "CloudEvent"].contains(&name) {
        return;
    }
    if let Some(ways) = shape.get_mut("anyOf").and_then(Value::as_array_mut) {
        for way in ways {
            close(name, way);
        }
    } else if shape.get("properties").is_some() && shape.get("oneOf").is_none() {
        shape["additionalProperties"] = json!(false);
    }
}
