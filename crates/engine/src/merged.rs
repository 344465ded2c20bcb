//! Several wires into one anchor, read one after the other in the order they are written.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use arrow::record_batch::{RecordBatch, RecordBatchOptions};
use futures::future::BoxFuture;
use seatflow_tool::{Receive, ToolError};

use crate::widening::Widening;
use crate::wire::Receiver;

/// The wires of one input anchor as one stream.
pub(crate) struct Merged {
    wires: VecDeque<Receiver>,
    widening: Widening,
}

impl Merged {
    /// The wires in the order they are written.
    pub(crate) fn new(wires: Vec<Receiver>) -> Self {
        Self { wires: wires.into(), widening: Widening::default() }
    }
}

impl Receive for Merged {
    fn receive(&mut self) -> BoxFuture<'_, Result<Option<RecordBatch>, ToolError>> {
        Box::pin(async {
            while let Some(wire) = self.wires.front_mut() {
                if let Some(batch) = wire.receive().await? {
                    let batch = if self.wires.len() > 1 { without_marks(&batch)? } else { batch };
                    return self.widening.conform(batch).map(Some);
                }
                self.wires.pop_front();
            }
            Ok(None)
        })
    }
}

/// Another wire follows, so no schema is the last one yet.
fn without_marks(batch: &RecordBatch) -> Result<RecordBatch, ToolError> {
    if batch.schema_ref().metadata().is_empty() {
        return Ok(batch.clone());
    }
    let schema = batch.schema_ref().as_ref().clone().with_metadata(HashMap::new());
    let options = RecordBatchOptions::new().with_row_count(Some(batch.num_rows()));
    Ok(RecordBatch::try_new_with_options(Arc::new(schema), batch.columns().to_vec(), &options)?)
}
