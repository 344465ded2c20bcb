//! The JSON Schema of a pipeline file, by which an editor completes, explains and checks what is typed.
//!
//! It is of draft 7, which is what the YAML servers of editors know. It says what can be said of a file's form; what needs
//! a catalog, a CSV or the other end of a wire, `check` knows.

mod connection;
mod tool;

use seatflow_spec::{ConnectionName, NodeName, Output, PipelineName, SettingName};
use seatflow_tool::{Card, Presence};
use seatflow_tools::TOOLS;
use serde_json::{Map, Value, json};

/// The definition of text that refers to something: it may stand wherever a single value may.
const REFERENCE: &str = "#/definitions/reference";

/// The schema of a pipeline file.
pub(crate) fn pipeline() -> Value {
    let mut definitions = Map::new();
    definitions.insert("reference".to_owned(), reference());
    definitions.insert("wire".to_owned(), wire());
    definitions.insert("connection".to_owned(), connection::connection());
    definitions.insert("node".to_owned(), node());
    for entry in TOOLS {
        definitions.extend(tool::definitions(entry));
    }
    json!({
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "A pipeline of seatflow",
        "description": "Nodes with typed anchors, wired into a graph.",
        "type": "object",
        "required": ["version", "pipeline", "nodes"],
        "additionalProperties": false,
        "properties": {
            "version": or_reference(json!({ "const": 1, "description": "The version of the file's form." })),
            "pipeline": {
                "type": "string",
                "pattern": name_or_reference(PipelineName::PATTERN),
                "description": "The pipeline's name: `a` to `z`, `0` to `9`, `_` and `-`.",
            },
            "description": optional_text("What the pipeline is for."),
            "settings": {
                "type": ["object", "null"],
                "description": "Values that `--set NAME=VALUE` overrides. `${NAME}` stands for one; `null` must be given.",
                "patternProperties": { SettingName::PATTERN: setting() },
                "additionalProperties": false,
            },
            "guards": {
                "type": ["object", "null"],
                "description": "How much a run may write: it stops before it would write more.",
                "properties": {
                    "max_writes": guard("The most writes, deletions among them."),
                    "max_deletes": guard("The most calls that delete; one may delete several things, and what belongs to them."),
                },
                "additionalProperties": false,
            },
            "connections": {
                "type": ["object", "null"],
                "description": "The ways to reach remote systems, by name.",
                "patternProperties": { ConnectionName::PATTERN: { "$ref": "#/definitions/connection" } },
                "additionalProperties": false,
            },
            "nodes": {
                "type": "object",
                "description": "The uses of tools, by name.",
                "minProperties": 1,
                "patternProperties": { NodeName::PATTERN: { "$ref": "#/definitions/node" } },
                "additionalProperties": false,
            },
        },
        "definitions": definitions,
    })
}

fn reference() -> Value {
    json!({
        "description": "`${name}` stands for a setting, `${env:NAME}` for an environment variable, `${file:path}` for a \
                        file's text.",
        "type": "string",
        "pattern": r"\$\{",
    })
}

/// A setting refers to nothing; `$${` is literal.
fn setting() -> Value {
    json!({
        "description": "The setting's value.",
        "type": ["string", "number", "boolean", "null"],
        "not": { "type": "string", "pattern": r"(^|[^$])\$\{" },
    })
}

fn wire() -> Value {
    let letters: String = Output::ALL.iter().map(|output| output.as_str()).collect();
    let end = NodeName::PATTERN.trim_end_matches('$');
    json!({
        "description": "A node, or a node and its anchor: `devices` or `devices.F`.",
        "type": "string",
        "pattern": name_or_reference(&format!(r"{end}(\.[{letters}])?$")),
    })
}

fn node() -> Value {
    let mut properties = Map::new();
    let mut needs = Map::new();
    for Card { name, inputs, .. } in TOOLS.iter().map(|entry| entry.card) {
        properties.insert((*name).to_owned(), json!({ "$ref": tool::definition_of(name) }));
        let anchors = [("A", inputs.a), ("D", inputs.d)];
        let with = |presence| anchors.iter().filter(move |anchor| anchor.1 == presence).map(|anchor| anchor.0);
        let absent: Map<String, Value> =
            with(Presence::Absent).map(|letter| (letter.to_owned(), false.into())).collect();
        let required: Vec<&str> = with(Presence::Required).collect();
        if !absent.is_empty() || !required.is_empty() {
            needs.insert((*name).to_owned(), json!({ "required": required, "properties": absent }));
        }
    }
    properties.insert(
        "A".to_owned(),
        json!({
            "description": "The authorization: a node that has one, or one whose first record holds one.",
            "allOf": [{ "$ref": "#/definitions/wire" }],
        }),
    );
    properties.insert(
        "D".to_owned(),
        json!({
            "description": "The records: a node, a node's anchor, or a list whose records follow each other.",
            "anyOf": [
                { "$ref": "#/definitions/wire" },
                { "type": "array", "minItems": 1, "items": { "$ref": "#/definitions/wire" } },
            ],
        }),
    );
    properties.insert("note".to_owned(), text("What the author wants to say."));
    let one_of: Vec<Value> = TOOLS.iter().map(|entry| json!({ "required": [entry.card.name] })).collect();
    json!({
        "description": "One use of a tool: the tool with its settings, and what is wired to its inputs.",
        "type": "object",
        "additionalProperties": false,
        "properties": properties,
        "oneOf": one_of,
        "dependencies": needs,
    })
}

fn name_or_reference(pattern: &str) -> String {
    format!(r"{pattern}|\$\{{")
}

/// Text; a number is taken as it is spelt.
fn text(description: &str) -> Value {
    json!({ "type": ["string", "number"], "description": description })
}

/// The most that may be done of something, or nothing.
fn guard(description: &str) -> Value {
    or_reference(json!({ "type": ["integer", "null"], "minimum": 0, "description": description }))
}

/// Text, or nothing.
fn optional_text(description: &str) -> Value {
    json!({ "type": ["string", "number", "null"], "description": description })
}

/// The same schema, in whose place a reference may stand too. What describes it stays outside.
fn or_reference(mut schema: Value) -> Value {
    let mut outside = Map::new();
    if let Some(inside) = schema.as_object_mut() {
        for key in ["title", "description", "default"] {
            outside.extend(inside.remove(key).map(|value| (key.to_owned(), value)));
        }
    }
    outside.insert("anyOf".to_owned(), json!([schema, { "$ref": REFERENCE }]));
    Value::Object(outside)
}
