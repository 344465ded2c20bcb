//! Odd cases of the tools that write files.

use std::fmt::Write as _;
use std::fs::{self, File};
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, TimestampMicrosecondArray};
use parquet::basic::Compression;
use parquet::file::reader::{FileReader, SerializedFileReader};
use seatflow_testkit::{Pace, Stage, Table, parquet_as_text};

use crate::TOOLS;
use crate::text::as_text;

fn stage() -> Stage {
    Stage::new(TOOLS).unwrap()
}

/// A file of `rows` records, in which every tenth name is missing.
fn numbers(stage: &Stage, name: &str, rows: usize) {
    let mut text = "id,name\n".to_owned();
    for number in 0..rows {
        let name = if number % 10 == 0 { String::new() } else { format!("name {}", number % 100) };
        writeln!(text, "{number},{name}").unwrap();
    }
    stage.put(name, text).unwrap();
}

#[test]
fn equal_records_give_equal_bytes_however_they_come() {
    let stage = stage();
    numbers(&stage, "in.csv", 20_000);
    stage.put("more.csv", "id,note\nx,late\n").unwrap();
    let yaml = "nodes:
  in: { read_csv: { path: in.csv, types: { id: int64 } } }
  more: { read_csv: { path: more.csv } }
  parquet: { write_parquet: { path: out.parquet }, D: in }
  waited: { write_parquet: { path: waited.parquet }, D: [in, more] }
  csv: { write_csv: { path: out.csv }, D: [in, more] }
";
    let names = ["out.parquet", "waited.parquet", "out.csv"];
    let mut first: Option<Vec<Vec<u8>>> = None;
    for (batch_rows, wire_batches) in [(8192, 4), (1000, 1), (1, 16), (100_000, 1)] {
        let ran = stage.run(yaml, &[], Pace { batch_rows, wire_batches, concurrency: None }).unwrap();
        assert_eq!(ran.failure(), None);
        assert_eq!(ran.node("waited").unwrap().succeeded, 20_001);
        let bytes: Vec<Vec<u8>> = names.iter().map(|name| fs::read(stage.path(name)).unwrap()).collect();
        assert!(*first.get_or_insert_with(|| bytes.clone()) == bytes, "batches of {batch_rows}");
    }
    let table = Table::of_parquet(&stage.path("waited.parquet")).unwrap();
    assert_eq!(table.columns, ["id", "name", "note"]);
    assert_eq!(table.rows.last().unwrap()[0].to_string(), "x");
    assert_eq!(table.rows[1][0].to_string(), "\"1\"");
}

#[test]
fn a_parquet_file_tells_nothing_of_when_or_from_what_it_was_made() {
    let stage = stage();
    numbers(&stage, "in.csv", 10);
    let yaml = "nodes:
  in: { read_csv: { path: in.csv } }
  packed: { write_parquet: { path: packed.parquet }, D: in }
  plain: { write_parquet: { path: plain.parquet, compression: none }, D: in }
";
    stage.run(yaml, &[], Pace::USUAL).unwrap();
    for (name, is_packed) in [("packed.parquet", true), ("plain.parquet", false)] {
        let reader = SerializedFileReader::new(File::open(stage.path(name)).unwrap()).unwrap();
        let metadata = reader.metadata();
        assert!(metadata.file_metadata().key_value_metadata().is_none());
        let made_by = format!("seatflow version {}", env!("CARGO_PKG_VERSION"));
        assert_eq!(metadata.file_metadata().created_by(), Some(made_by.as_str()));
        let compression = metadata.row_group(0).column(0).compression();
        assert_eq!(compression != Compression::UNCOMPRESSED, is_packed);
    }
}

#[test]
fn a_column_of_nothing_but_null_is_text() {
    let stage = stage();
    let yaml = "nodes:
  in: { rows: [{ id: 1, note: ~ }] }
  save: { write_parquet: { path: out.parquet }, D: in }
";
    stage.run(yaml, &[], Pace::USUAL).unwrap();
    let text = parquet_as_text(fs::read(stage.path("out.parquet")).unwrap());
    assert_eq!(text, "id: Int64\nnote: Utf8\n\n| id | note |\n|---|---|\n| 1 |  |\n");
}

#[test]
fn an_older_file_stays_when_the_run_fails() {
    let stage = stage();
    stage.put("out.csv", "older\n").unwrap();
    numbers(&stage, "in.csv", 10);
    let yaml = "nodes:
  in: { read_csv: { path: in.csv } }
  save: { write_csv: { path: out.csv }, D: in }
  secret: { rows: [{ token: '${env:TOKEN}' }] }
  refused: { write_csv: { path: refused.csv }, D: secret }
";
    let ran = stage.run(yaml, &[], Pace::USUAL).unwrap();
    assert!(ran.failure().is_some());
    assert_eq!(fs::read_to_string(stage.path("out.csv")).unwrap(), "older\n");
    assert!(!stage.path("refused.csv").exists());
}

#[test]
fn one_column_keeps_all_its_records() {
    let stage = stage();
    let yaml = "nodes:
  in: { rows: [{ a: x }, { a: ~ }, { a: '' }] }
  save: { write_csv: { path: out.csv }, D: in }
";
    stage.run(yaml, &[], Pace::USUAL).unwrap();
    assert_eq!(fs::read_to_string(stage.path("out.csv")).unwrap(), "a\nx\n\"\"\n\"\"\n");
}

#[test]
fn a_csv_is_read_again_as_it_was_written() {
    let stage = stage();
    let yaml = "nodes:
  in:
    rows:
      - { a: 'x, y', b: \"l\\r\\n2\", c: ~ }
      - { a: '\"', b: '', c: ' s ' }
      - { a: ~, b: ~, c: ~ }
  save: { write_csv: { path: out.csv, delimiter: ; }, D: in }
";
    let written = stage.run(yaml, &["in.S"], Pace::USUAL).unwrap().table("in.S").unwrap();
    let again = "nodes:\n  again: { read_csv: { path: out.csv, delimiter: ; } }\n";
    assert_eq!(stage.run(again, &["again.S"], Pace::USUAL).unwrap().table("again.S").unwrap(), written);
}

#[test]
fn no_records_of_unknown_columns_make_an_empty_file() {
    let stage = stage();
    let header: Vec<String> = (0..20_000).map(|number| format!("column_{number}")).collect();
    stage.put("wide.csv", format!("{}\n", header.join(","))).unwrap();
    let yaml = "nodes:
  in: { read_csv: { path: wide.csv } }
  csv: { write_csv: { path: out.csv }, D: in }
  parquet: { write_parquet: { path: out.parquet }, D: in }
";
    let ran = stage.run(yaml, &[], Pace::USUAL).unwrap();
    assert_eq!(ran.failure(), None);
    assert_eq!(fs::read(stage.path("out.csv")).unwrap(), b"");
    let table = Table::of_parquet(&stage.path("out.parquet")).unwrap();
    assert_eq!(table, Table::default());
}

#[test]
fn bytes_and_times_have_a_text() {
    let bytes: ArrayRef = Arc::new(BinaryArray::from_opt_vec(vec![Some(b"\x00\xFF"), None]));
    assert_eq!(as_text(&bytes).unwrap().iter().collect::<Vec<_>>(), [Some("AP8="), None]);
    let micros = TimestampMicrosecondArray::from(vec![Some(1_735_689_600_000_001), None]).with_timezone("UTC");
    let times: ArrayRef = Arc::new(micros.clone());
    assert_eq!(as_text(&times).unwrap().iter().collect::<Vec<_>>(), [Some("2025-01-01T00:00:00.000001Z"), None]);
    let nowhere: ArrayRef = Arc::new(micros.with_timezone_opt(None::<String>));
    assert!(as_text(&nowhere).is_none());
}
