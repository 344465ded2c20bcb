//! The paths of a document.

use std::collections::HashMap;

use super::document::{Document, below};
use super::endpoint::{self, Entry};
use super::identify::Ids;
use super::report::Report;
use super::schema::Schemas;
use crate::Method;
use crate::lookup::{path_form, placeholders};

/// What a path has beside methods.
const OTHERS: [&str; 5] = ["$ref", "summary", "description", "servers", "parameters"];

/// Reads every operation, in the order of the document.
pub(super) fn read<'d>(document: Document<'d>, schemas: &mut Schemas<'d>, report: &mut Report) -> Vec<Entry> {
    let mut endpoints: Vec<Entry> = Vec::new();
    let mut ids = Ids::default();
    let mut forms: HashMap<(Method, String), String> = HashMap::new();
    for (path, value) in document.map("paths") {
        let pointer = below("/paths", path);
        if path.starts_with("x-") {
            continue;
        }
        let item = match document.resolve(value, &pointer) {
            Ok(item) => item,
            Err(why) => {
                report.add(&pointer, why);
                continue;
            }
        };
        if let Some(why) = wrong_in(path) {
            report.add(&pointer, why);
            continue;
        }
        if item.get("servers").is_some() {
            report.count(&item.pointer, "a path has no server of its own");
        }
        for (name, operation) in item.fields() {
            if OTHERS.contains(&name) || name.starts_with("x-") {
                continue;
            }
            let Some(method) = Method::from_name(&name.to_uppercase()) else {
                report.add(&operation.pointer, format!("the method {} is not called", name.to_uppercase()));
                continue;
            };
            if let Some(other) = forms.get(&(method, path_form(path))) {
                report.add(&operation.pointer, format!("it is the same request as {method} {other}"));
                continue;
            }
            let entry = endpoint::read(document, (path, &item), (method, &operation), &mut ids, schemas, report);
            if let Some(entry) = entry {
                forms.insert((method, path_form(path)), path.clone());
                endpoints.push(entry);
            }
        }
    }
    for (name, _) in document.map("webhooks") {
        report.add(&below("/webhooks", name), "webhooks are not listened to");
    }
    endpoints
}

/// Why no catalog has such a path.
fn wrong_in(path: &str) -> Option<&'static str> {
    if !path.starts_with('/') {
        return Some("a path begins with `/`");
    }
    if path.contains('#') {
        return Some("a path has no fragment");
    }
    let (path, query) = path.split_once('?').map_or((path, None), |(path, query)| (path, Some(query)));
    let fits = |letter: char| letter.is_ascii_graphic() && !"{}\"<>\\^`|".contains(letter);
    if query.is_some_and(|query| query.is_empty() || !query.chars().all(fits)) {
        return Some("what follows `?` is not sent as it is written");
    }
    if path.contains(|letter: char| letter.is_whitespace() || letter.is_control()) {
        return Some("a path has no blanks");
    }
    let names: Vec<&str> = placeholders(path).collect();
    let counts = |brace| path.matches(brace).count();
    let is_odd = |name: &&str| name.is_empty() || name.contains(['{', '/']);
    if counts('{') != names.len() || counts('}') != names.len() || names.iter().any(is_odd) {
        return Some("braces stand around the names of parameters");
    }
    let is_twice = (1..names.len()).any(|at| names[..at].contains(&names[at]));
    is_twice.then_some("a parameter is in the path twice")
}
