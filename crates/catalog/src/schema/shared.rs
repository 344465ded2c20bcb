//! Schemas that a catalog shares among its endpoints.

use std::collections::BTreeSet;
use std::fmt;
use std::sync::{Arc, OnceLock};

use jsonschema::{Registry, RegistryBuilder, ValidationError, Validator};
use percent_encoding::percent_decode_str;
use serde::{Serialize, Serializer};
use serde_json::{Map, Value, json};

use super::references;

/// The document that they make up, for the schemas of endpoints, which are documents of their own.
const DOCUMENT: &str = "urn:seatflow:catalog";

/// How a reference to one of them begins.
pub(super) const REFERENCE: &str = "#/schemas/";

/// The schemas to which those of endpoints refer, as `#/schemas/NAME`, in the order of the file. They may refer to each
/// other in circles. Clones share them.
#[derive(Clone, Default)]
pub struct Schemas(Arc<Inner>);

#[derive(Default)]
struct Inner {
    /// A map with the one key `schemas`, in which references are looked up; null, if there are none.
    document: Value,
    /// The same, prepared when the first schema that refers to it is compiled.
    registry: OnceLock<Result<Registry<'static>, String>>,
}

impl Schemas {
    /// Schemas by their names.
    pub(crate) fn new(schemas: Map<String, Value>) -> Self {
        Self(Arc::new(Inner { document: json!({ "schemas": Value::Object(schemas) }), registry: OnceLock::new() }))
    }

    /// Each with its name, in the order of the file.
    pub fn iter(&self) -> impl Iterator<Item = (&str, &Value)> {
        let schemas = self.0.document.get("schemas").and_then(Value::as_object);
        schemas.into_iter().flatten().map(|(name, schema)| (name.as_str(), schema))
    }

    /// The one of that name.
    pub fn get(&self, name: &str) -> Option<&Value> {
        self.0.document.get("schemas")?.get(name)
    }

    /// Whether there are none.
    pub fn is_empty(&self) -> bool {
        self.iter().next().is_none()
    }

    /// Where a reference to one of them, or to a place in one, leads.
    pub(super) fn target(&self, reference: &str) -> Option<&Value> {
        let pointer = reference.starts_with(REFERENCE).then_some(&reference[1..])?;
        self.0.document.pointer(&percent_decode_str(pointer).decode_utf8_lossy())
    }

    /// The names of those to which these schemas refer, also by way of others.
    pub(crate) fn reached_from<'a>(&'a self, schemas: impl IntoIterator<Item = &'a Value>) -> BTreeSet<&'a str> {
        let mut reached = BTreeSet::new();
        let mut waiting: Vec<&Value> = schemas.into_iter().collect();
        while let Some(schema) = waiting.pop() {
            references::each(schema, &mut |said, _| {
                let Some(reference) = said.get("$ref").and_then(Value::as_str) else { return };
                let name = name_in(reference);
                let found = name.and_then(|name| self.0.document.get("schemas")?.as_object()?.get_key_value(&*name));
                if let Some((name, schema)) = found.filter(|(name, _)| !reached.contains(name.as_str())) {
                    reached.insert(name.as_str());
                    waiting.push(schema);
                }
            });
        }
        reached
    }

    /// Compiles a schema that may refer to these.
    ///
    /// # Errors
    /// Why it is no schema, in one sentence.
    pub(super) fn compile(&self, schema: &Value) -> Result<Validator, String> {
        let registry = self.0.registry.get_or_init(|| {
            let registry = Registry::new().add(DOCUMENT, self.0.document.clone()).and_then(RegistryBuilder::prepare);
            registry.map_err(|error| error.to_string())
        });
        let registry = registry.as_ref().map_err(Clone::clone)?;
        let options = jsonschema::options().offline().should_validate_formats(true).with_registry(registry);
        options.build(&absolute(schema)).map_err(|error: ValidationError<'_>| error.to_string())
    }
}

/// The name of the schema to which a reference leads, or in which its place is.
pub(super) fn name_in(reference: &str) -> Option<String> {
    let name = reference.strip_prefix(REFERENCE)?.split('/').next()?;
    Some(percent_decode_str(name).decode_utf8_lossy().replace("~1", "/").replace("~0", "~"))
}

/// A schema whose references to those of the catalog name the document in which they are.
fn absolute(schema: &Value) -> Value {
    match schema {
        Value::Object(fields) => {
            let field = |(name, value): (&String, &Value)| {
                let reference = value.as_str().filter(|to| name == "$ref" && to.starts_with(REFERENCE));
                let value = reference.map_or_else(|| absolute(value), |to| Value::String(format!("{DOCUMENT}{to}")));
                (name.clone(), value)
            };
            Value::Object(fields.iter().map(field).collect())
        }
        Value::Array(items) => items.iter().map(absolute).collect(),
        scalar => scalar.clone(),
    }
}

impl PartialEq for Schemas {
    fn eq(&self, other: &Self) -> bool {
        self.0.document == other.0.document
    }
}

impl fmt::Debug for Schemas {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.debug_map().entries(self.iter()).finish()
    }
}

impl Serialize for Schemas {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.iter())
    }
}
