//! Whether an example fits its JSON Schema.

use serde_json::Value;

/// What does not fit, if something does not: the first such thing, in the order of the example.
///
/// The keywords `type`, `enum`, `required`, `properties`, `items`, `minItems`, `minLength`, `minimum`, `maximum` and
/// `oneOf` are looked at; what others ask for is not.
pub(super) fn misfit(value: &Value, schema: &Value) -> Option<String> {
    misfit_at(value, schema, "the example")
}

fn misfit_at(value: &Value, schema: &Value, what: &str) -> Option<String> {
    if let Some(expected) = schema.get("type").filter(|expected| !is_of_type(value, expected)) {
        return Some(format!("{what} is not of the type {expected}"));
    }
    if let Some(Value::Array(allowed)) = schema.get("enum")
        && !allowed.contains(value)
    {
        return Some(format!("{what} is {value}, which the schema does not allow"));
    }
    if let Some(Value::Array(ways)) = schema.get("oneOf") {
        let fitting = ways.iter().filter(|way| misfit_at(value, way, what).is_none()).count();
        if fitting != 1 {
            return Some(format!("{what} fits {fitting} of the schema's `oneOf`, not one"));
        }
    }
    match value {
        Value::Object(fields) => {
            let required = schema.get("required").and_then(Value::as_array).into_iter().flatten();
            let mut missing = required.filter_map(Value::as_str).filter(|name| !fields.contains_key(*name));
            if let Some(name) = missing.next() {
                return Some(format!("{what} has no `{name}`, which the schema requires"));
            }
            let properties = schema.get("properties")?;
            fields
                .iter()
                .find_map(|(name, field)| misfit_at(field, properties.get(name)?, &format!("`{name}` of {what}")))
        }
        Value::Array(items) => {
            if let Some(least) = bound(schema, "minItems").filter(|least| length(items.len()) < *least) {
                return Some(format!("{what} has fewer than {least} items"));
            }
            let schema = schema.get("items")?;
            items.iter().find_map(|item| misfit_at(item, schema, &format!("an item of {what}")))
        }
        Value::String(text) => {
            let least = bound(schema, "minLength").filter(|least| length(text.chars().count()) < *least)?;
            Some(format!("{what} is shorter than {least}"))
        }
        Value::Number(number) => {
            let number = number.as_f64()?;
            let too_small = bound(schema, "minimum").is_some_and(|least| number < least);
            let too_large = bound(schema, "maximum").is_some_and(|most| number > most);
            (too_small || too_large).then(|| format!("{what} is out of its bounds"))
        }
        Value::Null | Value::Bool(_) => None,
    }
}

fn bound(schema: &Value, keyword: &str) -> Option<f64> {
    schema.get(keyword).and_then(Value::as_f64)
}

#[expect(clippy::cast_precision_loss, reason = "an example is not that long")]
fn length(length: usize) -> f64 {
    length as f64
}

fn is_of_type(value: &Value, expected: &Value) -> bool {
    match expected {
        Value::Array(several) => several.iter().any(|one| is_of_type(value, one)),
        Value::String(name) => match name.as_str() {
            "null" => value.is_null(),
            "boolean" => value.is_boolean(),
            "integer" => value.is_i64() || value.is_u64(),
            "number" => value.is_number(),
            "string" => value.is_string(),
            "array" => value.is_array(),
            "object" => value.is_object(),
            _ => true,
        },
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn an_example_that_fits_has_no_misfit() {
        let schema = json!({
            "type": "object",
            "required": ["name"],
            "properties": {
                "name": { "type": "string", "minLength": 1 },
                "user": { "type": ["string", "null"] },
                "keys": { "type": "array", "minItems": 1, "items": { "enum": ["a", "b"] } },
                "seats": { "type": "integer", "minimum": 1, "maximum": 5 },
            },
        });
        let fits = json!({ "name": "x", "user": null, "keys": ["a"], "seats": 5, "other": {} });
        assert_eq!(misfit(&fits, &schema), None);
        for (example, expected) in [
            (json!([]), "the example is not of the type \"object\""),
            (json!({}), "the example has no `name`, which the schema requires"),
            (json!({ "name": "" }), "`name` of the example is shorter than 1"),
            (json!({ "name": 5 }), "`name` of the example is not of the type \"string\""),
            (json!({ "name": "x", "keys": [] }), "`keys` of the example has fewer than 1 items"),
            (
                json!({ "name": "x", "keys": ["c"] }),
                "an item of `keys` of the example is \"c\", which the schema does not allow",
            ),
            (json!({ "name": "x", "seats": 6 }), "`seats` of the example is out of its bounds"),
            (json!({ "name": "x", "seats": 0 }), "`seats` of the example is out of its bounds"),
        ] {
            assert_eq!(misfit(&example, &schema).as_deref(), Some(expected));
        }
    }

    #[test]
    fn one_of_several_is_exactly_one() {
        let schema = json!({ "oneOf": [{ "required": ["a"] }, { "required": ["b"] }] });
        assert_eq!(misfit(&json!({ "a": 1 }), &schema), None);
        assert!(misfit(&json!({ "a": 1, "b": 1 }), &schema).is_some());
        assert!(misfit(&json!({}), &schema).is_some());
    }
}
