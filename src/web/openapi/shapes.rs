//! JSON Schemas of bodies and answers: what is read and what is told are two contracts of the same types.

use std::collections::BTreeSet;

use schemars::generate::SchemaSettings;
use schemars::{Schema, SchemaGenerator};
use serde_json::{Map, Value, json};

/// Where schemas stand in the description.
const PLACE: &str = "#/components/schemas/";
/// What the name of a type ends in as it is read, where it is told otherwise.
const AS_GIVEN: &str = "Given";

/// The schema of a type.
pub(super) type Shape = fn(&mut SchemaGenerator) -> Schema;

/// The schemas of all types named so far.
pub(super) struct Shapes {
    given: SchemaGenerator,
    told: SchemaGenerator,
}

impl Default for Shapes {
    fn default() -> Self {
        let settings = || SchemaSettings::draft2020_12().with(|s| s.definitions_path = "/components/schemas".into());
        Self { given: settings().into_generator(), told: settings().for_serialize().into_generator() }
    }
}

impl Shapes {
    /// The schema of a body.
    pub(super) fn given(&mut self, shape: Shape) -> Value {
        marked(json!(shape(&mut self.given)))
    }

    /// The schema of an answer.
    pub(super) fn told(&mut self, shape: Shape) -> Value {
        json!(shape(&mut self.told))
    }

    /// All types by name, those that are read marked as such.
    pub(super) fn definitions(mut self) -> Map<String, Value> {
        let mut all = self.told.take_definitions(true);
        let given = self.given.take_definitions(true);
        all.extend(given.into_iter().map(|(name, schema)| (name + AS_GIVEN, marked(schema))));
        all
    }
}

/// The same schema, pointing to types as they are read.
fn marked(mut schema: Value) -> Value {
    mark(&mut schema);
    schema
}

fn mark(schema: &mut Value) {
    match schema {
        Value::Object(members) => {
            for (name, value) in members {
                let told = value.as_str().filter(|path| name == "$ref" && path.starts_with(PLACE));
                if let Some(path) = told {
                    *value = format!("{path}{AS_GIVEN}").into();
                } else {
                    mark(value);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(mark),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}

/// Takes back the mark of those types that are read as they are told, so that each is described once.
pub(super) fn unmark_where_alike(document: &mut Value) {
    let alike: BTreeSet<String> = alike(document.pointer("/components/schemas"));
    if let Some(schemas) = document.pointer_mut("/components/schemas").and_then(Value::as_object_mut) {
        for given in &alike {
            let told = given.strip_suffix(AS_GIVEN).unwrap_or(given);
            if let Some(schema) = schemas.remove(given).filter(|_| !schemas.contains_key(told)) {
                schemas.insert(told.to_owned(), schema);
            }
        }
    }
    point_past(document, &alike);
}

/// The marked names whose schemas, and all that they point to, are those of the unmarked ones.
fn alike(schemas: Option<&Value>) -> BTreeSet<String> {
    let Some(schemas) = schemas.and_then(Value::as_object) else { return BTreeSet::new() };
    let mut alike: BTreeSet<String> = schemas.keys().filter(|name| name.ends_with(AS_GIVEN)).cloned().collect();
    loop {
        let same = |name: &String| {
            let mut given = schemas.get(name).cloned().unwrap_or_default();
            point_past(&mut given, &alike);
            let told = name.strip_suffix(AS_GIVEN).and_then(|told| schemas.get(told));
            // What is only read needs no mark either.
            told.is_none_or(|told| *told == given)
        };
        let still: BTreeSet<String> = alike.iter().filter(|name| same(name)).cloned().collect();
        if still.len() == alike.len() {
            return alike;
        }
        alike = still;
    }
}

fn point_past(value: &mut Value, alike: &BTreeSet<String>) {
    match value {
        Value::Object(members) => {
            for (name, value) in members {
                let told = value.as_str().filter(|_| name == "$ref").and_then(|path| path.strip_prefix(PLACE));
                if let Some(told) = told.filter(|told| alike.contains(*told)).and_then(|t| t.strip_suffix(AS_GIVEN)) {
                    *value = format!("{PLACE}{told}").into();
                } else {
                    point_past(value, alike);
                }
            }
        }
        Value::Array(values) => values.iter_mut().for_each(|value| point_past(value, alike)),
        Value::Null | Value::Bool(_) | Value::Number(_) | Value::String(_) => {}
    }
}
