//! Schemas along a wire: they only widen, and batches follow.

use std::cell::OnceCell;
use std::collections::HashMap;
use std::sync::Arc;

use arrow::array::{RecordBatch, RecordBatchOptions, new_null_array};
use arrow::datatypes::{Field, Schema, SchemaRef};

use super::Conflict;
use super::cast::cast;
use super::rung::{Rung, unify};

/// The union of two schemas: the columns of the first in their order, then those that only the second has. A column
/// that both have gets its type from [`unify`]; one that only one of them has is nullable.
///
/// Where nothing changes, the first is returned as it is.
///
/// # Errors
/// A column's types have no common type.
pub fn widen(first: &SchemaRef, second: &SchemaRef) -> Result<SchemaRef, Conflict> {
    if Arc::ptr_eq(first, second) || first == second {
        return Ok(Arc::clone(first));
    }
    let names = Names::of(second);
    let mut met = vec![false; second.fields().len()];
    let mut fields = Vec::with_capacity(first.fields().len());
    for (place, field) in first.fields().iter().enumerate() {
        fields.push(match names.find(field.name(), place) {
            Some(other) => {
                met[other] = true;
                unified(field, second.field(other))?
            }
            None => nullable(field),
        });
    }
    let new = second.fields().iter().zip(met).filter(|(_, met)| !met);
    fields.extend(new.map(|(field, _)| nullable(field)));
    Ok(rebuilt(first, fields))
}

/// The schema of a finished table: a column that was never anything but null is text, and no field has the mark
/// [`WIDE`](super::WIDE).
pub fn settle(schema: &SchemaRef) -> SchemaRef {
    let settled = |field: &Arc<Field>| match Rung::of(field) {
        Some(Rung::Null) => Arc::new(Rung::Utf8.put_on(field.as_ref().clone())),
        Some(Rung::WideInt64) => Arc::new(Rung::Int64.put_on(field.as_ref().clone())),
        _ => Arc::clone(field),
    };
    rebuilt(schema, schema.fields().iter().map(settled).collect())
}

/// The batch as a wider schema has it: columns in its order, types cast up, missing ones null.
///
/// Where nothing changes, the batch is returned as it is.
///
/// # Errors
/// The schema lacks a column of the batch, or has a lower type for it.
pub fn conform(batch: &RecordBatch, schema: &SchemaRef) -> Result<RecordBatch, Conflict> {
    if Arc::ptr_eq(batch.schema_ref(), schema) || batch.schema_ref() == schema {
        return Ok(batch.clone());
    }
    let names = Names::of(batch.schema_ref());
    let mut met = vec![false; batch.num_columns()];
    let mut columns = Vec::with_capacity(schema.fields().len());
    for (place, field) in schema.fields().iter().enumerate() {
        columns.push(match names.find(field.name(), place) {
            Some(column) => {
                met[column] = true;
                cast(batch.column(column), field.data_type())?
            }
            None => new_null_array(field.data_type(), batch.num_rows()),
        });
    }
    if let Some(lost) = met.iter().position(|met| !met) {
        return Err(Conflict::Missing(batch.schema_ref().field(lost).name().clone()));
    }
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    RecordBatch::try_new_with_options(Arc::clone(schema), columns, &options)
        .map_err(|error| Conflict::Batch(error.to_string()))
}

fn unified(first: &Arc<Field>, second: &Field) -> Result<Arc<Field>, Conflict> {
    if first.as_ref() == second {
        return Ok(Arc::clone(first));
    }
    unify(first, second).map(Arc::new)
}

fn nullable(field: &Arc<Field>) -> Arc<Field> {
    if field.is_nullable() { Arc::clone(field) } else { Arc::new(field.as_ref().clone().with_nullable(true)) }
}

/// A schema with other fields, or the same if they are equal.
fn rebuilt(schema: &SchemaRef, fields: Vec<Arc<Field>>) -> SchemaRef {
    if schema.fields().iter().eq(&fields) {
        return Arc::clone(schema);
    }
    Arc::new(Schema::new_with_metadata(fields, schema.metadata().clone()))
}

/// Where the columns of a schema stand. Usually they stand where they are looked for.
struct Names<'a> {
    schema: &'a Schema,
    places: OnceCell<HashMap<&'a str, usize>>,
}

impl<'a> Names<'a> {
    fn of(schema: &'a Schema) -> Self {
        Self { schema, places: OnceCell::new() }
    }

    fn find(&self, name: &str, expected: usize) -> Option<usize> {
        if self.schema.fields().get(expected).is_some_and(|field| field.name() == name) {
            return Some(expected);
        }
        let fields = self.schema.fields().iter();
        let places = || fields.enumerate().map(|(place, field)| (field.name().as_str(), place)).collect();
        self.places.get_or_init(places).get(name).copied()
    }
}
