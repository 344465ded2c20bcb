//! Payloads of operations.

use serde_json::{Map, Value, json};

use super::references::moved;
use crate::{Body, BodyForm, Endpoint};

/// What the endpoints that are one operation take; none, if they take nothing.
pub(super) fn request_body(group: &[&Endpoint]) -> Option<Value> {
    let bodies: Vec<&Body> = group.iter().filter_map(|endpoint| endpoint.body.as_ref()).collect();
    let mut content = Map::new();
    for (form, media) in [(BodyForm::Json, "application/json"), (BodyForm::Form, "application/x-www-form-urlencoded")] {
        let of_form: Vec<&Body> = bodies.iter().copied().filter(|body| body.form == form).collect();
        if let Some(said) = media_type(&of_form) {
            content.insert(media.to_owned(), said);
        }
    }
    if content.is_empty() {
        return None;
    }
    let mut said = json!({ "content": content });
    if bodies.len() == group.len() && bodies.iter().all(|body| is_required(body)) {
        said["required"] = json!(true);
    }
    Some(said)
}

fn media_type(bodies: &[&Body]) -> Option<Value> {
    let mut said = match bodies {
        [] => return None,
        [one] => {
            let schema = schema(one);
            schema.map_or_else(|| json!({}), |schema| json!({ "schema": schema }))
        }
        several => {
            let ways: Vec<Value> = several.iter().map(|body| schema(body).unwrap_or_else(|| json!({}))).collect();
            json!({ "schema": { "anyOf": ways } })
        }
    };
    if let [Body { example: Some(example), fixed, .. }] = bodies {
        said["example"] = with_fixed(example, fixed);
    }
    Some(said)
}

/// Whether a call without a payload cannot be right.
fn is_required(body: &Body) -> bool {
    let asks = |keyword: &str| body.schema.as_ref().is_some_and(|schema| schema.value().get(keyword).is_some());
    !body.fixed.is_empty() || asks("required") || asks("minProperties")
}

/// What fits the whole payload, with what every call sends.
fn schema(body: &Body) -> Option<Value> {
    let own = body.schema.as_ref().map(|schema| moved(schema.value()));
    if body.fixed.is_empty() {
        return own;
    }
    let names = || body.fixed.iter().map(|(name, _)| json!(name));
    let fixed: Map<String, Value> =
        body.fixed.iter().map(|(name, value)| (name.clone(), json!({ "const": value }))).collect();
    let Some(Value::Object(mut own)) = own else {
        return Some(json!({ "type": "object", "required": names().collect::<Vec<_>>(), "properties": fixed }));
    };
    if own.contains_key("$ref") {
        let part = json!({ "required": names().collect::<Vec<_>>(), "properties": fixed });
        return Some(json!({ "allOf": [own, part] }));
    }
    let required = own.get("required").and_then(Value::as_array).into_iter().flatten().cloned();
    let required: Vec<Value> = names().chain(required).collect();
    let properties = own.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
    let properties: Map<String, Value> = fixed.into_iter().chain(properties).collect();
    own.insert("required".to_owned(), json!(required));
    own.insert("properties".to_owned(), Value::Object(properties));
    Some(Value::Object(own))
}

fn with_fixed(example: &Value, fixed: &[(String, Value)]) -> Value {
    let Value::Object(fields) = example else { return example.clone() };
    let own = fields.iter().map(|(name, value)| (name.clone(), value.clone()));
    Value::Object(fixed.iter().cloned().chain(own).collect())
}
