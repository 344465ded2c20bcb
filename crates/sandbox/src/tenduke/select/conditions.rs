//! Whether conditions hold of an object.

use std::cmp::Ordering;

use seatflow_catalog::selector::{Comparison, Condition, Meaning, Value as Wanted};
use serde_json::Value;

use super::check_field;
use crate::refusal::Refusal;
use crate::tenduke::store::Object;
use crate::tenduke::time::moment;
use crate::tenduke::types::{Kind, Type};

/// Sees that conditions can be asked of the objects of a type.
///
/// # Errors
/// There is no such field, or its values cannot be compared with the one that is given.
pub(super) fn check_conditions(kind: Type, conditions: &[Condition]) -> Result<(), Refusal> {
    for condition in conditions {
        check_field(kind, condition.field())?;
        if let Some(comparison) = condition.comparison() {
            let field = kind.field(condition.field()).map_or(Kind::Text, |field| field.kind);
            check_comparison(field, comparison)
                .map_err(|takes| Refusal::bad_request(format!("Field {} {takes}.", condition.field())))?;
        }
    }
    Ok(())
}

/// Says what a field takes that does not take this.
fn check_comparison(field: Kind, comparison: &Comparison) -> Result<(), &'static str> {
    let wanted = match comparison.value() {
        Wanted::Null => return Ok(()),
        wanted => text(wanted),
    };
    let has_order = matches!(
        comparison.operator().meaning(),
        Meaning::Less | Meaning::LessOrEqual | Meaning::Greater | Meaning::GreaterOrEqual
    );
    let is_part = part(comparison).is_some();
    match field {
        Kind::Settings => Err("can be compared with null alone"),
        _ if is_part => Ok(()),
        Kind::Integer if number(&wanted).is_none() => Err("is compared with numbers"),
        Kind::Time if moment(&wanted).is_none() => Err("is compared with times such as 2025-03-01T09:00:00Z"),
        Kind::Boolean if has_order || !matches!(wanted.as_str(), "true" | "false") => {
            Err("can be equal to true or false, or not")
        }
        Kind::Text if has_order => Err("has no order: it is neither a number nor a time"),
        Kind::Integer | Kind::Time | Kind::Boolean | Kind::Text => Ok(()),
    }
}

/// Whether all conditions hold of an object.
pub(super) fn hold(conditions: &[Condition], object: &Object) -> bool {
    conditions.iter().all(|condition| {
        let value = object.value(condition.field());
        condition.comparison().map_or(!value.is_null(), |comparison| holds(comparison, &value))
    })
}

/// The id that an object must have, if one is told: it need not be looked for among all.
pub(super) fn id_in(conditions: &[Condition]) -> Option<&str> {
    conditions.iter().filter(|condition| condition.field() == "id").find_map(|condition| {
        let comparison = condition.comparison().filter(|comparison| part(comparison).is_none())?;
        match (comparison.operator().meaning(), comparison.value()) {
            (Meaning::Equal, Wanted::Quoted(id) | Wanted::Bare(id) | Wanted::Number(id)) => Some(id.as_str()),
            _ => None,
        }
    })
}

/// A text of which a value must have a part, and where.
enum Part<'a> {
    Anywhere(&'a str),
    AtFirst(&'a str),
}

/// What must be a part of the value, if not the whole is compared.
fn part(comparison: &Comparison) -> Option<Part<'_>> {
    let wanted = match comparison.value() {
        Wanted::Null | Wanted::Boolean(_) => return None,
        Wanted::Number(text) | Wanted::Bare(text) | Wanted::Quoted(text) => text.as_str(),
    };
    match comparison.operator().meaning() {
        Meaning::Like => Some(Part::Anywhere(wanted)),
        Meaning::StartsWith => Some(Part::AtFirst(wanted)),
        Meaning::Equal => wanted.strip_suffix('*').map(Part::AtFirst),
        _ => None,
    }
}

fn holds(comparison: &Comparison, value: &Value) -> bool {
    let meaning = comparison.operator().meaning();
    match comparison.value() {
        Wanted::Null => match meaning {
            Meaning::Equal => value.is_null(),
            Meaning::NotEqual => !value.is_null(),
            _ => false,
        },
        _ if value.is_null() => meaning == Meaning::NotEqual,
        wanted => match part(comparison) {
            Some(Part::Anywhere(pattern)) => is_like(&shown(value), pattern),
            Some(Part::AtFirst(start)) => shown(value).to_lowercase().starts_with(&start.to_lowercase()),
            None => compared(value, &text(wanted)).is_some_and(|order| match meaning {
                Meaning::Equal | Meaning::Like | Meaning::StartsWith => order.is_eq(),
                Meaning::NotEqual => order.is_ne(),
                Meaning::Less => order.is_lt(),
                Meaning::LessOrEqual => order.is_le(),
                Meaning::Greater => order.is_gt(),
                Meaning::GreaterOrEqual => order.is_ge(),
            }),
        },
    }
}

/// The order of a value and a text that says one of its kind.
fn compared(value: &Value, wanted: &str) -> Option<Ordering> {
    match value {
        Value::Number(value) => match wanted.parse() {
            Ok(wanted) => Some(i128::from(value.as_u64()?).cmp(&wanted)),
            Err(_) => value.as_f64()?.partial_cmp(&number(wanted)?),
        },
        Value::String(text) => match (moment(text), moment(wanted)) {
            (Some(one), Some(other)) => Some(one.cmp(&other)),
            _ => Some(text.as_str().cmp(wanted)),
        },
        other => Some(shown(other).as_str().cmp(wanted)),
    }
}

fn number(text: &str) -> Option<f64> {
    text.parse().ok().filter(|number: &f64| number.is_finite())
}

/// Whether a text has the pieces between the `%` of a pattern in their order, in any case.
fn is_like(text: &str, pattern: &str) -> bool {
    let text = text.to_lowercase();
    let mut rest = text.as_str();
    pattern.to_lowercase().split('%').all(|piece| match rest.find(piece) {
        Some(place) => {
            rest = &rest[place + piece.len()..];
            true
        }
        None => false,
    })
}

/// The text of a value that a condition gives.
fn text(wanted: &Wanted) -> String {
    match wanted {
        Wanted::Null => "null".to_owned(),
        Wanted::Boolean(value) => value.to_string(),
        Wanted::Number(text) | Wanted::Bare(text) | Wanted::Quoted(text) => text.clone(),
    }
}

/// The text of a value that a field has.
fn shown(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}
