//! A node ready to paste.

use std::fmt::Write;

use serde_json::{Map, Value};

use crate::{Catalog, Endpoint, Method, Schema};

/// A node that calls the endpoint, as YAML that stands below `nodes:`.
///
/// Every required parameter, and every required field of the payload, comes from a column of the input with the name in
/// snake case; a payload of which nothing is required has all the fields of its example, and one that is not known comes
/// whole from the column `payload`. A deletion is confirmed.
pub fn node_yaml(catalog: &Catalog, endpoint: &Endpoint) -> String {
    let mut columns = Columns::default();
    let mut yaml = format!("{}:\n  license_api:\n    endpoint: {}\n", snake_case(&endpoint.id), endpoint.id);
    let required: Vec<_> = endpoint.parameters.iter().filter(|parameter| parameter.required).collect();
    if !required.is_empty() {
        yaml.push_str("    parameters:\n");
    }
    for parameter in required {
        let column = columns.name("", &parameter.name);
        line(&mut yaml, 6, &format!("{}: {{ field: {column} }}", key(&parameter.name)));
    }
    if let Some(body) = &endpoint.body {
        if let Some(Value::Object(example)) = &body.example {
            yaml.push_str("    payload:\n");
            fields(example, body.schema.as_ref().map(Schema::value), "payload", 6, &mut columns, &mut yaml);
        } else {
            let column = columns.name("", "payload");
            line(&mut yaml, 4, &format!("payload: {{ field: {column} }}"));
        }
    }
    if endpoint.method == Method::Delete {
        yaml.push_str("    confirm_delete: true\n");
    }
    if !catalog.authorization.is_empty() {
        yaml.push_str("  A: login\n");
    }
    if !columns.names.is_empty() {
        yaml.push_str("  D: records\n");
    }
    yaml
}

/// The columns that the node reads, each for one thing.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
}

impl Columns {
    /// The column for a name; where that is taken by another, with what it is in before it.
    fn name(&mut self, parent: &str, name: &str) -> String {
        let short = snake_case(name);
        let column = if self.names.contains(&short) { snake_case(&format!("{parent}_{name}")) } else { short };
        self.names.push(column.clone());
        column
    }
}

fn fields(
    example: &Map<String, Value>,
    schema: Option<&Value>,
    parent: &str,
    indent: usize,
    columns: &mut Columns,
    yaml: &mut String,
) {
    let required: Vec<&str> = schema
        .and_then(|schema| schema.get("required")?.as_array())
        .into_iter()
        .flatten()
        .filter_map(Value::as_str)
        .collect();
    for (name, value) in example.iter().filter(|(name, _)| required.is_empty() || required.contains(&name.as_str())) {
        let schema = schema.and_then(|schema| schema.get("properties")?.get(name));
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                line(yaml, indent, &format!("{}:", key(name)));
                fields(inner, schema, name, indent + 2, columns, yaml);
            }
            Value::Array(items) => match items.first() {
                Some(Value::Object(inner)) if !inner.is_empty() => {
                    line(yaml, indent, &format!("{}:", key(name)));
                    let items = schema.and_then(|schema| schema.get("items"));
                    let mut below = String::new();
                    fields(inner, items, name, indent + 4, columns, &mut below);
                    // The first line of the item stands behind its dash.
                    yaml.push_str(&below.replacen(&" ".repeat(indent + 4), &format!("{}  - ", " ".repeat(indent)), 1));
                }
                _ => {
                    let column = columns.name(parent, name);
                    line(yaml, indent, &format!("{}: [{{ field: {column} }}]", key(name)));
                }
            },
            _ => {
                let column = columns.name(parent, name);
                line(yaml, indent, &format!("{}: {{ field: {column} }}", key(name)));
            }
        }
    }
}

fn line(yaml: &mut String, indent: usize, text: &str) {
    // Writing to a `String` does not fail.
    let _ = writeln!(yaml, "{:indent$}{text}", "");
}

/// A name as a key of YAML, in quotes where it could be taken for something else.
fn key(name: &str) -> String {
    let plain = name.starts_with(|first: char| first.is_ascii_alphabetic())
        && name.chars().all(|letter| letter.is_ascii_alphanumeric() || "_-.".contains(letter));
    let word = ["null", "true", "false"].contains(&name.to_lowercase().as_str());
    if plain && !word { name.to_owned() } else { Value::String(name.replace("${", "$${")).to_string() }
}

/// `productLineId` as `product_line_id`.
fn snake_case(name: &str) -> String {
    let mut snake = String::new();
    let mut before = ' ';
    let mut letters = name.chars().peekable();
    while let Some(letter) = letters.next() {
        let begins_word = letter.is_uppercase()
            && (before.is_lowercase()
                || before.is_ascii_digit()
                || before.is_uppercase() && letters.peek().is_some_and(|next| next.is_lowercase()));
        if begins_word && !snake.ends_with('_') {
            snake.push('_');
        }
        if letter.is_ascii_alphanumeric() {
            snake.push(letter.to_ascii_lowercase());
        } else if !snake.ends_with('_') {
            snake.push('_');
        }
        before = letter;
    }
    let snake = snake.trim_matches('_');
    if snake.starts_with(|first: char| first.is_ascii_lowercase()) {
        snake.to_owned()
    } else {
        format!("field_{snake}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_of_columns_are_in_snake_case() {
        for (name, expected) in [
            ("productLineId", "product_line_id"),
            ("userID", "user_id"),
            ("URLPath", "url_path"),
            ("X-Org-Id", "x_org_id"),
            ("filter[name]", "filter_name"),
            ("$top", "top"),
            ("devices.activateOffline", "devices_activate_offline"),
            ("v2Key", "v2_key"),
            ("2fa", "field_2fa"),
        ] {
            assert_eq!(snake_case(name), expected);
        }
    }

    #[test]
    fn keys_that_are_no_plain_words_stand_in_quotes() {
        assert_eq!(key("accountId"), "accountId");
        assert_eq!(key("$top"), "\"$top\"");
        assert_eq!(key("${x}"), "\"$${x}\"");
        assert_eq!(key("true"), "\"true\"");
        assert_eq!(key("filter[name]"), "\"filter[name]\"");
    }
}
