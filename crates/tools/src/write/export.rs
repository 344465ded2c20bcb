//! Records as a file, without a run: for whoever looks at what a run has left.

use std::io::Write;
use std::path::Path;

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use seatflow_tool::ToolError;

use super::json::Json;
use super::output::cannot_write;
use super::table::{Format, plain, refuse_secrets, write_rows};
use super::write_csv::Csv;
use super::write_parquet::Compression;

/// The sorts of files that records are written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileFormat {
    /// As [`WriteCsv`](crate::WriteCsv) writes it, with commas and a header.
    Csv,
    /// A JSON object on each line, with every column: bytes are text in base64, times are text as RFC 3339 writes them.
    Json,
    /// As [`WriteParquet`](crate::WriteParquet) writes it.
    Parquet,
}

/// Writes records that come one batch after the other, and tells how many there were.
///
/// The schema has every column that any batch has, with the type that holds all its values: the last one of a wire does.
/// Equal records give equal bytes, however they come. `path` is what messages call the file.
///
/// # Errors
/// A column that is marked as secret, before anything is written; a batch that does not fit the schema; what `batches`
/// and `to` fail with, which is at the root of the error.
pub fn write_records(
    format: FileFormat,
    schema: &SchemaRef,
    batches: impl IntoIterator<Item = Result<RecordBatch, ToolError>>,
    to: impl Write + Send,
    path: &Path,
) -> Result<usize, ToolError> {
    refuse_secrets(schema, path)?;
    let batches = batches.into_iter();
    match format {
        FileFormat::Csv => write(&Csv::default(), schema, batches, to, path),
        FileFormat::Json => write(&Json, schema, batches, to, path),
        FileFormat::Parquet => write(&Compression::default(), schema, batches, to, path),
    }
}

fn write(
    format: &impl Format,
    schema: &SchemaRef,
    batches: impl Iterator<Item = Result<RecordBatch, ToolError>>,
    to: impl Write + Send,
    path: &Path,
) -> Result<usize, ToolError> {
    let schema = plain(schema);
    let writer = format.begin(to, path, &schema)?;
    let batches = batches.map(|batch| {
        let batch = batch?;
        refuse_secrets(batch.schema_ref(), path)?;
        Ok(batch)
    });
    let (rows, mut to) = write_rows(writer, &schema, batches)?;
    to.flush().map_err(|error| cannot_write(path, error))?;
    Ok(rows)
}

#[cfg(test)]
mod tests {
    use std::io;
    use std::sync::Arc;

    use arrow::array::{
        ArrayRef, BinaryArray, BooleanArray, Float64Array, Int64Array, StringArray, TimestampMicrosecondArray,
    };
    use arrow::datatypes::{DataType, Field, Schema};
    use bytes::Bytes;
    use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;
    use seatflow_tool::mark_secret;

    use super::*;

    fn batch(columns: Vec<(&str, ArrayRef)>) -> RecordBatch {
        RecordBatch::try_from_iter_with_nullable(columns.into_iter().map(|(name, array)| (name, array, true))).unwrap()
    }

    fn written(format: FileFormat, batches: &[RecordBatch]) -> Result<Vec<u8>, ToolError> {
        let (mut bytes, schema) = (Vec::new(), batches.last().unwrap().schema());
        let rows = write_records(format, &schema, batches.iter().cloned().map(Ok), &mut bytes, Path::new("out"))?;
        assert_eq!(rows, batches.iter().map(RecordBatch::num_rows).sum::<usize>());
        Ok(bytes)
    }

    /// Records of which the later ones have more columns.
    fn widening() -> [RecordBatch; 2] {
        let ids: ArrayRef = Arc::new(Int64Array::from(vec![i64::MIN, i64::MAX]));
        let late: ArrayRef = Arc::new(StringArray::from(vec!["a,\"b\"\n"]));
        [batch(vec![("id", ids)]), batch(vec![("id", Arc::new(Int64Array::from(vec![7]))), ("späť", late)])]
    }

    #[test]
    fn batches_that_widen_make_one_file() {
        let csv = String::from_utf8(written(FileFormat::Csv, &widening()).unwrap()).unwrap();
        assert_eq!(csv, "id,späť\n-9223372036854775808,\n9223372036854775807,\n7,\"a,\"\"b\"\"\n\"\n");
        let json = String::from_utf8(written(FileFormat::Json, &widening()).unwrap()).unwrap();
        let expected = [
            r#"{"id":-9223372036854775808,"späť":null}"#,
            r#"{"id":9223372036854775807,"späť":null}"#,
            r#"{"id":7,"späť":"a,\"b\"\n"}"#,
        ];
        assert_eq!(json.lines().collect::<Vec<_>>(), expected);
        let parquet = Bytes::from(written(FileFormat::Parquet, &widening()).unwrap());
        let batches: Vec<_> = ParquetRecordBatchReaderBuilder::try_new(parquet).unwrap().build().unwrap().collect();
        let batch = batches[0].as_ref().unwrap();
        assert_eq!((batches.len(), batch.num_rows(), batch.num_columns()), (1, 3, 2));
    }

    #[test]
    fn nothing_of_a_value_gets_lost_in_json() {
        let times = TimestampMicrosecondArray::from(vec![Some(1_735_689_600_000_001), None]).with_timezone("UTC");
        let columns: Vec<(&str, ArrayRef)> = vec![
            ("bytes", Arc::new(BinaryArray::from_opt_vec(vec![Some(b"\x00\xFF"), None]))),
            ("time", Arc::new(times)),
            ("float", Arc::new(Float64Array::from(vec![1.0, 0.1]))),
            ("odd", Arc::new(Float64Array::from(vec![f64::NAN, f64::NEG_INFINITY]))),
            ("truth", Arc::new(BooleanArray::from(vec![Some(true), None]))),
            ("digits", Arc::new(StringArray::from(vec!["007", ""]))),
        ];
        let json = String::from_utf8(written(FileFormat::Json, &[batch(columns)]).unwrap()).unwrap();
        let expected = [
            r#"{"bytes":"AP8=","time":"2025-01-01T00:00:00.000001Z","float":1.0,"odd":"NaN","truth":true,"digits":"007"}"#,
            r#"{"bytes":null,"time":null,"float":0.1,"odd":"-Infinity","truth":null,"digits":""}"#,
        ];
        assert_eq!(json.lines().collect::<Vec<_>>(), expected);
    }

    #[test]
    fn a_secret_column_is_refused_before_a_byte_is_written() {
        let field = mark_secret(Field::new("token", DataType::Utf8, true));
        let secret: ArrayRef = Arc::new(StringArray::from(vec!["s3cret"]));
        let batch = RecordBatch::try_new(Arc::new(Schema::new(vec![field])), vec![secret]).unwrap();
        for format in [FileFormat::Csv, FileFormat::Json, FileFormat::Parquet] {
            let mut bytes = Vec::new();
            let path = Path::new("out.csv");
            let batches = || std::iter::once(Ok(batch.clone()));
            let refused = write_records(format, &batch.schema(), batches(), &mut bytes, path).unwrap_err();
            assert_eq!(refused.to_string(), "the secret column `token` cannot be written to `out.csv`");
            assert!(bytes.is_empty());
            let unmarked = Arc::new(Schema::new(vec![Field::new("token", DataType::Utf8, true)]));
            write_records(format, &unmarked, batches(), &mut bytes, path).unwrap_err();
            assert!(!String::from_utf8_lossy(&bytes).contains("s3cret"), "whatever the schema says of it");
        }
    }

    #[test]
    fn a_place_that_takes_no_more_is_told() {
        struct Full;
        impl Write for Full {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                Err(io::ErrorKind::BrokenPipe.into())
            }
            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let [batch, _] = widening();
        for format in [FileFormat::Csv, FileFormat::Json, FileFormat::Parquet] {
            let batches = std::iter::once(Ok(batch.clone()));
            let error = write_records(format, &batch.schema(), batches, Full, Path::new("-")).unwrap_err();
            assert!(error.to_string().starts_with("cannot write `-`: "), "{error}");
        }
    }
}
