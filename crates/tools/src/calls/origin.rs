//! Which input records an output row comes from, and their fields beside the row.

use std::ops::Range;
use std::sync::Arc;

use arrow::array::{Array, ArrayRef, Int64Array, new_null_array};
use arrow::compute::interleave;
use arrow::datatypes::{DataType, Field, FieldRef, Schema, SchemaRef};
use arrow::record_batch::RecordBatch;
use seatflow_flatten::ladder::{self, Conflict};
use seatflow_tool::ToolError;

/// The column that tells which input record a row comes from; it joins S, F and L.
pub(super) const CALL: &str = "_call";

/// The field of [`CALL`].
pub(super) fn call_field() -> FieldRef {
    Arc::new(Field::new(CALL, DataType::Int64, true))
}

/// The records that a call comes from: mostly one; several, if they are grouped; without D, none.
#[derive(Clone, Debug)]
pub(super) struct Origin {
    /// The number of the first of them in the input, from 0.
    pub(super) call: i64,
    /// The batch they stand in, and where.
    pub(super) records: Option<(Arc<RecordBatch>, Range<usize>)>,
}

impl Origin {
    /// How many records get the call's outcome. A node without D counts as one.
    pub(super) fn len(&self) -> usize {
        self.records.as_ref().map_or(1, |(_, rows)| rows.len())
    }
}

/// The origins of rows that will leave together, in the order of the rows.
#[derive(Default)]
pub(super) struct Origins {
    calls: Vec<i64>,
    batches: Vec<Arc<RecordBatch>>,
    places: Vec<(usize, usize)>,
}

impl Origins {
    /// Adds the origin of the next `rows` rows: one record, `offset` records behind the first.
    pub(super) fn push(&mut self, origin: &Origin, offset: usize, rows: usize) {
        self.calls.extend(std::iter::repeat_n(origin.call, rows));
        let Some((batch, records)) = &origin.records else { return };
        if self.batches.last().is_none_or(|last| !Arc::ptr_eq(last, batch)) {
            self.batches.push(Arc::clone(batch));
        }
        self.places.extend(std::iter::repeat_n((self.batches.len() - 1, records.start + offset), rows));
    }

    /// How many rows there are.
    pub(super) fn len(&self) -> usize {
        self.calls.len()
    }

    /// The numbers of the input records, for some of the rows.
    pub(super) fn calls(&self, rows: Range<usize>) -> ArrayRef {
        Arc::new(Int64Array::from(self.calls[rows].to_vec()))
    }

    /// The input's columns, each with the widest type that it has in any of the batches.
    pub(super) fn schema(&self) -> Result<SchemaRef, ToolError> {
        let mut schemas = self.batches.iter().map(|batch| batch.schema());
        let Some(first) = schemas.next() else { return Ok(Arc::new(Schema::empty())) };
        schemas.try_fold(first, |widest, next| ladder::widen(&widest, &next)).map_err(conflict)
    }

    /// One input column beside some of the rows; null where a batch does not have it yet.
    pub(super) fn column(&self, field: &Field, rows: Range<usize>) -> Result<ArrayRef, ToolError> {
        if field.data_type() == &DataType::Null {
            return Ok(new_null_array(&DataType::Null, rows.len()));
        }
        let arrays: Vec<ArrayRef> =
            self.batches.iter().map(|batch| typed(batch, field)).collect::<Result<_, _>>().map_err(conflict)?;
        let arrays: Vec<&dyn Array> = arrays.iter().map(AsRef::as_ref).collect();
        Ok(interleave(&arrays, &self.places[rows])?)
    }
}

fn typed(batch: &RecordBatch, field: &Field) -> Result<ArrayRef, Conflict> {
    match batch.column_by_name(field.name()) {
        Some(array) => ladder::cast(array, field.data_type()),
        None => Ok(new_null_array(field.data_type(), batch.num_rows())),
    }
}

fn conflict(conflict: Conflict) -> ToolError {
    ToolError::pipeline(conflict.to_string()).from_source(conflict)
}
