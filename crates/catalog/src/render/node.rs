//! A node ready to paste.

use serde_json::{Map, Value, json};

use super::yaml::block;
use crate::{Body, Catalog, Endpoint, Method, Schema, SchemaPlace};

/// A node that calls the endpoint, as YAML that stands below `nodes:`.
///
/// Every required parameter, and every field of the payload that is required, be it in one form only, comes from a column
/// of the input with the name in snake case, unless only one value is allowed; a map of which nothing is required has all
/// the fields of the sample, and a payload that is not known comes whole from the column `payload`. A deletion is confirmed.
pub fn node_yaml(catalog: &Catalog, endpoint: &Endpoint) -> String {
    let mut columns = Columns::default();
    let mut call = Map::from_iter([("endpoint".to_owned(), json!(endpoint.id))]);
    let required = endpoint.parameters.iter().filter(|parameter| parameter.required);
    let required = required.map(|parameter| (parameter.name.clone(), columns.column("", &parameter.name)));
    let parameters: Map<_, _> = required.collect();
    if !parameters.is_empty() {
        call.insert("parameters".to_owned(), parameters.into());
    }
    if let Some(body) = &endpoint.body {
        call.insert("payload".to_owned(), columns.payload(body, endpoint.sample_payload()));
    }
    if endpoint.method == Method::Delete {
        call.insert("confirm_delete".to_owned(), true.into());
    }
    let mut node = Map::from_iter([("license_api".to_owned(), call.into())]);
    if !catalog.authorization.is_empty() {
        node.insert("A".to_owned(), "login".into());
    }
    if !columns.names.is_empty() {
        node.insert("D".to_owned(), "records".into());
    }
    block(&json!({ (snake_case(&endpoint.id)): node }))
}

/// The columns that the node reads, each for one thing.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
}

impl Columns {
    /// A new column for a name. Where that is taken by another, it has what it is in before it, and then a number behind.
    fn column(&mut self, parent: &str, name: &str) -> Value {
        let long = snake_case(&format!("{parent}_{name}"));
        let counted = (2_u64..).map(|count| format!("{long}_{count}"));
        let mut free = [snake_case(name), long.clone()].into_iter().chain(counted);
        let column = free.find(|name| !self.names.contains(name)).unwrap_or_default();
        self.names.push(column.clone());
        json!({ "field": column })
    }

    /// The payload, with columns in the places of values.
    fn payload(&mut self, body: &Body, sample: Option<Value>) -> Value {
        match sample {
            Some(Value::Object(sample)) => {
                self.map(&sample, body.schema.as_ref().map(Schema::root).as_ref(), "payload")
            }
            _ => self.column("", "payload"),
        }
    }

    fn map(&mut self, sample: &Map<String, Value>, place: Option<&SchemaPlace<'_>>, parent: &str) -> Value {
        let required = place.map(|place| place.required_of(|name| sample.contains_key(name))).unwrap_or_default();
        let is_told = |name: &str| required.is_empty() || required.contains(&name);
        let entry = |(name, value): (&String, &Value)| {
            let place = place.map(|place| place.field(name));
            (name.clone(), self.value(value, place.as_ref(), parent, name))
        };
        Value::Object(sample.iter().filter(|(name, _)| is_told(name)).map(entry).collect())
    }

    fn value(&mut self, sample: &Value, place: Option<&SchemaPlace<'_>>, parent: &str, name: &str) -> Value {
        if let Some(only) = place.and_then(SchemaPlace::only_value) {
            return only.clone();
        }
        match sample {
            Value::Object(inner) if !inner.is_empty() => self.map(inner, place, name),
            Value::Array(items) => match items.first() {
                Some(Value::Object(inner)) if !inner.is_empty() => {
                    json!([self.map(inner, place.map(|place| place.item(0)).as_ref(), name)])
                }
                _ => json!([self.column(parent, name)]),
            },
            _ => self.column(parent, name),
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
