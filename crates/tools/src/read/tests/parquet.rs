//! Odd cases of `read_parquet`.

mod values;

use std::fs;
use std::sync::Arc;

use arrow::array::{ArrayRef, BinaryArray, Float64Array, Int64Array, StringArray};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ArrowWriter;
use parquet::file::properties::WriterProperties;
use seatflow_spec::Severity;
use seatflow_testkit::{Pace, Ran, Stage};
use seatflow_tool::is_final;

use crate::TOOLS;
use crate::read::parquet::Source;

fn batch<'a>(columns: impl IntoIterator<Item = (&'a str, ArrayRef)>) -> RecordBatch {
    RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap()
}

/// A file in groups of so many rows.
fn written(batch: &RecordBatch, rows: usize) -> Vec<u8> {
    let properties = WriterProperties::builder().set_max_row_group_row_count(Some(rows)).build();
    let mut bytes = Vec::new();
    let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), Some(properties)).unwrap();
    writer.write(batch).unwrap();
    writer.close().unwrap();
    bytes
}

fn stage(bytes: impl AsRef<[u8]>) -> Stage {
    let stage = Stage::new(TOOLS).unwrap();
    stage.put("a.parquet", bytes).unwrap();
    stage
}

fn run_at(stage: &Stage, settings: &str, pace: Pace) -> Ran {
    let yaml = format!("nodes:\n  tested: {{ read_parquet: {{ path: a.parquet{settings} }} }}\n");
    stage.run(&yaml, &["tested.S"], pace).unwrap()
}

fn run(bytes: impl AsRef<[u8]>, settings: &str) -> (Stage, Ran) {
    let stage = stage(bytes);
    let ran = run_at(&stage, settings, Pace::USUAL);
    (stage, ran)
}

/// All problems as lines.
fn problems(bytes: impl AsRef<[u8]>, settings: &str) -> String {
    let (stage, ran) = run(bytes, settings);
    let problems = ran.problems.iter().filter(|problem| problem.severity == Severity::Problem);
    let lines: Vec<String> = problems.map(|problem| format!("{}: {problem}\n", problem.slug)).collect();
    stage.without_folder(&lines.concat())
}

/// The values from 0 on, as many as are wanted.
fn numbers(rows: i64) -> RecordBatch {
    let ids: ArrayRef = Arc::new(Int64Array::from_iter_values(0..rows));
    let names: ArrayRef = Arc::new(StringArray::from_iter_values((0..rows).map(|row| format!("name {}", row % 7))));
    batch([("id", ids), ("name", names)])
}

#[test]
fn settings_that_make_no_sense_are_problems() {
    let bytes = written(&numbers(1), 10);
    let cases = [
        (", columns: []", "bad-value: `columns` names no column\n"),
        (", columns: [id, name, id]", "bad-value: `columns` names `id` twice\n"),
        (", columns: [id, nam]", "unknown-column: `a.parquet` has no column `nam`\n"),
        (", batch: 5", "unknown-key: `read_parquet` has no key `batch`\n"),
    ];
    for (settings, expected) in cases {
        assert_eq!(problems(&bytes, settings), expected, "{settings}");
    }
}

#[test]
fn what_cannot_be_read_is_a_problem_that_says_why() {
    let whole = written(&numbers(100), 10);
    let mut encrypted = whole.clone();
    let end = encrypted.len() - 4;
    encrypted[end..].copy_from_slice(b"PARE");
    let mut spoilt = whole.clone();
    spoilt[end - 4..end].copy_from_slice(&u32::MAX.to_le_bytes());
    let twice = {
        let one: ArrayRef = Arc::new(Int64Array::from(vec![1]));
        written(&batch([("id", Arc::clone(&one)), ("id", one)]), 10)
    };
    let cases: [(&[u8], &str); 8] = [
        (b"", "it is empty"),
        (b"PAR", "it is no Parquet file"),
        (b"id,name\n1,x\n", "it is no Parquet file"),
        (b"PAR1", "its end is missing: it was cut off, or it is still being written"),
        (&whole[..whole.len() - 100], "its end is missing: it was cut off, or it is still being written"),
        (&encrypted, "it is encrypted"),
        (&spoilt, "it is damaged: "),
        (&twice, "it has two columns `id`"),
    ];
    for (bytes, why) in cases {
        let found = problems(bytes, "");
        assert!(found.starts_with(&format!("unreadable-file: `a.parquet` cannot be read: {why}")), "{why}: {found}");
        assert_eq!(found.lines().count(), 1, "{found}");
    }
}

#[test]
fn no_rows_and_no_columns_are_no_records() {
    let stage = stage(written(&numbers(0), 10));
    let yaml = "nodes:
  in: { read_parquet: { path: a.parquet } }
  save: { write_csv: { path: out.csv }, D: in }
";
    let ran = stage.run(yaml, &[], Pace::USUAL).unwrap();
    assert_eq!((ran.failure(), ran.node("in").unwrap().succeeded), (None, 0));
    assert_eq!(fs::read_to_string(stage.path("out.csv")).unwrap(), "id,name\n", "the columns are known all the same");
    let bytes = {
        let mut bytes = Vec::new();
        let schema = Arc::new(arrow::datatypes::Schema::empty());
        ArrowWriter::try_new(&mut bytes, schema, None).unwrap().close().unwrap();
        bytes
    };
    let (_, ran) = run(bytes, "");
    assert_eq!((ran.failure(), ran.node("tested").unwrap().succeeded), (None, 0), "{}", ran.problems);
}

#[test]
fn rows_come_in_their_order_group_by_group_at_any_pace() {
    let rows = numbers(1000);
    let stage = stage(written(&rows, 300));
    for pace in [Pace { batch_rows: 7, ..Pace::USUAL }, Pace { batch_rows: 250, ..Pace::USUAL }, Pace::USUAL] {
        let ran = run_at(&stage, "", pace);
        let batches = ran.batches("tested.S");
        assert!(batches.iter().all(|batch| batch.num_rows() <= pace.batch_rows.min(300)));
        let all = arrow::compute::concat_batches(batches[0].schema_ref(), batches).unwrap();
        assert_eq!(all.columns(), rows.columns());
        assert!(is_final(batches[0].schema_ref()));
    }
}

#[test]
fn long_rows_make_short_batches_also_where_the_file_holds_a_text_once() {
    let text = "x".repeat(100 * 1024);
    let texts: ArrayRef = Arc::new(StringArray::from(vec![text.as_str(); 400]));
    let bytes = written(&batch([("text", texts)]), 400);
    assert!(bytes.len() < 200 * 1024, "the file holds the text once");
    let (_, ran) = run(bytes, "");
    let sizes: Vec<usize> = ran.batches("tested.S").iter().map(RecordBatch::num_rows).collect();
    assert_eq!(sizes.iter().sum::<usize>(), 400);
    assert!(sizes.iter().all(|rows| *rows <= 82), "{sizes:?}");
}

#[test]
fn what_was_written_comes_back_equal() {
    let stage = Stage::new(TOOLS).unwrap();
    let yaml = "nodes:
  given:
    rows:
      - { account: ACC-404001, wide: 9007199254740993, share: 0.5, on: true, none: ~, 'a.b': '', \"x y\": 00123 }
      - { account: ACC-404002, wide: 7, share: ~, on: ~, none: ~, 'a.b': ~, \"x y\": ~ }
  failed:
    license_api:
      connection: portal
      endpoint: products.list
      parameters: { accountId: { field: account } }
    D: given
  save_f: { write_parquet: { path: f.parquet }, D: failed.F }
  save_l: { write_parquet: { path: l.parquet, compression: none }, D: failed.L }
";
    let first = stage.run(yaml, &["failed.F", "failed.L"], Pace::USUAL).unwrap();
    assert_eq!(first.failure(), None, "{}", first.problems);
    let again = "nodes:
  f: { read_parquet: { path: f.parquet } }
  l: { read_parquet: { path: l.parquet } }
  save: { write_parquet: { path: again.parquet }, D: f }
";
    let second = stage.run(again, &["f.S", "l.S"], Pace::USUAL).unwrap();
    for (before, after) in [("failed.F", "f.S"), ("failed.L", "l.S")] {
        let (before, after) = (first.table(before).unwrap(), second.table(after).unwrap());
        assert!(before.rows.len() >= 2);
        assert_eq!(before, after);
    }
    let bytes = |name| fs::read(stage.path(name)).unwrap();
    assert_eq!(bytes("f.parquet"), bytes("again.parquet"), "a file of what was read is the same file");
}

#[test]
fn a_large_file_is_known_when_the_run_reads_it() {
    let noise: Vec<u8> =
        (0..5_000_000_u32).flat_map(|number| number.wrapping_mul(2_654_435_761).to_le_bytes()).collect();
    let rows: ArrayRef = Arc::new(BinaryArray::from_iter_values(noise.chunks(100_000)));
    let bytes = written(&batch([("noise", rows)]), 50);
    assert!(bytes.len() > 5 * 1024 * 1024);
    let stage = stage(&bytes);
    let yaml = |column: &str| {
        format!(
            "nodes:\n  in: {{ read_parquet: {{ path: a.parquet }} }}\n  tested: {{ unique: {{ by: [{column}] }}, D: in }}\n"
        )
    };
    let ran = stage.run(&yaml("noise"), &[], Pace::USUAL).unwrap();
    assert_eq!((ran.failure(), ran.node("tested").unwrap().records_in), (None, 200));
    let failure = stage.run(&yaml("nose"), &[], Pace::USUAL).unwrap().failure().unwrap();
    assert_eq!(failure, "there is no column `nose` on `D`\nhelp: did you mean `noise`?");
    let failure = run_at(&stage, ", columns: [nose]", Pace::USUAL).failure().unwrap();
    assert_eq!(stage.without_folder(&failure), "`a.parquet` has no column `nose`\nhelp: did you mean `noise`?");
    stage.put("a.parquet", &bytes[..bytes.len() - 1]).unwrap();
    let failure = run_at(&stage, "", Pace::USUAL).failure().unwrap();
    let expected = "`a.parquet` cannot be read: its end is missing: it was cut off, or it is still being written\n\
                    help: write or copy the file once more";
    assert_eq!(stage.without_folder(&failure), expected);
}

#[test]
fn a_file_that_has_changed_since_the_check_is_refused() {
    let stage = stage(written(&numbers(3), 10));
    let source = |expected: &str| Source {
        path: stage.path("a.parquet"),
        columns: None,
        expected: Some(vec!["id".to_owned(), expected.to_owned()]),
    };
    let error = source("title").read(10, |_| true).unwrap_err();
    let message = stage.without_folder(&error.to_string());
    assert_eq!(message, "the columns of `a.parquet` have changed since the pipeline was checked");
    let mut batches = 0;
    source("name")
        .read(1, |_| {
            batches += 1;
            batches < 2
        })
        .unwrap();
    assert_eq!(batches, 2, "whoever wants no more gets no more");
}

#[test]
fn no_damage_is_taken_for_records_that_were_not_written_or_breaks_the_run_off() {
    let floats: ArrayRef = Arc::new(Float64Array::from_iter_values((0..40).map(f64::from)));
    let texts: ArrayRef = Arc::new(StringArray::from_iter_values((0..40).map(|row| format!("text {row}"))));
    let whole = written(&batch([("f", floats), ("t", texts)]), 20);
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.parquet");
    let mut refused = 0;
    for place in (0..whole.len()).step_by(3) {
        for flip in [0x01, 0x80] {
            let mut damaged = whole.clone();
            damaged[place] ^= flip;
            fs::write(&path, damaged).unwrap();
            let source = Source { path: path.clone(), columns: None, expected: None };
            // Not every flipped bit can be seen; what is seen is told as what it is.
            if let Err(error) = source.read(100, |_| true) {
                assert!(error.to_string().contains(" cannot be read: "), "{error}");
                refused += 1;
            }
        }
    }
    assert!(refused > 50, "{refused}");
}
