//! JSON as YAML that reads the same.

use std::fmt::Write;

use serde_json::Value;

/// A value as YAML, each line `indent` spaces from the left; a reference-like `${` stays as it is.
pub(super) fn block(value: &Value, indent: usize) -> String {
    let mut yaml = String::new();
    put(value, indent, &mut yaml);
    yaml
}

fn put(value: &Value, indent: usize, yaml: &mut String) {
    match value {
        Value::Object(fields) if !fields.is_empty() => {
            for (name, value) in fields {
                entry(&format!("{}:", text(name)), value, indent, yaml);
            }
        }
        Value::Array(items) if !items.is_empty() => {
            for item in items {
                match item {
                    // The first line of what is nested stands behind its dash.
                    Value::Object(fields) if !fields.is_empty() => {
                        let nested = block(item, indent + 2);
                        yaml.push_str(&nested.replacen(&" ".repeat(indent + 2), &format!("{:indent$}- ", ""), 1));
                    }
                    _ => entry("-", item, indent, yaml),
                }
            }
        }
        scalar => line(yaml, indent, &flow(scalar)),
    }
}

/// A value behind its key or dash, or below it.
fn entry(head: &str, value: &Value, indent: usize, yaml: &mut String) {
    let is_nested = match value {
        Value::Object(fields) => !fields.is_empty(),
        Value::Array(items) => !items.is_empty(),
        _ => false,
    };
    if is_nested {
        line(yaml, indent, head);
        put(value, indent + 2, yaml);
    } else {
        line(yaml, indent, &format!("{head} {}", flow(value)));
    }
}

fn flow(value: &Value) -> String {
    match value {
        Value::String(value) => text(value),
        Value::Null => "~".to_owned(),
        other => other.to_string(),
    }
}

/// A line of YAML.
pub(super) fn line(yaml: &mut String, indent: usize, text: &str) {
    // Writing to a `String` does not fail.
    let _ = writeln!(yaml, "{:indent$}{text}", "");
}

/// A text as it is written in YAML, in quotes where it could be taken for something else.
pub(super) fn text(text: &str) -> String {
    let plain = text.starts_with(|first: char| first.is_ascii_alphabetic())
        && text.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter));
    let word = ["null", "true", "false"].contains(&text.to_lowercase().as_str());
    if plain && !word { text.to_owned() } else { Value::String(text.replace("${", "$${")).to_string() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn texts_that_are_no_plain_words_stand_in_quotes() {
        assert_eq!(text("accountId"), "accountId");
        assert_eq!(text("$top"), "\"$top\"");
        assert_eq!(text("${x}"), "\"$${x}\"");
        assert_eq!(text("true"), "\"true\"");
        assert_eq!(text("00123"), "\"00123\"");
        assert_eq!(text("filter[name]"), "\"filter[name]\"");
    }
}
