//! One operation.

use serde_json::{Value, json};

use super::{answer, body, parameter};
use crate::Endpoint;

/// The endpoints that have one method and path, as the one operation that a document has for them.
pub(super) fn operation(path: &str, group: &[&Endpoint]) -> Value {
    let summaries: Vec<&str> = group.iter().map(|endpoint| endpoint.summary.as_str()).collect();
    let mut said = match group {
        [one] => json!({ "operationId": one.id, "summary": one.summary }),
        several => {
            let ids: Vec<&str> = several.iter().map(|endpoint| endpoint.id.as_str()).collect();
            json!({
                "operationId": ids.join("|"),
                "summary": "One of several, told apart by what is sent.",
                "description": summaries.join("\n\n"),
                "x-seatflow-endpoints": ids,
            })
        }
    };
    let parameters = parameter::parameters(path, group);
    if !parameters.is_empty() {
        said["parameters"] = Value::Array(parameters);
    }
    if let Some(body) = body::request_body(group) {
        said["requestBody"] = body;
    }
    said["responses"] = answer::responses(group);
    said
}
