//! In which order objects come, and which of them.

use std::cmp::Ordering;

use seatflow_catalog::selector::{Parameters, SortKey};
use serde_json::Value;

use super::check_field;
use crate::refusal::Refusal;
use crate::tenduke::store::Object;
use crate::tenduke::types::Type;

/// How many objects an answer has at most.
const MOST: u64 = 1000;

/// What the parameters of a selector say.
#[derive(Debug)]
pub(super) struct Range<'a> {
    first: usize,
    most: usize,
    keys: Vec<SortKey<'a>>,
}

impl<'a> Range<'a> {
    /// # Errors
    /// More objects are wanted than an answer may have, a field is unknown, or a parameter is.
    pub(super) fn of(kind: Type, parameters: &'a Parameters) -> Result<Self, Refusal> {
        if let Some((name, _)) = parameters.others().next() {
            return Err(Refusal::bad_request(format!("Parameter {name} is unknown.")));
        }
        let most = parameters.most().unwrap_or(MOST);
        if most > MOST {
            return Err(Refusal::bad_request(format!("Parameter r must be an integer from 0 to {MOST}.")));
        }
        let keys: Vec<_> = parameters.sort_keys().collect();
        for key in &keys {
            check_field(kind, key.field)?;
        }
        let number = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        Ok(Self { first: number(parameters.first().unwrap_or_default()), most: number(most), keys })
    }

    /// The objects that are wanted of those that come by id. Objects with equal fields stay in that order.
    pub(super) fn cut(&self, mut objects: Vec<Object>) -> Vec<Object> {
        objects.sort_by(|one, other| self.compared(one, other));
        objects.into_iter().skip(self.first).take(self.most).collect()
    }

    fn compared(&self, one: &Object, other: &Object) -> Ordering {
        let compared = |key: &SortKey<'_>| {
            let order = compared(&one.value(key.field), &other.value(key.field));
            if key.descending { order.reverse() } else { order }
        };
        self.keys.iter().map(compared).find(|order| order.is_ne()).unwrap_or(Ordering::Equal)
    }
}

/// The order of two values of a field. Null comes first.
fn compared(one: &Value, other: &Value) -> Ordering {
    match (one, other) {
        (Value::Number(one), Value::Number(other)) => one.as_u64().cmp(&other.as_u64()),
        (Value::String(one), Value::String(other)) => one.cmp(other),
        (Value::Bool(one), Value::Bool(other)) => one.cmp(other),
        _ => (!one.is_null()).cmp(&!other.is_null()),
    }
}
