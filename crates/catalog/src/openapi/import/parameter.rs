//! The parameters of an operation.

use serde_json::{Map, Value, json};

use super::document::{Document, Found};
use super::outline::Outline;
use super::report::Report;
use super::style;
use super::words::{first_sentence, on_one_line};
use crate::ValueKind;
use crate::lookup::placeholders;
use crate::parse::is_header_name;

/// A parameter as a catalog has it.
#[derive(Clone, Debug)]
pub(super) struct Read {
    pub(super) name: String,
    pub(super) is_in_query: bool,
    pub(super) kind: ValueKind,
    /// What stands behind its name in the catalog.
    pub(super) said: Value,
}

/// Headers that the document is not to tell of, since other parts of it do.
const IGNORED: [&str; 3] = ["accept", "authorization", "content-type"];

/// The parameters of an operation and of its path, those of the operation over those of the path, references followed.
pub(super) fn gather<'d>(document: Document<'d>, levels: [&Found<'d>; 2], report: &mut Report) -> Vec<Found<'d>> {
    let mut all: Vec<Found<'d>> = Vec::new();
    for level in levels {
        for parameter in level.get("parameters").iter().flat_map(Found::items) {
            let found = match document.resolve(parameter.value, &parameter.pointer) {
                Ok(found) => found,
                Err(why) => {
                    report.add(&parameter.pointer, why);
                    continue;
                }
            };
            let key = |found: &Found<'d>| (found.text("name"), found.text("in"));
            match all.iter_mut().find(|other| key(other) == key(&found)) {
                Some(other) => *other = found,
                None => all.push(found),
            }
        }
    }
    all
}

/// Those that a catalog can have, in the order of the document; a part of the path that is not described comes last.
pub(super) fn read<'d>(document: Document<'d>, path: &str, all: &[Found<'d>], report: &mut Report) -> Vec<Read> {
    let mut read: Vec<Read> = Vec::new();
    for found in all {
        let Some(one) = parameter(document, path, found, report) else { continue };
        if read.iter().any(|other| other.name == one.name) {
            report.add(&found.pointer, format!("another parameter is called `{}` as well", one.name));
            continue;
        }
        read.push(one);
    }
    for name in placeholders(path) {
        if !read.iter().any(|one| one.name == name) {
            // It must be text, as far as anybody knows.
            let said = json!({ "in": "path", "source": "assumed" });
            read.push(Read { name: name.to_owned(), is_in_query: false, kind: ValueKind::Text, said });
        }
    }
    read
}

fn parameter<'d>(document: Document<'d>, path: &str, found: &Found<'d>, report: &mut Report) -> Option<Read> {
    let at = &found.pointer;
    let (Some(name), Some(place)) = (found.text("name"), found.text("in")) else {
        report.add(at, "a parameter says neither its name nor its place");
        return None;
    };
    let is_in_path = placeholders(path).any(|part| part == name);
    let refused = match place {
        "body" | "formData" => return None,
        "path" if !is_in_path => Some("the path does not name it".to_owned()),
        "query" | "header" if is_in_path => Some(format!("the path names `{name}` as well")),
        "query" if is_fixed(path, name) => Some(format!("the path gives `{name}` a value")),
        "header" if IGNORED.contains(&name.to_lowercase().as_str()) => Some(format!("`{name}` is sent by itself")),
        "header" if !is_header_name(name) => Some("it is not the name of a header".to_owned()),
        "path" | "query" | "header" => None,
        "cookie" => Some(format!("the cookie `{name}` is not sent")),
        other => Some(format!("there are no parameters in `{other}`")),
    };
    if let Some(why) = refused {
        report.add(at, why);
        return None;
    }
    let schema = match (found.get("schema"), found.get("content")) {
        (Some(schema), _) => schema,
        (None, None) => found.clone(),
        (None, Some(content)) => {
            report.add(at, format!("`{name}` is written in a form of its own ({})", media(&content)));
            return is_in_path.then(|| text_in_path(name));
        }
    };
    let outline = Outline::of(document, &schema);
    let mut said = Map::new();
    if place == "header" {
        said.insert("in".to_owned(), json!("header"));
    }
    let is_list = outline.is_list();
    let element = if is_list { outline.item().unwrap_or_else(|| outline.clone()) } else { outline.clone() };
    if element.is_map() || (element.is_list() && is_list && outline.item().is_some()) {
        report.add(at, format!("`{name}` takes {}, which are not sent as a parameter", plural(&element)));
        return is_in_path.then(|| text_in_path(name));
    }
    if is_list {
        match style::of(found, place) {
            Ok(form) => drop(said.insert("list".to_owned(), json!(form))),
            Err(why) => {
                report.add(at, format!("{why}; `{name}` takes one value"));
            }
        }
    } else if let Some(style @ ("label" | "matrix")) = found.text("style") {
        report.add(at, format!("the style `{style}` of `{name}` must be written into its value"));
    }
    if found.says("allowReserved") {
        report.count(at, "what is reserved in URLs is escaped all the same");
    }
    let kind = kind(&element, &mut said, at, report);
    if place != "path" && found.says("required") {
        said.insert("required".to_owned(), Value::Bool(true));
    }
    values(&element, &outline, kind, &mut said, at, report);
    let description = found.text("description").or_else(|| outline.text("description"));
    let description = description.and_then(|text| on_one_line(text.trim().split("\n\n").next().unwrap_or_default()));
    let description = if found.says("deprecated") {
        Some(format!("Deprecated. {}", description.unwrap_or_default()).trim_end().to_owned())
    } else {
        description
    };
    if let Some(description) = description {
        said.insert("description".to_owned(), Value::String(description));
    }
    let said = shortened(said, is_in_path);
    Some(Read { name: name.to_owned(), is_in_query: place == "query", kind, said })
}

/// One of which only the description is known is said by it.
fn shortened(mut said: Map<String, Value>, is_in_path: bool) -> Value {
    match said.len() {
        0 => json!({ "in": if is_in_path { "path" } else { "query" } }),
        1 => said.remove("description").unwrap_or(Value::Object(said)),
        _ => Value::Object(said),
    }
}

fn text_in_path(name: &str) -> Read {
    Read { name: name.to_owned(), is_in_query: false, kind: ValueKind::Text, said: json!({ "in": "path" }) }
}

fn media(content: &Found<'_>) -> String {
    content.fields().next().map_or_else(|| "none is named".to_owned(), |(media, _)| media.to_owned())
}

fn plural(element: &Outline<'_>) -> &'static str {
    if element.is_map() { "maps" } else { "lists of lists" }
}

/// The type and the bounds.
fn kind(element: &Outline<'_>, said: &mut Map<String, Value>, at: &str, report: &mut Report) -> ValueKind {
    let types = if element.is_split { Vec::new() } else { element.types() };
    let (kind, word) = match types.as_slice() {
        ["integer"] => {
            let (minimum, maximum) = bounds(element);
            if minimum.zip(maximum).is_some_and(|(least, most)| least > most) {
                report.add(at, "its minimum is more than its maximum");
                (ValueKind::Integer { minimum: None, maximum: None }, "integer")
            } else {
                (ValueKind::Integer { minimum, maximum }, "integer")
            }
        }
        ["number"] => (ValueKind::Number, "number"),
        ["boolean"] => (ValueKind::Boolean, "boolean"),
        ["string"] if element.text("format") == Some("date-time") => (ValueKind::Time, "time"),
        _ => return ValueKind::Text,
    };
    said.insert("type".to_owned(), json!(word));
    if let ValueKind::Integer { minimum, maximum } = kind {
        for (name, bound) in [("minimum", minimum), ("maximum", maximum)] {
            if let Some(bound) = bound {
                said.insert(name.to_owned(), json!(bound));
            }
        }
    }
    kind
}

fn bounds(element: &Outline<'_>) -> (Option<i64>, Option<i64>) {
    let whole = |keyword: &str| element.keyword(keyword).and_then(Value::as_i64);
    let bound = |usual: &str, exclusive: &str, step: i64| match element.keyword(exclusive) {
        Some(Value::Bool(true)) => whole(usual).and_then(|bound| bound.checked_add(step)),
        Some(Value::Number(bound)) => bound.as_i64().and_then(|bound| bound.checked_add(step)),
        _ => whole(usual),
    };
    (bound("minimum", "exclusiveMinimum", 1), bound("maximum", "exclusiveMaximum", -1))
}

/// What values it may have, and which one is taken without any.
fn values(
    element: &Outline<'_>,
    outline: &Outline<'_>,
    kind: ValueKind,
    said: &mut Map<String, Value>,
    at: &str,
    report: &mut Report,
) {
    let listed = element.keyword("enum").and_then(Value::as_array).filter(|_| !element.is_split);
    let allowed: Vec<String> = listed.into_iter().flatten().filter_map(scalar).collect();
    let fits = |value: &String| kind.wants(value).is_none();
    let is_allowed = kind != ValueKind::Boolean && !allowed.is_empty() && allowed.iter().all(fits);
    if is_allowed {
        // A number stays one, and a truth value is no text in a catalog.
        let as_listed = |value: &Value| if value.is_boolean() { json!(value.to_string()) } else { value.clone() };
        let listed = listed.into_iter().flatten().filter(|value| scalar(value).is_some()).map(as_listed);
        let listed: Vec<Value> = listed.collect();
        said.insert("allowed".to_owned(), json!(listed));
    }
    let default = match outline.keyword("default").or_else(|| element.keyword("default")) {
        Some(Value::Array(items)) => match items.as_slice() {
            [one] => one,
            [] => return,
            _ => return report.add(at, "a default of several values is left out"),
        },
        Some(Value::Null) | None => return,
        Some(one) => one,
    };
    let text = scalar(default);
    match text.filter(|text| fits(text) && (!is_allowed || allowed.contains(text))) {
        Some(_) => drop(said.insert("default".to_owned(), default.clone())),
        None => report.add(at, "its default is none of its values"),
    }
}

fn scalar(value: &Value) -> Option<String> {
    match value {
        Value::String(text) => Some(text.clone()),
        Value::Number(_) | Value::Bool(_) => Some(value.to_string()),
        _ => None,
    }
}

/// Whether every call has it in its query.
fn is_fixed(path: &str, name: &str) -> bool {
    let query = path.split_once('?').map_or("", |(_, query)| query);
    query.split('&').any(|pair| pair.split('=').next() == Some(name))
}

/// What an operation does, in one sentence.
pub(super) fn summary(operation: &Found<'_>, path: &Found<'_>) -> Option<String> {
    let said = ["summary", "description"].iter().find_map(|key| operation.text(key).and_then(first_sentence));
    said.or_else(|| path.text("summary").and_then(first_sentence))
}
