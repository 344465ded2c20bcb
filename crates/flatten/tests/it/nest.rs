//! Rows that become values: what merges, what is left, what contradicts.

use std::sync::Arc;

use arrow::array::{ArrayRef, Date32Array, Float64Array, Int64Array, RecordBatch, StringArray};
use seatflow_flatten::nest::{Error, Options, nest};

fn text<'a>(values: impl IntoIterator<Item = &'a str>) -> ArrayRef {
    let value = |value| (value != "·").then_some(value);
    Arc::new(values.into_iter().map(value).collect::<StringArray>())
}

/// Rows of text; `·` is null. The first line has the names.
fn rows(lines: &[&str]) -> RecordBatch {
    let cells: Vec<Vec<&str>> = lines.iter().map(|line| line.split(" | ").collect()).collect();
    let column = |place: usize| (cells[0][place], text(cells[1..].iter().map(|row| row[place])), true);
    RecordBatch::try_from_iter_with_nullable((0..cells[0].len()).map(column)).unwrap()
}

fn by(columns: &[&str]) -> Options {
    Options { by: columns.iter().map(ToString::to_string).collect(), ..Options::default() }
}

fn values(lines: &[&str], options: &Options) -> Vec<(usize, String)> {
    let nested = nest(&rows(lines), options).unwrap();
    nested.into_iter().map(|nested| (nested.row, nested.json.to_string())).collect()
}

#[track_caller]
fn gives(lines: &[&str], options: &Options, expected: &[(usize, &str)]) {
    let values = values(lines, options);
    assert_eq!(values.iter().map(|(row, json)| (*row, json.as_str())).collect::<Vec<_>>(), expected);
}

fn fails(lines: &[&str], options: &Options) -> String {
    nest(&rows(lines), options).unwrap_err().to_string()
}

#[test]
fn a_row_is_a_value() {
    gives(
        &["a | b.c | b.d", "1 | x | ·", "1 | x | ·", "· | · | ·"],
        &Options::default(),
        &[(0, r#"{"a":"1","b":{"c":"x"}}"#), (1, r#"{"a":"1","b":{"c":"x"}}"#), (2, "null")],
    );
}

#[test]
fn rows_merge_by_the_named_columns_only() {
    gives(
        &["id | k.idx | k", "a | 0 | x", "b | 0 | y", "a | 1 | z"],
        &by(&["id"]),
        &[(0, r#"{"id":"a","k":["x","z"]}"#), (1, r#"{"id":"b","k":["y"]}"#)],
    );
}

#[test]
fn elements_of_several_calls_stay_apart() {
    gives(
        &["_call | id | k.idx | k.n", "0 | a | 0 | x", "0 | a | 1 | y", "1 | a | 0 | z"],
        &by(&["id"]),
        &[(0, r#"{"id":"a","k":[{"n":"x"},{"n":"z"},{"n":"y"}]}"#)],
    );
}

#[test]
fn rows_with_numbers_merge_within_one_call() {
    gives(
        &[
            "_call | id | k.idx | k",
            "0 | a | 0 | x",
            "0 | a | 1 | y",
            "1 | a | 0 | z",
            "1 | b | · | ·",
            "1 | b | · | ·",
        ],
        &Options::default(),
        &[
            (0, r#"{"id":"a","k":["x","y"]}"#),
            (2, r#"{"id":"a","k":["z"]}"#),
            (3, r#"{"id":"b"}"#),
            (4, r#"{"id":"b"}"#),
        ],
    );
}

#[test]
fn records_of_an_envelope_are_values() {
    let options = Options { envelope: Some("data".parse().unwrap()), ..Options::default() };
    gives(
        &["data.idx | k.idx | k", "0 | 0 | x", "0 | 1 | y", "1 | · | ·", "2 | 0 | z"],
        &options,
        &[(0, r#"{"k":["x","y"]}"#), (2, "null"), (3, r#"{"k":["z"]}"#)],
    );
}

#[test]
fn numbers_order_the_elements() {
    gives(&["k.idx | k", "10 | c", "2 | b", "-1 | a"], &Options::default(), &[(0, r#"{"k":["a","b","c"]}"#)]);
}

#[test]
fn reserved_columns_are_left_out_and_escaped_names_mean_their_keys() {
    let options = Options { reserved: vec!["note".to_owned()], ..Options::default() };
    gives(
        &[r"note | \note | a\.b | \idx | \_call", "w | x | y | z | c"],
        &options,
        &[(0, r#"{"note":"x","a.b":"y","idx":"z","_call":"c"}"#)],
    );
}

#[test]
fn types_of_other_sources_become_json() {
    let columns: [(&str, ArrayRef); 3] = [
        ("day", Arc::new(Date32Array::from(vec![19_000]))),
        ("small", Arc::new(arrow::array::Int16Array::from(vec![-3]))),
        ("half", Arc::new(arrow::array::Float32Array::from(vec![0.5]))),
    ];
    let nested = nest(&RecordBatch::try_from_iter(columns).unwrap(), &Options::default()).unwrap();
    assert_eq!(nested[0].json.to_string(), r#"{"day":"2022-01-08","small":-3,"half":0.5}"#);
}

#[test]
fn rows_that_contradict_each_other_do_not_merge() {
    let lines = ["id | name | k.idx | k", "a | x | 0 | 1", "a | y | 1 | 2"];
    assert_eq!(fails(&lines, &by(&["id"])), "row 1 does not go together with the rows before it in `name`");
    let lines = ["p | p.q", "x | y"];
    assert_eq!(fails(&lines, &Options::default()), "row 0 does not go together with the rows before it in `p.q`");
    let lines = ["_call | p | p.idx", "0 | x | 0", "0 | x | ·", "0 | y | 0"];
    assert_eq!(fails(&lines, &by(&["_call"])), "row 1 does not go together with the rows before it in `p`");
}

#[test]
fn what_is_no_path_or_no_column_is_refused() {
    for name in [r"a\b", "a.idx.b", "idx.a"] {
        assert!(matches!(nest(&rows(&[name, "x"]), &Options::default()), Err(Error::Name(_))), "{name}");
    }
    assert_eq!(fails(&["a", "x"], &by(&["b"])), "there is no column `b` to merge rows by");
    assert_eq!(fails(&["a | a", "x | y"], &Options::default()), "there are two columns `a`");
    assert!(fails(&[&"a.".repeat(200), "x"], &Options::default()).ends_with("is deeper than 128 levels"));
    assert_eq!(fails(&["a.idx", "x"], &Options::default()), "the column `a.idx` is Utf8, which JSON has not");
}

#[test]
fn a_number_that_json_has_not_is_refused() {
    let columns: [(&str, ArrayRef); 2] =
        [("a", Arc::new(Int64Array::from(vec![1, 2]))), ("b", Arc::new(Float64Array::from(vec![0.5, f64::NAN])))];
    let error = nest(&RecordBatch::try_from_iter(columns).unwrap(), &Options::default()).unwrap_err();
    assert_eq!(error, Error::NotFinite { column: "b".to_owned(), row: 1 });
}
