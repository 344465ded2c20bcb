//! Bodies: what is parsed, what is not and why, and what a document answers.

use bytes::Bytes;
use seatflow_flatten::{Document, Flattener, Options, Path, Refused, Unparsed, Value};

use crate::table::{document, flatten, lines};

#[track_caller]
fn unparsed(body: impl AsRef<[u8]>) -> Unparsed {
    let body = Bytes::copy_from_slice(body.as_ref());
    let unparsed = Document::parse(body.clone(), 8).unwrap_err();
    assert_eq!(unparsed.bytes, body);
    unparsed
}

fn value<'a>(document: &'a Document, path: &str) -> Value<'a> {
    document.get(&Path::parse(path).unwrap())
}

#[test]
fn an_empty_body_is_not_parsed() {
    for body in ["", "\u{feff}"] {
        let unparsed = unparsed(body);
        assert_eq!(unparsed.reason, "empty body");
        assert_eq!(unparsed.text(), None);
    }
}

#[test]
fn a_file_is_not_parsed() {
    let unparsed = unparsed(b"PK\x03\x04\xff\xfe");
    assert_eq!(unparsed.reason, "not UTF-8 at byte 4");
    assert_eq!(unparsed.text(), None);
}

#[test]
fn broken_json_says_where_and_why() {
    let cases = [
        ("{\"a\":1,\n \"é\": x}", "line 2, column 7: a value was expected"),
        ("[1 2]", "line 1, column 4: `,` or `]` was expected"),
        ("[1,]", "line 1, column 4: a value was expected"),
        (r#"{"a":1,}"#, "line 1, column 8: a key was expected"),
        (r#"{"a" 1}"#, "line 1, column 6: `:` was expected"),
        (r#"{"a":1 "b":2}"#, "line 1, column 8: `,` or `}` was expected"),
        ("{}\n\n{}", "line 3, column 1: there is more after the end of the document"),
        ("[1,\n", "line 2, column 1: the document ends too early"),
        ("\"a\tb\"", "line 1, column 3: a control character in a string must be escaped"),
        ("\"ab", "line 1, column 4: a string does not end"),
        (r#""\x""#, "line 1, column 2: there is no such escape"),
        (r#""\u12g4""#, "line 1, column 2: `\\u` needs four hexadecimal digits"),
        (r#""\u12"#, "line 1, column 2: `\\u` needs four hexadecimal digits"),
        ("01", "line 1, column 1: a number does not begin with a needless `0`"),
        ("-", "line 1, column 2: a digit was expected"),
        ("1.", "line 1, column 3: a digit was expected"),
        ("1e+", "line 1, column 4: a digit was expected"),
        ("nul", "line 1, column 1: a value was expected"),
        ("\u{feff}!", "line 1, column 1: a value was expected"),
        ("<html>", "line 1, column 1: a value was expected"),
        (" ", "line 1, column 2: the document ends too early"),
    ];
    for (body, reason) in cases {
        assert_eq!(unparsed(body).reason, format!("broken JSON at {reason}"), "{body}");
    }
}

#[test]
fn a_lone_surrogate_is_broken_json() {
    for body in [
        r#""\ud800""#,
        r#""\udc00""#,
        r#""\udc00\udc00""#,
        r#""\ud800\n""#,
        r#""\ud800\u0041""#,
        r#""\ud800\ud800""#,
        r#"{"\ud800":1}"#,
    ] {
        let reason = unparsed(body).reason;
        assert!(reason.ends_with("a surrogate stands alone"), "{body}: {reason}");
    }
}

#[test]
fn an_unparsed_body_that_is_text_is_kept_as_text() {
    assert_eq!(unparsed("\u{feff}<html>").text(), Some("<html>"));
}

#[test]
fn a_repeated_key_is_not_parsed() {
    assert_eq!(
        unparsed(r#"{"a":{"b":1},"c":[{"a":1},{"a":2,"a":3}]}"#).reason,
        "the key `a` is repeated at line 1, column 34"
    );
    assert_eq!(unparsed(r#"{"a":null,"\u0061":null}"#).reason, "the key `a` is repeated at line 1, column 11");
    document(r#"{"a":{"a":{"a":1}},"b":[{"a":1},{"a":1},[{"a":1}]]}"#);
}

#[test]
fn what_is_deeper_than_128_levels_is_not_parsed() {
    let nested = |depth: usize| format!("{}{}", "[".repeat(depth), "]".repeat(depth));
    Document::parse(Bytes::from(nested(128)), 4096).unwrap();
    assert_eq!(Document::parse(Bytes::from(nested(129)), 4096).unwrap_err().reason, "deeper than 128 levels");
    assert_eq!(unparsed("{\"a\":".repeat(129)).reason, "deeper than 128 levels");
    assert_eq!(unparsed("[".repeat(1_000_000)).reason, "wider than 8 columns");
}

#[test]
fn what_is_wider_than_the_limit_is_not_parsed() {
    let wide = |columns: usize| {
        let fields: Vec<_> = (0..columns).map(|column| format!("\"c{column}\":null")).collect();
        format!("{{{}}}", fields.join(","))
    };
    Document::parse(Bytes::from(wide(8)), 8).unwrap();
    assert_eq!(unparsed(wide(9)).reason, "wider than 8 columns");
    Document::parse(Bytes::from(r#"{"a":[1,[2,{"b":3}]],"c":{"d":{}}}"#), 4).unwrap();
}

#[test]
fn documents_that_are_too_wide_together_are_refused_and_leave_no_trace() {
    let mut flattener = Flattener::new(Options { max_columns: 3, ..Options::default() });
    flattener.append(&document(r#"{"a":1,"b":2}"#), 0).unwrap();
    let refused = flattener.append(&document(r#"{"c":1,"d":2}"#), 0).unwrap_err();
    assert_eq!(refused, Refused::Unparsed("with it, there would be more than 3 columns".to_owned()));
    flattener.append(&document(r#"{"a":3,"d":4}"#), 0).unwrap();
    assert_eq!(lines(&flattener.take().unwrap()), ["a int64 | b int64 | d int64", "1 | 2 | ·", "3 | · | 4"]);
}

#[test]
fn texts_that_would_fill_2_gib_are_refused_before_a_row_is_written() {
    let repeated = |length: usize, rows: usize| {
        document(&format!(r#"{{"text":"{}","rows":[{}]}}"#, "x".repeat(length), vec!["null"; rows].join(",")))
    };
    let mut flattener = Flattener::new(Options::default());
    flattener.append(&repeated(1000, 1), 0).unwrap();
    // 1,049,088 × 2,047 is 511 less than 2^31 - 1.
    assert_eq!(flattener.append(&repeated(1_049_088, 2047), 0), Err(Refused::Full));
    assert!(matches!(flattener.append(&repeated(1_049_088, 2048), 0), Err(Refused::Unparsed(_))));
    assert_eq!(flattener.take().unwrap().num_rows(), 1);
}

#[test]
fn rows_that_would_be_mostly_nulls_are_refused_too() {
    let fields: Vec<_> = (0..4000).map(|column| format!("\"c{column}\":1")).collect();
    let wide = document(&format!("{{{}}}", fields.join(",")));
    let long = |rows: usize| document(&format!(r#"{{"p":[{}]}}"#, vec!["null"; rows].join(",")));
    let mut flattener = Flattener::new(Options::default());
    flattener.append(&wide, 0).unwrap();
    assert_eq!(flattener.append(&long((1 << 28) / 4002), 0), Err(Refused::Full));
    assert!(matches!(flattener.append(&long((1 << 28) / 4002 + 1), 0), Err(Refused::Unparsed(_))));
    assert_eq!(flattener.take().unwrap().num_columns(), 4000);
}

#[test]
fn a_byte_order_mark_is_skipped() {
    let document = document("\u{feff}{\"a\":1}");
    assert_eq!(value(&document, "a"), Value::Number("1"));
    let unparsed = document.into_unparsed("for a reason");
    assert_eq!((unparsed.reason.as_str(), unparsed.text()), ("for a reason", Some(r#"{"a":1}"#)));
    assert_eq!(unparsed.bytes, "\u{feff}{\"a\":1}");
}

#[test]
fn escapes_become_their_characters() {
    let body = r#"{"\u0061\n":"\"\\\/\b\f\n\r\t\u00e9\ud834\udd1e|","plain":"é"}"#;
    let rows = lines(&flatten(Options::default(), &[body]));
    assert_eq!(rows, ["a\n text | plain text", "\"\\/\u{8}\u{c}\n\r\té𝄞| | é"]);
}

#[test]
fn values_are_looked_up_by_path() {
    let document = document(r#"{"a":{"b.c":"x\ty","n":null,"t":true,"big":1E999},"l":[1,{"a":2}],"idx":7,"e":{}}"#);
    let cases = [
        (r"a.b\.c", Value::Text("x\ty"), Some("x\ty")),
        ("a.n", Value::Null, None),
        ("a.t", Value::Boolean(true), Some("true")),
        ("a.big", Value::Number("1E999"), Some("1E999")),
        ("a", Value::Object(4), None),
        ("e", Value::Object(0), None),
        ("l", Value::Array(2), None),
        ("l.a", Value::Absent, None),
        ("a.n.x", Value::Absent, None),
        ("b", Value::Absent, None),
        ("idx", Value::Number("7"), Some("7")),
        (r"\idx", Value::Number("7"), Some("7")),
    ];
    for (path, expected, text) in cases {
        assert_eq!(value(&document, path), expected, "{path}");
        assert_eq!(expected.text(), text, "{path}");
    }
}

#[test]
fn records_are_counted_without_flattening() {
    let document = document(r#"{"list":[1,[2],{}],"one":{"a":1},"scalar":5,"none":null}"#);
    let records = |path: &str| document.records(Some(&Path::parse(path).unwrap()));
    assert_eq!(["list", "one", "scalar", "none", "absent"].map(records), [3, 1, 1, 0, 0]);
    assert_eq!(document.records(None), 1);
}

#[test]
fn a_document_may_cross_threads() {
    let document = document(r#"{"a":1}"#);
    let records = std::thread::spawn(move || document.records(None)).join().unwrap();
    assert_eq!(records, 1);
}
