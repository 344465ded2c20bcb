//! Definitions of a document as JSON Definitions of draft 2020-12, and their names in the catalog.
//!
//! What a document gets wrong must not make the catalog unreadable: a keyword whose value no JSON Schema can have is
//! left out and reported.

mod keyword;

use std::collections::{BTreeMap, BTreeSet, VecDeque};

use serde_json::{Map, Value, json};

use self::keyword::{Keyword, sort};
use super::document::{Document, Found, Version, below};
use super::report::Report;
use super::words;

/// The schemas that endpoints refer to, by the names that they have in the catalog.
pub(super) struct Definitions<'d> {
    document: Document<'d>,
    names: BTreeMap<String, String>,
    taken: BTreeSet<String>,
    waiting: VecDeque<(String, String)>,
}

impl<'d> Definitions<'d> {
    pub(super) fn new(document: Document<'d>) -> Self {
        Self { document, names: BTreeMap::new(), taken: BTreeSet::new(), waiting: VecDeque::new() }
    }

    /// The schemas that are referred to, also by each other, in the order of the document.
    pub(super) fn finish(mut self, report: &mut Report) -> Map<String, Value> {
        let mut made = BTreeMap::new();
        while let Some((pointer, name)) = self.waiting.pop_front() {
            let Some(value) = self.document.at(&pointer) else { continue };
            let schema = self.convert(&Found { value, pointer }, report);
            made.insert(name, schema);
        }
        let keys = ["/components/schemas", "/definitions"].into_iter().filter_map(|key| self.document.at(key));
        let names = keys.filter_map(Value::as_object).flat_map(Map::keys);
        let pointers = names.flat_map(|name| [below("/components/schemas", name), below("/definitions", name)]);
        let in_order: Vec<String> = pointers.filter_map(|pointer| self.names.remove(&pointer)).collect();
        let rest = std::mem::take(&mut self.names).into_values();
        in_order.into_iter().chain(rest).filter_map(|name| made.remove_entry(&name)).collect()
    }

    /// A schema, with references into the catalog.
    pub(super) fn convert(&mut self, found: &Found<'d>, report: &mut Report) -> Value {
        let said = match found.value {
            Value::Object(said) => said,
            Value::Bool(anything) => return Value::Bool(*anything),
            _ => {
                report.add(&found.pointer, "is no schema");
                return json!({});
            }
        };
        let mut schema = Map::new();
        if let Some(reference) = said.get("$ref") {
            if let Some(name) = self.name(reference, &found.pointer, report) {
                schema.insert("$ref".to_owned(), Value::String(format!("#/schemas/{name}")));
            }
            // Before 3.1, what stands beside a reference says nothing.
            if self.document.version != Version::V31 {
                return Value::Object(schema);
            }
        }
        // A parameter of Swagger 2.0 that is its own schema is required by another.
        let is_parameter = said.contains_key("in");
        for (name, inner) in found.fields().filter(|(name, _)| !is_parameter || *name != "required") {
            if let Some(value) = self.keyword(name, &inner, report) {
                schema.insert(name.to_owned(), value);
            }
        }
        exclusive(&mut schema, found.value);
        self.without_directed(&mut schema, found);
        if found.says("nullable") || found.says("x-nullable") { nullable(schema) } else { Value::Object(schema) }
    }

    /// What a keyword says, as draft 2020-12 says it; nothing, if it cannot be said.
    fn keyword(&mut self, name: &str, found: &Found<'d>, report: &mut Report) -> Option<Value> {
        let at = &found.pointer;
        let refused = |report: &mut Report| {
            report.add(at, format!("`{name}` has a value that no schema can have"));
            None
        };
        match sort(name) {
            Keyword::Value(fits) if fits(found.value) => Some(found.value.clone()),
            Keyword::Made(make) => make(found.value).or_else(|| refused(report)),
            Keyword::Schema if name == "items" && found.value.is_array() => {
                report.count(at, "`items` that is a list is not looked at");
                None
            }
            Keyword::Schema if found.value.is_object() || found.value.is_boolean() => Some(self.convert(found, report)),
            Keyword::Schemas if found.value.as_array().is_some_and(|schemas| !schemas.is_empty()) => {
                Some(found.items().map(|schema| self.convert(&schema, report)).collect())
            }
            Keyword::Named if found.value.is_object() => {
                let fields = found.fields().map(|(name, schema)| (name.to_owned(), self.convert(&schema, report)));
                Some(Value::Object(fields.collect()))
            }
            Keyword::Value(_) | Keyword::Schema | Keyword::Schemas | Keyword::Named => refused(report),
            Keyword::Silent => None,
            Keyword::Dropped(why) => {
                report.count(at, why);
                None
            }
            Keyword::Unknown => {
                report.count(at, "keywords that are no JSON Schema are left out");
                None
            }
        }
    }

    /// The name in the catalog of what a reference leads to.
    fn name(&mut self, reference: &Value, at: &str, report: &mut Report) -> Option<String> {
        let target = reference.as_str().ok_or_else(|| "its `$ref` is no text".to_owned());
        let target = target.and_then(|reference| self.document.target(reference)).and_then(|target| {
            // A chain of references must have an end.
            self.document.resolve(target.value, &target.pointer).map(|_| target)
        });
        let pointer = match target {
            Ok(target) => target.pointer,
            Err(why) => {
                report.add(at, format!("{why}; anything fits here"));
                return None;
            }
        };
        if let Some(name) = self.names.get(&pointer) {
            return Some(name.clone());
        }
        let name = self.free_name(&pointer);
        self.names.insert(pointer.clone(), name.clone());
        self.waiting.push_back((pointer, name.clone()));
        Some(name)
    }

    /// A name that is not taken: that of the schema, else one made of its place.
    fn free_name(&mut self, pointer: &str) -> String {
        let own = pointer.strip_prefix("/components/schemas/").or_else(|| pointer.strip_prefix("/definitions/"));
        let base = match own {
            Some(own) => own.replace("~1", "/").replace("~0", "~"),
            None => words::camel(&words::words(pointer)),
        };
        let fits = |letter: char| letter.is_ascii_alphanumeric() || "_.-".contains(letter);
        let mut base: String = base.chars().map(|letter| if fits(letter) { letter } else { '_' }).collect();
        if !base.starts_with(|first: char| first.is_ascii_alphabetic() || first == '_') {
            base.insert(0, '_');
        }
        let mut name = base.clone();
        for number in 2.. {
            if self.taken.insert(name.clone()) {
                break;
            }
            name = format!("{base}_{number}");
        }
        name
    }

    /// What only the system writes, or only the caller, is not required: a schema stands for both ways.
    fn without_directed(&self, schema: &mut Map<String, Value>, found: &Found<'d>) {
        let Some(Value::Array(required)) = schema.get_mut("required") else { return };
        let is_directed = |name: &Value| {
            let property = found.get("properties").and_then(|properties| properties.get(name.as_str()?));
            let property = property.and_then(|property| self.document.resolve(property.value, "").ok());
            property.is_some_and(|property| property.says("readOnly") || property.says("writeOnly"))
        };
        required.retain(|name| !is_directed(name));
        if required.is_empty() {
            schema.remove("required");
        }
    }
}

/// `exclusiveMinimum: true` beside `minimum: 0` is `exclusiveMinimum: 0`.
fn exclusive(schema: &mut Map<String, Value>, said: &Value) {
    for (exclusive, bound) in [("exclusiveMinimum", "minimum"), ("exclusiveMaximum", "maximum")] {
        let is_flag = said.get(exclusive).is_some_and(Value::is_boolean);
        if !is_flag {
            continue;
        }
        schema.remove(exclusive);
        if said.get(exclusive) == Some(&Value::Bool(true))
            && let Some(value) = schema.remove(bound)
        {
            schema.insert(exclusive.to_owned(), value);
        }
    }
}

fn nullable(mut schema: Map<String, Value>) -> Value {
    if let Some(Value::Array(values)) = schema.get_mut("enum")
        && !values.contains(&Value::Null)
    {
        values.push(Value::Null);
    }
    let is_combined = ["$ref", "allOf", "anyOf", "oneOf"].iter().any(|keyword| schema.contains_key(*keyword));
    match schema.get_mut("type") {
        Some(Value::Array(types)) if !types.contains(&json!("null")) => types.push(json!("null")),
        Some(kind @ Value::String(_)) => *kind = json!([kind.take(), "null"]),
        None if is_combined => return json!({ "anyOf": [schema, { "type": "null" }] }),
        _ => {}
    }
    Value::Object(schema)
}
