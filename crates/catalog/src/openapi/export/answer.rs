//! Answers of operations.

use serde_json::{Map, Value, json};

use super::infer;
use super::references::moved;
use crate::{DottedPath, Endpoint, Method, ResponseForm};

/// What the endpoints that are one operation answer, by status.
pub(super) fn responses(group: &[&Endpoint]) -> Value {
    let mut responses: Map<String, Value> = Map::new();
    let mut success: Vec<u16> = group.iter().flat_map(|endpoint| endpoint.success.iter().copied()).collect();
    success.sort_unstable();
    success.dedup();
    for status in success {
        let answering: Vec<&Endpoint> =
            group.iter().copied().filter(|endpoint| endpoint.success.contains(&status)).collect();
        responses.insert(status.to_string(), answer(status, &answering));
    }
    for (status, meaning) in group.iter().flat_map(|endpoint| &endpoint.meanings) {
        let response = responses.entry(status.to_string()).or_insert_with(|| failure(group, meaning));
        let said = response["description"].as_str().unwrap_or_default().to_owned();
        if !said.split("; or: ").any(|one| one == meaning) {
            response["description"] = json!(format!("{said}; or: {meaning}"));
        }
    }
    responses.insert("default".to_owned(), failure(group, "A failure"));
    Value::Object(responses)
}

fn answer(status: u16, group: &[&Endpoint]) -> Value {
    let mut said = json!({ "description": "A success" });
    if matches!(status, 204 | 205) || group.iter().all(|endpoint| endpoint.method == Method::Head) {
        return said;
    }
    let mut content: Map<String, Value> = Map::new();
    for endpoint in group {
        let (media, mut part) = body(endpoint);
        match content.get_mut(media) {
            None => {
                if let Some(example) = endpoint.response.example.as_ref().filter(|_| is_as_sent(endpoint)) {
                    part["example"] = example.clone();
                }
                content.insert(media.to_owned(), part);
            }
            Some(other) if other["schema"] == part["schema"] => {}
            Some(other) => {
                let ways = match other["schema"]["anyOf"].as_array() {
                    Some(ways) => ways.iter().cloned().chain([part["schema"].take()]).collect(),
                    None => vec![other["schema"].take(), part["schema"].take()],
                };
                *other = json!({ "schema": { "anyOf": ways } });
            }
        }
    }
    said["content"] = Value::Object(content);
    said
}

/// Whether the catalog shows the body as the system sends it, and not what is made of it.
fn is_as_sent(endpoint: &Endpoint) -> bool {
    endpoint.response.form == ResponseForm::Json
}

fn body(endpoint: &Endpoint) -> (&'static str, Value) {
    let response = &endpoint.response;
    match response.form {
        ResponseForm::File => {
            ("application/octet-stream", json!({ "schema": { "type": "string", "format": "binary" } }))
        }
        ResponseForm::Jwt { .. } => {
            let description = "Signed tokens (JWT), joined by `&`.";
            ("application/jwt", json!({ "schema": { "type": "string", "description": description } }))
        }
        // What the catalog tells of it is what is made of it.
        ResponseForm::Graph => ("application/json", json!({ "schema": {} })),
        ResponseForm::Json => {
            let told = response.schema.as_ref().map(|schema| moved(schema.value()));
            let schema = told.or_else(|| response.example.as_ref().map(infer::schema)).unwrap_or_else(|| json!({}));
            // One word is JSON whatever it is said to be.
            let is_word = response.scalar.is_some() && response.records.is_none();
            (if is_word { "*/*" } else { "application/json" }, json!({ "schema": schema }))
        }
    }
}

/// A failure, with the fields that say why, as far as they are known.
fn failure(group: &[&Endpoint], description: &str) -> Value {
    let mut schema = json!({});
    for path in group.iter().flat_map(|endpoint| &endpoint.messages) {
        let mut place = &mut schema;
        for name in DottedPath::read(path).names() {
            place = &mut place["properties"][name];
        }
        if place.is_null() {
            *place = json!({});
        }
    }
    json!({ "description": description, "content": { "application/json": { "schema": schema } } })
}
