//! Fields of a payload that every call sends.

use seatflow_spec::{Key, Place, Problem, Reading, Slug, Tree};
use serde_json::Value;

use super::json;
use crate::schema::Kinds;
use crate::{BodyForm, Schema};

/// Reads the fields, of a form each with a single value or a list of them.
pub(super) fn read(tree: &Tree, form: BodyForm, reading: &mut Reading<'_>) -> Option<Vec<(Key, Value)>> {
    let trees: Vec<(Key, Tree)> = reading.read(tree)?;
    let mut fields = Vec::new();
    for (key, tree) in trees {
        let Some(value) = json::read(&tree, reading) else { continue };
        if form == BodyForm::Form && !fits_a_form(&value) {
            let message = format!("the field `{}` of a form is {}", key.text, tree.describe());
            let problem = Problem::new(Slug::BAD_VALUE, message);
            reading.problem(problem.at(&tree.place, "a form has single values, and lists of them"));
        }
        fields.push((key, value));
    }
    Some(fields)
}

fn fits_a_form(value: &Value) -> bool {
    let is_single = |value: &Value| !(value.is_array() || value.is_object() || value.is_null());
    match value {
        Value::Array(items) => items.iter().all(is_single),
        value => is_single(value),
    }
}

/// What every call sends is no part of what a node writes, which the schema and the example are about.
pub(super) fn check(
    fixed: &[(Key, Value)],
    schema: Option<&Schema>,
    example: Option<&Value>,
    body: &Tree,
    reading: &mut Reading<'_>,
) {
    let Some((first, _)) = fixed.first() else { return };
    let root = schema.map(Schema::root);
    let is_no_map = root.as_ref().is_some_and(|root| !root.kinds().has(Kinds::MAP))
        || example.is_some_and(|example| !example.is_object());
    if is_no_map {
        let problem = Problem::new(Slug::BAD_ENDPOINT, "a payload that is no map has fixed fields");
        reading.problem(problem.at(&first.place, "there is no map to send it in"));
        return;
    }
    let told = root.map(|root| [root.fields(), root.required_in_a_form()].concat()).unwrap_or_default();
    let place = |name: &str| body.get(name).map_or(&body.place, |tree| &tree.place);
    for (key, _) in fixed {
        if told.contains(&key.text.as_str()) {
            reading.problem(twice(key, "the schema tells of it", place("schema")));
        }
        if example.is_some_and(|example| example.get(&key.text).is_some()) {
            reading.problem(twice(key, "the example has it", place("example")));
        }
    }
}

fn twice(key: &Key, where_else: &str, place: &Place) -> Problem {
    let problem = Problem::new(Slug::BAD_ENDPOINT, format!("the field `{}` is fixed, and {where_else}", key.text));
    let problem = problem.at(&key.place, "every call sends it").with(place, "only what a node writes belongs here");
    problem.help("remove it from one of them")
}
