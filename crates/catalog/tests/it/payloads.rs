//! Payloads to begin with, and what is told of their fields.

use insta::assert_snapshot;
use seatflow_catalog::{Catalog, Schema, endpoint_text, payload_yaml};
use seatflow_spec::{Kind, Source, Tree};
use serde_json::{Value, json};

use crate::{alteryx, catalog, endpoint, library};

/// A catalog with one endpoint, whose body has this schema, as JSON.
fn of_schema(schema: &Value) -> Catalog {
    let schema = schema.to_string().replace("${", "$${");
    catalog(&format!(
        "catalog: x\nsummary: x\nendpoints:\n  a.add:\n    request: POST /a\n    summary: x\n    body: {{ schema: {schema} }}\n"
    ))
}

fn sample(schema: &Value) -> Value {
    endpoint(&of_schema(schema), "a.add").sample_payload().expect("there is one")
}

/// The JSON that YAML stands for, as a node's payload is read.
fn json_of(tree: &Tree) -> Value {
    match &tree.kind {
        Kind::Null | Kind::Broken => Value::Null,
        Kind::Bool(value) => json!(value),
        Kind::Integer(value) => json!(value),
        Kind::Float(value) => json!(value),
        Kind::Text(text) => json!(text.as_literal().expect("there is no reference")),
        Kind::List(items) => items.iter().map(json_of).collect(),
        Kind::Map(entries) => entries.iter().map(|(key, value)| (key.text.clone(), json_of(value))).collect(),
    }
}

fn payload_of(yaml: &str) -> Value {
    let tree = Tree::parse(&Source::new("payload.yaml", yaml)).unwrap_or_else(|problems| panic!("{problems}\n{yaml}"));
    json_of(tree.get("payload").expect("there is a payload"))
}

#[test]
fn a_payload_to_paste_is_the_example_again() {
    let library = library();
    for catalog in [alteryx(), &library] {
        for endpoint in catalog.endpoints.iter().filter(|endpoint| endpoint.body.is_some()) {
            let yaml = payload_yaml(endpoint).expect("there is one");
            assert_eq!(Some(payload_of(&yaml)), endpoint.sample_payload(), "{}", endpoint.id);
        }
    }
}

#[test]
fn every_value_reads_back_from_its_yaml() {
    let awkward = json!({
        "plain": "a-b", "digits": "00123", "number": "5", "float": "1.5", "null": "null", "empty": "", "spaced": " a ",
        "dollar": "${x}", "quote": "\"", "colon": "a: b", "dash": "- a", "lines": "a\nb", "tab": "\t", "ä": "ß",
        "numbers": [1, -2, 0.5, 1e300], "nested": [[1], [], {}, [[{ "a": [] }]]], "nothing": null, "yes": true,
        "maps": [{ "a": { "b": 1 } }, { "c": [1] }], "true": false, "# x": {},
    });
    for value in [awkward, json!([]), json!([1]), json!("x"), json!(null)] {
        let schema = json!({ "const": value });
        let yaml = payload_yaml(endpoint(&of_schema(&schema), "a.add")).expect("there is one");
        assert_eq!(payload_of(&yaml), value, "{yaml}");
    }
}

#[test]
fn a_payload_to_paste_is_yaml_in_blocks() {
    let value = json!({
        "name": "WS-0500", "host": { "id": "00500" }, "seats": [{ "key": "AYXD", "count": 1 }, { "key": "AYXI" }],
        "grid": [[1, 2], [[], {}]], "note": null,
    });
    let schema = of_schema(&json!({ "const": value }));
    assert_snapshot!(payload_yaml(endpoint(&schema, "a.add")).unwrap(), @r#"
    payload:
      name: WS-0500
      host:
        id: "00500"
      seats:
        - key: AYXD
          count: 1
        - key: AYXI
      grid:
        - - 1
          - 2
        - - []
          - {}
      note: ~
    "#);
}

#[test]
fn a_payload_is_made_from_its_schema_and_fits_it() {
    for (schema, expected) in [
        (json!({ "properties": { "a": { "default": 5 }, "b": { "enum": ["x", "y"] } } }), json!({ "a": 5, "b": "x" })),
        (json!({ "properties": { "a": { "const": [1] }, "b": { "examples": ["e"] } } }), json!({ "a": [1], "b": "e" })),
        (json!({ "type": "array", "minItems": 2, "items": { "type": "integer", "minimum": 3 } }), json!([3, 3])),
        (json!({ "type": "integer", "exclusiveMinimum": 9 }), json!(10)),
        (json!({ "type": "number", "maximum": -0.5 }), json!(-0.5)),
        (json!({ "type": ["boolean", "null"] }), json!(true)),
        (json!({ "type": "string", "minLength": 6 }), json!("textte")),
        (json!({ "type": "string", "maxLength": 2 }), json!("te")),
        (json!({ "type": "string", "format": "date" }), json!("2025-03-01")),
        (json!({ "type": "string", "format": "email" }), json!("name@example.test")),
        (
            json!({ "oneOf": [{ "required": ["a"], "properties": { "a": { "type": "integer" } } }, { "required": ["b"] }] }),
            json!({ "a": 1 }),
        ),
        (
            json!({ "$ref": "#/$defs/n", "$defs": { "n": { "required": ["x"], "properties": { "x": { "type": "integer" } } } } }),
            json!({ "x": 1 }),
        ),
    ] {
        let made = sample(&schema);
        assert_eq!(made, expected, "{schema}");
        assert_eq!(Schema::compile(schema).unwrap().misfit(&made), None);
    }
    for format in ["date-time", "time", "duration", "uri", "uuid", "ipv4", "ipv6", "hostname"] {
        let schema = json!({ "type": "string", "format": format });
        assert_eq!(Schema::compile(schema.clone()).unwrap().misfit(&sample(&schema)), None);
    }
}

#[test]
fn what_a_schema_holds_of_itself_is_left_out_or_told_where_it_is_required() {
    let optional = json!({ "properties": { "name": { "type": "string" }, "below": { "$ref": "#" } } });
    assert_eq!(sample(&optional), json!({ "name": "text" }));
    let mut listed = json!({ "properties": { "parts": { "type": "array", "items": { "$ref": "#" } } } });
    assert_eq!(sample(&listed), json!({}));
    listed["required"] = json!(["parts"]);
    assert_eq!(sample(&listed), json!({ "parts": [] }));
    let node =
        json!({ "type": "object", "required": ["below"], "properties": { "below": { "$ref": "#/$defs/node" } } });
    let endless = json!({ "properties": { "one": { "$ref": "#/$defs/node" } }, "$defs": { "node": node } });
    assert_eq!(sample(&endless), json!({ "one": { "below": null } }));
    let shown = |schema: &Value| endpoint_text(&of_schema(schema), endpoint(&of_schema(schema), "a.add"));
    assert!(shown(&endless).contains("`one.below` must hold itself, without an end"), "{}", shown(&endless));
    assert!(!shown(&optional).contains("without an end"));
}

#[test]
fn the_fields_of_a_payload_are_a_table() {
    let table = |text: &str| {
        let lines = text.lines().skip_while(|line| *line != "Payload").take_while(|line| !line.is_empty());
        lines.collect::<Vec<_>>().join("\n")
    };
    assert_snapshot!(table(&endpoint_text(alteryx(), endpoint(alteryx(), "devices.activateOffline"))), @r"
    Payload
      field                    type          required  default   allowed             description
      name                     text          yes                 1 to 64 characters  The device's name.
      hostId                   text          yes                 1 to 64 characters  12 hexadecimal digits for ETHERNET.
      hostIdType               text                    ETHERNET  ETHERNET | STRING
      userId                   text or null                                          A user of the account.
      licenses                 list of maps  yes                 from 1 item
      licenses[].licenseKey    text          yes                 ^\w{4}(-\w{4}){7}$
      licenses[].quantity      integer                 1         from 1
      offlineRequest           map                                                   The request file that the offline machine wrote.
      offlineRequest.fileName  text          yes
      offlineRequest.content   text          yes                 base64
    ");
    assert_snapshot!(table(&endpoint_text(alteryx(), endpoint(alteryx(), "devices.removeLicenses"))), @r"
    Payload
      field                 type          required  allowed
      licenseKeysToRemove   list of text  either    from 1 item
      removeAllLicenseKeys  boolean       either    true
    ");
    let many = of_schema(&json!({ "properties": {
        "at": { "type": "string", "format": "date-time" },
        "day": { "type": "string", "format": "date" },
        "share": { "type": "number", "exclusiveMinimum": 0, "maximum": 1 },
        "grid": { "type": "array", "maxItems": 1, "items": { "type": "array", "items": { "type": ["integer", "null"] } } },
        "anything": {},
        "host": { "required": ["id"], "properties": { "id": { "type": ["string", "integer"] } } },
        "below": { "$ref": "#/properties/host" },
    } }));
    assert_snapshot!(table(&endpoint_text(&many, endpoint(&many, "a.add"))), @r"
    Payload
      field     type                              required  allowed
      at        time
      day       text                                        date
      share     number                                      to 1, more than 0
      grid      list of lists of integer or null            to 1 item
      anything
      host      map
      host.id   text or integer                   yes
      below     map
      below.id  text or integer                   yes
    ");
}

#[test]
fn an_endpoint_without_a_payload_has_none_to_begin_with() {
    assert_eq!(payload_yaml(endpoint(alteryx(), "devices.list")), None);
    let unknown = catalog("catalog: x\nsummary: x\nendpoints: { a.add: { request: POST /a, summary: x, body: {} } }\n");
    assert_eq!(endpoint(&unknown, "a.add").sample_payload(), None);
}
