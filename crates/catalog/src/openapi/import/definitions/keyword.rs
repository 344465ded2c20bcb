//! The keywords of schemas: which ones a catalog has, and what values they can have.

use serde_json::{Number, Value, json};

use super::words::on_one_line;
use crate::Schema;

/// What is done with a keyword.
pub(super) enum Keyword {
    /// Kept as it is, if its value is as it must be.
    Value(fn(&Value) -> bool),
    /// Made from its value, if that can be.
    Made(fn(&Value) -> Option<Value>),
    /// A schema.
    Schema,
    /// A list of schemas.
    Schemas,
    /// Schemas by name.
    Named,
    /// Left out without a word: said otherwise, or nothing that a payload must keep to.
    Silent,
    /// Left out and counted.
    Dropped(&'static str),
    /// No keyword of a schema.
    Unknown,
}

const TYPES: [&str; 7] = ["null", "boolean", "object", "array", "number", "string", "integer"];

/// What is done with the keyword of that name.
pub(super) fn sort(name: &str) -> Keyword {
    match name {
        "type" => Keyword::Made(types),
        "enum" => Keyword::Made(values),
        "const" | "default" | "example" => Keyword::Value(|_| true),
        "examples" => Keyword::Made(examples),
        "title" | "description" => Keyword::Made(text),
        "format" | "contentEncoding" | "contentMediaType" => Keyword::Value(Value::is_string),
        "minimum" | "maximum" => Keyword::Made(number),
        // A flag, before 3.1.
        "exclusiveMinimum" | "exclusiveMaximum" => Keyword::Made(number_or_flag),
        "multipleOf" => Keyword::Made(|value| number(value).filter(|value| value.as_f64().is_some_and(|by| by > 0.0))),
        "minLength" | "maxLength" | "minItems" | "maxItems" | "minProperties" | "maxProperties" | "minContains"
        | "maxContains" => Keyword::Made(count),
        "uniqueItems" | "readOnly" | "writeOnly" | "deprecated" => Keyword::Value(Value::is_boolean),
        "pattern" => Keyword::Value(is_pattern),
        "required" => Keyword::Made(names),
        "items"
        | "additionalProperties"
        | "not"
        | "propertyNames"
        | "contains"
        | "if"
        | "then"
        | "else"
        | "unevaluatedItems"
        | "unevaluatedProperties" => Keyword::Schema,
        "allOf" | "anyOf" | "oneOf" | "prefixItems" => Keyword::Schemas,
        "properties" | "dependentSchemas" => Keyword::Named,
        "patternProperties" => Keyword::Dropped("`patternProperties` of a schema is not looked at"),
        "discriminator" => Keyword::Dropped("the discriminator of a schema is not looked at"),
        "xml" => Keyword::Dropped("how XML is written is not looked at"),
        "$id" | "$anchor" | "$dynamicRef" | "$dynamicAnchor" => Keyword::Dropped("schemas with addresses are not read"),
        // Swagger 2.0 has parameters that are their own schemas.
        "$ref" | "$schema" | "$comment" | "$defs" | "definitions" | "nullable" | "externalDocs" | "name" | "in"
        | "collectionFormat" | "allowEmptyValue" => Keyword::Silent,
        name if name.starts_with("x-") => Keyword::Silent,
        _ => Keyword::Unknown,
    }
}

/// Names of types; `file` and the like are none.
fn types(value: &Value) -> Option<Value> {
    let is_type = |value: &Value| value.as_str().is_some_and(|name| TYPES.contains(&name));
    match value {
        Value::String(_) if is_type(value) => Some(value.clone()),
        Value::Array(several) => {
            let mut types: Vec<Value> = Vec::new();
            for one in several.iter().filter(|one| is_type(one)) {
                if !types.contains(one) {
                    types.push(one.clone());
                }
            }
            (!types.is_empty()).then(|| Value::Array(types))
        }
        _ => None,
    }
}

fn values(value: &Value) -> Option<Value> {
    let mut values: Vec<&Value> = Vec::new();
    for one in value.as_array()? {
        if !values.contains(&one) {
            values.push(one);
        }
    }
    (!values.is_empty()).then(|| json!(values))
}

/// A list; or, as elsewhere in a document, a map of examples.
fn examples(value: &Value) -> Option<Value> {
    value.is_array().then(|| value.clone())
}

fn text(value: &Value) -> Option<Value> {
    // An empty description says nothing, and is nothing wrong.
    Some(Value::String(on_one_line(value.as_str()?).unwrap_or_default()))
}

/// A number that YAML reads as one: an integer beyond 64 bits is written as a float.
fn number(value: &Value) -> Option<Value> {
    match value {
        Value::Number(number) if number.is_u64() && !number.is_i64() => {
            Number::from_f64(number.as_f64()?).map(Value::Number)
        }
        Value::Number(_) => Some(value.clone()),
        Value::String(text) => serde_json::from_str(text).ok().filter(Value::is_number),
        _ => None,
    }
}

fn number_or_flag(value: &Value) -> Option<Value> {
    if value.is_boolean() { Some(value.clone()) } else { number(value) }
}

/// A whole number that is not negative, also as `1.0`.
fn count(value: &Value) -> Option<Value> {
    let number = value.as_i64().or_else(|| {
        let number = value.as_f64().filter(|number| number.fract() == 0.0)?;
        format!("{number:.0}").parse().ok()
    });
    number.filter(|number| *number >= 0).map(|number| json!(number))
}

fn is_pattern(value: &Value) -> bool {
    value.is_string() && Schema::compile(json!({ "pattern": value })).is_ok()
}

/// A list of names; each once, and nothing else in it.
fn names(value: &Value) -> Option<Value> {
    let mut names: Vec<&str> = Vec::new();
    for name in value.as_array()?.iter().filter_map(Value::as_str) {
        if !names.contains(&name) {
            names.push(name);
        }
    }
    Some(json!(names))
}
