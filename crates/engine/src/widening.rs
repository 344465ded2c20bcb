//! Keeps the promise of a wire: its schema only widens.

use arrow::datatypes::SchemaRef;
use arrow::record_batch::RecordBatch;
use seatflow_flatten::ladder::{self, Conflict};
use seatflow_tool::ToolError;

/// The schema of a stream so far.
#[derive(Default)]
pub(crate) struct Widening {
    schema: Option<SchemaRef>,
}

impl Widening {
    /// The batch with at least the columns and types of all before it.
    pub(crate) fn conform(&mut self, batch: RecordBatch) -> Result<RecordBatch, ToolError> {
        let schema = match &self.schema {
            Some(so_far) if so_far.fields() == batch.schema_ref().fields() => return Ok(batch),
            Some(so_far) => ladder::widen(so_far, batch.schema_ref()).map_err(conflict)?,
            None => batch.schema(),
        };
        let batch = ladder::conform(&batch, &schema).map_err(conflict)?;
        self.schema = Some(schema);
        Ok(batch)
    }
}

fn conflict(conflict: Conflict) -> ToolError {
    ToolError::pipeline(conflict.to_string()).from_source(conflict)
}
