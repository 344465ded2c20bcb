//! Marks that schemas and fields carry along the wires.

use std::collections::HashMap;
use std::sync::Arc;

use arrow::datatypes::{Field, Schema, SchemaRef};

const FINAL: &str = "seatflow.final";
const SECRET: &str = "seatflow.secret";

/// Marks a schema as the last one of its wire: no later batch has another, so a file's columns
/// are known at its first row.
pub fn mark_final(schema: Schema) -> SchemaRef {
    let mut metadata = schema.metadata.clone();
    metadata.insert(FINAL.to_owned(), "true".to_owned());
    Arc::new(schema.with_metadata(metadata))
}

/// Whether no later batch of the wire has another schema.
pub fn is_final(schema: &Schema) -> bool {
    schema.metadata.contains_key(FINAL)
}

/// Marks a column as holding secrets, which every writer refuses.
#[must_use]
pub fn mark_secret(field: Field) -> Field {
    let mut metadata: HashMap<_, _> = field.metadata().clone();
    metadata.insert(SECRET.to_owned(), "true".to_owned());
    field.with_metadata(metadata)
}

/// Whether a column holds secrets.
pub fn is_secret(field: &Field) -> bool {
    field.metadata().contains_key(SECRET)
}
