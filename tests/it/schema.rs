//! What `seatflow schema` prints: it accepts what runs, and refuses what can be seen in a file alone.

use std::collections::BTreeSet;
use std::fs;

use jsonschema::Validator;
use seatflow_plan::CONNECTION;
use seatflow_spec::{
    ConnectionName, Kind, NodeName, PAGES, Part, PipelineName, Problems, ReferenceTo, SettingName, Source, Tree,
};
use seatflow_testkit::{Expected, Page};
use seatflow_tools::TOOLS;
use serde_json::{Map, Value, json};

use crate::program::{Folder, files_below, repository};

/// Whether the schema refuses a file with a problem of this sort, and else why it cannot.
const SORTS: &[(&str, Result<(), &str>)] = &[
    ("bad-endpoint", Err("is about a catalog")),
    ("bad-name", Ok(())),
    ("bad-parameter", Err("needs the catalog")),
    ("bad-reference", Err("is no value, so that nothing can be checked")),
    ("bad-value", Ok(())),
    ("bad-version", Ok(())),
    ("cycle", Err("is about several nodes")),
    ("delete-not-confirmed", Err("needs the catalog")),
    ("duplicate-key", Err("is no document")),
    ("duplicate-output", Err("is about several nodes")),
    ("failed-not-wired", Err("is about several nodes")),
    ("missing-input", Ok(())),
    ("missing-key", Ok(())),
    ("missing-parameter", Err("needs the catalog")),
    ("missing-setting", Err("is about what is given beside the file")),
    ("missing-variable", Err("is about the environment")),
    ("no-effect", Err("needs the catalog")),
    ("one-tool-per-node", Ok(())),
    ("output-over-input", Err("is about several nodes")),
    ("secret-in-file", Err("is a warning")),
    ("unknown-anchor", Ok(())),
    ("unknown-catalog", Ok(())),
    ("unknown-column", Err("needs the columns")),
    ("unknown-connection", Err("is about what else is in the file")),
    ("unknown-endpoint", Err("needs the catalog")),
    ("unknown-key", Ok(())),
    ("unknown-node", Err("is about what else is in the file")),
    ("unknown-parameter", Err("needs the catalog")),
    ("unknown-setting", Err("is about what else is in the file")),
    ("unknown-tool", Ok(())),
    ("unknown-value", Err("needs the catalog")),
    ("unreadable-file", Err("is about another file")),
    ("unreadable-yaml", Err("is no document")),
    ("wrong-kind", Ok(())),
    ("wrong-type", Ok(())),
];

fn schema() -> Value {
    let printed = Folder::new().run(&["schema"]);
    assert_eq!((printed.status, printed.stderr.as_str()), (0, ""));
    serde_json::from_str(&printed.stdout).unwrap()
}

fn validator() -> Validator {
    jsonschema::draft7::new(&schema()).unwrap()
}

/// A schema for nodes alone.
fn node_validator() -> Validator {
    let mut schema = schema();
    schema["$ref"] = "#/definitions/node".into();
    jsonschema::draft7::new(&json!({ "definitions": schema["definitions"], "$ref": schema["$ref"] })).unwrap()
}

/// What an editor sees of a document: references are text like any other. `None` if something in it cannot be read.
fn as_json(tree: &Tree) -> Option<Value> {
    Some(match &tree.kind {
        Kind::Null => Value::Null,
        Kind::Bool(value) => (*value).into(),
        Kind::Integer(value) => (*value).into(),
        Kind::Float(value) => (*value).into(),
        Kind::Text(text) => text.parts().iter().map(written).collect::<String>().into(),
        Kind::List(items) => items.iter().map(as_json).collect::<Option<Vec<_>>>()?.into(),
        Kind::Map(entries) => {
            let entries = entries.iter().map(|(key, value)| Some((key.text.clone(), as_json(value)?)));
            Value::Object(entries.collect::<Option<Map<_, _>>>()?)
        }
        Kind::Broken => return None,
    })
}

fn written(part: &Part) -> String {
    match part {
        Part::Literal(literal) => literal.replace("${", "$${"),
        Part::Reference(reference) => match &reference.to {
            ReferenceTo::Setting(name) => format!("${{{name}}}"),
            ReferenceTo::Variable(name) => format!("${{env:{name}}}"),
            ReferenceTo::File(path) => format!("${{file:{path}}}"),
        },
    }
}

fn read(yaml: &str) -> Option<Value> {
    as_json(&Tree::read(&Source::new("example.yaml", yaml), &mut Problems::new())?)
}

fn why(validator: &Validator, value: &Value) -> String {
    validator
        .iter_errors(value)
        .map(|error| format!("{}: {error}", error.instance_path()))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn it_is_a_schema_of_draft_7() {
    let schema = schema();
    assert_eq!(schema["$schema"], "http://json-schema.org/draft-07/schema#");
    jsonschema::draft7::meta::validate(&schema).unwrap_or_else(|error| panic!("{error}"));
}

#[test]
fn every_reference_in_it_leads_somewhere() {
    fn visit(value: &Value, root: &Value) {
        if let Some(to) = value.get("$ref").and_then(Value::as_str) {
            assert!(root.pointer(to.trim_start_matches('#')).is_some(), "{to} leads nowhere");
        }
        value.as_object().into_iter().flat_map(Map::values).for_each(|inner| visit(inner, root));
        value.as_array().into_iter().flatten().for_each(|inner| visit(inner, root));
    }
    let schema = schema();
    visit(&schema, &schema);
}

#[test]
fn every_property_is_described() {
    fn is_described(schema: &Value, root: &Value) -> bool {
        let to = schema["$ref"].as_str().and_then(|to| root.pointer(to.trim_start_matches('#')));
        schema.is_boolean() || schema["description"].is_string() || to.is_some_and(|to| is_described(to, root))
    }
    fn visit(schema: &Value, path: &str, root: &Value, seen: &mut usize) {
        for keyword in ["properties", "patternProperties"] {
            for (name, property) in schema[keyword].as_object().into_iter().flatten() {
                assert!(is_described(property, root), "{path}/{name} is not described");
                *seen += 1;
            }
        }
        for (key, inner) in schema.as_object().into_iter().flatten() {
            visit(inner, &format!("{path}/{key}"), root, seen);
        }
        for (number, inner) in schema.as_array().into_iter().flatten().enumerate() {
            visit(inner, &format!("{path}/{number}"), root, seen);
        }
    }
    let schema = schema();
    let mut seen = 0;
    visit(&schema, "", &schema, &mut seen);
    assert!(seen > 60, "{seen} properties");
}

#[test]
fn every_example_pipeline_fits() {
    let validator = validator();
    let files = files_below(&repository().join("pipelines"));
    assert!(files.len() >= 5);
    for file in files {
        let value = read(&fs::read_to_string(&file).unwrap()).unwrap();
        assert!(validator.is_valid(&value), "{}: {}", file.display(), why(&validator, &value));
    }
}

#[test]
fn every_node_of_every_page_fits() {
    let (whole, node) = (validator(), node_validator());
    let mut checked = 0;
    for tool in TOOLS {
        for example in Page::parse(tool.card.page).unwrap().examples {
            if example.expected.iter().any(|expected| matches!(expected, Expected::Problems(_))) {
                continue;
            }
            let value = read(&example.yaml).unwrap();
            if value.get("version").is_some() {
                assert!(whole.is_valid(&value), "{}\n{}", example.yaml, why(&whole, &value));
                checked += 1;
                continue;
            }
            for (name, value) in value["nodes"].as_object().cloned().unwrap_or(Map::from_iter([(String::new(), value)]))
            {
                // Where the page is about one tool, the wires are those of the example's tables.
                let mut value = value;
                let required = node_needs(&value);
                for letter in required {
                    value[letter] = "before".into();
                }
                assert!(node.is_valid(&value), "{name}: {}\n{}", example.yaml, why(&node, &value));
                checked += 1;
            }
        }
    }
    assert!(checked > 2 * TOOLS.len(), "{checked} nodes");
}

/// The inputs that the tool of a node must have and that it does not name.
fn node_needs(node: &Value) -> Vec<&'static str> {
    let tool = TOOLS.iter().find(|tool| node.get(tool.card.name).is_some()).unwrap();
    let required = |presence| presence == seatflow_tool::Presence::Required;
    let inputs = [("A", tool.card.inputs.a), ("D", tool.card.inputs.d)];
    let missing = inputs.into_iter().filter(|(letter, presence)| required(*presence) && node.get(letter).is_none());
    missing.map(|(letter, _)| letter).collect()
}

#[test]
fn each_sort_of_problem_is_refused_or_cannot_be_seen() {
    let said: Vec<&str> = SORTS.iter().map(|(slug, _)| *slug).collect();
    let slugs: Vec<&str> = PAGES.iter().map(|page| page.slug.as_str()).collect();
    assert_eq!(said, slugs, "say of each sort of problem whether the schema refuses it");
    let validator = validator();
    let mut wrong = Vec::new();
    for (slug, refused) in SORTS {
        let file = repository().join(format!("tests/problems/{slug}.yaml"));
        match (read(&fs::read_to_string(file).unwrap()), refused) {
            (Some(value), Ok(())) if validator.is_valid(&value) => wrong.push(format!("{slug} is not refused")),
            (Some(value), Err(reason)) if !validator.is_valid(&value) => {
                wrong.push(format!("{slug} is refused, and {reason}: {}", why(&validator, &value)));
            }
            (None, Ok(())) => wrong.push(format!("{slug} cannot be read")),
            _ => {}
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// A pipeline into which one change is made.
fn sound() -> Value {
    json!({
        "version": 1,
        "pipeline": "sound",
        "settings": { "calls": 4 },
        "connections": {
            "portal": { "catalog": "alteryx", "authorization": { "token": "${env:TOKEN}" }, "limits": { "attempts": 2 } },
        },
        "nodes": {
            "accounts": { "read_csv": { "path": "a.csv", "encoding": "utf-8" } },
            "devices": { "license_api": { "connection": "portal", "endpoint": "devices.list" }, "D": "accounts" },
            "save": { "write_csv": { "path": "b.csv", "header": true }, "D": ["devices", "accounts.F"] },
        },
    })
}

/// Whether the sound pipeline with this value at this place fits.
fn fits(validator: &Validator, place: &str, value: Value) -> bool {
    let mut changed = sound();
    let (parent, key) = place.rsplit_once('/').unwrap();
    changed.pointer_mut(parent).unwrap()[key] = value;
    validator.is_valid(&changed)
}

#[test]
fn a_reference_may_stand_wherever_a_single_value_may() {
    let validator = validator();
    assert!(validator.is_valid(&sound()), "{}", why(&validator, &sound()));
    for place in [
        "/connections/portal/base_url",
        "/connections/portal/catalog",
        "/connections/portal/authorization/token",
        "/connections/portal/limits/attempts",
        "/connections/portal/limits/read_seconds",
        "/nodes/accounts/read_csv/encoding",
        "/nodes/accounts/read_csv/path",
        "/nodes/devices/license_api/confirm_delete",
        "/nodes/devices/D",
        "/nodes/save/write_csv/header",
    ] {
        assert!(fits(&validator, place, json!("${calls}")), "{place}");
        assert!(!fits(&validator, place, json!({ "no": "value" })), "{place}");
    }
    assert!(!fits(&validator, "/settings/calls", json!("${other}")));
    assert!(fits(&validator, "/settings/calls", json!("$${other}")));
}

#[test]
fn what_does_not_fit_is_refused() {
    let validator = validator();
    for (place, value) in [
        ("/version", json!(2)),
        ("/pipeline", json!("Not A Name")),
        ("/connections/portal/catalog", json!("alterix")),
        ("/connections/portal/authorization/token_url", json!("x")),
        ("/connections/portal/authorization/user", json!("beside a token")),
        ("/connections/portal/authorization/kind", json!("basic")),
        ("/connections/portal/limits/attempts", json!(0)),
        ("/connections/portal/limits/attempts", json!("many")),
        ("/connections/portal/limits/concurrency", json!(1.5)),
        ("/nodes/accounts/D", json!("devices")),
        ("/nodes/accounts/read_csv/encoding", json!("utf8")),
        ("/nodes/devices/D", json!("accounts.X")),
        ("/nodes/devices/unique", json!({})),
        ("/nodes/save/D", json!([])),
        ("/nodes/save/A", json!("devices")),
        ("/nodes/Save", json!({ "unique": {}, "D": "devices" })),
        ("/nodes/lonely", json!({ "unique": {} })),
        ("/nodes/lonely", json!({ "note": "no tool" })),
        ("/node", json!({})),
    ] {
        assert!(!fits(&validator, place, value.clone()), "{place}: {value}");
    }
}

#[test]
fn names_are_written_as_the_program_reads_them() {
    let validator = validator();
    for name in ["a", "read_2", "a-b", "2nd", "_x", "Read", "a.b", "é", "", "a_", "a b", "end"] {
        let object = |value: Value| Value::Object(Map::from_iter([(name.to_owned(), value)]));
        let node = object(json!({ "rows": [] }));
        let connection = object(json!({ "catalog": "alteryx" }));
        for (place, value, valid) in [
            ("/pipeline", name.into(), PipelineName::is_valid(name)),
            ("/nodes", node, NodeName::is_valid(name)),
            ("/connections", connection, ConnectionName::is_valid(name)),
            ("/settings", object(json!(1)), SettingName::is_valid(name)),
        ] {
            assert_eq!(fits(&validator, place, value), valid, "{place}: `{name}`");
        }
    }
}

/// The first column of a table on the page of connections, and the last one.
fn table(heading: &str) -> Vec<(String, String)> {
    let rows = CONNECTION.split_once(heading).unwrap().1.lines().skip_while(|line| !line.starts_with("|---")).skip(1);
    let rows = rows.take_while(|line| line.starts_with('|')).map(|row| {
        let cells: Vec<&str> = row.trim_matches('|').split('|').map(str::trim).collect();
        (cells[0].trim_matches('`').to_owned(), cells.last().unwrap().to_string())
    });
    rows.collect()
}

#[test]
fn a_connection_has_the_keys_of_its_page() {
    let schema = schema();
    let connection = &schema["definitions"]["connection"]["properties"];
    let listed = CONNECTION.split_once("## Keys\n").unwrap().1.split("\n## ").next().unwrap();
    let listed = listed.lines().filter_map(|line| line.strip_prefix("- `")?.split('`').next());
    let keys = |value: &Value| value.as_object().unwrap().keys().cloned().collect::<BTreeSet<_>>();
    assert_eq!(keys(connection), listed.map(str::to_owned).collect());

    let limits = &connection["limits"]["properties"];
    let usual = table("## Limits\n");
    assert_eq!(keys(limits), usual.iter().map(|(key, _)| key.clone()).collect());
    for (key, usual) in usual {
        let default = &limits[&key]["default"];
        assert_eq!(if default.is_null() { "no limit".to_owned() } else { default.to_string() }, usual, "{key}");
    }

    let ways = connection["authorization"]["anyOf"].as_array().unwrap();
    let ways: BTreeSet<&str> = ways.iter().filter_map(|way| way["title"].as_str()).collect();
    let kinds = table("## Ways to authorize\n");
    assert_eq!(ways, kinds.iter().map(|(kind, _)| kind.as_str()).collect());
}
