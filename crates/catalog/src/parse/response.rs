//! Responses.

use seatflow_spec::{Place, Problem, Reading, Slug, Spanned, Tree};
use serde_json::Value;

use super::body::{check, read_schema};
use super::{json, trust};
use crate::{Response, ResponseForm, Schemas};

/// What an endpoint, or the catalog for all, says of responses.
#[derive(Clone, Debug, Default)]
pub(super) struct ReadResponse {
    response: Response,
    /// Whether it says how the body is written.
    says_form: bool,
    example: Option<Place>,
}

/// Reads a response.
pub(super) fn read(tree: &Tree, schemas: &Schemas, reading: &mut Reading<'_>) -> Option<ReadResponse> {
    let words = [
        ("json", ResponseForm::Json),
        ("file", ResponseForm::File),
        ("jwt", ResponseForm::Jwt { keys: String::new() }),
        ("graph", ResponseForm::Graph),
    ];
    let mut map = reading.map(tree)?.named("a response");
    let form = map.optional_with("form", |tree, reading| reading.one_of(tree, &words));
    let keys: Option<Spanned<String>> = map.optional("keys");
    let form = with_keys(form, keys, tree, map.reading());
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
    Some(ReadResponse { response, says_form: form.is_some(), example: example.map(|tree| tree.place.clone()) })
}

/// The form, with the path of the keys by which signed tokens are verified: they have one, and nothing else has.
fn with_keys(
    form: Option<ResponseForm>,
    keys: Option<Spanned<String>>,
    tree: &Tree,
    reading: &mut Reading<'_>,
) -> Option<ResponseForm> {
    let is_signed = matches!(form, Some(ResponseForm::Jwt { .. }));
    let problem = match keys {
        Some(keys) if is_signed => {
            let fits = |letter: char| letter.is_ascii_graphic() && !"?#{}".contains(letter);
            if !keys.value.starts_with('/') || !keys.value.chars().all(fits) {
                let problem = Problem::new(Slug::BAD_VALUE, format!("`{}` is not a path to keys", keys.value));
                reading.problem(problem.at(&keys.place, "a path begins with `/`, and has neither a query nor names"));
            }
            return Some(ResponseForm::Jwt { keys: keys.value });
        }
        Some(keys) => Problem::new(Slug::BAD_ENDPOINT, "a response that is not signed has keys")
            .at(&keys.place, "nothing is verified with them")
            .help("write `form: jwt` beside it if the body is signed tokens, or remove `keys`"),
        None if is_signed => {
            let place = tree.get("form").map_or(&tree.place, |form| &form.place);
            Problem::new(Slug::MISSING_KEY, "signed tokens have no `keys`")
                .at(place, "without keys nobody can tell who signed them")
                .help("name the path at which the keys are: `keys: /.well-known/jwks.json`")
        }
        None => return form,
    };
    reading.problem(problem);
    form
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
    /// records are in its body. The path `.` is the whole body.
    pub(super) fn over(self, defaults: &Self, reading: &mut Reading<'_>) -> Response {
        let Self { mut response, says_form, example: place } = self;
        let defaults = &defaults.response;
        response.source = response.source.or(defaults.source);
        let has_records = response.records.is_some() || response.scalar.is_some();
        let is_other = match defaults.form {
            ResponseForm::File => has_records || response.schema.is_some(),
            ResponseForm::Jwt { .. } => has_records,
            ResponseForm::Json | ResponseForm::Graph => false,
        };
        if !says_form && !is_other {
            response.form = defaults.form.clone();
        }
        if matches!(response.form, ResponseForm::File | ResponseForm::Jwt { .. }) {
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
