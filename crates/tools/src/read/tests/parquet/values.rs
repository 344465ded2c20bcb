//! What becomes of the values of a Parquet file.

use std::sync::Arc;

use arrow::array::{
    Array, ArrayRef, BooleanArray, Date32Array, Decimal128Array, Decimal256Array, DictionaryArray, DurationSecondArray,
    FixedSizeBinaryArray, Float32Array, Int8Array, Int64Array, IntervalDayTimeArray, LargeStringArray, ListArray,
    StringViewArray, StructArray, Time64MicrosecondArray, TimestampMicrosecondArray, TimestampMillisecondArray,
    TimestampNanosecondArray, UInt32Array, UInt64Array,
};
use arrow::datatypes::{DataType, Field, Int32Type, IntervalDayTime, i256};
use parquet::column::writer::ColumnWriter;
use parquet::data_type::{ByteArray, FixedLenByteArray};
use parquet::file::writer::SerializedFileWriter;
use parquet::schema::parser::parse_message_type;
use seatflow_testkit::Pace;
use seatflow_tool::is_final;

use super::{batch, problems, run, run_at, stage, written};

/// What is read: its types, and its rows as a table.
fn read(columns: impl IntoIterator<Item = (&'static str, ArrayRef)>) -> (Vec<DataType>, String) {
    let (_, ran) = run(written(&batch(columns), 10), "");
    assert_eq!(ran.failure(), None, "{}", ran.problems);
    let last = ran.batches("tested.S").last().unwrap();
    let types = last.schema_ref().fields().iter().map(|field| field.data_type().clone()).collect();
    (types, ran.table("tested.S").unwrap().to_string())
}

/// More than 128 bits can say.
const HUGE: &str = "1234567890123456789012345678901234567890123456789012345678901234567890123456";

#[test]
fn numbers_are_wide_enough_for_all_of_theirs() {
    let (types, table) = read([
        ("small", Arc::new(Int8Array::from(vec![Some(-128), None])) as ArrayRef),
        ("u32", Arc::new(UInt32Array::from(vec![u32::MAX, 0]))),
        ("u64", Arc::new(UInt64Array::from(vec![1, 2]))),
        ("float", Arc::new(Float32Array::from(vec![0.5, 0.1]))),
        ("bool", Arc::new(BooleanArray::from(vec![Some(true), None]))),
    ]);
    let (int, float) = (DataType::Int64, DataType::Float64);
    assert_eq!(types, [int.clone(), int.clone(), int, float, DataType::Boolean]);
    let expected = "| small | u32 | u64 | float | bool |\n|---|---|---|---|---|\n\
                    | -128 | 4294967295 | 1 | 0.5 | true |\n|  | 0 | 2 | 0.10000000149011612 |  |\n";
    assert_eq!(table, expected);
}

#[test]
fn an_unsigned_number_that_no_int64_holds_is_text_at_any_size_of_batches() {
    let values: ArrayRef = Arc::new(UInt64Array::from(vec![Some(7), Some(u64::MAX), None, Some(8)]));
    let stage = stage(written(&batch([("n", values)]), 2));
    for pace in Pace::ALL {
        let ran = run_at(&stage, "", pace);
        let batches = ran.batches("tested.S");
        assert_eq!(*batches.last().unwrap().column(0).data_type(), DataType::Utf8, "{pace:?}");
        assert!(batches.iter().all(|batch| !is_final(batch.schema_ref())));
        let table = ran.table("tested.S").unwrap().to_string();
        assert_eq!(table, "| n |\n|---|\n| \"7\" |\n| 18446744073709551615 |\n|  |\n| \"8\" |\n", "{pace:?}");
    }
}

#[test]
fn what_has_no_type_of_its_own_is_text_that_says_all() {
    let zoned = |micros: Vec<i64>| TimestampMicrosecondArray::from(micros).with_timezone("UTC");
    let (types, table) = read([
        ("view", Arc::new(StringViewArray::from(vec!["a"])) as ArrayRef),
        ("large", Arc::new(LargeStringArray::from(vec!["b"]))),
        ("dictionary", Arc::new(["c"].into_iter().collect::<DictionaryArray<Int32Type>>())),
        ("decimal", Arc::new(Decimal128Array::from(vec![1250]).with_precision_and_scale(10, 2).unwrap())),
        (
            "huge",
            Arc::new(
                Decimal256Array::from(vec![i256::from_string(HUGE).unwrap()]).with_precision_and_scale(76, 0).unwrap(),
            ),
        ),
        ("date", Arc::new(Date32Array::from(vec![-1]))),
        ("time", Arc::new(Time64MicrosecondArray::from(vec![86_399_500_000]))),
        ("nanos", Arc::new(TimestampNanosecondArray::from(vec![1]).with_timezone("UTC"))),
        ("nowhere", Arc::new(TimestampMicrosecondArray::from(vec![1_735_689_600_000_001]))),
        ("micros", Arc::new(zoned(vec![1_735_689_600_000_001]))),
        ("millis", Arc::new(TimestampMillisecondArray::from(vec![-1]).with_timezone("+02:00"))),
        ("bytes", Arc::new(FixedSizeBinaryArray::try_from_iter([[0, 255]].into_iter()).unwrap())),
    ]);
    let (text, moment) = (DataType::Utf8, zoned(vec![]).data_type().clone());
    assert_eq!(types[..9], vec![text; 9]);
    assert_eq!(types[9..], [moment.clone(), moment, DataType::Binary]);
    let row = table.lines().nth(2).unwrap();
    let expected = format!(
        "| a | b | c | \"12.50\" | {HUGE} | 1969-12-31 | 23:59:59.500 | 1970-01-01T00:00:00.000000001Z | \
         2025-01-01T00:00:00.000001 | 2025-01-01T00:00:00.000001Z | 1969-12-31T23:59:59.999Z | base64:AP8= |"
    );
    assert_eq!(row, expected);
}

#[test]
fn what_only_the_file_says_of_bytes_is_heeded() {
    let schema = "message m { optional binary kind (ENUM); optional fixed_len_byte_array(16) id (UUID);
                  optional binary json (JSON); }";
    let mut bytes = Vec::new();
    let schema = Arc::new(parse_message_type(schema).unwrap());
    let mut writer = SerializedFileWriter::new(&mut bytes, schema, Arc::default()).unwrap();
    let mut group = writer.next_row_group().unwrap();
    let id: Vec<u8> = (0..16).map(|place| place * 17).collect();
    let mut values = ["RED".into(), id, "[1]".into()].into_iter();
    while let Some(mut column) = group.next_column().unwrap() {
        let value: Vec<u8> = values.next().unwrap();
        match column.untyped() {
            ColumnWriter::ByteArrayColumnWriter(column) => {
                column.write_batch(&[ByteArray::from(value)], Some(&[0, 1]), None)
            }
            ColumnWriter::FixedLenByteArrayColumnWriter(column) => {
                column.write_batch(&[FixedLenByteArray::from(value)], Some(&[0, 1]), None)
            }
            _ => unreachable!("the columns hold bytes"),
        }
        .unwrap();
        column.close().unwrap();
    }
    group.close().unwrap();
    writer.close().unwrap();
    let (_, ran) = run(bytes, "");
    let expected = "| kind | id | json |\n|---|---|---|\n|  |  |  |\n\
                    | RED | 00112233-4455-6677-8899-aabbccddeeff | [1] |\n";
    assert_eq!(ran.table("tested.S").unwrap().to_string(), expected);
}

#[test]
fn what_a_writer_adds_for_its_own_kind_changes_nothing() {
    let (types, table) = read([("seconds", Arc::new(DurationSecondArray::from(vec![90])) as ArrayRef)]);
    assert_eq!((types, table.lines().nth(2).unwrap()), (vec![DataType::Int64], "| 90 |"));
}

#[test]
fn values_that_are_not_single_are_a_problem_unless_they_are_left_out() {
    let list: ArrayRef = Arc::new(ListArray::from_iter_primitive::<Int32Type, _, _>([Some([Some(1)])]));
    let field = Arc::new(Field::new("x", DataType::Int64, true));
    let inner: ArrayRef = Arc::new(Int64Array::from(vec![5]));
    let group: ArrayRef = Arc::new(StructArray::from(vec![(field, inner)]));
    let interval: ArrayRef = Arc::new(IntervalDayTimeArray::from(vec![IntervalDayTime::new(1, 2)]));
    let id: ArrayRef = Arc::new(Int64Array::from(vec![7]));
    let cases = [(list, "lists"), (group, "groups of fields"), (interval, "intervals")];
    for (array, what) in cases {
        let bytes = written(&batch([("tags", array), ("id", Arc::clone(&id))]), 10);
        let expected = format!(
            "unreadable-file: `a.parquet` cannot be read: its column `tags` holds {what}, and a field of a record is one \
             value\n"
        );
        assert_eq!(problems(&bytes, ""), expected);
        let (_, ran) = run(&bytes, ", columns: [id]");
        assert_eq!(ran.table("tested.S").unwrap().to_string(), "| id |\n|---|\n| 7 |\n", "{}", ran.problems);
    }
}

#[test]
fn a_value_that_no_record_can_say_ends_the_run_and_is_not_taken_for_null() {
    let date: ArrayRef = Arc::new(Date32Array::from(vec![0, i32::MAX]));
    let moment: ArrayRef = Arc::new(TimestampMillisecondArray::from(vec![0, i64::MAX]).with_timezone("UTC"));
    for array in [date, moment] {
        let (stage, ran) = run(written(&batch([("when", array)]), 10), "");
        let failure = stage.without_folder(&ran.failure().unwrap());
        let expected = "`a.parquet` cannot be read: a value of its column `when` cannot be told: ";
        assert!(failure.starts_with(expected), "{failure}");
        assert!(failure.ends_with("\nhelp: name the columns that are to be read in `columns`"), "{failure}");
    }
}

#[test]
fn an_integer_beyond_the_floats_stays_what_it_is() {
    let wide: ArrayRef = Arc::new(Int64Array::from(vec![9_007_199_254_740_993]));
    let stage = stage(written(&batch([("n", wide)]), 10));
    let yaml = "nodes:
  whole: { read_parquet: { path: a.parquet } }
  fraction: { rows: [{ n: 0.5 }] }
  all: { unique: , D: [whole, fraction] }
";
    let ran = stage.run(yaml, &["all.S"], Pace::USUAL).unwrap();
    assert_eq!(ran.table("all.S").unwrap().to_string(), "| n |\n|---|\n| \"9007199254740993\" |\n| \"0.5\" |\n");
}
