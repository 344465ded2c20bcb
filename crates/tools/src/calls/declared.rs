//! What a catalog says of an answer's columns, and whether the columns that a node uses came.

use std::sync::Arc;

use arrow::record_batch::RecordBatch;
use bytes::Bytes;
use seatflow_catalog::Endpoint;
use seatflow_flatten::{Document, Flattener, Options};
use seatflow_spec::help_for_unknown;
use seatflow_tool::{Columns, ToolError, is_final};

/// The columns that the answers of an endpoint have, if its catalog shows one.
pub(super) fn columns(endpoint: &Endpoint, options: Options) -> Columns {
    let example = endpoint.response.example.as_ref().and_then(|example| flattened(&example.to_string(), options));
    example.map_or(Columns::Unknown, Columns::Known)
}

fn flattened(example: &str, options: Options) -> Option<Vec<String>> {
    let document = Document::parse(Bytes::copy_from_slice(example.as_bytes()), options.max_columns).ok()?;
    let mut flattener = Flattener::new(options);
    flattener.append(&document, 0).ok()?;
    let rows = flattener.take().ok()?;
    Some(rows.schema_ref().fields().iter().map(|field| field.name().clone()).collect())
}

/// Remembers which of the columns that a node uses have come.
pub(super) struct SeenColumns {
    wanted: Vec<(String, bool)>,
    there: Vec<String>,
    schema: Option<Arc<arrow::datatypes::Schema>>,
}

impl SeenColumns {
    /// None has come yet.
    pub(super) fn new(wanted: Vec<String>) -> Self {
        Self { wanted: wanted.into_iter().map(|name| (name, false)).collect(), there: Vec::new(), schema: None }
    }

    /// Looks at a batch; one with the schema of the last one tells nothing new.
    ///
    /// # Errors
    /// As [`Self::check`], as soon as no later batch can bring the column.
    pub(super) fn look_at(&mut self, batch: &RecordBatch) -> Result<(), ToolError> {
        let schema = batch.schema();
        if self.schema.as_ref().is_some_and(|last| Arc::ptr_eq(last, &schema)) {
            return Ok(());
        }
        self.there = schema.fields().iter().map(|field| field.name().clone()).collect();
        for (name, seen) in &mut self.wanted {
            *seen |= self.there.contains(name);
        }
        let is_last = is_final(&schema);
        self.schema = Some(schema);
        if is_last { self.check() } else { Ok(()) }
    }

    /// Says which column never came, though records did.
    ///
    /// # Errors
    /// The first such column, with the nearest name.
    pub(super) fn check(&self) -> Result<(), ToolError> {
        if self.schema.is_none() {
            return Ok(());
        }
        let Some((name, _)) = self.wanted.iter().find(|(_, seen)| !seen) else { return Ok(()) };
        let error = ToolError::pipeline(format!("there is no column `{name}` on `D`"));
        let help = help_for_unknown(name, self.there.iter().map(String::as_str));
        Err(help.into_iter().fold(error, ToolError::help))
    }
}
