//! Responses.

use seatflow_spec::{Place, Problem, Reading, Slug, Tree};
use serde_json::Value;

use super::body::{check, read_schema};
use super::signed::{self, ReadClaim};
use super::{json, trust};
use crate::{DottedPath, Response, ResponseForm, Schemas};

/// What an endpoint, or the catalog for all, says of responses.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadResponse {
    response: Response,
    /// Whether it says how the body is written.
    says_form: bool,
    example: Option<Place>,
    /// The parameters that its claims must be, where they are named.
    claims: Vec<ReadClaim>,
}

/// Reads a response.
pub(super) fn read(tree: &Tree, schemas: &Schemas, reading: &mut Reading<'_>) -> Option<ReadResponse> {
    let words = [
        ("json", ResponseForm::Json),
        ("file", ResponseForm::File),
        ("jwt", ResponseForm::Jwt { keys: String::new(), claims: Vec::new() }),
        ("graph", ResponseForm::Graph),
    ];
    let mut map = reading.map(tree)?.named("a response");
    let form = map.optional_with("form", |tree, reading| reading.one_of(tree, &words));
    let (form, claims) = signed::read(form, tree, &mut map);
    let response = Response {
        records: map.optional("records"),
        scalar: map.optional("scalar"),
        form: form.clone().unwrap_or_default(),
        schema: map.optional_with("schema", |tree, reading| read_schema(tree, schemas, reading)),
        example: map.optional_with("example", json::read),
        source: trust(&mut map),
    };
    let example = map.tree("example");
    check(response.example.as_ref(), response.schema.as_ref(), example, map.reading());
    check_form(&response.form, tree, map.reading());
    map.finish();
    let example = example.map(|tree| tree.place.clone());
    Some(ReadResponse { response, says_form: form.is_some(), example, claims })
}

/// Nothing is said of what is in a file, and the records of signed tokens are their claims.
fn check_form(form: &ResponseForm, tree: &Tree, reading: &mut Reading<'_>) {
    let (what, word, keys, label): (_, _, &[&str], _) = match form {
        ResponseForm::File => ("a file", "file", &["records", "scalar", "schema"], "nobody looks into a file"),
        ResponseForm::Jwt { .. } => ("signed tokens", "jwt", &["records", "scalar"], "each token is a record"),
        ResponseForm::Json | ResponseForm::Graph => return,
    };
    for key in keys {
        let Some(said) = tree.get(key).filter(|said| !said.is_null()) else { continue };
        let message = format!("a response is {what} and has `{key}`");
        let problem = Problem::new(Slug::BAD_ENDPOINT, message).at(&said.place, label);
        reading.problem(problem.help(format!("remove `{key}`, or `form: {word}` if the body is JSON")));
    }
}

impl ReadResponse {
    /// This, and where it says nothing, what `defaults` say: also that it is a file or signed, unless it says where the
    /// records are in its body. The path `.` is the whole body. Beside it are the parameters that claims of it must be.
    pub(super) fn over(self, defaults: &Self, reading: &mut Reading<'_>) -> (Response, Vec<ReadClaim>) {
        let Self { mut response, says_form, example: place, mut claims } = self;
        let Self { response: defaults, claims: default_claims, .. } = defaults;
        response.source = response.source.or(defaults.source);
        let has_records = response.records.is_some() || response.scalar.is_some();
        let is_other = match defaults.form {
            ResponseForm::File => has_records || response.schema.is_some(),
            ResponseForm::Jwt { .. } => has_records,
            ResponseForm::Json | ResponseForm::Graph => false,
        };
        if !says_form && !is_other {
            response.form = defaults.form.clone();
            claims.clone_from(default_claims);
        }
        if matches!(response.form, ResponseForm::File | ResponseForm::Jwt { .. }) {
            return (response, claims);
        }
        response.records = response.records.or_else(|| defaults.records.clone()).filter(|path| path != ".");
        response.scalar = response.scalar.or_else(|| defaults.scalar.clone());
        if let (Some(path), Some(example), Some(place)) = (&response.records, &response.example, &place) {
            let wrong = match DottedPath::read(path).find(example) {
                None => "has nothing",
                Some(Value::Array(_) | Value::Object(_) | Value::Null) => return (response, claims),
                Some(_) => "has a single value",
            };
            let problem = Problem::new(Slug::BAD_ENDPOINT, format!("the example {wrong} at `{path}`"));
            let problem = problem.at(place, "the records should be in it");
            reading.problem(problem.help("name their path with `records`; `.` is the whole body"));
        }
        (response, claims)
    }
}
