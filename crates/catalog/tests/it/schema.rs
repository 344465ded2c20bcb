//! What payloads fit a schema, and what is said of those that do not.

use seatflow_catalog::{BodyPath, Kinds, Schema, Unsaid};
use serde_json::{Value, json};

fn schema(value: Value) -> Schema {
    Schema::compile(value).expect("it is a schema")
}

/// The schema of a payload with one field `x`.
fn of_x(rule: &Value) -> Schema {
    schema(json!({ "type": "object", "properties": { "x": rule } }))
}

/// What is said of `x` where it is `value`.
fn said(rule: &Value, value: &Value) -> String {
    let misfit = of_x(rule).misfit(&json!({ "x": value })).expect("it does not fit");
    assert_eq!((misfit.path.as_str(), misfit.is_missing), ("x", false), "{misfit}");
    misfit.message
}

#[test]
fn every_rule_is_told_in_plain_words() {
    for (rule, value, expected) in [
        (json!({ "type": "integer" }), json!("two"), "must be a whole number, not `two`"),
        (json!({ "type": "integer" }), json!("2"), "must be a whole number, not the text `2`"),
        (json!({ "type": "integer" }), json!(2.5), "must be a whole number, not `2.5`"),
        (json!({ "type": "number" }), json!(true), "must be a number, not `true`"),
        (json!({ "type": "boolean" }), json!("yes"), "must be `true` or `false`, not `yes`"),
        (json!({ "type": ["string", "null"] }), json!(5), "must be text or null, not `5`"),
        (json!({ "type": "array" }), json!({}), "must be a list, not a map"),
        (json!({ "type": "object" }), json!([1]), "must be a map, not a list"),
        (json!({ "type": "string" }), json!(null), "must be text, not `null`"),
        (json!({ "type": "integer" }), json!(""), "must be a whole number, not empty text"),
        (
            json!({ "enum": ["ACTIVE", "INACTIVE"] }),
            json!("Active"),
            "must be one of `ACTIVE`, `INACTIVE`, not `Active`",
        ),
        (json!({ "enum": [true] }), json!(false), "must be `true`, not `false`"),
        (json!({ "const": "a" }), json!("b"), "must be `a`, not `b`"),
        (json!({ "minimum": 1 }), json!(0), "must be at least 1, not `0`"),
        (json!({ "maximum": 5 }), json!(6), "must be at most 5, not `6`"),
        (json!({ "exclusiveMinimum": 0 }), json!(0), "must be more than 0, not `0`"),
        (json!({ "exclusiveMaximum": 9 }), json!(9), "must be less than 9, not `9`"),
        (json!({ "multipleOf": 5 }), json!(7), "must be a multiple of 5, not `7`"),
        (json!({ "minLength": 1 }), json!(""), "must not be empty"),
        (json!({ "minLength": 3 }), json!("ab"), "must have at least 3 characters, not 2"),
        (json!({ "maxLength": 2 }), json!("äöü"), "must have at most 2 characters, not 3"),
        (json!({ "minItems": 1 }), json!([]), "must not be empty"),
        (json!({ "maxItems": 1 }), json!([1, 2]), "must have at most 1 item, not 2"),
        (json!({ "uniqueItems": true }), json!([1, 1]), "must not hold an item twice"),
        (json!({ "pattern": "^A" }), json!("b"), "must match `^A`, as `b` does not"),
        (json!({ "format": "date-time" }), json!("now"), "must be a time as in RFC 3339, not `now`"),
        (json!({ "format": "uuid" }), json!("x"), "must be a UUID, not `x`"),
        (json!({ "format": "email" }), json!("x"), "must be an e-mail address, not `x`"),
        (json!({ "maxProperties": 1 }), json!({ "a": 1, "b": 1 }), "must have at most 1 field, not 2"),
        (json!({ "contains": { "const": 1 } }), json!([2]), "has no item of the form that is needed"),
        (json!({ "not": { "const": 1 } }), json!(1), "must not be `1`"),
        (json!(false), json!(1), "must not be there"),
        (json!({ "anyOf": [{ "type": "string" }, { "type": "array" }] }), json!(5), "must be text or a list, not `5`"),
        (
            json!({ "oneOf": [{ "minimum": 1 }, { "maximum": 9 }] }),
            json!(5),
            "has several of the forms of which only one is allowed",
        ),
        (json!({ "oneOf": [{ "minimum": 9 }, { "maximum": 1 }] }), json!(5), "has none of the forms that are allowed"),
        (
            json!({ "anyOf": [{ "type": "null" }, { "type": "integer", "minimum": 1 }] }),
            json!(0),
            "must be at least 1, not `0`",
        ),
    ] {
        assert_eq!(said(&rule, &value), expected, "{rule}");
    }
}

#[test]
fn a_sentence_names_the_place() {
    let seats = json!({ "type": "array", "items": { "properties": { "a.b": { "type": "integer" } } } });
    let misfit = of_x(&seats).misfit(&json!({ "x": [{ "a.b": 1 }, { "a.b": "two" }] })).expect("it does not fit");
    assert_eq!(misfit.to_string(), r"the payload's `x.1.a\.b` must be a whole number, not `two`");
    let whole = schema(json!({ "type": "object" })).misfit(&json!([])).expect("it does not fit");
    assert_eq!(whole.to_string(), "the payload must be a map, not a list");
    assert_eq!(whole.said_of("the example"), "the example must be a map, not a list");
}

#[test]
fn what_is_missing_is_named_and_told_apart() {
    let of = |schema: Value, instance: Value| {
        let misfit = Schema::compile(schema).unwrap().misfit(&instance).expect("it does not fit");
        assert!(misfit.is_missing, "{misfit}");
        misfit.to_string()
    };
    let items = json!({ "properties": { "keys": { "items": { "required": ["key"] } } } });
    assert_eq!(of(items, json!({ "keys": [{}] })), "the payload's `keys.0.key` is required and has no value");
    assert_eq!(of(json!({ "minProperties": 1 }), json!({})), "the payload must not be empty");
    let either = json!({ "oneOf": [{ "required": ["keys"] }, { "required": ["all"] }] });
    assert_eq!(of(either, json!({})), "the payload needs one of `keys`, `all`");
    let same = json!({ "anyOf": [{ "required": ["a"] }, { "required": ["a"] }] });
    assert_eq!(of(same, json!({})), "the payload's `a` is required and has no value");
}

#[test]
fn a_field_that_is_not_taken_is_named() {
    let closed = schema(json!({ "properties": { "a": {} }, "additionalProperties": false }));
    let misfit = closed.misfit(&json!({ "a": 1, "b": 2 })).expect("it does not fit");
    assert_eq!(misfit.to_string(), "the payload's `b` is not a field that is taken");
}

#[test]
fn a_branch_that_is_meant_is_told_of() {
    let ways = schema(json!({ "oneOf": [
        { "properties": { "kind": { "const": "seat" }, "size": { "minimum": 2 }, "count": { "minimum": 1 } }, "required": ["kind"] },
        { "properties": { "kind": { "const": "site" } }, "required": ["kind", "site"] },
    ] }));
    let said = |instance: Value| ways.misfit(&instance).expect("it does not fit").to_string();
    assert_eq!(said(json!({ "kind": "seat", "count": 0 })), "the payload's `count` must be at least 1, not `0`");
    let two = said(json!({ "kind": "seat", "count": 0, "size": 1 }));
    assert_eq!(two, "the payload's `count` must be at least 1, not `0`");
    assert_eq!(said(json!({ "kind": "site" })), "the payload's `site` is required and has no value");
    assert_eq!(said(json!({ "kind": "other" })), "the payload has none of the forms that are allowed");
}

#[test]
fn the_first_misfit_is_the_first_in_the_instance_and_what_is_missing_comes_last() {
    let schema = schema(json!({
        "required": ["z", "c"],
        "properties": { "a": { "type": "integer" }, "b": { "type": "integer" }, "c": { "type": "integer" } },
    }));
    let paths = |instance: Value| {
        let found = schema.misfits(&instance, &Unsaid::default());
        found.into_iter().map(|(_, misfit)| misfit.path).collect::<Vec<_>>()
    };
    assert_eq!(paths(json!({ "b": "x", "a": "y" })), ["b", "a", "z", "c"].map(str::to_owned));
    assert_eq!(paths(json!({ "c": "x", "a": 1, "b": "y", "z": 1 })), ["c", "b"].map(str::to_owned));
}

#[test]
fn a_long_value_is_told_by_its_length() {
    assert_eq!(
        said(&json!({ "type": "integer" }), &json!("x".repeat(201))),
        "must be a whole number, not a text of 201 characters"
    );
}

#[test]
fn around_open_places_only_what_is_wrong_in_any_case_is_told() {
    let schema = schema(json!({
        "type": "object",
        "required": ["name", "seats"],
        "minProperties": 4,
        "additionalProperties": false,
        "properties": {
            "name": { "type": "string" },
            "seats": { "type": "array", "minItems": 3, "items": { "type": "object", "required": ["key"] } },
            "kind": { "enum": ["a", "b"] },
        },
        "if": { "properties": { "name": { "const": "x" } } },
        "then": { "properties": { "kind": { "const": "a" } } },
    }));
    let open = vec![BodyPath::default().field("name"), BodyPath::default().field("seats").item(0).field("seat")];
    let unsaid = Unsaid { open, ..Unsaid::default() };
    let instance = json!({ "name": null, "seats": [{ "seat": null }], "kind": "c", "no": 1 });
    let found: Vec<String> = schema.misfits(&instance, &unsaid).iter().map(|(_, misfit)| misfit.to_string()).collect();
    assert_eq!(
        found,
        [
            "the payload's `no` is not a field that is taken",
            "the payload's `seats.0.key` is required and has no value",
            "the payload's `kind` must be one of `a`, `b`, not `c`",
        ]
    );
}

#[test]
fn that_one_of_several_fields_is_missing_is_told_beside_open_places() {
    for keyword in ["anyOf", "oneOf"] {
        let one_of = json!([{ "required": ["from"] }, { "required": ["until"] }]);
        let schema = Schema::compile(json!({ "required": ["name"], (keyword): one_of })).unwrap();
        let misfits = schema.misfits(&json!({ "name": null }), &open("name"));
        let told: Vec<_> = misfits.iter().map(|(_, misfit)| (misfit.to_string(), misfit.is_missing)).collect();
        assert_eq!(told, [("the payload needs one of `from`, `until`".to_owned(), true)]);
        assert_eq!(schema.misfits(&json!({ "name": null, "until": null }), &open("until")), []);
        let by_value = json!([{ "properties": { "name": { "const": 1 } } }, { "required": ["until"] }]);
        let schema = Schema::compile(json!({ (keyword): by_value })).unwrap();
        assert_eq!(schema.misfits(&json!({ "name": null }), &open("name")), []);
    }
}

#[test]
fn what_follows_from_an_open_place_is_not_known() {
    let schema = schema(json!({
        "if": { "properties": { "name": { "const": null } } },
        "then": { "properties": { "kind": { "const": "a" } } },
    }));
    let instance = json!({ "name": null, "kind": "b" });
    assert_eq!(schema.misfits(&instance, &Unsaid::default()).len(), 1);
    assert_eq!(schema.misfits(&instance, &open("name")), []);
}

#[test]
fn what_follows_through_a_reference_from_an_open_place_is_not_known() {
    let schema = schema(json!({
        "$defs": { "a": { "properties": { "kind": { "const": "a" } } } },
        "if": { "properties": { "name": { "const": null } } },
        "then": { "$ref": "#/$defs/a" },
    }));
    let instance = json!({ "name": null, "kind": "b" });
    assert_eq!(schema.misfits(&instance, &Unsaid::default()).len(), 1);
    assert_eq!(schema.misfits(&instance, &open("name")), []);
}

#[test]
fn fields_named_like_a_keyword_are_fields() {
    for name in ["then", "else", "dependentSchemas", "properties"] {
        let schema = schema(json!({
            "properties": { (name): { "properties": { "seats": { "type": "integer" } } }, "name": {} },
        }));
        let misfits = schema.misfits(&json!({ (name): { "seats": "x" }, "name": null }), &open("name"));
        assert_eq!(misfits.len(), 1, "{name}");
    }
}

#[test]
fn of_a_secret_only_what_it_should_be_is_told() {
    let secret = Unsaid { secret: vec![BodyPath::default().field("x")], ..Unsaid::default() };
    let told = |rule: Value, value: Value| {
        let found = of_x(&rule).misfits(&json!({ "x": value }), &secret);
        let [(place, misfit)] = found.as_slice() else { panic!("{found:?}") };
        assert_eq!(*place, BodyPath::default().field("x"), "{misfit}");
        misfit.to_string()
    };
    for (rule, value, expected) in [
        (json!({ "type": "integer" }), json!("12.5"), "must be a whole number, not `***`"),
        (json!({ "maximum": 10 }), json!(1000.0), "must be at most 10, not `***`"),
        (json!({ "maxLength": 1 }), json!("secret"), "must have at most 1 character"),
        (json!({ "minItems": 3 }), json!([1]), "must have at least 3 items"),
        (json!({ "pattern": "^a" }), json!("secret"), "must match `^a`, as `***` does not"),
        (json!({ "not": { "const": 1 } }), json!(1), "must not be `***`"),
        (
            json!({ "anyOf": [{ "type": "null" }, { "type": "integer" }] }),
            json!("s"),
            "must be a whole number or null, not `***`",
        ),
        (
            json!({ "properties": { "a": {} }, "additionalProperties": false }),
            json!({ "secret": 1 }),
            "has a field that is not taken",
        ),
        (
            json!({ "propertyNames": { "maxLength": 3 } }),
            json!({ "secret": 1 }),
            "has a field whose name must have at most 3 characters",
        ),
        (json!({ "required": ["key"] }), json!({ "secret": 1 }), "lacks the field `key`, which is required"),
        (json!({ "items": { "type": "integer" } }), json!(["secret"]), "must be a whole number, not `***`"),
    ] {
        assert_eq!(told(rule, value), format!("the payload's `x` {expected}"));
    }
}

/// That nothing is known of a field.
fn open(name: &str) -> Unsaid {
    Unsaid { open: vec![BodyPath::default().field(name)], ..Unsaid::default() }
}

#[test]
fn what_is_no_schema_is_refused_with_the_reason() {
    let of = |value: Value| Schema::compile(value).expect_err("it is no schema");
    assert_eq!(of(json!("x")), "the schema must be `true` or `false` or a map, not `x`");
    assert_eq!(
        of(json!({ "properties": { "x": { "minLength": -1 } } })),
        "the schema's `properties.x.minLength` must be at least 0, not `-1`"
    );
    assert_eq!(of(json!({ "$ref": "#/$defs/no" })), "the schema refers to `#/$defs/no`, which is not in it");
    let outside = of(json!({ "properties": { "x": { "$ref": "https://example.test/x.json" } } }));
    assert_eq!(
        outside,
        "the schema refers to `https://example.test/x.json`, which is outside of it, and nothing is fetched"
    );
    let file = of(json!({ "$ref": "file:///etc/hostname" }));
    assert_eq!(file, "the schema refers to `file:///etc/hostname`, which is outside of it, and nothing is fetched");
    assert!(
        of(json!({ "properties": { "x": { "pattern": "(" } } })).starts_with("the schema's `properties.x.pattern` ")
    );
}

#[test]
fn schemas_are_equal_by_their_values() {
    let one = schema(json!({ "type": "object" }));
    assert_eq!(one, one.clone());
    assert_eq!(one, schema(json!({ "type": "object" })));
    assert_ne!(one, schema(json!({ "type": "array" })));
    assert_eq!(serde_json::to_value(&one).unwrap(), json!({ "type": "object" }));
    assert_eq!(format!("{one:?}"), r#"Schema(Object {"type": String("object")})"#);
}

#[test]
fn a_place_is_found_through_maps_lists_references_and_combinations() {
    let schema = schema(json!({
        "$defs": { "node": { "properties": { "size": { "type": "integer" }, "below": { "$ref": "#/$defs/node" } } } },
        "properties": {
            "tree": { "$ref": "#/$defs/node" },
            "pair": { "prefixItems": [{ "type": "boolean" }], "items": { "type": "string" } },
            "extra": { "additionalProperties": { "type": "number" } },
            "some": { "anyOf": [{ "type": "string" }, { "type": "integer" }, {}] },
            "word": { "enum": ["a", null] },
            "free": {},
        },
        "allOf": [{ "properties": { "some": { "type": ["integer", "null"] } } }],
        "oneOf": [{ "properties": { "amount": { "type": "number" } } }, { "properties": { "amount": { "type": "null" } } }],
        "if": { "required": ["x"] },
        "then": { "properties": { "late": { "type": "boolean" } } },
    }));
    let root = schema.root();
    let below =
        |depth: usize| (0..depth).fold(root.field("tree"), |place, _| place.field("below")).field("size").kinds();
    assert_eq!((below(0), below(9)), (Kinds::INTEGER, Kinds::INTEGER));
    assert_eq!(root.field("pair").item(0).kinds(), Kinds::BOOLEAN);
    assert_eq!(root.field("pair").item(1).kinds(), Kinds::TEXT);
    assert_eq!(root.field("extra").field("any").kinds(), Kinds::NUMBER);
    assert_eq!(root.field("some").kinds(), Kinds::INTEGER);
    assert!(root.field("word").kinds().has(Kinds::NULL) && root.field("word").kinds().has(Kinds::TEXT));
    assert!(!root.field("word").kinds().has(Kinds::INTEGER));
    assert!(root.field("amount").kinds().has(Kinds::NUMBER) && root.field("amount").kinds().has(Kinds::NULL));
    assert_eq!(root.field("late").kinds(), Kinds::BOOLEAN);
    for unknown in ["free", "nothing"] {
        assert_eq!(root.field(unknown).kinds(), Kinds::ANY);
    }
}

#[test]
fn references_that_go_round_end() {
    let schema = schema(json!({ "$ref": "#/$defs/a", "$defs": {
        "a": { "allOf": [{ "$ref": "#/$defs/b" }], "required": ["x"] },
        "b": { "anyOf": [{ "$ref": "#/$defs/a" }], "properties": { "x": { "$ref": "#" } } },
    } }));
    assert_eq!(schema.root().required(), ["x"]);
    assert_eq!(schema.root().fields(), ["x"]);
    assert_eq!(schema.root().field("x").field("x").required(), ["x"]);
}

#[test]
fn a_field_that_the_schema_does_not_tell_of_is_known_from_one_it_leaves_room_for() {
    let tells = |rules: Value| schema(rules).root().tells_of("other");
    assert!(!tells(json!({ "properties": { "a": {} } })));
    assert!(!tells(json!({ "properties": { "a": {} }, "additionalProperties": false })));
    assert!(tells(json!({ "properties": { "a": {} }, "additionalProperties": true })));
    assert!(tells(json!({ "properties": { "a": {} }, "patternProperties": { "^o": {} } })));
    assert!(tells(json!({ "oneOf": [{ "properties": { "other": {} } }, { "properties": { "a": {} } }] })));
    assert!(tells(json!({ "type": "object" })));
    let forbids = |rules: Value| schema(rules).root().forbids("other");
    assert!(forbids(json!({ "properties": { "a": {} }, "additionalProperties": false })));
    assert!(forbids(json!({ "additionalProperties": false })));
    assert!(!forbids(json!({ "properties": { "other": {} }, "additionalProperties": false })));
    assert!(!forbids(json!({ "properties": { "a": {} } })));
    assert!(!forbids(json!({ "anyOf": [{ "additionalProperties": false }, {}] })));
}
