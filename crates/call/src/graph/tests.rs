use proptest::prelude::*;
use serde_json::{Value, json};

use super::*;

fn opened(body: &str) -> String {
    String::from_utf8(readable(&Bytes::copy_from_slice(body.as_bytes())).to_vec()).unwrap()
}

fn reference(name: &str, value: &Value) -> Value {
    json!({
        "__objType": "KeyValue",
        "key": { "__objType": "String", "value": name },
        "value": { "__objType": "UUID", "value": value },
    })
}

fn relation(multiplicity: &str, kind: &str, objects: &[Value]) -> Value {
    json!({
        "rel_Relation": { "__objType": "ObjectRelation", "multiplicity": multiplicity, "relatedObjectType": format!("com.example.{kind}") },
        "rel_RelatedObjectList": { "__objType": "RelatedObjectList", "rel_RelatedObjects": objects },
    })
}

#[test]
fn references_and_relations_become_fields_in_their_place() {
    let license = json!([{
        "__objType": "License",
        "id": "l1",
        "referenceFields": { "__objType": "HashMap", "Entries": [reference("ref_Entitlement_id", &json!("e1"))] },
        "rel_Relations": [
            relation("MANY_TO_ONE", "LicensedItem", &[json!({ "id": "i1" })]),
            relation("MANY_TO_ONE", "LicenseModel", &[]),
            relation("ONE_TO_MANY", "Assignment", &[json!({
                "id": "a1",
                "rel_Relations": [relation("MANY_TO_MANY", "ProfileGroup", &[])],
            })]),
        ],
        "seatCount": 2,
    }]);
    let expected = r#"[{"__objType":"License","id":"l1","ref_Entitlement_id":"e1","LicensedItem":{"id":"i1"},"LicenseModel":null,"Assignment":[{"id":"a1","ProfileGroup":[]}],"seatCount":2}]"#;
    assert_eq!(opened(&license.to_string()), expected);
}

#[test]
fn the_page_on_catalogs_shows_the_form() {
    let mut blocks = seatflow_catalog::FORM.split("```json\n").skip(1).map(|from| from.split("```").next().unwrap());
    let [sent, read] = [blocks.next().unwrap(), blocks.next().unwrap()];
    let json = |text: &str| serde_json::from_str::<Value>(text).unwrap();
    assert_eq!(json(&opened(sent)), json(read));
    assert_eq!(blocks.next(), None);
}

#[test]
fn a_relation_without_a_related_type_is_named_after_its_own() {
    let body = r#"{"rel_Relations":[{"rel_Relation":{"relationType":"com.example.graph.Implies"},"rel_RelatedObjectList":{"rel_RelatedObjects":[{"id":1}]}}]}"#;
    assert_eq!(opened(body), r#"{"Implies":[{"id":1}]}"#);
}

#[test]
fn numbers_and_texts_stay_as_they_were_sent() {
    let body = r#"{"a":1.50,"b":1e999,"c":123456789012345678901234567890,"d":-0,"e":"\u00e4\"","referenceFields":{"Entries":[{"key":"k","value":{"value":2.0}}]}}"#;
    let expected = r#"{"a":1.50,"b":1e999,"c":123456789012345678901234567890,"d":-0,"e":"\u00e4\"","k":2.0}"#;
    assert_eq!(opened(body), expected);
}

#[test]
fn a_name_that_the_object_has_already_is_not_overwritten() {
    let body = json!({
        "rel_Relations": [
            relation("MANY_TO_ONE", "Profile", &[json!({ "id": "related" })]),
            relation("ONE_TO_MANY", "Profile", &[json!({ "id": "another" })]),
        ],
        "Profile": "own",
    });
    let expected =
        r#"{"Profile_related":{"id":"related"},"Profile_related_related":[{"id":"another"}],"Profile":"own"}"#;
    assert_eq!(opened(&body.to_string()), expected);
}

#[test]
fn two_where_one_can_be_are_both_kept() {
    let body = json!({ "rel_Relations": [relation("ONE_TO_ONE", "Person", &[json!(1), json!(2)])] });
    assert_eq!(opened(&body.to_string()), r#"{"Person":[1,2]}"#);
}

#[test]
fn what_has_another_form_stays_as_it_is() {
    let known = relation("MANY_TO_ONE", "Profile", &[]);
    let mut other = known.clone();
    other["rel_Relation"]["direction"] = json!("IN");
    let body = json!({ "rel_Relations": [known, other], "id": 1 });
    assert_eq!(opened(&body.to_string()), json!({ "Profile": null, "rel_Relations": [other], "id": 1 }).to_string());
    for same in [
        r#"{"referenceFields":null,"rel_Relations":null}"#,
        r#"{"referenceFields":{"Entries":[]}, "rel_Relations":[]}"#,
        r#"{"referenceFields":{"Entries":[{"key":"a","value":1},{"key":2,"value":1}]}}"#,
        r#"{"referenceFields":{"Entries":[{"key":"a","value":1,"since":"x"}]}}"#,
        r#"{"rel_Relations":[{"rel_Relation":{"relatedObjectType":""}}]}"#,
        r#"{"rel_Relations":[7,"x",{"rel_Relation":{"relatedObjectType":"A"},"rel_RelatedObjectList":{"rel_RelatedObjects":7}}]}"#,
    ] {
        assert_eq!(opened(same), same);
    }
}

#[test]
fn what_is_no_json_is_too_deep_or_repeats_a_key_is_the_same_to_the_byte() {
    let reference = r#""referenceFields":{"Entries":[{"key":"k","value":1}]}"#;
    let deep = |depth: usize| format!("{}{{{reference}}}{}", "[".repeat(depth), "]".repeat(depth));
    assert_eq!(opened(&deep(124)), format!("{}{{\"k\":1}}{}", "[".repeat(124), "]".repeat(124)));
    for same in [
        deep(125),
        deep(100_000),
        format!("{{{reference},"),
        format!("{{{reference},\"x\":tru}}"),
        format!("{{{reference},{reference}}}"),
        format!("{{{reference},\"x\":1,\"\\u0078\":2}}"),
        r#"{"referenceFields":{"Entries":[{"key":"k","value":{"value":1,"value":2}}]}}"#.to_owned(),
        String::new(),
        "\u{feff}".to_owned(),
    ] {
        assert_eq!(opened(&same), same);
    }
    let not_text = Bytes::from_static(b"{\"a\":\"\xff\"}");
    assert_eq!(readable(&not_text), not_text);
}

/// Any JSON.
fn anything() -> impl Strategy<Value = Value> {
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::from),
        any::<i64>().prop_map(Value::from),
        any::<f64>().prop_map(|number| json!(number)),
        ".{0,6}".prop_map(Value::from),
    ];
    leaf.prop_recursive(5, 48, 5, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..5).prop_map(Value::from),
            prop::collection::btree_map("[a-z\\\\\"{},]{0,4}", inner, 0..5)
                .prop_map(|fields| Value::Object(fields.into_iter().collect())),
        ]
    })
}

/// An object with relations: as a graph server writes it, and as it is to be read.
fn related() -> impl Strategy<Value = (Value, Value)> {
    let plain = (any::<u32>(), prop::option::of("[a-z]{0,5}"));
    let plain = plain.prop_map(|(id, name)| {
        let object = json!({ "__objType": "Thing", "id": id, "name": name });
        (object.clone(), object)
    });
    plain.prop_recursive(4, 32, 3, |inner| {
        let list = prop::collection::vec(inner.clone(), 0..3);
        (any::<u32>(), "ref_[a-z]{1,3}", prop::option::of(inner), list).prop_map(|(id, name, one, many)| {
            let (one_sent, one_read) = one.unzip();
            let (many_sent, many_read): (Vec<_>, Vec<_>) = many.into_iter().unzip();
            let one_sent: Vec<_> = one_sent.into_iter().collect();
            let sent = json!({
                "id": id,
                "referenceFields": { "__objType": "HashMap", "Entries": [reference(&name, &json!(id))] },
                "rel_Relations": [
                    relation("MANY_TO_ONE", "One", &one_sent),
                    relation("ONE_TO_MANY", "Many", &many_sent),
                ],
            });
            (sent, json!({ "id": id, name: id, "One": one_read, "Many": many_read }))
        })
    })
}

proptest! {
    #[test]
    fn what_has_no_references_and_relations_is_the_same_to_the_byte(value in anything()) {
        for body in [value.to_string(), serde_json::to_string_pretty(&value).unwrap()] {
            prop_assert_eq!(opened(&body), body);
        }
    }

    #[test]
    fn whatever_is_related_is_read_in_the_same_order((sent, read) in related()) {
        let is_plain = sent.get("rel_Relations").is_none();
        let body = serde_json::to_string_pretty(&sent).unwrap();
        prop_assert_eq!(opened(&body), if is_plain { body } else { read.to_string() });
    }

    #[test]
    fn beside_a_relation_everything_else_stays(value in anything()) {
        let sent = json!({ "other": value, "rel_Relations": [relation("MANY_TO_ONE", "One", &[json!(1)])] });
        prop_assert_eq!(opened(&sent.to_string()), json!({ "other": value, "One": 1 }).to_string());
    }
}
