//! Values of one type of the ladder as values of a higher one.

use std::sync::Arc;

use arrow::array::{Array, ArrayRef, AsArray, RecordBatch, new_null_array};
use arrow::datatypes::{DataType, Field, Float64Type, Int64Type, Schema};

use super::Conflict;
use super::rung::{Rung, is_wide};
use crate::column::exact;
use crate::text::{TextCells, of_boolean, of_float};

/// The same values as another type, which is the same or a higher one on the ladder.
///
/// As text, integers are their digits, floats are written as RFC 8785 writes them, and booleans are `true` or `false`.
///
/// # Errors
/// The type is not higher; an integer beyond 2^53 would become a float; 2 GiB of text.
pub fn cast(array: &ArrayRef, to: &DataType) -> Result<ArrayRef, Conflict> {
    let from = array.data_type();
    match (from, to) {
        (from, to) if from == to => Ok(Arc::clone(array)),
        (DataType::Null, to) => Ok(new_null_array(to, array.len())),
        (DataType::Int64, DataType::Float64) => int64_to_float64(array),
        (DataType::Int64, DataType::Utf8) => {
            let integers = array.as_primitive::<Int64Type>();
            text(array, |row, out| out.push(integers.value(row).to_string().as_bytes(), 1))
        }
        (DataType::Float64, DataType::Utf8) => {
            let floats = array.as_primitive::<Float64Type>();
            let mut buffer = ryu_js::Buffer::new();
            text(array, |row, out| out.push(of_float(floats.value(row), &mut buffer).as_bytes(), 1))
        }
        (DataType::Boolean, DataType::Utf8) => {
            let booleans = array.as_boolean();
            text(array, |row, out| out.push(of_boolean(booleans.value(row)).as_bytes(), 1))
        }
        (from, to) => Err(Conflict::Cast { from: from.clone(), to: to.clone() }),
    }
}

fn int64_to_float64(array: &ArrayRef) -> Result<ArrayRef, Conflict> {
    let integers = array.as_primitive::<Int64Type>();
    match integers.iter().flatten().find(|&integer| is_wide(integer)) {
        Some(integer) => Err(Conflict::Inexact(integer)),
        // Under a null there may be any value.
        None => Ok(Arc::new(integers.unary::<_, Float64Type>(|value| if is_wide(value) { 0.0 } else { exact(value) }))),
    }
}

fn text(array: &ArrayRef, mut push: impl FnMut(usize, &mut TextCells)) -> Result<ArrayRef, Conflict> {
    /// No value of the ladder that is not text is longer as text.
    const LONGEST: usize = 25;
    if array.len() > i32::MAX as usize / LONGEST {
        return Err(Conflict::TooLong);
    }
    let mut texts = TextCells::with_capacity(array.len());
    for row in 0..array.len() {
        if array.is_valid(row) {
            push(row, &mut texts);
        } else {
            texts.pad(1);
        }
    }
    texts.finish(array.nulls().cloned()).map_err(|_| Conflict::TooLong)
}

/// Marks every `Int64` column that holds an integer beyond 2^53, for batches that come from elsewhere than flattening.
///
/// A batch in which nothing is to be marked is returned as it is.
pub fn mark(batch: RecordBatch) -> RecordBatch {
    let schema = batch.schema_ref();
    let holds_wide = |(field, array): (&Arc<Field>, &ArrayRef)| {
        Rung::of(field) == Some(Rung::Int64) && array.as_primitive::<Int64Type>().iter().flatten().any(is_wide)
    };
    let wide: Vec<bool> = schema.fields().iter().zip(batch.columns()).map(holds_wide).collect();
    if !wide.contains(&true) {
        return batch;
    }
    let marked = |(field, wide): (&Arc<Field>, bool)| {
        if wide { Arc::new(Rung::WideInt64.put_on(field.as_ref().clone())) } else { Arc::clone(field) }
    };
    let fields: Vec<_> = schema.fields().iter().zip(wide).map(marked).collect();
    let schema = Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()));
    batch.clone().with_schema(schema).unwrap_or(batch)
}
