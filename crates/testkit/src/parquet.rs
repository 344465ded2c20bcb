//! Parquet files as tables.

use std::fs;
use std::path::Path;
use std::sync::Arc;

use anyhow::{Context as _, bail};
use arrow::array::{ArrayRef, BooleanArray, Float64Array, Int64Array, StringArray};
use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use parquet::arrow::ArrowWriter;
use parquet::arrow::arrow_reader::ParquetRecordBatchReaderBuilder;

use crate::table::Table;
use crate::value::Value;

impl Table {
    /// The rows of a Parquet file.
    ///
    /// # Errors
    /// It cannot be read.
    pub fn of_parquet(path: &Path) -> anyhow::Result<Self> {
        let bytes = fs::read(path).with_context(|| format!("no file `{}`", path.display()))?;
        read(bytes).map(|(_, table)| table)
    }

    /// A Parquet file with these rows.
    ///
    /// # Errors
    /// The values of a column are not of one type.
    pub(crate) fn to_parquet(&self) -> anyhow::Result<Vec<u8>> {
        let columns = self.columns.iter().enumerate().map(|(place, name)| {
            let values: Vec<&Value> = self.rows.iter().map(|row| &row[place]).collect();
            Ok((name, array(&values).with_context(|| format!("in the column `{name}`"))?, true))
        });
        let columns = columns.collect::<anyhow::Result<Vec<_>>>()?;
        let batch = RecordBatch::try_from_iter_with_nullable(columns)?;
        let mut bytes = Vec::new();
        let mut writer = ArrowWriter::try_new(&mut bytes, batch.schema(), None)?;
        writer.write(&batch)?;
        writer.close()?;
        Ok(bytes)
    }
}

/// Values of one type; nothing but null is text.
fn array(values: &[&Value]) -> anyhow::Result<ArrayRef> {
    fn typed<'a, T>(values: &[&'a Value], of: impl Fn(&'a Value) -> Option<T>) -> anyhow::Result<Vec<Option<T>>> {
        let typed = values.iter().map(|value| match (value, of(value)) {
            (Value::Null, _) => Ok(None),
            (_, Some(value)) => Ok(Some(value)),
            (value, None) => bail!("`{value}` is of another type than the values before it"),
        });
        typed.collect()
    }
    Ok(match values.iter().find(|value| ***value != Value::Null) {
        Some(Value::Bool(_)) => Arc::new(BooleanArray::from(typed(values, |value| match value {
            Value::Bool(value) => Some(*value),
            _ => None,
        })?)),
        Some(Value::Integer(_)) => Arc::new(Int64Array::from(typed(values, |value| match value {
            Value::Integer(value) => Some(*value),
            _ => None,
        })?)),
        Some(Value::Float(_)) => Arc::new(Float64Array::from(typed(values, |value| match value {
            Value::Float(value) => Some(*value),
            _ => None,
        })?)),
        _ => Arc::new(StringArray::from(typed(values, |value| match value {
            Value::Text(value) => Some(value.as_str()),
            _ => None,
        })?)),
    })
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
    use super::*;

    #[test]
    fn a_file_shows_its_types_and_its_rows() {
        let rows = "| id | seats | share | trial | none |\n|---|---|---|---|---|\n\
                    | 00123 | 25 | 0.5 | true |  |\n|  | 7 |  |  |  |\n";
        let bytes = table(rows).to_parquet().unwrap();
        let types = "id: Utf8\nseats: Int64\nshare: Float64\ntrial: Boolean\nnone: Utf8\n";
        assert_eq!(parquet_as_text(bytes), format!("{types}\n{rows}"));
    }

    #[test]
    fn a_column_of_two_types_is_no_file() {
        let error = table("| id |\n|---|\n| 1 |\n| x |\n").to_parquet().unwrap_err();
        assert_eq!(format!("{error:#}"), "in the column `id`: `x` is of another type than the values before it");
    }

    fn table(text: &str) -> Table {
        Table::parse(&text.lines().collect::<Vec<_>>()).unwrap()
    }

    #[test]
    fn what_is_no_parquet_file_says_so() {
        assert!(parquet_as_text(b"id\n".to_vec()).starts_with("no Parquet file: "));
    }
}
