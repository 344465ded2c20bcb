//! Payloads and responses.

use seatflow_spec::{Place, Problem, Reading, Slug, Tree};
use serde_json::Value;

use super::{fixed, json};
use crate::{Body, BodyForm, Response, ResponseForm, Schema, Unsaid};

/// Reads a payload.
pub(super) fn read(tree: &Tree, reading: &mut Reading<'_>) -> Option<Body> {
    let forms = [("json", BodyForm::Json), ("form", BodyForm::Form)];
    let mut map = reading.map(tree)?.named("a body");
    let form = map.optional_with("form", |tree, reading| reading.one_of(tree, &forms));
    let form = form.unwrap_or(BodyForm::Json);
    let fixed = map.optional_with("fixed", |tree, reading| fixed::read(tree, form, reading)).unwrap_or_default();
    let schema = map.optional_with("schema", read_schema);
    let example = map.optional_with("example", json::read);
    let written = map.tree("example");
    check(example.as_ref(), schema.as_ref(), written, map.reading());
    fixed::check(&fixed, schema.as_ref(), example.as_ref(), tree, map.reading());
    map.finish();
    let fixed = fixed.into_iter().map(|(key, value)| (key.text, value)).collect();
    Some(Body { form, fixed, schema, example })
}

const FORMS: [(&str, fn(String) -> ResponseForm); 4] = [
    ("json", |_| ResponseForm::Json),
    ("file", |_| ResponseForm::File),
    ("jwt", |keys| ResponseForm::Jwt { keys }),
    ("graph", |_| ResponseForm::Graph),
];

/// What an endpoint, or the catalog for all, says of responses.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadResponse {
    response: Response,
    /// Whether it says how the body is written.
    says_form: bool,
    example: Option<Place>,
}

/// Reads a response.
pub(super) fn read_response(tree: &Tree, reading: &mut Reading<'_>) -> Option<ReadResponse> {
    let mut map = reading.map(tree)?.named("a response");
    let form = map.optional_with("form", |tree, reading| reading.one_of(tree, &FORMS));
    let keys = map.optional("keys");
    let response = Response {
        records: map.optional("records"),
        scalar: map.optional("scalar"),
        form: form.map_or(ResponseForm::Json, |form| form(keys.unwrap_or_default())),
        schema: map.optional_with("schema", read_schema),
        example: map.optional_with("example", json::read),
    };
    let example = map.tree("example");
    check(response.example.as_ref(), response.schema.as_ref(), example, map.reading());
    if response.form == ResponseForm::File {
        check_file(tree, map.reading());
    }
    map.finish();
    Some(ReadResponse { response, says_form: form.is_some(), example: example.map(|tree| tree.place.clone()) })
}

/// Nothing is said of what is in a file.
fn check_file(tree: &Tree, reading: &mut Reading<'_>) {
    for key in ["records", "scalar", "schema"] {
        let Some(said) = tree.get(key).filter(|said| !said.is_null()) else { continue };
        let message = format!("a response is a file and has `{key}`");
        let problem = Problem::new(Slug::BAD_ENDPOINT, message).at(&said.place, "nobody looks into a file");
        reading.problem(problem.help(format!("remove `{key}`, or `form: file` if the body is JSON")));
    }
}

impl ReadResponse {
    /// This, and where it says nothing, what `defaults` say: also that it is a file, unless it says what is in its body.
    /// The path `.` is the whole body.
    pub(super) fn over(self, defaults: &Self, reading: &mut Reading<'_>) -> Response {
        let Self { mut response, says_form, example: place } = self;
        let defaults = &defaults.response;
        let is_looked_into = response.records.is_some() || response.scalar.is_some() || response.schema.is_some();
        if !says_form && (defaults.form != ResponseForm::File || !is_looked_into) {
            response.form = defaults.form.clone();
        }
        if response.form == ResponseForm::File {
            return response;
        }
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
