//! Examples: found in a document, and held against their schemas.

use std::collections::HashMap;

use serde_json::{Map, Value};

use super::document::{Document, Found};
use super::report::Report;
use crate::{Schema, Schemas};

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
pub(super) struct Examples {
    schemas: Schemas,
    /// Schemas that are just a reference, by where it leads.
    read: HashMap<String, Option<Schema>>,
}

impl Examples {
    pub(super) fn new(schemas: Map<String, Value>) -> Self {
        Self { schemas: Schemas::new(schemas), read: HashMap::new() }
    }

    /// The shared schemas.
    pub(super) fn schemas(&self) -> &Schemas {
        &self.schemas
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
        let is_sole = schema.as_object().is_some_and(|said| said.len() == 1);
        let name = schema.get("$ref").and_then(Value::as_str).filter(|_| is_sole);
        let fits = |schema: &Schema| schema.misfit(example).is_none();
        match name {
            Some(name) => {
                let schemas = &self.schemas;
                let read = || Schema::read(schema.clone(), schemas).ok();
                self.read.entry(name.to_owned()).or_insert_with(read).as_ref().is_some_and(fits)
            }
            None => Schema::read(schema.clone(), &self.schemas).is_ok_and(|schema| fits(&schema)),
        }
    }
}
