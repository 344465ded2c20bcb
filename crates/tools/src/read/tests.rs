//! Odd cases of the tools that bring records in.

mod parquet;

use std::fmt::Write as _;

use seatflow_spec::Severity;
use seatflow_testkit::{Pace, Ran, Stage};
use seatflow_tool::is_secret;

use super::csv::{ColumnType, Dialect, Empty, Encoding, IfUnreadable, Names, Source};
use super::part::Part;
use crate::TOOLS;

fn run(stage: &Stage, config: &str) -> Ran {
    stage.run(&format!("nodes:\n  tested: {config}\n"), &["tested.S", "tested.F"], Pace::USUAL).unwrap()
}

fn stage(bytes: impl AsRef<[u8]>) -> Stage {
    let stage = Stage::new(TOOLS).unwrap();
    stage.put("a.csv", bytes).unwrap();
    stage
}

/// All problems as lines.
fn problems(stage: &Stage, config: &str) -> String {
    let ran = run(stage, config);
    let problems = ran.problems.iter().filter(|problem| problem.severity == Severity::Problem);
    let lines: Vec<String> = problems.map(|problem| format!("{}: {problem}\n", problem.slug)).collect();
    stage.without_folder(&lines.concat())
}

#[test]
fn utf16_with_a_mark_is_read_as_it_is() {
    let text = "\u{feff}name,city\r\nÖdön,\"Zürich\r\nSüd\"\r\n";
    for to_bytes in [u16::to_le_bytes, u16::to_be_bytes] {
        let bytes: Vec<u8> = text.encode_utf16().flat_map(to_bytes).collect();
        let ran = run(&stage(bytes), "{ read_csv: { path: a.csv } }");
        let expected = "| name | city |\n|---|---|\n| Ödön | \"Zürich\\r\\nSüd\" |\n";
        assert_eq!(ran.table("tested.S").unwrap().to_string(), expected);
        assert_eq!(ran.batches("tested.F").len(), 0);
    }
}

#[test]
fn utf16_without_a_mark_is_not_taken_for_utf8() {
    let bytes: Vec<u8> = "a,b\n".encode_utf16().flat_map(u16::to_le_bytes).collect();
    let expected = "unreadable-file: `a.csv` cannot be read: its header in line 1 cannot be read: there is a zero byte \
                    in it, as in a file that is not text, or in UTF-16\n";
    assert_eq!(problems(&stage(bytes), "{ read_csv: { path: a.csv } }"), expected);
}

#[test]
fn a_header_beyond_the_head_is_known_when_the_run_reads_it() {
    let names: Vec<String> = (0..20_000).map(|number| format!("column_{number}")).collect();
    let values: Vec<String> = (0..20_000).map(|number| number.to_string()).collect();
    let stage = stage(format!("{}\n{}\n", names.join(","), values.join(",")));
    let ran = run(&stage, "{ read_csv: { path: a.csv, types: { column_7: int64 } } }");
    let batch = &ran.batches("tested.S")[0];
    assert_eq!((batch.num_rows(), batch.num_columns()), (1, 20_000));
    let ran = run(&stage, "{ read_csv: { path: a.csv, types: { colum_7: int64 } } }");
    let failure = stage.without_folder(&ran.failure().unwrap());
    assert!(
        failure.starts_with("`a.csv` has no column `colum_7`, whose type is given\nhelp: did you mean `column_7`?")
    );
}

#[test]
fn a_file_without_anything_is_no_csv_unless_the_columns_are_given() {
    let expected = "unreadable-file: `a.csv` cannot be read: it is empty, without even a header\n";
    assert_eq!(problems(&stage(""), "{ read_csv: { path: a.csv } }"), expected);
    let ran = run(&stage(""), "{ read_csv: { path: a.csv, columns: [id] } }");
    assert_eq!(ran.node("tested").unwrap().records_in, 0);
    assert_eq!(ran.failure(), None);
}

#[test]
fn a_folder_is_no_file() {
    let stage = stage("");
    std::fs::create_dir(stage.path("folder")).unwrap();
    let expected = "unreadable-file: `folder` cannot be read: it is a directory\n";
    assert_eq!(problems(&stage, "{ read_csv: { path: folder } }"), expected);
}

#[test]
fn settings_that_make_no_sense_are_problems() {
    let stage = stage("a;b\n");
    let cases = [
        ("delimiter: ';;'", "bad-value: `;;` cannot part or quote fields\n"),
        ("delimiter: '§'", "bad-value: `§` cannot part or quote fields\n"),
        ("delimiter: \"\\n\"", "bad-value: `\\n` cannot part or quote fields\n"),
        ("delimiter: '\"'", "bad-value: the quote and the delimiter are the same character\n"),
        ("columns: []", "bad-value: in `columns`, there is no column\n"),
        ("columns: [a, b, a]", "bad-value: in `columns`, columns 1 and 3 are all named `a`\n"),
        ("empty: nothing", "bad-value: `nothing` is not allowed here\n"),
        ("encoding: latin1", "bad-value: `latin1` is not allowed here\n"),
        ("header: false", "unknown-key: `read_csv` has no key `header`\n"),
    ];
    for (setting, expected) in cases {
        assert_eq!(problems(&stage, &format!("{{ read_csv: {{ path: a.csv, {setting} }} }}")), expected, "{setting}");
    }
    assert_eq!(problems(&stage, "{ read_csv: { path: a.csv, empty: null, quote: none } }"), "");
}

#[test]
fn a_record_without_an_end_ends_the_run_with_its_line() {
    let stage = stage(format!("a\n1\n\"{}", "x\n".repeat(9 * 1024 * 1024)));
    let failure = run(&stage, "{ read_csv: { path: a.csv } }").failure().unwrap();
    let expected = "`a.csv` cannot be read: the record that begins in line 3 is longer than 16 MiB\nhelp: close the \
                    quote that opens in that line, or say the file's `quote`, `delimiter` or `encoding`";
    assert_eq!(stage.without_folder(&failure), expected);
}

#[test]
fn the_batches_of_a_run_change_nothing() {
    let mut text = "id,note\n".to_owned();
    for number in 0..5_000 {
        let broken = if number % 7 == 0 { ",too many" } else { "" };
        writeln!(text, "{number},\"line {number}\nof two\"{broken}").unwrap();
    }
    let stage = stage(text);
    let yaml = "nodes:\n  tested: { read_csv: { path: a.csv, types: { id: int64 } } }\n";
    let at = |batch_rows| {
        let ran = stage.run(yaml, &["tested.S", "tested.F"], Pace { batch_rows, ..Pace::USUAL }).unwrap();
        (ran.table("tested.S").unwrap(), ran.table("tested.F").unwrap())
    };
    let (s, f) = at(8192);
    assert_eq!((s.rows.len(), f.rows.len()), (4285, 715));
    assert_eq!(f.rows[1][3].to_string(), "16");
    for rows in [1, 100] {
        assert!(at(rows) == (s.clone(), f.clone()), "{rows}");
    }
}

#[test]
fn an_integer_that_no_float_holds_stays_what_it_is() {
    let stage = stage("n\n9007199254740993\n");
    let yaml = "nodes:
  whole: { read_csv: { path: a.csv, types: { n: int64 } } }
  fraction: { rows: [{ n: 0.5 }] }
  all: { unique: , D: [whole, fraction] }
";
    let ran = stage.run(yaml, &["all.S"], Pace::USUAL).unwrap();
    assert_eq!(ran.table("all.S").unwrap().to_string(), "| n |\n|---|\n| \"9007199254740993\" |\n| \"0.5\" |\n");
}

#[test]
fn numbers_and_truth_values_are_strict() {
    let stage = stage(
        "i,f,b\n+5,.5,TRUE\n9223372036854775808,1,true\n1,inf,true\n1,NaN,true\n1,1,yes\n 1,1,true\n\"\",\"\",\"\"\n",
    );
    let ran = run(&stage, "{ read_csv: { path: a.csv, types: { i: int64, f: float64, b: bool } } }");
    let expected = "| i | f | b |\n|---|---|---|\n| 5 | 0.5 | true |\n|  |  |  |\n";
    assert_eq!(ran.table("tested.S").unwrap().to_string(), expected);
    let why: Vec<String> = ran.table("tested.F").unwrap().rows.iter().map(|row| row[1].to_string()).collect();
    let expected = [
        "`9223372036854775808` in `i` is not an int64",
        "`inf` in `f` is not a float64",
        "`NaN` in `f` is not a float64",
        "`yes` in `b` is not `true` or `false`",
        "` 1` in `i` is not an int64",
    ];
    assert_eq!(why, expected);
}

fn source(stage: &Stage, names: Names) -> Source {
    Source {
        path: stage.path("a.csv"),
        encoding: Encoding::Utf8,
        dialect: Dialect::default(),
        empty: Empty::Null,
        types: vec![("id".to_owned(), ColumnType::Int64)],
        names,
        unreadable: IfUnreadable::Fail,
    }
}

#[test]
fn a_file_that_has_changed_since_the_check_is_refused() {
    let stage = stage("id,name\n1,x\n");
    let error = source(&stage, Names::Header(Some(vec!["id".to_owned()]))).read(10, |_| true).unwrap_err();
    let message = stage.without_folder(&error.to_string());
    assert_eq!(message, "the header of `a.csv` has changed since the pipeline was checked");
}

#[test]
fn whoever_wants_no_more_gets_no_more() {
    let stage = stage("id\n1\n2\n3\n");
    let mut parts = 0;
    let taken = source(&stage, Names::Header(None)).read(1, |part| {
        assert!(matches!(part, Part::Read(batch) if batch.num_rows() == 1));
        parts += 1;
        parts < 2
    });
    assert!(taken.is_ok());
    assert_eq!(parts, 2);
}

#[test]
fn a_secret_column_is_marked_in_every_batch() {
    let stage = stage("");
    stage.put("token", "from a file\n").unwrap();
    let yaml = "nodes:\n  tested: { rows: [{ id: 1 }, { id: 2, token: '${file:token}' }] }\n";
    let ran = stage.run(yaml, &["tested.S"], Pace { batch_rows: 1, ..Pace::USUAL }).unwrap();
    let expected = "| id | token |\n|---|---|\n| 1 |  |\n| 2 | from a file |\n";
    assert_eq!(ran.table("tested.S").unwrap().to_string(), expected);
    for batch in ran.batches("tested.S") {
        assert!(!is_secret(batch.schema_ref().field(0)));
        assert!(is_secret(batch.schema_ref().field(1)));
    }
}

#[test]
fn a_line_that_stops_the_run_is_found_before_any_record_leaves() {
    let stage = stage("id,name\n1,x\n2,y\n3\n4,z\n");
    let source = Source { unreadable: IfUnreadable::Stop, ..source(&stage, Names::Header(None)) };
    let mut parts = 0;
    let error = source.read(1, |_| {
        parts += 1;
        true
    });
    let message = stage.without_folder(&error.unwrap_err().to_string());
    assert_eq!((message.as_str(), parts), ("line 4 of `a.csv` cannot be read: it has 1 field instead of 2", 0));
}

#[test]
fn what_stops_the_run_needs_no_wire_for_what_fails() {
    let stage = stage("id\n1\n");
    let warnings = |more: &str| {
        let text = format!("nodes:\n  tested: {{ read_csv: {{ path: a.csv{more} }} }}\n");
        let ran = stage.run(&text, &["tested.S"], Pace::USUAL).unwrap();
        ran.problems.iter().map(|problem| problem.slug.to_string()).collect::<Vec<_>>()
    };
    assert_eq!(warnings(""), ["failed-not-wired"]);
    assert_eq!(warnings(", unreadable: stop"), [""; 0]);
}
