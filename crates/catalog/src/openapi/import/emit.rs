//! A catalog as YAML that people can edit.

mod value;

use std::fmt::Write as _;

use seatflow_spec::once_each;
use serde_json::{Map, Value, json};

use self::value::{key, put, wrapped};
use super::endpoint::Entry;
use super::header::Head;

/// The columns of a line.
pub(super) const WIDTH: usize = 120;

/// At most so many ways in which failures say why hold for all endpoints.
const MOST_MESSAGES: usize = 6;

/// The whole file.
pub(super) fn catalog(head: &Head, endpoints: &[Entry], schemas: &Map<String, Value>) -> String {
    let mut out = String::new();
    comments(&mut out, &head.comments, 0);
    for (name, value) in &head.said {
        put(&mut out, name, value, 0);
    }
    let mut defaults = json!({ "source": "documented" });
    let messages = once_each(endpoints.iter().filter_map(|entry| entry.message.as_deref()));
    if !messages.is_empty() {
        defaults["messages"] = json!(messages.iter().take(MOST_MESSAGES).collect::<Vec<_>>());
    }
    put(&mut out, "defaults", &defaults, 0);
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
        for (name, schema) in schemas {
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
