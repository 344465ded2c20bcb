//! The method and path of an endpoint.

use std::collections::BTreeSet;

use seatflow_spec::{FromTree, Problem, Reading, Slug, Tree, help_for_unknown};

use crate::Method;
use crate::lookup::placeholders;

/// Reads `GET /v1/devices/{deviceId}`.
pub(super) fn read(tree: &Tree, reading: &mut Reading<'_>) -> Option<(Method, String)> {
    let text = String::from_tree(tree, reading)?;
    let Some((method, path)) = text.split_once(' ') else {
        let problem = Problem::new(Slug::BAD_VALUE, format!("`{text}` is not a request"));
        reading.problem(problem.at(&tree.place, "a method and a path must be here").help("write `GET /users`"));
        return None;
    };
    let known = Method::from_name(method);
    if known.is_none() {
        let problem = Problem::new(Slug::BAD_VALUE, format!("there is no method `{method}`"));
        let mut problem = problem.at(&tree.place, "not a method that is sent");
        problem.help = help_for_unknown(method, Method::ALL.map(Method::as_str));
        reading.problem(problem);
    }
    let path = path.trim();
    if let Some(wrong) = wrong_in(path) {
        let problem = Problem::new(Slug::BAD_VALUE, format!("`{path}` is not a path"));
        reading.problem(problem.at(&tree.place, wrong));
        return None;
    }
    Some((known?, path.to_owned()))
}

fn wrong_in(path: &str) -> Option<&'static str> {
    if !path.starts_with('/') {
        return Some("a path begins with `/`, below the catalog's base URL");
    }
    if path.contains(['?', '#']) {
        return Some("what follows `?` is described under `parameters`");
    }
    if path.contains(char::is_whitespace) {
        return Some("a path has no spaces");
    }
    let mut names = BTreeSet::new();
    if !placeholders(path).all(|name| names.insert(name)) {
        return Some("a name is in braces twice");
    }
    let closed = names.iter().all(|name| !name.is_empty() && !name.contains(['{', '/']));
    let counts = |brace| path.matches(brace).count();
    if !closed || counts('{') != names.len() || counts('}') != names.len() {
        return Some("braces stand around names, `{userId}`");
    }
    None
}
