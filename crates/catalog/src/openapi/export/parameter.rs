//! Parameters of operations.

use serde_json::{Map, Value, json};

use crate::{Endpoint, ListForm, Location, Parameter, ValueKind};

/// The parameters of the endpoints that are one operation at this path. Required is what all of them require.
pub(super) fn parameters(path: &str, group: &[&Endpoint]) -> Vec<Value> {
    let mut all: Vec<Value> = Vec::new();
    for endpoint in group {
        let fixed = endpoint.query.iter().flat_map(|query| query.split('&')).map(fixed);
        let own = endpoint.parameters.iter().map(|one| parameter(one, name_in_path(path, endpoint, one)));
        for parameter in fixed.chain(own) {
            let is_same = |other: &&mut Value| other["name"] == parameter["name"] && other["in"] == parameter["in"];
            match all.iter_mut().find(is_same) {
                Some(other) => join(other, &parameter),
                None => all.push(parameter),
            }
        }
    }
    for one in &mut all {
        let is_everywhere = group.iter().all(|endpoint| requires(path, endpoint, one));
        if let Some(said) = one.as_object_mut().filter(|_| !is_everywhere) {
            said.remove("required");
        }
    }
    all
}

/// The name of a parameter in the path that stands for the paths of all endpoints of its form.
fn name_in_path<'a>(path: &'a str, endpoint: &'a Endpoint, parameter: &'a Parameter) -> &'a str {
    let places = crate::lookup::placeholders(&endpoint.path).zip(crate::lookup::placeholders(path));
    let mut same = places.filter(|(own, _)| *own == parameter.name && parameter.location == Location::Path);
    same.next().map_or(parameter.name.as_str(), |(_, name)| name)
}

fn requires(path: &str, endpoint: &Endpoint, said: &Value) -> bool {
    let name = said["name"].as_str().unwrap_or_default();
    let is_it = |one: &Parameter| name_in_path(path, endpoint, one) == name && place(one.location) == said["in"];
    let is_fixed = said["in"] == "query"
        && endpoint.query.iter().flat_map(|query| query.split('&')).any(|pair| pair_of(pair).0 == name);
    is_fixed || endpoint.parameters.iter().any(|one| one.required && is_it(one))
}

/// One of several endpoints takes this, another one that.
fn join(one: &mut Value, other: &Value) {
    if one["schema"] == other["schema"] {
        return;
    }
    let values = |schema: &Value| schema["enum"].as_array().cloned();
    one["schema"] = match (values(&one["schema"]), values(&other["schema"])) {
        (Some(mut values), Some(more)) => {
            values.extend(more);
            json!({ "type": "string", "enum": values })
        }
        _ => json!({ "anyOf": [one["schema"], other["schema"]] }),
    };
}

fn pair_of(pair: &str) -> (&str, &str) {
    pair.split_once('=').unwrap_or((pair, ""))
}

/// What every call has in its query.
fn fixed(pair: &str) -> Value {
    let (name, value) = pair_of(pair);
    json!({
        "name": name,
        "in": "query",
        "required": true,
        "allowEmptyValue": value.is_empty(),
        "schema": { "type": "string", "enum": [value] },
    })
}

fn place(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query | Location::QueryKey => "query",
        Location::Header => "header",
    }
}

fn parameter(parameter: &Parameter, name: &str) -> Value {
    let mut said = json!({ "name": name, "in": place(parameter.location) });
    if parameter.required {
        said["required"] = json!(true);
    }
    if !parameter.description.is_empty() {
        said["description"] = json!(parameter.description);
    }
    if matches!(parameter.kind, ValueKind::Selector) {
        said["x-seatflow-selector"] = json!(true);
    }
    let (mut schema, default) = (value(parameter), parameter.default.as_ref());
    if parameter.location == Location::QueryKey {
        // A map in the query is written as its fields, and the fields of this one have no values.
        said["style"] = json!("form");
        said["explode"] = json!(true);
        said["allowEmptyValue"] = json!(true);
        schema = json!({ "type": "object", "propertyNames": schema, "additionalProperties": { "const": "" } });
    } else if let Some(list) = parameter.list {
        let (style, explode) = match list {
            ListForm::Repeated => ("form", true),
            ListForm::Comma if parameter.location == Location::Query => ("form", false),
            ListForm::Comma => ("simple", false),
            ListForm::Space => ("spaceDelimited", false),
            ListForm::Pipe => ("pipeDelimited", false),
        };
        said["style"] = json!(style);
        said["explode"] = json!(explode);
        schema = json!({ "type": "array", "items": schema });
        if let Some(default) = default {
            schema["default"] = json!([typed(parameter.kind, default)]);
        }
    } else if let Some(default) = default {
        schema["default"] = typed(parameter.kind, default);
    }
    said["schema"] = schema;
    said
}

/// What fits one value.
fn value(parameter: &Parameter) -> Value {
    let mut schema = Map::new();
    let kind = match parameter.kind {
        ValueKind::Integer { .. } => "integer",
        ValueKind::Number => "number",
        ValueKind::Boolean => "boolean",
        ValueKind::Text | ValueKind::Time | ValueKind::Selector | ValueKind::SelectorText => "string",
    };
    schema.insert("type".to_owned(), json!(kind));
    match parameter.kind {
        ValueKind::Integer { minimum, maximum } => {
            for (keyword, bound) in [("minimum", minimum), ("maximum", maximum)] {
                if let Some(bound) = bound {
                    schema.insert(keyword.to_owned(), json!(bound));
                }
            }
        }
        ValueKind::Time => drop(schema.insert("format".to_owned(), json!("date-time"))),
        _ => {}
    }
    let values = |values: &mut dyn Iterator<Item = &String>| -> Vec<Value> {
        values.map(|value| typed(parameter.kind, value)).collect()
    };
    if !parameter.allowed.is_empty() {
        schema.insert("enum".to_owned(), json!(values(&mut parameter.allowed.iter())));
    }
    if !parameter.refused.is_empty() {
        let refused = values(&mut parameter.refused.iter());
        schema.insert("not".to_owned(), json!({ "enum": refused }));
    }
    if !parameter.suggested.is_empty() {
        let known = values(&mut parameter.suggested.iter().map(|known| &known.value));
        schema.insert("examples".to_owned(), json!(known));
    }
    Value::Object(schema)
}

/// A value as its type has it.
fn typed(kind: ValueKind, value: &str) -> Value {
    match kind {
        ValueKind::Integer { .. } | ValueKind::Number | ValueKind::Boolean => {
            serde_json::from_str(value).unwrap_or_else(|_| json!(value))
        }
        ValueKind::Text | ValueKind::Time | ValueKind::Selector | ValueKind::SelectorText => json!(value),
    }
}
