//! Examples: found in a document, and held against their schemas.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::document::{Document, Found};
use super::report::Report;
use crate::Schema;

/// The example of a body, beside its schema or in it; the first, if there are several.
pub(super) fn of<'d>(document: Document<'d>, content: &Found<'d>, schema: Option<&Found<'d>>) -> Option<Value> {
    if let Some(example) = content.value.get("example") {
        return Some(example.clone());
    }
    if let Some((_, named)) = content.get("examples").and_then(|examples| examples.fields().next())
        && let Ok(named) = document.resolve(named.value, &named.pointer)
        && let Some(value) = named.value.get("value")
    {
        return Some(value.clone());
    }
    let schema = document.resolve(schema?.value, "").ok()?;
    let first = || schema.value.get("examples")?.as_array()?.first();
    schema.value.get("example").or_else(first).cloned()
}

/// Holds examples against schemas that refer to shared ones.
pub(super) struct Examples<'s> {
    schemas: &'s Map<String, Value>,
    /// Compiled, by the shared schema that they are.
    compiled: HashMap<String, Option<Schema>>,
}

impl<'s> Examples<'s> {
    pub(super) fn new(schemas: &'s Map<String, Value>) -> Self {
        Self { schemas, compiled: HashMap::new() }
    }

    /// Takes an example out of a body or a response if it does not fit; one that is JSON in a text is read.
    pub(super) fn check(&mut self, said: &mut Map<String, Value>, at: &str, report: &mut Report) {
        let (Some(example), Some(schema)) = (said.get("example"), said.get("schema")) else { return };
        if self.fits(schema, example) {
            return;
        }
        let inner = example.as_str().and_then(|text| serde_json::from_str::<Value>(text).ok());
        if let Some(inner) = inner.filter(|inner| self.fits(schema, inner)) {
            said.insert("example".to_owned(), inner);
            return;
        }
        said.remove("example");
        report.add(at, "its example does not fit its schema");
    }

    fn fits(&mut self, schema: &Value, example: &Value) -> bool {
        let name =
            schema.get("$ref").and_then(Value::as_str).filter(|_| schema.as_object().is_some_and(|s| s.len() == 1));
        let Some(name) = name else {
            return compile(schema, self.schemas).is_some_and(|compiled| compiled.misfit(example).is_none());
        };
        let schemas = self.schemas;
        let compiled = self.compiled.entry(name.to_owned()).or_insert_with(|| compile(schema, schemas));
        compiled.as_ref().is_some_and(|compiled| compiled.misfit(example).is_none())
    }
}

/// A schema together with those that it refers to.
fn compile(schema: &Value, schemas: &Map<String, Value>) -> Option<Schema> {
    let mut needed = Map::new();
    collect(schema, schemas, &mut needed);
    let mut whole = schema.as_object()?.clone();
    if !needed.is_empty() {
        whole.insert("schemas".to_owned(), Value::Object(needed));
    }
    Schema::compile(Value::Object(whole)).ok()
}

fn collect(value: &Value, schemas: &Map<String, Value>, needed: &mut Map<String, Value>) {
    match value {
        Value::Array(items) => items.iter().for_each(|item| collect(item, schemas, needed)),
        Value::Object(fields) => {
            let name = fields.get("$ref").and_then(|to| to.as_str()?.strip_prefix("#/schemas/"));
            if let Some((name, schema)) = name.and_then(|name| schemas.get_key_value(name))
                && !needed.contains_key(name)
            {
                needed.insert(name.clone(), schema.clone());
                collect(schema, schemas, needed);
            }
            fields.values().for_each(|value| collect(value, schemas, needed));
        }
        _ => {}
    }
}
