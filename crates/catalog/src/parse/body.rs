//! Payloads and responses.

use seatflow_spec::{Place, Problem, Reading, Slug, Tree};
use serde_json::Value;

use super::{json, schema};
use crate::{Body, BodyForm, Response};

/// Reads a payload.
pub(super) fn read(tree: &Tree, reading: &mut Reading<'_>) -> Option<Body> {
    let forms = [("json", BodyForm::Json), ("form", BodyForm::Form)];
    let mut map = reading.map(tree)?.named("a body");
    let form = map.optional_with("form", |tree, reading| reading.one_of(tree, &forms));
    let schema = map.optional_with("schema", json::read);
    let example = map.optional_with("example", json::read);
    let place = map.tree("example").map(|tree| &tree.place);
    check(example.as_ref(), schema.as_ref(), place, map.reading());
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
        schema: map.optional_with("schema", json::read),
        example: map.optional_with("example", json::read),
    };
    let example = map.tree("example").map(|tree| tree.place.clone());
    check(response.example.as_ref(), response.schema.as_ref(), example.as_ref(), map.reading());
    map.finish();
    Some(ReadResponse { response, example })
}

impl ReadResponse {
    /// This, and where it says nothing, what `defaults` say. The path `.` is the whole body.
    pub(super) fn over(self, defaults: &Self, reading: &mut Reading<'_>) -> Response {
        let Self { mut response, example: place } = self;
        let defaults = &defaults.response;
        response.records = response.records.or_else(|| defaults.records.clone()).filter(|path| path != ".");
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

fn check(example: Option<&Value>, schema: Option<&Value>, place: Option<&Place>, reading: &mut Reading<'_>) {
    if let (Some(example), Some(schema), Some(place)) = (example, schema, place)
        && let Some(misfit) = schema::misfit(example, schema)
    {
        reading.problem(Problem::new(Slug::BAD_ENDPOINT, misfit).at(place, "the example"));
    }
}
