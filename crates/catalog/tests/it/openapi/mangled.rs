//! Documents in which anything may be wrong.

use proptest::prelude::*;
use proptest::sample::Index;
use seatflow_catalog::{Catalog, import_openapi};
use seatflow_spec::{Source, Tree};
use serde_json::{Map, Value, json};

use super::import::DOCUMENTS;

/// The documents as JSON.
fn documents() -> Vec<Value> {
    DOCUMENTS.iter().map(|(_, text)| serde_json::from_str(text).unwrap_or_else(|_| json_of(text))).collect()
}

/// What a document in YAML says.
fn json_of(text: &str) -> Value {
    fn value(tree: &Tree) -> Value {
        use seatflow_spec::Kind;
        match &tree.kind {
            Kind::Null | Kind::Broken => Value::Null,
            Kind::Bool(truth) => json!(truth),
            Kind::Integer(number) => json!(number),
            Kind::Float(number) => json!(number),
            Kind::Text(text) => json!(text.as_literal()),
            Kind::List(items) => items.iter().map(value).collect(),
            Kind::Map(entries) => Value::Object(
                entries.iter().map(|(key, inner)| (key.text.clone(), value(inner))).collect::<Map<_, _>>(),
            ),
        }
    }
    value(&Tree::parse(&Source::new("document.yaml", text)).unwrap_or_else(|problems| panic!("{problems}")))
}

/// What is put in the place of something.
fn replacement() -> impl Strategy<Value = Value> {
    let texts =
        ["", "a b", "{", "${x}", "#/paths", "#/components/schemas/Licence", "integer", "array", "query", "\u{85}"];
    let said = [
        Value::Null,
        json!(true),
        json!(-1),
        json!(u64::MAX),
        json!(1.5),
        json!([]),
        json!({}),
        json!([null, {}]),
        json!({ "$ref": "#/components/schemas/Licence" }),
        json!({ "type": "array", "items": { "type": "object" } }),
        json!({ "type": ["string", "integer"], "enum": [1, "a", null], "default": [] }),
        json!({ "name": "page", "in": "query", "schema": { "type": "integer", "minimum": 5, "maximum": 1 } }),
        json!({ "{a b}": { "get": { "responses": { "20": {} } } } }),
        json!({ "/a?b=c": { "get": { "parameters": [{ "name": "b", "in": "query" }], "responses": { "404": {} } } } }),
    ];
    prop::sample::select(texts.into_iter().map(|text| json!(text)).chain(said).collect::<Vec<_>>())
}

/// The pointers of everything in a value.
fn pointers(value: &Value, at: &str, found: &mut Vec<String>) {
    found.push(at.to_owned());
    match value {
        Value::Array(items) => {
            items.iter().enumerate().for_each(|(index, item)| pointers(item, &format!("{at}/{index}"), found));
        }
        Value::Object(fields) => {
            for (name, inner) in fields {
                pointers(inner, &format!("{at}/{}", name.replace('~', "~0").replace('/', "~1")), found);
            }
        }
        _ => {}
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn what_is_made_of_any_document_is_a_catalog(
        which in any::<Index>(),
        changes in prop::collection::vec((any::<Index>(), replacement(), any::<bool>()), 1..6),
    ) {
        let documents = documents();
        let mut document = which.get(&documents).clone();
        for (place, new, is_key) in changes {
            let mut found = Vec::new();
            pointers(&document, "", &mut found);
            let pointer = place.get(&found);
            let (above, name) = pointer.rsplit_once('/').unwrap_or_default();
            match (document.pointer_mut(above), &new) {
                // The key itself is another.
                (Some(Value::Object(fields)), Value::String(key)) if is_key && !pointer.is_empty() => {
                    let value = fields.remove(&name.replace("~1", "/").replace("~0", "~")).unwrap_or_default();
                    fields.insert(key.clone(), value);
                }
                _ => *document.pointer_mut(pointer).unwrap() = new,
            }
        }
        if let Ok(made) = import_openapi(&Source::new("document.json", document.to_string()), None) {
            let catalog = Catalog::parse(&Source::new("made.yaml", made.yaml.as_str()));
            prop_assert!(catalog.is_ok(), "{}\n{document}\n{}", catalog.unwrap_err(), made.yaml);
        }
    }
}
