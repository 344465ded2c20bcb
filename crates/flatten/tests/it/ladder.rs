//! Schemas that widen, and batches that follow.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{
    ArrayRef, BooleanArray, Date32Array, Float64Array, Int64Array, NullArray, RecordBatch, StringArray,
};
use arrow::datatypes::{DataType, Field, Schema, SchemaRef};
use seatflow_flatten::ladder::{Conflict, WIDE, cast, conform, mark, settle, unify, widen};
use seatflow_flatten::{Flattener, Options};

use crate::table::{conformed, document, lines};

fn field(data_type: &DataType) -> Field {
    Field::new("c", data_type.clone(), true)
}

fn wide() -> Field {
    field(&DataType::Int64).with_metadata(HashMap::from([(WIDE.to_owned(), "true".to_owned())]))
}

fn schema(fields: &[(&str, DataType)]) -> SchemaRef {
    Arc::new(Schema::new(
        fields.iter().map(|(name, data_type)| Field::new(*name, data_type.clone(), true)).collect::<Vec<_>>(),
    ))
}

/// All rungs, with one integer column that has held integers beyond 2^53.
fn rungs() -> Vec<Field> {
    let types = [DataType::Null, DataType::Boolean, DataType::Int64, DataType::Float64, DataType::Utf8];
    types.iter().map(field).chain([wide()]).collect()
}

#[test]
fn each_pair_of_types_has_the_least_type_above_both() {
    use DataType::{Boolean, Float64, Int64, Null, Utf8};
    let cases = [
        (Null, Null, Null),
        (Null, Boolean, Boolean),
        (Null, Int64, Int64),
        (Null, Float64, Float64),
        (Null, Utf8, Utf8),
        (Boolean, Boolean, Boolean),
        (Boolean, Int64, Utf8),
        (Boolean, Float64, Utf8),
        (Boolean, Utf8, Utf8),
        (Int64, Int64, Int64),
        (Int64, Float64, Float64),
        (Int64, Utf8, Utf8),
        (Float64, Float64, Float64),
        (Float64, Utf8, Utf8),
        (Utf8, Utf8, Utf8),
        (Null, DataType::Date32, DataType::Date32),
        (DataType::Date32, DataType::Date32, DataType::Date32),
    ];
    for (first, second, expected) in cases {
        assert_eq!(unify(&field(&first), &field(&second)).unwrap(), field(&expected), "{first} {second}");
        assert_eq!(unify(&field(&second), &field(&first)).unwrap(), field(&expected), "{second} {first}");
    }
}

#[test]
fn integers_beyond_two_to_the_53_and_floats_are_text() {
    assert_eq!(unify(&wide(), &field(&DataType::Float64)).unwrap(), field(&DataType::Utf8));
    assert_eq!(unify(&field(&DataType::Float64), &wide()).unwrap(), field(&DataType::Utf8));
    assert_eq!(unify(&wide(), &field(&DataType::Int64)).unwrap(), wide());
    assert_eq!(unify(&field(&DataType::Null), &wide()).unwrap(), wide());
}

#[test]
fn the_order_and_grouping_of_batches_do_not_matter() {
    for a in rungs() {
        for b in rungs() {
            assert_eq!(unify(&a, &b), unify(&b, &a));
            for c in rungs() {
                let left = unify(&unify(&a, &b).unwrap(), &c);
                assert_eq!(left, unify(&a, &unify(&b, &c).unwrap()), "{a} {b} {c}");
            }
        }
    }
}

#[test]
fn other_types_meet_only_themselves() {
    let conflict = unify(&field(&DataType::Date32), &field(&DataType::Utf8)).unwrap_err();
    assert_eq!(conflict.to_string(), "the column `c` is Date32 here and Utf8 there, which have no common type");
}

#[test]
fn foreign_metadata_survives() {
    let secret = HashMap::from([("secret".to_owned(), "true".to_owned())]);
    let first = schema(&[("c", DataType::Int64)]);
    let second = Arc::new(Schema::new(vec![field(&DataType::Utf8).with_metadata(secret.clone())]));
    for widened in [widen(&first, &second).unwrap(), widen(&second, &first).unwrap()] {
        assert_eq!(widened.field(0).metadata(), &secret);
        assert_eq!(widened.field(0).data_type(), &DataType::Utf8);
    }
}

#[test]
fn new_columns_are_added_at_the_end() {
    let first = schema(&[("a", DataType::Int64), ("b", DataType::Null)]);
    let second = schema(&[("x", DataType::Utf8), ("b", DataType::Boolean), ("y", DataType::Null)]);
    let expected = [("a", DataType::Int64), ("b", DataType::Boolean), ("x", DataType::Utf8), ("y", DataType::Null)];
    assert_eq!(widen(&first, &second).unwrap(), schema(&expected));
}

#[test]
fn a_column_that_only_some_batches_have_is_nullable() {
    let first = Arc::new(Schema::new(vec![Field::new("a", DataType::Int64, false)]));
    let second = Arc::new(Schema::new(vec![Field::new("b", DataType::Int64, false)]));
    let widened = widen(&first, &second).unwrap();
    assert!(widened.field(0).is_nullable() && widened.field(1).is_nullable());
    assert!(!widen(&first, &first).unwrap().field(0).is_nullable());
}

#[test]
fn where_nothing_changes_all_is_returned_as_it_is() {
    let wider = schema(&[("a", DataType::Utf8), ("b", DataType::Null)]);
    let narrower = schema(&[("a", DataType::Int64)]);
    assert!(Arc::ptr_eq(&widen(&wider, &narrower).unwrap(), &wider));
    let batch = RecordBatch::new_empty(Arc::clone(&wider));
    assert!(Arc::ptr_eq(conform(&batch, &wider).unwrap().schema_ref(), &wider));
    let settled = schema(&[("a", DataType::Utf8)]);
    assert!(Arc::ptr_eq(&settle(&settled), &settled));
}

#[test]
fn a_settled_schema_has_no_unknown_types_and_no_marks() {
    let open = Arc::new(Schema::new(vec![wide(), Field::new("d", DataType::Null, true)]));
    assert_eq!(settle(&open), schema(&[("c", DataType::Int64), ("d", DataType::Utf8)]));
}

#[test]
fn a_batch_conforms_by_casting_up_and_filling_with_nulls() {
    let columns: [(&str, ArrayRef); 4] = [
        ("i", Arc::new(Int64Array::from(vec![Some(1), None]))),
        ("f", Arc::new(Float64Array::from(vec![Some(1e21), Some(-0.0)]))),
        ("b", Arc::new(BooleanArray::from(vec![Some(true), None]))),
        ("n", Arc::new(NullArray::new(2))),
    ];
    let batch = RecordBatch::try_from_iter_with_nullable(columns.map(|(name, array)| (name, array, true))).unwrap();
    let text = |name| (name, DataType::Utf8);
    let wider =
        schema(&[("n", DataType::Date32), ("new", DataType::Int64), text("b"), text("f"), ("i", DataType::Float64)]);
    let lines = lines(&conform(&batch, &wider).unwrap());
    assert_eq!(
        lines,
        ["n date32 | new int64 | b text | f text | i float64", "· | · | true | 1e+21 | 1.0", "· | · | · | 0 | ·"]
    );
}

#[test]
fn climbing_in_steps_gives_the_text_of_climbing_at_once() {
    let exact = [0, 1, -1, 123_456_789_012, 1 << 53, -(1 << 53)];
    let integers: ArrayRef = Arc::new(Int64Array::from(exact.to_vec()));
    let floats = cast(&integers, &DataType::Float64).unwrap();
    assert_eq!(&cast(&floats, &DataType::Utf8).unwrap(), &cast(&integers, &DataType::Utf8).unwrap());
}

#[test]
fn nothing_goes_down_or_gets_lost() {
    let texts: ArrayRef = Arc::new(StringArray::from(vec!["1"]));
    assert!(matches!(cast(&texts, &DataType::Int64), Err(Conflict::Cast { .. })));
    let integers: ArrayRef = Arc::new(Int64Array::from(vec![(1 << 53) + 1]));
    assert_eq!(cast(&integers, &DataType::Float64), Err(Conflict::Inexact((1 << 53) + 1)));
    let batch = RecordBatch::try_from_iter([("a", integers)]).unwrap();
    assert_eq!(conform(&batch, &schema(&[])), Err(Conflict::Missing("a".to_owned())));
    let strict =
        Arc::new(Schema::new(vec![Field::new("b", DataType::Int64, false), Field::new("a", DataType::Int64, true)]));
    assert!(matches!(conform(&batch, &strict), Err(Conflict::Batch(_))));
}

#[test]
fn a_batch_from_elsewhere_can_be_marked() {
    let wide_and_not: [(&str, ArrayRef); 3] = [
        ("wide", Arc::new(Int64Array::from(vec![1, i64::MIN]))),
        ("not", Arc::new(Int64Array::from(vec![1, 1 << 53]))),
        ("date", Arc::new(Date32Array::from(vec![1, 2]))),
    ];
    let marked = mark(RecordBatch::try_from_iter(wide_and_not).unwrap());
    let marks: Vec<_> = marked.schema_ref().fields().iter().map(|field| field.metadata().contains_key(WIDE)).collect();
    assert_eq!(marks, [true, false, false]);
}

#[test]
fn what_a_flattener_gave_never_comes_back_as_less() {
    use DataType::{Int64, Null, Utf8};
    let mut flattener = Flattener::new(Options::default());
    let mut batches = Vec::new();
    for body in [r#"{"a":null}"#, r#"{"a":1}"#, r#"{"a":9007199254740993}"#, r#"{"a":2}"#, r#"{"a":0.5}"#, r#"{"b":1}"#]
    {
        flattener.append(&document(body), 0).unwrap();
        batches.push(flattener.take().unwrap());
    }
    let types: Vec<_> = batches.iter().map(|batch| batch.schema_ref().field(0).data_type().clone()).collect();
    assert_eq!(types, [Null, Int64, Int64, Int64, Utf8, Utf8]);
    let rows = lines(&conformed(&batches));
    assert_eq!(rows, ["a text | b int64", "· | ·", "1 | ·", "9007199254740993 | ·", "2 | ·", "0.5 | ·", "· | 1"]);
}
