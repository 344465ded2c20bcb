//! What can be said of a schema without compiling it, and where its references lead.

use std::collections::BTreeSet;

use seatflow_spec::help_for_unknown;
use serde_json::{Map, Value, json};

use super::path::BodyPath;
use super::shared::{REFERENCE, Schemas, name_in};
use super::{Fault, fault};

/// Keywords under which there is a schema.
const SCHEMA: [&str; 12] = [
    "additionalItems",
    "additionalProperties",
    "contains",
    "contentSchema",
    "else",
    "if",
    "items",
    "not",
    "propertyNames",
    "then",
    "unevaluatedItems",
    "unevaluatedProperties",
];

/// Keywords under which there is a list of schemas.
const LIST: [&str; 5] = ["allOf", "anyOf", "oneOf", "prefixItems", "items"];

/// Keywords under which there are schemas by names of the user's own.
const NAMED: [&str; 5] = ["$defs", "definitions", "dependentSchemas", "patternProperties", "properties"];

/// Visits a schema and all that are in it, each with its place.
pub(super) fn each<'a>(schema: &'a Value, visit: &mut impl FnMut(&'a Map<String, Value>, &BodyPath)) {
    below(schema, &BodyPath::default(), visit);
}

fn below<'a>(schema: &'a Value, path: &BodyPath, visit: &mut impl FnMut(&'a Map<String, Value>, &BodyPath)) {
    let Value::Object(said) = schema else { return };
    visit(said, path);
    for (keyword, value) in said {
        let here = || path.field(keyword);
        match value {
            Value::Object(_) if SCHEMA.contains(&keyword.as_str()) => below(value, &here(), visit),
            Value::Object(named) if NAMED.contains(&keyword.as_str()) => {
                let here = here();
                for (name, schema) in named {
                    below(schema, &here.field(name), visit);
                }
            }
            Value::Array(items) if LIST.contains(&keyword.as_str()) => {
                let here = here();
                for (index, schema) in items.iter().enumerate() {
                    below(schema, &here.item(index), visit);
                }
            }
            _ => {}
        }
    }
}

/// Whether a schema refers to one of the catalog's.
pub(super) fn refers(schema: &Value) -> bool {
    let mut refers = false;
    each(schema, &mut |said, _| {
        refers |= said.get("$ref").and_then(Value::as_str).is_some_and(|to| to.starts_with(REFERENCE));
    });
    refers
}

/// What is wrong with a schema that refers to the catalog's, or is one of them (`is_shared`), as far as it is seen
/// without compiling it.
pub(super) fn faults(schema: &Value, schemas: &Schemas, is_shared: bool) -> Vec<Fault> {
    if let Err(error) = jsonschema::draft202012::meta::validate(schema) {
        return vec![fault(&error, schema)];
    }
    let mut faults = Vec::new();
    let mut patterns = BTreeSet::new();
    each(schema, &mut |said, path| {
        if let Some(reference) = said.get("$ref").and_then(Value::as_str) {
            let leads = if is_shared || reference.starts_with(REFERENCE) {
                schemas.target(reference).is_some()
            } else {
                leads_inside(schema, reference)
            };
            if !leads {
                faults.push(dangling(reference, path.field("$ref"), schemas, is_shared));
            }
        }
        if is_shared && said.contains_key("$id") {
            let message = "is a name of its own, where `#/schemas/` and the schema's name are enough".to_owned();
            faults.push(Fault { path: path.field("$id"), message, help: Some("remove `$id`".to_owned()) });
        }
        let pattern = said.get("pattern").and_then(Value::as_str).map(|pattern| (pattern, path.field("pattern")));
        let names = said.get("patternProperties").and_then(Value::as_object).into_iter().flat_map(Map::keys);
        let names = names.map(|name| (name.as_str(), path.field("patternProperties").field(name)));
        for (pattern, path) in pattern.into_iter().chain(names) {
            if patterns.insert(pattern) && jsonschema::options().build(&json!({ "pattern": pattern })).is_err() {
                faults.push(Fault { path, message: format!("is no pattern: `{pattern}`"), help: None });
            }
        }
    });
    faults
}

/// What is wrong with the values that a schema suggests.
pub(super) fn suggested_faults(schema: &Value) -> Vec<Fault> {
    let mut faults = Vec::new();
    each(schema, &mut |said, path| {
        let fits = match said.get("suggested") {
            None => true,
            Some(Value::Array(values)) => values.iter().all(Value::is_string),
            Some(Value::Object(names)) => names.values().all(|name| name.is_string() || name.is_null()),
            Some(_) => false,
        };
        if !fits {
            let message = "must be a list of texts, or a map from texts to what they stand for".to_owned();
            faults.push(Fault { path: path.field("suggested"), message, help: None });
        }
    });
    faults
}

/// Whether a reference may lead to a place in the schema itself. Where a name leads is known when it is compiled.
fn leads_inside(schema: &Value, reference: &str) -> bool {
    let pointer = reference.strip_prefix('#').unwrap_or("no place");
    let is_name = !pointer.is_empty() && !pointer.starts_with('/');
    let decoded = percent_encoding::percent_decode_str(pointer).decode_utf8_lossy();
    (is_name && pointer != "no place") || schema.pointer(&decoded).is_some()
}

fn dangling(reference: &str, path: BodyPath, schemas: &Schemas, is_shared: bool) -> Fault {
    let missing = name_in(reference).filter(|name| schemas.get(name).is_none());
    if let Some(name) = missing {
        let help = help_for_unknown(&name, schemas.iter().map(|(name, _)| name));
        return Fault { path, message: format!("refers to `{reference}`, which the catalog does not have"), help };
    }
    if !reference.starts_with('#') {
        let message = format!("refers to `{reference}`, which is outside of it, and nothing is fetched");
        return Fault { path, message, help: None };
    }
    let help = is_shared.then(|| "write `#/schemas/`, the name of the schema, and the way in it".to_owned());
    Fault { path, message: format!("refers to `{reference}`, which is not in it"), help }
}
