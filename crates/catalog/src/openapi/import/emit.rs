//! A catalog as YAML that people can edit.

mod value;

use std::fmt::Write as _;

use serde_json::json;

use self::value::{key, put, wrapped};
use super::endpoint::Entry;
use super::head::Head;
use crate::Schemas;

/// The columns of a line.
pub(super) const WIDTH: usize = 120;

/// The whole file.
pub(super) fn catalog(head: &Head, endpoints: &[Entry], schemas: &Schemas) -> String {
    let mut out = String::new();
    comments(&mut out, &head.comments, 0);
    for (name, value) in &head.said {
        put(&mut out, name, value, 0);
    }
    put(&mut out, "defaults", &json!({ "source": "documented" }), 0);
    out.push_str("\nendpoints:\n");
    for (number, entry) in endpoints.iter().enumerate() {
        if number > 0 {
            out.push('\n');
        }
        comments(&mut out, &entry.comments, 2);
        let _ = writeln!(out, "  {}:", key(&entry.id));
        for (name, value) in &entry.said {
            put(&mut out, name, value, 4);
        }
    }
    if !schemas.is_empty() {
        out.push_str("\nschemas:\n");
        for (name, schema) in schemas.iter() {
            put(&mut out, name, schema, 2);
        }
    }
    out
}

fn comments(out: &mut String, comments: &[String], indent: usize) {
    for comment in comments {
        for line in wrapped(comment, WIDTH - indent - 2) {
            let _ = writeln!(out, "{:indent$}# {line}", "");
        }
    }
}
