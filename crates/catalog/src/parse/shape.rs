//! What is known of the fields of a payload, or of the records of a response.

use serde_json::Value;

use crate::schema::Kinds;
use crate::{Body, DottedPath, Response, SchemaPlace};

/// Paths are told down to this depth, so that a schema that holds itself has an end.
const DEPTH: usize = 4;

/// No more paths are told, so that schemas that lead to many others have an end too.
const PATHS: usize = 500;

/// What is known of a value: by its schema, which knows better, or by examples.
pub(super) enum Shape<'a> {
    Told(SchemaPlace<'a>),
    Shown(Vec<&'a Value>),
    Unknown,
}

impl<'a> Shape<'a> {
    /// Of a payload.
    pub(super) fn of_payload(body: &'a Body) -> Self {
        match (&body.schema, &body.example) {
            (Some(schema), _) => Self::Told(schema.root()),
            (None, Some(example)) => Self::Shown(vec![example]),
            (None, None) => Self::Unknown,
        }
    }

    /// Of each record of a response. Records that are single values are not looked into.
    pub(super) fn of_records(response: &'a Response) -> Self {
        if response.scalar.is_some() {
            return Self::Unknown;
        }
        let path = response.records.as_deref().map(DottedPath::read).unwrap_or_default();
        if let Some(schema) = &response.schema {
            return Self::Told(path.names().fold(schema.root(), |place, name| element(place).field(name)));
        }
        let Some(example) = &response.example else { return Self::Unknown };
        let records = path.find(example);
        records.map_or(Self::Unknown, |records| Self::Shown(vec![records]))
    }

    /// Whether there is something at a dotted path that leads into the elements of lists, or nothing is known of it.
    pub(super) fn has(&self, path: &str) -> bool {
        let path = DottedPath::read(path);
        match self {
            Self::Told(place) => {
                let mut place = element(place.clone());
                path.names().all(|name| {
                    let is_told = place.tells_of(name);
                    place = element(place.field(name));
                    is_told
                })
            }
            Self::Shown(examples) => {
                let names: Vec<&str> = path.names().collect();
                examples.iter().any(|example| shows(example, &names))
            }
            Self::Unknown => true,
        }
    }

    /// The paths of what is known.
    pub(super) fn paths(&self) -> Vec<String> {
        let mut paths = Vec::new();
        match self {
            Self::Told(place) => told("", place, 0, &mut paths),
            Self::Shown(examples) => examples.iter().for_each(|example| shown("", example, &mut paths)),
            Self::Unknown => {}
        }
        paths
    }
}

/// The place itself; or, where a list must be, that of its elements.
fn element(place: SchemaPlace<'_>) -> SchemaPlace<'_> {
    let mut place = place;
    for _ in 0..DEPTH {
        if !place.fields().is_empty() || place.kinds() == Kinds::ANY || !place.kinds().has(Kinds::LIST) {
            break;
        }
        place = place.item(0);
    }
    place
}

/// Whether an example has something at a path, or may have: nothing is known of what is null, or of an empty list.
fn shows(example: &Value, path: &[&str]) -> bool {
    match example {
        Value::Null => true,
        Value::Array(items) => items.is_empty() || items.iter().any(|item| shows(item, path)),
        Value::Object(fields) => match path {
            [] => true,
            [name] => fields.contains_key(*name),
            [name, rest @ ..] => fields.get(*name).is_some_and(|value| shows(value, rest)),
        },
        Value::Bool(_) | Value::Number(_) | Value::String(_) => false,
    }
}

fn told(before: &str, place: &SchemaPlace<'_>, depth: usize, paths: &mut Vec<String>) {
    let place = element(place.clone());
    for name in place.fields() {
        let path = joined(before, name);
        paths.push(path.clone());
        if depth < DEPTH && paths.len() < PATHS {
            told(&path, &place.field(name), depth + 1, paths);
        }
    }
}

fn shown(before: &str, example: &Value, paths: &mut Vec<String>) {
    match example {
        Value::Array(items) => items.iter().take(1).for_each(|item| shown(before, item, paths)),
        Value::Object(fields) => {
            for (name, value) in fields {
                let path = joined(before, name);
                paths.push(path.clone());
                shown(&path, value, paths);
            }
        }
        _ => {}
    }
}

fn joined(before: &str, name: &str) -> String {
    let name = DottedPath::of([name]);
    if before.is_empty() { name.to_string() } else { format!("{before}.{name}") }
}
