//! Payloads.

use seatflow_spec::{Problem, Reading, Slug, Tree};
use serde_json::Value;

use super::{fixed, json};
use crate::schema::Fault;
use crate::{Body, BodyForm, Schema, Schemas, Unsaid};

/// Reads a payload.
pub(super) fn read(tree: &Tree, schemas: &Schemas, reading: &mut Reading<'_>) -> Option<Body> {
    let forms = [("json", BodyForm::Json), ("form", BodyForm::Form)];
    let mut map = reading.map(tree)?.named("a body");
    let form = map.optional_with("form", |tree, reading| reading.one_of(tree, &forms));
    let form = form.unwrap_or(BodyForm::Json);
    let fixed = map.optional_with("fixed", |tree, reading| fixed::read(tree, form, reading)).unwrap_or_default();
    let schema = map.optional_with("schema", |tree, reading| read_schema(tree, schemas, reading));
    let example = map.optional_with("example", json::read);
    let written = map.tree("example");
    check(example.as_ref(), schema.as_ref(), written, map.reading());
    fixed::check(&fixed, schema.as_ref(), example.as_ref(), tree, map.reading());
    map.finish();
    let fixed = fixed.into_iter().map(|(key, value)| (key.text, value)).collect();
    Some(Body { form, fixed, schema, example })
}

/// Reads a JSON Schema, which may refer to those of the catalog.
pub(super) fn read_schema(tree: &Tree, schemas: &Schemas, reading: &mut Reading<'_>) -> Option<Schema> {
    let value = json::read(tree, reading)?;
    let read = Schema::read(value, schemas);
    read.map_err(|faults| faults.iter().for_each(|fault| reading.problem(no_schema(tree, fault)))).ok()
}

/// What is wrong with a schema, where it is written.
pub(super) fn no_schema(tree: &Tree, fault: &Fault) -> Problem {
    let problem = Problem::new(Slug::BAD_ENDPOINT, fault.to_string());
    let mut problem = problem.at(json::place(tree, &fault.path), "not what a JSON Schema says here");
    problem.help.clone_from(&fault.help);
    problem
}

/// Reports where an example does not fit its schema. One that refers to schemas of the catalog is not compiled for it.
pub(super) fn check(
    example: Option<&Value>,
    schema: Option<&Schema>,
    written: Option<&Tree>,
    reading: &mut Reading<'_>,
) {
    let (Some(example), Some(schema), Some(written)) = (example, schema, written) else { return };
    if schema.refers() {
        return;
    }
    for (at, misfit) in schema.misfits(example, &Unsaid::default()) {
        let problem = Problem::new(Slug::BAD_ENDPOINT, misfit.said_of("the example"));
        reading.problem(problem.at(json::place(written, &at), "not as the schema says"));
    }
}
