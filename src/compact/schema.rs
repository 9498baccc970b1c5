//! The JSON Schemas (2020-12) of everything that is stored, made from the code.

use schemars::SchemaGenerator;
use schemars::generate::SchemaSettings;

use super::event::Event;

/// The schema of each event's data, by the event's name and version, as pretty JSON.
pub fn schemas() -> Vec<(String, String)> {
    let schema = |name: &&str| {
        let mut generator = SchemaGenerator::new(SchemaSettings::draft2020_12());
        let mut schema = Event::schema(name, &mut generator)?;
        schema.insert("$id".into(), format!("/schemas/{name}.json").into());
        let text = serde_json::to_string_pretty(&schema).ok()?;
        Some(((*name).to_owned(), text + "\n"))
    };
    Event::NAMES.iter().filter_map(schema).collect()
}
