//! References from one place to another.

use serde_json::Value;

/// A schema of a catalog as one of a document: what it refers to is elsewhere there.
pub(super) fn moved(schema: &Value) -> Value {
    match schema {
        Value::Array(items) => items.iter().map(moved).collect(),
        Value::Object(fields) => {
            let of = |(name, value): (&String, &Value)| {
                let name = name.clone();
                match value.as_str().and_then(|to| to.strip_prefix("#/schemas/")).filter(|_| name == "$ref") {
                    Some(to) => (name, Value::String(format!("#/components/schemas/{to}"))),
                    None => (name, moved(value)),
                }
            };
            Value::Object(fields.iter().map(of).collect())
        }
        scalar => scalar.clone(),
    }
}
