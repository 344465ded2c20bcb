//! Extensions of a document, which are all passed over.

use serde_json::Value;

use super::document::below;
use super::report::Report;

/// Below these, names are somebody's own.
const NAMES: [&str; 14] = [
    "properties",
    "schemas",
    "definitions",
    "parameters",
    "responses",
    "headers",
    "examples",
    "requestBodies",
    "securitySchemes",
    "securityDefinitions",
    "callbacks",
    "links",
    "variables",
    "mapping",
];

/// Below these, nothing is of the document.
const VALUES: [&str; 5] = ["example", "default", "enum", "const", "value"];

/// What Swagger 2.0 has no word for, and what is read all the same.
const NULLABLE: &str = "x-nullable";

/// Counts the keys that begin with `x-`.
pub(super) fn count(root: &Value, report: &mut Report) {
    walk(root, "", false, report);
}

fn walk(value: &Value, pointer: &str, are_names: bool, report: &mut Report) {
    match value {
        Value::Array(items) => {
            for (index, item) in items.iter().enumerate().filter(|(_, item)| item.is_object() || item.is_array()) {
                walk(item, &below(pointer, &index.to_string()), false, report);
            }
        }
        Value::Object(fields) => {
            for (name, inner) in fields {
                if !are_names && name.starts_with("x-") && name != NULLABLE {
                    report.count(&below(pointer, name), "extensions are not read");
                } else if (inner.is_object() || inner.is_array()) && (are_names || !VALUES.contains(&name.as_str())) {
                    let are_names = !are_names && NAMES.contains(&name.as_str());
                    walk(inner, &below(pointer, name), are_names, report);
                }
            }
        }
        _ => {}
    }
}
