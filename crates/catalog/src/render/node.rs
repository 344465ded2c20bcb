//! A node ready to paste.

use serde_json::{Map, Value};

use super::yaml::{line, text};
use crate::{Catalog, Endpoint, Method, Schema, SchemaPlace};

/// A node that calls the endpoint, as YAML that stands below `nodes:`.
///
/// Every required parameter, and every required field of the payload, comes from a column of the input with the name in
/// snake case; a map of which nothing is required has all the fields of the sample, and a payload that is not known comes
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
        line(&mut yaml, 6, &format!("{}: {{ field: {column} }}", text(&parameter.name)));
    }
    if let Some(body) = &endpoint.body {
        if let Some(Value::Object(sample)) = endpoint.sample_payload() {
            yaml.push_str("    payload:\n");
            let place = body.schema.as_ref().map(Schema::root);
            fields(&sample, place.as_ref(), "payload", 6, &mut columns, &mut yaml);
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
    sample: &Map<String, Value>,
    place: Option<&SchemaPlace<'_>>,
    parent: &str,
    indent: usize,
    columns: &mut Columns,
    yaml: &mut String,
) {
    let required = place.map(SchemaPlace::required).unwrap_or_default();
    for (name, value) in sample.iter().filter(|(name, _)| required.is_empty() || required.contains(&name.as_str())) {
        let place = place.map(|place| place.field(name));
        match value {
            Value::Object(inner) if !inner.is_empty() => {
                line(yaml, indent, &format!("{}:", text(name)));
                fields(inner, place.as_ref(), name, indent + 2, columns, yaml);
            }
            Value::Array(items) => match items.first() {
                Some(Value::Object(inner)) if !inner.is_empty() => {
                    line(yaml, indent, &format!("{}:", text(name)));
                    let item = place.map(|place| place.item(0));
                    let mut below = String::new();
                    fields(inner, item.as_ref(), name, indent + 4, columns, &mut below);
                    // The first line of the item stands behind its dash.
                    yaml.push_str(&below.replacen(&" ".repeat(indent + 4), &format!("{}  - ", " ".repeat(indent)), 1));
                }
                _ => {
                    let column = columns.name(parent, name);
                    line(yaml, indent, &format!("{}: [{{ field: {column} }}]", text(name)));
                }
            },
            _ => {
                let column = columns.name(parent, name);
                line(yaml, indent, &format!("{}: {{ field: {column} }}", text(name)));
            }
        }
    }
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
}
