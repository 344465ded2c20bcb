//! The paths of a document.

use std::collections::HashMap;

use super::definitions::Definitions;
use super::document::{Document, below};
use super::endpoint::{self, Entry};
use super::identify::Ids;
use super::report::Report;
use crate::Method;
use crate::lookup::path_form;
use crate::parse::wrong_in_target;

/// What a path has beside methods.
const OTHERS: [&str; 5] = ["$ref", "summary", "description", "servers", "parameters"];

/// Reads every operation, in the order of the document.
pub(super) fn read<'d>(document: Document<'d>, definitions: &mut Definitions<'d>, report: &mut Report) -> Vec<Entry> {
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
        if let Some(why) = wrong_in_target(path) {
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
            if !operation.value.is_object() {
                report.add(&operation.pointer, "it is no operation, which is a map");
                continue;
            }
            if let Some(other) = forms.get(&(method, path_form(path))) {
                report.add(&operation.pointer, format!("it is the same request as {method} {other}"));
                continue;
            }
            let entry = endpoint::read(document, (path, &item), (method, &operation), &mut ids, definitions, report);
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
