//! Payloads from record batches.

use std::sync::Arc;

use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use proptest::prelude::*;
use seatflow_catalog::{BodyForm, Schema};
use seatflow_spec::{Reading, Source, Tree, Values};
use serde_json::{Value, json};

use super::*;

fn written(yaml: &str, values: &Values) -> Written {
    let tree = Tree::parse(&Source::new("payload.yaml", yaml)).unwrap();
    let mut reading = Reading::new(values);
    let written = reading.read(&tree);
    assert!(reading.problems().is_empty(), "{}", reading.problems());
    written.unwrap()
}

fn body(schema: Value) -> Body {
    Body { form: BodyForm::Json, fixed: Vec::new(), schema: Some(Schema::compile(schema).unwrap()), example: None }
}

fn anything() -> Body {
    body(json!(true))
}

fn texts(values: &[Option<&str>]) -> ArrayRef {
    Arc::new(StringArray::from(values.to_vec()))
}

fn batch(columns: &[(&str, ArrayRef)]) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.iter().map(|(name, array)| (*name, Arc::clone(array), true)))
        .unwrap()
}

/// A batch of texts; `~` is null.
fn records(names: &str, rows: &[&str]) -> RecordBatch {
    let rows: Vec<Vec<&str>> = rows.iter().map(|row| row.split_whitespace().collect()).collect();
    let column = |place: usize| {
        let values: Vec<_> = rows.iter().map(|row| Some(row[place]).filter(|value| *value != "~")).collect();
        texts(&values)
    };
    let names = names.split_whitespace().enumerate();
    let columns: Vec<_> = names.map(|(place, name)| (name, column(place))).collect();
    batch(&columns)
}

/// What all records of a batch make together, as one group or as the only one.
fn built(yaml: &str, body: &Body, group_by: &[&str], batch: &RecordBatch) -> Result<Value, String> {
    let group_by: Vec<String> = group_by.iter().map(|&name| name.to_owned()).collect();
    let payload = Payload::bind(&written(yaml, &Values::default()), body, &group_by);
    let columns = payload.columns(batch).unwrap();
    let Form::Tree(typed) = &payload.form else { panic!("it is a column") };
    build::payload(typed, &columns, 0..batch.num_rows(), &|_| {}).map_err(|refusal| {
        assert_eq!(refusal.kind, RefusalKind::BadParameter);
        refusal.message
    })
}

/// The same without a group, from one record of texts.
fn of_record(yaml: &str, body: &Body, names: &str, row: &str) -> Result<Value, String> {
    built(yaml, body, &[], &records(names, &[row]))
}

#[test]
fn a_leaf_takes_the_type_of_its_place() {
    let body = body(json!({ "properties": {
        "seats": { "type": "integer" },
        "share": { "type": ["number", "null"] },
        "active": { "type": "boolean" },
        "id": { "type": "string" },
        "tags": { "type": "array", "items": { "type": "integer" } },
        "host": { "properties": { "port": { "type": "integer" } } },
    } }));
    let yaml = "{ seats: { field: a }, share: { field: b }, active: { field: c }, id: { field: d }, \
                tags: [{ field: a }, { field: a }], host: { port: { field: a } }, other: { field: a } }";
    assert_eq!(
        of_record(yaml, &body, "a b c d", "5 0.5 true 00123"),
        Ok(json!({
            "seats": 5, "share": 0.5, "active": true, "id": "00123", "tags": [5, 5], "host": { "port": 5 }, "other": "5",
        }))
    );
}

#[test]
fn without_a_schema_a_leaf_takes_the_type_of_its_column() {
    let batch = batch(&[
        ("i", Arc::new(Int64Array::from(vec![5]))),
        ("f", Arc::new(Float64Array::from(vec![2.0]))),
        ("b", Arc::new(BooleanArray::from(vec![true]))),
        ("t", texts(&[Some("5")])),
    ]);
    let yaml = "[{ field: i }, { field: f }, { field: b }, { field: t }]";
    let unknown = Body { form: BodyForm::Json, fixed: Vec::new(), schema: None, example: None };
    assert_eq!(built(yaml, &unknown, &[], &batch), Ok(json!([5, 2, true, "5"])));
}

#[test]
fn what_does_not_convert_is_named_by_path_column_and_value() {
    let body = body(json!({ "properties": {
        "licenses": { "items": { "properties": { "quantity": { "type": "integer" } } } },
    } }));
    let yaml = "licenses: [{ quantity: 1 }, { quantity: { field: seats } }]";
    assert_eq!(
        of_record(yaml, &body, "seats", "two").unwrap_err(),
        "the payload's `licenses.1.quantity` must be a whole number, not `two` (column `seats`)"
    );
}

#[test]
fn nulls_are_left_out_and_so_is_what_has_nothing_else() {
    let yaml = "{ a: { field: a }, b: { kind: FIXED, id: { field: b } }, c: [{ field: b }, { field: a }], \
                d: [[{ field: b }]], e: {}, f: [], g: ~, h: [1, { field: b }] }";
    let expected = json!({ "a": "x", "c": ["x"], "e": {}, "f": [], "g": null });
    assert_eq!(of_record(yaml, &anything(), "a b", "x ~"), Ok(expected));
    let all = json!({
        "a": "x", "b": { "kind": "FIXED", "id": "y" }, "c": ["y", "x"], "d": [["y"]], "e": {}, "f": [], "g": null,
        "h": [1, "y"],
    });
    assert_eq!(of_record(yaml, &anything(), "a b", "x y"), Ok(all));
}

#[test]
fn the_whole_is_never_left_out() {
    let yaml = "{ kind: FIXED, note: { field: a } }";
    assert_eq!(of_record(yaml, &anything(), "a", "~"), Ok(json!({ "kind": "FIXED" })));
    assert_eq!(of_record("{ note: { field: a } }", &anything(), "a", "~"), Ok(json!({})));
}

#[test]
fn empty_text_is_sent_and_a_column_that_is_not_there_is_null() {
    let batch = batch(&[("a", texts(&[Some("")]))]);
    assert_eq!(built("{ a: { field: a }, b: { field: b } }", &anything(), &[], &batch), Ok(json!({ "a": "" })));
}

#[test]
fn keys_keep_their_order() {
    let made = of_record("{ z: { field: a }, a: 1, m: { field: a } }", &anything(), "a", "x").unwrap();
    assert_eq!(made.to_string(), r#"{"z":"x","a":1,"m":"x"}"#);
}

#[test]
fn literals_keep_their_type_unless_text_must_be_there() {
    let body = body(json!({ "properties": { "t": { "type": "string" }, "i": { "type": "integer" } } }));
    let made = |yaml: &str| built(yaml, &body, &[], &records("x", &["1"])).unwrap();
    assert_eq!(made("{ t: 5, i: 5 }"), json!({ "t": "5", "i": 5 }));
    assert_eq!(made("{ t: 1.50, i: \"5\" }"), json!({ "t": "1.50", "i": "5" }));
    assert_eq!(made("{ t: 00123, i: 00123 }"), json!({ "t": "00123", "i": "00123" }));
    assert_eq!(made("{ t: true, u: true, v: 1.5, w: ~ }"), json!({ "t": "true", "u": true, "v": 1.5, "w": null }));
}

#[test]
fn what_a_reference_gives_takes_the_type_of_its_place_and_is_a_secret() {
    let body = body(json!({ "properties": { "i": { "type": "integer" }, "n": { "type": "integer" } } }));
    let mut values = Values::default();
    values.set_variable("SEATS", "7");
    values.set_variable("TOKEN", "hunter2");
    let yaml = "{ i: \"${env:SEATS}\", n: \"${env:TOKEN}\", t: \"a-${env:TOKEN}\", p: plain }";
    let payload = Payload::bind(&written(yaml, &values), &body, &[]);
    let secrets: Vec<&str> = payload.secrets().map(secrecy::ExposeSecret::expose_secret).collect();
    assert_eq!(secrets, ["7", "7", "hunter2", "hunter2", "hunter2", "a-hunter2"]);
    let columns = payload.columns(&records("x", &["1"])).unwrap();
    let made = payload.build(&columns, 0..1, &|_| {}).unwrap();
    let expected = json!({ "i": 7, "n": "hunter2", "t": "a-hunter2", "p": "plain" });
    assert_eq!(made, seatflow_call::Payload::new(expected));
}

#[test]
fn a_secret_that_is_sent_in_another_spelling_is_one_in_both() {
    let mut values = Values::default();
    values.set_variable("SEATS", "1e3");
    let body = body(json!({ "properties": { "seats": { "type": "number" } } }));
    let payload = Payload::bind(&written("{ seats: \"${env:SEATS}\" }", &values), &body, &[]);
    let secrets: Vec<&str> = payload.secrets().map(secrecy::ExposeSecret::expose_secret).collect();
    assert_eq!(secrets, ["1e3", "1e3", "1000.0"]);
}

#[test]
fn only_a_map_whose_one_key_is_field_with_a_text_is_a_column() {
    let yaml = "{ a: { field: x }, b: { field: x, other: 1 }, c: { field: { field: x } }, d: { field: 5 } }";
    let made = of_record(yaml, &anything(), "x", "1").unwrap();
    assert_eq!(
        made,
        json!({ "a": "1", "b": { "field": "x", "other": 1 }, "c": { "field": "1" }, "d": { "field": 5 } })
    );
}

#[test]
fn the_records_of_a_group_are_the_items_of_a_list() {
    let yaml = "{ host: { field: host }, licenses: [{ key: { field: key }, seats: { field: seats } }] }";
    let batch = records("host key seats", &["h A 1", "h B 2", "h A 1", "h ~ ~"]);
    assert_eq!(
        built(yaml, &anything(), &["host"], &batch),
        Ok(json!({ "host": "h", "licenses": [
            { "key": "A", "seats": "1" }, { "key": "B", "seats": "2" }, { "key": "A", "seats": "1" },
        ] }))
    );
}

#[test]
fn items_that_every_record_shares_are_made_once() {
    let yaml = "{ keys: [FIXED, { field: host }, { field: key }, { by: { field: host } }] }";
    let batch = records("host key", &["h A", "h B"]);
    assert_eq!(
        built(yaml, &anything(), &["host"], &batch),
        Ok(json!({ "keys": ["FIXED", "h", "A", "B", { "by": "h" }] }))
    );
}

#[test]
fn an_item_with_a_list_in_it_is_made_once_for_each_set_of_its_own_values() {
    let yaml = "devices: [{ name: { field: device }, at: { site: { field: site } }, keys: [{ field: key }] }]";
    let batch = records("account device site key", &["a D1 S 1", "a D2 S 2", "a D1 S 3", "a D1 T 4", "a D2 S 5"]);
    assert_eq!(
        built(yaml, &anything(), &["account"], &batch),
        Ok(json!({ "devices": [
            { "name": "D1", "at": { "site": "S" }, "keys": ["1", "3"] },
            { "name": "D2", "at": { "site": "S" }, "keys": ["2", "5"] },
            { "name": "D1", "at": { "site": "T" }, "keys": ["4"] },
        ] }))
    );
    let around = "devices: [{ kind: FIXED, keys: [{ field: key }] }]";
    assert_eq!(
        built(around, &anything(), &["account"], &batch),
        Ok(json!({ "devices": [{ "kind": "FIXED", "keys": ["1", "2", "3", "4", "5"] }] }))
    );
}

#[test]
fn records_of_a_group_agree_where_one_value_is_sent() {
    let yaml = "{ name: { field: name }, keys: [{ field: key }] }";
    let differing = built(yaml, &anything(), &["host"], &records("host name key", &["h a 1", "h b 2"]));
    assert_eq!(differing.unwrap_err(), "the records of one group differ in `name`: `a` and `b`");
    let null = built(yaml, &anything(), &["host"], &records("host name key", &["h a 1", "h ~ 2"]));
    assert_eq!(null.unwrap_err(), "the records of one group differ in `name`: `a` and null");
    let equal = built(yaml, &anything(), &["host"], &records("host name key", &["h a 1", "h a 2"]));
    assert_eq!(equal, Ok(json!({ "name": "a", "keys": ["1", "2"] })));
}

#[test]
fn a_misfit_in_a_repeated_item_is_named_by_the_place_it_would_have() {
    let body = body(json!({ "properties": { "seats": { "items": { "type": "integer" } } } }));
    let refused = built("seats: [{ field: seats }]", &body, &["host"], &records("host seats", &["h 1", "h ~", "h x"]));
    assert_eq!(refused.unwrap_err(), "the payload's `seats.1` must be a whole number, not `x` (column `seats`)");
}

/// What a column that holds the whole payload gives.
fn of_column(group_by: &[String], values: &[Option<&str>]) -> Result<seatflow_call::Payload, Refusal> {
    let payload = Payload::bind(&written("{ field: json }", &Values::default()), &anything(), group_by);
    let columns = payload.columns(&batch(&[("json", texts(values))])).unwrap();
    payload.build(&columns, 0..values.len(), &|_| {})
}

#[test]
fn a_column_of_json_is_sent_as_it_stands() {
    let text = r#" { "b": 1.0e0, "a": 12345678901234567890123 } "#;
    let expected =
        seatflow_call::Payload::verbatim(serde_json::from_str(text).unwrap(), Bytes::from_static(text.as_bytes()));
    assert_eq!(of_column(&[], &[Some(text)]), Ok(expected));
}

#[test]
fn a_column_without_sound_json_is_refused() {
    let refused = |values: &[Option<&str>]| {
        let Refusal { kind, message } = of_column(&["g".to_owned()], values).unwrap_err();
        (kind, message)
    };
    for empty in [None, Some(""), Some(" ")] {
        assert_eq!(refused(&[empty]), (RefusalKind::MissingParameter, "the column `json` holds no payload".to_owned()));
    }
    for (text, reason) in [("{", "broken JSON at"), (r#"{"a":1,"a":2}"#, "`a`"), (&"[".repeat(129), "deeper")] {
        let (kind, message) = refused(&[Some(text)]);
        assert_eq!(kind, RefusalKind::BadParameter);
        assert!(message.starts_with("the column `json` holds no payload that can be sent: "), "{message}");
        assert!(message.contains(reason), "{message}");
    }
    let (_, differing) = refused(&[Some("{}"), Some("[]")]);
    assert_eq!(differing, "the records of one group differ in `json`: `{}` and `[]`");
}

/// Rows of a number, a text and a flag, each of which may be null.
fn rows() -> impl Strategy<Value = Vec<(Option<i64>, Option<String>, Option<bool>)>> {
    let row = (prop::option::of(any::<i64>()), prop::option::of("[^\u{0}]{0,8}"), prop::option::of(any::<bool>()));
    prop::collection::vec(row, 1..20)
}

proptest! {
    /// Every value that is not null is in the list, in order and in its type, and nothing else is.
    #[test]
    fn the_leaves_are_the_columns(rows in rows()) {
        let numbers: ArrayRef = Arc::new(rows.iter().map(|row| row.0).collect::<Int64Array>());
        let words: ArrayRef = Arc::new(rows.iter().map(|row| row.1.clone()).collect::<StringArray>());
        let flags: ArrayRef = Arc::new(rows.iter().map(|row| row.2).collect::<BooleanArray>());
        let all = batch(&[("n", numbers), ("w", words), ("b", flags)]);
        let yaml = "{ rows: [{ n: { field: n }, w: { field: w }, b: { field: b } }], n: [{ field: n }] }";
        let made = built(yaml, &anything(), &["group"], &all).unwrap();
        let row = |(n, w, b): &(Option<i64>, Option<String>, Option<bool>)| {
            let fields = [("n", n.map(Value::from)), ("w", w.clone().map(Value::from)), ("b", b.map(Value::from))];
            let fields: serde_json::Map<_, _> =
                fields.into_iter().filter_map(|(name, value)| Some((name.to_owned(), value?))).collect();
            Some(Value::Object(fields)).filter(|row| row.as_object().is_some_and(|fields| !fields.is_empty()))
        };
        let expected: Vec<Value> = rows.iter().filter_map(row).collect();
        let numbers: Vec<Value> = rows.iter().filter_map(|row| row.0.map(Value::from)).collect();
        prop_assert_eq!(made.get("rows").cloned().unwrap_or(json!([])), json!(expected));
        prop_assert_eq!(made.get("n").cloned().unwrap_or(json!([])), json!(numbers));
    }
}
