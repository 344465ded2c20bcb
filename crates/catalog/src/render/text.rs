//! Catalogs on a terminal.

use std::fmt::Write;

use serde_json::Value;

use super::table::{aligned, aligned_up_to};
use super::{node_yaml, outcome, payload, reconcile};
use crate::{
    Catalog, Effect, Endpoint, ListForm, Location, Paging, Parameter, Response, ResponseForm, Suggestion, Trust,
    ValueKind,
};

/// In a list of many endpoints, one with a long path does not push the others.
const WIDEST: usize = 48;

/// One line for each catalog: name, number of endpoints, summary.
pub fn catalogs_text<'a>(catalogs: impl IntoIterator<Item = &'a Catalog>) -> String {
    let heading = ["catalog", "endpoints", "summary"].map(str::to_owned).to_vec();
    let lines = catalogs
        .into_iter()
        .map(|catalog| vec![catalog.name.clone(), catalog.endpoints.len().to_string(), catalog.summary.clone()]);
    aligned(&[heading].into_iter().chain(lines).collect::<Vec<_>>())
}

/// One line for each endpoint of a catalog: id, request, effect, source, summary.
pub fn endpoints_text(catalog: &Catalog) -> String {
    let heading = ["endpoint", "request", "effect", "source", "summary"].map(str::to_owned).to_vec();
    let lines = catalog.endpoints.iter().map(|endpoint| {
        let (effect, source) = (effect(endpoint.effect), source(endpoint));
        vec![endpoint.id.clone(), endpoint.request(), effect.to_owned(), source, endpoint.summary.clone()]
    });
    aligned_up_to(WIDEST, &[heading].into_iter().chain(lines).collect::<Vec<_>>())
}

/// All of an endpoint: what it is, its parameters, examples, and a node to paste.
pub fn endpoint_text(catalog: &Catalog, endpoint: &Endpoint) -> String {
    let mut text = format!("{}  {}\n{}\n\n", endpoint.id, endpoint.request(), endpoint.summary);
    text.push_str(&facts(endpoint));
    if !endpoint.parameters.is_empty() {
        section(&mut text, "Parameters", &parameters(&endpoint.parameters));
    }
    for parameter in endpoint.parameters.iter().filter(|parameter| !parameter.suggested.is_empty()) {
        section(&mut text, &format!("Known values of {}", parameter.name), &suggested(&parameter.suggested));
    }
    if !endpoint.meanings.is_empty() {
        section(&mut text, "Statuses", &outcome::meanings(endpoint));
    }
    if let Some(fixed) = endpoint.body.as_ref().and_then(payload::fixed) {
        section(&mut text, "Fields that every call sends", &fixed);
    }
    if let Some(fields) = endpoint.body.as_ref().and_then(payload::fields) {
        section(&mut text, "Payload", &fields);
    }
    if let Some(sample) = endpoint.sample_payload() {
        section(&mut text, "Payload example", &pretty(&sample));
        if let Some(field) = endpoint.endless_field() {
            // Writing to a `String` does not fail.
            let _ = writeln!(text, "  `{field}` must hold itself, without an end: no example can fit.");
        }
    }
    if let Some(example) = &endpoint.response.example {
        section(&mut text, "Response", &pretty(example));
    }
    section(&mut text, "Node", &node_yaml(catalog, endpoint));
    text
}

fn section(text: &mut String, title: &str, content: &str) {
    text.push('\n');
    text.push_str(title);
    text.push('\n');
    for line in content.lines() {
        // Writing to a `String` does not fail.
        let _ = writeln!(text, "  {line}");
    }
}

/// Of an endpoint, what is no parameter and no example.
fn facts(endpoint: &Endpoint) -> String {
    let effect = match (endpoint.effect, endpoint.is_repeatable()) {
        (Effect::Read, _) => "read",
        (Effect::Write, true) => "write, sent again while its outcome is not known",
        (Effect::Write, false) => "write, not sent again when its outcome is not known",
    };
    let numbers = |numbers: &[u16]| numbers.iter().map(ToString::to_string).collect::<Vec<_>>().join(", ");
    let rows = [
        ("", String::new()),
        ("source", source(endpoint)),
        ("effect", effect.to_owned()),
        ("success", numbers(&endpoint.success)),
        ("failure", outcome::failures(endpoint)),
        ("messages", endpoint.messages.join(", ")),
        ("idempotency key", endpoint.idempotency_key.clone().unwrap_or_default()),
        ("already done", numbers(&endpoint.already_done)),
        ("ordered", order(endpoint)),
        ("asked in doubt", endpoint.reconcile.as_ref().map(reconcile::question).unwrap_or_default()),
        ("it happened if", endpoint.reconcile.as_ref().map(reconcile::condition).unwrap_or_default()),
        ("payload", endpoint.body.as_ref().and_then(payload::form).unwrap_or_default()),
        ("response", form(&endpoint.response)),
        ("records", records(&endpoint.response)),
        ("paging", paging(&endpoint.paging)),
    ];
    let rows = rows.into_iter().filter(|(name, said)| name.is_empty() || !said.is_empty());
    let rows: Vec<_> = rows.map(|(name, said)| vec![name.to_owned(), said]).collect();
    aligned(&rows).trim_start_matches('\n').to_owned()
}

/// What orders writes, where the catalog says it.
fn order(endpoint: &Endpoint) -> String {
    match endpoint.order_by.as_deref() {
        None => String::new(),
        Some([]) => "one after the other".to_owned(),
        Some(names) => format!("by {}", names.join(", ")),
    }
}

/// How the request is known, and what comes back, where that is known in another way.
fn source(endpoint: &Endpoint) -> String {
    let of_request = trust(endpoint.source);
    match endpoint.response.source.filter(|source| *source != endpoint.source) {
        Some(of_answers) => format!("{of_request}; answers {}", trust(of_answers)),
        None => of_request.to_owned(),
    }
}

fn records(response: &Response) -> String {
    let whole = match &response.form {
        ResponseForm::File => "none: it answers a file",
        ResponseForm::Jwt { .. } => "the claims of each token",
        ResponseForm::Json | ResponseForm::Graph => "the whole body",
    };
    response.records.clone().unwrap_or_else(|| whole.to_owned())
}

/// How the body is written, where it is neither JSON nor a file.
fn form(response: &Response) -> String {
    match &response.form {
        ResponseForm::Json | ResponseForm::File => String::new(),
        ResponseForm::Jwt { keys, claims } => {
            let bound = claims.iter().map(|bound| format!(", whose {} is what `{}` is", bound.claim, bound.parameter));
            format!("signed tokens, verified with the keys at {keys}{}", bound.collect::<String>())
        }
        ResponseForm::Graph => "a graph: relations are fields named after what they lead to".to_owned(),
    }
}

fn paging(paging: &Paging) -> String {
    match paging {
        Paging::None => String::new(),
        Paging::Page { page, first, size, default_size } => {
            format!("by `{page}` from {first}, {default_size} at a time by `{size}`")
        }
        Paging::Offset { offset, limit, default_limit } => {
            format!("by `{offset}`, {default_limit} at a time by `{limit}`")
        }
        Paging::Cursor { next, parameter } => format!("by `{parameter}`, which comes back in `{next}`"),
        Paging::Link => "by the `Link` header".to_owned(),
        Paging::NextUrl { next } => format!("by the URL in `{next}`"),
        Paging::SelectorRange { default_size } => format!("by a range in the selector, {default_size} at a time"),
    }
}

/// The values that a parameter may have, or those that it may not have.
fn values(parameter: &Parameter) -> String {
    match parameter.refused.as_slice() {
        [] => parameter.allowed.join(" | "),
        refused => format!("not {}", refused.join(" | ")),
    }
}

fn parameters(parameters: &[Parameter]) -> String {
    let heading = ["name", "in", "type", "required", "default", "allowed", "source", "description"];
    let heading = heading.map(str::to_owned).to_vec();
    let lines = parameters.iter().map(|parameter| {
        vec![
            parameter.name.clone(),
            location(parameter.location).to_owned(),
            format!("{}{}", kind(parameter.kind), list(parameter.list)),
            if parameter.required { "yes".to_owned() } else { String::new() },
            parameter.default.clone().unwrap_or_default(),
            values(parameter),
            trust(parameter.source).to_owned(),
            parameter.description.clone(),
        ]
    });
    aligned(&[heading].into_iter().chain(lines).collect::<Vec<_>>())
}

fn kind(kind: ValueKind) -> String {
    match kind {
        ValueKind::Text => "text".to_owned(),
        ValueKind::Number => "number".to_owned(),
        ValueKind::Boolean => "boolean".to_owned(),
        ValueKind::Time => "time".to_owned(),
        ValueKind::Selector => "selector".to_owned(),
        ValueKind::SelectorText => "text in a selector".to_owned(),
        ValueKind::Integer { minimum, maximum } => match (minimum, maximum) {
            (None, None) => "integer".to_owned(),
            (Some(least), None) => format!("integer from {least}"),
            (None, Some(most)) => format!("integer to {most}"),
            (Some(least), Some(most)) => format!("integer {least} to {most}"),
        },
    }
}

/// How several values are written, if there can be several.
fn list(list: Option<ListForm>) -> &'static str {
    match list {
        None => "",
        Some(ListForm::Repeated) => ", or several, each by itself",
        Some(ListForm::Comma) => ", or several with commas",
        Some(ListForm::Space) => ", or several with spaces",
        Some(ListForm::Pipe) => ", or several with bars",
    }
}

/// Values that are known, a line each.
fn suggested(suggested: &[Suggestion]) -> String {
    let rows = suggested.iter().map(|known| vec![known.value.clone(), known.name.clone().unwrap_or_default()]);
    let heading = ["value", "what it is"].map(str::to_owned).to_vec();
    aligned(&[heading].into_iter().chain(rows).collect::<Vec<_>>())
}

fn location(location: Location) -> &'static str {
    match location {
        Location::Path => "path",
        Location::Query => "query",
        Location::QueryKey => "query key",
        Location::Header => "header",
    }
}

fn effect(effect: Effect) -> &'static str {
    match effect {
        Effect::Read => "read",
        Effect::Write => "write",
    }
}

fn trust(trust: Trust) -> &'static str {
    match trust {
        Trust::Documented => "documented",
        Trust::Observed => "observed",
        Trust::Assumed => "assumed",
    }
}

/// JSON on several lines. A value is always JSON.
fn pretty(value: &Value) -> String {
    serde_json::to_string_pretty(value).unwrap_or_default()
}
