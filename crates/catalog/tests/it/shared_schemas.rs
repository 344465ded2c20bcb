//! Schemas of a catalog to which those of its endpoints refer.

use insta::assert_snapshot;
use miette::GraphicalTheme;
use seatflow_catalog::{Kinds, Suggestion, endpoint_json, endpoint_text};
use serde_json::json;

use crate::{catalog, endpoint, parse, problems};

const SEATS: &str = r##"catalog: x
summary: x
schemas:
  Seat:
    type: object
    required: [key]
    properties:
      key: { $ref: "#/schemas/Key" }
      role: { type: string, suggested: { admin: May do all, member: ~ } }
      holder: { $ref: "#/schemas/User" }
  User:
    type: object
    properties:
      name: { type: string }
      seats: { type: array, items: { $ref: "#/schemas/Seat" } }
      best: { $ref: "#/schemas/User/properties/seats/items" }
  Key: { type: string, pattern: "^[A-Z]+$" }
endpoints:
  seats.add:
    request: POST /seats
    summary: Grants seats.
    body:
      schema: { type: object, required: [seats], properties: { seats: { type: array, items: { $ref: "#/schemas/Seat" } }, more: { $ref: "#/properties/seats" } } }
  users.list:
    request: GET /users
    summary: The users.
    response: { records: data, schema: { properties: { data: { type: array, items: { $ref: "#/schemas/User" } } } } }
  users.add:
    request: POST /users
    summary: Adds a user.
    body: { schema: { $ref: "#/schemas/User" } }
    reconcile: { read: users.list, find: { seats.holder.name: { payload: best.holder.name } }, done: present }
"##;

/// The problems of a catalog with these shared schemas, and an endpoint whose body has this one.
fn of(schemas: &str, schema: &str) -> Vec<String> {
    problems::of(&format!(
        "catalog: x\nsummary: x\nschemas: {{ {schemas} }}\nendpoints: {{ a.add: {{ request: POST /a, summary: x, body: {{ schema: {schema} }} }} }}\n"
    ))
}

#[test]
fn a_payload_is_checked_against_shared_schemas_also_in_circles() {
    let catalog = catalog(SEATS);
    let misfit = |id: &str, payload: serde_json::Value| {
        let body = endpoint(&catalog, id).body.as_ref().and_then(|body| body.schema.as_ref()).expect("it has a schema");
        body.misfit(&payload).map(|misfit| misfit.to_string())
    };
    assert_eq!(
        misfit("seats.add", json!({ "seats": [{ "key": "AB", "holder": { "seats": [{ "key": "C" }] } }] })),
        None
    );
    assert_eq!(
        misfit("seats.add", json!({ "seats": [{ "key": "AB", "holder": { "seats": [{ "key": 5 }] } }] })).as_deref(),
        Some("the payload's `seats.0.holder.seats.0.key` must be text, not `5`")
    );
    assert_eq!(
        misfit("seats.add", json!({ "seats": [], "more": [{}] })).as_deref(),
        Some("the payload's `more.0.key` is required and has no value")
    );
    assert_eq!(
        misfit("users.add", json!({ "best": { "key": "ab" } })).as_deref(),
        Some("the payload's `best.key` must match `^[A-Z]+$`, as `ab` does not")
    );
}

#[test]
fn what_is_said_of_a_place_is_found_through_shared_schemas() {
    let catalog = catalog(SEATS);
    let body = endpoint(&catalog, "seats.add").body.as_ref().and_then(|body| body.schema.as_ref());
    let seat = body.expect("it has a schema").root().field("seats").item(0);
    assert_eq!(seat.required(), ["key"]);
    assert_eq!(seat.field("key").kinds(), Kinds::TEXT);
    let deep = seat.field("holder").field("seats").item(7).field("holder").field("best").field("role");
    let known = |value: &str, name: Option<&str>| Suggestion { value: value.to_owned(), name: name.map(str::to_owned) };
    assert_eq!(deep.suggested(), [known("admin", Some("May do all")), known("member", None)]);
    assert_eq!(seat.field("key").suggested(), []);
}

#[test]
fn references_that_lead_nowhere_are_told_where_they_are() {
    let text = r##"catalog: x
summary: x
schemas:
  Seat: { properties: { key: { $ref: "#/schemas/Kay" }, other: { $ref: "#/properties/key" } } }
  Key: { type: integr }
  Id: { $id: "https://example.test/id", pattern: "(" }
endpoints:
  a.add:
    request: POST /a
    summary: x
    body:
      schema:
        allOf: [{ $ref: "#/schemas/Seat" }]
        properties:
          seat: { $ref: "#/schemas/Seats" }
          key: { $ref: "#/schemas/Seat/properties/kay" }
          own: { $ref: "#/$defs/own" }
          far: { $ref: "other.yaml#/x" }
"##;
    let problems = parse(text).expect_err("there are problems");
    assert_snapshot!(problems.report(GraphicalTheme::unicode_nocolor(), 100), @r##"
     × the schema's `properties.key.$ref` refers to `#/schemas/Kay`, which the catalog does not have
      ╭─[vendor.yaml:4:38]
    4 │   Seat: { properties: { key: { $ref: "#/schemas/Kay" }, other: { $ref: "#/properties/key" } } }
      ·                                      ───────┬───────
      ·                                             ╰── not what a JSON Schema says here
      ╰────
     help: did you mean `Key`? The valid ones are `Seat`, `Key` and `Id`

     × the schema's `properties.other.$ref` refers to `#/properties/key`, which is not in it
      ╭─[vendor.yaml:4:72]
    4 │   Seat: { properties: { key: { $ref: "#/schemas/Kay" }, other: { $ref: "#/properties/key" } } }
      ·                                                                        ─────────┬────────
      ·                                                                                 ╰── not what a JSON Schema says here
      ╰────
     help: write `#/schemas/`, the name of the schema, and the way in it

     × the schema's `type` must be one of `array`, `boolean`, `integer`, `null`, `number`, `object`,
     │ `string`, not `integr`
      ╭─[vendor.yaml:5:16]
    5 │   Key: { type: integr }
      ·                ───┬──
      ·                   ╰── not what a JSON Schema says here
      ╰────

     × the schema's `$id` is a name of its own, where `#/schemas/` and the schema's name are enough
      ╭─[vendor.yaml:6:14]
    6 │   Id: { $id: "https://example.test/id", pattern: "(" }
      ·              ────────────┬────────────
      ·                          ╰── not what a JSON Schema says here
      ╰────
     help: remove `$id`

     × the schema's `pattern` is no pattern: `(`
      ╭─[vendor.yaml:6:50]
    6 │   Id: { $id: "https://example.test/id", pattern: "(" }
      ·                                                  ─┬─
      ·                                                   ╰── not what a JSON Schema says here
      ╰────

     × the schema's `properties.seat.$ref` refers to `#/schemas/Seats`, which the catalog does not
     │ have
       ╭─[vendor.yaml:15:25]
    15 │           seat: { $ref: "#/schemas/Seats" }
       ·                         ────────┬────────
       ·                                 ╰── not what a JSON Schema says here
       ╰────
     help: did you mean `Seat`? The valid ones are `Seat`, `Key` and `Id`

     × the schema's `properties.key.$ref` refers to `#/schemas/Seat/properties/kay`, which is not in
     │ it
       ╭─[vendor.yaml:16:24]
    16 │           key: { $ref: "#/schemas/Seat/properties/kay" }
       ·                        ───────────────┬───────────────
       ·                                       ╰── not what a JSON Schema says here
       ╰────

     × the schema's `properties.own.$ref` refers to `#/$defs/own`, which is not in it
       ╭─[vendor.yaml:17:24]
    17 │           own: { $ref: "#/$defs/own" }
       ·                        ──────┬──────
       ·                              ╰── not what a JSON Schema says here
       ╰────

     × the schema's `properties.far.$ref` refers to `other.yaml#/x`, which is outside of it, and
     │ nothing is fetched
       ╭─[vendor.yaml:18:24]
    18 │           far: { $ref: "other.yaml#/x" }
       ·                        ───────┬───────
       ·                               ╰── not what a JSON Schema says here
       ╰────
    "##);
}

#[test]
fn a_reference_in_what_is_no_schema_is_none() {
    let text = r##"catalog: x
summary: x
schemas: { Key: { type: string } }
endpoints:
  a.add:
    request: POST /a
    summary: x
    body:
      schema:
        properties:
          $ref: { $ref: "#/schemas/Key" }
          enum: { const: { $ref: "#/schemas/Nope" } }
"##;
    let catalog = catalog(text);
    let schema = endpoint(&catalog, "a.add").body.as_ref().and_then(|body| body.schema.as_ref());
    let misfit = schema.and_then(|schema| schema.misfit(&json!({ "$ref": 5 }))).map(|misfit| misfit.to_string());
    assert_eq!(misfit.as_deref(), Some("the payload's `$ref` must be text, not `5`"));
}

#[test]
fn suggested_values_are_texts() {
    let wrong = "must be a list of texts, or a map from texts to what they stand for";
    assert_eq!(of("", "{ suggested: [1] }"), [format!("bad-endpoint: the schema's `suggested` {wrong}")]);
    assert_eq!(
        of("A: { items: { suggested: a } }", "{}"),
        [format!("bad-endpoint: the schema's `items.suggested` {wrong}")]
    );
    assert_eq!(
        of("A: {}", r##"{ items: { suggested: { a: 1 } }, allOf: [{ $ref: "#/schemas/A" }] }"##),
        [format!("bad-endpoint: the schema's `items.suggested` {wrong}")]
    );
}

#[test]
fn an_endpoint_is_shown_with_what_its_shared_schemas_say() {
    let catalog = catalog(SEATS);
    let text = endpoint_text(&catalog, endpoint(&catalog, "users.add"));
    let table = text.split("\n\n").find(|section| section.starts_with("Payload\n")).unwrap_or_default();
    assert_snapshot!(table, @r"
    Payload
      field           type          required  allowed
      name            text
      seats           list of maps
      seats[].key     text          yes       ^[A-Z]+$
      seats[].role    text                    known: admin | member
      seats[].holder  map
      best            map
      best.key        text          yes       ^[A-Z]+$
      best.role       text                    known: admin | member
      best.holder     map
    ");
    let json = endpoint_json(&catalog, endpoint(&catalog, "users.add"));
    let names: Vec<_> = json["schemas"].as_object().into_iter().flatten().map(|(name, _)| name.as_str()).collect();
    assert_eq!(names, ["Key", "Seat", "User"]);
}

#[test]
fn a_payload_of_schemas_that_all_lead_to_each_other_has_an_end() {
    let names: Vec<String> = (0..40).map(|number| format!("T{number}")).collect();
    let fields: Vec<String> = names.iter().map(|name| format!("{name}: {{ $ref: '#/schemas/{name}' }}")).collect();
    for required in ["", "required: [T0, T1, T2], "] {
        let schemas: Vec<String> = names
            .iter()
            .map(|name| {
                format!("{name}: {{ {required}properties: {{ id: {{ type: string }}, {} }} }}", fields.join(", "))
            })
            .collect();
        let text = format!(
            "catalog: x\nsummary: x\nschemas: {{ {} }}\nendpoints: {{ a.add: {{ request: POST /a, summary: x, body: {{ schema: {{ $ref: '#/schemas/T0' }} }} }} }}\n",
            schemas.join(", ")
        );
        let catalog = catalog(&text);
        let sample = endpoint(&catalog, "a.add").sample_payload().expect("there is one");
        let written = sample.to_string();
        assert!(written.len() < 10_000, "{}", written.len());
        let shown = endpoint_text(&catalog, endpoint(&catalog, "a.add"));
        assert!(shown.lines().count() < 5_000, "{}", shown.lines().count());
        if required.is_empty() {
            assert_eq!(sample["T7"], json!({}));
        }
    }
}
