//! What a catalog says of an answer's columns.

use bytes::Bytes;
use seatflow_catalog::Endpoint;
use seatflow_flatten::{Document, Flattener, Options};
use seatflow_tool::Columns;

/// The columns that the answers of an endpoint have, if its catalog shows one. Others may come: an example shows what
/// there can be, not all of it.
pub(super) fn columns(endpoint: &Endpoint, options: Options) -> Columns {
    let example = endpoint.response.example.as_ref().and_then(|example| flattened(&example.to_string(), options));
    example.map_or(Columns::Unknown, Columns::Shown)
}

fn flattened(example: &str, options: Options) -> Option<Vec<String>> {
    let document = Document::parse(Bytes::copy_from_slice(example.as_bytes()), options.max_columns).ok()?;
    let mut flattener = Flattener::new(options);
    flattener.append(&document, 0).ok()?;
    let rows = flattener.take().ok()?;
    Some(rows.schema_ref().fields().iter().map(|field| field.name().clone()).collect())
}
