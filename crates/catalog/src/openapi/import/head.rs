//! What a catalog says before its endpoints.

use serde_json::{Map, Value};

use super::document::{Document, Version};
use super::report::Report;
use super::words::{first_sentence, on_one_line};
use super::{authorization, server};
use crate::name::name_of;

/// What stands at the top.
pub(super) struct Head {
    pub(super) comments: Vec<String>,
    pub(super) said: Map<String, Value>,
}

/// Reads what a document says of the whole.
pub(super) fn read(document: Document<'_>, name: Option<&str>, report: &mut Report) -> Head {
    let text = |pointer: &str| document.at(pointer).and_then(Value::as_str);
    let title = text("/info/title").and_then(on_one_line);
    let name = name.map(str::to_owned).or_else(|| name_of(title.as_deref()?)).unwrap_or_else(|| "imported".to_owned());
    let summary = text("/info/summary").and_then(on_one_line);
    let summary = summary.or_else(|| text("/info/description").and_then(first_sentence)).or_else(|| title.clone());
    let mut said = Map::new();
    let mut say = |key: &str, value: Value| drop(said.insert(key.to_owned(), value));
    say("catalog", Value::String(name));
    say("summary", Value::String(summary.unwrap_or_else(|| "Made from an OpenAPI document.".to_owned())));
    if let Some(documentation) = text("/externalDocs/url").and_then(on_one_line) {
        say("documentation", Value::String(documentation));
    }
    if let Some(url) = server::read(document, report) {
        say("base_url", Value::String(url));
    }
    let ways = authorization::read(document, report);
    if !ways.is_empty() {
        say("authorization", Value::Array(ways));
    }
    let form = match document.version {
        Version::Swagger2 => "a Swagger 2.0 document",
        Version::V30 => "an OpenAPI 3.0 document",
        Version::V31 => "an OpenAPI 3.1 document",
    };
    let title = title.map(|title| format!(", \"{title}\"")).unwrap_or_default();
    let version = match document.at("/info/version") {
        Some(Value::String(version)) => on_one_line(version).map(|version| format!(", version {version}")),
        _ => None,
    };
    let comments = vec![
        format!("Made from {form}{title}{}.", version.unwrap_or_default()),
        "Such a document does not say where in an answer its records are, nor how pages follow each other, nor which text \
         of a failure says why: `records`, `paging` and `messages` are read off its schemas and parameters. Where there is \
         such a guess, it is marked `source: assumed`. See that it is right."
            .to_owned(),
    ];
    Head { comments, said }
}
