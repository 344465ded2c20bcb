//! The schema of a tool's settings, as a part of a pipeline's.

use schemars::Schema;
use schemars::transform::{RemoveRefSiblings, Transform, transform_subschemas};
use seatflow_tool::Entry;
use serde_json::{Value, json};

use super::{REFERENCE, or_reference};

/// Where the settings of a tool are defined.
pub(super) fn definition_of(tool: &str) -> String {
    format!("#/definitions/{tool}")
}

/// What there is to define for a tool: its settings, under its name, and what they refer to.
pub(super) fn definitions(entry: &Entry) -> Vec<(String, Value)> {
    let card = entry.card;
    let mut schema = (entry.schema)();
    RemoveRefSiblings::default().transform(&mut schema);
    InPipeline { tool: card.name }.transform(&mut schema);
    schema.remove("$schema");
    let inner = schema.remove("$defs");
    // An editor would offer what has a title as if it could be typed.
    schema.remove("title");
    let description = format!("{}. `seatflow tools {}` tells more.", card.summary, card.name);
    schema.insert("description".to_owned(), description.into());
    let inner = inner.as_ref().and_then(Value::as_object).into_iter().flatten();
    let inner = inner.map(|(name, schema)| (format!("{}.{name}", card.name), schema.clone()));
    std::iter::once((card.name.to_owned(), schema.to_value())).chain(inner).collect()
}

/// Makes the schema of a configuration one of what is written in a file: definitions get names of the tool's own, text
/// may be written as a number, and a reference may stand in place of every single value.
struct InPipeline {
    tool: &'static str,
}

impl Transform for InPipeline {
    fn transform(&mut self, schema: &mut Schema) {
        if let Some(Value::String(to)) = schema.get_mut("$ref") {
            *to = format!("{}.{}", definition_of(self.tool), to.trim_start_matches("#/$defs/"));
        }
        // More than one may fit a reference.
        if let Some(choices) = schema.remove("oneOf") {
            schema.insert("anyOf".to_owned(), choices);
        }
        if let Some(words) = schema.get_mut("anyOf").and_then(Value::as_array_mut).filter(|all| all.iter().all(is_word))
        {
            words.push(json!({ "$ref": REFERENCE }));
            return;
        }
        transform_subschemas(self, schema);
        // Formats of numbers are about machines.
        schema.remove("format");
        if takes_any_text(schema) {
            also_a_number(schema);
        } else if is_single(schema)
            && let Ok(widened) = or_reference(schema.clone().to_value()).try_into()
        {
            *schema = widened;
        }
    }
}

/// The types that a schema allows by name.
fn types(schema: &Schema) -> Vec<&str> {
    match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(several)) => several.iter().filter_map(Value::as_str).collect(),
        _ => Vec::new(),
    }
}

fn is_word(schema: &Value) -> bool {
    schema.get("const").is_some_and(Value::is_string)
}

fn takes_any_text(schema: &Schema) -> bool {
    types(schema).contains(&"string") && schema.get("const").is_none() && schema.get("enum").is_none()
}

fn also_a_number(schema: &mut Schema) {
    let mut types: Vec<Value> = types(schema).into_iter().map(Value::from).collect();
    if !types.iter().any(|of| of == "number") {
        types.insert(1, "number".into());
    }
    schema.insert("type".to_owned(), types.into());
}

/// Whether a single value stands here, other than any text and nothing at all.
fn is_single(schema: &Schema) -> bool {
    schema.get("const").is_some()
        || schema.get("enum").is_some()
        || types(schema).iter().any(|of| ["boolean", "integer", "number", "string"].contains(of))
}
