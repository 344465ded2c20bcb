//! A schema that is read off an example.

use serde_json::{Map, Value, json};

/// What fits what an example shows: values of the same types, or null; fields that are not shown may be there, and those
/// that are may be missing. Nothing is known of what the example shows as null or as empty.
pub(super) fn schema(example: &Value) -> Value {
    inferred(&[example])
}

fn inferred(examples: &[&Value]) -> Value {
    let mut types: Vec<&str> = Vec::new();
    for example in examples {
        let kind = match example {
            Value::Null => continue,
            Value::Bool(_) => "boolean",
            Value::Number(number) if number.is_f64() => "number",
            Value::Number(_) => "integer",
            Value::String(_) => "string",
            Value::Array(_) => "array",
            Value::Object(_) => "object",
        };
        if !types.contains(&kind) {
            types.push(kind);
        }
    }
    if types.is_empty() {
        return json!({});
    }
    if types.contains(&"number") {
        types.retain(|kind| *kind != "integer");
    }
    types.push("null");
    let mut schema = json!({ "type": types });
    let items: Vec<&Value> = examples.iter().filter_map(|example| example.as_array()).flatten().collect();
    if !items.is_empty() {
        schema["items"] = inferred(&items);
    }
    let mut fields: Map<String, Value> = Map::new();
    for name in examples.iter().filter_map(|example| example.as_object()).flat_map(Map::keys) {
        if !fields.contains_key(name) {
            let values: Vec<&Value> = examples.iter().filter_map(|example| example.get(name)).collect();
            fields.insert(name.clone(), inferred(&values));
        }
    }
    if !fields.is_empty() {
        schema["properties"] = Value::Object(fields);
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_shown_is_typed_and_what_is_not_is_free() {
        let example = json!({ "data": [{ "id": 1, "name": null }, { "id": 1.5, "tags": [] }] });
        let expected = json!({
            "type": ["object", "null"],
            "properties": { "data": {
                "type": ["array", "null"],
                "items": {
                    "type": ["object", "null"],
                    "properties": {
                        "id": { "type": ["number", "null"] },
                        "name": {},
                        "tags": { "type": ["array", "null"] },
                    },
                },
            } },
        });
        assert_eq!(schema(&example), expected);
        assert_eq!(schema(&Value::Null), json!({}));
    }
}
