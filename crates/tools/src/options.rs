//! Settings that several tools share.

use seatflow_spec::{FromTree, Problem, Reading, Slug, Tree};

/// Reads the character between the fields of a CSV.
pub(crate) fn delimiter(tree: &Tree, reading: &mut Reading<'_>) -> Option<u8> {
    let text = String::from_tree(tree, reading)?;
    match text.as_str() {
        "tab" | "\\t" => Some(b'\t'),
        _ => character(&text, tree, reading),
    }
}

/// Reads a character that has a meaning in a CSV: one of ASCII, and none that ends a line.
pub(crate) fn character(text: &str, tree: &Tree, reading: &mut Reading<'_>) -> Option<u8> {
    match text.as_bytes() {
        [b'\r' | b'\n' | 0] => {}
        [one] if one.is_ascii() => return Some(*one),
        _ => {}
    }
    let problem = Problem::new(Slug::BAD_VALUE, format!("`{}` cannot part or quote fields", text.escape_debug()));
    reading.problem(problem.at(&tree.place, "one ASCII character must be here, and none that ends a line"));
    None
}
