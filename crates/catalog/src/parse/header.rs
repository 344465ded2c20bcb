//! The name of a header.

use seatflow_spec::{Problem, Reading, Slug, Spanned, Tree};

/// Headers that every request has a use for.
const TAKEN: [&str; 8] = [
    "accept",
    "authorization",
    "connection",
    "content-length",
    "content-type",
    "host",
    "proxy-authorization",
    "transfer-encoding",
];

/// Whether a header can be called so.
pub(crate) fn is_header_name(name: &str) -> bool {
    let fits = |letter: char| letter.is_ascii_alphanumeric() || "!#$%&'*+-.^_`|~".contains(letter);
    !name.is_empty() && name.chars().all(fits)
}

/// Reads the name of a header that is free to be used.
pub(super) fn read(tree: &Tree, reading: &mut Reading<'_>) -> Option<Spanned<String>> {
    let name: Spanned<String> = reading.read(tree)?;
    let wrong = if !is_header_name(&name.value) {
        "a header is named with letters, digits and `-`"
    } else if TAKEN.iter().any(|taken| name.value.eq_ignore_ascii_case(taken)) {
        "this header says something else"
    } else {
        return Some(name);
    };
    let problem = Problem::new(Slug::BAD_VALUE, format!("`{}` is not the name of a header of its own", name.value));
    reading.problem(problem.at(&tree.place, wrong));
    None
}
