//! The values that are looked for, as a write gives them.

use seatflow_catalog::{DottedPath, Given};
use serde_json::Value;

/// So many records are looked for at once; lists beside each other are multiplied.
const MOST: usize = 10_000;

/// A path of names into a payload, and the place of its value in a row.
type Path<'a> = (usize, Vec<&'a str>);

/// Values with their places in a row.
type Values = Vec<(usize, Value)>;

/// A row of values for each record that is looked for: one, unless what comes from the payload leads through lists.
/// Nothing, if there are too many.
pub(super) fn rows(
    sought: &[&Given],
    parameter: impl Fn(&str) -> Option<Value>,
    payload: Option<&Value>,
) -> Option<Vec<Vec<Option<Value>>>> {
    let mut fixed = vec![None; sought.len()];
    let mut read: Vec<(usize, DottedPath)> = Vec::new();
    for (place, (given, value)) in sought.iter().zip(&mut fixed).enumerate() {
        match given {
            Given::Parameter(name) => *value = parameter(name),
            Given::Literal(literal) => *value = Some(literal.clone()),
            Given::Payload(path) => read.push((place, DottedPath::read(path))),
        }
    }
    let paths: Vec<Path<'_>> = read.iter().map(|(place, path)| (*place, path.names().collect())).collect();
    let taken = payload.map_or_else(|| Some(vec![Values::new()]), |payload| taken(payload, &paths))?;
    let row = |values: Values| {
        let mut row = fixed.clone();
        for (place, value) in values {
            if let Some(cell) = row.get_mut(place) {
                *cell = Some(value);
            }
        }
        row
    };
    Some(taken.into_iter().map(row).collect())
}

/// What is at these paths, once for each element of the lists through which they lead.
fn taken(value: &Value, paths: &[Path<'_>]) -> Option<Vec<Values>> {
    if let Value::Array(items) = value
        && !items.is_empty()
    {
        let mut rows = Vec::new();
        for item in items {
            rows.extend(taken(item, paths)?);
            if rows.len() > MOST {
                return None;
            }
        }
        return Some(rows);
    }
    let is_list = value.is_array();
    let here = paths.iter().filter(|(_, path)| path.is_empty() && !is_list);
    let mut rows = vec![here.map(|(place, _)| (*place, value.clone())).collect::<Values>()];
    let mut names: Vec<&str> = paths.iter().filter_map(|(_, path)| path.first().copied()).collect();
    names.sort_unstable();
    names.dedup();
    for name in names {
        let Some(value) = value.get(name) else { continue };
        let below = paths.iter().filter(|(_, path)| path.first() == Some(&name));
        let below: Vec<Path<'_>> = below.map(|(place, path)| (*place, path[1..].to_vec())).collect();
        let below = taken(value, &below)?;
        if rows.len().saturating_mul(below.len()) > MOST {
            return None;
        }
        let with = |row: &Values| below.iter().map(|below| [row.as_slice(), below].concat()).collect::<Vec<_>>();
        rows = rows.iter().flat_map(with).collect();
    }
    Some(rows)
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn of(sought: &[Given], payload: &Value) -> Option<Vec<Vec<Option<Value>>>> {
        rows(&sought.iter().collect::<Vec<_>>(), |name| (name == "id").then(|| json!("7")), Some(payload))
    }

    fn payload(path: &str) -> Given {
        Given::Payload(path.to_owned())
    }

    #[test]
    fn values_come_from_parameters_payload_and_catalog() {
        let sought = [Given::Parameter("id".to_owned()), payload("user.role"), Given::Literal(json!(5)), payload("no")];
        let expected = vec![Some(json!("7")), Some(json!("ADMIN")), Some(json!(5)), None];
        assert_eq!(of(&sought, &json!({ "user": { "role": "ADMIN" } })), Some(vec![expected]));
        assert_eq!(of(&[Given::Parameter("other".to_owned())], &json!({})), Some(vec![vec![None]]));
    }

    #[test]
    fn a_list_is_looked_for_element_by_element() {
        let sought = [payload("keys.key"), payload("keys.seats"), payload("name")];
        let keys = json!({ "keys": [{ "key": "A", "seats": 1 }, { "key": "B" }], "name": "n" });
        let row = |key: &str, seats| vec![Some(json!(key)), seats, Some(json!("n"))];
        assert_eq!(of(&sought, &keys), Some(vec![row("A", Some(json!(1))), row("B", None)]));
        let texts = json!({ "remove": ["A", "B"] });
        assert_eq!(of(&[payload("remove")], &texts), Some(vec![vec![Some(json!("A"))], vec![Some(json!("B"))]]));
        assert_eq!(of(&[payload("remove")], &json!({ "remove": [] })), Some(vec![vec![None]]));
    }

    #[test]
    fn lists_that_would_be_too_much_are_none() {
        let many: Vec<u64> = (0..101).collect();
        assert_eq!(of(&[payload("a"), payload("b")], &json!({ "a": many, "b": many })), None);
        assert_eq!(of(&[payload("a")], &json!({ "a": many })).map(|rows| rows.len()), Some(101));
        let endless: Vec<u64> = (0..=10_000).collect();
        assert_eq!(of(&[payload("a")], &json!({ "a": endless })), None);
    }
}
