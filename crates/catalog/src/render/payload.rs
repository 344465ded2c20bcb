//! Payloads as a user sees them.

use serde_json::{Value, json};

use super::table::aligned;
use super::yaml;
use crate::schema::{Kinds, SchemaPlace};
use crate::{Body, Endpoint};

/// Fields are told down to this depth, or a lesser one, so that a schema that holds itself has an end.
const DEPTH: usize = 6;

/// So many fields are told at most, unless more are at the top.
const FIELDS: usize = 100;

/// So many of the values that are known of a field are told.
const KNOWN: usize = 6;

/// A payload to begin with, as YAML that stands below `license_api:`; none, if there is none.
pub fn payload_yaml(endpoint: &Endpoint) -> Option<String> {
    Some(yaml::block(&json!({ "payload": endpoint.sample_payload()? })))
}

/// The fields of a payload, a line each: path, type, whether it is required, default, what is allowed, description.
pub(super) fn fields(body: &Body) -> Option<String> {
    let root = body.schema.as_ref()?.root();
    let heading = ["field", "type", "required", "default", "allowed", "description"].map(str::to_owned).to_vec();
    let down_to = |depth: usize| {
        let mut rows = vec![heading.clone()];
        put(&mut vec![root.clone()], "", depth, &mut rows);
        rows
    };
    let whole = (1..=DEPTH).rev().map(|depth| (depth, down_to(depth))).find(|(_, rows)| rows.len() <= FIELDS);
    let (depth, rows) = whole.unwrap_or_else(|| (0, down_to(0)));
    let mut text = (rows.len() > 1).then(|| aligned(&rows))?;
    if depth < DEPTH {
        text.push_str("What is deeper is left out; `--json` has the schemas.\n");
    }
    Some(text)
}

/// The fields that every call sends and no node writes, a line each.
pub(super) fn fixed(body: &Body) -> Option<String> {
    let rows: Vec<_> = body.fixed.iter().map(|(name, value)| vec![name.clone(), value.to_string()]).collect();
    let heading = vec!["field".to_owned(), "value".to_owned()];
    (!rows.is_empty()).then(|| aligned(&[heading].into_iter().chain(rows).collect::<Vec<_>>()))
}

/// How a payload is sent, where it is not as JSON.
pub(super) fn form(body: &Body) -> Option<String> {
    body.form.limits().map(|limits| format!("a form: {limits}"))
}

/// Adds the fields of the last of some places, and those in them down to a depth, but for those of a place on the way
/// there; of too many, no more than to see that they are.
fn put(way: &mut Vec<SchemaPlace<'_>>, path: &str, depth: usize, rows: &mut Vec<Vec<String>>) {
    let Some(place) = way.last().cloned() else { return };
    let required = place.required();
    let sometimes = place.required_in_a_form();
    for name in place.fields() {
        let field = place.field(name);
        let needed = match name {
            name if required.contains(&name) => "yes",
            name if sometimes.contains(&name) => "either",
            _ => "",
        };
        let path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        let (text, innermost, items_path) = described(&field, &path);
        let said = |keyword: &str| field.keyword(keyword);
        rows.push(vec![
            path,
            text,
            needed.to_owned(),
            said("default").map(value).unwrap_or_default(),
            allowed(&field, &innermost),
            said("description").and_then(Value::as_str).unwrap_or_default().trim().to_owned(),
        ]);
        let is_circle = way.iter().any(|before| before.has_the_fields_of(&innermost));
        if depth > 0 && rows.len() <= FIELDS && !is_circle {
            way.push(innermost);
            put(way, &items_path, depth - 1, rows);
            way.pop();
        }
    }
}

/// The type of a place in words, and the place of what it holds in the end, if it is a list.
fn described<'a>(place: &SchemaPlace<'a>, path: &str) -> (String, SchemaPlace<'a>, String) {
    let mut types = kinds(place);
    if place.kinds() == Kinds::ANY || !place.kinds().has(Kinds::LIST) {
        return (types, place.clone(), path.to_owned());
    }
    let items = place.item(0);
    let (below, innermost, path) = described(&items, &format!("{path}[]"));
    if !below.is_empty() {
        types = format!("{types} of {}", plural(&below));
    }
    (types, innermost, path)
}

fn plural(types: &str) -> String {
    match types {
        "map" => "maps".to_owned(),
        "integer" => "integers".to_owned(),
        "number" => "numbers".to_owned(),
        "time" => "times".to_owned(),
        other if other.starts_with("list") => other.replacen("list", "lists", 1),
        other => other.to_owned(),
    }
}

fn kinds(place: &SchemaPlace<'_>) -> String {
    let kinds = place.kinds();
    if kinds == Kinds::ANY {
        return if place.fields().is_empty() { String::new() } else { "map".to_owned() };
    }
    let is_time = place.keyword("format").and_then(Value::as_str) == Some("date-time");
    let names = kinds.words().map(|words| if is_time && words.kind == Kinds::TEXT { "time" } else { words.name });
    names.collect::<Vec<_>>().join(" or ")
}

/// What a value may be, beside its type: of a list, how long it may be, and what its items may be.
fn allowed(place: &SchemaPlace<'_>, innermost: &SchemaPlace<'_>) -> String {
    let said = |keyword: &str| innermost.keyword(keyword);
    let mut rules = vec![between(place, "minItems", "maxItems", "item")];
    if let Some(values) = said("enum").and_then(Value::as_array) {
        rules.push(values.iter().map(value).collect::<Vec<_>>().join(" | "));
    }
    rules.extend(said("const").map(value));
    rules.push(known(innermost));
    rules.push(between(innermost, "minimum", "maximum", ""));
    for (keyword, word) in [("exclusiveMinimum", "more than"), ("exclusiveMaximum", "less than")] {
        rules.extend(said(keyword).map(|bound| format!("{word} {bound}")));
    }
    rules.push(between(innermost, "minLength", "maxLength", "character"));
    rules.extend(said("pattern").and_then(Value::as_str).map(str::to_owned));
    let format = said("format").and_then(Value::as_str).filter(|format| *format != "date-time");
    rules.extend(format.or_else(|| said("contentEncoding")?.as_str()).map(str::to_owned));
    rules.retain(|rule| !rule.is_empty());
    rules.join(", ")
}

/// Values that are known, among others that are not.
fn known(place: &SchemaPlace<'_>) -> String {
    let known = place.suggested();
    let first: Vec<&str> = known.iter().take(KNOWN).map(|known| known.value.as_str()).collect();
    match known.len() {
        0 => String::new(),
        count if count > first.len() => format!("known: {} and {} more", first.join(" | "), count - first.len()),
        _ => format!("known: {}", first.join(" | ")),
    }
}

fn between(place: &SchemaPlace<'_>, least: &str, most: &str, of: &str) -> String {
    let (least, most) = (place.keyword(least), place.keyword(most));
    let bounds = match (least, most) {
        (None, None) => return String::new(),
        (Some(least), None) => format!("from {least}"),
        (None, Some(most)) => format!("to {most}"),
        (Some(least), Some(most)) => format!("{least} to {most}"),
    };
    let one = most.or(least).and_then(Value::as_u64) == Some(1);
    match of {
        "" => bounds,
        of if one => format!("{bounds} {of}"),
        of => format!("{bounds} {of}s"),
    }
}

/// A value in a table.
fn value(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
