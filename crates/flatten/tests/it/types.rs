//! Which type a column has, and what its values look like in it.

use seatflow_flatten::Options;

use crate::table::{conformed, flatten, lines};

/// The type and the values of one column, given by its values in order.
fn column(values: &[&str]) -> (String, Vec<String>) {
    let body = format!("[{}]", values.join(","));
    let mut lines = lines(&conformed(&[flatten(Options::default(), &[&body])])).into_iter();
    let name = lines.next().unwrap();
    let value = |line: &str| line.split_once(" | ").unwrap().1.to_owned();
    (name.rsplit(' ').next().unwrap().to_owned(), lines.map(|line| value(&line)).collect())
}

#[track_caller]
fn gives(values: &[&str], data_type: &str, expected: &[&str]) {
    let (found, cells) = column(values);
    assert_eq!((found.as_str(), cells.iter().map(String::as_str).collect()), (data_type, expected.to_vec()));
    let reversed: Vec<_> = values.iter().rev().copied().collect();
    let (found, mut cells) = column(&reversed);
    cells.reverse();
    assert_eq!((found.as_str(), cells.iter().map(String::as_str).collect()), (data_type, expected.to_vec()));
}

#[test]
fn booleans_and_numbers_have_their_types() {
    gives(&["true", "null", "false"], "bool", &["true", "·", "false"]);
    gives(&["1", "null", "-7"], "int64", &["1", "·", "-7"]);
    gives(&["1.5", "null"], "float64", &["1.5", "·"]);
}

#[test]
fn a_point_an_exponent_or_a_negative_zero_makes_a_float() {
    for token in ["1.0", "1e0", "1E0", "-0", "0.0"] {
        assert_eq!(column(&[token]).0, "float64", "{token}");
    }
    gives(&["-0"], "float64", &["-0.0"]);
}

#[test]
fn integers_and_floats_are_floats_while_every_integer_is_exact() {
    gives(&["1", "0.5"], "float64", &["1.0", "0.5"]);
    gives(&["9007199254740992", "0.5"], "float64", &["9007199254740992.0", "0.5"]);
    gives(&["-9007199254740992", "0.5"], "float64", &["-9007199254740992.0", "0.5"]);
}

#[test]
fn an_integer_beyond_two_to_the_53_makes_floats_text() {
    gives(&["9007199254740993", "0.50"], "text", &["9007199254740993", "0.5"]);
    gives(&["-9007199254740993", "0.50", "7"], "text", &["-9007199254740993", "0.5", "7"]);
    gives(&["9007199254740993", "1"], "int64", &["9007199254740993", "1"]);
}

#[test]
fn what_fits_no_number_is_text_as_it_was_sent() {
    gives(&["9223372036854775807", "9223372036854775808"], "text", &["9223372036854775807", "9223372036854775808"]);
    gives(&["-9223372036854775808"], "int64", &["-9223372036854775808"]);
    gives(&["1e999", "1.50", "-1E+400"], "text", &["1e999", "1.5", "-1E+400"]);
}

#[test]
fn booleans_with_numbers_and_anything_with_text_is_text() {
    gives(&["true", "1"], "text", &["true", "1"]);
    gives(&["false", "1e2"], "text", &["false", "100"]);
    gives(&["true", r#""x""#, "null", "1", "2.0"], "text", &["true", "x", "·", "1", "2"]);
}

#[test]
fn floats_as_text_are_written_as_rfc_8785_writes_them() {
    gives(
        &["1e21", "1e-7", "0.000001", "-0.0", "333333333.33333329", r#""x""#],
        "text",
        &["1e+21", "1e-7", "0.000001", "0", "333333333.3333333", "x"],
    );
}

#[test]
fn a_column_of_nulls_is_text_in_the_end_and_unknown_until_then() {
    gives(&["null", "null"], "text", &["·", "·"]);
    assert_eq!(lines(&flatten(Options::default(), &[r#"{"a":null}"#])), ["a null", "·"]);
}
