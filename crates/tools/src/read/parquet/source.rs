//! The rows of a Parquet file as batches.

use std::fs::File;
use std::path::PathBuf;
use std::sync::Arc;

use arrow::array::RecordBatchOptions;
use arrow::datatypes::{Field, Schema};
use arrow::record_batch::RecordBatch;
use parquet::arrow::ProjectionMask;
use parquet::arrow::arrow_reader::{ParquetRecordBatchReader, ParquetRecordBatchReaderBuilder};
use parquet::errors::ParquetError;
use parquet::file::metadata::RowGroupMetaData;
use seatflow_flatten::ladder;
use seatflow_spec::help_for_unknown;
use seatflow_tool::{ToolError, mark_final};

use super::footer::{Column, Footer, Unreadable, caught};
use super::form::Form;

/// So many bytes, about, are in a batch at the most, as far as a file tells how long its rows are.
const BATCH_BYTES: u64 = 8 * 1024 * 1024;

/// A file and what is to be read of it.
#[derive(Debug)]
pub(crate) struct Source {
    /// Where it is.
    pub(crate) path: PathBuf,
    /// The columns that are read, in this order; without them, all.
    pub(crate) columns: Option<Vec<String>>,
    /// The columns that the file had when the pipeline was checked, if that is known.
    pub(crate) expected: Option<Vec<String>>,
}

impl Source {
    /// Reads the file in batches of at most `rows` and gives each away, until `give` wants no more.
    pub(crate) fn read(&self, rows: usize, mut give: impl FnMut(RecordBatch) -> bool) -> Result<(), ToolError> {
        let file = File::open(&self.path).map_err(|error| {
            let message = format!("`{}` cannot be read: {error}", self.path.display());
            ToolError::pipeline(message).help("see that the file is there and may be read").from_source(error)
        })?;
        let footer = Footer::read(&file).map_err(|why| self.unreadable(why))?;
        self.check(&footer)?;
        let columns = footer.columns(self.columns.as_deref()).map_err(|why| self.unreadable(why))?;
        for group in 0..footer.metadata.metadata().num_row_groups() {
            let mut batches = caught(|| group_of(&file, &footer, &columns, group, rows))
                .map_err(|error| self.unreadable(Unreadable::Damaged(error)))?;
            let mut next = || caught(|| Ok(batches.next().transpose()?));
            while let Some(batch) = next().map_err(|error| self.unreadable(Unreadable::Damaged(error)))? {
                if !give(converted(&batch, &columns).map_err(|why| self.unreadable(why))?) {
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    /// Whether the file is as it was when the pipeline was checked, and has the columns that are wanted.
    fn check(&self, footer: &Footer) -> Result<(), ToolError> {
        if self.expected.as_ref().is_some_and(|expected| !footer.names().eq(expected)) {
            let message =
                format!("the columns of `{}` have changed since the pipeline was checked", self.path.display());
            return Err(ToolError::pipeline(message).help("run again"));
        }
        let is_missing = |wanted: &&String| footer.names().all(|name| name != *wanted);
        let Some(missing) = self.columns.iter().flatten().find(is_missing) else { return Ok(()) };
        let help = help_for_unknown(missing, footer.names()).unwrap_or_else(|| "the file has no columns".to_owned());
        Err(ToolError::pipeline(format!("`{}` has no column `{missing}`", self.path.display())).help(help))
    }

    fn unreadable(&self, why: Unreadable) -> ToolError {
        let message = format!("`{}` cannot be read: {why}", self.path.display());
        ToolError::pipeline(message).help(why.help()).from_source(why)
    }
}

/// The rows of one row group, a batch at a time.
fn group_of(
    file: &File,
    footer: &Footer,
    columns: &[Column],
    group: usize,
    rows: usize,
) -> Result<ParquetRecordBatchReader, ParquetError> {
    let places = columns.iter().map(|column| column.place);
    let mask = ProjectionMask::roots(footer.metadata.parquet_schema(), places);
    let rows = at_once(footer.metadata.metadata().row_group(group), &mask, rows);
    ParquetRecordBatchReaderBuilder::new_with_metadata(file.try_clone()?, footer.metadata.clone())
        .with_row_groups(vec![group])
        .with_projection(mask)
        .with_batch_size(rows)
        .build()
}

/// How many rows of a group are in a batch: at most so many, and fewer, if they are long.
fn at_once(group: &RowGroupMetaData, mask: &ProjectionMask, most: usize) -> usize {
    let columns = group.columns().iter().enumerate().filter(|(leaf, _)| mask.leaf_included(*leaf));
    // A text that is in a file once may be in many of its rows: some files tell how long all of them are.
    let sizes = columns.map(|(_, column)| {
        column.uncompressed_size().max(column.unencoded_byte_array_data_bytes().unwrap_or_default())
    });
    let bytes = sizes.fold(0, |sum: u64, size| sum.saturating_add(u64::try_from(size).unwrap_or_default()));
    let of_one = bytes / u64::try_from(group.num_rows()).unwrap_or_default().max(1);
    let fit = BATCH_BYTES / of_one.max(1);
    usize::try_from(fit).unwrap_or(most).clamp(1, most.max(1))
}

/// A batch with its values as records have them, and its columns in the order in which they are wanted.
fn converted(batch: &RecordBatch, columns: &[Column]) -> Result<RecordBatch, Unreadable> {
    let mut fields = Vec::with_capacity(columns.len());
    let mut arrays = Vec::with_capacity(columns.len());
    for column in columns {
        let values = column.form.convert(batch.column(column.rank));
        let values = values.map_err(|source| Unreadable::Value { name: column.name.clone(), source })?;
        fields.push(Field::new(&column.name, values.data_type().clone(), true));
        arrays.push(values);
    }
    let schema = Schema::new(fields);
    let is_final = columns.iter().all(|column| column.form.is_fixed());
    let schema = if is_final { mark_final(schema) } else { Arc::new(schema) };
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    let batch = RecordBatch::try_new_with_options(schema, arrays, &options)
        .map_err(|error| Unreadable::Damaged(error.into()))?;
    let may_be_wide = columns.iter().any(|column| matches!(column.form, Form::Integer | Form::Unsigned));
    Ok(if may_be_wide { ladder::mark(batch) } else { batch })
}
