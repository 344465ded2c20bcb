//! What an operation answers.

use serde_json::{Map, Value, json};

use super::definitions::Definitions;
use super::document::{Document, Found, Version};
use super::outline::Outline;
use super::report::Report;
use super::words::first_sentence;
use super::{example, media};
use crate::DottedPath;

/// Names under which lists of records are found, the most telling first.
const RECORDS: [&str; 13] = [
    "value",
    "data",
    "items",
    "results",
    "records",
    "entries",
    "elements",
    "values",
    "rows",
    "content",
    "list",
    "result",
    "Resources",
];

/// Where failures say why.
const MESSAGES: [&[&str]; 10] = [
    &["error", "message"],
    &["message"],
    &["Message"],
    &["error_description"],
    &["detail"],
    &["errorMessage"],
    &["msg"],
    &["error", "description"],
    &["description"],
    &["error"],
];

/// What is answered.
pub(super) struct Answer<'d> {
    pub(super) success: Vec<u16>,
    /// What stands below `response`.
    pub(super) said: Map<String, Value>,
    pub(super) meanings: Map<String, Value>,
    /// Where failures say why.
    pub(super) message: Option<String>,
    /// What the body of a success is.
    pub(super) outline: Option<Outline<'d>>,
    /// Whether there are several records.
    pub(super) is_list: bool,
    /// Whether something is taken for so that the document does not say: where the records are, or which statuses are
    /// success.
    pub(super) is_guessed: bool,
    /// Whether a success has a header that leads to the next page.
    pub(super) has_link: bool,
}

/// Reads the responses of an operation.
pub(super) fn read<'d>(
    document: Document<'d>,
    operation: &Found<'d>,
    path: &str,
    definitions: &mut Definitions<'d>,
    report: &mut Report,
) -> Answer<'d> {
    let mut answer = Answer {
        success: Vec::new(),
        said: Map::new(),
        meanings: Map::new(),
        message: None,
        outline: None,
        is_list: false,
        is_guessed: false,
        has_link: false,
    };
    let mut body = None;
    for (status, response) in operation.get("responses").iter().flat_map(Found::fields) {
        if status.starts_with("x-") {
            continue;
        }
        let response = match document.resolve(response.value, &response.pointer) {
            Ok(response) => response,
            Err(why) => {
                report.add(&response.pointer, why);
                continue;
            }
        };
        if response.get("links").is_some_and(|links| links.fields().next().is_some()) {
            report.count(&response.pointer, "links between operations are not followed");
        }
        let number = status.parse::<u16>().ok().filter(|number| (100..600).contains(number));
        if status.starts_with('2') {
            answer.success.extend(number);
            if number.is_none() {
                answer.success.extend([200, 201, 202, 204]);
                answer.is_guessed = true;
            }
            let names =
                response.get("headers").map(|headers| headers.fields().map(|(name, _)| name).collect::<Vec<_>>());
            answer.has_link |= names.is_some_and(|names| names.iter().any(|name| name.eq_ignore_ascii_case("link")));
            body = body.or_else(|| content(document, operation, &response, report));
        } else if status.starts_with(['4', '5']) || status == "default" {
            let bodies = content(document, operation, &response, &mut Report::default());
            answer.message = answer.message.or_else(|| message(document, bodies.as_ref()?.schema.as_ref()?));
            if let (Some(number), Some(meaning)) = (number, response.text("description").and_then(meaning)) {
                answer.meanings.insert(number.to_string(), Value::String(meaning));
            }
        }
    }
    answer.success.sort_unstable();
    answer.success.dedup();
    if let Some(body) = body {
        put(&mut answer, document, body, path, definitions, report);
    }
    answer
}

/// A body that is answered.
struct Body<'d> {
    is_file: bool,
    schema: Option<Found<'d>>,
    example: Option<Value>,
}

fn content<'d>(
    document: Document<'d>,
    operation: &Found<'d>,
    response: &Found<'d>,
    report: &mut Report,
) -> Option<Body<'d>> {
    if document.version == Version::Swagger2 {
        let schema = response.get("schema")?;
        let root = document.at("").map(|value| Found { value, pointer: String::new() });
        let produces = media::listed(&[operation.get("produces"), root.and_then(|root| root.get("produces"))]);
        let is_json = produces.is_empty() || produces.iter().any(|media| media::is_json(media));
        let given = response.get("examples").and_then(|all| all.fields().find(|(media, _)| media::is_json(media)));
        let example = given.map(|(_, example)| example.value.clone());
        let is_file = schema.text("type") == Some("file") || !is_json;
        return Some(Body { is_file, schema: Some(schema), example });
    }
    let all = media::of(response.get("content").as_ref());
    let Some((name, content)) = all.iter().find(|(media, _)| media::is_json(media)) else {
        return all.first().map(|_| Body { is_file: true, schema: None, example: None });
    };
    for (other, found) in all.iter().filter(|(other, _)| other != name) {
        report.add(&found.pointer, format!("the answer is read as `{name}`, not as `{other}`"));
    }
    let schema = content.get("schema");
    let is_file = schema.as_ref().is_some_and(|schema| schema.text("format") == Some("binary"));
    let example = example::of(document, content, schema.as_ref());
    Some(Body { is_file, schema, example })
}

fn put<'d>(
    answer: &mut Answer<'d>,
    document: Document<'d>,
    body: Body<'d>,
    path: &str,
    definitions: &mut Definitions<'d>,
    report: &mut Report,
) {
    if body.is_file {
        answer.said.insert("form".to_owned(), json!("file"));
        return;
    }
    if let Some(schema) = body.schema {
        let outline = Outline::of(document, &schema);
        let records = records(&outline, path);
        answer.is_list = outline.is_list() || records.as_ref().is_some_and(|(_, is_list)| *is_list);
        if let Some((records, _)) = &records {
            answer.is_guessed = true;
            answer.said.insert("records".to_owned(), Value::String(records.clone()));
        }
        answer.said.insert("schema".to_owned(), definitions.convert(&schema, report));
        answer.outline = Some(outline);
    }
    if let Some(example) = body.example {
        let records = answer.said.get("records").and_then(Value::as_str);
        let has_records = records.is_none_or(|records| {
            let found = DottedPath::read(records).find(&example);
            found.is_some_and(|found| !found.is_string() && !found.is_number() && !found.is_boolean())
        });
        if has_records {
            answer.said.insert("example".to_owned(), example);
        }
    }
}

/// Where the records are, if it is plain, and whether there can be several: a list under a telling name, or under that of
/// the path's end; a map only under `data`.
fn records(outline: &Outline<'_>, path: &str) -> Option<(String, bool)> {
    if !outline.is_map() {
        return None;
    }
    let path_of = |names: &[&str]| DottedPath::of(names.iter().copied()).to_string();
    let named = |name: &str| outline.property(name).filter(Outline::is_list).map(|_| (path_of(&[name]), true));
    if let Some(found) = RECORDS.iter().find_map(|name| named(name)) {
        return Some(found);
    }
    let lists: Vec<&str> =
        outline.properties().iter().filter(|(_, property)| property.is_list()).map(|(name, _)| *name).collect();
    let end = path
        .split('?')
        .next()
        .unwrap_or_default()
        .rsplit('/')
        .find(|part| !part.is_empty() && !part.starts_with('{'))
        .unwrap_or_default();
    if let [one] = lists.as_slice()
        && is_like(one, end)
    {
        return named(one);
    }
    let embedded = outline.property("_embedded").map(|embedded| embedded.properties());
    if let Some([(name, list)]) = embedded.as_deref()
        && list.is_list()
    {
        return Some((path_of(&["_embedded", name]), true));
    }
    outline.property("data").filter(Outline::is_map).map(|_| ("data".to_owned(), false))
}

/// Whether two names are one, written in two ways.
fn is_like(one: &str, other: &str) -> bool {
    let plain = |name: &str| name.to_lowercase().replace(|letter: char| !letter.is_ascii_alphanumeric(), "");
    plain(one) == plain(other)
}

/// Where a failure says why.
fn message<'d>(document: Document<'d>, schema: &Found<'d>) -> Option<String> {
    let outline = Outline::of(document, schema);
    let says = |path: &&[&str]| outline.at(path).is_some_and(|found| found.types() == ["string"]);
    MESSAGES.into_iter().find(says).map(|path| DottedPath::of(path.iter().copied()).to_string())
}

/// What a status means, if more is said than its number does.
fn meaning(description: &str) -> Option<String> {
    const USUAL: [&str; 14] = [
        "bad request",
        "unauthorized",
        "payment required",
        "forbidden",
        "not found",
        "method not allowed",
        "conflict",
        "gone",
        "unprocessable entity",
        "too many requests",
        "internal server error",
        "bad gateway",
        "service unavailable",
        "error",
    ];
    let sentence = first_sentence(description)?;
    let sentence = sentence.trim_end_matches('.').to_owned();
    let is_usual = USUAL.contains(&sentence.to_lowercase().as_str());
    (!is_usual && sentence.chars().count() <= 120).then_some(sentence)
}
