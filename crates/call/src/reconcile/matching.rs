//! Whether a record is the one that is looked for.
//!
//! What is not known is neither so nor not so: a record that lacks a field is not taken for another one.

use std::cmp::Ordering;

use serde_json::{Number, Value};

/// A path of names that leads to a value, and the value that must be there.
pub(super) type Field<'a> = (&'a [&'a str], &'a Value);

/// From here on not every whole number is a float of its own, so that equal floats may be of different ones.
const EXACT: f64 = 9_007_199_254_740_992.0;

/// Whether a value has all fields; of a list, whether some element of it has them all.
pub(super) fn holds(value: &Value, fields: &[Field<'_>]) -> Option<bool> {
    if let Value::Array(items) = value {
        return any(items.iter().map(|item| holds(item, fields)));
    }
    let mut names: Vec<&str> = fields.iter().filter_map(|(path, _)| path.first().copied()).collect();
    names.sort_unstable();
    names.dedup();
    let here = fields.iter().filter(|(path, _)| path.is_empty()).map(|(_, wanted)| equal(value, wanted));
    let below = names.into_iter().map(|name| {
        let below = fields.iter().filter_map(|(path, wanted)| match path.split_first() {
            Some((first, rest)) if *first == name => Some((rest, *wanted)),
            _ => None,
        });
        match value {
            Value::Null => Some(false),
            value => holds(value.get(name)?, &below.collect::<Vec<_>>()),
        }
    });
    all(here.chain(below))
}

/// Whether something is so in any case; or not known, if it may be.
pub(super) fn any(cases: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    all(cases.map(|case| case.map(|is_so| !is_so))).map(|is_so| !is_so)
}

fn all(mut cases: impl Iterator<Item = Option<bool>>) -> Option<bool> {
    let mut is_so = Some(true);
    let ended = cases.try_for_each(|case| {
        is_so = is_so.and(case);
        if case == Some(false) { Err(()) } else { Ok(()) }
    });
    if ended.is_err() { Some(false) } else { is_so }
}

/// Whether a single value is the one that is wanted, also where one of the two is written as text.
fn equal(found: &Value, wanted: &Value) -> Option<bool> {
    match (found, wanted) {
        (Value::Array(_) | Value::Object(_), _) | (_, Value::Array(_) | Value::Object(_)) => None,
        (Value::Number(found), Value::Number(wanted)) => equal_numbers(found, wanted),
        (Value::Number(number), Value::String(text)) | (Value::String(text), Value::Number(number)) => {
            text.parse().map_or(Some(false), |text: Number| equal_numbers(number, &text))
        }
        (Value::Bool(truth), Value::String(text)) | (Value::String(text), Value::Bool(truth)) => {
            Some(*text == truth.to_string())
        }
        (found, wanted) => Some(found == wanted),
    }
}

fn equal_numbers(one: &Number, other: &Number) -> Option<bool> {
    if !one.is_f64() && !other.is_f64() {
        return Some(one == other);
    }
    let (one, other) = (one.as_f64()?, other.as_f64()?);
    match one.partial_cmp(&other) {
        Some(Ordering::Equal) if one.abs() >= EXACT => None,
        order => Some(order == Some(Ordering::Equal)),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn found(record: &Value, fields: &[(&str, Value)]) -> Option<bool> {
        let paths: Vec<Vec<&str>> = fields.iter().map(|(path, _)| path.split('.').collect()).collect();
        let fields = paths.iter().zip(fields).map(|(path, (_, value))| (path.as_slice(), value));
        holds(record, &fields.collect::<Vec<_>>())
    }

    #[test]
    fn one_element_of_a_list_has_all_that_is_looked_for_in_it() {
        let device =
            json!({ "id": 7, "keys": [{ "key": "A", "seats": 1 }, { "key": "B", "seats": 2 }], "tags": ["x"] });
        let keys = |key: &str, seats: u64| found(&device, &[("keys.key", json!(key)), ("keys.seats", json!(seats))]);
        assert_eq!([keys("A", 1), keys("B", 2), keys("A", 2)], [Some(true), Some(true), Some(false)]);
        assert_eq!(found(&device, &[("id", json!("7")), ("tags", json!("x"))]), Some(true));
        assert_eq!(found(&device, &[("tags", json!("y"))]), Some(false));
        assert_eq!(found(&json!({ "keys": [] }), &[("keys.key", json!("A"))]), Some(false));
        assert_eq!(found(&json!({ "keys": null }), &[("keys.key", json!("A"))]), Some(false));
    }

    #[test]
    fn a_field_that_is_not_there_tells_nothing_unless_another_differs() {
        let record = json!({ "id": 7, "keys": [{ "key": "A" }, {}] });
        assert_eq!(found(&record, &[("ID", json!(7))]), None);
        assert_eq!(found(&record, &[("ID", json!(7)), ("id", json!(8))]), Some(false));
        assert_eq!(found(&record, &[("keys.key", json!("A"))]), Some(true));
        assert_eq!(found(&record, &[("keys.key", json!("B"))]), None);
        assert_eq!(found(&json!("text"), &[("id", json!(7))]), None);
        assert_eq!(found(&json!({ "id": { "no": 1 } }), &[("id", json!(7))]), None);
    }

    #[test]
    fn values_are_equal_as_they_are_and_as_text() {
        for (one, other, expected) in [
            (json!("a"), json!("a"), Some(true)),
            (json!("a"), json!("A"), Some(false)),
            (json!(2), json!("2"), Some(true)),
            (json!(2.0), json!("2"), Some(true)),
            (json!(2), json!("02"), Some(false)),
            (json!("02"), json!("2"), Some(false)),
            (json!(true), json!("true"), Some(true)),
            (json!(null), json!(null), Some(true)),
            (json!(null), json!("null"), Some(false)),
            (json!(u64::MAX), json!(u64::MAX), Some(true)),
            (json!(u64::MAX), json!(u64::MAX - 1), Some(false)),
            (json!(1e20), json!("100000000000000000001"), None),
        ] {
            assert_eq!(equal(&one, &other), expected, "{one} {other}");
            assert_eq!(equal(&other, &one), expected, "{other} {one}");
        }
    }
}
