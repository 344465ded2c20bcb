//! Cuts a stream of batches anew, by what is in it alone.

use arrow::array::{Array, AsArray};
use arrow::compute::concat_batches;
use arrow::datatypes::DataType;
use arrow::error::ArrowError;
use arrow::record_batch::RecordBatch;

/// How many rows a batch has, unless they are long.
const ROWS: usize = 8192;
/// A batch ends with the row that brings its texts and bytes to this size.
const BYTES: usize = 16 * 1024 * 1024;

/// Batches of one schema, joined and cut anew. Where a new one ends depends on its rows and
/// never on the batches in which they came, so that equal records give equal files.
#[derive(Default)]
pub(crate) struct Rebatch {
    pieces: Vec<RecordBatch>,
    rows: usize,
    bytes: usize,
}

impl Rebatch {
    /// Adds a batch; the new ones that are full now, in order.
    pub(crate) fn add(&mut self, batch: &RecordBatch) -> Result<Vec<RecordBatch>, ArrowError> {
        let lengths = Lengths::of(batch);
        let mut full = Vec::new();
        let mut start = 0;
        for row in 0..batch.num_rows() {
            self.rows += 1;
            self.bytes += lengths.of_row(row);
            if self.rows == ROWS || self.bytes >= BYTES {
                self.pieces.push(batch.slice(start, row + 1 - start));
                start = row + 1;
                full.extend(self.rest()?);
            }
        }
        if start < batch.num_rows() {
            self.pieces.push(batch.slice(start, batch.num_rows() - start));
        }
        Ok(full)
    }

    /// The last one, if anything is left for it.
    pub(crate) fn rest(&mut self) -> Result<Option<RecordBatch>, ArrowError> {
        (self.rows, self.bytes) = (0, 0);
        let pieces = std::mem::take(&mut self.pieces);
        match pieces.as_slice() {
            [] => Ok(None),
            [one] => Ok(Some(one.clone())),
            [first, ..] => concat_batches(first.schema_ref(), &pieces).map(Some),
        }
    }
}

/// The offsets of the columns whose values have lengths of their own.
struct Lengths<'a>(Vec<&'a [i32]>);

impl<'a> Lengths<'a> {
    fn of(batch: &'a RecordBatch) -> Self {
        let offsets = batch.columns().iter().filter_map(|column| match column.data_type() {
            DataType::Utf8 => Some(&**column.as_string::<i32>().offsets()),
            DataType::Binary => Some(&**column.as_binary::<i32>().offsets()),
            _ => None,
        });
        Self(offsets.collect())
    }

    fn of_row(&self, row: usize) -> usize {
        let lengths = self.0.iter().map(|offsets| offsets[row + 1].abs_diff(offsets[row]) as usize);
        lengths.sum()
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use arrow::array::{ArrayRef, StringArray};

    use super::*;

    fn batch(texts: &[String]) -> RecordBatch {
        let array: ArrayRef = Arc::new(StringArray::from_iter_values(texts));
        RecordBatch::try_from_iter_with_nullable([("text", array, true)]).unwrap()
    }

    /// The sizes of the new batches when the texts come in batches of `rows`.
    fn sizes(texts: &[String], rows: usize) -> Vec<usize> {
        let mut rebatch = Rebatch::default();
        let mut all = Vec::new();
        for piece in texts.chunks(rows) {
            all.extend(rebatch.add(&batch(piece)).unwrap());
        }
        all.extend(rebatch.rest().unwrap());
        assert_eq!(concat_batches(all[0].schema_ref(), &all).unwrap(), batch(texts));
        all.iter().map(RecordBatch::num_rows).collect()
    }

    #[test]
    fn batches_have_8192_rows_however_the_rows_come() {
        let texts: Vec<String> = (0..20_000).map(|number| number.to_string()).collect();
        for rows in [1, 7, 8192, 20_000] {
            assert_eq!(sizes(&texts, rows), [8192, 8192, 3616]);
        }
    }

    #[test]
    fn long_rows_make_short_batches_however_the_rows_come() {
        let texts: Vec<String> = (0..10).map(|number| number.to_string().repeat(6 * 1024 * 1024)).collect();
        for rows in [1, 4, 10] {
            assert_eq!(sizes(&texts, rows), [3, 3, 3, 1]);
        }
    }

    #[test]
    fn no_rows_are_no_batch() {
        assert!(Rebatch::default().rest().unwrap().is_none());
    }
}
