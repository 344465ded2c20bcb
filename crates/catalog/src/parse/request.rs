//! The method, path and fixed query of an endpoint.

use std::collections::BTreeSet;

use seatflow_spec::{FromTree, Problem, Reading, Slug, Tree, help_for_unknown};

use crate::Method;
use crate::lookup::placeholders;

/// What an endpoint asks with.
pub(super) struct Request {
    pub(super) method: Method,
    pub(super) path: String,
    /// What follows the `?`.
    pub(super) query: Option<String>,
}

/// Reads `GET /v1/devices/{deviceId}`, perhaps with a query that every call has.
pub(super) fn read(tree: &Tree, reading: &mut Reading<'_>) -> Option<Request> {
    let text = String::from_tree(tree, reading)?;
    let Some((method, target)) = text.split_once(' ') else {
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
    let target = target.trim();
    let (path, query) = parts(target);
    if let Some(wrong) = wrong_in_target(target) {
        let (text, what) = match query {
            Some(query) if wrong_in_path(path).is_none() => (query, "a query that every call has"),
            _ => (path, "a path"),
        };
        let problem = Problem::new(Slug::BAD_VALUE, format!("`{text}` is not {what}"));
        reading.problem(problem.at(&tree.place, wrong));
        return None;
    }
    Some(Request { method: known?, path: path.to_owned(), query: query.map(str::to_owned) })
}

/// Why nothing is called at a path, with the query that every call has; nothing, if it can be.
pub(crate) fn wrong_in_target(target: &str) -> Option<&'static str> {
    let (path, query) = parts(target);
    wrong_in_path(path).or_else(|| query.and_then(wrong_in_query))
}

/// The path, and what follows the `?`.
fn parts(target: &str) -> (&str, Option<&str>) {
    target.split_once('?').map_or((target, None), |(path, query)| (path, Some(query)))
}

fn wrong_in_path(path: &str) -> Option<&'static str> {
    if !path.starts_with('/') {
        return Some("a path begins with `/`, below the catalog's base URL");
    }
    if path.contains('#') {
        return Some("what follows `#` is not sent");
    }
    if path.contains(char::is_control) || has_bare_space(path) {
        return Some("a path has no spaces but between `[` and `]`");
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

/// Whether there is a space outside of brackets.
fn has_bare_space(path: &str) -> bool {
    let mut depth = 0_usize;
    path.chars().any(|letter| {
        match letter {
            '[' => depth += 1,
            ']' => depth = depth.saturating_sub(1),
            _ => {}
        }
        letter.is_whitespace() && depth == 0
    })
}

fn wrong_in_query(query: &str) -> Option<&'static str> {
    if query.is_empty() {
        return Some("nothing follows the `?`");
    }
    if query.contains(['{', '}']) {
        return Some("what differs from call to call is described under `parameters`");
    }
    // It is sent as it is written.
    let fits = |letter: char| letter.is_ascii_graphic() && !"#\"<>\\^`|".contains(letter);
    (!query.chars().all(fits))
        .then_some("it is sent as it is written, so all but letters, digits and signs of a query is escaped as `%20`")
}
