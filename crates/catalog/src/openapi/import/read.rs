//! From a text to a value.

use std::sync::Arc;

use seatflow_spec::{Problem, Problems, Slug, Source};
use serde_json::Value;
use serde_json::error::Category;

use super::{json, yaml};

/// Reads JSON, if the text begins as JSON does, else YAML.
pub(super) fn value(source: &Arc<Source>) -> Result<Value, Problems> {
    let text = source.text();
    if !text.trim_start().starts_with(['{', '[']) {
        return yaml::read(source);
    }
    json::read(text).or_else(|error| {
        // Maps in braces are YAML as well, whose reader knows the places of keys; what is neither is most likely meant to
        // be JSON.
        yaml::read(source).map_err(|problems| {
            let are_repeated = problems.iter().all(|problem| problem.slug == Slug::DUPLICATE_KEY);
            if are_repeated { problems } else { not_json(&error, source).into() }
        })
    })
}

fn not_json(error: &serde_json::Error, source: &Arc<Source>) -> Problem {
    let lines = source.text().split_inclusive('\n');
    let before: usize = lines.take(error.line().saturating_sub(1)).map(str::len).sum();
    let at = source.text().floor_char_boundary(before + error.column().saturating_sub(1));
    let length = source.text()[at..].chars().next().filter(|next| !next.is_whitespace()).map_or(0, char::len_utf8);
    let said = error.to_string();
    let why = said.split(" at line ").next().unwrap_or_default();
    let problem = match error.classify() {
        Category::Data => Problem::new(Slug::DUPLICATE_KEY, why),
        Category::Io | Category::Syntax | Category::Eof => {
            Problem::new(Slug::UNREADABLE_YAML, format!("this is not JSON: {why}"))
        }
    };
    problem.at(&source.place(at, at + length), "the reader stopped here")
}
