//! Parquet files as tables.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::Context as _;
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::table::Table;

impl Table {
    /// The rows of a Parquet file.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of_parquet(path: &Path) -> anyhow::Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("no file `{}`", path.display()))?;
        read(bytes).map(|(_, table)| table)
    }
}

/// A Parquet file as text: a line for each column with its type, an empty line, and the rows as a table. What is no
/// Parquet file is text that says so.
pub fn parquet_as_text(bytes: Vec<u8>) -> String {
    let (schema, table) = match read(bytes) {
        Ok(read) => read,
        Err(error) => return format!("no Parquet file: {error:#}\n"),
    };
    let columns = schema.fields().iter().map(|field| format!("{}: {}\n", field.name(), field.data_type()));
    format!("{}\n{table}", columns.collect::<String>())
}

fn read(bytes: Vec<u8>) -> anyhow::Result<(SchemaRef, Table)> {
    let reader = ParquetRecordBatchReaderBuilder::try_new(Bytes::from(bytes))?;
    let schema = Arc::clone(reader.schema());
    let mut batches = vec![RecordBatch::new_empty(Arc::clone(&schema))];
    for batch in reader.build()? {
        batches.push(batch?);
    }
    Ok((schema, Table::of(&batches)?))
}

#[cfg(test)]
mod tests {
    use arrow::array::{ArrayRef, Int64Array, StringArray};
    use parquet::arrow::ArrowWriter;

    use super::*;

    #[test]
    fn a_file_shows_its_types_and_its_rows() {
        let id: ArrayRef = Arc::new(StringArray::from(vec![Some("00123"), None]));
        let seats: ArrayRef = Arc::new(Int64Array::from(vec![25, 7]));
        let batch = RecordBatch::try_from_iter_with_nullable([("id", id, true), ("seats", seats, true)]).unwrap();
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None).unwrap();
        writer.write(&batch).unwrap();
        writer.close().unwrap();
        let expected = "id: Utf8\nseats: Int64\n\n| id | seats |\n|---|---|\n| 00123 | 25 |\n|  | 7 |\n";
        assert_eq!(parquet_as_text(bytes), expected);
    }

    #[test]
    fn what_is_no_parquet_file_says_so() {
        assert!(parquet_as_text(b"id\n".to_vec()).starts_with("no Parquet file: "));
    }
}
