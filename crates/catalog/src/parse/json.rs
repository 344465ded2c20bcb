//! YAML that stands for JSON.

use seatflow_spec::{Kind, Place, Problem, Reading, Slug, Tree};
use serde_json::{Map, Number, Value};

use crate::schema::{BodyPath, Step};

/// The JSON that a tree stands for, keys in order.
pub(super) fn read(tree: &Tree, reading: &mut Reading<'_>) -> Option<Value> {
    Some(match &tree.kind {
        Kind::Null => Value::Null,
        Kind::Bool(value) => Value::Bool(*value),
        Kind::Integer(value) => Value::Number((*value).into()),
        Kind::Float(value) => {
            let number = Number::from_f64(*value);
            if number.is_none() {
                let problem = Problem::new(Slug::BAD_VALUE, "JSON has no such number");
                reading.problem(problem.at(&tree.place, "not a finite number"));
            }
            Value::Number(number?)
        }
        Kind::Text(text) => Value::String(text.as_literal()?.to_owned()),
        Kind::List(items) => {
            let items: Vec<_> = items.iter().map(|item| read(item, reading)).collect();
            Value::Array(items.into_iter().collect::<Option<_>>()?)
        }
        Kind::Map(entries) => {
            let entries: Vec<_> = entries.iter().map(|(key, value)| (key, read(value, reading))).collect();
            let entries = entries.into_iter().map(|(key, value)| Some((key.text.clone(), value?)));
            Value::Object(entries.collect::<Option<Map<_, _>>>()?)
        }
        Kind::Broken => return None,
    })
}

/// Where the value at a place is written; the nearest that is written around it, if it is not there itself.
pub(super) fn place<'a>(tree: &'a Tree, path: &BodyPath) -> &'a Place {
    let below = |tree: &'a Tree, step: &Step| match step {
        Step::Field(name) => tree.get(name),
        Step::Item(index) => tree.items().get(*index),
    };
    let mut here = tree;
    for step in path.steps() {
        let Some(next) = below(here, step) else { break };
        here = next;
    }
    &here.place
}
