//! One operation as an endpoint.

use serde_json::{Map, Value, json};

use super::answer::{self, Answer};
use super::definitions::Definitions;
use super::document::{Document, Found};
use super::identify::{Ids, Operation};
use super::paging::Pages;
use super::report::Report;
use super::{body, paging, parameter};
use crate::Method;

/// An endpoint as a catalog says it.
pub(super) struct Entry {
    pub(super) id: String,
    /// Where the operation is in the document.
    pub(super) pointer: String,
    /// What stands above it.
    pub(super) comments: Vec<String>,
    pub(super) said: Map<String, Value>,
}

/// Reads an operation; none, if no call of it could be right.
pub(super) fn read<'d>(
    document: Document<'d>,
    (path, item): (&str, &Found<'d>),
    (method, operation): (Method, &Found<'d>),
    ids: &mut Ids,
    definitions: &mut Definitions<'d>,
    report: &mut Report,
) -> Option<Entry> {
    let at = operation.pointer.clone();
    others(operation, report);
    let all = parameter::gather(document, [item, operation], report);
    let payload = match body::read(document, operation, &all, definitions, report) {
        Ok(payload) => payload,
        Err(body::Unusable(why)) => {
            report.add(&at, format!("{why}, so the operation is left out"));
            return None;
        }
    };
    let bodiless = matches!(method, Method::Get | Method::Head);
    if bodiless && payload.is_some() {
        report.add(&at, format!("no body is sent with a {method}"));
    }
    let parameters = parameter::read(document, path, &all, report);
    let answer = answer::read(document, operation, path, definitions, report);
    let (id, is_another) = ids.give(&Operation {
        id: operation.text("operationId"),
        tag: operation.get("tags").and_then(|tags| tags.items().next()?.value.as_str()),
        method: method.as_str(),
        path,
        is_list: answer.is_list,
    });
    if is_another {
        report.add(&at, format!("another operation has its name, so it is `{id}`"));
    }
    let mut comments = Vec::new();
    if operation.says("deprecated") {
        comments.push("Deprecated.".to_owned());
    }
    let mut said = Map::new();
    said.insert("request".to_owned(), json!(format!("{method} {path}")));
    let summary = parameter::summary(operation, item).unwrap_or_else(|| format!("{method} {path}"));
    said.insert("summary".to_owned(), Value::String(summary));
    if bodiless {
        match paging::read(&parameters, &answer) {
            Pages::Known(pages) => drop(said.insert("paging".to_owned(), pages)),
            Pages::Unknown(hints) => {
                let names: Vec<_> = hints.iter().map(|name| format!("`{name}`")).collect();
                comments.push(format!(
                    "Its pages are not asked for: how they follow by {} is not plain.",
                    names.join(", ")
                ));
            }
            Pages::One => {}
        }
    }
    if parameters.iter().any(|one| one.name.eq_ignore_ascii_case("idempotency-key")) && !bodiless {
        let comment = "If the system keeps a key for longer than a run may wait to be resumed, write \
            `idempotency_key: Idempotency-Key` in the place of the parameter.";
        comments.push(comment.to_owned());
    }
    if !parameters.is_empty() {
        let parameters = parameters.into_iter().map(|one| (one.name, one.said)).collect();
        said.insert("parameters".to_owned(), Value::Object(parameters));
    }
    if let Some(payload) = payload.filter(|payload| !bodiless && !payload.said.is_empty()) {
        said.insert("body".to_owned(), Value::Object(payload.said));
    }
    let Answer { success, said: mut response, meanings, message, is_guessed, .. } = answer;
    if is_guessed || message.is_some() || said.contains_key("paging") {
        response.shift_insert(0, "source".to_owned(), json!("assumed"));
    }
    if !response.is_empty() {
        said.insert("response".to_owned(), Value::Object(response));
    }
    if !success.is_empty() && success != [200] {
        said.insert("success".to_owned(), json!(success));
    }
    if let Some(message) = message {
        said.insert("messages".to_owned(), json!([message]));
    }
    if !meanings.is_empty() {
        said.insert("meanings".to_owned(), Value::Object(meanings));
    }
    Some(Entry { id, pointer: at, comments, said })
}

/// What an operation has that a catalog has not.
fn others(operation: &Found<'_>, report: &mut Report) {
    for (key, why) in [
        ("callbacks", "callbacks are not listened to"),
        ("servers", "an operation has no server of its own"),
        ("security", "an operation has no way to authorize of its own"),
    ] {
        if operation.get(key).is_some() {
            report.count(&format!("{}/{key}", operation.pointer), why);
        }
    }
}
