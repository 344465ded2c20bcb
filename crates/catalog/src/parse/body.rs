//! Payloads and responses.

use seatflow_spec::{Place, Problem, Reading, Slug, Tree};
use serde_json::Value;

use super::json;
use crate::{Body, BodyForm, Response, Schema, Unsaid};

/// Reads a payload.
pub(super) fn read(tree: &Tree, reading: &mut Reading<'_>) -> Option<Body> {
    let forms = [("json", BodyForm::Json), ("form", BodyForm::Form)];
    let mut map = reading.map(tree)?.named("a body");
    let form = map.optional_with("form", |tree, reading| reading.one_of(tree, &forms));
    let schema = map.optional_with("schema", read_schema);
    let example = map.optional_with("example", json::read);
    let written = map.tree("example");
    check(example.as_ref(), schema.as_ref(), written, map.reading());
    map.finish();
    Some(Body { form: form.unwrap_or(BodyForm::Json), schema, example })
}

/// What an endpoint, or the catalog for all, says of responses.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadResponse {
    response: Response,
    example: Option<Place>,
}

/// Reads a response.
pub(super) fn read_response(tree: &Tree, reading: &mut Reading<'_>) -> Option<ReadResponse> {
    let mut map = reading.map(tree)?.named("a response");
    let response = Response {
        records: map.optional("records"),
        scalar: map.optional("scalar"),
        is_file: map.optional_or("file", false),
        schema: map.optional_with("schema", read_schema),
        example: map.optional_with("example", json::read),
    };
    let example = map.tree("example");
    check(response.example.as_ref(), response.schema.as_ref(), example, map.reading());
    map.finish();
    Some(ReadResponse { response, example: example.map(|tree| tree.place.clone()) })
}

impl ReadResponse {
    /// This, and where it says nothing, what `defaults` say. The path `.` is the whole body.
    pub(super) fn over(self, defaults: &Self, reading: &mut Reading<'_>) -> Response {
        let Self { mut response, example: place } = self;
        let defaults = &defaults.response;
        let usual = || defaults.records.clone().filter(|_| !response.is_file);
        response.records = response.records.clone().or_else(usual).filter(|path| path != ".");
        response.scalar = response.scalar.or_else(|| defaults.scalar.clone());
        if let (Some(path), Some(example), Some(place)) = (&response.records, &response.example, &place) {
            let wrong = match json::at(example, path) {
                None => "has nothing",
                Some(Value::Array(_) | Value::Object(_) | Value::Null) => return response,
                Some(_) => "has a single value",
            };
            let problem = Problem::new(Slug::BAD_ENDPOINT, format!("the example {wrong} at `{path}`"));
            let problem = problem.at(place, "the records should be in it");
            reading.problem(problem.help("name their path with `records`; `.` is the whole body"));
        }
        response
    }
}

fn read_schema(tree: &Tree, reading: &mut Reading<'_>) -> Option<Schema> {
    let value = json::read(tree, reading)?;
    let compiled = Schema::compile_or_fault(value);
    compiled
        .map_err(|fault| {
            let problem = Problem::new(Slug::BAD_ENDPOINT, fault.to_string());
            reading.problem(problem.at(json::place(tree, &fault.path), "not what a JSON Schema says here"));
        })
        .ok()
}

fn check(example: Option<&Value>, schema: Option<&Schema>, written: Option<&Tree>, reading: &mut Reading<'_>) {
    let (Some(example), Some(schema), Some(written)) = (example, schema, written) else { return };
    for (at, misfit) in schema.misfits(example, &Unsaid::default()) {
        let problem = Problem::new(Slug::BAD_ENDPOINT, misfit.said_of("the example"));
        reading.problem(problem.at(json::place(written, &at), "not as the schema says"));
    }
}
