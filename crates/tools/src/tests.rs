//! The JSON Schemas of the tools allow what the tools take, and nothing else.

use seatflow_spec::{Kind, Source, Tree};
use seatflow_testkit::{Expected, Page};
use serde_json::{Map, Value, json};

use crate::TOOLS;

/// A schema, with the definitions that it refers to.
#[derive(Clone, Copy)]
struct Schema<'a> {
    schema: &'a Value,
    root: &'a Value,
}

impl<'a> Schema<'a> {
    fn at(self, schema: &'a Value) -> Self {
        Self { schema, ..self }
    }

    /// What is wrong with a value: a missing key, an unknown one, or the wrong kind of value.
    fn check(self, tree: &Tree) -> Result<(), String> {
        if let Some(name) = self.schema["$ref"].as_str() {
            let found = self.root.pointer(name.trim_start_matches('#')).ok_or_else(|| format!("no {name}"))?;
            return self.at(found).check(tree);
        }
        if let Some(choices) = self.schema["anyOf"].as_array() {
            let tried: Vec<String> = choices.iter().map_while(|choice| self.at(choice).check(tree).err()).collect();
            return if tried.len() < choices.len() { Ok(()) } else { Err(tried.join(" and ")) };
        }
        self.check_kind(tree)?;
        for (key, value) in tree.entries() {
            match (&self.schema["properties"][&key.text], &self.schema["additionalProperties"]) {
                (Value::Null, Value::Bool(false)) => return Err(format!("`{}` is unknown", key.text)),
                (Value::Null, Value::Object(_)) => self.at(&self.schema["additionalProperties"]).check(value)?,
                (Value::Null, _) => {}
                (property, _) => self.at(property).check(value)?,
            }
        }
        for required in self.schema["required"].as_array().into_iter().flatten().filter_map(Value::as_str) {
            tree.get(required).ok_or_else(|| format!("`{required}` is missing"))?;
        }
        if self.schema["items"].is_object() {
            tree.items().iter().try_for_each(|item| self.at(&self.schema["items"]).check(item))?;
        }
        Ok(())
    }

    fn check_kind(self, tree: &Tree) -> Result<(), String> {
        let kinds: &[&str] = match tree.kind {
            Kind::Map(_) => &["object"],
            Kind::List(_) => &["array"],
            Kind::Null => &["null"],
            Kind::Bool(_) => &["boolean"],
            Kind::Integer(_) => &["integer", "number"],
            Kind::Float(_) => &["number"],
            Kind::Text(_) | Kind::Broken => &["string"],
        };
        let allowed = match &self.schema["type"] {
            Value::String(one) => vec![one.as_str()],
            Value::Array(several) => several.iter().filter_map(Value::as_str).collect(),
            _ => return Ok(()),
        };
        let fits = kinds.iter().any(|kind| allowed.contains(kind));
        if fits { Ok(()) } else { Err(format!("{allowed:?} cannot be {}", tree.describe())) }
    }
}

fn schema_of(tool: &str) -> Option<Value> {
    TOOLS.iter().find(|entry| entry.card.name == tool).map(|entry| (entry.schema)().to_value())
}

/// What is wrong with the configuration of a tool.
fn check(tool: &str, config: &Tree) -> Result<(), String> {
    let root = schema_of(tool).unwrap();
    Schema { schema: &root, root: &root }.check(config)
}

fn tree(yaml: &str) -> Tree {
    Tree::parse(&Source::new("example.yaml", yaml)).unwrap()
}

/// The uses of tools in a node, or in all nodes of an example.
fn uses(example: &Tree) -> Vec<(String, Tree)> {
    let nodes: Vec<&Tree> = match example.get("nodes") {
        Some(nodes) => nodes.entries().iter().map(|(_, node)| node).collect(),
        None => vec![example],
    };
    let entries = nodes.into_iter().flat_map(Tree::entries);
    entries
        .filter(|(key, _)| schema_of(&key.text).is_some())
        .map(|(key, value)| (key.text.clone(), value.clone()))
        .collect()
}

#[test]
fn every_example_without_problems_fits_its_schema() {
    let mut checked = 0;
    for tool in TOOLS {
        for example in Page::parse(tool.card.page).unwrap().examples {
            if example.expected.iter().any(|expected| matches!(expected, Expected::Problems(_))) {
                continue;
            }
            for (name, config) in uses(&tree(&example.yaml)) {
                check(&name, &config).unwrap_or_else(|why| panic!("{name}: {why}\n{}", example.yaml));
                checked += 1;
            }
        }
    }
    assert!(checked > 2 * TOOLS.len(), "{checked} examples");
}

#[test]
fn only_what_a_tool_needs_is_required() {
    let required = |tool| schema_of(tool).unwrap().get("required").cloned().unwrap_or(json!([]));
    assert_eq!(required("license_api"), json!(["endpoint"]));
    assert_eq!(required("authorize"), json!([]));
    assert_eq!(required("unique"), json!([]));
    for tool in ["read_csv", "read_parquet", "write_csv", "write_parquet"] {
        assert_eq!(required(tool), json!(["path"]), "{tool}");
    }
}

#[test]
fn no_schema_allows_a_key_that_its_tool_does_not_know() {
    fn visit(tool: &str, schema: &Map<String, Value>) {
        if schema.contains_key("properties") && !schema.contains_key("$defs")
            || schema.get("type") == Some(&json!("object"))
        {
            let more = schema.get("additionalProperties");
            assert!(more.is_some_and(|more| more != &json!(true)), "{tool}: {schema:?}");
        }
        schema.values().filter_map(Value::as_object).for_each(|inner| visit(tool, inner));
    }
    for tool in TOOLS {
        visit(tool.card.name, schema_of(tool.card.name).unwrap().as_object().unwrap());
    }
    assert_eq!(check("license_api", &tree("{ endpoint: a.b, keeps: [x] }")), Err("`keeps` is unknown".to_owned()));
    assert_eq!(check("license_api", &tree("{ keep: [x] }")), Err("`endpoint` is missing".to_owned()));
}
